//! Texts of many lines that differ in a few values: one template, the values as columns.
//!
//! Owns the split of such a column. Event logs render the fields of a row once more as a message; the values
//! of its lines then turn out to be other columns of the row.

use super::document::{Id, Kind};
use super::infer::Inference;
use super::table::{ABSENT, Part, Source};
use crate::hash::{FixedHasher, FixedMap};
use std::hash::Hasher;

/// Shortest average text, in bytes, that is worth a template.
const MIN_BYTES: usize = 48;
/// Cells that a hole may have for each text that fits: the others stand empty.
const MAX_CELLS_PER_TEXT: usize = 8;
/// Lines of a text that are looked at.
const MAX_LINES: usize = 200;

/// A column split into a template and the values of its holes.
pub struct Split {
    /// The template; holes count from 0.
    pub parts: Vec<Part>,
    /// For each hole a value a row, [`ABSENT`] where the text does not fit.
    pub holes: Vec<Vec<Id>>,
    /// Rows whose text does not fit the template.
    pub raw: Vec<bool>,
}

/// Bytes of a line that come before its value: `Name: `, `name=`.
#[must_use]
pub fn label(line: &str) -> usize {
    let Some(sign) = line.bytes().take(64).position(|byte| matches!(byte, b':' | b'=')) else { return 0 };
    let rest = &line[sign + 1..];
    let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    // "C:\x" and "https://" are values, "Name: x" and "name=x" have labels.
    if gap == 0 && line.as_bytes()[sign] == b':' && !rest.is_empty() && rest != "\r" {
        return 0;
    }
    sign + 1 + gap
}

fn lines(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    text.split('\n').map(|line| {
        let (line, end) = match line.strip_suffix('\r') {
            Some(line) => (line, "\r"),
            None => (line, ""),
        };
        let (label, value) = line.split_at(label(line));
        (label, value, end)
    })
}

fn signature(text: &str) -> u64 {
    let mut hasher = FixedHasher::default();
    let mut count = 0;
    for (label, _, end) in lines(text) {
        hasher.write(label.as_bytes());
        hasher.write_u8(end.len() as u8);
        count += 1;
        if count > MAX_LINES {
            return 0;
        }
    }
    if count < 2 { 0 } else { hasher.finish() | 1 }
}

/// Splits a column of texts; `None` where most have no common shape.
pub fn split(inference: &mut Inference<'_, '_>, cells: &[Id]) -> Option<Split> {
    let document = &*inference.document;
    let is_text = |id: Id| id < ABSENT && document.kind(id) == Kind::String;
    let texts = cells.iter().filter(|&&id| is_text(id)).count();
    let bytes: usize = cells.iter().filter(|&&id| is_text(id)).map(|&id| document.text(id).len()).sum();
    if texts < 2 || bytes < texts * MIN_BYTES {
        return None;
    }
    let mut signatures: FixedMap<u64, usize> = FixedMap::default();
    let mut of_value: FixedMap<Id, u64> = FixedMap::default();
    let mut best = (0, 0);
    for &id in cells.iter().filter(|&&id| is_text(id)) {
        let signature = *of_value.entry(id).or_insert_with(|| signature(document.text(id)));
        if signature == 0 {
            continue;
        }
        let count = signatures.entry(signature).or_default();
        *count += 1;
        if *count > best.1 {
            best = (signature, *count);
        }
    }
    if best.1 < 2 || best.1 * 2 < texts || cells.len() > best.1 * MAX_CELLS_PER_TEXT {
        return None;
    }
    let fits: Vec<bool> = cells.iter().map(|id| is_text(*id) && of_value[id] == best.0).collect();
    let first = cells[fits.iter().position(|&fits| fits)?];
    let shape: Vec<(String, String, String)> = lines(document.text(first))
        .map(|(label, value, end)| (label.to_owned(), value.to_owned(), end.to_owned()))
        .collect();
    let mut same = vec![true; shape.len()];
    for (&id, _) in cells.iter().zip(&fits).filter(|(_, fits)| **fits) {
        for (at, (_, value, _)) in lines(document.text(id)).enumerate() {
            same[at] &= value == shape[at].1;
        }
    }
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut varied = Vec::new();
    for (at, (label, value, end)) in shape.iter().enumerate() {
        if at > 0 {
            literal.push('\n');
        }
        literal.push_str(label);
        if same[at] {
            literal.push_str(value);
        } else {
            parts.push(Part::Text(std::mem::take(&mut literal)));
            parts.push(Part::Source(Source::Column(varied.len())));
            varied.push(at);
        }
        literal.push_str(end);
    }
    parts.push(Part::Text(literal));
    parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    if varied.is_empty() {
        return None;
    }
    let mut holes: Vec<Vec<Id>> = vec![Vec::with_capacity(cells.len()); varied.len()];
    let mut known: FixedMap<Id, Vec<Id>> = FixedMap::default();
    for (row, &id) in cells.iter().enumerate() {
        if !fits[row] {
            for hole in &mut holes {
                hole.push(ABSENT);
            }
            continue;
        }
        let values = known.entry(id).or_insert_with(|| {
            let values: Vec<String> =
                lines(inference.document.text(id)).map(|(_, value, _)| value.to_owned()).collect();
            varied.iter().map(|&at| inference.document.intern_string(&values[at])).collect()
        });
        for (hole, &value) in holes.iter_mut().zip(values.iter()) {
            hole.push(value);
        }
    }
    let raw = cells.iter().zip(&fits).map(|(&id, &fits)| id < ABSENT && !fits).collect();
    Some(Split { parts, holes, raw })
}
