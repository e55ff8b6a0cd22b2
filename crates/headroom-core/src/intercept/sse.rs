//! Server-sent events, cut anywhere.
//!
//! Owns the splitting of a byte stream into events by the rules of the HTML standard: lines end in `\n`, `\r\n` or `\r`, an
//! event ends with an empty line. Every byte belongs to exactly one event, so that events passed on as they are make up the
//! very same stream. It does not know what an event says.

use std::ops::Range;

use super::Framing;
use super::event::Event;

/// The events of a stream.
#[derive(Debug, Default)]
pub(super) struct Lines {
    buffer: Vec<u8>,
    /// Where the event begins that is not complete yet.
    event: usize,
    /// Where its last line begins.
    line: usize,
    /// Up to where that line has been looked at.
    looked: usize,
    /// The data of the event so far.
    data: Vec<Range<usize>>,
    /// Whether the line before ended in both characters: then a `\r` waits for its `\n`.
    both: bool,
    begun: bool,
}

impl Lines {
    /// Adds bytes to the end of the stream.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let taken = self.event;
        self.buffer.drain(..taken);
        self.event = 0;
        self.line -= taken;
        self.looked -= taken;
        for range in &mut self.data {
            *range = range.start - taken..range.end - taken;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Bytes that are held because their event is not complete.
    pub(super) fn held(&self) -> usize {
        self.buffer.len() - self.event
    }

    /// The next event that is complete.
    pub(super) fn next(&mut self) -> Option<Event> {
        loop {
            let rest = &self.buffer[self.looked..];
            let Some(found) = memchr::memchr2(b'\n', b'\r', rest) else {
                self.looked = self.buffer.len();
                return None;
            };
            let end = self.looked + found;
            self.looked = end;
            let after = match (self.buffer[end], self.buffer.get(end + 1)) {
                (b'\r', Some(b'\n')) => end + 2,
                // Only an empty line cannot wait for what comes: it ends an event that the client may be waiting for.
                (b'\r', None) if self.both || end > self.line => return None,
                _ => end + 1,
            };
            self.both = after == end + 2;
            let line = self.line..end;
            self.line = after;
            self.looked = after;
            if line.is_empty() {
                return Some(self.complete(after));
            }
            self.take_line(line);
        }
    }

    /// What is left at the end of the stream: an event that lacks its empty line.
    pub(super) fn rest(&mut self) -> Option<Event> {
        if self.held() == 0 {
            return None;
        }
        let mut end = self.buffer.len();
        while end > self.line && matches!(self.buffer[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        self.take_line(self.line..end);
        Some(self.complete(self.buffer.len()))
    }

    fn take_line(&mut self, line: Range<usize>) {
        let mut start = line.start;
        if !self.begun && self.buffer[start..].starts_with(b"\xef\xbb\xbf") {
            start += 3;
        }
        self.begun = true;
        if let Some(value) = self.buffer[start..line.end.max(start)].strip_prefix(b"data") {
            let value_start = match value {
                [b':', b' ', ..] => start + 6,
                [b':', ..] => start + 5,
                [] => start + 4,
                _ => return,
            };
            self.data.push(value_start..line.end);
        }
    }

    fn complete(&mut self, end: usize) -> Event {
        let raw = self.buffer[self.event..end].to_vec();
        let from = self.event;
        self.event = end;
        self.line = end;
        self.looked = end;
        let data = std::mem::take(&mut self.data);
        let place = match (data.first(), data.last()) {
            (Some(first), Some(last)) => Some(first.start - from..last.end - from),
            _ => None,
        };
        let joined = (data.len() > 1).then(|| {
            let lines: Vec<_> = data
                .iter()
                .map(|line| String::from_utf8_lossy(&raw[line.start - from..line.end - from]))
                .collect();
            lines.join("\n")
        });
        Event::new(raw, place, Framing::Lines, false).joined(joined)
    }
}
