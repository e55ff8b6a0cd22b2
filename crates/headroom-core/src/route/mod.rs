//! `ContentRouter`: says what a block is, and who can make it smaller.
//!
//! Owns the kinds of content, their detection from structure on a bounded sample and the registry of compressors.
//! It knows nothing of roles, tools or policy.

use crate::compress::Compressor;
use crate::compress::json::SmartCrusher;
use std::fmt;

/// What a block is. A further kind gets its variant here, its detection in [`detect`] and its compressor in
/// [`Registry::standard`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One JSON document, whole or cut off at its end.
    Json,
    /// JSON documents, one a line.
    Ndjson,
    /// Anything else.
    Text,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Text => "text",
        })
    }
}

/// Says what `text` is, from its first bytes and its first line.
///
/// ```
/// use headroom_core::route::{Kind, detect};
///
/// assert_eq!(detect(r#"[{"id": 1}, {"id": 2}]"#), Kind::Json);
/// assert_eq!(detect("{\"id\": 1}\n{\"id\": 2}\n"), Kind::Ndjson);
/// assert_eq!(detect("[2025-06-15] started"), Kind::Text);
/// ```
#[must_use]
pub fn detect(text: &str) -> Kind {
    let bytes = text.as_bytes().trim_ascii_start();
    if !begins_like_json(bytes) {
        return Kind::Text;
    }
    // A first line that is a whole object or array, and a second that begins like one.
    if let Some(newline) = memchr::memchr(b'\n', bytes) {
        let (first, second) = (bytes[..newline].trim_ascii_end(), bytes[newline + 1..].trim_ascii_start());
        let closed =
            matches!((first.first(), first.last()), (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')));
        if closed && first.len() > 1 && second.first() == first.first() {
            return Kind::Ndjson;
        }
    }
    Kind::Json
}

/// Bytes of a number that are looked at; what is longer is no number that a tool writes.
const LONGEST_NUMBER: usize = 64;

/// Whether the first bytes can be those of an object, of an array or of a string that holds one. `[2025-06-15]`
/// begins a log line and `[section]` a configuration file.
fn begins_like_json(bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first() else { return false };
    let rest = rest.trim_ascii_start();
    match first {
        b'{' => matches!(rest.first(), Some(b'"' | b'}')),
        b'[' => match rest.first() {
            Some(b'{' | b'[' | b'"' | b']') => true,
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

/// Whether nothing but a bracket is left on the line: `[1] text` begins a list of references.
fn is_closed_line(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"]") else { return false };
    matches!(rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')), None | Some(b'\n' | b'\r'))
}

/// Which compressors stand ready for which kinds.
#[derive(Clone, Copy)]
pub struct Registry(&'static [(Kind, &'static dyn Compressor)]);

impl Registry {
    /// The compressors of the core.
    #[must_use]
    pub fn standard() -> Self {
        Self(&[(Kind::Json, &SmartCrusher), (Kind::Ndjson, &SmartCrusher)])
    }

    /// A registry of these compressors, for tests.
    #[cfg(test)]
    pub(crate) fn of(compressors: &'static [(Kind, &'static dyn Compressor)]) -> Self {
        Self(compressors)
    }

    /// The compressor for a kind; several may have to be asked.
    pub fn compressors(&self, kind: Kind) -> impl Iterator<Item = &'static dyn Compressor> {
        self.0.iter().filter(move |(registered, _)| *registered == kind).map(|&(_, compressor)| compressor)
    }

    /// Whether `text` is the lossless output of one of the compressors, which stays as it is.
    #[must_use]
    pub fn is_own_output(&self, text: &str) -> bool {
        self.0.iter().any(|(_, compressor)| compressor.is_own_output(text))
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|(kind, _)| kind)).finish()
    }
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
            let expected = if text == "[\n" { Kind::Text } else { Kind::Json };
            assert_eq!(detect(text), expected, "{text}");
        }
        for text in [
            "",
            "plain",
            "[INFO] started",
            "[2025-06-15 10:00] x",
            "[section]\nkey=1",
            "{% if %}",
            "[1] a\n[2] b",
            "\"quoted\"",
        ] {
            assert_eq!(detect(text), Kind::Text, "{text}");
        }
    }

    #[test]
    fn ndjson_has_a_document_a_line() {
        assert_eq!(detect("{\"a\":1}\r\n{\"a\":2}"), Kind::Ndjson);
        assert_eq!(detect("{\"a\":1}\n\n{\"a\":2"), Kind::Ndjson);
        assert_eq!(detect("[1]\n[2]\n"), Kind::Ndjson);
        assert_eq!(detect("{\"a\":1}\n"), Kind::Json);
        assert_eq!(detect("[{\"a\":1},\n{\"a\":2}]"), Kind::Json);
    }

    #[test]
    fn a_long_line_is_not_read_to_its_end() {
        assert_eq!(detect(&format!("[{}", "\"é\",".repeat(1_000_000))), Kind::Json);
    }
}
