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
/// Values that say that nothing failed.
const FINE: &[&str] = &["", "0", "-", "none", "null", "nil", "ok", "no", "false", "success", "n/a"];

/// The words of a question.
#[derive(Debug, Default)]
pub struct Words {
    bits: FixedMap<String, u64>,
    whole: FixedMap<String, u64>,
    count: u32,
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
                if name.len() >= 4 && name.contains(|character: char| !character.is_alphanumeric()) {
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
    masks: Vec<Option<u64>>,
    failures: Vec<Option<bool>>,
}

impl Signals {
    /// For one document and one question.
    #[must_use]
    pub fn new(document: &Document<'_>, query: &Query) -> Self {
        Self {
            words: Words::new(query),
            masks: vec![None; document.len()],
            failures: vec![None; document.len()],
        }
    }

    /// The words of the question that a text holds.
    #[must_use]
    pub fn found(&self, text: &str) -> u64 {
        self.words.found(text)
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
        let name: String =
            key.rsplit('.').next().unwrap_or(key).chars().filter(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if FAILURE_KEYS.contains(&name.as_str()) {
            return match document.kind(id) {
                Kind::Null => false,
                Kind::Bool => document.text(id) == "true",
                Kind::Array | Kind::Object => !document.children(id).is_empty(),
                Kind::Number | Kind::String | Kind::RawString => {
                    !FINE.contains(&document.text(id).to_lowercase().as_str())
                }
            };
        }
        if document.kind(id) == Kind::Number {
            let code = document.text(id).parse::<u32>().unwrap_or(0);
            return (name.contains("status") && (400..600).contains(&code))
                || ((name == "exitcode" || name == "returncode" || name == "rc") && code != 0);
        }
        self.failure(document, id)
    }
}

fn is_failure_text(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(2_000)];
    text.split(|character: char| !character.is_ascii_alphanumeric()).any(|word| {
        (3..=12).contains(&word.len())
            && FAILURE_WORDS.iter().any(|failure| failure.eq_ignore_ascii_case(word))
    })
}
