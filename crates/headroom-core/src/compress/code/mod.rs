//! `CodeAwareCompressor`: source code as an outline, in which bodies give way to marks with the numbers of their lines.
//!
//! Owns the outline, the detection of code, and the reading of files by brackets and indentation, for every language without a
//! grammar of its own. A grammar in another crate reads files for [`outline`] through [`structure::Parser`]. It knows nothing of
//! providers, handles or policy. Order and indentation stay, and so does every line that imports,
//! declares or describes; what runs is left out unless the query names it. Where brackets and indentation disagree nothing
//! is left out, and a result whose brackets do not balance as the original's do is not offered.
//!
//! ```text
//!     def open(self, *args: t.Any, buffered: bool = False) -> TestResponse:
//!         ...  # … 33 lines (209-241)
//! ```

mod ask;
mod definitions;
pub mod detect;
mod language;
mod names;
mod numbered;
mod outline;
mod plan;
mod scan;
mod statement;
pub mod structure;
mod write;

pub use language::{Language, file_ending};
pub(crate) use outline::METHOD;
pub use outline::{Read, outline};

use super::passage::{Passages, Symbol};
use super::{Candidate, Compressor, Task};
use statement::Brackets;
use structure::Parser;

#[cfg(test)]
mod tests;

/// The compressor for source code. It offers nothing unless code is to be compressed (`code: true`), and nothing where the
/// call asked for lines by their numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct CodeAwareCompressor;

impl Compressor for CodeAwareCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        if task.lossless || !task.code {
            return Vec::new();
        }
        outline(task.text, task.first_line, task.query, |code| {
            let parser = Brackets(Language::guess(task.query, code));
            parser.parse(code).map(|structure| Read { parser, structure })
        })
        .into_iter()
        .collect()
    }

    fn passages(&self, text: &str) -> Option<Passages> {
        u32::try_from(text.len()).ok()?;
        definitions::passages(text)
    }

    fn symbols(&self, text: &str) -> Option<Vec<Symbol>> {
        definitions::symbols(text)
    }

    fn is_own_output(&self, _: &str) -> bool {
        false
    }
}
