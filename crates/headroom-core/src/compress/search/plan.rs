//! How the rows of an output are gathered: sections by file, equal lines, what stands before all of them.
//!
//! Owns the decisions that make the output shorter. It spells nothing.

use super::rows::{Layout, Output, Row, is_heading};
use crate::hash::FixedMap;
use std::ops::Range;

/// Lines that have to get shorter by a common indentation before it is stated once.
const LEAST_INDENTED: usize = 6;

/// Files besides the first from which on their common directory is stated once.
const LEAST_FILES: usize = 4;

/// Neighbouring hits of one file.
#[derive(Debug)]
pub struct Section<'a> {
    /// The file.
    pub path: &'a str,
    /// The rows from the first hit to the last one.
    pub rows: Range<usize>,
    /// Bytes of white space before every line.
    pub indent: usize,
}

/// How the rows of an output are gathered.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The sections, in order.
    pub sections: Vec<Section<'a>>,
    /// The directory below which all files are, with its last slash; empty where it is not worth a word.
    pub root: &'a str,
    /// For each row, the next row of its section with the same line; 0 for none.
    pub next: Vec<usize>,
    /// Whether a row is written together with an earlier one.
    pub follows: Vec<bool>,
}

impl<'a> Plan<'a> {
    /// Gathers the rows of an output.
    #[must_use]
    pub fn new(output: &Output<'a>) -> Self {
        let rows = &output.rows;
        let mut sections: Vec<Section<'a>> = Vec::new();
        for (at, hit) in rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.hit()?))) {
            match sections.last_mut() {
                Some(last) if last.path == hit.path => last.rows.end = at + 1,
                _ => sections.push(Section { path: hit.path, rows: at..at + 1, indent: 0 }),
            }
        }
        let mut plan = Self {
            root: root(&sections),
            sections,
            next: vec![0; rows.len()],
            follows: vec![false; rows.len()],
        };
        let context = output.has_context();
        for section in &mut plan.sections {
            section.indent = indent(&rows[section.rows.clone()]);
        }
        // Lines of context are read as a whole; where hits stand alone, equal ones are one.
        if !context && output.layout != Layout::Unnumbered {
            for section in 0..plan.sections.len() {
                plan.gather(rows, section);
            }
        }
        plan
    }

    fn gather(&mut self, rows: &[Row<'a>], section: usize) {
        let range = self.sections[section].rows.clone();
        let mut before = (0, 0);
        for row in &rows[range.clone()] {
            match row.hit() {
                Some(hit) if (hit.line, hit.column) > before => before = (hit.line, hit.column),
                _ => return,
            }
        }
        let mut latest: FixedMap<&str, usize> = FixedMap::default();
        for at in range {
            let Some(hit) = rows[at].hit() else { continue };
            if let Some(earlier) = latest.insert(hit.text, at) {
                self.next[earlier] = at;
                self.follows[at] = true;
            }
        }
    }

    /// The rows that are written as one with `row`, from it on.
    pub fn equal(&self, row: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(row), |&at| Some(self.next[at]).filter(|&next| next > 0))
    }
}

/// The directory below which all files are. Only of absolute paths: a relative one is what the reader will write in the
/// next call, so that it stands whole.
fn root<'a>(sections: &[Section<'a>]) -> &'a str {
    let Some((first, others)) = sections.split_first() else { return "" };
    let bytes = first.path.as_bytes();
    let absolute = matches!(bytes, [b'/', ..] | [b'\\', b'\\', ..] | [_, b':', b'/' | b'\\', ..]);
    if !absolute || others.len() < LEAST_FILES {
        return "";
    }
    let common = others.iter().fold(bytes.len(), |common, other| {
        let pairs = bytes[..common].iter().zip(other.path.as_bytes());
        pairs.take_while(|(a, b)| a == b).count()
    });
    let Some(slash) = memchr::memrchr2(b'/', b'\\', &bytes[..common]) else { return "" };
    let root = &first.path[..=slash];
    let stands = |section: &Section<'a>| is_heading(&section.path[root.len()..]);
    if root.len() > 3 && sections.iter().all(stands) { root } else { "" }
}

/// Bytes of white space that all lines begin with, where it pays to say so once.
fn indent(rows: &[Row<'_>]) -> usize {
    let mut least: Option<(u8, usize, usize)> = None;
    for hit in rows.iter().filter_map(Row::hit).filter(|hit| !hit.text.is_empty()) {
        let bytes = hit.text.as_bytes();
        let sign = bytes[0];
        let length = bytes.iter().take_while(|&&byte| byte == sign).count();
        if !matches!(sign, b' ' | b'\t') || length == bytes.len() {
            return 0;
        }
        least = match least {
            None => Some((sign, length, 1)),
            Some((before, _, _)) if before != sign => return 0,
            Some((_, shortest, count)) if length == shortest => Some((sign, shortest, count + 1)),
            Some((_, shortest, _)) if length < shortest => Some((sign, length, 1)),
            kept => kept,
        };
    }
    least.filter(|&(_, _, count)| count >= LEAST_INDENTED).map_or(0, |(_, length, _)| length)
}
