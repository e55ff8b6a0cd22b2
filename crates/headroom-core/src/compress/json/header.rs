//! From a table to the schema that its header prints.

use super::document::{Document, Id};
use super::schema::{self, Form, Node, Rows};
use super::table::{self, CellForm, Table};

/// The schema of a table as its header prints it.
#[must_use]
pub fn schema(document: &Document<'_>, table: &Table) -> Rows {
    let columns: Vec<schema::Column> = table
        .columns
        .iter()
        .map(|column| {
            let form = match &column.form {
                CellForm::Plain => Form::Plain,
                CellForm::List(table, _) => Form::List(Box::new(schema(document, table))),
                CellForm::Map(table, _) => Form::Map(Box::new(schema(document, table))),
            };
            let empty = column.blank.empty(table, |id| {
                let mut json = String::new();
                document.push_json(&mut json, id);
                json
            });
            schema::Column {
                path: column.path.clone(),
                strings: column.strings,
                empty,
                constant: column.constant,
                extra: column.extra,
                fill: column.fill.as_ref().map(|(before, after)| {
                    let mut pieces = Vec::new();
                    if !before.is_empty() {
                        pieces.push(schema::Piece::Text(before.clone()));
                    }
                    pieces.push(schema::Piece::Column(String::new()));
                    if !after.is_empty() {
                        pieces.push(schema::Piece::Text(after.clone()));
                    }
                    schema::Template(pieces)
                }),
                form,
            }
        })
        .collect();
    Rows {
        columns,
        node: with_templates(table, &table.node, table.depth, &|id| document.text(id).to_owned()),
    }
}

fn with_templates(table: &Table, node: &Node, depth: usize, text: &dyn Fn(Id) -> String) -> Node {
    match node {
        Node::Column(column) => Node::Column(*column),
        Node::Record { fields, optional, columns } => Node::Record {
            fields: fields
                .iter()
                .map(|(name, field)| (name.clone(), with_templates(table, field, depth + 1, text)))
                .collect(),
            optional: *optional,
            columns: *columns,
        },
        Node::Text { optional, columns, .. } => Node::Text {
            template: table::template(table, &table.texts[&(columns.0, depth)], Some(*columns), text),
            optional: *optional,
            columns: *columns,
        },
    }
}
