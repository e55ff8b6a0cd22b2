//! What a page is made of: the text between two block elements, below its headings.
//!
//! Owns where passages begin and end in the source, and how a piece of source reads without its tags. Nothing is taken for
//! boilerplate here: who asks for a menu gets it.

use super::entities::push_decoded;
use super::tags::Tag;
use super::tokens::{Token, Tokens};
use crate::compress::passage::{Noun, Passage, Passages, Symbol};

/// Bytes of text from which on a passage takes no further block.
const ENOUGH: usize = 500;
/// Bytes of source from which on it takes none.
const MOST_SOURCE: usize = 12_000;
/// Bytes of a heading in a title.
const LONGEST_NAME: usize = 120;

/// The passages of a page.
pub(super) fn passages(source: &str) -> Option<Passages> {
    u32::try_from(source.len()).ok()?;
    let mut list: Vec<Passage> = Vec::new();
    let mut headings = Headings::default();
    let mut tokens = Tokens::new(source);
    let (mut start, mut at, mut text) = (0, 0, 0);
    let mut title = None;
    while let Some(token) = tokens.next() {
        let opens = match token {
            Token::Start { tag, .. } if tag.heading().is_some() => Some(true),
            Token::Start { tag, .. } if tag.is_block() && !matches!(tag, Tag::Cell | Tag::HeaderCell) => {
                Some(false)
            }
            _ => None,
        };
        // A heading begins a passage; another block does where the one before is long enough.
        let parts =
            opens.is_some_and(|heading| heading && text > 0 || text >= ENOUGH || at - start >= MOST_SOURCE);
        if parts {
            if text > 0 {
                list.push(Passage { start: start as u32, end: at as u32, title: title.take() });
            }
            (start, text) = (at, 0);
            title = headings.title();
        }
        headings.follow(&token);
        if headings.ended {
            title = headings.title();
        }
        if let Token::Text(inside) | Token::CharacterData(inside) = token {
            text += inside.trim_ascii().len();
        }
        at = tokens.offset();
    }
    if text > 0 {
        list.push(Passage { start: start as u32, end: at as u32, title });
    }
    if list.is_empty() {
        return None;
    }
    Some(Passages { reading: Some(reading), ..Passages::new(Noun::Section, list) })
}

/// The headings of a page, each with the lines up to the next one that is no smaller.
pub(super) fn symbols(source: &str) -> Vec<Symbol> {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    let mut headings = Headings::default();
    let mut tokens = Tokens::new(source);
    let (mut line, mut at, mut begins) = (0, 0, 0);
    while let Some(token) = tokens.next() {
        if let Token::Start { tag, .. } = token
            && tag.heading().is_some()
        {
            begins = line;
        }
        headings.follow(&token);
        if headings.ended
            && let (Some(title), Some(&(level, _))) = (headings.title(), headings.open.last())
        {
            found.push((level, begins, title.into()));
        }
        line += memchr::memchr_iter(b'\n', &source.as_bytes()[at..tokens.offset()]).count();
        at = tokens.offset();
    }
    let last = line + usize::from(!source.ends_with('\n'));
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut symbols = Vec::new();
    for (level, first, name) in found.into_iter().rev() {
        while ends.last().is_some_and(|&(other, _)| other > level) {
            ends.pop();
        }
        let end = ends.last().map_or(last, |&(_, first)| first);
        ends.push((level, first));
        symbols.push(Symbol { name, first, end: end.max(first + 1) });
    }
    symbols.reverse();
    symbols
}

/// The headings above the current place.
#[derive(Default)]
struct Headings {
    /// Level and text of each.
    open: Vec<(usize, String)>,
    /// The level of the heading that is being read.
    reading: Option<usize>,
    /// Whether the last token ended a heading.
    ended: bool,
}

impl Headings {
    fn follow(&mut self, token: &Token<'_>) {
        self.ended = false;
        match token {
            Token::Start { tag, .. } => {
                if let Some(level) = tag.heading() {
                    self.open.retain(|&(other, _)| other < level);
                    self.open.push((level, String::new()));
                    self.reading = Some(level);
                }
            }
            Token::End { tag, .. } if tag.heading().is_some() => {
                self.ended = self.reading.take().is_some();
            }
            Token::Text(text) => {
                if let (Some(_), Some((_, name))) = (self.reading, self.open.last_mut())
                    && name.len() < LONGEST_NAME
                {
                    push_decoded(name, &text[..text.floor_char_boundary(LONGEST_NAME)]);
                }
            }
            _ => {}
        }
    }

    fn title(&self) -> Option<Box<str>> {
        let names = self.open.iter().map(|(_, name)| name.split_whitespace().collect::<Vec<_>>().join(" "));
        let title = names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" > ");
        (!title.is_empty()).then(|| title.into())
    }
}

/// How a piece of a page's source reads: its text, block by block.
pub(super) fn reading(source: &str) -> String {
    let mut out = String::new();
    let mut preformatted = false;
    for token in Tokens::new(source) {
        match token {
            Token::Text(text) if preformatted => push_decoded(&mut out, text),
            Token::Text(text) => {
                let spaced = text.starts_with(|c: char| c.is_ascii_whitespace());
                if spaced && !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
                let words = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
                push_decoded(&mut out, &words);
                let ends = text.ends_with(|c: char| c.is_ascii_whitespace());
                if ends && !words.is_empty() {
                    out.push(' ');
                }
            }
            Token::CharacterData(text) => out.push_str(text),
            Token::Start { tag, .. } => {
                preformatted |= tag == Tag::Pre;
                let opening = match tag {
                    Tag::Item => "- ",
                    Tag::Cell | Tag::HeaderCell => "| ",
                    _ => tag.heading().map_or("", |level| &"###### "[6 - level..]),
                };
                let same_line = matches!(tag, Tag::Cell | Tag::HeaderCell);
                if (tag.is_block() || tag == Tag::Break) && !same_line {
                    end_line(&mut out);
                }
                out.push_str(opening);
            }
            Token::End { tag, .. } => {
                preformatted &= tag != Tag::Pre;
                if matches!(tag, Tag::Cell | Tag::HeaderCell) {
                    out.truncate(out.trim_end_matches(' ').len());
                    out.push(' ');
                } else if tag.is_block() {
                    end_line(&mut out);
                }
            }
            Token::Nothing => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_without_their_tags() {
        let html = "<h2 id=a>Fish &amp; <b>chips</b></h2><script>x()</script><p>One\n two</p><ul><li>a<li>b</ul><table><tr><td>1</td><td>2</td></tr></table><pre>x\n  y</pre>";
        assert_eq!(reading(html), "## Fish & chips\nOne two\n- a\n- b\n| 1 | 2\nx\n  y");
    }

    #[test]
    fn headings_are_symbols() {
        let html = "<h1>Guide</h1>\n<p>intro\n<h2>Linux</h2>\n<p>apt\n<h2>macOS</h2>\n<p>brew\n";
        let symbols = symbols(html);
        let listed: Vec<_> = symbols.iter().map(|symbol| (&*symbol.name, symbol.first, symbol.end)).collect();
        assert_eq!(listed, [("Guide", 0, 6), ("Guide > Linux", 2, 4), ("Guide > macOS", 4, 6)]);
    }
}
