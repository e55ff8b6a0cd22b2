//! The scanner: from a JSON text to the arena, in one pass and without recursion.
//!
//! Owns the grammar of RFC 8259, of JSON lines, and what a text that is cut off still says.

use super::document::{Document, End, Id, Kind, MAX_DEPTH};
use super::spelling::{Unescaped, unescape};

/// Reads one text into a document.
pub(super) struct Scanner<'d, 'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    document: &'d mut Document<'a>,
}

/// An open container: where its children start on the two stacks.
struct Open {
    object: bool,
    first_value: usize,
    first_key: usize,
}

/// Why a token could not be read.
enum Trouble {
    /// The text ends inside it.
    CutOff,
    /// It is no JSON.
    Broken,
}

impl<'d, 'a> Scanner<'d, 'a> {
    /// At the start of the text.
    pub(super) fn new(source: &'a str, document: &'d mut Document<'a>) -> Self {
        Self { source, bytes: source.as_bytes(), at: 0, document }
    }

    /// Reads to the end; `None` where the text is no JSON.
    pub(super) fn run(mut self) -> Option<()> {
        let mut open: Vec<Open> = Vec::new();
        let mut values: Vec<Id> = Vec::new();
        let mut keys: Vec<Id> = Vec::new();
        // Where the last complete value, or the last opened container, ended: what follows a cut is the tail.
        let mut whole = 0;
        // Whether a comma stands before what comes next.
        let mut comma = false;
        loop {
            if !comma {
                whole = self.at;
            }
            self.skip_space();
            let Some(&byte) = self.bytes.get(self.at) else { break };
            if open.is_empty() {
                if let Some(&root) = self.document.roots.first() {
                    // JSON lines are containers; a string, which may hold JSON, stands alone.
                    if self.document.kind(root) == Kind::String || !self.at_line_start() {
                        return None;
                    }
                }
                if !(matches!(byte, b'{' | b'[') || byte == b'"' && self.document.roots.is_empty()) {
                    return None;
                }
                comma = false;
            }
            let result = self.element(byte, &mut open, &mut values, &mut keys, &mut comma);
            match result {
                Ok(()) => {}
                Err(Trouble::Broken) => return None,
                Err(Trouble::CutOff) => {
                    self.at = self.bytes.len();
                    // A key whose value is cut off belongs to the tail.
                    if let Some(top) = open.last().filter(|top| top.object) {
                        keys.truncate(top.first_key + values.len() - top.first_value);
                    }
                    return self.cut_off(open, values, keys, whole);
                }
            }
            if open.len() > MAX_DEPTH {
                return None;
            }
            if open.is_empty() && values.len() == 1 {
                self.document.roots.push(values.pop()?);
            }
        }
        if open.is_empty() {
            return (!self.document.roots.is_empty()).then_some(());
        }
        self.cut_off(open, values, keys, whole)
    }

    /// Reads one value, or the start or end of a container, with the key before it.
    fn element(
        &mut self,
        byte: u8,
        open: &mut Vec<Open>,
        values: &mut Vec<Id>,
        keys: &mut Vec<Id>,
        comma: &mut bool,
    ) -> Result<(), Trouble> {
        if let Some(top) = open.last() {
            let empty = values.len() == top.first_value;
            if byte == if top.object { b'}' } else { b']' } {
                if *comma {
                    return Err(Trouble::Broken);
                }
                self.at += 1;
                let id = Self::close(self.document, top, values, keys);
                open.pop();
                values.push(id);
                return Ok(());
            }
            if byte == b',' {
                if *comma || empty {
                    return Err(Trouble::Broken);
                }
                *comma = true;
                self.at += 1;
                return Ok(());
            }
            if !empty && !*comma {
                return Err(Trouble::Broken);
            }
            if top.object {
                if byte != b'"' {
                    return Err(Trouble::Broken);
                }
                let key = self.string()?;
                keys.push(key);
                self.skip_space();
                match self.bytes.get(self.at) {
                    Some(b':') => self.at += 1,
                    Some(_) => return Err(Trouble::Broken),
                    None => return Err(Trouble::CutOff),
                }
                self.skip_space();
                if self.at >= self.bytes.len() {
                    return Err(Trouble::CutOff);
                }
            }
        }
        *comma = false;
        let id = match self.bytes[self.at] {
            b'{' | b'[' => {
                let object = self.bytes[self.at] == b'{';
                self.at += 1;
                open.push(Open { object, first_value: values.len(), first_key: keys.len() });
                return Ok(());
            }
            b'"' => self.string()?,
            b't' => self.word("true", Kind::Bool)?,
            b'f' => self.word("false", Kind::Bool)?,
            b'n' => self.word("null", Kind::Null)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return Err(Trouble::Broken),
        };
        values.push(id);
        Ok(())
    }

    fn close(document: &mut Document<'_>, top: &Open, values: &mut Vec<Id>, keys: &mut Vec<Id>) -> Id {
        let id = if top.object {
            let shape = document.intern_shape(&keys[top.first_key..]);
            keys.truncate(top.first_key);
            document.intern_container(Kind::Object, shape, &values[top.first_value..])
        } else {
            document.intern_container(Kind::Array, 0, &values[top.first_value..])
        };
        values.truncate(top.first_value);
        id
    }

    /// Closes what is open. Only worth it where something complete stands before the cut.
    fn cut_off(
        &mut self,
        mut open: Vec<Open>,
        mut values: Vec<Id>,
        mut keys: Vec<Id>,
        tail: usize,
    ) -> Option<()> {
        let depth = open.len();
        if depth == 0 || (values.is_empty() && self.document.roots.is_empty()) {
            return None;
        }
        // A container that was just opened and holds nothing yet belongs to the part that is read.
        while let Some(top) = open.pop() {
            let id = Self::close(self.document, &top, &mut values, &mut keys);
            if let Some(outer) = open.last() {
                debug_assert!(
                    !outer.object || keys.len() - outer.first_key == values.len() + 1 - outer.first_value
                );
            }
            values.push(id);
        }
        self.document.roots.push(values.pop()?);
        self.document.end = End::CutOff { open: depth, tail };
        Some(())
    }

    fn at_line_start(&self) -> bool {
        self.bytes[..self.at]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_whitespace())
            .any(|&byte| byte == b'\n')
    }

    #[inline]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Id, Trouble> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(word.as_bytes()) {
            let start = self.at;
            self.at += word.len();
            return Ok(self.document.intern_span(kind, start, self.at));
        }
        Err(if word.as_bytes().starts_with(rest) { Trouble::CutOff } else { Trouble::Broken })
    }

    /// RFC 8259 §6. A number at the very end of a text that is still open may be cut off, so it is.
    fn number(&mut self) -> Result<Id, Trouble> {
        let start = self.at;
        let mut at = self.at;
        let digits = |bytes: &[u8], mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        if self.bytes[at] == b'-' {
            at += 1;
        }
        let integer = at;
        at = digits(self.bytes, at);
        let mut whole = at > integer && (self.bytes[integer] != b'0' || at == integer + 1);
        if whole && self.bytes.get(at) == Some(&b'.') {
            let fraction = at + 1;
            at = digits(self.bytes, fraction);
            whole = at > fraction;
        }
        if whole && matches!(self.bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            if matches!(self.bytes.get(at), Some(b'+' | b'-')) {
                at += 1;
            }
            let exponent = at;
            at = digits(self.bytes, at);
            whole = at > exponent;
        }
        if at >= self.bytes.len() {
            return Err(Trouble::CutOff);
        }
        if !whole {
            return Err(Trouble::Broken);
        }
        self.at = at;
        Ok(self.document.intern_span(Kind::Number, start, at))
    }

    fn string(&mut self) -> Result<Id, Trouble> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            let Some(skip) = memchr::memchr2(b'"', b'\\', &self.bytes[at..]) else {
                return Err(Trouble::CutOff);
            };
            at += skip;
            if self.bytes[at] == b'"' {
                break;
            }
            escaped = true;
            at += 2;
            if at > self.bytes.len() {
                return Err(Trouble::CutOff);
            }
        }
        // Control characters must be escaped (RFC 8259 §7).
        if self.bytes[start..at].iter().any(|&byte| byte < 0x20) {
            return Err(Trouble::Broken);
        }
        self.at = at + 1;
        if !escaped {
            return Ok(self.document.intern_span(Kind::String, start, at));
        }
        match unescape(&self.source[start..at]) {
            Unescaped::Text(text) => Ok(self.document.intern_string(&text)),
            Unescaped::LoneSurrogate => Ok(self.document.intern_raw_string(start, at)),
            Unescaped::Broken => Err(Trouble::Broken),
        }
    }
}
