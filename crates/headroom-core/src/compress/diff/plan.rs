//! What becomes of each group of a patch.
//!
//! Owns the decision which groups are left out, and why. It does not know how that is written.

use super::files::{self, Sort};
use super::moved::{self, Target};
use super::parse::{File, Patch};
use super::whitespace;
use crate::compress::Query;
use std::ops::Range;

/// Bytes of a file that nobody reads below which leaving them out does not pay.
const LEAST_FOLDED: usize = 240;
/// The same for files that some do read.
const LEAST_FOLDED_IF_READ: usize = 1_600;
/// Bytes of a snapshot's first groups that are shown as an example.
const SNAPSHOT_SHOWN: usize = 1_200;
/// Bytes that are shown of such a file where it is named in what is asked: the title of a commit may name it, too.
const NAMED_SHOWN: usize = 16_000;
/// Bytes that are shown of such files where the patch has no others.
const ALONE_SHOWN: usize = 6_000;
/// Bytes of whitespace-only groups of a file below which leaving them out does not pay.
const LEAST_WHITESPACE: usize = 160;
/// Bytes of what is asked that are read.
const MAX_QUERY: usize = 16_384;

/// Why a group is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Nobody reads the file.
    File(Sort),
    /// Its lines are too long to be read.
    LongLines,
    /// Only white space changes.
    Whitespace,
    /// Its lines are added elsewhere.
    Moved(Target),
    /// There are groups that answer better what is asked.
    Rank,
}

/// For every group why it is left out, if it is.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) fates: Vec<Option<Reason>>,
}

impl Plan {
    /// Keeps what somebody reads.
    pub(super) fn new(patch: &Patch<'_>, query: &Query) -> Self {
        let mut plan = Self { fates: vec![None; patch.groups.len()] };
        let named = Named::new(query);
        let mut ordinary = false;
        for file in patch.files() {
            let sort = files::sort(patch, file);
            ordinary |= sort.is_none();
            let shown = match sort {
                Some(_) if named.is(file.name) => NAMED_SHOWN,
                Some(Sort::Snapshot) => SNAPSHOT_SHOWN,
                _ => 0,
            };
            plan.fold_file(patch, file, sort, shown);
        }
        if !ordinary {
            plan.show_some(patch);
        }
        plan.fold_moved(patch);
        plan
    }

    /// `shown` bytes of a file's first groups stay where nobody reads it.
    fn fold_file(&mut self, patch: &Patch<'_>, file: &File<'_>, sort: Option<Sort>, mut shown: usize) {
        let groups = groups_of(patch, file);
        let bytes = |group: usize| patch.lines.bytes(patch.groups[group].lines.clone());
        if let Some(sort) = sort {
            let least = if sort == Sort::Lock { LEAST_FOLDED } else { LEAST_FOLDED_IF_READ };
            let total: usize = groups.clone().map(bytes).sum();
            if total >= least {
                for group in groups {
                    if shown < bytes(group) {
                        shown = 0;
                        self.fates[group] = Some(Reason::File(sort));
                    } else {
                        shown -= bytes(group);
                    }
                }
                return;
            }
        }
        if is_combined(patch, file) {
            return;
        }
        let free = whitespace::is_free_of_indentation(file.name);
        let mut space = Vec::new();
        let mut space_bytes = 0;
        for group in groups {
            if files::is_long_lines(&patch.lines, &patch.groups[group]) {
                self.fates[group] = Some(Reason::LongLines);
            } else if whitespace::is_all(&patch.lines, &patch.groups[group], free) {
                space_bytes += bytes(group);
                space.push(group);
            }
        }
        if space_bytes >= LEAST_WHITESPACE {
            for group in space {
                self.fates[group] = Some(Reason::Whitespace);
            }
        }
    }

    /// Where nobody would read anything, the first changes are better than none.
    fn show_some(&mut self, patch: &Patch<'_>) {
        let mut shown = ALONE_SHOWN;
        for (fate, group) in self.fates.iter_mut().zip(&patch.groups) {
            let bytes = patch.lines.bytes(group.lines.clone());
            if bytes > shown {
                break;
            }
            shown -= bytes;
            *fate = None;
        }
    }

    fn fold_moved(&mut self, patch: &Patch<'_>) {
        let mut combined = vec![false; patch.groups.len()];
        for file in patch.files().filter(|file| is_combined(patch, file)) {
            combined[groups_of(patch, file)].fill(true);
        }
        let found = moved::moved(patch, |group| self.fates[group].is_none() && !combined[group]);
        for (group, target) in found {
            self.fates[group] = Some(Reason::Moved(target));
        }
    }
}

/// The groups of a file.
pub(super) fn groups_of(patch: &Patch<'_>, file: &File<'_>) -> Range<usize> {
    let hunks = &patch.hunks[file.hunks.clone()];
    match (hunks.first(), hunks.last()) {
        (Some(first), Some(last)) => first.groups.start..last.groups.end,
        _ => 0..0,
    }
}

/// Whether a file's hunks have several parents.
pub(super) fn is_combined(patch: &Patch<'_>, file: &File<'_>) -> bool {
    patch.hunks[file.hunks.clone()]
        .first()
        .is_some_and(|hunk| patch.lines.get(hunk.header).starts_with("@@@"))
}

/// The files that are named in what is asked: a lock file that somebody asks for is shown.
struct Named(String);

impl Named {
    fn new(query: &Query) -> Self {
        let cut = |text: &str| text[..text.floor_char_boundary(MAX_QUERY)].to_ascii_lowercase();
        Self(format!("{}\n{}", cut(&query.question), cut(&query.arguments)))
    }

    fn is(&self, name: &str) -> bool {
        let base = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        base.len() > 4
            && base.contains('.')
            && memchr::memmem::find(self.0.as_bytes(), base.as_bytes()).is_some()
    }
}
