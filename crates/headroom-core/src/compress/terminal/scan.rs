//! The look at a text that decides whether cleaning it may pay.
//!
//! Owns thresholds and the quick scans. It runs over every block that is not remembered, so it only searches for bytes.

use super::{BLANK_LINES, escape};
use memchr::{memchr, memchr_iter, memchr3_iter, memmem};

/// The least at a line's end that is padding: two spaces break a line in Markdown, one is a blank line of a patch.
pub(super) const PADDING: &str = "   ";
/// Characters of a drawn rule that are left.
pub(super) const RULE: usize = 3;
/// Bytes below which even control characters are left as they are.
const LEAST_BYTES: usize = 64;

/// What stands in a text that a terminal does not show.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// Escapes, carriage returns within lines, backspaces.
    pub(super) controls: usize,
    /// Whether the cursor moves from line to line.
    pub(super) moves: bool,
    /// Bytes of padding, of blank lines and of rules.
    padding: usize,
}

impl Found {
    /// Whether there may be enough of it.
    pub(super) fn may_pay(&self, length: usize) -> bool {
        self.controls > 0 || pays(self.padding, length, 0)
    }
}

/// Whether spaces at the ends of lines are part of what the text says, as in a patch.
pub(super) fn padding_matters(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"@@ -").is_some()
}

/// Whether `removed` of `length` bytes are worth a marker. Control characters hide from detectors what a line is, so
/// fewer of them do.
pub(super) fn pays(removed: usize, length: usize, controls: usize) -> bool {
    removed >= LEAST_BYTES && (removed * 20 >= length || controls > 0 && removed * 200 >= length)
}

/// Looks at a text.
pub(super) fn scan(text: &str) -> Found {
    let bytes = text.as_bytes();
    let mut found = Found::default();
    for at in memchr3_iter(b'\x1b', b'\r', b'\x08', bytes) {
        match bytes[at] {
            b'\r' if matches!(bytes.get(at + 1), None | Some(b'\n')) => {}
            b'\x1b' => {
                found.controls += 1;
                found.moves |= escape::moves_between_lines(&bytes[at..]);
            }
            _ => found.controls += 1,
        }
    }
    let mut blank = 0;
    let mut start = 0;
    for newline in memchr_iter(b'\n', bytes) {
        let line = &bytes[start..newline];
        start = newline + 1;
        if line.is_empty() {
            blank += 1;
            found.padding += usize::from(blank > BLANK_LINES);
        } else {
            blank = 0;
            if line.ends_with(PADDING.as_bytes()) {
                found.padding += line.len() - line.trim_ascii_end().len();
            }
        }
    }
    // The first byte of every character that draws a box: few texts hold one.
    if memchr(0xe2, bytes).is_some() {
        for rule in ["────────", "════════", "━━━━━━━━"] {
            found.padding += memmem::find_iter(bytes, rule.as_bytes()).count() * rule.len();
        }
    }
    found
}
