//! A scanner over the bytes of a JSON document: spans, no tree.
//!
//! Owns the grammar of RFC 8259, strictly: what it walks over or skips is checked as `JSON.parse` would check it.
//! It knows nothing of any provider's format. Skipping is iterative, so the nesting of what nobody asks for is
//! bounded by memory alone; the depth of what is walked is the caller's.

use std::borrow::Cow;

use super::json::{self, Stop};
use super::span::Span;
use crate::block::Text;

/// Why a body cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not JSON.
    Syntax {
        /// Byte offset.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// It is JSON, but not a request of its format.
    Shape {
        /// What it lacks.
        lacks: &'static str,
    },
}

/// A string literal of the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Literal {
    /// Where it stands, with its quotes.
    pub(super) span: Span,
    escaped: bool,
    /// Whether half a surrogate pair is escaped in it.
    pub(super) malformed: bool,
}

/// What a value is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Object,
    Array,
    /// A number, `true`, `false` or `null`, or nothing at all: reading it tells.
    Other,
}

/// A place in a document.
pub(super) struct Scanner<'a> {
    body: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at the first byte of `body`, which must be UTF-8 (and, being JSON, has no byte order mark).
    pub(super) fn new(body: &'a [u8]) -> Result<Self, Fault> {
        match std::str::from_utf8(body) {
            Ok(body) => Ok(Self { body, at: 0 }),
            Err(error) => Err(Fault::Syntax { at: error.valid_up_to(), expected: "UTF-8" }),
        }
    }

    /// Checks that nothing but white space is left.
    pub(super) fn finish(mut self) -> Result<(), Fault> {
        match self.next_byte() {
            None => Ok(()),
            Some(_) => self.fault("the end"),
        }
    }

    /// What the next value is.
    pub(super) fn kind(&mut self) -> Kind {
        match self.next_byte() {
            Some(b'"') => Kind::String,
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            _ => Kind::Other,
        }
    }

    /// What `literal` says, unescaped at once.
    pub(super) fn read(&self, literal: Literal) -> Cow<'a, str> {
        let inside = self.inside(literal);
        if literal.escaped { json::unescape(inside) } else { Cow::Borrowed(inside) }
    }

    /// The text that `literal` stands for, to be unescaped when it is read.
    pub(super) fn text(&self, literal: Literal) -> Text<'a> {
        let inside = self.inside(literal);
        if literal.escaped { Text::spelled(inside) } else { inside.into() }
    }

    fn inside(&self, literal: Literal) -> &'a str {
        &self.body[literal.span.start + 1..literal.span.end - 1]
    }

    /// The document's own bytes at `span`.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        &self.body[span.start..span.end]
    }

    /// Byte offset of the next byte to be read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Reads the next value: its literal if it is a string, nothing if it is anything else.
    pub(super) fn string(&mut self) -> Result<Option<Literal>, Fault> {
        if self.kind() == Kind::String { self.literal().map(Some) } else { self.skip().map(|_| None) }
    }

    /// Reads the next value: whether it is `true`.
    pub(super) fn truth(&mut self) -> Result<bool, Fault> {
        let span = self.skip()?;
        Ok(self.slice(span) == "true")
    }

    /// Reads the next value: whether it is an object, or an array that is not empty.
    pub(super) fn holds_something(&mut self) -> Result<bool, Fault> {
        let mut holds = self.kind() == Kind::Object;
        if holds {
            self.skip()?;
        } else {
            self.array(|scanner, _| {
                holds = true;
                scanner.skip().map(|_| ())
            })?;
        }
        Ok(holds)
    }

    /// Walks over an object. `each` gets every key, unescaped, in order, duplicates included, and must read
    /// exactly one value. A value that is no object is skipped.
    pub(super) fn object(
        &mut self,
        mut each: impl FnMut(&mut Self, &str) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.members(|scanner, key, _| each(scanner, key))
    }

    /// Walks over an object as [`object`](Self::object) does. `each` also gets the offset at which the member begins, with the
    /// quote of its key.
    pub(super) fn members(
        &mut self,
        mut each: impl FnMut(&mut Self, &str, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.kind() != Kind::Object {
            return self.skip().map(|_| ());
        }
        self.at += 1;
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            let literal = self.key()?;
            let key = self.read(literal);
            each(self, &key, literal.span.start)?;
            if self.eat(b'}') {
                return Ok(());
            }
            self.need(b',', "`,` or `}`")?;
        }
    }

    /// Walks over an array. `each` gets the index and must read exactly one value. A value that is no array is
    /// skipped.
    pub(super) fn array(
        &mut self,
        mut each: impl FnMut(&mut Self, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.kind() != Kind::Array {
            return self.skip().map(|_| ());
        }
        self.at += 1;
        if self.eat(b']') {
            return Ok(());
        }
        for index in 0.. {
            each(self, index)?;
            if self.eat(b']') {
                break;
            }
            self.need(b',', "`,` or `]`")?;
        }
        Ok(())
    }

    /// Reads the next value, whatever it is, and says where it stands.
    pub(super) fn skip(&mut self) -> Result<Span, Fault> {
        self.next_byte();
        let start = self.at;
        let mut open = Nesting::default();
        'value: loop {
            match self.next_byte() {
                Some(b'{') => {
                    self.at += 1;
                    if !self.eat(b'}') {
                        self.key()?;
                        open.push(true);
                        continue;
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    if !self.eat(b']') {
                        open.push(false);
                        continue;
                    }
                }
                Some(b'"') => {
                    self.literal()?;
                }
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                _ => return self.fault("a value"),
            }
            loop {
                match open.innermost() {
                    None => return Ok(Span { start, end: self.at }),
                    Some(true) => {
                        if !self.eat(b'}') {
                            self.need(b',', "`,` or `}`")?;
                            self.key()?;
                            continue 'value;
                        }
                    }
                    Some(false) => {
                        if !self.eat(b']') {
                            self.need(b',', "`,` or `]`")?;
                            continue 'value;
                        }
                    }
                }
                open.pop();
            }
        }
    }

    /// Skips white space and looks at the byte after it.
    fn next_byte(&mut self) -> Option<u8> {
        let bytes = self.body.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.next_byte() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn need(&mut self, byte: u8, expected: &'static str) -> Result<(), Fault> {
        if self.eat(byte) { Ok(()) } else { self.fault(expected) }
    }

    fn fault<T>(&self, expected: &'static str) -> Result<T, Fault> {
        Err(Fault::Syntax { at: self.at, expected })
    }

    /// A key with its colon.
    fn key(&mut self) -> Result<Literal, Fault> {
        if self.next_byte() != Some(b'"') {
            return self.fault("a key in quotes");
        }
        let literal = self.literal()?;
        self.need(b':', "`:`")?;
        Ok(literal)
    }

    /// A string literal; the next byte is its opening quote.
    fn literal(&mut self) -> Result<Literal, Fault> {
        let bytes = self.body.as_bytes();
        let start = self.at;
        let (mut escaped, mut malformed) = (false, false);
        self.at += 1;
        loop {
            let (at, stop) = json::next_stop(bytes, self.at, &mut escaped);
            self.at = at;
            match stop {
                Stop::Quote => {
                    self.at += 1;
                    return Ok(Literal { span: Span { start, end: self.at }, escaped, malformed });
                }
                Stop::Escape => match json::escape(bytes, at) {
                    Some(escape) => {
                        self.at += escape.length;
                        malformed |= escape.half;
                    }
                    None => return self.fault("an escape sequence"),
                },
                Stop::Control => return self.fault("no control character inside a string"),
                Stop::End => return self.fault("the end of a string"),
            }
        }
    }

    fn number(&mut self) -> Result<(), Fault> {
        let bytes = self.body.as_bytes();
        self.at += usize::from(bytes[self.at] == b'-');
        if bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let rest = &self.body.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return self.fault("a digit");
        }
        self.at += count;
        Ok(())
    }

    fn word(&mut self, word: &'static str) -> Result<(), Fault> {
        if !self.body.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.fault("a value");
        }
        self.at += word.len();
        Ok(())
    }
}

/// The open containers, one bit each (set: an object): 10,000 levels take 1.25 KB, the usual 64 no memory at all.
#[derive(Default)]
struct Nesting {
    innermost: u64,
    outer: Vec<u64>,
    depth: usize,
}

impl Nesting {
    fn push(&mut self, object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.outer.push(self.innermost);
        }
        self.innermost = (self.innermost << 1) | u64::from(object);
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.innermost >>= 1;
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.innermost = self.outer.pop().unwrap_or_default();
        }
    }

    fn innermost(&self) -> Option<bool> {
        (self.depth > 0).then_some(self.innermost & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid(document: &str) -> bool {
        let mut scanner = Scanner::new(document.as_bytes()).unwrap();
        scanner.skip().is_ok() && scanner.finish().is_ok()
    }

    #[test]
    fn accepts_and_rejects_what_serde_json_does() {
        let documents = [
            "1",
            "-0",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "1e+5",
            "-1.25E-9",
            "1e999",
            "[]",
            "[1,]",
            "[,]",
            "{}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "true",
            "tru",
            "truee",
            "null",
            "nul",
            "\"",
            "\"a",
            "\"\\",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\uD834\\uDD1E\"",
            "\"\u{1}\"",
            "\"\u{7f}\u{2028}\"",
            "[1 2]",
            "[1]]",
            "",
            " ",
            "\u{feff}1",
            "{\"a\":[{},[],{\"b\":[null]}]}",
            "[[[[",
            "]",
            "\t[ 1 ,\r\n2 ] ",
            "NaN",
            "'a'",
            "[1}",
            "{\"a\":1]",
            "\u{a0}1",
            "[\"\\\"\"]",
            "\"\t\"",
            "/**/1",
        ];
        for document in documents {
            let expected = serde_json::from_str::<&serde_json::value::RawValue>(document).is_ok();
            assert_eq!(valid(document), expected, "{document:?}");
        }
    }

    #[test]
    fn nesting_is_bounded_by_memory_alone() {
        for depth in [1, 63, 64, 65, 127, 128, 129, 100_000] {
            let arrays = "[".repeat(depth) + &"]".repeat(depth);
            assert!(valid(&arrays));
            let mixed = "{\"a\":[".repeat(depth) + &"]}".repeat(depth);
            assert!(valid(&mixed));
            assert!(!valid(&mixed[..mixed.len() - 1]));
            assert!(!valid(&(mixed[..mixed.len() - 1].to_owned() + "]")));
        }
    }

    #[test]
    fn walks_over_objects_and_arrays() {
        let document = br#" { "a" : [1, "x" ,{}] ,"\u0062":{"k":[]}, "a":tru"#;
        let mut scanner = Scanner::new(document).unwrap();
        let mut seen = Vec::new();
        let result = scanner.object(|scanner, key| {
            if key == "b" {
                seen.push(key.to_owned());
                return scanner.object(|scanner, key| {
                    seen.push(key.to_owned());
                    scanner.skip().map(|_| ())
                });
            }
            scanner.array(|scanner, index| {
                let value = scanner.skip()?;
                seen.push(format!("{index}={}", scanner.slice(value)));
                Ok(())
            })
        });
        assert_eq!(result, Err(Fault::Syntax { at: 46, expected: "a value" }));
        assert_eq!(seen, ["0=1", "1=\"x\"", "2={}", "b", "k"]);
    }
}
