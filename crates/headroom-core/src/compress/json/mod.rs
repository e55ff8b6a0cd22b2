//! `SmartCrusher`: JSON, losslessly as a table first, then with rows left out.
//!
//! Owns everything about JSON texts: JSON, one value a line, and JSON that is cut off at its end. It knows
//! nothing of providers, handles or policy.

pub mod aggregates;
mod blank;
mod cells;
pub mod decode;
pub mod detect;
pub mod document;
pub mod embed;
pub mod encode;
pub mod estimate;
pub mod header;
pub mod header_reader;
mod index;
pub mod infer;
pub mod layout;
pub mod legend;
pub mod lines;
pub mod lossy;
pub mod measure;
pub mod pieces;
pub mod relations;
mod resolve;
mod scan;
pub mod schema;
pub mod select;
pub mod signals;
pub mod spelling;
mod strings;
pub mod table;
pub mod write;

use super::{Candidate, Compressor, Task};
use document::Document;
use strings::{Folded, Strings};

pub use decode::decode;

/// The compressor for JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct SmartCrusher;

impl Compressor for SmartCrusher {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        let Some(mut document) = Document::scan(task.text) else { return Vec::new() };
        let minified = document.minified();
        let mut candidates = encode::with_prepared(&mut document, |prepared, estimates| {
            let text = encode::write(prepared, estimates, &[]);
            if decode(&text, minified.len()).as_deref() != Some(minified.as_str()) {
                return Vec::new();
            }
            let tokens = if task.lossless { 0 } else { task.counter.count(&text) };
            let mut candidates = vec![Candidate::lossless(text, "table")];
            if tokens > task.budget {
                let shortened = lossy::shorten(prepared, estimates, task.query, tokens, task.budget);
                candidates.extend(shortened.map(|shortened| Candidate {
                    text: shortened.text,
                    method: "rows",
                    omissions: shortened.omissions,
                    last_resort: true,
                }));
            }
            candidates
        })
        .unwrap_or_default();
        let lossless = usize::from(!candidates.is_empty());
        if !task.lossless
            && let Some(strings) = Strings::read(&document, task)
        {
            let folded = strings.folded(&document).map(|folded| (folded, false));
            let dropped = strings.dropped(&document, minified.len()).map(|dropped| (dropped, true));
            for (folded, last_resort) in folded.into_iter().chain(dropped) {
                candidates.extend(with_shorter_strings(folded, last_resort, task));
            }
        }
        candidates.insert(lossless, Candidate::lossless(minified, "minify"));
        candidates
    }

    fn decode(&self, text: &str, limit: usize) -> Option<String> {
        decode(text, limit)
    }

    fn is_own_output(&self, text: &str) -> bool {
        // A forged text may stand for far more than any of ours is worth looking at.
        let Some(json) = decode(text, text.len().saturating_mul(64).saturating_add(1 << 20)) else {
            return false;
        };
        let Some(mut document) = Document::scan(&json) else { return false };
        encode::encode(&mut document).as_deref() == Some(text)
    }
}

/// The candidates for a document whose strings were made smaller: in the notation and without it, and with rows left out where
/// that is still too much.
fn with_shorter_strings(folded: Folded, last_resort: bool, task: &Task<'_>) -> Vec<Candidate> {
    let Folded { json, omissions } = folded;
    let mut candidates = Vec::new();
    if let Some(mut document) = Document::scan(&json) {
        encode::with_prepared(&mut document, |prepared, estimates| {
            let text = encode::write(prepared, estimates, &[]);
            let tokens = task.counter.count(&text);
            if tokens > task.budget
                && let Some(rows) = lossy::shorten(prepared, estimates, task.query, tokens, task.budget)
            {
                let omissions = rows.omissions.into_iter().chain(omissions.iter().cloned()).collect();
                candidates.push(Candidate { text: rows.text, method: "rows", omissions, last_resort: true });
            }
            candidates.push(Candidate { text, method: "strings", omissions: omissions.clone(), last_resort });
        });
    }
    candidates.push(Candidate { text: json, method: "strings", omissions, last_resort });
    candidates
}
