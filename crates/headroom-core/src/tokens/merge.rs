//! Counts the tokens of a piece that is not itself a token, by byte-pair encoding.
//!
//! Owns the merges and the memory of their results; it does not split text. Always the pair with the lowest rank
//! merges, the leftmost among equals, as in tiktoken.

use std::cell::RefCell;

use super::layout::{self, Key};
use super::vocabulary::Vocabulary;

/// A piece longer than this many bytes is encoded window by window. Within a window the search for the best pair
/// is linear, which is faster than a heap at this size.
const WINDOW: usize = 128;
/// How many tokens at the end of a window are tried as the place where the next one starts.
const JOINS: usize = 32;
/// Pieces up to this many bytes are remembered.
const REMEMBERED: usize = 32;
/// Results each thread remembers; a power of two. 48 bytes each.
const MEMORY: usize = 4096;

/// The tokens of `text[start..end]`, or `None` when there are more than `limit`.
pub(super) fn count(
    vocabulary: &Vocabulary,
    text: &[u8],
    start: usize,
    end: usize,
    limit: usize,
) -> Option<usize> {
    let length = end - start;
    if length > WINDOW {
        return count_windows(vocabulary, &text[start..end], limit);
    }
    MEMORY_OF_THREAD.with_borrow_mut(|Memory { results, scratch }| {
        if length > REMEMBERED {
            return Some(encode(vocabulary, &text[start..end], scratch).len());
        }
        let key = Key::new(text, start, end);
        let middle =
            if length > 16 { [layout::word(text, start + 8), layout::word(text, end - 16)] } else { [0, 0] };
        let known = Remembered {
            words: [key.head, middle[0], middle[1], key.tail],
            length: length as u32,
            vocabulary: vocabulary.pattern as u32 + 1,
            count: 0,
        };
        if results.is_empty() {
            results.resize(MEMORY, Remembered::default());
        }
        let entry = &mut results[(key.hash >> 20) as usize & (MEMORY - 1)];
        if (entry.words, entry.length, entry.vocabulary) != (known.words, known.length, known.vocabulary) {
            *entry = Remembered { count: encode(vocabulary, &text[start..end], scratch).len(), ..known };
        }
        Some(entry.count)
    })
}

/// What a piece came to. Up to 32 bytes, four overlapping words and the length determine the piece.
#[derive(Clone, Copy, Default)]
struct Remembered {
    words: [u64; 4],
    length: u32,
    /// Zero where nothing is remembered yet.
    vocabulary: u32,
    count: usize,
}

/// Room for the parts of one piece, kept from piece to piece.
#[derive(Default)]
struct Scratch {
    /// `ends[i]` is where part i ends.
    ends: Vec<usize>,
    /// `pairs[i]` is the rank of part i joined with part i + 1.
    pairs: Vec<u32>,
}

struct Memory {
    results: Vec<Remembered>,
    scratch: Scratch,
}

thread_local! {
    static MEMORY_OF_THREAD: RefCell<Memory> =
        const { RefCell::new(Memory { results: Vec::new(), scratch: Scratch { ends: Vec::new(), pairs: Vec::new() } }) };
}

/// The ends of the tokens of `piece`.
fn encode<'a>(vocabulary: &Vocabulary, piece: &[u8], scratch: &'a mut Scratch) -> &'a [usize] {
    const NONE: u32 = u32::MAX;
    let rank = |start: usize, end: usize| vocabulary.rank(piece, start, end).unwrap_or(NONE);
    let Scratch { ends, pairs } = scratch;
    ends.clear();
    ends.extend(1..=piece.len());
    pairs.clear();
    pairs.extend((1..piece.len()).map(|at| rank(at - 1, at + 1)));
    loop {
        let mut best = NONE;
        let mut at = 0;
        for (index, &pair) in pairs.iter().enumerate() {
            if pair < best {
                (best, at) = (pair, index);
            }
        }
        if best == NONE {
            return ends;
        }
        ends.remove(at);
        pairs.remove(at);
        let start = if at == 0 { 0 } else { ends[at - 1] };
        if at < pairs.len() {
            pairs[at] = rank(start, ends[at + 1]);
        }
        if at > 0 {
            pairs[at - 1] = rank(if at == 1 { 0 } else { ends[at - 2] }, ends[at]);
        }
    }
}

/// Counts a long piece in windows, in time and memory that do not grow faster than the piece.
///
/// A sequence of tokens is the encoding of its bytes if and only if each two neighbours are the encoding of
/// *their* bytes (were there a merge across some boundary in the whole, the first such merge would happen in
/// these two as well, for until then nothing else reaches them). So two encodings may be joined wherever the
/// tokens on both sides of the joint pass that test.
fn count_windows(vocabulary: &Vocabulary, piece: &[u8], limit: usize) -> Option<usize> {
    let mut window = WINDOW;
    loop {
        match count_joined(vocabulary, piece, window, limit) {
            Joined::Count(count) => return Some(count),
            Joined::OverLimit => return None,
            // The end of a window can change tokens far before it only through a chain of ever lower ranks, so a
            // few doublings suffice.
            Joined::NoJoint => window *= 2,
        }
    }
}

enum Joined {
    Count(usize),
    OverLimit,
    NoJoint,
}

fn count_joined(vocabulary: &Vocabulary, piece: &[u8], window: usize, limit: usize) -> Joined {
    let mut scratch = Scratch::default();
    let encode_from = |start: usize, scratch: &mut Scratch| -> Vec<usize> {
        let ends = encode(vocabulary, &piece[start..piece.len().min(start + window)], scratch);
        ends.iter().map(|end| start + end).collect()
    };
    let mut start = 0;
    let mut ends = encode_from(0, &mut scratch);
    let mut count = 0;
    while ends.last().is_some_and(|&end| end < piece.len()) {
        let joint = (1..ends.len()).rev().take(JOINS).find_map(|kept| {
            let next = encode_from(ends[kept - 1], &mut scratch);
            let before = if kept == 1 { start } else { ends[kept - 2] };
            let both = encode(vocabulary, &piece[before..next[0]], &mut scratch);
            (both == [ends[kept - 1] - before, next[0] - before]).then_some((kept, next))
        });
        let Some((kept, next)) = joint else { return Joined::NoJoint };
        // Where the bytes repeat, so do the tokens and the joint: long runs are compared, not encoded.
        let advance = ends[kept - 1] - start;
        let seen = &piece[start..piece.len().min(start + advance + window)];
        let mut skipped = 0;
        loop {
            count += kept;
            start += advance;
            if count > limit {
                return Joined::OverLimit;
            }
            if piece.get(start..start + advance + window) != Some(seen) {
                break;
            }
            skipped += advance;
        }
        ends = next.into_iter().map(|end| end + skipped).collect();
    }
    Joined::Count(count + ends.len())
}
