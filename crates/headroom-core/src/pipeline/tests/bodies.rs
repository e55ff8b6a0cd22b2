//! Request bodies come through the same stages.

use super::*;

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
