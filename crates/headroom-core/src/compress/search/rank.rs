//! Which lines answer the question: a figure for each.
//!
//! Owns the reading of the question for a search, and the weighing of lines against it. What is written is none of its
//! business.

use crate::compress::Query;
use crate::compress::words::Words;
use memchr::memmem::Finder;

/// Names of a question that are looked for as they are spelled.
const MAX_NAMES: usize = 16;
/// Bytes of a question that are read.
const MAX_QUESTION: usize = 4_096;
/// A longer question is a task of many parts, in which words such as "all" need not be about this output.
const LONGEST_SINGLE_QUESTION: usize = 400;
/// Bytes of a line that are weighed.
const MAX_LINE: usize = 400;
/// Words that ask for every hit rather than for some.
const EVERY_WORDS: &[&str] = &[
    "all",
    "callers",
    "complete",
    "count",
    "each",
    "enumerate",
    "entire",
    "every",
    "everywhere",
    "list",
    "many",
    "number",
    "occurrences",
    "references",
    "summarise",
    "summarize",
    "total",
    "usages",
];
/// Words with which lines begin that define something.
const DEFINITION_WORDS: &[&str] = &[
    "abstract",
    "async",
    "class",
    "const",
    "def",
    "enum",
    "export",
    "fn",
    "fun",
    "func",
    "function",
    "impl",
    "interface",
    "macro_rules",
    "mod",
    "module",
    "namespace",
    "package",
    "private",
    "protected",
    "pub",
    "public",
    "record",
    "static",
    "struct",
    "trait",
    "type",
    "typedef",
    "union",
];

/// Whether a question asks for all hits or their number, so that any hit left out may be part of the answer.
#[must_use]
pub fn asks_for_every(query: &Query) -> bool {
    let question = &query.question;
    question.len() <= LONGEST_SINGLE_QUESTION
        && question
            .split(|character: char| !character.is_alphanumeric())
            .any(|word| EVERY_WORDS.iter().any(|every| every.eq_ignore_ascii_case(word)))
}

/// What is looked for.
#[derive(Debug)]
pub struct Wanted {
    words: Words,
    names: Vec<Finder<'static>>,
}

/// What a text holds of what is looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    words: u64,
    /// Names found, as whole names.
    names: u32,
    /// Names found as parts of longer ones.
    parts: u32,
    defines: bool,
}

impl Wanted {
    /// Reads a question.
    #[must_use]
    pub fn new(query: &Query) -> Self {
        let mut names: Vec<&str> = Vec::new();
        let question = &query.question[..query.question.floor_char_boundary(MAX_QUESTION)];
        for name in question.split(|character: char| !(character.is_alphanumeric() || character == '_')) {
            let later_capital = name.chars().skip(1).any(char::is_uppercase);
            let spelled = name.len() >= 3 && (name.contains('_') || later_capital);
            if spelled && !names.contains(&name) && names.len() < MAX_NAMES {
                names.push(name);
            }
        }
        Self {
            words: Words::new(query),
            names: names.into_iter().map(|name| Finder::new(name).into_owned()).collect(),
        }
    }

    /// Looks at a line; `parted` is a buffer.
    #[must_use]
    pub fn found(&self, text: &str, parted: &mut String) -> Found {
        let text = &text[..text.floor_char_boundary(MAX_LINE)];
        part_names(text, parted);
        let mut found = Found { words: self.words.found(parted), defines: defines(text), ..Found::default() };
        for name in &self.names {
            if let Some(at) = name.find(text.as_bytes()) {
                let end = at + name.needle().len();
                let word = |byte: Option<&u8>| {
                    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                };
                let bytes = text.as_bytes();
                let inside = word(at.checked_sub(1).map(|before| &bytes[before])) || word(bytes.get(end));
                if inside {
                    found.parts += 1;
                } else {
                    found.names += 1;
                }
            }
        }
        found
    }
}

/// Weighs what was found by how rare it is.
#[derive(Debug)]
pub struct Weights {
    words: [f64; 64],
    all: f64,
}

impl Weights {
    /// From what was found in each line.
    #[must_use]
    pub fn new(found: &[Found]) -> Self {
        let mut lines = [0_u32; 64];
        for one in found {
            let mut words = one.words;
            while words != 0 {
                lines[words.trailing_zeros() as usize] += 1;
                words &= words - 1;
            }
        }
        let all = libm::log2(found.len().max(2) as f64);
        Self { words: lines.map(|lines| all - libm::log2(f64::from(lines.max(1)))), all }
    }

    /// How much a line says to the question by itself.
    #[must_use]
    pub fn weigh(&self, text: Found) -> f64 {
        let names = f64::from(text.names) * 2.0 + f64::from(text.parts);
        let defines = match (text.defines, text.names) {
            (true, 1..) => self.all,
            (true, 0) => self.all * 0.25,
            (false, _) => 0.0,
        };
        self.words(text.words) + names * self.all + defines
    }

    /// How much a file's name says to the question, where these weights are those of the files.
    #[must_use]
    pub fn weigh_path(&self, path: Found) -> f64 {
        self.words(path.words) + f64::from(path.names) * self.all
    }

    fn words(&self, mut words: u64) -> f64 {
        let mut sum = 0.0;
        while words != 0 {
            sum += self.words[words.trailing_zeros() as usize];
            words &= words - 1;
        }
        sum
    }

    /// The figure from which on a line says something that few others say.
    #[must_use]
    pub fn strong(&self) -> f64 {
        (self.all * 0.5).max(3.0)
    }
}

/// Writes names as their words beside them: `rebuildProxies` becomes `rebuild Proxies rebuildProxies`.
fn part_names(text: &str, out: &mut String) {
    out.clear();
    let mut lower = false;
    let mut parted = false;
    for character in text.chars() {
        if lower && character.is_uppercase() {
            out.push(' ');
            parted = true;
        }
        lower = character.is_lowercase() || character.is_ascii_digit();
        out.push(character);
    }
    if parted {
        out.push(' ');
        out.push_str(text);
    }
}

/// Whether a line begins as definitions do.
fn defines(text: &str) -> bool {
    let text = text.trim_start();
    let text = text.strip_prefix('#').unwrap_or(text);
    let end = text.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'_').count();
    let word = &text[..end];
    word == "define" || DEFINITION_WORDS.binary_search(&word).is_ok()
}
