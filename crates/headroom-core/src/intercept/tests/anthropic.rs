//! Messages of Anthropic.

use serde_json::{Map, Value, json};

use super::host::{Played, Random, Response, answer_text, deltas, play, play_whole};
use super::model::{Abilities, Ending, Piece, STREAMED, Turn, WHOLE, call_ids, visible_text};
use crate::wire::turns;

const REQUEST: &str = r#"{ "model":"claude-sonnet-4-5", "max_tokens":1e3, "messages" : [ {"role":"user","content":"Which rows failed?"} ], "tools":[{"name":"read_file","input_schema":{}}] }"#;
const ABILITIES: Abilities = Abilities { blanks: true, server_tools: true, one_of_each: false };

fn meta(max: usize) -> Value {
    json!({ "format": "anthropic", "model": "claude-sonnet-4-5", "key": "before", "maxRetrievals": max })
}

/// A block as the provider has it when it is whole; a server tool has two.
fn blocks(piece: &Piece) -> Vec<Value> {
    match piece {
        Piece::Text(text) => vec![json!({ "type": "text", "text": text })],
        // Redacted reasoning has no text.
        Piece::Reasoning { text, opaque } if text.is_empty() => {
            vec![json!({ "type": "redacted_thinking", "data": opaque })]
        }
        Piece::Reasoning { text, opaque } => {
            vec![json!({ "type": "thinking", "thinking": text, "signature": opaque })]
        }
        Piece::Ours { id, arguments } => {
            vec![json!({ "type": "tool_use", "id": id, "name": "headroom_retrieve", "input": arguments })]
        }
        Piece::Theirs { id, name, arguments } => {
            vec![json!({ "type": "tool_use", "id": id, "name": name, "input": arguments })]
        }
        Piece::Server { id, arguments } => vec![
            json!({ "type": "server_tool_use", "id": id, "name": "web_search", "input": arguments }),
            json!({ "type": "web_search_tool_result", "tool_use_id": id, "content": [{ "type": "web_search_result", "url": "https://a.example", "encrypted_content": "x=" }] }),
        ],
    }
}

fn content(pieces: &[Piece]) -> Vec<Value> {
    pieces.iter().flat_map(blocks).collect()
}

fn stop_reason(turn: &Turn, round: usize) -> &'static str {
    let last = round + 1 == turn.rounds.len();
    match turn.ending {
        Ending::Cut if last => "max_tokens",
        _ if turn.rounds[round].iter().any(|piece| piece.is_ours() || piece.is_theirs()) => "tool_use",
        _ => "end_turn",
    }
}

fn usage(round: usize) -> Value {
    let (input, output) = Turn::usage(round);
    json!({ "input_tokens": input, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 5, "output_tokens": output, "service_tier": "standard" })
}

fn message(turn: &Turn, round: usize) -> Value {
    json!({
        "id": format!("msg_{round}"), "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929",
        "content": content(&turn.rounds[round]), "stop_reason": stop_reason(turn, round), "stop_sequence": null, "usage": usage(round),
    })
}

fn event(kind: &str, mut data: Value) -> String {
    let mut object = Map::from_iter([("type".to_owned(), json!(kind))]);
    object.append(data.as_object_mut().expect("an object"));
    format!("event: {kind}\ndata: {}\n\n", Value::Object(object))
}

fn block_events(block: &Value, index: usize, whole: bool, random: &mut Random) -> String {
    let kind = block["type"].as_str().expect("a type");
    let (field, delta, growing) = match kind {
        "text" => ("text", "text_delta", json!("")),
        "thinking" => ("thinking", "thinking_delta", json!("")),
        "tool_use" | "server_tool_use" => ("input", "input_json_delta", json!({})),
        _ => ("", "", Value::Null),
    };
    let mut start = block.clone();
    let mut events = String::new();
    if !field.is_empty() {
        start[field] = growing;
        if kind == "thinking" {
            start["signature"] = json!("");
        }
    }
    events += &event("content_block_start", json!({ "index": index, "content_block": start }));
    if random.once_in(4) {
        events += &event("ping", json!({}));
    }
    if !field.is_empty() {
        let text = if field == "input" {
            block[field].to_string()
        } else {
            block[field].as_str().unwrap_or_default().to_owned()
        };
        let name = if field == "input" { "partial_json" } else { field };
        let mut deltas = deltas(if text == "{}" { "" } else { &text }, random);
        if !whole {
            deltas.truncate(deltas.len() / 2);
        }
        for piece in deltas {
            events += &event(
                "content_block_delta",
                json!({ "index": index, "delta": { "type": delta, name: piece } }),
            );
        }
    }
    if kind == "thinking" {
        let signature = json!({ "type": "signature_delta", "signature": block["signature"] });
        events += &event("content_block_delta", json!({ "index": index, "delta": signature }));
    }
    if whole {
        events += &event("content_block_stop", json!({ "index": index }));
    }
    events
}

fn stream(turn: &Turn, round: usize, random: &mut Random) -> String {
    let mut message = message(turn, round);
    let content = message["content"].take();
    let content = content.as_array().expect("a list");
    message["content"] = json!([]);
    message["stop_reason"] = Value::Null;
    message["usage"]["output_tokens"] = json!(1);
    let mut events = event("message_start", json!({ "message": message }));
    for (index, block) in content.iter().enumerate() {
        let cut = turn.ending == Ending::Cut && round + 1 == turn.rounds.len() && index + 1 == content.len();
        events += &block_events(block, index, !cut, random);
    }
    let delta = json!({ "stop_reason": stop_reason(turn, round), "stop_sequence": null });
    let told = if random.once_in(2) {
        json!({ "output_tokens": usage(round)["output_tokens"] })
    } else {
        usage(round)
    };
    events += &event("message_delta", json!({ "delta": delta, "usage": told }));
    events += &event("message_stop", json!({}));
    if random.once_in(3) { events.replace('\n', "\r\n") } else { events }
}

/// Reads a stream as the provider's own client does, and more strictly: blocks come one after the other, numbered through.
fn read_stream(text: &str) -> Value {
    let mut message = Value::Null;
    let mut open: Option<usize> = None;
    let mut json = String::new();
    let mut over = false;
    for event in text.replace("\r\n", "\n").split_terminator("\n\n") {
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).expect("data");
        let data: Value = serde_json::from_str(data).expect("JSON");
        let kind = data["type"].as_str().expect("a type");
        assert!(event.starts_with(&format!("event: {kind}\n")), "{event}");
        assert!(!over, "nothing follows the end: {event}");
        match kind {
            "message_start" => {
                assert!(message.is_null(), "one beginning");
                message = data["message"].clone();
            }
            "content_block_start" => {
                let content = message["content"].as_array_mut().expect("content");
                assert_eq!((open, data["index"].as_u64()), (None, Some(content.len() as u64)));
                open = Some(content.len());
                content.push(data["content_block"].clone());
                json.clear();
            }
            "content_block_delta" => {
                assert_eq!(open.map(|open| open as u64), data["index"].as_u64());
                let block = &mut message["content"][open.expect("an open block")];
                let delta = &data["delta"];
                let grow = |block: &mut Value, field: &str| {
                    let grown = block[field].as_str().expect("a text").to_owned()
                        + delta[field].as_str().expect("a text");
                    block[field] = json!(grown);
                };
                match delta["type"].as_str().expect("a type") {
                    "text_delta" => grow(block, "text"),
                    "thinking_delta" => grow(block, "thinking"),
                    "signature_delta" => block["signature"] = delta["signature"].clone(),
                    "input_json_delta" => json += delta["partial_json"].as_str().expect("a text"),
                    other => panic!("unknown: {other}"),
                }
            }
            "content_block_stop" => {
                let open = open.take().expect("an open block");
                if !json.is_empty() {
                    message["content"][open]["input"] = serde_json::from_str(&json).expect("JSON");
                }
            }
            "message_delta" => {
                assert_eq!(open, None);
                message["stop_reason"] = data["delta"]["stop_reason"].clone();
                for (field, value) in data["usage"].as_object().expect("usage") {
                    message["usage"][field] = value.clone();
                }
            }
            "message_stop" => over = true,
            "ping" => {}
            other => panic!("unknown: {other}"),
        }
    }
    assert!(over, "the message ends");
    message
}

/// The message without marks, and how many there were.
fn unmarked(mut message: Value) -> (Value, usize) {
    let mut marks = 0;
    for block in message["content"].as_array_mut().expect("content") {
        for field in ["signature", "data"] {
            if let Some(bare) = block[field].as_str().and_then(|opaque| opaque.strip_suffix("~hr")) {
                block[field] = json!(bare);
                marks += 1;
            }
        }
    }
    (message, marks)
}

fn check(turn: &Turn, played: &Played, message: Value, streamed: bool) {
    let (mut message, marks) = unmarked(message);
    let last = turn.rounds.len() - 1;
    let (input, output) = turn.total_usage();
    let told = message["usage"].take();
    assert_eq!(told["input_tokens"], input);
    assert_eq!(told["output_tokens"], output);
    assert_eq!(told["cache_read_input_tokens"], 5 * turn.rounds.len());
    let stop = if turn.ending == Ending::Beyond { "end_turn" } else { stop_reason(turn, last) };
    let mut expected = self::message(turn, 0);
    expected["content"] = json!(content(&turn.visible()));
    expected["stop_reason"] = json!(stop);
    expected["usage"] = Value::Null;
    assert_eq!(message, expected);

    for (round, continuation) in played.continuations.iter().enumerate() {
        let continuation: Value = serde_json::from_str(continuation).expect("JSON");
        let mut expected: Value = serde_json::from_str(REQUEST).expect("JSON");
        expected["messages"].as_array_mut().expect("a list").extend(hidden(&turn.rounds[..=round]));
        assert_eq!(continuation, expected);
    }
    let split = REQUEST.find(" ], \"tools\"").expect("the end of the messages");
    for continuation in &played.continuations {
        assert!(continuation.starts_with(&REQUEST[..split]) && continuation.ends_with(&REQUEST[split..]));
    }

    let outcome = played.done();
    assert_eq!(outcome["rounds"], last);
    assert_eq!(outcome["dropped"], matches!(turn.ending, Ending::Beyond | Ending::Cut));
    let cached = 5 * turn.rounds.len() as u64;
    assert_eq!(
        outcome["usage"],
        json!({ "input": input + cached, "output": output, "cacheRead": cached, "cacheWrite": 0 })
    );
    let Some((key, record)) = played.record() else {
        assert!(!turn.hides() && marks == 0, "a record is missing: {outcome}");
        return;
    };
    assert!(turn.hides() || marks > 0);
    let visible = turn.visible();
    assert_eq!(key, turns::after("before", "assistant", &visible_text(&visible), &call_ids(&visible)));
    let put_back = content(&turn.last_put_back());
    let put_back =
        if put_back.is_empty() { json!([]) } else { json!({ "role": "assistant", "content": put_back }) };
    let after = if turn.ending == Ending::Mixed { results(turn.last(), last) } else { Vec::new() };
    assert_eq!(record["before"], json!(hidden(turn.hidden())));
    assert_eq!(record["turn"], put_back);
    assert_eq!(record["after"], json!(after));
    if !streamed {
        let marked: usize = turn
            .rounds
            .iter()
            .filter(|round| round.iter().any(Piece::is_ours))
            .flatten()
            .filter(|piece| piece.is_reasoning())
            .count();
        assert_eq!(marks, marked);
    }
}

fn results(pieces: &[Piece], round: usize) -> Vec<Value> {
    let ours =
        pieces.iter().filter_map(|piece| if let Piece::Ours { id, .. } = piece { Some(id) } else { None });
    ours.enumerate()
        .map(|(call, id)| json!({ "type": "tool_result", "tool_use_id": id, "content": answer_text(round, call) }))
        .collect()
}

/// The messages of hidden rounds.
fn hidden(rounds: &[Vec<Piece>]) -> Vec<Value> {
    let mut messages = Vec::new();
    for (round, pieces) in rounds.iter().enumerate() {
        let kept: Vec<Piece> = pieces.iter().filter(|piece| !piece.is_blank()).cloned().collect();
        messages.push(json!({ "role": "assistant", "content": content(&kept) }));
        messages.push(json!({ "role": "user", "content": results(pieces, round) }));
    }
    messages
}

#[test]
fn any_turn_streamed_and_cut_anywhere_is_what_it_should_be() {
    for seed in 0..STREAMED {
        let mut random = Random::new(seed as u64 + 1);
        let turn = Turn::any(&mut random, ABILITIES);
        let responses: Vec<Response> =
            (0..turn.rounds.len()).map(|round| Response::sse(stream(&turn, round, &mut random))).collect();
        let whole = play_whole(REQUEST, &meta(turn.max), &responses);
        let largest = 1 + random.below(60);
        let cut = play(REQUEST, &meta(turn.max), &responses, |_| 1 + random.below(largest));
        assert_eq!(whole.text(), cut.text());
        assert_eq!(whole.outcomes, cut.outcomes);
        check(&turn, &whole, read_stream(whole.text()), true);
        if turn.ending == Ending::Plain && turn.rounds.len() == 1 {
            assert_eq!(whole.client, responses[0].body);
        }
    }
}

#[test]
fn any_turn_that_is_not_streamed_is_what_it_should_be() {
    for seed in 0..WHOLE {
        let mut random = Random::new(seed as u64 + 77_777);
        let turn = Turn::any(&mut random, ABILITIES);
        let responses: Vec<Response> = (0..turn.rounds.len())
            .map(|round| Response::json(message(&turn, round).to_string() + "\n"))
            .collect();
        let played = play(REQUEST, &meta(turn.max), &responses, |_| 1 + random.below(300));
        check(&turn, &played, serde_json::from_slice(&played.client).expect("JSON"), false);
        if turn.ending == Ending::Plain && turn.rounds.len() == 1 {
            assert_eq!(played.client, responses[0].body);
        }
    }
}
