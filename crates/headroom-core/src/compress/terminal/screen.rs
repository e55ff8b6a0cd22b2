//! Lines between which the cursor moves: progress of several lines that is drawn again and again.
//!
//! Owns the rows that the cursor can still reach. A row stands at the line of the text that visited it last; the lines that
//! were drawn over are empty, so that every line keeps its number.

use super::escape::Effect;
use super::line::{self, Cells};
use std::borrow::Cow;
use std::collections::VecDeque;

/// Rows that the cursor can go back to: more than a terminal is high.
const MOST_ROWS: usize = 256;

/// A row on the screen.
#[derive(Debug, Default)]
struct Row {
    cells: Cells,
    /// The line of the text that visited it last, counted from 0.
    line: usize,
    /// A line that has too many cells to be drawn: it stands there as it came.
    raw: Option<String>,
}

/// What a terminal shows of a text in which the cursor moves between lines; `None` where that is longer than the text.
pub(super) fn show(text: &str, trims: bool) -> Option<String> {
    let mut screen = Screen { trims, ..Screen::default() };
    screen.rows.push_back(Row::default());
    for line in text.split_inclusive('\n') {
        let (content, end) = line::split_end(line);
        screen.write(content);
        screen.ends.push_back(!end.is_empty());
        if !end.is_empty() {
            screen.new_line();
        }
        if screen.shown.len() > text.len() {
            return None;
        }
    }
    Some(screen.finish()).filter(|shown| shown.len() <= text.len())
}

#[derive(Debug, Default)]
struct Screen {
    trims: bool,
    /// The rows that can be reached, top to bottom.
    rows: VecDeque<Row>,
    /// The row of the cursor.
    row: usize,
    /// The line that is being read.
    line: usize,
    /// Of each line read and not yet shown whether it ends with a line break.
    ends: VecDeque<bool>,
    shown: String,
    /// The line that is being shown.
    next: usize,
    /// Whether something of it was shown already.
    begun: bool,
}

impl Screen {
    fn write(&mut self, content: &str) {
        self.rows[self.row].line = self.line;
        let mut rest = content;
        while !rest.is_empty() {
            let (printed, effect, after) = line::next(rest).unwrap_or((rest, Effect::None, ""));
            let row = &mut self.rows[self.row];
            if !row.cells.print(printed) {
                row.raw = Some(content.to_owned());
                return;
            }
            match effect {
                Effect::Up(rows, first_column) => {
                    let column = if first_column { 0 } else { row.cells.column() };
                    self.go(self.row.saturating_sub(rows), column);
                }
                Effect::Down(rows, first_column) => {
                    let column = if first_column { 0 } else { row.cells.column() };
                    let lowest = self.rows.len() - 1;
                    self.go(self.row.saturating_add(rows).min(lowest), column);
                }
                Effect::EraseBelow => {
                    row.cells.erase_right();
                    for below in self.rows.iter_mut().skip(self.row + 1) {
                        below.cells.clear();
                        below.raw = None;
                    }
                }
                effect => row.cells.apply(effect),
            }
            rest = after;
        }
    }

    fn go(&mut self, row: usize, column: usize) {
        self.row = row;
        self.rows[row].cells.set_column(column);
        self.rows[row].line = self.line;
    }

    fn new_line(&mut self) {
        self.line += 1;
        self.row += 1;
        if self.row == self.rows.len() {
            self.rows.push_back(Row { line: self.line, ..Row::default() });
            if self.rows.len() > MOST_ROWS {
                self.row -= 1;
                if let Some(row) = self.rows.pop_front() {
                    self.emit(std::slice::from_ref(&row));
                }
            }
        }
        self.go(self.row, 0);
    }

    /// Shows rows, and as empty the lines before them that no row stands at.
    fn emit(&mut self, rows: &[Row]) {
        for row in rows {
            while self.next < row.line {
                self.end_line();
            }
            let text = row.raw.clone().unwrap_or_else(|| row.cells.text());
            let text = line::finish(Cow::Owned(text), self.trims);
            if self.begun && !text.is_empty() {
                // Two rows that one line has drawn.
                self.shown.push(' ');
            }
            self.begun |= !text.is_empty();
            self.shown.push_str(&text);
        }
    }

    fn end_line(&mut self) {
        if self.ends.pop_front() == Some(true) {
            self.shown.push('\n');
        }
        self.next += 1;
        self.begun = false;
    }

    fn finish(mut self) -> String {
        let mut rows: Vec<Row> = std::mem::take(&mut self.rows).into();
        rows.sort_by_key(|row| row.line);
        self.emit(&rows);
        while !self.ends.is_empty() {
            self.end_line();
        }
        self.shown
    }
}
