//! What `rg --json` prints: messages a line each, which begin a file, give its lines and end it.
//!
//! Owns reading these messages and both ways to write them by file: without loss, with the offsets and figures that only
//! programs read, and as plain hits without them. A message that is not spelled as ripgrep spells it stays as it is.
//!
//! ```text
//! #rg --json: file, below it its lines: number@offset, "4-7" where it matches, text; "=…": nanoseconds, bytes searched, bytes printed
//! src/cli.rs
//! 12@345 4-10 use crate::config;
//! 13@364 use crate::other;
//! =35200,7178,212
//! ```

mod decode;
mod message;

use super::rows::{self, Hit, Layout, Mark, Row};
pub(super) use decode::decode;
use message::{End, Line, Message};
use std::borrow::Cow;
use std::fmt::Write as _;

/// How every text in this notation begins.
pub(super) const OPENING: &str = "#rg --json: ";
const LEGEND: &str = "file, below it its lines: number@offset, \"4-7\" where it matches, text; \"=…\": nanoseconds, bytes searched, bytes printed";
/// How the last message begins, in which the keys stand in another order.
const SUMMARY: &str = "{\"data\":{\"elapsed_total\"";
/// Messages that an output has at least.
const LEAST_MESSAGES: usize = 3;

/// An output of `rg --json`.
#[derive(Debug)]
pub(super) struct Output<'a> {
    /// A message for each line, in order.
    messages: Vec<Message<'a>>,
    /// Whether the last line ends.
    ends: bool,
}

/// Whether a line looks like one of these messages.
pub(super) fn is_message(line: &str) -> bool {
    ["begin", "match", "context", "end", "summary"].iter().any(|kind| {
        line.strip_prefix("{\"type\":\"")
            .and_then(|rest| rest.strip_prefix(kind))
            .is_some_and(|rest| rest.starts_with("\",\"data\":{"))
    })
}

impl<'a> Output<'a> {
    /// Reads an output; `None` where it is none.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let body = text.strip_suffix('\n').unwrap_or(text);
        if !is_message(body.split('\n').next()?) {
            return None;
        }
        let messages: Vec<Message<'a>> = body.split('\n').map(Message::read).collect();
        let others = messages.iter().filter(|message| matches!(message, Message::Other(_))).count();
        let are_known = others * 2 < messages.len();
        (messages.len() >= LEAST_MESSAGES && are_known)
            .then_some(Self { messages, ends: body.len() < text.len() })
    }

    /// The whole output by file; it has to be read back before it is believed.
    pub(super) fn written(&self) -> String {
        let mut out = OPENING.to_owned();
        out.push_str(LEGEND);
        let mut file: Option<&str> = None;
        // Lines that match, and matches, of this file as far as they are written short: the figures of its end.
        let mut counts = (0, 0);
        for message in &self.messages {
            out.push('\n');
            match message {
                Message::Begin(path) => {
                    (file, counts) = (Some(&**path), (0, 0));
                    out.push_str(path);
                }
                Message::Line(line) if file == Some(&*line.path) => {
                    counts.0 += u64::from(!line.matches.is_empty());
                    counts.1 += line.matches.len() as u64;
                    write_line(&mut out, line);
                }
                Message::End(end) if file == Some(&*end.path) && end.counts == counts => {
                    file = None;
                    let _ = write!(out, "={},{},{}", end.nanoseconds, end.searched, end.printed);
                }
                Message::Line(Line { raw, .. }) | Message::End(End { raw, .. }) | Message::Other(raw) => {
                    out.push_str("> ");
                    out.push_str(raw);
                }
            }
        }
        if self.ends {
            out.push('\n');
        }
        out
    }

    /// The hits as those of any search, a row for each message: what begins and ends a file follows from them.
    pub(super) fn hits(&self) -> rows::Output<'_> {
        let rows = self.messages.iter().map(|message| match message {
            Message::Line(line) => Row::Hit(Hit {
                path: &line.path,
                line: u32::try_from(line.number).unwrap_or(0),
                column: 0,
                mark: if line.matches.is_empty() { Mark::Context } else { Mark::Match },
                text: &line.text,
            }),
            Message::Begin(_) | Message::End(_) => Row::Heading,
            Message::Other(raw) if is_message(raw) || raw.starts_with(SUMMARY) => Row::Heading,
            Message::Other(raw) => Row::Other(raw),
        });
        rows::Output { layout: Layout::Inline, columns: false, rows: rows.collect(), ends: true }
    }
}

fn write_line(out: &mut String, line: &Line<'_>) {
    let _ = write!(out, "{}@{} ", line.number, line.offset);
    for (at, &(start, end)) in line.matches.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(out, "{comma}{start}-{end}");
    }
    if !line.matches.is_empty() {
        out.push(' ');
    } else if matches_follow(&line.text) {
        // A line of context that begins as matches are written.
        out.push('|');
    }
    out.push_str(&line.text);
}

/// Whether a text begins like the places of matches: `4-7 `, `4-7,9-12 `.
fn matches_follow(text: &str) -> bool {
    text.starts_with('|') || text.starts_with(|first: char| first.is_ascii_digit())
}

/// JSON's spelling of a string, as serde writes it.
fn spelled(text: &str) -> Cow<'_, str> {
    serde_json::to_string(text).map_or(Cow::Borrowed(""), Cow::Owned)
}

#[cfg(test)]
mod tests;
