//! Lines on which the cursor stays: redraws, backspaces, colours.
//!
//! Owns the cells of one line. Lines are independent here; where the cursor moves between them, `screen` shows them.

use super::escape::{self, Effect};
use super::scan::{PADDING, RULE};
use memchr::{memchr3, memmem};
use std::borrow::Cow;

/// Cells of a line beyond which it is left as it is.
const MOST_CELLS: usize = 1 << 16;
/// The farthest column to which the cursor jumps. Terminals have some hundreds.
const FARTHEST_COLUMN: usize = 1 << 10;

/// What a terminal shows of a text in which the cursor stays on its line; `None` where that is longer than the text.
pub(super) fn show(text: &str, trims: bool) -> Option<String> {
    let mut shown = String::with_capacity(text.len());
    let mut cells = Cells::default();
    for line in text.split_inclusive('\n') {
        let (content, end) = split_end(line);
        shown.push_str(&shown_line(content, &mut cells, trims));
        shown.push_str(end);
        if shown.len() > text.len() {
            return None;
        }
    }
    Some(shown)
}

/// A line and its line break; carriage returns before a newline belong to the break, of which one stays.
pub(super) fn split_end(line: &str) -> (&str, &str) {
    let content = line.trim_end_matches('\n');
    let bare = content.trim_end_matches('\r');
    if bare.len() == line.len() {
        return (line, "");
    }
    let end = if content.len() == line.len() { "" } else { &line[line.len() - 1..] };
    let returns = content.len() - bare.len();
    if returns > 0 && !end.is_empty() { (bare, "\r\n") } else { (bare, end) }
}

/// What is shown of one line.
pub(super) fn shown_line<'l>(line: &'l str, cells: &mut Cells, trims: bool) -> Cow<'l, str> {
    let mut line = Cow::Borrowed(line);
    if memchr3(b'\x1b', b'\r', b'\x08', line.as_bytes()).is_some() {
        cells.clear();
        if cells.write(&line) {
            line = Cow::Owned(cells.text());
        }
    }
    finish(line, trims)
}

/// A shown line without padding and with its rules shortened.
pub(super) fn finish(mut line: Cow<'_, str>, trims: bool) -> Cow<'_, str> {
    if trims && line.ends_with(PADDING) {
        let end = line.trim_ascii_end().len();
        line = match line {
            Cow::Borrowed(line) => Cow::Borrowed(&line[..end]),
            Cow::Owned(mut line) => {
                line.truncate(end);
                Cow::Owned(line)
            }
        };
    }
    for rule in ['─', '═', '━'] {
        if let Some(shortened) = without_rule(&line, rule) {
            line = Cow::Owned(shortened);
        }
    }
    line
}

/// The line with every long run of a rule's character shortened, unless it is a border of a table.
fn without_rule(line: &str, rule: char) -> Option<String> {
    let long: String = std::iter::repeat_n(rule, 8).collect();
    memmem::find(line.as_bytes(), long.as_bytes())?;
    if line.contains(|character| "┬┴┼╪╤╧╫╥╨╬╦╩├┤╞╡╟╢╠╣┝┥┠┨┣┫┳┻╋┯┷┿╂".contains(character))
    {
        return None;
    }
    let mut shortened = String::with_capacity(line.len());
    let mut run = 0;
    let mut held = String::new();
    for character in line.chars() {
        if character == rule {
            run += 1;
            held.push(character);
            continue;
        }
        push_run(&mut shortened, &mut held, &mut run, rule);
        shortened.push(character);
    }
    push_run(&mut shortened, &mut held, &mut run, rule);
    Some(shortened)
}

fn push_run(line: &mut String, held: &mut String, run: &mut usize, rule: char) {
    if *run < 8 {
        line.push_str(held);
    } else {
        line.extend(std::iter::repeat_n(rule, RULE));
    }
    held.clear();
    *run = 0;
}

/// The cells of a line, and the cursor.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    cells: Vec<char>,
    column: usize,
}

impl Cells {
    /// An empty line.
    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.column = 0;
    }

    /// What stands in the cells.
    pub(super) fn text(&self) -> String {
        self.cells.iter().collect()
    }

    /// The column of the cursor, counted from 0.
    pub(super) fn column(&self) -> usize {
        self.column
    }

    /// Moves the cursor.
    pub(super) fn set_column(&mut self, column: usize) {
        self.column = column.min(FARTHEST_COLUMN.max(self.cells.len()));
    }

    /// Erases from the cursor on.
    pub(super) fn erase_right(&mut self) {
        self.cells.truncate(self.column);
    }

    /// Writes a line; says whether it stayed within its bounds.
    fn write(&mut self, line: &str) -> bool {
        let mut rest = line;
        while !rest.is_empty() {
            let Some((printed, effect, after)) = next(rest) else { return self.print(rest) };
            if !self.print(printed) {
                return false;
            }
            self.apply(effect);
            rest = after;
        }
        true
    }

    /// Carries out what stays on the line.
    pub(super) fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Column(column) => self.set_column(column),
            Effect::Right(columns) => self.set_column(self.column.saturating_add(columns)),
            Effect::Left(columns) => self.column = self.column.saturating_sub(columns),
            Effect::EraseRight => self.erase_right(),
            Effect::EraseLine => self.cells.clear(),
            // Bounded, so that a line full of these costs no more than its length.
            Effect::EraseLeft if self.column <= 512 => {
                let end = self.column.min(self.cells.len());
                self.cells[..end].fill(' ');
            }
            Effect::EraseLeft | Effect::None | Effect::Up(..) | Effect::Down(..) | Effect::EraseBelow => {}
        }
    }

    /// Prints what holds no control characters; says whether the line is within its bounds.
    pub(super) fn print(&mut self, printed: &str) -> bool {
        for character in printed.chars() {
            if self.column < self.cells.len() {
                self.cells[self.column] = character;
            } else {
                if self.column >= MOST_CELLS {
                    return false;
                }
                self.cells.resize(self.column, ' ');
                self.cells.push(character);
            }
            self.column += 1;
        }
        true
    }
}

/// What is printed up to the next control character, what that does, and what follows it; `None` where none follows.
pub(super) fn next(rest: &str) -> Option<(&str, Effect, &str)> {
    let at = memchr3(b'\x1b', b'\r', b'\x08', rest.as_bytes())?;
    let printed = &rest[..at];
    match rest.as_bytes()[at] {
        b'\r' => Some((printed, Effect::Column(0), &rest[at + 1..])),
        b'\x08' => Some((printed, Effect::Left(1), &rest[at + 1..])),
        _ => {
            let (length, effect) = escape::read(&rest.as_bytes()[at..]);
            Some((printed, effect, &rest[at + length..]))
        }
    }
}
