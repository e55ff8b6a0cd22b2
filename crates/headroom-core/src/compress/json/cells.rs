//! Writes the rows of a table, cell by cell.
//!
//! Owns how a cell is spelled and which cells are left empty. What an empty cell means is the table's to say.

use super::document::{Id, Kind, MISSING};
use super::schema::{Node, is_bare_cell, looks_like_scalar, push_name};
use super::spelling::push_json_string;
use super::table::{ABSENT, Blank, CellForm, Table};
use super::write::Writer;

/// Cells of one row: commas are held back until a cell follows, so that empty ends cost nothing.
struct Cells<'o> {
    out: &'o mut String,
    held: usize,
    written: bool,
    nested: bool,
}

impl Cells<'_> {
    fn next(&mut self) {
        self.held += 1;
    }

    fn start(&mut self) -> &mut String {
        for _ in 0..self.held {
            self.out.push(',');
        }
        self.held = 0;
        self.written = true;
        self.out
    }
}

impl Writer<'_, '_> {
    /// One row; `last` has the latest value of each column, where cells may stand for the one above.
    pub(super) fn row(
        &mut self,
        out: &mut String,
        table: &Table,
        row: usize,
        nested: bool,
        mut last: Option<&mut Vec<Id>>,
    ) {
        let start = out.len();
        let mut cells = Cells { out, held: 0, written: false, nested };
        if let Some(keys) = &table.keys {
            let key = keys[row];
            let text = self.document.text(key);
            let bare = self.document.kind(key) == Kind::String && is_bare_cell(text, nested);
            let out = cells.start();
            if bare {
                out.push_str(text);
            } else {
                self.document.push_json(out, key);
            }
            cells.held = 0;
            cells.next();
        }
        self.node(&mut cells, table, &table.node, row, table.depth, &mut last);
        let extras: Vec<usize> =
            (0..table.columns.len()).filter(|&column| table.columns[column].extra).collect();
        for column in extras {
            let spec = &table.columns[column];
            if !self.is_blank(table, column, row, None) {
                if cells.written {
                    cells.out.push(',');
                }
                cells.out.push('+');
                push_name(cells.out, &spec.path);
                cells.out.push(':');
                cells.written = true;
                cells.held = 0;
                self.content(&mut cells, table, column, row);
            }
        }
        for name in table.moved.get(&row).into_iter().flatten() {
            if cells.written {
                cells.out.push(',');
            }
            cells.out.push('>');
            cells.out.push_str(name);
            cells.written = true;
        }
        if out.len() == start {
            out.push('_');
        }
    }

    fn node(
        &mut self,
        cells: &mut Cells<'_>,
        table: &Table,
        node: &Node,
        row: usize,
        depth: usize,
        last: &mut Option<&mut Vec<Id>>,
    ) {
        let (Node::Record { optional, columns, .. } | Node::Text { optional, columns, .. }) = node else {
            return self.parts(cells, table, node, row, depth, last);
        };
        let group = &table.groups[&(columns.0, depth)];
        let value = group.values[row];
        if value == ABSENT || (value == MISSING && *optional) {
            cells.held += (columns.0..columns.1).filter(|&column| has_cell(table, column)).count();
        } else if group.raw[row] || value == MISSING {
            self.whole(cells, table, node, value);
        } else if *optional {
            // An object all of whose cells are empty must not read as a missing one.
            let before = (cells.out.len(), cells.held, cells.written);
            let kept = last.as_deref().cloned();
            self.parts(cells, table, node, row, depth, last);
            if cells.out.len() == before.0 {
                (cells.held, cells.written) = (before.1, before.2);
                if let (Some(last), Some(kept)) = (last.as_deref_mut(), kept) {
                    *last = kept;
                }
                self.whole(cells, table, node, value);
            }
        } else {
            self.parts(cells, table, node, row, depth, last);
        }
    }

    /// The cells of what a node is made of.
    fn parts(
        &mut self,
        cells: &mut Cells<'_>,
        table: &Table,
        node: &Node,
        row: usize,
        depth: usize,
        last: &mut Option<&mut Vec<Id>>,
    ) {
        match node {
            Node::Column(column) => self.cell(cells, table, *column, row, last),
            Node::Record { fields, .. } => {
                for (_, field) in fields {
                    self.node(cells, table, field, row, depth + 1, last);
                }
            }
            Node::Text { columns, .. } => {
                for column in columns.0..columns.1 {
                    self.cell(cells, table, column, row, last);
                }
            }
        }
    }

    /// A value that its columns cannot hold, as JSON in its first cell.
    fn whole(&mut self, cells: &mut Cells<'_>, table: &Table, node: &Node, value: Id) {
        let cell = |column: usize| has_cell(table, column);
        let anchor = node.anchor(&cell);
        let (first, end) = node.columns();
        for column in (first..end).filter(|&column| cell(column)) {
            if Some(column) == anchor {
                let out = cells.start();
                for _ in 0..node.level(&cell) {
                    out.push('=');
                }
                if value == MISSING {
                    out.push('?');
                } else {
                    self.push_json(out, value);
                }
            }
            cells.next();
        }
    }

    fn cell(
        &mut self,
        cells: &mut Cells<'_>,
        table: &Table,
        column: usize,
        row: usize,
        last: &mut Option<&mut Vec<Id>>,
    ) {
        if !has_cell(table, column) {
            return;
        }
        let id = table.columns[column].cells[row];
        let blank = self.is_blank(table, column, row, last.as_deref());
        if let Some(last) = last
            && id != ABSENT
        {
            last[column] = id;
        }
        if !blank {
            cells.start();
            self.content(cells, table, column, row);
        }
        cells.next();
    }

    fn is_blank(&self, table: &Table, column: usize, row: usize, last: Option<&Vec<Id>>) -> bool {
        let spec = &table.columns[column];
        let id = spec.cells[row];
        id == ABSENT
            || match &spec.blank {
                Blank::Null => id != MISSING && self.document.kind(id) == Kind::Null,
                Blank::Missing => id == MISSING,
                Blank::Value(value) => id == *value,
                Blank::Above => last.is_some_and(|last| last[column] == id && id < ABSENT),
                Blank::Same(_) | Blank::Text(_) => spec.computed[row],
            }
    }

    /// What a cell holds.
    fn content(&mut self, cells: &mut Cells<'_>, table: &Table, column: usize, row: usize) {
        let spec = &table.columns[column];
        let id = spec.cells[row];
        let nested = cells.nested;
        let out = &mut *cells.out;
        match (&spec.form, id) {
            (_, MISSING) => out.push('?'),
            (CellForm::List(inner, starts), _) if self.document.kind(id) == Kind::Array => {
                self.rows(out, inner, starts, row, ('[', ']'));
            }
            (CellForm::Map(inner, starts), _)
                if self.document.kind(id) == Kind::Object
                    && !self.document.shape(self.document.shape_of(id)).duplicate_keys =>
            {
                self.rows(out, inner, starts, row, ('{', '}'));
            }
            (CellForm::Plain, _) => self.value(out, table, column, id, nested),
            _ => {
                out.push('=');
                self.push_json(out, id);
            }
        }
    }

    fn rows(&mut self, out: &mut String, inner: &Table, starts: &[u32], row: usize, brackets: (char, char)) {
        out.push(brackets.0);
        let (first, end) = (starts[row] as usize, starts[row + 1] as usize);
        let mut previous = (0, 0);
        let mut repeated = 0;
        for at in first..end {
            let start = out.len();
            if at > first {
                out.push(';');
            }
            let begin = out.len();
            self.row(out, inner, at, true, None);
            if at > first && out[previous.0..previous.1] == out[begin..] {
                repeated += 1;
                out.truncate(start);
                continue;
            }
            if repeated > 0 {
                let tail = out[start..].to_owned();
                out.truncate(start);
                push_repeat(out, repeated);
                repeated = 0;
                let shift = out.len() - start;
                out.push_str(&tail);
                previous = (begin + shift, out.len());
            } else {
                previous = (begin, out.len());
            }
        }
        if repeated > 0 {
            push_repeat(out, repeated);
        }
        out.push(brackets.1);
    }

    /// A plain cell.
    fn value(&mut self, out: &mut String, table: &Table, column: usize, id: Id, nested: bool) {
        let spec = &table.columns[column];
        let document = self.document;
        if document.kind(id) == Kind::String {
            let text = document.text(id);
            if let Some((before, after)) = &spec.fill {
                let inner =
                    text.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(after.as_str()));
                match inner {
                    Some(inner) if is_bare_cell(inner, nested) => out.push_str(inner),
                    Some(inner) if !inner.is_empty() => push_json_string(out, inner),
                    _ => {
                        out.push('=');
                        self.push_json(out, id);
                    }
                }
                return;
            }
            if self.named(out, id) || self.pieced(out, id) {
                return;
            }
            if is_bare_cell(text, nested) && (spec.strings || !looks_like_scalar(text)) {
                out.push_str(text);
            } else {
                push_json_string(out, text);
            }
            return;
        }
        if spec.strings || spec.fill.is_some() {
            out.push('=');
        }
        self.push_json(out, id);
    }
}

fn push_repeat(out: &mut String, times: usize) {
    out.push_str(";*");
    out.push_str(&times.to_string());
}

fn has_cell(table: &Table, column: usize) -> bool {
    let column = &table.columns[column];
    !column.constant && !column.extra
}
