//! Detection of a search's output, by the shapes of its lines.
//!
//! Owns the question whether lines are hits, their context, or paths. Diagnostics of compilers have positions as well,
//! logs have times, and settings have keys before a colon: none of them is taken for hits. What a tool is called only
//! adds to what the lines show.

use super::ripgrep;
use super::rows::{Hit, Mark, is_path, number, number_first, numbered, unnumbered};
use crate::route::{Confidence, Hints, Sample};

/// The confidence in messages of `rg --json`.
const MESSAGES: Confidence = Confidence::likely(78);
/// Bytes of a call's arguments that are looked at.
const MAX_ARGUMENTS: usize = 4_096;
/// Per cent that a name or an argument adds.
const HINT: usize = 15;
/// Names and commands that search.
const SEARCHES: &[&str] = &["grep", "search", "glob", "find", "rg", "ag", "ack", "ls-files"];
/// Words with which a diagnostic goes on after its position.
const DIAGNOSTICS: &[&str] = &["error", "warning", "note", "fatal", "info", "hint", "help", "remark"];

/// How surely a text is the output of a search in files.
#[must_use]
pub fn detect(sample: &Sample<'_>) -> Confidence {
    let lines = sample.lines().filter(|line| !line.trim_ascii().is_empty()).count();
    if lines < 2 {
        return Confidence::NONE;
    }
    // Messages of `rg --json`, which are JSON as well: the shorter form wins.
    if sample.lines().take(2).all(ripgrep::is_message) {
        return MESSAGES;
    }
    let judge: [fn(&Sample<'_>, usize) -> usize; 4] = [inline, headed, unnumbered_hits, paths];
    let best = judge.into_iter().map(|judge| judge(sample, lines)).max().unwrap_or(0);
    if best == 0 {
        return Confidence::NONE;
    }
    Confidence::per_cent(best + if hinted(&sample.hints) { HINT } else { 0 })
}

/// Per cent for a share of lines, of which at least half has to be right.
fn share(part: usize, lines: usize, most: usize) -> usize {
    if part * 2 < lines { 0 } else { most * part / lines }
}

/// `path:12:text`, with `path-12-text` around it.
fn inline(sample: &Sample<'_>, lines: usize) -> usize {
    let (mut hits, mut others, mut diagnostics) = (0, 0, 0);
    for line in sample.lines() {
        match numbered(line).filter(|hit| is_file(hit.path)) {
            Some(hit) => {
                hits += 1;
                diagnostics += usize::from(is_diagnostic(&hit));
            }
            None => others += usize::from(line == "--" || is_context(line)),
        }
    }
    if hits < 2 || diagnostics * 2 >= hits { 0 } else { share(hits + others, lines, 98) }
}

/// `12:text` in ascending order, below paths or below nothing.
fn headed(sample: &Sample<'_>, lines: usize) -> usize {
    let (mut hits, mut matches, mut headings, mut others, mut gaps) = (0, 0, 0, 0, 0);
    for run in &sample.runs {
        let mut before: Option<u32> = None;
        for (at, line) in run.iter().enumerate() {
            if let Some(hit) = number_first(line).filter(|hit| !is_diagnostic(hit)) {
                match before {
                    Some(before) if hit.line < before || hit.line == before && !is_column(&hit) => return 0,
                    Some(before) => gaps += usize::from(hit.line > before + 1),
                    None => {}
                }
                before = Some(hit.line);
                hits += 1;
                matches += usize::from(hit.mark == Mark::Match);
            } else {
                let heads = run.get(at + 1).is_some_and(|next| number_first(next).is_some());
                if heads && is_file(line) {
                    headings += 1;
                } else if *line == "--" {
                    others += 1;
                }
                before = None;
            }
        }
    }
    // Numbers without a gap are those of a file that was read.
    if hits < 3 || matches == 0 || gaps == 0 && headings == 0 {
        return 0;
    }
    share(hits + headings + others, lines, if headings > 0 { 95 } else { 60 })
}

/// `path:text`.
fn unnumbered_hits(sample: &Sample<'_>, lines: usize) -> usize {
    let (mut hits, mut again, mut keys, mut others) = (0, 0, 0, 0);
    let mut before = "";
    for line in sample.lines() {
        match unnumbered(line) {
            // A position, which is judged elsewhere.
            Some(hit) if number_first(hit.text).is_some_and(|inner| inner.mark == Mark::Match) => {}
            // The name of a test, a path in a language of its own.
            Some(hit) if hit.text.starts_with(':') => {}
            Some(hit) => {
                hits += 1;
                again += usize::from(hit.path == before);
                let text = hit.text.as_bytes();
                keys += usize::from(matches!(text, [] | [b' ', b'!'..=255, ..]));
                before = hit.path;
            }
            None => others += usize::from(line == "--" || line.starts_with("Binary file ")),
        }
    }
    if hits < 2 || keys * 10 >= hits * 8 {
        return 0;
    }
    share(hits + others, lines, if again * 3 >= hits { 90 } else { 60 })
}

/// A path a line, perhaps with a count.
fn paths(sample: &Sample<'_>, lines: usize) -> usize {
    let (mut paths, mut directories, mut lettered) = (0, 0, 0);
    for line in sample.lines() {
        let line = line.trim_ascii_end();
        let path = match line.rsplit_once(':') {
            Some((path, count)) if number(count.as_bytes()).is_some() || count == "0" => path,
            _ => line,
        };
        if is_path(path) && !path.bytes().skip(2).any(|byte| byte == b':') {
            paths += 1;
            directories += usize::from(path.contains(['/', '\\']));
            lettered += usize::from(path.bytes().any(|byte| byte.is_ascii_lowercase()));
        }
    }
    if paths < 4 || directories * 3 < paths * 2 || lettered * 10 < paths * 9 {
        return 0;
    }
    if paths * 10 < lines * 8 { 0 } else { share(paths, lines, 92) }
}

/// Whether a path is a file's: with blanks only where the rest leaves no doubt, and no date.
fn is_file(path: &str) -> bool {
    let date = || path.bytes().all(|byte| byte.is_ascii_digit() || b"-/.:T+, Z".contains(&byte));
    let spaced = || {
        let (above, name) = path.split_at(path.rfind(['/', '\\']).map_or(0, |slash| slash + 1));
        let starts = ["./", "../", "/", "~"].iter().any(|start| above.starts_with(start));
        path.bytes().any(|byte| byte == b' ')
            && (starts || above.split_once(['/', '\\']).is_some_and(|(first, _)| !first.contains(' ')))
            && is_path(&path.replace([' ', '(', ')', ',', '\''], "_"))
            && name.contains('.')
    };
    !date() && (is_path(path) || spaced())
}

/// `path-12-text`.
fn is_context(line: &str) -> bool {
    let bytes = line.as_bytes();
    memchr::memchr2_iter(b'-', b'=', bytes).take(64).any(|at| {
        number(&bytes[at + 1..]).is_some_and(|(_, digits)| bytes.get(at + 1 + digits) == Some(&bytes[at]))
            && is_file(&line[..at])
    })
}

fn is_column(hit: &Hit<'_>) -> bool {
    number(hit.text.as_bytes()).is_some_and(|(_, digits)| hit.text.as_bytes().get(digits) == Some(&b':'))
}

/// Whether what follows a position is a message about it rather than the line that stands there: `: error: …`,
/// `5: …`, `: E501 …`.
fn is_diagnostic(hit: &Hit<'_>) -> bool {
    let text = match number(hit.text.as_bytes()) {
        Some((_, digits)) if is_column(hit) => {
            let text = &hit.text[digits + 1..];
            if matches!(text.as_bytes(), [b' ', b'!'..=255, ..]) {
                return true;
            }
            text
        }
        _ => hit.text,
    };
    let Some(message) = text.strip_prefix(' ').map(|text| text.trim_start_matches(['[', '('])) else {
        return false;
    };
    let word = message.split(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let code = (1..=4).contains(&letters)
        && (2..=5).contains(&(word.len() - letters))
        && word[letters..].bytes().all(|byte| byte.is_ascii_digit());
    code || DIAGNOSTICS.iter().any(|diagnostic| diagnostic.eq_ignore_ascii_case(word))
}

/// Whether the tool or its call says that it searches.
fn hinted(hints: &Hints<'_>) -> bool {
    let arguments = &hints.arguments[..hints.arguments.floor_char_boundary(MAX_ARGUMENTS)];
    [hints.tool_name.unwrap_or_default(), arguments].into_iter().any(|text| {
        text.split(|character: char| !(character.is_alphanumeric() || character == '-'))
            .any(|word| SEARCHES.iter().any(|search| search.eq_ignore_ascii_case(word)))
    })
}
