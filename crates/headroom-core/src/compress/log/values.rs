//! Values: what stood in the slots of a template's lines.
//!
//! Owns the statistics of one template: per slot the different values with their counts, the least and the greatest, and
//! how that is said in a few words. It does not decide which lines stand literally.

use super::mask::{Class, Slot, find_slots};
use super::template::words;
use super::tuning::Tuning;
use crate::hash::FixedMap;
use std::fmt::Write as _;
use std::ops::Range;

/// Slots of a line that are looked at.
const MAX_SLOTS: usize = 32;
/// Different values of a slot that are told apart.
const MAX_DISTINCT: usize = 8_192;

/// One value of a slot.
#[derive(Clone, Copy, Debug)]
struct Value<'a> {
    text: &'a str,
    count: u32,
    /// The 0-based index of the line where it stood first.
    line: u32,
}

/// What stood in one slot.
#[derive(Debug)]
struct Column<'a> {
    tuning: &'a Tuning,
    class: Class,
    /// Whether this is the line's own time.
    heads: bool,
    /// The words before or after the slot that name it.
    name: (&'a str, &'a str),
    by_text: FixedMap<&'a str, u32>,
    values: Vec<Value<'a>>,
    /// The last line seen.
    last_line: u32,
    /// Values beyond the limit of those told apart.
    untold: bool,
    /// The sum of what its values measure, and how many measure something.
    sum: (f64, u32),
    least: Option<(f64, Value<'a>)>,
    greatest: Option<(f64, Value<'a>)>,
    /// Earlier slots, a bit each, that had the same value in every line so far.
    same_as: u32,
}

/// What stood in the slots of a template's lines.
#[derive(Debug)]
pub(super) struct Values<'a> {
    tuning: &'a Tuning,
    columns: Vec<Column<'a>>,
    records: usize,
}

/// Finds slots and varying words of lines of one template.
#[derive(Debug, Default)]
pub(super) struct Reader {
    slots: Vec<Slot>,
    words: Vec<Range<usize>>,
}

impl Reader {
    /// All that varies in a line, in order; `varying` are the words that do.
    pub(super) fn read(&mut self, line: &str, varying: &[usize]) -> &[Slot] {
        find_slots(line, &mut self.slots);
        if !varying.is_empty() {
            words(line, &self.slots, &mut self.words);
            for &word in varying {
                if let Some(range) = self.words.get(word) {
                    self.slots.push(Slot { start: range.start, end: range.end, class: Class::Identifier });
                }
            }
            self.slots.sort_unstable_by_key(|slot| slot.start);
            join(line, &mut self.slots);
        }
        self.slots.truncate(MAX_SLOTS);
        &self.slots
    }
}

/// Joins slots with only a colon or the like between them, such as a host and its port.
fn join(line: &str, slots: &mut Vec<Slot>) {
    slots.dedup_by(|next, slot| {
        let joined = slot.end + 1 == next.start
            && matches!(line.as_bytes()[slot.end], b':' | b'@' | b'/')
            && slot.class != Class::Time
            && next.class != Class::Time;
        if joined {
            slot.end = next.end;
            slot.class = Class::Identifier;
        }
        joined
    });
}

impl<'a> Values<'a> {
    /// Begins with the first line of a template.
    pub(super) fn new(line: &'a str, slots: &[Slot], tuning: &'a Tuning) -> Self {
        let mut columns = Vec::with_capacity(slots.len());
        for (at, slot) in slots.iter().enumerate() {
            let from = at.checked_sub(1).map_or(0, |before| slots[before].end);
            let to = slots.get(at + 1).map_or(line.len(), |next| next.start);
            columns.push(Column {
                tuning,
                class: slot.class,
                heads: slot.class == Class::Time && slots[..at].iter().all(|slot| slot.class != Class::Time),
                name: (last_word(&line[from..slot.start]), first_word(&line[slot.end..to])),
                by_text: FixedMap::default(),
                values: Vec::new(),
                last_line: 0,
                untold: false,
                sum: (0.0, 0),
                least: None,
                greatest: None,
                same_as: (1_u32 << at) - 1,
            });
        }
        Self { tuning, columns, records: 0 }
    }

    /// Adds a line, given with its 0-based index.
    pub(super) fn add(&mut self, line: &'a str, index: u32, slots: &[Slot]) {
        self.records += 1;
        for (at, column) in self.columns.iter_mut().enumerate() {
            let Some(slot) = slots.get(at) else { break };
            let text = &line[slot.start..slot.end];
            let mut earlier = column.same_as;
            while earlier != 0 {
                let other = earlier.trailing_zeros() as usize;
                earlier &= earlier - 1;
                if line[slots[other].start..slots[other].end] != *text {
                    column.same_as &= !(1 << other);
                }
            }
            column.add(text, index, slot.class);
        }
    }

    /// The 0-based indexes of lines with values that are far greater than the others of their slot.
    pub(super) fn outliers(&self) -> impl Iterator<Item = u32> {
        self.columns.iter().filter_map(|column| column.outlier(self.records)).take(self.tuning.max_outliers)
    }

    /// Says what varied, in at most about so many bytes; lines are numbered from `first_line`.
    pub(super) fn describe(&self, budget: usize, first_line: usize, out: &mut String) {
        let told: Vec<&Column<'_>> =
            self.columns.iter().filter(|column| column.is_worth_telling(self.records)).collect();
        let mut left = budget;
        for (at, column) in told.iter().enumerate() {
            let before = out.len();
            out.push_str("; ");
            column.describe(left / (told.len() - at), self.records, first_line, out);
            left = left.saturating_sub(out.len() - before);
        }
    }
}

impl<'a> Column<'a> {
    fn add(&mut self, text: &'a str, line: u32, class: Class) {
        self.last_line = line;
        // Dates are never told: the first and the last are those of the template's lines.
        if self.heads || class == Class::Time && !is_clock(text) {
            return;
        }
        if class != self.class {
            self.class = wider(self.class, class);
        }
        let number =
            if matches!(class, Class::Number | Class::Quantity | Class::Time) { measure(text) } else { None };
        if let Some(number) = number {
            self.sum = (self.sum.0 + number, self.sum.1 + 1);
        }
        if let Some(&at) = self.by_text.get(text) {
            self.values[at as usize].count += 1;
            return;
        }
        let value = Value { text, count: 1, line };
        if let Some(number) = number {
            if self.least.is_none_or(|(least, _)| number < least) {
                self.least = Some((number, value));
            }
            if self.greatest.is_none_or(|(greatest, _)| number > greatest) {
                self.greatest = Some((number, value));
            }
        }
        if self.values.len() < MAX_DISTINCT {
            self.by_text.insert(text, self.values.len() as u32);
            self.values.push(value);
        } else {
            self.untold = true;
        }
    }

    fn is_worth_telling(&self, records: usize) -> bool {
        if self.values.len() < 2 || self.same_as != 0 {
            return false;
        }
        // Numbers of processes: `sshd[812]`.
        let of_process = self.class == Class::Number && self.name.0.ends_with('[');
        !of_process || self.is_category(records)
    }

    /// Whether few values come again and again.
    fn is_category(&self, records: usize) -> bool {
        !self.untold
            && self.values.len() <= self.tuning.max_listed_numbers
            && self.values.len() * 2 <= records
    }

    /// Whether its range is told instead of its values.
    fn is_range(&self, records: usize) -> bool {
        matches!(self.class, Class::Number | Class::Quantity | Class::Time)
            && self.values.len() > self.tuning.least_listed
            && !self.is_category(records)
    }

    /// The 0-based index of the line with a value far greater than the others.
    fn outlier(&self, records: usize) -> Option<u32> {
        let (number, value) =
            self.greatest.filter(|_| self.is_worth_telling(records) && self.is_range(records))?;
        let (sum, count) = self.sum;
        (count >= self.tuning.least_for_outlier && number * f64::from(count) > sum * self.tuning.outlier)
            .then_some(value.line)
    }

    fn describe(&self, budget: usize, records: usize, first_line: usize, out: &mut String) {
        let (before, after) = self.name;
        // What never comes again: the first one stands in the line above.
        if self.is_unique(records) && !self.is_range(records) {
            out.push_str("then ");
        }
        out.push_str(before);
        match (self.least, self.greatest) {
            (Some((_, least)), Some((_, greatest))) if self.is_range(records) => {
                let _ = write!(out, "{} to {}", least.text, greatest.text);
                if greatest.line != self.last_line {
                    let _ = write!(out, " (line {})", greatest.line as usize + first_line);
                }
                let top = self.values.iter().max_by_key(|value| (value.count, std::cmp::Reverse(value.line)));
                if let Some(top) = top.filter(|top| top.count as usize * 5 >= records && top.count > 3) {
                    let _ = write!(out, ", {} ×{}", top.text, top.count);
                }
            }
            _ => self.list(budget, records, first_line, out),
        }
        if before.is_empty() && matches!(self.class, Class::Number | Class::Quantity) && !after.is_empty() {
            out.push(' ');
            out.push_str(after);
        }
    }

    /// Whether every line has another value.
    fn is_unique(&self, records: usize) -> bool {
        self.values.len() == records && !self.untold
    }

    /// `a ×12, b ×3, c, and 40 more`.
    fn list(&self, budget: usize, records: usize, first_line: usize, out: &mut String) {
        let mut order: Vec<&Value<'_>> = self.values.iter().collect();
        // What never comes again is the name of something that happened once: fewer of them are asked for.
        let unique = self.is_unique(records);
        let budget =
            if unique && matches!(self.class, Class::Hex | Class::Identifier) { budget / 2 } else { budget };
        order.sort_by_key(|value| std::cmp::Reverse(value.count));
        // A list of which none stands out is cut where it gets long, however many lines it stands for.
        let frequent =
            order.first().is_some_and(|value| value.count as usize * self.tuning.frequent >= records);
        let budget = if frequent { budget } else { budget.min(self.tuning.max_scattered_bytes) };
        if unique {
            order.remove(0);
        }
        let most = order.first().map_or(0, |value| value.count);
        let begun = out.len();
        for (at, value) in order.iter().enumerate() {
            if at >= self.tuning.least_listed && out.len() - begun + value.text.len() > budget {
                let more = if self.untold { "over " } else { "" };
                let _ = write!(out, ", {more}{} more", order.len() - at);
                return;
            }
            if at > 0 {
                out.push_str(", ");
            }
            out.push_str(value.text);
            if value.count > 1 {
                let _ = write!(out, " ×{}", value.count);
            } else if most >= 10 && order.len() <= 12 {
                let _ = write!(out, " (line {})", value.line as usize + first_line);
            }
        }
        if self.untold {
            out.push_str(", and more");
        }
    }
}

/// Whether a time is one of day, or a duration written like one.
fn is_clock(text: &str) -> bool {
    text.len() <= 12 && text.contains(':') && measure(text).is_some()
}

fn wider(one: Class, other: Class) -> Class {
    match (one, other) {
        (Class::Number | Class::Quantity, Class::Number | Class::Quantity) => Class::Quantity,
        _ => Class::Identifier,
    }
}

/// What a number, a size, a duration or a time of day measures, in bytes or seconds where it has a unit.
fn measure(text: &str) -> Option<f64> {
    if text.contains(':') {
        let mut seconds = 0.0;
        for part in text.split(':') {
            seconds = seconds * 60.0 + part.parse::<f64>().ok().filter(|part| *part >= 0.0)?;
        }
        return Some(seconds);
    }
    let digits = text.trim_start_matches(['-', '+']);
    let number = digits
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .unwrap_or(digits.len());
    let value: f64 = digits[..number].parse().ok()?;
    let value = if text.starts_with('-') { -value } else { value };
    let factor = match digits[number..].to_ascii_lowercase().as_str() {
        "ns" | "n" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "" | "s" | "sec" | "b" | "bytes" | "%" | "x" | "hz" | "p" => 1.0,
        "min" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        "k" | "kb" | "kib" | "khz" => 1e3,
        "m" | "mb" | "mib" | "mhz" => 1e6,
        "g" | "gb" | "gib" => 1e9,
        "t" | "tb" | "tib" => 1e12,
        _ => return None,
    };
    Some(value * factor)
}

/// The last word of the text before a slot, with the marks and spaces between: `rhost=`, `port `, `[`.
fn last_word(text: &str) -> &str {
    let is_word = |character: char| character.is_alphanumeric();
    let Some(word_end) = text.rfind(is_word).map(|at| text.ceil_char_boundary(at + 1)) else {
        // `:80` reads as what it is; brackets and quotes alone say nothing.
        return if text.ends_with([':', '=', '#', '@']) { &text[text.len() - 1..] } else { "" };
    };
    let start = text[..word_end]
        .rfind(|character: char| !is_word(character) && !matches!(character, '_' | '-' | '.' | '$'))
        .map_or(0, |at| text.ceil_char_boundary(at + 1));
    let (name, marks) = (&text[start..], &text[word_end..]);
    // `INFO  [`, `a], `: what is before belongs to something else.
    let apart = marks.len() > 3
        || marks.contains([')', ']', ',', '}', ';', '|', '>'])
        || marks.contains(" [")
        || marks.contains(" (");
    if name.len() > 40 || apart { "" } else { name }
}

/// The first word of the text behind a slot.
fn first_word(text: &str) -> &str {
    let trimmed =
        text.trim_start_matches([' ', '(', ')', '[', ']', ':', ',', ';', '"', '\'', '-', '>', '|', '.', '}']);
    let word = trimmed.split(|character: char| character.is_whitespace()).next().unwrap_or_default();
    let word = word.trim_end_matches([',', ';', ':', '.', ')', ']', '"', '(', '[', '=']);
    if word.len() > 24 { "" } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_compared_by_what_they_mean() {
        let ascending = ["-3", "0.5", "900ms", "1s", "00:02", "1:00", "2min", "1k", "1.5MB", "2GB"];
        let measured: Vec<f64> = ascending.iter().map(|text| measure(text).expect(text)).collect();
        assert!(measured.is_sorted(), "{measured:?}");
        assert_eq!(measure("a1"), None);
    }

    #[test]
    fn slots_are_named_by_the_words_around_them() {
        assert_eq!(last_word("ruser= rhost="), "rhost=");
        assert_eq!(last_word("from port "), "port ");
        assert_eq!(last_word("(uid="), "uid=");
        assert_eq!(last_word("my id = "), "id = ");
        assert_eq!(last_word(" - "), "");
        assert_eq!(first_word(" ms, more"), "ms");
    }
}
