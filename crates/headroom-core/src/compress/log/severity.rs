//! Severity: whether a line tells of a failure, of a warning or of neither.
//!
//! Owns the words, levels and figures by which programs say so, in whatever format: no list of tools decides whether an
//! error is seen. It judges one line by itself.

use super::mask::is_status;

/// Bytes of a line that are read.
const MAX_BYTES: usize = 2_000;
/// Bytes at the beginning of a line within which a plain word such as `INFO` is its level.
const LEVEL_BYTES: usize = 160;

/// How bad the news of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is said to be wrong.
    Quiet,
    /// A warning, or words of failure in a line whose own level is harmless.
    Warning,
    /// An error.
    Error,
}

/// Whether a word, by itself, says how bad news is.
#[must_use]
pub fn is_telling(word: &str) -> bool {
    word.split(|character: char| !character.is_ascii_alphanumeric())
        .any(|part| says(part.as_bytes()) != Says::Nothing)
}

/// What a word says, by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Nothing,
    /// `INFO`, `DEBUG`: a level that is harmless.
    Harmless,
    Warning,
    /// A word of failure: `refused`.
    Failure,
    /// A figure of failures or a level: `errors`, `error`, which zero takes back.
    Error,
}

/// How bad the news of a line is.
///
/// ```
/// use headroom_core::compress::log::severity::{Severity, severity};
///
/// assert_eq!(severity("error[E0308]: mismatched types"), Severity::Error);
/// assert_eq!(severity("12:00:01 INFO retry after connection refused"), Severity::Warning);
/// assert_eq!(severity("0 errors, 3 passed"), Severity::Quiet);
/// ```
#[must_use]
pub fn severity(line: &str) -> Severity {
    let line = &line.as_bytes()[..line.floor_char_boundary(MAX_BYTES)];
    if let Some(severity) = by_opening(line) {
        return severity;
    }
    let (mut worst, mut harmless) = (Severity::Quiet, false);
    let mut at = 0;
    while at < line.len() {
        if line[at].is_ascii_digit() {
            let end = at + line[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            if is_status(line, at, end) {
                match line[at] {
                    b'5' => worst = Severity::Error,
                    b'4' => worst = worst.max(Severity::Warning),
                    _ => {}
                }
            }
            at = end;
            continue;
        }
        if !line[at].is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        let end = at + line[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let word = &line[at..end];
        let says = if (3..=40).contains(&word.len()) && !is_in_name(line, at, end) {
            says(word)
        } else {
            Says::Nothing
        };
        match says {
            Says::Nothing => {}
            Says::Harmless => harmless |= at < LEVEL_BYTES && is_level(line, at, end),
            Says::Warning => worst = worst.max(Severity::Warning),
            Says::Failure | Says::Error => {
                let explicit = is_level(line, at, end) && word.iter().all(u8::is_ascii_uppercase);
                if !is_taken_back(line, at, end) {
                    if explicit && at < LEVEL_BYTES && !harmless {
                        return Severity::Error;
                    }
                    worst = Severity::Error;
                }
            }
        }
        at = end;
    }
    if worst < Severity::Error && tells_exit(line) {
        worst = Severity::Error;
    }
    if harmless { worst.min(Severity::Warning) } else { worst }
}

/// Openings of lines that settle the matter: a level of one letter, the marks of test runners.
fn by_opening(line: &[u8]) -> Option<Severity> {
    let trimmed = line.trim_ascii_start();
    for (opening, severity) in [
        (&b"E   "[..], Severity::Error),
        (b"not ok ", Severity::Error),
        (b"--- FAIL", Severity::Error),
        (b"Traceback (", Severity::Error),
        (b"Caused by", Severity::Error),
        (b"goroutine ", Severity::Error),
    ] {
        if trimmed.starts_with(opening) {
            return Some(severity);
        }
    }
    // klog: `E0102 15:04:05`
    if let [level @ (b'E' | b'F' | b'W'), b'0' | b'1', rest @ ..] = line
        && rest.len() > 8
        && rest[..3].iter().all(u8::is_ascii_digit)
        && rest[3] == b' '
        && rest[4].is_ascii_digit()
    {
        return Some(if *level == b'W' { Severity::Warning } else { Severity::Error });
    }
    None
}

/// Whether the word is part of a longer name, such as a file's: `error.log`, `mod_error`, `error-prone`.
fn is_in_name(line: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map(|before| line[before]);
    let joins = |byte: u8| matches!(byte, b'_' | b'/' | b'\\' | b'-');
    if before.is_some_and(|byte| joins(byte) && !line[..start].ends_with(b"--")) {
        return true;
    }
    match line.get(end) {
        Some(b'_' | b'/' | b'\\' | b'-') => line.get(end + 1).is_some_and(u8::is_ascii_alphanumeric),
        // `error.log`, but `java.io.IOException` and `failed.`
        Some(b'.') => {
            line.get(end + 1).is_some_and(u8::is_ascii_lowercase) && line[start].is_ascii_lowercase()
        }
        _ => false,
    }
}

/// Whether a word stands where levels stand: set in brackets, in capitals, or the value of a key `level`.
fn is_level(line: &[u8], start: usize, end: usize) -> bool {
    let word = &line[start..end];
    let before = start.checked_sub(1).map_or(b' ', |before| line[before]);
    let after = line.get(end).copied().unwrap_or(b' ');
    let bracketed = matches!(before, b'[' | b'<' | b'(' | b'|')
        && matches!(after, b']' | b'>' | b')' | b'|' | b' ' | b':');
    let capitals = word.iter().all(u8::is_ascii_uppercase);
    let opens = line[..start].trim_ascii().is_empty() && matches!(after, b':' | b' ' | b'!');
    let key = line[..start].trim_ascii_end();
    let key = key.strip_suffix(b"\"").unwrap_or(key).trim_ascii_end();
    let key = key.strip_suffix(b"=").or_else(|| key.strip_suffix(b":")).unwrap_or_default();
    let key = key.strip_suffix(b"\"").unwrap_or(key);
    let keyed = [&b"level"[..], b"lvl", b"severity", b"priority"]
        .iter()
        .any(|name| key.len() >= name.len() && key[key.len() - name.len()..].eq_ignore_ascii_case(name));
    bracketed || capitals || opens || keyed
}

/// Whether a failure is said not to have happened: `0 errors`, `no error`, `"error": null`, `errors=0`, `failed: 0`.
fn is_taken_back(line: &[u8], start: usize, end: usize) -> bool {
    let before = line[..start].trim_ascii_end();
    let word_before =
        &before[before.iter().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |at| at + 1)..];
    if [&b"0"[..], b"no", b"without", b"zero", b"not", b"non", b"any", b"if"]
        .iter()
        .any(|none| word_before.eq_ignore_ascii_case(none))
    {
        return true;
    }
    let mut after = line[end..].trim_ascii_start();
    after = after.strip_prefix(b"\"").unwrap_or(after);
    after = after.strip_prefix(b"s").unwrap_or(after);
    let Some(value) = after.strip_prefix(b":").or_else(|| after.strip_prefix(b"=")) else { return false };
    let value = value.trim_ascii_start();
    for none in [&b"null"[..], b"none", b"None", b"nil", b"false", b"False", b"\"\"", b"[]", b"{}", b"0"] {
        if let Some(rest) = value.strip_prefix(none) {
            return !rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
        }
    }
    false
}

/// Whether a process ended with a code that is not zero: `exit code 2`, `exited with status 1`, `exit status 137`.
fn tells_exit(line: &[u8]) -> bool {
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&line[from..], b"xit") {
        let at = from + found + 3;
        let rest = &line[at..];
        let rest = rest.strip_prefix(b"ed").unwrap_or(rest);
        let words = rest.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).take(4);
        for word in words {
            if word.iter().all(u8::is_ascii_digit) {
                if word.iter().any(|&digit| digit != b'0') {
                    return true;
                }
                break;
            }
            if ![&b"with"[..], b"code", b"status", b"value", b"abnormally", b"non", b"zero"].contains(&word) {
                break;
            }
        }
        from = at;
    }
    false
}

fn says(word: &[u8]) -> Says {
    // `IOException`, `ValueError`, `TypeErrors`: a name that ends so, in camel case.
    if word.len() > 9 && word.ends_with(b"Exception") || word.len() > 5 && word.ends_with(b"Error") {
        return Says::Failure;
    }
    let mut lower = [0_u8; 16];
    if word.len() > lower.len() {
        return Says::Nothing;
    }
    lower[..word.len()].copy_from_slice(word);
    lower.make_ascii_lowercase();
    match &lower[..word.len()] {
        b"info" | b"debug" | b"trace" | b"notice" | b"verbose" | b"fine" => Says::Harmless,
        b"warn" | b"warning" | b"warnings" | b"deprecated" | b"retrying" | b"degraded" | b"dropped"
        | b"lost" => Says::Warning,
        b"err" | b"error" | b"errors" | b"errored" | b"fatal" | b"critical" | b"crit" | b"severe"
        | b"alert" | b"emerg" | b"emergency" | b"fail" | b"failed" | b"fails" | b"failing" | b"failure"
        | b"failures" | b"exception" | b"exceptions" => Says::Error,
        b"panic" | b"panicked" | b"abort" | b"aborted" | b"aborting" | b"crash" | b"crashed" | b"denied"
        | b"forbidden" | b"illegal" | b"invalid" | b"killed" | b"refused" | b"rejected" | b"segfault"
        | b"terminated" | b"timeout" | b"unauthorized" | b"unavailable" | b"unhandled" | b"unreachable"
        | b"corrupt" | b"corrupted" | b"cannot" | b"unable" | b"unexpected" | b"unexpectedly"
        | b"traceback" | b"overflow" | b"exhausted" | b"deadlock" | b"undefined" | b"oom" | b"canceled"
        | b"cancelled" | b"abnormally" | b"broken" => Says::Failure,
        _ => Says::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::{Severity, severity};

    #[test]
    fn failures_are_seen_in_any_format() {
        for line in [
            "- 1117869872 2005.06.04 R04 RAS APP FATAL ciod: gone",
            "[Sun Dec 04 04:47:44 2005] [error] mod_jk in state 6",
            "E0102 15:04:05.678901 12 a.go:7] it broke",
            "E   assert 1 == 2",
            "error[E0308]: mismatched types",
            "src/a.ts(1,2): error TS2322: no",
            "Traceback (most recent call last):",
            "ValueError: bad",
            "java.io.IOException: gone",
            "npm ERR! code ELIFECYCLE",
            "process exited with code 137",
            "logrotate: ALERT exited abnormally with [1]",
            "thread 'main' panicked at src/main.rs:1:1:",
            "kernel: Out of memory: Killed process 12",
            "level=error msg=\"no\"",
            "sshd: Failed password for root",
            "make: *** [all] Error 2",
            "1.2.3.4 - - [x] \"GET / HTTP/1.1\" 502 157",
            "not ok 3 - adds",
        ] {
            assert_eq!(severity(line), Severity::Error, "{line}");
        }
    }

    #[test]
    fn warnings_and_failures_at_a_harmless_level() {
        for line in
            ["WARN disk almost full", "12:00 INFO request failed, trying again", "a.c:1:2: warning: unused"]
        {
            assert_eq!(severity(line), Severity::Warning, "{line}");
        }
    }

    #[test]
    fn what_did_not_happen_is_no_failure() {
        for line in [
            "0 errors, 0 failed",
            "found no error",
            "\"error\": null, \"failures\": 0",
            "errors=0",
            "test result: ok. 3 passed; 0 failed",
            "see error.log or /var/log/error/x",
            "exit code 0",
            "INFO started",
            "compiling thiserror v1",
            "the terror of it",
        ] {
            assert_eq!(severity(line), Severity::Quiet, "{line}");
        }
    }
}
