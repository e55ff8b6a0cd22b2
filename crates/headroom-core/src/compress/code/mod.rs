//! `CodeAwareCompressor`: source code as an outline, in which bodies give way to marks with the numbers of their lines.
//!
//! Owns the outline by indentation and brackets, for every language without a grammar of its own, and the detection of code.
//! It knows nothing of providers, handles or policy. Order and indentation stay, and so does every line that imports,
//! declares or describes; what runs is left out unless the query names it. Where brackets and indentation disagree nothing
//! is left out, and a result whose brackets do not balance as the original's do is not offered.
//!
//! ```text
//!     def open(self, *args: t.Any, buffered: bool = False) -> TestResponse:
//!         ...  # … 33 lines (209-241)
//! ```

mod ask;
pub mod detect;
mod language;
mod names;
mod numbered;
mod plan;
mod scan;
mod statement;

use super::{Candidate, Compressor, Omission, Task, Unit};
use ask::Asked;
use language::Language;
use names::Names;
use numbered::Source;
use plan::{Form, Gap, Plan};
use statement::File;
use std::fmt::Write as _;

#[cfg(test)]
mod tests;

/// Lines of gaps that are quoted because they hold a name that is asked for, in one gap and in all.
const QUOTED: (usize, usize) = (6, 30);
/// Bytes of a quoted line.
const QUOTED_BYTES: usize = 200;

/// The compressor for source code. It offers nothing unless code is to be compressed (`code: true`), and nothing where the
/// call asked for lines by their numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct CodeAwareCompressor;

impl Compressor for CodeAwareCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        if task.lossless || !task.code || ask::asks_for_lines(task.query) {
            return Vec::new();
        }
        outline(task).into_iter().collect()
    }

    fn is_own_output(&self, _: &str) -> bool {
        false
    }
}

fn outline(task: &Task<'_>) -> Option<Candidate> {
    let source = Source::read(task.text);
    let code = &source.code[..source.len];
    let language = Language::guess(task.query, code);
    let scanned = scan::scan(language, code)?;
    let asked = Asked::new(task.query);
    let file = File { language, code, lines: &scanned.lines };
    let plan = plan::plan(&file, &asked);
    let gaps = &plan.gaps;
    if gaps.is_empty() {
        return None;
    }
    let text = write(task, &source, language, &asked, &plan);
    let written: Vec<&str> = Source::read(&text).whole.into_iter().map(bare).collect();
    let again = scan::scan(language, &written)?;
    if again.balance != scanned.balance {
        return None;
    }
    let ranges = gaps.iter().map(|gap| (gap.from + task.first_line, gap.end - 1 + task.first_line)).collect();
    let count = gaps.iter().map(|gap| gap.end - gap.from).sum();
    let omission = Omission { unit: Unit::Lines, count, total: source.whole.len(), ranges, path: None };
    Some(Candidate { text, method: "outline", omissions: vec![omission], last_resort: false })
}

/// A line without the number that a tool wrote before it.
fn bare(line: &str) -> &str {
    numbered::split_number(line).map_or(line, |(_, code)| code)
}

fn write(task: &Task<'_>, source: &Source<'_>, language: Language, asked: &Asked, plan: &Plan) -> String {
    let mut text = String::with_capacity(task.text.len() / 2);
    let mut next = 0;
    let mut quotes_left = QUOTED.1;
    let shifted = source.is_shifted(task.first_line);
    let mut names = (!plan.is_known).then(|| Names::kept(&source.code, &plan.gaps));
    for gap in &plan.gaps {
        for line in &source.whole[next..gap.from] {
            text.push_str(line);
            text.push('\n');
        }
        next = gap.end;
        let told = match &mut names {
            Some(names) if matches!(gap.form, Form::Code | Form::Block) => {
                names.of(&source.code[gap.from..gap.end])
            }
            _ => Vec::new(),
        };
        mark(&mut text, task, source, language, gap, shifted, &told);
        if matches!(gap.form, Form::Code | Form::Block | Form::Text(_)) {
            let indent = indent_of(&source.code, gap.from);
            let comment = language.comment();
            let hits = (gap.from..gap.end).filter(|&at| asked.names_in(source.code[at]));
            for at in hits.take(QUOTED.0.min(quotes_left)) {
                quotes_left -= 1;
                let line = source.code[at].trim();
                let line = &line[..line.floor_char_boundary(QUOTED_BYTES)];
                let _ = writeln!(text, "{indent}{comment} {}: {line}", at + task.first_line);
            }
        }
    }
    for line in &source.whole[next..] {
        text.push_str(line);
        text.push('\n');
    }
    if !task.text.ends_with('\n') {
        text.pop();
    }
    text
}

fn indent_of<'a>(code: &[&'a str], at: usize) -> &'a str {
    let line = code[at..].iter().find(|line| !line.trim().is_empty()).copied().unwrap_or_default();
    &line[..line.len() - line.trim_start().len()]
}

/// Writes `… 34 lines (120-153)` in the place of a gap, and names that stand in it. Lines are counted as a retrieval counts them; where the lines bear
/// other numbers, which stand beside the gap anyway, the mark says so.
fn mark(
    text: &mut String,
    task: &Task<'_>,
    source: &Source<'_>,
    language: Language,
    gap: &Gap,
    shifted: bool,
    names: &[&str],
) {
    let line = source.code[gap.from].trim_start();
    let indent = indent_of(&source.code, gap.from);
    let (before, after) = match gap.form {
        Form::Code => (format!("{} ", language.comment()), ""),
        Form::Block => (format!("{}{} ", language.placeholder(), language.comment()), ""),
        Form::Comment => (if line.starts_with('*') { "* " } else { "" }.to_owned(), " */"),
        Form::LineComments => {
            let sign = line.find(|character: char| !"/#-!;".contains(character)).unwrap_or(line.len());
            (format!("{} ", &line[..sign]), "")
        }
        Form::Text(quotes) => (String::new(), quotes),
    };
    let (first, last) = (gap.from + task.first_line, gap.end - 1 + task.first_line);
    let here = if shifted { " of this result" } else { "" };
    let colon = if names.is_empty() { "" } else { ": " };
    let (lines, names) = (gap.end - gap.from, names.join(", "));
    let _ = writeln!(text, "{indent}{before}… {lines} lines ({first}-{last}{here}){colon}{names}{after}");
}
