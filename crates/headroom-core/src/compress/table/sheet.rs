//! A text taken apart: its form, the names of its columns, its rows.
//!
//! Owns the parts and their way into the arena that JSON's tables are made from. It does not know how a text is taken
//! apart, nor how rows are written.

use super::form::Form;
use crate::compress::json::document::{Document, Id, Kind};
use crate::compress::json::encode::OPENING as JSON_OPENING;
use crate::compress::json::schema::is_number;

/// A text taken apart.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    /// The whole text.
    pub(super) source: &'a str,
    /// How the text is laid out.
    pub(super) form: Form,
    /// Where the lines above the table end.
    pub(super) above: usize,
    /// Where the lines below the table begin.
    pub(super) below: usize,
    /// The names of the columns, each another.
    pub(super) names: Vec<String>,
    /// The cells of all rows.
    pub(super) cells: Vec<Cell>,
    /// The rows.
    pub(super) rows: Vec<Row>,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// A part of the text.
    Span(u32, u32),
    /// A text that the source spells otherwise.
    Text(Box<str>),
}

/// A row and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Where it begins in the source.
    pub(super) start: usize,
    /// Where it ends, without its line break.
    pub(super) end: usize,
    /// Its first cell; `None` for a line that the form cannot make, which stands as it is.
    pub(super) cells: Option<usize>,
}

impl Cell {
    /// What stands in the cell.
    pub(super) fn text<'t>(&'t self, source: &'t str) -> Option<&'t str> {
        match self {
            Self::Empty => None,
            Self::Span(start, end) => Some(&source[*start as usize..*end as usize]),
            Self::Text(text) => Some(text),
        }
    }
}

impl<'a> Sheet<'a> {
    /// The rows as JSON objects, and lines that are no rows as strings.
    pub(super) fn document(&self) -> Document<'a> {
        let mut document = Document::without_values(self.source);
        let keys: Vec<Id> = self.names.iter().map(|name| document.intern_string(name)).collect();
        let shape = document.intern_shape(&keys);
        let mut rows = Vec::with_capacity(self.rows.len());
        let mut values = Vec::with_capacity(keys.len());
        for row in &self.rows {
            let Some(first) = row.cells else {
                rows.push(document.intern_span(Kind::String, row.start, row.end));
                continue;
            };
            values.clear();
            for cell in &self.cells[first..first + keys.len()] {
                values.push(match cell {
                    Cell::Empty => document.intern_null(),
                    Cell::Span(start, end) => {
                        let (start, end) = (*start as usize, *end as usize);
                        document.intern_span(kind(&self.source[start..end]), start, end)
                    }
                    Cell::Text(text) => document.intern_string(text),
                });
            }
            rows.push(document.intern_container(Kind::Object, shape, &values));
        }
        let root = document.intern_container(Kind::Array, 0, &rows);
        document.roots.push(root);
        document
    }

    /// The written rows with the form before them and the lines around them.
    pub(super) fn wrap(&self, json: &str) -> String {
        let body = json.strip_prefix(JSON_OPENING).unwrap_or(json);
        let (legend, body) = body.split_once('\n').unwrap_or((body, ""));
        let mut out = String::with_capacity(json.len() + self.above + self.source.len() - self.below + 64);
        self.form.print(&mut out);
        out.push_str(legend);
        out.push('\n');
        out.push_str(&self.source[..self.above]);
        out.push_str(body);
        if self.below < self.source.len() {
            out.push('\n');
            out.push_str(&self.source[self.below..]);
        }
        out
    }
}

/// How a cell reads: numbers keep their spelling.
fn kind(text: &str) -> Kind {
    if matches!(text, "true" | "false") {
        Kind::Bool
    } else if is_number(text) {
        Kind::Number
    } else {
        Kind::String
    }
}
