//! Chat Completions.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::host::{Played, Random, Response, answer_text, deltas, play, play_whole};
use super::model::{Abilities, Ending, Piece, STREAMED, Turn, WHOLE, call_ids, visible_text};
use crate::wire::turns;

const REQUEST: &str = r#"{"stream_options":{"include_usage":true},"model":"gpt-5.2","messages":[{"role":"user","content":"Which rows failed?"}],"tools":[] , "n":1}"#;
const ABILITIES: Abilities = Abilities { blanks: false, server_tools: false, one_of_each: true };

fn meta(max: usize) -> Value {
    json!({ "format": "openai", "model": "gpt-5.2", "key": "before", "maxRetrievals": max })
}

fn reasoning(pieces: &[Piece]) -> Option<(&str, &str)> {
    pieces.iter().find_map(|piece| match piece {
        Piece::Reasoning { text, opaque } => Some((text.as_str(), opaque.as_str())),
        _ => None,
    })
}

fn details(pieces: &[Piece], index: usize) -> Vec<Value> {
    reasoning(pieces)
        .map(|(text, opaque)| json!({ "type": "reasoning.text", "text": text, "signature": opaque, "format": "x-v1", "index": index }))
        .into_iter()
        .collect()
}

fn call(piece: &Piece) -> Option<Value> {
    let (id, name, arguments) = match piece {
        Piece::Ours { id, arguments } => (id, "headroom_retrieve", arguments),
        Piece::Theirs { id, name, arguments } => (id, name.as_str(), arguments),
        _ => return None,
    };
    Some(
        json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments.to_string() } }),
    )
}

/// The message as the provider has it when it is whole.
fn message(pieces: &[Piece], nothing: &Value) -> Value {
    let text = visible_text(pieces);
    let mut message = json!({ "role": "assistant", "content": if text.is_empty() { nothing.clone() } else { json!(text) } });
    if let Some((text, _)) = reasoning(pieces) {
        message["reasoning_content"] = json!(text);
        message["reasoning_details"] = json!(details(pieces, 0));
    }
    let calls: Vec<Value> = pieces.iter().filter_map(call).collect();
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    message
}

fn finish_reason(turn: &Turn, round: usize) -> &'static str {
    let last = round + 1 == turn.rounds.len();
    match turn.ending {
        Ending::Cut if last => "length",
        _ if turn.rounds[round].iter().any(|piece| piece.is_ours() || piece.is_theirs()) => "tool_calls",
        _ => "stop",
    }
}

fn usage(round: usize) -> Value {
    let (input, output) = Turn::usage(round);
    json!({ "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output, "prompt_tokens_details": { "cached_tokens": 5 } })
}

fn response(turn: &Turn, round: usize) -> Value {
    json!({
        "id": format!("chatcmpl-{round}"), "object": "chat.completion", "created": 1_700_000_000 + round, "model": "gpt-5.2-2025-12-11",
        "choices": [{ "index": 0, "message": message(&turn.rounds[round], &Value::Null), "logprobs": null, "finish_reason": finish_reason(turn, round) }],
        "usage": usage(round),
    })
}

/// How a provider streams.
#[derive(Clone, Copy)]
struct Habits {
    usage: usize,
    crlf: bool,
    /// Whether the first delta of a round carries more than the role.
    eager: bool,
}

fn stream(turn: &Turn, round: usize, habits: Habits, random: &mut Random) -> String {
    let mut events = String::new();
    let chunk = |delta: Value, finish: Value, usage: Value| {
        let mut chunk = json!({
            "id": format!("chatcmpl-{round}"), "object": "chat.completion.chunk", "created": 1_700_000_000 + round, "model": "gpt-5.2-2025-12-11",
            "choices": [{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }],
        });
        if habits.usage > 0 {
            chunk["usage"] = usage;
        }
        format!("data: {chunk}\n\n")
    };
    let pieces = &turn.rounds[round];
    let mut queue: Vec<Value> = Vec::new();
    if let Some((text, opaque)) = reasoning(pieces) {
        for piece in deltas(text, random) {
            queue.push(json!({ "reasoning_content": piece, "reasoning_details": [{ "type": "reasoning.text", "text": piece, "format": "x-v1", "index": 0 }] }));
        }
        queue.push(
            json!({ "reasoning_details": [{ "type": "reasoning.text", "signature": opaque, "index": 0 }] }),
        );
    }
    queue.extend(deltas(&visible_text(pieces), random).into_iter().map(|piece| json!({ "content": piece })));
    let calls: Vec<Value> = pieces.iter().filter_map(call).collect();
    let cut = turn.ending == Ending::Cut && round + 1 == turn.rounds.len();
    let mut parts: Vec<Vec<Value>> = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let mut arguments = deltas(call["function"]["arguments"].as_str().expect("a text"), random);
        if cut {
            arguments.truncate(arguments.len() / 2);
        }
        let mut whole = call.clone();
        whole["index"] = json!(index);
        whole["function"]["arguments"] = json!("");
        let mut items = vec![whole];
        items.extend(
            arguments.into_iter().map(|piece| json!({ "index": index, "function": { "arguments": piece } })),
        );
        parts.push(items);
    }
    // Parallel calls one after the other, interleaved, or several in one chunk.
    match random.below(3) {
        0 => queue.extend(parts.into_iter().flatten().map(|item| json!({ "tool_calls": [item] }))),
        1 => {
            let mut begun = 0;
            while parts.iter().any(|items| !items.is_empty()) {
                let filled: Vec<usize> =
                    (0..parts.len()).filter(|&index| index <= begun && !parts[index].is_empty()).collect();
                let at = filled[random.below(filled.len())];
                queue.push(json!({ "tool_calls": [parts[at].remove(0)] }));
                begun = begun.max(at + 1);
            }
        }
        _ => {
            let items: Vec<Value> = parts.into_iter().flatten().collect();
            queue.extend(items.chunks(1 + random.below(4)).map(|items| json!({ "tool_calls": items })));
        }
    }
    let mut first = json!({ "role": "assistant", "content": "" });
    if habits.eager && !queue.is_empty() {
        let delta = queue.remove(0);
        first.as_object_mut().expect("an object").extend(delta.as_object().expect("an object").clone());
    }
    events += &chunk(first, Value::Null, Value::Null);
    if random.once_in(4) {
        events += ": OPENROUTER PROCESSING\n\n";
    }
    // The last delta may bring the reason to finish.
    let last = if habits.eager { queue.pop() } else { None };
    for delta in queue {
        events += &chunk(delta, Value::Null, Value::Null);
    }
    let told = if habits.usage == 2 { usage(round) } else { Value::Null };
    events += &chunk(last.unwrap_or_else(|| json!({})), json!(finish_reason(turn, round)), told);
    if habits.usage == 1 {
        let identity = json!({ "id": format!("chatcmpl-{round}"), "object": "chat.completion.chunk", "created": 1_700_000_000 + round, "model": "gpt-5.2-2025-12-11", "choices": [], "usage": usage(round) });
        let _ = write!(events, "data: {identity}\n\n");
    }
    events += "data: [DONE]\n\n";
    if habits.crlf { events.replace('\n', "\r\n") } else { events }
}

fn grow(target: &mut Value, delta: &Value) {
    match (target, delta) {
        (_, Value::Null) => {}
        (Value::String(target), Value::String(delta)) => target.push_str(delta),
        (Value::Object(target), Value::Object(delta)) => {
            for (key, value) in delta {
                match target.get_mut(key) {
                    Some(own)
                        if !own.is_null()
                            && ["id", "type", "name", "index", "format"].contains(&key.as_str()) =>
                    {
                        assert_eq!(own, value);
                    }
                    Some(own) => grow(own, value),
                    None => {
                        // One chunk may bring several pieces of one call.
                        let begun = if value.is_array() { json!([]) } else { Value::Null };
                        let own = target.entry(key.clone()).or_insert(begun);
                        if own.is_array() { grow(own, value) } else { *own = value.clone() }
                    }
                }
            }
        }
        (Value::Array(target), Value::Array(delta)) => {
            for item in delta {
                match target.iter_mut().find(|own| own["index"] == item["index"]) {
                    Some(own) => grow(own, item),
                    None => target.push(item.clone()),
                }
            }
        }
        (target, delta) => *target = delta.clone(),
    }
}

/// Reads a stream as the provider's own client does, and more strictly.
fn read_stream(text: &str) -> Value {
    let mut whole = Value::Null;
    let mut message = json!({});
    let mut done = false;
    for event in text.replace("\r\n", "\n").split_terminator("\n\n") {
        let Some(data) = event.strip_prefix("data: ") else {
            assert!(event.starts_with(':'), "{event}");
            continue;
        };
        assert!(!done, "nothing follows the end");
        if data == "[DONE]" {
            done = true;
            continue;
        }
        let chunk: Value = serde_json::from_str(data).expect("JSON");
        if whole.is_null() {
            whole = json!({ "id": chunk["id"], "object": "chat.completion", "created": chunk["created"], "model": chunk["model"], "choices": [] });
        }
        for field in ["id", "created", "model"] {
            assert_eq!(chunk[field], whole[field]);
        }
        if let Some(choice) = chunk["choices"].get(0) {
            assert!(whole["choices"].get(0).is_none(), "nothing follows the reason to finish: {event}");
            let delta = &choice["delta"];
            assert!(delta.get("role").is_none() || message.get("role").is_none(), "one role");
            grow(&mut message, delta);
            if !choice["finish_reason"].is_null() {
                let mut choice = choice.clone();
                choice.as_object_mut().expect("an object").remove("delta");
                choice["message"] = message.clone();
                whole["choices"] = json!([choice]);
            }
        }
        if chunk.get("usage").is_some_and(|usage| !usage.is_null()) {
            whole["usage"] = chunk["usage"].clone();
        }
    }
    assert!(done, "the stream ends");
    let mut number = 0;
    if let Some(calls) = whole["choices"][0]["message"].get_mut("tool_calls") {
        for call in calls.as_array_mut().expect("a list") {
            assert_eq!(call.as_object_mut().expect("a call").remove("index"), Some(json!(number)));
            number += 1;
        }
    }
    whole
}

fn join(rounds: &[Vec<Piece>], text: impl Fn(&[Piece]) -> String) -> String {
    let mut joined = String::new();
    for round in rounds {
        let text = text(round);
        if !joined.is_empty()
            && !text.is_empty()
            && !joined.ends_with(char::is_whitespace)
            && !text.starts_with(char::is_whitespace)
        {
            joined += "\n\n";
        }
        joined += &text;
    }
    joined
}

fn visible(turn: &Turn, nothing: &Value) -> Value {
    let content = join(&turn.rounds, visible_text);
    let mut message = json!({ "role": "assistant", "content": if content.is_empty() { nothing.clone() } else { json!(content) } });
    let mut all = Vec::new();
    for round in &turn.rounds {
        all.extend(details(round, all.len()));
    }
    if !all.is_empty() {
        message["reasoning_content"] =
            json!(join(&turn.rounds, |round| reasoning(round)
                .map_or(String::new(), |(text, _)| text.to_owned())));
        message["reasoning_details"] = json!(all);
    }
    let calls: Vec<Value> = turn.last().iter().filter(|piece| piece.is_theirs()).filter_map(call).collect();
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    message
}

fn results(pieces: &[Piece], round: usize) -> Vec<Value> {
    let ours =
        pieces.iter().filter_map(|piece| if let Piece::Ours { id, .. } = piece { Some(id) } else { None });
    ours.enumerate()
        .map(|(call, id)| json!({ "role": "tool", "tool_call_id": id, "content": answer_text(round, call) }))
        .collect()
}

fn hidden(rounds: &[Vec<Piece>], nothing: &Value) -> Vec<Value> {
    let mut messages = Vec::new();
    for (round, pieces) in rounds.iter().enumerate() {
        messages.push(message(pieces, nothing));
        messages.extend(results(pieces, round));
    }
    messages
}

fn check(turn: &Turn, played: &Played, mut whole: Value, streamed: bool, tells_usage: bool) {
    let nothing = if streamed { json!("") } else { Value::Null };
    let last = turn.rounds.len() - 1;
    let (input, output) = turn.total_usage();
    let total = json!({ "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output, "prompt_tokens_details": { "cached_tokens": 5 * turn.rounds.len() } });
    if tells_usage {
        assert_eq!(whole["usage"].take(), total);
        assert_eq!(
            played.done()["usage"],
            json!({ "input": input, "output": output, "cacheRead": 5 * turn.rounds.len() })
        );
    } else {
        assert!(whole.get("usage").is_none() && played.done().get("usage").is_none());
    }
    let mut marks = 0;
    let message = &mut whole["choices"][0]["message"];
    if let Some(details) = message.get_mut("reasoning_details") {
        for detail in details.as_array_mut().expect("a list") {
            if let Some(bare) = detail["signature"].as_str().and_then(|opaque| opaque.strip_suffix("~hr")) {
                detail["signature"] = json!(bare);
                marks += 1;
            }
        }
    }
    let stop = if turn.ending == Ending::Beyond { "stop" } else { finish_reason(turn, last) };
    let expected = json!({
        "id": "chatcmpl-0", "object": "chat.completion", "created": 1_700_000_000, "model": "gpt-5.2-2025-12-11",
        "choices": [{ "index": 0, "logprobs": null, "finish_reason": stop, "message": visible(turn, &nothing) }],
    });
    let mut expected = expected;
    if tells_usage {
        expected["usage"] = Value::Null;
    }
    assert_eq!(whole, expected);

    for (round, continuation) in played.continuations.iter().enumerate() {
        let continuation: Value = serde_json::from_str(continuation).expect("JSON");
        let mut expected: Value = serde_json::from_str(REQUEST).expect("JSON");
        expected["messages"].as_array_mut().expect("a list").extend(hidden(&turn.rounds[..=round], &nothing));
        assert_eq!(continuation, expected);
    }
    let outcome = played.done();
    assert_eq!(outcome["dropped"], matches!(turn.ending, Ending::Beyond | Ending::Cut));
    let Some((key, record)) = played.record() else {
        assert!(!turn.hides() && marks == 0, "a record is missing: {outcome}");
        return;
    };
    assert!(turn.hides() || marks > 0);
    let seen = turn.visible();
    assert_eq!(key, turns::after("before", "assistant", &visible_text(&seen), &call_ids(&seen)));
    let put_back = turn.last_put_back();
    let put_back = if put_back.is_empty() { json!([]) } else { self::message(&put_back, &nothing) };
    let after = if turn.ending == Ending::Mixed { results(turn.last(), last) } else { Vec::new() };
    assert_eq!(record["before"], json!(hidden(turn.hidden(), &nothing)));
    assert_eq!(record["turn"], put_back);
    assert_eq!(record["after"], json!(after));
    if !streamed {
        let marked = turn
            .rounds
            .iter()
            .filter(|round| round.iter().any(Piece::is_ours))
            .flatten()
            .filter(|piece| piece.is_reasoning())
            .count();
        assert_eq!(marks, marked);
    }
}

#[test]
fn any_turn_streamed_and_cut_anywhere_is_what_it_should_be() {
    for seed in 0..STREAMED {
        let mut random = Random::new(seed as u64 + 1);
        let turn = Turn::any(&mut random, ABILITIES);
        let habits = Habits { usage: random.below(3), crlf: random.once_in(3), eager: random.once_in(3) };
        let responses: Vec<Response> = (0..turn.rounds.len())
            .map(|round| Response::sse(stream(&turn, round, habits, &mut random)))
            .collect();
        let whole = play_whole(REQUEST, &meta(turn.max), &responses);
        let largest = 1 + random.below(60);
        let cut = play(REQUEST, &meta(turn.max), &responses, |_| 1 + random.below(largest));
        assert_eq!(whole.text(), cut.text());
        assert_eq!(whole.outcomes, cut.outcomes);
        check(&turn, &whole, read_stream(whole.text()), true, habits.usage > 0);
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
            .map(|round| Response::json(response(&turn, round).to_string() + "\n"))
            .collect();
        let played = play(REQUEST, &meta(turn.max), &responses, |_| 1 + random.below(300));
        check(&turn, &played, serde_json::from_slice(&played.client).expect("JSON"), false, true);
        if turn.ending == Ending::Plain && turn.rounds.len() == 1 {
            assert_eq!(played.client, responses[0].body);
        }
    }
}
