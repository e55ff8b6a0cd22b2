//! From rows to columns: finds the schema of a list of values.
//!
//! Owns the decision how values become columns: what nests, what is a list or a map. It knows the document and the
//! table, not the notation; what an empty cell means is `blank`'s.

use super::blank::{self, Tally};
use super::document::{Document, Id, Kind, MISSING};
use super::estimate::Estimates;
use super::schema::{Node, Template, push_name};
use super::table::{ABSENT, Blank, CellForm, Column, Group, Part, Source, Table};
use crate::hash::{FixedMap, FixedSet};

/// Columns a table may have; beyond that the relations between columns would cost too much.
pub const MAX_COLUMNS: usize = 600;

/// Cells that a column may have for each value that stands in one: what is nearly always missing is no column.
const MAX_CELLS_PER_VALUE: usize = 8;

/// Cells that are never too many.
const FREE_CELLS: usize = 8_192;

/// Bytes of column paths that are never too many: each column repeats the keys above it.
const FREE_PATH_BYTES: usize = 16_384;

/// Keys of one row that may stand after all others, out of the header's order.
pub const MAX_MOVED: usize = 4;

/// Scratch shared by everything that infers schemas over one document.
pub struct Inference<'d, 'a> {
    /// The document.
    pub document: &'d mut Document<'a>,
    /// Estimated tokens of its values.
    pub estimates: &'d mut Estimates,
    /// Zeros between two counts.
    pub(super) counts: Vec<u32>,
}

impl<'d, 'a> Inference<'d, 'a> {
    /// For one document.
    pub fn new(document: &'d mut Document<'a>, estimates: &'d mut Estimates) -> Self {
        let counts = vec![0; document.len()];
        Self { document, estimates, counts }
    }

    /// The table of rows that are mostly objects; `None` where they have nothing in common.
    pub fn table(&mut self, rows: Vec<Id>, keys: Option<Vec<Id>>) -> Option<Table> {
        let mut table = Table::empty(rows.len(), 0, keys);
        table.node = self.node(&mut table, String::new(), String::new(), rows, 0)?;
        if !table.columns.iter().any(|column| !column.constant) {
            return None;
        }
        super::relations::relate(self, &mut table);
        blank::ensure_anchors(&mut table);
        self.extras(&mut table);
        Some(table)
    }

    /// The node for a column of values; `None` where the table would grow too wide.
    fn node(
        &mut self,
        table: &mut Table,
        name: String,
        path: String,
        cells: Vec<Id>,
        depth: usize,
    ) -> Option<Node> {
        if table.columns.len() >= MAX_COLUMNS || depth > 32 {
            return None;
        }
        let tally = self.tally(&cells);
        let solid = tally.present - tally.kinds[Kind::Null as usize];
        let objects = tally.kinds[Kind::Object as usize];
        let arrays = tally.kinds[Kind::Array as usize];
        let uniform = tally.top_count * 5 >= (tally.present + tally.missing) * 4;
        let constant = tally.distinct == 1 && tally.missing == 0;
        if !constant && (!uniform || depth == 0) && objects * 10 >= solid * 7 && objects > 0 {
            if depth > 0 && self.is_map(&cells) {
                return self.nested(table, name, path, cells, &tally, true);
            }
            if let Some(node) = self.record(table, &path, &cells, &tally, depth) {
                return Some(node);
            }
        }
        if !constant && !uniform && arrays * 10 >= solid * 7 && arrays > 0 {
            return self.nested(table, name, path, cells, &tally, false);
        }
        let strings = tally.kinds[Kind::String as usize];
        if !constant
            && !uniform
            && strings * 10 >= solid * 7
            && strings > 1
            && let Some(split) = super::lines::split(self, &cells)
        {
            return Some(self.text(table, &name, &path, cells, split, &tally, depth));
        }
        let blank = self.blank(&cells, &tally, constant);
        table.columns.push(Column { constant, ..Column::plain(path, name, cells, blank) });
        Some(Node::Column(table.columns.len() - 1))
    }

    /// Whether objects are better read as key and value than as a record: many keys, each rare, or keys
    /// whose values are alike.
    fn is_map(&mut self, cells: &[Id]) -> bool {
        let mut objects = 0;
        let mut uses = 0;
        let mut by_key: FixedMap<Id, usize> = FixedMap::default();
        let mut shapes: FixedMap<u32, (usize, Id)> = FixedMap::default();
        let mut containers = 0;
        for &id in cells {
            if id >= ABSENT || self.document.kind(id) != Kind::Object {
                continue;
            }
            objects += 1;
            for (&key, &value) in self.document.keys(id).iter().zip(self.document.children(id)) {
                uses += 1;
                *by_key.entry(key).or_default() += 1;
                if self.document.kind(value) == Kind::Object && !self.document.children(value).is_empty() {
                    containers += 1;
                    let entry = shapes.entry(self.document.shape_of(value)).or_insert((0, key));
                    if entry.1 != key {
                        entry.0 += 1;
                    }
                }
            }
        }
        let distinct = by_key.len();
        if distinct < 2 || objects == 0 {
            return false;
        }
        if containers * 10 >= uses * 9 && distinct >= 2 {
            // Values of different keys have the same shape.
            let shared: usize = shapes.values().map(|entry| entry.0).sum();
            if shared * 2 >= containers {
                return true;
            }
        }
        distinct > 8 && uses < distinct * 3 && distinct > objects / 8
    }

    /// A column of texts as a template with holes.
    #[expect(clippy::too_many_arguments, reason = "the parts of one column, taken apart by the caller")]
    fn text(
        &mut self,
        table: &mut Table,
        name: &str,
        path: &str,
        cells: Vec<Id>,
        split: super::lines::Split,
        tally: &Tally,
        depth: usize,
    ) -> Node {
        let first = table.columns.len();
        for (number, hole) in split.holes.into_iter().enumerate() {
            let tally = self.tally(&hole);
            let constant = tally.distinct == 1;
            let blank = self.blank(&hole, &tally, constant);
            let path = format!("{path}#{number}");
            table.columns.push(Column { constant, ..Column::plain(path, name.to_owned(), hole, blank) });
        }
        let parts = split
            .parts
            .into_iter()
            .map(|part| match part {
                Part::Source(Source::Column(hole)) => Part::Source(Source::Column(first + hole)),
                other => other,
            })
            .collect();
        table.groups.insert((first, depth), Group { values: cells, raw: split.raw });
        table.texts.insert((first, depth), parts);
        Node::Text {
            template: Template(Vec::new()),
            optional: tally.missing > 0,
            columns: (first, table.columns.len()),
        }
    }

    /// A column whose cells hold rows themselves.
    fn nested(
        &mut self,
        table: &mut Table,
        name: String,
        path: String,
        cells: Vec<Id>,
        tally: &Tally,
        map: bool,
    ) -> Option<Node> {
        let wanted = if map { Kind::Object } else { Kind::Array };
        let mut starts = Vec::with_capacity(cells.len() + 1);
        let mut rows = Vec::new();
        let mut keys = Vec::new();
        for &id in &cells {
            starts.push(rows.len() as u32);
            if id < ABSENT && self.document.kind(id) == wanted && self.holds_rows(id, map) {
                rows.extend_from_slice(self.document.children(id));
                if map {
                    keys.extend_from_slice(self.document.keys(id));
                }
            }
        }
        starts.push(rows.len() as u32);
        let mut blank = self.blank(&cells, tally, false);
        if blank == Blank::Above {
            blank = if tally.missing > 0 { Blank::Missing } else { Blank::Null };
        }
        let mut inner = Table::empty(rows.len(), 1, map.then_some(keys));
        inner.node = self.node(&mut inner, String::new(), String::new(), rows, 1)?;
        let bare = matches!(inner.node, Node::Column(_)) && !map;
        for column in &mut inner.columns {
            // An element that is nothing but an empty cell is hard to see.
            if column.blank == Blank::Above || (bare && matches!(column.blank, Blank::Value(_))) {
                column.blank = Blank::Null;
            }
        }
        if inner.columns.iter().all(|column| column.constant) {
            inner.columns.first_mut()?.constant = false;
        }
        super::relations::relate(self, &mut inner);
        blank::ensure_anchors(&mut inner);
        let form = if map {
            CellForm::Map(Box::new(inner), starts)
        } else {
            CellForm::List(Box::new(inner), starts)
        };
        table.columns.push(Column { form, ..Column::plain(path, name, cells, blank) });
        Some(Node::Column(table.columns.len() - 1))
    }

    /// Whether a value's elements can be written as rows of one cell.
    #[must_use]
    pub fn holds_rows(&self, id: Id, map: bool) -> bool {
        !map || !self.document.shape(self.document.shape_of(id)).duplicate_keys
    }

    fn record(
        &mut self,
        table: &mut Table,
        path: &str,
        cells: &[Id],
        tally: &Tally,
        depth: usize,
    ) -> Option<Node> {
        let mut shapes: FixedMap<u32, usize> = FixedMap::default();
        for &id in cells {
            if id < ABSENT && self.document.kind(id) == Kind::Object {
                *shapes.entry(self.document.shape_of(id)).or_default() += 1;
            }
        }
        let mut by_count: Vec<(u32, usize)> =
            shapes.into_iter().filter(|(shape, _)| !self.document.shape(*shape).duplicate_keys).collect();
        by_count.sort_unstable_by_key(|&(shape, count)| (std::cmp::Reverse(count), shape));
        let order = self.merged_order(&by_count);
        if order.is_empty() || !is_dense(&order, path, cells.len(), &by_count, self.document) {
            return None;
        }
        let place: FixedMap<Id, usize> = order.iter().enumerate().map(|(at, &key)| (key, at)).collect();
        // For each shape, where its children go; `None` where its order is another.
        let mut layouts: FixedMap<u32, Option<Vec<usize>>> = FixedMap::default();
        // For shapes in another order, how many keys from the end on come after all others.
        let mut late: FixedMap<u32, usize> = FixedMap::default();
        for &(shape, _) in &by_count {
            let places: Vec<usize> = self.document.shape(shape).keys.iter().map(|key| place[key]).collect();
            let descent = places.windows(2).position(|pair| pair[0] > pair[1]);
            let moved = descent.map_or(0, |at| places.len() - at - 1);
            if moved > 0 {
                late.insert(shape, moved);
            }
            layouts.insert(
                shape,
                (moved == 0 || (depth == table.depth && moved <= MAX_MOVED)).then_some(places),
            );
        }
        let mut fields: Vec<Vec<Id>> = vec![Vec::with_capacity(cells.len()); order.len()];
        let mut raw = vec![false; cells.len()];
        for (row, &id) in cells.iter().enumerate() {
            let layout = if id < ABSENT && self.document.kind(id) == Kind::Object {
                layouts.get(&self.document.shape_of(id)).and_then(Option::as_ref)
            } else {
                None
            };
            if let Some(places) = layout {
                for field in &mut fields {
                    field.push(MISSING);
                }
                for (&at, &child) in places.iter().zip(self.document.children(id)) {
                    fields[at][row] = child;
                }
                if let Some(&moved) = late.get(&self.document.shape_of(id)) {
                    let keys = self.document.keys(id);
                    let names = keys[keys.len() - moved..].iter().map(|&key| self.printed(key)).collect();
                    table.moved.insert(row, names);
                }
            } else {
                raw[row] = id < ABSENT;
                for field in &mut fields {
                    field.push(ABSENT);
                }
            }
        }
        let first = table.columns.len();
        let mut nodes = Vec::with_capacity(order.len());
        for (&key, field) in order.iter().zip(fields) {
            let text = self.document.text(key);
            let name = self.printed(key);
            let path = if path.is_empty() { text.to_owned() } else { format!("{path}.{text}") };
            let node = self.node(table, name.clone(), path, field, depth + 1)?;
            nodes.push((name, node));
        }
        let columns = (first, table.columns.len());
        table.groups.insert((first, depth), Group { values: cells.to_vec(), raw });
        Some(Node::Record { fields: nodes, optional: tally.missing > 0, columns })
    }

    /// A key as a header writes it.
    fn printed(&self, key: Id) -> String {
        let mut name = String::new();
        if self.document.kind(key) == Kind::RawString {
            self.document.push_json(&mut name, key);
        } else {
            push_name(&mut name, self.document.text(key));
        }
        name
    }

    /// One order that as many shapes as possible agree with, the most frequent first; empty where there are
    /// too many keys.
    fn merged_order(&self, shapes: &[(u32, usize)]) -> Vec<Id> {
        let mut order: Vec<Id> = Vec::new();
        let mut known: FixedSet<Id> = FixedSet::default();
        for &(shape, _) in shapes {
            let keys = &self.document.shape(shape).keys;
            let mut after = 0;
            let mut positions: Option<FixedMap<Id, usize>> = None;
            for &key in keys {
                if known.insert(key) {
                    if order.len() >= MAX_COLUMNS {
                        return Vec::new();
                    }
                    order.insert(after, key);
                    after += 1;
                    positions = None;
                } else {
                    let positions = positions.get_or_insert_with(|| {
                        order.iter().enumerate().map(|(at, &key)| (key, at)).collect()
                    });
                    if let Some(&at) = positions.get(&key) {
                        after = after.max(at + 1);
                    }
                }
            }
        }
        order
    }
}

/// Whether columns for these keys stay in proportion to what they hold.
fn is_dense(order: &[Id], path: &str, rows: usize, shapes: &[(u32, usize)], document: &Document<'_>) -> bool {
    let objects: usize = shapes.iter().map(|&(_, count)| count).sum();
    let values: usize = shapes.iter().map(|&(shape, count)| document.shape(shape).keys.len() * count).sum();
    order.len() * rows <= values * MAX_CELLS_PER_VALUE + FREE_CELLS
        && order.len() * path.len() <= (order.len() + path.len()) * objects * 4 + FREE_PATH_BYTES
}
