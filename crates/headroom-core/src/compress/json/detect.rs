//! Detection of JSON, from the first bytes and the first line.
//!
//! Owns the question whether a text begins like JSON, and whether it holds one document or one a line.

use crate::route::{Confidence, Sample};

/// How surely a text is one JSON document, whole or cut off at its end.
#[must_use]
pub fn document(sample: &Sample<'_>) -> Confidence {
    if sniff(sample.text) == Some(Shape::Document) { Confidence::CERTAIN } else { Confidence::NONE }
}

/// How surely a text is JSON documents, one a line.
#[must_use]
pub fn lines(sample: &Sample<'_>) -> Confidence {
    match sniff(sample.text) {
        Some(Shape::Lines) if is_protocol(sample) => Confidence::likely(75),
        Some(Shape::Lines) => Confidence::CERTAIN,
        _ => Confidence::NONE,
    }
}

/// Whether documents are messages of a program about something else, for which there may be a better reader.
fn is_protocol(sample: &Sample<'_>) -> bool {
    sample.lines().take(2).all(|line| line.starts_with("{\"type\":\"") && line.contains("\",\"data\":{"))
}

/// How JSON stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Document,
    Lines,
}

fn sniff(text: &str) -> Option<Shape> {
    let bytes = text.as_bytes().trim_ascii_start();
    if !begins_like_json(bytes) {
        return None;
    }
    // A first line that is a whole object or array, and a second that begins like one.
    if let Some(newline) = memchr::memchr(b'\n', bytes) {
        let (first, second) = (bytes[..newline].trim_ascii_end(), bytes[newline + 1..].trim_ascii_start());
        let closed =
            matches!((first.first(), first.last()), (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')));
        if closed && first.len() > 1 && second.first() == first.first() {
            return Some(Shape::Lines);
        }
    }
    Some(Shape::Document)
}

/// Bytes of a number that are looked at; what is longer is no number that a tool writes.
const LONGEST_NUMBER: usize = 64;

/// Whether the first bytes can be those of an object, of an array or of a string that holds one. `[2025-06-15]`
/// begins a log line and `[section]` a configuration file.
pub(crate) fn begins_like_json(bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first() else { return false };
    let rest = rest.trim_ascii_start();
    match first {
        b'{' => matches!(rest.first(), Some(b'"' | b'}')),
        b'[' => match rest.first() {
            Some(b'{' | b'"' | b']') => true,
            Some(b'[') => is_nested_array(rest),
            Some(b't' | b'f' | b'n') => {
                [&b"true"[..], b"false", b"null"].iter().any(|word| rest.starts_with(word))
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = rest
                    .iter()
                    .take(LONGEST_NUMBER)
                    .take_while(|byte| b"+-.eE0123456789".contains(byte))
                    .count();
                let is_number = serde_json::from_slice::<serde_json::Number>(&rest[..number]).is_ok();
                let after = rest[number..].trim_ascii_start();
                is_number && (after.is_empty() || after[0] == b',' || is_closed_line(after))
            }
            _ => false,
        },
        b'"' => rest.starts_with(b"{") || rest.starts_with(b"["),
        _ => false,
    }
}

/// Whether brackets at the start of `bytes` open arrays: `[[package]]` is a heading of TOML.
fn is_nested_array(bytes: &[u8]) -> bool {
    let opening =
        bytes.iter().take_while(|byte| matches!(byte, b'[' | b' ' | b'\t' | b'\n' | b'\r')).take(256);
    let inner = &bytes[opening.count()..];
    match inner.first() {
        Some(b't' | b'f' | b'n') => {
            [&b"true"[..], b"false", b"null"].iter().any(|word| inner.starts_with(word))
        }
        Some(first) => b"{[]\"-0123456789".contains(first),
        None => true,
    }
}

/// Whether nothing but a bracket is left on the line: `[1] text` begins a list of references.
fn is_closed_line(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"]") else { return false };
    matches!(rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')), None | Some(b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_what_looks_like_it() {
        for text in [
            "{}",
            " \n[1, 2]",
            "[]",
            "[[1]]",
            "[true]",
            "[-1.5e3]",
            "{\n  \"a\": 1",
            "\"{\\\"a\\\":1}\"",
            "[1",
            "[\n",
        ] {
            let expected = if text == "[\n" { None } else { Some(Shape::Document) };
            assert_eq!(sniff(text), expected, "{text}");
        }
        for text in [
            "",
            "plain",
            "[INFO] started",
            "[2025-06-15 10:00] x",
            "[section]\nkey=1",
            "[[package]]\nname = \"a\"",
            "{% if %}",
            "[1] a\n[2] b",
            "\"quoted\"",
        ] {
            assert_eq!(sniff(text), None, "{text}");
        }
    }

    #[test]
    fn ndjson_has_a_document_a_line() {
        assert_eq!(sniff("{\"a\":1}\r\n{\"a\":2}"), Some(Shape::Lines));
        assert_eq!(sniff("{\"a\":1}\n\n{\"a\":2"), Some(Shape::Lines));
        assert_eq!(sniff("[1]\n[2]\n"), Some(Shape::Lines));
        assert_eq!(sniff("{\"a\":1}\n"), Some(Shape::Document));
        assert_eq!(sniff("[{\"a\":1},\n{\"a\":2}]"), Some(Shape::Document));
    }

    #[test]
    fn a_long_line_is_not_read_to_its_end() {
        assert_eq!(sniff(&format!("[{}", "\"é\",".repeat(1_000_000))), Some(Shape::Document));
    }
}
