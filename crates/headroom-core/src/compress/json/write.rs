//! Writes values and tables in the notation.
//!
//! Owns how things are spelled, but for the rows of a table, which are `cells`'s. What is a table and what has a name is
//! decided elsewhere.

use super::document::{Document, Id, Kind};
use super::header;
use super::layout::{Kinds, Layout, Plan, RAW};
use super::pieces::Pieces;
use super::schema;
use super::spelling::push_json_string;
use super::table::ABSENT;
use crate::hash::FixedMap;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The rows of a table that are written.
#[derive(Debug)]
pub struct KeptRows {
    /// For each row whether it is kept.
    pub keep: Vec<bool>,
    /// What the rows left out have in common, one line.
    pub aggregates: String,
    /// Where the rows are lines of a text: the line on which each row begins, from 1, and where the one after the last
    /// would. Gaps are then named by lines.
    pub lines: Option<Vec<usize>>,
}

/// By table number, for the tables that lose rows.
pub type Kept = BTreeMap<usize, KeptRows>;

/// Writes values; with `counts` set it only counts which values it would write.
pub struct Writer<'d, 'a> {
    pub(super) document: &'d Document<'a>,
    names: FixedMap<Id, usize>,
    counts: Option<Vec<u32>>,
    pieces: Pieces,
}

impl<'d, 'a> Writer<'d, 'a> {
    /// A writer without names.
    #[must_use]
    pub fn new(document: &'d Document<'a>) -> Self {
        Self { document, names: FixedMap::default(), counts: None, pieces: Pieces::default() }
    }

    /// A writer that counts which values it would write, instead of writing them in full.
    #[must_use]
    pub fn counting(document: &'d Document<'a>) -> Self {
        Self {
            document,
            names: FixedMap::default(),
            counts: Some(vec![0; document.len()]),
            pieces: Pieces::default(),
        }
    }

    /// How often each value was written, for a counting writer.
    #[must_use]
    pub fn counts(self) -> Vec<u32> {
        self.counts.unwrap_or_default()
    }

    /// From now on the pieces of strings are written by their numbers, the last of which is before `end`.
    pub fn set_pieces(&mut self, mut pieces: Pieces, end: usize) {
        let first = end - pieces.texts.len();
        for span in pieces.spans.values_mut().flatten() {
            span.2 += first;
        }
        self.pieces = pieces;
    }

    /// Writes a string that holds named pieces.
    pub(super) fn pieced(&self, out: &mut String, id: Id) -> bool {
        let Some(spans) = self.pieces.spans.get(&id) else { return false };
        let text = self.document.text(id);
        if let [(0, end, number)] = spans[..]
            && end == text.len()
        {
            let _ = write!(out, "&{number}");
            return true;
        }
        let mut template = String::new();
        let mut from = 0;
        for &(start, end, number) in spans {
            schema::push_literal(&mut template, &text[from..start]);
            let _ = write!(template, "{{&{number}}}");
            from = end;
        }
        schema::push_literal(&mut template, &text[from..]);
        out.push('~');
        push_json_string(out, &template);
        true
    }

    /// From now on the value is written as `&number`.
    pub fn name(&mut self, id: Id, number: usize) {
        self.names.insert(id, number);
    }

    /// Whether the value is done with: it was written as a name, or counted before.
    pub(super) fn named(&mut self, out: &mut String, id: Id) -> bool {
        if let Some(counts) = &mut self.counts {
            counts[id as usize] += 1;
            return counts[id as usize] > 1 && matches!(self.document.kind(id), Kind::Array | Kind::Object);
        }
        let Some(number) = self.names.get(&id) else { return false };
        let _ = write!(out, "&{number}");
        true
    }

    /// A value as JSON with names.
    pub fn push_json(&mut self, out: &mut String, id: Id) {
        let document = self.document;
        document.push_json_with(out, id, &mut |out, id| {
            self.named(out, id) || (document.kind(id) == Kind::String && self.pieced(out, id))
        });
    }

    /// A planned document from its first root on. `embedded` has the bodies of the strings that hold JSON.
    pub fn plan(
        &mut self,
        out: &mut String,
        root: Id,
        plan: &Plan,
        kept: &Kept,
        embedded: &[Option<String>],
    ) {
        self.layout(out, root, &plan.layout, (plan, kept, embedded));
    }

    fn layout(
        &mut self,
        out: &mut String,
        id: Id,
        layout: &Layout,
        whole: (&Plan, &Kept, &[Option<String>]),
    ) {
        let (plan, kept, embedded) = whole;
        let document = self.document;
        match layout {
            Layout::Leaf => self.push_json(out, id),
            Layout::Embedded(number) => match &embedded[*number] {
                Some(body) => out.push_str(body),
                None => self.push_json(out, id),
            },
            Layout::Table(number) => self.kinds(out, &plan.tables[*number].kinds, kept.get(number)),
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
                    self.layout(out, child, layout, whole);
                }
                out.push(if object { '}' } else { ']' });
            }
        }
    }

    /// A table with its rows, or with those kept: a mark stands where rows are left out.
    pub fn kinds(&mut self, out: &mut String, kinds: &Kinds, kept: Option<&KeptRows>) {
        out.push(if kinds.map { '{' } else { '[' });
        out.push('#');
        out.push_str(&kinds.rows.len().to_string());
        for (number, table) in kinds.tables.iter().enumerate() {
            if kinds.tables.len() > 1 {
                let _ = write!(out, "\n#{number}");
            }
            out.push('(');
            header::schema(self.document, table).print(out);
            out.push(')');
        }
        out.push('\n');
        let mut last: Vec<Vec<Id>> =
            kinds.tables.iter().map(|table| vec![ABSENT; table.columns.len()]).collect();
        let mut current = 0;
        let mut gap: Option<usize> = None;
        for (at, &(kind, row)) in kinds.rows.iter().enumerate() {
            if kept.is_some_and(|kept| !kept.keep[at]) {
                gap.get_or_insert(at);
                continue;
            }
            if let Some(from) = gap.take() {
                push_gap(out, from, at, kept);
            }
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
        if let Some(from) = gap {
            push_gap(out, from, kinds.rows.len(), kept);
        }
        if let Some(kept) = kept {
            out.push_str(&kept.aggregates);
        }
        out.push(if kinds.map { '}' } else { ']' });
    }
}

/// Where rows are left out: their numbers, from 1, or those of their lines.
fn push_gap(out: &mut String, from: usize, end: usize, kept: Option<&KeptRows>) {
    let (unit, first, last) = match kept.and_then(|kept| kept.lines.as_ref()) {
        Some(lines) => ("line", lines[from], lines[end] - 1),
        None => ("row", from + 1, end),
    };
    let _ = if first == last {
        writeln!(out, "… {unit} {last}")
    } else {
        writeln!(out, "… {unit}s {first}-{last}")
    };
}
