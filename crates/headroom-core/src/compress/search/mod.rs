//! `SearchCompressor`: hits of a search in files, losslessly by file first, then the best of every file.
//!
//! Owns everything about outputs of grep and its kin: hits with their context, counts, lists of paths. It knows nothing
//! of providers, handles or policy.

mod decode;
pub mod detect;
pub mod list;
pub mod lossy;
pub mod notation;
mod passages;
pub mod plan;
pub mod rank;
mod ripgrep;
pub mod rows;
pub mod write;

use super::passage::Passages;
use super::{Candidate, Compressor, Omission, Task, Unit};
use notation::Notation;
use plan::Plan;
use rows::{Layout, Output, Row};

pub use decode::decode;

#[cfg(test)]
mod tests;

/// Tokens from which on a list of paths is written by directory: what is looked for in a short one is a whole path.
const LEAST_LIST: usize = 1_000;

/// The compressor for hits of a search.
#[derive(Clone, Copy, Debug, Default)]
pub struct SearchCompressor;

/// An output by file.
struct Grouped<'a> {
    output: Output<'a>,
    plan: Plan<'a>,
    notation: Notation<'a>,
    text: String,
}

/// The output by file, which decodes to `text`.
fn group(text: &str) -> Option<Grouped<'_>> {
    let output = Output::read(text)?;
    let plan = Plan::new(&output);
    let separators = output.rows.contains(&Row::Separator);
    for separators in [true, false].into_iter().filter(|&left_out| separators || !left_out) {
        let notation = write::notation(&output, &plan, separators);
        let written = write::write(&output, &plan, &notation);
        if decode(&written, text.len()).as_deref() == Some(text) {
            return Some(Grouped { output, plan, notation, text: written });
        }
    }
    None
}

/// Whether an output is a list of counts rather than of lines.
fn is_counts(output: &Output<'_>) -> bool {
    output.layout == Layout::Unnumbered
        && output.rows.iter().filter_map(Row::hit).all(|hit| hit.text.trim_end().parse::<u64>().is_ok())
}

/// A list of paths by directory, which decodes to `text`.
fn list(text: &str) -> Option<String> {
    list::write(text).filter(|written| list::decode(written, text.len()).as_deref() == Some(text))
}

/// The best lossless form, as [`SearchCompressor`] offers it.
fn lossless(text: &str) -> Option<String> {
    if ripgrep::Output::read(text).is_some() {
        return messages(text);
    }
    match group(text) {
        Some(grouped) if !is_counts(&grouped.output) => Some(grouped.text),
        _ => list(text),
    }
}

/// What `rg --json` printed, by file, which decodes to `text`.
fn messages(text: &str) -> Option<String> {
    let written = ripgrep::Output::read(text)?.written();
    (ripgrep::decode(&written, text.len()).as_deref() == Some(text)).then_some(written)
}

/// Candidates for what `rg --json` printed: by file without loss, as plain hits without the offsets and figures that only
/// programs read, and the best of these.
fn of_messages(task: &Task<'_>) -> Option<Vec<Candidate>> {
    let output = ripgrep::Output::read(task.text)?;
    let lossless = messages(task.text).map(|text| Candidate::lossless(text, "files"));
    let mut candidates: Vec<Candidate> = lossless.into_iter().collect();
    if task.lossless {
        return Some(candidates);
    }
    let hits = output.hits();
    let plan = Plan::new(&hits);
    let notation = write::notation(&hits, &plan, false);
    let text = write::write(&hits, &plan, &notation);
    let total = task.text.chars().count();
    let mut offer = |text: String, method, lines: Option<Omission>| {
        let text = format!("{text}[rg --json without offsets, columns and statistics]\n");
        let count = total.saturating_sub(text.chars().count()).max(1);
        let characters = Omission { unit: Unit::Characters, count, total, ranges: Vec::new(), path: None };
        let last_resort = lines.is_some();
        let omissions = lines.into_iter().chain([characters]).collect();
        candidates.push(Candidate { text, method, omissions, last_resort });
    };
    let tokens = task.counter.count(&text);
    let size = (tokens, text.len());
    let shortened =
        (tokens > task.budget).then(|| lossy::shorten(&hits, &plan, &notation, task, size)).flatten();
    offer(text, "hits-only", None);
    if let Some((text, lines)) = shortened {
        offer(text, "hits", Some(lines));
    }
    Some(candidates)
}

impl Compressor for SearchCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        if let Some(candidates) = of_messages(task) {
            return candidates;
        }
        let Some(grouped) = group(task.text).filter(|grouped| !is_counts(&grouped.output)) else {
            let list = if task.tokens < LEAST_LIST { None } else { list(task.text) };
            return list.map(|text| Candidate::lossless(text, "directories")).into_iter().collect();
        };
        let tokens = if task.lossless { 0 } else { task.counter.count(&grouped.text) };
        let shortened = (tokens > task.budget)
            .then(|| {
                let size = (tokens, grouped.text.len());
                let Grouped { output, plan, notation, .. } = &grouped;
                lossy::shorten(output, plan, notation, task, size)
            })
            .flatten();
        let mut candidates = vec![Candidate::lossless(grouped.text, "files")];
        candidates.extend(shortened.map(|(text, omission)| Candidate {
            text,
            method: "hits",
            omissions: vec![omission],
            last_resort: true,
        }));
        candidates
    }

    fn passages(&self, text: &str) -> Option<Passages> {
        passages::passages(text)
    }

    fn decode(&self, text: &str, limit: usize) -> Option<String> {
        if text.starts_with(list::OPENING) {
            list::decode(text, limit)
        } else if text.starts_with(ripgrep::OPENING) {
            ripgrep::decode(text, limit)
        } else {
            decode(text, limit)
        }
    }

    fn is_own_output(&self, text: &str) -> bool {
        if !text.starts_with(notation::OPENING) && !text.starts_with(ripgrep::OPENING) {
            return false;
        }
        // A forged text may stand for far more than any of ours is worth looking at.
        let limit = text.len().saturating_mul(64).saturating_add(1 << 20);
        self.decode(text, limit).is_some_and(|original| lossless(&original).as_deref() == Some(text))
    }
}
