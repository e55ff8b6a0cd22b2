//! The memory of results: what was counted or compressed before is looked up.
//!
//! Owns the entries, their keys' hash and the byte budget. It knows nothing of how an entry came about; whoever
//! asks puts everything that the answer depends on into the key, so a hit and a miss give the same answer.
//!
//! Entries live in two generations. New and used entries are in the young one; when that holds half the
//! budget, it becomes the old one and the old one is dropped. So the cost of forgetting is spread evenly and no
//! entry carries a list of neighbours.

use crate::align::Volatile;
use crate::block::Text;
use crate::hash::FixedMap;
use crate::pipeline::Decision;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

/// The first 128 bits of a BLAKE3 hash: two texts of the same digest do not occur.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Digest(u128);

impl Digest {
    /// The digest of `bytes`.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let hash = blake3::hash(bytes);
        let mut first = [0; 16];
        first.copy_from_slice(&hash.as_bytes()[..16]);
        Self(u128::from_le_bytes(first))
    }

    /// The digest of a text as it is spelled: a text that was seen before is known again without being unescaped.
    /// The same text in another spelling has another digest, and is remembered apart.
    pub(crate) fn of_text(text: &Text<'_>) -> Self {
        // As good as random, so that no text's digest is that of an escaped one.
        const ESCAPED: Digest = Digest(0x8f1d_62b3_05ce_974a_d2a6_3e58_19f7_c04b);
        let digest = Self::of(text.spelling().as_bytes());
        if text.is_escaped() { digest.within(ESCAPED) } else { digest }
    }

    /// The digest of several digests in order.
    pub(crate) fn of_all<const COUNT: usize>(parts: [Self; COUNT]) -> Self {
        Self::of(parts.map(|part| part.0.to_le_bytes()).as_flattened())
    }

    /// This digest in a name space of its own: both are as good as random, so their sum is.
    pub(crate) fn within(self, space: Self) -> Self {
        Self(self.0 ^ space.0)
    }
}

/// What is remembered under a key.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// Tokens of a text.
    Tokens(usize),
    /// What `CacheAligner` found in a system message.
    Volatile(Volatile),
    /// What became of a block.
    Decision(Arc<Decision>),
}

impl Entry {
    /// Bytes that the entry holds, its place in the map included.
    fn bytes(&self) -> usize {
        // Key, entry and the map's own overhead at its usual load.
        const PLACE: usize = 96;
        PLACE
            + match self {
                Self::Tokens(_) | Self::Volatile(_) => 0,
                Self::Decision(decision) => decision.bytes(),
            }
    }
}

/// The results of one engine within a byte budget.
#[derive(Debug)]
pub(crate) struct Memory {
    half: usize,
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: FixedMap<Digest, Entry>,
    young_bytes: usize,
    old: FixedMap<Digest, Entry>,
}

impl Memory {
    /// An empty memory that holds at most `budget` bytes.
    pub(crate) fn new(budget: usize) -> Self {
        Self { half: budget / 2, generations: Mutex::default() }
    }

    /// What is remembered under `key`.
    pub(crate) fn get(&self, key: Digest) -> Option<Entry> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = generations.young.get(&key) {
            return Some(entry.clone());
        }
        let entry = generations.old.remove(&key)?;
        generations.put(key, entry.clone(), self.half);
        Some(entry)
    }

    /// Remembers `entry` under `key`, unless it is too large to be worth forgetting others.
    pub(crate) fn put(&self, key: Digest, entry: Entry) {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner).put(key, entry, self.half);
    }
}

impl Generations {
    fn put(&mut self, key: Digest, entry: Entry, half: usize) {
        let bytes = entry.bytes();
        if bytes > half {
            return;
        }
        if self.young_bytes + bytes > half {
            self.old = mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += bytes;
        if let Some(replaced) = self.young.insert(key, entry) {
            self.young_bytes -= replaced.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Digest {
        Digest::of(&number.to_le_bytes())
    }

    fn tokens(memory: &Memory, number: usize) -> Option<usize> {
        match memory.get(key(number)) {
            Some(Entry::Tokens(tokens)) => Some(tokens),
            _ => None,
        }
    }

    fn held(memory: &Memory) -> usize {
        let generations = memory.generations.lock().unwrap();
        generations.young.values().chain(generations.old.values()).map(Entry::bytes).sum()
    }

    #[test]
    fn stays_within_its_budget_and_keeps_what_is_used() {
        let memory = Memory::new(10_000);
        for number in 0..10_000 {
            memory.put(key(number), Entry::Tokens(number));
            assert_eq!(tokens(&memory, 0), Some(0), "used every time, so it stays");
            assert!(held(&memory) <= 10_000);
        }
        assert_eq!(tokens(&memory, 9_999), Some(9_999));
        assert_eq!(tokens(&memory, 5), None);
    }

    #[test]
    fn nothing_fits_a_budget_of_nothing() {
        let memory = Memory::new(0);
        memory.put(key(1), Entry::Tokens(1));
        assert_eq!(tokens(&memory, 1), None);
    }

    #[test]
    fn the_same_key_is_counted_once() {
        let memory = Memory::new(1_000);
        for _ in 0..1_000 {
            memory.put(key(1), Entry::Tokens(1));
        }
        assert_eq!(memory.generations.lock().unwrap().young_bytes, 96);
    }

    #[test]
    fn digests_depend_on_order() {
        assert_ne!(Digest::of_all([key(1), key(2)]), Digest::of_all([key(2), key(1)]));
        assert_ne!(key(1).within(key(3)), key(1).within(key(4)));
    }
}
