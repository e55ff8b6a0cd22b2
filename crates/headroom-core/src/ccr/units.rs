//! Units: the numbered rows, lines or matches that an answer is made of.
//!
//! Owns the choice of units where nobody names a path, and their enumeration. It does not know how they are
//! searched or shown.

use super::page::Unit;
use super::ranges::Range;
use super::source::{Place, Slice, Source};
use super::tape::Kind;
use std::borrow::Cow;

/// Share of a container's bytes, as a divisor, that all but one of its entries may have for it to be a wrapper.
const WRAPPER_SHARE: usize = 5;

/// What is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    /// Elements of an array, entries of an object, documents of a series.
    Row,
    /// Lines.
    Line,
    /// Values that a path selected.
    Value,
}

impl Noun {
    /// The word for `amount` of them.
    pub(super) fn word(self, amount: usize) -> &'static str {
        match (self, amount) {
            (Self::Row, 1) => "row",
            (Self::Row, _) => "rows",
            (Self::Line, 1) => "line",
            (Self::Line, _) => "lines",
            (Self::Value, 1) => "value",
            (Self::Value, _) => "values",
        }
    }

    /// The field of the tool that selects them by number.
    pub(super) fn field(self) -> &'static str {
        if self == Self::Line { "lines" } else { "rows" }
    }
}

/// What an answer is about before it is narrowed: rows, lines or values.
#[derive(Debug)]
pub(super) enum Units<'u> {
    /// Lines of a text, each with its line break.
    Lines(Cow<'u, str>),
    /// Parts of a source.
    Slices(&'u Source<'u>, Vec<Slice>, Noun),
}

impl Units<'_> {
    /// What they are.
    pub(super) fn noun(&self) -> Noun {
        match self {
            Self::Lines(_) => Noun::Line,
            Self::Slices(_, _, noun) => *noun,
        }
    }

    /// How many there are.
    pub(super) fn total(&self) -> usize {
        match self {
            Self::Lines(text) => line_count(text),
            Self::Slices(_, slices, _) => slices.len(),
        }
    }

    /// Each with its number.
    pub(super) fn each(&self) -> Box<dyn Iterator<Item = (usize, &str)> + '_> {
        match self {
            Self::Lines(text) => Box::new((1..).zip(text.split_inclusive('\n'))),
            Self::Slices(source, slices, _) => {
                Box::new((1..).zip(slices.iter().map(|&slice| source.text(slice))))
            }
        }
    }

    /// Those in `ranges`, which ascend; where they are `numbered`, each after its number.
    pub(super) fn within<'s>(
        &'s self,
        ranges: &'s [Range],
        numbered: bool,
    ) -> impl Iterator<Item = Unit<'s>> {
        let mut ranges = ranges.iter().peekable();
        let mut each = self.each();
        std::iter::from_fn(move || {
            loop {
                let range = ranges.peek()?;
                let (number, text) = each.next()?;
                let character = if range.first == number { range.character } else { 1 };
                let chosen = range.first <= number;
                if range.last == number {
                    ranges.next();
                }
                if chosen {
                    let lead = if numbered { Cow::Owned(format!("{number}: ")) } else { Cow::Borrowed("") };
                    return Some(Unit { number, character, lead, text });
                }
            }
        })
    }
}

/// Lines of a text; a line break at its end begins no further one.
pub(super) fn line_count(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
        + usize::from(!text.is_empty() && !text.ends_with('\n'))
}

/// The value whose units are meant when nobody names a path: the largest array; else the first value that is no
/// mere wrapper around another, be it an object or a string that holds a text.
pub(super) fn default_place(source: &mut Source<'_>) -> Place {
    if let Some(array) = source.largest_array() {
        return array;
    }
    let mut place = source.look_through(source.root());
    while let Some(inner) = wrapped(source, place) {
        place = source.look_through(inner);
    }
    place
}

/// The value whose units are meant when `place` is named: an object with a single entry stands for what is in it.
pub(super) fn rows_inside(source: &mut Source<'_>, place: Place) -> Place {
    let mut place = source.look_through(place);
    loop {
        let tape = source.tape(place.document);
        let mut values = tape.children(place.node).map(|child| child.value);
        match (values.next(), values.next()) {
            (Some(value), None) if tape.kind(place.node) == Kind::Object && tape.is_container(value) => {
                place.node = value;
            }
            _ => return place,
        }
    }
}

/// The entry of `place` that has nearly all of its bytes, where it has entries or lines of its own.
fn wrapped(source: &Source<'_>, place: Place) -> Option<Place> {
    let tape = source.tape(place.document);
    let bytes = |node: usize| tape.slice(node).len();
    let values = || tape.children(place.node).map(|child| child.value);
    let largest = values().max_by_key(|&value| bytes(value))?;
    let nearly_all = bytes(place.node) - bytes(largest) <= bytes(place.node) / WRAPPER_SHARE;
    let inside = tape.is_container(largest) || has_lines(source, Place { node: largest, ..place });
    (inside && (nearly_all || values().nth(1).is_none())).then_some(Place { node: largest, ..place })
}

/// Whether a value is a string of more than one line.
pub(super) fn has_lines(source: &Source<'_>, place: Place) -> bool {
    source.kind(place) == Kind::String && line_count(&source.string(place)) > 1
}

/// The units at a place: its entries, or the lines of the text that a string holds, or the value itself.
pub(super) fn units_at<'u>(source: &'u Source<'u>, place: Place) -> Units<'u> {
    if source.is_container(place) {
        return Units::Slices(source, source.rows(place), Noun::Row);
    }
    if has_lines(source, place) {
        return Units::Lines(source.string(place));
    }
    Units::Slices(source, vec![source.slice(place)], Noun::Value)
}
