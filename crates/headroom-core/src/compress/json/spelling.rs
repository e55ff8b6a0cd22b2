//! How JSON spells strings: escapes of RFC 8259 §7, undone and made.

/// What became of an escaped string.
pub enum Unescaped {
    /// Its text.
    Text(String),
    /// It holds half of a surrogate pair, which no Rust string can.
    LoneSurrogate,
    /// An escape that RFC 8259 does not know.
    Broken,
}

/// Undoes the escapes of RFC 8259 §7.
#[must_use]
pub fn unescape(escaped: &str) -> Unescaped {
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    let mut lone = false;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let Some(&letter) = rest.as_bytes().get(at + 1) else { return Unescaped::Broken };
        let mut used = at + 2;
        let character = match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let Some(unit) = hex4(rest, used) else { return Unescaped::Broken };
                used += 4;
                match unit {
                    0xD800..=0xDBFF => {
                        let low = rest
                            .get(used..used + 2)
                            .filter(|next| *next == "\\u")
                            .and_then(|_| hex4(rest, used + 2));
                        if let Some(low @ 0xDC00..=0xDFFF) = low {
                            used += 6;
                            char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
                                .unwrap_or('\u{FFFD}')
                        } else {
                            lone = true;
                            '\u{FFFD}'
                        }
                    }
                    0xDC00..=0xDFFF => {
                        lone = true;
                        '\u{FFFD}'
                    }
                    _ => char::from_u32(unit).unwrap_or('\u{FFFD}'),
                }
            }
            _ => return Unescaped::Broken,
        };
        text.push(character);
        rest = &rest[used..];
    }
    text.push_str(rest);
    if lone { Unescaped::LoneSurrogate } else { Unescaped::Text(text) }
}

fn hex4(text: &str, at: usize) -> Option<u32> {
    let digits = text.as_bytes().get(at..at + 4)?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
}

/// Appends a string as JSON with the fewest escapes.
pub fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x8 => "\\b",
            0xC => "\\f",
            0..=0x1F => "",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        from = at + 1;
        if escape.is_empty() {
            out.push_str("\\u00");
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// Bytes of the JSON string at the start of the text.
#[must_use]
pub fn json_string_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Bytes of the value at the start of the text: a JSON value, or a name such as `&3`.
#[must_use]
pub fn json_value_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.first()? {
        b'"' => json_string_length(text),
        b'&' => Some(1 + bytes[1..].iter().take_while(|byte| byte.is_ascii_digit()).count()),
        b'[' | b'{' => {
            let mut depth = 0_usize;
            let mut at = 0;
            loop {
                match bytes.get(at)? {
                    b'"' => at += json_string_length(&text[at..])? - 1,
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
        }
        _ => {
            let end = bytes
                .iter()
                .position(|&byte| matches!(byte, b',' | b';' | b']' | b'}' | b'\n' | b':'))
                .unwrap_or(bytes.len());
            (end > 0).then_some(end)
        }
    }
}
