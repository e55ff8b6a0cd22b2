//! Writes a patch with some of its groups left out, so that the rest applies.
//!
//! Owns the form: what of a file's header stays, which context, hunk headers counted anew, and the notes about what is
//! missing. `git apply` passes over a note that stands before a file or after a file's last hunk and refuses one
//! between two hunks, so a file's notes follow its hunks.

use super::files::Sort;
use super::header::{Header, MAX_SIDES};
use super::lines::Lines;
use super::moved;
use super::packages;
use super::parse::{Class, File, Hunk, Part, Patch, binary_size, class, sides};
use super::plan::{Plan, Reason, groups_of, is_combined};
use super::stat;
use crate::compress::{Omission, Unit};
use std::fmt::Write as _;
use std::ops::Range;

/// Context that stays on each side of a change.
const CONTEXT: usize = 1;
/// Context that stays where the patch was asked for with more than the usual three lines.
const CONTEXT_ASKED_FOR: usize = 3;
/// The context that tools give unasked.
const USUAL_CONTEXT: usize = 3;
/// Bytes of context between two changes below which a further hunk header costs more.
const LEAST_SPLIT: usize = 48;
/// Lines of a binary patch below which it stays.
const LEAST_BINARY: usize = 8;
/// Ranges of lines that a note names.
const MAX_RANGES: usize = 6;
/// Notes of a file among which one for the same reason is looked for.
const RECENT_NOTES: usize = 16;
/// Bytes of a line that is quoted.
const MAX_QUOTE: usize = 64;

/// Writes the patch, whose first line has this number; the omissions are empty where it is unchanged.
pub(super) fn write(patch: &Patch<'_>, plan: &Plan, first_line: usize) -> (String, Vec<Omission>) {
    let files: Vec<&File<'_>> = patch.files().collect();
    let mut writer = Writer {
        patch,
        plan,
        files,
        context: if widest_context(patch) > USUAL_CONTEXT { CONTEXT_ASKED_FOR } else { CONTEXT },
        text: String::new(),
        left_out: LeftOut::default(),
        first_line,
        unmarked: false,
    };
    for (at, part) in patch.parts.iter().enumerate() {
        match part {
            Part::Plain(lines) => {
                let redundant = stat::redundant(patch, at, lines.clone());
                for line in lines.clone() {
                    if redundant.contains(&line) {
                        writer.skip(line..line + 1);
                    } else {
                        writer.keep(line..line + 1);
                    }
                }
            }
            Part::File(file) => writer.file(file),
        }
    }
    if writer.unmarked {
        writer.end_line();
        writer.text.push_str("… all else left out is context and header lines\n");
    }
    let omissions = writer.left_out.omissions(patch.lines.len(), first_line);
    (writer.text, omissions)
}

/// The most context that a hunk begins with.
fn widest_context(patch: &Patch<'_>) -> usize {
    let first = |hunk: &Hunk| patch.groups[hunk.groups.start].lines.start - hunk.header - 1;
    patch.hunks.iter().map(first).max().unwrap_or(0)
}

/// The lines that were left out.
#[derive(Debug, Default)]
struct LeftOut {
    count: usize,
    /// Counted from 0, without the end.
    ranges: Vec<Range<usize>>,
}

impl LeftOut {
    fn add(&mut self, lines: Range<usize>) {
        if lines.is_empty() {
            return;
        }
        self.count += lines.len();
        match self.ranges.last_mut() {
            Some(last) if last.end == lines.start => last.end = lines.end,
            _ => self.ranges.push(lines),
        }
    }

    /// The first and the last line of each range, where the patch's first line has this number.
    fn numbers(&self, first_line: usize) -> Vec<(usize, usize)> {
        self.ranges.iter().map(|lines| (lines.start + first_line, lines.end - 1 + first_line)).collect()
    }

    fn omissions(&self, total: usize, first_line: usize) -> Vec<Omission> {
        if self.count == 0 {
            return Vec::new();
        }
        let ranges = self.numbers(first_line);
        vec![Omission { unit: Unit::Lines, count: self.count, total, ranges, path: None }]
    }
}

/// What a note counts.
#[derive(Debug, Default)]
struct Folded {
    groups: usize,
    added: usize,
    removed: usize,
    left_out: LeftOut,
}

struct Writer<'p, 'a> {
    patch: &'p Patch<'a>,
    plan: &'p Plan,
    files: Vec<&'p File<'a>>,
    context: usize,
    text: String,
    left_out: LeftOut,
    /// The number of the patch's first line.
    first_line: usize,
    /// Whether something was left out that no note tells of.
    unmarked: bool,
}

impl<'a> Writer<'_, 'a> {
    fn lines(&self) -> &Lines<'a> {
        &self.patch.lines
    }

    fn keep(&mut self, lines: Range<usize>) {
        self.text.push_str(self.patch.lines.text(lines));
    }

    /// Leaves lines out of which no note tells.
    fn skip(&mut self, lines: Range<usize>) {
        self.unmarked |= !lines.is_empty();
        self.left_out.add(lines);
    }

    /// A note stands on a line of its own, also where the text ends without a line break.
    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn file(&mut self, file: &File<'a>) {
        let groups = groups_of(self.patch, file);
        let folded = groups.clone().filter(|&group| self.plan.fates[group].is_some()).count();
        let body = file.binary.as_ref().filter(|binary| binary.len() >= LEAST_BINARY);
        if let Some(body) = body {
            self.binary(file, body.clone());
        } else if folded > 0 && folded == groups.len() && file.tail.is_empty() && file.binary.is_none() {
            let changes = self.changes(file);
            if changes.keeps_header {
                let index = |line: usize| self.lines().get(line).starts_with("index ");
                let kept: Vec<bool> = file
                    .header
                    .clone()
                    .map(|line| !index(line) && file.pair.is_none_or(|pair| line < pair))
                    .collect();
                self.header_lines(file, &kept);
            } else {
                self.left_out.add(file.header.clone());
            }
            let first = file.hunks.clone().next().unwrap_or_default();
            let start = self.patch.hunks[first].header;
            self.left_out.add(start..file.tail.start);
            self.notes(file, changes.words);
        } else {
            self.header(file);
            self.keep(file.binary.clone().unwrap_or_default());
            let mut delta = 0;
            for hunk in file.hunks.clone() {
                self.hunk(&self.patch.hunks[hunk], &mut delta);
            }
            if folded > 0 {
                self.notes(file, "");
            }
            self.keep(file.tail.clone());
        }
    }

    /// What happens to a file beside the change of its lines.
    fn changes(&self, file: &File<'_>) -> Changes {
        let has = |start: &str| file.header.clone().any(|line| self.lines().get(line).starts_with(start));
        let words = if has("new file mode ") || has("--- /dev/null") {
            " (new file)"
        } else if has("deleted file mode ") || has("+++ /dev/null") {
            " (deleted)"
        } else {
            ""
        };
        Changes { keeps_header: has("rename ") || has("copy ") || has("old mode "), words }
    }

    fn header_lines(&mut self, file: &File<'_>, kept: &[bool]) {
        for (line, &kept) in file.header.clone().zip(kept) {
            if kept { self.keep(line..line + 1) } else { self.skip(line..line + 1) }
        }
    }

    /// Keeps of a file's header what does not follow from the rest.
    fn header(&mut self, file: &File<'_>) {
        let kept = kept_of_header(self.patch, file);
        self.header_lines(file, &kept);
    }

    fn binary(&mut self, file: &File<'_>, body: Range<usize>) {
        let changes = self.changes(file);
        self.left_out.add(file.header.start..body.end);
        let size = binary_size(self.lines().content(body.start + 1)).unwrap_or(0);
        let kind = self.lines().content(body.start + 1).split(' ').next().unwrap_or_default();
        let mode = file.header.clone().skip(1).map(|line| self.patch.lines.content(line));
        let extended: Vec<&str> = mode
            .filter(|line| {
                ["old mode", "new mode", "rename", "copy"].iter().any(|start| line.starts_with(start))
            })
            .collect();
        let extended = extended.iter().fold(String::new(), |all, line| all + line + ", ");
        self.end_line();
        let _ = writeln!(
            self.text,
            "… {}{}: {extended}binary patch left out ({kind} {size} bytes), lines {}-{}",
            file.name,
            changes.words,
            file.header.start + self.first_line,
            body.end - 1 + self.first_line
        );
        self.keep(file.tail.clone());
    }

    /// One note for every reason why something of the file is left out; moved blocks have one each.
    fn notes(&mut self, file: &File<'_>, words: &str) {
        let mut notes: Vec<(Reason, Folded)> = Vec::new();
        for group in groups_of(self.patch, file) {
            let Some(reason) = self.plan.fates[group] else { continue };
            let recent = notes.len().saturating_sub(RECENT_NOTES);
            let known = notes[recent..].iter().rposition(|(known, _)| *known == reason);
            let at = known.map_or(notes.len(), |known| recent + known);
            if at == notes.len() {
                notes.push((reason, Folded::default()));
            }
            let folded = &mut notes[at].1;
            let group = &self.patch.groups[group];
            folded.groups += 1;
            folded.added += group.added;
            folded.removed += group.removed;
            folded.left_out.add(group.lines.clone());
        }
        self.end_line();
        for (reason, folded) in notes {
            self.note(file, words, reason, &folded);
        }
    }

    fn note(&mut self, file: &File<'_>, words: &str, reason: Reason, folded: &Folded) {
        let text = &mut self.text;
        let _ = write!(text, "… {}{words}:", file.name);
        for (sign, count) in [('+', folded.added), ('-', folded.removed)] {
            if count > 0 {
                let _ = write!(text, " {sign}{count}");
            }
        }
        text.push_str(" left out, ");
        match reason {
            Reason::File(sort) => text.push_str(sort.words()),
            Reason::LongLines => text.push_str("very long lines"),
            Reason::Whitespace => text.push_str("only white space changes"),
            Reason::Rank => {
                let _ = write!(
                    text,
                    "{} {}",
                    folded.groups,
                    if folded.groups == 1 { "change" } else { "changes" }
                );
            }
            Reason::Moved(target) => {
                let line = self.patch.lines.content(target.line).get(1..).unwrap_or_default().trim();
                let quote = &line[..line.floor_char_boundary(MAX_QUOTE)];
                let cut = if quote.len() < line.len() { "…" } else { "" };
                let place = moved::file_of(&self.files, target.line).map_or("", |file| file.name);
                let place = if place == file.name { "another place of this file" } else { place };
                let _ = write!(text, "moved unchanged to {place}, added there from `{quote}{cut}`");
            }
        }
        let ranges = folded.left_out.numbers(self.first_line);
        text.push_str(if folded.left_out.count == 1 { " (line " } else { " (lines " });
        if ranges.len() > MAX_RANGES {
            let _ = write!(text, "{}-{}", ranges[0].0, ranges[ranges.len() - 1].1);
        } else {
            for (at, &(first, last)) in ranges.iter().enumerate() {
                let comma = if at > 0 { "," } else { "" };
                let _ = if first == last {
                    write!(text, "{comma}{first}")
                } else {
                    write!(text, "{comma}{first}-{last}")
                };
            }
        }
        text.push(')');
        if reason == Reason::File(Sort::Lock) {
            let packages = packages::changed(self.patch, file);
            text.push_str(if packages.is_empty() { "" } else { ": " });
            text.push_str(&packages);
        }
        text.push('\n');
    }

    /// Writes what stays of a hunk, as one hunk or several. `delta` is by how many lines the groups of the file that
    /// were left out so far would have made it longer.
    fn hunk(&mut self, hunk: &Hunk, delta: &mut isize) {
        let Some(header) = Header::read(self.patch.lines.get(hunk.header)) else { return };
        let mut pieces: Vec<Range<usize>> = Vec::new();
        // The line after the last group, kept or not.
        let mut before = hunk.header + 1;
        // Whether the last group before was kept, so that its piece is open.
        let mut open = false;
        for group in hunk.groups.clone() {
            let lines = self.patch.groups[group].lines.clone();
            let kept = self.plan.fates[group].is_none();
            let gap = before..lines.start;
            let unneeded = gap.start + self.context..gap.end.saturating_sub(self.context);
            let joins = open
                && kept
                && (unneeded.is_empty() || self.lines().bytes(unneeded.start..unneeded.end) < LEAST_SPLIT);
            if let Some(last) = pieces.last_mut().filter(|_| open) {
                last.end = if joins { lines.end } else { gap.end.min(gap.start + self.context) };
            }
            if kept && !joins {
                let start = lines.start.saturating_sub(self.context).max(gap.start);
                pieces.push(start..lines.end);
            }
            open = kept;
            before = lines.end;
        }
        if let Some(last) = pieces.last_mut().filter(|_| open) {
            last.end = hunk.end.min(before + self.context);
            // `\ No newline at end of file` belongs to the line before.
            while last.end < hunk.end
                && class(self.lines().get(last.end), header.parents) == Some(Class::Backslash)
            {
                last.end += 1;
            }
        }
        self.pieces(hunk, header, &pieces, delta);
    }

    fn pieces(&mut self, hunk: &Hunk, header: Header<'a>, pieces: &[Range<usize>], delta: &mut isize) {
        let mut at = hunk.header + 1;
        let mut next = [0; MAX_SIDES];
        for (side, next) in next.iter_mut().enumerate().take(header.parents + 1) {
            *next = header.first(side);
        }
        let mut groups = hunk.groups.clone().peekable();
        for (number, piece) in pieces.iter().enumerate() {
            if number == 0 && *piece == (hunk.header + 1..hunk.end) && *delta == 0 {
                self.keep(hunk.header..hunk.end);
                return;
            }
            self.add_sides(&mut next, at..piece.start, header.parents);
            while let Some(group) = groups.next_if(|&group| self.patch.groups[group].lines.start < piece.end)
            {
                self.add_delta(group, header.parents, delta);
            }
            let counts = sides(self.lines(), piece.clone(), header.parents);
            let mut starts = next;
            for side in 0..=header.parents {
                starts[side] = starts[side].saturating_sub(usize::from(counts[side] == 0));
            }
            let result = &mut starts[header.parents];
            *result = result.saturating_add_signed(-*delta);
            let heading = if number == 0 { header.heading } else { "" };
            Header { starts, counts, heading, ..header }.write(&mut self.text);
            self.skip(at..piece.start);
            self.keep(piece.clone());
            self.add_sides(&mut next, piece.clone(), header.parents);
            at = piece.end;
        }
        for group in groups {
            self.add_delta(group, header.parents, delta);
        }
        if pieces.is_empty() {
            self.left_out.add(hunk.header..hunk.end);
        } else {
            self.skip(at..hunk.end);
        }
    }

    fn add_sides(&self, next: &mut [usize; MAX_SIDES], lines: Range<usize>, parents: usize) {
        for (next, count) in next.iter_mut().zip(sides(self.lines(), lines, parents)) {
            *next += count;
        }
    }

    /// Counts a group that is left out; combined patches do not apply, so their numbers stay as they were.
    fn add_delta(&self, group: usize, parents: usize, delta: &mut isize) {
        if parents == 1 && self.plan.fates[group].is_some() {
            let group = &self.patch.groups[group];
            *delta += group.added.cast_signed() - group.removed.cast_signed();
        }
    }
}

/// What happens to a file beside the change of its lines.
struct Changes {
    /// Whether it has another name or mode, which its header tells.
    keeps_header: bool,
    /// In words, for a note.
    words: &'static str,
}

/// Which lines of a file's header stay: without those that name blobs, and with either `diff --git` or the pair of `---`
/// and `+++`, where one follows from the other.
fn kept_of_header(patch: &Patch<'_>, file: &File<'_>) -> Vec<bool> {
    let lines = &patch.lines;
    let start = file.header.start;
    let mut kept = vec![true; file.header.len()];
    let first = lines.content(start);
    let has_hunks = !file.hunks.is_empty();
    let extended = || file.header.clone().skip(1).map(|line| lines.content(line));
    // Links and submodules are told by the mode that stands in this line alone, binary files by the whole hashes.
    let special = extended().any(|line| {
        line.starts_with("index ") && (line.ends_with(" 120000") || line.ends_with(" 160000"))
            || line.starts_with("Binary files ")
    });
    if special || file.binary.is_some() {
        return kept;
    }
    let drop = |kept: &mut Vec<bool>, unneeded: &dyn Fn(&str) -> bool| {
        for (kept, line) in kept.iter_mut().zip(file.header.clone()) {
            *kept &= !unneeded(lines.content(line));
        }
    };
    if !first.starts_with("diff --git ") {
        // The lines before the pair: `Index: name`, `=====`, `diff -u a b`, and in combined patches `index a,b..c`.
        if let Some(pair) = file.pair.filter(|_| has_hunks && !is_combined(patch, file)) {
            kept[..pair - start].fill(false);
        }
        drop(&mut kept, &|line| line.starts_with("index "));
        return kept;
    }
    drop(&mut kept, &|line| line.starts_with("index "));
    let Some(pair) = file.pair.filter(|_| has_hunks) else { return kept };
    let (old, new) = (lines.content(pair), lines.content(pair + 1));
    let both = &first["diff --git ".len()..];
    let ordinary = extended().take(pair - start - 1).all(|line| {
        line.starts_with("index ")
            || line == "new file mode 100644"
            || line.starts_with("deleted file mode 100")
    });
    if ordinary && names_follow(both, old, new) {
        kept[..pair - start].fill(false);
    } else if extended().any(|line| line.starts_with("rename to ") || line.starts_with("copy to "))
        || is_same_name(both)
    {
        kept[pair - start..].fill(false);
    }
    kept
}

/// Whether the names in `diff --git a/name b/name` are those of the pair, with prefixes as git expects them.
fn names_follow(both: &str, old: &str, new: &str) -> bool {
    let (old, new) = (old["--- ".len()..].trim_end_matches('\t'), new["+++ ".len()..].trim_end_matches('\t'));
    let is_prefixed = |name: &str| {
        let name = name.strip_prefix('"').unwrap_or(name).as_bytes();
        name.len() > 2 && name[0].is_ascii_lowercase() && name[1] == b'/'
    };
    if old == "/dev/null" {
        return is_prefixed(new) && both.len() == 2 * new.len() + 1 && both.ends_with(new);
    }
    if new == "/dev/null" {
        return is_prefixed(old) && both.len() == 2 * old.len() + 1 && both.starts_with(old);
    }
    let space = old.len();
    is_prefixed(old)
        && is_prefixed(new)
        && both.len() == old.len() + 1 + new.len()
        && both.starts_with(old)
        && both.as_bytes()[space] == b' '
        && both.ends_with(new)
}

/// Whether `a/name b/name` names one file twice, so that git reads its name from there.
fn is_same_name(both: &str) -> bool {
    let half = both.len() / 2;
    both.len() % 2 == 1
        && both.as_bytes()[half] == b' '
        && both.is_char_boundary(half)
        && both.starts_with("a/")
        && both[half + 1..].starts_with("b/")
        && both[2..half] == both[half + 3..]
}
