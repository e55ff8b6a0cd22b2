//! What a reader wants of a source file: the names that the question gives, and whether lines were asked for by number.
//!
//! Owns the reading of the query as far as code is concerned. It knows no programming language.

use crate::compress::Query;
use std::collections::BTreeSet;

/// Names that are looked for.
const MAX_NAMES: usize = 48;
/// Words that name nothing in a file by themselves.
const GENERIC: &[&str] = &[
    "argument",
    "arguments",
    "class",
    "classes",
    "code",
    "does",
    "error",
    "errors",
    "explain",
    "file",
    "files",
    "function",
    "functions",
    "import",
    "imports",
    "interface",
    "method",
    "methods",
    "module",
    "name",
    "overview",
    "parameter",
    "public",
    "result",
    "return",
    "returns",
    "signature",
    "signatures",
    "string",
    "test",
    "tests",
    "this",
    "type",
    "types",
    "value",
    "values",
    "what",
    "work",
    "works",
];
/// Words that ask for what there is in a file.
const OVERVIEW: &[&str] =
    &["api", "layout", "outline", "overview", "signature", "signatures", "structure", "summary"];
/// Arguments by which a part of a file is asked for by the numbers of its lines.
const LINE_ARGUMENTS: &[&str] = &[
    "\"offset\"",
    "\"limit\"",
    "\"start_line\"",
    "\"end_line\"",
    "\"startLine\"",
    "\"endLine\"",
    "\"view_range\"",
    "\"line_range\"",
    "\"from_line\"",
    "\"to_line\"",
    "sed -n",
    "head -",
    "tail -",
];

/// The names in a query.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Names that look like code, as they are spelled: `make_response`, `getSlice`, `open(`.
    names: BTreeSet<String>,
    /// The plain words of the question, in lower case.
    words: BTreeSet<String>,
    /// Whether an outline is what the question wants.
    overview: bool,
}

impl Asked {
    /// Reads a query.
    pub(super) fn new(query: &Query) -> Self {
        let mut asked = Self::default();
        for (text, is_question) in [(&query.question, true), (&query.arguments, false)] {
            // Between backquotes stands code, whose words are those of a language.
            for (at, part) in text.split('`').enumerate() {
                let quoted = at % 2 == 1;
                if quoted && identifier(part) == part.len() && !part.is_empty() {
                    asked.names.insert(part.to_owned());
                }
                for word in
                    part.split(|character: char| character.is_whitespace() || "\"'|;".contains(character))
                {
                    if !is_path(word) {
                        asked.read(word, is_question && !quoted);
                    }
                }
            }
        }
        asked
    }

    fn read(&mut self, text: &str, takes_words: bool) {
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let length = identifier(rest);
            if length == 0 {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let name = &rest[..length];
            let called = rest[length..].starts_with(['(', '<']) && length > 2;
            if is_compound(name) || called {
                if self.names.len() < MAX_NAMES {
                    self.names.insert(name.to_owned());
                }
            } else if takes_words && length >= 3 {
                let lower = name.to_lowercase();
                self.overview |= OVERVIEW.contains(&&*lower);
                if !GENERIC.contains(&&*lower) && self.words.len() < MAX_NAMES * 4 {
                    self.words.insert(lower);
                }
            }
            at += length;
        }
    }

    /// Whether the query spells this very name.
    pub(super) fn names(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether a definition of this name is asked for.
    pub(super) fn wants(&self, name: &str) -> bool {
        if self.names.contains(name) {
            return true;
        }
        let may_be_words = name.len() >= 5
            && self.words.iter().any(|word| {
                word.len() <= name.len()
                    && name.as_bytes()[..word.len()].eq_ignore_ascii_case(word.as_bytes())
            });
        if !may_be_words {
            return false;
        }
        let parts = parts(name);
        let known = parts.iter().all(|part| part.len() < 3 || self.words.contains(part));
        known && (parts.len() > 1 || !GENERIC.contains(&&*parts[0]))
    }

    /// Whether the question is after what there is rather than how it works.
    pub(super) fn is_overview(&self) -> bool {
        self.overview
    }

    /// Whether a line of code may begin a definition that is asked for.
    pub(super) fn may_want(&self, line: &str) -> bool {
        any(line, |name| self.wants(name))
    }

    /// Whether a line of code holds one of the names.
    pub(super) fn names_in(&self, line: &str) -> bool {
        !self.names.is_empty() && any(line, |name| self.names.contains(name))
    }
}

/// Whether any identifier of a line is of a sort.
fn any(line: &str, is_it: impl Fn(&str) -> bool) -> bool {
    let mut at = 0;
    while at < line.len() {
        let length = identifier(&line[at..]);
        if length > 2 && is_it(&line[at..at + length]) {
            return true;
        }
        at = line.ceil_char_boundary(at + length.max(1));
    }
    false
}

/// Whether the call asked for lines by their numbers: what came is what was wanted.
pub(super) fn asks_for_lines(query: &Query) -> bool {
    LINE_ARGUMENTS.iter().any(|argument| query.arguments.contains(argument))
}

/// The bytes of the identifier with which a text begins.
pub(super) fn identifier(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(byte) if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') => bytes
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
            .count(),
        _ => 0,
    }
}

/// `src/app.py`, `app.py`: its parts name a file, nothing in it.
fn is_path(word: &str) -> bool {
    let word = word.trim_matches(|character: char| "`()[]{},.:?!".contains(character));
    word.contains('/')
        || word
            .rsplit_once('.')
            .is_some_and(|(_, ending)| super::language::Language::of_ending(ending).is_some())
}

/// `snake_case`, `camelCase`: what no prose would write.
pub(super) fn is_compound(name: &str) -> bool {
    let bytes = name.as_bytes();
    let inner = name.trim_matches('_');
    inner.contains('_') && inner.len() > 3
        || bytes.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// The words that a name is made of, in lower case.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut lower = false;
    for byte in name.bytes() {
        let starts = byte == b'_' || byte.is_ascii_uppercase() && lower;
        if starts && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if byte != b'_'
            && let Some(part) = parts.last_mut()
        {
            part.push(char::from(byte.to_ascii_lowercase()));
        }
        lower = byte.is_ascii_lowercase();
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        parts.push(String::new());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Asked, asks_for_lines};
    use crate::compress::Query;

    fn query(question: &str, arguments: &str) -> Query {
        Query { question: question.to_owned(), arguments: arguments.to_owned() }
    }

    #[test]
    fn definitions_are_asked_for_by_name_or_in_words() {
        let asked = Asked::new(&query(
            "How does `def make_response(self, rv: Value) -> Response` in src/flask/open_file.py retry failed uploads?",
            r#"{"symbol":"getSlice","path":"lib/parse_args.ts"}"#,
        ));
        for name in ["make_response", "getSlice", "retryFailedUploads", "retry_uploads"] {
            assert!(asked.wants(name), "{name}");
        }
        for name in ["self", "Response2", "open_file", "parse_args", "retryLater", "make"] {
            assert!(!asked.wants(name), "{name}");
        }
        assert!(asked.names_in("x = self.make_response(rv)"));
        assert!(!asked.names_in("x = self.make_responses(rv)"));
    }

    #[test]
    fn an_overview_asks_for_no_definition() {
        let asked = Asked::new(&query("Give me an overview of the functions and types in a/sessions.py", ""));
        for name in ["session", "sessions", "Session", "overview", "type_of"] {
            assert!(!asked.wants(name), "{name}");
        }
    }

    #[test]
    fn parts_of_files_are_asked_for_by_line() {
        assert!(asks_for_lines(&query("", r#"{"file_path":"a.go","offset":20}"#)));
        assert!(asks_for_lines(&query("", r#"{"command":"sed -n '1,20p' a.go"}"#)));
        assert!(!asks_for_lines(&query("", r#"{"command":"cat a.go"}"#)));
    }
}
