//! The record of what was hidden in one turn, as it lies in a store.
//!
//! Owns its shape. Whoever ends a turn writes it, and it is read here when the turn comes again.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::wire::Format;

/// What was hidden in one turn: JSON of the format's messages (in Responses: items) as the provider produced them, byte for
/// byte, with the answers of the retrieval tool.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HiddenRecord<'a> {
    /// The shape's version.
    #[serde(rename = "v")]
    pub version: u32,
    /// The format.
    pub format: Format,
    /// The hidden rounds: messages that stand before the visible turn.
    #[serde(borrow)]
    pub before: Vec<&'a RawValue>,
    /// What stands in place of the client's turn: a message, or a list of messages or items; `None` leaves the client's.
    #[serde(borrow, deserialize_with = "given")]
    pub turn: Option<&'a RawValue>,
    /// Answers to calls of the tool in the visible turn, beside calls that the client answers: parts of a message where the
    /// format has all results in one (Anthropic, Gemini), else messages or items.
    #[serde(borrow)]
    pub after: Vec<&'a RawValue>,
    /// Tokens of the answers.
    pub retrieved_tokens: usize,
}

impl<'a> HiddenRecord<'a> {
    /// The version that is written, and the only one that is read.
    pub const VERSION: u32 = 1;

    /// The record in `json`, if it is one of this version for this format.
    #[must_use]
    pub fn parse(json: &'a str, format: Format) -> Option<Self> {
        let record: Self = serde_json::from_str(json).ok()?;
        (record.version == Self::VERSION && record.format == format).then_some(record)
    }

    /// What stands in place of the client's turn, one by one; `None` leaves the client's.
    pub(super) fn turn(&self) -> Option<Vec<&'a str>> {
        let turn = self.turn?;
        let list: Result<Vec<&'a RawValue>, _> = serde_json::from_str(turn.get());
        Some(list.map_or_else(|_| vec![turn.get()], |list| list.into_iter().map(RawValue::get).collect()))
    }
}

fn given<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    let raw = <&'a RawValue>::deserialize(deserializer)?;
    Ok((raw.get() != "null").then_some(raw))
}
