//! Columns with nothing but blanks between them: `ls -l`, `ps`, `df`, `docker ps`, `kubectl get`, `pip list`.
//!
//! Owns finding the columns, by the blanks that all lines share, and the line that names them.

use super::aligned::{Aligned, COLUMNS, End, MAX_WIDTH, RULED};
use super::form::Header;
use super::parse::MAX_COLUMNS;
use super::settle::{Draft, Lines, settle};
use super::sheet::{Cell, Sheet};
use crate::compress::json::measure::shape;
use crate::hash::FixedMap;

/// Lines that are needed.
const MIN_LINES: usize = 4;
/// Of so many rows one may stand where the others have blanks.
const STRAY: usize = 40;
/// What may stand before them: `ls -li`, `ls -ls`, `find -ls`.
const BEFORE_LISTING: [&str; 2] = ["inode", "blocks"];
/// The columns of `ls -l`.
const LONG_LISTING: [&str; 9] = ["mode", "links", "owner", "group", "size", "month", "day", "time", "name"];

/// Where the columns of some lines are.
#[derive(Debug)]
pub(super) struct Found {
    /// Where each column begins and ends; the last one has no end.
    fields: Vec<(usize, usize)>,
    /// The line with the names, of those given.
    pub(super) header: Option<usize>,
    /// The first line with a row, of those given.
    pub(super) rows: usize,
    /// Whether a rule of dashes stands below the header.
    ruled: bool,
    /// Whether the rows are those of `ls -l`.
    pub(super) listing: bool,
}

impl Found {
    /// Whether a line has blanks where columns end.
    pub(super) fn fits(&self, line: &str) -> bool {
        let line = Cells::new(line, false);
        self.fields.windows(2).all(|pair| line.is_blank(pair[0].1))
    }

    /// Whether columns are further apart than words are.
    pub(super) fn is_spread(&self, rows: &[&str]) -> bool {
        let (mut wide, mut all) = (0, 0);
        for pair in self.fields.windows(2) {
            let apart = rows
                .iter()
                .map(|row| Cells::new(row, false))
                .filter(|row| {
                    let end = pair[0].1;
                    row.is_blank(end) && (row.is_blank(end + 1) || row.is_blank(end.saturating_sub(1)))
                })
                .count();
            wide += usize::from(apart * 10 >= rows.len() * 6);
            all += 1;
        }
        wide * 2 >= all && wide > 0
    }
}

/// A line by what stands where on a terminal, or in characters.
struct Cells<'l> {
    line: &'l str,
    wide: bool,
    /// For each place the byte at which its character begins; `None` where the line is ASCII.
    offsets: Option<Vec<usize>>,
}

impl<'l> Cells<'l> {
    fn new(line: &'l str, wide: bool) -> Self {
        let offsets = (!line.is_ascii()).then(|| {
            let mut offsets = Vec::with_capacity(line.len());
            for (at, character) in line.char_indices() {
                let width = super::width::measure(&line[at..at + character.len_utf8()], wide);
                offsets.extend(std::iter::repeat_n(at, width));
                if offsets.len() > MAX_WIDTH {
                    break;
                }
            }
            offsets
        });
        Self { line, wide, offsets }
    }

    fn byte(&self, place: usize) -> usize {
        match &self.offsets {
            None => place.min(self.line.len()),
            Some(offsets) => offsets.get(place).copied().unwrap_or(self.line.len()),
        }
    }

    fn is_blank(&self, place: usize) -> bool {
        !matches!(self.line.as_bytes().get(self.byte(place)), Some(byte) if *byte != b' ')
    }

    fn len(&self) -> usize {
        self.offsets.as_ref().map_or(self.line.len(), Vec::len).min(MAX_WIDTH)
    }

    /// What stands in a column, and where that begins.
    fn part(&self, (start, end): (usize, usize)) -> &'l str {
        &self.line[self.byte(start)..self.byte(end)]
    }

    /// The same without blanks, with the places of its first and after its last character.
    fn cell(&self, field: (usize, usize)) -> (&'l str, usize, usize) {
        let part = self.part(field);
        let text = part.trim_matches(' ');
        let start = field.0 + (part.len() - part.trim_start_matches(' ').len());
        (text, start, start + super::width::measure(text, self.wide))
    }
}

/// The longest run of lines that are not blank.
fn block(lines: &[&str]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut start = 0;
    for at in 0..=lines.len() {
        if lines.get(at).is_none_or(|line| line.trim().is_empty()) {
            if at - start > best.1 - best.0 {
                best = (start, at);
            }
            start = at + 1;
        }
    }
    best
}

fn is_rule(line: &str) -> bool {
    (line.contains("--") || line.contains("=="))
        && line.contains([' ', '+'])
        && line.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'+' | b' '))
}

/// Whether a line begins with the kind and the permissions of a file, perhaps after its number and its size in blocks.
pub(super) fn is_mode(line: &str) -> bool {
    words_before_mode(line).is_some()
}

/// How many figures stand before the kind and the permissions of a file.
fn words_before_mode(line: &str) -> Option<usize> {
    let mut rest = line;
    for before in 0..=BEFORE_LISTING.len() {
        if begins_with_mode(rest) {
            return Some(before);
        }
        rest = rest.trim_start_matches(' ');
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || !rest[digits..].starts_with(' ') {
            return None;
        }
        rest = rest[digits..].trim_start_matches(' ');
    }
    None
}

fn begins_with_mode(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.len() > 12
        && b"-dlbcps".contains(&bytes[0])
        && bytes[1..10].iter().all(|byte| b"rwxsStT-".contains(byte))
}

/// Finds the columns of lines.
pub(super) fn find(lines: &[&str], wide: bool) -> Option<(Found, (usize, usize))> {
    let (from, end) = block(lines);
    if end - from < MIN_LINES {
        return None;
    }
    let rule = (from + 1..end.min(from + 6)).find(|&line| is_rule(lines[line]));
    let first = rule.map_or(from + 2, |rule| rule + 1);
    let listing = lines[first..end].iter().filter(|line| is_mode(line)).count() * 10 >= (end - first) * 9;
    let rows: Vec<Cells<'_>> = lines[first..end].iter().map(|line| Cells::new(line, wide)).collect();
    if rows.is_empty() {
        return None;
    }
    let width = rows.iter().map(Cells::len).max()?;
    let mut taken = vec![0_usize; width + 1];
    for row in &rows {
        for (place, taken) in taken.iter_mut().enumerate().take(row.len()) {
            *taken += usize::from(!row.is_blank(place));
        }
    }
    let candidates: &[usize] = match rule {
        Some(rule) => &[rule - 1],
        None if listing => &[],
        None => &[from, from + 1],
    };
    let plain = fields(&taken, None, rows.len());
    for &header in candidates {
        let line = Cells::new(lines[header], wide);
        let fields = fields(&taken, Some(&line), rows.len());
        let names: Vec<&str> = fields.iter().map(|&field| line.cell(field).0).collect();
        let is_figure = |name: &&&str| {
            name.starts_with(|first: char| first.is_ascii_digit())
                && !name.contains(|sign: char| sign.is_alphabetic())
        };
        let figures = names.iter().filter(is_figure).count();
        // The last line of the legend of `dpkg -l` names the columns.
        let framed =
            lines[header].starts_with(['|', '│', '+', '<', '{']) && !lines[header].starts_with("||/ ");
        if framed || rule.is_none() && is_like(&rows, &fields, &names) {
            continue;
        }
        if (2..=MAX_COLUMNS).contains(&fields.len())
            && names.iter().all(|name| !name.is_empty())
            && fields.len() * 3 >= plain.len().min(12) * 2
            && figures * 10 <= names.len()
        {
            let rows = rule.map_or(header + 1, |rule| rule + 1);
            let found = Found { fields, header: Some(header), rows, ruled: rule.is_some(), listing: false };
            return Some((found, (from, end)));
        }
    }
    if !listing || plain.len() < 2 {
        return None;
    }
    let begin = (from..first).find(|&line| is_mode(lines[line])).unwrap_or(first);
    let columns = LONG_LISTING.len() + words_before_mode(lines[begin]).unwrap_or(0);
    let fields = plain.into_iter().take(columns).collect();
    Some((Found { fields, header: None, rows: begin, ruled: false, listing }, (from, end)))
}

/// Whether names look as the cells of the rows do, or are among them.
fn is_like(rows: &[Cells<'_>], fields: &[(usize, usize)], names: &[&str]) -> bool {
    if fields.iter().zip(names).any(|(&field, name)| rows.iter().any(|row| row.cell(field).0 == *name)) {
        return true;
    }
    let upper = names.iter().all(|name| !name.contains(|sign: char| sign.is_lowercase()));
    !upper
        && fields.iter().zip(names).all(|(&field, name)| {
            let alike = rows.iter().filter(|row| shape(row.cell(field).0) == shape(name)).count();
            alike * 2 > rows.len()
        })
}

/// The columns: what stands between blanks that nearly all rows share, and the header if there is one.
fn fields(taken: &[usize], header: Option<&Cells<'_>>, rows: usize) -> Vec<(usize, usize)> {
    let stray = rows / STRAY + usize::from(rows >= 8);
    let named = |place: usize| header.is_some_and(|header| !header.is_blank(place));
    let width = taken.len().max(header.map_or(0, Cells::len) + 1);
    let count = |place: usize| taken.get(place).copied().unwrap_or(0);
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    for place in 0..=width {
        let blank = place == width || (count(place) <= stray && !named(place));
        match (start, blank) {
            (None, false) => start = Some(place),
            (Some(from), true) => {
                found.push((from, place));
                start = None;
            }
            _ => {}
        }
    }
    let mut merged: Vec<(usize, usize)> = Vec::new();
    let mut join = false;
    for (at, &(from, end)) in found.iter().enumerate() {
        let most = (from..end).map(count).max().unwrap_or(0);
        let has_name = header.is_none() || (from..end).any(named);
        let next_gap = found.get(at + 1).map_or(usize::MAX, |next| next.0 - end);
        let last_gap = merged.last().map_or(usize::MAX, |last| from - last.1);
        let filled = most * 5 >= rows;
        if std::mem::take(&mut join)
            && let Some(last) = merged.last_mut()
        {
            last.1 = end;
            continue;
        }
        let alone = has_name && (filled || (header.is_some() && last_gap > 1));
        if let (false, Some(last)) = (alone, merged.last_mut()) {
            last.1 = end;
            continue;
        }
        join = most <= stray && next_gap == 1;
        merged.push((from, end));
    }
    if let Some(last) = merged.last_mut() {
        last.1 = usize::MAX;
    }
    merged
}

/// The parts of a table of columns.
pub(super) fn parse<'a>(lines: &Lines<'a>, wide: bool) -> Option<Sheet<'a>> {
    let texts: Vec<&str> = (0..lines.len()).map(|line| lines.get(line)).collect();
    let (found, (_, end)) = find(&texts, wide)?;
    if let Some(header) = found.header
        && let Some(sheet) = by_words(lines, &texts, header, (found.rows, end), found.fields.len(), wide)
    {
        return Some(sheet);
    }
    by_places(lines, &texts, found, end, wide)
}

/// A table in which each word but those of the last column is a cell: where cells are too wide, those after them do not stand
/// in their columns.
fn by_words<'a>(
    lines: &Lines<'a>,
    texts: &[&'a str],
    header: usize,
    rows: (usize, usize),
    least: usize,
    wide: bool,
) -> Option<Sheet<'a>> {
    let names: Vec<String> = texts[header].split_ascii_whitespace().map(str::to_owned).collect();
    let columns = names.len();
    if columns <= least || columns > MAX_COLUMNS {
        return None;
    }
    let mut cells: Vec<Option<Vec<Cell>>> = Vec::with_capacity(rows.1 - rows.0);
    let mut starts: Vec<FixedMap<usize, usize>> = vec![FixedMap::default(); columns];
    let mut ends: Vec<FixedMap<usize, usize>> = vec![FixedMap::default(); columns];
    let mut widest = vec![0; columns];
    for text in texts[rows.0..rows.1].iter().chain([&texts[header]]) {
        let Some(parts) = tokens(text, columns) else {
            cells.push(None);
            continue;
        };
        for (column, part) in parts.iter().enumerate() {
            let start = super::width::measure(&text[..part.as_ptr() as usize - text.as_ptr() as usize], wide);
            let length = super::width::measure(part, wide);
            *starts[column].entry(start).or_default() += 1;
            *ends[column].entry(start + length).or_default() += 1;
            widest[column] = widest[column].max(length);
        }
        cells.push(Some(parts.into_iter().map(|part| span(lines, part)).collect()));
    }
    cells.pop();
    // The place that most cells share.
    let common = |places: &FixedMap<usize, usize>| {
        places
            .iter()
            .map(|(&place, &count)| (count, std::cmp::Reverse(place)))
            .max()
            .map(|(count, place)| (place.0, count))
    };
    let mut layout = Aligned::new(COLUMNS, columns);
    layout.wide = wide;
    layout.gap = 1;
    let mut edges = Vec::with_capacity(columns);
    for column in 0..columns {
        let ((start, left), (end, right)) = (common(&starts[column])?, common(&ends[column])?);
        layout.right[column] = right > left && column + 1 < columns;
        edges.push((start, end, widest[column]));
    }
    let widths = widths(&layout.right, &edges, 1)?;
    let draft = Draft { layout, widths, first: header, header: Some(header), rows, names, cells };
    let sheet = settle(lines, draft)?;
    let strays = sheet.rows.iter().filter(|row| row.cells.is_none()).count();
    (sheet.form.header == Header::Row && strays * 10 <= sheet.rows.len()).then_some(sheet)
}

fn span(lines: &Lines<'_>, text: &str) -> Cell {
    let start = text.as_ptr() as usize - lines.source.as_ptr() as usize;
    if text.is_empty() { Cell::Empty } else { Cell::Span(start as u32, (start + text.len()) as u32) }
}

/// A table whose cells all stand in their columns.
fn by_places<'a>(
    lines: &Lines<'a>,
    texts: &[&'a str],
    found: Found,
    end: usize,
    wide: bool,
) -> Option<Sheet<'a>> {
    let Found { mut fields, header, rows, ruled, listing } = found;
    let columns = fields.len();
    // A column reaches up to the next one.
    let bounds: Vec<(usize, usize)> =
        (0..columns).map(|at| (if at == 0 { 0 } else { fields[at - 1].1 }, fields[at].1)).collect();
    let mut cells: Vec<Option<Vec<Cell>>> = Vec::with_capacity(end - rows);
    // For each column: its leftmost and rightmost place, the widest cell.
    let mut edges = vec![(usize::MAX, 0, 0); columns];
    let mut places: Vec<Vec<(usize, usize)>> = vec![Vec::new(); columns];
    for text in &texts[rows..end] {
        let line = Cells::new(text, wide);
        let crosses = bounds.iter().skip(1).any(|&(start, _)| !line.is_blank(start));
        if crosses {
            cells.push(
                tokens(text, columns).map(|parts| parts.into_iter().map(|part| span(lines, part)).collect()),
            );
            continue;
        }
        let mut row = Vec::with_capacity(columns);
        for (column, &field) in bounds.iter().enumerate() {
            let (text, start, end) = line.cell(field);
            if !text.is_empty() {
                let edge = &mut edges[column];
                *edge = (edge.0.min(start), edge.1.max(end), edge.2.max(end - start));
                places[column].push((start, end));
            }
            row.push(span(lines, text));
        }
        cells.push(Some(row));
    }
    let names: Vec<String> = match header {
        Some(header) => {
            let line = Cells::new(texts[header], wide);
            for (column, &field) in bounds.iter().enumerate() {
                let (_, start, end) = line.cell(field);
                let edge = &mut edges[column];
                edge.2 = edge.2.max(end - start);
                if places[column].is_empty() {
                    places[column].push((start, end));
                    *edge = (start, end, end - start);
                }
                fields[column] = field;
                // A vote on where the cells of a column stand that are all equally long.
                if places[column].iter().all(|place| *place == places[column][0]) {
                    places[column].push((start, end));
                    edge.0 = edge.0.min(start);
                    edge.1 = edge.1.max(end);
                }
            }
            bounds.iter().map(|&field| line.cell(field).0.to_owned()).collect()
        }
        None if listing && columns >= LONG_LISTING.len() => {
            let before: &[&str] = match columns - LONG_LISTING.len() {
                0 => &[],
                // Either of them.
                1 => &["number"],
                _ => &BEFORE_LISTING,
            };
            before.iter().chain(&LONG_LISTING).map(|&name| name.to_owned()).collect()
        }
        None => (1..=columns).map(|column| format!("c{column}")).collect(),
    };
    let mut layout = Aligned::new(if ruled { RULED } else { COLUMNS }, columns);
    layout.wide = wide;
    layout.end = End::Open;
    for (column, places) in places.iter().enumerate() {
        let left = places.iter().filter(|place| place.0 == edges[column].0).count();
        let right = places.iter().filter(|place| place.1 == edges[column].1).count();
        // Nothing but its alignment puts blanks before the first column.
        let indented = column == 0 && edges[0].0 > 0;
        layout.right[column] = (right > left || indented) && column + 1 < columns;
    }
    layout.gap = gap(&layout.right, &edges)?;
    let widths = widths(&layout.right, &edges, layout.gap)?;
    let first = header.unwrap_or(rows);
    settle(lines, Draft { layout, widths, first, header, rows: (rows, end), names, cells })
}

/// The room between a column's widest cell and the next column's, where it is least.
fn gap(right: &[bool], edges: &[(usize, usize, usize)]) -> Option<usize> {
    let room = |column: usize| {
        let (last, this) = (edges[column - 1], edges[column]);
        let end = if right[column - 1] { last.1 } else { last.0 + last.2 };
        let start = if right[column] { this.1.saturating_sub(this.2) } else { this.0 };
        start.saturating_sub(end)
    };
    Some((1..right.len()).map(room).min()?.clamp(1, 8))
}

/// The widths with which each column stands where it does.
fn widths(right: &[bool], edges: &[(usize, usize, usize)], gap: usize) -> Option<Vec<usize>> {
    let columns = right.len();
    let mut widths = vec![0; columns];
    let mut start = 0;
    for column in 0..columns {
        let (left_edge, right_edge, widest) = edges[column];
        widths[column] = if right[column] {
            right_edge.saturating_sub(start)
        } else if column + 1 == columns {
            (left_edge + widest).saturating_sub(start)
        } else if right[column + 1] {
            (left_edge + widest).min(edges[column + 1].1.saturating_sub(gap + 1)).saturating_sub(start)
        } else {
            edges[column + 1].0.saturating_sub(start + gap)
        };
        start += widths[column] + gap;
    }
    widths[..columns - 1].iter().all(|&width| width <= MAX_WIDTH).then_some(widths)
}

/// The words of a line whose cells do not stand in their columns; the last cell is the rest.
fn tokens(line: &str, columns: usize) -> Option<Vec<&str>> {
    let mut parts = Vec::with_capacity(columns);
    let mut rest = line.trim_matches(' ');
    while parts.len() + 1 < columns {
        let (word, after) = rest.split_once(' ')?;
        parts.push(word);
        rest = after.trim_start_matches(' ');
    }
    parts.push(rest);
    Some(parts)
}
