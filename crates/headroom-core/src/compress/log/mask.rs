//! Masks: which parts of a line vary from one line of its kind to the next.
//!
//! Owns the cutting of a line into fixed text and *slots*: numbers, sizes and durations, hexadecimal digits, UUIDs,
//! addresses of networks and machines, paths, hosts, times, identifiers with digits in them. It judges a line by itself; that a
//! plain word varies too (a user's name) only other lines can tell.

use super::time;
use crate::hash::FixedHasher;
use std::hash::Hasher as _;

/// Bytes of a line that are looked at; what stands beyond is taken as it is. Offsets below it fit into 16 bits.
pub const MAX_LINE_BYTES: usize = 16_384;

/// What stands in a slot, as far as its spelling tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A date, a time of day or both.
    Time,
    /// A plain number: `12`, `-3.5`.
    Number,
    /// A number with its unit: `12ms`, `4.5GB`, `80%`.
    Quantity,
    /// Hexadecimal digits, or a UUID.
    Hex,
    /// An address of a network or of a machine, with or without its port, or a host's name with digits.
    Address,
    /// A path of files or of a URL.
    Path,
    /// A quoted text.
    Quoted,
    /// Anything else with digits in it.
    Identifier,
}

/// A part of a line that may vary, as byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it looks like.
    pub class: Class,
}

/// Finds the slots of a line, in order; `slots` is emptied first.
///
/// ```
/// use headroom_core::compress::log::mask::{Class, find_slots};
///
/// let line = "10.0.0.7:22 took 12ms for /var/log/a.log (blk_42)";
/// let mut slots = Vec::new();
/// find_slots(line, &mut slots);
/// let found: Vec<_> = slots.iter().map(|slot| (&line[slot.start..slot.end], slot.class)).collect();
/// assert_eq!(found, [
///     ("10.0.0.7:22", Class::Address),
///     ("12ms", Class::Quantity),
///     ("/var/log/a.log", Class::Path),
///     ("blk_42", Class::Identifier),
/// ]);
/// ```
pub fn find_slots(line: &str, slots: &mut Vec<Slot>) {
    slots.clear();
    let line = &line.as_bytes()[..line.floor_char_boundary(MAX_LINE_BYTES)];
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        let role = ROLES[byte as usize];
        if role == GAP {
            at += 1;
            continue;
        }
        if byte == b'"' || byte == b'\'' {
            match quoted(line, at) {
                Some(end) => {
                    push(line, slots, Slot { start: at + 1, end, class: Class::Quoted });
                    at = end + 1;
                }
                None => at += 1,
            }
            continue;
        }
        let after_word = at > 0 && ROLES[line[at - 1] as usize] == PART;
        if !after_word || at == 1 {
            if let Some(end) = time::end(line, at) {
                push(line, slots, Slot { start: at, end, class: Class::Time });
                at = end;
                continue;
            }
            if let Some(end) = path(line, at) {
                push(line, slots, Slot { start: at, end, class: Class::Path });
                at = end;
                continue;
            }
            if let Some(end) = colon_address(line, at) {
                push(line, slots, Slot { start: at, end, class: Class::Address });
                at = end;
                continue;
            }
        }
        let (end, digits, slashes) = atom(line, at);
        let mut last = end;
        while last > at
            && matches!(line[last - 1], b'.' | b'-' | b'%' | b'/' | b'\\')
            && !(line[last - 1] == b'%' && last > at + 1 && line[last - 2].is_ascii_digit())
        {
            last -= 1;
        }
        if (digits || slashes >= 2) && !is_status(line, at, last) {
            push(line, slots, Slot { start: at, end: last, class: classify(&line[at..last], digits) });
        }
        at = end;
    }
}

/// A hash of a line that is the same for lines that differ in their slots and in the amount of spaces alone.
#[must_use]
pub fn shape(line: &str, slots: &[Slot]) -> u64 {
    let mut hasher = FixedHasher::default();
    hash_shape(line, slots, &mut hasher);
    hasher.finish()
}

/// Adds a line's fixed text to a hash, word by word, with a stand-in for each slot.
pub fn hash_shape(line: &str, slots: &[Slot], hasher: &mut FixedHasher) {
    let bytes = line.as_bytes();
    let mut at = 0;
    for slot in slots {
        hash_words(&bytes[at..slot.start], hasher);
        let apart = slot.start > 0 && bytes[slot.start - 1] == b' ';
        let alone = bytes.get(slot.end) == Some(&b' ');
        hasher.write_u8(1 + u8::from(apart) + 2 * u8::from(alone));
        at = slot.end;
    }
    hash_words(&bytes[at..], hasher);
}

/// Runs of spaces align columns of varying width: how many there are says nothing.
fn hash_words(text: &[u8], hasher: &mut FixedHasher) {
    for word in text.split(|&byte| byte == b' ').filter(|word| !word.is_empty()) {
        hasher.write(word);
    }
}

/// A byte between words.
const GAP: u8 = 0;
/// A byte of a word.
const PART: u8 = 1;
/// A quotation mark.
const QUOTE: u8 = 2;

static ROLES: [u8; 256] = roles();

const fn roles() -> [u8; 256] {
    let mut roles = [GAP; 256];
    let mut byte = 0;
    while byte < 256 {
        let value = byte as u8;
        if value.is_ascii_alphanumeric()
            || value >= 0x80
            || matches!(value, b'_' | b'-' | b'.' | b'/' | b'\\' | b'%' | b'$' | b'+' | b'~')
        {
            roles[byte] = PART;
        }
        if matches!(value, b'"' | b'\'') {
            roles[byte] = QUOTE;
        }
        byte += 1;
    }
    roles
}

/// Whether the status of an answer over HTTP stands there: after a quoted request or a word that says so. It tells kinds
/// of lines apart, so it is not masked.
#[must_use]
pub fn is_status(line: &[u8], start: usize, end: usize) -> bool {
    const NAMES: &[&[u8]] =
        &[b"status", b"code", b"resp", b"response", b"answered", b"http/1.0", b"http/1.1", b"http/2", b"->"];
    if end - start != 3
        || !matches!(line[start], b'1'..=b'5')
        || !line[start + 1..end].iter().all(u8::is_ascii_digit)
    {
        return false;
    }
    let before = &line[..start];
    if before.ends_with(b"\" ") {
        return true;
    }
    let before = before.trim_ascii_end();
    let before = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
    let before = before.strip_suffix(b"=").or_else(|| before.strip_suffix(b":")).unwrap_or(before);
    let before = before.strip_suffix(b"\"").unwrap_or(before);
    NAMES.iter().any(|name| {
        before.len() >= name.len() && before[before.len() - name.len()..].eq_ignore_ascii_case(name)
    })
}

/// Appends a slot, joined with the one before it where only a colon, a comma or the like stands between them:
/// `R02-M1:J12-U11`, `1,234`, `10.0.0.1:80`.
fn push(line: &[u8], slots: &mut Vec<Slot>, slot: Slot) {
    if let Some(last) = slots.last_mut()
        && last.end + 1 == slot.start
        && matches!(line[last.end], b':' | b',' | b'@' | b'#' | b'*' | b'|' | b'=' | b'&' | b'?')
        && !matches!(last.class, Class::Time | Class::Quoted)
        && !matches!(slot.class, Class::Time | Class::Quoted)
    {
        last.class = match (last.class, slot.class) {
            (Class::Address, Class::Number) => Class::Address,
            (Class::Path, _) => Class::Path,
            _ => Class::Identifier,
        };
        last.end = slot.end;
        return;
    }
    slots.push(slot);
}

/// The end of the run of word bytes at `at`, whether it has a digit, and how many slashes.
fn atom(line: &[u8], at: usize) -> (usize, bool, usize) {
    let mut end = at;
    let (mut digits, mut slashes) = (false, 0);
    while let Some(&byte) = line.get(end) {
        if ROLES[byte as usize] != PART {
            break;
        }
        digits |= byte.is_ascii_digit();
        slashes += usize::from(matches!(byte, b'/' | b'\\'));
        end += 1;
    }
    (end.max(at + 1), digits, slashes)
}

/// What a run of word bytes with digits or slashes in it is.
fn classify(word: &[u8], digits: bool) -> Class {
    if !digits {
        return Class::Path;
    }
    let unsigned = word.strip_prefix(b"-").or_else(|| word.strip_prefix(b"+")).unwrap_or(word);
    let number = number_length(unsigned);
    if number > 0 && number == unsigned.len() {
        return Class::Number;
    }
    if number > 0 && is_unit(&unsigned[number..]) {
        return Class::Quantity;
    }
    if is_dotted_quad(word.strip_prefix(b"/").unwrap_or(word)) {
        return Class::Address;
    }
    let hexadecimal = word.strip_prefix(b"0x").unwrap_or(word);
    let long_enough = hexadecimal.len() < word.len() || hexadecimal.len() >= 8;
    if long_enough && hexadecimal.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-') {
        return Class::Hex;
    }
    if word.split(|&byte| byte == b'/' || byte == b'\\').count() >= 3 {
        return Class::Path;
    }
    let mut labels = word.rsplit(|&byte| byte == b'.');
    let top = labels.next().unwrap_or_default();
    if (2..=6).contains(&top.len()) && top.iter().all(u8::is_ascii_alphabetic) && labels.count() >= 2 {
        return Class::Address;
    }
    Class::Identifier
}

/// The length of the number, with at most one point, at the beginning.
fn number_length(word: &[u8]) -> usize {
    let whole = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if whole > 0 && word.get(whole) == Some(&b'.') {
        let fraction = word[whole + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if fraction > 0 {
            return whole + 1 + fraction;
        }
    }
    whole
}

/// Units of times and sizes, as they stand directly behind a number.
fn is_unit(word: &[u8]) -> bool {
    const UNITS: &[&str] = &[
        "%", "b", "bytes", "d", "g", "gb", "gib", "h", "hz", "k", "kb", "kib", "khz", "m", "mb", "mhz",
        "mib", "min", "ms", "n", "ns", "p", "s", "sec", "t", "tb", "tib", "us", "x",
    ];
    word == "µs".as_bytes() || UNITS.iter().any(|unit| word.eq_ignore_ascii_case(unit.as_bytes()))
}

/// The end of the path that begins at `at`: `/var/log`, `~/x`, `./x`, `../x`, `C:\x`, `//host/x` of a URL.
fn path(line: &[u8], at: usize) -> Option<usize> {
    let rest = &line[at..];
    let opening = match rest {
        [b'/', b'/', third, ..] if third.is_ascii_alphanumeric() => 2,
        [b'/', second, ..]
            if second.is_ascii_alphanumeric() || matches!(second, b'_' | b'.' | b'$' | b'%') =>
        {
            1
        }
        [b'~' | b'.', b'/', ..] => 2,
        [b'.', b'.', b'/', ..] => 3,
        [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic() => 3,
        // A request for the root.
        [b'/', b' ' | b'"', ..] if at > 0 && line[at - 1] == b' ' => return Some(at + 1),
        _ => return None,
    };
    let mut end = at + opening;
    while let Some(&byte) = line.get(end) {
        if byte.is_ascii_whitespace() || b"\"'<>()[]{},;|`".contains(&byte) {
            break;
        }
        end += 1;
    }
    while end > at + opening && matches!(line[end - 1], b'.' | b':' | b'!' | b'?' | b'=') {
        end -= 1;
    }
    Some(end)
}

/// Whether an address of IP version 4 stands at the beginning.
fn is_dotted_quad(text: &[u8]) -> bool {
    let length = text.iter().take(15).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let mut parts = text[..length].split(|&byte| byte == b'.');
    length >= 7 && parts.clone().count() == 4 && parts.all(|part| (1..=3).contains(&part.len()))
}

/// The end of groups of hexadecimal digits with colons between them: addresses of network cards, IP version 6.
fn colon_address(line: &[u8], at: usize) -> Option<usize> {
    let (mut end, mut groups, mut digits, mut short) = (at, 0, false, false);
    loop {
        let length = line[end..].iter().take(5).take_while(|byte| byte.is_ascii_hexdigit()).count();
        if length > 4 {
            return None;
        }
        digits |= line[end..end + length].iter().any(u8::is_ascii_digit);
        groups += usize::from(length > 0);
        end += length;
        if length == 0 && groups > 0 && line[..end].ends_with(b"::") {
            break;
        }
        match line.get(end) {
            Some(b':') if length > 0 || groups == 0 => {
                end += 1;
                if line.get(end) == Some(&b':') && !short {
                    short = true;
                    end += 1;
                }
            }
            _ => break,
        }
    }
    let whole = line.get(end).is_none_or(|&byte| ROLES[byte as usize] != PART)
        && !line[..end].ends_with(b":")
        || line[..end].ends_with(b"::") && short;
    (whole && digits && (groups >= 6 || short && groups >= 2)).then_some(end)
}

/// The end of the quoted text that opens at `at` and says something of its own: several words, after a space. What
/// stands behind an equals sign or a colon is the message itself.
fn quoted(line: &[u8], at: usize) -> Option<usize> {
    let quote = line[at];
    let before = line[..at].trim_ascii_end();
    if before.len() == at || matches!(before.last(), None | Some(b':' | b'=' | b',' | b'{' | b'[' | b'(')) {
        return None;
    }
    let end = at + 1 + memchr::memchr(quote, &line[at + 1..])?;
    let inside = &line[at + 1..end];
    let closed = line.get(end + 1).is_none_or(|&byte| ROLES[byte as usize] == GAP);
    let request = inside.iter().position(|&byte| byte == b' ').is_some_and(|space| {
        space >= 3
            && inside[..space].iter().all(u8::is_ascii_uppercase)
            && inside.get(space + 1) == Some(&b'/')
    });
    (closed && !request && memchr::memchr(b' ', inside).is_some() || inside == b"-").then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    fn masked(line: &str) -> String {
        let mut slots = Vec::new();
        find_slots(line, &mut slots);
        let mut text = String::new();
        let mut at = 0;
        for slot in &slots {
            text.push_str(&line[at..slot.start]);
            let _ = write!(text, "<{:?}>", slot.class);
            at = slot.end;
        }
        text + &line[at..]
    }

    #[test]
    fn what_varies_is_masked_and_words_are_not() {
        let cases = [
            (
                "Jun 15 04:06:18 combo su(pam_unix)[21416]: opened (uid=0)",
                "<Time> combo su(pam_unix)[<Number>]: opened (uid=<Number>)",
            ),
            (
                "at RecvWorker:188978561024:Cnx$RecvWorker@762] - my id = 2, error = ",
                "at RecvWorker:<Number>:Cnx$RecvWorker@<Number>] - my id = <Number>, error = ",
            ),
            ("RAS R02-M1-N0-C:J12-U11 at 0x0b85eee0, mask 0x05.", "RAS <Identifier> at <Hex>, mask <Hex>."),
            ("2001:db8::1 and fe80::1 and 00:1a:2b:3c:4d:5e", "<Address> and <Address> and <Address>"),
            ("std::io::Error a::b", "std::io::Error a::b"),
            (
                "4f9d2c1e-7a52-4b7e-9d1c-0a1b2c3d4e5f took 1.5s, 80% of 3,072 (4.5 GB)",
                "<Hex> took <Quantity>, <Quantity> of <Identifier> (<Number> GB)",
            ),
            ("rhost=62-192-102-94.dsl.example.net  user=root", "rhost=<Address>  user=root"),
            (
                r#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET /a?b=1 HTTP/1.1" 200 12 "-" "Mozilla/5.0 (X11; Linux)""#,
                r#"<Address> - - [<Time>] "GET <Path> <Identifier>" 200 <Number> "<Quoted>" "<Quoted>""#,
            ),
            (
                r#"{"level":"error","msg":"it broke now"} error: "a b""#,
                r#"{"level":"error","msg":"it broke now"} error: "a b""#,
            ),
            (
                r"C:\Windows\System32 and https://example.org/x, and/or yarn",
                r"<Path> and https:<Path>, and/or yarn",
            ),
            ("E0308 -- v1.2.3-rc1 done...", "<Identifier> -- <Identifier> done..."),
        ];
        for (line, expected) in cases {
            assert_eq!(masked(line), expected, "{line}");
        }
    }

    #[test]
    fn shapes_ignore_slots_and_padding() {
        let shape_of = |line: &str| {
            let mut slots = Vec::new();
            find_slots(line, &mut slots);
            shape(line, &slots)
        };
        assert_eq!(shape_of("took 1 ms,   a"), shape_of("took 230 ms, a"));
        assert_ne!(shape_of("took 1 ms"), shape_of("took 1 s of"));
        assert_ne!(shape_of("user root"), shape_of("user eve"));
    }
}
