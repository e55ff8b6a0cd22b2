//! Items of Responses.

use super::*;

fn responses(body: &str) -> Request<'_> {
    scan(body.as_bytes(), Format::OpenAiResponses).unwrap()
}

#[test]
fn a_string_is_what_the_user_says() {
    let request = responses(r#"{"model":"gpt-5","instructions":"Be brief.","input":"Hi"}"#);
    assert_eq!(request.model.as_deref(), Some("gpt-5"));
    assert_eq!(request.messages, 1);
    assert_eq!(listing(&request), [r#"0.0 System Text "-" "-": Be brief."#, r#"0.0 User Text "-" "-": Hi"#]);
}

#[test]
fn items_are_texts_calls_and_results() {
    let request = responses(
        r#"{"input":[
        {"role":"developer","content":"rules"},
        {"role":"user","content":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"data:,","text":"no"},
          {"type":"input_file","filename":"a.pdf","file_data":"JVBE"}]},
        {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"xx"},
        {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[
          {"type":"output_text","text":"I look","annotations":[]},{"type":"refusal","refusal":"no"}]},
        {"type":"function_call","id":"fc_1","call_id":"call_1","name":"read","arguments":"{\"path\":\"a\"}","status":"completed"},
        {"type":"custom_tool_call","call_id":"call_2","name":"grammar","input":"x = 1"},
        {"type":"local_shell_call","id":"lsh_1","call_id":"call_3","action":{"type":"exec","command":["ls"],"env":{}},"status":"completed"},
        {"type":"apply_patch_call","call_id":"call_4","operation":{"type":"delete_file","path":"a"},"status":"completed"},
        {"type":"function_call_output","call_id":"call_1","output":"plain"},
        {"type":"custom_tool_call_output","call_id":"call_2","output":[{"type":"input_text","text":"one"},
          {"type":"input_image","image_url":"u"},{"type":"input_text","text":"two"}]},
        {"type":"local_shell_call_output","id":"lsh_1","output":"{\"output\":\"a\"}"},
        {"type":"local_shell_call_output","call_id":"call_3","output":"by call"},
        {"type":"apply_patch_call_output","call_id":"call_4","status":"failed","output":"no such file"},
        {"role":"narrator","content":"odd"}]}"#,
    );
    assert_eq!(request.messages, 14);
    assert_eq!(
        listing(&request),
        [
            r#"0.0 System Text "-" "-": rules"#,
            r#"1.0 User Text "-" "-": see"#,
            r#"3.0 Assistant Text "-" "-": I look"#,
            r#"8.0 Tool ToolResult "read" "{\"path\":\"a\"}": plain"#,
            r#"9.0 Tool ToolResult "grammar" "x = 1": one"#,
            r#"9.2 Tool ToolResult "grammar" "x = 1": two"#,
            r#"10.0 Tool ToolResult "local_shell" "{\"type\":\"exec\",\"command\":[\"ls\"],\"env\":{}}": {"output":"a"}"#,
            r#"11.0 Tool ToolResult "local_shell" "{\"type\":\"exec\",\"command\":[\"ls\"],\"env\":{}}": by call"#,
            r#"12.0 Tool ToolResult "apply_patch" "{\"type\":\"delete_file\",\"path\":\"a\"}": no such file"#,
            r#"13.0 System Text off "-" "-": odd"#,
        ]
    );
}

#[test]
fn what_the_provider_ran_is_told_apart() {
    let request = responses(
        r#"{"input":[
        {"type":"mcp_list_tools","id":"mcpl_1","server_label":"d","tools":[{"name":"x","description":"no"}]},
        {"type":"mcp_call","id":"mcp_1","server_label":"d","name":"ask","arguments":"{}","output":"answered"},
        {"type":"web_search_call","id":"ws_1","action":{"type":"search","query":"q"},"status":"completed"},
        {"type":"file_search_call","id":"fs_1","queries":["q"],"results":[{"file_id":"f","filename":"n","text":"passage","score":0.5}]},
        {"type":"code_interpreter_call","id":"ci_1","container_id":"c","code":"1","outputs":[{"type":"logs","logs":"printed"},
          {"type":"image","url":"u"}]},
        {"type":"shell_call","call_id":"sh_1","action":{"commands":["ls"]},"environment":{"type":"container_reference","container_id":"c"}},
        {"type":"shell_call_output","call_id":"sh_1","output":[{"stdout":"theirs","stderr":"","outcome":{"type":"exit","exit_code":0}}]},
        {"type":"shell_call","call_id":"sh_2","action":{"commands":["ls"]},"environment":{"type":"local"}},
        {"type":"shell_call_output","call_id":"sh_2","output":[{"stdout":"ours","stderr":"err","outcome":{"type":"timeout"}}]},
        {"type":"compaction","encrypted_content":"xx"},{"type":"something_new","output":"?","content":"?"}]}"#,
    );
    assert_eq!(
        listing(&request),
        [
            r#"1.0 Assistant McpResult "-" "-": answered"#,
            r#"3.0 Assistant ServerToolResult "-" "-": passage"#,
            r#"4.0 Assistant ServerToolResult "-" "-": printed"#,
            r#"6.0 Tool ServerToolResult "-" "-": theirs"#,
            r#"6.0 Tool ServerToolResult "-" "-": "#,
            r#"8.0 Tool ToolResult "shell" "{\"commands\":[\"ls\"]}": ours"#,
            r#"8.0 Tool ToolResult "shell" "{\"commands\":[\"ls\"]}": err"#,
        ]
    );
}

#[test]
fn results_are_left_alone_where_a_program_reads_them_and_whole_where_their_call_is_unknown() {
    let request = responses(
        r#"{"input":[
        {"type":"function_call","call_id":"a","name":"f","arguments":"{}","caller":{"type":"program","caller_id":"p"}},
        {"type":"function_call_output","call_id":"a","output":"x"},
        {"type":"function_call","call_id":"b","name":"f","arguments":"{}","caller":{"type":"direct"}},
        {"type":"function_call_output","call_id":"b","output":"y"},
        {"type":"item_reference","id":"fc_9"},{"type":"function_call_output","call_id":"c","output":"z"}]}"#,
    );
    let kinds = |request: &Request<'_>| -> Vec<_> {
        request.blocks.iter().map(|block| (block.block_type, block.overrides.lossless)).collect()
    };
    let (by_program, by_model) = ((BlockType::ServerToolResult, None), (BlockType::ToolResult, None));
    assert_eq!(kinds(&request), [by_program, by_model, (BlockType::ToolResult, Some(true))]);
    let anthropic = anthropic(
        r#"{"messages":[{"role":"assistant","content":[
        {"type":"tool_use","id":"a","name":"f","input":{},"caller":{"type":"code_execution_20250825","tool_id":"s"}},
        {"type":"tool_use","id":"b","name":"f","input":{},"caller":{"type":"direct"}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"},
        {"type":"tool_result","tool_use_id":"b","content":"y"}]}]}"#,
    );
    assert_eq!(kinds(&anthropic), [by_program, by_model]);
}

#[test]
fn tools_are_functions_in_the_list_itself() {
    let tools = |tools: &str| responses(&format!(r#"{{"input":"","tools":{tools}}}"#)).tools;
    let function = tools(r#"[{"type":"web_search"},{"type":"function","name":"f","parameters":{}}]"#);
    assert!(function.functions && !function.retrieval && function.insertion.is_some());
    assert!(
        !tools(r#"[{"type":"web_search"},{"type":"custom","name":"f"},{"type":"mcp","server_label":"d"}]"#)
            .functions
    );
    assert!(tools(r#"[{"type":"function","name":"headroom_retrieve"}]"#).retrieval);
    assert!(!tools(r#"[{"type":"function","function":{"name":"headroom_retrieve"}}]"#).retrieval);
}

#[test]
fn what_the_provider_edits_or_keeps_is_known() {
    let edited = |field: &str| responses(&format!(r#"{{"input":"",{field}}}"#)).history_edited;
    for field in [
        r#""truncation":"auto""#,
        r#""context_management":[{"type":"compaction"}]"#,
        r#""previous_response_id":"resp_1""#,
        r#""conversation":"conv_1""#,
        r#""conversation":{"id":"conv_1"}"#,
    ] {
        assert!(edited(field), "{field}");
    }
    for field in [
        r#""truncation":"disabled""#,
        r#""truncation":null"#,
        r#""context_management":[]"#,
        r#""previous_response_id":null"#,
        r#""conversation":null"#,
        r#""truncation":"auto","truncation":"disabled""#,
    ] {
        assert!(!edited(field), "{field}");
    }
    let body = r#"{"input":[],"previous_response_id": "resp_1"}"#;
    let span = responses(body).previous_response_id.unwrap();
    assert_eq!(&body[span.start..span.end], r#""resp_1""#);
    let openai = |field: &str| openai(&format!(r#"{{"messages":[],{field}}}"#)).history_edited;
    assert!(openai(r#""transforms":["middle-out"]"#) && openai(r#""truncate_prompt_tokens":100"#));
    assert!(!openai(r#""transforms":[]"#) && !openai(r#""truncate_prompt_tokens":null"#));
}
