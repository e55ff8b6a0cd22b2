//! What stays.
//!
//! Owns the choice among ranked parts and the parts that only repeat others. It knows nothing of questions.

use super::outline::{Outline, Role};
use super::rank::Ranking;
use crate::hash::{FixedHasher, FixedMap};
use std::hash::Hasher as _;

/// Bytes between kept parts that are worth leaving out: inside of a paragraph, and as whole lines.
const LEAST_GAP: usize = 40;
const LEAST_LINES_GAP: usize = 90;
/// Share of what is no outline that stays at least.
const LEAST_SHARE_OF_REST: f64 = 0.27;
/// Letters and digits of a part that is worth looking for again.
const LEAST_REPEAT: usize = 40;

/// Which parts say what a part before them says, letter by letter. A short part does where it follows one that does, as
/// the one that it repeats did.
pub(super) fn repeats(outline: &Outline<'_>) -> Vec<bool> {
    let mut seen: FixedMap<u64, usize> = FixedMap::default();
    let letters = |at: usize| {
        let text = outline.text_of(&outline.pieces[at]);
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    };
    let mut repeated: Option<usize> = None;
    let mut repeats = Vec::with_capacity(outline.pieces.len());
    for (at, piece) in outline.pieces.iter().enumerate() {
        let follows = repeated.map(|before| before + 1);
        repeated = None;
        if !matches!(piece.role, Role::Heading | Role::Frame) {
            let (hash, length) = hash_of_letters(outline.text_of(piece));
            let known = seen.get(&hash).copied().filter(|_| length >= LEAST_REPEAT).or(follows);
            repeated = known.filter(|&known| known < at && letters(known).eq(letters(at)));
            if length >= LEAST_REPEAT && repeated.is_none() {
                seen.entry(hash).or_insert(at);
            }
        } else if follows
            .is_some_and(|known| outline.text_of(&outline.pieces[known]) == outline.text_of(piece))
        {
            // A heading stays, but what is below it may go on to repeat.
            repeated = follows;
        }
        repeats.push(repeated.is_some() && piece.role != Role::Heading);
    }
    repeats
}

/// A hash of the letters and digits of a text in lower case, and how many there are.
fn hash_of_letters(text: &str) -> (u64, usize) {
    let mut hasher = FixedHasher::default();
    let (mut bytes, mut filled, mut length) = (0_u64, 0, 0);
    let mut push = |byte: u8| {
        bytes = bytes << 8 | u64::from(byte);
        filled += 1;
        if filled % 8 == 0 {
            hasher.write_u64(bytes);
        }
    };
    let mut rest = text;
    while let Some(&byte) = rest.as_bytes().first() {
        if byte.is_ascii() {
            if byte.is_ascii_alphanumeric() {
                push(byte.to_ascii_lowercase());
                length += 1;
            }
            rest = &rest[1..];
            continue;
        }
        let letter = rest.chars().next().unwrap_or_default();
        rest = &rest[letter.len_utf8()..];
        let mut buffer = [0; 4];
        for lower in
            Some(letter).filter(|letter| letter.is_alphanumeric()).into_iter().flat_map(char::to_lowercase)
        {
            lower.encode_utf8(&mut buffer).bytes().for_each(&mut push);
            length += 1;
        }
    }
    hasher.write_u64(bytes);
    (hasher.finish(), length)
}

/// Everything but some parts.
pub(super) fn all_but(outline: &Outline<'_>, left_out: &[bool]) -> Vec<bool> {
    let mut keep: Vec<bool> = left_out.iter().map(|left_out| !left_out).collect();
    finish(outline, &mut keep);
    keep
}

/// The best parts, so many that they make up a share of the text, and the outline.
pub(super) fn select(outline: &Outline<'_>, ranking: &Ranking, repeats: &[bool], share: f64) -> Vec<bool> {
    let pieces = &outline.pieces;
    let size = |at: usize| pieces[at].end - pieces[at].start;
    let whole: usize = (0..pieces.len()).map(size).sum();
    let mut room = whole as f64 * share;
    let mut keep = vec![false; pieces.len()];
    let mut order = Vec::new();
    for at in 0..pieces.len() {
        if is_outline(outline, at) {
            keep[at] = true;
            room -= size(at) as f64;
        } else if !repeats[at] && pieces[at].role != Role::Frame {
            order.push(at);
        }
    }
    // Where the outline takes up most of the room there still has to be some for what is asked for.
    let rest: usize = order.iter().map(|&at| size(at)).sum();
    room = room.max(rest as f64 * LEAST_SHARE_OF_REST);
    order.sort_by(|&a, &b| ranking.scores[b].total_cmp(&ranking.scores[a]).then(a.cmp(&b)));
    for at in order {
        if room <= 0.0 {
            break;
        }
        keep[at] = true;
        room -= size(at) as f64;
    }
    finish(outline, &mut keep);
    keep
}

/// Headings, and the first sentence of each passage.
fn is_outline(outline: &Outline<'_>, at: usize) -> bool {
    let piece = &outline.pieces[at];
    let first_below = || match at.checked_sub(1).map(|before| &outline.pieces[before]) {
        Some(before) => before.section != piece.section || before.role == Role::Heading,
        None => true,
    };
    piece.role == Role::Heading || outline.sections[piece.section].is_passage && first_below()
}

/// Closes gaps that are not worth their mark, and keeps the frame of what is kept.
fn finish(outline: &Outline<'_>, keep: &mut [bool]) {
    let pieces = &outline.pieces;
    let mut at = 0;
    while at < keep.len() {
        let end = (at..keep.len()).find(|&next| keep[next]).unwrap_or(keep.len());
        if end > at {
            let inside = at > 0 && pieces[at - 1].block == pieces[end - 1].block;
            let bytes = pieces[end - 1].end - pieces[at].start;
            if bytes < if inside { LEAST_GAP } else { LEAST_LINES_GAP } {
                keep[at..end].fill(true);
            }
        }
        at = end + 1;
    }
    let mut start = 0;
    for block in pieces.chunk_by(|a, b| a.block == b.block) {
        let range = start..start + block.len();
        let some = range.clone().any(|at| keep[at] && pieces[at].role != Role::Frame);
        for at in range.clone().filter(|&at| pieces[at].role == Role::Frame) {
            keep[at] = some;
        }
        start = range.end;
    }
}
