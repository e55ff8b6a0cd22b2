//! The lossless form of a text of several parts.
//!
//! Owns the first line, which says how many lines each part has and in which notation it is, and reading it back. Parts
//! without a name stand as they came.
//!
//! ```text
//! #mixed: parts of 3, 41 (json), 7 lines
//! ```
//!
//! What a decoder gives back is the text byte for byte, but for parts in JSON: their notation keeps values (with number
//! spelling, key order and duplicate keys) and not the spaces between them, so those parts come back minified.

use crate::compress::json::document::Document;
use crate::route::Registry;
use std::fmt::Write as _;

/// The first characters of the form.
pub(super) const OPENING: &str = "#mixed: parts of ";
const CLOSING: &str = " lines";
/// The name of a JSON document without spaces between its values.
pub(super) const MINIFIED: &str = "minified json";

/// A part as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written<'a> {
    pub(super) text: &'a str,
    /// The kind whose notation it is in, or [`MINIFIED`]; `None` where it stands as it came.
    pub(super) name: Option<&'a str>,
}

/// Writes parts, which are joined by line breaks; `ends` says whether one follows the last.
pub(super) fn encode(parts: &[Written<'_>], ends: bool) -> String {
    let mut header = String::from(OPENING);
    let mut body = String::new();
    let mut literal_lines = 0;
    let mut first = true;
    let mut item = |lines: usize, name: Option<&str>| {
        let comma = if std::mem::take(&mut first) { "" } else { ", " };
        let _ = match name {
            Some(name) => write!(header, "{comma}{lines} ({name})"),
            None => write!(header, "{comma}{lines}"),
        };
    };
    for (index, part) in parts.iter().enumerate() {
        let lines = memchr::memchr_iter(b'\n', part.text.as_bytes()).count() + 1;
        match part.name {
            None => literal_lines += lines,
            Some(name) => {
                if literal_lines > 0 {
                    item(std::mem::take(&mut literal_lines), None);
                }
                item(lines, Some(name));
            }
        }
        if index > 0 {
            body.push('\n');
        }
        body.push_str(part.text);
    }
    if literal_lines > 0 {
        item(literal_lines, None);
    }
    header.push_str(CLOSING);
    header.push('\n');
    header.push_str(&body);
    if ends {
        header.push('\n');
    }
    header
}

/// The parts of a written form, and whether a line break follows the last.
pub(super) fn parts(text: &str) -> Option<(Vec<Written<'_>>, bool)> {
    let (header, body) = text.strip_prefix(OPENING)?.split_once('\n')?;
    let mut items = header.strip_suffix(CLOSING)?.split(", ").peekable();
    let mut rest = body;
    let mut parts = Vec::new();
    while let Some(item) = items.next() {
        let (lines, name) = match item.split_once(" (") {
            Some((lines, name)) => (lines, Some(name.strip_suffix(')')?)),
            None => (item, None),
        };
        let length = length_of_lines(rest, lines.parse().ok()?)?;
        let (part, after) = rest.split_at(length);
        parts.push(Written { text: part, name });
        rest = after;
        if items.peek().is_some() {
            rest = rest.strip_prefix('\n')?;
        }
    }
    matches!(rest, "" | "\n").then_some((parts, rest == "\n"))
}

/// The length of so many lines, without the last one's line break.
fn length_of_lines(text: &str, lines: usize) -> Option<usize> {
    if lines == 0 {
        return None;
    }
    let mut breaks = memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len()));
    breaks.nth(lines - 1)
}

/// What a written form stands for, up to `limit` bytes a part: the text with its parts in JSON minified. `None` where it is
/// not such a form.
#[must_use]
pub fn decode(text: &str, limit: usize) -> Option<String> {
    let (parts, ends) = parts(text)?;
    let registry = Registry::standard();
    let mut decoded = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            decoded.push('\n');
        }
        match part.name {
            None | Some(MINIFIED) => decoded.push_str(part.text),
            Some(name) => {
                let mut compressors = registry.compressors_named(name);
                decoded.push_str(&compressors.find_map(|one| one.decode(part.text, limit))?);
            }
        }
    }
    if ends {
        decoded.push('\n');
    }
    Some(decoded)
}

/// Whether a text is such a form, every part of it being its compressor's own output.
pub(super) fn is_own_output(text: &str) -> bool {
    let Some((parts, ends)) = parts(text) else { return false };
    let is_own = |part: &Written<'_>| match part.name {
        None => true,
        Some(MINIFIED) => Document::scan(part.text).is_some_and(|document| document.minified() == part.text),
        Some(name) => Registry::standard().compressors_named(name).any(|one| one.is_own_output(part.text)),
    };
    parts.iter().any(|part| part.name.is_some()) && parts.iter().all(is_own) && encode(&parts, ends) == text
}
