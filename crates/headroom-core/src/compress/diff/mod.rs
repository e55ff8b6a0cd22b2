//! `DiffCompressor`: patches, and commits with their patches.
//!
//! Owns what becomes of a patch. What remains applies with `git apply`: every changed line of source stays, with a line of
//! context on each side, and hunk headers are counted anew. Left out are blob names, further context, and the changes
//! of files that nobody reads line by line (lock files, generated and vendored ones, binary patches), of white space
//! alone, and of blocks that stand unchanged in another place; each file is named with its counts. It knows nothing of
//! the program that wrote the patch, of handles or policy.

pub mod detect;
mod files;
mod header;
mod lines;
mod moved;
mod packages;
mod parse;
mod passages;
mod plan;
mod rank;
mod stat;
#[cfg(test)]
mod tests;
mod whitespace;
mod write;

use super::passage::Passages;
use super::{Candidate, Compressor, Task};
use parse::Patch;
use plan::Plan;

/// How many times the budget a patch may take before changes of source are left out: a review wants all of them.
const WHOLE_REVIEW: usize = 6;
/// Bytes of a patch that a token stands for, about.
const BYTES_PER_TOKEN: usize = 3;

/// The compressor for patches.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiffCompressor;

impl Compressor for DiffCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        if task.lossless {
            return Vec::new();
        }
        let Some(patch) = Patch::read(task.text) else { return Vec::new() };
        let plan = Plan::new(&patch, task.query);
        let (text, omissions) = write::write(&patch, &plan, task.first_line);
        let most = task.budget.saturating_mul(WHOLE_REVIEW);
        let shortened = (text.len() > most && task.counter.count_up_to(&text, most).is_none())
            .then(|| rank::shorten(&patch, &plan, task.query, most.saturating_mul(BYTES_PER_TOKEN)))
            .flatten();
        let mut candidates = Vec::new();
        if !omissions.is_empty() {
            candidates.push(Candidate { text, method: "context", omissions, last_resort: false });
        }
        if let Some(shortened) = shortened {
            let (text, omissions) = write::write(&patch, &shortened, task.first_line);
            candidates.push(Candidate { text, method: "hunks", omissions, last_resort: true });
        }
        candidates
    }

    fn passages(&self, text: &str) -> Option<Passages> {
        Some(passages::passages(&Patch::read(text)?, text))
    }

    fn is_own_output(&self, _text: &str) -> bool {
        false
    }
}
