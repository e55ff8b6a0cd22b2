//! Messages of `rg --json`, read to the letter.
//!
//! Owns their spelling in both directions: what is printed from a message is the line that it was read from.

use super::spelled;
use std::borrow::Cow;
use std::fmt::Write as _;

/// One line of the output.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message<'a> {
    /// A file begins.
    Begin(Cow<'a, str>),
    /// A line of it.
    Line(Line<'a>),
    /// The file ends.
    End(End<'a>),
    /// Anything else.
    Other(&'a str),
}

/// A line of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) path: Cow<'a, str>,
    pub(super) number: u64,
    pub(super) offset: u64,
    /// The line itself, without its line break.
    pub(super) text: String,
    /// Where it matches, in bytes; nowhere if it is a line of context.
    pub(super) matches: Vec<(usize, usize)>,
    /// The message as it stands there.
    pub(super) raw: &'a str,
}

/// The end of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End<'a> {
    pub(super) path: Cow<'a, str>,
    pub(super) nanoseconds: u64,
    pub(super) searched: u64,
    pub(super) printed: u64,
    /// Lines that match, and matches.
    pub(super) counts: (u64, u64),
    /// The message as it stands there.
    pub(super) raw: &'a str,
}

impl<'a> Message<'a> {
    /// Reads a line.
    pub(super) fn read(raw: &'a str) -> Self {
        let read = Reader { rest: raw };
        let message = if raw.starts_with("{\"type\":\"begin\"") {
            read.begin()
        } else if raw.starts_with("{\"type\":\"end\"") {
            read.end(raw)
        } else {
            read.line(raw)
        };
        message.unwrap_or(Message::Other(raw))
    }
}

/// Prints the message that begins a file.
pub(super) fn print_begin(out: &mut String, path: &str) {
    let _ = write!(out, "{{\"type\":\"begin\",\"data\":{{\"path\":{{\"text\":{}}}}}}}", spelled(path));
}

/// Prints a line of a file.
pub(super) fn print_line(
    out: &mut String,
    path: &str,
    (number, offset): (u64, u64),
    text: &str,
    matches: &[(usize, usize)],
) -> Option<()> {
    let kind = if matches.is_empty() { "context" } else { "match" };
    let ended = format!("{text}\n");
    let _ = write!(
        out,
        "{{\"type\":\"{kind}\",\"data\":{{\"path\":{{\"text\":{}}},\"lines\":{{\"text\":{}}},\"line_number\":{number},\"absolute_offset\":{offset},\"submatches\":[",
        spelled(path),
        spelled(&ended),
    );
    for (at, &(start, end)) in matches.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let found = spelled(ended.get(start..end)?);
        let _ = write!(out, "{comma}{{\"match\":{{\"text\":{found}}},\"start\":{start},\"end\":{end}}}");
    }
    out.push_str("]}}");
    Some(())
}

/// Prints the message that ends a file.
pub(super) fn print_end(
    out: &mut String,
    path: &str,
    (nanoseconds, searched, printed): (u64, u64, u64),
    (lines, matches): (u64, u64),
) {
    // Six decimals of the seconds, rounded as it is written.
    let microseconds = (nanoseconds + 500) / 1_000;
    let _ = write!(
        out,
        "{{\"type\":\"end\",\"data\":{{\"path\":{{\"text\":{}}},\"binary_offset\":null,\"stats\":{{\"elapsed\":{{\"secs\":0,\"nanos\":{nanoseconds},\"human\":\"0.{microseconds:06}s\"}},\"searches\":1,\"searches_with_match\":1,\"bytes_searched\":{searched},\"bytes_printed\":{printed},\"matched_lines\":{lines},\"matches\":{matches}}}}}}}",
        spelled(path),
    );
}

/// Reads what is expected, in its order. Anything else is `None`.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, expected: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        let digits = self.rest.bytes().take(19).take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        number.parse().ok()
    }

    /// A string of one line.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        let bytes = self.rest.as_bytes();
        let mut at = 1;
        loop {
            at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes[at] == b'"' {
                break;
            }
            at += 2;
        }
        let (written, rest) = self.rest.split_at(at + 1);
        self.rest = rest;
        let text: Cow<'a, str> = if written.contains('\\') {
            Cow::Owned(serde_json::from_str(written).ok()?)
        } else {
            Cow::Borrowed(written.strip_prefix('"')?.strip_suffix('"')?)
        };
        Some(text)
    }

    fn path(&mut self) -> Option<Cow<'a, str>> {
        self.skip("\"path\":{\"text\":")?;
        let path = self.string()?;
        self.skip("}")?;
        // It has to stand on a line of its own and be nothing else.
        let stands = path.starts_with(|first: char| !first.is_ascii_digit() && !">=#".contains(first))
            && !path.contains(char::is_control);
        stands.then_some(path)
    }

    fn begin(mut self) -> Option<Message<'a>> {
        self.skip("{\"type\":\"begin\",\"data\":{")?;
        let path = self.path()?;
        (self.rest == "}}").then_some(Message::Begin(path))
    }

    fn line(mut self, raw: &'a str) -> Option<Message<'a>> {
        let is_match = self.skip("{\"type\":\"match\",\"data\":{").is_some();
        if !is_match {
            self.skip("{\"type\":\"context\",\"data\":{")?;
        }
        let path = self.path()?;
        self.skip(",\"lines\":{\"text\":")?;
        let ended = self.string()?;
        // A line break is always spelled with a backslash.
        let Cow::Owned(mut text) = ended else { return None };
        text.truncate(text.strip_suffix('\n')?.len());
        let inside = text.strip_suffix('\r').unwrap_or(&text);
        if inside.contains(|c: char| c.is_control() && c != '\t') {
            return None;
        }
        self.skip("},\"line_number\":")?;
        let number = self.number()?;
        self.skip(",\"absolute_offset\":")?;
        let offset = self.number()?;
        self.skip(",\"submatches\":[")?;
        let mut matches = Vec::new();
        while self.rest.starts_with([',', '{']) {
            self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
            self.skip("{\"match\":{\"text\":")?;
            self.string()?;
            self.skip("},\"start\":")?;
            let start = self.number()?;
            self.skip(",\"end\":")?;
            matches.push((start as usize, self.number()? as usize));
            self.skip("}")?;
        }
        let mut printed = String::with_capacity(raw.len());
        print_line(&mut printed, &path, (number, offset), &text, &matches)?;
        (self.rest == "]}}" && is_match != matches.is_empty() && printed == raw)
            .then_some(Message::Line(Line { path, number, offset, text, matches, raw }))
    }

    fn end(mut self, raw: &'a str) -> Option<Message<'a>> {
        self.skip("{\"type\":\"end\",\"data\":{")?;
        let path = self.path()?;
        let mut figure = |name: &str| {
            let at = memchr::memmem::find(self.rest.as_bytes(), name.as_bytes())?;
            self.rest = &self.rest[at + name.len()..];
            self.number()
        };
        let nanoseconds = figure("\"nanos\":")?;
        let searched = figure("\"bytes_searched\":")?;
        let printed = figure("\"bytes_printed\":")?;
        let counts = (figure("\"matched_lines\":")?, figure("\"matches\":")?);
        let mut again = String::with_capacity(raw.len());
        print_end(&mut again, &path, (nanoseconds, searched, printed), counts);
        (again == raw).then_some(Message::End(End { path, nanoseconds, searched, printed, counts, raw }))
    }
}
