//! The legend: how to read what a text in the notation uses, and nothing else.

use super::document::MISSING;
use super::encode::LEGEND;
use super::layout::{Kinds, Plan};
use super::table::{Blank, CellForm, Table};

/// What tables use of the notation.
#[derive(Default)]
struct Uses {
    default: bool,
    missing: bool,
    above: bool,
    same: bool,
    computed: bool,
    constant: bool,
    fill: bool,
    extra: bool,
    list: bool,
    map: bool,
    kinds: bool,
}

/// The legend of a document, with the sign that leads it; empty where everything is plain.
#[must_use]
pub fn legend(plan: &Plan, names: bool) -> String {
    let mut uses = Uses::default();
    for table in &plan.tables {
        uses.kinds(&table.kinds);
    }
    let entries = [
        (uses.default, "name=v: empty cell is v"),
        (uses.above, "=^: empty is the cell above"),
        (uses.missing, "name?: empty is no such key"),
        (uses.same, "=@c: same as column c"),
        (uses.computed, "=~\"{c}\": made from column c"),
        (uses.fill, "~\"a{}\": cell completes a"),
        (uses.constant, "==v: v in every row"),
        (uses.extra, "+name: written only where it differs"),
        (uses.list, "[a;b]: list"),
        (uses.map, "{k,v;k,v}: object"),
        (uses.kinds, "#n: rows of kind n follow"),
        (names, "&n: value defined here"),
    ];
    let used: Vec<&str> = entries.into_iter().filter(|(used, _)| *used).map(|(_, text)| text).collect();
    if used.is_empty() { String::new() } else { format!("{LEGEND}{}", used.join("; ")) }
}

impl Uses {
    fn kinds(&mut self, kinds: &Kinds) {
        self.kinds |= kinds.tables.len() > 1;
        for table in &kinds.tables {
            self.table(table);
        }
    }

    fn table(&mut self, table: &Table) {
        for column in &table.columns {
            if column.constant {
                self.constant = true;
                continue;
            }
            self.extra |= column.extra;
            self.fill |= column.fill.is_some();
            match column.blank {
                Blank::Null => {}
                Blank::Missing => self.missing |= column.cells.contains(&MISSING),
                Blank::Value(_) => self.default = true,
                Blank::Above => self.above = true,
                Blank::Same(_) => self.same = true,
                Blank::Text(_) => self.computed = true,
            }
            match &column.form {
                CellForm::Plain => {}
                CellForm::List(table, _) => {
                    self.list = true;
                    self.table(table);
                }
                CellForm::Map(table, _) => {
                    self.map = true;
                    self.table(table);
                }
            }
        }
    }
}
