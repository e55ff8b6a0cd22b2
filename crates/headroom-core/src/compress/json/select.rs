//! Which rows of a large table stay.
//!
//! Owns the choice. Rows that an answer may turn on always stay: failures, what the question names, rare
//! values, one row of each category, extremes, the first and the last. Then rows are added as long as they
//! bring something new (the knee of the coverage curve: Satopaa et al. 2011, "Finding a Kneedle in a
//! Haystack"), and until the budget is used. It knows nothing of notation.

use super::document::{Document, Id, Kind};
use super::layout::{Kinds, RAW};
use super::measure::{number, shape, time};
use super::signals::{Field, Signals};
use super::table::{ABSENT, CellForm, Column, Table};
use crate::hash::{FixedMap, FixedSet};

/// Tables with fewer rows stay whole: each row may be a fact of its own.
pub const MIN_ROWS: usize = 24;
/// Rows kept at either end.
const ENDS: usize = 2;
/// Values that a column may have to be read as categories.
const MAX_CATEGORIES: usize = 60;
/// Different numbers that a column may have to be read as categories.
const MAX_CODES: usize = 12;
/// Share of the rows that the words of a question may keep.
const MATCH_SHARE: f64 = 0.2;
/// Share of the rows above which failures are no exception any more.
const FAILURE_SHARE: f64 = 0.4;
/// The same where only a word in a longer text tells of a failure.
const WEAK_FAILURE_SHARE: f64 = 0.1;
/// Average bytes from which on the values of a column are texts.
const TEXT_BYTES: usize = 40;
/// Tokens of the mark for a gap.
const MARK_TOKENS: usize = 8;
/// Share of the rows at which the rarer of two answers to a question is all kept.
const MINORITY_SHARE: f64 = 0.3;

/// For each row of a table whether it stays. `room` is how many rows fit in the budget, `row_tokens` what a row
/// costs on average.
#[must_use]
pub fn select(
    document: &Document<'_>,
    signals: &mut Signals,
    kinds: &Kinds,
    room: usize,
    row_tokens: usize,
) -> Vec<bool> {
    let rows = kinds.rows.len();
    let mut keep = vec![false; rows];
    let mut at_of: Vec<Vec<usize>> = kinds.tables.iter().map(|table| vec![0; table.len]).collect();
    for (at, &(kind, row)) in kinds.rows.iter().enumerate() {
        if kind == RAW {
            keep[at] = true;
        } else {
            at_of[kind][row] = at;
        }
    }
    for at in (0..rows.min(ENDS)).chain(rows.saturating_sub(ENDS)..rows) {
        keep[at] = true;
    }
    for (table, at_of) in kinds.tables.iter().zip(&at_of) {
        if table.len <= 3 {
            for &at in at_of {
                keep[at] = true;
            }
            continue;
        }
        for column in &table.columns {
            let mut marks = Vec::new();
            mark_column(document, signals, table, column, &mut marks);
            for row in marks {
                keep[at_of[row]] = true;
            }
        }
    }
    mark_failures(document, signals, kinds, &at_of, room, &mut keep);
    mark_matches(document, signals, kinds, &at_of, &mut keep);
    let order = coverage(kinds, &at_of, &keep);
    let kept = keep.iter().filter(|&&keep| keep).count();
    let knee = kneedle(&order, rows);
    // Rows that bring something new may go a little over the room.
    let wanted = knee.min((room + room / 10).saturating_sub(kept)).max(room.saturating_sub(kept));
    for &(_, at) in order.iter().take(wanted) {
        keep[at] = true;
    }
    close_gaps(&mut keep, room, row_tokens);
    keep
}

/// Rows that stand out in one column: rare values, one of each category, extremes, outliers.
fn mark_column(
    document: &Document<'_>,
    signals: &mut Signals,
    table: &Table,
    column: &Column,
    marks: &mut Vec<usize>,
) {
    let named = signals.names(&column.path);
    let mut uses: FixedMap<Id, (usize, usize)> = FixedMap::default();
    for (row, &id) in column.cells.iter().enumerate() {
        if id != ABSENT {
            uses.entry(id).or_insert((0, row)).0 += 1;
        }
    }
    if uses.len() < 2 {
        return;
    }
    let rare = (table.len / 200).max(1);
    let mut values: Vec<(Id, usize, usize)> =
        uses.into_iter().map(|(id, (count, row))| (id, count, row)).collect();
    values.sort_unstable_by_key(|&(_, _, row)| row);
    // Many different numbers are quantities, a few are codes.
    let quantities = values.len() > MAX_CODES
        && values.iter().filter(|&&(id, _, _)| number(document, id).is_some()).count() * 10
            >= values.len() * 9;
    if matches!(column.form, CellForm::Plain)
        && !quantities
        && values.len() <= MAX_CATEGORIES.min(table.len / 4)
    {
        marks.extend(values.iter().map(|&(_, _, row)| row));
        // All rows of a value that the question names, the rarest first, up to half of the rows; of a column
        // that it names all that differ from the rest.
        let mut wanted: Vec<(usize, Id)> = values
            .iter()
            .filter(|&&(id, count, _)| {
                count <= rare
                    || (id < ABSENT && count * 2 <= table.len && signals.mask(document, id) != 0)
                    || (named && values.len() <= 3 && count as f64 <= table.len as f64 * MINORITY_SHARE)
            })
            .map(|&(id, count, _)| (count, id))
            .collect();
        wanted.sort_unstable();
        let mut all: FixedSet<Id> = FixedSet::default();
        let mut rows = 0;
        for (count, id) in wanted {
            rows += count;
            if rows * 2 > table.len {
                break;
            }
            all.insert(id);
        }
        marks.extend(column.cells.iter().enumerate().filter(|(_, id)| all.contains(id)).map(|(row, _)| row));
        mark_changes(&column.cells, marks);
    } else if let Some(&(_, _, row)) =
        values.iter().find(|&&(id, count, _)| id >= ABSENT && count * 30 <= table.len)
    {
        // A key that is hardly ever missing.
        marks.push(row);
    }
    let mut numbers: Vec<(f64, usize)> =
        column.cells.iter().enumerate().filter_map(|(row, &id)| Some((number(document, id)?, row))).collect();
    if numbers.len() * 10 < table.len * 6 || numbers.iter().any(|(number, _)| !number.is_finite()) {
        mark_odd_shapes(document, column, marks);
        return;
    }
    let first = column.cells[numbers[0].1];
    let times = document.kind(first) == Kind::String && time(document.text(first)).is_some();
    let asks = signals.asks;
    let asked = if times { asks.times } else { named };
    // A log in order has its ends kept anyway, and so has a kind of few rows.
    if times && !asked && (table.len < MIN_ROWS || numbers.is_sorted_by(|a, b| a.0 <= b.0)) {
        return;
    }
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let ends =
        if asked { (numbers.len() / 20).clamp(3, 12).max(asks.extremes) } else { asks.extremes.clamp(1, 5) };
    marks.extend(numbers.iter().take(ends).chain(numbers.iter().rev().take(ends)).map(|&(_, row)| row));
    // All that share the extreme value, as long as they are few.
    for extreme in [numbers[0].0, numbers[numbers.len() - 1].0] {
        let same: Vec<usize> = numbers
            .iter()
            .filter(|(number, _)| number.total_cmp(&extreme).is_eq())
            .map(|&(_, row)| row)
            .collect();
        if same.len() <= 3 {
            marks.extend(same);
        }
    }
    if times {
        return;
    }
    let median = numbers[numbers.len() / 2].0;
    let mut distances: Vec<f64> = numbers.iter().map(|(number, _)| (number - median).abs()).collect();
    distances.sort_by(f64::total_cmp);
    let deviation = distances[distances.len() / 2];
    if deviation > 0.0 {
        let outliers: Vec<usize> = numbers
            .iter()
            .filter(|(number, _)| (number - median).abs() > 8.0 * deviation)
            .map(|&(_, row)| row)
            .collect();
        if outliers.len() * 33 <= table.len {
            marks.extend(outliers);
        }
    }
}

/// The rows before and after a value changes, where it hardly ever does.
fn mark_changes(cells: &[Id], marks: &mut Vec<usize>) {
    let changes: Vec<usize> = (1..cells.len()).filter(|&row| cells[row] != cells[row - 1]).collect();
    if changes.len() * 50 <= cells.len() {
        marks.extend(changes.into_iter().flat_map(|row| [row - 1, row]));
    }
}

/// Values written in another way than nearly all of their column.
fn mark_odd_shapes(document: &Document<'_>, column: &Column, marks: &mut Vec<usize>) {
    let mut shapes: FixedMap<u64, (usize, usize)> = FixedMap::default();
    let mut texts = 0;
    for (row, &id) in column.cells.iter().enumerate() {
        if id < ABSENT && document.kind(id) == Kind::String {
            texts += 1;
            shapes.entry(shape(document.text(id))).or_insert((0, row)).0 += 1;
        }
    }
    let common = shapes.values().map(|&(count, _)| count).max().unwrap_or(0);
    if common * 10 >= texts * 9 {
        let mut odd: Vec<usize> =
            shapes.values().filter(|(count, _)| *count <= 2).map(|&(_, row)| row).collect();
        odd.sort_unstable();
        odd.truncate(4);
        marks.extend(odd);
    }
}

fn each_row<'k>(
    kinds: &'k Kinds,
    at_of: &'k [Vec<usize>],
) -> impl Iterator<Item = (&'k Table, usize, usize)> + 'k {
    kinds
        .tables
        .iter()
        .zip(at_of)
        .flat_map(|(table, at_of)| at_of.iter().enumerate().map(move |(row, &at)| (table, row, at)))
}

/// Rows that report a failure: all of them, or the first and last of each sort where they are the rule.
fn mark_failures(
    document: &Document<'_>,
    signals: &mut Signals,
    kinds: &Kinds,
    at_of: &[Vec<usize>],
    room: usize,
    keep: &mut [bool],
) {
    let mut strong: FixedMap<usize, u64> = FixedMap::default();
    let mut weak: FixedMap<usize, u64> = FixedMap::default();
    for (table, at_of) in kinds.tables.iter().zip(at_of) {
        for (number, column) in table.columns.iter().enumerate().filter(|(_, column)| !column.constant) {
            let field = Field::new(&column.path);
            let failing: Vec<usize> = (0..table.len)
                .filter(|&row| {
                    column.cells[row] < ABSENT && signals.fails(document, field, column.cells[row])
                })
                .collect();
            let sorts = if field == Field::Other && are_texts(document, column, &failing) {
                &mut weak
            } else {
                &mut strong
            };
            for row in failing {
                let sort = sorts.entry(at_of[row]).or_default();
                let value = sort_of(document, column.cells[row]);
                *sort = sort.wrapping_mul(0x0100_0000_01B3) ^ value.wrapping_add(number as u64);
            }
        }
    }
    for (sorts, share, part) in [(strong, FAILURE_SHARE, 2), (weak, WEAK_FAILURE_SHARE, 8)] {
        let mut failures: Vec<(usize, u64)> = sorts.into_iter().collect();
        failures.sort_unstable();
        if failures.len() as f64 <= keep.len() as f64 * share {
            for (at, _) in failures {
                keep[at] = true;
            }
            continue;
        }
        let limit = (room / part).max(10);
        let mut marked = 0;
        let mut ends: FixedMap<u64, (usize, usize)> = FixedMap::default();
        for &(at, sort) in &failures {
            ends.entry(sort).or_insert((at, at)).1 = at;
        }
        for &(at, sort) in &failures {
            if marked < limit && (ends[&sort].0 == at || ends[&sort].1 == at) {
                keep[at] = true;
                marked += 1;
            }
        }
    }
}

/// Whether the failing values of a column are longer texts, most of them different: a word in them may be about
/// something else.
fn are_texts(document: &Document<'_>, column: &Column, failing: &[usize]) -> bool {
    let texts: Vec<Id> = failing
        .iter()
        .map(|&row| column.cells[row])
        .filter(|&id| document.kind(id) == Kind::String)
        .collect();
    let bytes: usize = texts.iter().map(|&id| document.text(id).len()).sum();
    let distinct: FixedSet<Id> = texts.iter().copied().collect();
    distinct.len() > MAX_CODES && bytes > texts.len() * TEXT_BYTES
}

/// What failures of one sort share: their text without its numbers.
fn sort_of(document: &Document<'_>, id: Id) -> u64 {
    if document.kind(id) != Kind::String {
        return u64::from(id);
    }
    let letters = document.text(id).bytes().take(200).filter(|byte| !byte.is_ascii_digit());
    letters.fold(11, |sort, byte| (sort ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Rows that hold words of the question, the rarest words first, up to a share of all.
fn mark_matches(
    document: &Document<'_>,
    signals: &mut Signals,
    kinds: &Kinds,
    at_of: &[Vec<usize>],
    keep: &mut [bool],
) {
    let mut masks = vec![0_u64; keep.len()];
    for (table, row, at) in each_row(kinds, at_of) {
        for column in table.columns.iter().filter(|column| !column.constant) {
            if column.cells[row] < ABSENT {
                masks[at] |= signals.mask(document, column.cells[row]);
            }
        }
        if let Some(keys) = &table.keys {
            masks[at] |= signals.mask(document, keys[row]);
        }
    }
    let mut uses = [0_usize; 64];
    for mask in &masks {
        for (bit, count) in uses.iter_mut().enumerate() {
            *count += usize::from(mask >> bit & 1 == 1);
        }
    }
    let rows = keep.len() as f64;
    // BM25's inverse document frequency (Robertson, Spärck Jones); a word in most rows tells nothing.
    let weights: Vec<f64> = uses
        .iter()
        .map(|&count| {
            if count == 0 || count as f64 > rows * 0.5 {
                0.0
            } else {
                libm::log(1.0 + (rows - count as f64 + 0.5) / (count as f64 + 0.5))
            }
        })
        .collect();
    let mut scored: Vec<(f64, usize)> = masks
        .iter()
        .enumerate()
        .map(|(at, mask)| {
            let score = weights
                .iter()
                .enumerate()
                .filter(|(bit, _)| mask >> bit & 1 == 1)
                .map(|(_, weight)| weight)
                .sum();
            (score, at)
        })
        .filter(|&(score, _): &(f64, usize)| score > 0.0)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let cap = ((rows * MATCH_SHARE) as usize).max(10);
    // Rows that match as well as the last within the cap stay with it, up to twice the cap.
    let last = scored.get(cap.saturating_sub(1)).map_or(0.0, |&(score, _)| score);
    for &(score, at) in scored.iter().take(cap * 2) {
        if score < last {
            break;
        }
        keep[at] = true;
    }
}

/// Rows not yet kept that bring values not seen in kept rows, those that bring most first: (new values, row).
fn coverage(kinds: &Kinds, at_of: &[Vec<usize>], keep: &[bool]) -> Vec<(usize, usize)> {
    let mut order = Vec::new();
    for (table, at_of) in kinds.tables.iter().zip(at_of) {
        let columns: Vec<&Column> = table
            .columns
            .iter()
            .filter(|column| !column.constant && matches!(column.form, CellForm::Plain))
            .filter(|column| {
                let distinct: FixedSet<Id> = column.cells.iter().copied().collect();
                distinct.len() * 2 < table.len
            })
            .collect();
        let mut seen: Vec<FixedSet<Id>> = columns.iter().map(|_| FixedSet::default()).collect();
        let mut news = vec![0; table.len];
        for kept in [true, false] {
            for row in (0..table.len).filter(|&row| keep[at_of[row]] == kept) {
                for (column, seen) in columns.iter().zip(&mut seen) {
                    news[row] += usize::from(seen.insert(column.cells[row]));
                }
            }
        }
        order.extend((0..table.len).filter(|&row| !keep[at_of[row]]).map(|row| (news[row], at_of[row])));
    }
    order.sort_by_key(|&(new, at)| (std::cmp::Reverse(new), at));
    order
}

/// Where the curve of covered values bends: how many of the rows, most telling first, are worth their place.
fn kneedle(order: &[(usize, usize)], rows: usize) -> usize {
    let total: usize = order.iter().map(|&(new, _)| new).sum();
    if total == 0 {
        return 0;
    }
    let (mut covered, mut best, mut knee) = (0, 0.0, 0);
    for (at, &(new, _)) in order.iter().enumerate() {
        covered += new;
        let height = covered as f64 / total as f64 - (at + 1) as f64 / rows as f64;
        if height > best {
            best = height;
            knee = at + 1;
        }
    }
    knee
}

/// Fills the smallest gaps as far as there is room, and those that are no longer than the mark for them.
fn close_gaps(keep: &mut [bool], room: usize, row_tokens: usize) {
    let mut gaps: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < keep.len() {
        let from = at;
        while at < keep.len() && !keep[at] {
            at += 1;
        }
        if at > from {
            gaps.push((at - from, from));
        }
        at += 1;
    }
    gaps.sort_unstable();
    let mut kept = keep.iter().filter(|&&keep| keep).count();
    for (length, from) in gaps {
        if length * row_tokens > MARK_TOKENS && kept + length > room {
            break;
        }
        keep[from..from + length].fill(true);
        kept += length;
    }
}
