//! Verdicts: the lines by which a test runner says what became of one test.
//!
//! Owns the words and signs of passing, failing and skipping, at a line's beginning or its end. It knows no runner
//! by name.

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It passed.
    Passed,
    /// It was skipped, or failed as it was expected to.
    Skipped,
    /// It failed or could not be run.
    Failed,
}

/// One test's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict<'a> {
    /// What became of it.
    pub(super) outcome: Outcome,
    /// The test's name, with what else the line says of it.
    pub(super) name: &'a str,
    /// Whether the word stood behind the name, or behind a worker and a percentage: as where tests are told of while they
    /// run.
    pub(super) trailing: bool,
}

use Outcome::{Failed, Passed, Skipped};

/// Words and signs before a name. A word that prose may begin with asks for a sign behind it.
const LEADING: &[(&str, Outcome)] = &[
    ("--- PASS: ", Passed),
    ("--- FAIL: ", Failed),
    ("--- SKIP: ", Skipped),
    ("PASS: ", Passed),
    ("PASSED: ", Passed),
    ("FAIL: ", Failed),
    ("FAILED: ", Failed),
    ("XFAIL: ", Skipped),
    ("XPASS: ", Failed),
    ("SKIP: ", Skipped),
    ("UNSUPPORTED: ", Skipped),
    ("UNTESTED: ", Skipped),
    ("UNRESOLVED: ", Failed),
    ("✓ ", Passed),
    ("✔ ", Passed),
    ("√ ", Passed),
    ("✕ ", Failed),
    ("✖ ", Failed),
    ("✗ ", Failed),
    ("✘ ", Failed),
    ("× ", Failed),
    ("○ ", Skipped),
    ("↓ ", Skipped),
    ("﹣ ", Skipped),
    ("not ok ", Failed),
    ("ok\t", Passed),
    ("ok  \t", Passed),
    ("FAIL\t", Failed),
];
/// Words before a name that has to look like one: it holds a dot, a slash or colons.
const LEADING_NAMES: &[(&str, Outcome)] = &[
    ("PASS ", Passed),
    ("PASSED ", Passed),
    ("FAIL ", Failed),
    ("FAILED ", Failed),
    ("ERROR ", Failed),
    ("SKIPPED ", Skipped),
    ("XFAIL ", Skipped),
    ("XPASS ", Failed),
];
/// Words behind a name.
const TRAILING: &[(&str, Outcome)] = &[
    ("PASSED", Passed),
    ("Passed", Passed),
    ("PASS", Passed),
    ("ok", Passed),
    ("OK", Passed),
    ("FAILED", Failed),
    ("***Failed", Failed),
    ("FAIL", Failed),
    ("ERROR", Failed),
    ("SKIPPED", Skipped),
    ("skipped", Skipped),
    ("ignored", Skipped),
    ("XFAIL", Skipped),
    ("XPASS", Failed),
];

/// The verdict that a line gives, if it gives one.
pub(super) fn verdict(line: &str) -> Option<Verdict<'_>> {
    let (trimmed, by_worker) = without_worker(line.trim_start());
    let first = *trimmed.as_bytes().first()?;
    let leading = |outcome, name: &'_ str| Some((outcome, name.len()));
    let found = match first {
        b'o' if trimmed.starts_with("ok ") && !trimmed.starts_with("ok  \t") => {
            // `ok 12 - name`: the number tells it from a sentence.
            let rest = trimmed[3..].trim_start();
            rest.starts_with(|first: char| first.is_ascii_digit() || first == '-')
                .then_some((Passed, rest.len()))
        }
        b'-' | b'P' | b'F' | b'X' | b'S' | b'U' | b'E' | b'n' | b'o' | 0x80.. => {
            let plain = LEADING.iter().find_map(|&(word, outcome)| {
                trimmed.strip_prefix(word).and_then(|name| leading(outcome, name))
            });
            plain.or_else(|| {
                LEADING_NAMES.iter().find_map(|&(word, outcome)| {
                    let name = trimmed.strip_prefix(word)?;
                    let looks = name
                        .split(' ')
                        .next()
                        .is_some_and(|name| name.contains(['.', '/']) || name.contains("::"));
                    if looks { leading(outcome, name) } else { None }
                })
            })
        }
        _ => None,
    };
    if let Some((outcome, length)) = found {
        return Some(Verdict {
            outcome,
            name: trimmed[trimmed.len() - length..].trim_end(),
            trailing: by_worker,
        });
    }
    trailing(trimmed)
}

/// Without the worker and the percentage before the word, `[gw3] [ 12%] PASSED …`, and whether they stood there.
fn without_worker(trimmed: &str) -> (&str, bool) {
    let mut rest = trimmed;
    while let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        let is_worker = inside.strip_prefix("gw").is_some_and(|number| number.parse::<u32>().is_ok());
        if !is_worker && !inside.ends_with('%') || inside.len() > 8 {
            break;
        }
        rest = after.trim_start();
    }
    (rest, rest.len() < trimmed.len())
}

/// The verdict that stands behind a name: `tests/a.py::b PASSED [ 3%]`, `test a::b ... ok`.
fn trailing(trimmed: &str) -> Option<Verdict<'_>> {
    let body = without_measures(trimmed.trim_end());
    let last = *body.as_bytes().last()?;
    if !matches!(last, b'D' | b'd' | b'S' | b'k' | b'K' | b'L' | b'R' | b'\'' | b'"' | b')') {
        return None;
    }
    // `... skipped 'reason'`, `SKIPPED (reason)`.
    let body = match last {
        b')' => body[..body.rfind(" (")?].trim_end(),
        b'\'' | b'"' => &body[..body.rfind(" skipped ")? + " skipped".len()],
        _ => body,
    };
    let space = body.rfind(' ')?;
    let (before, word) = (body[..space].trim_end(), &body[space + 1..]);
    let &(_, outcome) = TRAILING.iter().find(|&&(known, _)| known == word)?;
    let dotted = before.ends_with("...") || before.ends_with(". .");
    let name = before.trim_end_matches(['.', ' ']);
    // Without dots between them the name has to be one: a path and a test, or a class and a test.
    let is_name = dotted || name.contains("::") || name.contains(" > ");
    if !is_name || name.is_empty() {
        return None;
    }
    Some(Verdict { outcome, name, trailing: true })
}

/// Without the percentage and the duration at its end.
fn without_measures(mut text: &str) -> &str {
    loop {
        let before = text;
        if let Some(rest) = text.strip_suffix("%]")
            && let Some(bracket) = rest.rfind('[')
            && rest[bracket + 1..].bytes().all(|byte| byte == b' ' || byte.is_ascii_digit())
        {
            text = rest[..bracket].trim_end();
        }
        if let Some(rest) = text.strip_suffix(" sec").or_else(|| text.strip_suffix('s')) {
            let measure =
                rest.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.' || last == 'm');
            if measure.len() < rest.len() && measure.ends_with(' ') {
                text = measure.trim_end();
            }
        }
        if text.ends_with(')')
            && let Some(bracket) = text.rfind('(')
            && text[bracket + 1..].starts_with(|first: char| first.is_ascii_digit())
        {
            text = text[..bracket].trim_end();
        }
        if text.len() == before.len() {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_told_from_sentences() {
        for (line, outcome, name) in [
            ("tests/a.py::test_b[x y] PASSED [  3%]", Passed, "tests/a.py::test_b[x y]"),
            ("tests/a.py::test_b SKIPPED (no network)   [ 12%]", Skipped, "tests/a.py::test_b"),
            ("test_b (mod.C.test_b) ... ERROR", Failed, "test_b (mod.C.test_b)"),
            ("test_b (mod.C.test_b) ... skipped 'no colours'", Skipped, "test_b (mod.C.test_b)"),
            ("test tests::short ... FAILED", Failed, "tests::short"),
            ("--- PASS: TestTake (0.00s)", Passed, "TestTake (0.00s)"),
            ("ok 3 - takes three", Passed, "3 - takes three"),
            ("[gw0] [ 12%] PASSED tests/a.py::test_b ", Passed, "tests/a.py::test_b"),
            ("not ok 4 - takes four", Failed, "4 - takes four"),
            ("    ✓ takes one (3 ms)", Passed, "takes one (3 ms)"),
            ("ok  \texample.org/shop\t0.01s", Passed, "example.org/shop\t0.01s"),
            ("FAILED tests/a.py::test_b - ValueError: x", Failed, "tests/a.py::test_b - ValueError: x"),
            (" 3/12 Test  #3: takes .......   Passed    0.01 sec", Passed, "3/12 Test  #3: takes"),
            ("UNSUPPORTED: lib/x.f90   -O0", Skipped, "lib/x.f90   -O0"),
        ] {
            let found = verdict(line).map(|verdict| (verdict.outcome, verdict.name));
            let name = if line.starts_with("test tests") { "test tests::short" } else { name };
            assert_eq!(found, Some((outcome, name)), "{line}");
        }
        for line in [
            "ok then",
            "PASS the salt",
            "ERROR in the module",
            "it FAILED",
            "=== FAILURES ===",
            "",
            "all good ok",
        ] {
            assert_eq!(verdict(line), None, "{line}");
        }
    }
}
