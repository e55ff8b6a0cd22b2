//! Tokens of a page: tags, text, and what is passed over.
//!
//! Owns the reading of one tag with its attributes, however carelessly it is written. It does not know how tags nest.
//! Linear whatever it is given: a search that ran to the end of the text in vain is not made again.

use super::entities::push_decoded;
use super::tags::{Content, TAGS, Tag, tag};
use memchr::{memchr, memmem};

/// How a section of character data begins.
const CHARACTER_DATA: &str = "<![CDATA[";

/// A piece of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text with its character references.
    Text(&'a str),
    /// Text in which nothing is a reference or a tag.
    CharacterData(&'a str),
    /// A start tag; for one whose inside is raw, that too.
    Start { tag: Tag, name: &'a str, attributes: &'a str, raw: Option<&'a str>, closed: bool },
    /// An end tag.
    End { tag: Tag, name: &'a str },
    /// A comment, a doctype or a processing instruction.
    Nothing,
}

/// Reads tokens one after the other.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    source: &'a str,
    at: usize,
    /// Whether these were searched in vain: `"`, `'`, `-->`, `]]>`.
    missing: [bool; 4],
    /// Whether the end tag of a raw element was searched in vain.
    unclosed: [bool; TAGS],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, at: 0, missing: [false; 4], unclosed: [false; TAGS] }
    }

    /// Where the next token begins.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    fn text_until(&mut self, end: usize) -> Token<'a> {
        let text = &self.source[self.at..end];
        self.at = end;
        Token::Text(text)
    }

    /// The end of what a search for `needle` finds after `from`, once it is known that there is one.
    fn end_of(&mut self, needle: &str, slot: usize, from: usize) -> Option<usize> {
        if self.missing[slot] {
            return None;
        }
        let found = memmem::find(&self.source.as_bytes()[from..], needle.as_bytes());
        self.missing[slot] = found.is_none();
        found.map(|at| from + at + needle.len())
    }

    /// A declaration, a comment, character data.
    fn declaration(&mut self) -> Token<'a> {
        let rest = &self.source[self.at..];
        if rest.starts_with("<!--") {
            if let Some(end) = self.end_of("-->", 2, self.at + 4) {
                self.at = end;
                return Token::Nothing;
            }
        } else if rest.starts_with(CHARACTER_DATA)
            && let Some(end) = self.end_of("]]>", 3, self.at + CHARACTER_DATA.len())
        {
            let text = &self.source[self.at + CHARACTER_DATA.len()..end - "]]>".len()];
            self.at = end;
            return Token::CharacterData(text);
        }
        self.at = memchr(b'>', rest.as_bytes()).map_or(self.source.len(), |end| self.at + end + 1);
        Token::Nothing
    }

    /// The end of a tag's attributes and of the tag, for attributes that begin at `from`.
    fn tag_end(&mut self, from: usize) -> (usize, usize) {
        let bytes = self.source.as_bytes();
        let mut at = from;
        let mut after_equals = false;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'>' => return (at, at + 1),
                b'"' | b'\'' if after_equals => {
                    let (quote, slot) = if byte == b'"' { ("\"", 0) } else { ("'", 1) };
                    at = self.end_of(quote, slot, at + 1).unwrap_or(at + 1);
                    after_equals = false;
                }
                // A tag that was never closed ends where the next one begins.
                b'<' if !after_equals => return (at, at),
                _ => {
                    after_equals = byte == b'=' || after_equals && byte.is_ascii_whitespace();
                    at += 1;
                }
            }
        }
        (at, at)
    }

    /// Where the inside of a raw element ends, and its end tag. Scripts that are cut off reach to the end of the text;
    /// for others there is none, since a page would be lost with them.
    fn raw(&self, tag: Tag, name: &str, from: usize) -> Option<(usize, usize)> {
        let bytes = self.source.as_bytes();
        let mut at = from;
        while let Some(found) = memmem::find(&bytes[at..], b"</") {
            let end = at + found;
            let after = end + 2 + name.len();
            let same =
                bytes.get(end + 2..after).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
            if same && !bytes.get(after).is_some_and(u8::is_ascii_alphanumeric) {
                return Some((
                    end,
                    memchr(b'>', &bytes[after..]).map_or(bytes.len(), |close| after + close + 1),
                ));
            }
            at = end + 2;
        }
        matches!(tag, Tag::Script | Tag::Style).then_some((bytes.len(), bytes.len()))
    }
}

/// Bytes of a tag's name.
fn name_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'/' | b'<' | 0))
        .count()
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let bytes = self.source.as_bytes();
        let first = *bytes.get(self.at)?;
        if first != b'<' {
            let end = memchr(b'<', &bytes[self.at..]).map_or(bytes.len(), |length| self.at + length);
            return Some(self.text_until(end));
        }
        let is_end = bytes.get(self.at + 1) == Some(&b'/');
        let name_at = self.at + 1 + usize::from(is_end);
        Some(match bytes.get(name_at) {
            Some(b'!' | b'?') if !is_end => self.declaration(),
            Some(letter) if letter.is_ascii_alphabetic() => {
                let name_end = name_at + name_length(&bytes[name_at..]);
                let name = &self.source[name_at..name_end];
                let tag = tag(name);
                let (attributes_end, end) = self.tag_end(name_end);
                self.at = end;
                if is_end {
                    return Some(Token::End { tag, name });
                }
                let attributes = &self.source[name_end..attributes_end];
                let closed = attributes.ends_with('/');
                let mut raw = None;
                if tag.content() == Content::Raw && !closed && !self.unclosed[tag as usize] {
                    match self.raw(tag, name, end) {
                        Some((raw_end, end)) => {
                            raw = Some(&self.source[self.at..raw_end]);
                            self.at = end;
                        }
                        None => self.unclosed[tag as usize] = true,
                    }
                }
                Token::Start { tag, name, attributes, raw, closed }
            }
            _ => {
                // No tag: the character itself, with the text after it.
                let from = self.at + 1;
                let end = memchr(b'<', &bytes[from..]).map_or(bytes.len(), |length| from + length);
                self.text_until(end)
            }
        })
    }
}

/// The attributes of a tag, in their order, with their values as they are written.
pub(super) fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/' || c == '=');
        if rest.is_empty() {
            return None;
        }
        let end =
            rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        rest = after.trim_ascii_start();
        let Some(value) = rest.strip_prefix('=') else { return Some((name, "")) };
        let value = value.trim_ascii_start();
        let quote = value.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''));
        let (value, after) = match quote {
            Some(quote) => {
                let inside = &value[1..];
                match memchr(quote, inside.as_bytes()) {
                    Some(length) => (&inside[..length], &inside[length + 1..]),
                    None => (inside, ""),
                }
            }
            None => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        rest = after;
        Some((name, value))
    })
}

/// The value of an attribute, decoded; `None` where it is missing.
pub(super) fn attribute(text: &str, name: &str) -> Option<String> {
    let value = attributes(text).find(|(found, _)| found.eq_ignore_ascii_case(name))?.1;
    let mut out = String::with_capacity(value.len());
    push_decoded(&mut out, value.trim());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<String> {
        Tokens::new(source)
            .map(|token| match token {
                Token::Text(text) | Token::CharacterData(text) => format!("{text:?}"),
                Token::Start { name, attributes, raw, .. } => {
                    format!("<{name}{}>{}", attributes.trim_end(), raw.unwrap_or_default())
                }
                Token::End { name, .. } => format!("</{name}>"),
                Token::Nothing => "-".to_owned(),
            })
            .collect()
    }

    #[test]
    fn careless_pages_are_read() {
        for (source, expected) in [
            ("a < b <c", &["\"a \"", "\"< b \"", "<c>"][..]),
            ("<P CLASS=x>1</p >", &["<P CLASS=x>", "\"1\"", "</p>"]),
            ("<a href='a>b'>x", &["<a href='a>b'>", "\"x\""]),
            ("<a href=\"a>b", &["<a href=\"a>", "\"b\""]),
            ("<div <b>x", &["<div>", "<b>", "\"x\""]),
            ("<!doctype html><!-- <p> --><?xml?>x", &["-", "-", "-", "\"x\""]),
            ("<!-- never closed > x", &["-", "\" x\""]),
            ("<![CDATA[a<b]]>", &["\"a<b\""]),
            ("<script>if (a</b>1) '</scr'</SCRIPT >x", &["<script>if (a</b>1) '</scr'", "\"x\""]),
            ("<style>p{}", &["<style>p{}"]),
            ("<>x</>", &["\"<>x\"", "\"</>\""]),
        ] {
            assert_eq!(read(source), expected, "{source}");
        }
    }

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        let text = r#" id=a  class = "b c" data-x='1&amp;2' checked /"#;
        let read: Vec<_> = attributes(text).collect();
        assert_eq!(read, [("id", "a"), ("class", "b c"), ("data-x", "1&amp;2"), ("checked", "")]);
        assert_eq!(attribute(text, "DATA-X").as_deref(), Some("1&2"));
        assert_eq!(attribute(text, "href"), None);
        assert_eq!(attributes("= / ==").count(), 0);
        assert_eq!(
            attributes(r#" href=a/b.html x="unclosed"#).collect::<Vec<_>>(),
            [("href", "a/b.html"), ("x", "unclosed")]
        );
    }
}
