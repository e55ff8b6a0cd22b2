//! What a document is made of: paragraphs by section, and headings by name.
//!
//! Owns the grouping of paragraphs into passages that can be read by themselves. It judges nothing.

use super::outline::{Outline, Role, Section};
use crate::compress::passage::{Noun, Passage, Passages, Symbol};

/// Bytes from which on a passage takes no further paragraph.
const ENOUGH: usize = 700;
/// Headings that a title names, the innermost ones.
const DEEPEST: usize = 3;
/// Bytes of a heading in a title.
const LONGEST_NAME: usize = 120;

/// The passages of a document, in order; a heading stands with what follows it.
pub(super) fn passages(outline: &Outline<'_>) -> Passages {
    let names = names(outline);
    let title = |section: usize| -> Option<Box<str>> {
        let title = full_name(&outline.sections, &names, section);
        (!title.is_empty()).then(|| title.into())
    };
    let mut list: Vec<Passage> = Vec::new();
    let mut before: Option<(usize, usize, Role)> = None;
    for piece in &outline.pieces {
        let line_start = outline.lines[piece.first_line].0;
        let line_end = outline.lines.get(piece.last_line + 1).map_or(outline.text.len(), |&(start, _)| start);
        let joins = before.is_some_and(|(section, block, role)| {
            let full = list.last().is_some_and(|last| (last.end - last.start) as usize >= ENOUGH);
            section == piece.section && (block == piece.block || role == Role::Heading || !full)
        });
        if let Some(passage) = list.last_mut().filter(|_| joins) {
            passage.end = passage.end.max(line_end as u32);
        } else {
            // Sentences of one line belong to the passage that has the line.
            let start = list.last().map_or(line_start, |passage| line_start.max(passage.end as usize));
            if start < line_end {
                let (start, end) = (start as u32, line_end as u32);
                list.push(Passage { start, end, title: title(piece.section) });
            }
        }
        before = Some((piece.section, piece.block, piece.role));
    }
    let noun = if outline.sections.len() > 2 { Noun::Section } else { Noun::Passage };
    Passages::new(noun, list).cut(outline.text)
}

/// The headings of a document, each with all that stands below it.
pub(super) fn symbols(outline: &Outline<'_>) -> Vec<Symbol> {
    let names = names(outline);
    let mut firsts = vec![None; outline.sections.len()];
    for piece in outline.pieces.iter().rev() {
        firsts[piece.section] = Some(piece.first_line);
    }
    // Backwards, so that a section ends where the next one begins that is not inside of it.
    let mut next_of_level: Vec<(usize, usize)> = Vec::new();
    let mut symbols = Vec::new();
    for (at, section) in outline.sections.iter().enumerate().rev() {
        let (Some(first), false) = (firsts[at], names[at].is_empty()) else { continue };
        while next_of_level.last().is_some_and(|&(level, _)| level > section.level()) {
            next_of_level.pop();
        }
        let end = next_of_level.last().map_or(outline.lines.len(), |&(_, first)| first);
        next_of_level.push((section.level(), first));
        symbols.push(Symbol { name: full_name(&outline.sections, &names, at), first, end });
    }
    symbols.reverse();
    symbols
}

/// What each section is called; empty where it has no heading.
fn names<'a>(outline: &Outline<'a>) -> Vec<&'a str> {
    let mut names = vec![""; outline.sections.len()];
    for piece in outline.pieces.iter().rev().filter(|piece| piece.role == Role::Heading) {
        let lines = outline.text_of(piece).lines();
        let marks = |c: char| c.is_whitespace() || matches!(c, '#' | '=' | '*' | '-' | '~' | '^' | '_' | '"');
        let name =
            lines.map(|line| line.trim_matches(marks)).find(|line| !line.is_empty()).unwrap_or_default();
        names[piece.section] = &name[..name.floor_char_boundary(LONGEST_NAME)];
    }
    names
}

/// `Installation > Linux`.
fn full_name(sections: &[Section], names: &[&str], section: usize) -> String {
    let up = std::iter::successors(Some(section), |&at| sections[at].parent);
    let mut path: Vec<&str> = up.map(|at| names[at]).filter(|name| !name.is_empty()).take(DEEPEST).collect();
    path.reverse();
    path.join(" > ")
}
