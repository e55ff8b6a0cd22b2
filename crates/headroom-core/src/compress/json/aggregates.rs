//! What the rows left out of a table have in common, in one line.
//!
//! Owns the figures and how they are written. It does not choose rows.
//!
//! ```text
//! … 162 of 406 rows left out (left out/all); Origin USA=60/254, Japan=33/79; Horsepower 46 to 230, median 92
//! ```

use super::document::{Document, Id, Kind, MISSING};
use super::estimate::of_text;
use super::layout::{Kinds, RAW};
use super::signals::Signals;
use super::spelling::push_json_string;
use super::table::{ABSENT, CellForm};
use crate::hash::FixedMap;
use std::fmt::Write as _;

/// Columns that are named.
const MAX_COLUMNS: usize = 10;
/// Values of a category that are counted.
const MAX_VALUES: usize = 8;
/// Values that are counted where there are more: the most frequent.
const MAX_TOP: usize = 3;
/// Estimated tokens of a value that is counted.
const MAX_TOKENS: u32 = 6;
/// The same where there are more values than are counted.
const MAX_TOP_TOKENS: u32 = 3;

/// How often a value stands in all rows, and in those left out.
#[derive(Clone, Copy, Default)]
struct Uses {
    all: usize,
    left: usize,
}

/// The columns of one path over all kinds of rows.
struct Column<'k> {
    path: &'k str,
    uses: FixedMap<Id, Uses>,
    rows: Uses,
}

/// The line for a table of which `left` rows are not kept.
#[must_use]
pub fn aggregates(
    document: &Document<'_>,
    signals: &Signals,
    kinds: &Kinds,
    keep: &[bool],
    left: usize,
) -> String {
    let mut line = format!("… {left} of {} rows left out", keep.len());
    let mut named = 0;
    let mut counts = false;
    let mut figures = String::new();
    // What the question names comes first.
    let mut columns = columns(kinds, keep);
    columns.sort_by_key(|column| !signals.names(column.path));
    for column in columns {
        if named == MAX_COLUMNS {
            break;
        }
        let summary = if let Some(summary) = categories(document, &column) {
            counts = true;
            summary
        } else if let Some(summary) = quantities(document, signals, &column) {
            summary
        } else {
            continue;
        };
        figures.push_str("; ");
        push_plain(&mut figures, column.path);
        figures.push_str(&summary);
        named += 1;
    }
    if counts {
        line.push_str(" (left out/all)");
    }
    line.push_str(&figures);
    line.push('\n');
    line
}

/// Columns that vary, in the order of the first table that has them.
fn columns<'k>(kinds: &'k Kinds, keep: &[bool]) -> Vec<Column<'k>> {
    let mut places: FixedMap<&str, usize> = FixedMap::default();
    let mut columns: Vec<Column<'k>> = Vec::new();
    let mut kept: Vec<Vec<bool>> = kinds.tables.iter().map(|table| vec![true; table.len]).collect();
    for (&(kind, row), &keep) in kinds.rows.iter().zip(keep).filter(|((kind, _), _)| *kind != RAW) {
        kept[kind][row] = keep;
    }
    for (table, kept) in kinds.tables.iter().zip(&kept) {
        for column in table.columns.iter().filter(|column| matches!(column.form, CellForm::Plain)) {
            let place = *places.entry(&column.path).or_insert_with(|| {
                columns.push(Column { path: &column.path, uses: FixedMap::default(), rows: Uses::default() });
                columns.len() - 1
            });
            let Column { uses, rows, .. } = &mut columns[place];
            for (&id, &keep) in column.cells.iter().zip(kept).filter(|&(&id, _)| id != ABSENT) {
                for uses in [uses.entry(id).or_default(), &mut *rows] {
                    uses.all += 1;
                    uses.left += usize::from(!keep);
                }
            }
        }
    }
    // The holes of texts have numbers instead of names.
    columns.retain(|column| column.uses.len() > 1 && column.rows.left > 0 && !column.path.contains('#'));
    columns
}

/// ` USA=60/254, Japan=33/79`
fn categories(document: &Document<'_>, column: &Column<'_>) -> Option<String> {
    let mut values: Vec<(Id, Uses)> = column.uses.iter().map(|(&id, &uses)| (id, uses)).collect();
    values.sort_unstable_by_key(|&(id, uses)| (std::cmp::Reverse(uses.all), id));
    let few = values.len() <= MAX_VALUES && values.len() * 4 <= column.rows.all;
    let limit = if few { MAX_TOKENS } else { MAX_TOP_TOKENS };
    let short = |id: Id| {
        id == MISSING
            || (!matches!(document.kind(id), Kind::Array | Kind::Object)
                && of_text(document.text(id)) <= limit)
    };
    let numbers = values.iter().filter(|&&(id, _)| id < ABSENT && document.kind(id) == Kind::Number).count();
    let top = values.len() * 4 <= column.rows.all
        && (numbers * 2 < values.len() || values.len() * 8 <= column.rows.all)
        && values[..MAX_TOP.min(values.len())].iter().map(|(_, uses)| uses.all).sum::<usize>() * 3
            >= column.rows.all;
    let counted = if few {
        values.len()
    } else if top {
        MAX_TOP
    } else {
        return None;
    };
    if !values[..counted].iter().all(|&(id, _)| short(id)) {
        return None;
    }
    // That rows have nothing there tells nothing, nor does one value among many.
    let mut left = values[..counted].iter().filter(|(_, uses)| uses.left > 0).map(|&(id, _)| id);
    let is_none = |id: Id| id == MISSING || document.kind(id) == Kind::Null;
    match (left.next(), left.next()) {
        (None, _) => return None,
        (Some(only), None) if !few || is_none(only) => return None,
        _ => {}
    }
    let mut text = String::new();
    let mut others = values.len() - counted;
    for &(id, uses) in &values[..counted] {
        if uses.left == 0 {
            // Its rows are all there to be counted.
            others += 1;
            continue;
        }
        text.push_str(if text.is_empty() { " " } else { ", " });
        if id == MISSING {
            text.push_str("(none)");
        } else {
            push_plain(&mut text, document.text(id));
        }
        let _ = write!(text, "={}/{}", uses.left, uses.all);
    }
    if !few && others > 0 {
        let _ = write!(text, ", {others} more values");
    }
    (!text.is_empty()).then_some(text)
}

/// ` 46 to 230, median 92`, of the rows left out; sums of all rows where they are asked for.
fn quantities(document: &Document<'_>, signals: &Signals, column: &Column<'_>) -> Option<String> {
    let mut numbers: Vec<(f64, Id, Uses)> = column
        .uses
        .iter()
        .filter(|&(&id, _)| id < ABSENT && document.kind(id) == Kind::Number)
        .filter_map(|(&id, &uses)| Some((document.text(id).parse().ok()?, id, uses)))
        .filter(|(number, _, _): &(f64, Id, Uses)| number.is_finite())
        .collect();
    if numbers.len() <= MAX_VALUES || numbers.len() * 10 < column.uses.len() * 8 {
        return None;
    }
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let total: usize = numbers.iter().map(|(_, _, uses)| uses.left).sum();
    let mut before = 0;
    let median = numbers.iter().find(|(_, _, uses)| {
        before += uses.left;
        before * 2 >= total
    })?;
    let first = numbers.iter().find(|(_, _, uses)| uses.left > 0)?;
    let last = numbers.iter().rfind(|(_, _, uses)| uses.left > 0)?;
    let text = |id: Id| document.text(id);
    let mut summary = format!(" {} to {}, median {}", text(first.1), text(last.1), text(median.1));
    if signals.asks.totals {
        let count: usize = numbers.iter().map(|(_, _, uses)| uses.all).sum();
        let sum: f64 = numbers.iter().map(|(number, _, uses)| number * uses.all as f64).sum();
        let _ =
            write!(summary, ", sum of all {sum}, mean of all {}", (sum / count as f64 * 1e3).round() / 1e3);
    }
    Some(summary)
}

/// A name or value that cannot be taken for a part of the line.
fn push_plain(out: &mut String, text: &str) {
    let plain = !text.is_empty()
        && !text.contains(|character: char| character.is_control() || ",;\"=…".contains(character))
        && text.trim() == text;
    if plain {
        out.push_str(text);
    } else {
        push_json_string(out, text);
    }
}
