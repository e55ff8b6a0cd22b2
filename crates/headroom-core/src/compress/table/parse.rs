//! Which form a text has, and its parts.
//!
//! Owns the order in which forms are tried.

use super::settle::Lines;
use super::sheet::Sheet;
use super::{columns, framed, separated};

/// Columns that a table may have.
pub(super) const MAX_COLUMNS: usize = 400;
/// Rows that a table needs.
pub(super) const MIN_ROWS: usize = 3;

/// The parts of a text; `None` where it is no table.
pub(super) fn parse<'a>(source: &'a str) -> Option<Sheet<'a>> {
    if source.len() >= u32::MAX as usize / 2 {
        return None;
    }
    let lines = Lines::new(source);
    let wide = |parse: fn(&Lines<'a>, bool) -> Option<Sheet<'a>>| {
        parse(&lines, false).or_else(|| if source.is_ascii() { None } else { parse(&lines, true) })
    };
    wide(framed::parse).or_else(|| separated::parse(source)).or_else(|| wide(columns::parse))
}
