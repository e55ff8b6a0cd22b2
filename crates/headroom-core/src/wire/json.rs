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

/// What the inside of a string literal cannot be passed over for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The quote that ends it.
    Quote,
    /// The backslash of an escape sequence that has to be looked at.
    Escape,
    /// A control character, which may not stand there.
    Control,
    /// Nothing: the bytes are at their end.
    End,
}

/// The first stop from `at` on inside of a string literal. The two escape sequences that make up most of JSON within
/// JSON and most of prose, of the quote and of the newline, are passed over; `escaped` is set if there was any.
///
/// In such a text an escape stands every few bytes, where no processor guesses when the next one comes: so eight bytes
/// are judged at once without asking whether there is one.
pub(super) fn next_stop(bytes: &[u8], mut at: usize, escaped: &mut bool) -> (usize, Stop) {
    // The high bit of the lowest byte, if the byte before it was a backslash.
    let mut carry = 0;
    let mut backslashes = 0;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        // The rough test may also hit the byte above a hit. Above a backslash that byte is escaped, and as it is neither
        // quote nor `n` it is a stop anyway; above a control character nothing matters, that is a stop itself; above an
        // `n` nothing is escaped. Only quotes have to be told exactly.
        let backslash = roughly(word, b'\\');
        let newline = roughly(word, b'n');
        let control = word.wrapping_sub(LOW_BITS * 0x20) & !word & HIGH_BITS;
        let quote = exactly(word, b'"');
        let after_backslash = backslash << 8 | carry;
        let end = (quote & !after_backslash) | control;
        let unusual = after_backslash & !(quote | newline);
        let stop = end | unusual;
        if stop != 0 {
            let first = stop & stop.wrapping_neg();
            at += (first.trailing_zeros() / 8) as usize;
            *escaped |= (backslashes | (after_backslash & ((first - 1) | first))) != 0;
            return if unusual & first != 0 {
                (at - 1, Stop::Escape)
            } else if control & first != 0 {
                (at, Stop::Control)
            } else {
                (at, Stop::Quote)
            };
        }
        backslashes |= after_backslash;
        carry = backslash >> 56;
        at += 8;
    }
    *escaped |= backslashes != 0;
    if carry != 0 {
        *escaped = true;
        return (at - 1, Stop::Escape);
    }
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return (at, Stop::Quote),
            b'\\' => {
                *escaped = true;
                return (at, Stop::Escape);
            }
            0..0x20 => return (at, Stop::Control),
            _ => at += 1,
        }
    }
    (at, Stop::End)
}

/// The bytes of `word` that are `byte`, each by its high bit; above one of them others may seem to be.
fn roughly(word: u64, byte: u8) -> u64 {
    let zero = word ^ (LOW_BITS * u64::from(byte));
    zero.wrapping_sub(LOW_BITS) & !zero & HIGH_BITS
}

/// The bytes of `word` that are `byte`, each by its high bit.
fn exactly(word: u64, byte: u8) -> u64 {
    let zero = word ^ (LOW_BITS * u64::from(byte));
    !(((zero & !HIGH_BITS) + !HIGH_BITS) | zero) & HIGH_BITS
}

/// An escape sequence, or two that spell one character together.
pub(super) struct Escape {
    /// The bytes that it takes.
    pub(super) length: usize,
    /// Whether it is half a surrogate pair.
    pub(super) half: bool,
}

/// The escape sequence at `at`, if it is one.
pub(super) fn escape(bytes: &[u8], at: usize) -> Option<Escape> {
    match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(Escape { length: 2, half: false }),
        _ => {
            code_unit(bytes, at)?;
            let (character, length) = unicode_escape(bytes, at);
            Some(Escape { length, half: character.is_none() })
        }
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

/// The text that the inside of a string literal (without its quotes) stands for. Half a surrogate pair is no
/// character: it reads as U+FFFD here, so a text that has one can be counted but not written back.
///
/// `inside` must have been checked to be well-formed; what is not is copied as it stands.
pub(crate) fn unescape(inside: &str) -> Cow<'_, str> {
    let bytes = inside.as_bytes();
    let Some(mut escape) = memchr::memchr(b'\\', bytes) else {
        return Cow::Borrowed(inside);
    };
    let mut text = String::with_capacity(inside.len());
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
    Cow::Owned(text)
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

    /// The end of the literal that starts before `inside`, whether it has escapes, and what is wrong with it.
    fn passed(inside: &[u8], look_at_all: bool) -> (usize, bool, bool, Stop) {
        let (mut at, mut escaped, mut half) = (0, false, false);
        loop {
            let (stopped, stop) = if look_at_all {
                let special = next_special(inside, at);
                let stop = match inside.get(special) {
                    Some(b'"') => Stop::Quote,
                    Some(b'\\') => Stop::Escape,
                    Some(_) => Stop::Control,
                    None => Stop::End,
                };
                escaped |= stop == Stop::Escape;
                (special, stop)
            } else {
                next_stop(inside, at, &mut escaped)
            };
            at = stopped;
            match (stop, escape(inside, at)) {
                (Stop::Escape, Some(escape)) => {
                    at += escape.length;
                    half |= escape.half;
                }
                _ => return (at, escaped, half, stop),
            }
        }
    }

    #[test]
    fn passing_over_escapes_stops_where_looking_at_each_does() {
        let pieces = [
            "\\\"", "\\n", "\\\\", "\\t", "\\ud834", "\\udd1e", "\\u00e9", "\\x", "\\", "\"", "#", "]", "o",
            "n", "\u{1}", "!", " ", "abcdefgh", "ü", "\\]",
        ];
        let mut random = 1_u64;
        for _ in 0..200_000 {
            let mut inside = String::new();
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut choice = random >> 8;
            // Of the pieces that end a text, fewer.
            for _ in 0..random >> 60 {
                inside.push_str(pieces[(choice % if choice & 64 == 0 { 7 } else { 20 }) as usize]);
                choice = choice.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7;
            }
            assert_eq!(passed(inside.as_bytes(), false), passed(inside.as_bytes(), true), "{inside:?}");
        }
    }

    #[test]
    fn unescapes() {
        assert_eq!(unescape("plain ü"), Cow::Borrowed("plain ü"));
        assert_eq!(unescape(r#"a\n\t\r\b\f\"\\\/\u00e9\uD834\udd1e\u0000z"#), "a\n\t\r\u{8}\u{c}\"\\/é𝄞\0z");
        for half in [r"\ud800", r"\udc00", r"\ud800x", r"\ud800\n", r"\udc00\ud800"] {
            assert!(unescape(half).starts_with('\u{fffd}'), "{half}");
            assert!(escape(half.as_bytes(), 0).is_some_and(|escape| escape.half), "{half}");
        }
        assert_eq!(unescape(r"\ud800\ud834\udd1e"), "\u{fffd}𝄞");
        assert_eq!(unescape("\\"), "\u{fffd}");
    }

    #[test]
    fn writes_as_serde_json_does() {
        let all: String = (0..0x300).filter_map(char::from_u32).chain("\u{2028}𝄞".chars()).collect();
        let mut out = Vec::new();
        write(&all, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&all).unwrap());
    }
}
