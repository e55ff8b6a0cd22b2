//! What generated turns do not show: order in time, errors, habits of single providers, and bytes that are no answers.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::host::{Played, Random, Response, play, play_whole};
use crate::intercept::Interceptor;

const FORMATS: [&str; 4] = ["anthropic", "openai", "openai-responses", "gemini"];

fn request(format: &str) -> &'static str {
    match format {
        "openai-responses" => r#"{"model":"m","input":[]}"#,
        "gemini" => r#"{"contents":[]}"#,
        _ => r#"{"model":"m","messages":[]}"#,
    }
}

fn meta(format: &str) -> Value {
    json!({ "format": format, "model": "m", "key": "k" })
}

fn recorded(format: &str) -> [&'static str; 2] {
    match format {
        "anthropic" => {
            [include_str!("fixtures/anthropic-round-1.sse"), include_str!("fixtures/anthropic-round-2.sse")]
        }
        "openai" => {
            [include_str!("fixtures/openai-round-1.sse"), include_str!("fixtures/openai-round-2.sse")]
        }
        "openai-responses" => {
            [include_str!("fixtures/responses-round-1.sse"), include_str!("fixtures/responses-round-2.sse")]
        }
        _ => [include_str!("fixtures/gemini-round-1.sse"), include_str!("fixtures/gemini-round-2.sse")],
    }
}

fn events(stream: &str) -> Vec<&str> {
    let end = if stream.contains("\r\n\r\n") { "\r\n\r\n" } else { "\n\n" };
    stream.split_inclusive(end).collect()
}

fn interceptor(format: &str) -> Interceptor {
    Interceptor::new(request(format).as_bytes(), &meta(format).to_string()).expect("valid meta data")
}

fn begin(interceptor: &mut Interceptor, content_type: &str, status: u16) {
    let beginning = json!({ "contentType": content_type, "status": status });
    interceptor.begin(&beginning.to_string()).expect("valid");
}

/// An interceptor whose first round has been answered.
fn continued(format: &str) -> Interceptor {
    let mut interceptor = interceptor(format);
    begin(&mut interceptor, "text/event-stream", 200);
    interceptor.push(recorded(format)[0].as_bytes());
    interceptor.end();
    interceptor.answer(r#"["rows"]"#).expect("an answer to the call");
    interceptor
}

#[test]
fn every_event_of_text_leaves_before_the_next_comes() {
    for format in FORMATS {
        let mut interceptor = interceptor(format);
        let mut texts = 0;
        for (round, stream) in recorded(format).into_iter().enumerate() {
            begin(&mut interceptor, "text/event-stream", 200);
            for event in events(stream) {
                let out = String::from_utf8(interceptor.push(event.as_bytes())).expect("UTF-8");
                for text in [
                    "Rows 9-820",
                    "so I look",
                    "Let me look",
                    "Row 57",
                    " failed",
                    "I read it",
                    "must be in the gap",
                    "Looking",
                    "Answering",
                ] {
                    if event.contains(text) && !event.contains("\"response.completed\"") {
                        assert!(out.contains(text), "{format}: {text} is held back");
                        texts += 1;
                    }
                }
            }
            interceptor.end();
            if round == 0 {
                interceptor.answer(r#"["rows"]"#).expect("an answer to the call");
            }
        }
        assert!(texts >= 3, "{format}");
    }
}

#[test]
fn a_continuation_that_fails_ends_the_answer_as_the_provider_would() {
    let mut shown = String::new();
    for format in FORMATS {
        let mut by_call = continued(format);
        let end = by_call.fail(r#"{"status":529,"message":"the provider is overloaded"}"#).expect("valid");
        let _ = write!(shown, "{format}:\n{}{}\n\n", String::from_utf8_lossy(&end.bytes), end.outcome_json);

        let body = r#"{"type":"error", "error":{"type":"rate_limit_error","code":"slow_down","message":"Slow \"down\""}}"#;
        let failure = json!({ "status": 429, "message": "", "body": body });
        let by_call = continued(format).fail(&failure.to_string()).expect("valid");
        let mut by_response = continued(format);
        begin(&mut by_response, "application/json", 429);
        assert!(by_response.push(&body.as_bytes()[..20]).is_empty());
        assert!(by_response.push(&body.as_bytes()[20..]).is_empty());
        let end = by_response.end();
        assert_eq!(end.bytes, by_call.bytes);
        assert_eq!(end.outcome_json, by_call.outcome_json);
        let _ = write!(shown, "{}\n\n", String::from_utf8_lossy(&end.bytes));
    }
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(shown) });
}

#[test]
fn a_continuation_in_another_form_is_a_failure() {
    for format in FORMATS {
        for (content_type, body) in [("application/json", "{\"a\":1}"), ("", " {}"), ("text/html", "<html>")]
        {
            let mut interceptor = continued(format);
            begin(&mut interceptor, content_type, 200);
            interceptor.push(body.as_bytes());
            let end = interceptor.end();
            let outcome: Value = serde_json::from_str(&end.outcome_json).expect("JSON");
            assert_eq!(outcome["failed"], true, "{format} {content_type}");
            assert!(outcome.get("record").is_none());
        }
    }
}

#[test]
fn errors_pass_as_they_came() {
    for format in FORMATS {
        let body = "{\"error\": \"headroom_retrieve\"}\n";
        let played = play_whole(request(format), &meta(format), &[Response::error(500, body)]);
        assert_eq!(played.text(), body);
        assert_eq!(played.done()["failed"], true);
    }
    let [first, _] = recorded("anthropic");
    let cut = first
        .find("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":3")
        .expect("the call");
    let error = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
    let stream = first[..cut].to_owned() + error;
    let played = play_whole(request("anthropic"), &meta("anthropic"), &[Response::sse(stream.clone())]);
    assert_eq!(played.text(), stream);
    assert!(played.record().is_none());
}

#[test]
fn a_stream_that_breaks_off_leaves_no_record() {
    for format in FORMATS {
        let [first, second] = recorded(format);
        let whole = events(second);
        let broken = whole[..whole.len() - 3].concat();
        let played =
            play_whole(request(format), &meta(format), &[Response::sse(first), Response::sse(broken)]);
        assert_eq!(played.done()["failed"], true, "{format}");
        assert!(played.record().is_none(), "{format}");
    }
}

#[test]
fn calls_that_are_not_ours_pass() {
    for format in FORMATS {
        let mut meta = meta(format);
        meta["ours"] = json!(false);
        let [first, _] = recorded(format);
        let played = play(request(format), &meta, &[Response::sse(first)], |_| 7);
        assert_eq!(played.text(), first);
        assert!(played.done()["usage"]["input"].as_u64() > Some(0), "{format}");
        assert!(played.record().is_none());
    }
}

/// Bytes that are no answer, or no longer one, pass as they are, and nothing panics.
#[test]
fn whatever_is_no_answer_passes_as_it_came() {
    let mut random = Random::new(5);
    for case in 0..4_000 {
        let format = FORMATS[case % 4];
        let [first, second] = recorded(format);
        let mut bytes = if case % 8 < 4 { second.to_owned() } else { first.to_owned() }.into_bytes();
        let ours = b"headroom_retrieve";
        let harmless = case % 3 > 0;
        if harmless {
            while let Some(at) = bytes.windows(ours.len()).position(|window| window == ours) {
                bytes[at] = b'H';
            }
        }
        for _ in 0..random.below(6) {
            let at = random.below(bytes.len());
            if bytes.is_empty() {
                break;
            }
            match random.below(4) {
                0 => bytes[at] = random.below(256) as u8,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"{}[]\",:\n\r\\"[random.below(10)]),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let content_type = ["text/event-stream", "application/json", "", "text/html"][random.below(4)];
        let mut interceptor = interceptor(format);
        begin(&mut interceptor, content_type, 200);
        let mut out = Vec::new();
        for piece in bytes.chunks(1 + random.below(90)) {
            out.extend(interceptor.push(piece));
        }
        let end = interceptor.end();
        out.extend(end.bytes);
        if harmless && !bytes.windows(ours.len()).any(|window| window == ours) {
            assert_eq!(
                String::from_utf8_lossy(&out),
                String::from_utf8_lossy(&bytes),
                "{format} {content_type}"
            );
        }
    }
}

#[test]
fn surrogate_pairs_that_are_cut_in_two_come_together_again() {
    let delta = |text: &str| {
        format!(
            "data: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":\"{text}\"}}}}\n\n"
        )
    };
    let stream = [
        "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
        &delta(r"a\ud83d"),
        &delta(r"\ude00"),
        "data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"headroom_retrieve\",\"input\":{}}}\n\n",
        "data: {\"type\":\"content_block_stop\",\"index\":1}\n\n",
        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}\n\n",
    ]
    .concat();
    let end = "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n";
    let played =
        play_whole(request("anthropic"), &meta("anthropic"), &[Response::sse(stream), Response::sse(end)]);
    assert!(played.continuations[0].contains(r#"{"type":"text","text":"a\ud83d\ude00"}"#));
    assert_eq!(played.record().expect("a record").0, crate::wire::turns::after("k", "assistant", "a😀", &[]));
}

fn continuation(format: &str, request: &str, first: &str) -> Played {
    let second = recorded(format)[1];
    play_whole(request, &meta(format), &[Response::sse(first), Response::sse(second)])
}

#[test]
fn no_tool_is_forced_for_ever() {
    let forced = [
        (
            "anthropic",
            r#"{"messages":[],"tool_choice":{"type":"any","disable_parallel_tool_use":true}}"#,
            r#""tool_choice":{"type":"any","disable_parallel_tool_use":true}"#,
            r#""tool_choice":{"type":"auto","disable_parallel_tool_use":true}"#,
        ),
        (
            "anthropic",
            r#"{"messages":[],"tool_choice":{"type":"tool","name":"headroom_retrieve"}}"#,
            r#""tool_choice":{"type":"auto"}"#,
            r#""tool_choice":{"type":"auto"}"#,
        ),
        (
            "openai",
            r#"{"messages":[],"tool_choice":"required"}"#,
            r#""tool_choice":"required""#,
            r#""tool_choice":"auto""#,
        ),
        (
            "openai",
            r#"{"messages":[],"tool_choice":{"type":"function","function":{"name":"headroom_retrieve"}}}"#,
            r#""tool_choice":"auto""#,
            r#""tool_choice":"auto""#,
        ),
        (
            "openai-responses",
            r#"{"input":[],"tool_choice":"required"}"#,
            r#""tool_choice":"required""#,
            r#""tool_choice":"auto""#,
        ),
        (
            "openai-responses",
            r#"{"input":[],"tool_choice":{"type":"function","name":"headroom_retrieve"}}"#,
            r#""tool_choice":"auto""#,
            r#""tool_choice":"auto""#,
        ),
        (
            "gemini",
            r#"{"contents":[],"toolConfig":{"functionCallingConfig":{"mode":"ANY"}}}"#,
            r#"{"mode":"ANY"}"#,
            r#"{"mode":"AUTO"}"#,
        ),
        (
            "gemini",
            r#"{"contents":[],"tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["headroom_retrieve"]}}}"#,
            r#"{"mode":"AUTO"}"#,
            r#"{"mode":"AUTO"}"#,
        ),
    ];
    for (format, request, first, at_the_limit) in forced {
        let played = continuation(format, request, recorded(format)[0]);
        assert!(played.continuations[0].contains(first), "{}", played.continuations[0]);
        let mut meta = meta(format);
        meta["maxRetrievals"] = json!(0);
        let [round, end] = recorded(format);
        let played = play_whole(request, &meta, &[Response::sse(round), Response::sse(end)]);
        assert_eq!(played.outcomes[0]["calls"][0]["limit"], true);
        assert!(played.continuations[0].contains(at_the_limit), "{}", played.continuations[0]);
    }
}

#[test]
fn what_the_providers_tools_left_in_their_container_is_there_when_the_model_goes_on() {
    let message = |container: &str, content: &str, reason: &str| {
        format!(r#"{{"id":"m","content":[{content}],"stop_reason":"{reason}","container":{container}}}"#)
    };
    let ours = r#"{"type":"tool_use","id":"t","name":"headroom_retrieve","input":{}}"#;
    let first = message(r#"{"id":"container_1","expires_at":"x"}"#, ours, "tool_use");
    let end = message("null", "", "end_turn");
    for (asked, expected) in [
        (r#"{"messages":[]}"#, r#""container":"container_1"}"#),
        (r#"{"container":{"skills":[]},"messages":[]}"#, r#"{"container":{"skills":[],"id":"container_1"},"#),
        (r#"{"container":"container_0","messages":[]}"#, r#"{"container":"container_0","messages""#),
    ] {
        let responses = [Response::json(first.clone()), Response::json(end.clone())];
        let played = play_whole(asked, &meta("anthropic"), &responses);
        assert!(played.continuations[0].contains(expected), "{}", played.continuations[0]);
    }
}

#[test]
fn habits_of_chat_providers() {
    let chunk = |delta: &str, finish: &str| {
        format!(
            "data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{finish}}}]}}\n\n"
        )
    };
    let end = chunk(r#"{"content":"ok"}"#, "\"stop\"");
    // The name comes in pieces, and after the id.
    let pieces = [
        chunk(
            r#"{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"","arguments":""}}]}"#,
            "null",
        ),
        chunk(r#"{"tool_calls":[{"index":0,"function":{"name":"headroom_"}}]}"#, "null"),
        chunk(r#"{"tool_calls":[{"index":0,"function":{"name":"retrieve"}}]}"#, "null"),
        chunk(r#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"id\":\"HR_1\"}"}}]}"#, "null"),
        chunk("{}", "\"tool_calls\""),
    ];
    let played = play_whole(
        request("openai"),
        &meta("openai"),
        &[Response::sse(pieces.concat()), Response::sse(end.clone())],
    );
    assert_eq!(played.outcomes[0]["calls"][0]["id"], "hr_1");
    assert!(
        played.continuations[0]
            .contains(r#""function":{"name":"headroom_retrieve","arguments":"{\"id\":\"HR_1\"}"}"#)
    );
    assert!(!played.text().contains("tool_calls"));

    // Names that come late or in pieces change no byte of an answer without a call of ours.
    let late = [
        chunk(
            r#"{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"","arguments":""}}]}"#,
            "null",
        ),
        ": comment\n\n".to_owned(),
        chunk(r#"{"tool_calls":[{"index":0,"function":{"name":"head"}}]}"#, "null"),
        chunk(
            r#"{"tool_calls":[{"index":0,"function":{"name":"er","arguments":"{}"}},{"index":1,"id":"b","function":{"name":""}}]}"#,
            "null",
        ),
        chunk("{}", "\"tool_calls\""),
        "data: [DONE]\n\n".to_owned(),
    ];
    for events in [&late[..], &late[..2], &late[..3]] {
        let stream = events.concat();
        let played = play_whole(request("openai"), &meta("openai"), &[Response::sse(stream.clone())]);
        assert_eq!(played.text(), stream);
    }

    // All calls have the number 0, the reason to finish is `stop`, and there is no end but the stream's.
    let zero = [
        chunk(
            r#"{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"headroom_retrieve","arguments":"{}"}},{"index":0,"id":"b","type":"function","function":{"name":"headroom_retrieve","arguments":"{}"}}]}"#,
            "null",
        ),
        chunk(r#"{"content":""}"#, "\"stop\""),
    ];
    let played = play_whole(
        request("openai"),
        &meta("openai"),
        &[Response::sse(zero.concat()), Response::sse(end.clone())],
    );
    assert_eq!(played.outcomes[0]["calls"].as_array().map(Vec::len), Some(2));

    // The deprecated function call beside our call: the turn is the client's.
    let function = [
        chunk(
            r#"{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"headroom_retrieve","arguments":"{}"}}]}"#,
            "null",
        ),
        chunk(r#"{"function_call":{"name":"old","arguments":"{"}}"#, "null"),
        chunk(r#"{"function_call":{"arguments":"}"}}"#, "\"function_call\""),
    ];
    let played = play_whole(request("openai"), &meta("openai"), &[Response::sse(function.concat())]);
    assert_eq!(played.outcomes[0]["last"], true);
    let (key, record) = played.record().expect("a record");
    assert_eq!(record["turn"]["function_call"], json!({ "name": "old", "arguments": "{}" }));
    assert_eq!(key, crate::wire::turns::after("k", "assistant", "", &["old"]));

    // An error in the middle of a stream ends it.
    let failing =
        [pieces[0].as_str(), "data: {\"error\":{\"message\":\"m\",\"code\":502}}\n\n", &end].concat();
    let played = play_whole(request("openai"), &meta("openai"), &[Response::sse(failing)]);
    assert_eq!(played.done()["failed"], true);
    assert!(played.text().ends_with(&end));
}

#[test]
fn arguments_that_gemini_streams_in_pieces() {
    let chunk = |parts: &str, finish: &str| {
        format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":{parts},\"role\":\"model\"}}{finish}}}]}}\n\n"
        )
    };
    let stream = [
        chunk(r#"[{"functionCall":{"name":"headroom_retrieve","willContinue":true},"thoughtSignature":"sig"}]"#, ""),
        chunk(r#"[{"functionCall":{"partialArgs":[{"jsonPath":"$.id","stringValue":"hr_","willContinue":true}],"willContinue":true}}]"#, ""),
        chunk(r#"[{"functionCall":{"partialArgs":[{"jsonPath":"$.id","stringValue":"k3f9"}],"willContinue":true}}]"#, ""),
        chunk(r#"[{"functionCall":{}}]"#, ""),
        chunk(r#"[{"functionCall":{"name":"read_file","args":{"path":"a"}}}]"#, ",\"finishReason\":\"STOP\""),
    ]
    .concat();
    let played = play_whole(request("gemini"), &meta("gemini"), &[Response::sse(stream)]);
    assert_eq!(played.outcomes[0]["calls"][0]["id"], "hr_k3f9");
    let (_, record) = played.record().expect("a record");
    assert_eq!(
        record["turn"]["parts"],
        json!([
            { "functionCall": { "name": "headroom_retrieve", "args": { "id": "hr_k3f9" } }, "thoughtSignature": "sig" },
            { "functionCall": { "name": "read_file", "args": { "path": "a" } } },
        ])
    );
    // The signature of the turn stands on the call that the client has.
    assert!(played.text().contains(r#""thoughtSignature":"sig~hr""#));
    assert_eq!(played.text().matches("functionCall").count(), 1);
}

#[test]
fn what_a_model_says_on_its_way_to_a_document_is_no_part_of_it() {
    let request = r#"{"messages":[],"response_format":{"type":"json_object"}}"#;
    let body = |message: &str| {
        format!(r#"{{"id":"c","choices":[{{"index":0,"message":{message},"finish_reason":"stop"}}]}}"#)
    };
    let first = body(
        r#"{"role":"assistant","content":"I look.","tool_calls":[{"id":"a","type":"function","function":{"name":"headroom_retrieve","arguments":"{}"}}]}"#,
    );
    let second = body(r#"{"role":"assistant","content":"{\"rows\":57}"}"#);
    let played =
        play_whole(request, &meta("openai"), &[Response::json(first), Response::json(second.clone())]);
    assert_eq!(played.text(), second);
    assert!(played.continuations[0].contains("I look."));
}

#[test]
fn what_the_host_passes_is_checked() {
    let error = |result: Result<Interceptor, crate::Error>| result.expect_err("an error").to_string();
    for meta in ["", "{}", r#"{"format":"cohere"}"#, r#"{"format":"openai","key":1}"#] {
        assert!(error(Interceptor::new(b"{}", meta)).contains("cannot be read"), "{meta}");
    }
    let mut interceptor = interceptor("openai");
    assert!(interceptor.begin("no").is_err());
    assert!(interceptor.answer("[]").is_err());
    assert!(interceptor.answer(r#"["one"]"#).is_err());
    assert!(interceptor.fail("[]").is_err());
    let mut continued = continued("openai");
    assert!(continued.answer(r#"["again"]"#).is_err());
    // A request that cannot be continued.
    let mut odd = Interceptor::new(b"[]", &meta("openai").to_string()).expect("valid");
    begin(&mut odd, "text/event-stream", 200);
    odd.push(recorded("openai")[0].as_bytes());
    odd.end();
    assert!(odd.answer(r#"["rows"]"#).is_err());
    assert!(
        String::from_utf8_lossy(&odd.fail(r#"{"message":"no"}"#).expect("valid").bytes).contains("error")
    );
}
