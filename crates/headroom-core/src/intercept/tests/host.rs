//! Plays the host: feeds responses in pieces, answers retrievals, and keeps what the client gets.

use serde_json::{Value, json};

use crate::intercept::{End, Interceptor};

/// What came of an answer.
#[derive(Debug)]
pub(super) struct Played {
    /// Everything that the client got.
    pub(super) client: Vec<u8>,
    /// What came out of each push, and of each end.
    pub(super) pieces: Vec<Vec<u8>>,
    /// The bodies of the continuations.
    pub(super) continuations: Vec<String>,
    /// The outcomes in order.
    pub(super) outcomes: Vec<Value>,
}

impl Played {
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.client).expect("UTF-8")
    }

    pub(super) fn done(&self) -> &Value {
        let done = self.outcomes.last().expect("an outcome");
        assert_eq!(done["kind"], "done");
        done
    }

    /// The record and its key.
    pub(super) fn record(&self) -> Option<(String, Value)> {
        let record = self.done().get("record")?;
        let value = serde_json::from_str(record["value"].as_str()?).expect("a record is JSON");
        Some((record["key"].as_str()?.to_owned(), value))
    }
}

/// A response of the provider.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) content_type: &'static str,
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Response {
    pub(super) fn sse(body: impl Into<Vec<u8>>) -> Self {
        Self { content_type: "text/event-stream; charset=utf-8", status: 200, body: body.into() }
    }

    pub(super) fn json(body: impl Into<Vec<u8>>) -> Self {
        Self { content_type: "application/json", status: 200, body: body.into() }
    }

    pub(super) fn error(status: u16, body: &str) -> Self {
        Self { content_type: "application/json", status, body: body.into() }
    }
}

/// The text that answers the call `call` of the round `round`.
pub(super) fn answer_text(round: usize, call: usize) -> String {
    format!("rows of \"{round}.{call}\"\n")
}

/// Plays an answer. `cut` says how many of the bytes left come next.
pub(super) fn play(
    request: &str,
    meta: &Value,
    responses: &[Response],
    mut cut: impl FnMut(usize) -> usize,
) -> Played {
    let mut interceptor = Interceptor::new(request.as_bytes(), &meta.to_string()).expect("valid meta data");
    let mut played =
        Played { client: Vec::new(), pieces: Vec::new(), continuations: Vec::new(), outcomes: Vec::new() };
    for (round, response) in responses.iter().enumerate() {
        let beginning = json!({ "contentType": response.content_type, "status": response.status });
        interceptor.begin(&beginning.to_string()).expect("a valid beginning");
        let mut rest = response.body.as_slice();
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(cut(rest.len()).clamp(1, rest.len()));
            played.piece(interceptor.push(piece));
            rest = later;
        }
        loop {
            let end = interceptor.end();
            let outcome = played.end(end);
            if outcome["kind"] == "done" {
                assert_eq!(round + 1, responses.len(), "the answer was over early: {outcome}");
                return played;
            }
            let calls = outcome["calls"].as_array().expect("calls");
            let texts: Vec<String> = (0..calls.len()).map(|call| answer_text(round, call)).collect();
            let body = interceptor.answer(&json!(texts).to_string()).expect("answers");
            assert_eq!(outcome["last"], body.is_empty());
            if !body.is_empty() {
                played.continuations.push(String::from_utf8(body).expect("UTF-8"));
                break;
            }
        }
    }
    panic!("the provider has no answer to the continuation: {:?}", played.outcomes);
}

/// [`play`] with every response in one piece.
pub(super) fn play_whole(request: &str, meta: &Value, responses: &[Response]) -> Played {
    play(request, meta, responses, |left| left)
}

impl Played {
    fn piece(&mut self, bytes: Vec<u8>) {
        self.client.extend_from_slice(&bytes);
        self.pieces.push(bytes);
    }

    fn end(&mut self, End { bytes, outcome_json }: End) -> Value {
        self.piece(bytes);
        let outcome: Value = serde_json::from_str(&outcome_json).expect("an outcome is JSON");
        self.outcomes.push(outcome.clone());
        outcome
    }
}

/// A small generator of numbers, the same everywhere.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % bound.max(1) as u64) as usize
    }

    /// `true` once in `times`.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// Cuts a text into deltas.
pub(super) fn deltas(text: &str, random: &mut Random) -> Vec<String> {
    let mut deltas = vec![String::new()];
    for character in text.chars() {
        if random.once_in(4) {
            deltas.push(String::new());
        }
        deltas.last_mut().expect("one").push(character);
    }
    deltas
}
