//! Routine: lines by which a build says what it is busy with.
//!
//! Owns the forms of progress: a verb in `-ing` or `-ed` at the beginning, a command line, a bar, dots, a percentage.
//! It knows no tool by name, and a line that tells of a failure is no routine, whatever its form; the caller sees to
//! that.

/// Bytes of a line that are looked at.
const REACH: usize = 160;
/// Options that make a line a command.
const COMMAND_OPTIONS: usize = 3;

/// What sort of routine a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Routine<'a> {
    /// Progress that says nothing when it is over: bars, dots, percentages, tests that begin.
    Bar,
    /// One step of many, by the word that the others begin with as well.
    Step(&'a str),
    /// A command with its options, by the program: what its options are called says nothing of failures.
    Command(&'a str),
}

/// The routine that a line is, if it is one by its form alone.
pub(super) fn routine(line: &str) -> Option<Routine<'_>> {
    let reach = &line[..line.floor_char_boundary(REACH)];
    let trimmed = reach.trim();
    if is_bar(trimmed) {
        return Some(Routine::Bar);
    }
    // A rule with words in it divides.
    if trimmed.starts_with("---") {
        return None;
    }
    let mut rest = trimmed;
    // Counters, levels and times before the first word: `[ 12%]`, `[INFO]`, `#12 3.4`, `--`, `>`.
    for _ in 0..6 {
        let token = rest.split([' ', '\t']).next().unwrap_or_default();
        if let Some(bracketed) = rest.strip_prefix('[') {
            let Some(close) = bracketed.find(']').filter(|&close| close <= 24) else { break };
            rest = bracketed[close + 1..].trim_start();
        } else if !token.is_empty() && !token.bytes().any(|byte| byte.is_ascii_alphabetic() || byte == b'/') {
            rest = rest[token.len()..].trim_start();
        } else {
            break;
        }
    }
    let token = rest.split([' ', '\t']).next().unwrap_or_default();
    let word = &token[..token.bytes().take_while(u8::is_ascii_alphabetic).count()];
    let after = &token[word.len()..];
    let goes_on = rest.len() > token.len();
    // The tests that a warning came from, one a line.
    if let Some((file, test)) = rest.split_once("::")
        && rest.len() == line.trim_end().len()
        && file.contains('.')
        && !file.contains(' ')
        && test.starts_with(|first: char| first.is_alphabetic())
        && !test.contains(": ")
    {
        return Some(Routine::Step(file));
    }
    let is_word = after.is_empty() || after == ":" || after == "...";
    let is_path = token.contains('/') || is_word;
    let options =
        || rest.split(' ').skip(1).filter(|token| token.len() > 1 && token.starts_with('-')).count();
    if is_path && !token.is_empty() && options() >= COMMAND_OPTIONS {
        return Some(Routine::Command(token));
    }
    if is_word && word.len() >= 5 && (word.ends_with("ing") || word.ends_with("ed")) {
        return Some(Routine::Step(word));
    }
    // `CC  a.o`, `GEN x`; `Get:12 http://…`; `remote: Counting objects: 12%`.
    let is_tag = (2..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    if goes_on && after.is_empty() && is_tag && trimmed.len() < line.len() {
        return Some(Routine::Step(word));
    }
    let counted = after
        .strip_prefix(':')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    if goes_on && counted && !word.is_empty() {
        return Some(Routine::Step(word));
    }
    // `> Task :app:compile UP-TO-DATE`, `Unpacking x ...`, `remote: Compressing objects: 100% (3/3), done.`
    let ends = trimmed.ends_with("...") || trimmed.ends_with(", done.") || trimmed.starts_with("> Task ");
    (ends && is_word && word.len() > 1).then_some(Routine::Step(word))
}

/// Whether a line is nothing but a bar, dots or figures of progress.
fn is_bar(trimmed: &str) -> bool {
    let begins = trimmed.strip_prefix("=== ").filter(|rest| !rest.ends_with('='));
    let is_start = begins
        .is_some_and(|rest| ["RUN ", "PAUSE ", "CONT ", "NAME "].iter().any(|word| rest.starts_with(word)));
    if is_start || trimmed.starts_with("# Subtest: ") {
        return true;
    }
    // Most lines begin with a letter that no row of dots has, and draw nothing.
    let first = trimmed.as_bytes().first().copied().unwrap_or_default();
    if !first.is_ascii_digit() && !b".FEsxX []%".contains(&first) && trimmed.is_ascii() {
        return false;
    }
    let (mut drawn, mut dots, mut letters, mut digits) = (0, 0, 0, 0);
    for character in trimmed.chars() {
        match character {
            '━' | '█' | '▓' | '▒' | '░' | '╸' | '╺' | '■' | '□' | '⣿' | '▏' | '▎' | '▍' | '▌' =>
            {
                drawn += 1;
            }
            '.' | 'F' | 'E' | 's' | 'x' | 'X' => dots += 1,
            '0'..='9' => digits += 1,
            ' ' | '[' | ']' | '%' => {}
            _ => letters += 1,
        }
    }
    drawn >= 5 && digits > 0
        || dots >= 3
            && letters == 0
            && (trimmed.ends_with("%]") || dots >= 8 && digits == 0 && trimmed.contains(".."))
        || trimmed.ends_with('%') && letters == 0 && digits > 0 && (dots > 0 || trimmed.len() <= 4)
}

#[cfg(test)]
mod tests {
    use super::{Routine, routine};

    #[test]
    fn progress_is_told_by_its_form() {
        for (line, step) in [
            ("   Compiling serde v1.0.200", "Compiling"),
            ("[ 12%] Building C object a.o", "Building"),
            ("#12 3.45 Get:3 http://deb.example.org/ x", "Get"),
            ("-- Detecting C compiler ABI info", "Detecting"),
            ("  CC      kernel/fork.o", "CC"),
            ("[INFO] Downloading from central: x", "Downloading"),
            ("> Task :app:compileJava UP-TO-DATE", "Task"),
            ("checking for stdint.h... yes", "checking"),
        ] {
            assert_eq!(routine(line), Some(Routine::Step(step)), "{line}");
        }
        assert_eq!(routine("gcc -O2 -Wall -c a.c -o a.o"), Some(Routine::Command("gcc")));
        assert_eq!(routine("tests/a.py::test_b[1]"), Some(Routine::Step("tests/a.py")));
        for line in [
            "....F..s...   [ 12%]",
            "   ━━━━━━━━━━━━━━ 5.3/5.3 MB 12 MB/s eta 0:00:00",
            "........................",
        ] {
            assert_eq!(routine(line), Some(Routine::Bar), "{line}");
        }
        for line in
            ["The end of it", "found 3 vulnerabilities", "king size", "- first item", "", "...", "100 tests"]
        {
            assert_eq!(routine(line), None, "{line}");
        }
    }
}
