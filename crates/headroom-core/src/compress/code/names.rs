//! Names from what is left out, by which a reader knows whether to ask for it.
//!
//! Owns their choice. It does not know how a gap is marked.

use super::ask;
use super::plan::Gap;
use crate::hash::{FixedMap, FixedSet};
use std::cmp::Reverse;

/// Names that are given for a gap.
const MOST: usize = 6;
/// Bytes of a name that tells something.
const TELLING: std::ops::RangeInclusive<usize> = 6..=60;

/// The names that were given.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    /// What stands in the outline, or was given for an earlier gap.
    seen: FixedSet<&'a str>,
}

impl<'a> Names<'a> {
    /// Those that stand in the lines which stay.
    pub(super) fn kept(code: &[&'a str], gaps: &[Gap]) -> Self {
        let mut names = Self::default();
        let mut next = 0;
        for (from, end) in gaps.iter().map(|gap| (gap.from, gap.end)).chain([(code.len(), code.len())]) {
            for line in &code[next..from] {
                names
                    .seen
                    .extend(words(line).flat_map(|word| [Some(word), word.rsplit('.').next()]).flatten());
            }
            next = end;
        }
        names
    }

    /// The names of more than one part that stand most often in these lines and nowhere before.
    pub(super) fn of(&mut self, code: &[&'a str]) -> Vec<&'a str> {
        let mut counts: FixedMap<&str, (usize, usize)> = FixedMap::default();
        for (at, line) in code.iter().enumerate() {
            for name in words(line) {
                let is_telling =
                    TELLING.contains(&name.len()) && (name.contains('.') || ask::is_compound(name));
                if is_telling && !self.seen.contains(name) {
                    counts.entry(name).or_insert((0, at)).0 += 1;
                }
            }
        }
        let mut names: Vec<_> = counts.into_iter().collect();
        names.sort_unstable_by_key(|&(name, (count, at))| (Reverse(count), at, name));
        let names: Vec<&str> = names.into_iter().take(MOST).map(|(name, _)| name).collect();
        self.seen.extend(&names);
        names
    }
}

/// The identifiers in a line, with their owners but for the object itself: `a.b.c`, `b` of `this.b`.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character: char| !(character.is_alphanumeric() || matches!(character, '_' | '.'))).filter_map(
        |word| {
            let word = word.trim_matches('.');
            let word = word.strip_prefix("this.").or_else(|| word.strip_prefix("self.")).unwrap_or(word);
            word.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_').then_some(word)
        },
    )
}
