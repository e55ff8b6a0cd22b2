//! Responses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::host::{Played, Random, Response, answer_text, deltas, play, play_whole};
use super::model::{Abilities, Ending, Piece, STREAMED, Turn, WHOLE, call_ids, visible_text};
use crate::wire::turns;

const ABILITIES: Abilities = Abilities { blanks: true, server_tools: true, one_of_each: false };

fn meta(max: usize) -> Value {
    json!({ "format": "openai-responses", "model": "gpt-5.2", "key": "before", "maxRetrievals": max })
}

/// What a request says of storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Storage {
    Stored,
    Encrypted,
    /// Not stored, and the reasoning not asked for.
    Lost,
}

fn request(storage: Storage, text: bool) -> String {
    let input = if text {
        r#""Which rows failed?""#
    } else {
        r#"[ {"role":"user","content":"Which rows failed?"} ]"#
    };
    let store = match storage {
        Storage::Stored => "",
        Storage::Encrypted => r#""store":false,"include":["reasoning.encrypted_content"],"#,
        Storage::Lost => r#""store":false,"#,
    };
    format!(r#"{{"model":"gpt-5.2",{store} "input" : {input}, "tools":[]}}"#)
}

fn item(piece: &Piece, place: &str, storage: Storage) -> Value {
    match piece {
        Piece::Text(text) => json!({
            "type": "message", "id": format!("msg_{place}"), "status": "completed", "role": "assistant",
            "content": [{ "type": "output_text", "text": text, "annotations": [], "logprobs": [] }],
        }),
        Piece::Reasoning { text, opaque } => json!({
            "type": "reasoning", "id": format!("rs_{place}"), "summary": [{ "type": "summary_text", "text": text }],
            "encrypted_content": if storage == Storage::Encrypted { json!(opaque) } else { Value::Null },
        }),
        Piece::Ours { id, arguments } => json!({
            "type": "function_call", "id": format!("fc_{place}"), "call_id": id, "name": "headroom_retrieve",
            "arguments": arguments.to_string(), "status": "completed",
        }),
        Piece::Theirs { id, name, arguments } => json!({
            "type": "function_call", "id": format!("fc_{place}"), "call_id": id, "name": name,
            "arguments": arguments.to_string(), "status": "completed",
        }),
        Piece::Server { arguments, .. } => json!({
            "type": "web_search_call", "id": format!("ws_{place}"), "status": "completed",
            "action": { "type": "search", "query": arguments["query"] },
        }),
    }
}

/// The items of a round, each with its piece.
fn items(pieces: &[Piece], round: usize, storage: Storage) -> Vec<(Piece, Value)> {
    let place = |index| format!("{round}_{index}");
    pieces
        .iter()
        .enumerate()
        .map(|(index, piece)| (piece.clone(), item(piece, &place(index), storage)))
        .collect()
}

fn is_cut(turn: &Turn, round: usize) -> bool {
    turn.ending == Ending::Cut && round + 1 == turn.rounds.len()
}

fn usage(round: usize) -> Value {
    let (input, output) = Turn::usage(round);
    json!({ "input_tokens": input, "input_tokens_details": { "cached_tokens": 5 }, "output_tokens": output, "output_tokens_details": { "reasoning_tokens": 1 }, "total_tokens": input + output })
}

fn total(turn: &Turn) -> Value {
    let ((input, output), rounds) = (turn.total_usage(), turn.rounds.len());
    json!({ "input_tokens": input, "input_tokens_details": { "cached_tokens": 5 * rounds }, "output_tokens": output, "output_tokens_details": { "reasoning_tokens": rounds }, "total_tokens": input + output })
}

fn response(turn: &Turn, round: usize, storage: Storage) -> Value {
    let mut output: Vec<Value> =
        items(&turn.rounds[round], round, storage).into_iter().map(|(_, item)| item).collect();
    let cut = is_cut(turn, round);
    if cut {
        let last = output.last_mut().expect("an item");
        last["status"] = json!("incomplete");
        last["arguments"] = json!("{\"id\"");
    }
    json!({
        "id": format!("resp_{round}"), "object": "response", "created_at": 1_700_000_000 + round, "model": "gpt-5.2-2025-12-11",
        "status": if cut { "incomplete" } else { "completed" }, "error": null,
        "incomplete_details": if cut { json!({ "reason": "max_output_tokens" }) } else { Value::Null },
        "output": output, "store": storage == Storage::Stored, "usage": usage(round),
    })
}

/// Writes events with their numbers.
struct Writer {
    events: String,
    number: usize,
}

impl Writer {
    fn event(&mut self, kind: &str, data: Value) {
        let mut event = json!({ "type": kind, "sequence_number": self.number });
        let Value::Object(data) = data else { panic!("an object") };
        event.as_object_mut().expect("an object").extend(data);
        let _ = write!(self.events, "event: {kind}\ndata: {event}\n\n");
        self.number += 1;
    }

    fn item(&mut self, piece: &Piece, item: &Value, at: usize, cut: bool, random: &mut Random) {
        let id = &item["id"];
        let place = json!({ "output_index": at, "item_id": id });
        let with = |fields: Value| {
            let mut place = place.clone();
            place.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
            place
        };
        let mut start = item.clone();
        start["status"] = json!("in_progress");
        match piece {
            Piece::Text(text) => {
                start["content"] = json!([]);
                self.event("response.output_item.added", json!({ "output_index": at, "item": start }));
                let part = json!({ "type": "output_text", "text": "", "annotations": [], "logprobs": [] });
                self.event("response.content_part.added", with(json!({ "content_index": 0, "part": part })));
                for piece in deltas(text, random) {
                    self.event(
                        "response.output_text.delta",
                        with(
                            json!({ "content_index": 0, "delta": piece, "logprobs": [], "obfuscation": "x" }),
                        ),
                    );
                }
                self.event(
                    "response.output_text.done",
                    with(json!({ "content_index": 0, "text": text, "logprobs": [] })),
                );
                self.event(
                    "response.content_part.done",
                    with(json!({ "content_index": 0, "part": item["content"][0] })),
                );
            }
            Piece::Reasoning { text, .. } => {
                start["summary"] = json!([]);
                start.as_object_mut().expect("an object").remove("status");
                self.event("response.output_item.added", json!({ "output_index": at, "item": start }));
                let part = json!({ "type": "summary_text", "text": "" });
                self.event(
                    "response.reasoning_summary_part.added",
                    with(json!({ "summary_index": 0, "part": part })),
                );
                for piece in deltas(text, random) {
                    self.event(
                        "response.reasoning_summary_text.delta",
                        with(json!({ "summary_index": 0, "delta": piece })),
                    );
                }
                self.event(
                    "response.reasoning_summary_text.done",
                    with(json!({ "summary_index": 0, "text": text })),
                );
                self.event(
                    "response.reasoning_summary_part.done",
                    with(json!({ "summary_index": 0, "part": item["summary"][0] })),
                );
            }
            Piece::Ours { .. } | Piece::Theirs { .. } => {
                start["arguments"] = json!("");
                self.event("response.output_item.added", json!({ "output_index": at, "item": start }));
                let arguments = item["arguments"].as_str().expect("a text");
                for piece in deltas(arguments, random) {
                    self.event("response.function_call_arguments.delta", with(json!({ "delta": piece })));
                }
                if cut {
                    return;
                }
                self.event(
                    "response.function_call_arguments.done",
                    with(json!({ "name": item["name"], "arguments": arguments })),
                );
            }
            Piece::Server { .. } => {
                self.event("response.output_item.added", json!({ "output_index": at, "item": start }));
                self.event("response.web_search_call.searching", place.clone());
                self.event("response.web_search_call.completed", place.clone());
            }
        }
        self.event("response.output_item.done", json!({ "output_index": at, "item": item }));
    }
}

fn stream(turn: &Turn, round: usize, storage: Storage, random: &mut Random) -> String {
    let mut writer = Writer { events: String::new(), number: 0 };
    let whole = response(turn, round, storage);
    let mut begun = whole.clone();
    begun["status"] = json!("in_progress");
    begun["output"] = json!([]);
    begun["usage"] = Value::Null;
    begun["incomplete_details"] = Value::Null;
    writer.event("response.created", json!({ "response": begun }));
    writer.event("response.in_progress", json!({ "response": begun }));
    let cut = is_cut(turn, round);
    let count = turn.rounds[round].len();
    for (at, (piece, _)) in items(&turn.rounds[round], round, storage).iter().enumerate() {
        writer.item(piece, &whole["output"][at], at, cut && at + 1 == count, random);
    }
    writer
        .event(if cut { "response.incomplete" } else { "response.completed" }, json!({ "response": whole }));
    if random.once_in(3) { writer.events.replace('\n', "\r\n") } else { writer.events }
}

/// Reads a stream strictly: events are numbered through, items are numbered and come one after the other, what is put
/// together from deltas is what the last event has.
fn read_stream(text: &str) -> Value {
    let mut number = 0;
    let mut items: Vec<Value> = Vec::new();
    let mut open = false;
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut id = Value::Null;
    let mut last = Value::Null;
    for event in text.replace("\r\n", "\n").split_terminator("\n\n") {
        let (name, data) = event.split_once("\ndata: ").expect("data");
        let data: Value = serde_json::from_str(data).expect("JSON");
        let kind = data["type"].as_str().expect("a type");
        assert_eq!(name, format!("event: {kind}"));
        assert_eq!(data["sequence_number"], number, "{event}");
        number += 1;
        assert!(last.is_null(), "nothing follows the end: {event}");
        match kind {
            "response.created" => {
                assert!(id.is_null(), "one beginning");
                id = data["response"]["id"].clone();
            }
            "response.in_progress" => assert_eq!(number, 2),
            "response.completed" | "response.incomplete" => last = data["response"].clone(),
            _ => {
                let at = data["output_index"].as_u64().expect("an index") as usize;
                if kind == "response.output_item.added" {
                    assert!(!open && at == items.len(), "{event}");
                    items.push(data["item"].clone());
                    open = true;
                    continue;
                }
                assert!(open && at + 1 == items.len(), "{event}");
                if kind == "response.output_item.done" {
                    assert_eq!(data["item"]["id"], items[at]["id"]);
                    items[at] = data["item"].clone();
                    open = false;
                    continue;
                }
                assert_eq!(data["item_id"], items[at]["id"], "{event}");
                let key = data["item_id"].as_str().expect("an id").to_owned();
                if let Some(delta) = data["delta"].as_str() {
                    texts.entry(key).or_default().push_str(delta);
                } else if let Some(text) = data["text"].as_str().or(data["arguments"].as_str()) {
                    assert_eq!(texts.get(&key).map_or("", String::as_str), text);
                }
            }
        }
    }
    assert_eq!(last["id"], id);
    assert_eq!(last["output"], json!(items), "what the last event has is what came");
    last
}

fn without_marks(items: &mut [Value]) -> usize {
    let mut marks = 0;
    for item in items {
        for field in ["id", "encrypted_content"] {
            if let Some(bare) = item[field].as_str().and_then(|text| text.strip_suffix("~hr")) {
                item[field] = json!(bare);
                marks += 1;
            }
        }
    }
    marks
}

fn put_back(pieces: &[(Piece, Value)], storage: Storage) -> Vec<Value> {
    let anonymous = storage == Storage::Lost && pieces.iter().any(|(piece, _)| piece.is_reasoning());
    let kept = pieces.iter().filter(|(piece, _)| !(anonymous && piece.is_reasoning()));
    kept.map(|(_, item)| {
        let mut item = item.clone();
        if anonymous {
            item.as_object_mut().expect("an item").remove("id");
        }
        item
    })
    .collect()
}

fn results(pieces: &[Piece], round: usize) -> Vec<Value> {
    let ours =
        pieces.iter().filter_map(|piece| if let Piece::Ours { id, .. } = piece { Some(id) } else { None });
    ours.enumerate()
        .map(|(call, id)| json!({ "type": "function_call_output", "call_id": id, "output": answer_text(round, call) }))
        .collect()
}

fn hidden(rounds: &[Vec<Piece>], storage: Storage) -> Vec<Value> {
    let mut all = Vec::new();
    for (round, pieces) in rounds.iter().enumerate() {
        all.extend(put_back(&items(pieces, round, storage), storage));
        all.extend(results(pieces, round));
    }
    all
}

fn check(turn: &Turn, played: &Played, mut whole: Value, storage: Storage, text: bool, streamed: bool) {
    let last = turn.rounds.len() - 1;
    let marks = without_marks(whole["output"].as_array_mut().expect("a list"));
    let mut expected = response(turn, last, storage);
    expected["id"] = json!("resp_0");
    expected["created_at"] = json!(1_700_000_000);
    expected["usage"] = total(turn);
    let visible: Vec<Value> = turn
        .rounds
        .iter()
        .enumerate()
        .flat_map(|(round, pieces)| items(pieces, round, storage))
        .filter(|(piece, _)| !piece.is_ours())
        .map(|(_, item)| item)
        .collect();
    expected["output"] = json!(visible);
    assert_eq!(whole, expected);

    let request = request(storage, text);
    for (round, continuation) in played.continuations.iter().enumerate() {
        let continuation: Value = serde_json::from_str(continuation).expect("JSON");
        let mut expected: Value = serde_json::from_str(&request).expect("JSON");
        let mut input = vec![json!({ "role": "user", "content": "Which rows failed?" })];
        input.extend(hidden(&turn.rounds[..=round], storage));
        expected["input"] = json!(input);
        assert_eq!(continuation, expected);
    }
    let outcome = played.done();
    assert_eq!(outcome["dropped"], matches!(turn.ending, Ending::Beyond | Ending::Cut));
    assert_eq!(outcome["failed"], false);
    let ids = outcome.get("responseIds");
    assert_eq!(ids.is_some(), last > 0);
    assert!(ids.is_none_or(|ids| *ids == json!({ "seen": "resp_0", "last": format!("resp_{last}") })));
    let Some((key, record)) = played.record() else {
        assert!(!turn.hides() && marks == 0, "a record is missing: {outcome}");
        return;
    };
    assert!(turn.hides() || marks > 0);
    let seen = turn.visible();
    assert_eq!(key, turns::after("before", "assistant", &visible_text(&seen), &call_ids(&seen)));
    let dropped = matches!(turn.ending, Ending::Beyond | Ending::Cut);
    let mut kept = items(turn.last(), last, storage);
    kept.retain(|(piece, _)| !(dropped && piece.is_ours()));
    if kept.iter().all(|(piece, _)| piece.is_reasoning()) {
        kept.clear();
    }
    assert_eq!(record["before"], json!(hidden(turn.hidden(), storage)));
    assert_eq!(record["turn"], json!(put_back(&kept, storage)));
    let after = if turn.ending == Ending::Mixed { results(turn.last(), last) } else { Vec::new() };
    assert_eq!(record["after"], json!(after));
    let reasons = turn.hidden().iter().position(|round| round.iter().any(Piece::is_reasoning));
    if let Some(round) = reasons {
        let later = turn.rounds[round + 1..].iter().flatten().any(|piece| !piece.is_ours());
        assert!(marks > 0 || (streamed && !later), "a mark is missing");
    }
}

#[test]
fn any_turn_streamed_and_cut_anywhere_is_what_it_should_be() {
    for seed in 0..STREAMED {
        let mut random = Random::new(seed as u64 + 1);
        let turn = Turn::any(&mut random, ABILITIES);
        let storage = [Storage::Stored, Storage::Encrypted, Storage::Lost][random.below(3)];
        let text = random.once_in(2);
        let responses: Vec<Response> = (0..turn.rounds.len())
            .map(|round| Response::sse(stream(&turn, round, storage, &mut random)))
            .collect();
        let request = request(storage, text);
        let whole = play_whole(&request, &meta(turn.max), &responses);
        let largest = 1 + random.below(200);
        let cut = play(&request, &meta(turn.max), &responses, |_| 1 + random.below(largest));
        assert_eq!(whole.text(), cut.text());
        assert_eq!(whole.outcomes, cut.outcomes);
        check(&turn, &whole, read_stream(whole.text()), storage, text, true);
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
        let storage = [Storage::Stored, Storage::Encrypted, Storage::Lost][random.below(3)];
        let responses: Vec<Response> = (0..turn.rounds.len())
            .map(|round| Response::json(response(&turn, round, storage).to_string() + "\n"))
            .collect();
        let played = play(&request(storage, false), &meta(turn.max), &responses, |_| 1 + random.below(300));
        check(&turn, &played, serde_json::from_slice(&played.client).expect("JSON"), storage, false, false);
        if turn.ending == Ending::Plain && turn.rounds.len() == 1 {
            assert_eq!(played.client, responses[0].body);
        }
    }
}
