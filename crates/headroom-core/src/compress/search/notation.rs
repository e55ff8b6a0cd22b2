//! The notation of grouped hits: its first line, and the spelling of headings and rows.
//!
//! Owns what both the writer and the reader have to agree on.
//!
//! ```text
//! #search: file, below it its hits: line number, text; "3,7 x": x in both lines
//! src/cli.rs
//! 12 use crate::config;
//! 40,88 config.load()?;
//! ```

use super::rows::{Hit, Layout, Mark, number};
use std::fmt::Write as _;

/// How every text in this notation begins.
pub const OPENING: &str = "#search: ";

/// What the first line says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the first line that is there or not")]
pub struct Notation<'a> {
    /// How the output was laid out.
    pub layout: Layout,
    /// Whether any file is named.
    pub named: bool,
    /// Whether matches have columns.
    pub columns: bool,
    /// Whether there are lines of context.
    pub context: bool,
    /// Whether some lines stand for several.
    pub equal: bool,
    /// Whether some files have lines without their common indentation.
    pub indent: bool,
    /// Whether some lines are none of a file's.
    pub other: bool,
    /// Whether `--` follows from the line numbers.
    pub separators: bool,
    /// The directory below which all files are.
    pub root: &'a str,
}

const NAMED: &str = "file, below it ";
const HEADED: &str = "file (rg --heading), below it ";
const UNNAMED: &str = "file not named, ";
const EQUAL: &str = "; \"3,7 x\": x in both lines";
const INDENT: &str = "; (+4 spaces): before each of its lines";
const OTHER: &str = "; \"> x\": other output";
const SEPARATORS: &str = "; \"--\" left out";
const ROOT: &str = "; all files are in ";

impl<'a> Notation<'a> {
    fn rows(&self) -> &'static str {
        match (self.layout == Layout::Unnumbered, self.columns, self.context) {
            (true, _, false) => "its hits, indented",
            (true, _, true) => "its lines: \":x\" matches, \" x\" is context",
            (false, false, false) => "its hits: line number, text",
            (false, true, false) => "its hits: line:column, text",
            (false, false, true) => "its lines: \"7:x\" matches, \"7 x\" is context",
            (false, true, true) => "its lines: \"7:2 x\" matches in column 2, \"7 x\" is context",
        }
    }

    /// Writes the first line, without its end.
    pub fn write(&self, out: &mut String) {
        let mut part = |wanted: bool, text: &str| {
            if wanted {
                out.push_str(text);
            }
        };
        part(true, OPENING);
        part(
            true,
            match (self.layout == Layout::Headed, self.named) {
                (false, _) => NAMED,
                (true, true) => HEADED,
                (true, false) => UNNAMED,
            },
        );
        part(true, self.rows());
        part(self.equal, EQUAL);
        part(self.indent, INDENT);
        part(self.other, OTHER);
        part(self.separators, SEPARATORS);
        Self::write_root(self.root, out);
    }

    /// Writes below which directory all files are, the last thing of a first line.
    pub fn write_root(root: &str, out: &mut String) {
        if !root.is_empty() {
            out.push_str(ROOT);
            out.push_str(root);
        }
    }

    /// Reads a first line.
    #[must_use]
    pub fn read(line: &'a str) -> Option<Self> {
        let mut rest = line.strip_prefix(OPENING)?;
        let mut part = |text: &str| match rest.strip_prefix(text) {
            Some(after) => {
                rest = after;
                true
            }
            None => false,
        };
        let named = !part(UNNAMED);
        let headed = !named || part(HEADED);
        if !headed && !part(NAMED) {
            return None;
        }
        let mut notation = Notation {
            layout: if headed { Layout::Headed } else { Layout::Inline },
            named,
            columns: false,
            context: false,
            equal: false,
            indent: false,
            other: false,
            separators: false,
            root: "",
        };
        let numbered = notation.layout;
        let shapes = [
            (numbered, false, true),
            (numbered, true, true),
            (numbered, false, false),
            (numbered, true, false),
            (Layout::Unnumbered, false, true),
            (Layout::Unnumbered, false, false),
        ];
        let found = shapes.into_iter().any(|(layout, columns, context)| {
            (notation.layout, notation.columns, notation.context) = (layout, columns, context);
            part(notation.rows())
        });
        if !found {
            return None;
        }
        notation.equal = part(EQUAL);
        notation.indent = part(INDENT);
        notation.other = part(OTHER);
        notation.separators = part(SEPARATORS);
        if part(ROOT) {
            notation.root = rest;
        } else if !rest.is_empty() {
            return None;
        }
        Some(notation)
    }

    /// What stands between a line's number and its text.
    #[must_use]
    pub fn sign(&self, mark: Mark) -> char {
        match mark {
            Mark::Match if self.context && !self.columns => ':',
            Mark::Match | Mark::Context => ' ',
            Mark::Function => '=',
        }
    }

    /// The mark for which a sign stands.
    #[must_use]
    pub fn mark(&self, sign: u8, column: u32) -> Option<Mark> {
        match sign {
            b'=' => Some(Mark::Function),
            b':' if self.context && !self.columns => Some(Mark::Match),
            b' ' if !self.context || self.columns && column > 0 => Some(Mark::Match),
            b' ' => Some(Mark::Context),
            _ => None,
        }
    }
}

/// Writes a file's line, without its end.
pub fn write_heading(out: &mut String, path: &str, first_text: &str, indent: usize) {
    out.push_str(path);
    if indent > 0 {
        let unit = if first_text.starts_with('\t') { "tabs" } else { "spaces" };
        let _ = write!(out, " (+{indent} {unit})");
    }
}

/// Reads a file's line: its path, and what stands before each line of it, a sign so many times.
#[must_use]
pub fn read_heading(line: &str) -> (&str, char, usize) {
    let suffix = || {
        let (path, suffix) = line.strip_suffix(')')?.rsplit_once(" (+")?;
        let (indent, unit) = suffix.split_once(' ')?;
        let sign = match unit {
            "spaces" => ' ',
            "tabs" => '\t',
            _ => return None,
        };
        let (count, digits) = number(indent.as_bytes())?;
        (digits == indent.len()).then_some((path, sign, count as usize))
    };
    suffix().unwrap_or((line, ' ', 0))
}

/// Writes where a hit stands.
pub fn write_position(out: &mut String, hit: &Hit<'_>) {
    if hit.line > 0 {
        let _ = write!(out, "{}", hit.line);
    }
    if hit.column > 0 {
        let _ = write!(out, ":{}", hit.column);
    }
}
