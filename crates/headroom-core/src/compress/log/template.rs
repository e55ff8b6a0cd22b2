//! Templates: which records are of one kind.
//!
//! Owns the mining. As in Drain (He, Zhu, Zheng and Lyu: Drain, an online log parsing approach with fixed depth tree, ICWS
//! 2017) a record descends a tree of fixed depth and costs one look-up: what varies is masked first, then its fixed text
//! decides. Where Drain compares a line with the groups of its leaf, here the few templates that are left are compared with
//! each other, so that a plain word counts as varying only where enough of them were seen in its place; leaves are
//! parted at the position with the fewest words, as in `IPLoM` (Makanju, Zincir-Heywood and Milios, KDD 2009, section 3.2).
//! It knows nothing of what is written of a template.

use super::lines::Lines;
use super::mask::{MAX_LINE_BYTES, Slot, find_slots, hash_shape};
use super::record::{Record, is_frame};
use super::severity::{Severity, is_telling, severity};
use super::tuning::Tuning;
use crate::hash::{FixedHasher, FixedMap};
use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::ops::Range;

/// Bytes of a text for each template: where most lines are different there is nothing to gain, and much to remember.
const BYTES_A_TEMPLATE: usize = 256;
/// Templates that any text may have.
const LEAST_TEMPLATES: usize = 4_096;
/// Words of a line above which it is not compared with others.
const MAX_WORDS: usize = 64;
/// Words at which templates are parted at most.
const MAX_PARTINGS: usize = 12;

/// Records of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Indexes of its records, ascending.
    pub records: Vec<u32>,
    /// Which words of its lines vary, by their number among the words that are not masked, ascending.
    pub varying: Vec<usize>,
    /// How bad its news is.
    pub severity: Severity,
}

/// The templates of records, in order of their first appearance; `None` where there are too many of them to be worth it.
#[must_use]
pub fn mine(lines: &Lines<'_>, records: &[Record], labelled: bool, tuning: &Tuning) -> Option<Vec<Template>> {
    let most = LEAST_TEMPLATES.max(lines.span(0..lines.len()).len() / BYTES_A_TEMPLATE);
    let mut known: FixedMap<u64, u32> = FixedMap::default();
    let mut of_record = Vec::with_capacity(records.len());
    let mut counts: Vec<u32> = Vec::new();
    let mut slots = Vec::new();
    for record in records {
        let mut hasher = FixedHasher::default();
        for index in record.range() {
            let line = lines.get(index);
            find_slots(line, &mut slots);
            hash_shape(line, &slots, &mut hasher);
            hasher.write_u8(b'\n');
        }
        let fresh = counts.len() as u32;
        let template = *known.entry(hasher.finish()).or_insert(fresh);
        if template == fresh {
            if counts.len() == most {
                return None;
            }
            counts.push(0);
        }
        counts[template as usize] += 1;
        of_record.push(template);
    }
    drop(known);
    let mut templates: Vec<Template> = counts
        .into_iter()
        .map(|count| Template {
            records: Vec::with_capacity(count as usize),
            varying: Vec::new(),
            severity: Severity::Quiet,
        })
        .collect();
    for (record, template) in of_record.into_iter().enumerate() {
        templates[template as usize].records.push(record as u32);
    }
    for template in &mut templates {
        template.severity = judge(lines, records[template.records[0] as usize], labelled);
    }
    Some(merge(lines, records, templates, tuning))
}

/// How bad the news of a record is. Where lines are labelled in their first column, as those of supercomputers are, `-`
/// stands for harmless and everything else for an alert.
fn judge(lines: &Lines<'_>, record: Record, labelled: bool) -> Severity {
    let head = lines.get(record.first as usize);
    if labelled && !head.starts_with("- ") {
        return Severity::Error;
    }
    let of_head = severity(head);
    let traced = record.range().skip(1).map(|index| lines.get(index)).any(is_frame);
    if traced { of_head.max(Severity::Error) } else { of_head }
}

/// The words of a line outside of its slots, as byte ranges.
pub fn words(line: &str, slots: &[Slot], words: &mut Vec<Range<usize>>) {
    words.clear();
    let bytes = &line.as_bytes()[..line.floor_char_boundary(MAX_LINE_BYTES)];
    let mut at = 0;
    let mut fixed = |range: Range<usize>| {
        let mut at = range.start;
        while at < range.end {
            let length = bytes[at..range.end].iter().take_while(|byte| is_word_byte(**byte)).count();
            if length > 0 {
                words.push(at..at + length);
            }
            at += length + 1;
        }
    };
    for slot in slots {
        fixed(at..slot.start);
        at = slot.end;
    }
    fixed(at..bytes.len().max(at));
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'$' | b'@')
}

/// A hash of all that is neither a word nor in a slot: templates with the same hash have their words in the same places.
fn frame(line: &str, slots: &[Slot], words: &[Range<usize>]) -> u64 {
    let mut hasher = FixedHasher::default();
    let bytes = line.as_bytes();
    let mut parts: Vec<(usize, usize, u32)> = slots.iter().map(|slot| (slot.start, slot.end, 1)).collect();
    parts.extend(words.iter().map(|word| (word.start, word.end, 2)));
    parts.sort_unstable();
    let mut at = 0;
    for (start, end, sort) in parts {
        let gap = bytes[at..start].iter().copied();
        let mut space = false;
        for byte in gap {
            if byte != b' ' || !space {
                hasher.write_u8(byte);
            }
            space = byte == b' ';
        }
        // Beyond the bytes of a text.
        hasher.write_u32(256 + sort);
        at = end;
    }
    hasher.write(&bytes[at..]);
    hasher.write_usize(words.len());
    hasher.finish()
}

/// One template while templates are compared.
struct Entry<'a> {
    template: usize,
    line: &'a str,
    /// Where its words begin and end, within the bytes of a line that are looked at.
    words: Box<[(u16, u16)]>,
}

impl<'a> Entry<'a> {
    fn word(&self, position: usize) -> &'a str {
        let (start, end) = self.words[position];
        &self.line[usize::from(start)..usize::from(end)]
    }
}

/// Makes one template of those that differ in words of which many were seen in the same place.
fn merge(lines: &Lines<'_>, records: &[Record], templates: Vec<Template>, tuning: &Tuning) -> Vec<Template> {
    let mut leaves: BTreeMap<(Severity, u64), Vec<Entry<'_>>> = BTreeMap::new();
    let mut slots = Vec::new();
    let mut found = Vec::new();
    for (at, template) in templates.iter().enumerate() {
        let record = records[template.records[0] as usize];
        if record.lines > 1 {
            continue;
        }
        let line = lines.get(record.first as usize);
        find_slots(line, &mut slots);
        words(line, &slots, &mut found);
        if found.is_empty() || found.len() > MAX_WORDS {
            continue;
        }
        let key = (template.severity, frame(line, &slots, &found));
        let words = found.iter().map(|word| (word.start as u16, word.end as u16)).collect();
        leaves.entry(key).or_default().push(Entry { template: at, line, words });
    }
    let mut groups: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    for ((severity, _), entries) in leaves {
        let least =
            if severity == Severity::Error { tuning.least_words_of_errors } else { tuning.least_words };
        part(entries, least, tuning.least_fixed_share, &mut groups);
    }
    let mut templates: Vec<Option<Template>> = templates.into_iter().map(Some).collect();
    for (members, varying) in groups {
        let first = members.iter().copied().min().unwrap_or_default();
        let Some(severity) = templates[first].as_ref().map(|template| template.severity) else { continue };
        let mut all: Vec<u32> =
            members.iter().filter_map(|&member| templates[member].take()).flat_map(|t| t.records).collect();
        all.sort_unstable();
        templates[first] = Some(Template { records: all, varying, severity });
    }
    templates.into_iter().flatten().collect()
}

/// Parts templates with their words in the same places until in each part every word is either the same or varies a lot;
/// what holds together is appended to `groups` with the positions that vary.
fn part(
    entries: Vec<Entry<'_>>,
    least: usize,
    fixed_share: usize,
    groups: &mut Vec<(Vec<usize>, Vec<usize>)>,
) {
    let mut open = vec![(entries, 0)];
    while let Some((entries, depth)) = open.pop() {
        if entries.len() < least || depth > MAX_PARTINGS {
            continue;
        }
        let positions = entries[0].words.len();
        let mut varying: Vec<(usize, usize)> = Vec::new();
        for position in 0..positions {
            let mut seen: Vec<&str> = entries.iter().map(|entry| entry.word(position)).collect();
            seen.sort_unstable();
            seen.dedup();
            if seen.len() > 1 {
                varying.push((seen.len(), position));
            }
        }
        let Some(&(fewest, position)) = varying.iter().min() else { continue };
        if fewest >= least
            && varying.len() * fixed_share <= positions
            && stand_apart(&entries[0], &varying)
            && are_values(&entries, &varying)
        {
            let members = entries.iter().map(|entry| entry.template).collect();
            groups.push((members, varying.iter().map(|&(_, position)| position).collect()));
            continue;
        }
        let mut parts: BTreeMap<&str, Vec<Entry<'_>>> = BTreeMap::new();
        for entry in entries {
            parts.entry(entry.word(position)).or_default().push(entry);
        }
        open.extend(parts.into_values().map(|part| (part, depth + 1)));
    }
}

/// Whether no two words that vary are neighbours: where a phrase differs, the message does.
fn stand_apart(entry: &Entry<'_>, varying: &[(usize, usize)]) -> bool {
    let is_varying = |position: usize| varying.iter().any(|&(_, other)| other == position);
    varying.iter().all(|&(_, position)| {
        let Some(next) = entry.words.get(position + 1).filter(|_| is_varying(position + 1)) else {
            return true;
        };
        entry.line[usize::from(entry.words[position].1)..usize::from(next.0)].trim() != ""
    })
}

/// Whether none of the words that vary says how bad the news is: those are the message.
fn are_values(entries: &[Entry<'_>], varying: &[(usize, usize)]) -> bool {
    varying.iter().all(|&(_, position)| !entries.iter().any(|entry| is_telling(entry.word(position))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compress::log::record::records;

    fn mined(text: &str) -> Vec<(usize, usize)> {
        let lines = Lines::new(text).expect("short");
        let records = records(&lines, false);
        mine(&lines, &records, false, &Tuning::STANDARD)
            .expect("few")
            .iter()
            .map(|t| (t.records.len(), t.varying.len()))
            .collect()
    }

    #[test]
    fn numbers_vary_and_words_vary_only_where_many_were_seen() {
        assert_eq!(mined("took 1 ms\ntook 2 ms\nstopped\n"), [(2, 0), (1, 0)]);
        let users =
            ["ann", "bob", "eve", "joe"].map(|user| format!("session opened for user {user}\n")).concat();
        assert_eq!(mined(&users), [(4, 1)]);
        assert_eq!(mined("door opened by ann\ndoor closed by ann\n"), [(1, 0), (1, 0)]);
    }

    #[test]
    fn two_actions_of_many_users_stay_two() {
        let text = ["ann", "bob", "eve", "joe"]
            .map(|user| format!("the door was opened by {user}\nthe door was closed by {user}\n"))
            .concat();
        assert_eq!(mined(&text), [(4, 1), (4, 1)]);
    }
}
