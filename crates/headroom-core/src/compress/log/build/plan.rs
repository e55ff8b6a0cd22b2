//! The plan: which lines stand, and why the others do not.
//!
//! Owns what is told once and counted from then on. It writes nothing.

use super::place::Severity;
use super::read::{Reading, Role, last_name};
use super::verdict::{self, Outcome};
use crate::compress::log::lines::Lines;
use crate::hash::{FixedHasher, FixedMap, FixedSet};
use std::hash::Hasher as _;

/// Tests that passed are counted from so many on.
const FEWEST_PASSED: usize = 3;
/// Tests that were skipped are counted where there are more.
const MOST_SKIPPED: usize = 10;
/// Steps of a sort are counted from so many on.
const FEWEST_STEPS: u32 = 4;
/// Where there are more distinct errors, only the first of a kind shows its source code.
const MOST_SHOWN_ERRORS: usize = 12;
/// Bytes of dropped lines that a mark is worth.
const LEAST_GAP: usize = 40;
/// Lines at the end that stand even if they stood before: summary and exit status.
const LAST_LINES: usize = 4;
/// Bytes from which a line that tells of nothing wrong is cut in its middle.
pub(super) const LONG_LINE: usize = 700;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stands.
    Keep,
    /// It stands without its middle.
    Cut,
    /// It is left out.
    Drop(Why),
}

/// Why a line is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// A test passed.
    Passed,
    /// A test was skipped.
    Skipped,
    /// A test failed that the summary names.
    Told,
    /// A step like many, by its sort.
    Step(u32),
    /// Progress.
    Bar,
    /// The same as an earlier line.
    Again(u32),
    /// A diagnostic whose place is listed with an earlier one, or code that shows what was shown.
    Place,
    /// A line of a section that tells of an earlier failure again, by the section's number.
    Same(u32),
    /// Frames of libraries.
    Frame,
    /// An empty line beside others that are left out.
    Blank,
}

/// The places of one diagnostic.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// How often it is told of.
    pub(super) times: usize,
    /// The diagnostics at distinct places, in order, by number.
    pub(super) places: Vec<u32>,
}

/// What becomes of every line.
#[derive(Debug)]
pub(super) struct Plan {
    /// A fate a line.
    pub(super) fates: Vec<Fate>,
    /// The groups that have several places, by the line of the first diagnostic.
    pub(super) groups: FixedMap<u32, Group>,
    /// How often lines that tell of trouble stand in the text, by the first one, where others are left out.
    pub(super) times: FixedMap<u32, u32>,
}

/// Makes the plan.
pub(super) fn plan(lines: &Lines<'_>, reading: &Reading<'_>) -> Plan {
    let mut plan = Plan {
        fates: vec![Fate::Keep; lines.len()],
        groups: FixedMap::default(),
        times: FixedMap::default(),
    };
    let kept = plan.group(reading);
    plan.judge(lines, reading, &kept);
    plan.judge_sections(reading);
    plan.judge_owners(reading);
    plan.keep_the_end(lines);
    plan.settle(lines, reading);
    plan
}

/// What is kept of a diagnostic.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Whole,
    WithoutCode,
    Nothing,
}

impl Plan {
    /// Groups the diagnostics, and says what is kept of each.
    fn group(&mut self, reading: &Reading<'_>) -> Vec<Kept> {
        let mut firsts: FixedMap<u64, u32> = FixedMap::default();
        let mut places: FixedSet<u64> = FixedSet::default();
        let mut kinds: FixedSet<u64> = FixedSet::default();
        let mut kept = Vec::with_capacity(reading.diagnostics.len());
        for (number, diagnostic) in reading.diagnostics.iter().enumerate() {
            let first = *firsts.entry(diagnostic.key).or_insert(number as u32);
            let first_line = reading.diagnostics[first as usize].line;
            let group = self.groups.entry(first_line).or_default();
            group.times += 1;
            let mut place = FixedHasher::default();
            place.write_u64(diagnostic.key);
            place.write(diagnostic.file.as_bytes());
            place.write(diagnostic.place.as_bytes());
            place.write(diagnostic.via.as_bytes());
            if places.insert(place.finish()) {
                group.places.push(number as u32);
            }
            kept.push(if first == number as u32 { Kept::Whole } else { Kept::Nothing });
        }
        let errors = (kept.iter().zip(&reading.diagnostics))
            .filter(|(kept, diagnostic)| **kept == Kept::Whole && diagnostic.severity == Severity::Error)
            .count();
        for (kept, diagnostic) in kept.iter_mut().zip(&reading.diagnostics) {
            if *kept == Kept::Whole && !kinds.insert(diagnostic.kind) {
                let shown = diagnostic.severity == Severity::Error && errors <= MOST_SHOWN_ERRORS;
                if !shown && !diagnostic.labelled {
                    *kept = Kept::WithoutCode;
                }
            }
        }
        self.groups.retain(|_, group| group.times > 1);
        kept
    }

    fn judge(&mut self, lines: &Lines<'_>, reading: &Reading<'_>, kept: &[Kept]) {
        let count = |outcome| {
            reading
                .roles
                .iter()
                .filter(|role| matches!(role, Role::Verdict(found, _) if *found == outcome))
                .count()
        };
        let (passed, skipped) = (count(Outcome::Passed), count(Outcome::Skipped));
        let mut steps_seen = vec![false; reading.steps.len()];
        let mut firsts: FixedMap<&str, u32> = FixedMap::default();
        for (at, role) in reading.roles.iter().enumerate() {
            let line = lines.get(at);
            self.fates[at] = match *role {
                Role::Bar => Fate::Drop(Why::Bar),
                Role::Step(step) if reading.steps[step as usize].1 >= FEWEST_STEPS => {
                    if std::mem::replace(&mut steps_seen[step as usize], true) {
                        Fate::Drop(Why::Step(step))
                    } else {
                        uncut(line)
                    }
                }
                Role::Verdict(Outcome::Passed, _) if passed >= FEWEST_PASSED => Fate::Drop(Why::Passed),
                Role::Verdict(Outcome::Skipped, _) if skipped > MOST_SKIPPED => Fate::Drop(Why::Skipped),
                Role::Verdict(Outcome::Failed, true) => {
                    let name = verdict::verdict(line).map_or("", |verdict| verdict.name);
                    let named = reading.failed.contains(&super::read::hash(last_name(name)))
                        || reading.failed.contains(&super::read::hash(name));
                    if named { Fate::Drop(Why::Told) } else { Fate::Keep }
                }
                Role::LibraryFrame => Fate::Drop(Why::Frame),
                Role::Head(number) | Role::Detail(number) => match kept[number as usize] {
                    Kept::Nothing => Fate::Drop(Why::Place),
                    _ => Fate::Keep,
                },
                Role::Excerpt(number) => match kept[number as usize] {
                    Kept::Whole => Fate::Keep,
                    _ => Fate::Drop(Why::Place),
                },
                Role::Plain | Role::Trouble | Role::Step(_) | Role::Verdict(..) => {
                    let first = *firsts.entry(line.trim_end()).or_insert(at as u32);
                    if (first as usize) < at {
                        Fate::Drop(Why::Again(first))
                    } else if *role == Role::Trouble {
                        Fate::Keep
                    } else {
                        uncut(line)
                    }
                }
                Role::Blank | Role::Owner | Role::Evidence => Fate::Keep,
            };
        }
    }

    fn judge_sections(&mut self, reading: &Reading<'_>) {
        let mut failures: FixedSet<u64> = FixedSet::default();
        let mut exceptions: FixedSet<u64> = FixedSet::default();
        for (number, section) in reading.sections.iter().enumerate() {
            let range = section.first as usize..section.end as usize;
            let is_new = failures.insert(section.key);
            let is_new_exception = exceptions.insert(section.exceptions);
            if !is_new {
                self.fates[range].fill(Fate::Drop(Why::Same(number as u32)));
            } else if !is_new_exception {
                for at in range {
                    if !matches!(reading.roles[at], Role::Evidence | Role::Trouble | Role::Blank) {
                        self.fates[at] = Fate::Drop(Why::Place);
                    }
                }
            }
        }
    }

    /// What names a file or a function stands where one of its diagnostics does.
    fn judge_owners(&mut self, reading: &Reading<'_>) {
        let mut needed = false;
        let mut below_is_owner = false;
        for at in (0..reading.roles.len()).rev() {
            match reading.roles[at] {
                Role::Owner => {
                    if !needed {
                        self.fates[at] = Fate::Drop(Why::Place);
                    }
                    below_is_owner = true;
                    continue;
                }
                Role::Head(_) => needed = needed && !below_is_owner || self.fates[at] == Fate::Keep,
                Role::Detail(_) | Role::Excerpt(_) => needed &= !below_is_owner,
                _ => needed = false,
            }
            below_is_owner = false;
        }
    }

    fn keep_the_end(&mut self, lines: &Lines<'_>) {
        let filled = (0..lines.len()).rev().filter(|&at| !lines.get(at).trim().is_empty());
        for at in filled.take(LAST_LINES) {
            if matches!(self.fates[at], Fate::Drop(Why::Again(_))) {
                self.fates[at] = Fate::Keep;
            }
        }
    }

    /// Takes empty lines into the gaps beside them, and gives up gaps that are not worth their mark.
    fn settle(&mut self, lines: &Lines<'_>, reading: &Reading<'_>) {
        let is_dropped = |fate: Fate| matches!(fate, Fate::Drop(_));
        let mut at = 0;
        while at < self.fates.len() {
            if is_dropped(self.fates[at]) {
                at += 1;
                continue;
            }
            // A run of lines that stand: its empty ends belong to the gaps.
            let end =
                (at..self.fates.len()).find(|&at| is_dropped(self.fates[at])).unwrap_or(self.fates.len());
            let is_blank =
                |at: usize| reading.roles[at] == Role::Blank && at + LAST_LINES < reading.roles.len();
            if at > 0 {
                for blank in (at..end).take_while(|&at| is_blank(at)) {
                    self.fates[blank] = Fate::Drop(Why::Blank);
                }
            }
            if end < self.fates.len() {
                for blank in (at..end).rev().take_while(|&at| is_blank(at)) {
                    self.fates[blank] = Fate::Drop(Why::Blank);
                }
            }
            at = end;
        }
        let mut at = 0;
        while at < self.fates.len() {
            let end =
                (at..self.fates.len()).find(|&at| !is_dropped(self.fates[at])).unwrap_or(self.fates.len());
            if end > at && lines.span(at..end).len() < LEAST_GAP {
                self.fates[at..end].fill(Fate::Keep);
            }
            for line in at..end {
                if let Fate::Drop(Why::Again(first)) = self.fates[line]
                    && reading.roles[line] == Role::Trouble
                {
                    *self.times.entry(first).or_insert(1) += 1;
                }
            }
            at = end.max(at + 1);
        }
    }
}

/// The fate of a line that stands, and tells of nothing wrong.
fn uncut(line: &str) -> Fate {
    if line.len() > LONG_LINE { Fate::Cut } else { Fate::Keep }
}
