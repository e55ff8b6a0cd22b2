//! Detection of build and test output, by the forms of its lines.
//!
//! Owns the question whether a text is one. Diagnostics, verdicts and rules of test runners speak for it; a time on
//! most lines, hits of a search and patches against it.

use super::place::{self, Severity};
use super::read::rule;
use super::routine::{self, Routine};
use super::verdict;
use crate::compress::log::record::time_of;
use crate::compress::log::severity;
use crate::route::{Confidence, Sample};

/// How surely a text is what a build or a test run printed.
#[must_use]
pub fn output(sample: &Sample<'_>) -> Confidence {
    let mut signs = Signs::default();
    for run in &sample.runs {
        for (at, line) in run.iter().enumerate() {
            signs.add(line, run.get(at + 1).copied().unwrap_or_default());
        }
    }
    signs.confidence()
}

/// What speaks for and against, in lines.
#[derive(Debug, Default)]
struct Signs {
    /// Lines that are not empty.
    filled: usize,
    /// Lines that only builds print: diagnostics with their severity, verdicts, rules of test runners.
    sure: usize,
    /// Lines that builds print, and others too: steps, places without a severity.
    likely: usize,
    /// Lines of code with their numbers or with carets below them, which speak only where something else does.
    code: usize,
    /// Lines that begin with a time.
    timed: usize,
    /// Lines that look like a hit of a search.
    hits: usize,
    /// Lines that begin like those of a patch.
    patch: usize,
    /// Lines that only a test runner's report has.
    report: usize,
}

impl Signs {
    fn add(&mut self, line: &str, next: &str) {
        if line.trim().is_empty() {
            return;
        }
        self.filled += 1;
        if let Some(words) = rule(line) {
            let is_report = words.starts_with("test session starts")
                || words == "FAILURES"
                || words == "ERRORS"
                || words == "short test summary info"
                || words.contains(" passed in ")
                || words.contains(" failed in ");
            self.report += usize::from(is_report);
            self.sure += usize::from(is_report);
        } else if is_hit(line) {
            self.hits += 1;
        } else if line.starts_with("@@ -") || line.starts_with("diff --git ") {
            self.patch += 1;
        } else if verdict::verdict(line).is_some() || is_end(line) {
            self.sure += 1;
        } else if let Some(head) = place::head(line) {
            self.sure += usize::from(head.severity != Severity::Unstated);
            self.likely += usize::from(head.severity == Severity::Unstated);
        } else if place::head_under_file(line).is_some()
            || line.starts_with("E   ")
            || place::arrow(next).is_some()
        {
            self.sure += 1;
        } else if time_of(line).is_some_and(|(start, _)| start < 4) {
            self.timed += 1;
        } else if place::is_gutter(line) || place::is_caret(line) || place::is_caret(next) {
            self.code += 1;
        } else {
            match routine::routine(line) {
                Some(Routine::Bar) => self.sure += 1,
                Some(Routine::Step(_) | Routine::Command(_)) => self.likely += 1,
                None => {}
            }
        }
    }

    fn confidence(&self) -> Confidence {
        if self.filled == 0 || self.hits * 2 > self.filled || self.patch > 0 && self.sure < 3 {
            return Confidence::NONE;
        }
        if self.timed * 2 > self.filled {
            return Confidence::per_cent(10.min(self.sure));
        }
        let known = self.sure * 100 / self.filled;
        let code = if self.sure > 0 { self.code } else { 0 };
        let all = (self.sure + self.likely + code) * 100 / self.filled;
        if self.report > 0 && self.sure > 1 || self.sure >= 3 && known >= 20 {
            return Confidence::per_cent(90);
        }
        if self.sure >= 2 && all >= 60 {
            return Confidence::per_cent(88);
        }
        if self.sure >= 1 && all >= 40 {
            return Confidence::per_cent(75);
        }
        if self.sure >= 2 || self.sure + self.likely >= 8 && all >= 50 {
            return Confidence::per_cent((25 + known + all / 4).min(70));
        }
        Confidence::NONE
    }
}

/// Whether a line is how a build ends: `make: *** [all] Error 2`, `npm ERR! code 1`, `BUILD FAILED`.
fn is_end(line: &str) -> bool {
    let line = line.strip_prefix("[INFO] ").or_else(|| line.strip_prefix("[ERROR] ")).unwrap_or(line);
    let opens = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    opens(&[
        "make: ***",
        "npm ERR!",
        "npm error",
        "npm warn",
        "npm WARN",
        "BUILD FAIL",
        "BUILD SUCCESS",
        "error: could not compile",
    ]) || line.starts_with("make[") && line.contains("]: ")
        || line.starts_with("error: ") && severity::severity(line) == severity::Severity::Error
}

/// Whether a line looks like a hit of a search: `path:12:code`, with the code as it stands in the file.
fn is_hit(line: &str) -> bool {
    // The colon of a drive ends no path.
    let drive = if line.as_bytes().get(1) == Some(&b':') { 2 } else { 0 };
    let Some(colon) = line.get(drive..).and_then(|rest| rest.find(':')).map(|colon| drive + colon) else {
        return false;
    };
    let rest = &line[colon + 1..];
    let number = rest.bytes().take_while(u8::is_ascii_digit).count();
    let mut after = &rest[number..];
    // `path:12:3:code` has a column; `path:12:3: ` and `path:12:3 - ` are places of diagnostics.
    if let Some(column) = after.strip_prefix(':') {
        let digits = column.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && column[digits..].starts_with(" - ") {
            return false;
        }
        if digits > 0 && column[digits..].starts_with(':') {
            after = &column[digits..];
        }
    }
    let path = &line[..colon];
    number > 0
        && after.starts_with([':', '-'])
        && !after.starts_with(": ")
        && !path.contains(' ')
        && path.contains(['.', '/'])
        || number > 0 && after.starts_with(":  ") && !path.contains(' ') && path.contains(['.', '/'])
}
