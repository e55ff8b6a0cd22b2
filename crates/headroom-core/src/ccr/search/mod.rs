//! Ranked search within an original: Okapi BM25 over its units.
//!
//! Owns what matches and how well. It does not know what it searches: rows, lines, records, sections or single values.
//!
//! Stephen Robertson and Hugo Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", Foundations and Trends in
//! Information Retrieval 3 (2009), section 3: a term counts for the more the fewer units have it, its repetitions count for
//! less and less, and long units are not favoured for being long. Before that comes what a ranking by words cannot know:
//! units that hold every term stand before those that hold some, and identifiers, numbers and phrases that stand there to
//! the letter before those that only resemble them. Equals keep the order of the source.

mod query;

use query::{Folded, MAX_TERMS, Query};

/// How fast repetitions of a term stop counting, the customary value.
const K1: f64 = 1.2;
/// How much the length of a unit counts, the customary value.
const B: f64 = 0.75;
/// Matches that are kept, the best ones.
const MAX_MATCHES: usize = 10_000;
/// Units before and after a match that are shown beside it, if they match about as well.
const NEIGHBOURS: usize = 2;

/// What is searched.
pub(super) trait Units {
    /// How many units there are.
    fn len(&self) -> usize;
    /// The text of one, and what it belongs to, as it reads.
    fn read(&self, at: usize, text: &mut String);
}

/// A unit that matches.
#[derive(Clone, Copy, Debug)]
struct Match {
    at: usize,
    /// Terms asked for to the letter that stand there so, and whether the whole query does.
    letters: u32,
    /// The BM25 score, in millionths.
    score: u64,
}

impl Match {
    /// Whether it is good enough to be shown beside a better match next to it.
    fn is_beside(&self, better: &Self) -> bool {
        self.letters == better.letters && self.score * 5 >= better.score * 4
    }
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    /// Indexes of the best matches, those with every term first; neighbours stand together.
    pub(super) matches: Vec<usize>,
    /// How many units hold every term; where none does, how many hold some.
    pub(super) count: usize,
    /// How many units hold only some of the terms, while others hold all of them.
    pub(super) partial: usize,
    /// How many of the listed matches are those that are counted in `count`.
    pub(super) listed: usize,
    /// Whether these hold every term.
    pub(super) is_full: bool,
}

/// A query, ready to be matched.
#[derive(Debug)]
pub(super) struct Wanted(Query);

impl Wanted {
    /// Reads a query.
    pub(super) fn of(query: &str) -> Self {
        Self(Query::new(query))
    }

    /// The units that match, best first. What stands inside of words counts only where nothing else matches.
    pub(super) fn rank(&self, units: &impl Units) -> Ranking {
        let found = self.rank_by(units, false);
        if found.matches.is_empty() { self.rank_by(units, true) } else { found }
    }

    /// The byte of a text at which the first of what is asked for stands.
    pub(super) fn first_in(&self, text: &str) -> Option<usize> {
        let folded = Folded::new(text);
        // Lower case may be longer or shorter than what it is made of; then the place is about right.
        folded.first(&self.0).map(|at| text.floor_char_boundary(at.min(text.len())))
    }

    fn rank_by(&self, units: &impl Units, anywhere: bool) -> Ranking {
        let statistics = self.statistics(units, anywhere);
        let (mut full, mut partial) = (Best::default(), Best::default());
        self.each(units, anywhere, |at, unit| {
            let tier = if unit.is_full { &mut full } else { &mut partial };
            tier.add(Match { at, letters: unit.letters, score: statistics.score(&unit) });
        });
        let (full, full_count) = full.finish();
        let (partial, partial_count) = partial.finish();
        if full_count == 0 {
            return Ranking {
                listed: partial.len(),
                matches: partial,
                count: partial_count,
                partial: 0,
                is_full: false,
            };
        }
        let listed = full.len();
        Ranking {
            matches: [full, partial].concat(),
            count: full_count,
            partial: partial_count,
            listed,
            is_full: true,
        }
    }

    /// Visits every unit in which something of the query stands.
    fn each(&self, units: &impl Units, anywhere: bool, mut visit: impl FnMut(usize, Unit)) -> (usize, u64) {
        let query = &self.0;
        let shortest = query.shortest();
        let (mut text, mut words) = (String::new(), 0);
        for at in 0..units.len() {
            text.clear();
            units.read(at, &mut text);
            if text.len() < shortest {
                words += 1;
                continue;
            }
            let folded = Folded::new(&text);
            let mut unit =
                Unit { words: folded.words(), is_full: !query.terms.is_empty(), ..Unit::default() };
            words += unit.words;
            for (halves, term) in unit.halves.iter_mut().zip(&query.terms) {
                let found = term.find(&folded, anywhere);
                *halves = found.halves;
                unit.letters += u32::from(found.to_the_letter && term.is_exact);
                unit.is_full &= found.halves > 0;
            }
            let phrase = query.phrase.as_ref().is_some_and(|phrase| folded.holds(phrase));
            if phrase {
                unit.letters += query.terms.len() as u32 + 1;
                unit.is_full = true;
            }
            if phrase || unit.halves.iter().any(|&halves| halves > 0) {
                visit(at, unit);
            }
        }
        (units.len(), words)
    }

    fn statistics(&self, units: &impl Units, anywhere: bool) -> Statistics {
        let mut with_term = vec![0_usize; self.0.terms.len()];
        let (count, words) = self.each(units, anywhere, |_, unit| {
            for (count, &halves) in with_term.iter_mut().zip(&unit.halves) {
                *count += usize::from(halves > 0);
            }
        });
        let weight = |&with: &usize| {
            let (all, with) = (count as f64, with as f64);
            libm::log(1.0 + (all - with + 0.5) / (with + 0.5))
        };
        let weights = with_term.iter().map(weight).collect();
        Statistics { weights, mean_words: (words as f64 / count.max(1) as f64).max(1.0) }
    }
}

/// What stands in one unit.
#[derive(Debug, Default)]
struct Unit {
    /// For each term how often, in halves.
    halves: [u32; MAX_TERMS],
    letters: u32,
    words: u64,
    is_full: bool,
}

/// What is known of all units.
struct Statistics {
    /// How much each term says: the fewer units have it, the more.
    weights: Vec<f64>,
    mean_words: f64,
}

impl Statistics {
    fn score(&self, unit: &Unit) -> u64 {
        let length = 1.0 - B + B * unit.words as f64 / self.mean_words;
        let term = |(&halves, weight): (&u32, &f64)| {
            let frequency = f64::from(halves) / 2.0;
            weight * frequency * (K1 + 1.0) / (frequency + K1 * length)
        };
        (unit.halves.iter().zip(&self.weights).map(term).sum::<f64>() * 1e6) as u64
    }
}

/// The best matches so far.
#[derive(Default)]
struct Best {
    matches: Vec<Match>,
    count: usize,
}

impl Best {
    fn add(&mut self, found: Match) {
        self.count += 1;
        self.matches.push(found);
        if self.matches.len() >= 2 * MAX_MATCHES {
            self.keep_best();
        }
    }

    fn keep_best(&mut self) {
        self.matches
            .sort_unstable_by_key(|found| (u32::MAX - found.letters, u64::MAX - found.score, found.at));
        self.matches.truncate(MAX_MATCHES);
    }

    /// Indexes of the best ones with their neighbours, and how many there were.
    fn finish(mut self) -> (Vec<usize>, usize) {
        self.keep_best();
        let mut places: Vec<(usize, usize)> =
            self.matches.iter().enumerate().map(|(rank, found)| (found.at, rank)).collect();
        places.sort_unstable();
        let mut listed = vec![false; self.matches.len()];
        let mut order = Vec::with_capacity(self.matches.len());
        for found in &self.matches {
            let Ok(place) = places.binary_search_by_key(&found.at, |&(at, _)| at) else { continue };
            if listed[places[place].1] {
                continue;
            }
            let (mut first, mut last) = (place, place);
            let joins = |left: usize, right: usize, other: usize| {
                let rank = places[other].1;
                places[left].0 + 1 == places[right].0 && !listed[rank] && self.matches[rank].is_beside(found)
            };
            while place - first < NEIGHBOURS && first > 0 && joins(first - 1, first, first - 1) {
                first -= 1;
            }
            while last - place < NEIGHBOURS && last + 1 < places.len() && joins(last, last + 1, last + 1) {
                last += 1;
            }
            for &(at, rank) in &places[first..=last] {
                listed[rank] = true;
                order.push(at);
            }
        }
        (order, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Units for &[&str] {
        fn len(&self) -> usize {
            <[&str]>::len(self)
        }

        fn read(&self, at: usize, text: &mut String) {
            text.push_str(self[at]);
        }
    }

    /// The numbers of what matches, from 1, those with some of the words after a 0.
    fn numbers(query: &str, units: &[&str]) -> Vec<usize> {
        let Ranking { matches, count, partial, .. } = Wanted::of(query).rank(&units);
        assert_eq!(matches.len(), count + partial);
        let mut numbers: Vec<usize> = matches.iter().map(|at| at + 1).collect();
        if partial > 0 {
            numbers.insert(count, 0);
        }
        numbers
    }

    #[test]
    fn units_with_all_words_rank_before_those_with_some() {
        let units =
            ["timeout in payment", "payment done", "the payment timeout", "Payment-Timeout: 3", "nothing"];
        assert_eq!(numbers("payment timeout", &units), [3, 1, 4, 0, 2]);
        assert_eq!(numbers("payment timeout disk", &units), [1, 3, 4, 2]);
        assert_eq!(numbers("the timeout", &units), [1, 3, 4]);
        assert_eq!(numbers("the", &units), [3]);
        assert_eq!(numbers("absent", &units), [0; 0]);
    }

    #[test]
    fn words_match_at_their_beginning_and_elsewhere_only_if_need_be() {
        assert_eq!(numbers("error", &["errors", "terror", "ERROR"]), [3, 1]);
        assert_eq!(numbers("failed", &["PaymentFailed", "none"]), [1]);
        assert_eq!(numbers("faile", &["unfailed", "none"]), [1]);
        assert_eq!(numbers("id", &["idle", "the id: 5", "valid"]), [2]);
        assert_eq!(numbers("->", &["a -> b", "a b"]), [1]);
        assert_eq!(numbers("", &["a"]), [0; 0]);
        assert_eq!(numbers("ÉCOLE", &["école"]), [1]);
    }

    #[test]
    fn what_stands_there_to_the_letter_ranks_first() {
        assert_eq!(numbers("10.0.0.1", &["10 0 0 1", "at 10.0.0.1", "10.0.0.12"]), [2]);
        assert_eq!(numbers("10.0.0", &["10 0 0 1", "at 10.0.0.1", "10.0.0.12"]), [2, 3]);
        assert_eq!(numbers("0.0.1", &["x 0 0 1", "10.0.0.12"]), [2]);
        assert_eq!(numbers("get_user", &["getUser getUser", "x", "get_user"]), [3, 1]);
        assert_eq!(
            numbers("order 4711 refund", &["refund of order 47110", "order 4711 refund", "4711"]),
            [2, 0, 3, 1]
        );
    }

    #[test]
    fn rare_words_count_for_more_and_long_units_for_less() {
        let common = ["disk full", "disk ok", "disk ok", "disk ok", "full"];
        assert_eq!(numbers("disk full pump", &common)[0], 1);
        assert_eq!(numbers("disk quota", &["disk", "x", "disk", "quota"])[0], 4);
        assert_eq!(numbers("leak", &["leak and a lot of other words beside it", "x", "leak"]), [3, 1]);
    }

    #[test]
    fn neighbours_stand_together() {
        let units =
            ["leak aa bb cc", "leak aa bb", "x", "leak aa bb", "leak in a long line of many other words"];
        assert_eq!(numbers("leak", &units), [1, 2, 4, 5]);
    }
}
