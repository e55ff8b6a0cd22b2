//! Handles: what the model quotes to get an original back.
//!
//! Owns the key, the two keyed hashes a handle consists of and the alphabet they are written in. It knows
//! neither the wording of markers nor where originals are kept.
//!
//! A handle is `hr_` and 16 characters of Crockford's base32 in lower case. The first 12 (60 bits) identify
//! the original: they are a keyed BLAKE3 of its UTF-8 bytes. The last 4 (20 bits) are a keyed BLAKE3 of the
//! finished block with those 4 written as `0000`, so an unchanged block of ours can be told from foreign text
//! with the key alone. The key never depends on chance or on a credential: every instance with the same
//! secret writes the same handles.

use std::fmt;

/// What every handle begins with.
pub(super) const PREFIX: &str = "hr_";
/// Characters of a handle that identify the original.
pub(super) const IDENTITY_LENGTH: usize = 12;
/// Characters of a handle that prove the finished block.
pub(super) const PROOF_LENGTH: usize = 4;
/// Bytes of a whole handle.
pub(super) const LENGTH: usize = PREFIX.len() + IDENTITY_LENGTH + PROOF_LENGTH;
/// What stands in the place of the proof while it is computed.
pub(super) const BLANK_PROOF: &str = "0000";

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const IDENTITY_CONTEXT: &str = "headroom 2026-08 handle: identity of an original";
const PROOF_CONTEXT: &str = "headroom 2026-08 handle: proof of a finished block";
const KEY_WITHOUT_SECRET: &str = "headroom 2026-08 handle: no secret configured";
const KEY_FROM_SECRET: &str = "headroom 2026-08 handle: configured secret";

/// The key under which handles are made and verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    identity: [u8; 32],
    proof: [u8; 32],
}

impl Key {
    /// The key of the configured `secret`, or the fixed key of a configuration without one.
    ///
    /// ```
    /// use headroom_core::ccr::{Key, identity};
    ///
    /// assert_eq!(identity("rows", &Key::new(None)), identity("rows", &Key::new(None)));
    /// assert_ne!(identity("rows", &Key::new(None)), identity("rows", &Key::new(Some("a secret"))));
    /// ```
    #[must_use]
    pub fn new(secret: Option<&str>) -> Self {
        let material = match secret {
            Some(secret) => blake3::derive_key(KEY_FROM_SECRET, secret.as_bytes()),
            None => blake3::derive_key(KEY_WITHOUT_SECRET, b""),
        };
        Self {
            identity: blake3::derive_key(IDENTITY_CONTEXT, &material),
            proof: blake3::derive_key(PROOF_CONTEXT, &material),
        }
    }

    /// The four characters that prove a finished block, given in the pieces it is made of.
    pub(super) fn proof(&self, pieces: [&str; 3]) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.proof);
        for piece in pieces {
            hasher.update(piece.as_bytes());
        }
        base32(hasher.finalize().as_bytes(), PROOF_LENGTH)
    }
}

impl Default for Key {
    fn default() -> Self {
        Self::new(None)
    }
}

impl fmt::Debug for Key {
    /// Never the key itself: it is as good as the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

/// The 12 characters that identify `original`, the first part of every handle to it.
#[must_use]
pub fn identity(original: &str, key: &Key) -> String {
    base32(blake3::keyed_hash(&key.identity, original.as_bytes()).as_bytes(), IDENTITY_LENGTH)
}

/// Whether `handle`, as a model wrote it, is a handle to `original`.
#[must_use]
pub fn names(handle: &str, original: &str, key: &Key) -> bool {
    normalise(handle).is_some_and(|handle| identity_of(&handle) == identity(original, key))
}

/// The handle a model meant: what it wrote around it dropped (quotes, brackets, the whole marker), upper case lowered and
/// the letters that Crockford's alphabet leaves out read as the digits they look like. `None` where there is no handle.
///
/// ```
/// use headroom_core::ccr::normalise;
///
/// assert_eq!(normalise(" \"HR_K3F9M2Q7X4TBOC5D\" ").as_deref(), Some("hr_k3f9m2q7x4tb0c5d"));
/// assert_eq!(normalise("headroom_retrieve(\"hr_k3f9m2q7x4tb0c5d\")]").as_deref(), Some("hr_k3f9m2q7x4tb0c5d"));
/// assert_eq!(normalise("hr_short"), None);
/// ```
#[must_use]
pub fn normalise(handle: &str) -> Option<String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    // A marker has other words than its handle; of several handles the last one is the block's own.
    let words = handle.as_bytes().split(|&byte| !is_word(byte)).filter(|word| word.len() == LENGTH);
    let meant = |word: &[u8]| -> String {
        let letters = word.iter().enumerate().map(|(at, byte)| match byte.to_ascii_lowercase() {
            b'o' if at >= PREFIX.len() => b'0',
            b'i' | b'l' if at >= PREFIX.len() => b'1',
            lower => lower,
        });
        letters.map(char::from).collect()
    };
    words.map(meant).rfind(|meant| is_handle(meant))
}

/// The 12 identifying characters of a well-formed handle.
#[must_use]
pub fn identity_of(handle: &str) -> &str {
    handle.get(PREFIX.len()..PREFIX.len() + IDENTITY_LENGTH).unwrap_or_default()
}

/// Whether `text` is exactly one well-formed handle. That alone says nothing about who wrote it.
pub(super) fn is_handle(text: &str) -> bool {
    text.len() == LENGTH
        && text.strip_prefix(PREFIX).is_some_and(|rest| rest.bytes().all(|byte| ALPHABET.contains(&byte)))
}

/// The first `length` times five bits of `hash`, most significant first. `length` is at most 12.
fn base32(hash: &[u8; 32], length: usize) -> String {
    let mut word = [0_u8; 8];
    word.copy_from_slice(&hash[..8]);
    let bits = u64::from_be_bytes(word);
    (0..length).map(|at| char::from(ALPHABET[(bits >> (59 - 5 * at)) as usize & 31])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identities_are_pinned() {
        // Handles are written into conversations that outlive a release: these bytes must never change.
        assert_eq!(identity("", &Key::new(None)), "5zkxbacaaxpv");
        assert_eq!(identity("[1,2,3]", &Key::new(None)), "p5pst1ag3mvh");
        assert_eq!(identity("[1,2,3]", &Key::new(Some("secret"))), "k75prmyyfxkf");
    }

    #[test]
    fn an_empty_secret_is_not_the_absence_of_one() {
        assert_ne!(identity("x", &Key::new(Some(""))), identity("x", &Key::new(None)));
    }

    #[test]
    fn debug_output_hides_the_key() {
        assert_eq!(format!("{:?}", Key::new(Some("secret"))), "Key(…)");
    }

    #[test]
    fn what_models_write_is_read_as_they_meant_it() {
        let handle = "hr_0123456789ab0110";
        for written in [
            "hr_0123456789ab0110",
            "  hr_0123456789AB0110\n",
            "`hr_0123456789abOiLo`",
            "[hr_0123456789ab0110]",
            "headroom_retrieve(\"hr_0123456789ab0110\")",
            "[headroom: 3 of 9 rows left out, rows 2-4; headroom_retrieve(\"hr_0123456789ab0110\")]",
            "id: hr_0123456789ab0110, rows 9-20",
        ] {
            assert_eq!(normalise(written).as_deref(), Some(handle), "{written}");
        }
        for written in ["", "hr_", "hr_0123456789ab011", "hr_0123456789abu110", "xx_0123456789ab0110", "hr_ä"]
        {
            assert_eq!(normalise(written), None, "{written}");
        }
    }

    #[test]
    fn a_handle_names_its_original_only() {
        let key = Key::new(None);
        let handle = format!("hr_{}zzzz", identity("original", &key));
        assert!(names(&handle, "original", &key));
        assert!(!names(&handle, "another", &key));
        assert!(!names(&handle, "original", &Key::new(Some("other"))));
    }

    proptest! {
        #[test]
        fn normalise_is_idempotent_and_never_panics(text in ".{0,24}") {
            if let Some(handle) = normalise(&text) {
                prop_assert_eq!(normalise(&handle), Some(handle.clone()));
                prop_assert_eq!(identity_of(&handle).len(), IDENTITY_LENGTH);
            }
        }
    }
}
