//! Texts that hold several things: a status line and JSON and a trace, the sections of several files, the output of several
//! commands, Markdown with code blocks.
//!
//! Owns taking such a text apart and putting together what the compressors of its parts make of them. A part is never taken
//! apart again. It knows no kind of content but by `route`.

mod borders;
mod detect;
mod notation;
mod passages;
mod split;

pub use detect::detect;
pub use notation::decode;

use super::passage::{Passages, Symbol};
use super::{Candidate, Compressor, Omission, Task, Unit};
use crate::route::{Hints, Kind, Registry, Sample};
use notation::Written;
use split::Part;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Tokens below which a part stays as it is.
const LEAST_TOKENS: usize = 100;
/// The least that a part's share of the budget comes to.
const LEAST_BUDGET: usize = 200;
/// As in the pipeline: something is left out of a part where that saves at least one in so many tokens.
const LEAST_LOSSY_GAIN: usize = 20;

/// The compressor for texts of several parts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mixed;

impl Compressor for Mixed {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        let Some(parts) = split::split(task.text) else { return Vec::new() };
        let forms: Vec<Forms<'_>> = parts.iter().map(|part| Forms::of(part, task)).collect();
        let mut candidates = Vec::new();
        candidates.extend(lossless(&parts, &forms));
        if task.lossless {
            return candidates;
        }
        let tokens: usize = forms.iter().map(|forms| forms.lossless.tokens).sum();
        if forms.iter().any(|forms| forms.folded.is_some()) {
            candidates.push(joined(task, &parts, &forms, Forms::best_folded, false));
        }
        if tokens > task.budget && forms.iter().any(|forms| forms.dropped.is_some()) {
            candidates.push(joined(task, &parts, &forms, Forms::best, true));
        }
        candidates
    }

    fn passages(&self, text: &str) -> Option<Passages> {
        passages::passages(text)
    }

    fn symbols(&self, text: &str) -> Option<Vec<Symbol>> {
        passages::symbols(text)
    }

    fn decode(&self, text: &str, limit: usize) -> Option<String> {
        decode(text, limit)
    }

    fn is_own_output(&self, text: &str) -> bool {
        text.starts_with(notation::OPENING) && notation::is_own_output(text)
    }
}

/// The largest document, or run of documents a line each, in a text of several parts: what `rows` and paths are about where
/// the whole is no JSON.
pub(crate) fn largest_json(text: &str) -> Option<&str> {
    let parts = split::split(text)?.into_iter().filter(|part| part.body);
    parts
        .map(|part| part.text)
        .filter(|text| borders::begins_json(text.as_bytes()))
        .max_by_key(|text| text.len())
}

/// The shorter forms of a text that stands in something else, with what each leaves out, by the text's own lines.
#[derive(Debug)]
pub(in crate::compress) struct Shorter {
    /// With what repeats left out.
    pub(in crate::compress) folded: Option<(String, Vec<Omission>)>,
    /// With facts left out, where that is shorter still.
    pub(in crate::compress) dropped: Option<(String, Vec<Omission>)>,
}

/// What the compressors of its kind make of a text that stands in something else; `None` where nothing is to be gained.
pub(in crate::compress) fn shorter(text: &str, task: &Task<'_>) -> Option<Shorter> {
    let lines = text.split('\n').count();
    let part = Part { text, ends: false, first_line: 1, last_line: lines, body: true, heading: "" };
    let forms = Forms::of(&part, &Task { first_line: 1, ..*task });
    let least = forms.best_folded().tokens;
    let form = |form: Form<'_>| (form.text.into_owned(), form.omissions);
    let dropped = forms.dropped.filter(|dropped| dropped.tokens < least).map(form);
    let folded = forms.folded.map(form);
    (folded.is_some() || dropped.is_some()).then_some(Shorter { folded, dropped })
}

/// One way to write a part.
#[derive(Clone, Debug)]
struct Form<'a> {
    text: Cow<'a, str>,
    tokens: usize,
    /// The notation it is in.
    name: Option<&'static str>,
    omissions: Vec<Omission>,
}

/// The ways to write a part.
#[derive(Debug)]
struct Forms<'a> {
    /// With nothing left out: at worst as it came.
    lossless: Form<'a>,
    /// With what repeats left out.
    folded: Option<Form<'a>>,
    /// With facts left out.
    dropped: Option<Form<'a>>,
}

impl<'a> Forms<'a> {
    fn of(part: &Part<'a>, task: &Task<'_>) -> Self {
        let mut forms = Self {
            lossless: Form { text: Cow::Borrowed(part.text), tokens: 0, name: None, omissions: Vec::new() },
            folded: None,
            dropped: None,
        };
        if !part.body {
            return forms;
        }
        let tokens = task.counter.count(part.text);
        forms.lossless.tokens = tokens;
        if tokens < LEAST_TOKENS {
            return forms;
        }
        let registry = Registry::standard();
        let hints = Hints { tool_name: None, arguments: part.heading };
        let asked = Task {
            text: part.text,
            first_line: task.first_line + part.first_line - 1,
            tokens,
            budget: (task.budget * tokens / task.tokens.max(1)).max(LEAST_BUDGET),
            ..*task
        };
        let mut lossy = Vec::new();
        for kind in registry.guess_part(&Sample::new(part.text, hints)).iter() {
            for compressor in registry.compressors(kind) {
                for candidate in compressor.compress(&asked) {
                    if candidate.omissions.is_empty() {
                        forms.offer_lossless(kind, candidate, &asked);
                    } else {
                        lossy.push((kind, candidate));
                    }
                }
            }
        }
        let limit = forms.lossless.tokens.saturating_sub(forms.lossless.tokens / LEAST_LOSSY_GAIN + 1);
        for (kind, candidate) in lossy {
            let best = if candidate.last_resort { &mut forms.dropped } else { &mut forms.folded };
            let limit = best.as_ref().map_or(limit, |best| best.tokens.saturating_sub(1));
            if let Some(tokens) = task.counter.count_up_to(&candidate.text, limit) {
                let omissions = in_lines(kind, part, task, candidate.omissions);
                *best = Some(Form { text: Cow::Owned(candidate.text), tokens, name: None, omissions });
            }
        }
        forms
    }

    /// Takes a lossless candidate if it is the shortest so far and can be read back within the whole.
    fn offer_lossless(&mut self, kind: Kind, candidate: Candidate, asked: &Task<'_>) {
        let Some(limit) = self.lossless.tokens.checked_sub(1) else { return };
        let Some(tokens) = asked.counter.count_up_to(&candidate.text, limit) else { return };
        let name = if candidate.method == "minify" { notation::MINIFIED } else { kind.name() };
        self.lossless =
            Form { text: Cow::Owned(candidate.text), tokens, name: Some(name), omissions: Vec::new() };
    }

    fn best_folded(&self) -> &Form<'a> {
        self.folded.as_ref().unwrap_or(&self.lossless)
    }

    fn best(&self) -> &Form<'a> {
        let folded = self.best_folded();
        self.dropped.as_ref().filter(|dropped| dropped.tokens < folded.tokens).unwrap_or(folded)
    }
}

/// The whole with every part in its lossless form, if that can be read back.
fn lossless(parts: &[Part<'_>], forms: &[Forms<'_>]) -> Option<Candidate> {
    if forms.iter().all(|forms| forms.lossless.name.is_none()) {
        return None;
    }
    let written: Vec<Written<'_>> =
        forms.iter().map(|forms| Written { text: &forms.lossless.text, name: forms.lossless.name }).collect();
    let ends = parts.last().is_some_and(|part| part.ends);
    let text = notation::encode(&written, ends);
    let longest = parts.iter().map(|part| part.text.len()).max().unwrap_or_default();
    is_decoded(&notation::decode(&text, longest)?, parts, forms).then(|| Candidate::lossless(text, "parts"))
}

/// Whether a decoded text is the original with its parts in JSON minified, which their compressor has proved.
fn is_decoded(decoded: &str, parts: &[Part<'_>], forms: &[Forms<'_>]) -> bool {
    let mut rest = decoded;
    for (part, forms) in parts.iter().zip(forms) {
        let after = match forms.lossless.name {
            Some(notation::MINIFIED) => rest.strip_prefix(&*forms.lossless.text),
            Some("json" | "ndjson") => super::json::document::Document::scan(part.text)
                .and_then(|document| rest.strip_prefix(document.minified().as_str())),
            _ => rest.strip_prefix(part.text),
        };
        let Some(after) = after else { return false };
        rest = if part.ends {
            match after.strip_prefix('\n') {
                Some(after) => after,
                None => return false,
            }
        } else {
            after
        };
    }
    rest.is_empty()
}

/// The whole with every part in the form that `form` chooses.
fn joined<'f>(
    task: &Task<'_>,
    parts: &[Part<'_>],
    forms: &'f [Forms<'_>],
    form: impl Fn(&'f Forms<'f>) -> &'f Form<'f>,
    last_resort: bool,
) -> Candidate {
    let mut text = String::new();
    let mut left_out = LeftOut::default();
    for (part, forms) in parts.iter().zip(forms) {
        let form = form(forms);
        text.push_str(&form.text);
        if part.ends && !(form.text.ends_with('\n') && form.name.is_none() && !form.omissions.is_empty()) {
            text.push('\n');
        }
        left_out.add(&form.omissions);
    }
    let lines = parts.last().map_or(0, |part| part.last_line);
    Candidate { text, method: "parts", omissions: left_out.finish(lines + task.first_line - 1), last_resort }
}

/// What was left out of all parts.
#[derive(Debug, Default)]
struct LeftOut {
    lines: usize,
    ranges: Vec<(usize, usize)>,
    /// Of every other unit how many of how many.
    others: BTreeMap<Unit, (usize, usize)>,
}

impl LeftOut {
    fn add(&mut self, omissions: &[Omission]) {
        for omission in omissions {
            if omission.unit == Unit::Lines {
                self.lines += omission.count;
                self.ranges.extend(&omission.ranges);
            } else {
                let (count, total) = self.others.entry(omission.unit).or_default();
                *count += omission.count;
                *total += omission.total;
            }
        }
    }

    fn finish(mut self, total: usize) -> Vec<Omission> {
        self.ranges.sort_unstable();
        let mut ranges: Vec<(usize, usize)> = Vec::with_capacity(self.ranges.len());
        for (first, last) in self.ranges {
            match ranges.last_mut() {
                Some(before) if first <= before.1 + 1 => before.1 = before.1.max(last),
                _ => ranges.push((first, last)),
            }
        }
        let lines = Omission { unit: Unit::Lines, count: self.lines.min(total), total, ranges, path: None };
        let other = |(unit, (count, total))| Omission { unit, count, total, ranges: Vec::new(), path: None };
        let others = self.others.into_iter().map(other);
        others.chain((lines.count > 0).then_some(lines)).collect()
    }
}

/// What was left out of a part, said in lines of the whole: rows of JSON as the lines that hold them.
fn in_lines(kind: Kind, part: &Part<'_>, task: &Task<'_>, omissions: Vec<Omission>) -> Vec<Omission> {
    let offset = task.first_line - 1;
    let mut all = Vec::new();
    for omission in omissions {
        let of_json = omission.unit != Unit::Lines && matches!(kind, Kind::Json | Kind::Ndjson);
        let rows_are_lines = kind == Kind::Ndjson && omission.unit == Unit::Rows && omission.path.is_none();
        if of_json {
            let ranges = if rows_are_lines {
                documents_in_lines(part, &omission.ranges)
            } else {
                vec![(part.first_line, part.last_line)]
            };
            let count = ranges.iter().map(|&(first, last)| last - first + 1).sum();
            let ranges = ranges.iter().map(|&(first, last)| (first + offset, last + offset)).collect();
            all.push(Omission { unit: Unit::Lines, count, total: count, ranges, path: None });
        }
        if !rows_are_lines {
            all.push(omission);
        }
    }
    all
}

/// The lines of documents that are counted from 1; blank lines hold none.
fn documents_in_lines(part: &Part<'_>, ranges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let filled = (part.first_line..)
        .zip(part.text.split('\n'))
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(number, _)| number);
    let numbers: Vec<usize> = filled.collect();
    let line = |document: usize| numbers.get(document - 1).copied().unwrap_or(part.last_line);
    ranges.iter().map(|&(first, last)| (line(first), line(last))).collect()
}

#[cfg(test)]
mod tests;
