//! Request bodies come through the same stages.

use super::*;
use crate::wire::tests::bodies::{Choices, FORMATS};
use crate::wire::{Format, turns};

fn body(engine: &Engine, body: &str, options: &Value) -> (Option<String>, Vec<String>, Value) {
    let meta = json!({ "format": "openai", "entry": "fetch", "options": options }).to_string();
    let result = engine.body_step(body.as_bytes(), &meta).unwrap();
    let outcome = serde_json::from_str(&result.outcome_json).unwrap();
    let originals =
        result.originals.iter().map(|span| serde_json::from_str(&body[span.start..span.end]).unwrap());
    (result.body.map(|body| String::from_utf8(body).unwrap()), originals.collect(), outcome)
}

fn request(text: &str, tools: &str) -> String {
    format!(
        r#"{{"model":"gpt-4o", "n": 1.0,"messages":[{{"role":"user","content":"h\u0069"}},{{"role":"tool","tool_call_id":"1","content":{}}}]{tools}}}"#,
        json!(text)
    )
}

const TOOLS: &str = r#","tools":[{"type":"function","function":{"name":"f"}}]"#;

#[test]
fn only_the_changed_strings_and_the_tools_change() {
    let engine = engine(r#"{"maxBlockTokens":500}"#);
    let text = lines(1000);
    let (changed, originals, outcome) = body(&engine, &request(&text, TOOLS), &json!({}));
    let (texts, _) = step(&engine, &[("user", "hi".into()), tool(text.clone())], &json!({}));
    let definition = format!(r#"{{"name":"f"}}}},{}]"#, ccr::tool(ToolFormat::OpenAi));
    let expected = request(&texts[1], TOOLS).replace(r#"{"name":"f"}}]"#, &definition);
    assert_eq!(changed.unwrap(), expected);
    assert_eq!(originals, [text]);
    assert!(outcome["report"]["toolTokens"].as_u64().unwrap() > 50);
}

#[test]
fn nothing_to_do_means_no_new_body() {
    let engine = engine("{}");
    assert_eq!(body(&engine, &request("short", ""), &json!({})).0, None);
    assert_eq!(body(&engine, &request(&padded(300), TOOLS), &json!({ "mode": "off" })).0, None);
    assert_eq!(body(&engine, &request(&padded(300), TOOLS), &json!({ "mode": "audit" })).0, None);
    let once = body(&engine, &request("short", TOOLS), &json!({})).0.unwrap();
    assert_eq!(body(&engine, &once, &json!({})).0, None, "the tool is there");
}

#[test]
fn without_tools_a_conversation_keeps_its_bytes() {
    let engine = engine(r#"{"maxBlockTokens":500}"#);
    let with = body(&engine, &request(&lines(1000), TOOLS), &json!({})).0.unwrap();
    let without = body(&engine, &request(&lines(1000), ""), &json!({})).0.unwrap();
    let messages = without.strip_suffix("}").unwrap();
    assert!(with.starts_with(messages) && !without.contains("\"tools\""));
    let lossless = json!({ "whenToolsAbsent": "lossless" });
    assert_eq!(body(&engine, &request(&lines(1000), ""), &lossless).0, None);
    assert_eq!(body(&engine, &request(&lines(1000), TOOLS), &json!({ "injectTool": "never" })).0, None);
}

/// Bodies of every format that hold everything bodies may hold.
fn generated(format: Format) -> impl Iterator<Item = String> {
    let mut random = format as u64 + 1;
    (0..1_000).map(move |_| {
        let bytes: Vec<u8> = (0..600)
            .map(|_| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (random >> 56) as u8
            })
            .collect();
        Choices::new(&bytes).body(format)
    })
}

fn step_of(engine: &Engine, body: &[u8], format: Format, more: &Value) -> (Option<Vec<u8>>, Value) {
    let mut meta = json!({ "format": format, "entry": "fetch" });
    for (key, value) in more.as_object().unwrap() {
        meta[key] = value.clone();
    }
    let result = engine.body_step(body, &meta.to_string()).unwrap();
    (result.body, serde_json::from_str(&result.outcome_json).unwrap())
}

#[test]
fn a_body_with_nothing_to_compress_leaves_as_it_came() {
    let engine = engine(r#"{"injectTool":"never"}"#);
    for format in FORMATS {
        for body in generated(format) {
            let (changed, _) = step_of(&engine, body.as_bytes(), format, &json!({}));
            assert_eq!(changed, None, "{body}");
        }
    }
}

#[test]
fn what_was_compressed_in_any_format_is_not_compressed_again() {
    let config =
        r#"{"minTokensToCompress":0,"maxBlockTokens":1,"excludedTools":[],"compressUserMessages":true}"#;
    for format in FORMATS {
        let mut changes = 0;
        let large = [conversation(format, 2, &lines(1000)), conversation(format, 1, &padded(300))];
        for body in generated(format).take(200).chain(large) {
            let (once, _) = step_of(&engine(config), body.as_bytes(), format, &json!({}));
            let Some(once) = once else { continue };
            changes += 1;
            assert_eq!(step_of(&engine(config), &once, format, &json!({})).0, None, "{body}");
        }
        assert!(changes > 1, "{format:?}");
    }
}

/// A request of each format: `turns` rounds of a question, a call of a tool, its result and an answer.
fn conversation(format: Format, turns: usize, output: &str) -> String {
    let round = |at: usize| match format {
        Format::OpenAiChat => vec![
            json!({ "role": "user", "content": "Which failed?" }),
            json!({ "role": "assistant", "content": null, "tool_calls": [
                { "id": format!("c{at}"), "type": "function", "function": { "name": "list", "arguments": "{}" } }] }),
            json!({ "role": "tool", "tool_call_id": format!("c{at}"), "content": output }),
            json!({ "role": "assistant", "content": format!("It was {at}.") }),
        ],
        Format::Anthropic => vec![
            json!({ "role": "user", "content": "Which failed?" }),
            json!({ "role": "assistant", "content": [{ "type": "tool_use", "id": format!("c{at}"), "name": "list", "input": {} }] }),
            json!({ "role": "user", "content": [{ "type": "tool_result", "tool_use_id": format!("c{at}"), "content": output }] }),
            json!({ "role": "assistant", "content": [{ "type": "text", "text": format!("It was {at}.") }] }),
        ],
        Format::OpenAiResponses => vec![
            json!({ "role": "user", "content": "Which failed?" }),
            json!({ "type": "function_call", "call_id": format!("c{at}"), "name": "list", "arguments": "{}" }),
            json!({ "type": "function_call_output", "call_id": format!("c{at}"), "output": output }),
            json!({ "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": format!("It was {at}.") }] }),
        ],
        Format::Gemini => vec![
            json!({ "role": "user", "parts": [{ "text": "Which failed?" }] }),
            json!({ "role": "model", "parts": [{ "functionCall": { "name": "list", "args": {} } }] }),
            json!({ "role": "user", "parts": [{ "functionResponse": { "name": "list", "response": { "result": output } } }] }),
            json!({ "role": "model", "parts": [{ "text": format!("It was {at}.") }] }),
        ],
    };
    let messages: Vec<Value> = (0..turns).flat_map(round).collect();
    let (list, tools) = match format {
        Format::OpenAiChat => ("messages", json!([{ "type": "function", "function": { "name": "list" } }])),
        Format::Anthropic => ("messages", json!([{ "name": "list", "input_schema": {} }])),
        Format::OpenAiResponses => ("input", json!([{ "type": "function", "name": "list" }])),
        Format::Gemini => ("contents", json!([{ "functionDeclarations": [{ "name": "list" }] }])),
    };
    json!({ "model": "gpt-4o", "tools": tools, list: messages }).to_string()
}

/// A record for every second turn, each with a hidden round.
fn records(body: &str, format: Format) -> Value {
    let keys = turns::turns(body.as_bytes(), format).unwrap().keys;
    let every_second = keys.iter().enumerate().filter(|(at, _)| at % 2 == 1);
    let record = |at: usize| {
        json!({ "v": 1, "format": format, "before": [{ "hidden": at }, { "answer": at }], "turn": null, "after": [],
            "retrievedTokens": 100 })
        .to_string()
    };
    every_second
        .map(|(at, key)| (key.clone(), Value::from(record(at))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn every_format_is_compressed_and_gets_its_tool() {
    for format in FORMATS {
        let engine = engine(r#"{"maxBlockTokens":500}"#);
        let body = conversation(format, 1, &lines(1000));
        let (changed, outcome) = step_of(&engine, body.as_bytes(), format, &json!({}));
        let changed = String::from_utf8(changed.unwrap()).unwrap();
        assert!(changed.contains("headroom_retrieve(\\\"hr_") && changed.len() < body.len() / 2, "{changed}");
        assert_eq!(changed.matches("\"name\":\"headroom_retrieve\"").count(), 1, "{changed}");
        assert_eq!(outcome["tool"], true);
        assert!(serde_json::from_str::<Value>(&changed).is_ok());
    }
}

#[test]
fn a_conversation_with_hidden_rounds_keeps_its_beginning() {
    for format in FORMATS {
        let engine = engine(r#"{"maxBlockTokens":500}"#);
        let sent = |turns: usize| {
            let body = conversation(format, turns, &lines(1000));
            let hidden = records(&body, format);
            let (changed, outcome) = step_of(&engine, body.as_bytes(), format, &json!({ "hidden": hidden }));
            assert_eq!(outcome["report"]["retrievedTokens"], hidden.as_object().unwrap().len() * 100);
            String::from_utf8(changed.unwrap()).unwrap()
        };
        let whole = sent(5);
        assert_eq!(whole.matches("hidden").count(), 5, "{format:?}");
        for turns in 1..5 {
            let part = sent(turns);
            let beginning = part.strip_suffix("]}").unwrap();
            assert!(whole.starts_with(beginning), "{format:?} after {turns} turns");
        }
    }
}

#[test]
fn what_is_put_back_is_counted_apart_and_never_compressed() {
    let engine = engine(r#"{"maxBlockTokens":500}"#);
    let body = conversation(Format::Anthropic, 1, "short");
    let keys = turns::turns(body.as_bytes(), Format::Anthropic).unwrap().keys;
    let hidden = json!({ &keys[1]: json!({ "v": 1, "format": "anthropic", "before": [
        { "role": "user", "content": [{ "type": "tool_result", "tool_use_id": "c9", "content": lines(1000) }] }],
        "turn": null, "after": [], "retrievedTokens": 7000 }).to_string() });
    let (changed, outcome) =
        step_of(&engine, body.as_bytes(), Format::Anthropic, &json!({ "hidden": hidden }));
    let changed = String::from_utf8(changed.unwrap()).unwrap();
    assert!(changed.contains(&json!(lines(1000)).to_string()));
    let report = &outcome["report"];
    assert_eq!(report["retrievedTokens"], 7000);
    assert_eq!(report["tokensAfter"].as_u64(), report["tokensBefore"].as_u64().map(|before| before + 7000));
    assert!(report["tokensSaved"].as_i64().unwrap() < -7000);
}

#[test]
fn what_was_lost_is_said() {
    let body = br#"{"messages":[{"role":"assistant","content":[{"type":"thinking","signature":"a~hr"},{"type":"text","text":"x"}]}]}"#;
    let (changed, outcome) =
        step_of(&engine("{}"), body, Format::Anthropic, &json!({ "options": { "mode": "off" } }));
    assert_eq!(
        changed.unwrap(),
        br#"{"messages":[{"role":"assistant","content":[{"type":"text","text":"x"}]}]}"#
    );
    assert_eq!(
        outcome["report"]["warnings"],
        json!(["hidden rounds of 1 earlier turns are gone; the reasoning that depends on them was left out"])
    );
}

#[test]
fn the_id_of_the_response_before_is_translated() {
    let body = br#"{"previous_response_id": "resp_1","input":"hi"}"#;
    let meta = json!({ "previousResponseId": "resp_2" });
    let (changed, _) = step_of(&engine("{}"), body, Format::OpenAiResponses, &meta);
    assert_eq!(changed.unwrap(), br#"{"previous_response_id": "resp_2","input":"hi"}"#);
    assert_eq!(step_of(&engine("{}"), br#"{"input":"hi"}"#, Format::OpenAiResponses, &meta).0, None);
}
