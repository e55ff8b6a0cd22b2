//! Tables as text: separated values, and columns that are aligned.
//!
//! Owns everything about such texts: what is one, how it is laid out, and its way into rows and back. What is written is
//! JSON's notation, over rows whose keys are the columns' names: a table from a file and one from an API read alike, are
//! inferred by the same rules and lose rows by the same rules. What the notation cannot say (separators, quotes, widths, the
//! lines around the table) is the [`form::Form`], which the first line states. It knows nothing of providers or handles.
//!
//! ```text
//! #table csv, 1 line above: ==v: v in every row    the form and a legend
//! # exported at noon                               lines around the table stand as they came
//! [#3(id,name,country==USA)                        the rows, as JSON's tables are written
//! 1,Ada
//! 2,"Hopper, Grace"
//! 3,Edsger
//! ]
//! ```

mod aligned;
mod columns;
pub mod decode;
pub mod detect;
mod form;
mod framed;
mod lossy;
mod parse;
mod separated;
mod settle;
mod sheet;
mod width;

use super::json::encode;
use super::passage::{Noun, Passage, Passages};
use super::{Candidate, Compressor, Task};
use sheet::Sheet;

pub use decode::decode;

/// The compressor for tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableCompressor;

impl Compressor for TableCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        let Some(sheet) = parse::parse(task.text) else { return Vec::new() };
        let mut document = sheet.document();
        encode::with_prepared(&mut document, |prepared, estimates| {
            let text = sheet.wrap(&encode::write(prepared, estimates, &[]));
            if decode(&text, task.text.len()).as_deref() != Some(task.text) {
                return Vec::new();
            }
            let tokens = if task.lossless { 0 } else { task.counter.count(&text) };
            let mut candidates = vec![Candidate::lossless(text, "table")];
            if tokens > task.budget {
                candidates.extend(lossy::shorten(&sheet, prepared, estimates, task, tokens));
            }
            candidates
        })
        .unwrap_or_default()
    }

    fn passages(&self, text: &str) -> Option<Passages> {
        let sheet = parse::parse(text)?;
        let ends = sheet.rows.iter().skip(1).map(|row| row.start).chain([sheet.below]);
        let row = |(row, end): (&sheet::Row, usize)| Passage {
            start: row.start as u32,
            end: end as u32,
            title: None,
        };
        let list: Vec<Passage> = sheet.rows.iter().zip(ends).map(row).collect();
        let first = list.first()?.start;
        Some(Passages { head: head(&sheet, first), ..Passages::new(Noun::Row, list) })
    }

    fn decode(&self, text: &str, limit: usize) -> Option<String> {
        decode(text, limit)
    }

    fn is_own_output(&self, text: &str) -> bool {
        if !text.starts_with(form::OPENING) {
            return false;
        }
        // A forged text may stand for far more than any of ours is worth looking at.
        let Some(source) = decode(text, text.len().saturating_mul(64).saturating_add(1 << 20)) else {
            return false;
        };
        encode(&source).as_deref() == Some(text)
    }
}

/// The lines that name the columns, before the first row.
fn head(sheet: &Sheet<'_>, first_row: u32) -> Option<(u32, u32)> {
    const LONGEST_HEAD: u32 = 4_000;
    let before = &sheet.source[..first_row as usize];
    let start = match sheet.form.header {
        form::Header::Missing => return None,
        form::Header::Above => before.trim_end_matches('\n').rfind('\n').map_or(0, |newline| newline + 1),
        form::Header::Row => sheet.above,
    };
    let start = start as u32;
    (start < first_row && first_row - start <= LONGEST_HEAD).then_some((start, first_row))
}

/// A table without loss in the notation; `None` where the text is no table.
///
/// ```
/// use headroom_core::compress::table::{decode, encode};
///
/// let rows: Vec<String> = (1..30).map(|id| format!("{id},lamp {id},EUR\n")).collect();
/// let source = format!("id,name,currency\n{}", rows.concat());
/// let text = encode(&source).unwrap();
/// assert!(text.starts_with("#table csv: ==v: v in every row\n[#29(id,name,currency==EUR)\n1,lamp 1\n2,lamp 2\n"));
/// assert_eq!(decode(&text, source.len()), Some(source));
/// ```
#[must_use]
pub fn encode(source: &str) -> Option<String> {
    let sheet: Sheet<'_> = parse::parse(source)?;
    let mut document = sheet.document();
    encode::with_prepared(&mut document, |prepared, estimates| {
        sheet.wrap(&encode::write(prepared, estimates, &[]))
    })
}
