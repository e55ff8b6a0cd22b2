//! Lines of a patch by their number, each with its line break.
//!
//! Owns the way from numbers to text. It knows nothing of patches.

use memchr::memchr_iter;
use std::ops::Range;

/// A text whose lines are known by number, counted from 0.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Where each line starts, and the end of the text.
    starts: Vec<u32>,
}

impl<'a> Lines<'a> {
    /// Finds the lines; `None` for texts of 4 GiB and more.
    pub(super) fn new(text: &'a str) -> Option<Self> {
        let end = u32::try_from(text.len()).ok()?;
        let mut starts = Vec::with_capacity(text.len() / 32 + 2);
        starts.push(0);
        for newline in memchr_iter(b'\n', text.as_bytes()) {
            starts.push(u32::try_from(newline + 1).ok()?);
        }
        if starts.last() != Some(&end) {
            starts.push(end);
        }
        Some(Self { text, starts })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// A line with its line break; empty after the last one.
    pub(super) fn get(&self, line: usize) -> &'a str {
        self.text(line..line + 1)
    }

    /// A line without its line break.
    pub(super) fn content(&self, line: usize) -> &'a str {
        trimmed(self.get(line))
    }

    /// The text of neighbouring lines.
    pub(super) fn text(&self, lines: Range<usize>) -> &'a str {
        let end = self.start(lines.end);
        &self.text[self.start(lines.start).min(end)..end]
    }

    /// Bytes of neighbouring lines.
    pub(super) fn bytes(&self, lines: Range<usize>) -> usize {
        self.text(lines).len()
    }

    /// The byte at which a line begins.
    pub(super) fn start(&self, line: usize) -> usize {
        self.starts.get(line).map_or(self.text.len(), |&start| start as usize)
    }
}

/// A line without its line break.
pub(super) fn trimmed(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_number() {
        let lines = Lines::new("one\r\n\ntwo").expect("short");
        assert_eq!(lines.len(), 3);
        assert_eq!((lines.get(0), lines.content(0)), ("one\r\n", "one"));
        assert_eq!((lines.get(1), lines.get(2), lines.get(3)), ("\n", "two", ""));
        assert_eq!(lines.text(1..3), "\ntwo");
        assert_eq!(Lines::new("").expect("short").len(), 0);
        assert_eq!(Lines::new("a\n").expect("short").len(), 1);
    }
}
