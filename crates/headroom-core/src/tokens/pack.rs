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

/// The ranks of the two tokens that merge into each token from the 257th on.
fn pairs(planes: &[u8], count: usize) -> Option<Vec<[u32; 2]>> {
    if count == 0 || planes.len() != 6 * count {
        return None;
    }
    let mut pairs = vec![[0; 2]; count];
    for (number, plane) in planes.chunks_exact(count).enumerate() {
        let (side, shift) = (number / 3, 8 * (number % 3));
        for (pair, &byte) in pairs.iter_mut().zip(plane) {
            pair[side] |= u32::from(byte) << shift;
        }
    }
    Some(pairs)
}

/// Lays out the vocabulary in `asset`; `None` when it is not a vocabulary.
pub(crate) fn expand(asset: &[u8]) -> Option<Table> {
    let raw = miniz_oxide::inflate::decompress_to_vec_with_limit(asset, 4 << 20).ok()?;
    let (count, rest) = raw.split_first_chunk::<4>()?;
    let (singles, planes) = rest.split_first_chunk::<256>()?;
    let count = u32::from_le_bytes(*count) as usize;
    let pairs = pairs(planes, count.checked_sub(256)?)?;
    let mut layout = Layout { lengths: lengths(&pairs)?, starts: vec![NOWHERE; count], end: 0, pairs };
    // From the last token down: one that no later token contains gets a place of its own, and lends it to its parts.
    for rank in (0..count).rev() {
        layout.lend_place(rank);
    }
    let mut table = Table {
        slots: vec![[0; 8]; (count + count / 4).next_power_of_two()],
        bytes: vec![0; layout.end as usize],
    };
    for rank in 0..count {
        layout.write(rank, singles, &mut table)?;
    }
    Some(table)
}

/// The length of each token, if every pair is of earlier tokens.
fn lengths(pairs: &[[u32; 2]]) -> Option<Vec<u8>> {
    let mut lengths = vec![1_u8; pairs.len() + 256];
    for (rank, &[left, right]) in (256..).zip(pairs) {
        if left.max(right) as usize >= rank {
            return None;
        }
        let length = usize::from(lengths[left as usize]) + usize::from(lengths[right as usize]);
        if length > layout::LONGEST_TOKEN {
            return None;
        }
        lengths[rank] = length as u8;
    }
    Some(lengths)
}

const NOWHERE: u32 = u32::MAX;

/// Where each token's bytes go.
struct Layout {
    pairs: Vec<[u32; 2]>,
    lengths: Vec<u8>,
    starts: Vec<u32>,
    end: u32,
}

// A WebAssembly engine replaces its quick first code by optimised code only where a function is *entered*, so the
// bodies of the two long loops are functions.
impl Layout {
    #[inline(never)]
    fn lend_place(&mut self, rank: usize) {
        let mut start = self.starts[rank];
        if start == NOWHERE {
            start = self.end;
            self.starts[rank] = start;
            self.end += u32::from(self.lengths[rank]);
        }
        if rank >= 256 {
            let [left, right] = self.pairs[rank - 256].map(|part| part as usize);
            if self.starts[left] == NOWHERE {
                self.starts[left] = start;
            }
            if self.starts[right] == NOWHERE {
                self.starts[right] = start + u32::from(self.lengths[left]);
            }
        }
    }

    /// Writes a token whose parts are written already; `None` when it does not fit a slot.
    #[inline(never)]
    fn write(&self, rank: usize, singles: &[u8; 256], table: &mut Table) -> Option<()> {
        let (start, length) = (self.starts[rank] as usize, usize::from(self.lengths[rank]));
        if rank < 256 {
            table.bytes[start] = singles[rank];
        } else {
            let [left, right] = self.pairs[rank - 256].map(|part| part as usize);
            for (part, to) in [(left, start), (right, start + usize::from(self.lengths[left]))] {
                let from = self.starts[part] as usize;
                if from != to {
                    table.bytes.copy_within(from..from + usize::from(self.lengths[part]), to);
                }
            }
        }
        let key = Key::new(&table.bytes, start, start + length);
        let mask = table.slots.len() - 1;
        let mut at = first_slot(&key, table.slots.len());
        while table.slots[at] != [0; 8] {
            at = (at + 1) & mask;
        }
        table.slots[at] = layout::slot(&key, rank, start)?.to_le_bytes();
        Some(())
    }
}

/// Where the search for a key starts in a table of `slots` slots, a power of two.
#[inline]
pub(crate) fn first_slot(key: &Key, slots: usize) -> usize {
    (key.hash >> 40) as usize & (slots - 1)
}
