//! A block of a message while it comes, and as a whole.
//!
//! Owns how a block is put together from its deltas. It knows which block is a call of the retrieval tool, and nothing of what
//! that means.

use crate::ccr::TOOL_NAME;
use crate::wire::value::{Edit, Value, list, unescaped};

/// A block of a message.
pub(super) struct Block {
    pub(super) index: u64,
    /// Its number at the client; `None` if it is ours.
    pub(super) shown: Option<u64>,
    pub(super) kind: String,
    /// As it began.
    start: String,
    /// Its strings, by field, as they grow: the insides of literals.
    grown: Vec<(String, String)>,
    /// Other fields that a delta has set.
    set: Vec<(String, String)>,
    citations: Vec<String>,
    /// The JSON of its input, as the inside of a literal.
    input: Option<String>,
    pub(super) stopped: bool,
}

impl Block {
    pub(super) fn new(index: u64, start: Value<'_>, ours: bool) -> Self {
        let kind = start.get("type").and_then(Value::string).unwrap_or_default().into_owned();
        let name = start.get("name").and_then(Value::string);
        let ours = ours && kind == "tool_use" && name.is_some_and(|name| name == TOOL_NAME);
        Self {
            index,
            shown: (!ours).then_some(0),
            kind,
            start: start.text().to_owned(),
            grown: Vec::new(),
            set: Vec::new(),
            citations: Vec::new(),
            input: None,
            stopped: false,
        }
    }

    pub(super) fn is_ours(&self) -> bool {
        self.shown.is_none()
    }

    pub(super) fn is_reasoning(&self) -> bool {
        matches!(self.kind.as_str(), "thinking" | "redacted_thinking")
    }

    fn start(&self) -> Option<Value<'_>> {
        Value::parse(self.start.as_bytes())
    }

    pub(super) fn grow(&mut self, delta: Value<'_>) {
        let kind = delta.get("type").and_then(Value::string).unwrap_or_default();
        match kind.as_ref() {
            "input_json_delta" => {
                let json = delta.get("partial_json").and_then(Value::inside).unwrap_or_default();
                self.input.get_or_insert_default().push_str(json);
            }
            "citations_delta" => {
                self.citations.extend(delta.get("citation").map(|citation| citation.text().to_owned()));
            }
            _ => {
                for (field, value) in delta.fields() {
                    match value.inside() {
                        _ if field == "type" => {}
                        Some(inside) => match self.grown.iter_mut().find(|(name, _)| *name == field) {
                            Some((_, text)) => text.push_str(inside),
                            None => self.grown.push((field.into_owned(), inside.to_owned())),
                        },
                        None => self.set.push((field.into_owned(), value.text().to_owned())),
                    }
                }
            }
        }
    }

    /// The block as a whole.
    pub(super) fn finished(&self) -> String {
        let Some(start) = self.start() else { return self.start.clone() };
        let mut edits = Vec::new();
        for (field, inside) in &self.grown {
            let begun = start.get(field).and_then(Value::inside).unwrap_or_default();
            edits.push((field.as_str(), Edit::Put(format!("\"{begun}{inside}\""))));
        }
        for (field, value) in &self.set {
            edits.push((field.as_str(), Edit::Put(value.clone())));
        }
        if !self.citations.is_empty() {
            let begun = start.get("citations").map(Value::items).unwrap_or_default();
            let all =
                begun.iter().map(|citation| citation.text()).chain(self.citations.iter().map(String::as_str));
            edits.push(("citations", Edit::Put(list(all))));
        }
        if let Some(input) = &self.input {
            let json = unescaped(input);
            // A call whose input is no object cannot be sent back as it is.
            if let Some(input) = Value::parse(json.as_bytes()).filter(|input| input.is_object()) {
                edits.push(("input", Edit::Put(input.text().to_owned())));
            }
        }
        start.with(&edits)
    }

    /// The inside of the block's text.
    pub(super) fn text(&self) -> String {
        if self.kind != "text" {
            return String::new();
        }
        let begun =
            self.start().and_then(|start| start.get("text")?.inside().map(str::to_owned)).unwrap_or_default();
        let grown = self.grown.iter().find(|(field, _)| field == "text").map_or("", |(_, text)| text);
        unescaped(&(begun + grown)).into_owned()
    }

    pub(super) fn arguments(&self) -> String {
        match &self.input {
            Some(input) => unescaped(input).into_owned(),
            None => self.start().and_then(|start| start.get("input")).map_or("{}", Value::text).to_owned(),
        }
    }

    pub(super) fn id(&self) -> String {
        self.start().and_then(|start| start.get("id")?.string()).unwrap_or_default().into_owned()
    }
}
