//! Streams as providers send them, and what becomes of them: each snapshot shows what the client gets, what is sent to go on,
//! and what is kept. A line of dots stands where the provider waits between two pushes.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::host::{Response, play, play_whole};

/// What comes of two rounds, for a reviewer to read.
fn shown(format: &str, request: &str, rounds: [&str; 2]) -> String {
    let meta = json!({ "format": format, "model": "m", "key": "k" });
    let responses = rounds.map(Response::sse);
    let whole = play_whole(request, &meta, &responses);
    for cut in 1..rounds[0].len() {
        let mut first = true;
        let cut =
            play(request, &meta, &responses, |left| if std::mem::take(&mut first) { cut } else { left });
        assert_eq!(whole.text(), cut.text());
    }
    let bytewise = play(request, &meta, &responses, |_| 1);
    assert_eq!(whole.text(), bytewise.text());
    assert_eq!(whole.outcomes, bytewise.outcomes);

    let mut text = format!("client:\n{}", whole.text().replace('\r', ""));
    for continuation in &whole.continuations {
        let value: Value = serde_json::from_str(continuation).expect("JSON");
        let _ = write!(text, "\ncontinuation:\n{value:#}\n");
    }
    let mut outcome = whole.done().clone();
    outcome["record"]["value"] = whole.record().map(|(_, record)| record).unwrap_or_default();
    let _ = write!(text, "\noutcome:\n{outcome:#}\n");
    text
}

macro_rules! rounds {
    ($name:literal) => {
        [
            include_str!(concat!("fixtures/", $name, "-round-1.sse")),
            include_str!(concat!("fixtures/", $name, "-round-2.sse")),
        ]
    };
}

#[test]
fn anthropic() {
    let request = r#"{"model":"claude-sonnet-4-5","max_tokens":2048,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"Which rows failed?"}],"tool_choice":{"type":"any","disable_parallel_tool_use":true}}"#;
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(shown("anthropic", request, rounds!("anthropic"))) });
}

#[test]
fn openai() {
    let request = r#"{"model":"gpt-5.2","messages":[{"role":"user","content":"Which rows failed?"}],"stream":true,"stream_options":{"include_usage":true}}"#;
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(shown("openai", request, rounds!("openai"))) });
}

#[test]
fn openai_responses() {
    let request = r#"{"model":"gpt-5.2","input":"Which rows failed?","stream":true}"#;
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(shown("openai-responses", request, rounds!("responses"))) });
}

#[test]
fn gemini() {
    let request = r#"{"contents":[{"role":"user","parts":[{"text":"Which rows failed?"}]}]}"#;
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(shown("gemini", request, rounds!("gemini"))) });
}
