//! Detection of texts that hold several things.
//!
//! Owns the weighing of borders within the sample. What holds no border at all is not mixed, and costs one look at the first
//! bytes of each line.

use super::borders::{self, Fence};
use crate::route::{Confidence, Sample};

/// A document and text after it: it cannot be one thing.
const BROKEN_JSON: usize = 100;
/// Several files or commands, each named.
const HEADINGS: usize = 85;
/// Something whose beginning is certain, after something else.
const JOINED: usize = 70;
/// Bytes of a line of JSON that is more than a remark.
const LONG_LINE: usize = 160;
/// Lines of JSON that are more than a remark.
const MANY_LINES: usize = 8;

/// How surely a text holds several things.
#[must_use]
pub fn detect(sample: &Sample<'_>) -> Confidence {
    if borders::is_markup(sample.text) {
        return Confidence::NONE;
    }
    let mut seen = Seen::default();
    for (index, run) in sample.runs.iter().enumerate() {
        seen.read(run, index == 0);
    }
    Confidence::per_cent(seen.per_cent())
}

/// What stands in a sample.
#[derive(Debug, Default)]
struct Seen {
    headings: usize,
    /// Lines of JSON, and its bytes.
    json_lines: usize,
    json_bytes: usize,
    /// Lines at the margin that belong to no JSON.
    plain_lines: usize,
    /// Patches that begin after something else.
    patches: usize,
    /// Bytes of JSON and patches within fences, and of everything.
    fenced_bytes: usize,
    bytes: usize,
    fences: usize,
    begins_with_json: bool,
    lines: usize,
}

impl Seen {
    /// Reads a run of lines; only of the first is it known what its first line stands in.
    fn read(&mut self, run: &[&str], is_first: bool) {
        let mut fence: Option<Fence> = None;
        let (mut json, mut patch) = (false, false);
        for (index, line) in run.iter().enumerate() {
            self.bytes += line.len() + 1;
            let blank = line.trim_ascii().is_empty();
            let at_margin = !blank && !line.starts_with([' ', '\t']);
            let before = self.lines;
            self.lines += usize::from(!blank);
            if let Some(open) = fence {
                if open.closes(line) {
                    fence = None;
                    (json, patch) = (false, false);
                    continue;
                }
            } else if let Some(open) = Fence::open(line) {
                fence = Some(open);
                self.fences += 1;
                (json, patch) = (false, false);
                continue;
            }
            patch = if patch { borders::continues_patch(line) } else { borders::heads_patch(line) };
            if patch {
                if fence.is_some() {
                    self.fenced_bytes += line.len() + 1;
                } else if is_first && line.starts_with("diff --") && self.plain_lines > 0 {
                    self.patches += 1;
                }
                continue;
            }
            if at_margin && !line.starts_with(['}', ']']) {
                json = borders::begins_json(line.as_bytes()) || opens_json(line, run.get(index + 1));
                self.begins_with_json |= json && before == 0;
            }
            if json {
                self.json_bytes += line.len() + 1;
                self.json_lines += 1;
                self.fenced_bytes += if fence.is_some() { line.len() + 1 } else { 0 };
            } else if at_margin && fence.is_none() {
                self.headings += usize::from(borders::is_heading(line));
                self.plain_lines += usize::from(!line.starts_with(['}', ']', ')', '"', '+', '-', '@', '\\']));
            }
        }
    }

    fn per_cent(&self) -> usize {
        let much_json = self.json_bytes - self.fenced_bytes.min(self.json_bytes) >= LONG_LINE
            && (self.json_lines >= MANY_LINES || self.json_bytes / self.json_lines.max(1) >= LONG_LINE);
        if self.begins_with_json && self.plain_lines > 0 && self.json_bytes >= LONG_LINE {
            BROKEN_JSON
        } else if self.headings >= 2 && self.fences == 0 {
            HEADINGS
        } else if much_json && self.json_bytes * 20 >= self.bytes
            || self.patches > 0
            || self.fenced_bytes * 3 >= self.bytes && self.fenced_bytes > LONG_LINE
        {
            if self.plain_lines > 0 { JOINED } else { 0 }
        } else {
            0
        }
    }
}

/// Whether a line opens JSON whose first value stands on the next line.
fn opens_json(line: &str, next: Option<&&str>) -> bool {
    let Some(next) = next.map(|next| next.trim_ascii_start()) else { return false };
    match line.trim_ascii_end() {
        "{" | "[{" => next.starts_with('"'),
        "[" => next.starts_with(['{', '[', '"']),
        _ => false,
    }
}
