//! The calls of a message while they come.
//!
//! Owns whose a call is, as soon as its name says so, how the calls are told apart and how those are numbered that the client
//! gets. It does not know what becomes of ours.

use crate::ccr::TOOL_NAME;
use crate::intercept::grown::Grown;
use crate::wire::value::{Edit, Value, unescaped};

/// The calls of one message.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    calls: Vec<ToolCall>,
    /// The number after the highest that the client has.
    shown: u64,
}

/// A call of a tool.
#[derive(Clone, Debug)]
pub(super) struct ToolCall {
    index: u64,
    /// Its number at the client.
    shown: u64,
    owner: Owner,
    call: Grown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Ours,
    Theirs,
    /// Its name is not there yet, or not all of it.
    Unknown,
}

impl ToolCall {
    fn new(index: u64) -> Self {
        Self { index, shown: 0, owner: Owner::Unknown, call: Grown::nothing() }
    }

    pub(super) fn is_ours(&self) -> bool {
        self.owner == Owner::Ours
    }

    pub(super) fn id(&self) -> String {
        unescaped(self.call.inside("id").unwrap_or_default()).into_owned()
    }

    /// The text of its arguments.
    pub(super) fn arguments(&self) -> String {
        unescaped(self.function("arguments")).into_owned()
    }

    /// The call as it stands in a message, where it has no number.
    pub(super) fn text(&self) -> String {
        let text = self.call.text();
        Value::parse(text.as_bytes()).map_or(text.clone(), |call| call.with(&[("index", Edit::Drop)]))
    }

    fn function(&self, field: &str) -> &str {
        self.call.get("function").and_then(|function| function.inside(field)).unwrap_or_default()
    }

    /// Takes in a piece.
    fn grow(&mut self, item: Value<'_>, ours: bool) {
        let before = self.function("name").to_owned();
        self.call.grow(item);
        if self.owner != Owner::Unknown {
            return;
        }
        // A name stays as it was said first; one that is only the beginning of ours may go on.
        let piece = item.at(&["function", "name"]).and_then(Value::inside).unwrap_or_default();
        let joined = format!("{before}{piece}");
        if !before.is_empty() && !piece.is_empty() && TOOL_NAME.starts_with(&joined) {
            self.rename(&joined);
        }
        self.owner = match self.function("name") {
            TOOL_NAME if ours => Owner::Ours,
            name if ours
                && may_be_ours(name)
                && self.function("arguments").is_empty()
                && !self.is_custom() =>
            {
                Owner::Unknown
            }
            _ => Owner::Theirs,
        };
    }

    fn is_custom(&self) -> bool {
        self.call.get("custom").is_some_and(Grown::says_something)
    }

    fn rename(&mut self, name: &str) {
        let Grown::Object(fields) = &mut self.call else { return };
        for (_, function) in fields.iter_mut().filter(|(key, _)| key == "function") {
            let Grown::Object(fields) = function else { continue };
            for (_, own) in fields.iter_mut().filter(|(key, _)| key == "name") {
                *own = Grown::Text(name.to_owned());
            }
        }
    }
}

impl Calls {
    /// Those of ours.
    pub(super) fn ours(&self) -> impl Iterator<Item = &ToolCall> {
        self.calls.iter().filter(|call| call.is_ours())
    }

    /// Those of the client's.
    pub(super) fn theirs(&self) -> impl Iterator<Item = &ToolCall> {
        self.calls.iter().filter(|call| !call.is_ours())
    }

    /// All of them, or all but ours.
    pub(super) fn all(&self, with_ours: bool) -> impl Iterator<Item = &ToolCall> {
        self.calls.iter().filter(move |call| with_ours || !call.is_ours())
    }

    /// Whether there is one of ours.
    pub(super) fn hides(&self) -> bool {
        self.ours().next().is_some()
    }

    /// Whether there is one that may be ours or not.
    pub(super) fn undecided(&self) -> bool {
        self.calls.iter().any(|call| call.owner == Owner::Unknown)
    }

    /// Whether these pieces begin a call whose name does not say yet whether it is ours.
    pub(super) fn begins_undecided(&self, given: &[Value<'_>]) -> bool {
        given.iter().enumerate().any(|(place, item)| {
            let mut begun = ToolCall::new(0);
            begun.grow(*item, true);
            begun.owner == Owner::Unknown && self.find(*item, place).is_none()
        })
    }

    /// Takes in the calls of a whole message.
    pub(super) fn take_whole(&mut self, given: &[Value<'_>], ours: bool) {
        for (index, item) in given.iter().enumerate() {
            let mut call = ToolCall::new(index as u64);
            call.grow(*item, ours);
            if call.owner == Owner::Unknown {
                call.owner = Owner::Theirs;
            }
            self.calls.push(call);
        }
    }

    /// Takes in pieces of calls; those that the client gets come back.
    pub(super) fn take(&mut self, given: &[Value<'_>], ours: bool) -> Vec<String> {
        let mut shown = Vec::new();
        for (place, item) in given.iter().enumerate() {
            let known = self.find(*item, place);
            let at = known.unwrap_or_else(|| {
                self.calls.push(ToolCall::new(index_of(*item, place)));
                self.calls.len() - 1
            });
            let call = &mut self.calls[at];
            let was = call.owner;
            call.grow(*item, ours);
            match (was, call.owner) {
                (Owner::Unknown, Owner::Theirs) => {
                    // All that has come of it so far.
                    let whole = if known.is_none() { item.text().to_owned() } else { call.call.text() };
                    shown.push(self.numbered(at, &whole));
                }
                (Owner::Theirs, _) => shown.push(renumbered(item.text(), call.index, call.shown)),
                _ => {}
            }
        }
        shown
    }

    /// The calls whose name never came: they are not ours.
    pub(super) fn release(&mut self) -> Vec<String> {
        let mut released = Vec::new();
        for at in 0..self.calls.len() {
            if self.calls[at].owner == Owner::Unknown {
                self.calls[at].owner = Owner::Theirs;
                let whole = self.calls[at].call.text();
                released.push(self.numbered(at, &whole));
            }
        }
        released
    }

    /// The call that a piece belongs to.
    fn find(&self, item: Value<'_>, place: usize) -> Option<usize> {
        let index = index_of(item, place);
        let id = item.get("id").and_then(Value::inside).unwrap_or_default();
        let known = self.calls.iter().rposition(|call| call.index == index)?;
        // Some providers number all their calls 0, and tell them apart by their ids.
        let own = self.calls[known].call.inside("id").unwrap_or_default();
        let named = item.at(&["function", "name"]).is_some();
        (id.is_empty() || own.is_empty() || own == id || !named).then_some(known)
    }

    /// The call at `at` with its number at the client: its own, as long as none before it is missing there.
    fn numbered(&mut self, at: usize, text: &str) -> String {
        let missing = self.calls.iter().any(|call| call.owner != Owner::Theirs);
        let call = &mut self.calls[at];
        call.shown = if missing { self.shown } else { call.index };
        self.shown = self.shown.max(call.shown).saturating_add(1);
        renumbered(text, call.index, call.shown)
    }
}

fn index_of(item: Value<'_>, place: usize) -> u64 {
    item.get("index").and_then(Value::integer).unwrap_or(place as u64)
}

/// Whether a name may become that of our tool.
fn may_be_ours(name: &str) -> bool {
    name.len() < TOOL_NAME.len() && TOOL_NAME.starts_with(name)
}

fn renumbered(call: &str, index: u64, shown: u64) -> String {
    match Value::parse(call.as_bytes()) {
        Some(call) if index != shown => call.with(&[("index", Edit::Replace(shown.to_string()))]),
        _ => call.to_owned(),
    }
}
