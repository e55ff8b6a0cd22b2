//! What the model sees of texts that hold several things, as a reviewer can read it.

use headroom_core::ccr::{RetrieveArguments, retrieve};
use headroom_core::pipeline::Engine;
use headroom_core::tokens::Counter;
use std::fmt::Write as _;

const META: &str = r#"{"entry":"compress","model":"gpt-4o","blocks":[{"message":0,"part":0,"role":"tool","type":"tool-result","toolName":"bash"}]}"#;

/// What is sent of a tool's result.
fn sent(config: &str, text: &str) -> String {
    let engine = Engine::new(config, "").expect("a valid configuration");
    let step = engine.step(&[text.to_owned()], META).expect("a valid request");
    let sent = step.texts.into_iter().next().expect("it is made smaller");
    let again = engine.step(std::slice::from_ref(&sent), META).expect("a valid request");
    assert!(again.texts.is_empty(), "compressed again");
    sent
}

fn orders(from: usize, count: usize) -> String {
    let cities = ["Graz", "Linz", "Wien"];
    let order = |id: usize| {
        format!(
            "  {{\n    \"id\": {id},\n    \"city\": \"{}\",\n    \"paid\": {},\n    \"total\": {}.5\n  }}",
            cities[id % 3],
            !id.is_multiple_of(11),
            id * 7 % 90,
        )
    };
    let orders: Vec<String> = (from..from + count).map(order).collect();
    format!("[\n{}\n]\n", orders.join(",\n"))
}

fn events(count: usize) -> String {
    (1..=count).fold(String::new(), |mut text, at| {
        let _ = writeln!(
            text,
            r#"{{"time":"2025-03-14T10:{:02}:{:02}Z","level":"info","event":"moved","order":{at}}}"#,
            at / 60,
            at % 60
        );
        text
    })
}

const TRACE: &str = "Traceback (most recent call last):\n  File \"/home/ada/shop/report.py\", line 31, in <module>\n    main()\n  \
    File \"/home/ada/shop/report.py\", line 27, in main\n    print(totals[\"Salzburg\"])\nKeyError: 'Salzburg'\n";

/// A status line, a document, a trace.
fn answer_and_trace() -> String {
    format!("HTTP/1.1 200 OK\nContent-Type: application/json\n\n{}\n{TRACE}", orders(1, 40))
}

/// The outputs of three commands.
fn transcript() -> String {
    format!(
        "$ cat orders.json\n{}$ tail events.ndjson\n{}$ python report.py\n{TRACE}",
        orders(1, 24),
        events(30)
    )
}

/// Markdown with two documents among its text.
fn documentation() -> String {
    format!(
        "# Orders\n\nThe service answers with a list:\n\n```json\n{}```\n\nEach change is an event:\n\n```\n{}```\n\nNothing else is sent.\n",
        orders(1, 24),
        events(24)
    )
}

#[test]
fn each_part_is_written_in_its_own_way() {
    let seen = [answer_and_trace(), transcript(), documentation()].map(|text| sent("{}", &text));
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(seen.join("\n=======\n")) });
}

#[test]
fn rows_left_out_of_a_part_are_lines_of_the_whole() {
    let text = format!("moved:\n{}Exit code 1\n{TRACE}", events(400));
    let seen = sent(r#"{"maxBlockTokens":800}"#, &text);
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(seen) });
    let counter = Counter::for_model(Some("gpt-4o")).expect("embedded");
    for asked in [r#"{"id":"hr_","lines":"200-201"}"#, r#"{"id":"hr_","rows":"199-200"}"#] {
        let arguments = RetrieveArguments::parse(asked).expect("arguments");
        let answer = retrieve(&text, &arguments, &counter, 4000).text;
        assert!(answer.contains("\"order\":199}") && answer.contains("\"order\":200}"), "{answer}");
        assert_eq!(answer.matches("order").count(), 2, "{answer}");
    }
}
