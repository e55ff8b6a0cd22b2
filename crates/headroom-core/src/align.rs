//! `CacheAligner`: finds what makes the beginning of a conversation differ from one request to the next.
//!
//! Owns the detection of volatile tokens (UUIDs, ISO 8601 dates and times, JWTs, long hexadecimal hashes) in system
//! messages and the wording of the warning. It never changes a text, and its warnings hold counts, never content.

/// How many volatile tokens of each kind a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volatile {
    /// UUIDs in their usual form of 8-4-4-4-12 hexadecimal digits.
    pub uuids: u32,
    /// ISO 8601 dates, with or without a time.
    pub timestamps: u32,
    /// JSON web tokens.
    pub jwts: u32,
    /// Runs of 32 or more hexadecimal digits, as hashes are written.
    pub hashes: u32,
}

impl Volatile {
    /// Finds the volatile tokens of `text` in one pass.
    ///
    /// ```
    /// use headroom_core::align::Volatile;
    ///
    /// let found = Volatile::find("You are helpful. Current date: 2025-06-15T08:00:00Z");
    /// assert_eq!(found, Volatile { timestamps: 1, ..Volatile::default() });
    /// ```
    #[must_use]
    pub fn find(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut found = Self::default();
        let mut at = 0;
        while at < bytes.len() {
            if !bytes[at].is_ascii_alphanumeric() {
                at += 1;
                continue;
            }
            // `at` is the first byte of a word. Each look ahead is bounded or skipped whole, so the pass is linear.
            let rest = &bytes[at..];
            if is_uuid(rest) {
                found.uuids += 1;
                at += UUID;
            } else if let Some(length) = timestamp(rest) {
                found.timestamps += 1;
                at += length;
            } else if rest.starts_with(b"eyJ") {
                let (length, is_jwt) = jwt(rest);
                found.jwts += u32::from(is_jwt);
                at += length;
            } else {
                let length = run(rest, |byte| byte.is_ascii_alphanumeric());
                found.hashes += u32::from(is_hash(&rest[..length]));
                at += length;
            }
        }
        found
    }

    /// The warning about the system text of message `message`; `None` if it is stable.
    #[must_use]
    pub fn warning(&self, message: usize) -> Option<String> {
        let kinds = [
            (self.uuids, "UUID"),
            (self.timestamps, "date or time"),
            (self.jwts, "JWT"),
            (self.hashes, "hexadecimal hash"),
        ];
        let total: u32 = kinds.iter().map(|&(count, _)| count).sum();
        if total == 0 {
            return None;
        }
        let listed: Vec<String> = kinds
            .iter()
            .filter(|&&(count, _)| count > 0)
            .map(|(count, kind)| format!("{kind}: {count}"))
            .collect();
        let tokens = if total == 1 { "token" } else { "tokens" };
        Some(format!(
            "CacheAligner: the system prompt of message {message} contains {total} volatile {tokens} ({}); \
             the provider's cache misses whenever one changes. Move what changes to the end of the conversation.",
            listed.join(", ")
        ))
    }
}

const UUID: usize = 36;

fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&byte| !belongs(byte)).unwrap_or(bytes.len())
}

fn ends_word(rest: &[u8]) -> bool {
    !rest.first().is_some_and(u8::is_ascii_alphanumeric)
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() >= UUID
        && ends_word(&bytes[UUID..])
        && bytes[..UUID].iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Bytes of the date, with its time if there is one, that `bytes` begins with.
fn timestamp(bytes: &[u8]) -> Option<usize> {
    let number = |from: usize, length: usize| -> Option<u32> {
        bytes
            .get(from..from + length)?
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let dashes = bytes[4] == b'-' && bytes[7] == b'-';
    if !(dashes && (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)) {
        return None;
    }
    let rest = &bytes[10..];
    // The time, its fraction and its zone: digits, colons, a point or comma, a sign, Z.
    let timed = matches!(rest.first(), Some(b'T' | b't' | b' '))
        && rest
            .get(1..6)
            .is_some_and(|clock| clock[2] == b':' && clock[0].is_ascii_digit() && clock[3].is_ascii_digit());
    if timed {
        return Some(11 + run(&rest[1..], |byte| byte.is_ascii_digit() || b":.,+-Zz".contains(&byte)));
    }
    ends_word(rest).then_some(10)
}

/// Bytes to skip for a word that begins like a JWT, and whether it is one: three parts of base64url, the first
/// two of which are JSON objects.
fn jwt(bytes: &[u8]) -> (usize, bool) {
    let part = |from: usize| {
        run(&bytes[from..], |byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let header = part(0);
    if header < 10 || !bytes[header..].starts_with(b".eyJ") {
        return (header, false);
    }
    let payload = header + 1 + part(header + 1);
    if bytes.get(payload) != Some(&b'.') {
        return (payload, false);
    }
    let signature = part(payload + 1);
    (payload + 1 + signature, signature > 0)
}

/// Letters and digits together: a long number or a word of a to f is no hash.
fn is_hash(word: &[u8]) -> bool {
    word.len() >= 32
        && word.iter().all(u8::is_ascii_hexdigit)
        && word.iter().any(u8::is_ascii_digit)
        && word.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(text: &str) -> [u32; 4] {
        let Volatile { uuids, timestamps, jwts, hashes } = Volatile::find(text);
        [uuids, timestamps, jwts, hashes]
    }

    #[test]
    fn finds_each_kind() {
        assert_eq!(counts("id 123e4567-e89b-12d3-a456-426614174000."), [1, 0, 0, 0]);
        assert_eq!(counts("{123E4567-E89B-12D3-A456-426614174000}"), [1, 0, 0, 0]);
        assert_eq!(counts("Current Date: 2025-06-15"), [0, 1, 0, 0]);
        assert_eq!(counts("2025-06-15T08:00:00.123+02:00, 2025-06-15 08:00"), [0, 2, 0, 0]);
        assert_eq!(counts("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"), [0, 0, 1, 0]);
        assert_eq!(
            counts("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            [0, 0, 0, 1]
        );
        assert_eq!(counts("d41d8cd98f00b204e9800998ecf8427e"), [0, 0, 0, 1]);
    }

    #[test]
    fn stable_text_is_stable() {
        for text in [
            "",
            "You are a helpful assistant. Use version 1.2.3 from 2025.",
            "2025-13-45 and 0001-01-01 and 12025-06-15x and 2025-06-15x",
            "123e4567-e89b-12d3-a456-4266141740001",
            "eyJ and eyJhbGciOiJIUzI1NiJ9 and eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0",
            "11111111111111111111111111111111111111",
            "call 0a1b2c3",
        ] {
            assert_eq!(counts(text), [0; 4], "{text}");
        }
    }

    #[test]
    fn the_warning_counts_and_shows_nothing() {
        let text = "Session 123e4567-e89b-12d3-a456-426614174000, today 2025-06-15, then 2025-06-16";
        let warning = Volatile::find(text).warning(0).unwrap();
        assert_eq!(
            warning,
            "CacheAligner: the system prompt of message 0 contains 3 volatile tokens (UUID: 1, date or time: 2); the \
             provider's cache misses whenever one changes. Move what changes to the end of the conversation."
        );
        assert!(!warning.contains("2025") && !warning.contains("123e"));
        assert_eq!(Volatile::default().warning(0), None);
    }

    #[test]
    fn hostile_text_is_read_once() {
        for unit in ["eyJ-", "eyJhbGciOiJI.eyJ", "2025-06-15T", "123e4567-", "a-", "\u{e9}"] {
            let _ = Volatile::find(&unit.repeat(1_000_000 / unit.len()));
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "(eyJ|[0-9a-f]{4,8}|2025-0[0-9]|[-.: TZ]|\\PC){0,40}") {
            let _ = Volatile::find(&text);
        }
    }
}
