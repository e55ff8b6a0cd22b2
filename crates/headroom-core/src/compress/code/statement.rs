//! Statements: which lines belong together, which of them are the inside of a block, and what the statement is.
//!
//! Owns the structure of a file as far as brackets and indentation tell it. A block counts only where brackets and indentation agree on
//! it, so that an error of the scanner costs an elision and never a balanced bracket.

use super::ask::identifier;
use super::language::{Blocks, Language};
use super::scan::{Line, Scanned, scan};
use super::structure::{self, Faults, Parser, Role, Statement, Structure};

/// Lines that the head of one statement may have.
const MAX_HEAD: usize = 60;
/// Blocks that one statement may have (`if`, `else if`, …).
const MAX_BLOCKS: usize = 40;
/// Bytes of a head that are read.
const HEAD_BYTES: usize = 600;

/// Reads files by their brackets and indentation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brackets(pub(super) Language);

impl Parser for Brackets {
    fn language(&self) -> Language {
        self.0
    }

    fn parse<'a>(&self, code: &'a [&'a str]) -> Option<Box<dyn Structure + 'a>> {
        Some(Box::new(File::read(self.0, code)?))
    }
}

/// A file with what is known of its lines.
pub(super) struct File<'a> {
    pub(super) language: Language,
    pub(super) code: &'a [&'a str],
    pub(super) lines: Vec<Line>,
    balance: (usize, usize),
}

impl<'a> File<'a> {
    /// Reads a file's lines; `None` where their brackets cannot be told.
    pub(super) fn read(language: Language, code: &'a [&'a str]) -> Option<Self> {
        let Scanned { lines, balance } = scan(language, code)?;
        Some(Self { language, code, lines, balance })
    }
}

const MODIFIERS: &[&str] = &[
    "abstract",
    "async",
    "const",
    "constexpr",
    "crate",
    "data",
    "declare",
    "default",
    "explicit",
    "export",
    "extern",
    "external",
    "final",
    "friend",
    "global",
    "infix",
    "inline",
    "internal",
    "local",
    "mut",
    "native",
    "open",
    "operator",
    "override",
    "private",
    "protected",
    "pub",
    "public",
    "readonly",
    "sealed",
    "static",
    "suspend",
    "synchronized",
    "template",
    "transient",
    "typedef",
    "unsafe",
    "virtual",
    "volatile",
    "in",
    "super",
];
const CONTAINERS: &[&str] = &[
    "class",
    "defimpl",
    "defmodule",
    "defprotocol",
    "enum",
    "extension",
    "impl",
    "interface",
    "mod",
    "module",
    "namespace",
    "object",
    "package",
    "protocol",
    "record",
    "struct",
    "trait",
    "type",
    "union",
];
const CONTROL: &[&str] = &[
    "case", "catch", "do", "else", "except", "finally", "for", "foreach", "if", "loop", "match", "return",
    "select", "switch", "throw", "try", "unless", "until", "while", "with", "await", "yield",
];
const DEFINERS: &[&str] = &["def", "defmacro", "defp", "fn", "fun", "func", "function", "macro_rules"];
const IMPORTS: &[&str] = &["from", "import", "include", "require", "use", "using"];

impl Structure for File<'_> {
    fn line(&self, at: usize) -> structure::Line {
        let Line { blank, inside, comment, depth, .. } = self.lines[at];
        structure::Line { blank, inside, comment, depth }
    }

    fn statement(&self, first: usize, limit: usize) -> Statement {
        let mut blocks = Vec::new();
        let end = match self.language.blocks() {
            Blocks::Braces => self.braced(first, limit, &mut blocks),
            Blocks::Indentation => self.indented(first, limit, &mut blocks),
            Blocks::Closed => self.closed(first, limit, &mut blocks),
        };
        let is_brace = |&(start, _): &(usize, usize)| {
            self.lines[start - 1].closes.is_none_or(|(_, bracket)| bracket == b'{')
        };
        let head_end = blocks.first().map_or(end, |&(start, _)| start);
        let (mut role, name) = self.role(first, head_end, blocks.iter().any(is_brace));
        if matches!(role, Role::Definition | Role::Container) {
            // What stands in other brackets is a part of the signature.
            blocks.retain(is_brace);
        } else if role == Role::Other && !blocks.iter().any(is_brace) {
            role = Role::Data;
        }
        Statement { first, end, blocks, role, name }
    }

    fn boundary(&self, least: usize, from: usize, end: usize) -> usize {
        let lines = &self.lines;
        let Some(first) = (from..end).find(|&at| !lines[at].blank) else { return end };
        let (depth, indent) = (lines[first].depth, lines[first].indent);
        let is_boundary = |at: usize| {
            let (line, before) = (&lines[at], &lines[at - 1]);
            let starts = !line.blank
                && !line.inside
                && line.depth == depth
                && line.indent == indent
                && !matches!(line.first, b')' | b']' | b'}' | b'{' | b'.' | b'?' | b':' | b'&' | b'|' | b'+')
                && !["else", "elif", "except", "finally", "catch", "case", "rescue", "ensure", "when"]
                    .iter()
                    .any(|word| self.code[at].trim_start().starts_with(word));
            let ended = before.blank
                || before.comment
                || match self.language.blocks() {
                    Blocks::Braces => {
                        matches!(before.last, b';' | b'}' | b',') || self.language == Language::Go
                    }
                    Blocks::Indentation => line.depth == 0 || before.last == b',',
                    Blocks::Closed => true,
                };
            starts && ended
        };
        (least.max(from + 1)..end).find(|&at| is_boundary(at)).unwrap_or(end)
    }

    fn is_exact(&self) -> bool {
        self.language.blocks() != Blocks::Closed
    }

    fn faults(&self) -> Faults {
        Faults::Brackets(self.balance.0, self.balance.1)
    }
}

impl File<'_> {
    fn next_filled(&self, from: usize, limit: usize) -> Option<usize> {
        (from..limit.min(self.lines.len())).find(|&at| !self.lines[at].blank)
    }

    fn braced(&self, first: usize, limit: usize, blocks: &mut Vec<(usize, usize)>) -> usize {
        let mut at = first;
        let indent = self.lines[first].indent;
        for _ in 0..MAX_HEAD {
            let line = &self.lines[at];
            if let Some((close, bracket)) = line.closes.filter(|&(close, _)| close < limit) {
                let agrees = self.lines[close].indent == indent || self.lines[close].indent == line.indent;
                let opens_last = line.last == bracket;
                let first_of_close = matches!(self.lines[close].first, b'}' | b')' | b']');
                if agrees && opens_last && first_of_close && blocks.len() < MAX_BLOCKS {
                    let is_data = !self.opens_later(close, limit)
                        && matches!(self.lines[close].last, b')' | b']' | b';' | b',');
                    let is_block = bracket == b'{' || is_data;
                    if is_block && close > at + 1 && self.is_deeper(at + 1, close, self.lines[close].indent) {
                        blocks.push((at + 1, close));
                    }
                }
                at = close;
                if self.lines[at].closes.is_some() {
                    continue;
                }
            }
            let Some(next) = (at + 1 < limit).then_some(at + 1) else { return limit };
            let following = &self.lines[next];
            let ended = matches!(self.lines[at].last, b';' | b'}' | b'{')
                || self.lines[at].last == b',' && following.indent <= indent;
            let goes_on = following.inside
                || !following.blank
                    && !following.comment
                    && (following.depth > self.lines[first].depth
                        || following.first == b'{' && !ended
                        || following.indent > indent && !ended
                        || following.indent == indent && !ended && self.is_clause(next));
            if !goes_on {
                return next;
            }
            at = next;
        }
        at + 1
    }

    /// Whether the statement goes on after a bracket is closed on a line, and opens another.
    fn opens_later(&self, close: usize, limit: usize) -> bool {
        let line = &self.lines[close];
        line.closes.is_some()
            || line.last == b'{'
            || !matches!(line.last, b';' | b',')
                && self
                    .next_filled(close + 1, limit)
                    .is_some_and(|next| self.lines[next].first == b'{' || self.is_clause(next))
    }

    /// Whether a line goes on with a head: `where …`, `throws …`.
    fn is_clause(&self, line: usize) -> bool {
        let text = self.code[line].trim_start();
        [">", "where", "throws ", "extends ", "implements ", "->", "=> ", ": "]
            .iter()
            .any(|word| text.starts_with(word))
    }

    /// Whether every line of a block is deeper than the line that closes it.
    fn is_deeper(&self, from: usize, to: usize, indent: usize) -> bool {
        self.lines[from..to].iter().all(|line| {
            line.blank
                || line.inside
                || line.indent > indent
                || line.first == b'#' && self.language == Language::C
                || line.last == b':'
        })
    }

    fn indented(&self, first: usize, limit: usize, blocks: &mut Vec<(usize, usize)>) -> usize {
        let depth = self.lines[first].depth;
        let indent = self.lines[first].indent;
        let mut at = first;
        // The head's brackets, and strings that it begins.
        while at + 1 < limit && (self.lines[at + 1].depth > depth || self.lines[at + 1].inside) {
            at += 1;
        }
        if at > first && self.lines[at].last != b':' {
            let data = self.lines[first].closes.filter(|&(close, _)| close == at);
            if data.is_some()
                && at > first + 1
                && self.lines[first].last != 0
                && !self.lines[first + 1].inside
            {
                blocks.push((first + 1, at));
            }
            return at + 1;
        }
        if self.lines[at].last != b':' {
            return at + 1;
        }
        let mut end = self.suite(at, limit, depth, indent, blocks);
        // `else`, `except` and their like belong to what they follow.
        while blocks.len() < MAX_BLOCKS
            && let Some(next) = self.next_filled(end, limit)
            && self.lines[next].indent == indent
            && ["else:", "elif ", "elif(", "except", "finally:"]
                .iter()
                .any(|word| self.code[next].trim_start().starts_with(word))
        {
            let mut head = next;
            while head + 1 < limit && self.lines[head + 1].depth > depth {
                head += 1;
            }
            if self.lines[head].last != b':' {
                break;
            }
            end = self.suite(head, limit, depth, indent, blocks);
        }
        end
    }

    /// Adds the lines that belong to the head which ends on a line, and says where they end.
    fn suite(
        &self,
        head: usize,
        limit: usize,
        depth: usize,
        indent: usize,
        blocks: &mut Vec<(usize, usize)>,
    ) -> usize {
        let mut end = head + 1;
        for next in head + 1..limit {
            let line = &self.lines[next];
            if line.blank || line.comment && line.indent <= indent {
                continue;
            }
            if !line.inside && line.depth <= depth && line.indent <= indent {
                break;
            }
            end = next + 1;
        }
        if end > head + 1 {
            blocks.push((head + 1, end));
        }
        end
    }

    fn closed(&self, first: usize, limit: usize, blocks: &mut Vec<(usize, usize)>) -> usize {
        let indent = self.lines[first].indent;
        let mut next = first + 1;
        while next < limit && (self.lines[next].blank || self.lines[next].indent > indent) {
            next += 1;
        }
        let Some(closing) = (next < limit).then(|| self.code[next].trim_start()) else { return first + 1 };
        let closes =
            ["end", "}", "fi", "done", "esac", ")", "]"].iter().any(|word| closing.starts_with(word));
        if next > first + 1 && self.lines[next].indent == indent && closes {
            blocks.push((first + 1, next));
            return next + 1;
        }
        first + 1
    }

    /// The text of a statement's head, on one line.
    fn head(&self, first: usize, end: usize) -> String {
        let mut head = String::new();
        for at in first..end.min(first + MAX_HEAD) {
            let text = self.code[at].trim();
            if text.starts_with(['@', '#']) && !text.starts_with("#[") && at + 1 < end {
                continue;
            }
            head.push_str(&text[..text.floor_char_boundary(HEAD_BYTES)]);
            head.push(' ');
            if head.len() > HEAD_BYTES {
                break;
            }
        }
        head
    }

    fn role(&self, first: usize, end: usize, has_block: bool) -> (Role, Option<String>) {
        let head = self.head(first, end);
        let mut rest = head.trim_start();
        if let Some(after) = rest.strip_prefix("extern \"C\"") {
            rest = after;
        }
        loop {
            rest = rest.trim_start_matches(|character: char| {
                character.is_whitespace() || "()*&".contains(character)
            });
            let length = identifier(rest);
            let word = &rest[..length];
            if rest.starts_with("#[") || rest.starts_with('@') {
                // An attribute on the line of what it belongs to.
                rest = match rest.find([']', ' ']) {
                    Some(at) => &rest[at + 1..],
                    None => return (Role::Other, None),
                };
                continue;
            }
            if rest.starts_with('#') {
                rest = &rest[1..];
                continue;
            }
            if length == 0 {
                return (Role::Data, None);
            }
            let after = rest[length..].trim_start();
            let go_group = matches!(word, "const" | "var" | "type" | "import") && after.starts_with('(');
            if go_group {
                return (Role::Import, None);
            }
            if word == "template" && after.starts_with('<') {
                rest = after.split_once('>').map_or("", |(_, rest)| rest);
                continue;
            }
            if MODIFIERS.contains(&word) && !after.starts_with(['=', '.', ':']) && !after.is_empty() {
                rest = after;
                continue;
            }
            if CONTROL.contains(&word) {
                return (Role::Other, None);
            }
            if IMPORTS.contains(&word) && !after.starts_with(['=', '(']) {
                return (Role::Import, None);
            }
            if CONTAINERS.contains(&word) && identifier(after.trim_start_matches('<')) > 0 {
                return self.container(word, after);
            }
            if DEFINERS.contains(&word) {
                return (Role::Definition, defined(after, self.language));
            }
            return assigned_or_called(rest, has_block);
        }
    }

    fn container(&self, word: &str, after: &str) -> (Role, Option<String>) {
        let name = after[..identifier(after)].to_owned();
        // C writes `struct a f(void) {` for functions.
        let is_function = self.language == Language::C
            && after.split(['{', '=']).next().is_some_and(|head| head.contains('('));
        let assigns = after.split_once('=').is_some_and(|(before, _)| !before.contains(['{', '<', '(']));
        if is_function {
            return (Role::Definition, defined(after, self.language));
        }
        if assigns || word == "type" && after.contains('=') {
            return (Role::Data, Some(name));
        }
        (Role::Container, Some(name).filter(|name| !name.is_empty()))
    }
}

/// The name in `name(…)`, `name<T>(…)`, `(receiver) name(…)`, `Type::name(…)`.
fn defined(text: &str, language: Language) -> Option<String> {
    let mut text = text.trim_start_matches(['*', ' ', '!']);
    if language == Language::Go && text.starts_with('(') {
        text = text.split_once(')')?.1.trim_start();
    }
    let before = text.split(['(', '<', '[', '{', ':', '=', ' ']).next().unwrap_or_default();
    let mut name = before;
    if language == Language::C || text[before.len()..].starts_with("::") {
        name = text.split('(').next()?.trim_end();
        name = &name[name
            .rfind(|character: char| !character.is_alphanumeric() && character != '_')
            .map_or(0, |at| at + 1)..];
    }
    let name = name.rsplit('.').next().unwrap_or(name);
    let name = name.trim_end_matches(['?', '!']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// `const name = (…) => {`, `name = {`, `Type name(…) {`, `name(…) {`, `describe('…', () => {`.
fn assigned_or_called(head: &str, has_block: bool) -> (Role, Option<String>) {
    let parenthesis = head.find('(');
    let assignment = assignment(head);
    let is_closure =
        head.contains("=>") || head.contains("function") || head.contains("func(") || head.contains("lambda");
    if let Some(at) = assignment.filter(|&at| parenthesis.is_none_or(|parenthesis| at < parenthesis)) {
        let before = head[..at].split(':').next().unwrap_or_default().trim_end();
        let name = before
            .rsplit(|character: char| !character.is_alphanumeric() && character != '_' && character != '$');
        let name = name.into_iter().next().filter(|name| !name.is_empty()).map(str::to_owned);
        return (if is_closure { Role::Definition } else { Role::Data }, name);
    }
    let Some(parenthesis) = parenthesis else { return (Role::Data, None) };
    let mut before = head[..parenthesis].trim_end();
    if before.ends_with(['>', ']']) {
        before = before.split(['<', '[']).next().unwrap_or_default();
    }
    let start = before
        .rfind(|character: char| !character.is_alphanumeric() && character != '_' && character != '$')
        .map_or(0, |at| at + 1);
    let name = &before[start..];
    // A call has its closure inside of its parentheses, a definition has its block after them.
    let is_call = before[..start].ends_with('.') || is_closure && !head.trim_end().ends_with(") {");
    let is_call = is_call || head[parenthesis..].starts_with("('") || head[parenthesis..].starts_with("(\"");
    if is_call || name.is_empty() || !has_block {
        return (Role::Other, None);
    }
    (Role::Definition, Some(name.to_owned()))
}

/// Where a head has the `=` of an assignment.
fn assignment(head: &str) -> Option<usize> {
    let bytes = head.as_bytes();
    (0..bytes.len()).find(|&at| {
        bytes[at] == b'='
            && !matches!(bytes.get(at + 1), Some(b'=' | b'>'))
            && (at == 0 || !matches!(bytes[at - 1], b'=' | b'!' | b'<' | b'>'))
    })
}
