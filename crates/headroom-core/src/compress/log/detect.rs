//! Detection of logs, by the beginnings of their lines.
//!
//! Owns the question whether a text is lines that a program wrote as it ran: whether they begin with times or levels. That
//! lines resemble each other does not make a log: those of an exam do too. It reads a sample, never the tool's name.

use super::record::time_of;
use crate::route::{Confidence, Sample};

/// Lines below which a text is too short to be told.
const LEAST_LINES: usize = 5;
/// The confidence in a text whose lines begin with times.
const TIMED: usize = 90;
/// The confidence in a text whose lines begin with levels.
const LEVELLED: usize = 60;

/// How surely a text is a log.
#[must_use]
pub fn detect(sample: &Sample<'_>) -> Confidence {
    let (mut lines, mut timed, mut levelled, mut foreign, mut aligned) =
        (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for line in sample.lines() {
        if line.trim().is_empty() || line.starts_with([' ', '\t']) {
            continue;
        }
        lines += 1;
        foreign += usize::from(is_foreign(line));
        timed +=
            usize::from(time_of(line).is_some_and(|time| !is_field(line, time) && !is_listed(line, time)));
        levelled += usize::from(begins_with_level(line));
        aligned += usize::from(is_aligned(line));
    }
    if lines < LEAST_LINES || foreign * 5 > lines || aligned * 2 > lines || is_separated(sample) {
        return Confidence::NONE;
    }
    if timed * 2 > lines {
        return Confidence::per_cent(TIMED);
    }
    let is_report = sample.lines().any(draws);
    if levelled * 2 > lines && !is_report { Confidence::per_cent(LEVELLED) } else { Confidence::NONE }
}

/// Whether a line begins as those of other kinds do: JSON, a patch, a hit of a search, Markdown, HTML.
fn is_foreign(line: &str) -> bool {
    let bytes = line.as_bytes();
    match bytes[0] {
        b'{' | b'}' | b'|' | b'#' | b'<' | b'>' => true,
        b'[' => bytes.get(1).is_some_and(|byte| matches!(byte, b'{' | b'"')),
        b'@' => line.starts_with("@@ "),
        b'+' | b'-' => bytes.get(1).is_some_and(|byte| !matches!(byte, b' ')),
        _ => line.starts_with("diff --git ") || is_search_hit(line) || is_blamed(line),
    }
}

/// `Modify: 2025-01-01 10:00:00 +0000`: a name with a time for its value and nothing behind, as descriptions of files and
/// commits have.
fn is_field(line: &str, (start, end): (usize, usize)) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic();
    line[..start].trim_end().ends_with(':') && !line[end..].bytes().any(is_letter)
}

/// `2025-01-01 10:00:00 1234 photos/a.png`: the name of a file with its time and figures, and not a word that a program
/// would say.
fn is_listed(line: &str, (_, end): (usize, usize)) -> bool {
    let is_plain = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut words = line[end..].split_ascii_whitespace();
    let Some(last) = words.next_back() else { return false };
    let is_path = last.contains(|mark: char| mark.is_ascii_alphabetic())
        && last.trim_start_matches('/').contains(['/', '.']);
    is_path && !is_plain(last) && words.take(4).all(|word| !is_plain(word) && !word.contains(['=', '"', ']']))
}

/// `1a2b3c4d (Ann Example 2025-01-01 10:00:00 +0000 12) let x = 1;`: a line of source code with who wrote it.
fn is_blamed(line: &str) -> bool {
    let hash = line.trim_start_matches('^');
    let hash = &hash[..hash.bytes().take_while(u8::is_ascii_hexdigit).count()];
    let Some((start, end)) = time_of(line).filter(|_| hash.len() >= 7) else { return false };
    let number = line[end..].find(')').and_then(|close| line[end..end + close].rsplit(' ').next());
    line[..start].contains(" (") && number.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// `[INFO] ---< a >---`: a line that draws, in what a build prints.
fn draws(line: &str) -> bool {
    line.starts_with('[') && line.find(']').is_some_and(|end| line[end + 1..].trim_start().starts_with("---"))
}

/// Whether a line has columns that are aligned by spaces, as tables have.
fn is_aligned(line: &str) -> bool {
    line.as_bytes()
        .windows(3)
        .filter(|bytes| bytes[0] != b' ' && bytes[1] == b' ' && bytes[2] == b' ')
        .count()
        >= 3
}

/// `src/a.rs:12:text`.
fn is_search_hit(line: &str) -> bool {
    let Some(colon) = line.find([':', ' ', '-']).filter(|&at| at > 0) else { return false };
    let rest = &line[colon..];
    let Some(after) = rest.strip_prefix(':') else { return false };
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let path = &line[..colon];
    (1..=7).contains(&digits)
        && after.as_bytes().get(digits).is_some_and(|byte| *byte == b':')
        && path.contains(['.', '/'])
        && path.contains(|character: char| character.is_ascii_alphabetic())
}

/// Whether every line has the same number of tabs, commas or the like, more than one: rows of a table.
fn is_separated(sample: &Sample<'_>) -> bool {
    [b',', b'\t', b';', b'|'].into_iter().any(|separator| {
        let mut counts = sample.lines().filter(|line| !line.is_empty()).map(|line| {
            let bytes = line.as_bytes();
            memchr::memchr_iter(separator, bytes)
                .filter(|&at| separator == b'|' || bytes.get(at + 1) != Some(&b' '))
                .count()
        });
        let Some(first) = counts.next() else { return false };
        let (same, all) =
            counts.fold((1, 1), |(same, all), count| (same + usize::from(count == first), all + 1));
        first >= 2 && same * 20 >= all * 19
    })
}

/// Whether a line begins with a level: `INFO`, `[warn]`, `level=info`, `E0102`.
fn begins_with_level(line: &str) -> bool {
    let opening = line.trim_start_matches(['[', '<', '(']);
    let word = opening.split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or_default();
    let marked = opening.len() < line.len() || opening[word.len()..].starts_with([':', ' ', '\t', '|', ']']);
    let is_level = ["trace", "debug", "info", "notice", "warn", "warning", "error", "fatal", "critical"]
        .iter()
        .any(|level| word.eq_ignore_ascii_case(level));
    let shouted = word.bytes().all(|byte| byte.is_ascii_uppercase());
    is_level && marked && (shouted || opening.len() < line.len()) || line.starts_with("level=")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Hints;

    fn is_log(text: &str) -> bool {
        detect(&Sample::new(text, Hints::default())) > Confidence::NONE
    }

    #[test]
    fn source_code_with_its_authors_is_no_log() {
        let blame = "1a2b3c4d (Ann Example 2025-01-02 10:00:00 +0000 12) let x = y;\n".repeat(40);
        assert!(!is_log(&blame));
        assert!(!is_log(&blame.replace("1a2b3c4d (Ann", "^1a2b3c4 src/main.rs (Ann")));
        assert!(is_log(&blame.replace("1a2b3c4d (Ann Example ", "")));
    }

    #[test]
    fn descriptions_of_files_are_no_log() {
        let file = "  File: a\nDevice: 254,0\tInode: 1\nAccess: (0644/-rw-r--r--)\nAccess: 2025-01-02 10:00:00.000000000 +0000\nModify: 2025-01-02 10:00:00.000000000 +0000\nChange: 2025-01-02 10:00:00.000000000 +0000\n Birth: -\n";
        assert!(!is_log(&file.repeat(20)));
        assert!(is_log(&"worker: 2025-01-02 10:00:00 began\nworker: 2025-01-02 10:00:01 ended\n".repeat(9)));
    }

    #[test]
    fn lists_of_files_with_their_times_are_no_log() {
        assert!(!is_log(&"2025-01-02 10:00:00     512000 photos/2025/a-1.jpg\n".repeat(20)));
        assert!(!is_log(&"2025-01-02+10:00:00.0000000000 1234 src/main.rs\n".repeat(20)));
        assert!(!is_log(&"2025-01-02 10:00:00 +0000 1a2b3c4 refs/heads/main\n".repeat(20)));
        assert!(is_log(&"2025-01-02 10:00:00 12 deleted photos/2025/a-1.jpg\n".repeat(20)));
        assert!(is_log(&"2025-01-02 10:00:00 192.0.2.7 - - \"GET /a/b.png\" 200\n".repeat(20)));
    }
}
