//! The one trait behind which every compressor stands, and what a compressor hands back.
//!
//! A compressor knows nothing of providers, handles or policy. It gets a text and returns candidates; the
//! pipeline picks the winner by tokens.

pub mod code;
pub mod diff;
pub mod html;
pub mod json;
pub mod log;
pub mod mixed;
pub mod passage;
pub mod search;
pub mod table;
pub mod terminal;
pub mod text;
pub mod tree;
pub mod words;

use crate::tokens::Counter;
use passage::{Passages, Symbol};

/// What the reader of a block wants to know: lower-case words, from the call's arguments and the nearest
/// earlier user message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The nearest earlier user message, or what the caller gave instead.
    pub question: String,
    /// The arguments of the call that produced the block, as JSON text.
    pub arguments: String,
}

/// What a compressor is asked.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The block's text.
    pub text: &'a str,
    /// The number that the text's first line has in the block, 1 where the text is the whole block. Every number of a line
    /// that a candidate gives, in gap marks and in its omissions, counts from here, so that it can be asked for.
    pub first_line: usize,
    /// Tokens of `text` by `counter`.
    pub tokens: usize,
    /// What the reader wants to know.
    pub query: &'a Query,
    /// The counter that decides.
    pub counter: &'a Counter,
    /// Tokens above which lossy candidates are wanted (`maxBlockTokens`).
    pub budget: usize,
    /// Lossless candidates only.
    pub lossless: bool,
    /// Whether source code may be outlined (`code`).
    pub code: bool,
}

/// The unit in which an omission is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Elements of an array, or entries of an object that is read as a table.
    Rows,
    /// Lines of text.
    Lines,
    /// Hunks of a diff.
    Hunks,
    /// Files.
    Files,
    /// Sentences of prose, of which a line may hold several.
    Sentences,
    /// Characters of one long value.
    Characters,
    /// Characters that only format a terminal: colours, lines drawn over, spaces at the end of lines.
    Formatting,
}

/// What a candidate left out, in units of the source.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Omission {
    /// What is counted.
    pub unit: Unit,
    /// How many were left out.
    pub count: usize,
    /// How many there were.
    pub total: usize,
    /// Which: 1-based, inclusive, ascending.
    pub ranges: Vec<(usize, usize)>,
    /// The RFC 9535 path of the array that `rows` are counted in, or of the string that `lines` are of; `None` for the whole
    /// text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
}

/// One way to write a block shorter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The text the model will see, without the block's marker: the pipeline appends that when there are
    /// omissions.
    pub text: String,
    /// How it was made, for the report: `minify`, `table`, `rows`, …
    pub method: &'static str,
    /// What was left out; empty means that the candidate is lossless and that its decoder was run.
    pub omissions: Vec<Omission>,
    /// Whether this is wanted only where no lossless form of the block stays within the budget. What keeps every
    /// distinct fact (a log with its repeats counted) is wanted anyway; what drops facts is a last resort.
    pub last_resort: bool,
}

impl Candidate {
    /// A candidate that leaves nothing out, whose decoder was run.
    #[must_use]
    pub fn lossless(text: String, method: &'static str) -> Self {
        Self { text, method, omissions: Vec::new(), last_resort: false }
    }
}

/// A way of making one kind of text smaller.
pub trait Compressor: Send + Sync {
    /// Candidates, best lossless one first. An empty list leaves the block as it is.
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate>;
    /// What this compressor's lossless output stands for, if that is at most `limit` bytes (a kind that keeps values may give
    /// them another form); `None` where `text` is none.
    fn decode(&self, text: &str, limit: usize) -> Option<String> {
        let (_, _) = (text, limit);
        None
    }
    /// What a text is made of, for whoever asks for a part of it; `None` where that is lines, or `text` is none of the kind.
    fn passages(&self, text: &str) -> Option<Passages> {
        let _ = text;
        None
    }
    /// What is defined in a text, in order; `None` where the kind defines nothing that has a name.
    fn symbols(&self, text: &str) -> Option<Vec<Symbol>> {
        let _ = text;
        None
    }
    /// Whether `text` is this compressor's own lossless output (it decodes, and encodes to itself).
    fn is_own_output(&self, text: &str) -> bool;
}
