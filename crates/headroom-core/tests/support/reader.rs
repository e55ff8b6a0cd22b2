//! A reader of JSON that shares nothing with the core: it takes a text apart into what has to be kept.

/// One token. Two texts of the same tokens are the same JSON, with number spelling, key order and duplicate keys.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A bracket, a brace, a comma or a colon.
    Mark(char),
    /// A number, `true`, `false` or `null`, as it is spelled.
    Word(&'a str),
    /// A string in UTF-16, where lone surrogates have their place.
    String(Vec<u16>),
    /// A string that has no end, or holds what no string may: the text from there on.
    Rest(&'a str),
}

/// The tokens of `text`. White space between them is not kept; it is none inside strings and words.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        match first {
            ' ' | '\t' | '\n' | '\r' => at += 1,
            '[' | ']' | '{' | '}' | ',' | ':' => {
                tokens.push(Token::Mark(first));
                at += 1;
            }
            '"' => {
                let Some((string, length)) = string(&text[at + 1..]) else {
                    tokens.push(Token::Rest(&text[at..]));
                    break;
                };
                tokens.push(Token::String(string));
                at += 1 + length;
            }
            _ => {
                let ends = |c: char| c.is_ascii_whitespace() || "[]{},:\"".contains(c);
                let end = text[at..].find(ends).map_or(text.len(), |length| at + length);
                tokens.push(Token::Word(&text[at..end]));
                at = end.max(at + first.len_utf8());
            }
        }
    }
    tokens
}

/// A string after its opening quote, and its length up to and with the closing one.
fn string(text: &str) -> Option<(Vec<u16>, usize)> {
    let mut units = Vec::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((units, at + 1)),
            '\0'..='\u{1f}' => return None,
            '\\' => match chars.next()?.1 {
                'u' => {
                    let digits = text
                        .get(at + 2..at + 6)
                        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
                    units.push(u16::from_str_radix(digits, 16).ok()?);
                    chars.nth(3);
                }
                escaped => units.push(match escaped {
                    '"' | '\\' | '/' => escaped as u16,
                    'b' => 8,
                    'f' => 12,
                    'n' => 10,
                    'r' => 13,
                    't' => 9,
                    _ => return None,
                }),
            },
            _ => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
        }
    }
    None
}
