//! References: the line that stands for lines given elsewhere in the conversation.
//!
//! Owns the wording and its reading.
//!
//! ```text
//! [= read(src/a.ts) #2 lines 10-338: "export class The…"]
//! [= same lines 340-351]                                                 as the reference before it in this text
//! [= read(src/a.ts) #2 lines 400-410]                                     quoted from before in this text
//! [= read(src/a.ts) #2 lines 10-338, here 45-: "export class The…"]       the numbers are others here
//! [= your write(src/a.ts) content lines 1-80, here `     1→`-: "…"]         numbered here in a way of its own
//! [= read(src/a.ts) lines 10-338, here unnumbered: "…"]
//! [= read(src/a.ts) lines 2-5 after the numbered: "<note>"]               where a tool adds lines without numbers
//! [these 338 lines: all of read(src/a.ts) #2]
//! ```

use super::lines::{Numbered, Style};
use std::fmt::Write as _;

const RUN: &str = "[= ";
/// In the place of the label that the reference before has.
const SAME: &str = "same";
const WHOLE: &str = "[these ";
const ALL_OF: &str = " lines: all of ";
const LINES: &str = " lines ";
const HERE: &str = ", here ";
const UNNUMBERED: &str = "unnumbered";
/// The mark that encloses a prefix given literally.
const QUOTED: char = '`';
const AFTER: &str = " after the numbered";

/// By what a line of a source goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Address {
    /// Its number, or its place where no line has a number.
    Number(u32),
    /// Its place among the lines after the last numbered one.
    After(u32),
}

/// How the lines of a reference are numbered where the reference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Here {
    /// As in the source.
    Same,
    /// In the source's style, from this number on.
    From(u32),
    /// In this style, from this number on.
    Styled(Numbered),
    /// Not at all, though the source's are.
    Unnumbered,
}

impl Here {
    /// What a further reference to the same source says of its numbers, after one whose lines were numbered as `before`; `None`
    /// where it cannot be said.
    pub(super) fn said_after(self, before: Self) -> Option<Self> {
        match (before, self) {
            (Self::Unnumbered, Self::Unnumbered) => Some(Self::Same),
            (Self::Styled(before), Self::Styled(here)) if before.style == here.style => {
                Some(Self::From(here.number))
            }
            (Self::Unnumbered, _) | (Self::Styled(_), Self::From(_)) => None,
            _ => Some(self),
        }
    }

    /// How lines are numbered of which a further reference to the same source says this, after one whose lines were numbered as
    /// `before`.
    pub(super) fn after(self, before: Self) -> Self {
        match (before, self) {
            (Self::Unnumbered, Self::Same) => Self::Unnumbered,
            (Self::Styled(before), Self::From(number)) => Self::Styled(Numbered { number, ..before }),
            _ => self,
        }
    }
}

/// What a line that is read as a reference says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference<'t> {
    /// Lines of a source by its own numbers: where they begin, how many more there are. Without a label it is the source of
    /// the reference before.
    Run { label: Option<&'t str>, first: Address, more: u32, here: Here },
    /// All of a source.
    Whole { label: &'t str },
}

/// Whether a line begins like a reference, ours or not.
pub(super) fn begins(line: &str) -> bool {
    line.starts_with(RUN) || line.starts_with(WHOLE)
}

/// Writes the reference to a run of lines: of which source (`None` for that of the reference before), where it begins, and how
/// many more there are; `quote` is how it begins.
pub(super) fn run(label: Option<&str>, first: Address, more: u32, here: Here, quote: Option<&str>) -> String {
    let label = label.unwrap_or(SAME);
    let (number, after) = match first {
        Address::Number(number) => (number, ""),
        Address::After(number) => (number, AFTER),
    };
    let mut out = format!("{RUN}{label}{LINES}{number}-{}{after}", number.saturating_add(more));
    match here {
        Here::Same => {}
        Here::From(number) => {
            let _ = write!(out, "{HERE}{number}-");
        }
        Here::Styled(Numbered { number, style }) => {
            out.push_str(HERE);
            out.push(QUOTED);
            style.write(&mut out, number);
            out.push(QUOTED);
            out.push('-');
        }
        Here::Unnumbered => {
            let _ = write!(out, "{HERE}{UNNUMBERED}");
        }
    }
    if let Some(quote) = quote {
        let _ = write!(out, ": \"{quote}\"");
    }
    out.push(']');
    out
}

/// Writes the reference to all of a source.
pub(super) fn whole(label: &str, lines: usize) -> String {
    format!("{WHOLE}{lines}{ALL_OF}{label}]")
}

/// Reads a reference, given whether a label is known.
pub(super) fn read(line: &str, is_label: impl Fn(&str) -> bool) -> Option<Reference<'_>> {
    let inside = line.strip_suffix(']')?;
    if let Some(rest) = inside.strip_prefix(WHOLE) {
        let (lines, label) = rest.split_once(ALL_OF)?;
        lines.parse::<u32>().ok()?;
        return is_label(label).then_some(Reference::Whole { label });
    }
    let rest = inside.strip_prefix(RUN)?;
    // A label may hold the word `lines` itself.
    rest.match_indices(LINES).find_map(|(at, _)| {
        let label = Some(&rest[..at]).filter(|&label| label != SAME);
        if label.is_some_and(|label| !is_label(label)) {
            return None;
        }
        let (first, rest) = number(&rest[at + LINES.len()..])?;
        let (last, rest) = number(rest.strip_prefix('-')?)?;
        let more = last.checked_sub(first)?;
        let (first, rest) = match rest.strip_prefix(AFTER) {
            Some(rest) => (Address::After(first), rest),
            None => (Address::Number(first), rest),
        };
        let (here, rest) = here(rest)?;
        (rest.is_empty() || rest.starts_with(": \"")).then_some(Reference::Run { label, first, more, here })
    })
}

fn here(rest: &str) -> Option<(Here, &str)> {
    let Some(rest) = rest.strip_prefix(HERE) else { return Some((Here::Same, rest)) };
    if let Some(rest) = rest.strip_prefix(UNNUMBERED) {
        return Some((Here::Unnumbered, rest));
    }
    if let Some(rest) = rest.strip_prefix(QUOTED) {
        let (number, style, length) = Style::read(rest)?;
        let rest = rest[length..].strip_prefix(QUOTED)?.strip_prefix('-')?;
        return Some((Here::Styled(Numbered { number, style }), rest));
    }
    let (number, rest) = number(rest)?;
    Some((Here::From(number), rest.strip_prefix('-')?))
}

fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let (number, style, _) = Style::read("    12→").expect("a prefix");
        let label = "bash(count lines 1-2 of a) #2";
        for here in [Here::Same, Here::From(7), Here::Styled(Numbered { number, style }), Here::Unnumbered] {
            for first in [Address::Number(10), Address::After(3)] {
                for (label, quote) in
                    [(Some(label), Some("it's \"quoted\", here 5-")), (Some(label), None), (None, None)]
                {
                    let line = run(label, first, 328, here, quote);
                    let read = read(&line, |known| Some(known) == label);
                    assert_eq!(read, Some(Reference::Run { label, first, more: 328, here }), "{line}");
                }
            }
        }
        assert_eq!(read(&whole(label, 3), |known| known == label), Some(Reference::Whole { label }));
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for line in [
            "[= a lines 1-2 ]",
            "[= same lines 2-1]",
            "[= a lines 1-: \"x\"]",
            "[these x lines: all of a]",
            "[= a lines 1-2: \"x\"",
            "[= b lines 1-2: \"x\"]",
        ] {
            assert_eq!(read(line, |known| known == "a"), None, "{line}");
        }
    }
}
