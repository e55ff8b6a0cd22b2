//! The sample: the bounded part of a text from which it is told what the text is.
//!
//! Owns the choice of lines that are looked at. It judges nothing.

use memchr::{memchr, memrchr};
use std::ops::Range;

/// Lines that are looked at from the beginning.
const FIRST_LINES: usize = 160;
/// Lines that are looked at from each further place.
const FURTHER_LINES: usize = 40;
/// Places after the beginning at which lines are looked at, evenly spread; the last one is the end.
const PLACES: usize = 4;
/// Bytes of a line that are looked at.
const LINE_BYTES: usize = 1_000;

/// What the caller knows about a text: hints, never proof.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// The tool's name, as it was declared.
    pub tool_name: Option<&'a str>,
    /// The arguments of the call, as JSON text, such as `{"command":"git diff"}`.
    pub arguments: &'a str,
}

impl Hints<'_> {
    /// Whether the call reads a file of the caller's own, who may want to change it and then needs it to the letter.
    #[must_use]
    pub fn reads_a_file(&self) -> bool {
        const READING: &[&str] = &["\"file_path\"", "cat ", "sed ", "head ", "tail ", "nl "];
        !self.arguments.contains("://") && READING.iter().any(|reading| self.arguments.contains(reading))
    }
}

/// The lines of a text that are looked at, and what the caller knows of it.
#[derive(Clone, Debug)]
pub struct Sample<'a> {
    /// The whole text, for those that look at its first or last bytes.
    pub text: &'a str,
    /// What the caller knows.
    pub hints: Hints<'a>,
    /// Runs of neighbouring lines, in the text's order, without line breaks and cut to a bounded length. A text of a few
    /// hundred lines is one run.
    pub runs: Vec<Vec<&'a str>>,
    /// Whether some lines are not in the sample.
    pub partial: bool,
}

impl<'a> Sample<'a> {
    /// The sample of a text.
    ///
    /// ```
    /// use headroom_core::route::{Hints, Sample};
    ///
    /// let sample = Sample::new("one\r\ntwo\n", Hints::default());
    /// assert_eq!(sample.runs, [["one", "two"]]);
    /// ```
    #[must_use]
    pub fn new(text: &'a str, hints: Hints<'a>) -> Self {
        let mut sample = Self { text, hints, runs: Vec::new(), partial: false };
        let end = sample.take(0, FIRST_LINES);
        let last_lines = last_lines(text);
        let mut from = end;
        // Places are byte offsets, so that a text is not walked through to find them.
        let step = last_lines.saturating_sub(end) / PLACES;
        let places = (1..PLACES).map(|place| line_start(text, end + step * place)).filter(|_| step > 0);
        for start in places.chain([last_lines]) {
            let start = start.max(from);
            sample.partial |= start > from;
            from = sample.take(start, FURTHER_LINES);
        }
        sample
    }

    /// Every line of the sample.
    pub fn lines(&self) -> impl Iterator<Item = &'a str> {
        self.runs.iter().flatten().copied()
    }

    /// Lines in the sample.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.iter().map(Vec::len).sum()
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Takes up to `most` lines from a line's start, and says where the next one starts.
    fn take(&mut self, start: usize, most: usize) -> usize {
        let Range { mut start, end } = start..self.text.len();
        let mut lines = Vec::new();
        while start < end && lines.len() < most {
            let (line, next) = match memchr(b'\n', &self.text.as_bytes()[start..]) {
                Some(length) => (&self.text[start..start + length], start + length + 1),
                None => (&self.text[start..], end),
            };
            let line = line.strip_suffix('\r').unwrap_or(line);
            lines.push(&line[..line.floor_char_boundary(LINE_BYTES)]);
            start = next;
        }
        if !lines.is_empty() {
            self.runs.push(lines);
        }
        start
    }
}

/// Where the last lines begin.
fn last_lines(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut start = bytes.len() - usize::from(bytes.ends_with(b"\n"));
    for _ in 0..FURTHER_LINES {
        match memrchr(b'\n', &bytes[..start]) {
            Some(newline) => start = newline,
            None => return 0,
        }
    }
    start + 1
}

/// The start of the first line that begins at `offset` or after it.
fn line_start(text: &str, offset: usize) -> usize {
    let bytes = text.as_bytes();
    match memchr(b'\n', &bytes[offset.saturating_sub(1).min(bytes.len())..]) {
        Some(length) => offset.saturating_sub(1) + length + 1,
        None => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(text: &str) -> Sample<'_> {
        Sample::new(text, Hints::default())
    }

    fn numbered(lines: usize) -> String {
        (0..lines).fold(String::new(), |text, line| text + &format!("line {line}\n"))
    }

    #[test]
    fn a_short_text_is_looked_at_whole() {
        let text = numbered(FIRST_LINES + FURTHER_LINES);
        let sampled = sample(&text);
        assert!(!sampled.partial);
        assert_eq!(sampled.lines().collect::<Vec<_>>(), text.lines().collect::<Vec<_>>());
        assert!(sample("").is_empty());
        assert_eq!(sample("a").len(), 1);
    }

    #[test]
    fn a_long_text_is_looked_at_in_places_and_at_its_end() {
        let text = numbered(10_000);
        let sample = sample(&text);
        assert!(sample.partial);
        assert_eq!(sample.runs.len(), 1 + PLACES);
        assert_eq!(sample.len(), FIRST_LINES + PLACES * FURTHER_LINES);
        assert_eq!(sample.lines().last(), Some("line 9999"));
        let numbers: Vec<u32> = sample.lines().map(|line| line[5..].parse().expect("whole lines")).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let text = "é".repeat(1_000_000);
        let sample = sample(&text);
        assert_eq!(sample.len(), 1);
        assert_eq!(sample.runs[0][0].len(), LINE_BYTES);
    }
}
