//! Which packages a lock file's changes add, remove and update.
//!
//! Owns reading names and versions in the lock files of Cargo, npm, yarn, pnpm, Go, Poetry, Composer and those that are
//! written alike. What it cannot read it passes over: its words are an extract of lines that are left out.

use super::parse::{File, Patch};
use crate::hash::FixedMap;
use std::fmt::Write as _;

/// Packages that are named.
const MAX_NAMED: usize = 8;
/// Packages that are counted.
const MAX_COUNTED: usize = 10_000;
/// Bytes of a name or a version; what is longer is none.
const MAX_LENGTH: usize = 60;

#[derive(Debug)]
struct Package<'a> {
    name: &'a str,
    removed: Option<&'a str>,
    added: Option<&'a str>,
}

/// `serde 1.0.1 -> 1.0.2, new: bitvec 1.0.0, gone: abc 0.1.0 and 3 more`; empty where no package is found.
pub(super) fn changed(patch: &Patch<'_>, file: &File<'_>) -> String {
    let mut packages: Vec<Package<'_>> = Vec::new();
    let mut places: FixedMap<&str, usize> = FixedMap::default();
    let mut more = false;
    for hunk in &patch.hunks[file.hunks.clone()] {
        let mut current = None;
        for line in (hunk.header + 1..hunk.end).map(|line| patch.lines.content(line)) {
            let (sign, content) = line.split_at(line.len().min(1));
            let (name, version) = match read(content) {
                Some(Said::Name(name)) => {
                    current = Some(name);
                    continue;
                }
                Some(Said::Version(version)) => (current, version),
                Some(Said::Both(name, version)) => (Some(name), version),
                None => continue,
            };
            let Some(name) = name.filter(|name| sign != " " && is_word(name) && is_word(version)) else {
                continue;
            };
            let place = *places.entry(name).or_insert(packages.len());
            if place == packages.len() {
                if place == MAX_COUNTED {
                    more = true;
                    continue;
                }
                packages.push(Package { name, removed: None, added: None });
            }
            let package = &mut packages[place];
            let side = if sign == "-" { &mut package.removed } else { &mut package.added };
            side.get_or_insert(version);
        }
    }
    packages.retain(|package| package.removed != package.added);
    let mut words = String::new();
    for (at, Package { name, removed, added }) in packages.iter().take(MAX_NAMED).enumerate() {
        words.push_str(if at > 0 { ", " } else { "" });
        let _ = match (removed, added) {
            (Some(removed), Some(added)) => write!(words, "{name} {removed} -> {added}"),
            (None, Some(added)) => write!(words, "new {name} {added}"),
            (Some(removed), None) => write!(words, "gone {name} {removed}"),
            (None, None) => Ok(()),
        };
    }
    if packages.len() > MAX_NAMED {
        let _ = write!(words, " and {}{} more", packages.len() - MAX_NAMED, if more { "+" } else { "" });
    }
    words
}

/// What a line of a lock file says.
#[derive(Debug, PartialEq, Eq)]
enum Said<'a> {
    Name(&'a str),
    Version(&'a str),
    Both(&'a str, &'a str),
}

fn read(line: &str) -> Option<Said<'_>> {
    let content = line.trim_ascii();
    let value = |key: &str| {
        content.strip_prefix(key).map(|value| value.trim_matches(|character| "\"', ".contains(character)))
    };
    for version in ["version = ", "\"version\": ", "version: ", "version "] {
        if let Some(version) = value(version) {
            return Some(Said::Version(version));
        }
    }
    for name in ["name = ", "\"name\": "] {
        if let Some(name) = value(name) {
            return Some(Said::Name(name));
        }
    }
    // go.sum: `module version h1:checksum`; the module's `go.mod` has a line of its own.
    if let Some((module, _)) = content.split_once(" h1:") {
        let (name, version) = module.split_once(' ')?;
        return (!version.ends_with("/go.mod")).then_some(Said::Both(name, version));
    }
    // package-lock.json: `"node_modules/name": {`.
    if let Some(key) = content.strip_suffix("\": {") {
        return key.rsplit_once("node_modules/").map(|(_, name)| Said::Name(name));
    }
    // yarn: `name@^1.0, name@^1.2:`; pnpm: `/name@1.0.2:` or `'@scope/name@1.0.2(peer@1.0.0)':`.
    let key = content.strip_suffix(':')?.split(", ").next()?;
    let key = key.trim_matches(|character| "\"'".contains(character));
    let key = key.strip_prefix('/').unwrap_or(key);
    let key = key.split('(').next()?;
    let at = key.get(1..)?.find('@')? + 1;
    let (name, version) = (&key[..at], &key[at + 1..]);
    let is_exact = version.as_bytes().first()?.is_ascii_digit() && line.starts_with(' ');
    Some(if is_exact { Said::Both(name, version) } else { Said::Name(name) })
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_LENGTH
        && !text.contains(|character: char| character.is_whitespace() || character.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_files_of_all_sorts_are_read() {
        assert_eq!(read("name = \"serde\""), Some(Said::Name("serde")));
        assert_eq!(read("version = \"1.0.2\""), Some(Said::Version("1.0.2")));
        assert_eq!(read("    \"node_modules/a/node_modules/@b/c\": {"), Some(Said::Name("@b/c")));
        assert_eq!(read("      \"version\": \"7.1.0\","), Some(Said::Version("7.1.0")));
        assert_eq!(read("example.org/m v1.2.0 h1:AbC="), Some(Said::Both("example.org/m", "v1.2.0")));
        assert_eq!(read("example.org/m v1.2.0/go.mod h1:AbC="), None);
        assert_eq!(read("\"@a/b@^1.0.0\", \"@a/b@^1.2.0\":"), Some(Said::Name("@a/b")));
        assert_eq!(read("  version \"1.2.5\""), Some(Said::Version("1.2.5")));
        assert_eq!(read("  /left@1.0.2:"), Some(Said::Both("left", "1.0.2")));
        assert_eq!(read("  '@a/b@2.0.0(c@1.0.0)':"), Some(Said::Both("@a/b", "2.0.0")));
        for other in [
            "",
            ":",
            "@:",
            "dependencies:",
            "é:",
            "    resolution: {integrity: sha512-a}",
            "checksum = \"ab\"",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
