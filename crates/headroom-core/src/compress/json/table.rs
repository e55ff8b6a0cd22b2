//! A table: rows as columns, with what an empty cell stands for.
//!
//! Owns the types that inference fills and the writer reads, and their translation into the schema's types.

use super::document::Id;
use super::schema::{Empty, Node, Piece, Template, is_bare_name};
use crate::hash::FixedMap;
use std::collections::BTreeMap;

/// Stands in a column where the object that would hold it is itself missing or written otherwise.
pub const ABSENT: Id = u32::MAX - 1;

/// How the cells of a column are written.
#[derive(Debug)]
pub enum CellForm {
    /// One value a cell.
    Plain,
    /// A list of rows; the first row of each cell, and one more at the end.
    List(Box<Table>, Vec<u32>),
    /// A map of rows; starts as for lists.
    Map(Box<Table>, Vec<u32>),
}

/// What an empty cell stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blank {
    /// `null`
    Null,
    /// No such key.
    Missing,
    /// This value.
    Value(Id),
    /// The cell above.
    Above,
    /// Another column, or the key of a map's row.
    Same(Source),
    /// A string made from other columns.
    Text(Vec<Part>),
}

/// Another column of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// By its number.
    Column(usize),
    /// The key of a map's row.
    Key,
}

/// A part of a computed string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// The value of another column.
    Source(Source),
}

/// A column with its cells.
#[derive(Debug)]
pub struct Column {
    /// Keys from the row down, joined by dots.
    pub path: String,
    /// The key of this column in its object, as printed.
    pub name: String,
    /// A value a row, [`MISSING`] or [`ABSENT`].
    pub cells: Vec<Id>,
    /// Whether bare cells are strings.
    pub strings: bool,
    /// What an empty cell stands for.
    pub blank: Blank,
    /// For computed blanks, whether the row's cell is what is computed.
    pub computed: Vec<bool>,
    /// Whether there are no cells.
    pub constant: bool,
    /// Whether cells are written by name where they are present.
    pub extra: bool,
    /// Text before and after what a cell holds.
    pub fill: Option<(String, String)>,
    /// How cells are written.
    pub form: CellForm,
}

impl Column {
    /// A column of one value a cell.
    #[must_use]
    pub fn plain(path: String, name: String, cells: Vec<Id>, blank: Blank) -> Self {
        Self {
            path,
            name,
            cells,
            strings: false,
            blank,
            computed: Vec::new(),
            constant: false,
            extra: false,
            fill: None,
            form: CellForm::Plain,
        }
    }
}

/// The values of one object of the schema, row by row.
#[derive(Debug)]
pub struct Group {
    /// A value a row, [`MISSING`] or [`ABSENT`].
    pub values: Vec<Id>,
    /// Rows whose value the columns cannot hold: written as JSON.
    pub raw: Vec<bool>,
}

/// Rows with their columns.
#[derive(Debug)]
pub struct Table {
    /// Number of rows.
    pub len: usize,
    /// The depth of the row in its schema: 0, or 1 for rows within a cell.
    pub depth: usize,
    /// The keys of a map's rows.
    pub keys: Option<Vec<Id>>,
    /// In the order of their cells.
    pub columns: Vec<Column>,
    /// How columns nest. The templates in it are empty: [`Table::texts`] holds the real ones.
    pub node: Node,
    /// Objects and templates of the schema, by first column and depth.
    pub groups: BTreeMap<(usize, usize), Group>,
    /// For rows whose keys stand in another order: those that come after all others, as printed.
    pub moved: BTreeMap<usize, Vec<String>>,
    /// Templates with holes, by first column and depth.
    pub texts: BTreeMap<(usize, usize), Vec<Part>>,
}

impl Table {
    /// So many rows at a depth, without columns yet.
    #[must_use]
    pub fn empty(len: usize, depth: usize, keys: Option<Vec<Id>>) -> Self {
        Self {
            len,
            depth,
            keys,
            columns: Vec::new(),
            node: Node::Column(0),
            groups: BTreeMap::new(),
            moved: BTreeMap::new(),
            texts: BTreeMap::new(),
        }
    }

    /// Which columns can be named in a reference: their paths must be plain and unique.
    #[must_use]
    pub fn nameable(&self) -> Vec<bool> {
        let mut uses: FixedMap<&str, usize> = FixedMap::default();
        for column in &self.columns {
            *uses.entry(&column.path).or_default() += 1;
        }
        let nameable = |path: &str| is_bare_name(path) && !path.starts_with('*') && uses[path] == 1;
        self.columns.iter().map(|column| nameable(&column.path)).collect()
    }
}

/// A template as the schema's type has it. Holes that follow from other columns are written as those.
#[must_use]
pub fn template(
    table: &Table,
    parts: &[Part],
    holes: Option<(usize, usize)>,
    text: impl Fn(Id) -> String,
) -> Template {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |piece: Piece| match (pieces.last_mut(), piece) {
        (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
        (_, piece) => pieces.push(piece),
    };
    let path = |source: Source| match source {
        Source::Key => "*".to_owned(),
        Source::Column(column) => table.columns[column].path.clone(),
    };
    for part in parts {
        match part {
            Part::Text(text) => push(Piece::Text(text.clone())),
            Part::Source(Source::Column(column))
                if holes.is_some_and(|(first, end)| (first..end).contains(column)) =>
            {
                let first = holes.map_or(0, |holes| holes.0);
                let hole = &table.columns[*column];
                match &hole.blank {
                    Blank::Value(id) if hole.constant => push(Piece::Text(text(*id))),
                    Blank::Same(source) if hole.constant => push(Piece::Column(path(*source))),
                    Blank::Text(parts) if hole.constant => {
                        for part in parts {
                            push(match part {
                                Part::Text(text) => Piece::Text(text.clone()),
                                Part::Source(source) => Piece::Column(path(*source)),
                            });
                        }
                    }
                    _ => {
                        let number =
                            (first..*column).filter(|&before| !table.columns[before].constant).count() + 1;
                        push(Piece::Column(format!("#{number}")));
                    }
                }
            }
            Part::Source(source) => push(Piece::Column(path(*source))),
        }
    }
    Template(pieces)
}

impl Blank {
    /// As the schema's type has it.
    #[must_use]
    pub fn empty(&self, table: &Table, json: impl Fn(Id) -> String) -> Empty {
        match self {
            Self::Null => Empty::Null,
            Self::Missing => Empty::Missing,
            Self::Value(id) => Empty::Json(json(*id)),
            Self::Above => Empty::Above,
            Self::Same(Source::Key) => Empty::Same("*".to_owned()),
            Self::Same(Source::Column(column)) => Empty::Same(table.columns[*column].path.clone()),
            Self::Text(parts) => Empty::Text(template(table, parts, None, |_| String::new())),
        }
    }
}
