//! The plan: which lines of a source file stay.
//!
//! Owns the choice by role, cost and what is asked for. It writes nothing.

use super::ask::Asked;
use super::language::Language;
use super::structure::{Role, Statement, Structure};

/// Bytes, without indentation, below which lines are not worth a mark in their place.
const LEAST_BYTES: usize = 72;
/// Lines of a body that gives way where the question names nothing in the file, so that anything may be what is wanted: names
/// from the body stand beside its mark then.
const LEAST_UNKNOWN: usize = 16;
/// Lines from the beginning of a definition that is asked for which stay, whatever they are: who asks for a short function
/// wants to see where it stands.
const ASKED_LINES: usize = 44;
/// Lines of a definition that is asked for which stay at most.
const MOST_ASKED: usize = 600;
/// Lines of a class that stays whole if it is asked for.
const MOST_ASKED_CLASS: usize = 80;
/// Lines that stay whole where a part of them is asked for.
const MOST_AROUND: usize = 60;
/// Lines of a function from which on the functions inside of it are shown.
const LARGE: usize = 100;
/// Lines of data that stay.
const DATA_LINES: usize = 24;
/// Lines that stay at the beginning of longer data.
const DATA_HEAD: usize = 8;
/// Lines of a comment that stays.
const DOC_LINES: usize = 3;
/// How deep blocks in blocks are looked into.
const MAX_DEPTH: usize = 16;

/// Lines that are left out in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// The first one.
    pub(super) from: usize,
    /// The line after the last one.
    pub(super) end: usize,
    /// How the mark has to be written for the rest to parse.
    pub(super) form: Form,
}

/// What a mark stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Code: the mark is a comment.
    Code,
    /// A block that has lost all its statements.
    Block,
    /// The rest of a block comment: the mark ends it.
    Comment,
    /// A run of line comments.
    LineComments,
    /// The rest of a string over several lines: the mark ends it with these quotes.
    Text(&'static str),
}

/// What is left out of a file.
#[derive(Debug)]
pub(super) struct Plan {
    /// The gaps, in order.
    pub(super) gaps: Vec<Gap>,
    /// Whether the question says what it wants of this file.
    pub(super) is_known: bool,
}

/// A file as its lines and what was read of them.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) language: Language,
    pub(super) code: &'a [&'a str],
    pub(super) structure: &'a dyn Structure,
}

/// Decides which lines of a file are left out.
pub(super) fn plan(file: &File<'_>, asked: &Asked) -> Plan {
    let (wanted, is_named) = wanted(file, asked);
    let is_known = asked.is_overview() || is_named;
    let least_lines = if is_known { 2 } else { LEAST_UNKNOWN };
    let mut planner = Planner { file, wanted, least_lines, gaps: Vec::new() };
    planner.level(0, file.code.len(), false, 0);
    Plan { gaps: planner.gaps, is_known }
}

/// The lines that are asked for by a definition's name, and whether a name was spelled as it is.
fn wanted(file: &File<'_>, asked: &Asked) -> (Vec<bool>, bool) {
    let mut is_named = false;
    let mut wanted = vec![false; file.code.len()];
    let mut left = MOST_ASKED * 2;
    for at in 0..file.code.len() {
        let line = file.structure.line(at);
        let may_define = !line.blank && !line.inside && !line.comment && !wanted[at];
        if !may_define || left == 0 || !asked.may_want(file.code[at]) {
            continue;
        }
        let statement = file.structure.statement(at, file.code.len());
        let is_wanted = statement.name.as_deref().is_some_and(|name| asked.wants(name));
        let length = statement.end - at;
        let whole = match statement.role {
            Role::Definition => is_wanted,
            Role::Container => is_wanted && length <= MOST_ASKED_CLASS,
            Role::Data => is_wanted && line.depth == 0 && length <= MOST_ASKED_CLASS,
            Role::Import | Role::Other => false,
        };
        if whole {
            is_named |= statement.name.as_deref().is_some_and(|name| asked.names(name));
            let mut first = at;
            while first > 0
                && !file.structure.line(first - 1).blank
                && (file.structure.line(first - 1).comment || is_attribute(file.code[first - 1]))
            {
                first -= 1;
            }
            let window = if statement.role == Role::Definition { ASKED_LINES } else { 1 };
            let most = length.min(MOST_ASKED).max(window).min(left);
            left -= most;
            let end = (at + most).min(file.code.len());
            wanted[first..end].fill(true);
        }
    }
    (wanted, is_named)
}

fn is_attribute(text: &str) -> bool {
    text.trim_start().starts_with(['@', '#'])
}

struct Planner<'a> {
    file: &'a File<'a>,
    wanted: Vec<bool>,
    /// Lines below which nothing is left out.
    least_lines: usize,
    gaps: Vec<Gap>,
}

impl Planner<'_> {
    /// Plans the statements of one level. Where it is `sparse`, only definitions are of interest.
    fn level(&mut self, from: usize, end: usize, sparse: bool, depth: usize) {
        let line = |at| self.file.structure.line(at);
        let mut at = from;
        // Lines that no definition stands in, on a sparse level.
        let mut run = from;
        while at < end {
            if line(at).blank {
                at += 1;
                continue;
            }
            if line(at).comment {
                let comment_end = self.comment_end(at, end);
                if !sparse {
                    self.comment(at, comment_end);
                }
                at = comment_end;
                continue;
            }
            let statement = self.file.structure.statement(at, end);
            let next = statement.end.max(at + 1);
            let is_definition =
                matches!(statement.role, Role::Definition | Role::Container) && !statement.blocks.is_empty();
            if !sparse || is_definition || self.holds_definitions(&statement) {
                if sparse {
                    self.elide(run, self.head_of(at, run), Form::Code);
                    run = next;
                }
                self.statement(&statement, depth);
            }
            at = next;
        }
        if sparse {
            self.elide(run, end, Form::Code);
        }
    }

    /// The first of the comments and attributes that stand right before a statement.
    fn head_of(&self, mut at: usize, least: usize) -> usize {
        while at > least && !self.file.structure.line(at - 1).blank && is_attribute(self.file.code[at - 1]) {
            at -= 1;
        }
        at
    }

    fn statement(&mut self, statement: &Statement, depth: usize) {
        if let Some(quotes) = self.doc_string(statement.first) {
            self.doc(statement.first, statement.end, statement.end, quotes);
            return;
        }
        for &(from, end) in &statement.blocks {
            match statement.role {
                Role::Import => {}
                // What closes a condition or a list of a shell is no bracket that could be checked.
                Role::Data | Role::Other if !self.file.structure.is_exact() => {}
                Role::Container if depth < MAX_DEPTH => {
                    let from = self.leading_doc(from, end);
                    self.level(from, end, false, depth + 1);
                }
                Role::Data if end - from <= DATA_LINES => {}
                Role::Data => {
                    let head = self.file.structure.boundary((from + DATA_HEAD).min(end), from, end);
                    self.elide(head, end, Form::Code);
                }
                Role::Container | Role::Definition | Role::Other => self.body(statement, from, end, depth),
            }
        }
    }

    /// The inside of something that runs.
    fn body(&mut self, statement: &Statement, from: usize, end: usize, depth: usize) {
        let wants_part = self.wanted[from..end].contains(&true);
        let wants_all = self.wanted[from..end].iter().all(|&wanted| wanted);
        if wants_all || wants_part && end - from <= MOST_AROUND {
            return;
        }
        let is_large =
            end - from >= LARGE || statement.role == Role::Other || wants_part && !self.wanted[from];
        if depth < MAX_DEPTH && is_large && self.has_definitions(from, end) {
            let from = self.leading_doc(from, end);
            self.level(from, end, true, depth + 1);
            return;
        }
        if self.wanted[from] {
            let last = (from..end).find(|&at| !self.wanted[at]).unwrap_or(end);
            let cut = self.file.structure.boundary(last, from, end);
            self.elide(cut, end, Form::Code);
            return;
        }
        if let Some(quotes) = self.doc_string(from) {
            let doc_end = self.file.structure.statement(from, end).end;
            self.doc(from, doc_end, end, quotes);
            return;
        }
        self.elide(from, end, Form::Block);
    }

    /// Skips the documentation with which a block begins, of which the first sentence stays.
    fn leading_doc(&mut self, from: usize, end: usize) -> usize {
        let Some(quotes) = self.doc_string(from) else { return from };
        let doc_end = self.file.structure.statement(from, end).end;
        self.doc(from, doc_end, doc_end, quotes);
        doc_end
    }

    /// Whether a call or a condition holds definitions, as tests in their suites do.
    fn holds_definitions(&self, statement: &Statement) -> bool {
        statement.role == Role::Other
            && statement.blocks.iter().any(|&(from, end)| end - from >= 6 && self.has_definitions(from, end))
    }

    /// Whether definitions make up a part of a block that is worth showing.
    fn has_definitions(&self, from: usize, end: usize) -> bool {
        let (mut at, mut inside) = (from, 0);
        while at < end {
            let line = self.file.structure.line(at);
            if line.blank || line.comment || line.inside {
                at += 1;
                continue;
            }
            let statement = self.file.structure.statement(at, end);
            let defines =
                matches!(statement.role, Role::Definition | Role::Container) && !statement.blocks.is_empty();
            if defines {
                inside += statement.end - at;
            }
            at = statement.end.max(at + 1);
        }
        inside * 3 >= end - from
    }

    /// The line after a comment: a block, or a run of line comments.
    fn comment_end(&self, from: usize, end: usize) -> usize {
        let line = |at| self.file.structure.line(at);
        let opens = |at: usize| self.file.code[at].trim_start().starts_with("/*");
        let mut at = from + 1;
        while at < end
            && line(at).comment
            && !line(at).blank
            && (line(at).inside || !opens(at) && !opens(from))
            || at < end && line(at).inside && line(at).blank
        {
            at += 1;
        }
        at
    }

    /// A comment, of which the first sentence stays.
    fn comment(&mut self, from: usize, end: usize) {
        let is_block = self.file.code[from].trim_start().starts_with("/*");
        let closes = |text: &str| text.trim_end().ends_with("*/");
        let stays = self.first_sentence(from, end);
        if end - stays <= DOC_LINES && end - from <= DOC_LINES * 2 || self.wanted[from..end].contains(&true) {
            return;
        }
        if is_block {
            if closes(self.file.code[end - 1]) && !self.file.code[stays - 1].contains("*/") {
                self.elide(stays, end, Form::Comment);
            }
        } else {
            self.elide(stays, end, Form::LineComments);
        }
    }

    /// The line after the first sentence of a comment or a string.
    fn first_sentence(&self, from: usize, end: usize) -> usize {
        let mut filled = 0;
        for at in from..end {
            let text = self.file.code[at].trim_matches(|character: char| {
                character.is_whitespace() || "/*#\"'!-=~_".contains(character)
            });
            if text.is_empty() {
                if filled > 0 {
                    return at;
                }
                continue;
            }
            filled += 1;
            if text.ends_with(['.', ':', '!', '?']) || text.contains(". ") || filled == DOC_LINES {
                return at + 1;
            }
        }
        end
    }

    /// The quotes of the documentation string that a line of Python begins.
    fn doc_string(&self, at: usize) -> Option<&'static str> {
        if self.file.language != Language::Python {
            return None;
        }
        let text = self.file.code[at].trim_start().trim_start_matches(['r', 'R', 'u', 'b', 'f']);
        ["\"\"\"", "'''"].into_iter().find(|quotes| text.starts_with(quotes))
    }

    /// A documentation string, of which the first sentence stays, with all that follows up to `end`.
    fn doc(&mut self, from: usize, doc_end: usize, end: usize, quotes: &'static str) {
        let stays = self.first_sentence(from, doc_end).max(from + 1);
        let short = doc_end - stays < DOC_LINES || self.wanted[from..doc_end].contains(&true);
        let ends_alone = self.file.code[doc_end - 1].trim_end().ends_with(quotes);
        if stays < doc_end && !short && ends_alone {
            self.elide(stays, end, Form::Text(quotes));
        } else if end > doc_end {
            self.elide(doc_end, end, Form::Code);
        }
    }

    /// Leaves lines out, without the blank ones at their ends, if that is worth its mark.
    fn elide(&mut self, from: usize, end: usize, form: Form) {
        let blank = |at: usize| self.file.structure.line(at).blank && !self.file.structure.line(at).inside;
        let Some(first) = (from..end).find(|&at| !blank(at)) else { return };
        let keeps_first = matches!(form, Form::Comment | Form::Text(_));
        let from = if keeps_first { from } else { first };
        let end = (from..end).rfind(|&at| !blank(at)).map_or(end, |at| at + 1);
        let bytes: usize = self.file.code[from..end].iter().map(|text| text.trim().len()).sum();
        if end - from < self.least_lines || bytes < LEAST_BYTES {
            return;
        }
        if self.wanted[from..end].contains(&true) {
            return;
        }
        self.gaps.push(Gap { from, end, form });
    }
}
