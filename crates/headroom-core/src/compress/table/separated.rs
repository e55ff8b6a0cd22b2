//! Separated values: CSV, TSV, and what other signs separate.
//!
//! Owns the grammar (RFC 4180, with any of four separators), which cells a writer puts in quotes, and a row's way back into
//! its line. It does not know what stands around the table.

use super::form::{Form, Header, Layout};
use super::parse::{MAX_COLUMNS, MIN_ROWS};
use super::settle::distinct;
use super::sheet::{Cell, Row, Sheet};
use crate::compress::json::schema::is_number;
use memchr::{memchr, memchr2};

/// The signs that separate cells, and their names.
const SEPARATORS: [(u8, &str); 4] = [(b',', "csv"), (b'\t', "tsv"), (b';', "csv by ;"), (b'|', "csv by |")];
const BLANK: &str = "blank after each";
const ALL_QUOTED: &str = "all quoted";
const HEADER_QUOTED: &str = "header quoted";
const COLUMNS_QUOTED: &str = "quoted columns ";
/// Lines by which a separator is found.
const SAMPLE_LINES: usize = 200;
/// Lines that may stand above a table.
const MAX_ABOVE: usize = 20;
/// Bytes that a quoted cell may have.
const MAX_QUOTED: usize = 1 << 16;
/// What statistics programs write for a missing value, without quotes whatever its column.
const NOT_AVAILABLE: &str = "NA";

/// How cells stand in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Separated {
    separator: u8,
    /// Whether a blank follows each separator.
    blank: bool,
    /// Whether the names of the columns are quoted though they need not be.
    header_quoted: bool,
    /// Columns whose cells are quoted though they need not be.
    quoted: Quoted,
}

/// Columns whose cells are always quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Quoted {
    All,
    Columns(Vec<usize>),
}

impl Quoted {
    fn has(&self, column: usize) -> bool {
        match self {
            Self::All => true,
            Self::Columns(columns) => columns.contains(&column),
        }
    }
}

impl Separated {
    pub(super) fn print(&self, out: &mut String) {
        let name = SEPARATORS.iter().find(|(separator, _)| *separator == self.separator);
        out.push_str(name.map_or("csv", |(_, name)| name));
        if self.blank {
            out.push_str(", ");
            out.push_str(BLANK);
        }
        if self.header_quoted {
            out.push_str(", ");
            out.push_str(HEADER_QUOTED);
        }
        match &self.quoted {
            Quoted::All => {
                out.push_str(", ");
                out.push_str(ALL_QUOTED);
            }
            Quoted::Columns(columns) if columns.is_empty() => {}
            Quoted::Columns(columns) => {
                out.push_str(", ");
                out.push_str(COLUMNS_QUOTED);
                let numbers: Vec<String> = columns.iter().map(|column| (column + 1).to_string()).collect();
                out.push_str(&numbers.join(" "));
            }
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        let &(separator, _) = SEPARATORS.iter().find(|(_, known)| *known == name)?;
        Some(Self { separator, blank: false, header_quoted: false, quoted: Quoted::Columns(Vec::new()) })
    }

    /// Takes an option of the form; whether it is one.
    pub(super) fn option(&mut self, option: &str) -> bool {
        match option {
            BLANK => self.blank = true,
            ALL_QUOTED => self.quoted = Quoted::All,
            HEADER_QUOTED => self.header_quoted = true,
            _ => {
                let Some(numbers) = option.strip_prefix(COLUMNS_QUOTED) else { return false };
                let columns: Option<Vec<usize>> =
                    numbers.split(' ').map(|number| number.parse::<usize>().ok()?.checked_sub(1)).collect();
                let Some(columns) = columns else { return false };
                self.quoted = Quoted::Columns(columns);
            }
        }
        true
    }

    pub(super) fn header(&self, out: &mut String, names: &[Option<&str>]) {
        self.line(out, names, |_| self.header_quoted);
    }

    pub(super) fn row(&self, out: &mut String, cells: &[Option<&str>]) {
        self.line(out, cells, |column| self.quoted.has(column));
    }

    fn line(&self, out: &mut String, cells: &[Option<&str>], quoted: impl Fn(usize) -> bool) {
        for (column, cell) in cells.iter().enumerate() {
            if column > 0 {
                out.push(self.separator as char);
                if self.blank {
                    out.push(' ');
                }
            }
            let text = cell.unwrap_or_default();
            if self.is_quoted(*cell, quoted(column)) {
                out.push('"');
                if text.contains('"') {
                    out.push_str(&text.replace('"', "\"\""));
                } else {
                    out.push_str(text);
                }
                out.push('"');
            } else {
                out.push_str(text);
            }
        }
    }

    /// Whether a cell of a column that is always quoted, or not, stands in quotes.
    fn is_quoted(&self, cell: Option<&str>, always: bool) -> bool {
        match cell {
            None => always,
            Some("") => !always,
            Some(NOT_AVAILABLE) => false,
            Some(text) => always || self.needs_quotes(text),
        }
    }

    fn needs_quotes(&self, text: &str) -> bool {
        text.bytes().any(|byte| byte == self.separator || matches!(byte, b'"' | b'\n' | b'\r'))
    }
}

/// The separator of lines, with the number of columns that most of them have and how many do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess {
    pub(super) separator: u8,
    pub(super) columns: usize,
    pub(super) lines: usize,
    /// Lines in all, several that one record takes counted as one.
    pub(super) total: usize,
}

/// Which separator cuts most lines into equally many cells.
pub(super) fn guess<'l>(lines: impl Iterator<Item = &'l str>) -> Option<Guess> {
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let single = guess_of(&lines.iter().map(|line| separators(line, &mut false)).collect::<Vec<_>>());
    if single.is_some_and(|guess| guess.lines * 10 >= guess.total * 8)
        || !lines.iter().any(|line| line.contains('"'))
    {
        return single;
    }
    // Cells may go on in the next line.
    let mut records: Vec<[u32; 4]> = Vec::with_capacity(lines.len());
    let mut quoted = false;
    for line in lines {
        let goes_on = quoted;
        let counts = separators(line, &mut quoted);
        match records.last_mut() {
            Some(record) if goes_on => record.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count),
            _ => records.push(counts),
        }
    }
    let several = guess_of(&records);
    [single, several].into_iter().flatten().max_by_key(|guess| guess.lines * 100 / guess.total)
}

/// The same, from how often each separator stands in each line.
fn guess_of(lines: &[[u32; 4]]) -> Option<Guess> {
    let total = lines.len();
    let mut best: Option<Guess> = None;
    for (at, &(separator, _)) in SEPARATORS.iter().enumerate() {
        let mut counts: Vec<u32> = lines.iter().map(|counts| counts[at]).collect();
        counts.sort_unstable();
        let runs = counts.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0]));
        let Some((lines, count)) = runs.filter(|&(_, count)| count > 0).max() else { continue };
        let columns = count as usize + 1;
        if best.is_none_or(|best| (lines, columns) >= (best.lines, best.columns)) {
            best = Some(Guess { separator, columns, lines, total });
        }
    }
    best
}

/// How often each separator stands in a line outside of quotes.
fn separators(line: &str, quoted: &mut bool) -> [u32; 4] {
    let mut counts = [0; 4];
    for byte in line.bytes() {
        match byte {
            b'"' => *quoted = !*quoted,
            _ if *quoted => {}
            b',' => counts[0] += 1,
            b'\t' => counts[1] += 1,
            b';' => counts[2] += 1,
            b'|' => counts[3] += 1,
            _ => {}
        }
    }
    counts
}

/// The parts of a text of separated values.
pub(super) fn parse(source: &str) -> Option<Sheet<'_>> {
    let lines = || source.split_inclusive('\n').take(SAMPLE_LINES);
    let Guess { separator, columns, .. } = guess(lines().map(str::trim_end))?;
    if columns > MAX_COLUMNS {
        return None;
    }
    let number = SEPARATORS.iter().position(|known| known.0 == separator)?;
    let above: usize = lines()
        .take(MAX_ABOVE)
        .take_while(|line| separators(line, &mut false)[number] as usize + 1 != columns)
        .map(str::len)
        .sum();
    let first_line = source[above..].split_inclusive('\n').next()?;
    let crlf = first_line.ends_with("\r\n");
    let cut = format!("{} ", separator as char);
    let blank = separator != b'\t' && first_line.matches(cut.as_str()).count() + 1 == columns;
    let mut reader = Reader { source, at: above, separator, blank, crlf, columns, wasted: 0 };
    let mut cells: Vec<Cell> = Vec::new();
    let mut marks: Vec<bool> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut strays = 0;
    while reader.at < source.len() {
        let start = reader.at;
        let first = cells.len();
        let fits = reader.record(&mut cells, &mut marks);
        let end = reader.end_of_line(start);
        if fits {
            rows.push(Row { start, end, cells: Some(first) });
        } else {
            cells.truncate(first);
            marks.truncate(first);
            // What begins like a longer record may be one line that is none.
            reader.at =
                memchr(b'\n', &source.as_bytes()[start..]).map_or(source.len(), |length| start + length + 1);
            let end = reader.end_of_line(start);
            rows.push(Row { start, end, cells: None });
            strays += 1;
            if strays > 50 && strays * 4 > rows.len() {
                return None;
            }
        }
    }
    let mut layout =
        Separated { separator, blank, header_quoted: false, quoted: Quoted::Columns(Vec::new()) };
    let first = rows.first()?.cells?;
    let header = Headed::new(source, &cells, &rows, columns, first);
    let names = match header {
        Headed::Yes => {
            rows.remove(0);
            layout.header_quoted = (0..columns).any(|column| {
                let text = cells[first + column].text(source).unwrap_or_default();
                marks[first + column] && !text.is_empty() && !layout.needs_quotes(text)
            });
            let names = cells[first..first + columns].iter();
            distinct(names.map(|cell| cell.text(source).unwrap_or_default().to_owned()).collect())
        }
        Headed::No => (1..=columns).map(|column| format!("c{column}")).collect(),
    };
    layout.quoted = quoted_columns(source, &layout, &cells, &marks, &rows, columns);
    for row in &mut rows {
        let Some(first) = row.cells else { continue };
        let always = |column| layout.quoted.has(column);
        for column in 0..columns {
            let cell = &mut cells[first + column];
            let text = cell.text(source);
            // The empty cell is the one that the column's writer would write for nothing.
            if text == Some("") && marks[first + column] == always(column) {
                *cell = Cell::Empty;
            }
            if layout.is_quoted(cell.text(source), always(column)) != marks[first + column] {
                row.cells = None;
                break;
            }
        }
    }
    let form = Form {
        layout: Layout::Separated(layout),
        header: if matches!(header, Headed::Yes) { Header::Row } else { Header::Missing },
        crlf,
        open_end: false,
        above: lines_of(&source[..above]),
        below: 0,
    };
    finish(source, form, above, names, cells, rows)
}

/// The sheet, its last lines that are no rows put below it.
fn finish(
    source: &str,
    mut form: Form,
    above: usize,
    names: Vec<String>,
    cells: Vec<Cell>,
    mut rows: Vec<Row>,
) -> Option<Sheet<'_>> {
    let kept = rows.iter().rposition(|row| row.cells.is_some())? + 1;
    let below = rows.get(kept).map_or(source.len(), |row| row.start);
    rows.truncate(kept);
    let fitting = rows.iter().filter(|row| row.cells.is_some()).count();
    if fitting < MIN_ROWS || fitting * 5 < rows.len() * 4 {
        return None;
    }
    form.below = lines_of(&source[below..]);
    form.open_end = !source[..below].ends_with('\n');
    Some(Sheet { source, form, above, below, names, cells, rows })
}

/// Lines of a text, the last one with or without a line break.
fn lines_of(text: &str) -> usize {
    text.split_inclusive('\n').count()
}

/// Whether the first row names the columns.
enum Headed {
    Yes,
    No,
}

impl Headed {
    fn new(source: &str, cells: &[Cell], rows: &[Row], columns: usize, first: usize) -> Self {
        let is_figure = |text: &str| {
            text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '$'))
                && text.contains(|character: char| character.is_ascii_digit())
        };
        let text = |first: usize, column: usize| cells[first + column].text(source).unwrap_or_default();
        let figures = (0..columns).filter(|&column| is_figure(text(first, column))).count();
        let rest: Vec<usize> = rows.iter().skip(1).take(50).filter_map(|row| row.cells).collect();
        // A column of figures under a name that is none.
        let named = (0..columns).any(|column| {
            let name = text(first, column);
            let below = rest.iter().filter(|&&row| is_figure(text(row, column))).count();
            !name.is_empty() && !is_figure(name) && !is_number(name) && below * 5 >= rest.len() * 4
        });
        let long = (0..columns).any(|column| text(first, column).len() > 80);
        if named || (figures == 0 && !long) { Self::Yes } else { Self::No }
    }
}

/// Columns whose cells are quoted though they need not be.
fn quoted_columns(
    source: &str,
    layout: &Separated,
    cells: &[Cell],
    marks: &[bool],
    rows: &[Row],
    columns: usize,
) -> Quoted {
    let mut found: Vec<(usize, usize)> = vec![(0, 0); columns];
    if marks.contains(&true) {
        for first in rows.iter().filter_map(|row| row.cells) {
            for (column, (quoted, bare)) in found.iter_mut().enumerate() {
                match cells[first + column].text(source) {
                    None | Some("" | NOT_AVAILABLE) => {}
                    Some(_) if !marks[first + column] => *bare += 1,
                    Some(text) if !layout.needs_quotes(text) => *quoted += 1,
                    Some(_) => {}
                }
            }
        }
    }
    // A column of nothing but empty cells is quoted as the others are.
    if found.iter().all(|&(_, bare)| bare == 0) && found.iter().any(|&(quoted, _)| quoted > 0) {
        return Quoted::All;
    }
    let always = found.iter().enumerate().filter(|(_, (quoted, bare))| quoted > bare);
    Quoted::Columns(always.map(|(column, _)| column).collect())
}

/// Reads records.
struct Reader<'a> {
    source: &'a str,
    at: usize,
    separator: u8,
    blank: bool,
    crlf: bool,
    columns: usize,
    /// Bytes looked at in vain for closing quotes.
    wasted: usize,
}

impl Reader<'_> {
    /// Reads one record; whether it has as many cells as the others.
    fn record(&mut self, cells: &mut Vec<Cell>, marks: &mut Vec<bool>) -> bool {
        let bytes = self.source.as_bytes();
        for column in 0..self.columns {
            let mut fits = true;
            if column > 0 && self.blank {
                fits = bytes.get(self.at) == Some(&b' ');
                self.at += usize::from(fits);
            }
            let in_quotes = if bytes.get(self.at) == Some(&b'"') { self.quoted() } else { None };
            marks.push(in_quotes.is_some());
            let end = if let Some((cell, end)) = in_quotes {
                cells.push(cell);
                end
            } else {
                let end = self.end_of_cell();
                let (start, stop) = (self.at as u32, end as u32);
                cells.push(if start == stop { Cell::Empty } else { Cell::Span(start, stop) });
                end
            };
            let last = column + 1 == self.columns;
            if !fits || (!last && bytes.get(end) != Some(&self.separator)) {
                return false;
            }
            self.at = end + 1;
            if last {
                return match bytes.get(end) {
                    None => {
                        self.at = end;
                        true
                    }
                    Some(b'\n') => !self.crlf,
                    Some(b'\r') if self.crlf && bytes.get(end + 1) == Some(&b'\n') => {
                        self.at += 1;
                        true
                    }
                    Some(_) => false,
                };
            }
        }
        false
    }

    /// Where the cell without quotes that begins here ends.
    fn end_of_cell(&self) -> usize {
        let rest = &self.source.as_bytes()[self.at..];
        let length = memchr2(self.separator, b'\n', rest).unwrap_or(rest.len());
        let line_ends = rest.get(length) == Some(&b'\n');
        let break_bytes = usize::from(self.crlf && line_ends && rest[..length].ends_with(b"\r"));
        self.at + length - break_bytes
    }

    /// The quoted cell that begins here, and where it ends.
    fn quoted(&mut self) -> Option<(Cell, usize)> {
        if self.wasted > self.source.len() {
            return None;
        }
        let bytes = self.source.as_bytes();
        let start = self.at + 1;
        let most = bytes.len().min(start + MAX_QUOTED);
        let mut at = start;
        let mut doubled = false;
        let end = loop {
            let Some(length) = memchr(b'"', &bytes[at..most]) else {
                self.wasted += most - start;
                return None;
            };
            if bytes.get(at + length + 1) == Some(&b'"') {
                doubled = true;
                at += length + 2;
                if at <= most {
                    continue;
                }
                self.wasted += most - start;
                return None;
            }
            break at + length;
        };
        let after = bytes.get(end + 1).copied();
        if after.is_some_and(|after| after != self.separator && !matches!(after, b'\n' | b'\r')) {
            self.wasted += end - start;
            return None;
        }
        let text = &self.source[start..end];
        let cell = if doubled {
            Cell::Text(text.replace("\"\"", "\"").into())
        } else {
            Cell::Span(start as u32, end as u32)
        };
        Some((cell, end + 1))
    }

    /// Where the record that began at `start` and was just read ends, without its line break.
    fn end_of_line(&self, start: usize) -> usize {
        let line = &self.source[start..self.at];
        let line = line.strip_suffix('\n').map_or(line, |line| match line.strip_suffix('\r') {
            Some(without) if self.crlf => without,
            _ => line,
        });
        start + line.len()
    }
}
