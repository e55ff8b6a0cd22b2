//! Columns that follow from other columns, and what the cells of a column have in common.
//!
//! Owns the search for duplicates, templates over siblings (`{url}/labels`) and shared prefixes. Only values
//! that nobody would ask for in pieces are split: links, and the date of a time stamp.

use super::document::{Id, Kind};
use super::infer::Inference;
use super::table::{ABSENT, Blank, CellForm, Part, Source, Table};

/// Rows looked at before all rows are.
const SAMPLE: usize = 8;
/// Columns that a column is compared with in all rows.
const MAX_COMPARED: usize = 32;
/// Columns to either side whose values are looked for in a text.
const MAX_SIBLINGS: usize = 128;

/// Finds what each column of a table has in common with others and within itself.
pub fn relate(inference: &mut Inference<'_, '_>, table: &mut Table) {
    let mut source_of_others = vec![false; table.columns.len()];
    let nameable = table.nameable();
    for column in 0..table.columns.len() {
        if !is_open(table, column) || source_of_others[column] {
            continue;
        }
        if let Some((source, constant)) = same(inference, table, column, &nameable) {
            if let Source::Column(source) = source {
                source_of_others[source] = true;
            }
            let cells = table.columns[column].cells.clone();
            table.columns[column].computed =
                (0..table.len).map(|row| value_of(table, source, row) == cells[row]).collect();
            table.columns[column].blank = Blank::Same(source);
            table.columns[column].constant = constant;
        }
    }
    for column in 0..table.columns.len() {
        if !is_open(table, column) || source_of_others[column] || is_computed(table, column) {
            continue;
        }
        if let Some((parts, matched, constant)) = template(inference, table, column, &nameable) {
            for part in &parts {
                if let Part::Source(Source::Column(source)) = part {
                    source_of_others[*source] = true;
                }
            }
            table.columns[column].computed = matched;
            table.columns[column].blank = Blank::Text(parts);
            table.columns[column].constant = constant;
        }
    }
    for column in 0..table.columns.len() {
        if is_open(table, column) {
            fill(inference, table, column);
            strings(inference, table, column);
        }
    }
}

fn is_open(table: &Table, column: usize) -> bool {
    let column = &table.columns[column];
    !column.constant && matches!(column.form, CellForm::Plain)
}

fn is_computed(table: &Table, column: usize) -> bool {
    matches!(table.columns[column].blank, Blank::Same(_) | Blank::Text(_))
}

fn value_of(table: &Table, source: Source, row: usize) -> Id {
    match source {
        Source::Key => table.keys.as_ref().map_or(ABSENT, |keys| keys[row]),
        Source::Column(column) => table.columns[column].cells[row],
    }
}

/// Tokens that the present meaning of an empty cell saves.
fn saved_by_blank(inference: &mut Inference<'_, '_>, table: &Table, column: usize) -> i64 {
    let column = &table.columns[column];
    match column.blank {
        Blank::Value(id) => {
            let cost = i64::from(inference.estimates.of(inference.document, id));
            column.cells.iter().filter(|&&cell| cell == id).count() as i64 * cost
        }
        Blank::Above => {
            let mut saved = 0;
            for pair in column.cells.windows(2).filter(|pair| pair[0] == pair[1] && pair[0] < ABSENT) {
                saved += i64::from(inference.estimates.of(inference.document, pair[0]));
            }
            saved
        }
        Blank::Null | Blank::Missing => column.cells.iter().filter(|&&cell| cell >= ABSENT).count() as i64,
        Blank::Same(_) | Blank::Text(_) => i64::MAX,
    }
}

fn same(
    inference: &mut Inference<'_, '_>,
    table: &Table,
    column: usize,
    nameable: &[bool],
) -> Option<(Source, bool)> {
    let cells = &table.columns[column].cells;
    let step = (table.len / SAMPLE).max(1);
    let earlier =
        (0..column).filter(|&other| nameable[other] && is_open(table, other) && !is_computed(table, other));
    let mut likely: Vec<(Source, usize)> = Vec::new();
    for source in table.keys.iter().map(|_| Source::Key).chain(earlier.map(Source::Column)) {
        let (mut looked, mut equal) = (0, 0);
        for row in (0..table.len).step_by(step) {
            if cells[row] != ABSENT {
                looked += 1;
                equal += usize::from(value_of(table, source, row) == cells[row]);
            }
        }
        if equal * 2 >= looked && equal > 0 {
            likely.push((source, equal));
        }
    }
    if likely.len() > MAX_COMPARED {
        likely.sort_by_key(|&(_, equal)| std::cmp::Reverse(equal));
        likely.truncate(MAX_COMPARED);
    }
    let mut best: Option<(Source, i64, bool)> = None;
    for (source, _) in likely {
        let mut saved = 0;
        let mut all = true;
        let (mut present, mut equal_cells) = (0, 0);
        for (row, &cell) in cells.iter().enumerate() {
            if cell == ABSENT {
                continue;
            }
            present += 1;
            if value_of(table, source, row) == cell {
                equal_cells += 1;
                if cell < ABSENT {
                    saved += i64::from(inference.estimates.of(inference.document, cell));
                }
            } else {
                all = false;
            }
        }
        // A reference that often does not hold is harder to read than the value.
        if present > 1 && equal_cells * 10 >= present * 7 && best.as_ref().is_none_or(|best| saved > best.1) {
            best = Some((source, saved, all));
        }
    }
    let (source, saved, all) = best?;
    let worth = saved - 4;
    (worth > 0 && worth > saved_by_blank(inference, table, column)).then_some((source, all))
}

/// A string column whose values contain values of their row.
fn template(
    inference: &mut Inference<'_, '_>,
    table: &Table,
    column: usize,
    nameable: &[bool],
) -> Option<(Vec<Part>, Vec<bool>, bool)> {
    let cells = &table.columns[column].cells;
    let rows: Vec<usize> = (0..table.len)
        .filter(|&row| cells[row] < ABSENT && inference.document.kind(cells[row]) == Kind::String)
        .collect();
    if rows.len() < 2 {
        return None;
    }
    let current = saved_by_blank(inference, table, column);
    let mut best: Option<(Vec<Part>, Vec<bool>, bool, i64)> = None;
    for sample in [rows[0], rows[rows.len() / 2], rows[rows.len() - 1]] {
        let text = inference.document.text(cells[sample]);
        if text.len() < 8 || text.len() > 2000 {
            continue;
        }
        let Some(parts) = from_sample(inference, table, column, sample, text, nameable) else { continue };
        if best.as_ref().is_some_and(|best| best.0 == parts) {
            continue;
        }
        let mut saved = 0_i64;
        let mut all = true;
        let mut matched = vec![false; table.len];
        let (mut present, mut fitting) = (0, 0);
        for (row, &cell) in cells.iter().enumerate() {
            if cell == ABSENT {
                continue;
            }
            present += 1;
            if cell < ABSENT && matches(inference, table, &parts, row, cell) {
                matched[row] = true;
                fitting += 1;
                saved += i64::from(inference.estimates.of(inference.document, cell));
            } else {
                all = false;
            }
        }
        let header: u32 = parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => super::estimate::of_text(text),
                Part::Source(_) => 3,
            })
            .sum();
        saved -= i64::from(header) + 3;
        if saved > current.max(0) && fitting * 2 >= present && best.as_ref().is_none_or(|best| saved > best.3)
        {
            best = Some((parts, matched, all, saved));
        }
    }
    best.map(|(parts, matched, all, _)| (parts, matched, all))
}

/// Replaces the row's other values in a text, the longest first.
fn from_sample(
    inference: &Inference<'_, '_>,
    table: &Table,
    column: usize,
    row: usize,
    text: &str,
    nameable: &[bool],
) -> Option<Vec<Part>> {
    let near = column.saturating_sub(MAX_SIBLINGS)..(column + MAX_SIBLINGS).min(table.columns.len());
    let others = near.filter(|&other| {
        other != column && nameable[other] && is_open(table, other) && !is_computed(table, other)
    });
    let mut sources: Vec<(Source, &str)> = Vec::new();
    for source in table.keys.iter().map(|_| Source::Key).chain(others.map(Source::Column)) {
        let id = value_of(table, source, row);
        if id >= ABSENT || !matches!(inference.document.kind(id), Kind::String | Kind::Number) {
            continue;
        }
        let value = inference.document.text(id);
        if value.len() >= 2 && value.len() < text.len() && text.contains(value) {
            sources.push((source, value));
        }
    }
    sources.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
    sources.truncate(12);
    let mut parts = vec![Part::Text(text.to_owned())];
    let mut found = false;
    for (source, value) in sources {
        let mut next = Vec::with_capacity(parts.len() + 2);
        for part in parts {
            let Part::Text(literal) = part else {
                next.push(part);
                continue;
            };
            let mut from = 0;
            for (at, _) in literal.match_indices(value) {
                if at < from || !stands_alone(&literal, at, value.len()) {
                    continue;
                }
                if at > from {
                    next.push(Part::Text(literal[from..at].to_owned()));
                }
                next.push(Part::Source(source));
                found = true;
                from = at + value.len();
            }
            if from < literal.len() {
                next.push(Part::Text(literal[from..].to_owned()));
            }
        }
        parts = next;
    }
    (found && parts.len() < 24).then_some(parts)
}

/// Whether a match is not the inside of a longer word.
fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let bytes = text.as_bytes();
    let joined = |a: u8, b: u8| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric();
    let before = at == 0 || !joined(bytes[at - 1], bytes[at]);
    let end = at + length;
    let after = end == bytes.len() || !joined(bytes[end - 1], bytes[end]);
    before && after
}

fn matches(inference: &Inference<'_, '_>, table: &Table, parts: &[Part], row: usize, cell: Id) -> bool {
    if inference.document.kind(cell) != Kind::String {
        return false;
    }
    let mut rest = inference.document.text(cell);
    for part in parts {
        let expected = match part {
            Part::Text(text) => text.as_str(),
            Part::Source(source) => {
                let id = value_of(table, *source, row);
                if id >= ABSENT || !matches!(inference.document.kind(id), Kind::String | Kind::Number) {
                    return false;
                }
                inference.document.text(id)
            }
        };
        match rest.strip_prefix(expected) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}

/// Where a value may be cut after a shared beginning.
fn cut(text: &str, time: bool) -> usize {
    let delimiters: &[char] = if time { &['T', ' '] } else { &['/', '#', '=', '?', '&', '@', ':'] };
    text.rfind(delimiters).map_or(0, |at| at + 1)
}

fn common_prefix(a: &str, b: &str) -> usize {
    let length = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    (0..=length).rev().find(|&at| a.is_char_boundary(at) && b.is_char_boundary(at)).unwrap_or(0)
}

/// Whether a text starts with a date and a time of day (RFC 3339, with `T` or a blank).
fn is_time_stamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 16
        && bytes[..16].iter().zip(b"0000-00-00T00:00").all(|(&byte, &pattern)| match pattern {
            b'0' => byte.is_ascii_digit(),
            b'T' => byte == b'T' || byte == b' ',
            other => byte == other,
        })
}

fn fill(inference: &mut Inference<'_, '_>, table: &mut Table, column: usize) {
    let cells = &table.columns[column].cells;
    let document = &*inference.document;
    let blank = table.columns[column].blank.clone();
    let computed = &table.columns[column].computed;
    let written: Vec<&str> = cells
        .iter()
        .enumerate()
        .filter(|&(row, &cell)| {
            cell < ABSENT
                && document.kind(cell) == Kind::String
                && blank != Blank::Value(cell)
                && !computed.get(row).copied().unwrap_or(false)
        })
        .map(|(_, &cell)| document.text(cell))
        .collect();
    if written.len() < 3 {
        return;
    }
    let first = written[0];
    let time = is_time_stamp(first);
    if !time && !first.contains("://") {
        return;
    }
    let mut best: Option<(&str, i64)> = None;
    for seed in [first, written[written.len() / 2], written[written.len() - 1]] {
        let mut end = seed.len();
        let shared = written.iter().fold(end, |shared, text| shared.min(common_prefix(seed, text)));
        let mut tries = 0;
        while tries < 6 && end > 0 {
            end = cut(&seed[..seed.floor_char_boundary(end.min(seed.len().saturating_sub(1)))], time);
            // Below what all share there is nothing to gain by going on.
            if end < shared.min(4) || end == 0 {
                break;
            }
            tries += 1;
            let prefix = &seed[..end];
            let with =
                written.iter().filter(|text| text.len() > end && text.starts_with(prefix)).count() as i64;
            let cost = i64::from(super::estimate::of_text(prefix));
            let saved = with * cost - (written.len() as i64 - with) * 3 - cost - 4;
            if saved > 0 && best.is_none_or(|best| saved > best.1) {
                best = Some((prefix, saved));
            }
        }
    }
    let Some((prefix, _)) = best else { return };
    let matching: Vec<&str> =
        written.iter().filter_map(|text| text.strip_prefix(prefix)).filter(|rest| !rest.is_empty()).collect();
    if matching.is_empty() {
        return;
    }
    let mut suffix = matching[0].len();
    for rest in &matching {
        let shared = matching[0].bytes().rev().zip(rest.bytes().rev()).take_while(|(a, b)| a == b).count();
        suffix = suffix.min(shared).min(rest.len() - 1);
    }
    let tail =
        &matching[0][matching[0].ceil_char_boundary(matching[0].len() - suffix.min(matching[0].len()))..];
    // A suffix starts at a sign: half a word would be no help.
    let tail = tail.find(['/', '.', '?', '&', '#', 'Z', '+', '_', '-']).map_or("", |at| &tail[at..]);
    let tail = if time && tail != "Z" { "" } else { tail };
    let fill = (prefix.to_owned(), tail.to_owned());
    table.columns[column].fill = Some(fill);
}

fn strings(inference: &Inference<'_, '_>, table: &mut Table, column: usize) {
    let mut scalars = 0;
    let filled = &table.columns[column].fill;
    for &cell in &table.columns[column].cells {
        if cell >= ABSENT || inference.document.kind(cell) == Kind::Null {
            continue;
        }
        if inference.document.kind(cell) != Kind::String {
            return;
        }
        scalars += usize::from(super::schema::looks_like_scalar(inference.document.text(cell)));
    }
    if scalars > 0 && filled.is_none() {
        table.columns[column].strings = true;
    }
}
