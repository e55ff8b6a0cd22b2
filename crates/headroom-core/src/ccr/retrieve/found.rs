//! Answers to a query: the units that match, best first, as many as a page holds.
//!
//! Owns how they are shown and how the next page is asked for. What matches is the search's business.

use super::super::answer::Answer;
use super::super::document::{Chosen, Document};
use super::super::page::{self, Page, Unit};
use super::super::ranges::{self, Range};
use super::super::search::{Ranking, Units as _, Wanted};
use super::super::units::Units;
use super::{Picked, Request, Selection, quoted};
use crate::compress::passage::cut;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Bytes of a row from which on only what is around the match is shown.
const LONG_ROW: usize = 3_000;
/// Bytes before the match that are shown of it.
const BEFORE_MATCH: usize = 300;
/// Bytes that a token stands for at most, about: what a page can hold.
const BYTES_PER_TOKEN: usize = 16;
/// Ranges that a header repeats for the next page.
const MAX_REPEATED: usize = 40;
/// Bytes of the passages in which a single one is searched.
const FINE: usize = 500;

/// A unit as it is shown.
struct Shown<'u> {
    lead: String,
    text: Cow<'u, str>,
}

impl Request<'_> {
    /// The picked units that match the query, best first.
    pub(super) fn searched(&self, selection: &Selection<'_>, picked: &Picked, query: &str) -> Answer {
        let wanted = Wanted::of(query);
        match &selection.units {
            Units::Lines(text) => self.searched_text(selection, picked, &wanted, text),
            Units::Slices(_, slices, noun) => {
                let chosen: Vec<(usize, &str)> = selection
                    .units
                    .within(&picked.ranges, false)
                    .map(|unit| (unit.number, unit.text))
                    .collect();
                let rows = Rows(&chosen);
                let show = |at: usize| row(chosen[at].0, chosen[at].1, &wanted);
                let ranking = wanted.rank(&rows);
                let counts =
                    Counts { total: slices.len(), one: noun.word(1), many: noun.word(2), head: None };
                self.found(selection, picked, &ranking, &counts, show)
            }
        }
    }

    fn searched_text(
        &self,
        selection: &Selection<'_>,
        picked: &Picked,
        wanted: &Wanted,
        text: &str,
    ) -> Answer {
        let Some(mut document) = Document::read(text) else {
            return Answer::nothing("[the original is too large to be searched; ask for lines]".to_owned());
        };
        let mut indexes = document.within(&picked.ranges);
        if let [one] = indexes[..]
            && document.passages.reading.is_none()
        {
            // Who searches within one passage wants a part of it.
            let pieces = cut(text, vec![document.passage(one as usize).clone()], FINE);
            document.passages.list = pieces;
            indexes = document.within(&picked.ranges);
        }
        let chosen = Chosen { document: &document, indexes };
        let ranking = wanted.rank(&chosen);
        let noun = document.passages.noun;
        let counts = Counts {
            total: if selection.named.is_some() { chosen.len() } else { document.len() },
            one: noun.word(1),
            many: noun.word(2),
            head: document.head(),
        };
        let show = |at: usize| {
            let at = chosen.indexes[at] as usize;
            Shown { lead: document.lead(at), text: document.reads(at) }
        };
        self.found(selection, picked, &ranking, &counts, show)
    }

    fn found<'u>(
        &self,
        selection: &Selection<'_>,
        picked: &Picked,
        ranking: &Ranking,
        counts: &Counts<'_>,
        show: impl Fn(usize) -> Shown<'u>,
    ) -> Answer {
        let query = self.arguments.query.as_deref().unwrap_or_default();
        let Ranking { matches, count, partial, listed, .. } = ranking;
        let (count, partial, listed) = (*count, *partial, *listed);
        let mut of = selection.of.as_deref().map(|of| format!(" of {of}")).unwrap_or_default();
        if let Some(named) = &selection.named {
            let _ = write!(of, " of {named}");
        }
        if matches.is_empty() {
            let among = if picked.given.is_empty() { "" } else { " selected" };
            return self.nothing(&format!("no{among} {}{of} match {}", counts.many, quoted(query)));
        }
        let noun = if counts.total == 1 { counts.one } else { counts.many };
        let words = if ranking.is_full { "" } else { "some words of " };
        let part = format!("{count} of {} {noun}{of} match {words}{}", counts.total, quoted(query));
        let (first, character) = picked.from_match.unwrap_or((1, 1));
        if first > matches.len() {
            let all = count + partial;
            return Answer::nothing(format!("[{part}; there is no match {first}, only {all}]"));
        }
        // Those with every word, then, on pages of their own, those with some.
        let last = if first <= listed { listed } else { matches.len() };
        let (mut offered, mut bytes) = (Vec::new(), 0);
        for &at in &matches[first - 1..last] {
            let shown = show(at);
            bytes += shown.text.len() + shown.lead.len();
            offered.push(shown);
            if bytes > self.limit.saturating_mul(BYTES_PER_TOKEN) {
                break;
            }
        }
        let header = |page: &Page| {
            let mut header = format!("[{part}");
            if count > 1 || first > listed {
                header.push_str(", best first");
            }
            let all_shown = page.rest.is_none() && first == 1 && page.count == last && offered.len() == last;
            if !all_shown && page.excerpt.is_none() {
                let end = first + page.count.max(1) - 1;
                let numbers =
                    if end == first { format!("match {first}") } else { format!("matches {first}-{end}") };
                let _ = write!(header, ": {numbers}");
            }
            if let Some(excerpt) = page.excerpt {
                let (from, to, total) = (excerpt.first, excerpt.last, excerpt.total);
                let _ = write!(header, ": match {}, characters {from}-{to} of {total}", excerpt.number);
            }
            let next = page.rest.or_else(|| {
                let next = first + page.count;
                (next <= last).then_some((next, 1))
            });
            if let Some((next, character)) = next {
                let _ = write!(header, "; next: {}", self.further(selection, picked, (next, character)));
            } else if last == listed && partial > 0 {
                let others =
                    if partial == 1 { "1 other has".to_owned() } else { format!("{partial} others have") };
                let next = self.further(selection, picked, (listed + 1, 1));
                let _ = write!(header, "; {others} only some of these words: {next}");
            } else if last == matches.len() && count + partial > matches.len() {
                let _ = write!(header, "; the others are not listed: narrow the query");
            }
            header.push(']');
            if let Some(head) = counts.head {
                let _ = write!(header, "\n{head}");
            }
            header
        };
        let units = || {
            offered.iter().enumerate().map(|(at, shown)| Unit {
                number: first + at,
                character: if at == 0 { character } else { 1 },
                lead: Cow::Borrowed(shown.lead.as_str()),
                text: &shown.text,
            })
        };
        let (_, text) = page::fill(units, true, header, self.counter, self.limit);
        Answer { text, found: true, part }
    }

    /// The fields that lead from this page to the next: `same query, lines "match 15-"`.
    fn further(&self, selection: &Selection<'_>, picked: &Picked, next: (usize, usize)) -> String {
        let mut same = Vec::new();
        for (given, name) in [
            (&self.arguments.path, "path"),
            (&self.arguments.symbol, "symbol"),
            (&self.arguments.query, "query"),
        ] {
            if given.is_some() {
                same.push(name);
            }
        }
        let same = match &same[..] {
            [first, second, third] => format!("{first}, {second} and {third}"),
            [first, second] => format!("{first} and {second}"),
            others => others.concat(),
        };
        let field = self.field(selection);
        let from = Range { first: next.0, character: next.1, last: ranges::END };
        let from = ranges::write(&[from], 1, Some(ranges::END));
        let given = match &picked.given[..] {
            [] => String::new(),
            given => format!("{}, ", ranges::write(given, MAX_REPEATED, Some(selection.units.total()))),
        };
        format!("same {same}, {field} \"{given}match {from}\"")
    }
}

/// What there is to say of the units that were searched.
struct Counts<'c> {
    total: usize,
    one: &'static str,
    many: &'static str,
    /// What stands above all of them.
    head: Option<&'c str>,
}

/// Rows by number.
struct Rows<'r>(&'r [(usize, &'r str)]);

impl super::super::search::Units for Rows<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn read(&self, at: usize, text: &mut String) {
        text.push_str(&super::super::tape::unescape(self.0[at].1));
    }
}

/// A row after its number; of a long one what is around the first match.
fn row<'r>(number: usize, text: &'r str, wanted: &Wanted) -> Shown<'r> {
    if text.len() <= LONG_ROW {
        return Shown { lead: format!("{number}: "), text: Cow::Borrowed(text) };
    }
    let at = wanted.first_in(text).unwrap_or(0);
    let from = text.floor_char_boundary(at.saturating_sub(BEFORE_MATCH));
    let to = text.floor_char_boundary((from + LONG_ROW).min(text.len()));
    let first = text[..from].chars().count() + 1;
    let last = first + text[from..to].chars().count() - 1;
    let total = last + text[to..].chars().count();
    Shown {
        lead: format!("{number}, characters {first}-{last} of {total}: "),
        text: Cow::Borrowed(&text[from..to]),
    }
}
