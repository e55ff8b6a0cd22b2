//! One turn of the model: the rounds it took, what is kept of them, and when it is over.
//!
//! Owns the limit of rounds, the answers' cost and the *record* of a turn with hidden rounds: what a later request needs to
//! have them put back. It knows no provider's format.
//!
//! A record is JSON of `{ v, format, before, turn, after, retrievedTokens }`. All that providers have produced is embedded in it
//! as it came:
//!
//! - `before`: the hidden rounds, message by message (or item by item), answers included. They stand before the turn that
//!   the client has.
//! - `turn`: that turn as the provider produced it, a message or a list of items; `null` where the client's own is to stay, an
//!   empty list where nothing is to stand in its place.
//! - `after`: the answers to our calls in a mixed turn. They stand in front of the client's own results.

use serde::Deserialize;
use serde_json::json;

use super::{Answer, Dialect};
use crate::tokens::Counter;
use crate::wire::turns;
use crate::wire::value::list;

/// A call of the retrieval tool.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// Its arguments as the model wrote them.
    pub(super) arguments: String,
}

/// What a round has come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    /// The calls of ours.
    pub(super) calls: Vec<Call>,
    /// Whether there are calls that the client has to answer.
    pub(super) beside: bool,
    /// Whether the provider has said that the round is over.
    pub(super) over: bool,
    /// Whether the round has come to its own end, and not only to a limit of length or of decency.
    pub(super) complete: bool,
}

/// Why a continuation could not be had.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Failure {
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) body: Option<String>,
}

/// The rounds of one turn.
pub(super) struct Turn {
    /// The body of the first request, as it was sent.
    pub(super) request: Vec<u8>,
    /// What was hidden.
    pub(super) before: Vec<String>,
    /// The answers beside the client's own calls.
    pub(super) after: Vec<String>,
    /// Whether calls of ours stood beside the client's.
    pub(super) mixed: bool,
    /// Whether a call was dropped.
    pub(super) dropped: bool,
    /// Whether the model has been told that there are no more rounds.
    pub(super) limit_told: bool,
    pub(super) warnings: Vec<String>,
    format: &'static str,
    key: String,
    max: usize,
    answered: usize,
    counter: Option<Counter>,
    retrieved_tokens: usize,
}

impl Turn {
    pub(super) fn new(
        request: &[u8],
        format: &'static str,
        model: Option<&str>,
        key: String,
        max: usize,
    ) -> Self {
        Self {
            request: request.to_vec(),
            before: Vec::new(),
            after: Vec::new(),
            mixed: false,
            dropped: false,
            limit_told: false,
            warnings: Vec::new(),
            format,
            key,
            max,
            answered: 0,
            // Without its vocabulary the model's requests have not been compressed either.
            counter: Counter::for_model(model).ok(),
            retrieved_tokens: 0,
        }
    }

    /// The outcome that asks for the calls of `round` to be answered.
    pub(super) fn retrieve(&mut self, round: &Round) -> String {
        self.limit_told = self.answered >= self.max;
        self.answered += 1;
        let calls: Vec<_> = round
            .calls
            .iter()
            .enumerate()
            .map(|(index, call)| {
                let arguments = if call.arguments.trim().is_empty() { "{}" } else { &call.arguments };
                json!({
                    "call": index,
                    "id": handle(arguments),
                    "argumentsJson": arguments,
                    "limit": self.limit_told,
                })
            })
            .collect();
        json!({ "kind": "retrieve", "calls": calls, "last": round.beside }).to_string()
    }

    /// Counts what was retrieved.
    pub(super) fn count(&mut self, texts: &[String]) {
        if let Some(counter) = &self.counter {
            self.retrieved_tokens += texts.iter().map(|text| counter.count(text)).sum::<usize>();
        }
    }

    /// The outcome that ends the turn.
    pub(super) fn done(&self, dialect: &dyn Dialect, answer: &Answer) -> String {
        let mut outcome = json!({
            "kind": "done",
            "rounds": answer.round,
            "retrievedTokens": self.retrieved_tokens,
            "dropped": self.dropped,
            "failed": answer.broken,
            "warnings": self.warnings,
        });
        if answer.usage.is_known() {
            outcome["usage"] = json!(dialect.tokens(&answer.usage));
        }
        if let Some((seen, last)) = dialect.ids() {
            outcome["responseIds"] = json!({ "seen": seen, "last": last });
        }
        if let Some(record) = self.record(dialect, answer) {
            outcome["record"] = record;
        }
        outcome.to_string()
    }

    /// The record of the turn, if anything was hidden in it. After an error there is none: no client resends such a turn
    /// as if it were whole.
    fn record(&self, dialect: &dyn Dialect, answer: &Answer) -> Option<serde_json::Value> {
        let hides = !self.before.is_empty() || self.mixed || answer.marked;
        if !hides || answer.broken {
            return None;
        }
        let produced = dialect.produced(!self.dropped);
        let value = format!(
            r#"{{"v":1,"format":"{}","before":{},"turn":{},"after":{},"retrievedTokens":{}}}"#,
            self.format,
            list(&self.before),
            dialect.recorded(&produced),
            list(&self.after),
            self.retrieved_tokens,
        );
        let calls: Vec<&str> = answer.calls.iter().map(String::as_str).collect();
        let key = turns::after(&self.key, "assistant", &answer.text, &calls);
        Some(json!({ "key": key, "value": value }))
    }
}

/// The handle that a call names, without the spaces and capitals that models add; `null` where it names none.
fn handle(arguments: &str) -> Option<String> {
    let arguments: serde_json::Value = serde_json::from_str(arguments).ok()?;
    let id = match &arguments {
        // Some models write their arguments as JSON in a string.
        serde_json::Value::String(inner) => {
            serde_json::from_str::<serde_json::Value>(inner).ok()?.get("id")?.as_str()?.to_owned()
        }
        arguments => arguments.get("id")?.as_str()?.to_owned(),
    };
    Some(id.trim().to_lowercase())
}
