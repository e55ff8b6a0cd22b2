//! The vocabularies: where they come from and how a piece is looked up.
//!
//! Owns the choice between what is embedded, what the host loaded and what is missing; it knows nothing of
//! models. Natively a vocabulary is read-only data laid out by the build script. In WebAssembly the compressed
//! asset is embedded (o200k) or handed over by the host (cl100k), and laid out at first use.

use std::fmt;
use std::sync::OnceLock;

use super::layout::{self, Key};
use super::pack;
use super::split::{self, Pattern};
use crate::Error;

/// A vocabulary, ready for look-ups.
pub(super) struct Vocabulary {
    slots: &'static [[u8; 8]],
    bytes: &'static [u8],
    /// How text is split before it is looked up.
    pub(super) pattern: Pattern,
}

impl fmt::Debug for Vocabulary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pattern.fmt(formatter)
    }
}

impl Vocabulary {
    #[cfg(all(not(target_arch = "wasm32"), any(feature = "embedded-o200k", feature = "embedded-cl100k")))]
    const fn embedded(slots: &'static [u8], bytes: &'static [u8], pattern: Pattern) -> Self {
        Self { slots: slots.as_chunks().0, bytes, pattern }
    }

    /// A vocabulary lives as long as the process, so its memory is leaked on purpose.
    fn expand(asset: &[u8], pattern: Pattern) -> Option<Self> {
        let table = pack::expand(asset)?;
        Some(Self { slots: table.slots.leak(), bytes: table.bytes.leak(), pattern })
    }

    /// The end of the piece that starts at `at`.
    #[inline]
    pub(super) fn piece_end(&self, text: &[u8], at: usize) -> usize {
        match self.pattern {
            Pattern::O200k => split::o200k(text, at),
            Pattern::Cl100k => split::cl100k(text, at),
        }
    }

    /// The rank of the token that is exactly `text[start..end]`.
    #[inline]
    pub(super) fn rank(&self, text: &[u8], start: usize, end: usize) -> Option<u32> {
        if end - start > layout::LONGEST_TOKEN {
            return None;
        }
        self.rank_of(&Key::new(text, start, end), text, start)
    }

    /// The same for a key that is at hand; `text` at `start` is where it came from.
    #[inline]
    pub(super) fn rank_of(&self, key: &Key, text: &[u8], start: usize) -> Option<u32> {
        let identity = key.identity();
        let mut at = pack::first_slot(key, self.slots.len());
        loop {
            let slot = u64::from_le_bytes(*self.slots.get(at)?);
            if slot == 0 {
                return None;
            }
            if layout::may_hold(slot, identity) && self.is_token(slot, key, text, start) {
                return Some(layout::rank(slot));
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline]
    fn is_token(&self, slot: u64, key: &Key, text: &[u8], start: usize) -> bool {
        let token = layout::start(slot);
        if key.length <= 8 {
            // The word at `token` runs on into other tokens: what lies past the length is shifted out.
            let unused = 64 - 8 * key.length as u32;
            return (layout::word(self.bytes, token) ^ key.head) << unused == 0;
        }
        if key.length <= 16 {
            return layout::word(self.bytes, token) == key.head
                && layout::word(self.bytes, token + key.length - 8) == key.tail;
        }
        self.bytes.get(token..token + key.length) == text.get(start..start + key.length)
    }
}

/// What was laid out in this process, by `Pattern as usize`.
static LOADED: [OnceLock<Vocabulary>; 2] = [const { OnceLock::new() }; 2];

/// The vocabulary of a pattern, if this build has it or the host loaded it.
pub(super) fn vocabulary(pattern: Pattern) -> Option<&'static Vocabulary> {
    match pattern {
        #[cfg(all(feature = "embedded-o200k", not(target_arch = "wasm32")))]
        Pattern::O200k => {
            static EMBEDDED: Vocabulary = Vocabulary::embedded(
                include_bytes!(concat!(env!("OUT_DIR"), "/o200k_base.slots")),
                include_bytes!(concat!(env!("OUT_DIR"), "/o200k_base.bytes")),
                Pattern::O200k,
            );
            Some(&EMBEDDED)
        }
        #[cfg(all(feature = "embedded-cl100k", not(target_arch = "wasm32")))]
        Pattern::Cl100k => {
            static EMBEDDED: Vocabulary = Vocabulary::embedded(
                include_bytes!(concat!(env!("OUT_DIR"), "/cl100k_base.slots")),
                include_bytes!(concat!(env!("OUT_DIR"), "/cl100k_base.bytes")),
                Pattern::Cl100k,
            );
            Some(&EMBEDDED)
        }
        #[cfg(all(feature = "embedded-o200k", target_arch = "wasm32"))]
        Pattern::O200k => {
            let asset = include_bytes!("../../assets/o200k_base.bin");
            let expand = || Vocabulary::expand(asset, pattern).expect("a test expands this very asset");
            Some(LOADED[pattern as usize].get_or_init(expand))
        }
        #[allow(unreachable_patterns, reason = "unreachable where both are embedded")]
        _ => LOADED[pattern as usize].get(),
    }
}

/// The first 16 bytes of each asset's BLAKE3 hash.
const O200K_PRINT: [u8; 16] = 0x3dca_31f8_a4fa_cfd9_c186_2a89_e073_c8ae_u128.to_be_bytes();
const CL100K_PRINT: [u8; 16] = 0x33fa_2caf_8cee_6fd7_5420_a08b_f113_9836_u128.to_be_bytes();

/// Makes a vocabulary available that this build does not embed. Loading one that is there already changes nothing.
///
/// `asset` is the file of that name that ships with this very version.
///
/// # Errors
///
/// [`Error::Request`] for a name other than `o200k_base` and `cl100k_base`, [`Error::Vocabulary`] when `asset` is
/// not the one this version was built with.
pub fn load_vocabulary(name: &str, asset: &[u8]) -> Result<(), Error> {
    let (name, print, pattern) = match name {
        "o200k_base" => ("o200k_base", O200K_PRINT, Pattern::O200k),
        "cl100k_base" => ("cl100k_base", CL100K_PRINT, Pattern::Cl100k),
        _ => {
            let message = "there is no such vocabulary; the known ones are o200k_base and cl100k_base";
            return Err(Error::Request { message: message.to_owned() });
        }
    };
    if vocabulary(pattern).is_some() {
        return Ok(());
    }
    let intact = blake3::hash(asset).as_bytes()[..16] == print;
    let loaded = if intact { Vocabulary::expand(asset, pattern) } else { None };
    let Some(loaded) = loaded else {
        let remedy = "the asset is not the one this version was built with; install matching versions";
        return Err(Error::Vocabulary { vocabulary: name, remedy });
    };
    LOADED[pattern as usize].get_or_init(|| loaded);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{CL100K_PRINT, O200K_PRINT, Pattern, Vocabulary, load_vocabulary};
    use crate::Error;

    static O200K: &[u8] = include_bytes!("../../assets/o200k_base.bin");
    static CL100K: &[u8] = include_bytes!("../../assets/cl100k_base.bin");

    #[test]
    fn the_assets_are_the_known_ones_and_small() {
        for (asset, print, megabytes) in [(O200K, O200K_PRINT, 0.8), (CL100K, CL100K_PRINT, 0.4)] {
            assert_eq!(blake3::hash(asset).as_bytes()[..16], print);
            assert!(asset.len() as f64 / 1e6 < megabytes);
        }
    }

    #[test]
    #[cfg(all(feature = "embedded-o200k", feature = "embedded-cl100k"))]
    fn an_expanded_asset_is_the_embedded_table() {
        for (asset, pattern, embedded) in [
            (O200K, Pattern::O200k, super::vocabulary(Pattern::O200k)),
            (CL100K, Pattern::Cl100k, super::vocabulary(Pattern::Cl100k)),
        ] {
            let (expanded, embedded) = (Vocabulary::expand(asset, pattern), embedded.expect("embedded"));
            let expanded = expanded.expect("a vocabulary");
            assert!(expanded.slots == embedded.slots && expanded.bytes == embedded.bytes);
        }
    }

    #[test]
    fn what_is_no_vocabulary_is_refused_and_never_expanded() {
        assert!(matches!(load_vocabulary("p50k_base", O200K), Err(Error::Request { .. })));
        for cut in [0, 3, 300, 10_000, CL100K.len() - 1] {
            assert!(Vocabulary::expand(&CL100K[..cut], Pattern::Cl100k).is_none(), "{cut}");
        }
        let mut pairs_of_later_ranks = 300_u32.to_le_bytes().to_vec();
        pairs_of_later_ranks.extend([255; 256 + 6 * 44]);
        let asset = miniz_oxide::deflate::compress_to_vec(&pairs_of_later_ranks, 6);
        assert!(Vocabulary::expand(&asset, Pattern::Cl100k).is_none());
    }
}
