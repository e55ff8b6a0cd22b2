//! String literals of JSON: where they end, what they stand for, how they are written.
//!
//! Owns the grammar of RFC 8259, section 7, and nothing of any provider's format.

use std::borrow::Cow;

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The first byte from `at` on that may not stand in a string literal as it is: a quote, a backslash or a
/// control character; the length of `bytes` if there is none.
///
/// Eight bytes are tested at once (Mycroft's test for a zero byte; see Sean Anderson, "Bit Twiddling Hacks").
pub(super) fn next_special(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let quote = word ^ (LOW_BITS * u64::from(b'"'));
        let backslash = word ^ (LOW_BITS * u64::from(b'\\'));
        let special = (quote.wrapping_sub(LOW_BITS) & !quote)
            | (backslash.wrapping_sub(LOW_BITS) & !backslash)
            | (word.wrapping_sub(LOW_BITS * 0x20) & !word);
        // A borrow can only spoil the bytes above the first hit, so the lowest one is exact.
        let special = special & HIGH_BITS;
        if special != 0 {
            return at + (special.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// The bytes that the escape sequence at `at` takes, if it is one.
pub(super) fn escape_length(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        _ => code_unit(bytes, at).map(|_| 6),
    }
}

/// Appends `text` as a string literal, spelled as `JSON.stringify` spells it: only quotes, backslashes and
/// control characters are escaped.
pub(super) fn write(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    loop {
        let special = next_special(bytes, copied);
        out.extend_from_slice(&bytes[copied..special]);
        let Some(&byte) = bytes.get(special) else { break };
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0C => out.extend_from_slice(b"\\f"),
            _ => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        }
        copied = special + 1;
    }
    out.push(b'"');
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_bytes_are_found_at_every_offset() {
        for special in [b'"', b'\\', 0, 0x1F] {
            for ordinary in [0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F, 0x80, 0xA2, 0xDC, 0xFF] {
                for length in 0..40 {
                    let mut bytes = vec![ordinary; length];
                    assert_eq!(next_special(&bytes, 0), length);
                    for at in 0..length {
                        bytes[at] = special;
                        assert_eq!(next_special(&bytes, 0), at);
                        assert_eq!(next_special(&bytes, at + 1), length);
                        bytes[at] = ordinary;
                    }
                }
            }
        }
    }

    #[test]
    fn unescapes() {
        assert_eq!(unescape("plain ü"), (Cow::Borrowed("plain ü"), false));
        let (text, malformed) = unescape(r#"a\n\t\r\b\f\"\\\/\u00e9\uD834\udd1e\u0000z"#);
        assert_eq!((&*text, malformed), ("a\n\t\r\u{8}\u{c}\"\\/é𝄞\0z", false));
        for half in [r"\ud800", r"\udc00", r"\ud800x", r"\ud800\n", r"\udc00\ud800"] {
            let (text, malformed) = unescape(half);
            assert!(malformed && text.starts_with('\u{fffd}'), "{half}");
        }
        assert_eq!(unescape(r"\ud800\ud834\udd1e").0, "\u{fffd}𝄞");
        assert_eq!(unescape("\\").0, "\u{fffd}");
    }

    #[test]
    fn writes_as_serde_json_does() {
        let all: String = (0..0x300).filter_map(char::from_u32).chain("\u{2028}𝄞".chars()).collect();
        let mut out = Vec::new();
        write(&all, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&all).unwrap());
    }
}
