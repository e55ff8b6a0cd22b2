//! Writing: the lines that stand for a log.
//!
//! Owns the choice of the lines that stay literally and the form of the output: lines in the source's order with their
//! numbers, below the first line of each template how often it comes again and what varied. It does not read lines.

use super::lines::Lines;
use super::record::{Record, is_frame, is_library_frame, time_of};
use super::severity::Severity;
use super::template::Template;
use super::tuning::Tuning;
use super::values::{Reader, Values};
use crate::compress::words::Words;
use crate::compress::{Candidate, Omission, Query, Unit};
use crate::hash::FixedSet;
use std::fmt::Write as _;

/// Bytes that the number of a line takes.
const LINE_NUMBER_BYTES: usize = 6;

/// What is written of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    LeftOut,
    Stays,
}

/// Writes a log by its templates.
pub(super) fn write(
    lines: &Lines<'_>,
    records: &[Record],
    templates: &[Template],
    query: &Query,
    first_line: usize,
    tuning: &Tuning,
) -> Candidate {
    let mut fates = vec![Fate::LeftOut; lines.len()];
    let mut notes: Vec<(u32, String)> = Vec::new();
    let words = Words::new(query);
    let asked = asked(lines, records, &words, tuning.max_asked);
    let mut reader = Reader::default();
    for template in templates {
        let count = template.records.len();
        let first = records[template.records[0] as usize];
        let last = records[template.records[count - 1] as usize];
        keep_whole(lines, first, tuning, &mut fates);
        if template.severity == Severity::Error {
            for offset in told_lines(lines, first) {
                let (one, other) = (first.first as usize + offset, last.first as usize + offset);
                if offset == 0 || lines.get(one) != lines.get(other) {
                    fates[other] = Fate::Stays;
                }
            }
        }
        let meant = template
            .records
            .iter()
            .filter(|record| asked.contains(record))
            .take(tuning.max_asked_of_a_template);
        for &record in meant {
            keep_whole(lines, records[record as usize], tuning, &mut fates);
        }
        let others = || {
            let others = template.records.iter().map(|&record| records[record as usize]);
            others.filter(|record| fates[record.first as usize] == Fate::LeftOut)
        };
        if others().next().is_none() {
            continue;
        }
        let mut outliers = Vec::new();
        let note = note(lines, records, template, &mut reader, first_line, tuning, &mut outliers);
        // A few short lines say it better than a summary.
        let literal: usize =
            others().map(|record| lines.span(record.range()).len() + LINE_NUMBER_BYTES).sum();
        if literal <= note.len() {
            let others: Vec<Record> = others().collect();
            for record in others {
                keep_whole(lines, record, tuning, &mut fates);
            }
        } else {
            notes.push((first.first, note));
            for index in outliers {
                fates[index] = Fate::Stays;
            }
        }
    }
    notes.sort_unstable_by_key(|&(line, _)| line);
    let text = render(lines, &fates, &notes, first_line);
    Candidate { text, method: "log-templates", omissions: omissions(&fates, first_line), last_resort: false }
}

/// Records with words of the query that only few records have.
fn asked(lines: &Lines<'_>, records: &[Record], words: &Words, most: usize) -> FixedSet<u32> {
    let mut with: Vec<(usize, Vec<u32>)> = vec![(0, Vec::new()); 64];
    for (at, record) in records.iter().enumerate() {
        let mut found = words.found(lines.get(record.first as usize));
        while found != 0 {
            let (count, places) = &mut with[found.trailing_zeros() as usize];
            if *count < most {
                places.push(at as u32);
            }
            *count += 1;
            found &= found - 1;
        }
    }
    with.into_iter().filter(|(count, _)| *count <= most).flat_map(|(_, places)| places).collect()
}

/// Keeps a record; of a long one its beginning, its end and the frames of the user's own code.
fn keep_whole(lines: &Lines<'_>, record: Record, tuning: &Tuning, fates: &mut [Fate]) {
    let range = record.range();
    if range.len() <= tuning.whole_lines {
        fates[range].fill(Fate::Stays);
        return;
    }
    let (mut of_library, length) = (0, range.len());
    for (at, index) in range.enumerate() {
        let line = lines.get(index);
        let library = is_frame(line) && is_library_frame(line);
        of_library = if library { of_library + 1 } else { 0 };
        let edge = at < tuning.whole_lines / 2 || at + tuning.whole_lines / 4 >= length;
        let own = is_frame(line) && !library;
        let cause = !line.starts_with([' ', '\t']);
        if edge && of_library <= tuning.kept_frames || own || cause {
            fates[index] = Fate::Stays;
        }
    }
}

/// `×130, last line 240 at Jun 26 04:10:02; rhost=10.0.0.1 ×9, 10.0.0.2`. Lines with outliers are added to `outliers`.
fn note(
    lines: &Lines<'_>,
    records: &[Record],
    template: &Template,
    reader: &mut Reader,
    first_line: usize,
    tuning: &Tuning,
    outliers: &mut Vec<usize>,
) -> String {
    let mut bytes = 0;
    let mut values: Vec<Values<'_>> = Vec::new();
    let told = told_lines(lines, records[template.records[0] as usize]);
    for &record in &template.records {
        let record = records[record as usize];
        for (at, offset) in told.iter().enumerate() {
            let index = record.first as usize + offset;
            let line = lines.get(index);
            bytes += line.len();
            let slots = reader.read(line, if at == 0 { &template.varying } else { &[] });
            if values.len() == at {
                values.push(Values::new(line, slots, tuning));
            }
            values[at].add(line, index as u32, slots);
        }
    }
    let last = records[template.records[template.records.len() - 1] as usize];
    let mut note = format!("  ×{}", template.records.len());
    let _ = write!(note, ", last line {}", last.first as usize + first_line);
    if template.severity != Severity::Error {
        let first = records[template.records[0] as usize];
        let (first, last) = (lines.get(first.first as usize), lines.get(last.first as usize));
        if let (Some(first), Some(last)) = (fullest_time(first), fullest_time(last)) {
            let _ = write!(note, " at {}", without_same_date(first, last));
        }
    }
    for values in values {
        values.describe(tuning.least_note_bytes.max(bytes / tuning.note_share), first_line, &mut note);
        outliers.extend(values.outliers().map(|index| index as usize));
    }
    note
}

/// The lines of a record that say what happened, by their place in it: the first, and the others but frames. In a trace
/// what is indented is the code of a frame.
fn told_lines(lines: &Lines<'_>, record: Record) -> Vec<usize> {
    const MOST: usize = 6;
    let is_trace = record.range().any(|index| is_frame(lines.get(index)));
    let says = |&(offset, line): &(usize, &str)| {
        let of_frame = is_frame(line) || is_trace && line.starts_with([' ', '\t']);
        offset == 0 || !line.is_empty() && !of_frame
    };
    record
        .range()
        .map(|index| lines.get(index))
        .enumerate()
        .filter(says)
        .map(|(offset, _)| offset)
        .take(MOST)
        .collect()
}

/// The most detailed of the times near the beginning of a line.
fn fullest_time(line: &str) -> Option<&str> {
    const HEADER_BYTES: usize = 100;
    let (mut fullest, mut from) = (None, 0);
    while let Some((start, end)) = line.get(from..).and_then(time_of) {
        let (start, end) = (from + start, from + end);
        if start > HEADER_BYTES {
            break;
        }
        if fullest.is_none_or(|fullest: &str| end - start > fullest.len()) {
            fullest = Some(&line[start..end]);
        }
        from = end;
    }
    fullest
}

/// The later of two times without its date where that is the earlier's too.
fn without_same_date<'a>(earlier: &str, later: &'a str) -> &'a str {
    let date = later.find(':').and_then(|colon| later[..colon].rfind([' ', 'T']));
    match date {
        Some(end) if earlier.get(..end) == later.get(..end) && earlier != later => &later[end + 1..],
        _ => later,
    }
}

fn render(lines: &Lines<'_>, fates: &[Fate], notes: &[(u32, String)], first_line: usize) -> String {
    let mut text = String::new();
    text.push_str("[log by shape: the first line of each shape with its number, below it how often the shape comes in all, its last line, and what varied]\n");
    let mut notes = notes.iter().peekable();
    for (index, _) in fates.iter().enumerate().filter(|(_, fate)| **fate == Fate::Stays) {
        let _ = writeln!(text, "{}: {}", index + first_line, lines.get(index));
        if let Some((_, note)) = notes.next_if(|(line, _)| *line as usize == index) {
            text.push_str(note);
            text.push('\n');
        }
    }
    text
}

/// Which lines are not there.
fn omissions(fates: &[Fate], first_line: usize) -> Vec<Omission> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let mut count = 0;
    for (index, _) in fates.iter().enumerate().filter(|(_, fate)| **fate == Fate::LeftOut) {
        let number = index + first_line;
        count += 1;
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    if count == 0 {
        return Vec::new();
    }
    vec![Omission { unit: Unit::Lines, count, total: fates.len(), ranges, path: None }]
}
