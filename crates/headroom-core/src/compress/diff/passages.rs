//! What a patch is made of: its hunks, each with the file it changes, and what stands between files.
//!
//! Owns where one part ends and the next begins. It judges nothing.

use super::parse::{Part, Patch};
use crate::compress::passage::{Noun, Passage, Passages};
use std::ops::Range;

/// The hunks of a patch, in order. A file's header stands with its first hunk.
pub(super) fn passages(patch: &Patch<'_>, text: &str) -> Passages {
    let mut list = Vec::new();
    let mut push = |lines: Range<usize>, title: Option<&str>| {
        let (start, end) = (patch.lines.start(lines.start), patch.lines.start(lines.end));
        if start < end {
            list.push(Passage { start: start as u32, end: end as u32, title: title.map(Into::into) });
        }
    };
    for part in &patch.parts {
        match part {
            Part::Plain(lines) => push(lines.clone(), None),
            Part::File(file) => {
                let lines = file.lines();
                let mut from = lines.start;
                for hunk in &patch.hunks[file.hunks.clone()] {
                    push(from..hunk.end, Some(file.name));
                    from = hunk.end;
                }
                push(from..lines.end, Some(file.name));
            }
        }
    }
    Passages::new(Noun::Hunk, list).cut(text)
}
