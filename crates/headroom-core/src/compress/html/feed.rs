//! RSS and Atom: the channel, and an entry after the other.
//!
//! Owns which elements of a feed are told. What an entry says in HTML becomes Markdown as a page does. It does not know
//! XML of other kinds.

use super::entities::push_decoded;
use super::to_markdown;
use super::tokens::{Token, Tokens, attribute};

/// Facts of an entry that are told.
const MOST_FACTS: usize = 24;

/// An entry, or the channel itself.
#[derive(Debug, Default)]
struct Entry {
    title: String,
    /// Link, date, author and categories.
    facts: Vec<String>,
    /// What it says; the longest where there are several.
    body: String,
}

/// A feed as Markdown; `None` where the text is none.
pub(super) fn read(source: &str) -> Option<String> {
    let mut entries = vec![Entry::default()];
    let mut is_feed = false;
    // The element whose text is being collected, with the text so far.
    let mut collecting: Option<(&str, String)> = None;
    for token in Tokens::new(source) {
        match token {
            Token::Start { name, attributes, raw, closed, .. } => {
                if let Some((_, text)) = &mut collecting {
                    // Markup in a text that is written without escapes.
                    text.push_str(
                        &source[offset(source, name) - 1..offset(source, attributes) + attributes.len()],
                    );
                    text.push('>');
                    continue;
                }
                is_feed |= matches!(name, "rss" | "feed" | "rdf:RDF");
                if !is_feed {
                    return None;
                }
                if matches!(name, "item" | "entry") {
                    entries.push(Entry::default());
                } else if let Some(raw) = raw {
                    let mut text = String::new();
                    match raw.trim().strip_prefix("<![CDATA[").and_then(|raw| raw.strip_suffix("]]>")) {
                        Some(literal) => text.push_str(literal),
                        None => push_decoded(&mut text, raw),
                    }
                    entries.last_mut()?.add(name, &text);
                } else if name == "link"
                    && let Some(target) = attribute(attributes, "href")
                {
                    let is_own = attribute(attributes, "rel").is_none_or(|rel| rel == "alternate");
                    if is_own {
                        entries.last_mut()?.add(name, &target);
                    }
                } else if name == "category"
                    && let Some(term) = attribute(attributes, "term")
                {
                    entries.last_mut()?.add(name, &term);
                } else if !closed && is_told(name) {
                    collecting = Some((name, String::new()));
                }
            }
            Token::Text(text) => {
                if let Some((_, collected)) = &mut collecting {
                    push_decoded(collected, text);
                }
            }
            Token::CharacterData(text) => {
                if let Some((_, collected)) = &mut collecting {
                    collected.push_str(text);
                }
            }
            Token::End { name, .. } => match &mut collecting {
                Some((collected, text)) if *collected == name => {
                    entries.last_mut()?.add(name, text);
                    collecting = None;
                }
                Some((_, text)) => {
                    text.push_str("</");
                    text.push_str(name);
                    text.push('>');
                }
                None => {}
            },
            Token::Nothing => {}
        }
    }
    if !is_feed || entries.len() < 2 {
        return None;
    }
    let written: Vec<String> = entries.iter().enumerate().map(|(at, entry)| entry.written(at == 0)).collect();
    Some(written.join("\n\n"))
}

/// Where a piece of the source begins.
fn offset(source: &str, piece: &str) -> usize {
    (piece.as_ptr() as usize).saturating_sub(source.as_ptr() as usize)
}

/// Whether the text of an element is told.
fn is_told(name: &str) -> bool {
    matches!(
        name,
        "link"
            | "pubDate"
            | "published"
            | "updated"
            | "lastBuildDate"
            | "dc:date"
            | "author"
            | "dc:creator"
            | "name"
            | "category"
            | "description"
            | "subtitle"
            | "summary"
            | "content"
            | "content:encoded"
            | "guid"
            | "comments"
    )
}

impl Entry {
    fn add(&mut self, name: &str, text: &str) {
        let text = text.trim();
        let is_body = matches!(name, "description" | "subtitle" | "summary" | "content" | "content:encoded");
        if text.is_empty() {
            return;
        }
        match name {
            "title" if self.title.is_empty() => {
                // Some escape what is escaped already.
                let mut title = String::new();
                push_decoded(&mut title, text);
                self.title = title.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            _ if is_body && text.len() > self.body.len() => text.clone_into(&mut self.body),
            _ if !is_body && is_told(name) && self.facts.len() < MOST_FACTS => {
                let words = to_markdown(text).unwrap_or_default().replace('\n', " ");
                if !words.is_empty() && !self.facts.contains(&words) {
                    self.facts.push(words);
                }
            }
            _ => {}
        }
    }

    fn written(&self, is_channel: bool) -> String {
        let mut lines = vec![format!("{} {}", if is_channel { "#" } else { "##" }, self.title)];
        if !self.facts.is_empty() {
            lines.push(self.facts.join(" | "));
        }
        lines.extend(to_markdown(&self.body));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn feeds_are_told_entry_by_entry() {
        let rss = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Tides</title><link>https://example.org/</link>\
            <description>High &amp; low</description>\
            <item><title><![CDATA[Spring <tide>]]></title><link>https://example.org/1</link><guid>https://example.org/1</guid>\
            <pubDate>Mon, 05 May 2025 06:00:00 GMT</pubDate><dc:creator>A. Ferrow</dc:creator><category>sea</category>\
            <description>&lt;p&gt;Five &lt;b&gt;metres&lt;/b&gt;.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;one&lt;li&gt;two&lt;/ul&gt;</description></item>\
            <item><title>Neap tide</title><content:encoded><![CDATA[<p>Two <a href=\"/x\">metres</a> &amp; less.</p>]]></content:encoded></item>\
            </channel></rss>";
        let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Winds</title><entry><title type=\"html\">North &amp;amp; west</title>\
            <link href=\"https://example.org/2\"/><updated>2025-05-05T06:00:00Z</updated><author><name>B. Quay</name></author>\
            <content type=\"xhtml\"><div><p>Strong <em>gusts</em></p></div></content></entry></feed>";
        insta::assert_snapshot!(format!("{}\n\n{}", read(rss).expect("a feed"), read(atom).expect("a feed")));
        assert_eq!(read("<project><item/></project>"), None);
        assert_eq!(read("<rss><channel><title>x</title></channel></rss>"), None);
    }
}
