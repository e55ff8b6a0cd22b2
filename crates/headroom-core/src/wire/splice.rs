//! Putting changed texts back into a body, every other byte as it came.
//!
//! Owns the copying. What is replaced, and by what, is decided elsewhere.

use super::json;
use super::span::Span;

/// Where a tool definition can be added as the last element of the body's `tools`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Insertion {
    /// Byte offset: after the last element, or after the bracket of an empty array.
    pub at: usize,
    /// Whether the array is empty, so that no comma goes before the definition.
    pub first: bool,
}

/// The body with the string literals at `replacements` spelling other texts, and with the JSON text of `tool`
/// added to its tools. Every other byte is copied; with nothing to change, the result is `body`.
///
/// The spans are those of [`scan`](super::scan), in any order. One that overlaps another or lies outside of the
/// body is left out rather than producing a broken body.
///
/// ```
/// use headroom_core::wire::{Format, scan, splice};
///
/// let body = br#"{ "messages": [{"content": "h\u0069", "role": "user"}], "n": 1.0 }"#;
/// let request = scan(body, Format::OpenAiChat)?;
/// let changed = splice(body, &[(request.spans[0], "say \"hi\"")], None);
/// assert_eq!(changed, br#"{ "messages": [{"content": "say \"hi\"", "role": "user"}], "n": 1.0 }"#);
/// # Ok::<(), headroom_core::Error>(())
/// ```
#[must_use]
pub fn splice(body: &[u8], replacements: &[(Span, &str)], tool: Option<(Insertion, &str)>) -> Vec<u8> {
    let mut edits: Vec<Edit<'_>> =
        replacements.iter().map(|&(span, text)| Edit { span, with: With::Text(text) }).collect();
    if let Some((insertion, definition)) = tool {
        let span = Span { start: insertion.at, end: insertion.at };
        edits.push(Edit { span, with: With::Tool { definition, first: insertion.first } });
    }
    edits.sort_by_key(|edit| edit.span);
    let (mut added, mut removed) = (0, 0_usize);
    for edit in &edits {
        added += edit.with.length();
        removed += edit.span.end.saturating_sub(edit.span.start);
    }
    // The host keeps the new body for as long as the request takes: the old one's room is not part of it.
    let mut out = Vec::with_capacity(body.len().saturating_sub(removed) + added);
    let mut copied = 0;
    for edit in edits {
        if edit.span.start < copied || edit.span.end < edit.span.start || edit.span.end > body.len() {
            continue;
        }
        out.extend_from_slice(&body[copied..edit.span.start]);
        match edit.with {
            With::Text(text) => json::write(text, &mut out),
            With::Tool { definition, first } => {
                out.extend_from_slice(if first { b"" } else { b"," });
                out.extend_from_slice(definition.as_bytes());
            }
        }
        copied = edit.span.end;
    }
    out.extend_from_slice(&body[copied..]);
    out
}

struct Edit<'a> {
    span: Span,
    with: With<'a>,
}

enum With<'a> {
    Text(&'a str),
    Tool { definition: &'a str, first: bool },
}

impl With<'_> {
    /// Bytes, not counting escapes.
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len() + 2,
            Self::Tool { definition, .. } => definition.len() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    #[test]
    fn replaces_in_any_order_and_appends_the_tool() {
        let body = br#"{"a":"x","b":"y","tools":[1 ]}"#;
        let tool = Insertion { at: 27, first: false };
        let changed = splice(body, &[(span(13, 16), "two"), (span(5, 8), "o\n")], Some((tool, "{}")));
        assert_eq!(changed, br#"{"a":"o\n","b":"two","tools":[1,{} ]}"#);
        let first = splice(b"[ ]", &[], Some((Insertion { at: 1, first: true }, "{}")));
        assert_eq!(first, b"[{} ]");
        assert_eq!(splice(body, &[], None), body);
    }

    #[test]
    fn spans_that_cannot_be_are_left_out() {
        let body = br#"["ab","c"]"#;
        let replacements =
            [(span(1, 5), "n"), (span(2, 4), "overlap"), (span(8, 7), "inverted"), (span(9, 99), "outside")];
        assert_eq!(splice(body, &replacements, None), br#"["n","c"]"#);
    }
}
