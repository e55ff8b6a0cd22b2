//! A JSON text as a table of distinct values.
//!
//! Owns the arena. Every value is stored once however often it stands in the text (hash
//! consing), so equality of any two values, however large, is equality of two numbers: constant columns,
//! duplicate columns and repeated sub-objects cost nothing to find. Strings and numbers are spans of the
//! source; only strings with escapes are copied. It knows nothing of tables or notation.

use super::index::Index;
use super::scan::Scanner;
use super::spelling::push_json_string;
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
        let mut document = Self::without_values(source);
        Scanner::new(source, &mut document).run()?;
        Some(document)
    }

    /// A document over a text that is no JSON, for whoever takes its values from the text.
    pub(in crate::compress) fn without_values(source: &'a str) -> Self {
        let guess = source.len() / 24;
        Self {
            source,
            pool: String::new(),
            values: Vec::with_capacity(guess),
            children: Vec::with_capacity(guess),
            shapes: Vec::new(),
            value_index: Index::with_capacity(guess),
            shape_index: Index::with_capacity(16),
            roots: Vec::new(),
            end: End::Complete,
        }
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
        self.intern_pooled(Kind::String, text)
    }

    /// The id of `null`, which may not stand in the source.
    pub(in crate::compress) fn intern_null(&mut self) -> Id {
        self.intern_pooled(Kind::Null, "null")
    }

    fn intern_pooled(&mut self, kind: Kind, text: &str) -> Id {
        let hash = hash_text(kind, text);
        match self.value_index.find(hash, |id| self.is_text(id, kind, text)) {
            Ok(id) => id,
            Err(at) => {
                let start = self.pool.len() as u32;
                self.pool.push_str(text);
                let value = Value { kind, pooled: true, start, len: text.len() as u32, shape: 0 };
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

    pub(in crate::compress) fn intern_span(&mut self, kind: Kind, start: usize, end: usize) -> Id {
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

    pub(super) fn intern_raw_string(&mut self, start: usize, end: usize) -> Id {
        self.intern_span(Kind::RawString, start, end)
    }

    pub(in crate::compress) fn intern_container(&mut self, kind: Kind, shape: u32, ids: &[Id]) -> Id {
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

    pub(in crate::compress) fn intern_shape(&mut self, keys: &[Id]) -> u32 {
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

impl Document<'_> {
    /// Appends a value as JSON without white space.
    pub fn push_json(&self, out: &mut String, id: Id) {
        self.push_json_with(out, id, &mut |_, _| false);
    }

    /// Appends a value as JSON without white space, but for the values in it that `special` has appended its own way.
    pub fn push_json_with(
        &self,
        out: &mut String,
        id: Id,
        special: &mut impl FnMut(&mut String, Id) -> bool,
    ) {
        if special(out, id) {
            return;
        }
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
                    self.push_json_with(out, child, special);
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
                    self.push_json_with(out, child, special);
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
