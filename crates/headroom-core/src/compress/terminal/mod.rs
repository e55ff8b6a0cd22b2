//! What a terminal would show: a text without the characters that only format, redraw or pad it.
//!
//! Owns escape sequences, redraws by `\r` and backspace, moves of the cursor, spaces at the ends of lines, runs of blank
//! lines and rules drawn across the screen. It knows neither kinds of content nor markers. A line of the cleaned text is
//! the line of the same number in the original, so whoever numbers lines of the one numbers lines of the other; runs of
//! blank lines are closed up apart, by [`close_up`], where nobody numbers them.
//!
//! Sequences are read after ECMA-48, "Control Functions for Coded Character Sets" (5th edition, 1991), sections 5.4 and 8.3,
//! and xterm's operating system commands.

mod escape;
mod line;
mod scan;
mod screen;

use std::borrow::Cow;

/// A text as a terminal would show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The text, line by line as long as the original.
    pub text: String,
    /// Characters that it has less than the original.
    pub left_out: usize,
    /// Characters of the original.
    pub total: usize,
}

/// Cleans a text, if it holds enough of what a terminal does not show for that to be worth a marker.
///
/// ```
/// use headroom_core::compress::terminal::clean;
///
/// let red = "\u{1b}[1;31merror\u{1b}[0m: no such file\n".repeat(9);
/// assert_eq!(clean(&red).unwrap().text, "error: no such file\n".repeat(9));
/// let states: String = (0..=100).map(|at| format!("\rfetching {at:3} %")).collect();
/// assert_eq!(clean(&format!("begin{states}\nend\n")).unwrap().text, "fetching 100 %\nend\n");
/// assert!(clean("nothing to clean\r\n").is_none());
/// ```
#[must_use]
pub fn clean(text: &str) -> Option<Cleaned> {
    let found = scan::scan(text);
    if !found.may_pay(text.len()) {
        return None;
    }
    // A patch with a blank at the end of a line applies only with that blank.
    let trims = !scan::padding_matters(text);
    let shown = if found.moves { screen::show(text, trims) } else { line::show(text, trims) }?;
    if !scan::pays(text.len() - shown.len(), text.len(), found.controls) {
        return None;
    }
    let total = text.chars().count();
    Some(Cleaned { left_out: total.saturating_sub(shown.chars().count()), total, text: shown })
}

/// Blank lines in a row that are left as they are.
const BLANK_LINES: usize = 2;

/// The text with runs of blank lines closed up to one; they then no longer have the numbers they had.
#[must_use]
pub fn close_up(text: &str) -> Cow<'_, str> {
    const RUN: &str = "\n\n\n\n";
    let mut closed = String::new();
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), RUN.as_bytes()) {
        closed.push_str(&rest[..at]);
        closed.push_str("\n\n");
        rest = rest[at..].trim_start_matches('\n');
    }
    if closed.is_empty() {
        return Cow::Borrowed(text);
    }
    closed.push_str(rest);
    Cow::Owned(closed)
}

#[cfg(test)]
mod tests;
