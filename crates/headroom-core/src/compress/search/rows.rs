//! The lines of a search's output, read as hits.
//!
//! Owns what a line may be: a hit, a line of its context, a separator, or something else that stays as it is. It knows
//! nothing of how they are written shorter.

use memchr::memchr;

/// Bytes of a path beyond which a line is not taken for a hit.
const LONGEST_PATH: usize = 1_024;
/// Digits of a line number: more are something else.
const LONGEST_NUMBER: usize = 9;

/// One in so many lines has to be a hit; the others may be its context.
const LEAST_SHARE: usize = 40;

/// What a line of a file has to do with the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It matches.
    Match,
    /// It stands near one that matches.
    Context,
    /// It opens the function in which one matches (`git grep -p`).
    Function,
}

impl Mark {
    /// What stands before and after the line number.
    #[must_use]
    pub fn separator(self) -> char {
        match self {
            Self::Match => ':',
            Self::Context => '-',
            Self::Function => '=',
        }
    }

    fn of(separator: u8) -> Option<Self> {
        match separator {
            b':' => Some(Self::Match),
            b'-' => Some(Self::Context),
            b'=' => Some(Self::Function),
            _ => None,
        }
    }
}

/// A line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The file; empty where the output does not name one.
    pub path: &'a str,
    /// The line's number in the file; 0 where the output has none.
    pub line: u32,
    /// The column of the match; 0 where the output has none.
    pub column: u32,
    /// Why it stands there.
    pub mark: Mark,
    /// The line itself.
    pub text: &'a str,
}

/// A line of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// A line of a file.
    Hit(Hit<'a>),
    /// `--` between lines that do not follow each other.
    Separator,
    /// A file's name or the blank line before it, where the output itself names a file once: it follows from the hits.
    Heading,
    /// Anything else.
    Other(&'a str),
}

impl<'a> Row<'a> {
    /// The hit.
    #[must_use]
    pub fn hit(&self) -> Option<&Hit<'a>> {
        match self {
            Self::Hit(hit) => Some(hit),
            _ => None,
        }
    }
}

/// How the output of a search is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `path:12:text`.
    Inline,
    /// `path:text`.
    Unnumbered,
    /// `12:text` below the path, or without one.
    Headed,
}

/// The output of a search.
#[derive(Debug)]
pub struct Output<'a> {
    /// How it is laid out.
    pub layout: Layout,
    /// Whether every match has a column.
    pub columns: bool,
    /// A row for each line, in order.
    pub rows: Vec<Row<'a>>,
    /// Whether the last line ends.
    pub ends: bool,
}

impl<'a> Output<'a> {
    /// Reads the lines of an output. `None` where hardly any of them is a hit.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let (body, ends) = match text.strip_suffix('\n') {
            Some(body) => (body, true),
            None => (text, false),
        };
        let lines: Vec<&str> = body.split('\n').collect();
        let inline = lines.iter().filter(|line| numbered(line).is_some()).count();
        let headed = lines.iter().filter(|line| number_first(line).is_some()).count();
        let layout = if inline >= headed && inline > 0 && inline * LEAST_SHARE >= lines.len() {
            Layout::Inline
        } else if headed > 0 && headed * LEAST_SHARE >= lines.len() {
            Layout::Headed
        } else {
            Layout::Unnumbered
        };
        let mut rows = match layout {
            Layout::Inline => inline_rows(&lines, numbered),
            Layout::Unnumbered => inline_rows(&lines, unnumbered),
            Layout::Headed => headed_rows(&lines),
        };
        let matches = || rows.iter().filter_map(Row::hit).filter(|hit| hit.mark == Mark::Match);
        matches().next()?;
        let columns = layout != Layout::Unnumbered && matches().all(|hit| leading_number(hit.text).is_some());
        if columns {
            for row in &mut rows {
                if let Row::Hit(hit) = row
                    && hit.mark == Mark::Match
                    && let Some((column, text)) = leading_number(hit.text)
                {
                    (hit.column, hit.text) = (column, text);
                }
            }
        }
        Some(Self { layout, columns, rows, ends })
    }

    /// Whether lines stand there that do not match themselves.
    #[must_use]
    pub fn has_context(&self) -> bool {
        self.rows.iter().filter_map(Row::hit).any(|hit| hit.mark != Mark::Match)
    }
}

/// The number at the start of a text, and how many bytes it takes. No leading zeros, so that it is spelled in one way.
#[must_use]
pub fn number(bytes: &[u8]) -> Option<(u32, usize)> {
    let digits = bytes.iter().take(LONGEST_NUMBER + 1).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > LONGEST_NUMBER || bytes[0] == b'0' {
        return None;
    }
    Some((bytes[..digits].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')), digits))
}

/// `5:text`.
fn leading_number(text: &str) -> Option<(u32, &str)> {
    let (column, digits) = number(text.as_bytes())?;
    Some((column, text[digits..].strip_prefix(':')?))
}

/// `12:text`, `12-text`.
#[must_use]
pub fn number_first(line: &str) -> Option<Hit<'_>> {
    let bytes = line.as_bytes();
    let (number, digits) = number(bytes)?;
    let mark = Mark::of(*bytes.get(digits)?)?;
    Some(Hit { path: "", line: number, column: 0, mark, text: &line[digits + 1..] })
}

/// The bytes at the start of a line in which a colon is part of a Windows path.
fn drive(bytes: &[u8]) -> usize {
    match bytes {
        [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic() => 2,
        _ => 0,
    }
}

/// `path:12:text`.
#[must_use]
pub fn numbered(line: &str) -> Option<Hit<'_>> {
    let bytes = line.as_bytes();
    let mut at = drive(bytes);
    loop {
        let colon = at + memchr(b':', &bytes[at..bytes.len().min(LONGEST_PATH)])?;
        at = colon + 1;
        if let Some((number, digits)) = number(&bytes[at..])
            && bytes.get(at + digits) == Some(&b':')
        {
            let path = &line[..colon];
            return is_heading(path).then(|| Hit {
                path,
                line: number,
                column: 0,
                mark: Mark::Match,
                text: &line[at + digits + 1..],
            });
        }
        if at >= bytes.len().min(LONGEST_PATH) {
            return None;
        }
    }
}

/// `path:text`.
#[must_use]
pub fn unnumbered(line: &str) -> Option<Hit<'_>> {
    let bytes = line.as_bytes();
    let start = drive(bytes);
    let colon = start + memchr(b':', &bytes[start..bytes.len().min(LONGEST_PATH)])?;
    let path = &line[..colon];
    (is_path(path) && is_heading(path)).then(|| Hit {
        path,
        line: 0,
        column: 0,
        mark: Mark::Match,
        text: &line[colon + 1..],
    })
}

/// Whether a text can be a file's name without a number behind it: directories or an extension, no blanks.
#[must_use]
pub fn is_path(path: &str) -> bool {
    let bytes = path.as_bytes();
    let extension = || {
        memchr::memrchr(b'.', bytes).is_some_and(|dot| {
            let extension = &bytes[dot + 1..];
            (1..=12).contains(&extension.len())
                && extension.iter().all(u8::is_ascii_alphanumeric)
                && extension.iter().any(u8::is_ascii_alphabetic)
        })
    };
    !bytes.is_empty()
        && bytes.len() <= LONGEST_PATH
        && !bytes.iter().any(|&byte| byte <= b' ' || b"\"'`<>|*;,=(){}".contains(&byte))
        && !path.contains("://")
        && (memchr::memchr2(b'/', b'\\', bytes).is_some() || extension())
}

/// Whether a path can stand on a line of its own and be nothing else in our notation.
#[must_use]
pub fn is_heading(path: &str) -> bool {
    let bytes = path.as_bytes();
    let is_row = || {
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && matches!(bytes.get(digits), None | Some(b' ' | b':' | b'=' | b','))
    };
    !bytes.is_empty()
        && !b" :=>#".contains(&bytes[0])
        && path != "--"
        && !path.starts_with('…')
        && !bytes.ends_with(b"s)")
        && !bytes.ends_with(b"\r")
        && !is_row()
}

/// Rows of an output that names the file on each line.
fn inline_rows<'a>(lines: &[&'a str], read: fn(&'a str) -> Option<Hit<'a>>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = lines
        .iter()
        .map(|&line| match read(line) {
            Some(hit) => Row::Hit(hit),
            None if line == "--" => Row::Separator,
            None => Row::Other(line),
        })
        .collect();
    // A line of context is told from others by the path of the match before it or after it, since names hold dashes.
    let numbers = rows.iter().filter_map(Row::hit).any(|hit| hit.line > 0);
    let mut next = None;
    let next_paths: Vec<Option<&str>> = rows
        .iter()
        .rev()
        .map(|row| {
            next = row.hit().map(|hit| hit.path).or(next);
            next
        })
        .collect();
    let mut before = None;
    for (row, next) in rows.iter_mut().zip(next_paths.into_iter().rev()) {
        match row {
            Row::Hit(hit) => before = Some(hit.path),
            Row::Other(line) => {
                let context = |path: Option<&'a str>| context(line, path?, numbers);
                if let Some(hit) = context(before).or_else(|| context(next)) {
                    before = Some(hit.path);
                    *row = Row::Hit(hit);
                }
            }
            Row::Separator | Row::Heading => {}
        }
    }
    rows
}

/// `path-12-text`.
fn context<'a>(line: &'a str, path: &'a str, numbers: bool) -> Option<Hit<'a>> {
    let rest = line.strip_prefix(path)?;
    let mark = Mark::of(*rest.as_bytes().first()?).filter(|&mark| mark != Mark::Match)?;
    let text = &rest[1..];
    if !numbers {
        return Some(Hit { path, line: 0, column: 0, mark, text });
    }
    let (number, digits) = number(text.as_bytes())?;
    let text = text[digits..].strip_prefix(mark.separator())?;
    Some(Hit { path, line: number, column: 0, mark, text })
}

/// Rows of an output that names a file on a line above its hits, or not at all.
fn headed_rows<'a>(lines: &[&'a str]) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::with_capacity(lines.len());
    let mut path = "";
    for (at, &line) in lines.iter().enumerate() {
        if let Some(hit) = number_first(line) {
            rows.push(Row::Hit(Hit { path, ..hit }));
            continue;
        }
        let before = at.checked_sub(1).map(|before| lines[before]);
        let heads = lines.get(at + 1).is_some_and(|next| number_first(next).is_some());
        if heads && before.is_none_or(str::is_empty) && is_heading(line) && line != path {
            path = line;
            if let Some(blank @ Row::Other(_)) = rows.last_mut() {
                *blank = Row::Heading;
            }
            rows.push(Row::Heading);
        } else if line == "--" {
            rows.push(Row::Separator);
        } else {
            rows.push(Row::Other(line));
        }
    }
    rows
}
