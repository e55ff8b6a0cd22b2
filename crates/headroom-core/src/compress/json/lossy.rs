//! Large tables with rows left out, and what the rows left out have in common.
//!
//! Owns the split of the budget over tables, the aggregates and the omissions. The choice of rows is in
//! [`super::select`].

use super::document::{Document, Id, Kind};
use super::encode::{Part, Prepared, write};
use super::estimate::{Estimates, of_text};
use super::layout::{Kinds, RAW};
use super::select::{MIN_ROWS, select};
use super::signals::Signals;
use super::table::{ABSENT, CellForm, Column};
use super::write::{Kept, KeptRows, Writer};
use crate::compress::{Omission, Query, Unit};
use crate::hash::FixedMap;
use std::fmt::Write as _;

/// Share of the text below which a table is not worth touching.
const MIN_SHARE: f64 = 0.1;
/// Share of the lossless form that always stays: more is only left out where the rest is far over the budget.
const FLOOR: f64 = 0.4;
/// Times the budget that the floor may reach.
const FLOOR_BUDGETS: f64 = 4.0;
/// Columns that aggregates name.
const MAX_AGGREGATES: usize = 10;
/// Values of a category that aggregates name.
const MAX_VALUES: usize = 8;

/// A text with rows left out.
#[derive(Debug)]
pub struct Shortened {
    /// In the notation, with marks for the gaps.
    pub text: String,
    /// What was left out, table by table.
    pub omissions: Vec<Omission>,
}

/// Leaves rows out of the large tables of a prepared document, whose lossless form has `tokens`; `None` where
/// that is not to be had.
#[must_use]
pub fn shorten(
    prepared: &Prepared<'_>,
    estimates: &mut [Estimates],
    query: &Query,
    tokens: usize,
    budget: usize,
) -> Option<Shortened> {
    let target = (tokens as f64 * FLOOR).min(budget as f64 * FLOOR_BUDGETS).max(budget as f64);
    let inner =
        prepared.embedded.iter().map(|embedded| embedded.as_ref().map(|inner| (&inner.part, inner.path)));
    let parts: Vec<Option<(&Part<'_>, &str)>> =
        std::iter::once(Some((&prepared.part, "$"))).chain(inner).collect();
    let sizes: Vec<Vec<u32>> =
        parts.iter().map(|part| part.map_or_else(Vec::new, |(part, _)| sizes(part))).collect();
    let whole = sizes.iter().flatten().sum::<u32>().max(1);
    let mut kept = Vec::with_capacity(parts.len());
    let mut omissions = Vec::new();
    for (part, sizes) in parts.iter().zip(&sizes) {
        let mut kept_here = Kept::new();
        if let Some((Part { document, plan }, base)) = part {
            let mut signals = Signals::new(document, query);
            for (number, table) in plan.tables.iter().enumerate() {
                let rows = table.kinds.rows.len();
                if rows < MIN_ROWS || f64::from(sizes[number]) < f64::from(whole) * MIN_SHARE {
                    continue;
                }
                let room = (rows as f64 * target / tokens as f64) as usize;
                let keep = select(document, &mut signals, &table.kinds, room);
                let left = keep.iter().filter(|&&keep| !keep).count();
                if left * 10 < rows {
                    continue;
                }
                let path = format!("{base}{}", &table.path[1..]);
                omissions.push(Omission {
                    unit: Unit::Rows,
                    count: left,
                    total: rows,
                    ranges: ranges(&keep),
                    path: (path != "$").then_some(path),
                });
                let aggregates = aggregates(document, &table.kinds, &keep, left);
                kept_here.insert(number, KeptRows { keep, aggregates });
            }
        }
        kept.push(kept_here);
    }
    (!omissions.is_empty()).then(|| Shortened { text: write(prepared, estimates, &kept), omissions })
}

/// Estimated tokens of a part's tables.
fn sizes(part: &Part<'_>) -> Vec<u32> {
    let size = |kinds: &Kinds| {
        let mut out = String::new();
        Writer::new(part.document).kinds(&mut out, kinds, None);
        of_text(&out)
    };
    part.plan.tables.iter().map(|table| size(&table.kinds)).collect()
}

fn ranges(keep: &[bool]) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for (at, _) in keep.iter().enumerate().filter(|(_, keep)| !**keep) {
        match ranges.last_mut() {
            Some(last) if last.1 == at => last.1 = at + 1,
            _ => ranges.push((at + 1, at + 1)),
        }
    }
    ranges
}

/// One line about the rows left out: counts of categories, and least, median and greatest of numbers.
fn aggregates(document: &Document<'_>, kinds: &Kinds, keep: &[bool], left: usize) -> String {
    let mut line = format!("… {left} rows left out");
    if kinds.tables.len() > 1 {
        let mut counts = vec![0_usize; kinds.tables.len()];
        for (&(kind, _), _) in kinds.rows.iter().zip(keep).filter(|((kind, _), keep)| *kind != RAW && !**keep)
        {
            counts[kind] += 1;
        }
        line.push(':');
        for (kind, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let _ = write!(line, " #{kind} {count}");
        }
    } else if let Some(table) = kinds.tables.first() {
        let mut named = 0;
        for column in table.columns.iter().filter(|column| !column.constant) {
            if named == MAX_AGGREGATES {
                break;
            }
            let cells = kinds
                .rows
                .iter()
                .zip(keep)
                .filter(|((kind, _), keep)| *kind != RAW && !**keep)
                .map(|((_, row), _)| column.cells[*row])
                .filter(|&id| id < ABSENT);
            if let Some(summary) = summary(document, column, cells, left) {
                let _ = write!(line, "; {} {summary}", column.path);
                named += 1;
            }
        }
    }
    line.push('\n');
    line
}

fn summary(
    document: &Document<'_>,
    column: &Column,
    cells: impl Iterator<Item = Id>,
    left: usize,
) -> Option<String> {
    if !matches!(column.form, CellForm::Plain) {
        return None;
    }
    let mut uses: FixedMap<Id, usize> = FixedMap::default();
    for id in cells {
        *uses.entry(id).or_default() += 1;
    }
    let mut values: Vec<(Id, usize)> = uses.into_iter().collect();
    values.sort_unstable_by_key(|&(id, count)| (std::cmp::Reverse(count), id));
    let short =
        |id: Id| !matches!(document.kind(id), Kind::Array | Kind::Object) && of_text(document.text(id)) <= 6;
    if values.len() <= MAX_VALUES && values.len() * 4 <= left && values.iter().all(|&(id, _)| short(id)) {
        let counts: Vec<String> =
            values.iter().map(|&(id, count)| format!("{} {count}", document.text(id))).collect();
        return (!counts.is_empty()).then(|| counts.join(", "));
    }
    let mut numbers: Vec<(f64, Id, usize)> = values
        .iter()
        .filter(|&&(id, _)| document.kind(id) == Kind::Number)
        .filter_map(|&(id, count)| Some((document.text(id).parse().ok()?, id, count)))
        .collect();
    if numbers.len() < 3 || numbers.len() * 10 < values.len() * 8 {
        return None;
    }
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let total: usize = numbers.iter().map(|&(_, _, count)| count).sum();
    let mut before = 0;
    let median = numbers.iter().find(|&&(_, _, count)| {
        before += count;
        before * 2 >= total
    })?;
    let text = |id: Id| document.text(id);
    Some(format!(
        "{} to {}, median {}",
        text(numbers[0].1),
        text(numbers[numbers.len() - 1].1),
        text(median.1)
    ))
}
