//! Character references: `&amp;`, `&#8212;`, `&#x2014;`.
//!
//! Owns what they stand for. It knows nothing of tags. What does not read as a reference stays as it is written.

/// Names with what they stand for, a line each: those of HTML 4 and a few that pages use beyond.
const NAMED: &str = include_str!("entities.txt");
/// Bytes of the longest reference that is looked at, from its ampersand to its semicolon.
const LONGEST: usize = 32;
/// What the numbers 128 to 159 stand for: pages count on Windows-1252 there (WHATWG HTML, 13.2.5.80).
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// What a reference stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    Named(&'static str),
    Numbered(char),
}

/// Reads the reference at the beginning of `text`, which begins with `&`: what it stands for, and its bytes.
pub(super) fn decode(text: &str) -> Option<(Decoded, usize)> {
    let bytes = &text.as_bytes()[1..text.len().min(LONGEST)];
    if bytes.first() == Some(&b'#') {
        return numbered(bytes);
    }
    let length = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let closed = bytes.get(length) == Some(&b';');
    let name = &text[1..=length];
    let value = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "nbsp" => " ",
        "copy" => "©",
        "reg" => "®",
        _ if closed && !name.is_empty() => find(name)?,
        _ => return None,
    };
    // Old pages leave the semicolon out; `&copy=1` and `&lt1` are no references.
    let open_end = !closed && !matches!(bytes.get(length), None | Some(b'='));
    (closed || open_end).then_some((Decoded::Named(value), 1 + length + usize::from(closed)))
}

fn numbered(bytes: &[u8]) -> Option<(Decoded, usize)> {
    let (radix, from) = if matches!(bytes.get(1), Some(b'x' | b'X')) { (16, 2) } else { (10, 1) };
    let digits = bytes[from..].iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let number = u32::from_str_radix(std::str::from_utf8(&bytes[from..from + digits]).ok()?, radix).ok()?;
    let character = match number {
        0x80..=0x9F => WINDOWS[(number - 0x80) as usize],
        0xA0 => ' ',
        0 => return None,
        _ => char::from_u32(number)?,
    };
    let closed = usize::from(bytes.get(from + digits) == Some(&b';'));
    Some((Decoded::Numbered(character), 1 + from + digits + closed))
}

fn find(name: &str) -> Option<&'static str> {
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&NAMED.as_bytes()[at..], name.as_bytes()) {
        let start = at + found;
        let end = start + name.len();
        if NAMED.as_bytes()[start - 1] == b'\n' && NAMED.as_bytes().get(end) == Some(&b' ') {
            return NAMED[end + 1..].split('\n').next();
        }
        at = end;
    }
    None
}

/// Appends `text` with its references decoded.
pub(super) fn push_decoded(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((decoded, length)) = decode(rest) {
            match decoded {
                Decoded::Named(value) => out.push_str(value),
                Decoded::Numbered(character) => out.push(character),
            }
            rest = &rest[length..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::push_decoded;

    fn decoded(text: &str) -> String {
        let mut out = String::new();
        push_decoded(&mut out, text);
        out
    }

    #[test]
    fn references_are_decoded_and_other_ampersands_stay() {
        for (text, expected) in [
            ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
            ("&#8212;&#x2014;&#X2014;&mdash;", "————"),
            ("&#150;&#x92;", "–’"),
            ("5&nbsp;km&shy;s &hellip;", "5 kms …"),
            ("&copy 2024 AT&T", "© 2024 AT&T"),
            ("?a=1&copy=2&lt=3", "?a=1&copy=2&lt=3"),
            ("&nosuchname; &#xD800; &#; &#x; & &;", "&nosuchname; &#xD800; &#; &#x; & &;"),
            ("&#99999999999999999999;", "&#99999999999999999999;"),
            ("&", "&"),
            ("&eacute;é&", "éé&"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }
}
