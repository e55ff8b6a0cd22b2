//! Long pieces that several strings share: the same line, the same encoded word.
//!
//! Owns the search. A piece is a whole line's value or a whole long word, so that it still stands in one
//! place as someone would quote it.

use super::document::{Document, Id, Kind};
use super::estimate::of_text;
use super::lines::label;
use crate::hash::FixedMap;

/// Shortest string that is searched, in bytes.
const MIN_STRING: usize = 160;
/// Shortest line worth a name.
const MIN_LINE: usize = 40;
/// Shortest word worth a name.
const MIN_WORD: usize = 80;

/// A piece of a string: its bytes, and its number.
pub type Span = (usize, usize, usize);

/// The pieces of a document.
#[derive(Debug, Default)]
pub struct Pieces {
    /// Their texts, by number.
    pub texts: Vec<String>,
    /// For each string that holds some, where they stand.
    pub spans: FixedMap<Id, Vec<Span>>,
}

/// Finds pieces in the strings that are written (`counts`).
#[must_use]
pub fn find(document: &Document<'_>, counts: &[u32]) -> Pieces {
    let strings: Vec<Id> = (0..counts.len() as Id)
        .filter(|&id| counts[id as usize] > 0 && document.kind(id) == Kind::String)
        .filter(|&id| document.text(id).len() >= MIN_STRING)
        .collect();
    let mut pieces = Pieces::default();
    if strings.len() < 2 {
        return pieces;
    }
    // A piece counts once a string, lest a string that repeats itself names what nobody shares.
    let mut uses: FixedMap<&str, (usize, Id)> = FixedMap::default();
    for &id in &strings {
        for (start, end) in candidates(document.text(id)) {
            let entry = uses.entry(&document.text(id)[start..end]).or_insert((0, Id::MAX));
            if entry.1 != id {
                *entry = (entry.0 + 1, id);
            }
        }
    }
    let mut worth: FixedMap<&str, Option<usize>> = FixedMap::default();
    for (&text, &(count, _)) in &uses {
        if count > 1 && of_text(text) as usize * (count - 1) > 6 * count + 6 {
            worth.insert(text, None);
        }
    }
    if worth.is_empty() {
        return pieces;
    }
    for &id in &strings {
        let text = document.text(id);
        let mut spans: Vec<Span> = Vec::new();
        for (start, end) in candidates(text) {
            // Words come after the line they stand in.
            if spans.last().is_some_and(|last| last.1 > start) {
                continue;
            }
            if let Some(number) = worth.get_mut(&text[start..end]) {
                let number = *number.get_or_insert_with(|| {
                    pieces.texts.push(text[start..end].to_owned());
                    pieces.texts.len() - 1
                });
                spans.push((start, end, number));
            }
        }
        if !spans.is_empty() {
            pieces.spans.insert(id, spans);
        }
    }
    pieces
}

/// Each line's value, followed by its long words.
fn candidates(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    for line in text.split('\n') {
        let end = from + line.strip_suffix('\r').unwrap_or(line).len();
        let value = from + label(&text[from..end]);
        if end - value >= MIN_LINE && end - value < text.len() {
            found.push((value, end));
        }
        let mut start = from;
        while start < end {
            let stop = text[start..end].find([' ', '\t', '"']).map_or(end, |at| start + at);
            if stop - start >= MIN_WORD && (start, stop) != (value, end) {
                found.push((start, stop));
            }
            start = stop + 1;
        }
        from += line.len() + 1;
    }
    found
}
