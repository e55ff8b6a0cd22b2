//! Which form a text has, and its parts.
//!
//! Owns the order in which forms are tried.

use super::separated;
use super::sheet::Sheet;

/// Columns that a table may have.
pub(super) const MAX_COLUMNS: usize = 400;
/// Rows that a table needs.
pub(super) const MIN_ROWS: usize = 3;

/// The parts of a text; `None` where it is no table.
pub(super) fn parse(source: &str) -> Option<Sheet<'_>> {
    if source.len() >= u32::MAX as usize / 2 {
        return None;
    }
    separated::parse(source)
}
