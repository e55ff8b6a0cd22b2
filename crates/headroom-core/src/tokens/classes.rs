//! The Unicode general categories that splitting depends on, as one bit each.
//!
//! Owns the table; it does not know what is done with a class. `assets/classes.bin` is made by the
//! `pack_vocabulary` example from the tables of `regex-syntax`, so that it agrees with tiktoken.

/// Neither white space, letter, mark nor number: punctuation, symbols, controls, what is not assigned.
pub(super) const OTHER: u8 = 1;
/// White space other than [`NEWLINE`].
pub(super) const SPACE: u8 = 2;
/// `\r` and `\n`.
pub(super) const NEWLINE: u8 = 4;
/// Lower-case letters (Ll).
pub(super) const LOWER: u8 = 8;
/// Upper-case and title-case letters (Lu, Lt).
pub(super) const UPPER: u8 = 16;
/// Letters without case (Lm, Lo).
pub(super) const CASELESS: u8 = 32;
/// Combining marks (M).
pub(super) const MARK: u8 = 64;
/// Numbers (N).
pub(super) const NUMBER: u8 = 128;
/// Letters (L).
pub(super) const LETTER: u8 = LOWER | UPPER | CASELESS;

/// A block number for each 128 code points, then the blocks, a class a byte.
static TABLE: &[u8] = include_bytes!("../../assets/classes.bin");
const BLOCK: usize = 128;
const BLOCKS: usize = 0x11_0000 / BLOCK;

/// The class of each byte below 0x80; zero stands for the bytes of longer characters.
pub(super) static ASCII: [u8; 256] = {
    let mut classes = [0; 256];
    let block = TABLE[0] as usize;
    let mut byte = 0;
    while byte < BLOCK {
        classes[byte] = TABLE[BLOCKS + block * BLOCK + byte];
        byte += 1;
    }
    classes
};

/// The class of the character that starts at `at`, and where it ends. `(0, at)` at the end of the text.
#[inline]
pub(super) fn class_at(text: &[u8], at: usize) -> (u8, usize) {
    let Some(&first) = text.get(at) else { return (0, at) };
    if first < 0x80 { (ASCII[usize::from(first)], at + 1) } else { class_of_long(text, at, first) }
}

fn class_of_long(text: &[u8], at: usize, first: u8) -> (u8, usize) {
    let more = |offset: usize| text.get(at + offset).map_or(0, |&byte| usize::from(byte & 0x3F));
    let first = usize::from(first);
    let (point, length) = if first < 0xE0 {
        ((first & 0x1F) << 6 | more(1), 2)
    } else if first < 0xF0 {
        ((first & 0x0F) << 12 | more(1) << 6 | more(2), 3)
    } else {
        ((first & 0x07) << 18 | more(1) << 12 | more(2) << 6 | more(3), 4)
    };
    let block = TABLE.get(point / BLOCK).map_or(0, |&block| usize::from(block));
    (TABLE[BLOCKS + block * BLOCK + point % BLOCK], (at + length).min(text.len()))
}
