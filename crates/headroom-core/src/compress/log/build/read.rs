//! Reading: what each line of a build's output is, and which lines make up one diagnostic or one failure.
//!
//! Owns the roles of lines. It decides nothing about what is kept.

mod diagnostic;

use super::place::{self, Head, Severity};
use super::routine::{self, Routine};
use super::verdict::{self, Outcome};
use crate::compress::log::lines::Lines;
use crate::compress::log::record::{is_frame, is_library_frame};
use crate::compress::log::severity;
use crate::hash::{FixedHasher, FixedMap, FixedSet};
use std::hash::Hasher as _;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing stands there, or a rule without words.
    Blank,
    /// None of the below.
    Plain,
    /// It says that something is wrong, or may be.
    Trouble,
    /// Progress that says nothing when it is over.
    Bar,
    /// One step of many of a sort, by the sort's number.
    Step(u32),
    /// What became of one test; whether the word stands behind the name.
    Verdict(Outcome, bool),
    /// It names the file or the function of the diagnostics below it.
    Owner,
    /// The first line of a diagnostic, by its number.
    Head(u32),
    /// What a diagnostic says further.
    Detail(u32),
    /// Source code that a diagnostic shows.
    Excerpt(u32),
    /// A frame of a stack trace in a library, with the code it shows.
    LibraryFrame,
    /// A line of a failure's section that tells what failed, where and why.
    Evidence,
}

/// A diagnostic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Diagnostic<'a> {
    /// Its first line.
    pub(super) line: u32,
    /// The file it is about.
    pub(super) file: &'a str,
    /// The place in the file, as it is spelled.
    pub(super) place: &'a str,
    /// The file and line by which the compiler came there, for errors in what a file includes; else empty.
    pub(super) via: &'a str,
    /// How grave it is.
    pub(super) severity: Severity,
    /// A hash of all it says but where: what has the same is the same diagnostic at another place.
    pub(super) key: u64,
    /// A hash of its message without names and numbers.
    pub(super) kind: u64,
    /// Whether its excerpt says something that its message does not.
    pub(super) labelled: bool,
}

/// One failure's section: `____ test_name ____` and all below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section<'a> {
    /// Its first line.
    pub(super) first: u32,
    /// The line after its last one.
    pub(super) end: u32,
    /// What failed.
    pub(super) name: &'a str,
    /// A hash of the exceptions and where they were raised.
    pub(super) key: u64,
    /// A hash of the exceptions alone, without numbers.
    pub(super) exceptions: u64,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Reading<'a> {
    /// A role a line.
    pub(super) roles: Vec<Role>,
    /// The diagnostics, in order.
    pub(super) diagnostics: Vec<Diagnostic<'a>>,
    /// The failures' sections, in order.
    pub(super) sections: Vec<Section<'a>>,
    /// The sorts of steps with their counts.
    pub(super) steps: Vec<(&'a str, u32)>,
    /// Hashes of the names of tests that a line of a summary calls failed.
    pub(super) failed: FixedSet<u64>,
}

/// A hash of bytes.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = FixedHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Adds a text to a hash, each run of digits as one.
fn mix_without_digits(hasher: &mut FixedHasher, text: &str) {
    for part in text.split(|character: char| character.is_ascii_digit()).filter(|part| !part.is_empty()) {
        hasher.write(part.as_bytes());
    }
}

/// The words in a rule such as `=== FAILURES ===`; `None` where a line is no rule, empty where it has no words.
pub(super) fn rule(line: &str) -> Option<&str> {
    let line = line.trim_end();
    (line.starts_with("==") && line.ends_with('=')).then(|| line.trim_matches('=').trim())
}

/// The name in a section's first line: `____ test_name ____`.
fn section_name(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let inner = line.strip_prefix('_')?.strip_suffix('_')?.trim_matches('_');
    let name = inner.trim();
    (inner.len() > name.len() + 1 && !name.is_empty() && !name.starts_with("_ ")).then_some(name)
}

/// The last part of a test's full name, by which sections call it.
pub(super) fn last_name(name: &str) -> &str {
    let name = name.split(" - ").next().unwrap_or(name).trim_end();
    let bracket = name.find('[').unwrap_or(name.len());
    let from = name[..bracket].rfind("::").map_or(0, |at| at + 2);
    &name[from..]
}

/// Whether a section's name ends with a test that a summary calls failed.
pub(super) fn is_named(reading: &Reading<'_>, section: &str) -> bool {
    let name = section.rsplit(" of ").next().unwrap_or(section);
    let bracket = name.find('[').unwrap_or(name.len());
    let from = name[..bracket].rfind('.').map_or(0, |at| at + 1);
    reading.failed.contains(&hash(&name[from..]))
}

/// Reads a text.
pub(super) fn read<'a>(lines: &Lines<'a>) -> Reading<'a> {
    let mut reader = Reader {
        lines,
        reading: Reading { roles: Vec::with_capacity(lines.len()), ..Reading::default() },
        file: "",
        step_numbers: FixedMap::default(),
    };
    reader.run();
    reader.reading
}

struct Reader<'l, 'a> {
    lines: &'l Lines<'a>,
    reading: Reading<'a>,
    /// The file that a line of its own names for the diagnostics below it.
    file: &'a str,
    step_numbers: FixedMap<&'a str, u32>,
}

impl<'a> Reader<'_, 'a> {
    fn run(&mut self) {
        let (mut in_failures, mut in_passes) = (false, false);
        let mut at = 0;
        while at < self.lines.len() {
            let line = self.lines.get(at);
            if let Some(words) = rule(line).filter(|words| !words.is_empty()) {
                in_failures = matches!(words, "FAILURES" | "ERRORS");
                in_passes = words == "PASSES";
                self.push(Role::Evidence);
                at += 1;
            } else if in_failures && section_name(line).is_some() {
                at = self.section(at);
            } else if in_passes && severity::severity(line) != severity::Severity::Error {
                // What tests printed that passed.
                self.push(Role::Bar);
                at += 1;
            } else {
                at = self.line(at, line);
            }
        }
    }

    fn push(&mut self, role: Role) {
        self.reading.roles.push(role);
    }

    /// Reads a failure's section, and says where the next line is.
    fn section(&mut self, first: usize) -> usize {
        let name = section_name(self.lines.get(first)).unwrap_or_default();
        let (mut key, mut sort) = (FixedHasher::default(), FixedHasher::default());
        self.push(Role::Evidence);
        let mut at = first + 1;
        let mut told = false;
        while at < self.lines.len() {
            let line = self.lines.get(at);
            if section_name(line).is_some() || rule(line).is_some_and(|words| !words.is_empty()) {
                break;
            }
            if is_frame(line) {
                at = self.frames(at);
                continue;
            }
            let role = if is_blank(line) {
                Role::Blank
            } else if let Some(exception) = line.strip_prefix("E ") {
                mix_without_addresses(&mut key, exception.trim_start());
                mix_without_digits(&mut sort, exception.trim_start());
                told = true;
                Role::Evidence
            } else if line.starts_with('>') {
                Role::Evidence
            } else if let Some(head) = place::head(line).filter(|head| head.label.is_empty()) {
                key.write(head.file.as_bytes());
                key.write(head.place.as_bytes());
                Role::Evidence
            } else if line.starts_with(char::is_alphabetic)
                && severity::severity(line) == severity::Severity::Error
            {
                Role::Trouble
            } else {
                Role::Plain
            };
            self.push(role);
            at += 1;
        }
        // A section that names no exception is like no other.
        key.write_usize(if told { 0 } else { first });
        sort.write_usize(if told { 0 } else { first });
        self.reading.sections.push(Section {
            first: first as u32,
            end: at as u32,
            name,
            key: key.finish(),
            exceptions: sort.finish(),
        });
        at
    }

    /// Reads a line, or the diagnostic or trace that begins there, and says where the next line is.
    fn line(&mut self, at: usize, line: &'a str) -> usize {
        if is_blank(line) {
            if let Some(end) = self.framed_code(at, line) {
                return end;
            }
            self.push(Role::Blank);
            return at + 1;
        }
        if let Some(verdict) = verdict::verdict(line) {
            if verdict.outcome == Outcome::Failed && !verdict.trailing {
                self.reading.failed.insert(hash(last_name(verdict.name)));
                self.reading.failed.insert(hash(verdict.name.split(" - ").next().unwrap_or(verdict.name)));
            }
            self.push(Role::Verdict(verdict.outcome, verdict.trailing));
            return if verdict.outcome == Outcome::Failed { at + 1 } else { self.report_block(at + 1) };
        }
        if let Some(head) = place::head(line).or_else(|| place::head_under_file(line)) {
            return self.diagnostic(at, line, head);
        }
        if let Some((file, place)) = self.arrow_below(at, line) {
            let severity = place::severity(line.trim_start()).unwrap_or(Severity::Unstated);
            return self.diagnostic(
                at,
                line,
                Head { label: "", file, place, message: line.trim(), severity },
            );
        }
        if is_frame(line) {
            return self.frames(at);
        }
        // What code says went wrong did not go wrong.
        let is_code = place::is_gutter(line.trim_start_matches(['>', ' ', '❯']));
        let troubled = !is_code && severity::severity(line) != severity::Severity::Quiet;
        let role = match routine::routine(line) {
            Some(Routine::Bar) if !troubled => Role::Bar,
            Some(Routine::Step(word)) if !troubled => self.step(word),
            Some(Routine::Command(program)) if place::severity(program).is_none() => self.step(program),
            _ if troubled => Role::Trouble,
            _ => Role::Plain,
        };
        self.push(role);
        at + 1
    }

    fn step(&mut self, word: &'a str) -> Role {
        let steps = &mut self.reading.steps;
        let number = *self.step_numbers.entry(word).or_insert_with(|| {
            steps.push((word, 0));
            steps.len() as u32 - 1
        });
        self.reading.steps[number as usize].1 += 1;
        Role::Step(number)
    }

    /// The block of figures under a passed test: `  ---`, `  duration_ms: 0.2`, `  ...`.
    fn report_block(&mut self, first: usize) -> usize {
        if first >= self.lines.len() || self.lines.get(first).trim() != "---" {
            return first;
        }
        let end =
            (first + 1..self.lines.len().min(first + 40)).find(|&at| self.lines.get(at).trim() == "...");
        let Some(end) = end else { return first };
        for _ in first..=end {
            self.push(Role::Bar);
        }
        end + 1
    }

    /// Reads a run of frames; all but the first and the last of those in libraries are theirs to leave.
    fn frames(&mut self, first: usize) -> usize {
        let mut at = first;
        let mut starts = Vec::new();
        while at < self.lines.len() && is_frame(self.lines.get(at)) {
            let depth = indent_of(self.lines.get(at));
            starts.push(at);
            at += 1;
            // The code of a frame, and what points at it.
            while at < self.lines.len() {
                let line = self.lines.get(at);
                if line.trim().is_empty() || indent_of(line) <= depth || is_frame(line) || at - first > 4_000
                {
                    break;
                }
                at += 1;
            }
        }
        for (index, &start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(at);
            let inner = index > 0 && index + 1 < starts.len();
            let role = if inner && is_library_frame(self.lines.get(start)) {
                Role::LibraryFrame
            } else {
                Role::Plain
            };
            for _ in start..end {
                self.push(role);
            }
        }
        at
    }
}

/// Whether nothing stands in a line, or nothing but a rule.
pub(super) fn is_blank(line: &str) -> bool {
    let trimmed = line.trim();
    let Some(sign) = trimmed.chars().next() else { return true };
    matches!(sign, '=' | '-' | '_' | '*' | '⎯' | '─')
        && trimmed.len() >= 8
        && trimmed.chars().all(|other| other == sign || matches!(other, ' ' | '|' | '+'))
}

/// Adds a text to a hash without the addresses of objects in it.
fn mix_without_addresses(hasher: &mut FixedHasher, text: &str) {
    let mut parts = text.split("0x");
    hasher.write(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        hasher.write(part.trim_start_matches(|digit: char| digit.is_ascii_hexdigit()).as_bytes());
    }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
