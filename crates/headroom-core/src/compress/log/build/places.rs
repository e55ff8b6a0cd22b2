//! Lists of places: neighbouring lines of one file at the same columns, as one.
//!
//! Owns the finding of such runs. It writes nothing.

use super::read::Diagnostic;

/// Lines from which on a run is worth telling as one.
const FEWEST_LINES: usize = 4;

/// Places at the same columns of every line from one to another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The first line.
    pub(super) first: usize,
    /// The last one.
    pub(super) last: usize,
    /// The columns: `13`, `13,23`.
    pub(super) columns: String,
    /// How many places it is.
    pub(super) taken: usize,
}

/// The run that a list of diagnostics, by number, begins with.
pub(super) fn run(diagnostics: &[Diagnostic<'_>], numbers: &[u32]) -> Option<Run> {
    let place = |index: usize| {
        let diagnostic = &diagnostics[*numbers.get(index)? as usize];
        let (line, column) = diagnostic.place.strip_prefix(':')?.split_once(':')?;
        Some((diagnostic.file, line.parse::<usize>().ok()?, column)).filter(|_| column.len() < 9)
    };
    let (file, first, _) = place(0)?;
    let mut columns: Vec<&str> = Vec::new();
    while let Some((other, line, column)) = place(columns.len()) {
        if other != file || line != first || columns.len() > 8 {
            break;
        }
        columns.push(column);
    }
    let is_like_first = |number: usize| {
        (0..columns.len())
            .all(|at| place(number * columns.len() + at) == Some((file, first + number, columns[at])))
    };
    let lines = (1..=numbers.len()).find(|&number| !is_like_first(number))?;
    (lines >= FEWEST_LINES).then(|| Run {
        first,
        last: first + lines - 1,
        columns: columns.join(","),
        taken: lines * columns.len(),
    })
}
