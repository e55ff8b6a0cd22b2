//! Turns are known again, and what was hidden in them comes back.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::wire::splice::edit;
use crate::wire::tests::bodies::{Choices, FORMATS};

fn names(body: &Value, format: Format) -> Turns {
    turns(body.to_string().as_bytes(), format).unwrap()
}

/// The names of turns, each of a role, a text and others.
fn chain(turns: &[(&str, &str, &[&str])]) -> Turns {
    let mut end = String::new();
    let mut keys = Vec::new();
    for (role, text, others) in turns {
        end = after(&end, role, text, others);
        if *role == "assistant" {
            keys.push(end.clone());
        }
    }
    Turns { keys, end }
}

#[test]
fn turns_of_anthropic() {
    let body = json!({ "system": "The time is 12:00", "messages": [
        { "role": "user", "content": "What  failed?" },
        { "role": "assistant", "content": [
            { "type": "thinking", "thinking": "hm", "signature": "s" },
            { "type": "text", "text": "I " }, { "type": "text", "text": "look", "cache_control": { "type": "ephemeral" } },
            { "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {} },
            { "type": "tool_use", "id": "t1", "name": "list", "input": { "a": 1 } },
            { "type": "tool_use", "id": "t2", "name": "list", "input": {} } ] },
        { "role": "user", "content": [
            { "type": "tool_result", "tool_use_id": "t1", "content": "cleared" },
            { "type": "tool_result", "tool_use_id": "t2", "content": [{ "type": "text", "text": "x" }] },
            { "type": "image", "source": {} }, { "type": "text", "text": "and?" } ] },
        { "role": "assistant", "content": "Nothing." }
    ] });
    let expected = chain(&[
        ("user", "What failed?", &[]),
        ("assistant", "I look", &["t1", "t2"]),
        ("user", "and?", &["t1", "t2", "image"]),
        ("assistant", "Nothing.", &[]),
    ]);
    assert_eq!(names(&body, Format::Anthropic), expected);
    assert_eq!(names(&json!({ "messages": [] }), Format::Anthropic), chain(&[]));
    assert_eq!(names(&json!({ "requests": [] }), Format::Anthropic), chain(&[]));
    assert!(turns(b"{", Format::Anthropic).is_err());
}

#[test]
fn turns_of_chat_completions() {
    let call =
        |id: &str| json!({ "id": id, "type": "function", "function": { "name": "f", "arguments": "{}" } });
    let body = json!({ "messages": [
        { "role": "system", "content": "The time is 12:00" },
        { "role": "user", "content": [{ "type": "text", "text": "see" }, { "type": "image_url", "image_url": {} }], "name": "n" },
        { "role": "assistant", "content": null, "tool_calls": [call("c1"), call("c2")], "reasoning_details": [{ "id": "r" }] },
        { "role": "tool", "tool_call_id": "c1", "content": "x" },
        { "role": "tool", "tool_call_id": "c2", "content": "y" },
        { "role": "assistant", "content": "", "function_call": { "name": "old", "arguments": "{}" } },
        { "role": "function", "name": "old", "content": "z" },
        { "role": "developer", "content": "Remember." },
        { "role": "assistant", "content": [{ "type": "text", "text": "so" }, { "type": "refusal", "refusal": "no" }] }
    ] });
    let expected = chain(&[
        ("user", "see", &["image_url"]),
        ("assistant", "", &["c1", "c2"]),
        ("tool", "", &["c1"]),
        ("tool", "", &["c2"]),
        ("assistant", "", &["old"]),
        ("tool", "", &["old"]),
        ("assistant", "so", &[]),
    ]);
    assert_eq!(names(&body, Format::OpenAiChat), expected);
}

#[test]
fn turns_of_responses_are_runs_of_items() {
    let body = json!({ "instructions": "The time is 12:00", "input": [
        { "role": "user", "content": [{ "type": "input_text", "text": "see" }, { "type": "input_image", "image_url": "u" }] },
        { "type": "reasoning", "id": "rs_1", "summary": [], "content": [{ "type": "reasoning_text", "text": "hm" }] },
        { "type": "message", "id": "msg_1", "role": "assistant", "content": [{ "type": "output_text", "text": "I look" }] },
        { "type": "web_search_call", "id": "ws_1" },
        { "type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": "{}" },
        { "type": "local_shell_call", "id": "lsh_1", "call_id": "c2", "action": {} },
        { "type": "function_call_output", "call_id": "c1", "output": "x" },
        { "type": "local_shell_call_output", "id": "lsh_1", "output": "y" },
        { "role": "developer", "content": "Remember." },
        { "role": "assistant", "content": "So" },
        { "role": "assistant", "content": "it is" }
    ] });
    let expected = chain(&[
        ("user", "see", &["input_image"]),
        ("assistant", "I look", &["c1", "c2"]),
        ("tool", "", &["c1"]),
        ("tool", "", &["lsh_1"]),
        ("assistant", "So it is", &[]),
    ]);
    assert_eq!(names(&body, Format::OpenAiResponses), expected);
    assert_eq!(names(&json!({ "input": "see" }), Format::OpenAiResponses), chain(&[("user", "see", &[])]));
}

#[test]
fn turns_of_gemini() {
    let body = json!({ "contents": [
        { "parts": [{ "text": "see" }, { "inlineData": { "data": "AA" } }] },
        { "role": "model", "parts": [
            { "text": "hm", "thought": true }, { "text": "I look", "thoughtSignature": "s" },
            { "functionCall": { "id": "1", "name": "f", "args": {} } }, { "functionCall": { "name": "g", "args": {} } },
            { "text": "", "thoughtSignature": "s" } ] },
        { "role": "user", "parts": [
            { "functionResponse": { "name": "f", "response": { "result": "x" } } },
            { "functionResponse": { "name": "g", "response": { "result": "y" } } } ] },
        { "role": "model", "parts": [{ "text": "So" }] }
    ], "systemInstruction": { "parts": [{ "text": "The time is 12:00" }] } });
    let expected = chain(&[
        ("user", "see", &["data"]),
        ("assistant", "I look", &["f", "g"]),
        ("user", "", &["f", "g"]),
        ("assistant", "So", &[]),
    ]);
    assert_eq!(names(&body, Format::Gemini), expected);
    assert_eq!(names(&json!({ "generateContentRequest": body }), Format::Gemini), expected);
}

/// `body` with the records of its turns put back, and how many were lost.
fn put_back(body: &str, format: Format, records: &[Option<&str>]) -> (String, usize, usize) {
    let names = turns(body.as_bytes(), format).unwrap();
    assert_eq!(names.keys.len(), records.len());
    let found =
        names.keys.into_iter().zip(records).filter_map(|(key, record)| Some((key, (*record)?.to_owned())));
    let restored = restore(body.as_bytes(), format, &found.collect()).unwrap();
    let lost = restored.lost;
    let tokens = restored.retrieved_tokens;
    let changed = String::from_utf8(edit(body.as_bytes(), restored.edits)).unwrap();
    assert!(serde_json::from_str::<Value>(&changed).is_ok(), "{changed}");
    (changed, tokens, lost)
}

#[test]
fn a_hidden_round_stands_before_its_turn_as_it_was_produced() {
    let record = r#"{"v":1,"format":"anthropic","before":[{"role":"assistant" ,"content":[{"type":"thinking","thinking":"h\u006d","signature":"c2ln"},
        {"type":"tool_use","id":"t0","name":"headroom_retrieve","input":{"id": "hr_1"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t0","content":"rows"}]}],
        "turn":{"role":"assistant","content":[{"type":"text","text":"It was 3."}]},"after":[],"retrievedTokens":12}"#;
    let before = &record[record.find('[').unwrap() + 1..record.find("],\n        \"turn\"").unwrap()];
    let body = r#"{ "messages": [ {"role":"user","content":"Which?"} ,
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln~hr"},{"text":"It was 3.","type":"text","cache_control":{"type":"ephemeral" }}]},
        {"role":"user","content":"Thanks"} ], "n": 1.0 }"#;
    let (changed, tokens, lost) = put_back(body, Format::Anthropic, &[Some(record)]);
    let expected = format!(
        r#"{{ "messages": [ {{"role":"user","content":"Which?"}} ,
        {before},{{"role":"assistant","content":[{{"type":"text","text":"It was 3.","cache_control":{{"type":"ephemeral" }}}}]}},
        {{"role":"user","content":"Thanks"}} ], "n": 1.0 }}"#
    );
    assert_eq!((changed, tokens, lost), (expected, 12, 0));
}

#[test]
fn a_turn_that_stays_as_the_client_has_it_keeps_its_bytes() {
    let record =
        r#"{"v":1,"format":"openai","before":[{"a":1},{"b":2}],"turn":null,"after":[],"retrievedTokens":1}"#;
    let body = r#"{"messages":[ {"role":"assistant" , "content":"x"} , {"role":"user","content":"y"}]}"#;
    let (changed, ..) = put_back(body, Format::OpenAiChat, &[Some(record)]);
    assert_eq!(changed, body.replace(r#"[ {"role":"assistant""#, r#"[ {"a":1},{"b":2},{"role":"assistant""#));
    let gone = r#"{"v":1,"format":"openai","before":[],"turn":[],"after":[],"retrievedTokens":1}"#;
    let (changed, ..) = put_back(body, Format::OpenAiChat, &[Some(gone)]);
    assert_eq!(changed, r#"{"messages":[ {"role":"user","content":"y"}]}"#);
    for none in
        ["", "{}", r#"{"v":2}"#, &record.replace("openai", "gemini"), &record.replace("\"v\":1", "\"v\":2")]
    {
        assert_eq!(put_back(body, Format::OpenAiChat, &[Some(none)]).0, body, "{none}");
    }
}

#[test]
fn answers_in_a_mixed_turn_stand_in_front_of_the_clients() {
    let record = |format: &str, turn: &str, after: &str| {
        format!(
            r#"{{"v":1,"format":"{format}","before":[],"turn":{turn},"after":{after},"retrievedTokens":5}}"#
        )
    };
    let both = r#"{"role":"assistant","content":[{"type":"tool_use","id":"ours","name":"headroom_retrieve","input":{}},{"type":"tool_use","id":"t","name":"f","input":{}}]}"#;
    let anthropic =
        record("anthropic", both, r#"[{"type":"tool_result","tool_use_id":"ours","content":"x"}]"#);
    let body = |next: &str| {
        format!(
            r#"{{"messages":[{{"role":"assistant","content":[{{"type":"tool_use","id":"t","name":"f","input":{{}}}}]}}{next}]}}"#
        )
    };
    let ours = r#"{"type":"tool_result","tool_use_id":"ours","content":"x"}"#;
    let theirs = r#"{"type":"tool_result","tool_use_id":"t","content":"y"}"#;
    for (next, expected) in [
        (
            format!(r#",{{"role":"user","content":[ {theirs}]}}"#),
            format!(r#",{{"role":"user","content":[{ours}, {theirs}]}}"#),
        ),
        (
            r#",{"role":"user","content":[ ]}"#.to_owned(),
            format!(r#",{{"role":"user","content":[{ours} ]}}"#),
        ),
        (
            r#",{"role":"user","content":"no"}"#.to_owned(),
            format!(r#",{{"role":"user","content":[{ours}]}},{{"role":"user","content":"no"}}"#),
        ),
        (String::new(), format!(r#",{{"role":"user","content":[{ours}]}}"#)),
    ] {
        let (changed, ..) = put_back(&body(&next), Format::Anthropic, &[Some(&anthropic)]);
        assert_eq!(changed, format!(r#"{{"messages":[{both}{expected}]}}"#));
    }

    let both = r#"[{"type":"reasoning","id":"rs_1","summary":[]},{"type":"function_call","call_id":"ours"},{"type":"function_call","call_id":"c"}]"#;
    let responses = record(
        "openai-responses",
        both,
        r#"[{"type":"function_call_output","call_id":"ours","output":"x"}]"#,
    );
    let body = r#"{"input":["odd",{"type":"reasoning","id":"rs_1~hr","summary":[]} , {"type":"function_call","call_id":"c"},{"type":"function_call_output","call_id":"c","output":"y"}]}"#;
    let (changed, ..) = put_back(body, Format::OpenAiResponses, &[Some(&responses)]);
    assert_eq!(
        changed,
        r#"{"input":["odd",{"type":"reasoning","id":"rs_1","summary":[]},{"type":"function_call","call_id":"ours"},{"type":"function_call","call_id":"c"},{"type":"function_call_output","call_id":"ours","output":"x"},{"type":"function_call_output","call_id":"c","output":"y"}]}"#
    );

    let both = r#"{"role":"model","parts":[{"functionCall":{"name":"headroom_retrieve","args":{}},"thoughtSignature":"s"},{"functionCall":{"name":"f","args":{}}}]}"#;
    let gemini = record(
        "gemini",
        both,
        r#"[{"functionResponse":{"name":"headroom_retrieve","response":{"result":"x"}}}]"#,
    );
    let body = r#"{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"s~hr"}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]}"#;
    let (changed, tokens, _) = put_back(body, Format::Gemini, &[Some(&gemini)]);
    assert_eq!(
        changed,
        format!(
            r#"{{"contents":[{both},{{"role":"user","parts":[{{"functionResponse":{{"name":"headroom_retrieve","response":{{"result":"x"}}}}}},{{"functionResponse":{{"name":"f","response":{{}}}}}}]}}]}}"#
        )
    );
    assert_eq!(tokens, 5);
}

#[test]
fn without_its_record_a_marked_turn_loses_its_reasoning() {
    let lost = |body: &str, format: Format, expected: &str| {
        let turns = turns(body.as_bytes(), format).unwrap().keys.len();
        let (changed, tokens, lost) = put_back(body, format, &vec![None; turns]);
        assert_eq!((changed.as_str(), tokens, lost), (expected, 0, 1), "{body}");
    };
    lost(
        r#"{"messages":[{"role":"user","content":"a"}, {"role":"assistant","content":[{"type":"thinking","signature":"a"} ,{"type":"redacted_thinking","data":"b~hr"}, {"type":"text","text":"x"}]}]}"#,
        Format::Anthropic,
        r#"{"messages":[{"role":"user","content":"a"}, {"role":"assistant","content":[{"type":"text","text":"x"}]}]}"#,
    );
    lost(
        r#"{"messages":[{"role":"user","content":"a"} ,{"role":"assistant","content":[{"type":"thinking","signature":"a~hr"}]},{"role":"user","content":"b"}]}"#,
        Format::Anthropic,
        r#"{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}"#,
    );
    lost(
        r#"{"messages":[{"role":"assistant","content":"x","reasoning_details":[ {"type":"reasoning.encrypted","data":"a~hr"},{"data":"b"}]}]}"#,
        Format::OpenAiChat,
        r#"{"messages":[{"role":"assistant","content":"x","reasoning_details":[]}]}"#,
    );
    lost(
        r#"{"input":[{"type":"reasoning","id":"rs_1~hr","summary":[]},{"type":"message","id":"msg_1","role":"assistant","content":"x"},{"type":"reasoning","id":"rs_2"},{"id":"fc_1","type":"function_call","call_id":"c"},{"type":"local_shell_call","id":"lsh_1~hr","call_id":"d"},{"type":"function_call_output","id":"o","call_id":"c","output":"y"}]}"#,
        Format::OpenAiResponses,
        r#"{"input":[{"type":"message","role":"assistant","content":"x"},{"type":"function_call","call_id":"c"},{"type":"local_shell_call","id":"lsh_1","call_id":"d"},{"type":"function_call_output","id":"o","call_id":"c","output":"y"}]}"#,
    );
    lost(
        r#"{"input":[{"type":"item_reference","id":"rs_1~hr"},{"type":"item_reference","id":"msg_1"}]}"#,
        Format::OpenAiResponses,
        r#"{"input":[{"type":"item_reference","id":"msg_1"}]}"#,
    );
    lost(
        r#"{"contents":[{"role":"model","parts":[{"text":"hm","thought":true},{"text":"x","thoughtSignature":"a~hr"},{"functionCall":{"name":"f"},"thought_signature":"b"},{"functionCall":{"name":"g"}},{"text":"","thoughtSignature":"c"}]}]}"#,
        Format::Gemini,
        r#"{"contents":[{"role":"model","parts":[{"text":"x"},{"functionCall":{"name":"f"},"thought_signature":"skip_thought_signature_validator"},{"functionCall":{"name":"g"}}]}]}"#,
    );
    let said = r#"{"messages":[{"role":"assistant","content":[{"type":"text","text":"ends in ~hr"},{"type":"thinking","signature":"a"}]}]}"#;
    assert_eq!(put_back(said, Format::Anthropic, &[None]), (said.to_owned(), 0, 0));
}

#[test]
fn cache_marks_move_to_the_twin_or_to_the_last_part() {
    let carried = |sent: &str, produced: &str| client_marks::carried_over(sent, produced);
    let sent = r#"{"role":"assistant","content":[{"type":"text","text":"a","cache_control":1},{"type":"tool_use","id":"t","input":{"x":1},"cache_control":{"type":"ephemeral"}}]}"#;
    assert_eq!(
        carried(
            sent,
            r#"{"content":[{"type":"tool_use","id":"t","input":{ "x":1.0}},{"text":"\u0061","type":"text"}]}"#
        ),
        r#"{"content":[{"type":"tool_use","id":"t","input":{ "x":1.0},"cache_control":{"type":"ephemeral"}},{"text":"\u0061","type":"text","cache_control":1}]}"#
    );
    let moved = r#"{"content":[{"type":"text","text":"b","cache_control":2}]}"#;
    assert_eq!(
        carried(moved, r#"{"content":[{"type":"text","text":"c"},{"type":"thinking"}]}"#),
        r#"{"content":[{"type":"text","text":"c","cache_control":2},{"type":"thinking"}]}"#
    );
    assert_eq!(
        carried(moved, r#"{"role":"assistant","content":"c"}"#),
        r#"{"role":"assistant","content":[{"type":"text","text":"c","cache_control":2}]}"#
    );
    assert_eq!(
        carried(r#"{"content":"c","cache_control":3}"#, r#"{"content":"c"}"#),
        r#"{"content":"c","cache_control":3}"#
    );
    for produced in
        [r#"{"content":[]}"#, r#"{"content":""}"#, r#"{"content":[{"type":"thinking"}]}"#, "7", "{"]
    {
        assert_eq!(carried(moved, produced), produced);
    }
    let unmarked = r#"{"content":[{"type":"text","text":"b","cache_control":null}]}"#;
    assert_eq!(
        carried(unmarked, r#"{"content":[{"type":"text","text":"b"}]}"#),
        r#"{"content":[{"type":"text","text":"b"}]}"#
    );
}

/// Records of every kind for the turns of generated bodies: the body stays JSON, and holds what was put back.
#[test]
fn generated_bodies_with_records_stay_whole() {
    let mut random = 7_u64;
    for round in 0..4_000_usize {
        let bytes: Vec<u8> = (0..900)
            .map(|_| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (random >> 56) as u8
            })
            .collect();
        let format = FORMATS[round % 4];
        let body = Choices::new(&bytes).body(format);
        let names = turns(body.as_bytes(), format).unwrap();
        assert_eq!(names, turns(body.as_bytes(), format).unwrap());
        let name = serde_json::to_value(format).unwrap();
        let mut hidden = BTreeMap::new();
        let mut tokens = 0;
        for (index, key) in names.keys.iter().enumerate() {
            let pick = usize::from(bytes[index]);
            if pick % 4 == 3 {
                continue;
            }
            let turn = [json!(null), json!([]), json!([{ "turn": index }])][pick % 3].clone();
            let more = |here: bool, what: &str| if here { json!([{ what: index }]) } else { json!([]) };
            let record = json!({ "v": 1, "format": name, "before": more(pick % 5 > 1, "before"), "turn": turn,
                "after": more(pick % 7 > 4, "after"), "retrievedTokens": 1 });
            hidden.insert(key.clone(), record.to_string());
            tokens += 1;
        }
        let restored = restore(body.as_bytes(), format, &hidden).unwrap();
        assert!(restored.retrieved_tokens >= tokens.min(hidden.len()));
        let changed = edit(body.as_bytes(), restored.edits);
        let value: Value = serde_json::from_slice(&changed)
            .unwrap_or_else(|error| panic!("{error}\n{body}\n{}", String::from_utf8_lossy(&changed)));
        for record in hidden.values() {
            let record: Value = serde_json::from_str(record).unwrap();
            for part in record["before"].as_array().unwrap().iter().chain(record["after"].as_array().unwrap())
            {
                assert!(value.to_string().contains(&part.to_string()), "{part} in {value}");
            }
        }
    }
}
