//! What the model sees of texts that were made for a terminal, as a reviewer can read it.

use headroom_core::pipeline::Engine;
use std::fmt::Write as _;

const META: &str = r#"{"entry":"compress","model":"gpt-4o","blocks":[{"message":0,"part":0,"role":"tool","type":"tool-result","toolName":"bash"}]}"#;

/// What is sent of a tool's result.
fn sent(config: &str, meta: &str, text: &str) -> String {
    let engine = Engine::new(config, "").expect("a valid configuration");
    let step = engine.step(&[text.to_owned()], meta).expect("a valid request");
    let sent = step.texts.into_iter().next().unwrap_or_else(|| text.to_owned());
    let again = engine.step(std::slice::from_ref(&sent), meta).expect("a valid request");
    assert!(again.texts.is_empty(), "compressed again");
    sent
}

/// An installation with a bar that is drawn again and again, and coloured notes.
fn installation() -> String {
    let mut text = String::from("\x1b[1mResolving dependencies\x1b[0m\n");
    for name in ["alpha", "beta", "gamma"] {
        for at in 0..=10 {
            let (done, left) = ("█".repeat(at), "░".repeat(10 - at));
            let _ = write!(
                text,
                "\r\x1b[2K  {name}  \x1b[32m{done}\x1b[90m{left}\x1b[0m {:3} %  {:.1} MB/s",
                at * 10,
                1.5 + at as f64
            );
        }
        text.push('\n');
    }
    text.push_str("\x1b[33mwarning\x1b[0m: beta 2.0.1 is deprecated, use gamma\n\n\n\n\n\n");
    text.push_str("\x1b[32m✓\x1b[0m installed \x1b[1m3\x1b[0m packages in \x1b[1m4.2 s\x1b[0m\n");
    text
}

/// Layers whose lines are drawn over from below.
fn layers() -> String {
    let mut text = String::from("latest: Pulling from library/example\r\n");
    text.push_str("4f4fb700ef54: Pulling fs layer\r\nc6a83fedfae6: Pulling fs layer\r\n");
    for at in 1..=12 {
        let bar = format!("{}>{}", "=".repeat(at), " ".repeat(12 - at));
        let _ = write!(
            text,
            "\x1b[2A\x1b[2K\r4f4fb700ef54: Downloading [{bar}] {at}.1MB/12MB\r\n\x1b[2K\rc6a83fedfae6: Waiting\r\n"
        );
    }
    text.push_str("\x1b[2A\x1b[2K\r4f4fb700ef54: Pull complete\r\n\x1b[2K\rc6a83fedfae6: Pull complete\r\n");
    text.push_str("Status: Downloaded newer image for example:latest\r\n");
    text
}

#[test]
fn what_a_terminal_would_show_is_sent() {
    let shown = [installation(), layers()].map(|text| sent("{}", META, &text)).join("\n=======\n");
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(shown) });
}

#[test]
fn nothing_is_cleaned_where_nothing_may_be_left_out() {
    let error = META.replace(r#""toolName""#, r#""isError":true,"toolName""#);
    assert_eq!(sent("{}", &error, &installation()), installation());
    assert_eq!(sent(r#"{"lossless":true}"#, META, &installation()), installation());
}
