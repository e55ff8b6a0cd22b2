//! Markers: the one line at the end of a block that says what was left out and how to get it.
//!
//! Owns the wording, the sealing of a finished block and the recognition of one. It does not know how an
//! omission came about or where the original goes.
//!
//! ```text
//! [headroom: 812 of 1000 rows left out, rows 9-820; headroom_retrieve("hr_k3f9m2q7x4tb0c5d")]
//! ```
//!
//! Recognition looks at the last line only: a finished block ends with its marker, byte for byte. So it costs
//! one search for the last line and at most one hash of the text, however many handles, forged or quoted, the
//! text holds; a block to which anything was appended, even one newline, is no longer the block that was
//! finished.

use super::handle::{BLANK_PROOF, IDENTITY_LENGTH, Key, LENGTH, PREFIX, PROOF_LENGTH, identity, is_handle};
use crate::compress::{Omission, Unit};
use std::fmt::Write as _;

const OPENING: &str = "[headroom: ";
const CALL: &str = "; headroom_retrieve(\"";
const CLOSING: &str = "\")]";
/// Ranges a marker lists: the gap marks inside the block tell the rest.
const MAX_RANGES: usize = 8;
/// Omissions a marker lists by name.
const MAX_OMISSIONS: usize = 6;
/// Characters of a path beyond which it is not worth its tokens.
const MAX_PATH: usize = 120;

/// Finishes a block: appends the marker for `omissions` to `text` and returns the finished text with the
/// handle of `original` that stands in it.
///
/// ```
/// use headroom_core::ccr::{Key, seal, verified_handles};
/// use headroom_core::compress::{Omission, Unit};
///
/// let left_out = Omission { unit: Unit::Rows, count: 812, total: 1000, ranges: vec![(9, 820)], path: None };
/// let key = Key::new(None);
/// let (finished, handle) = seal("the rows that stay", "the original", &[left_out], &key);
/// assert!(finished.ends_with(&format!("[headroom: 812 of 1000 rows left out, rows 9-820; headroom_retrieve(\"{handle}\")]")));
/// assert_eq!(verified_handles(&finished, &key), [handle]);
/// ```
#[must_use]
pub fn seal(text: &str, original: &str, omissions: &[Omission], key: &Key) -> (String, String) {
    let summary = summary(omissions);
    let mut finished = String::with_capacity(text.len() + summary.len() + 64);
    finished.push_str(text);
    if !text.is_empty() && !text.ends_with('\n') {
        finished.push('\n');
    }
    finished.push_str(OPENING);
    finished.push_str(&summary);
    finished.push_str(CALL);
    finished.push_str(PREFIX);
    finished.push_str(&identity(original, key));
    let handle_at = finished.len() - PREFIX.len() - IDENTITY_LENGTH;
    let proof = key.proof([&finished, BLANK_PROOF, CLOSING]);
    finished.push_str(&proof);
    let handle = finished[handle_at..].to_owned();
    finished.push_str(CLOSING);
    (finished, handle)
}

/// The handles in `text` that this key made for exactly this text: one where it is a finished block, none
/// where it is not, was changed by a single byte, or quotes a marker from elsewhere.
#[must_use]
pub fn verified_handles(text: &str, key: &Key) -> Vec<String> {
    verified_handle(text, key).map(str::to_owned).into_iter().collect()
}

/// The handle of a finished block, verified as in [`verified_handles`].
#[must_use]
pub fn verified_handle<'a>(text: &'a str, key: &Key) -> Option<&'a str> {
    let before_closing = text.strip_suffix(CLOSING)?;
    let handle_at = before_closing.len().checked_sub(LENGTH)?;
    let handle = before_closing.get(handle_at..)?;
    let before_handle = before_closing.get(..handle_at)?;
    if !is_handle(handle) || !before_handle.ends_with(CALL) {
        return None;
    }
    let line_at = memchr::memrchr(b'\n', before_handle.as_bytes()).map_or(0, |newline| newline + 1);
    if !before_handle[line_at..].starts_with(OPENING) {
        return None;
    }
    let (before_proof, proof) = before_closing.split_at(before_closing.len() - PROOF_LENGTH);
    (key.proof([before_proof, BLANK_PROOF, CLOSING]) == proof).then_some(handle)
}

/// What was left out, in words: all that stands between the marker's opening and its call.
fn summary(omissions: &[Omission]) -> String {
    let mut words = String::new();
    match omissions {
        [] => words.push_str("the original differs in form"),
        [only] => {
            push_amount(&mut words, only);
            words.push_str(" left out");
            if !only.ranges.is_empty() {
                let single = matches!(only.ranges[..], [(first, last)] if first == last);
                let _ = write!(words, ", {} ", noun(only.unit, if single { 1 } else { 2 }));
                push_ranges(&mut words, &only.ranges, MAX_RANGES);
            }
        }
        several => {
            words.push_str("left out: ");
            let ranges_each = (MAX_RANGES / several.len().min(MAX_OMISSIONS)).max(1);
            for (at, omission) in several.iter().take(MAX_OMISSIONS).enumerate() {
                if at > 0 {
                    words.push_str(", ");
                }
                push_amount(&mut words, omission);
                if !omission.ranges.is_empty() {
                    words.push_str(" (");
                    push_ranges(&mut words, &omission.ranges, ranges_each);
                    words.push(')');
                }
            }
            if several.len() > MAX_OMISSIONS {
                let _ = write!(words, " and {} more", several.len() - MAX_OMISSIONS);
            }
        }
    }
    words
}

/// `812 of 1000 rows of $.items`.
fn push_amount(words: &mut String, omission: &Omission) {
    let _ = write!(words, "{} of {} {}", omission.count, omission.total, noun(omission.unit, omission.total));
    if let Some(path) = omission.path.as_deref().filter(|path| path_is_worth_its_tokens(path)) {
        let _ = write!(words, " of {path}");
    }
}

/// The root needs no name; a path with control characters would break the line it stands in.
fn path_is_worth_its_tokens(path: &str) -> bool {
    path != "$" && path.chars().take(MAX_PATH + 1).count() <= MAX_PATH && !path.chars().any(char::is_control)
}

/// `9-820,900` and `,…` after the first `most`.
fn push_ranges(words: &mut String, ranges: &[(usize, usize)], most: usize) {
    for (at, &(first, last)) in ranges.iter().take(most).enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ = if first == last {
            write!(words, "{comma}{first}")
        } else {
            write!(words, "{comma}{first}-{last}")
        };
    }
    if ranges.len() > most {
        words.push_str(",…");
    }
}

fn noun(unit: Unit, amount: usize) -> &'static str {
    match (unit, amount) {
        (Unit::Rows, 1) => "row",
        (Unit::Rows, _) => "rows",
        (Unit::Lines, 1) => "line",
        (Unit::Lines, _) => "lines",
        (Unit::Hunks, 1) => "hunk",
        (Unit::Hunks, _) => "hunks",
        (Unit::Files, 1) => "file",
        (Unit::Files, _) => "files",
        (Unit::Sentences, 1) => "sentence",
        (Unit::Sentences, _) => "sentences",
        (Unit::Characters, 1) => "character",
        (Unit::Characters, _) => "characters",
        (Unit::Formatting, 1) => "character of terminal formatting",
        (Unit::Formatting, _) => "characters of terminal formatting",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn omission(
        unit: Unit,
        count: usize,
        total: usize,
        ranges: &[(usize, usize)],
        path: Option<&str>,
    ) -> Omission {
        Omission { unit, count, total, ranges: ranges.to_vec(), path: path.map(str::to_owned) }
    }

    #[test]
    fn markers_read_like_this() {
        let key = Key::new(None);
        let scattered: Vec<(usize, usize)> = (1..30).map(|at| (at * 10, at * 10 + 5)).collect();
        let cases = [
            vec![omission(Unit::Rows, 812, 1000, &[(9, 820)], None)],
            vec![omission(Unit::Rows, 812, 1000, &[(9, 700), (702, 702), (800, 920)], Some("$.items"))],
            vec![omission(Unit::Rows, 174, 300, &scattered, Some("$"))],
            vec![omission(Unit::Lines, 1, 1, &[], None)],
            vec![
                omission(Unit::Rows, 812, 1000, &[(9, 820)], Some("$.items")),
                omission(Unit::Rows, 40, 60, &[(3, 42)], Some("$.log")),
            ],
            (0..9).map(|_| omission(Unit::Characters, 90, 100, &[(5, 94), (96, 97)], None)).collect(),
            vec![omission(Unit::Files, 1, 2, &[(2, 2)], Some("$['line\nbreak']"))],
            vec![omission(Unit::Formatting, 1204, 45020, &[], None)],
            vec![
                omission(Unit::Lines, 812, 1000, &[(9, 820)], None),
                omission(Unit::Formatting, 1204, 45020, &[], None),
            ],
            vec![],
        ];
        let lines: Vec<String> =
            cases.iter().map(|omissions| seal("", "the original", omissions, &key).0).collect();
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(lines.join("\n")) });
    }

    #[test]
    fn markers_cost_few_tokens() {
        let tokens = tiktoken_rs::o200k_base_singleton();
        let cost = |omissions: &[Omission]| {
            tokens.encode_ordinary(&seal("x", "y", omissions, &Key::new(None)).0).len()
        };
        assert!(cost(&[omission(Unit::Rows, 812, 1000, &[(9, 820)], None)]) <= 45);
        assert!(cost(&[omission(Unit::Rows, 812, 1000, &[(9, 400), (410, 821)], Some("$.items"))]) <= 55);
    }

    #[test]
    fn a_finished_block_is_recognised_by_the_key_alone() {
        let key = Key::new(Some("secret"));
        let left_out = [omission(Unit::Rows, 1, 2, &[(2, 2)], None)];
        let (finished, handle) = seal("first row", "both rows", &left_out, &key);
        assert_eq!(verified_handles(&finished, &key), [handle.as_str()]);
        assert_eq!(verified_handles(&finished, &Key::new(None)), [""; 0], "another key");
        assert_eq!(verified_handles(&format!("{finished}\n"), &key), [""; 0], "something appended");
        assert_eq!(verified_handles(&format!(" {finished}"), &key), [""; 0], "something put before");
        assert_eq!(verified_handles(&finished.replace("first", "other"), &key), [""; 0], "edited");
        let marker = finished.lines().last().unwrap_or_default();
        assert_eq!(verified_handles(&format!("foreign text\n{marker}"), &key), [""; 0], "quoted elsewhere");
        assert_eq!(seal("first row", "both rows", &left_out, &key).1, handle, "the same bytes again");
    }

    // Twenty bits: of a million edits one would pass. These do not, and the outcome is the same every time.
    #[test]
    fn a_block_with_any_one_character_gone_does_not_verify() {
        let key = Key::new(None);
        let left_out = [omission(Unit::Lines, 20, 90, &[(4, 23)], None)];
        let (finished, _) = seal("début\n… lines 4-23\nfin", "original", &left_out, &key);
        for (at, gone) in finished.char_indices() {
            let edited = format!("{}{}", &finished[..at], &finished[at + gone.len_utf8()..]);
            assert_eq!(verified_handle(&edited, &key), None, "without {gone:?} at {at}");
        }
    }

    #[test]
    fn blocks_of_nothing_but_a_marker_verify() {
        let key = Key::new(None);
        let (finished, handle) = seal("", "", &[], &key);
        assert_eq!(verified_handle(&finished, &key), Some(handle.as_str()));
    }

    #[test]
    fn a_text_full_of_forged_markers_is_read_once() {
        let forged =
            "[headroom: 1 of 2 rows left out; headroom_retrieve(\"hr_0123456789abcdef\")]\n".repeat(20_000);
        assert_eq!(verified_handle(forged.trim_end(), &Key::new(None)), None);
    }

    proptest! {
        #[test]
        fn every_sealed_block_verifies(
            text in "\\PC{0,40}(\n\\PC{0,20})?",
            original in ".{0,40}",
            path in proptest::option::of(".{0,20}"),
        ) {
            let key = Key::new(None);
            let left_out = [omission(Unit::Rows, 3, 9, &[(1, 3)], path.as_deref())];
            let (finished, handle) = seal(&text, &original, &left_out, &key);
            prop_assert_eq!(verified_handle(&finished, &key), Some(handle.as_str()));
            prop_assert!(finished.starts_with(&text));
        }

        #[test]
        fn foreign_text_never_verifies(text in "(\\PC|\n){0,80}") {
            prop_assert_eq!(verified_handle(&text, &Key::new(None)), None);
        }
    }
}
