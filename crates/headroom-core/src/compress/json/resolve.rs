//! From the cells of one row to its JSON: what empty cells stand for, and how columns nest.
//!
//! Owns the second half of the decoder; it has no text to read.

use super::schema::{Empty, Node, Piece, Rows, Template};
use super::spelling::{Unescaped, push_json_string, unescape};

/// What a cell holds.
#[derive(Clone)]
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

/// One row's cells with the empty ones filled in.
pub(super) struct Resolver<'r> {
    schema: &'r Rows,
    cells: &'r [Cell],
    values: Vec<Option<String>>,
    key: Option<&'r str>,
}

impl<'r> Resolver<'r> {
    /// Fills in what empty cells stand for.
    pub(super) fn new(
        schema: &'r Rows,
        cells: &'r [Cell],
        key: Option<&'r str>,
        mut last: Option<&mut Vec<Option<String>>>,
    ) -> Option<Self> {
        let mut resolver = Self { schema, cells, values: vec![None; cells.len()], key };
        for (number, (cell, column)) in cells.iter().zip(&schema.columns).enumerate() {
            resolver.values[number] = match cell {
                Cell::Missing => None,
                Cell::Value(json) | Cell::Raw(1, json) => Some(json.clone()),
                Cell::Empty | Cell::Raw(..) => match &column.empty {
                    Empty::Null => Some("null".to_owned()),
                    Empty::Json(json) => Some(json.clone()),
                    Empty::Above => last.as_ref()?[number].clone(),
                    Empty::Missing | Empty::Same(_) | Empty::Text(_) => None,
                },
            };
            if let (Some(last), Empty::Above) = (last.as_deref_mut(), &column.empty) {
                last[number].clone_from(&resolver.values[number]);
            }
        }
        for (number, (cell, column)) in cells.iter().zip(&schema.columns).enumerate() {
            if matches!(cell, Cell::Empty | Cell::Raw(2.., _)) {
                match &column.empty {
                    Empty::Same(path) => resolver.values[number] = resolver.by_path(path),
                    Empty::Text(template) => {
                        resolver.values[number] =
                            fill_in(template, |path| resolver.by_path(path).and_then(|json| text_of(&json)));
                    }
                    _ => {}
                }
            }
        }
        Some(resolver)
    }

    fn by_path(&self, path: &str) -> Option<String> {
        if path == "*" {
            return self.key.map(str::to_owned);
        }
        let column = self.schema.columns.iter().position(|column| column.path == path)?;
        self.values[column].clone()
    }

    /// The JSON of a node; the inner `None` where it is missing.
    #[expect(
        clippy::option_option,
        reason = "a row that cannot be read is another thing than a missing value"
    )]
    pub(super) fn json(&self, node: &Node, moved: &[String]) -> Option<Option<String>> {
        let has_cell = |column: usize| {
            let column = &self.schema.columns[column];
            !column.constant && !column.extra
        };
        if let Node::Column(column) = node {
            return Some(self.values[*column].clone());
        }
        let (first, end) = node.columns();
        if let Some(anchor) = node.anchor(&has_cell)
            && let Cell::Raw(level, json) = &self.cells[anchor]
            && *level == node.level(&has_cell)
        {
            return Some(Some(json.clone()));
        }
        let absent =
            (first..end).all(|column| !has_cell(column) || matches!(self.cells[column], Cell::Empty));
        match node {
            Node::Column(_) => None,
            Node::Record { optional: true, .. } | Node::Text { optional: true, .. } if absent => Some(None),
            Node::Record { fields, .. } => {
                let mut json = String::from("{");
                let late = moved.iter().filter_map(|name| fields.iter().find(|(field, _)| field == name));
                for (name, field) in fields.iter().filter(|(name, _)| !moved.contains(name)).chain(late) {
                    if let Some(value) = self.json(field, &[])? {
                        if json.len() > 1 {
                            json.push(',');
                        }
                        if name.starts_with('"') {
                            json.push_str(name);
                        } else {
                            push_json_string(&mut json, name);
                        }
                        json.push(':');
                        json.push_str(&value);
                    }
                }
                json.push('}');
                Some(Some(json))
            }
            Node::Text { template, columns, .. } => {
                let text = fill_in(template, |path| {
                    let json = match path.strip_prefix('#').and_then(|hole| hole.parse::<usize>().ok()) {
                        Some(hole) => self.values.get(columns.0 + hole.checked_sub(1)?)?.clone(),
                        None => self.by_path(path),
                    };
                    json.and_then(|json| text_of(&json))
                })?;
                Some(Some(text))
            }
        }
    }
}
