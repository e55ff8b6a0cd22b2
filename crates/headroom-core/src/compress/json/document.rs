//! A JSON text as a table of distinct values.
//!
//! Owns the scanner and the arena. Every value is stored once however often it stands in the text (hash
//! consing), so equality of any two values, however large, is equality of two numbers: constant columns,
//! duplicate columns and repeated sub-objects cost nothing to find. Strings and numbers are spans of the
//! source; only strings with escapes are copied. It knows nothing of tables or notation.

use crate::hash::FixedHasher;
use std::hash::Hasher;

/// Values nested deeper than this are left alone: every walk over a document recurses once a level, and the
/// stack of a wasm module is small.
pub const MAX_DEPTH: usize = 96;

/// Index of a distinct value in a [`Document`].
pub type Id = u32;

/// Stands in a column where a row lacks the key.
pub const MISSING: Id = u32::MAX;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, in the source's own spelling.
    Number,
    /// A string, unescaped.
    String,
    /// A string with a lone surrogate: its escaped source text.
    RawString,
    /// An array.
    Array,
    /// An object.
    Object,
}

#[derive(Clone, Copy, Debug)]
struct Value {
    kind: Kind,
    pooled: bool,
    /// Start of the text, or of the children.
    start: u32,
    /// Bytes of text, or number of children.
    len: u32,
    /// The shape of an object.
    shape: u32,
}

/// The key list of an object, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Ids of the key strings.
    pub keys: Vec<Id>,
    /// Whether a key stands twice.
    pub duplicate_keys: bool,
}

/// A scanned JSON text.
#[derive(Debug)]
pub struct Document<'a> {
    source: &'a str,
    pool: String,
    values: Vec<Value>,
    children: Vec<Id>,
    shapes: Vec<Shape>,
    value_index: Index,
    shape_index: Index,
    /// The top-level values: one for JSON, one a line for NDJSON.
    pub roots: Vec<Id>,
    /// How the text ends.
    pub end: End,
}

/// How a scanned text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With the end of its last value.
    Complete,
    /// In the middle: `open` containers are not closed, and the source from byte `tail` on is no complete value.
    CutOff {
        /// Containers still open.
        open: usize,
        /// Where the incomplete rest starts in the source.
        tail: usize,
    },
}

/// Open addressing over ids; the caller compares.
#[derive(Debug)]
struct Index {
    slots: Vec<u32>,
    hashes: Vec<u32>,
    used: usize,
}

impl Index {
    fn with_capacity(entries: usize) -> Self {
        let size = (entries * 2).next_power_of_two().max(64);
        Self { slots: vec![u32::MAX; size], hashes: vec![0; size], used: 0 }
    }

    #[inline]
    fn find(&self, hash: u64, mut same: impl FnMut(u32) -> bool) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let short = (hash >> 32) as u32;
        let mut at = hash as usize & mask;
        loop {
            let id = self.slots[at];
            if id == u32::MAX {
                return Err(at);
            }
            if self.hashes[at] == short && same(id) {
                return Ok(id);
            }
            at = (at + 1) & mask;
        }
    }

    fn insert(&mut self, at: usize, hash: u64, id: u32) {
        self.slots[at] = id;
        self.hashes[at] = (hash >> 32) as u32;
        self.used += 1;
    }

    fn is_full(&self) -> bool {
        self.used * 8 >= self.slots.len() * 5
    }

    fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        let old = std::mem::take(&mut self.slots);
        let size = old.len() * 2;
        self.slots = vec![u32::MAX; size];
        self.hashes = vec![0; size];
        for id in old.into_iter().filter(|&id| id != u32::MAX) {
            let hash = hash_of(id);
            let mut at = hash as usize & (size - 1);
            while self.slots[at] != u32::MAX {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = id;
            self.hashes[at] = (hash >> 32) as u32;
        }
    }
}

fn hash_text(kind: Kind, text: &str) -> u64 {
    let mut hasher = FixedHasher::default();
    hasher.write(text.as_bytes());
    hasher.write_u8(kind as u8);
    hasher.finish()
}

fn hash_ids(tag: u32, ids: &[Id]) -> u64 {
    let mut hasher = FixedHasher::default();
    hasher.write_u32(tag);
    for pair in ids.chunks(2) {
        hasher.write_u64(u64::from(pair[0]) << 32 | u64::from(pair.get(1).copied().unwrap_or(0x9E37)));
    }
    hasher.finish()
}

const ARRAY_TAG: u32 = u32::MAX;
const SHAPE_TAG: u32 = u32::MAX - 1;

impl<'a> Document<'a> {
    /// Scans JSON, NDJSON (at least two lines, each a container) or JSON that is cut off at its end. `None`
    /// where the text is none of these, nests too deep, or is neither a container nor a string.
    #[must_use]
    pub fn scan(source: &'a str) -> Option<Self> {
        if source.len() >= u32::MAX as usize / 2 {
            return None;
        }
        let first = source.trim_ascii_start().as_bytes().first()?;
        if !matches!(first, b'{' | b'[' | b'"') {
            return None;
        }
        let guess = source.len() / 24;
        let mut document = Self {
            source,
            pool: String::new(),
            values: Vec::with_capacity(guess),
            children: Vec::with_capacity(guess),
            shapes: Vec::new(),
            value_index: Index::with_capacity(guess),
            shape_index: Index::with_capacity(16),
            roots: Vec::new(),
            end: End::Complete,
        };
        Scanner { bytes: source.as_bytes(), at: 0, document: &mut document }.run()?;
        Some(document)
    }

    /// What a value is.
    #[must_use]
    pub fn kind(&self, id: Id) -> Kind {
        self.values[id as usize].kind
    }

    /// Number of distinct values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing was scanned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The text of a scalar: a string unescaped, anything else as spelled.
    #[must_use]
    pub fn text(&self, id: Id) -> &str {
        let value = &self.values[id as usize];
        let from = if value.pooled { self.pool.as_str() } else { self.source };
        &from[value.start as usize..(value.start + value.len) as usize]
    }

    /// The elements of an array or the values of an object, in order.
    #[must_use]
    pub fn children(&self, id: Id) -> &[Id] {
        let value = &self.values[id as usize];
        &self.children[value.start as usize..(value.start + value.len) as usize]
    }

    /// The number of an object's shape.
    #[must_use]
    pub fn shape_of(&self, id: Id) -> u32 {
        self.values[id as usize].shape
    }

    /// A shape by its number.
    #[must_use]
    pub fn shape(&self, shape: u32) -> &Shape {
        &self.shapes[shape as usize]
    }

    /// The keys of an object, in order.
    #[must_use]
    pub fn keys(&self, id: Id) -> &[Id] {
        &self.shapes[self.shape_of(id) as usize].keys
    }

    /// The source text from a byte on.
    #[must_use]
    pub fn source_from(&self, at: usize) -> &'a str {
        &self.source[at..]
    }

    /// The id of a string that may not stand in the source.
    pub fn intern_string(&mut self, text: &str) -> Id {
        let hash = hash_text(Kind::String, text);
        match self.value_index.find(hash, |id| self.is_text(id, Kind::String, text)) {
            Ok(id) => id,
            Err(at) => {
                let start = self.pool.len() as u32;
                self.pool.push_str(text);
                let value =
                    Value { kind: Kind::String, pooled: true, start, len: text.len() as u32, shape: 0 };
                self.add_value(at, hash, value)
            }
        }
    }

    fn is_text(&self, id: Id, kind: Kind, text: &str) -> bool {
        self.values[id as usize].kind == kind && self.text(id) == text
    }

    fn add_value(&mut self, at: usize, hash: u64, value: Value) -> Id {
        let id = self.values.len() as u32;
        self.values.push(value);
        self.value_index.insert(at, hash, id);
        if self.value_index.is_full() {
            let mut index = std::mem::replace(&mut self.value_index, Index::with_capacity(0));
            index.grow(|id| self.hash_of(id));
            self.value_index = index;
        }
        id
    }

    fn hash_of(&self, id: Id) -> u64 {
        let value = &self.values[id as usize];
        match value.kind {
            Kind::Array => hash_ids(ARRAY_TAG, self.children(id)),
            Kind::Object => hash_ids(value.shape, self.children(id)),
            kind => hash_text(kind, self.text(id)),
        }
    }

    fn intern_span(&mut self, kind: Kind, start: usize, end: usize) -> Id {
        let text = &self.source[start..end];
        let hash = hash_text(kind, text);
        match self.value_index.find(hash, |id| self.is_text(id, kind, text)) {
            Ok(id) => id,
            Err(at) => {
                let value =
                    Value { kind, pooled: false, start: start as u32, len: (end - start) as u32, shape: 0 };
                self.add_value(at, hash, value)
            }
        }
    }

    fn intern_raw_string(&mut self, start: usize, end: usize) -> Id {
        self.intern_span(Kind::RawString, start, end)
    }

    fn intern_container(&mut self, kind: Kind, shape: u32, ids: &[Id]) -> Id {
        let hash = hash_ids(if kind == Kind::Array { ARRAY_TAG } else { shape }, ids);
        let found = self.value_index.find(hash, |id| {
            let value = &self.values[id as usize];
            value.kind == kind && value.shape == shape && self.children(id) == ids
        });
        match found {
            Ok(id) => id,
            Err(at) => {
                let start = self.children.len() as u32;
                self.children.extend_from_slice(ids);
                let value = Value { kind, pooled: false, start, len: ids.len() as u32, shape };
                self.add_value(at, hash, value)
            }
        }
    }

    fn intern_shape(&mut self, keys: &[Id]) -> u32 {
        let hash = hash_ids(SHAPE_TAG, keys);
        match self.shape_index.find(hash, |shape| self.shapes[shape as usize].keys == keys) {
            Ok(shape) => shape,
            Err(at) => {
                let mut sorted = keys.to_vec();
                sorted.sort_unstable();
                let duplicate_keys = sorted.windows(2).any(|pair| pair[0] == pair[1]);
                let shape = self.shapes.len() as u32;
                self.shapes.push(Shape { keys: keys.to_vec(), duplicate_keys });
                self.shape_index.insert(at, hash, shape);
                if self.shape_index.is_full() {
                    let shapes = &self.shapes;
                    self.shape_index.grow(|shape| hash_ids(SHAPE_TAG, &shapes[shape as usize].keys));
                }
                shape
            }
        }
    }
}

struct Scanner<'d, 'a> {
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

impl Scanner<'_, '_> {
    fn run(mut self) -> Option<()> {
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
        match unescape(&self.document.source[start..at]) {
            Unescaped::Text(text) => Ok(self.document.intern_string(&text)),
            Unescaped::LoneSurrogate => Ok(self.document.intern_raw_string(start, at)),
            Unescaped::Broken => Err(Trouble::Broken),
        }
    }
}

/// What became of an escaped string.
pub enum Unescaped {
    /// Its text.
    Text(String),
    /// It holds half of a surrogate pair, which no Rust string can.
    LoneSurrogate,
    /// An escape that RFC 8259 does not know.
    Broken,
}

/// Undoes the escapes of RFC 8259 §7.
#[must_use]
pub fn unescape(escaped: &str) -> Unescaped {
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    let mut lone = false;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let Some(&letter) = rest.as_bytes().get(at + 1) else { return Unescaped::Broken };
        let mut used = at + 2;
        let character = match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let Some(unit) = hex4(rest, used) else { return Unescaped::Broken };
                used += 4;
                match unit {
                    0xD800..=0xDBFF => {
                        let low = rest
                            .get(used..used + 2)
                            .filter(|next| *next == "\\u")
                            .and_then(|_| hex4(rest, used + 2));
                        if let Some(low @ 0xDC00..=0xDFFF) = low {
                            used += 6;
                            char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
                                .unwrap_or('\u{FFFD}')
                        } else {
                            lone = true;
                            '\u{FFFD}'
                        }
                    }
                    0xDC00..=0xDFFF => {
                        lone = true;
                        '\u{FFFD}'
                    }
                    _ => char::from_u32(unit).unwrap_or('\u{FFFD}'),
                }
            }
            _ => return Unescaped::Broken,
        };
        text.push(character);
        rest = &rest[used..];
    }
    text.push_str(rest);
    if lone { Unescaped::LoneSurrogate } else { Unescaped::Text(text) }
}

fn hex4(text: &str, at: usize) -> Option<u32> {
    let digits = text.as_bytes().get(at..at + 4)?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
}

/// Appends a string as JSON with the fewest escapes.
pub fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x8 => "\\b",
            0xC => "\\f",
            0..=0x1F => "",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        from = at + 1;
        if escape.is_empty() {
            out.push_str("\\u00");
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

impl Document<'_> {
    /// Appends a value as JSON without white space.
    pub fn push_json(&self, out: &mut String, id: Id) {
        match self.kind(id) {
            Kind::String => push_json_string(out, self.text(id)),
            Kind::RawString => {
                out.push('"');
                out.push_str(self.text(id));
                out.push('"');
            }
            Kind::Array => {
                out.push('[');
                for (at, &child) in self.children(id).iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.push_json(out, child);
                }
                out.push(']');
            }
            Kind::Object => {
                out.push('{');
                for (at, (&key, &child)) in self.keys(id).iter().zip(self.children(id)).enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.push_json(out, key);
                    out.push(':');
                    self.push_json(out, child);
                }
                out.push('}');
            }
            Kind::Null | Kind::Bool | Kind::Number => out.push_str(self.text(id)),
        }
    }

    /// The whole document as JSON without white space: NDJSON one value a line, a cut-off text with its tail
    /// as it stands.
    #[must_use]
    pub fn minified(&self) -> String {
        let mut out = String::with_capacity(self.source.len());
        for (at, &root) in self.roots.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            self.push_json(&mut out, root);
        }
        if let End::CutOff { open, tail } = self.end {
            out.truncate(out.len() - open);
            out.push_str(&self.source[tail..]);
        }
        out
    }
}
