//! What makes a value worth keeping: words of the question, and signs of failure.
//!
//! Owns the judgement of single values, remembered for each distinct one. It knows nothing of rows or tables.

use super::document::{Document, Id, Kind};
use crate::compress::Query;
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
/// Keys whose value, if there is one, is a failure.
const FAILURE_KEYS: &[&str] =
    &["error", "errors", "err", "exception", "errorcode", "errormessage", "failure", "fault", "stacktrace"];
/// Keys by whose number it is told how many things failed.
const FAILURE_COUNTS: &[&str] =
    &["failed", "failures", "errorcount", "failurecount", "failedcount", "numfailed"];
/// Keys whose `false` is a failure.
const SUCCESS_KEYS: &[&str] = &["success", "succeeded", "ok", "passed", "healthy", "valid"];
/// Values that say that nothing failed.
const FINE: &[&str] = &["", "-", "none", "null", "nil", "ok", "no", "false", "success", "n/a"];
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
    bits: FixedMap<String, u64>,
    whole: FixedMap<String, u64>,
    count: u32,
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
    match word.char_indices().nth(5) {
        Some((at, _)) if !word.bytes().any(|byte| byte.is_ascii_digit()) => &word[..at],
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
        if (self.count as usize) < MAX_WORDS && !self.bits.contains_key(&word) {
            self.bits.insert(word, 1 << self.count);
            self.count += 1;
        }
    }

    fn add_whole(&mut self, name: String) {
        if (self.count as usize) < MAX_WORDS && !self.whole.contains_key(&name) {
            self.whole.insert(name, 1 << self.count);
            self.count += 1;
        }
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
        for word in lower.split(|character: char| !character.is_alphanumeric()).filter(|word| word.len() > 1)
        {
            found |= self.bits.get(stem(word)).copied().unwrap_or(0);
        }
        if !self.whole.is_empty() {
            for name in lower.split_whitespace() {
                found |= self.whole.get(name).copied().unwrap_or(0);
            }
        }
        found
    }
}

/// Judgements of a document's values.
#[derive(Debug)]
pub struct Signals {
    words: Words,
    /// The sort of answer that is wanted.
    pub asks: Asks,
    masks: Vec<Option<u64>>,
    failures: Vec<Option<bool>>,
}

impl Signals {
    /// For one document and one question.
    #[must_use]
    pub fn new(document: &Document<'_>, query: &Query) -> Self {
        Self {
            words: Words::new(query),
            asks: Asks::new(&query.question),
            masks: vec![None; document.len()],
            failures: vec![None; document.len()],
        }
    }

    /// Whether the question names a column: `created_at`, `createdAt` by `created`.
    #[must_use]
    pub fn names(&self, path: &str) -> bool {
        let mut words = String::with_capacity(path.len() + 8);
        let mut last = ' ';
        for character in path.chars() {
            if character.is_uppercase() && last.is_lowercase() {
                words.push(' ');
            }
            words.push(if character == '_' { ' ' } else { character });
            last = character;
        }
        self.words.found(&words) != 0
    }

    /// The words of the question that stand in a value or below it (keys of records are columns, not data).
    pub fn mask(&mut self, document: &Document<'_>, id: Id) -> u64 {
        if let Some(mask) = self.masks[id as usize] {
            return mask;
        }
        let mask = match document.kind(id) {
            Kind::Array | Kind::Object => {
                document.children(id).iter().fold(0, |mask, &child| mask | self.mask(document, child))
            }
            Kind::Null | Kind::Bool => 0,
            Kind::String | Kind::RawString | Kind::Number => self.words.found(document.text(id)),
        };
        self.masks[id as usize] = Some(mask);
        mask
    }

    /// Whether a value says that something failed.
    pub fn failure(&mut self, document: &Document<'_>, id: Id) -> bool {
        if let Some(failure) = self.failures[id as usize] {
            return failure;
        }
        let failure = match document.kind(id) {
            Kind::Array => {
                document.children(id).to_vec().into_iter().any(|child| self.failure(document, child))
            }
            Kind::Object => {
                let keys = document.keys(id).to_vec();
                let children = document.children(id).to_vec();
                keys.into_iter()
                    .zip(children)
                    .any(|(key, child)| self.failing_field(document, document.text(key), child))
            }
            Kind::String => is_failure_text(document.text(id)),
            Kind::RawString | Kind::Null | Kind::Bool | Kind::Number => false,
        };
        self.failures[id as usize] = Some(failure);
        failure
    }

    /// Whether a field says that something failed: by its key and that it has a value, by a status of 400 and
    /// more, or by the value alone.
    pub fn failing_field(&mut self, document: &Document<'_>, key: &str, id: Id) -> bool {
        self.fails(document, Field::new(key), id)
    }

    /// The same for a field whose key was looked at before.
    pub fn fails(&mut self, document: &Document<'_>, field: Field, id: Id) -> bool {
        let kind = document.kind(id);
        match (field, kind) {
            (Field::Failure, Kind::Array | Kind::Object) => !document.children(id).is_empty(),
            (Field::Failure, Kind::Bool) => document.text(id) == "true",
            (Field::Failure | Field::Failures | Field::Exit, Kind::Number) => !is_zero(document.text(id)),
            (Field::Failure, Kind::String) => {
                let text = document.text(id);
                !FINE.iter().any(|fine| fine.eq_ignore_ascii_case(text)) && !is_zero(text)
            }
            (Field::Failure, Kind::RawString) => true,
            (Field::Success, Kind::Bool) => document.text(id) == "false",
            (Field::Status, Kind::Number) => {
                document.text(id).parse().is_ok_and(|code: u32| (400..600).contains(&code))
            }
            (_, Kind::Null | Kind::Bool | Kind::Number) => false,
            _ => self.failure(document, id),
        }
    }
}

/// What a key says of how its values tell of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Any value is one.
    Failure,
    /// A number counts them.
    Failures,
    /// `false` is one.
    Success,
    /// 400 to 599 are.
    Status,
    /// All numbers but 0 are.
    Exit,
    /// The words of its values tell.
    Other,
}

impl Field {
    /// Reads the last key of a path.
    #[must_use]
    pub fn new(path: &str) -> Self {
        let name: String = path
            .rsplit('.')
            .next()
            .unwrap_or(path)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(64)
            .map(|character| character.to_ascii_lowercase())
            .collect();
        let name = name.as_str();
        if FAILURE_KEYS.contains(&name) {
            Self::Failure
        } else if FAILURE_COUNTS.contains(&name) {
            Self::Failures
        } else if SUCCESS_KEYS.contains(&name) {
            Self::Success
        } else if name.contains("status") {
            Self::Status
        } else if matches!(name, "exitcode" | "returncode" | "rc") {
            Self::Exit
        } else {
            Self::Other
        }
    }
}

/// Whether a number is nought, however it is spelled.
fn is_zero(text: &str) -> bool {
    text.parse().is_ok_and(|number: f64| number == 0.0)
}

fn is_failure_text(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(2_000)];
    text.split(|character: char| !character.is_ascii_alphanumeric()).any(|word| {
        (3..=12).contains(&word.len())
            && FAILURE_WORDS.iter().any(|failure| failure.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::{Asks, Field, Signals, Words};
    use crate::compress::Query;
    use crate::compress::json::document::Document;

    fn query(question: &str) -> Query {
        Query { question: question.to_owned(), arguments: String::new() }
    }

    /// Whether the only field of an object reports a failure.
    fn fails(object: &str) -> bool {
        let document = Document::scan(object).expect("JSON");
        let mut signals = Signals::new(&document, &Query::default());
        let root = document.roots[0];
        let key = document.text(document.keys(root)[0]).to_owned();
        signals.failing_field(&document, &key, document.children(root)[0])
    }

    #[test]
    fn a_key_of_failure_counts_by_its_value() {
        for fine in ["null", "0", "0.0", "\"\"", "\"0\"", "\"None\"", "\"OK\"", "[]", "{}", "false"] {
            for key in ["error", "errors", "err_or", "a.error"] {
                assert!(!fails(&format!("{{\"{key}\":{fine}}}")), "{key}: {fine}");
            }
        }
        for bad in ["1", "\"E17\"", "[1]", "{\"code\":3}", "true"] {
            assert!(fails(&format!("{{\"error\":{bad}}}")), "{bad}");
        }
    }

    #[test]
    fn codes_flags_and_words_tell_of_failures() {
        for object in [
            r#"{"status":500}"#,
            r#"{"httpStatusCode":404}"#,
            r#"{"exitCode":1}"#,
            r#"{"exit_code":-9}"#,
            r#"{"success":false}"#,
            r#"{"failed":2}"#,
            r#"{"level":"ERROR"}"#,
            r#"{"message":"connection refused by host"}"#,
            r#"{"steps":[{"state":"ok"},{"state":"failed"}]}"#,
        ] {
            assert!(fails(object), "{object}");
        }
        for object in [
            r#"{"status":200}"#,
            r#"{"exitCode":0}"#,
            r#"{"success":true}"#,
            r#"{"failed":0}"#,
            r#"{"failed":false}"#,
            r#"{"port":404}"#,
            r#"{"enabled":false}"#,
            r#"{"message":"no errorless terror, infallible"}"#,
            r#"{"steps":[{"error":null,"errors":0}]}"#,
        ] {
            assert!(!fails(object), "{object}");
        }
        assert_eq!(Field::new("response.Error-Code"), Field::Failure);
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

    #[test]
    fn columns_are_named_however_their_words_are_joined() {
        let document = Document::scan("[]").expect("JSON");
        let signals = Signals::new(&document, &query("the worldwide gross and the creation"));
        for path in ["worldwide_gross", "worldwideGross", "stats.gross", "created_at", "createdAt"] {
            assert!(signals.names(path), "{path}");
        }
        for path in ["budget", "title", "the"] {
            assert!(!signals.names(path), "{path}");
        }
    }
}
