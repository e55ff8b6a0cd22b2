//! The laws of a single block, checked from outside.

use headroom_core::compress::json::{decode, document::Document};
use headroom_core::host::{Engine, count_tokens};
use serde_json::Value;

/// Compresses `text` as the result of a tool in every way that matters, and panics where a law is broken.
pub fn check(text: &str, tool: &str, arguments: &str) {
    for options in [
        r#"{"minTokensToCompress":0}"#,
        r#"{"minTokensToCompress":0,"maxBlockTokens":60}"#,
        r#"{"minTokensToCompress":0,"lossless":true}"#,
    ] {
        check_with(options, text, tool, arguments);
    }
}

fn check_with(options: &str, text: &str, tool: &str, arguments: &str) {
    let engine = Engine::new(options, "").expect("valid options");
    let (new, block) = step(&engine, text, tool, arguments);
    let again = Engine::new(options, "").expect("valid options");
    assert_eq!(step(&again, text, tool, arguments).0, new, "another engine says something else");
    assert_eq!(step(&engine, text, tool, arguments).0, new, "what is remembered differs");
    let Some(block) = block else {
        assert_eq!(new, text, "changed without saying so");
        return;
    };
    assert_eq!(block["error"], Value::Null, "it failed");
    let tokens = |text: &str| count_tokens(text, Some("gpt-4o")).expect("a vocabulary");
    assert_eq!(block["tokensAfter"], tokens(&new), "counted wrongly");
    if new == text {
        return;
    }
    assert!(tokens(&new) < tokens(text), "not smaller");
    let (settled, _) = step(&engine, &new, tool, arguments);
    assert_eq!(settled, new, "not idempotent");
    let omissions = block["omissions"].as_array().expect("a list");
    if omissions.is_empty() {
        assert_eq!(block["lossless"], true);
        if block["method"] == "table" && (block["kind"] == "json" || block["kind"] == "ndjson") {
            let minified = Document::scan(text).expect("it was JSON").minified();
            assert_eq!(decode(&new, minified.len()), Some(minified), "not lossless");
        }
        return;
    }
    assert!(!options.contains("\"lossless\""), "something is left out of what was to be lossless");
    let handle = block["handle"].as_str().expect("a way back");
    assert!(new.contains(handle), "the handle is not in the text");
    assert_eq!(engine.identify(&[text.to_owned()], handle), Some(0), "the handle names another text");
    for omission in omissions {
        let [count, total] = ["count", "total"].map(|key| omission[key].as_u64().expect("a number"));
        let ranges = omission["ranges"].as_array().expect("ranges");
        let mut last = 0;
        let mut covered = 0;
        for range in ranges {
            let [first, end] = [0, 1].map(|at| range[at].as_u64().expect("a number"));
            assert!(last < first && first <= end && end <= total, "ranges out of order: {omission}");
            covered += end - first + 1;
            last = end;
        }
        assert!(0 < count && count <= total, "omissions that cannot be: {omission}");
        assert!(ranges.is_empty() || covered >= count, "more is left out than is said where: {omission}");
        let Some(range) = ranges.first() else { continue };
        if omission["unit"] == "lines" && omission.get("path").is_none() {
            let request = serde_json::json!({ "id": handle, "lines": format!("{}-{}", range[0], range[1]) });
            let answer = engine.retrieve(text, &request.to_string(), Some("gpt-4o")).expect("an answer");
            let answer: Value = serde_json::from_str(&answer).expect("JSON");
            assert_eq!(answer["found"], true, "what was left out cannot be had: {omission}");
        }
    }
}

/// The text that is sent and what the report says of it, if it was looked at.
fn step(engine: &Engine, text: &str, tool: &str, arguments: &str) -> (String, Option<Value>) {
    let meta = serde_json::json!({
        "entry": "compress",
        "model": "gpt-4o",
        "format": "openai",
        "blocks": [
            { "message": 0, "part": 0, "role": "user", "type": "text" },
            { "message": 2, "part": 0, "role": "tool", "type": "tool-result", "toolName": tool, "callArguments": arguments },
        ],
    });
    let texts = ["What failed, and when?".to_owned(), text.to_owned()];
    let result = engine.step(&texts, &meta.to_string()).expect("a step");
    let mut outcome: Value = serde_json::from_str(&result.outcome_json).expect("JSON");
    let new = result.texts.into_iter().next().unwrap_or_else(|| text.to_owned());
    let block = outcome["report"]["blocks"].as_array_mut().and_then(Vec::pop);
    (new, block)
}
