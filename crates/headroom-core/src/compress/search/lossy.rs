//! Hits with some left out: those that answer the question stay, and some of every file as far as there is room.
//!
//! Owns the choice under a budget and the marks for gaps. Every file stays named, with the number of its lines that
//! are left out.

use super::notation::Notation;
use super::plan::{Plan, Section};
use super::rank::{Found, Wanted, Weights, asks_for_every};
use super::rows::{Mark, Output, Row};
use super::write::{write_loose, write_row, write_section_heading};
use crate::compress::{Omission, Query, Task, Unit};
use crate::hash::FixedMap;
use std::fmt::Write as _;

/// Share of the lossless form that always stays: more is only left out where the rest is far over the budget.
const FLOOR: f64 = 0.6;
/// Times the budget that the floor may reach.
const FLOOR_BUDGETS: f64 = 4.0;
/// Share of the room for lines that answer the question, whichever file they are of.
const ANSWERS: f64 = 0.6;
/// Ranges of lines that a mark lists; of more it says where they begin and end.
const MAX_RANGES: usize = 3;
/// Tokens of a mark for a gap.
const MARK_TOKENS: f64 = 8.0;
/// What the first line says of gaps.
const LEGEND: &str = "; …: left out (lines of the whole output; a file and its number of hits)";

/// How many tokens may stay of a lossless form.
#[must_use]
pub fn target(query: &Query, tokens: usize, budget: usize) -> f64 {
    let (tokens, budget) = (tokens as f64, budget as f64);
    let most = budget * FLOOR_BUDGETS;
    if asks_for_every(query) { tokens.min(most) } else { (tokens * FLOOR).min(most).max(budget) }
}

/// An output with lines left out, whose lossless form has `tokens` in `bytes`; `None` where nothing has to go.
#[must_use]
pub fn shorten(
    output: &Output<'_>,
    plan: &Plan<'_>,
    notation: &Notation<'_>,
    task: &Task<'_>,
    (tokens, bytes): (usize, usize),
) -> Option<(String, Omission)> {
    let query = task.query;
    let target = target(query, tokens, task.budget);
    if target >= tokens as f64 {
        return None;
    }
    // Numbers of lines are those of the block.
    let before = task.first_line.saturating_sub(1);
    let tokens_a_byte = tokens as f64 / bytes.max(1) as f64;
    let mut keep = select(output, plan, query, target, tokens_a_byte);
    // Separators and headings go with what they stand before.
    for at in (0..keep.len().saturating_sub(1)).rev() {
        if matches!(output.rows[at], Row::Separator | Row::Heading) {
            keep[at] = keep[at + 1];
        }
    }
    let ranges = ranges(&keep, before);
    let count = ranges.iter().map(|&(first, last)| last - first + 1).sum();
    let omission = Omission { unit: Unit::Lines, count, total: keep.len(), ranges, path: None };
    (count > 0).then(|| (write(output, plan, notation, &keep, before), omission))
}

/// A line that may stay, with those equal to it.
struct Entry {
    row: usize,
    section: usize,
    weight: f64,
    cost: f64,
}

fn select(output: &Output<'_>, plan: &Plan<'_>, query: &Query, target: f64, tokens_a_byte: f64) -> Vec<bool> {
    let rows = &output.rows;
    let mut entries = weigh(output, plan, query, tokens_a_byte);
    let strong = entries.1;
    let entries = &mut entries.0;
    let mut keep = vec![false; rows.len()];
    let mut room = target;
    let mut shown = vec![false; plan.sections.len()];
    // Every file is named, shown or not.
    for section in &plan.sections {
        let name = section.path.len() - section.path.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
        room -= name as f64 * tokens_a_byte + 3.0;
    }
    let heading = |section: &Section<'_>| section.path.len() as f64 * tokens_a_byte + MARK_TOKENS;
    let mut take = |entry: &Entry, room: &mut f64| {
        let first = if entry.section == usize::MAX || shown[entry.section] {
            0.0
        } else {
            heading(&plan.sections[entry.section])
        };
        if keep[entry.row] || entry.cost + first > *room {
            return;
        }
        *room -= entry.cost + first;
        if let Some(shown) = shown.get_mut(entry.section) {
            *shown = true;
        }
        for row in plan.equal(entry.row) {
            keep[row] = true;
        }
    };
    entries.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.row.cmp(&b.row)));
    let mut answers = room * ANSWERS;
    let rest = room - answers;
    for entry in entries.iter().take_while(|entry| entry.weight >= strong) {
        take(entry, &mut answers);
    }
    room = rest + answers;
    // Round by round one more line of each file, the best first.
    let mut ranks = vec![0_u32; plan.sections.len()];
    let mut rounds: Vec<(u32, usize)> = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let rank = ranks.get_mut(entry.section).map_or(0, |rank| {
            *rank += 1;
            *rank
        });
        rounds.push((rank, at));
    }
    rounds.sort_unstable();
    for (_, at) in rounds {
        take(&entries[at], &mut room);
    }
    // A mark costs as much as the lines of a small gap.
    let mut left = vec![0.0; plan.sections.len()];
    for entry in entries.iter().filter(|entry| !keep[entry.row]) {
        if let Some(left) = left.get_mut(entry.section) {
            *left += entry.cost;
        }
    }
    for entry in entries.iter() {
        if entry.section < left.len() && shown[entry.section] && left[entry.section] <= MARK_TOKENS * 2.0 {
            for row in plan.equal(entry.row) {
                keep[row] = true;
            }
        }
    }
    keep
}

/// Every line with its weight, and the weight from which on one answers the question.
fn weigh(output: &Output<'_>, plan: &Plan<'_>, query: &Query, tokens_a_byte: f64) -> (Vec<Entry>, f64) {
    let wanted = Wanted::new(query);
    let mut buffer = String::new();
    let mut entries = Vec::new();
    let mut found = Vec::new();
    let mut alike: FixedMap<&str, u32> = FixedMap::default();
    let mut paths: Vec<Found> = Vec::with_capacity(plan.sections.len());
    let mut sections = plan.sections.iter().enumerate().peekable();
    for (at, row) in output.rows.iter().enumerate() {
        while sections.next_if(|(_, section)| section.rows.end <= at).is_some() {}
        let section = sections.peek().filter(|(_, section)| section.rows.contains(&at));
        let (text, cost) = match row {
            Row::Hit(_) if plan.follows[at] => continue,
            Row::Hit(hit) => {
                let numbers = if hit.line > 0 { 2.0 * plan.equal(at).count() as f64 } else { 0.0 };
                (hit.text, numbers)
            }
            Row::Other(text) => (*text, 2.0),
            Row::Separator | Row::Heading => continue,
        };
        if let Some((_, section)) = section
            && row.hit().is_some()
            && section.rows.start == at
        {
            paths.push(wanted.found(section.path, &mut buffer));
        }
        *alike.entry(text.trim()).or_default() += 1;
        found.push(wanted.found(text, &mut buffer));
        entries.push(Entry {
            row: at,
            section: section.filter(|_| row.hit().is_some()).map_or(usize::MAX, |&(number, _)| number),
            weight: 0.0,
            cost: text.len() as f64 * tokens_a_byte + cost,
        });
    }
    let weights = Weights::new(&found);
    let path_weights = Weights::new(&paths);
    for (entry, &found) in entries.iter_mut().zip(&found) {
        let path = paths.get(entry.section).map_or(0.0, |&path| path_weights.weigh_path(path));
        entry.weight = weights.weigh(found) + path;
        let (text, mark) = match &output.rows[entry.row] {
            Row::Hit(hit) => (hit.text, hit.mark),
            Row::Other(text) => (*text, Mark::Match),
            Row::Separator | Row::Heading => continue,
        };
        // What many files say alike says little; what only stands near a match says less.
        entry.weight -= 0.5 * libm::log2(f64::from(alike.get(text.trim()).copied().unwrap_or(1)));
        if mark != Mark::Match {
            entry.weight = entry.weight * 0.5 - 1.0;
        }
    }
    (entries, weights.strong())
}

/// The rows that are not kept, 1-based after `offset`.
fn ranges(keep: &[bool], offset: usize) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for at in (0..keep.len()).filter(|&at| !keep[at]) {
        match ranges.last_mut() {
            Some(last) if last.1 == offset + at => last.1 = offset + at + 1,
            _ => ranges.push((offset + at + 1, offset + at + 1)),
        }
    }
    ranges
}

fn write(
    output: &Output<'_>,
    plan: &Plan<'_>,
    notation: &Notation<'_>,
    keep: &[bool],
    before: usize,
) -> String {
    let separated = output.rows.contains(&Row::Separator);
    let notation = Notation { separators: separated, ..notation.clone() };
    let mut out = String::with_capacity(keep.len() * 16);
    let mut legend = notation.clone();
    legend.root = "";
    legend.write(&mut out);
    out.push_str(LEGEND);
    Notation::write_root(notation.root, &mut out);
    let mut hidden = Hidden::default();
    let mut written = 0;
    let loose = |out: &mut String, hidden: &mut Hidden<'_>, from: usize, to: usize| {
        for (at, (&kept, row)) in keep.iter().zip(&output.rows).enumerate().take(to).skip(from) {
            let other = matches!(row, Row::Other(_));
            if kept {
                if other {
                    hidden.write(out);
                }
                write_loose(out, row, &notation);
            } else if other {
                hidden.lines(before + at, before + at + 1);
            }
        }
    };
    for section in &plan.sections {
        loose(&mut out, &mut hidden, written, section.rows.start);
        written = section.rows.end;
        let kept = &keep[section.rows.clone()];
        if !kept.contains(&true) {
            hidden.lines(before + section.rows.start, before + section.rows.end);
            let lines = output.rows[section.rows.clone()].iter().filter_map(Row::hit).count();
            hidden.files.push((&section.path[notation.root.len()..], lines));
            continue;
        }
        hidden.write(&mut out);
        write_section_heading(&mut out, output, section, &notation);
        for at in section.rows.clone().filter(|&at| keep[at]) {
            write_row(&mut out, output, plan, section, &notation, at);
        }
        let left = ranges(kept, before + section.rows.start);
        if !left.is_empty() {
            let count: usize = left.iter().map(|&(first, last)| last - first + 1).sum();
            let _ = write!(out, "\n… {count} of {}, ", kept.len());
            write_ranges(&mut out, &left);
        }
    }
    loose(&mut out, &mut hidden, written, keep.len());
    hidden.write(&mut out);
    out.push('\n');
    out
}

/// `lines 9-20,30`, or `between lines 9 and 80` where there are many ranges.
fn write_ranges(out: &mut String, ranges: &[(usize, usize)]) {
    let (Some(&(first, _)), Some(&(_, last))) = (ranges.first(), ranges.last()) else { return };
    if ranges.len() > MAX_RANGES {
        let _ = write!(out, "within lines {first}-{last}");
        return;
    }
    out.push_str(if first == last { "line " } else { "lines " });
    for (at, &(first, last)) in ranges.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ =
            if first == last { write!(out, "{comma}{first}") } else { write!(out, "{comma}{first}-{last}") };
    }
}

/// Neighbouring files of which nothing is shown.
#[derive(Default)]
struct Hidden<'a> {
    /// First and last line, 1-based; nothing where the first is 0.
    lines: (usize, usize),
    /// The files, and how many lines of each there are.
    files: Vec<(&'a str, usize)>,
}

impl Hidden<'_> {
    fn lines(&mut self, from: usize, to: usize) {
        if self.lines.0 == 0 {
            self.lines.0 = from + 1;
        }
        self.lines.1 = to;
    }

    /// `… lines 9-80: src/ a.rs 3, b.rs 60; tests/ c.rs 9`.
    fn write(&mut self, out: &mut String) {
        if self.lines.0 > 0 {
            out.push_str("\n… ");
            write_ranges(out, &[self.lines]);
            let mut directory = "";
            for (at, (path, lines)) in self.files.iter().enumerate() {
                let (above, name) = path.split_at(path.rfind(['/', '\\']).map_or(0, |slash| slash + 1));
                out.push_str(match at {
                    0 => ": ",
                    _ if above == directory => ", ",
                    _ => "; ",
                });
                if above != directory {
                    out.push_str(above);
                    out.push(' ');
                    directory = above;
                }
                let _ = write!(out, "{name} {lines}");
            }
        }
        *self = Self::default();
    }
}
