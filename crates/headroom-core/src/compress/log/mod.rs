//! `LogCompressor`: makes the lines that a program wrote as it ran smaller.
//!
//! Owns everything about logs: cutting a text into records, finding what varies in a line, mining templates, choosing
//! which lines stand literally. It knows nothing of other kinds of content, of handles or policy.
//!
//! [`lines`], [`mask`], [`time`], [`severity`] and [`record`] read lines and know no output; [`template`] says which records
//! are of one kind, `values` what varied in them, `write` what is shown. `tuning` holds the thresholds of the last three.

pub mod build;
pub mod detect;
pub mod lines;
pub mod mask;
pub mod record;
pub mod severity;
pub mod template;
pub mod time;
mod tuning;
mod values;
mod write;

use super::passage::{Noun, Passages};
use super::{Candidate, Compressor, Task};
use lines::Lines;
use record::{are_timed, records};
pub use tuning::Tuning;

/// Lines below which there is nothing to mine.
const LEAST_LINES: usize = 8;
/// Bytes a line has at least on average; below, a text is not lines that a program wrote, and its index would be large.
const LEAST_BYTES_A_LINE: usize = 8;

/// Makes logs smaller: lines of one shape become one line with what varied.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogCompressor {
    /// Its thresholds.
    pub tuning: Tuning,
}

impl LogCompressor {
    /// The compressor with the standard thresholds.
    pub const STANDARD: Self = Self { tuning: Tuning::STANDARD };
}

impl Compressor for LogCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        if task.lossless {
            return Vec::new();
        }
        shorten(task, &self.tuning).into_iter().collect()
    }

    fn passages(&self, text: &str) -> Option<Passages> {
        let lines = Lines::new(text)?;
        let records = records(&lines, are_timed(&lines));
        let starts: Vec<u32> =
            records.iter().map(|record| lines.start(record.first as usize) as u32).collect();
        Some(Passages::tiled(Noun::Record, &starts, text.len()))
    }

    fn is_own_output(&self, _text: &str) -> bool {
        false
    }
}

/// The log by its templates, if something is left out that way.
fn shorten(task: &Task<'_>, tuning: &Tuning) -> Option<Candidate> {
    let breaks = memchr::memchr_iter(b'\n', task.text.as_bytes()).count();
    if breaks < LEAST_LINES || task.text.len() / breaks < LEAST_BYTES_A_LINE {
        return None;
    }
    let lines = Lines::new(task.text)?;
    let timed = are_timed(&lines);
    let records = records(&lines, timed);
    let templates = template::mine(&lines, &records, are_labelled(&lines), tuning)?;
    let candidate = write::write(&lines, &records, &templates, task.query, task.first_line, tuning);
    (!candidate.omissions.is_empty() && candidate.text.len() < task.text.len()).then_some(candidate)
}

/// Whether lines have labels in their first column, `-` for none: one line in ten at least opens so.
fn are_labelled(lines: &Lines<'_>) -> bool {
    let without = lines.iter().filter(|line| line.starts_with("- ")).count();
    let timed = lines.iter().take(100).filter(|line| record::time_of(line).is_some()).count();
    without * 10 >= lines.len() && timed * 10 >= lines.len().min(100) * 9
}
