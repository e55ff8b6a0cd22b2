//! A text with what it is made of: the kind that the router takes it for, and that kind's own passages.
//!
//! Owns the way from a text to its passages and their places. It does not know how they are searched or shown.

use super::ranges::Range;
use super::search;
use crate::compress::log::lines::Lines;
use crate::compress::passage::{Noun, Passage, Passages, Symbol};
use crate::route::{Guesses, Hints, Kind, Registry, Sample};
use std::borrow::Cow;

/// What is known of a text.
pub(super) struct Document<'t> {
    text: &'t str,
    /// What it is taken for.
    pub(super) kind: Kind,
    pub(super) lines: Lines<'t>,
    pub(super) passages: Passages,
}

/// The passages that are searched.
pub(super) struct Chosen<'d, 't> {
    pub(super) document: &'d Document<'t>,
    /// Their indexes.
    pub(super) indexes: Vec<u32>,
}

fn guesses(text: &str) -> Guesses {
    Registry::standard().guess(&Sample::new(text, Hints::default()))
}

/// What is defined in a text; `None` where its kind defines nothing.
pub(super) fn symbols(text: &str) -> Option<Vec<Symbol>> {
    let registry = Registry::standard();
    guesses(text)
        .iter()
        .find_map(|kind| registry.compressors(kind).find_map(|compressor| compressor.symbols(text)))
}

impl<'t> Document<'t> {
    /// Reads a text; `None` where it has 4 GiB or more.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let lines = Lines::new(text)?;
        let registry = Registry::standard();
        let guesses = guesses(text);
        let of_kind = |kind: Kind| {
            registry
                .compressors(kind)
                .find_map(|compressor| compressor.passages(text))
                .map(|found| (kind, found))
        };
        let (kind, passages) = guesses.iter().find_map(of_kind).unwrap_or_else(|| {
            let starts: Vec<u32> = (0..lines.len()).map(|line| lines.start(line) as u32).collect();
            (guesses.best(), Passages::tiled(Noun::Line, &starts, text.len()))
        });
        // Pages are read without their tags, which is no place to cut.
        let passages = if passages.reading.is_none() { passages.cut(text) } else { passages };
        Some(Self { text, kind, lines, passages })
    }

    /// How many passages there are.
    pub(super) fn len(&self) -> usize {
        self.passages.list.len()
    }

    /// A passage.
    pub(super) fn passage(&self, at: usize) -> &Passage {
        &self.passages.list[at]
    }

    /// The numbers of its first and its last line, from 1.
    pub(super) fn lines_of(&self, passage: &Passage) -> (usize, usize) {
        let last = (passage.end.max(passage.start + 1) - 1) as usize;
        (self.lines.index_of(passage.start as usize) + 1, self.lines.index_of(last) + 1)
    }

    /// How a passage reads.
    pub(super) fn reads(&self, at: usize) -> Cow<'t, str> {
        let passage = self.passage(at);
        let text = &self.text[passage.start as usize..passage.end as usize];
        match self.passages.reading {
            Some(reading) => Cow::Owned(reading(text)),
            None => Cow::Borrowed(text),
        }
    }

    /// Where a passage stands and what it belongs to: `120: `, `5@4001: `, `120-131 (src/net.rs):` and a line break.
    pub(super) fn lead(&self, at: usize) -> String {
        let passage = self.passage(at);
        let (first, last) = self.lines_of(passage);
        let line_start = self.lines.start(first - 1);
        let before = &self.text[line_start..passage.start as usize];
        let character =
            if before.is_empty() { String::new() } else { format!("@{}", before.chars().count() + 1) };
        let numbers =
            if first == last { format!("{first}{character}") } else { format!("{first}{character}-{last}") };
        let text = &self.text[passage.start as usize..passage.end as usize];
        let told = |title: &&str| !text.trim_start().starts_with(*title);
        let title = passage.title.as_deref().filter(told).map(|title| super::shortened(title, 160));
        let one_line = first == last && self.passages.reading.is_none();
        match title {
            Some(title) if one_line => format!("{numbers} ({title}): "),
            Some(title) => format!("{numbers} ({title}):\n"),
            None if one_line => format!("{numbers}: "),
            None => format!("{numbers}:\n"),
        }
    }

    /// The lines that say what stands in each passage.
    pub(super) fn head(&self) -> Option<&'t str> {
        let (start, end) = self.passages.head?;
        Some(self.text[start as usize..end as usize].trim_end())
    }

    /// The passages of which a line is in `ranges`, which ascend.
    pub(super) fn within(&self, ranges: &[Range]) -> Vec<u32> {
        let mut ranges = ranges.iter().peekable();
        let mut chosen = Vec::new();
        for (at, passage) in self.passages.list.iter().enumerate() {
            let (first, last) = self.lines_of(passage);
            while ranges.next_if(|range| range.last < first).is_some() {}
            match ranges.peek() {
                Some(range) if range.first <= last => chosen.push(at as u32),
                Some(_) => {}
                None => break,
            }
        }
        chosen
    }
}

impl search::Units for Chosen<'_, '_> {
    fn len(&self) -> usize {
        self.indexes.len()
    }

    fn read(&self, at: usize, text: &mut String) {
        let at = self.indexes[at] as usize;
        if let Some(title) = &self.document.passage(at).title {
            text.push_str(title);
            text.push('\n');
        }
        text.push_str(&self.document.reads(at));
    }
}
