//! Splits text into the pieces that are encoded one by one, exactly as tiktoken's patterns do.
//!
//! Owns the two patterns, written out by hand; it knows nothing of vocabularies. Each function takes the UTF-8
//! bytes of a text and the start of a piece and returns the piece's end. All run in time linear in the text:
//! where a pattern would backtrack, the position to come back to is remembered instead.

use super::classes::{ASCII, CASELESS, LETTER, LOWER, MARK, NEWLINE, NUMBER, OTHER, SPACE, UPPER, class_at};

/// Which pattern a vocabulary was trained with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    O200k,
    Cl100k,
}

/// The end of the piece that starts at `at`, for `at` before the end of the text.
///
/// o200k's alternatives, in order (`⁺` marks the class that holds Lm, Lo and M too):
/// `[^\r\n\p{L}\p{N}]?[Lu Lt⁺]*[Ll⁺]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?`,
/// `[^\r\n\p{L}\p{N}]?[Lu Lt⁺]+[Ll⁺]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?`,
/// `\p{N}{1,3}`, ` ?[^\s\p{L}\p{N}]+[\r\n/]*`, `\s*[\r\n]+`, `\s+(?!\S)`, `\s+`.
#[inline]
pub(super) fn o200k(text: &[u8], at: usize) -> usize {
    let (class, next) = class_at(text, at);
    if class & LETTER != 0 {
        return o200k_word(text, at).unwrap_or(next);
    }
    if class & NUMBER != 0 {
        return number(text, next);
    }
    if class & NEWLINE == 0 {
        // Any other character may lead a word; a mark can also be a word by itself.
        if let Some(end) = o200k_word(text, next) {
            return end;
        }
        if class & MARK != 0 {
            return contraction(text, next).unwrap_or(next);
        }
    }
    if let Some(mut end) = symbols(text, at, class, next) {
        while text.get(end).is_some_and(|byte| matches!(byte, b'\r' | b'\n' | b'/')) {
            end += 1;
        }
        return end;
    }
    let space = white_space(text, at);
    space.after_newline.unwrap_or_else(|| space.without_last(text, at))
}

/// The end of the piece that starts at `at`, for `at` before the end of the text.
///
/// cl100k's alternatives, in order: `'(?i:[sdmt]|ll|ve|re)`, `[^\r\n\p{L}\p{N}]?+\p{L}++`, `\p{N}{1,3}+`,
/// ` ?[^\s\p{L}\p{N}]++[\r\n]*+`, `\s++$`, `\s*[\r\n]`, `\s+(?!\S)`, `\s`.
#[inline]
pub(super) fn cl100k(text: &[u8], at: usize) -> usize {
    if let Some(end) = contraction(text, at) {
        return end;
    }
    let (class, next) = class_at(text, at);
    if class & NUMBER != 0 {
        return number(text, next);
    }
    if class & NEWLINE == 0 {
        let end = run(text, next, LETTER);
        if end > next || class & LETTER != 0 {
            return end;
        }
    }
    if let Some(end) = symbols(text, at, class, next) {
        return run(text, end, NEWLINE);
    }
    let space = white_space(text, at);
    if space.end == text.len() {
        return space.end;
    }
    space.after_newline.unwrap_or_else(|| space.without_last(text, at))
}

/// The end of the characters from `at` on whose class is among `classes`.
#[inline]
fn run(text: &[u8], mut at: usize, classes: u8) -> usize {
    loop {
        while text.get(at).is_some_and(|&byte| ASCII[usize::from(byte)] & classes != 0) {
            at += 1;
        }
        let (class, next) = class_at(text, at);
        if class & classes == 0 {
            return at;
        }
        at = next;
    }
}

/// The two word alternatives of o200k after their optional first character, with the contraction.
#[inline]
fn o200k_word(text: &[u8], start: usize) -> Option<usize> {
    let byte = |at: usize| text.get(at).copied().unwrap_or(0);
    let class = |at: usize| ASCII[usize::from(byte(at))];
    let mut at = start;
    while class(at) & UPPER != 0 {
        at += 1;
    }
    while class(at) & LOWER != 0 {
        at += 1;
    }
    if byte(at) >= 0x80 {
        at = o200k_word_end(text, start)?;
    } else if at == start {
        return None;
    }
    if byte(at) == b'\'' { contraction(text, at).or(Some(at)) } else { Some(at) }
}

/// The same for text in any script, without the contraction.
fn o200k_word_end(text: &[u8], start: usize) -> Option<usize> {
    // The first part takes everything but Ll. The second needs one character: an Ll, or else the pattern comes
    // back to the last character that both parts may hold, and only a run of Lu and Lt is left to the second
    // alternative.
    let mut at = start;
    let mut after_shared = None;
    loop {
        let (class, next) = class_at(text, at);
        if class & LOWER != 0 {
            return Some(run(text, at, LOWER | CASELESS | MARK));
        }
        if class & (UPPER | CASELESS | MARK) == 0 {
            return after_shared.or((at > start).then_some(at));
        }
        if class & UPPER == 0 {
            after_shared = Some(next);
        }
        at = next;
    }
}

/// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)`. Without case, `s` is also the long s, U+017F.
#[inline]
fn contraction(text: &[u8], at: usize) -> Option<usize> {
    if text.get(at) != Some(&b'\'') {
        return None;
    }
    let letter = |offset: usize| text.get(at + offset).map_or(0, u8::to_ascii_lowercase);
    match (letter(1), letter(2)) {
        (b's' | b't' | b'm' | b'd', _) => Some(at + 2),
        (b'r' | b'v', b'e') | (b'l', b'l') | (0xC5, 0xBF) => Some(at + 3),
        _ => None,
    }
}

/// `\p{N}{1,3}`, whose first character ends at `second`.
#[inline]
fn number(text: &[u8], second: usize) -> usize {
    let mut end = second;
    for _ in 0..2 {
        let (class, next) = class_at(text, end);
        if class & NUMBER == 0 {
            break;
        }
        end = next;
    }
    end
}

/// ` ?[^\s\p{L}\p{N}]+`.
#[inline]
fn symbols(text: &[u8], at: usize, class: u8, next: usize) -> Option<usize> {
    if class & (OTHER | MARK) != 0 {
        return Some(run(text, next, OTHER | MARK));
    }
    if text.get(at) != Some(&b' ') {
        return None;
    }
    let end = run(text, next, OTHER | MARK);
    (end > next).then_some(end)
}

/// A run of white space.
struct WhiteSpace {
    /// Where it ends.
    end: usize,
    /// Where its last character starts.
    last: usize,
    /// Where its last `\r` or `\n` ends.
    after_newline: Option<usize>,
}

fn white_space(text: &[u8], start: usize) -> WhiteSpace {
    let mut space = WhiteSpace { end: start, last: start, after_newline: None };
    loop {
        let (class, next) = class_at(text, space.end);
        if class & (SPACE | NEWLINE) == 0 {
            return space;
        }
        space.last = space.end;
        space.end = next;
        if class & NEWLINE != 0 {
            space.after_newline = Some(next);
        }
    }
}

impl WhiteSpace {
    /// `\s+(?!\S)|\s+`: before something visible the last character is left to lead the next piece.
    fn without_last(&self, text: &[u8], start: usize) -> usize {
        if self.end == text.len() || self.last == start { self.end } else { self.last }
    }
}
