//! Large tables with rows left out, and what the rows left out have in common.
//!
//! Owns the split of the budget over tables and the omissions. The choice of rows is in [`super::select`], the
//! figures about the others in [`super::aggregates`].

use super::aggregates::aggregates;
use super::encode::{Part, Prepared, write};
use super::estimate::{Estimates, of_text};
use super::layout::Kinds;
use super::select::{MIN_ROWS, select};
use super::signals::Signals;
use super::write::{Kept, KeptRows, Writer};
use crate::compress::{Omission, Query, Unit};

/// Share of the text below which a table is not worth touching.
const MIN_SHARE: f64 = 0.1;
/// Share of the lossless form that always stays: more is only left out where the rest is far over the budget.
const FLOOR: f64 = 0.4;
/// Times the budget that the floor may reach.
const FLOOR_BUDGETS: f64 = 4.0;

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
                let row_tokens = sizes[number] as usize / rows;
                let keep = select(document, &mut signals, &table.kinds, room, row_tokens);
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
                let aggregates = aggregates(document, &signals, &table.kinds, &keep, left);
                kept_here.insert(number, KeptRows { keep, aggregates, lines: None });
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
