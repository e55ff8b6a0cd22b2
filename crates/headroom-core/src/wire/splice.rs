//! Putting changed texts back into a body, every other byte as it came.
//!
//! Owns the copying. What is replaced, and by what, is decided elsewhere.

use std::borrow::Cow;

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
    edit(body, edits(replacements, tool))
}

/// What [`splice`] changes.
pub(crate) fn edits<'a>(
    replacements: &[(Span, &'a str)],
    tool: Option<(Insertion, &'a str)>,
) -> Vec<Edit<'a>> {
    let mut edits: Vec<Edit<'a>> = replacements
        .iter()
        .map(|&(span, text)| Edit { span, with: With::Text(Cow::Borrowed(text)) })
        .collect();
    if let Some((insertion, definition)) = tool {
        let span = Span { start: insertion.at, end: insertion.at };
        if !insertion.first {
            edits.push(Edit::raw(span, ","));
        }
        edits.push(Edit::raw(span, definition));
    }
    edits
}

/// The body with `edits` made, in any order; those at the same place in theirs.
pub(crate) fn edit(body: &[u8], mut edits: Vec<Edit<'_>>) -> Vec<u8> {
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
            With::Text(text) => json::write(&text, &mut out),
            With::Raw(raw) => out.extend_from_slice(raw.as_bytes()),
        }
        copied = edit.span.end;
    }
    out.extend_from_slice(&body[copied..]);
    out
}

/// One change of a body.
#[derive(Clone, Debug)]
pub(crate) struct Edit<'a> {
    /// What is replaced; empty for an insertion.
    pub(crate) span: Span,
    with: With<'a>,
}

#[derive(Clone, Debug)]
enum With<'a> {
    /// A string literal that says this.
    Text(Cow<'a, str>),
    /// Bytes as they are.
    Raw(Cow<'a, str>),
}

impl<'a> Edit<'a> {
    /// A string literal that says `text`, in place of what is at `span`.
    pub(crate) fn text(span: Span, text: impl Into<Cow<'a, str>>) -> Self {
        Self { span, with: With::Text(text.into()) }
    }

    /// JSON text in place of what is at `span`.
    pub(crate) fn raw(span: Span, raw: impl Into<Cow<'a, str>>) -> Self {
        Self { span, with: With::Raw(raw.into()) }
    }

    /// Nothing in place of what is at `span`.
    pub(crate) fn remove(span: Span) -> Self {
        Self::raw(span, "")
    }

    /// The same change of the rest of a body from `start` on.
    pub(crate) fn moved_back(&self, start: usize) -> Self {
        let span = Span { start: self.span.start - start, end: self.span.end - start };
        Self { span, with: self.with.clone() }
    }
}

impl With<'_> {
    /// Bytes, not counting escapes.
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len() + 2,
            Self::Raw(raw) => raw.len(),
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
