//! `SmartCrusher`: JSON, losslessly as a table first, then with rows left out.
//!
//! Owns everything about JSON texts: JSON, one value a line, and JSON that is cut off at its end. It knows
//! nothing of providers, handles or policy.

pub mod decode;
pub mod document;
pub mod encode;
pub mod estimate;
pub mod layout;
pub mod legend;
pub mod lines;
pub mod lossy;
pub mod pieces;
pub mod relations;
pub mod schema;
pub mod select;
pub mod signals;
pub mod table;
pub mod write;

use super::{Candidate, Compressor, Task};
use document::Document;
use estimate::Estimates;
use write::Kept;

pub use decode::decode;

/// The compressor for JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct SmartCrusher;

/// Whether the text may be JSON: it starts like a container.
#[must_use]
pub fn sniff(text: &str) -> bool {
    matches!(text.trim_ascii_start().as_bytes().first(), Some(b'{' | b'['))
}

impl Compressor for SmartCrusher {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        let Some(mut document) = Document::scan(task.text) else { return Vec::new() };
        let minified = document.minified();
        let mut candidates = Vec::new();
        let mut estimates = Estimates::default();
        let plan = layout::plan(&mut document, &mut estimates);
        let table = plan
            .as_ref()
            .map(|plan| encode::write(&document, &mut estimates, plan, &Kept::new()))
            .filter(|text| decode(text, minified.len()).as_deref() == Some(minified.as_str()));
        if let (Some(plan), Some(text), false) = (&plan, &table, task.lossless) {
            let tokens = task.counter.count(text);
            if tokens > task.budget {
                let shortened =
                    lossy::shorten(&document, &mut estimates, plan, task.query, tokens, task.budget);
                candidates.extend(shortened.map(|shortened| Candidate {
                    text: shortened.text,
                    method: "rows",
                    omissions: shortened.omissions,
                }));
            }
        }
        candidates.extend(table.map(|text| Candidate { text, method: "table", omissions: Vec::new() }));
        candidates.push(Candidate { text: minified, method: "minify", omissions: Vec::new() });
        // Lossless candidates first.
        candidates.sort_by_key(|candidate| !candidate.omissions.is_empty());
        candidates
    }

    fn is_own_output(&self, text: &str) -> bool {
        // More than a thousandfold is not worth the time to look.
        let Some(json) = decode(text, text.len().saturating_mul(1000)) else { return false };
        let Some(mut document) = Document::scan(&json) else { return false };
        encode::encode(&mut document).as_deref() == Some(text)
    }
}
