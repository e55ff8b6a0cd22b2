//! Detection of Markdown and prose, by lines that read as sentences and by what marks headings, lists and links.
//!
//! Owns the question whether a text is written to be read: not source code with comments, configuration, a log of
//! sentences, or the history of a repository.

use super::language::{Words, is_foreign_script, is_prose};
use super::outline::{adornment, atx_level, item, starts_passage};
use crate::route::{Confidence, Sample};

/// Lines that say something below which a text is too short to tell.
const FEWEST_LINES: usize = 4;
/// Words below which it is, however few its lines.
const FEWEST_WORDS: usize = 60;
/// Definitions at the margin of which only source code has so many.
const FEWEST_DEFINITIONS: usize = 3;
/// Lines after which it is seen whether the rest is worth a look.
const FIRST_LOOK: usize = 40;
/// Bytes of a line that is a paragraph.
const LONG_LINE: usize = 300;

/// How surely a text is Markdown or of its kin.
#[must_use]
pub fn markdown(sample: &Sample<'_>) -> Confidence {
    judged(sample, true)
}

/// How surely a text is prose without marks.
#[must_use]
pub fn prose(sample: &Sample<'_>) -> Confidence {
    judged(sample, false)
}

fn judged(sample: &Sample<'_>, marked: bool) -> Confidence {
    const SOURCE: [&str; 7] = ["#!", "/*", "//", "\"\"\"", "r\"\"\"", "'''", "#include"];
    const TAGS: [&str; 8] = ["<!--", "<p", "<h1", "<div", "<img", "<a ", "<br", "<center"];
    let text = sample.text.trim_start();
    let is_tagged = text.starts_with('<') && !TAGS.iter().any(|tag| text.starts_with(tag));
    if text.is_empty()
        || is_tagged
        || text.starts_with(['{', '\u{1b}'])
        || SOURCE.iter().any(|source| text.starts_with(source))
    {
        return Confidence::NONE;
    }
    if sample.hints.reads_a_file() || is_marked(sample) != marked || !Counts::of(sample).is_text() {
        return Confidence::NONE;
    }
    Confidence::per_cent(75)
}

/// Whether a text has headings, lists or links.
fn is_marked(sample: &Sample<'_>) -> bool {
    let (mut headings, mut marks) = (0, 0);
    for run in &sample.runs {
        let mut before = "";
        for &line in run {
            let trimmed = line.trim();
            let is_underline = adornment(trimmed).is_some() && !before.is_empty();
            headings += usize::from(
                is_underline || atx_level(trimmed).is_some() || is_capital(line) || starts_passage(trimmed),
            );
            marks += usize::from(is_mark(trimmed));
            if headings >= 2 || headings + marks >= 3 {
                return true;
            }
            before = trimmed;
        }
    }
    false
}

/// Whether a line is an item, a row, a quotation, a fence, or holds a link.
fn is_mark(line: &str) -> bool {
    item(line)
        || line.starts_with(['|', '>'])
        || line.starts_with("```")
        || line.contains("](")
        || is_directive(line)
}

/// What the lines outside of blocks of code are.
#[derive(Debug, Default)]
struct Counts {
    lines: usize,
    words: Words,
    /// Bytes of lines, and of those that belong to sentences.
    bytes: usize,
    prose_bytes: usize,
    /// Ends of sentences.
    ends: usize,
    /// Lines of source code, of comments, or of settings.
    code: usize,
    /// Lines that only source code has at the margin.
    definitions: usize,
    /// Lines that begin with a time or a level, or set a key.
    stamped: usize,
    /// Lines that head a commit.
    commits: usize,
    headings: usize,
    marks: usize,
    is_foreign: bool,
}

impl Counts {
    fn of(sample: &Sample<'_>) -> Self {
        let mut counts = Self::default();
        let mut has_fences = false;
        for (number, run) in sample.runs.iter().enumerate() {
            // Further lines may begin inside of a block of code, which then closes before another one opens, or not at all.
            let fence = |line: &&&str| line.trim_start_matches(['>', ' ']).starts_with("```");
            let mut in_fence = number > 0
                && match run.iter().find(fence) {
                    Some(first) => first.trim_matches(['>', ' ']) == "```",
                    None => {
                        has_fences && run.iter().filter(|line| is_code(line.trim())).count() * 3 > run.len()
                    }
                };
            let mut before = "";
            for (at, &line) in run.iter().enumerate() {
                let trimmed = line.trim();
                if fence(&&line) || trimmed.starts_with("~~~") {
                    in_fence = !in_fence;
                    has_fences = true;
                    counts.marks += 2;
                } else if !in_fence && !trimmed.is_empty() {
                    counts.add(line, before, run.get(at + 1).copied().unwrap_or(""));
                    if counts.lines == FIRST_LOOK && counts.is_something_else() {
                        return counts;
                    }
                }
                before = trimmed;
            }
        }
        let beginning = &sample.text[..sample.text.floor_char_boundary(4_000)];
        counts.is_foreign = is_foreign_script(beginning);
        counts
    }

    fn add(&mut self, line: &str, before: &str, below: &str) {
        let trimmed = line.trim();
        if trimmed.contains("://") && !is_code(trimmed) {
            // The targets of links are no words.
            self.marks += usize::from(is_mark(trimmed));
            let words: Vec<&str> = trimmed.split_whitespace().filter(|word| !word.contains("://")).collect();
            if words.len() >= 3 {
                self.add(&words.join(" "), before, below);
            }
            return;
        }
        self.lines += 1;
        if trimmed.starts_with('<') {
            // Tags are part of many a document, and say nothing.
            return;
        }
        if adornment(trimmed).is_some() {
            self.headings += usize::from(!before.is_empty() && before.len() <= trimmed.len() + 4);
            return;
        }
        if let Some(level) = atx_level(trimmed) {
            // A comment is seldom alone.
            let is_comment = level == 1 && (before.starts_with("# ") || below.trim_start().starts_with("# "));
            self.code += if is_comment { 3 } else { 0 };
            self.headings += usize::from(!is_comment);
            return;
        }
        if is_capital(line) {
            self.headings += 1;
            return;
        }
        self.bytes += trimmed.len();
        self.stamped += usize::from(is_stamped(trimmed) || is_setting(trimmed));
        self.definitions += usize::from(is_definition(line));
        self.commits += usize::from(is_commit(trimmed));
        if starts_passage(trimmed) && trimmed.len() < LONG_LINE {
            self.headings += 1;
            self.prose_bytes += trimmed.len();
            return;
        }
        let is_indented = line.starts_with("    ") || line.starts_with('\t');
        if is_code(trimmed) && !trimmed.starts_with('|') {
            // Examples in manuals are indented; so are the bodies of functions, but not their heads.
            self.code += if is_indented { 1 } else { 3 };
            self.bytes -= if is_indented { trimmed.len() / 2 } else { 0 };
            return;
        }
        self.marks += usize::from(is_mark(trimmed));
        let words = Words::of(trimmed);
        self.words.all += words.all;
        self.words.common += words.common;
        if words.are_prose()
            || is_foreign_script(trimmed)
            || words.all >= 3 && words.common > 0 && words.all < 8
        {
            self.prose_bytes += trimmed.len();
        }
        let bytes = trimmed.as_bytes();
        self.ends += memchr::memmem::find_iter(bytes, b". ").count()
            + usize::from(trimmed.ends_with(['.', '!', '?', ':', '。', '؟', '।']))
            + trimmed.matches(['。', '！', '？']).count();
    }

    /// Whether a first look is enough.
    fn is_something_else(&self) -> bool {
        self.prose_bytes * 5 < self.bytes || self.stamped * 2 > self.lines || self.commits > 0
    }

    fn is_text(&self) -> bool {
        let is_long = self.lines >= FEWEST_LINES || self.bytes >= LONG_LINE;
        let has_words = self.words.all >= FEWEST_WORDS || self.is_foreign;
        is_long
            && has_words
            && (self.words.common * 6 >= self.words.all || self.is_foreign)
            && self.prose_bytes * 100 >= self.bytes * if self.headings >= 2 { 50 } else { 55 }
            && (self.ends * 400 >= self.prose_bytes || self.headings >= 4 && self.marks * 3 >= self.lines)
            && self.code * 10 <= self.lines * 2
            && self.stamped * 8 <= self.lines
            && self.commits == 0
            && self.definitions < FEWEST_DEFINITIONS
    }
}

/// Whether a line of a manual or a document in reStructuredText or `AsciiDoc` directs its setting.
fn is_directive(line: &str) -> bool {
    line.starts_with(".. ")
        || line.ends_with("::")
        || line.starts_with("[source")
        || line.contains("`_")
        || line.contains("``")
}

/// Whether a line heads a part of a manual: `OPTIONS`.
fn is_capital(line: &str) -> bool {
    line.len() <= 40
        && line.starts_with(|c: char| c.is_ascii_uppercase())
        && line.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ')
        && line.bytes().filter(|byte| *byte == b' ').count() <= 4
}

/// What lines of logs begin with beside times.
const LEVELS: [&str; 9] =
    ["INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "FATAL", "NOTICE", "CRITICAL"];

/// Whether a line begins with a number, a time, a level or a name, as in listings, logs and chats.
fn is_stamped(line: &str) -> bool {
    let rest = line.trim_start_matches(['[', '(', '<']);
    let digits = rest.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let after = rest.as_bytes().get(digits).copied();
    let time = digits >= 1
        && matches!(after, Some(b'-' | b':' | b'/'))
        && rest.as_bytes().get(digits + 1).is_some_and(u8::is_ascii_digit);
    let word = rest.bytes().take(9).take_while(u8::is_ascii_alphabetic).count();
    let month = word == 3
        && ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            .contains(&&rest[..3])
        && rest[3..].trim_start().starts_with(|c: char| c.is_ascii_digit())
        && rest.len() > 9
        && rest.as_bytes().iter().take(16).filter(|byte| **byte == b':').count() == 2;
    // A name before a colon: somebody speaks.
    let speaks = rest
        .split_once(": ")
        .is_some_and(|(name, _)| !name.is_empty() && !name.contains(' ') && name.len() < 16)
        && rest.starts_with(char::is_uppercase);
    let numbered = digits >= 1 && (rest[digits..].starts_with('→') || after == Some(b'\t'));
    time || numbered
        || month
        || LEVELS.contains(&&rest[..word])
        || speaks
        || digits > 7 && after == Some(b'.')
}

/// Whether a line sets a key, as in YAML.
fn is_setting(line: &str) -> bool {
    let line = line.trim_start_matches(['-', ' ']);
    let key = line.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
    key > 0 && line[key..].starts_with(':') && !line[key..].starts_with("::")
}

/// Whether a line at the margin imports or defines something.
fn is_definition(line: &str) -> bool {
    const OPENINGS: [&str; 10] =
        ["import ", "from ", "def ", "class ", "fn ", "pub ", "func ", "function ", "export ", "use "];
    let is_import = line.starts_with("from ") && line.contains(" import ");
    let is_short = line.split(' ').count() == 2;
    OPENINGS.iter().any(|opening| line.starts_with(opening))
        && (is_import || is_short || line.ends_with([':', '{', ';', ')', '(']) && !is_prose(line))
}

fn is_commit(line: &str) -> bool {
    line.strip_prefix("commit ")
        .is_some_and(|hash| hash.len() >= 12 && hash.bytes().take(12).all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a line is of source code, a comment in it, or a setting.
fn is_code(line: &str) -> bool {
    const OPENINGS: &[&str] = &[
        "//",
        "/*",
        "*/",
        "#include",
        "#define",
        "#if",
        "#endif",
        "#[",
        "@",
        "import ",
        "from ",
        "def ",
        "class ",
        "fn ",
        "pub ",
        "func ",
        "function ",
        "var ",
        "let ",
        "const ",
        "return ",
        "if (",
        "for (",
        "while (",
        "} ",
        "elif ",
        "--[[",
        "\"\"\"",
        "'''",
        "package ",
        "use ",
        "namespace ",
        "private ",
        "public ",
        "static ",
        "export ",
        "struct ",
        "enum ",
        "-- ",
        ";; ",
        "% ",
        "\\begin",
        "\\section",
        "echo ",
        "self.",
        "raise ",
        "async ",
        "$ ",
    ];
    if line.ends_with(['{', '}', ';']) || line.ends_with(");") || line.ends_with("*/") {
        return true;
    }
    if let Some(opening) = OPENINGS.iter().find(|opening| line.starts_with(**opening)) {
        // Words may begin a sentence as well.
        return !opening.starts_with(|c: char| c.is_ascii_alphabetic() || c == '@') || !is_prose(line);
    }
    let is_pair = |mark| {
        line.split_once(mark).is_some_and(|(name, _): (&str, &str)| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.\"'[]".contains(&byte))
        })
    };
    is_pair(" = ") || is_pair("=") || is_pair(" := ") || line.contains(" => ") && !is_prose(line)
}
