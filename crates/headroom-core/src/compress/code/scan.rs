//! One pass over the lines of a source file: what is code, what is comment or string, and which bracket closes where.
//!
//! Owns the lexical side of a family of languages, nothing of their grammar. Where it errs (a dialect, a macro) brackets and
//! indentation no longer agree, and who reads its findings leaves such a place alone.

use super::language::{Blocks, Language};

/// Brackets that may be open at once; a text with more is no source file that somebody reads.
const MAX_OPEN: usize = 2_000;

/// What a line is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// Columns before its first character.
    pub(super) indent: usize,
    /// Whether it holds nothing.
    pub(super) blank: bool,
    /// Whether it begins inside a string or a comment.
    pub(super) inside: bool,
    /// Whether it holds nothing but a comment or a part of one.
    pub(super) comment: bool,
    /// Its first byte that is no space, 0 where there is none.
    pub(super) first: u8,
    /// The last byte of its code, 0 where there is none.
    pub(super) last: u8,
    /// Open brackets where it begins.
    pub(super) depth: usize,
    /// The fewest brackets that are open anywhere in it.
    pub(super) low: usize,
    /// The line where the last bracket that it leaves open is closed, and that bracket.
    pub(super) closes: Option<(usize, u8)>,
}

/// In what the scanner stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    /// A string up to this byte; whether it may go on over the end of a line.
    Text(u8, bool),
    /// Three of this byte end it.
    Triple(u8),
    /// A quote and so many `#`.
    Raw(usize),
    /// A comment `/* … */`, so many deep.
    Comment(usize),
}

/// An open bracket with its line; a template string is one too.
#[derive(Clone, Copy)]
struct Open {
    bracket: u8,
    line: usize,
}

const TEMPLATE: u8 = b'`';
const IN_TEMPLATE: u8 = b'$';

struct Scanner {
    language: Language,
    inside: Inside,
    open: Vec<Open>,
    /// Brackets that were closed without having been opened, or the other way round.
    lost: usize,
}

/// A file's lines, and whether its brackets balance.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) lines: Vec<Line>,
    /// Brackets that are never closed, and those that close nothing.
    pub(super) balance: (usize, usize),
}

/// What the lines of a file are; `None` where too many brackets are open.
pub(super) fn scan(language: Language, code: &[&str]) -> Option<Scanned> {
    let mut lines: Vec<Line> = code.iter().map(|text| shape(text)).collect();
    if language.blocks() == Blocks::Closed {
        for (line, text) in lines.iter_mut().zip(code) {
            line.comment = text.trim_start().starts_with(language.comment());
            line.last = text.trim_end().bytes().next_back().unwrap_or(0);
        }
        return Some(Scanned { lines, balance: (0, 0) });
    }
    let mut scanner = Scanner { language, inside: Inside::Code, open: Vec::new(), lost: 0 };
    for (at, text) in code.iter().enumerate() {
        scanner.line(text, at, &mut lines);
        if scanner.open.len() > MAX_OPEN {
            return None;
        }
    }
    let left_open = scanner.open.len() + usize::from(scanner.inside != Inside::Code);
    Some(Scanned { lines, balance: (left_open, scanner.lost) })
}

fn shape(text: &str) -> Line {
    let mut indent = 0;
    for byte in text.bytes() {
        match byte {
            b' ' => indent += 1,
            b'\t' => indent += 4,
            first => return Line { indent, first, ..Line::default() },
        }
    }
    Line { blank: true, ..Line::default() }
}

impl Scanner {
    fn in_template(&self) -> bool {
        self.open.last().is_some_and(|open| open.bracket == TEMPLATE)
    }

    fn line(&mut self, text: &str, number: usize, lines: &mut [Line]) {
        let bytes = text.as_bytes();
        lines[number].inside = self.inside != Inside::Code || self.in_template();
        lines[number].depth = self.open.len();
        let mut low = self.open.len();
        let (mut last, mut any_comment) = (0, matches!(self.inside, Inside::Comment(_)));
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let byte = rest[0];
            match self.inside {
                Inside::Comment(depth) => {
                    any_comment = true;
                    if rest.starts_with(b"*/") {
                        self.inside = if depth > 1 { Inside::Comment(depth - 1) } else { Inside::Code };
                        at += 2;
                    } else if self.language == Language::Rust && rest.starts_with(b"/*") {
                        self.inside = Inside::Comment(depth + 1);
                        at += 2;
                    } else {
                        at += 1;
                    }
                    continue;
                }
                Inside::Text(quote, _) => {
                    last = byte;
                    if byte == b'\\' && !(quote == b'`' && self.language == Language::Go) {
                        at += 2;
                        continue;
                    }
                    if byte == quote {
                        self.inside = Inside::Code;
                    }
                    at += 1;
                    continue;
                }
                Inside::Triple(quote) => {
                    last = byte;
                    if byte == b'\\' {
                        at += 2;
                    } else if rest.starts_with(&[quote; 3]) {
                        self.inside = Inside::Code;
                        at += 3;
                    } else {
                        at += 1;
                    }
                    continue;
                }
                Inside::Raw(hashes) => {
                    last = byte;
                    at += 1;
                    if byte == b'"' && bytes[at..].iter().take_while(|&&byte| byte == b'#').count() >= hashes
                    {
                        self.inside = Inside::Code;
                        at += hashes;
                    }
                    continue;
                }
                Inside::Code => {}
            }
            if self.in_template() {
                last = byte;
                match byte {
                    b'\\' => at += 1,
                    b'`' => {
                        self.open.pop();
                    }
                    b'$' if rest.get(1) == Some(&b'{') => {
                        self.open.push(Open { bracket: IN_TEMPLATE, line: number });
                        at += 1;
                    }
                    _ => {}
                }
                at += 1;
                continue;
            }
            if byte.is_ascii_whitespace() {
                at += 1;
                continue;
            }
            if let Some(length) = self.comment(rest) {
                any_comment = true;
                if length == 0 {
                    break;
                }
                at += length;
                continue;
            }
            at += self.code(rest, last, at > 0 && is_word(bytes[at - 1]), number, lines);
            low = low.min(self.open.len());
            last = byte;
        }
        if let Inside::Text(_, false) = self.inside
            && !text.ends_with('\\')
        {
            self.inside = Inside::Code;
        }
        let line = &mut lines[number];
        line.low = low;
        line.last = last;
        line.comment = last == 0 && any_comment;
    }

    /// Begins a comment: its opening's length, 0 where it goes on to the end of the line.
    fn comment(&mut self, rest: &[u8]) -> Option<usize> {
        if self.language == Language::Python {
            return (rest[0] == b'#').then_some(0);
        }
        if rest.starts_with(b"//") {
            return Some(0);
        }
        rest.starts_with(b"/*").then(|| {
            self.inside = Inside::Comment(1);
            2
        })
    }

    /// Reads one token of code, and says how long it is.
    fn code(&mut self, rest: &[u8], last: u8, after_word: bool, number: usize, lines: &mut [Line]) -> usize {
        let byte = rest[0];
        match byte {
            b'(' | b'[' | b'{' => self.open.push(Open { bracket: byte, line: number }),
            b')' => self.close(b"(", number, lines),
            b']' => self.close(b"[", number, lines),
            b'}' => self.close(&[b'{', IN_TEMPLATE], number, lines),
            b'"' | b'\'' if self.has_triple() && rest.starts_with(&[byte; 3]) => {
                self.inside = Inside::Triple(byte);
                return 3;
            }
            b'"' => {
                let over_lines = self.language == Language::Rust;
                self.inside = Inside::Text(b'"', over_lines);
            }
            b'\'' if self.language == Language::Rust => {
                // `'a` is a lifetime, `'a'` a character.
                if rest.get(1) == Some(&b'\\') {
                    let end = rest[2..].iter().skip(1).position(|&byte| byte == b'\'');
                    return end.map_or(1, |end| end + 4);
                }
                let end = rest.iter().skip(1).take(6).position(|&byte| byte == b'\'');
                let is_character = end.is_some_and(|end| end == 1 || end > 1 && rest[1] >= 0x80);
                return end.filter(|_| is_character).map_or(1, |end| end + 2);
            }
            b'\'' => self.inside = Inside::Text(b'\'', false),
            b'`' if self.language == Language::JavaScript => {
                self.open.push(Open { bracket: TEMPLATE, line: number });
            }
            b'`' if self.language == Language::Go => self.inside = Inside::Text(b'`', true),
            b'r' if self.language == Language::Rust && !after_word => {
                let hashes = rest[1..].iter().take_while(|&&byte| byte == b'#').count();
                if rest.get(1 + hashes) == Some(&b'"') {
                    self.inside = Inside::Raw(hashes);
                    return hashes + 2;
                }
            }
            b'/' if self.language == Language::JavaScript && begins_expression(last) => {
                return pattern(rest).unwrap_or(1);
            }
            _ => {}
        }
        1
    }

    fn has_triple(&self) -> bool {
        matches!(self.language, Language::Python | Language::Java)
    }

    fn close(&mut self, brackets: &[u8], number: usize, lines: &mut [Line]) {
        // A bracket that was lost (in a macro, in text between tags) must not cost all that follow.
        let nearest = self.open.iter().rev().take(4).take_while(|open| open.bracket != TEMPLATE);
        let Some(up) = nearest.into_iter().position(|open| brackets.contains(&open.bracket)) else {
            self.lost += 1;
            return;
        };
        self.lost += up;
        let open = self.open[self.open.len() - 1 - up];
        self.open.truncate(self.open.len() - 1 - up);
        if open.line != number && lines[open.line].closes.is_none() {
            lines[open.line].closes = Some((number, open.bracket));
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a `/` after this byte begins a regular expression rather than divides.
fn begins_expression(last: u8) -> bool {
    last == 0 || b"(,=:[!&|?{};+".contains(&last)
}

/// The length of the regular expression with which this begins, on one line.
fn pattern(rest: &[u8]) -> Option<usize> {
    let (mut at, mut in_class) = (1, false);
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closes(language: Language, text: &str) -> Vec<(usize, usize)> {
        let code: Vec<&str> = text.lines().collect();
        let lines = scan(language, &code).expect("few brackets").lines;
        assert_eq!(lines.last().map(|line| line.inside), Some(false), "{text}");
        lines.iter().enumerate().filter_map(|(at, line)| Some((at, line.closes?.0))).collect()
    }

    #[test]
    fn brackets_in_strings_and_comments_are_none() {
        let rust = "fn a<'a>(x: &'a str) {\n let c = '{'; let d = '\\''; // {\n /* { /* } */ { */ r#\"{\"#;\n \"{\n\";\n}\n";
        assert_eq!(closes(Language::Rust, rust), [(0, 5)]);
        let script = "f(`a ${ {b: `}`} } {`, /[/{]/, '{', x => {\n  'it\\'s {';\n}, 2)\n";
        assert_eq!(closes(Language::JavaScript, script), [(0, 2)]);
        let python = "def f():\n    \"\"\"a {\n    ( \"\"\"\n    x = [  # [\n    1]\n";
        assert_eq!(closes(Language::Python, python), [(3, 4)]);
        assert_eq!(closes(Language::Go, "x := `{\n`\nf(func() {\n})\n"), [(2, 3)]);
    }

    #[test]
    fn a_lost_bracket_costs_its_own_block_only() {
        assert_eq!(
            closes(Language::C, "void f() {\n  if (x {\n  }\n}\nvoid g() {\n}\n").last(),
            Some(&(4, 5))
        );
    }

    #[test]
    fn hostile_nesting_ends() {
        assert!(scan(Language::C, &["{".repeat(100_000).as_str()]).is_none());
        assert!(scan(Language::C, &["}".repeat(100_000).as_str()]).is_some());
    }
}
