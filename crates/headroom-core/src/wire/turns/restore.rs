//! The edits that put hidden rounds back into a body, or leave out what cannot stand without them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::client_marks::carried_over;
use super::list::without;
use super::record::HiddenRecord;
use super::walk::{Turn, Walked, walk};
use super::{MARK, TurnKey};
use crate::wire::Format;
use crate::wire::scanner::Fault;
use crate::wire::span::Span;
use crate::wire::splice::{Edit, edit};

/// What becomes of a body's hidden rounds.
#[derive(Debug, Default)]
pub(crate) struct Restored {
    /// What changes.
    pub(crate) edits: Vec<Edit<'static>>,
    /// Tokens of the answers that were put back: the model reads them again.
    pub(crate) retrieved_tokens: usize,
    /// How many turns have hidden rounds of which there is no record.
    pub(crate) lost: usize,
}

impl Restored {
    /// What the caller should know.
    pub(crate) fn warning(&self) -> Option<String> {
        let lost = self.lost;
        (lost > 0).then(|| {
            format!("hidden rounds of {lost} earlier turns are gone; the reasoning that depends on them was left out")
        })
    }
}

/// Says how `body` changes for its hidden rounds; `hidden` holds the records that were found, by the names of their turns.
///
/// Fails if the body is not JSON.
pub(crate) fn restore(
    body: &[u8],
    format: Format,
    hidden: &BTreeMap<TurnKey, String>,
) -> Result<Restored, Fault> {
    // The suffix at the end of a string: where it is not to be seen, nothing is marked.
    let marked = || memchr::memmem::find(body, format!("{MARK}\"").as_bytes()).is_some();
    if hidden.is_empty() && !marked() {
        return Ok(Restored::default());
    }
    let walked = walk(body, format, !hidden.is_empty())?;
    let mut restoring =
        Restoring { body, format, walked: &walked, restored: Restored::default(), dropped: BTreeSet::new() };
    for turn in &walked.turns {
        let record = hidden.get(&turn.key).and_then(|json| HiddenRecord::parse(json, format));
        match record {
            Some(record) => restoring.put_back(turn, &record),
            None if turn.marked => restoring.leave_reasoning_out(turn),
            None => {}
        }
    }
    Ok(restoring.finish())
}

struct Restoring<'a> {
    body: &'a [u8],
    format: Format,
    walked: &'a Walked,
    restored: Restored,
    /// Messages that go as a whole.
    dropped: BTreeSet<usize>,
}

impl Restoring<'_> {
    fn put_back(&mut self, turn: &Turn, record: &HiddenRecord<'_>) {
        self.restored.retrieved_tokens += record.retrieved_tokens;
        let span = self.span(turn);
        let before: Vec<Cow<'_, str>> = record.before.iter().map(|raw| Cow::Borrowed(raw.get())).collect();
        let after = self.after(turn, record);
        let own = match record.turn() {
            Some(produced) => self.produced(turn, &produced),
            None if turn.marked => self.without_reasoning(turn),
            None => {
                // Not a byte of the client's turn changes.
                let front: String = before.iter().flat_map(|message| [message, ","]).collect();
                let back: String = after.iter().flat_map(|message| [",", message]).collect();
                for (at, text) in [(span.start, front), (span.end, back)] {
                    if !text.is_empty() {
                        self.restored.edits.push(Edit::raw(Span { start: at, end: at }, text));
                    }
                }
                return;
            }
        };
        let all: Vec<Cow<'_, str>> = before.into_iter().chain(own).chain(after).collect();
        if all.is_empty() {
            self.dropped.extend(turn.messages.clone());
        } else {
            self.restored.edits.push(Edit::raw(span, all.join(",")));
        }
    }

    /// The messages that follow the turn for its answers. Where they are parts, they join the message that follows, if that
    /// can take them.
    fn after(&mut self, turn: &Turn, record: &HiddenRecord<'_>) -> Vec<Cow<'static, str>> {
        let raw: Vec<&str> = record.after.iter().map(|raw| raw.get()).collect();
        let (role, content) = match self.format {
            _ if raw.is_empty() => return Vec::new(),
            Format::OpenAiChat | Format::OpenAiResponses => {
                return raw.into_iter().map(|message| Cow::Owned(message.to_owned())).collect();
            }
            Format::Anthropic => ("user", "content"),
            Format::Gemini => ("user", "parts"),
        };
        let parts = raw.join(",");
        let Some(front) = turn.answers_at else {
            return vec![Cow::Owned(format!(r#"{{"role":"{role}","{content}":[{parts}]}}"#))];
        };
        let text = if front.empty { parts } else { parts + "," };
        self.restored.edits.push(Edit::raw(Span { start: front.at, end: front.at }, text));
        Vec::new()
    }

    /// What the provider produced, with the cache marks that the client has put on it since.
    fn produced<'r>(&self, turn: &Turn, produced: &[&'r str]) -> Vec<Cow<'r, str>> {
        match (self.format, produced) {
            (Format::Anthropic | Format::OpenAiChat, [message]) => {
                vec![Cow::Owned(carried_over(&self.slice(self.span(turn)), message))]
            }
            _ => produced.iter().map(|&message| Cow::Borrowed(message)).collect(),
        }
    }

    /// The client's messages without their reasoning.
    fn without_reasoning(&self, turn: &Turn) -> Vec<Cow<'static, str>> {
        let kept = turn.messages.clone().filter(|index| !turn.reasoning.contains(index));
        kept.map(|index| {
            let message = self.walked.messages[index];
            let inside =
                |edit: &&Edit<'static>| edit.span.start >= message.start && edit.span.end <= message.end;
            let edits =
                turn.without.iter().filter(inside).map(|edit| edit.moved_back(message.start)).collect();
            let bytes = edit(&self.body[message.start..message.end], edits);
            Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect()
    }

    fn leave_reasoning_out(&mut self, turn: &Turn) {
        self.restored.lost += 1;
        self.restored.edits.extend(turn.without.iter().cloned());
        self.dropped.extend(turn.reasoning.iter().copied());
    }

    fn span(&self, turn: &Turn) -> Span {
        let messages = &self.walked.messages[turn.messages.clone()];
        match messages {
            [first, .., last] => Span { start: first.start, end: last.end },
            [only] => *only,
            [] => Span { start: 0, end: 0 },
        }
    }

    fn slice(&self, span: Span) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body[span.start..span.end])
    }

    fn finish(mut self) -> Restored {
        let removals = without(&self.walked.messages, |index| self.dropped.contains(&index));
        self.restored.edits.extend(removals.into_iter().map(Edit::remove));
        self.restored
    }
}
