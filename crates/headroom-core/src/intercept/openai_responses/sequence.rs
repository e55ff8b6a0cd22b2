//! The numbers of events.
//!
//! Owns the numbering through of what the client gets: the provider's own numbers, less those of events that do not reach it.

use crate::wire::value::Value;

/// The numbers of the events at the client.
#[derive(Default)]
pub(super) struct Sequence {
    /// The number after the last, once there are numbers.
    next: Option<u64>,
    /// What is added to the provider's own; unknown until the first event of a later round.
    offset: Option<i64>,
}

impl Sequence {
    /// The client's number of an event with this one.
    pub(super) fn number(&mut self, own: u64) -> u64 {
        let offset = *self.offset.get_or_insert_with(|| self.next.map_or(0, |next| next as i64 - own as i64));
        let number = own.saturating_add_signed(offset);
        self.next = Some(number.saturating_add(1));
        number
    }

    /// An event with a number does not reach the client.
    pub(super) fn skip(&mut self, event: Value<'_>) {
        let Some(own) = event.get("sequence_number").and_then(Value::integer) else { return };
        let offset = self.offset.get_or_insert_with(|| self.next.map_or(0, |next| next as i64 - own as i64));
        *offset = offset.saturating_sub(1);
    }

    /// A further round begins, with numbers of its own.
    pub(super) fn next_round(&mut self) {
        self.offset = None;
    }

    /// The number of an event of our own, as a field.
    pub(super) fn own(&mut self) -> String {
        let Some(next) = self.next else { return String::new() };
        self.next = Some(next.saturating_add(1));
        format!(r#","sequence_number":{next}"#)
    }
}
