//! What makes a value worth keeping: words of the question, and signs of failure.
//!
//! Owns the judgement of single values, remembered for each distinct one. It knows nothing of rows or tables.

use super::document::{Document, Id, Kind};
use crate::compress::Query;
use crate::compress::words::{Asks, Words, is_failure_text};

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

#[cfg(test)]
mod tests {
    use super::{Field, Signals};
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
