//! The form of a table: all that the rows do not say of how the text is laid out.
//!
//! Owns what there is to know, its spelling in the first line, and the way from rows to the text. It does not find out
//! which form a text has.

use super::aligned::Aligned;
use super::separated::Separated;

/// How every text in the notation begins.
pub(super) const OPENING: &str = "#table ";
/// What stands between the form and the legend.
pub(super) const LEGEND: &str = ": ";
const CRLF: &str = "crlf";
const OPEN_END: &str = "no final newline";
const NO_HEADER: &str = "no header";
const HEADER_ABOVE: &str = "header above";
const ABOVE: &str = " above";
const BELOW: &str = " below";

/// How a text is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// How cells stand in a line.
    pub(super) layout: Layout,
    /// Where the names of the columns stand.
    pub(super) header: Header,
    /// Whether lines end in CR LF.
    pub(super) crlf: bool,
    /// Whether the last row ends without a line break.
    pub(super) open_end: bool,
    /// Lines above the table.
    pub(super) above: usize,
    /// Lines below it.
    pub(super) below: usize,
}

/// How cells stand in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// With a sign between them.
    Separated(Separated),
    /// In columns.
    Aligned(Aligned),
}

/// Where the names of the columns stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// In the first line of the table.
    Row,
    /// In the lines above, which stand as they came.
    Above,
    /// Nowhere: they are numbered.
    Missing,
}

/// Rows on their way back into a text.
#[derive(Debug, Default)]
pub(super) struct Grid<'a> {
    /// The cells of all rows; `None` is an empty one.
    pub(super) cells: Vec<Option<&'a str>>,
    /// The rows.
    pub(super) rows: Vec<Entry<'a>>,
}

/// A row on its way back into a text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry<'a> {
    /// The number of its first cell.
    Cells(usize),
    /// A line that stands as it is.
    Line(&'a str),
}

/// The name of a column whose own name is empty of use: another column has it.
pub(super) fn numbered(name: &str, column: usize) -> String {
    format!("{name} ({})", column + 1)
}

/// The name as the source has it.
fn original(name: &str, column: usize) -> &str {
    let number = name.strip_suffix(')').and_then(|name| name.rsplit_once(" ("));
    match number {
        Some((name, number)) if number.parse() == Ok(column + 1) => name,
        _ => name,
    }
}

impl Form {
    /// Appends the opening and the form, without a legend.
    pub(super) fn print(&self, out: &mut String) {
        out.push_str(OPENING);
        match &self.layout {
            Layout::Separated(layout) => layout.print(out),
            Layout::Aligned(layout) => layout.print(out),
        }
        let mut option = |text: &str| {
            out.push_str(", ");
            out.push_str(text);
        };
        match self.header {
            Header::Row => {}
            Header::Above => option(HEADER_ABOVE),
            Header::Missing => option(NO_HEADER),
        }
        if self.crlf {
            option(CRLF);
        }
        if self.open_end {
            option(OPEN_END);
        }
        for (lines, place) in [(self.above, ABOVE), (self.below, BELOW)] {
            if lines > 0 {
                option(&format!("{lines} line{}{place}", if lines == 1 { "" } else { "s" }));
            }
        }
    }

    /// Reads what stands between the opening and the legend.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut options = text.split(", ");
        let name = options.next()?;
        let separated = Separated::parse(name).map(Layout::Separated);
        let mut form = Self {
            layout: separated.or_else(|| Aligned::parse(name).map(Layout::Aligned))?,
            header: Header::Row,
            crlf: false,
            open_end: false,
            above: 0,
            below: 0,
        };
        for option in options {
            let lines = |place: &str| option.strip_suffix(place)?.split_once(" line")?.0.parse().ok();
            match option {
                CRLF => form.crlf = true,
                OPEN_END => form.open_end = true,
                NO_HEADER => form.header = Header::Missing,
                HEADER_ABOVE => form.header = Header::Above,
                _ => match (lines(ABOVE), lines(BELOW)) {
                    (Some(lines), _) => form.above = lines,
                    (_, Some(lines)) => form.below = lines,
                    _ => {
                        let known = match &mut form.layout {
                            Layout::Separated(layout) => layout.option(option),
                            Layout::Aligned(layout) => layout.option(option),
                        };
                        if !known {
                            return None;
                        }
                    }
                },
            }
        }
        Some(form)
    }

    /// The text of a table; `None` where it would take more than `limit` bytes.
    pub(super) fn render(&self, names: &[&str], grid: &Grid<'_>, limit: usize) -> Option<String> {
        let mut out = String::with_capacity(limit.min(1 << 20));
        let line_break = if self.crlf { "\r\n" } else { "\n" };
        let with_header = self.header == Header::Row;
        let heads: Vec<Option<&str>> = names
            .iter()
            .enumerate()
            .map(|(at, name)| Some(original(name, at)).filter(|name| !name.is_empty()))
            .collect();
        let widths = match &self.layout {
            Layout::Separated(_) => Vec::new(),
            Layout::Aligned(layout) => {
                let rows = grid.cells.chunks(names.len().max(1));
                layout.resolve(names.len(), rows.chain(with_header.then_some(&heads[..])))
            }
        };
        if with_header {
            match &self.layout {
                Layout::Separated(layout) => layout.header(&mut out, &heads),
                Layout::Aligned(layout) => {
                    if layout.rule(&mut out, 0, &widths) {
                        out.push_str(line_break);
                    }
                    layout.header(&mut out, &heads, &widths);
                    out.push_str(line_break);
                    if !layout.rule(&mut out, 1, &widths) {
                        out.truncate(out.len() - line_break.len());
                    }
                }
            }
            out.push_str(line_break);
        }
        for row in &grid.rows {
            match row {
                Entry::Line(line) => out.push_str(line),
                Entry::Cells(first) => {
                    let cells = &grid.cells[*first..*first + names.len()];
                    match &self.layout {
                        Layout::Separated(layout) => layout.row(&mut out, cells),
                        Layout::Aligned(layout) => layout.row(&mut out, cells, &widths),
                    }
                }
            }
            out.push_str(line_break);
            if out.len() > limit.saturating_add(2) {
                return None;
            }
        }
        if let Layout::Aligned(layout) = &self.layout
            && with_header
            && layout.bottom
            && layout.rule(&mut out, 2, &widths)
        {
            out.push_str(line_break);
        }
        if self.open_end {
            out.truncate(out.len().saturating_sub(line_break.len()));
        }
        (out.len() <= limit).then_some(out)
    }
}
