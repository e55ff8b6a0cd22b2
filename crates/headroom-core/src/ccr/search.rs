//! Search by words within an original.
//!
//! Owns what matches and how well. It does not know what it searches: rows, lines or single values.

use super::tape::unescape;

/// Words of a query that are looked at.
const MAX_WORDS: usize = 32;
/// Matches that are kept, the best ones.
const MAX_MATCHES: usize = 10_000;
/// Words that say nothing about what is wanted, unless there are no others.
const EMPTY_WORDS: [&str; 36] = [
    "a", "about", "all", "an", "and", "any", "are", "as", "at", "be", "by", "did", "do", "does", "find",
    "for", "from", "has", "have", "how", "in", "is", "it", "me", "of", "on", "or", "show", "that", "the",
    "there", "this", "to", "was", "what", "with",
];

/// A query, ready to be matched.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The distinct words, in lower case.
    words: Vec<String>,
    /// The query as a whole, where it is more than one word.
    phrase: Option<String>,
    /// Bytes of the shortest of these.
    shortest: usize,
}

/// A unit that matches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match<'u> {
    /// Its number.
    pub(super) number: usize,
    /// The unit itself.
    pub(super) text: &'u str,
    score: usize,
}

/// What a search found.
#[derive(Debug)]
pub(super) struct Ranking<'u> {
    /// The best matches, best first.
    pub(super) matches: Vec<Match<'u>>,
    /// How many matches there are.
    pub(super) count: usize,
    /// How many units were passed over because they hold only some of the words, while matches hold them all.
    pub(super) partial: usize,
}

/// How a word must stand in a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Words of the unit begin with it; a word of one or two characters is a whole word.
    AtWordStart,
    /// Anywhere.
    Anywhere,
}

impl Wanted {
    /// The words of a query.
    pub(super) fn of(query: &str) -> Self {
        let lower = query.trim().to_lowercase();
        let mut words: Vec<String> = Vec::new();
        for word in lower.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
            if words.len() < MAX_WORDS && !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        if words.iter().any(|word| !EMPTY_WORDS.contains(&word.as_str())) {
            words.retain(|word| !EMPTY_WORDS.contains(&word.as_str()));
        }
        let phrase =
            (words.len() != 1 || words[0] != lower).then_some(lower).filter(|phrase| !phrase.is_empty());
        let shortest = words.iter().chain(&phrase).map(String::len).min().unwrap_or(usize::MAX);
        Self { words, phrase, shortest }
    }

    /// The units that match, best first, then in the order of the source. Where some hold every word of the
    /// query, only these do; words inside of words count only where nothing else matches.
    pub(super) fn rank<'u, Units>(&self, units: impl Fn() -> Units, escaped: bool) -> Ranking<'u>
    where
        Units: Iterator<Item = (usize, &'u str)>,
    {
        let found = self.rank_by(units(), escaped, Mode::AtWordStart);
        if found.count > 0 { found } else { self.rank_by(units(), escaped, Mode::Anywhere) }
    }

    fn rank_by<'u>(
        &self,
        units: impl Iterator<Item = (usize, &'u str)>,
        escaped: bool,
        mode: Mode,
    ) -> Ranking<'u> {
        let every_word = self.words.len().max(1);
        let mut matches = Vec::new();
        let (mut full, mut partial) = (0, 0);
        let keep_best = |matches: &mut Vec<Match<'u>>| {
            matches.sort_unstable_by_key(|found| (usize::MAX - found.score, found.number));
            matches.truncate(MAX_MATCHES);
        };
        for (number, text) in units {
            let score = self.score(text, escaped, mode);
            if score == 0 {
                continue;
            }
            if score >= every_word {
                full += 1;
            } else {
                partial += 1;
            }
            matches.push(Match { number, text, score });
            if matches.len() >= 2 * MAX_MATCHES {
                keep_best(&mut matches);
            }
        }
        keep_best(&mut matches);
        if full == 0 {
            return Ranking { matches, count: partial, partial: 0 };
        }
        matches.retain(|found| found.score >= every_word);
        Ranking { matches, count: full, partial }
    }

    /// How many of the words stand in `text`; the whole query counts for more than any number of them.
    fn score(&self, text: &str, escaped: bool, mode: Mode) -> usize {
        // No character has a lower case of more than twice its bytes.
        if text.len().saturating_mul(2) < self.shortest {
            return 0;
        }
        let lower = if escaped { unescape(text).to_lowercase() } else { text.to_lowercase() };
        let words = self.words.iter().filter(|word| stands_in(&lower, word, mode)).count();
        let phrase = self.phrase.as_ref().is_some_and(|phrase| lower.contains(phrase.as_str()));
        words + if phrase { MAX_WORDS } else { 0 }
    }
}

fn stands_in(text: &str, word: &str, mode: Mode) -> bool {
    if mode == Mode::Anywhere {
        return word.chars().nth(2).is_some() && text.contains(word);
    }
    let whole = word.chars().nth(2).is_none();
    let in_word = |c: char| c.is_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !(before.is_some_and(in_word) || whole && after.is_some_and(in_word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(query: &str, units: &[&str]) -> Vec<usize> {
        let each = || units.iter().enumerate().map(|(at, text)| (at + 1, *text));
        Wanted::of(query).rank(each, true).matches.iter().map(|found| found.number).collect()
    }

    #[test]
    fn more_words_rank_higher_then_the_order_of_the_source() {
        let units =
            ["timeout in payment", "payment done", "the payment timeout", "Payment-Timeout: 3", "nothing"];
        assert_eq!(numbers("payment timeout", &units), [3, 1, 4], "some hold both words");
        assert_eq!(numbers("payment timeout disk", &units), [1, 3, 4, 2], "none holds all three");
        assert_eq!(numbers("the timeout", &units), [1, 3, 4]);
        assert_eq!(numbers("the", &units), [3]);
        assert_eq!(numbers("absent", &units), [0; 0]);
    }

    #[test]
    fn words_match_at_their_beginning_and_elsewhere_only_if_need_be() {
        assert_eq!(numbers("error", &["errors", "terror", "ERROR"]), [1, 3]);
        assert_eq!(numbers("failed", &["PaymentFailed", "none"]), [1]);
        assert_eq!(numbers("id", &["idle", "the id: 5", "valid"]), [2]);
        assert_eq!(numbers("10.0.0.1", &["10 0 0 1", "at 10.0.0.1", "10.0.0.12"]), [2, 3, 1]);
        assert_eq!(numbers("->", &["a -> b", "a b"]), [1]);
        assert_eq!(numbers("", &["a"]), [0; 0]);
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(numbers("café failure", &[r#""caf\u00e9""#, r#""x\nFailure""#]), [1, 2]);
        assert_eq!(numbers("ÉCOLE", &["école"]), [1]);
    }
}
