//! What the output of a search is made of: the hits of each file.
//!
//! Owns where one group ends and the next begins. It ranks nothing.

use super::rows::{Output, Row};
use crate::compress::passage::{Noun, Passage, Passages, cut};

/// Bytes of a group that is one; a long one is several, so that an answer can spread over files.
const MOST_BYTES: usize = 1_200;

/// The groups of hits, in order, each with the name of its file.
pub(super) fn passages(text: &str) -> Option<Passages> {
    let output = Output::read(text)?;
    let mut list: Vec<Passage> = Vec::new();
    let mut path = None;
    // Whether what follows begins a group of its own: lines of context that do not follow those before.
    let mut parted = true;
    let mut start = 0;
    for (row, line) in output.rows.iter().zip(text.split_inclusive('\n')) {
        let end = start + line.len();
        match row {
            Row::Hit(hit) => {
                let same = path == Some(hit.path) && !parted;
                if let Some(before) = list.last_mut().filter(|_| same) {
                    before.end = end as u32;
                } else {
                    let title = (!hit.path.is_empty()).then(|| hit.path.into());
                    list.push(Passage { start: start as u32, end: end as u32, title });
                }
                (path, parted) = (Some(hit.path), false);
            }
            Row::Separator => parted = true,
            Row::Heading => {}
            Row::Other(other) if other.trim().is_empty() => {}
            Row::Other(_) => {
                list.push(Passage { start: start as u32, end: end as u32, title: None });
                parted = true;
            }
        }
        start = end;
    }
    let list = cut(text, list, MOST_BYTES);
    (!list.is_empty()).then(|| Passages::new(Noun::FileHits, list))
}
