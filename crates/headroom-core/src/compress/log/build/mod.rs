//! Build and test output: a profile of the `LogCompressor` for what compilers, test runners, linters and package
//! managers print.
//!
//! Owns the choice of lines there: every diagnostic once with all its places, failures once each, what passed and what
//! was merely done as counts, the summary as it is. It knows tools by the forms of what they print, none by its name,
//! and nothing of other kinds of content, of handles or policy.
//!
//! `read` gives every line a role, `plan` decides which lines stand, `write` writes them.
//!
//! ```text
//! src/a.c:12:3: error: ‘size’ undeclared
//!   ×3, also at 40:7; src/b.c:9:1
//!    12 |   size = 4;
//!       |   ^~~~
//! … lines 5-331: 312 passed in 14 files
//! ```

pub mod detect;
mod passages;
mod place;
mod places;
mod plan;
mod read;
mod routine;
mod verdict;
mod write;

use super::lines::Lines;
use crate::compress::passage::Passages;
use crate::compress::{Candidate, Compressor, Omission, Task, Unit};

/// Lines below which nothing is left out.
const FEWEST_LINES: usize = 6;

/// The compressor for build and test output.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuildCompressor;

impl Compressor for BuildCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        if task.lossless {
            return Vec::new();
        }
        Lines::new(task.text).and_then(|lines| shorten(&lines, task.first_line)).into_iter().collect()
    }

    fn passages(&self, text: &str) -> Option<Passages> {
        Some(passages::passages(&Lines::new(text)?, text))
    }

    fn is_own_output(&self, _: &str) -> bool {
        false
    }
}

/// The text with what repeats and what went well as counts; `None` where that leaves nothing out.
fn shorten(lines: &Lines<'_>, first_line: usize) -> Option<Candidate> {
    if lines.len() < FEWEST_LINES {
        return None;
    }
    let reading = read::read(lines);
    let plan = plan::plan(lines, &reading);
    let written = write::write(lines, &reading, &plan, first_line);
    let count = written.ranges.iter().map(|&(first, last)| last - first + 1).sum();
    (count > 0).then(|| Candidate {
        text: written.text,
        method: "build",
        omissions: vec![Omission {
            unit: Unit::Lines,
            count,
            total: lines.len(),
            ranges: written.ranges,
            path: None,
        }],
        last_resort: false,
    })
}
