//! Which changes stay where a patch is far too long to be read whole.
//!
//! Owns the order in which groups are worth their tokens: those that hold words of what is asked first, then one of
//! every file, short ones before long ones.

use super::parse::Patch;
use super::plan::{Plan, Reason, groups_of};
use crate::compress::Query;
use crate::compress::words::Words;
use std::cmp::Reverse;

/// Bytes that a hunk header and the context around a group take.
const GROUP_FRAME: usize = 90;
/// Bytes that a file takes even where none of its groups stay: its note.
const FILE_FRAME: usize = 110;

/// Bytes of a group, with its frame, that are hardly more than a note takes.
const SHORT: usize = 200;

/// What is read first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Leaving it out would save next to nothing.
    Short,
    Source,
    Secondary,
}

/// Leaves groups out of a plan until it takes about so many bytes; `None` where nothing has to be left out.
pub(super) fn shorten(patch: &Patch<'_>, plan: &Plan, query: &Query, bytes: usize) -> Option<Plan> {
    let words = Words::new(query);
    let mut ranked = Vec::new();
    let mut left = bytes;
    for file in patch.files() {
        left = left.saturating_sub(FILE_FRAME);
        let in_name = words.found(file.name);
        let class = if is_secondary(file.name) { Class::Secondary } else { Class::Source };
        let mut of_file: Vec<_> = groups_of(patch, file)
            .filter(|&group| plan.fates[group].is_none())
            .map(|group| {
                let text = patch.lines.text(patch.groups[group].lines.clone());
                let found = (in_name | words.found(text)).count_ones();
                (Reverse(found), text.len() + GROUP_FRAME, group)
            })
            .collect();
        of_file.sort_unstable();
        for (place, (found, cost, group)) in of_file.into_iter().enumerate() {
            // The first of each file before the second of any, unless more words are found.
            let class = if cost <= SHORT { Class::Short } else { class };
            ranked.push((found, class, place.min(3), cost, group));
        }
    }
    ranked.sort_unstable();
    let mut shortened = plan.clone();
    let mut any = false;
    for (_, _, _, cost, group) in ranked {
        if cost <= left {
            left -= cost;
        } else {
            shortened.fates[group] = Some(Reason::Rank);
            any = true;
        }
    }
    any.then_some(shortened)
}

/// Whether a file is read after the others: tests, documentation, data.
fn is_secondary(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["test", "spec", "fixture", "docs/", "examples/", "changelog", ".md", ".json", ".svg", ".csv", ".txt"]
        .iter()
        .any(|part| name.contains(part))
}
