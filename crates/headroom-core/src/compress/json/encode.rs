//! A whole document in the notation: the opening, the names, the body, the rest of a cut-off text.
//!
//! Owns what gets a name. It knows neither how columns are found nor how cells are spelled.
//!
//! ```text
//! #json: name=v: empty cell is v; &n: above  the opening (#jsonl: one value a line) and a legend
//! &0="a long string that stands often"       names
//! {"total":3,"items":[#3(id,name,state=ok)   JSON, with tables where they are shorter
//! 1,first
//! 2,second,failed
//! 3,&0
//! ]}
//! ```

use super::document::{Document, End, Id, Kind, push_json_string};
use super::estimate::Estimates;
use super::layout::{Plan, plan};
use super::legend;
use super::pieces::{self, Pieces};
use super::write::{Kept, Writer};
use std::fmt::Write as _;

/// The first line of every text in the notation.
pub const OPENING: &str = "#json";
/// The first line where the source is one value a line.
pub const OPENING_LINES: &str = "#jsonl";
/// What stands between the opening and the legend.
pub const LEGEND: &str = ": ";
/// What stands before the rest of a text that was cut off.
pub const CUT_OFF: &str = "\n#cut off here, still open: ";

/// A document without loss in the notation; `None` where nothing in it is a table.
#[must_use]
pub fn encode(document: &mut Document<'_>) -> Option<String> {
    let mut estimates = Estimates::default();
    let plan = plan(document, &mut estimates)?;
    Some(write(document, &mut estimates, &plan, &Kept::new()))
}

/// A planned document, of the tables in `kept` only the rows kept.
#[must_use]
pub fn write(document: &Document<'_>, estimates: &mut Estimates, plan: &Plan, kept: &Kept) -> String {
    let root = document.roots[0];
    let mut counter = Writer::counting(document);
    let mut scratch = String::with_capacity(4096);
    counter.plan(&mut scratch, root, plan, kept);
    let counts = counter.counts();
    let pieces = pieces::find(document, &counts);
    let first = pieces.texts.len();
    let names = names(document, estimates, &counts, &pieces);
    let mut out = String::with_capacity(scratch.len());
    out.push_str(if document.roots.len() > 1 { OPENING_LINES } else { OPENING });
    out.push_str(&legend::legend(plan, first + names.len() > 0));
    out.push('\n');
    for (number, text) in pieces.texts.iter().enumerate() {
        let _ = write!(out, "&{number}=");
        push_json_string(&mut out, text);
        out.push('\n');
    }
    let mut writer = Writer::new(document);
    writer.set_pieces(pieces);
    for (number, &id) in (first..).zip(&names) {
        let _ = write!(out, "&{number}=");
        writer.push_json(&mut out, id);
        out.push('\n');
        writer.name(id, number);
    }
    writer.plan(&mut out, root, plan, kept);
    if let End::CutOff { open, tail } = document.end {
        let _ = writeln!(out, "{CUT_OFF}{open}");
        out.push_str(document.source_from(tail));
    }
    out
}

/// The values worth a name: long enough, often enough. In order of their ids, so that a definition only
/// uses names that stand before it.
fn names(document: &Document<'_>, estimates: &mut Estimates, counts: &[u32], pieces: &Pieces) -> Vec<Id> {
    let mut named = Vec::new();
    for (id, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 1) {
        let id = id as Id;
        let is_piece = pieces
            .spans
            .get(&id)
            .is_some_and(|spans| spans[0].0 == 0 && spans[0].1 == document.text(id).len());
        if is_piece || matches!(document.kind(id), Kind::Null | Kind::Bool | Kind::Number) {
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
