//! The original as a tree of documents: JSON, and the JSON that stands as text inside its strings.
//!
//! Owns looking through strings (an MCP result is JSON whose one interesting string is JSON again), the choice of
//! the array whose rows are meant when nobody says which, and the paths by which values are named. It does not
//! know how values are selected or shown.

use super::tape::{Kind, Tape};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Strings in strings beyond which nothing is looked through.
const MAX_STRINGS_DEEP: usize = 3;
/// Entries that an object has at least for them to be rows of a table.
const MIN_NAMED: usize = 16;
/// Bytes of a string below which it is not worth reading as a document when searching for the largest array.
const MIN_EMBEDDED: usize = 32;

/// A value in one of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Index of the document.
    pub(super) document: usize,
    /// Node on its tape.
    pub(super) node: usize,
}

/// A part of a document as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    /// Index of the document.
    pub(super) document: usize,
    /// Its first byte.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
}

#[derive(Debug)]
struct Document<'a> {
    tape: Tape<'a>,
    /// The string it stands in.
    parent: Option<Place>,
}

/// An original that is JSON.
#[derive(Debug)]
pub(super) struct Source<'a> {
    documents: Vec<Document<'a>>,
    /// Strings that were looked through before.
    seen: BTreeMap<Place, Option<usize>>,
}

impl<'a> Source<'a> {
    /// Reads the original; `None` where it is not JSON.
    pub(super) fn read(original: &'a str) -> Option<Self> {
        let tape = Tape::scan(Cow::Borrowed(original))?;
        Some(Self { documents: vec![Document { tape, parent: None }], seen: BTreeMap::new() })
    }

    /// The whole.
    pub(super) fn root(&self) -> Place {
        self.root_of(0)
    }

    fn root_of(&self, document: usize) -> Place {
        Place { document, node: self.documents[document].tape.root() }
    }

    /// The document's index.
    pub(super) fn tape(&self, document: usize) -> &Tape<'a> {
        &self.documents[document].tape
    }

    /// What a value is.
    pub(super) fn kind(&self, place: Place) -> Kind {
        self.tape(place.document).kind(place.node)
    }

    /// Whether a value has entries.
    pub(super) fn is_container(&self, place: Place) -> bool {
        self.tape(place.document).is_container(place.node)
    }

    /// Where a value is written.
    pub(super) fn slice(&self, place: Place) -> Slice {
        let (start, end) = self.tape(place.document).span(place.node);
        Slice { document: place.document, start, end }
    }

    /// A part of a document.
    pub(super) fn text(&self, slice: Slice) -> &str {
        &self.tape(slice.document).text()[slice.start..slice.end]
    }

    /// The text that a string stands for.
    pub(super) fn string(&self, place: Place) -> Cow<'_, str> {
        self.tape(place.document).string(place.node)
    }

    /// The entries of a container as they are written: elements, or names with their values.
    pub(super) fn rows(&self, place: Place) -> Vec<Slice> {
        let tape = self.tape(place.document);
        let row = |first: usize, last: usize| Slice {
            document: place.document,
            start: tape.span(first).0,
            end: tape.span(last).1,
        };
        tape.children(place.node).map(|child| row(child.key.unwrap_or(child.value), child.value)).collect()
    }

    /// The document that a string holds, read once; the place itself where it is no such string.
    pub(super) fn look_through(&mut self, place: Place) -> Place {
        if self.kind(place) != Kind::String {
            return place;
        }
        if let Some(&known) = self.seen.get(&place) {
            return known.map_or(place, |document| self.root_of(document));
        }
        let tape = if self.strings_deep(place.document) < MAX_STRINGS_DEEP {
            embedded(self.tape(place.document), place.node)
        } else {
            None
        };
        let document = tape.map(|tape| {
            self.documents.push(Document { tape, parent: Some(place) });
            self.documents.len() - 1
        });
        self.seen.insert(place, document);
        document.map_or(place, |document| self.look_through(self.root_of(document)))
    }

    fn strings_deep(&self, document: usize) -> usize {
        let parent = |document: usize| self.documents[document].parent.map(|parent| parent.document);
        std::iter::successors(Some(document), |&document| parent(document)).count()
    }

    /// The array, or the object of many objects, whose rows are meant when nobody says which: the one with the most objects or arrays in it, or
    /// where there is none such the one with the most elements; at least two. Among equals the outer, then the
    /// first. Arrays inside strings count like any other.
    pub(super) fn largest_array(&mut self) -> Option<Place> {
        let mut best: Option<(Size, Place)> = None;
        let mut document = 0;
        // Looking through a string appends its document, so that the loop comes to it in turn.
        while document < self.documents.len() {
            if let Some((size, node)) = largest_in(self.tape(document))
                && best.is_none_or(|(largest, _)| size > largest)
            {
                best = Some((size, Place { document, node }));
            }
            for node in 0..self.tape(document).len() {
                let tape = self.tape(document);
                if tape.kind(node) == Kind::String && tape.slice(node).len() >= MIN_EMBEDDED {
                    self.look_through(Place { document, node });
                }
            }
            document += 1;
        }
        best.map(|(_, place)| place)
    }

    /// Every value without entries, in every document read so far, with its name where it has one. Strings that
    /// were looked through are left to their documents.
    pub(super) fn scalars(&self) -> impl Iterator<Item = (Place, Slice)> {
        self.documents.iter().enumerate().flat_map(move |(document, Document { tape, .. })| {
            (tape.root()..tape.len()).filter_map(move |node| {
                let place = Place { document, node };
                let looked_through = self.seen.get(&place).is_some_and(Option::is_some);
                let scalar = !matches!(tape.kind(node), Kind::Object | Kind::Array | Kind::Key);
                let named = node > 0 && tape.kind(node - 1) == Kind::Key;
                let (start, end) = tape.span(node);
                let start = if named { tape.span(node - 1).0 } else { start };
                (scalar && !looked_through).then_some((place, Slice { document, start, end }))
            })
        })
    }

    /// The names of the entries of an object, or of the first object in an array; at most `most`.
    pub(super) fn keys(&self, place: Place, most: usize) -> Vec<String> {
        let tape = self.tape(place.document);
        let object = |node: usize| tape.kind(node) == Kind::Object;
        let row = tape.children(place.node).map(|child| child.value).find(|&value| object(value));
        let object = if object(place.node) { Some(place.node) } else { row };
        let keys = object.into_iter().flat_map(|object| tape.children(object)).filter_map(|child| child.key);
        keys.take(most).map(|key| tape.string(key).into_owned()).collect()
    }

    /// The RFC 9535 path of a value. Inside a string that holds a document it goes on as if that were the value.
    pub(super) fn path(&self, place: Place) -> String {
        let mut steps = Vec::new();
        let mut at = Some(place);
        while let Some(place) = at {
            let tape = self.tape(place.document);
            let mut inside = Vec::new();
            let mut node = tape.root();
            while node != place.node {
                let Some((index, child)) = tape
                    .children(node)
                    .enumerate()
                    .find(|(_, child)| (child.value..tape.next(child.value)).contains(&place.node))
                else {
                    break;
                };
                inside.push(match child.key {
                    Some(key) => name_step(&tape.string(key)),
                    None => format!("[{index}]"),
                });
                node = child.value;
            }
            steps.extend(inside.into_iter().rev());
            at = self.documents[place.document].parent;
        }
        steps.push("$".to_owned());
        steps.into_iter().rev().collect()
    }
}

/// The document in a string, where its text begins like one.
fn embedded<'a>(tape: &Tape<'_>, node: usize) -> Option<Tape<'a>> {
    let inner = tape.slice(node).get(1..)?;
    let inner = inner.trim_start_matches(|c: char| c.is_ascii_whitespace());
    let begins = ["{", "[", "\\n", "\\r", "\\t", "\\\""].iter().any(|opening| inner.starts_with(opening));
    if !begins {
        return None;
    }
    let tape = Tape::scan(Cow::Owned(tape.string(node).into_owned()))?;
    matches!(tape.kind(tape.root()), Kind::Object | Kind::Array | Kind::String).then_some(tape)
}

/// How large an array is: containers in it, then elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Size {
    containers: usize,
    elements: usize,
}

/// The largest array of a document, the first among equals. An object whose entries are many objects or arrays is a table
/// by name, and counts for half.
fn largest_in(tape: &Tape<'_>) -> Option<(Size, usize)> {
    let mut best: Option<(Size, usize)> = None;
    for node in tape.root()..tape.len() {
        if !tape.is_container(node) {
            continue;
        }
        let mut size = tape.children(node).fold(Size::default(), |size, child| Size {
            containers: size.containers + usize::from(tape.is_container(child.value)),
            elements: size.elements + 1,
        });
        if tape.kind(node) == Kind::Object {
            let is_table = size.containers >= MIN_NAMED && size.containers * 10 >= size.elements * 9;
            size = if is_table {
                Size { containers: size.containers / 2, elements: 0 }
            } else {
                Size::default()
            };
        }
        if (size.elements >= 2 || size.containers >= 2) && best.is_none_or(|(largest, _)| size > largest) {
            best = Some((size, node));
        }
    }
    best
}

/// `.name` where the shorthand allows it, else `['name']` with the escapes of a normalised path.
pub(super) fn name_step(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
    if !name.is_empty() && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!(".{name}");
    }
    let mut step = String::from("['");
    for c in name.chars() {
        match c {
            '\'' => step.push_str("\\'"),
            '\\' => step.push_str("\\\\"),
            '\n' => step.push_str("\\n"),
            '\r' => step.push_str("\\r"),
            '\t' => step.push_str("\\t"),
            '\u{8}' => step.push_str("\\b"),
            '\u{c}' => step.push_str("\\f"),
            '\0'..'\u{20}' => {
                let _ = write!(step, "\\u{:04x}", c as u32);
            }
            _ => step.push(c),
        }
    }
    step.push_str("']");
    step
}
