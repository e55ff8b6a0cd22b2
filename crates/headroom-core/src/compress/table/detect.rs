//! Detection of tables.
//!
//! Owns the question whether the lines of a sample are rows: separated into equally many cells, framed, or in columns that
//! all lines share, under a header.

use super::parse::MIN_ROWS;
use super::{columns, framed, separated};
use crate::route::{Confidence, Sample};

/// How surely columns that all lines share are a table, in per cent.
const ALIGNED: usize = 95;

/// How surely a text is a table.
#[must_use]
pub fn table(sample: &Sample<'_>) -> Confidence {
    let Some(first) = sample.runs.first() else { return Confidence::NONE };
    let lines: Vec<&str> = sample.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() <= MIN_ROWS || is_marked(&lines) {
        return Confidence::NONE;
    }
    if let Some((rule, _)) = framed::rule(first.iter().take(40).copied()) {
        let divided = |line: &&&str| line.contains(['|', '│']) || line.starts_with(['+', '┌', '└', '├']);
        let share = Confidence::share(lines.iter().filter(divided).count() + 2, lines.len());
        let few = rule <= 4 && share >= Confidence::per_cent(80);
        return if few { share } else { Confidence::NONE };
    }
    separated(&lines).max(aligned(first, &lines))
}

fn aligned(first: &[&str], lines: &[&str]) -> Confidence {
    let Some((found, (_, end))) = columns::find(first, false) else { return Confidence::NONE };
    let rows = &first[found.rows..end];
    // What stands around the table: a title, figures of the whole, a summary.
    let others = lines.len() - lines.iter().filter(|line| found.fits(line)).count();
    let listed = lines.iter().filter(|line| columns::is_mode(line)).count();
    if found.listing {
        return if listed * 10 >= lines.len() * 6 { Confidence::per_cent(ALIGNED) } else { Confidence::NONE };
    }
    if rows.len() < MIN_ROWS || others > 8 && others * 10 > lines.len() * 2 {
        return Confidence::NONE;
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let header = found.header.map_or("", |header| first[header]);
    let as_header = rows.iter().filter(|row| indent(row) == indent(header)).count();
    let labels =
        rows.iter().filter(|row| row.split_whitespace().next().is_some_and(|word| word.ends_with(':')));
    let ends_as_code = |line: &&&str| line.trim_end().ends_with(['{', '}', ';', '(', ',', ':']);
    let others = rows.iter().filter(|row| ends_as_code(row) || is_hit(row) || row.contains('\t')).count();
    // Rows that are indented begin with cells that end under the first name: numbers. Code does not.
    let first_end = |line: &str| indent(line) + line.split_whitespace().next().map_or(0, str::len);
    let indented = rows.iter().filter(|row| indent(row) > 0).count();
    let under = rows.iter().filter(|row| first_end(row) == first_end(header)).count();
    let filled = first.iter().filter(|line| !line.trim().is_empty()).count();
    let is_table = found.is_spread(rows)
        && rows.len() * 2 >= filled
        && (indented * 2 <= rows.len() || under * 10 >= rows.len() * 9)
        && others * 3 < rows.len()
        && labels.count() * 2 < rows.len()
        && (indent(header) == 0 || as_header * 2 < rows.len());
    if is_table { Confidence::per_cent(ALIGNED) } else { Confidence::NONE }
}

fn separated(lines: &[&str]) -> Confidence {
    let Some(guess) = separated::guess(lines.iter().copied()) else { return Confidence::NONE };
    if guess.lines * 10 < guess.total * 8 || lines[0].starts_with('|') || is_foreign(lines) {
        return Confidence::NONE;
    }
    let rows: Vec<Vec<&str>> = lines
        .iter()
        .map(|line| split(line, guess.separator))
        .filter(|cells| cells.len() == guess.columns)
        .collect();
    if rows.len() <= MIN_ROWS {
        // Nearly all lines hold quoted separators.
        return if guess.columns > 2 { Confidence::per_cent(60) } else { Confidence::NONE };
    }
    let telling = (0..guess.columns).filter(|&column| is_telling(&rows, column)).count();
    // Sentences with as many commas each have no column of short words or of figures.
    if telling * 2 < guess.columns || (telling < 2 && guess.separator != b'\t') {
        return Confidence::NONE;
    }
    // Without names above them, equally many cells a line may be a program's way of reporting.
    let most = if is_headed(&rows) { 100 } else { 60 };
    Confidence::per_cent((guess.lines * most) / guess.total)
}

/// Whether the first row holds names: no figures, and none of the values of the rows below.
fn is_headed(rows: &[Vec<&str>]) -> bool {
    let header = &rows[0];
    let named =
        header.iter().filter(|name| !name.trim().starts_with(|first: char| first.is_ascii_digit())).count();
    named * 2 > header.len()
        && (0..header.len())
            .all(|column| rows[1..].iter().all(|row| row[column].is_empty() || row[column] != header[column]))
}

/// The cells of a line, with their quotes.
fn split(line: &str, separator: u8) -> Vec<&str> {
    let mut cells = Vec::new();
    let (mut from, mut quoted) = (0, false);
    for (at, byte) in line.bytes().enumerate() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == separator && !quoted {
            cells.push(&line[from..at]);
            from = at + 1;
        }
    }
    cells.push(&line[from..]);
    cells
}

/// Whether the cells of a column are short, as names and figures are.
fn is_telling(rows: &[Vec<&str>], column: usize) -> bool {
    let short = rows
        .iter()
        .filter(|cells| {
            let cell = cells[column].trim();
            cell.len() > 1 && cell.starts_with('"')
                || cell.len() <= 40
                    && cell.split_ascii_whitespace().count() <= 3
                    && !cell.ends_with(['{', '(', '.'])
        })
        .count();
    short * 10 >= rows.len() * 9 && rows.iter().any(|cells| !cells[column].trim().is_empty())
}

/// Whether lines show by single signs that they are something else: JSON, markup, a patch, our own notation.
fn is_marked(lines: &[&str]) -> bool {
    let first = lines[0].trim_start();
    first.starts_with(['{', '[', '<', '}'])
        || first.starts_with("#json")
        || lines.iter().any(|line| line.starts_with("diff --git ") || line.starts_with("@@ -"))
}

/// Whether lines are those of something else: indented code, search hits.
fn is_foreign(lines: &[&str]) -> bool {
    let mut indented = 0;
    let mut code = 0;
    let mut hits = 0;
    for line in lines {
        indented += usize::from(line.starts_with([' ', '\t']));
        code += usize::from(
            line.trim_end().ends_with(['{', '}', ')', '(']) || line.contains("(\"") || line.contains("),"),
        );
        hits += usize::from(is_hit(line));
    }
    [indented, code, hits].iter().any(|&count| count * 2 > lines.len())
}

/// Whether a line begins like a search hit or a line around one: a path, a line number.
fn is_hit(line: &str) -> bool {
    let word = line.split([' ', ',', '\t']).next().unwrap_or_default();
    word.match_indices([':', '-']).any(|(at, sign)| {
        let rest = &word[at + 1..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest[digits..].starts_with(sign) && word[..at].contains(['/', '.', '\\'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Hints;

    fn confidence(text: &str) -> Confidence {
        table(&Sample::new(text, Hints::default()))
    }

    #[test]
    fn separated_values_are_tables() {
        for text in [
            "id,name\n1,a\n2,b\n3,c\n",
            "id\tname\tnote\r\n1\ta\t\r\n2\tb\tx, y\r\n3\tc\t\r\n",
            "at;level;text\n2025-01-01 10:00:00;info;a b c d e f\n2025-01-01 10:00:01;info;b\n2025-01-01;warn;c\n",
            "name|size|owner\na|1|x\nb|2|x\nc|3|y\nd|4|y\n",
        ] {
            assert_eq!(confidence(text), Confidence::CERTAIN, "{text}");
        }
    }

    #[test]
    fn what_only_has_separators_is_no_table() {
        for text in [
            "",
            "a,b\n",
            "Hello, reader.\nThis is prose, with commas.\nOne a line, as it happens.\nSo it goes, often.\n",
            "2025-01-01 10:00:00,123 INFO main: started\n2025-01-01 10:00:00,124 INFO main: reading the file\n2025-01-01 10:00:01,999 WARN main: it is very long\n2025-01-01 10:00:02,001 INFO main: done\n",
            "2016-09-28 04:30:30, Info    CBS    Loaded the stack of version 6 from here\n2016-09-28 04:30:30, Info    CBS    Ending the worker that was started before\n2016-09-28 04:30:31, Info    CBS    Starting the worker once more today\n2016-09-28 04:30:31, Info    CBS    Nothing to do\n",
            "{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n",
            "src/a.rs:12:let x = (a, b);\nsrc/a.rs:13:let y = (a, b);\nsrc/b.rs:14:let z = (a, b);\nsrc/b.rs:19:let z = (a, b);\n",
            "let a = f(1, 2);\nlet b = f(1, 2);\nlet c = g(3, 4);\nlet d = g(3, 5);\n",
            "    1, 2, 3,\n    4, 5, 6,\n    7, 8, 9,\n    1, 2, 3,\n",
        ] {
            assert_eq!(confidence(text), Confidence::NONE, "{text}");
        }
    }
}
