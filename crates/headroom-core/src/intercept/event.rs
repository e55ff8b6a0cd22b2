//! One event of a streamed answer: its bytes as they came, and the JSON in them.
//!
//! Owns the rewriting of an event around its JSON, and the joining of events to what the client gets. It does not know
//! what an event says.

use std::ops::Range;

use super::Framing;

/// An event with everything up to the next.
#[derive(Clone, Debug)]
pub(super) struct Event {
    raw: Vec<u8>,
    /// Where its data stand; nothing where it has none.
    place: Option<Range<usize>>,
    /// The data, where they are not the bytes at `place`: those of several lines.
    joined: Option<String>,
    framing: Framing,
    /// Whether it is the first of its response: in a list a bracket stands before it, before the others a comma.
    first: bool,
}

impl Event {
    pub(super) fn new(raw: Vec<u8>, place: Option<Range<usize>>, framing: Framing, first: bool) -> Self {
        Self { raw, place, joined: None, framing, first }
    }

    /// The event with data of several lines, whose bytes stand in `place` among others.
    pub(super) fn joined(self, data: Option<String>) -> Self {
        Self { joined: data, ..self }
    }

    /// Its data; `None` where it has none, or no UTF-8.
    pub(super) fn data(&self) -> Option<&str> {
        if let Some(joined) = &self.joined {
            return Some(joined);
        }
        std::str::from_utf8(&self.raw[self.place.clone()?]).ok()
    }

    /// Whether it is what closes a list.
    pub(super) fn closes_list(&self) -> bool {
        self.framing == Framing::List && self.place.is_none()
    }

    /// The event with other data, as it would have come.
    pub(super) fn with_data(&self, data: &str) -> Self {
        let Some(place) = &self.place else { return self.clone() };
        let mut raw = Vec::with_capacity(self.raw.len() - place.len() + data.len());
        raw.extend_from_slice(&self.raw[..place.start]);
        // JSON has line breaks between its tokens only; in an event they would end the line.
        raw.extend(data.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
        let end = raw.len();
        raw.extend_from_slice(&self.raw[place.end..]);
        Self { raw, place: Some(place.start..end), joined: None, framing: self.framing, first: self.first }
    }
}

/// What goes to the client.
#[derive(Debug, Default)]
pub(super) struct Outlet {
    bytes: Vec<u8>,
    /// Whether an element of a list has gone out.
    opened: bool,
}

impl Outlet {
    /// Sends an event.
    pub(super) fn send(&mut self, event: &Event) {
        match event.framing {
            Framing::List if event.place.is_some() => self.send_element(event),
            Framing::List if event.first && self.opened => self.bytes.extend_from_slice(b"\n]"),
            Framing::List if !event.first && !self.opened => {
                self.bytes.push(b'[');
                self.bytes.extend_from_slice(&event.raw);
            }
            _ => self.bytes.extend_from_slice(&event.raw),
        }
    }

    /// Sends an event of our own with these data; `name` is its type where the framing has one.
    pub(super) fn send_new(&mut self, framing: Framing, name: Option<&str>, data: &str) {
        match framing {
            Framing::Lines => {
                if let Some(name) = name {
                    self.bytes.extend_from_slice(format!("event: {name}\n").as_bytes());
                }
                self.bytes.extend_from_slice(format!("data: {data}\n\n").as_bytes());
            }
            Framing::List => {
                self.bytes.extend_from_slice(if self.opened { b",\n" } else { b"[" });
                self.bytes.extend_from_slice(data.as_bytes());
                self.opened = true;
            }
        }
    }

    /// Ends a list that no event has ended.
    pub(super) fn end_list(&mut self) {
        self.bytes.extend_from_slice(if self.opened { b"\n]\n" } else { b"[]\n" });
        self.opened = true;
    }

    /// Sends bytes as they are.
    pub(super) fn send_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// What has gone out since the last time.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    fn send_element(&mut self, event: &Event) {
        let start = event.place.as_ref().map_or(0, |place| place.start);
        if event.first == self.opened {
            self.bytes.extend_from_slice(if self.opened { b",\n" } else { b"[" });
            self.bytes.extend_from_slice(&event.raw[start..]);
        } else {
            self.bytes.extend_from_slice(&event.raw);
        }
        self.opened = true;
    }
}
