//! The index: every line that stands literally in the conversation so far, found by what stands around it.
//!
//! Owns the sources and the search for the longest run. It does not know how a run is written down.

use super::label::{Labels, Name};
use super::lines::{Line, hash, lines};
use super::reference::{self, Address};
use crate::hash::{FixedHasher, FixedMap};
use std::hash::Hasher as _;

/// Lines that a run has at least, which is the window by which runs are found.
pub(super) const MIN_LINES: usize = 3;
/// Bytes of a line that is worth a reference by itself.
const LONG_LINE: usize = 96;
/// Places at which a window stands that are compared: the latest ones and the very first, behind which most may follow.
const MAX_PLACES: usize = 8;
/// Lines of a source in which it is looked for how it goes on after a run, where lines were changed or left out.
const MAX_SKIPPED: usize = 16;
/// Lines that are indexed, several times the largest context there is; later ones are not found.
const MAX_INDEXED: usize = 1 << 20;
/// Bytes of one text that is read.
const MAX_TEXT: usize = 1 << 30;

/// A text of the conversation, as it was sent.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) label: String,
    pub(super) text: String,
    pub(super) lines: Vec<Line>,
    /// The runs of numbered lines by index of their first line, with ascending numbers; empty where lines go by their place.
    runs: Vec<usize>,
    /// The last numbered line, if there is one.
    last_numbered: Option<usize>,
}

impl Source {
    fn new(label: String, text: String) -> Self {
        let mut lines = lines(&text);
        let is_start =
            |at: usize| lines[at].numbered.is_some() && (at == 0 || !lines[at].follows(&lines[at - 1]));
        let mut runs: Vec<usize> = (0..lines.len()).filter(|&at| is_start(at)).collect();
        let number = |at: usize| lines[at].numbered.map_or(0, |numbered| numbered.number);
        let ascending = runs.windows(2).all(|pair| {
            let last = (pair[0]..pair[1]).rev().find(|&at| lines[at].numbered.is_some()).unwrap_or(pair[0]);
            number(last) < number(pair[1])
        });
        if !ascending {
            // A number that stands twice names no line.
            runs.clear();
            lines.iter_mut().for_each(Line::forget_number);
        }
        let last_numbered = lines.iter().rposition(|line| line.numbered.is_some());
        Self { label, text, lines, runs, last_numbered }
    }

    /// By what a line goes; `None` for one without a number among or before others that have one.
    pub(super) fn address(&self, at: usize) -> Option<Address> {
        if let Some(numbered) = self.lines[at].numbered {
            return Some(Address::Number(numbered.number));
        }
        match self.last_numbered {
            None => u32::try_from(at + 1).ok().map(Address::Number),
            Some(last) => u32::try_from(at.checked_sub(last)?).ok().map(Address::After),
        }
    }

    /// The index of the line that goes by an address.
    pub(super) fn position(&self, address: Address) -> Option<usize> {
        let at = match (address, self.last_numbered) {
            (Address::Number(number), None) => (number as usize).checked_sub(1)?,
            (Address::After(number), Some(last)) => last + number as usize,
            (Address::After(_), None) => return None,
            (Address::Number(number), Some(_)) => {
                let start = |&run: &usize| self.lines[run].numbered.map_or(0, |numbered| numbered.number);
                let run = self.runs[self.runs.partition_point(|run| start(run) <= number).checked_sub(1)?];
                run + (number - start(&run)) as usize
            }
        };
        (at < self.lines.len() && self.address(at) == Some(address)).then_some(at)
    }

    /// Whether a line may be pointed at: it has something to go by, and it is no reference or marker itself.
    fn is_literal(&self, at: usize) -> bool {
        let line = self.lines[at].whole(&self.text);
        self.address(at).is_some() && !reference::begins(line) && !line.starts_with("[headroom: ")
    }
}

/// A place in the index.
#[derive(Clone, Copy, Debug)]
struct Place {
    source: u32,
    line: u32,
    /// Index of the place before it with the same window; its own for the first.
    before: u32,
}

/// The places of a window.
#[derive(Clone, Copy, Debug)]
struct Places {
    first: u32,
    latest: u32,
}

/// A run of lines that stands in a source as well.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) source: usize,
    pub(super) line: usize,
    pub(super) length: usize,
}

impl Run {
    /// Bytes that it takes from line `at` on.
    pub(super) fn bytes(self, lines: &[Line], at: usize) -> usize {
        match self.length.checked_sub(1) {
            Some(more) => (lines[at + more].end - lines[at].start) as usize,
            None => 0,
        }
    }
}

/// The lines of a conversation so far.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    labels: Labels,
    sources: Vec<Source>,
    of_label: FixedMap<String, u32>,
    windows: FixedMap<u64, Places>,
    places: Vec<Place>,
    /// Sources by a hash of their text.
    whole: FixedMap<u64, u32>,
    bytes: usize,
}

impl Lookup {
    /// Adds a text under a name.
    pub(super) fn add(&mut self, name: &Name, text: &str) {
        // The label is given all the same: what it counts are calls.
        let label = self.labels.next(name);
        if text.len() > MAX_TEXT || self.places.len() > MAX_INDEXED {
            return;
        }
        let source = Source::new(label, text.to_owned());
        let Ok(number) = u32::try_from(self.sources.len()) else { return };
        let hashes: Vec<u64> = source.lines.iter().map(|line| hash(line.content(text))).collect();
        let mut literal = 0;
        let mut last = None;
        for at in 0..source.lines.len() {
            let follows = at > 0 && source.lines[at].follows(&source.lines[at - 1]);
            literal = match source.is_literal(at) {
                false => 0,
                true if follows => literal + 1,
                true => 1,
            };
            if literal > 0
                && source.lines[at].content(text).len() >= LONG_LINE
                && self.places.len() < MAX_INDEXED
            {
                self.put(window(&hashes[at..=at]), number, at);
            }
            if literal >= MIN_LINES && self.places.len() < MAX_INDEXED {
                let start = at + 1 - MIN_LINES;
                let window = window(&hashes[start..=at]);
                // In a run of the same line over and over, the first place is the one to find.
                if last != Some(window) && !is_blank(source.lines[start].content(text)) {
                    self.put(window, number, start);
                }
                last = Some(window);
            }
        }
        if !source.lines.iter().any(|line| reference::begins(line.whole(text))) {
            self.whole.insert(hash(text), number);
        }
        self.bytes +=
            source.text.len() + source.lines.len() * (size_of::<Line>() + 2 * size_of::<Place>()) + 128;
        self.of_label.insert(source.label.clone(), number);
        self.sources.push(source);
    }

    fn put(&mut self, window: u64, source: u32, line: usize) {
        let (Ok(line), Ok(latest)) = (u32::try_from(line), u32::try_from(self.places.len())) else {
            return;
        };
        let places = self.windows.entry(window).or_insert(Places { first: latest, latest });
        let before = std::mem::replace(&mut places.latest, latest);
        self.places.push(Place { source, line, before });
    }

    /// Bytes that it holds, about.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn source(&self, number: usize) -> &Source {
        &self.sources[number]
    }

    pub(super) fn by_label(&self, label: &str) -> Option<&Source> {
        self.of_label.get(label).map(|&number| &self.sources[number as usize])
    }

    /// The source whose text is `text`.
    pub(super) fn same(&self, text: &str) -> Option<&Source> {
        let source = &self.sources[*self.whole.get(&hash(text))? as usize];
        (source.text == text).then_some(source)
    }

    /// The run at line `at` of `text` that saves most, given what a reference to a source costs in bytes; `hashes` are those of
    /// the lines' contents.
    pub(super) fn best(
        &self,
        text: &str,
        lines: &[Line],
        hashes: &[u64],
        at: usize,
        cost: impl Fn(usize) -> usize,
    ) -> Option<Run> {
        let content = lines[at].content(text);
        if is_blank(content) {
            return None;
        }
        let several = hashes.get(at..at + MIN_LINES);
        let one = (content.len() >= LONG_LINE).then(|| &hashes[at..=at]);
        let windows = several.into_iter().chain(one).filter_map(|lines| self.windows.get(&window(lines)));
        let mut best: Option<(usize, Run)> = None;
        for place in windows.flat_map(|&places| self.latest(places)) {
            let place = self.places[place as usize];
            let run = self.run(place.source as usize, place.line as usize, text, lines, at);
            let saved = run.bytes(lines, at).saturating_sub(cost(run.source));
            if best.is_none_or(|(most, _)| saved > most) {
                best = Some((saved, run));
            }
        }
        best.map(|(_, run)| run)
    }

    /// The latest places of a window and its first.
    fn latest(&self, places: Places) -> impl Iterator<Item = u32> {
        let before = |&place: &u32| {
            let before = self.places[place as usize].before;
            (before != place).then_some(before)
        };
        std::iter::successors(Some(places.latest), before).take(MAX_PLACES).chain([places.first])
    }

    /// The longest run at line `at` that goes on in a source a few lines after `from`, however short it is.
    pub(super) fn goes_on(
        &self,
        source: usize,
        from: usize,
        text: &str,
        lines: &[Line],
        at: usize,
    ) -> Option<Run> {
        if is_blank(lines[at].content(text)) {
            return None;
        }
        let runs = (from..from + MAX_SKIPPED).map(|line| self.run(source, line, text, lines, at));
        // Of equally long ones the first.
        runs.filter(|run| run.length > 0).min_by_key(|run| std::cmp::Reverse(run.length))
    }

    /// The run, extended over the lines before it that stand before it in its source as well, down to line `least`.
    pub(super) fn extended(&self, mut run: Run, text: &str, lines: &[Line], at: usize, least: usize) -> Run {
        let source = &self.sources[run.source];
        let mut at = at;
        while at > least
            && run.line > 0
            && lines[at].follows(&lines[at - 1])
            && source.lines[run.line].follows(&source.lines[run.line - 1])
            && lines[at - 1].content(text) == source.lines[run.line - 1].content(&source.text)
            && source.is_literal(run.line - 1)
        {
            at -= 1;
            run.line -= 1;
            run.length += 1;
        }
        run
    }

    /// The lines from `at` on that are those of a source from `line` on, which may be none.
    fn run(&self, source: usize, line: usize, text: &str, lines: &[Line], at: usize) -> Run {
        let mut run = Run { source, line, length: 0 };
        let source = &self.sources[source];
        while let (Some(here), Some(there)) =
            (lines.get(at + run.length), source.lines.get(line + run.length))
        {
            let goes_on = run.length == 0
                || here.follows(&lines[at + run.length - 1])
                    && there.follows(&source.lines[line + run.length - 1]);
            if !goes_on
                || here.content(text) != there.content(&source.text)
                || !source.is_literal(line + run.length)
            {
                break;
            }
            run.length += 1;
        }
        run
    }
}

fn is_blank(content: &str) -> bool {
    content.trim_ascii().is_empty()
}

fn window(lines: &[u64]) -> u64 {
    let mut hasher = FixedHasher::default();
    for &line in lines {
        hasher.write_u64(line);
    }
    hasher.finish()
}
