//! A flat index over JSON text: where each value begins, ends and what comes after it.
//!
//! Owns the scanner. It borrows the text and never copies a value, keeps duplicate keys and spelling, and
//! reads what a tool's output limit leaves of a document: text cut off at its end, a short notice after the
//! cut, and documents one after another (NDJSON), which it presents as one array. It does not know what is
//! looked for.

use std::borrow::Cow;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An object: its children are keys, each directly before its value.
    Object,
    /// An array, or the stream of documents.
    Array,
    /// A string value.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// The name of an object's entry.
    Key,
}

/// One value or key.
#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    /// Byte at which it begins.
    start: u32,
    /// Byte after its last.
    end: u32,
    /// Index of the first node that is not part of it.
    next: u32,
}

/// Nesting beyond which a text is not read as JSON: what walks the tape may then recurse.
pub(super) const MAX_DEPTH: usize = 128;
/// Values beyond which a text is not read as JSON; its lines are still there. Bounds memory at 16 bytes each.
const MAX_NODES: usize = 1 << 23;
/// Bytes of a notice after the point where the JSON ends or was cut, such as `… (output truncated)`.
const MAX_NOTICE: usize = 200;

/// The index over one text.
#[derive(Debug)]
pub(super) struct Tape<'a> {
    text: Cow<'a, str>,
    nodes: Vec<Node>,
    root: usize,
}

/// An entry of a container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    /// The node of its name, in an object.
    pub(super) key: Option<usize>,
    /// The node of its value.
    pub(super) value: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Document,
}

/// Why the scan stopped before the end of the text.
enum Stop {
    /// The text is not JSON from here on.
    Broken,
    /// The text is nested too deep or holds too many values.
    TooLarge,
}

impl<'a> Tape<'a> {
    /// Reads `text`, or `None` where it is not JSON: an object, an array, a series of these, or one complete
    /// string or number.
    pub(super) fn scan(text: Cow<'a, str>) -> Option<Self> {
        if text.len() >= u32::MAX as usize {
            return None;
        }
        let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, nodes: Vec::new(), open: Vec::new() };
        let complete = scanner.documents();
        let Scanner { at, mut nodes, open, bytes, .. } = scanner;
        match complete {
            Ok(()) => {}
            Err(Stop::Broken) if is_notice(bytes.len() - at, at) => {}
            Err(_) => return None,
        }
        let cut = open.len() > 1 || at < bytes.len();
        close(&mut nodes, &open, at as u32);
        let first = *nodes.get(1)?;
        let single = first.next as usize == nodes.len();
        let container = matches!(first.kind, Kind::Object | Kind::Array);
        // A lone `[` or a bracketed word is not a document that was cut off, and neither is part of a word.
        let whole_scalar = || serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
        if !container && !whole_scalar() || cut && nodes.len() < 3 {
            return None;
        }
        Some(Self { text, nodes, root: usize::from(single) })
    }

    /// The text that was read.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The node of the whole document.
    pub(super) fn root(&self) -> usize {
        self.root
    }

    /// Number of nodes; every index below it is one.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What the node is.
    pub(super) fn kind(&self, node: usize) -> Kind {
        self.nodes[node].kind
    }

    /// Whether the node is an object or an array.
    pub(super) fn is_container(&self, node: usize) -> bool {
        matches!(self.nodes[node].kind, Kind::Object | Kind::Array)
    }

    /// Index of the first node after this one and all it holds.
    pub(super) fn next(&self, node: usize) -> usize {
        self.nodes[node].next as usize
    }

    /// Where the node stands in the text.
    pub(super) fn span(&self, node: usize) -> (usize, usize) {
        (self.nodes[node].start as usize, self.nodes[node].end as usize)
    }

    /// The node as it is written.
    pub(super) fn slice(&self, node: usize) -> &str {
        let (start, end) = self.span(node);
        &self.text[start..end]
    }

    /// The entries of a container in order; none for anything else.
    pub(super) fn children(&self, node: usize) -> Children<'_, 'a> {
        let end = if self.is_container(node) { self.next(node) } else { node + 1 };
        Children { tape: self, at: node + 1, end, named: self.kind(node) == Kind::Object }
    }

    /// The text that a string or a key stands for.
    pub(super) fn string(&self, node: usize) -> Cow<'_, str> {
        let written = self.slice(node);
        let inner = written.strip_prefix('"').unwrap_or(written);
        // A string that was cut off may end in an escaped quote, which is no closing one.
        let inner = match inner.strip_suffix('"') {
            Some(closed) if closed.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 0 => closed,
            _ => inner,
        };
        unescape(inner)
    }
}

/// The entries of a container.
pub(super) struct Children<'t, 'a> {
    tape: &'t Tape<'a>,
    at: usize,
    end: usize,
    named: bool,
}

impl Iterator for Children<'_, '_> {
    type Item = Child;

    fn next(&mut self) -> Option<Child> {
        if self.at >= self.end {
            return None;
        }
        let key = self.named.then_some(self.at);
        let value = self.at + usize::from(self.named);
        self.at = self.tape.next(value);
        Some(Child { key, value })
    }
}

/// Whether `rest` bytes behind `read` bytes of JSON are few enough to be a notice.
fn is_notice(rest: usize, read: usize) -> bool {
    rest <= MAX_NOTICE && rest <= read / 4
}

/// Ends every container that is still open where the text does.
fn close(nodes: &mut Vec<Node>, open: &[usize], at: u32) {
    // A name without a value is left to the text around it.
    if nodes.last().is_some_and(|node| node.kind == Kind::Key) {
        nodes.pop();
    }
    let next = nodes.len() as u32;
    for &container in open {
        nodes[container].next = next;
        nodes[container].end = at;
    }
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The containers around the current position, the stream first.
    open: Vec<usize>,
}

impl Scanner<'_> {
    /// Reads documents until the text ends. Node 0 is the stream of them.
    fn documents(&mut self) -> Result<(), Stop> {
        self.push(Kind::Array, self.at);
        self.open.push(0);
        let mut expect = Expect::Document;
        loop {
            while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
                self.at += 1;
            }
            let Some(&byte) = self.bytes.get(self.at) else { return Ok(()) };
            if self.nodes.len() >= MAX_NODES {
                return Err(Stop::TooLarge);
            }
            expect = match (expect, byte) {
                (Expect::Value | Expect::ValueOrEnd, _) if byte != b']' => self.value(byte)?,
                (Expect::Document, _) => {
                    // After a scalar, or before one, there is no second document.
                    let follows = self.nodes.len() > 1;
                    if follows && (!matches!(byte, b'{' | b'[') || !self.first_is_container()) {
                        return Err(Stop::Broken);
                    }
                    self.value(byte)?
                }
                (Expect::Key | Expect::KeyOrEnd, b'"') => {
                    let start = self.at;
                    let closed = self.string();
                    self.push(Kind::Key, start);
                    if !closed {
                        return Ok(());
                    }
                    Expect::Colon
                }
                (Expect::Colon, b':') => {
                    self.at += 1;
                    Expect::Value
                }
                (Expect::CommaOrEnd, b',') => {
                    self.at += 1;
                    if self.in_object() { Expect::Key } else { Expect::Value }
                }
                (Expect::CommaOrEnd | Expect::KeyOrEnd, b'}') if self.in_object() => self.end_container(),
                (Expect::CommaOrEnd | Expect::ValueOrEnd, b']') if !self.in_object() => self.end_container(),
                _ => return Err(Stop::Broken),
            };
        }
    }

    /// Reads the value that begins here.
    fn value(&mut self, byte: u8) -> Result<Expect, Stop> {
        let start = self.at;
        match byte {
            b'{' | b'[' => {
                if self.open.len() > MAX_DEPTH {
                    return Err(Stop::TooLarge);
                }
                self.at += 1;
                self.open.push(self.nodes.len());
                self.push(if byte == b'{' { Kind::Object } else { Kind::Array }, start);
                return Ok(if byte == b'{' { Expect::KeyOrEnd } else { Expect::ValueOrEnd });
            }
            b'"' => {
                self.string();
                self.push(Kind::String, start);
            }
            b'-' | b'0'..=b'9' => {
                while let Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9') = self.bytes.get(self.at) {
                    self.at += 1;
                }
                if !is_number(&self.bytes[start..self.at], self.at == self.bytes.len()) {
                    self.at = start;
                    return Err(Stop::Broken);
                }
                self.push(Kind::Number, start);
            }
            b't' => self.literal(b"true", Kind::Boolean)?,
            b'f' => self.literal(b"false", Kind::Boolean)?,
            b'n' => self.literal(b"null", Kind::Null)?,
            _ => return Err(Stop::Broken),
        }
        Ok(self.after_value())
    }

    /// Moves behind the string that begins here; whether it is closed.
    fn string(&mut self) -> bool {
        self.at += 1;
        while let Some(found) = memchr::memchr2(b'"', b'\\', &self.bytes[self.at..]) {
            self.at += found;
            if self.bytes[self.at] == b'"' {
                self.at += 1;
                return true;
            }
            self.at = (self.at + 2).min(self.bytes.len());
        }
        self.at = self.bytes.len();
        false
    }

    fn literal(&mut self, word: &[u8], kind: Kind) -> Result<(), Stop> {
        let start = self.at;
        let rest = &self.bytes[start..];
        if !rest.starts_with(word) && !word.starts_with(rest) {
            return Err(Stop::Broken);
        }
        self.at = (start + word.len()).min(self.bytes.len());
        self.push(kind, start);
        Ok(())
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { kind, start: start as u32, end: self.at as u32, next });
    }

    fn end_container(&mut self) -> Expect {
        self.at += 1;
        if let Some(container) = self.open.pop() {
            self.nodes[container].end = self.at as u32;
            self.nodes[container].next = self.nodes.len() as u32;
        }
        self.after_value()
    }

    fn after_value(&self) -> Expect {
        if self.open.len() > 1 { Expect::CommaOrEnd } else { Expect::Document }
    }

    fn in_object(&self) -> bool {
        self.open.last().is_some_and(|&container| self.nodes[container].kind == Kind::Object)
    }

    fn first_is_container(&self) -> bool {
        self.nodes.get(1).is_some_and(|node| matches!(node.kind, Kind::Object | Kind::Array))
    }
}

/// Whether `text` is a number by RFC 8259, or at the end of the text the beginning of one.
fn is_number(text: &[u8], cut: bool) -> bool {
    let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(text.first() == Some(&b'-'));
    let integer = digits(at);
    if integer == 0 || (integer > 1 && text[at] == b'0') {
        return cut && integer == 0 && at == text.len();
    }
    at += integer;
    if text.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        at += 1 + fraction;
        if fraction == 0 {
            return cut && at == text.len();
        }
    }
    if let Some(b'e' | b'E') = text.get(at) {
        at += 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        at += exponent;
        if exponent == 0 {
            return cut && at == text.len();
        }
    }
    at == text.len()
}

/// The characters that the inside of a JSON string stands for. Half a surrogate pair becomes U+FFFD, an escape
/// that JSON does not know stays as it is written.
pub(super) fn unescape(written: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'\\', written.as_bytes()) else { return Cow::Borrowed(written) };
    let mut text = String::with_capacity(written.len());
    text.push_str(&written[..first]);
    let mut rest = &written[first..];
    while let Some(escape) = rest.strip_prefix('\\') {
        let (character, length) = match escape.as_bytes().first() {
            Some(b'n') => ('\n', 1),
            Some(b't') => ('\t', 1),
            Some(b'r') => ('\r', 1),
            Some(b'b') => ('\u{8}', 1),
            Some(b'f') => ('\u{c}', 1),
            Some(&known @ (b'"' | b'\\' | b'/')) => (char::from(known), 1),
            Some(b'u') => unescape_unicode(escape),
            _ => ('\\', 0),
        };
        text.push(character);
        rest = &escape[length..];
        let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        text.push_str(&rest[..plain]);
        rest = &rest[plain..];
    }
    Cow::Owned(text)
}

/// The character of `uXXXX`, or of `uXXXX\uXXXX`, and the bytes it takes.
fn unescape_unicode(escape: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = escape.get(at..at + 4)?;
        let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hexadecimal { u32::from_str_radix(digits, 16).ok() } else { None }
    };
    let Some(first) = unit(1) else { return ('\\', 0) };
    if let Some(character) = char::from_u32(first) {
        return (character, 5);
    }
    let second = if escape.get(5..7) == Some("\\u") { unit(7) } else { None };
    match (first, second) {
        (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) => {
            let character = 0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER), 11)
        }
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The document as the tape sees it, entries in brackets: `{a=1 b=[2 3]}`.
    fn outline(text: &str) -> String {
        fn write(tape: &Tape<'_>, node: usize, into: &mut String) {
            if !tape.is_container(node) {
                into.push_str(tape.slice(node));
                return;
            }
            let braces = if tape.kind(node) == Kind::Object { ['{', '}'] } else { ['[', ']'] };
            into.push(braces[0]);
            for (at, child) in tape.children(node).enumerate() {
                into.push_str(if at > 0 { " " } else { "" });
                if let Some(key) = child.key {
                    into.push_str(&tape.string(key));
                    into.push('=');
                }
                write(tape, child.value, into);
            }
            into.push(braces[1]);
        }
        let Some(tape) = Tape::scan(Cow::Borrowed(text)) else { return "none".to_owned() };
        let mut outline = String::new();
        write(&tape, tape.root(), &mut outline);
        outline
    }

    #[test]
    fn documents_and_what_is_left_of_them() {
        for (text, expected) in [
            (r#" {"a" : 1, "b":[2, -3.5e+6,null] } "#, "{a=1 b=[2 -3.5e+6 null]}"),
            (r#"{"a":1,"a":{}}"#, "{a=1 a={}}"),
            (r#"["\\\"]", "x"]"#, r#"["\\\"]" "x"]"#),
            (r#"{"k\u00e9\n":true}"#, "{ké\n=true}"),
            ("12", "12"),
            (r#""a b""#, r#""a b""#),
            ("[]", "[]"),
            ("{\"a\":1}\n{\"a\":2}\n\n[3]\n", "[{a=1} {a=2} [3]]"),
            (r#"[1,2,{"a":3,"b"#, "[1 2 {a=3}]"),
            (r#"[1,2,{"a":3,"b":"#, "[1 2 {a=3}]"),
            (r#"[1,2,"thr"#, r#"[1 2 "thr]"#),
            (r#"[1,2,"thr\""#, r#"[1 2 "thr\"]"#),
            (r"[true,fal", "[true fal]"),
            (r"[1,2.", "[1 2.]"),
            ("[{\"a\":1},{\"a\":2}]\nok", "[{a=1} {a=2}]"),
            ("[100000000,200000000,300000000,400 ... cut", "[100000000 200000000 300000000 400]"),
        ] {
            assert_eq!(outline(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_json() {
        let deep = "[".repeat(MAX_DEPTH + 1);
        for text in [
            "",
            " ",
            "{",
            "[",
            "plain text",
            "[INFO] started",
            "[12:30:01] started",
            "{broken",
            "1 2",
            "1,2",
            "[1 2]",
            "{\"a\" 1}",
            "[01]",
            "[1.]",
            "[+1]",
            "[tru]",
            "nul",
            "\"open",
            "{1:2}",
            "[}",
            &deep,
        ] {
            assert_eq!(outline(text), "none", "{text}");
        }
        let broken = format!("[{}oops{}]", "1,".repeat(500), "2,".repeat(500));
        assert_eq!(outline(&broken), "none");
    }

    #[test]
    fn escapes() {
        for (written, text) in [
            (r"\u0041\ud83d\ude00", "A😀"),
            (r"\ud83d\u0041", "\u{FFFD}A"),
            (r"\ud83d", "\u{FFFD}"),
            (r"\udE00\/\b\f\n\r\t\\", "\u{FFFD}/\u{8}\u{c}\n\r\t\\"),
            (r"\x \u12", r"\x \u12"),
            ("\\", "\\"),
            ("é", "é"),
        ] {
            assert_eq!(unescape(written), text, "{written}");
        }
    }

    proptest! {
        #[test]
        fn strings_are_read_as_serde_reads_them(text in "(\\PC|[\"\\\\\n\u{1}]){0,20}") {
            let written = serde_json::to_string(&[&text]).expect("JSON");
            let tape = Tape::scan(Cow::Borrowed(&written)).expect("JSON");
            prop_assert_eq!(tape.string(tape.root() + 1), text);
        }

        #[test]
        fn every_prefix_of_a_document_is_read(
            rows in proptest::collection::vec(("[a-c\\\\\"é]{0,4}", any::<i32>(), any::<bool>()), 1..6),
            at in any::<prop::sample::Index>(),
        ) {
            let written = serde_json::to_string(&rows).expect("JSON");
            prop_assert!(outline(&written) != "none");
            let cut = written.floor_char_boundary(at.index(written.len()));
            if let Some(tape) = Tape::scan(Cow::Borrowed(&written[..cut])) {
                prop_assert_eq!(tape.span(tape.root()), (0, cut));
                prop_assert!(tape.children(tape.root()).count() <= rows.len());
            } else {
                prop_assert!(cut < 8 || !written[2..cut].contains(|c: char| c != '"'), "{}", &written[..cut]);
            }
        }
    }
}
