//! From the cells of an aligned table to a sheet whose rows are known to come back.
//!
//! Owns the trials by which it is found out how lines end and how widths are counted, and the check of each line. It does not
//! cut lines into cells.

use super::aligned::{Aligned, End, Heading};
use super::form::{Form, Header, Layout, numbered};
use super::parse::MIN_ROWS;
use super::sheet::{Cell, Row, Sheet};
use crate::hash::FixedSet;

/// Rows by which it is found out how lines end.
const TRIAL_ROWS: usize = 100;

/// The lines of a text, without their line breaks.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    pub(super) source: &'a str,
    /// Where each line begins and ends.
    pub(super) spans: Vec<(usize, usize)>,
    pub(super) crlf: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let crlf = source.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"));
        let mut at = 0;
        let spans = source
            .split_inclusive('\n')
            .map(|line| {
                let text = line.strip_suffix('\n').unwrap_or(line);
                let text = if crlf { text.strip_suffix('\r').unwrap_or(text) } else { text };
                let span = (at, at + text.len());
                at += line.len();
                span
            })
            .collect();
        Self { source, spans, crlf }
    }

    pub(super) fn get(&self, line: usize) -> &'a str {
        let (start, end) = self.spans[line];
        &self.source[start..end]
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    fn start(&self, line: usize) -> usize {
        self.spans.get(line).map_or(self.source.len(), |span| span.0)
    }
}

/// A table cut into cells.
pub(super) struct Draft {
    pub(super) layout: Aligned,
    /// The width of each column.
    pub(super) widths: Vec<usize>,
    /// The first line of the table with its rules, where there is a header.
    pub(super) first: usize,
    /// The line with the names of the columns.
    pub(super) header: Option<usize>,
    /// The first line with a row, and the one after the last.
    pub(super) rows: (usize, usize),
    pub(super) names: Vec<String>,
    /// The cells of each row; `None` for a line that could not be cut.
    pub(super) cells: Vec<Option<Vec<Cell>>>,
}

/// The sheet of a draft; `None` where too few of its lines come back.
pub(super) fn settle<'a>(lines: &Lines<'a>, draft: Draft) -> Option<Sheet<'a>> {
    let Draft { mut layout, widths, first, header, rows, names, cells: drafted } = draft;
    let source = lines.source;
    let columns = widths.len();
    let fits = |layout: &Aligned, line: usize, cells: &[Cell]| {
        let texts: Vec<Option<&str>> = cells.iter().map(|cell| cell.text(source)).collect();
        let mut text = String::new();
        layout.row(&mut text, &texts, &widths);
        text == lines.get(line)
    };
    let ends = if layout.end == End::Padded {
        vec![End::Padded]
    } else {
        vec![End::Open, End::Padded, End::Trimmed]
    };
    let step = (drafted.len() / TRIAL_ROWS).max(1);
    let best = ends.into_iter().max_by_key(|&end| {
        let trial = Aligned { end, ..layout.clone() };
        let found = drafted.iter().enumerate().step_by(step);
        let found =
            found.filter(|(at, cells)| cells.as_ref().is_some_and(|cells| fits(&trial, rows.0 + at, cells)));
        // Of equals the plainest.
        (found.count(), std::cmp::Reverse(end as usize))
    });
    layout.end = best.unwrap_or(layout.end);
    let mut cells: Vec<Cell> = Vec::new();
    let mut kept: Vec<Row> = Vec::new();
    for (at, drafted) in drafted.into_iter().enumerate() {
        let (start, end) = lines.spans[rows.0 + at];
        let drafted = drafted.filter(|cells| fits(&layout, rows.0 + at, cells));
        kept.push(Row { start, end, cells: drafted.as_ref().map(|_| cells.len()) });
        cells.extend(drafted.into_iter().flatten());
    }
    let last = kept.iter().rposition(|row| row.cells.is_some())? + 1;
    kept.truncate(last);
    let fitting = kept.iter().filter(|row| row.cells.is_some()).count();
    if fitting < MIN_ROWS || fitting * 5 < kept.len() * 4 {
        return None;
    }
    let shown: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
    let place = if header.is_some() {
        head(lines, &mut layout, &shown, &widths, first, rows.0)
    } else {
        Header::Missing
    };
    let mut below = rows.0 + last;
    let mut rule = String::new();
    if place == Header::Row && layout.rule(&mut rule, 2, &widths) {
        layout.bottom = below < lines.len() && lines.get(below) == rule;
        below += usize::from(layout.bottom);
    }
    let first = if place == Header::Row { first } else { rows.0 };
    layout.widths = vec![None; columns];
    let texts: Vec<Option<&str>> = cells.iter().map(|cell| cell.text(source)).collect();
    let heads = (place == Header::Row).then_some(&shown[..]);
    let resolved = layout.resolve(columns, texts.chunks(columns).chain(heads));
    layout.widths =
        widths.iter().zip(resolved).map(|(&width, other)| (width != other).then_some(width)).collect();
    let (above, below) = (lines.start(first), lines.start(below));
    let form = Form {
        layout: Layout::Aligned(layout),
        header: place,
        crlf: lines.crlf,
        open_end: !source[..below].ends_with('\n'),
        above: source[..above].split_inclusive('\n').count(),
        below: source[below..].split_inclusive('\n').count(),
    };
    Some(Sheet { source, form, above, below, names: distinct(names), cells, rows: kept })
}

/// How the names of the columns stand in the lines before the rows; above, where no way gives those lines.
fn head(
    lines: &Lines<'_>,
    layout: &mut Aligned,
    names: &[Option<&str>],
    widths: &[usize],
    first: usize,
    rows: usize,
) -> Header {
    let wanted: Vec<&str> = (first..rows).map(|line| lines.get(line)).collect();
    for heading in [Heading::Same, Heading::Centred, Heading::Left] {
        layout.heading = heading;
        let mut found: Vec<String> = Vec::new();
        let mut text = String::new();
        if layout.rule(&mut text, 0, widths) {
            found.push(std::mem::take(&mut text));
        }
        layout.header(&mut text, names, widths);
        found.push(std::mem::take(&mut text));
        if layout.rule(&mut text, 1, widths) {
            found.push(text);
        }
        if found == wanted {
            return Header::Row;
        }
    }
    layout.heading = Heading::Same;
    Header::Above
}

/// Names that are told apart.
pub(super) fn distinct(names: Vec<String>) -> Vec<String> {
    let mut known: FixedSet<String> = FixedSet::default();
    names
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let name = if known.contains(&name) { numbered(&name, at) } else { name };
            known.insert(name.clone());
            name
        })
        .collect()
}
