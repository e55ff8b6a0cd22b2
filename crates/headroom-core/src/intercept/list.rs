//! A JSON list that arrives element by element, as Gemini streams its answer without `alt=sse`.
//!
//! Owns the splitting of the list into its elements, cut anywhere. Every byte belongs to exactly one event: an element to
//! the event with the comma or bracket before it, the closing bracket and what follows to a last one without data.

use super::Framing;
use super::event::Event;

/// The elements of a list.
#[derive(Debug, Default)]
pub(super) struct Elements {
    buffer: Vec<u8>,
    /// Where the event begins that is not complete yet.
    event: usize,
    /// Where its element begins.
    element: Option<usize>,
    looked: usize,
    /// Open brackets and braces, that of the list included.
    depth: usize,
    in_string: bool,
    escaped: bool,
    count: usize,
}

impl Elements {
    /// Adds bytes to the end of the stream.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let taken = self.event;
        self.buffer.drain(..taken);
        self.event = 0;
        self.looked -= taken;
        self.element = self.element.map(|element| element - taken);
        self.buffer.extend_from_slice(bytes);
    }

    /// Bytes that are held because their element is not complete.
    pub(super) fn held(&self) -> usize {
        self.buffer.len() - self.event
    }

    /// The next element that is complete. What is not a list of objects has none.
    pub(super) fn next(&mut self) -> Option<Event> {
        while let Some(&byte) = self.buffer.get(self.looked) {
            self.looked += 1;
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    if self.depth == 1 && self.element.is_none() {
                        self.element = Some(self.looked - 1);
                    }
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if let (1, Some(element)) = (self.depth, self.element) {
                        return Some(self.complete(element));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// What is left at the end of the stream: what closes the list.
    pub(super) fn rest(&mut self) -> Option<Event> {
        if self.held() == 0 {
            return None;
        }
        let raw = self.buffer[self.event..].to_vec();
        self.event = self.buffer.len();
        self.element = None;
        Some(Event::new(raw, None, Framing::List, self.count == 0))
    }

    fn complete(&mut self, element: usize) -> Event {
        let raw = self.buffer[self.event..self.looked].to_vec();
        let place = element - self.event..self.looked - self.event;
        self.event = self.looked;
        self.element = None;
        self.count += 1;
        Event::new(raw, Some(place), Framing::List, self.count == 1)
    }
}
