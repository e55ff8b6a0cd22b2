//! Tables over the budget with rows left out.
//!
//! Owns how many rows stay and in which lines the others stood. Which ones stay and what is said of the others is decided
//! as it is for JSON.

use super::sheet::Sheet;
use crate::compress::json::aggregates::aggregates;
use crate::compress::json::encode::{Prepared, write};
use crate::compress::json::estimate::Estimates;
use crate::compress::json::select::{MIN_ROWS, select};
use crate::compress::json::signals::Signals;
use crate::compress::json::write::{Kept, KeptRows};
use crate::compress::{Candidate, Omission, Task, Unit};

/// Share of the lossless form that stays. A row of a table says little that the figures about all rows do not say, once
/// those that stand out are kept.
const FLOOR: f64 = 0.25;
/// Share of the budget that may always be used.
const FLOOR_BUDGET: f64 = 0.5;
/// Times the budget that may be used.
const MOST_BUDGETS: f64 = 4.0;

/// The table with rows left out, where that is to be had; `tokens` are those of its lossless form.
pub(super) fn shorten(
    sheet: &Sheet<'_>,
    prepared: &Prepared<'_>,
    estimates: &mut [Estimates],
    task: &Task<'_>,
    tokens: usize,
) -> Option<Candidate> {
    let [planned] = &prepared.part.plan.tables[..] else { return None };
    let rows = planned.kinds.rows.len();
    if rows < MIN_ROWS || rows != sheet.rows.len() {
        return None;
    }
    let budget = task.budget as f64;
    let target = (tokens as f64 * FLOOR).max(budget * FLOOR_BUDGET).min(budget * MOST_BUDGETS);
    let document = prepared.part.document;
    let mut signals = Signals::new(document, task.query);
    let room = (rows as f64 * target / tokens as f64) as usize;
    let keep = select(document, &mut signals, &planned.kinds, room, tokens / rows);
    let left = keep.iter().filter(|&&keep| !keep).count();
    if left * 10 < rows {
        return None;
    }
    let lines = lines(sheet, task.first_line);
    let mut omission = Omission {
        unit: Unit::Lines,
        count: 0,
        total: sheet.source.lines().count(),
        ranges: Vec::new(),
        path: None,
    };
    for (row, _) in keep.iter().enumerate().filter(|(_, keep)| !**keep) {
        let (first, last) = (lines[row], lines[row + 1] - 1);
        omission.count += last + 1 - first;
        match omission.ranges.last_mut() {
            Some(range) if range.1 + 1 == first => range.1 = last,
            _ => omission.ranges.push((first, last)),
        }
    }
    let aggregates = aggregates(document, &signals, &planned.kinds, &keep, left);
    let kept = Kept::from([(0, KeptRows { keep, aggregates, lines: Some(lines) })]);
    Some(Candidate {
        text: sheet.wrap(&write(prepared, estimates, &[kept])),
        method: "rows",
        omissions: vec![omission],
        last_resort: true,
    })
}

/// The line on which each row begins, where the text begins on line `first`, and where the next one would.
fn lines(sheet: &Sheet<'_>, first: usize) -> Vec<usize> {
    let bytes = sheet.source.as_bytes();
    let mut lines = Vec::with_capacity(sheet.rows.len() + 1);
    let (mut line, mut at) = (first, 0);
    for start in sheet.rows.iter().map(|row| row.start).chain([sheet.below]) {
        line += memchr::memchr_iter(b'\n', &bytes[at..start]).count();
        at = start;
        lines.push(line);
    }
    if sheet.form.open_end {
        // The last row has no line break of its own that could be counted.
        *lines.last_mut().unwrap_or(&mut 0) += 1;
    }
    lines
}
