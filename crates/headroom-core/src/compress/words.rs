//! Words: those that a question asks for, and those by which a text says that something failed.
//!
//! Owns the reading of questions and the judgement of plain texts, for every compressor. It knows no kind of content.

use super::Query;
use crate::hash::FixedMap;

/// Words of a question that are looked for.
const MAX_WORDS: usize = 64;
/// Bytes of a string that are read.
const MAX_BYTES: usize = 16_384;
/// Words that say nothing of what is asked.
const STOP_WORDS: &[&str] = &[
    "a", "all", "an", "and", "any", "are", "as", "at", "be", "by", "can", "did", "do", "does", "each",
    "find", "for", "from", "get", "give", "given", "has", "have", "how", "i", "in", "is", "it", "its",
    "list", "many", "me", "most", "much", "my", "of", "on", "or", "out", "please", "show", "tell", "than",
    "that", "the", "their", "them", "there", "these", "they", "this", "to", "under", "was", "we", "were",
    "what", "when", "where", "which", "who", "why", "will", "with", "you",
];
/// Words by which a text says that something failed.
const FAILURE_WORDS: &[&str] = &[
    "abort",
    "aborted",
    "alert",
    "critical",
    "crash",
    "crashed",
    "denied",
    "emerg",
    "emergency",
    "err",
    "error",
    "errors",
    "exception",
    "fail",
    "failed",
    "failing",
    "failure",
    "fatal",
    "forbidden",
    "invalid",
    "killed",
    "panic",
    "refused",
    "rejected",
    "severe",
    "timeout",
    "traceback",
    "unauthorized",
    "unhandled",
    "unreachable",
];
/// Words that ask for the ends of an order.
const EXTREME_WORDS: &[&str] = &[
    "best", "biggest", "cheapest", "earliest", "fastest", "fewest", "greatest", "heaviest", "highest",
    "largest", "last", "latest", "least", "longest", "lowest", "max", "maximum", "min", "minimum", "most",
    "newest", "oldest", "recent", "shortest", "slowest", "smallest", "top", "worst", "youngest",
];
/// Words that ask for a time.
const TIME_WORDS: &[&str] =
    &["date", "earliest", "first", "last", "latest", "newest", "oldest", "recent", "time", "when"];
/// Words that ask for a figure over all rows.
const TOTAL_WORDS: &[&str] = &["altogether", "average", "avg", "mean", "overall", "sum", "total"];
/// Rows that a question may ask for at an end (`top 20`).
const MAX_EXTREMES: usize = 50;

/// The words of a question.
#[derive(Debug, Default)]
pub struct Words {
    bits: Known,
    whole: Known,
    count: u32,
}

/// Words with their bits.
#[derive(Debug, Default)]
struct Known {
    bits: FixedMap<String, u64>,
    /// The first bytes of them all, those beyond ASCII as one: most words of a text begin with none of these.
    first: u128,
}

impl Known {
    fn add(&mut self, word: String, bit: u64) {
        self.first |= Self::first(&word);
        self.bits.insert(word, bit);
    }

    fn get(&self, word: &str) -> u64 {
        if self.first & Self::first(word) == 0 { 0 } else { self.bits.get(word).copied().unwrap_or(0) }
    }

    fn first(word: &str) -> u128 {
        word.bytes().next().map_or(0, |byte| 1 << byte.min(127))
    }
}

/// The sort of answer that a question wants, as far as its words tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// How many of the largest or smallest; 0 where no end of an order is asked for.
    pub extremes: usize,
    /// A time, or what came first or last.
    pub times: bool,
    /// A sum or a mean.
    pub totals: bool,
}

impl Asks {
    /// Reads a question.
    #[must_use]
    pub fn new(question: &str) -> Self {
        let question = question.to_lowercase();
        let words: Vec<&str> = question
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let number = |word: Option<&&str>| word.and_then(|word| word.parse().ok());
        let mut asks = Self::default();
        for (at, word) in words.iter().enumerate() {
            if EXTREME_WORDS.contains(word) {
                let before = at.checked_sub(1).and_then(|before| number(words.get(before)));
                let wanted: usize = number(words.get(at + 1)).or(before).unwrap_or(1);
                asks.extremes = asks.extremes.max(wanted.clamp(1, MAX_EXTREMES));
            }
            asks.times |= TIME_WORDS.contains(word);
            asks.totals |= TOTAL_WORDS.contains(word);
        }
        asks
    }
}

/// Words that differ in their ending alone are one: `process`, `processes`; `created`, `creation`.
fn stem(word: &str) -> &str {
    if word.len() <= 5 {
        return word;
    }
    let at = if word.is_ascii() { Some(5) } else { word.char_indices().nth(5).map(|(at, _)| at) };
    match at {
        Some(at) if !word.bytes().any(|byte| byte.is_ascii_digit()) => &word[..at],
        _ => word,
    }
}

impl Words {
    /// The words of what is asked, and whole names such as `anthropic.claude-3` or `src/a.ts`.
    #[must_use]
    pub fn new(query: &Query) -> Self {
        let mut words = Self::default();
        for text in [&query.question, &query.arguments] {
            for name in
                text.split(|character: char| character.is_whitespace() || "\"'`,;(){}[]".contains(character))
            {
                let name = name.trim_matches(|character: char| ".:?!".contains(character)).to_lowercase();
                let joined = name.len() >= 4 && name.contains(|character: char| !character.is_alphanumeric());
                let short_number = name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_digit());
                if joined || short_number {
                    words.add_whole(name);
                }
            }
            for word in text.split(|character: char| !character.is_alphanumeric()) {
                let word = word.to_lowercase();
                let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
                if (word.len() >= 2 && !is_number || word.len() >= 3) && !STOP_WORDS.contains(&word.as_str())
                {
                    words.add(stem(&word).to_owned());
                }
            }
        }
        words
    }

    fn add(&mut self, word: String) {
        if (self.count as usize) < MAX_WORDS && self.bits.get(&word) == 0 {
            self.bits.add(word, 1 << self.count);
            self.count += 1;
        }
    }

    fn add_whole(&mut self, name: String) {
        if (self.count as usize) < MAX_WORDS && self.whole.get(&name) == 0 {
            self.whole.add(name, 1 << self.count);
            self.count += 1;
        }
    }

    /// How many words are looked for: their bits are the lowest, those of the question before those of the arguments.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.count
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The words that stand in a text, a bit each.
    #[must_use]
    pub fn found(&self, text: &str) -> u64 {
        if self.count == 0 {
            return 0;
        }
        let text = &text[..text.floor_char_boundary(MAX_BYTES)];
        let lower = text.to_lowercase();
        let mut found = 0;
        let mut add = |word: &str| {
            if word.len() > 1 && self.bits.first & Known::first(word) != 0 {
                found |= self.bits.get(stem(word));
            }
        };
        if lower.is_ascii() {
            let mut start = 0;
            for (at, byte) in lower.bytes().enumerate() {
                if !byte.is_ascii_alphanumeric() {
                    add(&lower[start..at]);
                    start = at + 1;
                }
            }
            add(&lower[start..]);
        } else {
            lower.split(|character: char| !character.is_alphanumeric()).for_each(add);
        }
        if self.whole.first != 0 {
            for name in lower.split_whitespace() {
                found |= self.whole.get(name);
            }
        }
        found
    }
}

/// Whether a text says, by one of its words, that something failed.
///
/// ```
/// use headroom_core::compress::words::is_failure_text;
///
/// assert!(is_failure_text("connection refused by host"));
/// assert!(!is_failure_text("no terror, infallible"));
/// ```
#[must_use]
pub fn is_failure_text(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(2_000)];
    text.split(|character: char| !character.is_ascii_alphanumeric()).any(|word| {
        (3..=12).contains(&word.len())
            && FAILURE_WORDS.iter().any(|failure| failure.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::{Asks, Words};
    use crate::compress::Query;

    fn query(question: &str) -> Query {
        Query { question: question.to_owned(), arguments: String::new() }
    }

    #[test]
    fn questions_say_what_sort_of_answer_they_want() {
        assert_eq!(Asks::new("Which films grossed most?"), Asks { extremes: 1, times: false, totals: false });
        assert_eq!(Asks::new("the top 10, please").extremes, 10);
        assert_eq!(Asks::new("the 5 largest").extremes, 5);
        assert_eq!(Asks::new("the 5000 largest").extremes, 50);
        assert!(Asks::new("When did it start?").times);
        assert!(Asks::new("What is the Average price?").totals);
        assert_eq!(Asks::new("List all mosts and totalities"), Asks::default());
    }

    #[test]
    fn words_match_by_their_beginning_and_names_as_a_whole() {
        let words = Words::new(&query("Which processes use claude-opus-5 or port 42, and what is a6?"));
        for text in ["a process", "Processing", "claude-opus-5", "at 42 ms", "A6"] {
            assert_ne!(words.found(text), 0, "{text}");
        }
        for text in ["which and what", "3.42", "a61", "pro"] {
            assert_eq!(words.found(text), 0, "{text}");
        }
    }
}
