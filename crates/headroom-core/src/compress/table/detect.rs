//! Detection of tables.
//!
//! Owns the question whether the lines of a sample are rows: separated into equally many cells, under a header.

use super::parse::MIN_ROWS;
use super::separated;
use crate::route::{Confidence, Sample};

/// How surely a text is a table.
#[must_use]
pub fn table(sample: &Sample<'_>) -> Confidence {
    separated(sample)
}

fn separated(sample: &Sample<'_>) -> Confidence {
    let lines: Vec<&str> = sample.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() <= MIN_ROWS || is_foreign(&lines) {
        return Confidence::NONE;
    }
    let Some(guess) = separated::guess(lines.iter().copied()) else { return Confidence::NONE };
    if guess.lines * 10 < lines.len() * 8 {
        return Confidence::NONE;
    }
    let rows: Vec<Vec<&str>> = lines
        .iter()
        .map(|line| line.split(guess.separator as char).collect::<Vec<_>>())
        .filter(|cells| cells.len() == guess.columns)
        .collect();
    if rows.len() <= MIN_ROWS {
        // Nearly all lines hold quoted separators.
        return if guess.columns > 3 { Confidence::per_cent(60) } else { Confidence::NONE };
    }
    let telling = (0..guess.columns).filter(|&column| is_telling(&rows, column)).count();
    // Sentences with as many commas each have no column of short words or of figures.
    if telling * 2 < guess.columns || (telling < 2 && guess.separator != b'\t') {
        return Confidence::NONE;
    }
    // Without names above them, equally many cells a line may be a program's way of reporting.
    let most = if is_headed(&rows) { 100 } else { 60 };
    Confidence::per_cent((guess.lines * most) / lines.len())
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

/// Whether the cells of a column are short, as names and figures are.
fn is_telling(rows: &[Vec<&str>], column: usize) -> bool {
    let short = rows
        .iter()
        .filter(|cells| {
            let cell = cells[column].trim();
            cell.len() <= 40 && cell.split_ascii_whitespace().count() <= 3 && !cell.ends_with(['{', '(', '.'])
        })
        .count();
    short * 10 >= rows.len() * 9
}

/// Whether lines are those of something else: JSON, markup, patches, indented code, search hits.
fn is_foreign(lines: &[&str]) -> bool {
    let first = lines[0].trim_start();
    if first.starts_with(['{', '[', '<', '}', '|']) || first.starts_with("#json") {
        return true;
    }
    let mut indented = 0;
    let mut code = 0;
    let mut hits = 0;
    for line in lines {
        if line.starts_with("diff --git ") || line.starts_with("@@ -") {
            return true;
        }
        indented += usize::from(line.starts_with([' ', '\t']));
        code += usize::from(
            line.trim_end().ends_with(['{', '}', ')', '(']) || line.contains("(\"") || line.contains("),"),
        );
        hits += usize::from(is_hit(line));
    }
    [indented, code, hits].iter().any(|&count| count * 2 > lines.len())
}

/// Whether a line begins like a search hit: a path, a line number.
fn is_hit(line: &str) -> bool {
    let Some((path, rest)) = line.split_once(':') else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0
        && rest[digits..].starts_with(':')
        && path.contains(['/', '.', '\\'])
        && !path.contains([',', '\t', ' '])
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
