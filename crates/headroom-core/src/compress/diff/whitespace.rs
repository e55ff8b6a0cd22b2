//! Groups in which nothing but white space changes.
//!
//! Owns telling them. Where indentation has a meaning (Python, YAML, anything not known), it counts as a change.

use super::lines::Lines;
use super::parse::Group;

/// Endings of files in which indentation means nothing.
const FREE_INDENTATION: &[&str] = &[
    "c", "cc", "cjs", "cpp", "cs", "css", "cts", "cxx", "dart", "go", "groovy", "h", "hpp", "htm", "html",
    "hxx", "java", "js", "json", "jsx", "kt", "kts", "less", "lua", "m", "mjs", "mm", "mts", "php", "pl",
    "proto", "rb", "rs", "scss", "sh", "sql", "svelte", "svg", "swift", "toml", "ts", "tsx", "vue", "xml",
    "zig",
];

/// Whether indentation means nothing in a file of this name.
pub(super) fn is_free_of_indentation(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    FREE_INDENTATION.iter().any(|free| free.eq_ignore_ascii_case(ending))
}

/// Whether the removed and the added lines are the same but for trailing and repeated white space, line ends, empty
/// lines and, where that is `free`, indentation.
pub(super) fn is_all(lines: &Lines<'_>, group: &Group, free: bool) -> bool {
    let side = |sign: u8| {
        group
            .lines
            .clone()
            .map(|line| lines.get(line))
            .filter(move |line| line.as_bytes()[0] == sign)
            .map(|line| &line[1..])
            .filter(|line| !line.trim_ascii().is_empty())
    };
    let (mut removed, mut added) = (side(b'-'), side(b'+'));
    loop {
        match (removed.next(), added.next()) {
            (None, None) => return true,
            (Some(removed), Some(added)) if is_same(removed, added, free) => {}
            _ => return false,
        }
    }
}

fn is_same(removed: &str, added: &str, free: bool) -> bool {
    let indentation = |line: &str| line.len() - line.trim_ascii_start().len();
    let same_indentation = removed[..indentation(removed)] == added[..indentation(added)];
    (free || same_indentation) && removed.split_ascii_whitespace().eq(added.split_ascii_whitespace())
}
