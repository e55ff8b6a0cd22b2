//! JSON inside a string, as tools that speak MCP answer.
//!
//! Owns the spellings such a string can have, so that the string comes back byte for byte.

use std::fmt::Write as _;

/// Shortest string that is looked into, in bytes.
const MIN_BYTES: usize = 80;

/// What every such string begins with in the notation.
const OPENING: &str = "@json";

/// How a string spells its JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    space: Space,
    /// Whether everything but ASCII is escaped.
    ascii: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Space {
    /// `{"a":1,"b":2}`
    None,
    /// `{"a": 1, "b": 2}`
    Signs,
    /// A line a value, so many blanks a level.
    Blanks(u8),
    /// A line a value, a tab a level.
    Tabs,
}

/// Whether a string looks like a JSON container.
#[must_use]
pub fn may_hold_json(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.len() >= MIN_BYTES
        && matches!((bytes[0], bytes[bytes.len() - 1]), (b'{', b'}') | (b'[', b']'))
        && matches!(bytes[1], b'"' | b'{' | b'[' | b'\n' | b' ' | b'\t')
}

impl Style {
    /// The style in which `text` spells the JSON `minified`; `None` where it is none of ours.
    #[must_use]
    pub fn of(text: &str, minified: &str) -> Option<Self> {
        let after = text.get(1..)?;
        let space = match after.strip_prefix('\n') {
            Some(line) if line.starts_with('\t') => Space::Tabs,
            Some(line) => {
                let blanks = line.len() - line.trim_start_matches(' ').len();
                Space::Blanks(u8::try_from(blanks).ok().filter(|blanks| (1..=8).contains(blanks))?)
            }
            None if text == minified => Space::None,
            None => Space::Signs,
        };
        let style = Self { space, ascii: false };
        [style, Self { ascii: true, ..style }, Self { space: Space::None, ascii: true }]
            .into_iter()
            .find(|style| style.render(minified) == text)
    }

    /// What stands before the JSON in the notation: `@json(`, with the spelling between.
    #[must_use]
    pub fn opening(self) -> String {
        let mut out = OPENING.to_owned();
        match self.space {
            Space::None => {}
            Space::Signs => out.push('s'),
            Space::Blanks(blanks) => {
                let _ = write!(out, "{blanks}");
            }
            Space::Tabs => out.push('t'),
        }
        if self.ascii {
            out.push('a');
        }
        out.push('(');
        out
    }

    /// Reads an opening: the style, and the bytes it takes.
    #[must_use]
    pub fn read(text: &str) -> Option<(Self, usize)> {
        let rest = text.strip_prefix(OPENING)?;
        let end = rest.find('(')?;
        let (space, ascii) = match rest[..end].strip_suffix('a') {
            Some(space) => (space, true),
            None => (&rest[..end], false),
        };
        let space = match space {
            "" => Space::None,
            "s" => Space::Signs,
            "t" => Space::Tabs,
            blanks => Space::Blanks(blanks.parse().ok().filter(|blanks| (1..=8).contains(blanks))?),
        };
        Some((Self { space, ascii }, OPENING.len() + end + 1))
    }

    /// Spells minified JSON in this style.
    #[must_use]
    pub fn render(self, minified: &str) -> String {
        let bytes = minified.as_bytes();
        let mut out = String::with_capacity(minified.len() * 2);
        let mut depth = 0_usize;
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'"' => {
                    let length =
                        super::spelling::json_string_length(&minified[at..]).unwrap_or(bytes.len() - at);
                    self.string(&mut out, &minified[at..at + length]);
                    at += length;
                    continue;
                }
                open @ (b'{' | b'[') => {
                    out.push(char::from(open));
                    if bytes.get(at + 1) == Some(&(open + 2)) {
                        out.push(char::from(open + 2));
                        at += 1;
                    } else {
                        depth += 1;
                        self.line(&mut out, depth);
                    }
                }
                close @ (b'}' | b']') => {
                    depth = depth.saturating_sub(1);
                    self.line(&mut out, depth);
                    out.push(char::from(close));
                }
                b',' => {
                    out.push(',');
                    if self.space == Space::Signs {
                        out.push(' ');
                    }
                    self.line(&mut out, depth);
                }
                b':' => out.push_str(if self.space == Space::None { ":" } else { ": " }),
                other => out.push(char::from(other)),
            }
            at += 1;
        }
        out
    }

    fn line(self, out: &mut String, depth: usize) {
        match self.space {
            Space::None | Space::Signs => {}
            Space::Blanks(blanks) => {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', usize::from(blanks) * depth));
            }
            Space::Tabs => {
                out.push('\n');
                out.extend(std::iter::repeat_n('\t', depth));
            }
        }
    }

    fn string(self, out: &mut String, quoted: &str) {
        if !self.ascii || quoted.is_ascii() {
            out.push_str(quoted);
            return;
        }
        let mut units = [0; 2];
        for character in quoted.chars() {
            if character.is_ascii() {
                out.push(character);
            } else {
                for unit in character.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
}
