//! Reading of one diagnostic: its first line, the code it shows, what it says further, and the lines before it that say
//! where it comes from.
//!
//! Owns which lines belong to a diagnostic, and what makes two of them the same.

use super::super::place::{self, Head, Severity};
use super::{Diagnostic, Reader, Role, indent_of, mix_without_digits};
use crate::hash::FixedHasher;
use std::hash::Hasher as _;

/// Lines that a diagnostic takes at most.
const LONGEST_DIAGNOSTIC: usize = 80;
/// Lines before a diagnostic that say where it comes from, at most.
const MOST_OWNERS: usize = 24;

impl<'a> Reader<'_, 'a> {
    /// File and place, where the line below points to them.
    pub(super) fn arrow_below(&self, at: usize, line: &str) -> Option<(&'a str, &'a str)> {
        if line.starts_with(' ') || at + 1 >= self.lines.len() {
            return None;
        }
        place::arrow(self.lines.get(at + 1))
    }

    /// Reads the diagnostic that begins at a line, and says where the next line is.
    pub(super) fn diagnostic(&mut self, first: usize, line: &'a str, head: Head<'a>) -> usize {
        let number = self.reading.diagnostics.len() as u32;
        let by_arrow = self.lines.len() > first + 1 && self.arrow_below(first, line).is_some();
        let mut key = FixedHasher::default();
        key.write(head.label.trim().as_bytes());
        key.write(head.message.trim_end().as_bytes());
        let via = self.claim_owners(first, &head);
        self.push(Role::Head(number));
        let indent = indent_of(line);
        let mut labelled = false;
        let mut at = first + 1;
        while at < self.lines.len().min(first + LONGEST_DIAGNOSTIC) {
            let line = self.lines.get(at);
            if place::arrow(line).is_some() && at == first + 1 {
                self.push(Role::Head(number));
                at += 1;
                continue;
            }
            let is_code = place::is_gutter(line)
                || place::is_caret(line)
                || place::arrow(line).is_some()
                || at + 1 < self.lines.len() && self.is_code_above_caret(at, line);
            if line.trim().is_empty() {
                // Some tools leave a line empty before they show the code.
                if !by_arrow && at + 2 < self.lines.len() && self.is_numbered_code(at + 1) {
                    self.push(Role::Excerpt(number));
                    at += 1;
                    continue;
                }
                break;
            }
            if is_code || self.is_numbered_code(at) {
                if let Some(label) = label_of(line) {
                    labelled = true;
                    key.write(label.as_bytes());
                }
                self.push(Role::Excerpt(number));
            } else if by_arrow {
                let trimmed = line.trim_start();
                if is_lint_note(trimmed) {
                    // Which lint it is, and how to turn it off, is said once.
                    self.push(Role::Excerpt(number));
                } else if line.starts_with(' ') || place::severity(trimmed) == Some(Severity::Note) {
                    mix_without_digits(&mut key, trimmed);
                    // Advice on the code that is shown goes with it.
                    let advice = trimmed.starts_with("help: ") || trimmed.starts_with(['-', '+']);
                    self.push(if advice { Role::Excerpt(number) } else { Role::Detail(number) });
                } else {
                    break;
                }
            } else if let Some(note) = place::head(line) {
                if note.severity != Severity::Note || head.severity == Severity::Note {
                    break;
                }
                mix_without_digits(&mut key, note.message);
                self.push(Role::Detail(number));
            } else if indent_of(line) > indent
                && place::head_under_file(line).is_none()
                && !head.file.is_empty()
            {
                mix_without_digits(&mut key, line.trim());
                self.push(Role::Detail(number));
            } else {
                break;
            }
            at += 1;
        }
        self.reading.diagnostics.push(Diagnostic {
            line: first as u32,
            file: if head.file.is_empty() { self.file } else { head.file },
            place: head.place,
            via: if head.severity == Severity::Error { via } else { "" },
            severity: head.severity,
            key: key.finish(),
            kind: kind_of(head.message),
            labelled,
        });
        at
    }

    /// Code between two rules, with a caret below it, that the diagnostic behind the second rule is about; says where
    /// that diagnostic is.
    pub(super) fn framed_code(&mut self, first: usize, line: &str) -> Option<usize> {
        const LONGEST: usize = 24;
        if line.trim().is_empty() {
            return None;
        }
        let reach = self.lines.len().min(first + LONGEST);
        let end = (first + 1..reach).find(|&at| self.lines.get(at) == line)?;
        let is_pointed_at = end > first + 2 && place::is_caret(self.lines.get(end - 1));
        if !is_pointed_at || end + 1 >= self.lines.len() {
            return None;
        }
        place::head(self.lines.get(end + 1))?;
        let number = self.reading.diagnostics.len() as u32;
        for _ in first..=end {
            self.push(Role::Excerpt(number));
        }
        Some(end + 1)
    }

    /// Whether a line is source code because the next one points at it.
    fn is_code_above_caret(&self, at: usize, line: &str) -> bool {
        place::is_caret(self.lines.get(at + 1)) && place::head(line).is_none()
    }

    /// Whether a line is `12 code` with `   ~~~` below it.
    fn is_numbered_code(&self, at: usize) -> bool {
        let line = self.lines.get(at);
        let number = line.bytes().take_while(u8::is_ascii_digit).count();
        let below = if at + 1 < self.lines.len() { self.lines.get(at + 1) } else { "" };
        number > 0 && line[number..].starts_with(' ') && place::is_caret(below)
    }

    /// Turns the lines before a diagnostic that say where it comes from into its owners, and says which file includes
    /// the one it is about.
    fn claim_owners(&mut self, first: usize, head: &Head<'_>) -> &'a str {
        let stem = head.file.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default();
        let mut via = "";
        for at in (first.saturating_sub(MOST_OWNERS)..first).rev() {
            if !matches!(self.reading.roles[at], Role::Plain | Role::Trouble) {
                break;
            }
            let line = self.lines.get(at);
            let trimmed = line.trim_start();
            let includes = trimmed.starts_with("In file included from ")
                || line.starts_with("        ") && trimmed.starts_with("from ");
            let names_file = head.file.is_empty() && !line.contains(' ') && line.contains(['.', '/', '\\']);
            let inside = line.ends_with(':') && (line.contains(": In ") || line.contains(": At "));
            let module = line.starts_with("***") && !stem.is_empty() && line.contains(stem);
            if !(includes || names_file || inside || module) {
                break;
            }
            if includes && via.is_empty() {
                via = trimmed.rsplit("from ").next().unwrap_or_default().trim_end_matches([',', ':']);
            }
            if names_file {
                self.file = line;
            }
            self.reading.roles[at] = Role::Owner;
        }
        via
    }
}

/// A hash of a message without what is quoted in it and without digits.
fn kind_of(message: &str) -> u64 {
    let mut hasher = FixedHasher::default();
    let mut closing = None;
    let mut from = 0;
    for (at, character) in message.char_indices() {
        match closing {
            Some(sign) if sign == character => {
                closing = None;
                from = at;
            }
            Some(_) => {}
            None => {
                closing = match character {
                    '‘' => Some('’'),
                    '“' => Some('”'),
                    '`' | '"' => Some(character),
                    // An apostrophe inside a word closes nothing.
                    '\'' if !message[..at].ends_with(|last: char| last.is_alphanumeric()) => Some('\''),
                    _ => None,
                };
                if closing.is_some() {
                    mix_without_digits(&mut hasher, &message[from..at]);
                    from = message.len();
                }
            }
        }
    }
    mix_without_digits(&mut hasher, &message[from..]);
    hasher.finish()
}

/// The words behind the signs that point at code: `|   ^^^ expected i32`.
fn label_of(line: &str) -> Option<&str> {
    let pointing = line.rfind(['^', '~'])?;
    if !place::is_gutter(line) || line[..pointing].bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let label = line[pointing + 1..].trim();
    label.starts_with(|first: char| first.is_alphabetic()).then_some(label)
}

/// Whether a detail says which lint it is and how to turn it off.
fn is_lint_note(trimmed: &str) -> bool {
    trimmed.starts_with("= note: `")
        || trimmed.starts_with("= help: to override")
        || trimmed.starts_with("= help: for further")
}
