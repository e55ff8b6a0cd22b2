//! What an empty cell of a column means, and which columns have cells at all.
//!
//! Owns the choice of what is left blank, by what a reader is spared. It knows the document and the table, not how the
//! columns were found.

use super::document::{Id, Kind, MISSING};
use super::infer::Inference;
use super::schema::Node;
use super::table::{ABSENT, Blank, Table};

/// How often values stand in a column.
pub(super) struct Tally {
    pub(super) present: usize,
    pub(super) missing: usize,
    pub(super) distinct: usize,
    pub(super) top: Id,
    pub(super) top_count: usize,
    pub(super) kinds: [usize; 7],
}

impl Inference<'_, '_> {
    /// Counts the values of a column.
    pub(super) fn tally(&mut self, cells: &[Id]) -> Tally {
        let mut tally =
            Tally { present: 0, missing: 0, distinct: 0, top: MISSING, top_count: 0, kinds: [0; 7] };
        if self.counts.len() < self.document.len() {
            self.counts.resize(self.document.len(), 0);
        }
        for &id in cells {
            if id == MISSING {
                tally.missing += 1;
            } else if id != ABSENT {
                tally.present += 1;
                tally.kinds[self.document.kind(id) as usize] += 1;
                let count = &mut self.counts[id as usize];
                if *count == 0 {
                    tally.distinct += 1;
                }
                *count += 1;
                if *count as usize > tally.top_count {
                    tally.top_count = *count as usize;
                    tally.top = id;
                }
            }
        }
        for &id in cells {
            if id < ABSENT {
                self.counts[id as usize] = 0;
            }
        }
        tally
    }

    /// The cheapest meaning of an empty cell.
    pub(super) fn blank(&mut self, cells: &[Id], tally: &Tally, constant: bool) -> Blank {
        if constant {
            return Blank::Value(tally.top);
        }
        let nulls = tally.kinds[Kind::Null as usize];
        let mut best = (Blank::Null, nulls as i64);
        if tally.missing > nulls || (tally.missing > 0 && nulls == 0) {
            best = (Blank::Missing, 2 * tally.missing as i64);
        }
        let cost =
            if tally.present == 0 { 0 } else { i64::from(self.estimates.of(self.document, tally.top)) };
        let saved = cost * (tally.top_count as i64 - 1) - 1;
        let rows = tally.present + tally.missing;
        // An empty cell reads well where it stands for the rule, not for one value among many.
        let rule = tally.top_count * 2 >= rows || (cost >= 5 && tally.top_count * 3 >= rows);
        if tally.top_count >= 3 && rule && self.document.kind(tally.top) != Kind::Null && saved > best.1 {
            best = (Blank::Value(tally.top), saved);
        }
        let (mut above, mut repeats) = (0, 0);
        let mut last = ABSENT;
        for &id in cells {
            if id == last && id < ABSENT && self.document.kind(id) != Kind::Null {
                above += i64::from(self.estimates.of(self.document, id));
                repeats += 1;
            }
            if id != ABSENT {
                last = id;
            }
        }
        // Reading upwards is harder than reading a default: it has to be worth it.
        if above * 2 > best.1 * 3 + 12 && repeats * 3 >= rows * 2 { Blank::Above } else { best.0 }
    }

    /// Takes columns that are nearly always empty out of the row: counting commas is hard on a reader.
    pub(super) fn extras(&mut self, table: &mut Table) {
        if table.columns.len() < 6 || table.len < 4 {
            return;
        }
        let mut columns = Vec::new();
        open_columns(table, &table.node, table.depth, &mut columns);
        let nameable = table.nameable();
        for column in columns {
            if table.columns[column].constant
                || !nameable[column]
                || table.columns[column].blank == Blank::Above
            {
                continue;
            }
            let spec = &table.columns[column];
            let written = (0..table.len)
                .filter(|&row| {
                    let id = spec.cells[row];
                    match spec.blank {
                        Blank::Null => id == MISSING || self.document.kind(id) != Kind::Null,
                        Blank::Missing => id != MISSING,
                        Blank::Value(value) => id != value,
                        Blank::Above => true,
                        Blank::Same(_) | Blank::Text(_) => !spec.computed[row],
                    }
                })
                .count();
            let cost = super::estimate::of_text(&spec.path) as usize + 1;
            let others = table.columns.iter().filter(|column| !column.constant && !column.extra).count();
            if others > 1 && written * (cost + 1) < table.len {
                table.columns[column].extra = true;
            }
        }
    }
}

/// Columns whose objects are always there and always fit the schema.
fn open_columns(table: &Table, node: &Node, depth: usize, columns: &mut Vec<usize>) {
    match node {
        Node::Column(column) => columns.push(*column),
        Node::Text { .. } => {}
        Node::Record { fields, columns: (first, _), .. } => {
            let group = &table.groups[&(*first, depth)];
            if group.raw.iter().any(|&raw| raw) || group.values.iter().any(|&id| id >= ABSENT) {
                return;
            }
            for (_, field) in fields {
                open_columns(table, field, depth + 1, columns);
            }
        }
    }
}

/// Every object that may be missing or be written as JSON needs a cell that says so.
pub(super) fn ensure_anchors(table: &mut Table) {
    let node = table.node.clone();
    let depth = table.depth;
    ensure_anchor(table, &node, depth);
}

fn ensure_anchor(table: &mut Table, node: &Node, depth: usize) {
    let (first, end) = node.columns();
    let has_cell = table.columns[first..end].iter().any(|column| !column.constant && !column.extra);
    if let Node::Record { optional, .. } | Node::Text { optional, .. } = node {
        let group = table.groups.get(&(first, depth));
        let needs = *optional
            || group.is_some_and(|group| group.raw.iter().any(|&raw| raw) || group.values.contains(&MISSING));
        if needs && !has_cell {
            table.columns[first].constant = false;
        }
    }
    if let Node::Record { fields, .. } = node {
        for (_, field) in fields {
            ensure_anchor(table, field, depth + 1);
        }
    }
}
