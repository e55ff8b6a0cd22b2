//! What an outline has to know of a file, and who tells it.
//!
//! Owns the border between the plan of an outline and what has read the file: the scanner of brackets and indentation beside
//! it, or a grammar in another crate. It reads nothing itself. Lines are counted from 0 here; an end is the line after the
//! last one.

use super::language::Language;

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Its blocks hold definitions: classes, modules, interfaces.
    Container,
    /// It defines something that is run: a function, a method, a named closure.
    Definition,
    /// It brings names in.
    Import,
    /// It only has data in its brackets.
    Data,
    /// Anything else that has blocks: calls with closures, conditions, loops.
    Other,
}

/// Neighbouring lines that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its first line.
    pub first: usize,
    /// The line after its last one.
    pub end: usize,
    /// The insides of its blocks: first line, and the line after the last. What opens and closes a block stands on other lines.
    pub blocks: Vec<(usize, usize)>,
    /// What it is.
    pub role: Role,
    /// What it defines, if that has a name.
    pub name: Option<String>,
}

impl Statement {
    /// A line that is a statement of its own.
    #[must_use]
    pub fn line(at: usize) -> Self {
        Self { first: at, end: at + 1, blocks: Vec::new(), role: Role::Data, name: None }
    }
}

/// What a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Whether it holds nothing.
    pub blank: bool,
    /// Whether it begins inside a string or a comment.
    pub inside: bool,
    /// Whether it holds nothing but a comment or a part of one.
    pub comment: bool,
    /// How many blocks or brackets a statement that begins with it stands in; 0 only for those in none.
    pub depth: usize,
}

/// What keeps a file from being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Faults {
    /// Brackets that are never closed, and those that close nothing. Nobody knows which.
    Brackets(usize, usize),
    /// The first and the last line of each error.
    Places(Vec<(usize, usize)>),
}

/// What became of a file's faults in its outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// None came up.
    Sound,
    /// There are more than there were: these, as far as that is known.
    Worse(Vec<(usize, usize)>),
}

impl Faults {
    /// What became of these in an outline that has `written`.
    pub(super) fn compare(&self, written: Self) -> Comparison {
        match (self, written) {
            (Self::Places(before), Self::Places(after)) => {
                let lines = |places: &[(usize, usize)]| -> usize {
                    places.iter().map(|&(first, last)| last - first + 1).sum()
                };
                if after.len() > before.len() || lines(&after) > lines(before) {
                    Comparison::Worse(after)
                } else {
                    Comparison::Sound
                }
            }
            (before, after) if *before == after => Comparison::Sound,
            _ => Comparison::Worse(Vec::new()),
        }
    }
}

/// The statements and lines of one file.
pub trait Structure {
    /// What a line is.
    fn line(&self, at: usize) -> Line;
    /// The statement that begins on a line, none of which is at or after `limit`. A line with which none begins is one of its
    /// own.
    fn statement(&self, first: usize, limit: usize) -> Statement;
    /// The first line at or after `least` before which a statement of the block `from..end` ends; `end` if there is none.
    fn boundary(&self, least: usize, from: usize, end: usize) -> usize;
    /// Whether the end of every block is known rather than guessed from indentation alone.
    fn is_exact(&self) -> bool;
    /// What could not be read.
    fn faults(&self) -> Faults;
}

/// Something that reads files of one language.
pub trait Parser {
    /// The family of its language, which says how comments are written.
    fn language(&self) -> Language;
    /// Reads a file's lines, without line breaks; `None` where that has no sense.
    fn parse<'a>(&self, code: &'a [&'a str]) -> Option<Box<dyn Structure + 'a>>;
}
