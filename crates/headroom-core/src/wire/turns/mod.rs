//! Hidden rounds: what the model and the retrieval tool said to each other in a turn without the client seeing it.
//!
//! Owns the names by which a turn is known again when the client resends it ([`after`]), the reading of a body for its turns,
//! the record of what was hidden in a turn, and the edits that put it back, or that leave out what cannot stand without it. It
//! does not know how a round came to be, nor where records are kept.
//!
//! A provider checks what it is sent: a call has its result, signed thinking is what it signed, a reasoning item is followed
//! by what it led to. So what was hidden is put back exactly as the provider produced it. Reasoning of a turn with hidden
//! rounds carries a mark (the suffix `~hr` on its signature or id) in what the client sees; where the record is lost, the mark
//! says that the turn's reasoning has to go too.

mod client_marks;
mod key;
mod list;
mod record;
mod restore;
mod walk;

mod anthropic;
mod gemini;
mod openai_chat;
mod openai_responses;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Format, explain};
use crate::Error;

pub use key::{TurnKey, after};
pub use record::HiddenRecord;
pub(crate) use restore::Restored;

/// The suffix of the opaque field of reasoning whose round has a hidden call (a signature, an id): what tells a later request, if
/// the record is lost, that the reasoning has to go too.
pub(crate) const MARK: &str = "~hr";

/// The names of a conversation's turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turns {
    /// Those of the assistant's turns, in order.
    pub keys: Vec<TurnKey>,
    /// That of the conversation as it stands: what the coming turn goes on from.
    pub end: TurnKey,
}

/// The names of the turns in a body. A batch has none.
///
/// ```
/// use headroom_core::wire::{Format, turns};
///
/// let body = br#"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}"#;
/// let found = turns::turns(body, Format::Anthropic)?;
/// assert_eq!(found.end, turns::after(&turns::after("", "user", "Hi", &[]), "assistant", "Hello", &[]));
/// assert_eq!(found.keys, [found.end]);
/// # Ok::<(), headroom_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Request`] if the body is not JSON.
pub fn turns(body: &[u8], format: Format) -> Result<Turns, Error> {
    let walked =
        walk::walk(body, format, true).map_err(|fault| Error::Request { message: explain(fault, format) })?;
    Ok(Turns { keys: walked.turns.into_iter().map(|turn| turn.key).collect(), end: walked.end })
}

/// Says how a body changes for its hidden rounds; `hidden` holds the records that were found, by the names of their turns.
///
/// # Errors
///
/// [`Error::Request`] if the body is not JSON.
pub(crate) fn restore(
    body: &[u8],
    format: Format,
    hidden: &BTreeMap<TurnKey, String>,
) -> Result<Restored, Error> {
    restore::restore(body, format, hidden).map_err(|fault| Error::Request { message: explain(fault, format) })
}
