//! The legend: how to read what a text in the notation uses, and nothing else.

use super::document::MISSING;
use super::encode::LEGEND;
use super::layout::{Kinds, Plan};
use super::table::{Blank, CellForm, Table};

/// What tables can use of the notation, and how the legend explains it.
const ENTRIES: [(Use, &str); 16] = [
    (Use::Default, "name=v: empty cell is v"),
    (Use::Above, "=^: empty is the cell above"),
    (Use::Missing, "name?: empty is no such key"),
    (Use::MissingCell, "?: no such key"),
    (Use::Same, "=@c: same as column c"),
    (Use::Computed, "=~\"{c}\": made from column c"),
    (Use::Fill, "~\"a{}\": cell completes a"),
    (Use::Constant, "==v: v in every row"),
    (Use::Extra, "+name: written only where it differs"),
    (Use::List, "[a;b]: list"),
    (Use::Map, "{k,v;k,v}: object"),
    (Use::Keys, "{#n(…): each row's key first"),
    (Use::Kinds, "#n: rows of kind n follow"),
    (Use::Whole, "=x in a cell: x is JSON, the whole value"),
    (Use::Embedded, "@json(…): string holding JSON"),
    (Use::Names, "&n: value defined here"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Default,
    Above,
    Missing,
    MissingCell,
    Same,
    Computed,
    Fill,
    Constant,
    Extra,
    List,
    Map,
    Keys,
    Kinds,
    Whole,
    Embedded,
    Names,
}

#[derive(Default)]
struct Uses(Vec<Use>);

/// The legend of a document's parts, with the sign that leads it; empty where everything is plain.
#[must_use]
pub fn legend<'p>(plans: impl Iterator<Item = &'p Plan>, body: &str, embedded: bool, names: bool) -> String {
    let mut uses = Uses::default();
    for plan in plans {
        for table in &plan.tables {
            uses.kinds(&table.kinds);
        }
    }
    uses.note(Use::MissingCell, has_cell(body, "?", ",;\n]}"));
    uses.note(Use::Whole, has_cell(body, "=", ""));
    uses.note(Use::Embedded, embedded);
    uses.note(Use::Names, names);
    let texts: Vec<&str> =
        ENTRIES.iter().filter(|(entry, _)| uses.0.contains(entry)).map(|&(_, text)| text).collect();
    if texts.is_empty() { String::new() } else { format!("{LEGEND}{}", texts.join("; ")) }
}

/// Whether a cell begins with the sign and, where `after` names signs, one of them follows. A quoted string
/// may look like that; then the legend says a little more than it must.
fn has_cell(body: &str, sign: &str, after: &str) -> bool {
    body.match_indices(sign).any(|(at, _)| {
        body[..at].ends_with([',', ';', '\n', '['])
            && (after.is_empty() || body[at + 1..].starts_with(|next| after.contains(next)))
    })
}

impl Uses {
    fn note(&mut self, entry: Use, used: bool) {
        if used && !self.0.contains(&entry) {
            self.0.push(entry);
        }
    }

    fn kinds(&mut self, kinds: &Kinds) {
        self.note(Use::Keys, kinds.map);
        self.note(Use::Kinds, kinds.tables.len() > 1);
        for table in &kinds.tables {
            self.table(table);
        }
    }

    fn table(&mut self, table: &Table) {
        for column in &table.columns {
            if column.constant {
                self.note(Use::Constant, true);
                continue;
            }
            self.note(Use::Extra, column.extra);
            self.note(Use::Fill, column.fill.is_some());
            match column.blank {
                Blank::Null => {}
                Blank::Missing => self.note(Use::Missing, column.cells.contains(&MISSING)),
                Blank::Value(_) => self.note(Use::Default, true),
                Blank::Above => self.note(Use::Above, true),
                Blank::Same(_) => self.note(Use::Same, true),
                Blank::Text(_) => self.note(Use::Computed, true),
            }
            match &column.form {
                CellForm::Plain => {}
                CellForm::List(table, _) => {
                    self.note(Use::List, true);
                    self.table(table);
                }
                CellForm::Map(table, _) => {
                    self.note(Use::Map, true);
                    self.table(table);
                }
            }
        }
    }
}
