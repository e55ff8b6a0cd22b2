//! Reads the notation back into JSON.
//!
//! Owns the decoder, which is what makes "lossless" a fact: the encoder runs it on everything it writes.

use super::document::MAX_DEPTH;
use super::embed::Style;
use super::encode::{CUT_OFF, LEGEND, OPENING, OPENING_LINES};
use super::header_reader::HeaderReader;
use super::resolve::{Cell, Columns, Resolver, fill_in, text_of};
use super::schema::{Column, Form, Rows, Template, looks_like_scalar};
use super::spelling::{json_string_length, push_json_string};

/// The JSON that a text in the notation stands for, without white space (one value a line for JSON lines,
/// a cut-off text with its rest). `None` where the text is not in the notation, or stands for more than
/// `limit` bytes: names and repeats let a small text stand for a very large one.
#[must_use]
pub fn decode(text: &str, limit: usize) -> Option<String> {
    let (first, rest) = text.split_once('\n')?;
    // A legend may follow the opening.
    let lines = match first.split_once(LEGEND).map_or(first, |(opening, _)| opening) {
        OPENING => false,
        OPENING_LINES => true,
        _ => return None,
    };
    let mut decoder = Decoder {
        text: rest,
        at: 0,
        names: Vec::new(),
        depth: 0,
        budget: limit.saturating_mul(2),
        cells: limit.saturating_mul(CELLS_PER_BYTE).saturating_add(FREE_CELLS),
    };
    while decoder.peek() == Some(b'&') {
        decoder.at += 1;
        if decoder.integer()? != decoder.names.len() || !decoder.take(b'=') {
            return None;
        }
        let mut json = String::new();
        decoder.value(&mut json)?;
        if !decoder.take(b'\n') {
            return None;
        }
        decoder.names.push(json);
    }
    let mut out = String::with_capacity(rest.len() * 2);
    if lines {
        let rows = decoder.table_rows()?;
        out.push_str(&rows.join("\n"));
    } else {
        decoder.value(&mut out)?;
    }
    let rest = &decoder.text[decoder.at..];
    if let Some(rest) = rest.strip_prefix(CUT_OFF) {
        let (open, tail) = rest.split_once('\n')?;
        let open: usize = open.parse().ok()?;
        if open == 0
            || open > out.len()
            || !out[out.len() - open..].bytes().all(|byte| matches!(byte, b']' | b'}'))
        {
            return None;
        }
        out.truncate(out.len() - open);
        out.push_str(tail);
        return Some(out);
    }
    (rest.is_empty() && out.len() <= limit).then_some(out)
}

/// Cells that rows may have, empty ones included, for each byte that a text may stand for. An encoded table has fewer:
/// what is nearly always missing is no column.
const CELLS_PER_BYTE: usize = 4;
/// Cells that are never too many.
const FREE_CELLS: usize = 65_536;

struct Decoder<'t> {
    text: &'t str,
    at: usize,
    names: Vec<String>,
    depth: usize,
    /// Bytes that may still be written for names and repeats.
    budget: usize,
    /// Cells that may still be read: an empty one takes no byte of the text.
    cells: usize,
}

impl Decoder<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn integer(&mut self) -> Option<usize> {
        let digits = self.text.as_bytes()[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = self.text[self.at..self.at + digits].parse().ok();
        self.at += digits;
        number
    }

    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(bytes)?;
        Some(())
    }

    /// A JSON value with tables and names.
    fn value(&mut self, out: &mut String) -> Option<()> {
        self.depth += 1;
        if self.depth > 2 * MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            b'"' => self.string(out)?,
            b'@' => {
                let (style, length) = Style::read(&self.text[self.at..])?;
                self.at += length;
                let mut json = String::new();
                self.value(&mut json)?;
                if !self.take(b')') {
                    return None;
                }
                let text = style.render(&json);
                self.spend(text.len())?;
                push_json_string(out, &text);
            }
            b'~' => {
                self.at += 1;
                let mut quoted = String::new();
                self.string(&mut quoted)?;
                let template = Template::parse(&text_of(&quoted)?)?;
                let text = fill_in(&template, |name| {
                    text_of(self.names.get(name.strip_prefix('&')?.parse::<usize>().ok()?)?)
                })?;
                self.spend(text.len())?;
                out.push_str(&text);
            }
            b'&' => {
                self.at += 1;
                let number = self.integer()?;
                let length = self.names.get(number)?.len();
                self.spend(length)?;
                out.push_str(&self.names[number]);
            }
            open @ (b'[' | b'{') => {
                let close = open + 2;
                if self.text.as_bytes().get(self.at + 1) == Some(&b'#') {
                    let rows = self.table_rows()?;
                    out.push(char::from(open));
                    out.push_str(&rows.join(","));
                    out.push(char::from(close));
                } else {
                    self.at += 1;
                    out.push(char::from(open));
                    let mut first = true;
                    while !self.take(close) {
                        if !first {
                            if !self.take(b',') {
                                return None;
                            }
                            out.push(',');
                        }
                        first = false;
                        if open == b'{' {
                            self.string(out)?;
                            if !self.take(b':') {
                                return None;
                            }
                            out.push(':');
                        }
                        self.value(out)?;
                    }
                    out.push(char::from(close));
                }
            }
            _ => {
                let rest = &self.text[self.at..];
                let end = rest
                    .bytes()
                    .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')))
                    .unwrap_or(rest.len());
                if !looks_like_scalar(&rest[..end]) {
                    return None;
                }
                out.push_str(&rest[..end]);
                self.at += end;
            }
        }
        self.depth -= 1;
        Some(())
    }

    fn string(&mut self, out: &mut String) -> Option<()> {
        let rest = &self.text[self.at..];
        let length = json_string_length(rest)?;
        out.push_str(&rest[..length]);
        self.at += length;
        Some(())
    }

    /// A table: its rows as JSON, entries of a map as `"key":value`.
    fn table_rows(&mut self) -> Option<Vec<String>> {
        let open = self.peek()?;
        let map = match open {
            b'{' => true,
            b'[' => false,
            _ => return None,
        };
        self.at += 1;
        if !self.take(b'#') {
            return None;
        }
        let count = self.integer()?;
        let mut schemas = Vec::new();
        loop {
            if self.text[self.at..].starts_with(&format!("\n#{}(", schemas.len())) {
                self.at += 2 + schemas.len().to_string().len();
            } else if !schemas.is_empty() {
                break;
            }
            if !self.take(b'(') {
                return None;
            }
            let mut reader = HeaderReader::new(self.text, self.at);
            schemas.push(reader.rows()?);
            self.at = reader.position();
            if !self.take(b')') {
                return None;
            }
        }
        if !self.take(b'\n') {
            return None;
        }
        let mut last: Vec<Vec<Option<String>>> =
            schemas.iter().map(|schema| vec![None; schema.columns.len()]).collect();
        let schemas: Vec<Columns<'_>> = schemas.iter().map(Columns::of).collect();
        let mut current = 0;
        let mut rows = Vec::new();
        while rows.len() < count {
            if self.peek() == Some(b'#') {
                self.at += 1;
                if self.take(b'=') {
                    let mut json = String::new();
                    if map {
                        self.string(&mut json)?;
                        if !self.take(b':') {
                            return None;
                        }
                        json.push(':');
                    }
                    self.value(&mut json)?;
                    rows.push(json);
                    if !self.take(b'\n') {
                        return None;
                    }
                    continue;
                }
                current = self.integer()?;
                if current >= schemas.len() || !self.take(b'\n') {
                    return None;
                }
            }
            rows.push(self.row(&schemas[current], map, false, Some(&mut last[current]))?);
            if !self.take(b'\n') {
                return None;
            }
        }
        self.take(open + 2).then_some(rows)
    }

    fn row(
        &mut self,
        columns: &Columns<'_>,
        map: bool,
        nested: bool,
        last: Option<&mut Vec<Option<String>>>,
    ) -> Option<String> {
        let schema = columns.schema();
        self.cells = self.cells.checked_sub(schema.columns.len())?;
        let mut cells: Vec<Cell> = schema.columns.iter().map(|_| Cell::Empty).collect();
        let mut key = None;
        let mut ended = false;
        if map {
            let mut json = String::new();
            if self.peek() == Some(b'"') {
                self.string(&mut json)?;
            } else {
                let bare = self.bare(nested);
                if bare.is_empty() {
                    return None;
                }
                push_json_string(&mut json, bare);
            }
            key = Some(json);
            ended = !self.take(b',');
        } else if self.peek() == Some(b'_') {
            self.at += 1;
            ended = true;
        }
        for (number, column) in schema.columns.iter().enumerate() {
            if ended || column.constant || column.extra {
                continue;
            }
            if matches!(self.peek(), Some(b'+' | b'>')) {
                break;
            }
            cells[number] = self.cell(column, nested)?;
            ended = !self.take(b',');
        }
        let mut moved = Vec::new();
        while !ended {
            if self.take(b'>') {
                let mut name = String::new();
                if self.peek() == Some(b'"') {
                    self.string(&mut name)?;
                } else {
                    name.push_str(self.bare(nested));
                }
                moved.push(name);
                ended = !self.take(b',');
                continue;
            }
            if !self.take(b'+') {
                return None;
            }
            let rest = &self.text[self.at..];
            let length =
                if rest.starts_with('"') { json_string_length(rest)? } else { rest.find([':', '\n'])? };
            let number = columns.extra(&rest[..length])?;
            self.at += length;
            if !self.take(b':') {
                return None;
            }
            cells[number] = self.cell(&schema.columns[number], nested)?;
            ended = !self.take(b',');
        }
        let mut json = key.as_ref().map_or_else(String::new, |key| format!("{key}:"));
        Resolver::new(columns, &cells, key.as_deref(), last)?.json(&mut json, &schema.node, &moved)?;
        Some(json)
    }

    fn bare(&mut self, nested: bool) -> &str {
        let rest = &self.text[self.at..];
        let end = rest
            .bytes()
            .position(|byte| {
                matches!(byte, b',' | b'\n') || (nested && matches!(byte, b';' | b']' | b'}' | b'[' | b'{'))
            })
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn cell(&mut self, column: &Column, nested: bool) -> Option<Cell> {
        let Some(first) = self.peek() else { return Some(Cell::Empty) };
        match first {
            b',' | b'\n' => return Some(Cell::Empty),
            b';' | b']' | b'}' if nested => return Some(Cell::Empty),
            b'?' => {
                self.at += 1;
                return Some(Cell::Missing);
            }
            b'=' => {
                let mut level = 0;
                while self.take(b'=') {
                    level += 1;
                }
                let mut json = String::new();
                self.value(&mut json)?;
                return Some(Cell::Raw(level, json));
            }
            _ => {}
        }
        let mut json = String::new();
        match (&column.form, first) {
            (Form::List(rows), b'[') => {
                let elements = self.rows(rows, false)?;
                json = format!("[{}]", elements.join(","));
            }
            (Form::Map(rows), b'{') => {
                let elements = self.rows(rows, true)?;
                json = format!("{{{}}}", elements.join(","));
            }
            (Form::Plain, b'"' | b'[' | b'{' | b'&' | b'~') => self.value(&mut json)?,
            (Form::Plain, _) => {
                let bare = self.bare(nested);
                if looks_like_scalar(bare) && !column.strings && column.fill.is_none() {
                    json.push_str(bare);
                } else {
                    push_json_string(&mut json, bare);
                }
            }
            _ => return None,
        }
        if let Some(fill) = &column.fill {
            json = fill_in(fill, |path| path.is_empty().then(|| text_of(&json)).flatten())?;
        }
        Some(Cell::Value(json))
    }

    fn rows(&mut self, schema: &Rows, map: bool) -> Option<Vec<String>> {
        self.depth += 1;
        if self.depth > 2 * MAX_DEPTH {
            return None;
        }
        self.at += 1;
        let columns = Columns::of(schema);
        let close = if map { b'}' } else { b']' };
        let mut rows: Vec<String> = Vec::new();
        while !self.take(close) {
            if !rows.is_empty() && !self.take(b';') {
                return None;
            }
            if self.take(b'*') {
                let times = self.integer()?;
                let last = rows.last()?.clone();
                self.spend(times.checked_mul(last.len() + 1)?)?;
                rows.extend(std::iter::repeat_n(last, times));
            } else {
                rows.push(self.row(&columns, map, true, None)?);
            }
        }
        self.depth -= 1;
        Some(rows)
    }
}
