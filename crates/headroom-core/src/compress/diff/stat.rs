//! Statistics before a patch, as `git show --stat -p` and mails of `git format-patch` have them.
//!
//! Owns recognising those that say nothing that the patch below does not say.

use super::parse::{Part, Patch};
use std::ops::Range;

/// The lines of a plain part, a line for each file of the patch that follows, that the patch makes redundant.
pub(super) fn redundant(patch: &Patch<'_>, part: usize, lines: Range<usize>) -> Range<usize> {
    let none = lines.end..lines.end;
    let Some(summary) = lines.clone().rev().find(|&line| is_summary(patch.lines.content(line))) else {
        return none;
    };
    let mut first = summary;
    while first > lines.start && is_stat(patch.lines.content(first - 1)) {
        first -= 1;
    }
    let files = patch.parts[part + 1..].iter().take_while(|part| matches!(part, Part::File(_))).count();
    if files < 2 || summary - first != files { none } else { first..summary }
}

/// `3 files changed, 10 insertions(+), 2 deletions(-)`.
fn is_summary(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(' ') else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0
        && (rest[digits..].starts_with(" files changed") || rest[digits..].starts_with(" file changed"))
}

/// `src/main.rs | 12 +++---`.
fn is_stat(line: &str) -> bool {
    let Some((name, change)) = line.strip_prefix(' ').and_then(|line| line.rsplit_once(" | ")) else {
        return false;
    };
    let change = change.trim_start();
    let digits = change.bytes().take_while(u8::is_ascii_digit).count();
    !name.trim().is_empty() && digits > 0 && change[digits..].bytes().all(|byte| b" +-".contains(&byte))
}
