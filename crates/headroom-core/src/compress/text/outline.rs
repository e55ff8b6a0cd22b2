//! The parts of a text: headings, sentences, items, rows and blocks of code, in the sections and passages they stand in.
//!
//! Owns the reading of Markdown, reStructuredText, `AsciiDoc`, manuals and lists of passages, as far as it takes to know what
//! belongs together. It judges nothing.

use super::language::is_prose;
use super::sentences;
use std::ops::Range;

/// Parts beyond which a text is not read.
const MOST_PIECES: usize = 1 << 20;
/// Lines of a block of code that are kept or left out as one.
const CODE_LINES: usize = 20;
/// Bytes of an item that are kept or left out as one.
const WHOLE_ITEM: usize = 400;
/// Bytes of a line that may be a heading.
const LONGEST_HEADING: usize = 160;
/// Bytes of a line that is a whole paragraph.
const UNWRAPPED: usize = 160;
/// Lines below the title of a passage that say where it is from.
const SOURCE_LINES: usize = 4;

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A heading, or a line that says where a passage is from.
    Heading,
    /// A sentence of a paragraph.
    Sentence,
    /// An item of a list, a row of a table, or lines that are no sentences.
    Lines,
    /// Lines of a block of code.
    Code,
    /// The line that opens or closes a block of code, or the head of a table.
    Frame,
    /// What only serves the links and the look of the text: link definitions, comments, rules.
    Aside,
}

/// A part of the text that is kept or left out as one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The number of its first line, from 0.
    pub(super) first_line: usize,
    /// The number of its last line.
    pub(super) last_line: usize,
    /// Paragraphs, lists, tables and blocks of code have a number each.
    pub(super) block: usize,
    pub(super) section: usize,
    pub(super) role: Role,
}

/// A heading with what stands below it, up to the next heading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    /// The section around it.
    pub(super) parent: Option<usize>,
    level: usize,
    /// Whether it is one of several texts that were put together, whose first sentence stays.
    pub(super) is_passage: bool,
}

impl Section {
    /// How deep its heading says it is: 1 for the outermost.
    pub(super) fn level(&self) -> usize {
        self.level
    }
}

/// A text with its parts.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    pub(super) text: &'a str,
    /// Start and end of each line, without its line break.
    pub(super) lines: Vec<(usize, usize)>,
    pub(super) pieces: Vec<Piece>,
    pub(super) sections: Vec<Section>,
    blocks: usize,
}

impl<'a> Outline<'a> {
    /// Reads a text; `None` where it has too many parts.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut lines = Vec::new();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
            if start < text.len() {
                lines.push((start, start + text[start..end].trim_end().len()));
            }
            start = end + 1;
        }
        if lines.len() > MOST_PIECES {
            return None;
        }
        let first = Section { parent: None, level: usize::MAX, is_passage: false };
        let mut outline = Self { text, lines, pieces: Vec::new(), sections: vec![first], blocks: 0 };
        let mut at = 0;
        while at < outline.lines.len() {
            if outline.pieces.len() > MOST_PIECES {
                return None;
            }
            at = outline.read_block(at);
        }
        Some(outline)
    }

    pub(super) fn text_of(&self, piece: &Piece) -> &'a str {
        &self.text[piece.start..piece.end]
    }

    /// A line without the space at its end.
    fn line(&self, at: usize) -> &'a str {
        self.lines.get(at).map_or("", |&(start, end)| &self.text[start..end])
    }

    fn is_blank(&self, at: usize) -> bool {
        self.line(at).is_empty()
    }

    fn push(&mut self, role: Role, lines: Range<usize>) {
        let (start, end) = (self.lines[lines.start].0, self.lines[lines.end - 1].1);
        self.push_part(role, start..end, lines.start, lines.end - 1);
    }

    fn push_part(&mut self, role: Role, bytes: Range<usize>, first_line: usize, last_line: usize) {
        let section = self.sections.len() - 1;
        let Range { start, end } = bytes;
        self.pieces.push(Piece { start, end, first_line, last_line, block: self.blocks, section, role });
    }

    /// Reads what begins at a line, and says where the next thing begins.
    fn read_block(&mut self, at: usize) -> usize {
        let line = self.line(at).trim_start();
        if line.is_empty() {
            return at + 1;
        }
        self.blocks += 1;
        if let Some(fence) = fence(line) {
            return self.read_code(at, fence);
        }
        if let Some(heading) = self.heading(at) {
            return self.read_heading(at, heading);
        }
        if is_aside(line) {
            self.push(Role::Aside, at..at + 1);
            return at + 1;
        }
        if line.starts_with('|') {
            return self.read_table(at);
        }
        let starts_text = at == 0 || self.is_blank(at - 1);
        if starts_text && starts_passage(line) {
            self.open_section(2, true);
        }
        let end = self.end_of_paragraph(at);
        self.read_paragraph(at..end);
        end
    }

    fn open_section(&mut self, level: usize, is_passage: bool) {
        let mut parent = Some(self.sections.len() - 1);
        while let Some(up) = parent.filter(|&up| self.sections[up].level >= level) {
            parent = self.sections[up].parent;
        }
        self.sections.push(Section { parent, level, is_passage });
    }

    fn read_heading(&mut self, at: usize, heading: Heading) -> usize {
        self.open_section(heading.level, heading.is_passage);
        let mut end = at + heading.lines;
        if heading.is_passage {
            while end < at + heading.lines + SOURCE_LINES && says_source(self.line(end)) {
                end += 1;
            }
        }
        self.push(Role::Heading, at..end);
        end
    }

    /// A block between fences; one that is never closed reaches to the end.
    fn read_code(&mut self, at: usize, fence: &str) -> usize {
        let closes =
            |line: &str| line.starts_with(fence) && line.trim_matches(fence.as_bytes()[0] as char).is_empty();
        let end = (at + 1..self.lines.len()).find(|&line| closes(self.line(line).trim_start()));
        self.push(Role::Frame, at..at + 1);
        self.read_lines(Role::Code, at + 1..end.unwrap_or(self.lines.len()));
        if let Some(end) = end {
            self.push(Role::Frame, end..end + 1);
        }
        end.map_or(self.lines.len(), |end| end + 1)
    }

    /// Lines that are no sentences, some at a time, parted at blank lines where there are any.
    fn read_lines(&mut self, role: Role, lines: Range<usize>) {
        let mut start = lines.start;
        for at in lines.clone() {
            let full = at + 1 - start >= CODE_LINES || at + 1 - start >= CODE_LINES / 2 && self.is_blank(at);
            if full || at + 1 == lines.end {
                let end = (start..=at).rev().find(|&line| !self.is_blank(line));
                if let Some(end) = end {
                    self.push(role, start..end + 1);
                }
                start = at + 1;
            }
        }
    }

    fn read_table(&mut self, at: usize) -> usize {
        let end = (at..self.lines.len())
            .find(|&line| !self.line(line).trim_start().starts_with('|'))
            .unwrap_or(self.lines.len());
        let is_rule = |line: &str| line.contains('-') && line.bytes().all(|byte| b"|-: ".contains(&byte));
        let head = if at + 1 < end && is_rule(self.line(at + 1)) { 2 } else { 0 };
        if head > 0 {
            self.push(Role::Frame, at..at + head);
        }
        for row in at + head..end {
            self.push(Role::Lines, row..row + 1);
        }
        end
    }

    fn end_of_paragraph(&self, at: usize) -> usize {
        let ends = |next: usize| {
            let line = self.line(next).trim_start();
            line.is_empty()
                || fence(line).is_some()
                || item(line)
                || atx_level(line).is_some()
                || line.starts_with('|')
        };
        (at + 1..self.lines.len()).find(|&next| ends(next)).unwrap_or(self.lines.len())
    }

    fn read_paragraph(&mut self, lines: Range<usize>) {
        let (start, end) = (self.lines[lines.start].0, self.lines[lines.end - 1].1);
        let text = &self.text[start..end];
        if item(text.trim_start()) && text.len() <= WHOLE_ITEM {
            self.push(Role::Lines, lines);
            return;
        }
        if !is_prose(text) {
            let indented = text.starts_with("    ") || text.starts_with('\t');
            self.read_lines(if indented { Role::Code } else { Role::Lines }, lines);
            return;
        }
        let mut line = lines.start;
        for (from, to) in sentences::split(text) {
            // The space before the first sentence of a line belongs to it.
            let from = start + from;
            while self.lines.get(line + 1).is_some_and(|&(next, _)| next <= from) {
                line += 1;
            }
            let first_line = line;
            while self.lines.get(line + 1).is_some_and(|&(next, _)| next < start + to) {
                line += 1;
            }
            let line_start = self.lines[first_line].0;
            let from = if self.text[line_start..from].trim_start().is_empty() { line_start } else { from };
            self.push_part(Role::Sentence, from..start + to, first_line, line);
        }
    }

    fn heading(&self, at: usize) -> Option<Heading> {
        let line = self.line(at);
        if line.len() > LONGEST_HEADING {
            return None;
        }
        let trimmed = line.trim_start();
        let below = self.line(at + 1);
        let after_blank = at == 0 || self.is_blank(at - 1);
        let one = |level| Some(Heading { level, lines: 1, is_passage: false });
        if let Some(level) = atx_level(trimmed) {
            let is_passage = starts_passage(trimmed.trim_start_matches(['#', '=', ' ', '*']));
            return Some(Heading { level, lines: 1, is_passage });
        }
        if let Some(mark) = adornment(line) {
            // The line above and below the title in reStructuredText.
            let framed =
                adornment(self.line(at + 2)) == Some(mark) && !below.is_empty() && adornment(below).is_none();
            return framed.then_some(Heading { level: level_of(mark) - 1, lines: 3, is_passage: false });
        }
        if !after_blank {
            return None;
        }
        if let Some(mark) =
            adornment(below).filter(|_| !item(trimmed) && line.chars().count() <= below.len() * 3)
        {
            return Some(Heading { level: level_of(mark), lines: 2, is_passage: false });
        }
        if starts_passage(trimmed) && !self.is_blank(at + 1) && self.line(at + 1).len() + 20 >= line.len() {
            return Some(Heading { level: 2, lines: 1, is_passage: true });
        }
        let is_title =
            trimmed.starts_with(char::is_uppercase) && !trimmed.ends_with(['.', ',', ';', ':', '!', '?']);
        if is_title && line.len() <= 90 && below.len() > UNWRAPPED && is_prose(below) {
            return Some(Heading { level: 2, lines: 1, is_passage: true });
        }
        let is_capital = trimmed.len() == line.len()
            && line.len() >= 3
            && line.chars().any(char::is_uppercase)
            && !line.chars().any(char::is_lowercase);
        if is_capital && (below.starts_with("   ") || below.starts_with('\t')) {
            return one(1);
        }
        let is_bold = trimmed.len() > 4 && trimmed.starts_with("**") && trimmed.ends_with("**");
        if (is_bold || starts_chapter(trimmed)) && self.is_blank(at + 1) {
            return one(if is_bold { 7 } else { 1 });
        }
        None
    }
}

#[derive(Clone, Copy, Debug)]
struct Heading {
    level: usize,
    lines: usize,
    is_passage: bool,
}

/// The fence that a line opens.
fn fence(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.bytes().take_while(|&byte| char::from(byte) == mark).count();
    (length >= 3 && !line[length..].contains(mark)).then(|| &line[..length])
}

/// The level of a heading that is marked at its beginning, in Markdown or `AsciiDoc`.
pub(super) fn atx_level(line: &str) -> Option<usize> {
    let mark = line.bytes().next().filter(|mark| matches!(mark, b'#' | b'='))?;
    let level = line.bytes().take(7).take_while(|&byte| byte == mark).count();
    (level <= 6 && line[level..].starts_with(' ') && !line[level..].trim().is_empty()).then_some(level)
}

/// The mark of a line that only underlines a title.
pub(super) fn adornment(line: &str) -> Option<u8> {
    let mark = line.bytes().next().filter(|mark| b"=-~^\"'*+#:.<>_`".contains(mark))?;
    (line.len() >= 3 && line.bytes().all(|byte| byte == mark)).then_some(mark)
}

fn level_of(mark: u8) -> usize {
    b"#*=-~^\"".iter().position(|&known| known == mark).map_or(8, |at| at + 1).max(2)
}

/// Whether a line is an item of a list.
pub(super) fn item(line: &str) -> bool {
    let digits = line.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let rest = match digits {
        0 => line.strip_prefix(['-', '*', '+', '•']),
        _ => line[digits..].strip_prefix(['.', ')']),
    };
    rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
}

fn is_aside(line: &str) -> bool {
    let defines_link = line.starts_with('[') && line.len() < 1_000 && line.contains("]: ");
    let is_comment = line.starts_with("<!--") && line.ends_with("-->");
    defines_link || is_comment || adornment(line).is_some()
}

/// What one of several texts may be called.
const PASSAGE_WORDS: [&str; 12] = [
    "document", "doc", "result", "passage", "source", "chunk", "context", "excerpt", "snippet", "article",
    "hit", "page",
];

/// Whether a line opens one of several texts: `[3] Title`, `Document 3:`, `Result 3`.
pub(super) fn starts_passage(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix('[').and_then(after_number) {
        return rest.strip_prefix(']').is_some_and(|rest| !rest.starts_with([':', '(', '[']));
    }
    let line = line.trim_start_matches(['*', '-', '=', '#', '[', '<', '(', ' ']);
    let length = line.bytes().take(9).take_while(u8::is_ascii_alphabetic).count();
    PASSAGE_WORDS.iter().any(|word| word.eq_ignore_ascii_case(&line[..length]))
        && after_number(line[length..].trim_start_matches([' ', '#', '_', '-', '['])).is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with([':', ']', ')', '.', '*', '-', '>'])
                || rest.starts_with([' ', '='])
        })
}

/// What stands after the number that a text begins with.
fn after_number(text: &str) -> Option<&str> {
    let digits = text.bytes().take(5).take_while(u8::is_ascii_digit).count();
    (1..5).contains(&digits).then(|| &text[digits..])
}

/// Whether a line below a title says where the passage is from.
fn says_source(line: &str) -> bool {
    const KEYS: [&str; 9] = ["source", "url", "title", "score", "link", "author", "date", "id", "relevance"];
    let line = line.trim_start_matches(['*', '-', ' ']);
    line.len() <= LONGEST_HEADING
        && line.split_once(':').is_some_and(|(key, _)| {
            KEYS.iter().any(|known| known.eq_ignore_ascii_case(key.trim_matches('*')))
        })
}

fn starts_chapter(line: &str) -> bool {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let number = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    ["chapter", "part", "book", "section", "act", "scene", "kapitel", "chapitre", "letter"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word))
        && !number.is_empty()
        && (number.bytes().all(|byte| byte.is_ascii_digit())
            || number.bytes().all(|byte| b"IVXLC".contains(&byte)))
}
