//! The structure of a patch: what stands between files, and of each file its header, its hunks and their changes.
//!
//! Owns reading, for git's patches (also combined ones), Subversion's and those of `diff -u`. It judges nothing. What
//! cannot be read, a hunk that is cut or whose counts lie, is the file's `tail` and stays as it is.

use super::header::{Header, MAX_SIDES, Sides};
use super::lines::Lines;
use std::ops::Range;

/// A patch. Files know their hunks, and hunks their groups, by range.
#[derive(Debug)]
pub(super) struct Patch<'a> {
    pub(super) lines: Lines<'a>,
    pub(super) parts: Vec<Part<'a>>,
    pub(super) hunks: Vec<Hunk>,
    pub(super) groups: Vec<Group>,
}

/// A part of a patch.
#[derive(Debug)]
pub(super) enum Part<'a> {
    /// Lines that are no file's: heads of commits, statistics, anything.
    Plain(Range<usize>),
    /// A file.
    File(File<'a>),
}

/// A file of a patch.
#[derive(Debug)]
pub(super) struct File<'a> {
    /// Its header, up to the first hunk.
    pub(super) header: Range<usize>,
    /// The line `--- a/file`, where there are such lines; `+++ b/file` is the next one.
    pub(super) pair: Option<usize>,
    /// Its hunks.
    pub(super) hunks: Range<usize>,
    /// The lines of a `GIT binary patch`.
    pub(super) binary: Option<Range<usize>>,
    /// What could not be read, behind the rest.
    pub(super) tail: Range<usize>,
    /// Its name, after the change where it has two, without `b/`.
    pub(super) name: &'a str,
}

impl File<'_> {
    /// All its lines.
    pub(super) fn lines(&self) -> Range<usize> {
        self.header.start..self.tail.end
    }
}

/// A hunk that is whole.
#[derive(Debug)]
pub(super) struct Hunk {
    /// The line `@@ -1,7 +1,8 @@`; its own lines follow.
    pub(super) header: usize,
    /// The line after its last.
    pub(super) end: usize,
    /// Its groups.
    pub(super) groups: Range<usize>,
}

/// Neighbouring lines of a hunk that are all added or removed.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) lines: Range<usize>,
    pub(super) added: usize,
    pub(super) removed: usize,
}

/// What a line of a hunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Context,
    Added,
    Removed,
    /// `\ No newline at end of file`, which belongs to the line before.
    Backslash,
}

/// What a line is in a hunk of so many parents; `None` where it is no line of a hunk.
pub(super) fn class(line: &str, parents: usize) -> Option<Class> {
    let bytes = line.as_bytes();
    match bytes.first() {
        // Editors and mail programs strip the space of empty lines.
        Some(b'\n') => return Some(Class::Context),
        Some(b'\r') if bytes.get(1) == Some(&b'\n') => return Some(Class::Context),
        Some(b'\\') => return Some(Class::Backslash),
        None => return None,
        _ => {}
    }
    let columns = bytes.get(..parents)?;
    let mut class = Class::Context;
    for &column in columns {
        class = match (column, class) {
            (b' ', class) => class,
            (b'+', Class::Context | Class::Added) => Class::Added,
            (b'-', Class::Context | Class::Removed) => Class::Removed,
            _ => return None,
        };
    }
    Some(class)
}

/// On which sides a line stands.
fn present(line: &str, parents: usize, class: Class) -> [bool; MAX_SIDES] {
    let mut present = [false; MAX_SIDES];
    present[parents] = class != Class::Removed;
    for (side, column) in present[..parents].iter_mut().enumerate() {
        *column = match class {
            Class::Context => true,
            Class::Added => line.as_bytes()[side] == b' ',
            Class::Removed => line.as_bytes()[side] == b'-',
            Class::Backslash => false,
        };
    }
    present
}

/// How many lines of each side stand in these lines of a hunk.
pub(super) fn sides(lines: &Lines<'_>, range: Range<usize>, parents: usize) -> Sides {
    let mut counts = [0; MAX_SIDES];
    for line in range.map(|line| lines.get(line)) {
        let Some(class) = class(line, parents).filter(|&class| class != Class::Backslash) else { continue };
        for (count, is_there) in counts.iter_mut().zip(present(line, parents, class)) {
            *count += usize::from(is_there);
        }
    }
    counts
}

impl<'a> Patch<'a> {
    /// Reads a text; `None` where no file of a patch is in it.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut patch =
            Self { lines: Lines::new(text)?, parts: Vec::new(), hunks: Vec::new(), groups: Vec::new() };
        let (mut at, mut plain, mut any) = (0, 0, false);
        while at < patch.lines.len() {
            if !patch.begins_file(at) {
                at += 1;
                continue;
            }
            if plain < at {
                patch.parts.push(Part::Plain(plain..at));
            }
            let file = patch.file(at);
            (at, any) = (file.tail.end, true);
            plain = at;
            patch.parts.push(Part::File(file));
        }
        if plain < at {
            patch.parts.push(Part::Plain(plain..at));
        }
        any.then_some(patch)
    }

    /// The files.
    pub(super) fn files(&self) -> impl Iterator<Item = &File<'a>> {
        self.parts.iter().filter_map(|part| match part {
            Part::File(file) => Some(file),
            Part::Plain(_) => None,
        })
    }

    /// Whether a file's header starts here.
    fn begins_file(&self, at: usize) -> bool {
        let line = self.lines.get(at);
        match line.as_bytes().first() {
            Some(b'd') => {
                let git = ["diff --git ", "diff --cc ", "diff --combined "];
                git.iter().any(|start| line.starts_with(start))
                    || line.starts_with("diff -") && self.is_pair(at + 1)
            }
            Some(b'I') => {
                line.starts_with("Index: ")
                    && self.lines.get(at + 1).starts_with("=====")
                    && self.is_pair(at + 2)
            }
            Some(b'-') => self.is_pair(at) && self.lines.get(at + 2).starts_with("@@ -"),
            _ => false,
        }
    }

    /// Whether here stand `--- a/file` and `+++ b/file`.
    fn is_pair(&self, at: usize) -> bool {
        self.lines.get(at).starts_with("--- ") && self.lines.get(at + 1).starts_with("+++ ")
    }

    fn file(&mut self, start: usize) -> File<'a> {
        let first = self.lines.content(start);
        let mut at = start;
        let mut name = "";
        if !first.starts_with("--- ") {
            at += 1;
            name = first.strip_prefix("diff --git ").map_or_else(|| last_word(first), name_of_both);
            if first.starts_with("Index: ") {
                at += 1;
            }
            while is_extended(self.lines.content(at)) {
                let line = self.lines.content(at);
                name =
                    line.strip_prefix("rename to ").or_else(|| line.strip_prefix("copy to ")).unwrap_or(name);
                at += 1;
            }
        }
        let pair = self.is_pair(at).then_some(at);
        if let Some(pair) = pair {
            at += 2;
            let (old, new) = (self.lines.content(pair), self.lines.content(pair + 1));
            name = name_of_pair(if new.starts_with("+++ /dev/null") { old } else { new });
        } else {
            at += usize::from(self.lines.get(at).starts_with("Binary files "));
        }
        let header = start..at;
        let binary = self.binary(at);
        at = binary.as_ref().map_or(at, |binary| binary.end);
        let first_hunk = self.hunks.len();
        while let Some(hunk) = self.hunk(at) {
            at = hunk.end;
            self.hunks.push(hunk);
        }
        let mut end = at;
        if self.lines.get(at).starts_with("@@ -") || self.lines.get(at).starts_with("@@@ -") {
            end += 1;
            while end < self.lines.len() && !self.begins_file(end) {
                end += 1;
            }
        }
        File { header, pair, hunks: first_hunk..self.hunks.len(), binary, tail: at..end, name }
    }

    /// The lines of a `GIT binary patch`: one or two blocks, each ended by an empty line.
    fn binary(&self, start: usize) -> Option<Range<usize>> {
        if self.lines.content(start) != "GIT binary patch" {
            return None;
        }
        let mut at = start + 1;
        let mut whole = false;
        for _ in 0..2 {
            if binary_size(self.lines.content(at)).is_none() {
                break;
            }
            while !self.lines.content(at).is_empty() {
                at += 1;
            }
            whole = at < self.lines.len();
            at += usize::from(whole);
        }
        whole.then_some(start..at)
    }

    /// Reads a hunk; `None` where there is none, it is cut, its counts lie or nothing changes.
    fn hunk(&mut self, start: usize) -> Option<Hunk> {
        let header = Header::read(self.lines.get(start))?;
        let parents = header.parents;
        let mut left = header.counts;
        let groups = self.groups.len();
        let mut at = start + 1;
        let mut group: Option<Group> = None;
        let whole = loop {
            let line = self.lines.get(at);
            let done = left == [0; MAX_SIDES];
            let class = class(line, parents);
            if done && (class != Some(Class::Backslash) || !line.starts_with("\\ ")) {
                break true;
            }
            let Some(class) = class else { break false };
            if class == Class::Backslash && group.is_none() && !done {
                break false;
            }
            if class != Class::Backslash {
                let mut fits = true;
                for (left, is_there) in left.iter_mut().zip(present(line, parents, class)) {
                    fits &= *left >= usize::from(is_there);
                    *left = left.saturating_sub(usize::from(is_there));
                }
                if !fits {
                    break false;
                }
            }
            match class {
                Class::Context => self.groups.extend(group.take()),
                Class::Backslash => {
                    if let Some(group) = &mut group {
                        group.lines.end = at + 1;
                    }
                }
                Class::Added | Class::Removed => {
                    let group = group.get_or_insert(Group { lines: at..at, added: 0, removed: 0 });
                    group.lines.end = at + 1;
                    group.added += usize::from(class == Class::Added);
                    group.removed += usize::from(class == Class::Removed);
                }
            }
            at += 1;
        };
        self.groups.extend(group.take());
        if !whole || self.groups.len() == groups {
            self.groups.truncate(groups);
            return None;
        }
        Some(Hunk { header: start, end: at, groups: groups..self.groups.len() })
    }
}

/// The size that stands in a block of a binary patch: `literal 120` or `delta 30`.
pub(super) fn binary_size(line: &str) -> Option<usize> {
    line.strip_prefix("literal ").or_else(|| line.strip_prefix("delta "))?.parse().ok()
}

/// Whether a line stands between `diff --git` and the first hunk.
fn is_extended(line: &str) -> bool {
    const STARTS: [&str; 11] = [
        "index ",
        "old mode ",
        "new mode ",
        "deleted file mode ",
        "new file mode ",
        "copy from ",
        "copy to ",
        "rename from ",
        "rename to ",
        "similarity index ",
        "dissimilarity index ",
    ];
    STARTS.iter().any(|start| line.starts_with(start)) || line.starts_with("mode ") && line.contains("..")
}

/// The name in `a/name b/name`, without its prefix.
fn name_of_both(both: &str) -> &str {
    let half = both.len() / 2 + 1;
    let second = if both.len() % 2 == 1 && both.as_bytes()[half - 1] == b' ' {
        &both[half..]
    } else {
        both.rfind(" b/").map_or(both, |space| &both[space + 1..])
    };
    without_prefix(second)
}

/// The name in `+++ b/name`, without its prefix and the time that may stand behind a tab.
fn name_of_pair(line: &str) -> &str {
    let name = &line["+++ ".len()..];
    without_prefix(name.split('\t').next().unwrap_or(name))
}

/// A name without `a/`, `b/` or another one-letter prefix, and without quotes.
fn without_prefix(name: &str) -> &str {
    let name = name.strip_prefix('"').map_or(name, |name| name.strip_suffix('"').unwrap_or(name));
    match name.as_bytes() {
        [prefix, b'/', _, ..] if b"abciow".contains(prefix) => &name[2..],
        _ => name,
    }
}

fn last_word(line: &str) -> &str {
    line.rsplit(' ').next().unwrap_or(line)
}
