//! The compressed form in which a vocabulary ships, and its expansion into a table.
//!
//! Owns the format only; it does not know which vocabularies there are. Byte-pair encoding builds each token of
//! two earlier ones, so a vocabulary in rank order *is* a list of pairs of ranks. The pairs lie in six planes (low,
//! middle and high byte of all left ranks, then of all right ranks), because a plane of high bytes deflates to
//! almost nothing, and the whole is one raw deflate stream:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | the number of tokens, little-endian |
//! | 256 | the bytes that the first 256 ranks stand for |
//! | 6 × (tokens - 256) | the planes |

use super::layout::{self, Key};

/// A vocabulary laid out for look-up, as [`layout`] describes.
pub(crate) struct Table {
    /// A power of two of eight-byte slots, little-endian.
    pub(crate) slots: Vec<[u8; 8]>,
    /// The bytes the slots point to. A token that is part of another one shares its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// The ranks that merge into each token from the 257th on.
struct Pairs<'a> {
    planes: &'a [u8],
    count: usize,
}

impl Pairs<'_> {
    fn get(&self, index: usize) -> (usize, usize) {
        let part = |plane: usize| usize::from(self.planes[plane * self.count + index]);
        let rank = |side: usize| part(side) | part(side + 1) << 8 | part(side + 2) << 16;
        (rank(0), rank(3))
    }
}

/// Lays out the vocabulary in `asset`; `None` when it is not a vocabulary.
pub(crate) fn expand(asset: &[u8]) -> Option<Table> {
    let raw = miniz_oxide::inflate::decompress_to_vec_with_limit(asset, 4 << 20).ok()?;
    let (count, rest) = raw.split_first_chunk::<4>()?;
    let (singles, planes) = rest.split_first_chunk::<256>()?;
    let count = u32::from_le_bytes(*count) as usize;
    let pairs = Pairs { planes, count: count.checked_sub(256)? };
    if planes.len() != 6 * pairs.count {
        return None;
    }

    let mut lengths = vec![1_usize; count];
    for index in 0..pairs.count {
        let (left, right) = pairs.get(index);
        if left.max(right) >= index + 256 {
            return None;
        }
        lengths[index + 256] = lengths[left] + lengths[right];
        if lengths[index + 256] > layout::LONGEST_TOKEN {
            return None;
        }
    }

    // From the last token down: one that no later token contains gets a place of its own, and lends it to its parts.
    let mut starts = vec![usize::MAX; count];
    let mut end = 0;
    for rank in (0..count).rev() {
        if starts[rank] == usize::MAX {
            starts[rank] = end;
            end += lengths[rank];
        }
        if rank >= 256 {
            let (left, right) = pairs.get(rank - 256);
            if starts[left] == usize::MAX {
                starts[left] = starts[rank];
            }
            if starts[right] == usize::MAX {
                starts[right] = starts[rank] + lengths[left];
            }
        }
    }

    let mut bytes = vec![0; end];
    let mut slots = vec![[0; 8]; (count + count / 4).next_power_of_two()];
    let mask = slots.len() - 1;
    for rank in 0..count {
        let (start, length) = (starts[rank], lengths[rank]);
        if rank < 256 {
            bytes[start] = singles[rank];
        } else {
            let (left, right) = pairs.get(rank - 256);
            for (part, to) in [(left, start), (right, start + lengths[left])] {
                if starts[part] != to {
                    bytes.copy_within(starts[part]..starts[part] + lengths[part], to);
                }
            }
        }
        let key = Key::new(&bytes, start, start + length);
        let slot = layout::slot(&key, rank, start)?.to_le_bytes();
        let mut at = first_slot(&key, slots.len());
        while slots[at] != [0; 8] {
            at = (at + 1) & mask;
        }
        slots[at] = slot;
    }
    Some(Table { slots, bytes })
}

/// Where the search for a key starts in a table of `slots` slots, a power of two.
#[inline]
pub(crate) fn first_slot(key: &Key, slots: usize) -> usize {
    (key.hash >> 40) as usize & (slots - 1)
}
