//! Where tables stand in a document.
//!
//! Owns the walk from the top that decides what is a table, and the sorting of its rows by kind. It knows
//! nothing of how cells are written but asks the writer what a table would cost.

use super::document::{Document, Id, Kind};
use super::embed;
use super::estimate::{Estimates, of_text};
use super::infer::{self, Inference};
use super::table::Table;
use super::write::Writer;
use crate::hash::FixedMap;

/// Parts that a tool's answer is seen through to have.
const MAX_WRAPPERS: usize = 16;
/// Bytes of a path below which nothing is a table: each table keeps its path.
const MAX_PATH: usize = 2_048;
/// Plain values that a table needs: fewer read better on one line.
const MIN_SCALARS: usize = 48;
/// Rows that a table needs.
const MIN_ROWS: usize = 2;

/// A value's place in the text.
#[derive(Debug)]
pub enum Layout {
    /// As JSON, its children by their own layout.
    Json(Vec<Layout>),
    /// As JSON without anything special inside.
    Leaf,
    /// As the table of this number.
    Table(usize),
    /// A string that may hold JSON, by its number.
    Embedded(usize),
}

/// A document's tables and where they stand.
#[derive(Debug)]
pub struct Plan {
    /// The layout of the first root; for JSON lines the table of all.
    pub layout: Layout,
    /// The tables, in the order of the text.
    pub tables: Vec<Planned>,
    /// Strings that may hold JSON, with their paths.
    pub embedded: Vec<(Id, String)>,
}

/// A table and its place.
#[derive(Debug)]
pub struct Planned {
    /// The rows.
    pub kinds: Kinds,
    /// The RFC 9535 path of the array or object whose elements the rows are.
    pub path: String,
}

/// The rows of one table, by kind.
#[derive(Debug)]
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
pub const RAW: usize = usize::MAX;

/// Kinds of rows that one table may have.
const MAX_KINDS: usize = 40;

/// Plans the whole document; `None` where nothing is a table.
#[must_use]
pub fn plan(document: &mut Document<'_>, estimates: &mut Estimates) -> Option<Plan> {
    let roots = document.roots.clone();
    let mut planner =
        Planner { inference: Inference::new(document, estimates), tables: Vec::new(), embedded: Vec::new() };
    let mut path = String::from("$");
    let layout = if roots.len() > 1 {
        let kinds = kinds(&mut planner.inference, &roots, None)?;
        planner.tables.push(Planned { kinds, path });
        Layout::Table(0)
    } else {
        planner.layout(roots[0], &mut path)
    };
    let Planner { tables, embedded, .. } = planner;
    (!tables.is_empty() || !embedded.is_empty()).then_some(Plan { layout, tables, embedded })
}

struct Planner<'d, 'a> {
    inference: Inference<'d, 'a>,
    tables: Vec<Planned>,
    embedded: Vec<(Id, String)>,
}

impl Planner<'_, '_> {
    fn layout(&mut self, id: Id, path: &mut String) -> Layout {
        let document = &*self.inference.document;
        let kind = document.kind(id);
        if path.len() > MAX_PATH {
            return Layout::Leaf;
        }
        if holds_json(document, id) {
            self.embedded.push((id, path.clone()));
            return Layout::Embedded(self.embedded.len() - 1);
        }
        if !matches!(kind, Kind::Array | Kind::Object) || document.children(id).is_empty() {
            return Layout::Leaf;
        }
        let children = document.children(id).to_vec();
        let objects = children.iter().filter(|&&child| document.kind(child) == Kind::Object).count();
        let map = kind == Kind::Object;
        let scalars = !children.iter().any(|&child| {
            matches!(document.kind(child), Kind::Array | Kind::Object) || holds_json(document, child)
        });
        let eligible =
            (scalars && children.len() >= MIN_SCALARS && (!map || self.inference.holds_rows(id, true)))
                || children.len() >= MIN_ROWS
                    && objects * 10 >= children.len() * 8
                    && !wraps_json(document, &children)
                    && (!map || (is_uniform(document, &children) && self.inference.holds_rows(id, true)));
        if eligible {
            let keys = map.then(|| self.inference.document.keys(id).to_vec());
            let before = self.inference.estimates.of(self.inference.document, id);
            if let Some(kinds) = kinds(&mut self.inference, &children, keys.as_deref()) {
                let mut out = String::new();
                Writer::new(self.inference.document).kinds(&mut out, &kinds, None);
                if of_text(&out) < before {
                    self.tables.push(Planned { kinds, path: path.clone() });
                    return Layout::Table(self.tables.len() - 1);
                }
            }
        }
        let mut layouts = Vec::with_capacity(children.len());
        for (at, &child) in children.iter().enumerate() {
            let length = path.len();
            if map {
                push_step(path, self.inference.document.text(self.inference.document.keys(id)[at]));
            } else {
                path.push('[');
                path.push_str(&at.to_string());
                path.push(']');
            }
            layouts.push(self.layout(child, path));
            path.truncate(length);
        }
        if layouts.iter().all(|layout| matches!(layout, Layout::Leaf)) {
            Layout::Leaf
        } else {
            Layout::Json(layouts)
        }
    }
}

/// Appends a key to a path of RFC 9535.
pub(super) fn push_step(path: &mut String, key: &str) {
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && key.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if plain {
        path.push('.');
        path.push_str(key);
    } else {
        path.push('[');
        super::spelling::push_json_string(path, key);
        path.push(']');
    }
}

/// Whether a value is a string that may hold JSON.
fn holds_json(document: &Document<'_>, id: Id) -> bool {
    document.kind(id) == Kind::String && embed::may_hold_json(document.text(id))
}

/// Whether a few objects are little more than wrappers of strings that hold JSON, as the parts of a tool's
/// answer are: the strings are worth more by their own kind than as cells.
fn wraps_json(document: &Document<'_>, children: &[Id]) -> bool {
    let (mut wrapped, mut other) = (0, 0);
    for &child in children {
        if document.kind(child) != Kind::Object {
            return false;
        }
        for &value in document.children(child) {
            match document.kind(value) {
                Kind::String if holds_json(document, value) => {
                    wrapped += document.text(value).len();
                }
                Kind::Array | Kind::Object => return false,
                _ => other += document.text(value).len(),
            }
        }
    }
    children.len() <= MAX_WRAPPERS && wrapped > other
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
        if document.kind(row) == Kind::Object && document.keys(row).len() <= infer::MAX_COLUMNS {
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
        // A frequent shape earns a header of its own sooner.
        let threshold = if count >= 4 { 0.75 } else { 0.5 };
        let mut alike: Vec<(usize, f64)> = leaders
            .iter()
            .enumerate()
            .filter(|(_, leader)| could_overlap(keys.len(), leader.sorted.len(), threshold))
            .map(|(kind, leader)| (kind, overlap(&sorted, &leader.sorted)))
            .filter(|&(_, alike)| alike >= threshold)
            .collect();
        alike.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let joined = alike.iter().find(|(kind, _)| leaders[*kind].takes(keys));
        if let Some(&(kind, _)) = joined {
            leaders[kind].join(keys);
            kind_of.insert(shape, kind);
        } else if leaders.len() < MAX_KINDS {
            kind_of.insert(shape, leaders.len());
            leaders.push(Leader { order: keys.clone(), sorted });
        }
        // Rows of shapes beyond that stay JSON.
    }
    if leaders.is_empty() {
        let table = inference.table(rows.to_vec(), keys.map(<[Id]>::to_vec))?;
        let places = (0..rows.len()).map(|row| (0, row)).collect();
        return Some(Kinds { tables: vec![table], rows: places, raw: Vec::new(), map: keys.is_some() });
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
    /// Whether keys stand in the kind's order, but for a few at the end, and do not make it too wide.
    fn takes(&self, keys: &[Id]) -> bool {
        if self.order.len() + keys.len() > infer::MAX_COLUMNS
            && keys.iter().filter(|key| !self.order.contains(key)).count() + self.order.len()
                > infer::MAX_COLUMNS
        {
            return false;
        }
        let mut after = 0;
        for (at, key) in keys.iter().enumerate() {
            if let Some(place) = self.order.iter().position(|other| other == key) {
                if place < after {
                    return keys.len() - at <= infer::MAX_MOVED;
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

/// Whether key lists of these lengths can be as alike as that.
fn could_overlap(a: usize, b: usize, threshold: f64) -> bool {
    a.min(b) as f64 >= a.max(b) as f64 * threshold
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
