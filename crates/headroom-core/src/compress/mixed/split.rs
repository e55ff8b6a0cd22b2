//! The parts of a text that holds several things.
//!
//! Owns where one part ends and the next begins. Borders are always between lines. It does not know what becomes of a part.
//!
//! A border is set only where structure says so: a line that names a file or a command, the fence of a code block, the first
//! line of a JSON document that closes again, the head of a patch. Everything between two borders is one part.

use super::borders::{self, Fence};
use std::ops::Range;

/// Parts beyond which a text is not taken apart.
const MOST_PARTS: usize = 256;
/// Bytes of JSON below which it stays with the text around it.
const LEAST_JSON: usize = 300;
/// Bytes below which a part is not worth a compressor.
const LEAST_PART: usize = 300;

/// One part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    /// Its lines, without the last one's line break.
    pub(super) text: &'a str,
    /// Whether a line break follows.
    pub(super) ends: bool,
    /// Number of its first line.
    pub(super) first_line: usize,
    /// Number of its last line.
    pub(super) last_line: usize,
    /// Whether it may be given to a compressor.
    pub(super) body: bool,
    /// The line that names the file or the command that it belongs to.
    pub(super) heading: &'a str,
}

/// The parts of a text, in order; `None` where it is not several, or too many.
pub(super) fn split(text: &str) -> Option<Vec<Part<'_>>> {
    let mut splitter = Splitter::new(text);
    splitter.run()?;
    let parts = splitter.parts;
    (parts.len() > 1).then_some(parts)
}

struct Splitter<'a> {
    text: &'a str,
    /// Where the next line starts, and its number.
    at: usize,
    line: usize,
    /// Where the part that is being read starts, and its first line's number.
    start: usize,
    start_line: usize,
    heading: &'a str,
    /// Bytes that may still be read in vain for the end of JSON.
    patience: usize,
    parts: Vec<Part<'a>>,
}

impl<'a> Splitter<'a> {
    fn new(text: &'a str) -> Self {
        let patience = text.len();
        Self { text, at: 0, line: 1, start: 0, start_line: 1, heading: "", patience, parts: Vec::new() }
    }

    fn run(&mut self) -> Option<()> {
        let mut fence: Option<Fence> = None;
        // Within a patch, lines that begin like a patch's.
        let mut patch = false;
        while self.at < self.text.len() {
            let line = borders::line_at(self.text, self.at);
            if let Some(open) = &fence {
                if open.closes(line) {
                    self.close(true)?;
                    self.take_line(line);
                    self.close(false)?;
                    fence = None;
                } else if !self.take_json()? {
                    self.take_line(line);
                }
                continue;
            }
            if patch && !borders::continues_patch(line) {
                self.close(true)?;
                patch = false;
            }
            if patch {
                self.take_line(line);
            } else if borders::heads_patch(line) {
                self.close(true)?;
                patch = true;
                self.take_line(line);
            } else if borders::is_heading(line) {
                self.close(true)?;
                self.take_line(line);
                self.close(false)?;
                self.heading = line;
            } else if let Some(open) = Fence::open(line) {
                self.close(true)?;
                self.take_line(line);
                self.close(false)?;
                self.heading = line;
                fence = Some(open);
            } else if !self.take_json()? {
                self.take_line(line);
            }
        }
        self.close(true)
    }

    fn take_line(&mut self, line: &str) {
        self.at = (self.at + line.len() + 1).min(self.text.len());
        self.line += 1;
    }

    /// Ends the part before the next line.
    fn close(&mut self, body: bool) -> Option<()> {
        if self.start == self.at {
            return Some(());
        }
        let lines = &self.text[self.start..self.at];
        let text = lines.strip_suffix('\n').unwrap_or(lines);
        let part = Part {
            text,
            ends: text.len() < lines.len(),
            first_line: self.start_line,
            last_line: self.line - 1,
            body: body && text.len() >= LEAST_PART,
            heading: self.heading,
        };
        (self.start, self.start_line) = (self.at, self.line);
        match self.parts.last_mut() {
            Some(before) if !before.body && !part.body => {
                let start = self.at - lines.len() - before.text.len() - usize::from(before.ends);
                before.text = &self.text[start..self.at - usize::from(part.ends)];
                before.ends = part.ends;
                before.last_line = part.last_line;
            }
            _ => self.parts.push(part),
        }
        (self.parts.len() <= MOST_PARTS).then_some(())
    }

    /// Takes JSON that begins with the next line, as a part of its own unless it is too small; says whether there is any.
    /// Documents of a line each that follow one another are one part.
    fn take_json(&mut self) -> Option<bool> {
        let (mut end, mut from) = (self.at, self.at);
        while let Some(document) = self.json_at(from) {
            let one_line = memchr::memchr(b'\n', self.text[document.clone()].as_bytes()).is_none();
            if end > self.at && !one_line {
                break;
            }
            end = (document.end + 1).min(self.text.len());
            from = borders::skip_blank_lines(self.text, end);
            if !one_line {
                break;
            }
        }
        if end - self.at < LEAST_JSON {
            let found = end > self.at;
            self.advance_to(end);
            return Some(found);
        }
        self.close(true)?;
        self.advance_to(end);
        self.close(true)?;
        Some(true)
    }

    fn advance_to(&mut self, end: usize) {
        let lines = &self.text.as_bytes()[self.at..end];
        let unended = !lines.is_empty() && !lines.ends_with(b"\n");
        self.line += memchr::memchr_iter(b'\n', lines).count() + usize::from(unended);
        self.at = end;
    }

    /// The lines of the JSON document that begins at `from`, without the last one's line break.
    fn json_at(&mut self, from: usize) -> Option<Range<usize>> {
        let bytes = &self.text.as_bytes()[from..];
        if !borders::begins_json(bytes) {
            return None;
        }
        match borders::json_length(&bytes[..bytes.len().min(self.patience)]) {
            Ok(length) => Some(from..from + length),
            Err(read) => {
                self.patience = self.patience.saturating_sub(read);
                None
            }
        }
    }
}
