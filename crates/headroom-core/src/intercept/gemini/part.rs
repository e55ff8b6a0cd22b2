//! A part of a content.
//!
//! Owns what kinds of parts there are, and how one is put together that came in pieces.

use super::partial_arguments::PartialArguments;
use crate::wire::value::{Edit, Value};

/// A part of the content as the provider produced it.
pub(super) struct Part {
    pub(super) text: String,
    /// What has been added to its text since, as the inside of a literal.
    pub(super) more: String,
    pub(super) kind: Kind,
}

/// What a part is.
#[derive(PartialEq)]
pub(super) enum Kind {
    /// Text and nothing else.
    Text,
    /// Thought and nothing else.
    Thought,
    Call {
        ours: bool,
        name: String,
        /// Arguments that come in pieces.
        pieces: Option<PartialArguments>,
        /// Whether all of them are there.
        done: bool,
    },
    Other,
}

impl Part {
    pub(super) fn new(part: Value<'_>, kind: Kind) -> Self {
        Self { text: part.text().to_owned(), more: String::new(), kind }
    }

    pub(super) fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Call { ours: true, .. })
    }

    pub(super) fn value(&self) -> Option<Value<'_>> {
        Value::parse(self.text.as_bytes())
    }

    pub(super) fn is_thought(&self) -> bool {
        self.value().is_some_and(is_thought)
    }

    /// The inside of its text.
    pub(super) fn inside(&self) -> String {
        let own = self.value().and_then(|part| part.get("text")?.inside()).unwrap_or_default();
        format!("{own}{}", self.more)
    }

    /// The part as a whole.
    pub(super) fn finished(&self) -> String {
        if !self.more.is_empty() {
            let text = [("text", Edit::Put(format!("\"{}\"", self.inside())))];
            return self.value().map_or_else(|| self.text.clone(), |part| part.with(&text));
        }
        let Kind::Call { pieces: Some(pieces), .. } = &self.kind else { return self.text.clone() };
        let Some(part) = self.value() else { return self.text.clone() };
        let Some(call) = part.get("functionCall") else { return self.text.clone() };
        let call = call.with(&[
            ("args", Edit::Put(pieces.json())),
            ("partialArgs", Edit::Drop),
            ("willContinue", Edit::Drop),
        ]);
        part.with(&[("functionCall", Edit::Put(call))])
    }
}

/// Whether a part is a thought.
pub(super) fn is_thought(part: Value<'_>) -> bool {
    part.get("thought").is_some_and(|thought| thought.text() == "true")
}
