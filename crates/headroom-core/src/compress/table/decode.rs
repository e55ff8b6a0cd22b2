//! Reads the notation back into the table's text.
//!
//! Owns the decoder, which is what makes "lossless" a fact: the encoder runs it on everything it writes.

use super::form::{Entry, Form, Grid, LEGEND, OPENING};
use crate::compress::json;
use crate::compress::json::document::{Document, Kind};
use crate::compress::json::encode::OPENING as JSON_OPENING;

/// The text for which a text in the notation stands, byte for byte. `None` where the text is not in the notation, or stands
/// for more than `limit` bytes.
#[must_use]
pub fn decode(text: &str, limit: usize) -> Option<String> {
    let (first, rest) = text.strip_prefix(OPENING)?.split_once('\n')?;
    let (form, legend) =
        first.split_once(LEGEND).map_or((first, ""), |(form, _)| (form, &first[form.len()..]));
    let form = Form::parse(form)?;
    let above = lines_end(rest, form.above)?;
    let below = if form.below == 0 { rest.len() } else { last_lines(rest, form.below)? };
    let body = rest.get(above..below)?;
    let body = if form.below == 0 { body } else { body.strip_suffix('\n')? };
    let notation = [JSON_OPENING, legend, "\n", body].concat();
    // The names of the columns stand in every row of the JSON.
    let columns_limit = body.find('\n').unwrap_or(body.len()).saturating_add(16).saturating_mul(body.len());
    let json =
        json::decode(&notation, limit.saturating_mul(8).saturating_add(4_096).min(columns_limit).max(4_096))?;
    let document = Document::scan(&json)?;
    let &[root] = &document.roots[..] else { return None };
    if document.kind(root) != Kind::Array {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    let mut shape = None;
    let mut grid = Grid::default();
    for &row in document.children(root) {
        match document.kind(row) {
            Kind::String => grid.rows.push(Entry::Line(document.text(row))),
            Kind::Object => {
                if shape.is_none() {
                    names = document.keys(row).iter().map(|&key| document.text(key)).collect();
                    shape = Some(document.shape_of(row));
                }
                if shape != Some(document.shape_of(row)) {
                    return None;
                }
                grid.rows.push(Entry::Cells(grid.cells.len()));
                for &cell in document.children(row) {
                    grid.cells.push(match document.kind(cell) {
                        Kind::Null => None,
                        Kind::Array | Kind::Object | Kind::RawString => return None,
                        Kind::String | Kind::Number | Kind::Bool => Some(document.text(cell)),
                    });
                }
            }
            _ => return None,
        }
    }
    let table = form.render(&names, &grid, limit)?;
    let out = [&rest[..above], &table, &rest[below..]].concat();
    (out.len() <= limit).then_some(out)
}

/// Where so many lines from the beginning end.
fn lines_end(text: &str, lines: usize) -> Option<usize> {
    match lines.checked_sub(1) {
        None => Some(0),
        Some(last) => memchr::memchr_iter(b'\n', text.as_bytes()).nth(last).map(|newline| newline + 1),
    }
}

/// Where the last lines begin.
fn last_lines(text: &str, lines: usize) -> Option<usize> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    memchr::memrchr_iter(b'\n', body.as_bytes()).nth(lines - 1).map(|newline| newline + 1)
}
