//! Runs of lines that a page holds more than once: the same object in every example, the same table in every section.
//!
//! Owns the search for them. The first copy stays, and what it says is not said again; headings and fences of code
//! always stay, so that the outline of the page does.

use super::page::{Page, State};
use super::render::Kind;
use crate::hash::{FixedHasher, FixedMap};
use std::hash::Hasher;

/// Lines of a run.
const LEAST_LINES: usize = 6;
/// Bytes of a run: a mark costs some 30 tokens.
const LEAST_BYTES: usize = 240;

/// Marks the lines that repeat earlier ones. Each line is looked up once and compared once, so that time is linear.
pub(super) fn mark(page: &mut Page<'_>) {
    let lines: Vec<Option<u64>> = page
        .lines
        .iter()
        .map(|line| {
            let stays = line.is_fence
                || matches!(line.kind, Kind::Heading(_) | Kind::Gap(_) | Kind::About | Kind::Links);
            (!stays).then(|| {
                let mut hasher = FixedHasher::default();
                hasher.write(page.text(line).trim_start().as_bytes());
                hasher.finish()
            })
        })
        .collect();
    let window = |at: usize| -> Option<u64> {
        let mut hasher = FixedHasher::default();
        for hash in lines.get(at..at + LEAST_LINES)? {
            hasher.write_u64((*hash)?);
        }
        Some(hasher.finish())
    };
    let same = |a: usize, b: usize| {
        lines[a].is_some()
            && lines[a] == lines[b]
            && page.text(&page.lines[a]).trim_start() == page.text(&page.lines[b]).trim_start()
    };
    let mut known: FixedMap<u64, usize> = FixedMap::default();
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(key) = window(at) else {
            at += 1;
            continue;
        };
        let earlier = known.get(&key).copied();
        let length = earlier.map_or(0, |of| {
            let most = (at - of).min(lines.len() - at);
            (0..most).take_while(|&step| same(of + step, at + step)).count()
        });
        let bytes: usize = (at..at + length).map(|line| page.text(&page.lines[line]).len()).sum();
        match earlier {
            Some(of) if length >= LEAST_LINES && bytes >= LEAST_BYTES => {
                runs.push((at, of, length));
                at += length;
            }
            _ => {
                // A window that begins inside of a run left out would point at what is not there.
                known.entry(key).or_insert(at);
                at += 1;
            }
        }
    }
    for (at, of, length) in runs {
        for step in 0..length {
            page.lines[at + step].state = State::Repeats(of + step);
        }
    }
}
