//! Lines: where each line of a text begins, four bytes a line.
//!
//! Owns the splitting into lines and their numbers. It knows nothing of what a line says.

use std::ops::Range;

/// The lines of a text.
///
/// ```
/// use headroom_core::compress::log::lines::Lines;
///
/// let lines = Lines::new("one\r\ntwo").expect("fewer than 4 GiB");
/// assert_eq!((lines.len(), lines.get(0), lines.get(1)), (2, "one", "two"));
/// ```
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<u32>,
}

impl<'a> Lines<'a> {
    /// The lines of a text; `None` where it has 4 GiB or more. A line break at the end begins no further line.
    #[must_use]
    pub fn new(text: &'a str) -> Option<Self> {
        u32::try_from(text.len()).ok()?;
        let mut starts = Vec::new();
        if !text.is_empty() {
            starts.push(0);
            let inside = &text.as_bytes()[..text.len() - 1];
            starts.extend(memchr::memchr_iter(b'\n', inside).map(|newline| newline as u32 + 1));
        }
        Some(Self { text, starts })
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The line at a 0-based index, without its line break; empty beyond the end.
    #[must_use]
    pub fn get(&self, index: usize) -> &'a str {
        let line = self.span(index..index + 1);
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// The text of several lines, 0-based, with all their line breaks.
    #[must_use]
    pub fn span(&self, lines: Range<usize>) -> &'a str {
        &self.text[self.start(lines.start)..self.start(lines.end)]
    }

    /// The byte at which the line at a 0-based index begins; the text's length beyond the end.
    #[must_use]
    pub fn start(&self, index: usize) -> usize {
        self.starts.get(index).map_or(self.text.len(), |&start| start as usize)
    }

    /// The 0-based index of the line in which a byte stands.
    #[must_use]
    pub fn index_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= byte).saturating_sub(1)
    }

    /// All lines, without their line breaks.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &'a str> + '_ {
        (0..self.len()).map(|index| self.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_are_those_of_the_standard_library() {
        for text in ["", "\n", "a", "a\n", "a\n\nb\r\n", "\r\n\r\n", "ä\nö"] {
            let lines = Lines::new(text).expect("short");
            assert_eq!(lines.iter().collect::<Vec<_>>(), text.lines().collect::<Vec<_>>(), "{text:?}");
            assert_eq!(lines.span(0..lines.len()), text);
        }
    }
}
