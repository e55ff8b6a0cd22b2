//! How a vocabulary lies in memory: one open-addressing table of eight-byte slots and the bytes they point to.
//!
//! Owns the hash and the bits of a slot, nothing else. The build script lays the table out with the very same
//! code, so that natively it is read-only data and loading it costs nothing.
//!
//! A slot is zero when it is empty; else, from the low bit up: the token's rank (18 bits), its length (8 bits),
//! where its bytes start (22 bits) and 16 bits of its hash, which spare most comparisons of bytes.

/// The longest token of the vocabularies known here, in bytes; the packer checks it.
pub(crate) const LONGEST_TOKEN: usize = 128;

const RANK_BITS: u32 = 18;
const LENGTH_BITS: u32 = 8;
const START_BITS: u32 = 22;
const PRINT_SHIFT: u32 = RANK_BITS + LENGTH_BITS + START_BITS;

/// What identifies a slot's token without looking at its bytes: length and fingerprint.
const IDENTITY: u64 = (((1 << LENGTH_BITS) - 1) << RANK_BITS) | (u64::MAX << PRINT_SHIFT);

/// A piece of text as it is looked up: its first and last eight bytes in registers, and its hash.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    /// The first eight bytes, zero-padded.
    pub(crate) head: u64,
    /// The last eight bytes of a piece longer than eight, else zero.
    pub(crate) tail: u64,
    /// The length in bytes.
    pub(crate) length: usize,
    /// Well-mixed in its high bits.
    pub(crate) hash: u64,
}

/// Eight bytes from `at`, as a little-endian word; zeros stand for what lies past the end.
#[inline]
pub(crate) fn word(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(chunk) = rest.first_chunk::<8>() {
        return u64::from_le_bytes(*chunk);
    }
    rest.iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte))
}

/// Keeps the first `length` bytes of a word.
#[inline]
fn first_bytes(word: u64, length: usize) -> u64 {
    if length >= 8 { word } else { word & ((1 << (8 * length)) - 1) }
}

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
}

impl Key {
    /// The key of `text[start..end]`.
    #[inline]
    pub(crate) fn new(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        let (head, tail) = if length <= 8 {
            (first_bytes(word(text, start), length), 0)
        } else {
            (word(text, start), word(text, end - 8))
        };
        let mut hash = mix(length as u64, head);
        if length > 8 {
            let mut at = start + 8;
            while at + 8 < end {
                hash = mix(hash, word(text, at));
                at += 8;
            }
            hash = mix(hash, tail);
        }
        hash = (hash ^ (hash >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        Self { head, tail, length, hash }
    }

    /// The bits a slot must have for its bytes to be worth comparing.
    #[inline]
    pub(crate) fn identity(&self) -> u64 {
        ((self.length as u64) << RANK_BITS) | (self.hash << PRINT_SHIFT)
    }
}

/// Whether `slot` may hold the piece with this [`Key::identity`].
#[inline]
pub(crate) fn may_hold(slot: u64, identity: u64) -> bool {
    (slot ^ identity) & IDENTITY == 0
}

/// The rank of a slot's token.
#[inline]
pub(crate) fn rank(slot: u64) -> u32 {
    (slot & ((1 << RANK_BITS) - 1)) as u32
}

/// Where the bytes of a slot's token start.
#[inline]
pub(crate) fn start(slot: u64) -> usize {
    ((slot >> (RANK_BITS + LENGTH_BITS)) & ((1 << START_BITS) - 1)) as usize
}

/// The slot of a token, or `None` when a field does not fit.
pub(crate) fn slot(key: &Key, rank: usize, start: usize) -> Option<u64> {
    let fits = rank < 1 << RANK_BITS && (1..=LONGEST_TOKEN).contains(&key.length) && start < 1 << START_BITS;
    fits.then(|| key.identity() | rank as u64 | ((start as u64) << (RANK_BITS + LENGTH_BITS)))
}
