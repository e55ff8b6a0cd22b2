//! What a text of several parts is made of: the passages of each part, under the line that names it.
//!
//! Owns the way from a part's places to those of the whole. It asks the part's own kind for everything else.

use super::split::{Part, split};
use crate::compress::passage::{Noun, Passage, Passages, Symbol};
use crate::route::{Hints, Kind, Registry, Sample};

/// Bytes from which on lines of no kind are a passage.
const ENOUGH: usize = 400;

/// The passages of all parts, in order.
pub(super) fn passages(text: &str) -> Option<Passages> {
    u32::try_from(text.len()).ok()?;
    let mut list: Vec<Passage> = Vec::new();
    let mut start = 0;
    for part in split(text)? {
        let end = start + part.text.len() + usize::from(part.ends);
        let whole = || Passage { start: start as u32, end: end as u32, title: named(&part, None) };
        if part.body {
            let inner =
                registry_passages(&part).map_or_else(|| by_lines(part.text), |passages| passages.list);
            list.extend(inner.into_iter().map(|passage| Passage {
                start: passage.start + start as u32,
                end: passage.end + start as u32,
                title: named(&part, passage.title.as_deref()),
            }));
        } else {
            list.push(whole());
        }
        start = end;
    }
    Some(Passages::new(Noun::Part, list).cut(text))
}

/// What is defined in all parts.
pub(super) fn symbols(text: &str) -> Option<Vec<Symbol>> {
    let mut all = Vec::new();
    let mut any = false;
    for part in split(text)?.iter().filter(|part| part.body) {
        for kind in guesses(part) {
            let found =
                Registry::standard().compressors(kind).find_map(|compressor| compressor.symbols(part.text));
            let Some(symbols) = found else { continue };
            any = true;
            let before = part.first_line - 1;
            all.extend(symbols.into_iter().map(|symbol| Symbol {
                first: symbol.first + before,
                end: symbol.end + before,
                ..symbol
            }));
            break;
        }
    }
    any.then_some(all)
}

fn guesses(part: &Part<'_>) -> Vec<Kind> {
    let hints = Hints { tool_name: None, arguments: part.heading };
    Registry::standard().guess_part(&Sample::new(part.text, hints)).iter().collect()
}

fn registry_passages(part: &Part<'_>) -> Option<Passages> {
    let registry = Registry::standard();
    let mut kinds = guesses(part).into_iter();
    kinds.find_map(|kind| registry.compressors(kind).find_map(|compressor| compressor.passages(part.text)))
}

/// The line that names a part, and what a passage in it belongs to.
fn named(part: &Part<'_>, title: Option<&str>) -> Option<Box<str>> {
    let heading = part.heading.trim_matches(|c: char| c.is_whitespace() || "=-#`*:<>".contains(c));
    match (heading, title) {
        ("", None) => None,
        ("", Some(title)) | (title, None) => Some(title.into()),
        (heading, Some(title)) => Some(format!("{heading}: {title}").into()),
    }
}

/// Some lines at a time, parted at blank ones.
fn by_lines(text: &str) -> Vec<Passage> {
    let mut list = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        if at - start >= ENOUGH || line.trim().is_empty() && at - start > line.len() {
            list.push(Passage { start: start as u32, end: at as u32, title: None });
            start = at;
        }
    }
    if start < at {
        list.push(Passage { start: start as u32, end: at as u32, title: None });
    }
    list
}
