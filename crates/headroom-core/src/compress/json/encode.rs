//! Writes a document in the notation: JSON with tables where they are shorter.
//!
//! Owns the decision where a table stands and what gets a name. It knows how cells are written, not how
//! columns are found.

use super::document::{Document, End, Id, Kind, MISSING, push_json_string};
use super::estimate::{Estimates, of_text};
use super::schema::{self, Form, Node, Rows, is_bare_cell, looks_like_scalar, push_name};
use super::table::{self, ABSENT, Blank, CellForm, Inference, Table};
use crate::hash::FixedMap;
use std::fmt::Write as _;
use std::rc::Rc;

/// The first line of every text in the notation.
pub const OPENING: &str = "#json";
/// The first line where the source is one value a line.
pub const OPENING_LINES: &str = "#jsonl";
/// What stands before the rest of a text that was cut off.
pub const CUT_OFF: &str = "\n#cut off here, still open: ";

/// Rows that a table needs.
const MIN_ROWS: usize = 2;

/// A value's place in the text.
enum Layout {
    /// As JSON, its children by their own layout.
    Json(Vec<Layout>),
    /// As JSON without anything special inside.
    Leaf,
    /// As a table.
    Table(Rc<Kinds>),
}

/// The rows of one table, by kind.
pub struct Kinds {
    /// One table a kind.
    pub tables: Vec<Table>,
    /// For each row its kind and its place there.
    pub rows: Vec<(usize, usize)>,
    /// Rows of kinds that are too rare for a table, with their keys.
    pub raw: Vec<(Id, Id)>,
    /// Whether the rows are entries of an object.
    pub map: bool,
}

/// Stands for the kind of rows written as JSON.
const RAW: usize = usize::MAX;

/// Kinds of rows that one table may have.
const MAX_KINDS: usize = 40;

/// What a document looks like in the notation.
#[must_use]
pub fn encode(document: &mut Document<'_>) -> Option<String> {
    let mut estimates = Estimates::default();
    let roots = document.roots.clone();
    let lines = roots.len() > 1;
    let layout = {
        let mut inference = Inference::new(document, &mut estimates);
        if lines {
            Layout::Table(Rc::new(kinds(&mut inference, &roots, None)?))
        } else {
            layout(&mut inference, roots[0])
        }
    };
    if matches!(layout, Layout::Leaf) {
        return None;
    }
    let mut counter = Writer::new(document);
    counter.counts = Some(vec![0; document.len()]);
    let mut scratch = String::with_capacity(4096);
    counter.layout(&mut scratch, roots[0], &layout);
    let counts = counter.counts.take().unwrap_or_default();
    let names = names(document, &mut estimates, &counts);
    let mut out = String::with_capacity(scratch.len());
    out.push_str(if lines { OPENING_LINES } else { OPENING });
    out.push('\n');
    let mut writer = Writer::new(document);
    for (number, &id) in names.iter().enumerate() {
        let _ = write!(out, "&{number}=");
        writer.push_json(&mut out, id);
        out.push('\n');
        writer.names.insert(id, number);
    }
    writer.layout(&mut out, roots[0], &layout);
    if let End::CutOff { open, tail } = document.end {
        out.push_str(CUT_OFF);
        out.push_str(&open.to_string());
        out.push('\n');
        out.push_str(document.source_from(tail));
    }
    Some(out)
}

/// The values worth a name: long enough, often enough. In order of their ids, so that a definition only
/// uses names that stand before it.
fn names(document: &Document<'_>, estimates: &mut Estimates, counts: &[u32]) -> Vec<Id> {
    let mut named = Vec::new();
    for (id, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 1) {
        let id = id as Id;
        if matches!(document.kind(id), Kind::Null | Kind::Bool | Kind::Number) {
            continue;
        }
        let cost = i64::from(estimates.of(document, id));
        let count = i64::from(count);
        if cost >= 5 && cost * (count - 1) > 2 * count + 6 {
            named.push(id);
        }
    }
    named
}

fn layout(inference: &mut Inference<'_, '_>, id: Id) -> Layout {
    let document = &*inference.document;
    let kind = document.kind(id);
    if !matches!(kind, Kind::Array | Kind::Object) || document.children(id).is_empty() {
        return Layout::Leaf;
    }
    let children = document.children(id).to_vec();
    let objects = children.iter().filter(|&&child| document.kind(child) == Kind::Object).count();
    let map = kind == Kind::Object;
    let eligible = children.len() >= MIN_ROWS
        && objects * 10 >= children.len() * 8
        && (!map || (is_uniform(document, &children) && inference.holds_rows(id, true)));
    if eligible {
        let keys = map.then(|| inference.document.keys(id).to_vec());
        let before = inference.estimates.of(inference.document, id);
        if let Some(kinds) = kinds(inference, &children, keys.as_deref()) {
            let mut out = String::new();
            Writer::new(inference.document).kinds(&mut out, &kinds);
            if of_text(&out) < before {
                return Layout::Table(Rc::new(kinds));
            }
        }
    }
    let layouts: Vec<Layout> = children.iter().map(|&child| layout(inference, child)).collect();
    if layouts.iter().all(|layout| matches!(layout, Layout::Leaf)) {
        Layout::Leaf
    } else {
        Layout::Json(layouts)
    }
}

/// Whether an object's values share keys, so that it reads as a table with a key column.
fn is_uniform(document: &Document<'_>, children: &[Id]) -> bool {
    let mut uses: FixedMap<Id, usize> = FixedMap::default();
    let mut total = 0;
    for &child in children {
        if document.kind(child) == Kind::Object {
            for &key in document.keys(child) {
                *uses.entry(key).or_default() += 1;
                total += 1;
            }
        }
    }
    let shared: usize = uses.values().filter(|&&count| count * 3 >= children.len() && count > 1).sum();
    total > 0 && shared * 2 >= total
}

/// Rows by kind: objects whose keys are alike make one table.
fn kinds(inference: &mut Inference<'_, '_>, rows: &[Id], keys: Option<&[Id]>) -> Option<Kinds> {
    let document = &*inference.document;
    let mut by_shape: FixedMap<u32, usize> = FixedMap::default();
    for &row in rows {
        if document.kind(row) == Kind::Object && document.keys(row).len() <= table::MAX_COLUMNS {
            *by_shape.entry(document.shape_of(row)).or_default() += 1;
        }
    }
    let mut shapes: Vec<(u32, usize)> = by_shape.into_iter().collect();
    shapes.sort_unstable_by_key(|&(shape, count)| (std::cmp::Reverse(count), shape));
    // A kind is led by its most frequent shape and grows by the keys of those that join it.
    let mut leaders: Vec<Leader> = Vec::new();
    let mut kind_of: FixedMap<u32, usize> = FixedMap::default();
    for &(shape, count) in &shapes {
        let keys = &document.shape(shape).keys;
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        let mut alike: Vec<(usize, f64)> = leaders
            .iter()
            .enumerate()
            .map(|(kind, leader)| (kind, overlap(&sorted, &leader.sorted)))
            .collect();
        alike.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        // A frequent shape earns a header of its own sooner.
        let threshold = if leaders.len() >= MAX_KINDS {
            0.0
        } else if count >= 4 {
            0.75
        } else {
            0.5
        };
        let joined = alike.iter().find(|(kind, alike)| {
            *alike >= threshold && (leaders.len() >= MAX_KINDS || leaders[*kind].takes(keys))
        });
        if let Some(&(kind, _)) = joined {
            leaders[kind].join(keys);
            kind_of.insert(shape, kind);
        } else {
            kind_of.insert(shape, leaders.len());
            leaders.push(Leader { order: keys.clone(), sorted });
        }
    }
    if leaders.is_empty() {
        return None;
    }
    // Rows that are no objects go with the first kind.
    let kind_of_row = |row: Id| {
        if document.kind(row) == Kind::Object {
            kind_of.get(&document.shape_of(row)).copied()
        } else {
            Some(0)
        }
    };
    let mut sizes = vec![0_usize; leaders.len()];
    for kind in rows.iter().filter_map(|&row| kind_of_row(row)) {
        sizes[kind] += 1;
    }
    // Kinds of a single row stay JSON.
    let mut number = vec![RAW; leaders.len()];
    let mut wanted = 0;
    for (kind, &size) in sizes.iter().enumerate() {
        if size > 1 {
            number[kind] = wanted;
            wanted += 1;
        }
    }
    if wanted == 0 {
        return None;
    }
    let mut members: Vec<(Vec<Id>, Vec<Id>)> = vec![(Vec::new(), Vec::new()); wanted];
    let mut raw = Vec::new();
    let mut places = Vec::with_capacity(rows.len());
    for (at, &row) in rows.iter().enumerate() {
        let kind = kind_of_row(row).map_or(RAW, |kind| number[kind]);
        let key = keys.map_or(row, |keys| keys[at]);
        if kind == RAW {
            places.push((RAW, raw.len()));
            raw.push((key, row));
            continue;
        }
        places.push((kind, members[kind].0.len()));
        members[kind].0.push(row);
        members[kind].1.push(key);
    }
    let map = keys.is_some();
    let mut tables = Vec::with_capacity(members.len());
    for (kind, (rows, keys)) in members.into_iter().enumerate() {
        if let Some(table) = inference.table(rows.clone(), map.then(|| keys.clone())) {
            for place in places.iter_mut().filter(|place| place.0 == kind) {
                place.0 = tables.len();
            }
            tables.push(table);
        } else {
            for place in places.iter_mut().filter(|place| place.0 == kind) {
                raw.push((keys[place.1], rows[place.1]));
                *place = (RAW, raw.len() - 1);
            }
        }
    }
    if tables.is_empty() {
        return None;
    }
    Some(Kinds { tables, rows: places, raw, map })
}

/// The keys of a kind of rows.
struct Leader {
    /// In the order of the rows.
    order: Vec<Id>,
    /// Those of its first shape, sorted.
    sorted: Vec<Id>,
}

impl Leader {
    /// Whether keys stand in the kind's order, but for a few at the end.
    fn takes(&self, keys: &[Id]) -> bool {
        let mut after = 0;
        for (at, key) in keys.iter().enumerate() {
            if let Some(place) = self.order.iter().position(|other| other == key) {
                if place < after {
                    return keys.len() - at <= table::MAX_MOVED;
                }
                after = place;
            }
        }
        true
    }

    fn join(&mut self, keys: &[Id]) {
        let mut after = 0;
        for key in keys {
            if let Some(place) = self.order.iter().position(|other| other == key) {
                after = after.max(place + 1);
            } else {
                self.order.insert(after, *key);
                after += 1;
            }
        }
    }
}

/// Shared keys by all keys (Jaccard) of two sorted key lists.
fn overlap(a: &[Id], b: &[Id]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}

/// Writes values; with `counts` set it only counts which values it would write.
pub struct Writer<'d, 'a> {
    document: &'d Document<'a>,
    names: FixedMap<Id, usize>,
    counts: Option<Vec<u32>>,
}

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

impl<'d, 'a> Writer<'d, 'a> {
    /// A writer without names.
    #[must_use]
    pub fn new(document: &'d Document<'a>) -> Self {
        Self { document, names: FixedMap::default(), counts: None }
    }

    /// Whether the value is done with: it was written as a name, or counted before.
    fn named(&mut self, out: &mut String, id: Id) -> bool {
        if let Some(counts) = &mut self.counts {
            counts[id as usize] += 1;
            return counts[id as usize] > 1 && matches!(self.document.kind(id), Kind::Array | Kind::Object);
        }
        let Some(number) = self.names.get(&id) else { return false };
        let _ = write!(out, "&{number}");
        true
    }

    fn push_json(&mut self, out: &mut String, id: Id) {
        if self.named(out, id) {
            return;
        }
        let document = self.document;
        match document.kind(id) {
            Kind::Array => {
                out.push('[');
                for (at, &child) in document.children(id).iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.push_json(out, child);
                }
                out.push(']');
            }
            Kind::Object => {
                out.push('{');
                for (at, (&key, &child)) in document.keys(id).iter().zip(document.children(id)).enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    document.push_json(out, key);
                    out.push(':');
                    self.push_json(out, child);
                }
                out.push('}');
            }
            _ => document.push_json(out, id),
        }
    }

    fn layout(&mut self, out: &mut String, id: Id, layout: &Layout) {
        let document = self.document;
        match layout {
            Layout::Leaf => self.push_json(out, id),
            Layout::Table(kinds) => self.kinds(out, kinds),
            Layout::Json(layouts) => {
                let object = document.kind(id) == Kind::Object;
                out.push(if object { '{' } else { '[' });
                for (at, (&child, layout)) in document.children(id).iter().zip(layouts).enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    if object {
                        document.push_json(out, document.keys(id)[at]);
                        out.push(':');
                    }
                    self.layout(out, child, layout);
                }
                out.push(if object { '}' } else { ']' });
            }
        }
    }

    /// A table with all its rows.
    pub fn kinds(&mut self, out: &mut String, kinds: &Kinds) {
        out.push(if kinds.map { '{' } else { '[' });
        out.push('#');
        out.push_str(&kinds.rows.len().to_string());
        for (number, table) in kinds.tables.iter().enumerate() {
            if kinds.tables.len() > 1 {
                let _ = write!(out, "\n#{number}");
            }
            out.push('(');
            self.schema(table).print(out);
            out.push(')');
        }
        out.push('\n');
        let mut last: Vec<Vec<Id>> =
            kinds.tables.iter().map(|table| vec![ABSENT; table.columns.len()]).collect();
        let mut current = 0;
        for &(kind, row) in &kinds.rows {
            if kind == RAW {
                out.push_str("#=");
                if kinds.map {
                    self.document.push_json(out, kinds.raw[row].0);
                    out.push(':');
                }
                self.push_json(out, kinds.raw[row].1);
                out.push('\n');
                continue;
            }
            if kind != current {
                let _ = writeln!(out, "#{kind}");
                current = kind;
            }
            self.row(out, &kinds.tables[kind], row, false, Some(&mut last[kind]));
            out.push('\n');
        }
        out.push(if kinds.map { '}' } else { ']' });
    }

    /// The schema as the header prints it.
    fn schema(&mut self, table: &Table) -> Rows {
        let columns: Vec<schema::Column> = table
            .columns
            .iter()
            .map(|column| {
                let form = match &column.form {
                    CellForm::Plain => Form::Plain,
                    CellForm::List(table, _) => Form::List(Box::new(self.schema(table))),
                    CellForm::Map(table, _) => Form::Map(Box::new(self.schema(table))),
                };
                let empty = column.blank.empty(table, |id| {
                    let mut json = String::new();
                    self.document.push_json(&mut json, id);
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
            node: with_templates(table, &table.node, table.depth, &|id| self.document.text(id).to_owned()),
        }
    }

    fn row(
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
            if self.named(out, id) {
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
