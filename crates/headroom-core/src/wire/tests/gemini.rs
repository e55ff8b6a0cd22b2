//! Contents of Gemini.

use super::*;

fn gemini(body: &str) -> Request<'_> {
    scan(body.as_bytes(), Format::Gemini).unwrap()
}

#[test]
fn parts_are_texts_calls_and_results() {
    let request = gemini(
        r#"{"contents":[
        {"role":"user","parts":[{"text":"see"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"text":"this"}]},
        {"role":"model","parts":[{"text":"hm","thought":true},{"text":"I look","thoughtSignature":"c2ln"},
          {"functionCall":{"name":"list","args":{"path":"a"}},"thoughtSignature":"c2ln"},
          {"functionCall":{"name":"list","args":{"path":"b"}}},{"functionCall":{"id":"c3","name":"read","args":{}}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"list","response":{"result":"of a"}}},
          {"functionResponse":{"name":"list","response":{"output":"of b","code":0}}},
          {"functionResponse":{"id":"c3","name":"read","response":{"error":"no such file"}}}]},
        {"role":"model","parts":[{"executableCode":{"language":"PYTHON","code":"1"}},
          {"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"printed"}},{"text":"so"}]},
        {"role":"narrator","parts":[{"text":"odd"}]}],
        "systemInstruction":{"role":"system","parts":[{"text":"rules"}]}}"#,
    );
    assert_eq!(request.messages, 5);
    assert_eq!(
        listing(&request),
        [
            r#"0.0 System Text "-" "-": rules"#,
            r#"0.0 User Text "-" "-": see"#,
            r#"0.2 User Text "-" "-": this"#,
            r#"1.1 Assistant Text "-" "-": I look"#,
            r#"2.0 Tool ToolResult "list" "{\"path\":\"a\"}": of a"#,
            r#"2.1 Tool ToolResult "list" "{\"path\":\"b\"}": of b"#,
            r#"2.2 Tool ToolResult error "read" "{}": no such file"#,
            r#"3.1 Assistant ServerToolResult "-" "-": printed"#,
            r#"3.2 Assistant Text "-" "-": so"#,
            r#"4.0 System Text off "-" "-": odd"#,
        ]
    );
}

#[test]
fn both_spellings_and_lists_without_brackets_are_read() {
    let request = gemini(
        r#"{"contents":{"parts":{"text":"hi"}},"system_instruction":{"parts":{"text":"rules"}},
        "tools":{"function_declarations":[{"name":"f"}]}}"#,
    );
    assert_eq!(listing(&request), [r#"0.0 System Text "-" "-": rules"#, r#"0.0 User Text "-" "-": hi"#]);
    assert!(request.tools.functions);
    let request = gemini(
        r#"{"contents":[{"role":"model","parts":[{"function_call":{"name":"f","args":{}}}]},
        {"role":"function","parts":[{"function_response":{"name":"f","response":{"content":"x"}}}]}]}"#,
    );
    assert_eq!(listing(&request), [r#"1.0 Tool ToolResult "f" "{}": x"#]);
}

#[test]
fn a_result_is_that_of_the_next_call_of_its_function() {
    let request = gemini(
        r#"{"contents":[
        {"role":"model","parts":[{"functionCall":{"name":"f","args":1}},{"functionCall":{"name":"f","args":2}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":"1"}}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":"2"}}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":"one too many"}}}]},
        {"role":"model","parts":[{"functionCall":{"name":"f","args":3}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":"3"}}},
          {"functionResponse":{"name":"g","response":{"result":"of none"}}}]}]}"#,
    );
    let arguments: Vec<_> = request.blocks.iter().map(|block| block.call_arguments.as_deref()).collect();
    assert_eq!(arguments, [Some("1"), Some("2"), Some("2"), Some("3"), None]);
}

#[test]
fn the_texts_of_a_result_are_its_own_strings_and_long_ones_below() {
    let long = "x".repeat(256);
    let deep =
        |depth: usize, text: &str| format!("{}\"{text}\"{}", "{\"k\":".repeat(depth), "}".repeat(depth));
    let texts = |response: &str| {
        let body = format!(
            r#"{{"contents":[{{"parts":[{{"functionResponse":{{"name":"f","response":{response}}}}}]}}]}}"#
        );
        let request = gemini(&body);
        request.blocks.iter().map(|block| (block.part, block.text.len(), block.is_error)).collect::<Vec<_>>()
    };
    assert_eq!(texts(r#"{"result":"a","output":"bb","n":1}"#), [(0, 1, false), (1, 2, false)]);
    assert_eq!(texts(r#"{"rows":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}"#), []);
    let mcp = format!(r#"{{"content":[{{"type":"text","text":"{long}"}}],"isError":false}}"#);
    assert_eq!(texts(&mcp), [(0, 256, false)]);
    assert_eq!(texts(r#"{"content":[{"type":"text","text":"short"}]}"#), [(0, 5, false)]);
    assert_eq!(
        texts(&format!(r#"{{"error":{{"message":"{long}"}},"more":"a"}}"#)),
        [(0, 256, true), (1, 1, false)]
    );
    assert_eq!(texts(&deep(8, &long)), [(0, 256, false)]);
    assert_eq!(texts(&deep(9, &long)), []);
    assert_eq!(texts(&deep(2, &"x".repeat(255))), []);
    assert_eq!(texts(&deep(2, &r"\n".repeat(255))), []);
    assert_eq!(texts(&deep(2, &r"\n".repeat(256))), [(0, 256, false)]);
    assert_eq!(texts(&deep(10_000, &long)), []);
    assert_eq!(texts(r#"{"result":"gone","other":"a","result":{"b":[]}}"#), [(0, 1, false)]);
    assert_eq!(texts(r#"{"result":"gone","other":"a","result":"new"}"#), [(0, 1, false), (1, 3, false)]);
    assert_eq!(texts("\"text\""), [(0, 4, false)]);
    assert_eq!(texts("null"), []);
}

#[test]
fn declarations_go_to_the_last_list_that_has_any() {
    let body = r#"{"contents":[],"tools":[{"functionDeclarations":[{"name":"a"}]},{"googleSearch":{}},
        {"functionDeclarations":[ {"name":"b"} ],"codeExecution":{}},{"functionDeclarations":[]}]}"#;
    let request = gemini(body);
    assert!(request.tools.functions && !request.tools.retrieval);
    let changed = splice(body.as_bytes(), &[], Some((request.tools.insertion.unwrap(), "{\"name\":\"c\"}")));
    assert_eq!(
        String::from_utf8(changed).unwrap(),
        body.replace(r#"{"name":"b"}"#, r#"{"name":"b"},{"name":"c"}"#)
    );
    let tools = |more: &str| gemini(&format!(r#"{{"contents":[],{more}}}"#)).tools;
    assert_eq!(tools(r#""tools":[{"googleSearch":{}},{"codeExecution":{}}]"#), Tools::default());
    assert!(tools(r#""tools":[{"functionDeclarations":[{"name":"headroom_retrieve"}]}]"#).retrieval);
    let cached = r#""tools":[{"functionDeclarations":[{"name":"a"}]}],"cachedContent":"cachedContents/1""#;
    assert_eq!(tools(cached), Tools::default());
    assert_eq!(tools(&cached.replace("cachedContent\"", "cached_content\"")), Tools::default());
}

#[test]
fn a_request_whose_tokens_are_counted_is_a_request() {
    let body = r#"{"generateContentRequest":{"model":"models/gemini-2.5-pro","contents":[{"parts":[{"text":"hi"}]}],
        "tools":[{"functionDeclarations":[{"name":"a"}]}]}}"#;
    let request = gemini(body);
    assert_eq!(request.model.as_deref(), Some("models/gemini-2.5-pro"));
    assert_eq!(listing(&request), [r#"0.0 User Text "-" "-": hi"#]);
    assert!(request.tools.functions);
    assert!(
        scan(br#"{"generateContentRequest":{"generateContentRequest":{"contents":[]}}}"#, Format::Gemini)
            .is_err()
    );
}
