//! Gemini, as server-sent events, as a list, and not streamed.

use serde_json::{Value, json};

use super::host::{Played, Random, Response, answer_text, deltas, play, play_whole};
use super::model::{Abilities, Ending, Piece, STREAMED, Turn, WHOLE, visible_text};
use crate::wire::turns;

const REQUEST: &str = r#"{"contents":[ {"role":"user","parts":[{"text":"Which rows failed?"}]} ] , "generationConfig":{"temperature":1.0}}"#;
const ABILITIES: Abilities = Abilities { blanks: false, server_tools: false, one_of_each: true };

fn meta(max: usize) -> Value {
    json!({ "format": "gemini", "model": "gemini-3-pro", "key": "before", "maxRetrievals": max })
}

/// The parts of a round; the first call is signed with what the reasoning left, or else the last text.
fn parts(pieces: &[Piece]) -> Vec<(Piece, Value)> {
    let mut signature = None;
    let mut parts: Vec<(Piece, Value)> = Vec::new();
    for piece in pieces {
        let part = match piece {
            Piece::Reasoning { text, opaque } => {
                signature = Some(opaque);
                json!({ "text": text, "thought": true })
            }
            Piece::Text(text) => json!({ "text": text }),
            Piece::Ours { arguments, .. } => {
                json!({ "functionCall": { "name": "headroom_retrieve", "args": arguments } })
            }
            Piece::Theirs { id, name, arguments } => {
                json!({ "functionCall": { "id": id, "name": name, "args": arguments } })
            }
            Piece::Server { .. } => unreachable!("Gemini has none here"),
        };
        parts.push((piece.clone(), part));
    }
    if let Some(signature) = signature {
        let signed = parts.iter().position(|(piece, _)| piece.is_ours() || piece.is_theirs());
        let signed = signed.or_else(|| parts.iter().rposition(|(piece, _)| matches!(piece, Piece::Text(_))));
        if let Some(signed) = signed {
            parts[signed].1["thoughtSignature"] = json!(signature);
        }
    }
    parts
}

fn content(parts: &[(Piece, Value)]) -> Value {
    let parts: Vec<&Value> = parts.iter().map(|(_, part)| part).collect();
    json!({ "role": "model", "parts": parts })
}

fn finish_reason(turn: &Turn, round: usize) -> &'static str {
    if turn.ending == Ending::Cut && round + 1 == turn.rounds.len() { "MAX_TOKENS" } else { "STOP" }
}

fn usage(round: usize) -> Value {
    let (input, output) = Turn::usage(round);
    json!({ "promptTokenCount": input, "candidatesTokenCount": output, "totalTokenCount": input + output, "promptTokensDetails": [{ "modality": "TEXT", "tokenCount": input }], "cachedContentTokenCount": 5 })
}

fn total(turn: &Turn) -> Value {
    let (input, output) = turn.total_usage();
    json!({ "promptTokenCount": input, "candidatesTokenCount": output, "totalTokenCount": input + output, "promptTokensDetails": [{ "modality": "TEXT", "tokenCount": input }], "cachedContentTokenCount": 5 * turn.rounds.len() })
}

fn chunk(round: usize, parts: &[Value], finish: Option<&str>) -> Value {
    let mut candidate = json!({ "content": { "parts": parts, "role": "model" }, "index": 0 });
    if let Some(finish) = finish {
        candidate["finishReason"] = json!(finish);
    }
    json!({ "candidates": [candidate], "usageMetadata": usage(round), "modelVersion": "gemini-3-pro", "responseId": format!("id{round}") })
}

fn chunks(turn: &Turn, round: usize, random: &mut Random) -> Vec<Value> {
    let mut given: Vec<Value> = Vec::new();
    for (_, part) in parts(&turn.rounds[round]) {
        match part["text"].as_str() {
            Some(text) if part.get("thoughtSignature").is_none() => {
                given.extend(deltas(text, random).into_iter().map(|piece| {
                    let mut part = part.clone();
                    part["text"] = json!(piece);
                    part
                }));
            }
            _ => given.push(part),
        }
    }
    let finish = finish_reason(turn, round);
    let size = 1 + random.below(3);
    let mut chunks: Vec<Value> = given.chunks(size).map(|parts| chunk(round, parts, None)).collect();
    if random.once_in(2) {
        chunks.push(chunk(round, &[json!({ "text": "" })], Some(finish)));
    } else {
        chunks.last_mut().expect("a chunk")["candidates"][0]["finishReason"] = json!(finish);
    }
    chunks
}

fn sse(chunks: &[Value]) -> String {
    chunks.iter().fold(String::new(), |events, chunk| events + &format!("data: {chunk}\r\n\r\n"))
}

fn list(chunks: &[Value]) -> String {
    let chunks: Vec<String> = chunks.iter().map(|chunk| format!("{chunk:#}")).collect();
    format!("[{}\n]\n", chunks.join("\n,\r\n"))
}

fn read_sse(text: &str) -> Vec<Value> {
    let events = text.split_terminator("\r\n\r\n");
    events
        .map(|event| serde_json::from_str(event.strip_prefix("data: ").expect("data")).expect("JSON"))
        .collect()
}

/// Joins texts that stand side by side and have nothing beside their text.
fn joined(parts: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let mut joined: Vec<Value> = Vec::new();
    for part in parts {
        if part == json!({ "text": "" }) {
            continue;
        }
        let plain = |part: &Value| part["text"].is_string() && part.get("thoughtSignature").is_none();
        match joined.last_mut() {
            Some(last) if plain(last) && plain(&part) && last.get("thought") == part.get("thought") => {
                last["text"] = json!(
                    last["text"].as_str().expect("a text").to_owned()
                        + part["text"].as_str().expect("a text")
                );
            }
            _ => joined.push(part),
        }
    }
    joined
}

/// Puts a stream together as clients do.
fn whole(chunks: &[Value]) -> Value {
    let mut parts = Vec::new();
    let mut over = false;
    let mut whole = chunks.last().expect("a chunk").clone();
    for chunk in chunks {
        assert!(!over, "nothing follows the reason to finish");
        for field in ["responseId", "modelVersion"] {
            assert_eq!(chunk[field], whole[field]);
        }
        parts.extend(chunk["candidates"][0]["content"]["parts"].as_array().expect("parts").iter().cloned());
        over = chunk["candidates"][0].get("finishReason").is_some();
    }
    assert!(over, "the answer ends");
    whole["candidates"][0]["content"]["parts"] = json!(parts);
    whole
}

fn visible(turn: &Turn) -> Vec<Value> {
    let mut texts = [String::new(), String::new()];
    let mut all = Vec::new();
    for round in &turn.rounds {
        let mut begun = [false, false];
        let mut lent = None;
        for (piece, mut part) in parts(round) {
            if piece.is_ours() {
                lent = part.get("thoughtSignature").cloned().or(lent);
                continue;
            }
            if piece.is_theirs()
                && part.get("thoughtSignature").is_none()
                && let Some(signature) = lent.take()
            {
                part["thoughtSignature"] = signature;
            }
            if let Some(text) = part["text"].as_str().map(str::to_owned).filter(|text| !text.is_empty()) {
                let kind = usize::from(piece.is_reasoning());
                let apart = !texts[kind].is_empty()
                    && !begun[kind]
                    && !texts[kind].ends_with(char::is_whitespace)
                    && !text.starts_with(char::is_whitespace);
                let text = if apart { format!("\n\n{text}") } else { text };
                begun[kind] = true;
                texts[kind] += &text;
                part["text"] = json!(text);
            }
            all.push(part);
        }
    }
    joined(all)
}

fn results(pieces: &[Piece], round: usize) -> Vec<Value> {
    let ours = pieces.iter().filter(|piece| piece.is_ours());
    ours.enumerate()
        .map(|(call, _)| json!({ "functionResponse": { "name": "headroom_retrieve", "response": { "output": answer_text(round, call) } } }))
        .collect()
}

fn hidden(rounds: &[Vec<Piece>]) -> Vec<Value> {
    let mut contents = Vec::new();
    for (round, pieces) in rounds.iter().enumerate() {
        contents.push(content(&parts(pieces)));
        contents.push(json!({ "role": "user", "parts": results(pieces, round) }));
    }
    contents
}

fn check(turn: &Turn, played: &Played, mut whole: Value) {
    let last = turn.rounds.len() - 1;
    let mut marks = 0;
    let candidate = &mut whole["candidates"][0];
    for part in candidate["content"]["parts"].as_array_mut().expect("parts") {
        if let Some(bare) = part["thoughtSignature"].as_str().and_then(|text| text.strip_suffix("~hr")) {
            part["thoughtSignature"] = json!(bare);
            marks += 1;
        }
    }
    let shown = joined(candidate["content"]["parts"].as_array().expect("parts").clone());
    assert_eq!(shown, visible(turn));
    assert_eq!(candidate["finishReason"], finish_reason(turn, last));
    assert_eq!(whole["usageMetadata"], total(turn));
    assert_eq!(whole["responseId"], "id0");
    for (round, continuation) in played.continuations.iter().enumerate() {
        let continuation: Value = serde_json::from_str(continuation).expect("JSON");
        let mut expected: Value = serde_json::from_str(REQUEST).expect("JSON");
        expected["contents"].as_array_mut().expect("a list").extend(hidden(&turn.rounds[..=round]));
        assert_eq!(continuation, expected);
    }
    let outcome = played.done();
    assert_eq!(outcome["dropped"], matches!(turn.ending, Ending::Beyond | Ending::Cut));
    let (input, output) = turn.total_usage();
    assert_eq!(
        outcome["usage"],
        json!({ "input": input, "output": output, "cacheRead": 5 * turn.rounds.len() })
    );
    let Some((key, record)) = played.record() else {
        assert!(!turn.hides() && marks == 0, "a record is missing: {outcome}");
        return;
    };
    assert!(turn.hides() || marks > 0);
    let seen = turn.visible();
    let names: Vec<&str> = seen.iter().filter(|piece| piece.is_theirs()).map(|_| "read_file").collect();
    assert_eq!(key, turns::after("before", "assistant", &visible_text(&seen), &names));
    let mut kept = parts(turn.last());
    if outcome["dropped"] == true {
        kept.retain(|(piece, _)| !piece.is_ours());
    }
    let put_back =
        if kept.iter().all(|(piece, _)| piece.is_reasoning()) { json!([]) } else { content(&kept) };
    assert_eq!(record["before"], json!(hidden(turn.hidden())));
    assert_eq!(record["turn"], put_back);
    let after = if turn.ending == Ending::Mixed { results(turn.last(), last) } else { Vec::new() };
    assert_eq!(record["after"], json!(after));
}

#[test]
fn any_turn_streamed_and_cut_anywhere_is_what_it_should_be() {
    for seed in 0..STREAMED {
        let mut random = Random::new(seed as u64 + 1);
        let turn = Turn::any(&mut random, ABILITIES);
        let as_list = random.once_in(2);
        let responses: Vec<Response> = (0..turn.rounds.len())
            .map(|round| {
                let chunks = chunks(&turn, round, &mut random);
                if as_list { Response::json(list(&chunks)) } else { Response::sse(sse(&chunks)) }
            })
            .collect();
        let played = play_whole(REQUEST, &meta(turn.max), &responses);
        let largest = 1 + random.below(100);
        let cut = play(REQUEST, &meta(turn.max), &responses, |_| 1 + random.below(largest));
        assert_eq!(played.text(), cut.text());
        assert_eq!(played.outcomes, cut.outcomes);
        let chunks = if as_list {
            serde_json::from_slice(&played.client).expect("a JSON list")
        } else {
            read_sse(played.text())
        };
        check(&turn, &played, whole(&chunks));
        if turn.ending == Ending::Plain && turn.rounds.len() == 1 {
            assert_eq!(played.client, responses[0].body);
        }
    }
}

#[test]
fn any_turn_that_is_not_streamed_is_what_it_should_be() {
    for seed in 0..WHOLE {
        let mut random = Random::new(seed as u64 + 77_777);
        let turn = Turn::any(&mut random, ABILITIES);
        let responses: Vec<Response> = (0..turn.rounds.len())
            .map(|round| {
                let parts: Vec<Value> =
                    parts(&turn.rounds[round]).into_iter().map(|(_, part)| part).collect();
                Response::json(format!("{:#}\n", chunk(round, &parts, Some(finish_reason(&turn, round)))))
            })
            .collect();
        let played = play(REQUEST, &meta(turn.max), &responses, |_| 1 + random.below(300));
        check(&turn, &played, serde_json::from_slice(&played.client).expect("JSON"));
        if turn.ending == Ending::Plain && turn.rounds.len() == 1 {
            assert_eq!(played.client, responses[0].body);
        }
    }
}
