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

use super::document::{Document, End, Id, Kind};
use super::embed::Style;
use super::estimate::Estimates;
use super::layout::{self, Plan, plan};
use super::legend;
use super::pieces::{self, Pieces};
use super::spelling::push_json_string;
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

/// A planned document with the JSON inside its strings.
#[derive(Debug)]
pub struct Prepared<'p> {
    /// The document and its plan.
    pub part: Part<'p>,
    /// For each string that may hold JSON, what it holds.
    pub embedded: Vec<Option<Embedded<'p>>>,
}

/// A document and its plan.
#[derive(Debug)]
pub struct Part<'p> {
    /// The document.
    pub document: &'p Document<'p>,
    /// Where its tables stand.
    pub plan: &'p Plan,
}

/// A string that holds JSON.
#[derive(Debug)]
pub struct Embedded<'p> {
    /// How the string spells it.
    pub style: Style,
    /// The path of the string.
    pub path: &'p str,
    /// What it holds.
    pub part: Part<'p>,
}

/// A document without loss in the notation; `None` where nothing in it is a table.
#[must_use]
pub fn encode(document: &mut Document<'_>) -> Option<String> {
    with_prepared(document, |prepared, estimates| write(prepared, estimates, &[]))
}

/// Plans a document and what its strings hold, and hands it to `then`; `None` where nothing is a table.
pub fn with_prepared<T>(
    document: &mut Document<'_>,
    then: impl FnOnce(&Prepared<'_>, &mut Vec<Estimates>) -> T,
) -> Option<T> {
    let mut estimates = vec![Estimates::default()];
    let plan = plan(document, &mut estimates[0])?;
    let texts: Vec<&str> = plan.embedded.iter().map(|&(id, _)| document.text(id)).collect();
    let mut inner: Vec<Option<(Document<'_>, Plan, Style)>> = Vec::with_capacity(texts.len());
    for text in texts {
        let mut own = Estimates::default();
        inner.push(Document::scan(text).and_then(|mut document| {
            let style = Style::of(text, &document.minified())?;
            let plan = layout::plan(&mut document, &mut own)?;
            (!plan.tables.is_empty() && document.roots.len() == 1 && document.end == End::Complete)
                .then_some((document, plan, style))
        }));
        estimates.push(own);
    }
    if plan.tables.is_empty() && inner.iter().all(Option::is_none) {
        return None;
    }
    let embedded = inner
        .iter()
        .zip(&plan.embedded)
        .map(|(inner, (_, path))| {
            let (document, plan, style) = inner.as_ref()?;
            Some(Embedded { style: *style, path, part: Part { document, plan } })
        })
        .collect();
    Some(then(&Prepared { part: Part { document, plan: &plan }, embedded }, &mut estimates))
}

/// A prepared document; of the tables in `kept` (first those of the document itself, then of each string that
/// holds JSON) only the rows kept.
#[must_use]
pub fn write(prepared: &Prepared<'_>, estimates: &mut [Estimates], kept: &[Kept]) -> String {
    let none = Kept::new();
    let mut definitions = String::new();
    let mut number = 0;
    let bodies: Vec<Option<String>> = prepared
        .embedded
        .iter()
        .enumerate()
        .map(|(at, embedded)| {
            let embedded = embedded.as_ref()?;
            let mut body = embedded.style.opening();
            let kept = kept.get(at + 1).unwrap_or(&none);
            let part = &embedded.part;
            write_part(part, &mut estimates[at + 1], kept, &[], &mut number, (&mut definitions, &mut body));
            body.push(')');
            Some(body)
        })
        .collect();
    let mut body = String::new();
    let document = prepared.part.document;
    let first = kept.first().unwrap_or(&none);
    write_part(&prepared.part, &mut estimates[0], first, &bodies, &mut number, (&mut definitions, &mut body));
    let mut out = String::with_capacity(definitions.len() + body.len() + 256);
    out.push_str(if document.roots.len() > 1 { OPENING_LINES } else { OPENING });
    let inner = prepared.embedded.iter().flatten().map(|embedded| embedded.part.plan);
    let plans = inner.chain(std::iter::once(prepared.part.plan));
    out.push_str(&legend::legend(plans, &body, bodies.iter().any(Option::is_some), number > 0));
    out.push('\n');
    out.push_str(&definitions);
    out.push_str(&body);
    if let End::CutOff { open, tail } = document.end {
        let _ = writeln!(out, "{CUT_OFF}{open}");
        out.push_str(document.source_from(tail));
    }
    out
}

/// Writes one part: its definitions, numbered on from `number`, and its body.
fn write_part(
    part: &Part<'_>,
    estimates: &mut Estimates,
    kept: &Kept,
    embedded: &[Option<String>],
    number: &mut usize,
    (definitions, body): (&mut String, &mut String),
) {
    let Part { document, plan } = part;
    let root = document.roots[0];
    let mut counter = Writer::counting(document);
    counter.plan(&mut String::with_capacity(4096), root, plan, kept, embedded);
    let counts = counter.counts();
    let pieces = pieces::find(document, &counts);
    let names = names(document, estimates, &counts, &pieces);
    for text in &pieces.texts {
        let _ = write!(definitions, "&{number}=");
        push_json_string(definitions, text);
        definitions.push('\n');
        *number += 1;
    }
    let mut writer = Writer::new(document);
    writer.set_pieces(pieces, *number);
    for id in names {
        let _ = write!(definitions, "&{number}=");
        writer.push_json(definitions, id);
        definitions.push('\n');
        writer.name(id, *number);
        *number += 1;
    }
    writer.plan(body, root, plan, kept, embedded);
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
        // A name takes the reader elsewhere: it has to be worth more than its own tokens.
        if cost >= 7 && cost * (count - 1) > 3 * count + 8 {
            named.push(id);
        }
    }
    named
}
