//! What there is: the answer where nothing matches, and the hint beside the first page of a long original.
//!
//! Owns the words for kinds, and what is listed of each: headings, files, columns, the first and the last unit.

use super::super::document::Document;
use super::super::source::Source;
use super::super::units::{Units, default_place, line_count, units_at};
use super::{MAX_KEYS, MAX_QUOTED, Request, amount, shortened};
use crate::compress::log::severity::{Severity, severity};
use crate::compress::passage::Noun;
use crate::route::Kind;
use std::fmt::Write as _;

/// Titles that are listed.
const MAX_TITLES: usize = 60;
/// Characters of a title, and of a unit that is quoted.
const MAX_TITLE: usize = 100;
const MAX_UNIT: usize = 200;
/// Units that tell of errors which are quoted.
const MAX_ERRORS: usize = 5;

impl Request<'_> {
    /// What the original is, in one line.
    pub(super) fn description(&self) -> String {
        let lines = line_count(self.original);
        let Some(mut source) = Source::read(self.original) else {
            return match Document::read(self.original) {
                Some(document) => in_words(&document, lines),
                None => format!("text of {lines} lines"),
            };
        };
        let place = default_place(&mut source);
        let units = units_at(&source, place);
        if let Units::Lines(text) = &units
            && let Some(document) = Document::read(text)
        {
            let path = shortened(&source.path(place), MAX_QUOTED);
            return format!("JSON with {} at {path}", in_words(&document, line_count(text)));
        }
        let mut description = format!("JSON with {}", amount(&units, &source.path(place)));
        let keys = source.keys(place, MAX_KEYS + 1);
        for (at, key) in keys.iter().take(MAX_KEYS).enumerate() {
            let before = if at == 0 { "; keys: " } else { ", " };
            let _ = write!(description, "{before}{}", shortened(key, MAX_QUOTED / 2));
        }
        if keys.len() > MAX_KEYS {
            description.push_str(", …");
        }
        description
    }

    /// What stands in the original, on lines of their own: what a reader needs to ask better.
    pub(super) fn outline(&self) -> String {
        let Some(mut source) = Source::read(self.original) else {
            return Document::read(self.original).map(|document| listed(&document)).unwrap_or_default();
        };
        let place = default_place(&mut source);
        let units = units_at(&source, place);
        if let Units::Lines(text) = &units {
            return Document::read(text).map(|document| listed(&document)).unwrap_or_default();
        }
        let word = units.noun().word(1);
        let (mut first, mut last) = (None, None);
        for unit in units.each() {
            first = first.or(Some(unit));
            last = Some(unit);
        }
        let mut text = String::new();
        for (number, unit) in first.into_iter().chain(last.filter(|_| units.total() > 1)) {
            let _ = write!(text, "\n{word} {number}: {}", on_one_line(unit));
        }
        text
    }
}

/// The beginning of a unit, with its blanks as one each.
fn on_one_line(unit: &str) -> String {
    let words: Vec<&str> = unit.split_whitespace().take(MAX_UNIT).collect();
    shortened(&words.join(" "), MAX_UNIT)
}

/// `a log of 812 lines in 640 records`.
pub(super) fn in_words(document: &Document<'_>, lines: usize) -> String {
    let kind = match document.kind {
        Kind::Json | Kind::Ndjson => "JSON",
        Kind::Log => "a log",
        Kind::Build => "output of a build or of tests",
        Kind::Search => "hits of a search",
        Kind::Diff => "a patch",
        Kind::Table => "a table",
        Kind::Tree => "a tree",
        Kind::Html => "a web page",
        Kind::Mixed => "a text of several parts",
        Kind::Xml => "XML",
        Kind::Markdown => "a document",
        Kind::Prose => "prose",
        Kind::Code => "source code",
        Kind::Text => "text",
    };
    let noun = document.passages.noun;
    let amount = document.len();
    let line = if lines == 1 { "line" } else { "lines" };
    let mut words = format!("{kind} of {lines} {line}");
    if amount != lines && noun != Noun::Line {
        let _ = write!(words, " in {amount} {}", noun.word(amount));
    }
    words
}

fn listed(document: &Document<'_>) -> String {
    let mut text = String::new();
    if let Some(head) = document.head() {
        let _ = write!(text, "\ncolumns: {}", shortened(head, 5 * MAX_UNIT));
    }
    let titles = titles(document);
    if titles.len() > 1 {
        for (title, first, last) in titles.iter().take(MAX_TITLES) {
            let numbers = if first == last { first.to_string() } else { format!("{first}-{last}") };
            let _ = write!(text, "\n{numbers}: {}", shortened(title, MAX_TITLE));
        }
        if titles.len() > MAX_TITLES {
            let _ = write!(text, "\n… and {} more", titles.len() - MAX_TITLES);
        }
        return text;
    }
    let quote = |text: &mut String, at: usize| {
        let (first, _) = document.lines_of(document.passage(at));
        let reads = document.reads(at);
        let line = reads.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let _ = write!(text, "\n{first}: {}", shortened(line, MAX_UNIT));
    };
    if document.len() > 0 {
        quote(&mut text, 0);
    }
    if document.len() > 1 {
        quote(&mut text, document.len() - 1);
    }
    if matches!(document.passages.noun, Noun::Record | Noun::Finding) {
        let is_error = |&at: &usize| {
            let reads = document.reads(at);
            severity(reads.lines().next().unwrap_or_default()) == Severity::Error
        };
        let errors: Vec<usize> = (0..document.len()).filter(is_error).collect();
        if !errors.is_empty() {
            let noun = document.passages.noun.word(errors.len());
            let _ = write!(text, "\n{} {noun} with errors", errors.len());
            text.push_str(if errors.len() > MAX_ERRORS { ", the first:" } else { ":" });
        }
        for &at in errors.iter().take(MAX_ERRORS) {
            quote(&mut text, at);
        }
    }
    text
}

/// The titles of the passages with the lines they are for; neighbours with the same title are one.
fn titles<'d>(document: &'d Document<'_>) -> Vec<(&'d str, usize, usize)> {
    let mut titles: Vec<(&str, usize, usize)> = Vec::new();
    for passage in &document.passages.list {
        let Some(title) = passage.title.as_deref() else { continue };
        let (first, last) = document.lines_of(passage);
        match titles.last_mut() {
            Some(before) if before.0 == title => before.2 = last,
            _ => titles.push((title, first, last)),
        }
    }
    titles
}
