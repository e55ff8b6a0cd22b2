//! From the cells of one row to its JSON: what empty cells stand for, and how columns nest.
//!
//! Owns the second half of the decoder; it has no text to read.

use super::schema::{Empty, Node, Piece, Rows, Template, push_name};
use super::spelling::{Unescaped, push_json_string, unescape};
use crate::hash::FixedMap;
use std::borrow::Cow;
use std::cell::OnceCell;

/// What a cell holds.
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// The mark for a missing key.
    Missing,
    /// JSON for the node of this level.
    Raw(usize, String),
    /// JSON of the column itself.
    Value(String),
}

/// The text of a JSON string or number.
pub(super) fn text_of(json: &str) -> Option<String> {
    match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(escaped) => match unescape(escaped) {
            Unescaped::Text(text) => Some(text),
            Unescaped::LoneSurrogate | Unescaped::Broken => None,
        },
        None => Some(json.to_owned()),
    }
}

/// A template as a JSON string.
pub(super) fn fill_in(template: &Template, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut text = String::new();
    for piece in &template.0 {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Column(path) => text.push_str(&value(path)?),
        }
    }
    let mut json = String::new();
    push_json_string(&mut json, &text);
    Some(json)
}

/// The columns of a schema by name, looked up as far as its rows ask.
pub(super) struct Columns<'s> {
    schema: &'s Rows,
    by_path: OnceCell<FixedMap<&'s str, usize>>,
    extras: OnceCell<FixedMap<String, usize>>,
}

impl<'s> Columns<'s> {
    /// Of rows that are read one after the other.
    pub(super) fn of(schema: &'s Rows) -> Self {
        Self { schema, by_path: OnceCell::new(), extras: OnceCell::new() }
    }

    /// The schema itself.
    pub(super) fn schema(&self) -> &'s Rows {
        self.schema
    }

    fn by_path(&self, path: &str) -> Option<usize> {
        let places = self.by_path.get_or_init(|| {
            let numbered = self.schema.columns.iter().enumerate();
            // Of columns that share a path, the first one is meant.
            numbered.rev().map(|(number, column)| (&*column.path, number)).collect()
        });
        places.get(path).copied()
    }

    /// The column without a place in the row that is written under `name`.
    pub(super) fn extra(&self, name: &str) -> Option<usize> {
        let places = self.extras.get_or_init(|| {
            let numbered = self.schema.columns.iter().enumerate();
            let extras = numbered.rev().filter(|(_, column)| column.extra);
            let printed = |path: &str| {
                let mut printed = String::new();
                push_name(&mut printed, path);
                printed
            };
            extras.map(|(number, column)| (printed(&column.path), number)).collect()
        });
        places.get(name).copied()
    }

    fn has_cell(&self, column: usize) -> bool {
        let column = &self.schema.columns[column];
        !column.constant && !column.extra
    }
}

/// One row's cells with the empty ones filled in.
pub(super) struct Resolver<'r, 's> {
    columns: &'r Columns<'s>,
    cells: &'r [Cell],
    values: Vec<Option<Cow<'r, str>>>,
    key: Option<&'r str>,
}

impl<'r, 's: 'r> Resolver<'r, 's> {
    /// Fills in what empty cells stand for.
    pub(super) fn new(
        columns: &'r Columns<'s>,
        cells: &'r [Cell],
        key: Option<&'r str>,
        mut last: Option<&mut Vec<Option<String>>>,
    ) -> Option<Self> {
        let mut resolver = Self { columns, cells, values: Vec::with_capacity(cells.len()), key };
        let mut refers = false;
        for (number, (cell, column)) in cells.iter().zip(&columns.schema.columns).enumerate() {
            let value = match cell {
                Cell::Missing => None,
                Cell::Value(json) | Cell::Raw(1, json) => Some(Cow::Borrowed(json.as_str())),
                Cell::Empty | Cell::Raw(..) => match &column.empty {
                    Empty::Null => Some(Cow::Borrowed("null")),
                    Empty::Json(json) => Some(Cow::Borrowed(json.as_str())),
                    Empty::Above => last.as_ref()?[number].clone().map(Cow::Owned),
                    Empty::Missing => None,
                    Empty::Same(_) | Empty::Text(_) => {
                        refers = true;
                        None
                    }
                },
            };
            if let (Some(last), Empty::Above) = (last.as_deref_mut(), &column.empty) {
                last[number] = value.as_deref().map(str::to_owned);
            }
            resolver.values.push(value);
        }
        if !refers {
            return Some(resolver);
        }
        for (number, (cell, column)) in cells.iter().zip(&columns.schema.columns).enumerate() {
            if matches!(cell, Cell::Empty | Cell::Raw(2.., _)) {
                match &column.empty {
                    Empty::Same(path) => resolver.values[number] = resolver.by_path(path),
                    Empty::Text(template) => {
                        let text = fill_in(template, |path| text_of(&resolver.by_path(path)?));
                        resolver.values[number] = text.map(Cow::Owned);
                    }
                    _ => {}
                }
            }
        }
        Some(resolver)
    }

    fn by_path(&self, path: &str) -> Option<Cow<'r, str>> {
        if path == "*" {
            return self.key.map(Cow::Borrowed);
        }
        self.values[self.columns.by_path(path)?].clone()
    }

    /// Appends the JSON of a row's node, of which the keys `moved` come last; says whether there is any, since a value
    /// may be missing. `None` for a row that cannot be read.
    pub(super) fn json(&self, out: &mut String, node: &Node, moved: &[String]) -> Option<bool> {
        if let Node::Column(column) = node {
            let value = self.values[*column].as_deref();
            out.push_str(value.unwrap_or_default());
            return Some(value.is_some());
        }
        let has_cell = |column: usize| self.columns.has_cell(column);
        let (first, end) = node.columns();
        if let Some(anchor) = node.anchor(&has_cell)
            && let Cell::Raw(level, json) = &self.cells[anchor]
            && *level == node.level(&has_cell)
        {
            out.push_str(json);
            return Some(true);
        }
        let absent =
            (first..end).all(|column| !has_cell(column) || matches!(self.cells[column], Cell::Empty));
        match node {
            Node::Column(_) => None,
            Node::Record { optional: true, .. } | Node::Text { optional: true, .. } if absent => Some(false),
            Node::Record { fields, .. } => {
                out.push('{');
                let start = out.len();
                let late = moved.iter().filter_map(|name| fields.iter().find(|(field, _)| field == name));
                for (name, field) in fields.iter().filter(|(name, _)| !moved.contains(name)).chain(late) {
                    let before = out.len();
                    if before > start {
                        out.push(',');
                    }
                    if name.starts_with('"') {
                        out.push_str(name);
                    } else {
                        push_json_string(out, name);
                    }
                    out.push(':');
                    if !self.json(out, field, &[])? {
                        out.truncate(before);
                    }
                }
                out.push('}');
                Some(true)
            }
            Node::Text { template, columns, .. } => {
                let text = fill_in(template, |path| {
                    let json = match path.strip_prefix('#').and_then(|hole| hole.parse::<usize>().ok()) {
                        Some(hole) => self.values.get(columns.0 + hole.checked_sub(1)?)?.clone(),
                        None => self.by_path(path),
                    };
                    json.and_then(|json| text_of(&json))
                })?;
                out.push_str(&text);
                Some(true)
            }
        }
    }
}
