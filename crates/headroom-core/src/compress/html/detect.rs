//! Detection of HTML and XML, from their first bytes and the share of their tags.
//!
//! Owns the question whether a text is a page or a part of one: not Markdown, source code or a log with tags in it.

use super::tags::{Tag, tag};
use crate::route::{Confidence, Sample};

/// Tags in the sample below which a text without a doctype is no page.
const LEAST_TAGS: usize = 6;
/// Bytes of the beginning in which a page says what it is.
const BEGINNING: usize = 1_024;

/// How surely a text is a page or a part of one.
#[must_use]
pub fn page(sample: &Sample<'_>) -> Confidence {
    let text = sample.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if !text.starts_with('<') || sample.hints.reads_a_file() {
        return Confidence::NONE;
    }
    let beginning = text[..text.floor_char_boundary(BEGINNING)].to_ascii_lowercase();
    let found =
        ["<!doctype html", "<html", "<head", "<body"].iter().any(|opening| beginning.contains(opening));
    let counts = Counts::of(sample);
    if beginning.starts_with("<svg") {
        return Confidence::NONE;
    }
    if found {
        // The source of a template has to stay to the letter.
        return if counts.known >= counts.code * 4 { Confidence::CERTAIN } else { Confidence::NONE };
    }
    if counts.known < LEAST_TAGS || counts.code * 10 > counts.known || counts.unknown > counts.known {
        return Confidence::NONE;
    }
    // Many a text in Markdown begins with a few tags.
    let beginning = sample.runs.first().map(Vec::as_slice).unwrap_or_default();
    let lines = beginning.iter().filter(|line| !line.trim().is_empty()).count();
    let tagged = beginning.iter().filter(|line| line.contains(['<', '>'])).count();
    let markdown = beginning.iter().filter(|line| is_markdown(line)).count();
    if markdown >= 2 || tagged * 3 < lines { Confidence::NONE } else { Confidence::per_cent(90) }
}

/// Whether a line is marked up as only Markdown does it.
fn is_markdown(line: &str) -> bool {
    const MARKS: &[&str] =
        &["# ", "## ", "### ", "```", "- ", "* ", "+ ", "| ", "> ", "![", "[!", "1. ", "---", "==="];
    MARKS.iter().any(|mark| line.starts_with(mark))
}

/// How surely a text is XML that is no page.
#[must_use]
pub fn xml(sample: &Sample<'_>) -> Confidence {
    let text = sample.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let rest = text.strip_prefix('<').unwrap_or_default();
    let begins = rest.starts_with("?xml")
        || rest.starts_with("!--")
        || rest.starts_with(|c: char| c.is_ascii_alphabetic());
    if !begins || sample.hints.reads_a_file() || page(sample) > Confidence::NONE {
        return Confidence::NONE;
    }
    let lines = sample.lines().filter(|line| !line.trim().is_empty()).count();
    let tagged =
        sample.lines().filter(|line| line.trim_start().starts_with('<') && line.contains('>')).count();
    let closed = sample.lines().any(|line| line.contains("</") || line.contains("/>"));
    if closed { Confidence::share(tagged, lines) } else { Confidence::NONE }
}

/// What stands in angle brackets.
#[derive(Debug, Default)]
struct Counts {
    /// Tags of HTML.
    known: usize,
    /// Others.
    unknown: usize,
    /// Signs of a template or of a component's source: `{{`, `className=`, `v-if`, `<%`.
    code: usize,
}

impl Counts {
    fn of(sample: &Sample<'_>) -> Self {
        let mut counts = Self::default();
        for line in sample.lines() {
            for (at, _) in line.match_indices('<') {
                let rest = line[at + 1..].trim_start_matches('/');
                let length =
                    rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
                match &rest[..length] {
                    "" => {
                        counts.code += usize::from(rest.starts_with(['%', '>']) || rest.starts_with("?php"));
                    }
                    name if tag(name) != Tag::Unknown || name.contains('-') => counts.known += 1,
                    _ => counts.unknown += 1,
                }
            }
            counts.code += ["className=", "v-if=", "v-for=", "*ngIf", "={", "{{", "{%"]
                .iter()
                .filter(|sign| line.contains(**sign))
                .count();
        }
        counts
    }
}
