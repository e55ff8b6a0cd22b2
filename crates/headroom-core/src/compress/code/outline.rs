//! One outline, from a text to a candidate that was read again.
//!
//! Owns the order of things: reading, planning, writing, and the proof that the outline reads as well as its original did. It
//! knows neither what reads the file nor how a gap is chosen or marked.

use super::ask::{self, Asked};
use super::numbered::Source;
use super::plan::{self, File, Gap};
use super::structure::{Comparison, Parser, Structure};
use super::write::write;
use crate::compress::{Candidate, Omission, Query, Unit};

/// How often gaps that spoil an outline are given up before the outline is.
const ATTEMPTS: usize = 4;

/// What was read of a file, and what reads its outline.
pub struct Read<'a, P> {
    /// Reads in the same way again.
    pub parser: P,
    /// What it read.
    pub structure: Box<dyn Structure + 'a>,
}

/// The outline of a text, whose first line has the number `first_line` in its block; `None` where nothing of it can be left
/// out, and where the call asked for lines by their numbers. `read` gets the lines of the file without the numbers that a tool
/// wrote before them.
pub fn outline<P: Parser>(
    text: &str,
    first_line: usize,
    query: &Query,
    read: impl for<'a> FnOnce(&'a [&'a str]) -> Option<Read<'a, P>>,
) -> Option<Candidate> {
    if ask::asks_for_lines(query) {
        return None;
    }
    let source = Source::read(text);
    let code = &source.code[..source.len];
    let Read { parser, structure } = read(code)?;
    let asked = Asked::new(query);
    let file = File { language: parser.language(), code, structure: &*structure };
    let mut plan = plan::plan(&file, &asked);
    let faults = structure.faults();
    for _ in 0..ATTEMPTS {
        if plan.gaps.is_empty() {
            return None;
        }
        let written = write(&source, first_line, file.language, &asked, &plan);
        let lines = source.file_in(&written.text);
        let compared = faults.compare(parser.parse(&lines)?.faults());
        match compared {
            Comparison::Sound => {
                return Some(candidate(written.text, &plan.gaps, first_line, source.whole.len()));
            }
            Comparison::Worse(places) => {
                let spoilt = spoilt(&written.marks, &places);
                if spoilt.is_empty() {
                    return None;
                }
                let mut at = 0..;
                plan.gaps.retain(|_| at.next().is_some_and(|at| !spoilt.contains(&at)));
            }
        }
    }
    None
}

/// The gaps that may be to blame for faults: those marked in their lines, else the last one before.
fn spoilt(marks: &[usize], places: &[(usize, usize)]) -> Vec<usize> {
    let mut spoilt = Vec::new();
    for &(first, last) in places {
        let within =
            marks.partition_point(|&mark| mark + 1 < first)..marks.partition_point(|&mark| mark <= last + 1);
        if within.is_empty() {
            spoilt.extend(within.start.checked_sub(1));
        }
        spoilt.extend(within);
    }
    spoilt
}

fn candidate(text: String, gaps: &[Gap], first_line: usize, total: usize) -> Candidate {
    let ranges = gaps.iter().map(|gap| (gap.from + first_line, gap.end - 1 + first_line)).collect();
    let count = gaps.iter().map(|gap| gap.end - gap.from).sum();
    let omission = Omission { unit: Unit::Lines, count, total, ranges, path: None };
    Candidate { text, method: METHOD, omissions: vec![omission], last_resort: false }
}

/// How the report names an outline.
pub(crate) const METHOD: &str = "outline";
