//! The text of an outline: the lines that stay, and the marks of those that do not.
//!
//! Owns how a gap is marked in a language's own comments, and what is quoted of it. It decides nothing about which lines stay.

use super::ask::Asked;
use super::language::Language;
use super::names::Names;
use super::numbered::Source;
use super::plan::{Form, Gap, Plan};
use std::fmt::Write as _;

/// Lines of gaps that are quoted because they hold a name that is asked for, in one gap and in all.
const QUOTED: (usize, usize) = (6, 30);
/// Bytes of a quoted line.
const QUOTED_BYTES: usize = 200;

/// An outline as text.
pub(super) struct Written {
    pub(super) text: String,
    /// The lines of the outline that begin with the mark of each gap.
    pub(super) marks: Vec<usize>,
}

/// Writes the lines that stay of a text whose first line has the number `first_line`, and the marks between them.
pub(super) fn write(
    source: &Source<'_>,
    first_line: usize,
    language: Language,
    asked: &Asked,
    plan: &Plan,
) -> Written {
    let mut text = String::new();
    let mut marks = Vec::with_capacity(plan.gaps.len());
    let (mut next, mut line_count) = (0, 0);
    let mut quotes_left = QUOTED.1;
    let shifted = source.is_shifted(first_line);
    let mut names = (!plan.is_known).then(|| Names::kept(&source.code, &plan.gaps));
    for gap in &plan.gaps {
        for line in &source.whole[next..gap.from] {
            text.push_str(line);
            text.push('\n');
        }
        marks.push(line_count + gap.from - next);
        let before = text.len();
        line_count += gap.from - next;
        next = gap.end;
        let told = match &mut names {
            Some(names) if matches!(gap.form, Form::Code | Form::Block) => {
                names.of(&source.code[gap.from..gap.end])
            }
            _ => Vec::new(),
        };
        mark(&mut text, source, first_line, language, gap, shifted, &told);
        if matches!(gap.form, Form::Code | Form::Block | Form::Text(_)) {
            let indent = indent_of(&source.code, gap.from);
            let comment = language.comment();
            let hits = (gap.from..gap.end).filter(|&at| asked.names_in(source.code[at]));
            for at in hits.take(QUOTED.0.min(quotes_left)) {
                quotes_left -= 1;
                let line = source.code[at].trim();
                let line = &line[..line.floor_char_boundary(QUOTED_BYTES)];
                let _ = writeln!(text, "{indent}{comment} {}: {line}", at + first_line);
            }
        }
        line_count += text[before..].matches('\n').count();
    }
    for line in &source.whole[next..] {
        text.push_str(line);
        text.push('\n');
    }
    if !source.ends_with_break {
        text.pop();
    }
    Written { text, marks }
}

fn indent_of<'a>(code: &[&'a str], at: usize) -> &'a str {
    let line = code[at..].iter().find(|line| !line.trim().is_empty()).copied().unwrap_or_default();
    &line[..line.len() - line.trim_start().len()]
}

/// Writes `… 34 lines (120-153)` in the place of a gap, and names that stand in it. Lines are counted as a retrieval counts
/// them; where the lines bear other numbers, which stand beside the gap anyway, the mark says so.
fn mark(
    text: &mut String,
    source: &Source<'_>,
    first_line: usize,
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
    let (first, last) = (gap.from + first_line, gap.end - 1 + first_line);
    let here = if shifted { " of this result" } else { "" };
    let colon = if names.is_empty() { "" } else { ": " };
    let (lines, names) = (gap.end - gap.from, names.join(", "));
    let _ = writeln!(text, "{indent}{before}… {lines} lines ({first}-{last}{here}){colon}{names}{after}");
}
