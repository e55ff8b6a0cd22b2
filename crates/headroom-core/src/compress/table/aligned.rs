//! Aligned columns: what a table looks like whose cells are padded, and a row's way back into its line.
//!
//! Owns the styles (frames, rules under the header), where cells stand in a line, and the spelling of both in the form. Widths
//! that follow from the cells are not stated. It does not find out which style a text has.

use super::width::measure;
use std::borrow::Cow;

const GAP: &str = "gap ";
const ALIGN: &str = "align ";
const WIDTHS: &str = "widths ";
const COMPACT: &str = "compact";
const CENTRED: &str = "header centred";
const LEFT: &str = "header left";
const PADDED: &str = "padded ends";
const TRIMMED: &str = "trimmed ends";
const WIDE: &str = "wide characters";
const NO_BOTTOM: &str = "no bottom rule";

/// What stands before, between and after the cells of a line.
type Frame = (&'static str, &'static str, &'static str);

/// A way to draw a table.
#[derive(Debug)]
pub(super) struct Style {
    /// Its name in the form.
    name: &'static str,
    /// Around the cells; what is between them is the gap of the layout where this is empty.
    pub(super) frame: Frame,
    /// The sign that rules are made of.
    fill: char,
    /// Above the header, below it, and below the last row.
    rules: [Option<Frame>; 3],
    /// Signs of a rule where the cells are not padded.
    pub(super) least: usize,
}

/// Columns with blanks between them.
pub(super) const COLUMNS: usize = 0;
/// The same with a rule below the header.
pub(super) const RULED: usize = 1;
/// The styles, in the order of their numbers.
pub(super) const STYLES: [Style; 8] = [
    Style { name: "columns", frame: ("", "", ""), fill: ' ', rules: [None; 3], least: 0 },
    Style {
        name: "ruled columns",
        frame: ("", "", ""),
        fill: '-',
        rules: [None, Some(("", "", "")), None],
        least: 0,
    },
    Style {
        name: "psql",
        frame: (" ", " | ", ""),
        fill: '-',
        rules: [None, Some(("-", "-+-", "-")), None],
        least: 0,
    },
    Style {
        name: "mysql",
        frame: ("| ", " | ", " |"),
        fill: '-',
        rules: [Some(("+-", "-+-", "-+")), Some(("+-", "-+-", "-+")), Some(("+-", "-+-", "-+"))],
        least: 0,
    },
    Style {
        name: "box",
        frame: ("│ ", " │ ", " │"),
        fill: '─',
        rules: [Some(("┌─", "─┬─", "─┐")), Some(("├─", "─┼─", "─┤")), Some(("└─", "─┴─", "─┘"))],
        least: 0,
    },
    Style {
        name: "markdown",
        frame: ("| ", " | ", " |"),
        fill: '-',
        rules: [None, Some(("| ", " | ", " |")), None],
        least: 3,
    },
    Style {
        name: "tight markdown",
        frame: ("| ", " | ", " |"),
        fill: '-',
        rules: [None, Some(("|-", "-|-", "-|")), None],
        least: 1,
    },
    Style {
        name: "bare markdown",
        frame: ("|", "|", "|"),
        fill: '-',
        rules: [None, Some(("|", "|", "|")), None],
        least: 3,
    },
];

/// How columns are padded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Aligned {
    /// The number of the style.
    pub(super) style: usize,
    /// Blanks between columns where the style has no sign for that.
    pub(super) gap: usize,
    /// For each column whether its cells stand at its right.
    pub(super) right: Vec<bool>,
    /// For each column its least width; `None` is that of its longest cell.
    pub(super) widths: Vec<Option<usize>>,
    /// How the names of the columns stand.
    pub(super) heading: Heading,
    /// What follows the last cell of a line.
    pub(super) end: End,
    /// Whether widths are counted as a terminal shows them, not in characters.
    pub(super) wide: bool,
    /// Whether the rule below the last row is there, where the style has one.
    pub(super) bottom: bool,
}

/// How the names of the columns stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// As the cells.
    Same,
    /// In the middle, rather left.
    Centred,
    /// At the left.
    Left,
}

/// What follows the last cell of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing, but a missing last cell leaves its gap.
    Open,
    /// Blanks up to the column's width.
    Padded,
    /// No blanks at all.
    Trimmed,
}

/// Where a cell stands in its column.
#[derive(Clone, Copy)]
enum Place {
    Left,
    Right,
    Centre,
}

impl Aligned {
    /// A layout of a style that nothing else is known of.
    pub(super) fn new(style: usize, columns: usize) -> Self {
        Self {
            style,
            gap: 2,
            right: vec![false; columns],
            widths: vec![None; columns],
            heading: Heading::Same,
            end: if STYLES[style].frame.2.is_empty() { End::Open } else { End::Padded },
            wide: false,
            bottom: true,
        }
    }

    pub(super) fn print(&self, out: &mut String) {
        let style = &STYLES[self.style];
        out.push_str(style.name);
        let mut option = |text: Cow<'_, str>| {
            out.push_str(", ");
            out.push_str(&text);
        };
        if self.gap != 2 {
            option(format!("{GAP}{}", self.gap).into());
        }
        if self.right.contains(&true) {
            let signs: String = self.right.iter().map(|right| if *right { '>' } else { '<' }).collect();
            option(format!("{ALIGN}{signs}").into());
        }
        if self.widths.iter().all(|&width| width == Some(0)) {
            option(COMPACT.into());
        } else if self.widths.iter().any(Option::is_some) {
            let widths = self.widths.iter().enumerate();
            let stated: Vec<String> =
                widths.filter_map(|(at, width)| Some(format!("{}={}", at + 1, (*width)?))).collect();
            option(format!("{WIDTHS}{}", stated.join(" ")).into());
        }
        match self.heading {
            Heading::Same => {}
            Heading::Centred => option(CENTRED.into()),
            Heading::Left => option(LEFT.into()),
        }
        match self.end {
            _ if !style.frame.2.is_empty() => {}
            End::Open => {}
            End::Padded => option(PADDED.into()),
            End::Trimmed => option(TRIMMED.into()),
        }
        if self.wide {
            option(WIDE.into());
        }
        if !self.bottom {
            option(NO_BOTTOM.into());
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(Self::new(STYLES.iter().position(|style| style.name == name)?, 0))
    }

    /// Takes an option of the form; whether it is one.
    pub(super) fn option(&mut self, option: &str) -> bool {
        match option {
            COMPACT => self.widths = vec![Some(0)],
            CENTRED => self.heading = Heading::Centred,
            LEFT => self.heading = Heading::Left,
            PADDED => self.end = End::Padded,
            TRIMMED => self.end = End::Trimmed,
            WIDE => self.wide = true,
            NO_BOTTOM => self.bottom = false,
            _ => {
                if let Some(gap) = option.strip_prefix(GAP).and_then(|gap| gap.parse().ok()) {
                    self.gap = gap;
                } else if let Some(signs) = option.strip_prefix(ALIGN) {
                    self.right = signs.bytes().map(|sign| sign == b'>').collect();
                } else if let Some(stated) = option.strip_prefix(WIDTHS) {
                    for stated in stated.split(' ') {
                        let Some((column, width)) = stated.split_once('=') else { return false };
                        let (Ok(column), Ok(width)) = (column.parse::<usize>(), width.parse::<usize>())
                        else {
                            return false;
                        };
                        if column == 0 || column > super::parse::MAX_COLUMNS || width > MAX_WIDTH {
                            return false;
                        }
                        if self.widths.len() < column {
                            self.widths.resize(column, None);
                        }
                        self.widths[column - 1] = Some(width);
                    }
                } else {
                    return false;
                }
            }
        }
        true
    }

    /// How wide a text is.
    pub(super) fn measure(&self, text: &str) -> usize {
        measure(text, self.wide)
    }

    /// The widths of all columns: those stated, else those of the widest of `rows`, each a list of cells.
    pub(super) fn resolve<'c>(
        &self,
        columns: usize,
        rows: impl Iterator<Item = &'c [Option<&'c str>]>,
    ) -> Vec<usize> {
        let compact = self.widths.len() == 1 && columns > 1 && self.widths[0] == Some(0);
        let stated =
            |column: usize| if compact { Some(0) } else { self.widths.get(column).copied().flatten() };
        let mut widths: Vec<usize> = (0..columns).map(|column| stated(column).unwrap_or(0)).collect();
        for row in rows {
            for (column, cell) in row.iter().enumerate() {
                if stated(column).is_none() {
                    widths[column] = widths[column].max(self.measure(cell.unwrap_or_default()));
                }
            }
        }
        widths
    }

    fn frame(&self) -> (&'static str, Cow<'static, str>, &'static str) {
        let (before, between, after) = STYLES[self.style].frame;
        let between =
            if self.style <= RULED { Cow::Owned(" ".repeat(self.gap)) } else { Cow::Borrowed(between) };
        (before, between, after)
    }

    /// A rule: above the header (0), below it (1), below the last row (2); whether the style has one.
    pub(super) fn rule(&self, out: &mut String, which: usize, widths: &[usize]) -> bool {
        let style = &STYLES[self.style];
        let Some((before, between, after)) = style.rules[which] else { return false };
        let gap = self.frame().1;
        let between = if self.style <= RULED { &gap } else { between };
        out.push_str(before);
        for (column, &width) in widths.iter().enumerate() {
            if column > 0 {
                out.push_str(between);
            }
            out.extend(std::iter::repeat_n(style.fill, width.max(style.least)));
        }
        out.push_str(after);
        true
    }

    pub(super) fn header(&self, out: &mut String, names: &[Option<&str>], widths: &[usize]) {
        // Who centres names fills the whole width with them.
        let padded = self.heading == Heading::Centred;
        self.line(out, names, widths, padded, |column| match self.heading {
            Heading::Same => self.place(column),
            Heading::Centred => Place::Centre,
            Heading::Left => Place::Left,
        });
    }

    pub(super) fn row(&self, out: &mut String, cells: &[Option<&str>], widths: &[usize]) {
        self.line(out, cells, widths, false, |column| self.place(column));
    }

    fn place(&self, column: usize) -> Place {
        if self.right.get(column).copied().unwrap_or(false) { Place::Right } else { Place::Left }
    }

    fn line(
        &self,
        out: &mut String,
        cells: &[Option<&str>],
        widths: &[usize],
        padded: bool,
        place: impl Fn(usize) -> Place,
    ) {
        let (before, between, after) = self.frame();
        let blank = self.style <= RULED;
        let end = if padded { End::Padded } else { self.end };
        let begin = out.len();
        out.push_str(before);
        // Where the line is, and where the column begins: columns that were too wide are made up for by blanks of the
        // next ones, as ps does it.
        let (mut at, mut start) = (0, 0);
        for (column, cell) in cells.iter().enumerate() {
            let text = cell.unwrap_or_default();
            let length = self.measure(text);
            let width = widths[column];
            if column > 0 && !blank {
                out.push_str(&between);
                at = start;
            }
            let spare = width.saturating_sub(length);
            let lead = match place(column) {
                Place::Left => 0,
                Place::Right => spare,
                Place::Centre => spare / 2,
            };
            if !text.is_empty() {
                let least = usize::from(blank && column > 0 && at > 0);
                let pad = (start + lead).saturating_sub(at).max(least);
                push_blanks(out, pad);
                out.push_str(text);
                at += pad + length;
            }
            let last = column + 1 == cells.len();
            if !blank && (!last || !after.is_empty() || end == End::Padded) {
                push_blanks(out, (start + width).saturating_sub(at));
            }
            if last && blank && end != End::Trimmed {
                let end = if end == End::Padded { start + width } else { start };
                push_blanks(out, end.saturating_sub(at));
            }
            start += width + if blank { self.gap } else { 0 };
        }
        out.push_str(after);
        if end == End::Trimmed && after.is_empty() {
            out.truncate(begin + out[begin..].trim_end_matches(' ').len());
        }
    }
}

/// Blanks that a width may stand for.
pub(super) const MAX_WIDTH: usize = 2_000;

fn push_blanks(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}
