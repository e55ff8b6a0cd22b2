//! Writing: the lines that stand, marks where others stood, places behind their diagnostics.
//!
//! Owns the wording. It decides nothing.

use super::places;
use super::plan::{Fate, Group, LONG_LINE, Plan, Why};
use super::read::{Reading, is_blank, is_named};
use super::verdict;
use crate::compress::log::lines::Lines;
use crate::compress::log::record::is_frame;
use crate::hash::{FixedMap, FixedSet};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Bytes of a long line that stand at its beginning.
const LINE_START: usize = 320;
/// Bytes of a long line that stand at its end.
const LINE_END: usize = 120;
/// Sorts of steps that a mark names.
const MOST_STEPS: usize = 4;

/// What is sent: the text, and which lines are not in it, by their numbers, inclusive.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) ranges: Vec<(usize, usize)>,
}

/// Writes what is planned. The text's first line has the number `first_line`.
pub(super) fn write(lines: &Lines<'_>, reading: &Reading<'_>, plan: &Plan, first_line: usize) -> Written {
    let mut writer = Writer {
        first_line,
        lines,
        reading,
        written: Written { text: String::new(), ranges: Vec::new() },
        files: Files::new(reading),
    };
    let mut at = 0;
    while at < plan.fates.len() {
        match plan.fates[at] {
            Fate::Drop(_) => {
                let end = (at..plan.fates.len())
                    .find(|&at| !matches!(plan.fates[at], Fate::Drop(_)))
                    .unwrap_or(plan.fates.len());
                writer.gap(at, end, plan);
                at = end;
                continue;
            }
            Fate::Cut => writer.cut(at),
            Fate::Keep => writer.keep(at, plan),
        }
        at += 1;
    }
    writer.written
}

struct Writer<'r, 'a> {
    first_line: usize,
    lines: &'r Lines<'a>,
    reading: &'r Reading<'a>,
    written: Written,
    files: Files<'a>,
}

impl Writer<'_, '_> {
    fn keep(&mut self, at: usize, plan: &Plan) {
        let line = self.lines.get(at);
        self.written.text.push_str(line);
        if let Some(times) = plan.times.get(&(at as u32)) {
            let _ = write!(self.written.text, " (×{times})");
        }
        self.written.text.push('\n');
        if let Some(group) = plan.groups.get(&(at as u32)) {
            self.places(group);
        } else if let super::read::Role::Head(number) = self.reading.roles[at] {
            self.files.tell(self.reading.diagnostics[number as usize].file);
        }
    }

    /// The other places of a diagnostic: `  ×5, also at 14:2, 40:7; b.c:3:1`.
    fn places(&mut self, group: &Group) {
        let first = &self.reading.diagnostics[group.places[0] as usize];
        self.files.tell(first.file);
        let text = &mut self.written.text;
        let _ = write!(text, "  ×{}", group.times);
        let mut file = first.file;
        let mut joint = ", also at ";
        let rest = &group.places[1..];
        let mut index = 0;
        while let Some(&number) = rest.get(index) {
            let place = &self.reading.diagnostics[number as usize];
            let same_file = place.file == file;
            if place.file == first.file && place.place == first.place {
                let (file, line) = place.via.rsplit_once(':').unwrap_or((place.via, ""));
                let _ = write!(
                    text,
                    "{} via {}:{line}",
                    if index == 0 { "," } else { ";" },
                    self.files.tell(file)
                );
                index += 1;
                continue;
            }
            text.push_str(if index == 0 || same_file { joint } else { "; " });
            joint = ", ";
            if !same_file {
                text.push_str(self.files.tell(place.file));
                file = place.file;
            }
            let spelled = place.place.strip_prefix(':').unwrap_or(place.place);
            if !same_file
                && (spelled.len() < place.place.len()
                    || spelled.starts_with(|first: char| first.is_ascii_digit()))
            {
                text.push(':');
            }
            let run = places::run(&self.reading.diagnostics, &rest[index..]);
            if let Some(run) = &run {
                let _ = write!(text, "{}-{}:{} each", run.first, run.last, run.columns);
            } else {
                text.push_str(spelled);
            }
            index += run.map_or(1, |run| run.taken);
        }
        text.push('\n');
    }

    fn cut(&mut self, at: usize) {
        let line = self.lines.get(at);
        debug_assert!(line.len() > LONG_LINE, "only long lines are cut");
        let start = line.floor_char_boundary(LINE_START);
        let end = line.ceil_char_boundary(line.len() - LINE_END);
        let text = &mut self.written.text;
        text.push_str(&line[..start]);
        let _ = writeln!(text, " … {} characters … {}", line[start..end].chars().count(), &line[end..]);
        self.leave_out(at, at + 1);
    }

    fn leave_out(&mut self, from: usize, end: usize) {
        let (from, end) = (self.first_line + from, self.first_line + end - 1);
        match self.written.ranges.last_mut() {
            Some(last) if last.1 + 1 == from => last.1 = end,
            _ => self.written.ranges.push((from, end)),
        }
    }

    /// The mark for lines that are left out.
    fn gap(&mut self, from: usize, end: usize, plan: &Plan) {
        self.leave_out(from, end);
        let mut gap = Gap::default();
        for at in from..end {
            if let Fate::Drop(why) = plan.fates[at] {
                gap.count(self.lines.get(at), why);
            }
        }
        // Empty lines at the ends of a gap are no part of what it marks.
        let first = (from..end).find(|&at| !is_blank(self.lines.get(at))).unwrap_or(from);
        let last = (from..end).rev().find(|&at| !is_blank(self.lines.get(at))).unwrap_or(end - 1);
        let text = &mut self.written.text;
        let _ = match last - first {
            0 => write!(text, "… line {}", self.first_line + first),
            _ => write!(text, "… lines {}-{}", self.first_line + first, self.first_line + last),
        };
        gap.tell_again(text, self.first_line);
        gap.tell(text, self.reading);
        text.push('\n');
    }
}

/// What is left out at one place.
#[derive(Default)]
struct Gap<'a> {
    passed: usize,
    files: FixedSet<&'a str>,
    skipped: usize,
    told: usize,
    steps: BTreeMap<u32, usize>,
    frames: usize,
    sections: Vec<u32>,
    /// Where the same lines stood, as long as they stood together: the first, and the one after the last.
    again: Option<(usize, usize)>,
    /// Lines for other reasons.
    others: usize,
}

impl<'a> Gap<'a> {
    fn count(&mut self, line: &'a str, why: Why) {
        match why {
            Why::Passed => {
                self.passed += 1;
                let name = verdict::verdict(line).map_or("", |verdict| verdict.name);
                if let Some((file, _)) = name.split_once("::") {
                    self.files.insert(file);
                }
            }
            Why::Skipped => self.skipped += 1,
            Why::Told => self.told += 1,
            Why::Step(step) => *self.steps.entry(step).or_default() += 1,
            Why::Same(section) => {
                if self.sections.last() != Some(&section) {
                    self.sections.push(section);
                }
            }
            Why::Frame => self.frames += usize::from(is_frame(line)),
            Why::Again(first) => {
                let first = first as usize;
                match &mut self.again {
                    None if self.others == 0 => self.again = Some((first, first + 1)),
                    Some((_, next)) if first >= *next && first - *next < 3 => *next = first + 1,
                    _ => {
                        self.again = None;
                        self.others += 1;
                    }
                }
            }
            Why::Blank => {}
            Why::Place | Why::Bar => self.others += 1,
        }
    }

    fn tell(&self, text: &mut String, reading: &Reading<'_>) {
        let mut sign = ": ";
        let mut part = |text: &mut String, words: std::fmt::Arguments<'_>| {
            text.push_str(std::mem::replace(&mut sign, ", "));
            let _ = text.write_fmt(words);
        };
        if self.passed > 0 {
            part(text, format_args!("{} passed", self.passed));
            if self.files.len() > 1 {
                let _ = write!(text, " in {} files", self.files.len());
            }
        }
        if self.skipped > 0 {
            part(text, format_args!("{} skipped", self.skipped));
        }
        if self.told > 0 {
            part(text, format_args!("{} failed, named elsewhere", self.told));
        }
        for (&step, count) in self.steps.iter().take(MOST_STEPS) {
            part(text, format_args!("{} ×{count}", reading.steps[step as usize].0));
        }
        if self.steps.len() > MOST_STEPS {
            let rest: usize = self.steps.values().skip(MOST_STEPS).sum();
            part(text, format_args!("{rest} other steps"));
        }
        if self.frames > 0 {
            part(
                text,
                format_args!("{} library frame{}", self.frames, if self.frames == 1 { "" } else { "s" }),
            );
        }
        if !self.sections.is_empty() {
            let sections = self.sections.iter().map(|&section| &reading.sections[section as usize]);
            part(text, format_args!("{} more with a failure shown above", self.sections.len()));
            let mut sign = ": ";
            for section in sections.filter(|section| !is_named(reading, section.name)) {
                let _ = write!(text, "{}{}", std::mem::replace(&mut sign, ", "), section.name);
            }
        }
    }

    /// Where the same lines stand, if nothing else is left out here.
    fn tell_again(&self, text: &mut String, first_line: usize) {
        let pure = self.passed + self.skipped + self.told + self.frames + self.others == 0
            && self.steps.is_empty()
            && self.sections.is_empty();
        match self.again.filter(|_| pure) {
            Some((first, next)) if next - first == 1 => {
                let _ = write!(text, " = {}", first_line + first);
            }
            Some((first, next)) => {
                let _ = write!(text, " = {}-{}", first_line + first, first_line + next - 1);
            }
            None => {}
        }
    }
}

/// The files' names: each stands whole once, then by its last part where that is no other's.
struct Files<'a> {
    /// The only file of a name; `None` where several have it.
    by_name: FixedMap<&'a str, Option<&'a str>>,
    told: FixedSet<&'a str>,
}

impl<'a> Files<'a> {
    fn new(reading: &Reading<'a>) -> Self {
        let mut by_name: FixedMap<&str, Option<&str>> = FixedMap::default();
        for diagnostic in &reading.diagnostics {
            let via = diagnostic.via.rsplit_once(':').map_or("", |(file, _)| file);
            for file in [diagnostic.file, via] {
                let entry = by_name.entry(last_part(file)).or_insert(Some(file));
                if *entry != Some(file) {
                    *entry = None;
                }
            }
        }
        Self { by_name, told: FixedSet::default() }
    }

    /// How a file is called from here on.
    fn tell<'f>(&mut self, file: &'f str) -> &'f str
    where
        'f: 'a,
        'a: 'f,
    {
        let is_new = self.told.insert(file);
        let name = last_part(file);
        if is_new || self.by_name.get(name).is_none_or(Option::is_none) { file } else { name }
    }
}

fn last_part(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}
