//! A hash index over numbers whose values live elsewhere.
//!
//! Owns the probing only; the caller hashes and compares.

/// Open addressing over ids; the caller compares.
#[derive(Debug)]
pub(super) struct Index {
    slots: Vec<u32>,
    hashes: Vec<u32>,
    used: usize,
}

impl Index {
    /// Room for so many entries.
    pub(super) fn with_capacity(entries: usize) -> Self {
        let size = (entries * 2).next_power_of_two().max(64);
        Self { slots: vec![u32::MAX; size], hashes: vec![0; size], used: 0 }
    }

    /// The id that `same` accepts, or the slot where it would go.
    #[inline]
    pub(super) fn find(&self, hash: u64, mut same: impl FnMut(u32) -> bool) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let short = (hash >> 32) as u32;
        let mut at = hash as usize & mask;
        loop {
            let id = self.slots[at];
            if id == u32::MAX {
                return Err(at);
            }
            if self.hashes[at] == short && same(id) {
                return Ok(id);
            }
            at = (at + 1) & mask;
        }
    }

    /// Takes an id into a slot that [`Index::find`] gave.
    pub(super) fn insert(&mut self, at: usize, hash: u64, id: u32) {
        self.slots[at] = id;
        self.hashes[at] = (hash >> 32) as u32;
        self.used += 1;
    }

    /// Whether it has to grow before the next entry.
    pub(super) fn is_full(&self) -> bool {
        self.used * 8 >= self.slots.len() * 5
    }

    /// Doubles the slots.
    pub(super) fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        let old = std::mem::take(&mut self.slots);
        let size = old.len() * 2;
        self.slots = vec![u32::MAX; size];
        self.hashes = vec![0; size];
        for id in old.into_iter().filter(|&id| id != u32::MAX) {
            let hash = hash_of(id);
            let mut at = hash as usize & (size - 1);
            while self.slots[at] != u32::MAX {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = id;
            self.hashes[at] = (hash >> 32) as u32;
        }
    }
}
