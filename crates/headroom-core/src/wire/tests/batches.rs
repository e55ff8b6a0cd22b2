//! Batches of Anthropic's.

use super::*;

#[test]
fn every_request_of_a_batch_is_read_by_itself() {
    let request = anthropic(
        r#"{"requests":[
        {"custom_id":"1","params":{"model":"claude-sonnet-4-5","max_tokens":1,"system":"rules","tools":[{"name":"f"}],"messages":[
          {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}]}},
        {"custom_id":"2","params":{"prompt":"old"}},
        {"custom_id":"3","params":{"model":"other","messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"y"}]}]}},
        7]}"#,
    );
    assert_eq!(request.model.as_deref(), Some("claude-sonnet-4-5"));
    assert_eq!(request.messages, 3);
    assert_eq!(
        listing(&request),
        [
            r#"0.0 System Text "-" "-": rules"#,
            r#"1.0 Tool ToolResult "f" "{}": x"#,
            r#"2.0 Tool ToolResult "-" "-": y"#,
        ]
    );
    assert!(request.blocks.iter().all(|block| block.overrides.lossless == Some(true)));
    assert!(request.history_edited, "none of them may point at another");
    assert_eq!(request.tools, Tools::default());
}

#[test]
fn messages_are_no_batch() {
    let request =
        anthropic(r#"{"requests":[{"params":{"messages":[]}}],"messages":[{"role":"user","content":"hi"}]}"#);
    assert_eq!(request.blocks.len(), 1);
    assert!(!request.history_edited && request.blocks[0].overrides.lossless.is_none());
    assert!(scan(br#"{"requests":[]}"#, Format::OpenAiChat).is_err());
}
