//! What is found in bodies, case by case; `generated` compares with a naive reading of generated bodies.

mod batches;
pub(crate) mod bodies;
mod gemini;
mod generated;
mod openai_responses;
mod reference;

use super::*;
use crate::block::{BlockType, Role};

fn openai(body: &str) -> Request<'_> {
    scan(body.as_bytes(), Format::OpenAiChat).unwrap()
}

fn anthropic(body: &str) -> Request<'_> {
    scan(body.as_bytes(), Format::Anthropic).unwrap()
}

/// One line for each block: where it stands, what it is, which call it answers, its text.
fn listing(request: &Request<'_>) -> Vec<String> {
    let line = |block: &Block<'_>| {
        format!(
            "{}.{} {:?} {:?}{}{} {:?} {:?}: {}",
            block.message,
            block.part,
            block.role,
            block.block_type,
            if block.is_error { " error" } else { "" },
            if block.overrides.off { " off" } else { "" },
            block.tool_name.as_deref().unwrap_or("-"),
            block.call_arguments.as_deref().unwrap_or("-"),
            block.text
        )
    };
    request.blocks.iter().map(line).collect()
}

#[test]
fn openai_roles_parts_and_calls() {
    let request = openai(
        r#"{"model":"gpt-5","messages":[
        {"role":"developer","content":"rules"},
        {"role":"user","content":[{"type":"text","text":"see","cache_control":{"type":"ephemeral"}},
          {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"text","text":"this"}]},
        {"role":"assistant","content":null,"refusal":null,"tool_calls":[
          {"id":"c1","type":"function","function":{"name":"Bash","arguments":"{\"command\":\"ls\"}"}},
          {"id":"c2","type":"custom","custom":{"name":"grammar","input":"x = 1"},"function":null}]},
        {"role":"tool","tool_call_id":"c1","content":"a\nb"},
        {"tool_call_id":"c2","content":[{"text":"one","type":"text"},{"type":"text","text":"two"}],"role":"tool"},
        {"role":"tool","tool_call_id":"gone","name":"Named","content":"?"},
        {"role":"assistant","content":[{"type":"refusal","refusal":"no"},{"type":"text","text":"well"}],
          "function_call":{"name":"old","arguments":"{}"}},
        {"role":"function","name":"old","content":"legacy"},
        {"role":"narrator","content":"odd"}]}"#,
    );
    assert_eq!(request.model.as_deref(), Some("gpt-5"));
    assert_eq!(request.messages, 9);
    assert_eq!(
        listing(&request),
        [
            r#"0.0 System Text "-" "-": rules"#,
            r#"1.0 User Text "-" "-": see"#,
            r#"1.2 User Text "-" "-": this"#,
            "3.0 Tool ToolResult \"Bash\" \"{\\\"command\\\":\\\"ls\\\"}\": a\nb",
            r#"4.0 Tool ToolResult "grammar" "x = 1": one"#,
            r#"4.1 Tool ToolResult "grammar" "x = 1": two"#,
            r#"5.0 Tool ToolResult "Named" "-": ?"#,
            r#"6.1 Assistant Text "-" "-": well"#,
            r#"7.0 Tool ToolResult "old" "{}": legacy"#,
            r#"8.0 System Text off "-" "-": odd"#,
        ]
    );
}

#[test]
fn anthropic_parts_and_results() {
    let request = anthropic(
        r#"{"messages":[
        {"role":"user","content":"go"},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s","text":"no"},
          {"type":"text","text":"I look"},{"type":"tool_use","id":"t1","name":"Bash","input":{"command" : "ls\u0020"}},
          {"type":"tool_use","id":"t2","name":"shot","input":{}}]},
        {"role":"user","content":[
          {"type":"tool_result","tool_use_id":"t1","content":"plain","is_error":true},
          {"tool_use_id":"t2","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}},
            {"type":"text","text":"caption"},{"type":"search_result","source":"https://x","title":"Title",
            "content":[{"type":"text","text":"hit"}],"citations":{"enabled":true}},{"type":"mystery","text":"?"}],"type":"tool_result"},
          {"type":"tool_result","tool_use_id":"t2"},
          {"type":"text","text":"and?"}]}],
        "system":[{"type":"text","text":"rules","cache_control":{"type":"ephemeral"}},{"type":"text","text":"more"}]}"#,
    );
    assert_eq!(request.messages, 3);
    assert_eq!(
        listing(&request),
        [
            r#"0.0 System Text "-" "-": rules"#,
            r#"0.1 System Text "-" "-": more"#,
            r#"0.0 User Text "-" "-": go"#,
            r#"1.1 Assistant Text "-" "-": I look"#,
            r#"2.0 Tool ToolResult error "Bash" "{\"command\" : \"ls\\u0020\"}": plain"#,
            r#"2.2 Tool ToolResult "shot" "{}": caption"#,
            r#"2.3 User Citation "-" "-": Title"#,
            r#"2.3 User Citation "-" "-": hit"#,
            r#"2.3 User Text "-" "-": and?"#,
        ]
    );
    assert_eq!(listing(&anthropic(r#"{"system":"s","messages":[]}"#)), [r#"0.0 System Text "-" "-": s"#]);
}

#[test]
fn anthropic_results_of_the_provider_are_told_apart() {
    let request = anthropic(
        r#"{"messages":[{"role":"assistant","content":[
        {"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"q"}},
        {"type":"web_search_tool_result","tool_use_id":"s1","content":[{"type":"web_search_result","title":"T","url":"u",
          "encrypted_content":"xxxx"}]},
        {"type":"bash_code_execution_tool_result","tool_use_id":"s2","content":{"type":"bash_code_execution_result",
          "stdout":"out","stderr":"err","return_code":0,"content":[]}},
        {"type":"web_fetch_tool_result","tool_use_id":"s3","content":{"type":"web_fetch_result","url":"u","content":
          {"type":"document","title":"D","source":{"type":"text","media_type":"text/plain","data":"page"}}}},
        {"type":"text_editor_code_execution_tool_result","tool_use_id":"s4","content":{"type":"view","content":"file"}},
        {"type":"mcp_tool_use","id":"m1","name":"echo","server_name":"x","input":{}},
        {"type":"mcp_tool_result","tool_use_id":"m1","is_error":false,"content":[{"type":"text","text":"echoed"}]},
        {"type":"text","text":"cited","citations":[{"type":"char_location"}]},
        {"type":"text","text":"uncited","citations":[]}]},
        {"role":"user","content":[
          {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"Pdf"},
          {"type":"document","source":{"type":"content","content":[{"type":"text","text":"chunk"}]},"context":"about"},
          {"type":"container_upload","file_id":"f","text":"?"}]}]}"#,
    );
    assert_eq!(
        listing(&request),
        [
            r#"0.1 Assistant ServerToolResult "-" "-": T"#,
            r#"0.2 Assistant ServerToolResult "-" "-": out"#,
            r#"0.2 Assistant ServerToolResult "-" "-": err"#,
            r#"0.3 Assistant ServerToolResult "-" "-": D"#,
            r#"0.3 Assistant ServerToolResult "-" "-": page"#,
            r#"0.4 Assistant ServerToolResult "-" "-": file"#,
            r#"0.6 Assistant McpResult "-" "-": echoed"#,
            r#"0.7 Assistant Citation "-" "-": cited"#,
            r#"0.8 Assistant Text "-" "-": uncited"#,
            r#"1.0 User Citation "-" "-": Pdf"#,
            r#"1.1 User Citation "-" "-": about"#,
            r#"1.1 User Citation "-" "-": chunk"#,
        ]
    );
}

#[test]
fn answers_of_the_retrieval_tool_are_known_by_the_call() {
    let body = r#"{"messages":[
        {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"headroom_retrieve","arguments":"{}"}},
          {"id":"b","function":{"name":"mcp__headroom__headroom_retrieve","arguments":"{}"}},
          {"id":"c","function":{"name":"not_headroom_retrieve","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"a","content":"x"},{"role":"tool","tool_call_id":"b","content":"y"},
        {"role":"tool","tool_call_id":"c","content":"z"}]}"#;
    let kinds: Vec<_> = openai(body).blocks.iter().map(|block| block.block_type).collect();
    assert_eq!(kinds, [BlockType::Retrieved, BlockType::Retrieved, BlockType::ToolResult]);
    let body = r#"{"messages":[
        {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"headroom_retrieve","input":{"id":"hr_0"}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"x"}]}]}]}"#;
    assert_eq!(anthropic(body).blocks[0].block_type, BlockType::Retrieved);
}

#[test]
fn a_call_answers_only_what_comes_after_it() {
    let request = openai(
        r#"{"messages":[{"role":"tool","tool_call_id":"c","content":"early"},
        {"role":"assistant","tool_calls":[{"id":"c","function":{"name":"first","arguments":"1"}}]},
        {"role":"tool","tool_call_id":"c","content":"one"},
        {"role":"assistant","tool_calls":[{"id":"c","function":{"name":"second","arguments":"2"}}]},
        {"role":"tool","tool_call_id":"c","content":"two"}]}"#,
    );
    let names: Vec<_> = request.blocks.iter().map(|block| block.tool_name.as_deref()).collect();
    assert_eq!(names, [None, Some("first"), Some("second")]);
}

#[test]
fn of_keys_given_twice_the_last_counts() {
    let body = r#"{"messages":[{"role":"user","content":"gone"}],"model":"a","tools":[{"type":"function"}],
        "messages":[{"role":"tool","content":"old","r\u006fle":"user","content":[{"type":"text","text":"x","text":"new"}]}],
        "model":"b","tools":[]}"#;
    let request = openai(body);
    assert_eq!(request.model.as_deref(), Some("b"));
    assert_eq!(listing(&request), [r#"0.0 User Text "-" "-": new"#]);
    assert!(!request.tools.functions);
    let changed = splice(body.as_bytes(), &[(request.spans[0], "newer")], None);
    assert_eq!(String::from_utf8(changed).unwrap(), body.replace("\"new\"", "\"newer\""));
    let lost = scan(br#"{"messages":[],"messages":null}"#, Format::OpenAiChat);
    assert!(lost.is_err());
}

#[test]
fn half_a_surrogate_pair_switches_the_block_off() {
    let request = openai(
        r#"{"messages":[{"role":"user","content":"a\ud800b"},{"role":"user","content":"\ud83d\ude00"}]}"#,
    );
    assert_eq!(request.malformed, [true, false]);
    assert_eq!(
        listing(&request),
        ["0.0 User Text off \"-\" \"-\": a\u{fffd}b", "1.0 User Text \"-\" \"-\": 😀"]
    );
}

#[test]
fn texts_without_escapes_are_borrowed() {
    let request =
        openai(r#"{"messages":[{"role":"user","content":"plain"},{"role":"user","content":"a\nb"}]}"#);
    assert!(!request.blocks[0].text.is_escaped());
    assert!(request.blocks[1].text.is_escaped());
    assert_eq!(request.blocks[1].text.spelling(), r"a\nb");
}

#[test]
fn tools_of_openai() {
    let tools = |tools: &str| openai(&format!(r#"{{"messages":[],{tools}}}"#)).tools;
    assert_eq!(tools(r#""n":1"#), Tools::default());
    assert_eq!(tools(r#""tools":null"#), Tools::default());
    let empty = tools(r#""tools":[ ]"#);
    assert_eq!(empty.insertion, Some(Insertion { at: 24, first: true }));
    assert!(!empty.functions);
    let function = tools(r#""tools":[{"type":"function","function":{"name":"f"}} ]"#);
    assert!(function.functions && !function.retrieval);
    assert_eq!(function.insertion, Some(Insertion { at: 67, first: false }));
    let custom = tools(r#""tools":[{"type":"custom","custom":{"name":"f"}}]"#);
    assert!(!custom.functions);
    assert!(tools(r#""tools":[{"type":"function","function":{"name":"headroom_retrieve"}}]"#).retrieval);
    assert!(tools(r#""functions":[{"name":"f"}]"#).deprecated_functions);
    assert!(!tools(r#""functions":[]"#).deprecated_functions);
}

#[test]
fn tools_of_anthropic() {
    let tools = |tools: &str| anthropic(&format!(r#"{{"messages":[],"tools":{tools}}}"#)).tools;
    assert!(tools(r#"[{"name":"f","input_schema":{}}]"#).functions);
    assert!(
        tools(r#"[{"type":"web_search_20250305","name":"web_search"},{"type":"custom","name":"f"}]"#)
            .functions
    );
    assert!(!tools(r#"[{"type":"web_search_20250305","name":"web_search"}]"#).functions);
    assert!(!tools(r#"[{"type":"bash_20250124","name":"bash"}, 1]"#).functions);
    assert!(tools(r#"[{"name":"headroom_retrieve","input_schema":{}}]"#).retrieval);
}

#[test]
fn the_tool_becomes_the_last_one() {
    let body = "{\"tools\" : [ {\"name\":\"f\"}\n ] ,\"messages\":[]}";
    let insertion = anthropic(body).tools.insertion.unwrap();
    let changed = splice(body.as_bytes(), &[], Some((insertion, "{\"name\":\"g\"}")));
    assert_eq!(changed, b"{\"tools\" : [ {\"name\":\"f\"},{\"name\":\"g\"}\n ] ,\"messages\":[]}");
}

#[test]
fn what_is_no_request_is_an_error() {
    let bodies: [&[u8]; 12] = [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"{\"messages\":{}}",
        b"{\"messages\":[\"hi\"]}",
        b"{\"messages\":[]}x",
        b"\xef\xbb\xbf{\"messages\":[]}",
        b"{\"messages\":[],\"x\":\"\xff\"}",
        b"{\"messages\":[],}",
        b"{\"messages\":[]",
        b"{\"messages\":[],\"x\":01}",
    ];
    for body in bodies {
        for format in [Format::OpenAiChat, Format::Anthropic] {
            let error = scan(body, format).unwrap_err();
            assert!(matches!(error, Error::Request { .. }), "{error}");
        }
    }
    let message = |body: &[u8]| scan(body, Format::Anthropic).unwrap_err().to_string();
    assert_eq!(
        message(b"{\"messages\":[],\"secret\":tru}"),
        "the body is not valid JSON: expected a value at byte 24; send it on unchanged"
    );
    assert_eq!(
        message(b"{\"prompt\":\"secret\"}"),
        "the body is not an Anthropic Messages request: it lacks a list `messages`; send it on unchanged"
    );
}

#[test]
fn deep_nesting_is_skipped_where_nobody_asks_and_refused_where_it_matters() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let body = format!(
        r#"{{"x":{deep},"messages":[{{"role":"user","content":"hi","x":{deep}}},{{"role":"user","content":{deep}}}]}}"#
    );
    assert_eq!(openai(&body).blocks.len(), 1);
    assert_eq!(anthropic(&body).blocks.len(), 1);
    let contents = "{\"content\":".repeat(10_000) + "1" + &"}".repeat(10_000);
    let body = format!(r#"{{"messages":[{contents}]}}"#);
    assert!(scan(body.as_bytes(), Format::Anthropic).is_err());
    assert!(scan(body.as_bytes(), Format::OpenAiChat).is_ok());
}

#[test]
fn the_deepest_contents_fit_on_a_small_stack() {
    let body = |depth: usize| {
        let opening = r#"{"type":"a_tool_result","content":"#.repeat(depth);
        format!(r#"{{"messages":[{{"content":{opening}"deep"{}}}]}}"#, "}".repeat(depth))
    };
    let scan_both = move || {
        assert_eq!(anthropic(&body(32)).blocks[0].block_type, BlockType::ServerToolResult);
        assert!(scan(body(33).as_bytes(), Format::Anthropic).is_err());
    };
    // WebAssembly has 1 MB for everything, and this build's frames are larger than those of a release.
    std::thread::Builder::new().stack_size(384 << 10).spawn(scan_both).unwrap().join().unwrap();
}

#[test]
fn arguments_are_not_copied_without_bound() {
    let result = r#"{"role":"tool","tool_call_id":"c","content":"x"}"#;
    let body = format!(
        r#"{{"messages":[{{"role":"assistant","tool_calls":[{{"id":"c","function":{{"name":"f","arguments":"{}"}}}}]}}{}]}}"#,
        r"\n".repeat(1000),
        format!(",{result}").repeat(1000)
    );
    let request = openai(&body);
    assert_eq!(request.blocks.len(), 1000);
    assert_eq!(request.blocks.iter().filter(|block| block.call_arguments.is_some()).count(), 16);
    assert!(request.blocks.iter().all(|block| block.tool_name.as_deref() == Some("f")));
}

#[test]
fn roles_are_kept_as_the_format_says() {
    let request = anthropic(r#"{"messages":[{"content":"a"},{"role":"system","content":"b"}]}"#);
    assert_eq!(request.blocks[0].role, Role::System);
    assert!(request.blocks[0].overrides.off);
    assert!(!request.blocks[1].overrides.off);
}
