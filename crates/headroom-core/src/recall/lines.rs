//! Lines of a text, with the line numbers that a tool wrote before them taken apart.
//!
//! Owns the reading of prefixes such as `    12→` and their exact rewriting. It does not know what lines are compared
//! with.

use crate::hash::FixedHasher;
use memchr::memchr_iter;
use std::fmt::Write as _;
use std::hash::Hasher as _;

/// What stands between a line's number and its content, by tools that number lines.
const SEPARATORS: [&str; 5] = ["→", "\t", ": ", "| ", "│"];
/// Digits of a number that is read.
const MAX_DIGITS: usize = 8;
/// Columns that a number may be padded to.
const MAX_WIDTH: usize = 12;

/// How the numbers of a run of lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// Columns that a number fills at least, padded with spaces before it.
    width: u8,
    /// Index in [`SEPARATORS`].
    separator: u8,
}

impl Style {
    /// Writes the prefix of line `number`.
    pub(super) fn write(self, out: &mut String, number: u32) {
        let width = usize::from(self.width);
        let _ = write!(out, "{number:>width$}{}", SEPARATORS[usize::from(self.separator)]);
    }

    /// Reads a prefix at the start of a line: its number, how it is written, and its length in bytes.
    pub(super) fn read(line: &str) -> Option<(u32, Self, usize)> {
        let bytes = line.as_bytes();
        let spaces = bytes.iter().take(MAX_WIDTH).take_while(|&&byte| byte == b' ').count();
        let digits =
            bytes[spaces..].iter().take(MAX_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > MAX_DIGITS || bytes[spaces] == b'0' {
            return None;
        }
        let number = line[spaces..spaces + digits].parse().ok()?;
        let rest = &line[spaces + digits..];
        let separator = SEPARATORS.iter().position(|separator| rest.starts_with(separator))?;
        let width = if spaces == 0 { 0 } else { spaces + digits };
        let style = Self { width: u8::try_from(width).ok()?, separator: u8::try_from(separator).ok()? };
        Some((number, style, spaces + digits + SEPARATORS[separator].len()))
    }

    /// Whether this style would write `number` as it was read.
    fn writes(self, number: u32, read: Self) -> bool {
        let digits = number.checked_ilog10().map_or(1, |power| power + 1);
        let width = if u32::from(self.width) > digits { self.width } else { 0 };
        self.separator == read.separator && width == read.width
    }
}

/// A line's number and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) number: u32,
    pub(super) style: Style,
}

/// One line, as byte offsets into its text, without the line break.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) start: u32,
    /// Where the content begins, after a number.
    pub(super) content: u32,
    pub(super) end: u32,
    pub(super) numbered: Option<Numbered>,
}

impl Line {
    /// Whether this line goes on where `before` ends: with the next number, or both without.
    pub(super) fn follows(&self, before: &Self) -> bool {
        match (before.numbered, self.numbered) {
            (None, None) => true,
            (Some(before), Some(here)) => here.style == before.style && here.number == before.number + 1,
            _ => false,
        }
    }

    /// The line without its number.
    pub(super) fn content<'t>(&self, text: &'t str) -> &'t str {
        &text[self.content as usize..self.end as usize]
    }

    /// The line as it stands.
    pub(super) fn whole<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }

    /// Takes the number for a part of the content.
    pub(super) fn forget_number(&mut self) {
        self.numbered = None;
        self.content = self.start;
    }
}

/// The lines of `text`, which must be shorter than 4 GB. There is one more than there are line breaks.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::with_capacity(text.len() / 32 + 1);
    let mut start = 0;
    for end in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let read = Style::read(&text[start..end]);
        lines.push(Line {
            start: offset(start),
            content: offset(start + read.map_or(0, |(_, _, length)| length)),
            end: offset(end),
            numbered: read.map(|(number, style, _)| Numbered { number, style }),
        });
        start = end + 1;
    }
    settle(&mut lines);
    lines
}

/// Lets a number stand only in a run of at least two: a line that happens to begin with one is content. A run has the
/// style of its first line, since a number that fills its columns does not show how wide they are.
fn settle(lines: &mut [Line]) {
    let mut at = 0;
    while at < lines.len() {
        let Some(first) = lines[at].numbered else {
            at += 1;
            continue;
        };
        let mut end = at + 1;
        while let Some(next) = lines.get(end).and_then(|line| line.numbered) {
            let expected = first.number + u32::try_from(end - at).unwrap_or(0);
            if next.number != expected || !first.style.writes(next.number, next.style) {
                break;
            }
            end += 1;
        }
        if end - at == 1 {
            lines[at].forget_number();
        } else {
            for line in &mut lines[at..end] {
                if let Some(numbered) = &mut line.numbered {
                    numbered.style = first.style;
                }
            }
        }
        at = end;
    }
}

/// A fast hash of a line's content. Whoever finds two lines by it compares them.
pub(super) fn hash(content: &str) -> u64 {
    let mut hasher = FixedHasher::default();
    hasher.write(content.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<Option<u32>> {
        lines(text).iter().map(|line| line.numbered.map(|numbered| numbered.number)).collect()
    }

    #[test]
    fn numbers_are_told_from_content() {
        assert_eq!(numbers("    9→a\n   10→b\n"), [Some(9), Some(10), None]);
        assert_eq!(numbers("9\ta\n10\tb\n11\tc"), [Some(9), Some(10), Some(11)]);
        assert_eq!(numbers("9: a\n7: b\n8: c"), [None, Some(7), Some(8)]);
        assert_eq!(numbers("09\ta\n10\tb"), [None, None], "nobody writes back a padding of noughts");
        assert_eq!(numbers("12 apples\n13 pears"), [None, None]);
        assert_eq!(numbers("123456789\ta\n123456790\tb"), [None, None]);
    }

    #[test]
    fn every_numbered_line_is_written_back_as_it_stood() {
        for text in
            ["    9→a\n   10→b", "9\ta\n10\tb", " 9| a\n10| b\n11| c", "99999→x\n100000→y", " 9→a\n 10→b"]
        {
            for line in lines(text) {
                let mut written = String::new();
                if let Some(Numbered { number, style }) = line.numbered {
                    style.write(&mut written, number);
                }
                written.push_str(line.content(text));
                assert_eq!(written, line.whole(text), "{text}");
            }
        }
    }
}
