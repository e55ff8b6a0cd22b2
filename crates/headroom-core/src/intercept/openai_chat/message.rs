//! The fields of a message in which text and reasoning stand, and what becomes of them over several rounds.
//!
//! Owns their names, the numbering of pieces of reasoning, and which of them can be marked. It knows no calls.

use crate::intercept::MARK;
use crate::intercept::joint::Joint;
use crate::wire::value::{Edit, Value, list};

/// Fields of a message that hold one text for all rounds.
const TEXTS: [&str; 3] = ["content", "reasoning_content", "reasoning"];

/// What the client has of these fields.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Texts {
    joints: [Joint; 3],
    /// What is added to the index of a piece of reasoning.
    added: u64,
    /// The index after the highest that the client has.
    next: u64,
}

/// Changes of a message or delta.
pub(super) type Edits = Vec<(&'static str, Edit)>;

impl Texts {
    /// What changes in the texts of a delta, or of a message.
    pub(super) fn take(&mut self, delta: Value<'_>) -> Edits {
        let mut edits = Vec::new();
        for (joint, field) in self.joints.iter_mut().zip(TEXTS) {
            let apart = delta.get(field).and_then(Value::inside).and_then(|inside| joint.take(inside));
            edits.extend(apart.map(|text| (field, Edit::Put(text))));
        }
        let details = details(delta);
        let shifted: Vec<String> = details.iter().map(|detail| self.shifted(*detail)).collect();
        if self.added > 0 && !shifted.is_empty() {
            edits.push(("reasoning_details", Edit::Put(list(shifted))));
        }
        edits
    }

    /// The client does not get the content so far.
    pub(super) fn forget_content(&mut self) {
        self.joints[0] = Joint::default();
    }

    /// A further round begins.
    pub(super) fn next_round(&mut self) {
        self.joints.iter_mut().for_each(Joint::next_round);
        self.added = self.next;
    }

    /// Pieces of reasoning of a later round follow those of the earlier.
    fn shifted(&mut self, detail: Value<'_>) -> String {
        let Some(index) = detail.get("index").and_then(Value::integer) else {
            return detail.text().to_owned();
        };
        let index = index.saturating_add(self.added);
        self.next = self.next.max(index.saturating_add(1));
        detail.with(&[("index", Edit::Put(index.to_string()))])
    }
}

/// What the client gets of a message that is not streamed: itself, and what came before it in the answer.
pub(super) fn merged(earlier: Option<Value<'_>>, message: Value<'_>) -> Edits {
    let mut edits = Vec::new();
    let both = |field: &str| [earlier.and_then(|earlier| earlier.get(field)), message.get(field)];
    for field in TEXTS {
        if let [Some(first), second] = both(field).map(|text| text?.inside()) {
            let second = second.unwrap_or_default();
            edits.push((field, Edit::Put(format!("\"{first}{second}\""))));
        }
    }
    for field in ["reasoning_details", "annotations"] {
        if let [Some(first), second] = both(field) {
            let second = second.map(Value::items).unwrap_or_default();
            let second: Vec<String> = second.iter().map(|item| item.text().to_owned()).collect();
            edits.push((field, Edit::Put(first.with_items(&second))));
        }
    }
    edits
}

/// The texts of a content: a string, or parts of type `text`.
pub(super) fn text_of(content: Value<'_>) -> String {
    if let Some(text) = content.string() {
        return text.into_owned();
    }
    let parts =
        content.items().into_iter().filter(|part| part.get("type").is_some_and(|kind| kind.says("text")));
    parts.filter_map(|part| part.get("text")?.string().map(Into::into)).collect::<Vec<String>>().concat()
}

/// Whether a delta, or a message, has reasoning that can be marked.
pub(super) fn carries_mark(message: Value<'_>) -> bool {
    details(message).into_iter().any(|detail| opaque(detail).is_some())
}

/// A delta, or a message, with the mark on the reasoning in it.
pub(super) fn marked(message: Value<'_>) -> String {
    let details = details(message).into_iter().map(|detail| match opaque(detail) {
        Some((field, inside)) => detail.with(&[(field, Edit::Put(format!("\"{inside}{MARK}\"")))]),
        None => detail.text().to_owned(),
    });
    message.with(&[("reasoning_details", Edit::Replace(list(details)))])
}

fn details(message: Value<'_>) -> Vec<Value<'_>> {
    message.get("reasoning_details").map(Value::items).unwrap_or_default()
}

fn opaque(detail: Value<'_>) -> Option<(&'static str, &str)> {
    ["signature", "data"].into_iter().find_map(|field| {
        let inside = detail.get(field)?.inside()?;
        (!inside.is_empty()).then_some((field, inside))
    })
}
