//! Reading the notation back.
//!
//! Owns the way from a grouped output to the bytes of the original, for any text that claims to be one. It trusts
//! nothing: what does not read is `None`, and what is read stays within a bound.

use super::notation::{Notation, read_heading};
use super::rows::{Layout, Mark, number};
use std::fmt::Write as _;

/// The original of a text in the notation, up to `limit` bytes.
///
/// ```
/// use headroom_core::compress::search::decode;
///
/// let grouped = "#search: file, below it its hits: line number, text; \"3,7 x\": x in both lines\na.rs\n3,7 one\n5 two\n";
/// assert_eq!(decode(grouped, 1_000).as_deref(), Some("a.rs:3:one\na.rs:5:two\na.rs:7:one\n"));
/// ```
#[must_use]
pub fn decode(text: &str, limit: usize) -> Option<String> {
    let (legend, body) = text.split_once('\n')?;
    let (body, ends) = match body.strip_suffix('\n') {
        Some(body) => (body, true),
        None => (body, false),
    };
    let mut reader = Reader {
        notation: Notation::read(legend)?,
        path: "",
        indent: (' ', 0),
        rows: Vec::new(),
        gathered: false,
        before: None,
        out: String::new(),
        limit,
    };
    for line in body.split('\n') {
        reader.line(line)?;
    }
    reader.flush()?;
    if !ends {
        reader.out.pop();
    }
    (reader.out.len() <= limit).then_some(reader.out)
}

/// A line of a file on its way back: number, column, why it stands there, text.
type Line<'a> = (u32, u32, Mark, &'a str);

struct Reader<'a> {
    notation: Notation<'a>,
    path: &'a str,
    indent: (char, usize),
    /// Lines of the file that are not written yet.
    rows: Vec<Line<'a>>,
    /// Whether some of them came together, so that they are not in order.
    gathered: bool,
    /// The line written before, for the separators that follow from it; 0 where another file begins.
    before: Option<u32>,
    out: String,
    limit: usize,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Option<()> {
        match line.as_bytes().first()? {
            b'>' => {
                self.flush()?;
                let text = &line[1..];
                self.out.push_str(text.strip_prefix(' ').unwrap_or(text));
                self.out.push('\n');
                self.before = None;
            }
            b' ' | b':' | b'=' if self.notation.layout == Layout::Unnumbered => {
                let mark = self.notation.mark(line.as_bytes()[0], 0)?;
                self.rows.push((0, 0, mark, &line[1..]));
            }
            b'0'..=b'9' if self.row(line).is_some() => {}
            b'#' => return None,
            _ if line == "--" => {
                self.flush()?;
                self.out.push_str("--\n");
                self.before = None;
            }
            _ if line.starts_with('…') => return None,
            _ => self.heading(line)?,
        }
        Some(())
    }

    fn heading(&mut self, line: &'a str) -> Option<()> {
        self.flush()?;
        let (path, sign, count) = read_heading(line);
        (self.path, self.indent) = (path, (sign, count));
        if self.notation.layout == Layout::Headed && !path.is_empty() {
            if !self.out.is_empty() {
                self.out.push('\n');
            }
            self.out.push_str(self.notation.root);
            self.out.push_str(path);
            self.out.push('\n');
            self.before = None;
        } else {
            self.before = self.before.map(|_| 0);
        }
        Some(())
    }

    /// `12 text`, `12,40 text`, `12:5 text`, `12:text`.
    fn row(&mut self, line: &'a str) -> Option<()> {
        let bytes = line.as_bytes();
        let known = self.rows.len();
        let mut at = 0;
        loop {
            let Some((number, digits)) = number(&bytes[at..]) else {
                self.rows.truncate(known);
                return None;
            };
            at += digits;
            let mut column = 0;
            if self.notation.columns
                && bytes.get(at) == Some(&b':')
                && let Some((number, digits)) = self::number(&bytes[at + 1..])
            {
                column = number;
                at += 1 + digits;
            }
            self.rows.push((number, column, Mark::Match, ""));
            if bytes.get(at) != Some(&b',') {
                break;
            }
            at += 1;
        }
        let sign = bytes.get(at).copied().unwrap_or(b' ');
        let text = line.get(at + 1..).unwrap_or_default();
        self.gathered |= self.rows.len() - known > 1;
        for row in &mut self.rows[known..] {
            let Some(mark) = self.notation.mark(sign, row.1) else {
                self.rows.truncate(known);
                return None;
            };
            (row.2, row.3) = (mark, text);
        }
        Some(())
    }

    /// Writes the lines of the file that are known.
    fn flush(&mut self) -> Option<()> {
        if std::mem::take(&mut self.gathered) {
            self.rows.sort_by_key(|&(number, column, ..)| (number, column));
        }
        for (number, column, mark, text) in self.rows.drain(..) {
            let follows = self.before.is_none_or(|before| before > 0 && before + 1 == number);
            if self.notation.separators && !follows {
                self.out.push_str("--\n");
            }
            self.before = Some(number);
            let sign = mark.separator();
            match self.notation.layout {
                Layout::Inline => {
                    let _ = write!(self.out, "{}{}{sign}{number}{sign}", self.notation.root, self.path);
                }
                Layout::Unnumbered => {
                    let _ = write!(self.out, "{}{}{sign}", self.notation.root, self.path);
                }
                Layout::Headed => {
                    let _ = write!(self.out, "{number}{sign}");
                }
            }
            if column > 0 {
                let _ = write!(self.out, "{column}:");
            }
            if !text.is_empty() {
                self.out.extend(std::iter::repeat_n(self.indent.0, self.indent.1.min(self.limit)));
                self.out.push_str(text);
            }
            self.out.push('\n');
            // The end of the last line may not be part of the original.
            if self.out.len() > self.limit.saturating_add(1) {
                return None;
            }
        }
        Some(())
    }
}
