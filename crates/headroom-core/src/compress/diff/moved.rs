//! Moved blocks: lines that are removed in one place and added, unchanged, in another.
//!
//! Owns finding them. Only a group that removes lines and adds none can be one, so that leaving it out leaves no hole
//! in a hunk; the added lines always stay.

use super::parse::{File, Patch};
use crate::hash::FixedMap;
use std::ops::Range;

/// Lines from which on a block is worth a reference.
const LEAST_LINES: usize = 5;
/// Bytes from which on it is.
const LEAST_BYTES: usize = 200;
/// Lines by which a block is looked up.
const WINDOW: usize = 3;
/// Places that are compared for a block.
const MAX_PLACES: usize = 4;

/// Where a block went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The group that adds it.
    pub(super) group: usize,
    /// The first of its lines in the patch.
    pub(super) line: usize,
}

/// For every group that was moved as a whole, where to. `readable` says which groups may be referred to.
pub(super) fn moved(patch: &Patch<'_>, readable: impl Fn(usize) -> bool) -> Vec<(usize, Target)> {
    let content = |line: usize| patch.lines.content(line).get(1..).unwrap_or_default();
    let blocks: Vec<(usize, Range<usize>)> = (0..patch.groups.len())
        .filter(|&group| patch.groups[group].added == 0 && readable(group))
        .filter_map(|group| {
            let mut lines = patch.groups[group].lines.clone();
            while !lines.is_empty() && is_blank(content(lines.start)) {
                lines.start += 1;
            }
            while !lines.is_empty() && is_blank(content(lines.end - 1)) {
                lines.end -= 1;
            }
            let worth = lines.len() >= LEAST_LINES && patch.lines.bytes(lines.clone()) >= LEAST_BYTES;
            worth.then_some((group, lines))
        })
        .collect();
    if blocks.is_empty() {
        return Vec::new();
    }
    let mut wanted: FixedMap<[&str; WINDOW], [Option<Target>; MAX_PLACES]> = FixedMap::default();
    let window = |line: usize| [content(line), content(line + 1), content(line + 2)];
    for (_, lines) in &blocks {
        wanted.insert(window(lines.start), [None; MAX_PLACES]);
    }
    for (group, added) in patch.groups.iter().enumerate().filter(|&(group, _)| readable(group)) {
        for line in added.lines.clone().take((added.lines.len() + 1).saturating_sub(WINDOW)) {
            if !patch.lines.get(line).starts_with('+') {
                continue;
            }
            if let Some(places) = wanted.get_mut(&window(line))
                && let Some(place) = places.iter_mut().find(|place| place.is_none())
            {
                *place = Some(Target { group, line });
            }
        }
    }
    blocks
        .into_iter()
        .filter_map(|(group, lines)| {
            let places = wanted.get(&window(lines.start))?;
            let same = |target: &&Target| {
                let end = target.line + lines.len();
                end <= patch.groups[target.group].lines.end
                    && (target.line..end).zip(lines.clone()).all(|(added, removed)| {
                        patch.lines.get(added).starts_with('+') && content(added) == content(removed)
                    })
            };
            places.iter().flatten().find(same).map(|&target| (group, target))
        })
        .collect()
}

fn is_blank(line: &str) -> bool {
    line.trim_ascii().is_empty()
}

/// The file in which a line stands.
pub(super) fn file_of<'p, 'a>(files: &[&'p File<'a>], line: usize) -> Option<&'p File<'a>> {
    files.get(files.partition_point(|file| file.lines().end <= line)).copied()
}
