//! JSON at the level of bytes: string literals and what they stand for.
//!
//! Owns the grammar of RFC 8259 and nothing of any provider's format.

use std::borrow::Cow;

/// The text that the inside of a string literal (without its quotes) stands for, and whether it holds an
/// escaped surrogate without its partner. Such a half is no character: it reads as U+FFFD here, so a text that
/// has one can be counted but not written back.
///
/// `inside` must have been checked to be well-formed; what is not is copied as it stands.
pub(super) fn unescape(inside: &str) -> (Cow<'_, str>, bool) {
    let bytes = inside.as_bytes();
    let Some(mut escape) = memchr::memchr(b'\\', bytes) else {
        return (Cow::Borrowed(inside), false);
    };
    let mut text = String::with_capacity(inside.len());
    let mut malformed = false;
    let mut copied = 0;
    loop {
        text.push_str(&inside[copied..escape]);
        let (character, length) = match bytes.get(escape + 1) {
            Some(b'n') => ('\n', 2),
            Some(b't') => ('\t', 2),
            Some(b'r') => ('\r', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(&same @ (b'"' | b'\\' | b'/')) => (char::from(same), 2),
            _ => {
                let (character, length) = unicode_escape(bytes, escape);
                malformed |= character.is_none();
                (character.unwrap_or(char::REPLACEMENT_CHARACTER), length)
            }
        };
        text.push(character);
        copied = (escape + length).min(inside.len());
        match memchr::memchr(b'\\', &bytes[copied..]) {
            Some(next) => escape = copied + next,
            None => break,
        }
    }
    text.push_str(&inside[copied..]);
    (Cow::Owned(text), malformed)
}

/// The character of the `\uXXXX` at `at`, together with the low surrogate after a high one, and the bytes it
/// takes; no character for half a pair.
fn unicode_escape(bytes: &[u8], at: usize) -> (Option<char>, usize) {
    let Some(first) = code_unit(bytes, at) else {
        return (None, 1);
    };
    if let Some(character) = char::from_u32(first) {
        return (Some(character), 6);
    }
    match code_unit(bytes, at + 6) {
        Some(second @ 0xDC00..=0xDFFF) if first < 0xDC00 => {
            (char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)), 12)
        }
        _ => (None, 6),
    }
}

/// The number in the `\uXXXX` at `at`, if there is one.
fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at + 6)?;
    if !escape.starts_with(b"\\u") {
        return None;
    }
    escape[2..].iter().try_fold(0, |value, &digit| Some(value * 16 + char::from(digit).to_digit(16)?))
}
