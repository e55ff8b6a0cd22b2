//! Writing what stays, with marks for what does not.
//!
//! Owns the marks and the omissions. It chooses nothing.

use super::outline::{Outline, Piece, Role};
use crate::compress::{Candidate, Omission, Unit};
use std::fmt::Write as _;

/// The text of the kept parts; `None` if that is all of them.
pub(super) fn candidate(
    outline: &Outline<'_>,
    keep: &[bool],
    repeats: &[bool],
    first_line: usize,
    method: &'static str,
    last_resort: bool,
) -> Option<Candidate> {
    let pieces = &outline.pieces;
    let text = outline.text;
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut lines: Vec<(usize, usize)> = Vec::new();
    let mut sentences = 0;
    let mut cut_lines = false;
    let mut at = 0;
    while at < keep.len() {
        if keep[at] {
            at += 1;
            continue;
        }
        let end = (at..keep.len()).find(|&next| keep[next]).unwrap_or(keep.len());
        let (first, last) = (&pieces[at], &pieces[end - 1]);
        sentences += pieces[at..end].iter().filter(|piece| piece.role == Role::Sentence).count();
        out.push_str(text[copied..first.start].trim_end());
        let are_known = repeats[at..end].iter().all(|repeats| *repeats);
        copied = if is_inside(pieces, at, end) {
            let goes_on = pieces.get(end).is_some_and(|next| next.block == last.block);
            let comes_after = at > 0 && pieces[at - 1].block == first.block;
            if !comes_after && !out.is_empty() {
                out.push_str(&text[out_end(text, first.start)..first.start]);
            }
            out.push_str(if comes_after { " …" } else { "…" });
            if are_known {
                out.push_str(" (said above)");
            }
            if goes_on {
                out.push(' ');
            }
            if goes_on { pieces[end].start } else { last.end }
        } else {
            let separator = if out.is_empty() { "" } else { "\n" };
            let (from, to) = (first.first_line + first_line, last.last_line + first_line);
            let _ = if from == to {
                write!(out, "{separator}… line {from}")
            } else {
                write!(out, "{separator}… lines {from}-{to}")
            };
            out.push_str(if are_known { ", said above\n" } else { "\n" });
            pieces.get(end).map_or(text.len(), |next| next.start)
        };
        let whole = whole_lines(outline, first, last);
        cut_lines |= whole != (first.first_line, last.last_line + 1);
        if whole.0 < whole.1 {
            lines.push((whole.0 + first_line, whole.1 - 1 + first_line));
        }
        at = end;
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&text[copied..]);
    Some(Candidate {
        text: out,
        method,
        omissions: omissions(outline, lines, sentences, cut_lines),
        last_resort,
    })
}

/// Whether the parts from `at` to `end` are of one paragraph of which something is kept.
fn is_inside(pieces: &[Piece], at: usize, end: usize) -> bool {
    let block = pieces[at].block;
    let of_block = |piece: Option<&Piece>| piece.is_some_and(|piece| piece.block == block);
    pieces[at].role == Role::Sentence
        && pieces[end - 1].block == block
        && (of_block(at.checked_sub(1).map(|before| &pieces[before])) || of_block(pieces.get(end)))
}

/// Where the text before a place ends, without the space between.
fn out_end(text: &str, at: usize) -> usize {
    text[..at].trim_end().len()
}

/// The lines of which nothing is left when some parts are left out: the first, and the one after the last.
fn whole_lines(outline: &Outline<'_>, first: &Piece, last: &Piece) -> (usize, usize) {
    let (line_start, _) = outline.lines[first.first_line];
    let (_, line_end) = outline.lines[last.last_line];
    let from = first.first_line + usize::from(!outline.text[line_start..first.start].trim().is_empty());
    let to = last.last_line + usize::from(last.end >= line_end);
    (from, to.max(from))
}

fn omissions(
    outline: &Outline<'_>,
    lines: Vec<(usize, usize)>,
    sentences: usize,
    cut_lines: bool,
) -> Vec<Omission> {
    let mut omissions = Vec::new();
    if !lines.is_empty() {
        let count = lines.iter().map(|(first, last)| last - first + 1).sum();
        omissions.push(Omission {
            unit: Unit::Lines,
            count,
            total: outline.lines.len(),
            ranges: lines,
            path: None,
        });
    }
    if cut_lines {
        let total = outline.pieces.iter().filter(|piece| piece.role == Role::Sentence).count();
        omissions.push(Omission {
            unit: Unit::Sentences,
            count: sentences,
            total,
            ranges: Vec::new(),
            path: None,
        });
    }
    omissions
}
