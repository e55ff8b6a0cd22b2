//! An item of a response.
//!
//! Owns whose it is and how it looks to the client, with the mark on what is opaque in it.

use crate::ccr::TOOL_NAME;
use crate::intercept::MARK;
use crate::wire::value::{Edit, Value};

/// An item of a response.
pub(super) struct Item {
    pub(super) index: u64,
    /// Its number at the client; `None` if it is ours.
    pub(super) shown: Option<u64>,
    pub(super) kind: String,
    /// As it is known: first as it began, then as a whole.
    pub(super) text: String,
    pub(super) done: bool,
    /// Whether its id carries the mark at the client.
    pub(super) marked: bool,
}

impl Item {
    pub(super) fn new(index: u64, item: Value<'_>, ours: bool) -> Self {
        let kind = item.get("type").and_then(Value::string).unwrap_or_default().into_owned();
        let ours =
            ours && kind == "function_call" && item.get("name").is_some_and(|name| name.says(TOOL_NAME));
        Self {
            index,
            shown: (!ours).then_some(0),
            kind,
            text: item.text().to_owned(),
            done: false,
            marked: false,
        }
    }

    pub(super) fn is_ours(&self) -> bool {
        self.shown.is_none()
    }

    pub(super) fn is_reasoning(&self) -> bool {
        self.kind == "reasoning"
    }

    pub(super) fn get(&self, field: &str) -> Option<String> {
        Value::parse(self.text.as_bytes())?.get(field)?.string().map(Into::into)
    }

    /// The item as the client has it.
    pub(super) fn shown(&self, item: Value<'_>, marked_content: bool) -> String {
        let mut edits = Vec::new();
        if let Some(id) = item.get("id").and_then(Value::inside).filter(|_| self.marked) {
            edits.push(("id", Edit::Put(format!("\"{id}{MARK}\""))));
        }
        if let Some(content) =
            item.get("encrypted_content").and_then(Value::inside).filter(|_| marked_content)
        {
            edits.push(("encrypted_content", Edit::Put(format!("\"{content}{MARK}\""))));
        }
        item.with(&edits)
    }

    /// The text of a message.
    pub(super) fn text(&self) -> String {
        if self.kind != "message" {
            return String::new();
        }
        let parts = Value::parse(self.text.as_bytes()).and_then(|item| item.get("content")).map(Value::items);
        let texts =
            parts.unwrap_or_default().into_iter().filter(|part| part.get("type").is_some_and(is_text));
        texts.filter_map(|part| part.get("text")?.string().map(Into::into)).collect::<Vec<String>>().concat()
    }
}

fn is_text(kind: Value<'_>) -> bool {
    kind.says("output_text") || kind.says("text")
}
