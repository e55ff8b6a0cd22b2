//! Blocks put together: the text that is sent, and what of the source does not stand in it.
//!
//! Owns the lines of the output, what stands between two blocks, the marks for what was left out, and the omissions.
//! It does not know why a line is left out.

use super::render::{Kind, Rendered};
use crate::compress::{Omission, Unit};
use std::fmt::Write as _;

/// Characters of a line by which a repeat is found.
const QUOTED: usize = 60;

/// Where the lines of a source begin.
#[derive(Debug)]
pub(super) struct Lines {
    starts: Vec<u32>,
    /// The number of the first one.
    first: usize,
}

impl Lines {
    /// The lines of a source whose first one has this number.
    pub(super) fn of(source: &str, first: usize) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', source.as_bytes()).map(|newline| newline as u32 + 1));
        if source.ends_with('\n') {
            starts.pop();
        }
        Self { starts, first }
    }

    /// How many there are.
    fn count(&self) -> usize {
        self.starts.len()
    }

    /// The number of the line in which a byte stands.
    fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset) + self.first - 1
    }

    /// The first and the last line of a piece of the source.
    fn of_span(&self, (start, end): (u32, u32)) -> (usize, usize) {
        let first = self.line(start);
        (first, self.line(end.saturating_sub(1).max(start)).max(first))
    }
}

/// Whether a line is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Kept,
    /// This line of the output says the same.
    Repeats(usize),
    LeftOut,
}

/// A line of the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) kind: Kind,
    /// The block it belongs to.
    pub(super) block: usize,
    /// Whether it opens or closes a block of code.
    pub(super) is_fence: bool,
    /// Where it stands in the text of all blocks.
    start: usize,
    end: usize,
    /// The lines of the source that it was made of.
    first: usize,
    last: usize,
    pub(super) state: State,
}

/// A page, line by line.
#[derive(Clone, Debug)]
pub(super) struct Page<'r> {
    text: &'r str,
    pub(super) lines: Vec<Line>,
}

impl<'r> Page<'r> {
    pub(super) fn new(rendered: &'r Rendered, source: &Lines) -> Self {
        let mut lines = Vec::with_capacity(rendered.blocks.len() * 2);
        for (number, block) in rendered.blocks.iter().enumerate() {
            let (first, last) = source.of_span(block.source);
            let text = &rendered.text[block.start..block.end];
            let count = text.split('\n').count();
            let is_fenced = block.kind == Kind::Code && count > 1;
            let mut start = block.start;
            for (at, line) in text.split('\n').enumerate() {
                // The lines of code are those of the source, between their fences.
                let (first, last) = if is_fenced {
                    let line = (first + at.saturating_sub(1)).min(last);
                    (line, line)
                } else {
                    (first, last)
                };
                lines.push(Line {
                    kind: block.kind,
                    block: number,
                    is_fence: is_fenced && (at == 0 || at + 1 == count),
                    start,
                    end: start + line.len(),
                    first,
                    last,
                    state: State::Kept,
                });
                start += line.len() + 1;
            }
        }
        Self { text: &rendered.text, lines }
    }

    /// The text of a line.
    pub(super) fn text(&self, line: &Line) -> &'r str {
        &self.text[line.start..line.end]
    }

    /// Writes what is kept, with marks for what is not.
    pub(super) fn written(&self) -> String {
        let mut out = String::with_capacity(self.text.len() + self.lines.len());
        let mut at = 0;
        let mut last: Option<&Line> = None;
        while let Some(line) = self.lines.get(at) {
            match last {
                Some(last) if last.block == line.block => out.push('\n'),
                Some(last) => out.push_str(between(last.kind, line.kind)),
                None => {}
            }
            let mut end = at + 1;
            match (line.state, line.kind) {
                (State::Kept, Kind::Gap(reason)) => {
                    push_gap(&mut out, (line.first, line.last), reason.words());
                }
                (State::Kept, _) => out.push_str(self.text(line)),
                (State::LeftOut, _) => {
                    while self.lines.get(end).is_some_and(|next| next.state == State::LeftOut) {
                        end += 1;
                    }
                    push_gap(&mut out, (line.first, self.lines[end - 1].last), "");
                }
                (State::Repeats(of), _) => {
                    while self.lines.get(end).is_some_and(|next| next.state == State::Repeats(of + end - at))
                    {
                        end += 1;
                    }
                    let known = (self.lines[of].first, self.lines[of + end - 1 - at].last);
                    push_repeat(&mut out, (line.first, self.lines[end - 1].last), known, self.text(line));
                }
            }
            last = self.lines.get(end - 1);
            at = end;
        }
        out
    }

    /// What is not there: the lines of the source that nothing was made of, and how much less there is to read.
    pub(super) fn omissions(&self, source: &str, lines: &Lines, text: &str) -> Vec<Omission> {
        let total = lines.count();
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        let mut next = lines.first;
        let end = lines.first + total - 1;
        let is_there =
            |line: &&Line| line.state == State::Kept && !matches!(line.kind, Kind::Gap(_) | Kind::Links);
        for line in self.lines.iter().filter(is_there) {
            if next < line.first {
                ranges.push((next, line.first - 1));
            }
            next = next.max(line.last + 1);
        }
        if next <= end {
            ranges.push((next, end));
        }
        let count = ranges.iter().map(|(first, last)| last - first + 1).sum();
        let characters = source.chars().count();
        let left = characters.saturating_sub(text.chars().count()).max(1);
        let mut omissions = Vec::new();
        if count > 0 {
            omissions.push(Omission { unit: Unit::Lines, count, total, ranges, path: None });
        }
        omissions.push(Omission {
            unit: Unit::Characters,
            count: left,
            total: characters,
            ranges: Vec::new(),
            path: None,
        });
        omissions
    }
}

/// What stands between two blocks.
fn between(before: Kind, after: Kind) -> &'static str {
    match (before, after) {
        (_, Kind::Heading(_) | Kind::Links) | (Kind::Paragraph, Kind::Paragraph) => "\n\n",
        _ => "\n",
    }
}

/// `… 34 lines (120-153): navigation`.
fn push_gap(out: &mut String, (first, last): (usize, usize), what: &str) {
    let _ = if first == last {
        write!(out, "… line {first}")
    } else {
        write!(out, "… {} lines ({first}-{last})", last - first + 1)
    };
    if !what.is_empty() {
        let _ = write!(out, ": {what}");
    }
}

/// `… 96 lines (5123-5218): the same as lines 1210-1305, from "repository": {`.
fn push_repeat(out: &mut String, here: (usize, usize), known: (usize, usize), line: &str) {
    push_gap(out, here, "");
    let line = line.trim_start_matches([' ', '-', '>']);
    let end = line.char_indices().nth(QUOTED).map_or(line.len(), |(end, _)| end);
    let _ = write!(out, ": the same as lines {}-{}, from {}", known.0, known.1, line[..end].trim_end());
}
