//! The tree of a page: elements and texts in one list, each before what is inside of it.
//!
//! Owns which element ends where, whatever the page leaves open or closes twice. It does not know what is shown.
//! An element deeper than [`MAX_DEPTH`] is passed over and its text belongs to the one around it, so that whoever
//! walks the tree may recurse.

use super::tags::{Content, TAGS, Tag};
use super::tokens::{Token, Tokens, attribute, attributes};

/// Elements within elements.
const MAX_DEPTH: usize = 160;
/// Nodes of a page beyond which it is not read: with the source in memory they take some ten times as much.
const MAX_NODES: usize = 4_000_000;

/// An element or a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) tag: Tag,
    /// Whether a text has no references in it.
    pub(super) is_verbatim: bool,
    /// Where it begins and ends in the source, in bytes, with its tags.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Its attributes; of a text and of a raw element the text.
    pub(super) inside: (u32, u32),
    /// The node after it and all that is inside of it.
    pub(super) next: u32,
    /// The element around it.
    pub(super) parent: u32,
    /// Bytes of text inside that are no white space, and how many of them stand in links.
    pub(super) text: u32,
    pub(super) linked: u32,
    /// Links inside, and how many of them lead to a place on the same page.
    pub(super) links: u32,
    pub(super) fragments: u32,
}

/// A page.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    pub(super) source: &'a str,
    /// The first one is the whole page.
    pub(super) nodes: Vec<Node>,
}

impl<'a> Tree<'a> {
    /// Reads a page; `None` where it is too large.
    pub(super) fn read(source: &'a str) -> Option<Self> {
        u32::try_from(source.len()).ok()?;
        let mut builder = Builder::new(source);
        let mut tokens = Tokens::new(source);
        let mut start = 0;
        while let Some(token) = tokens.next() {
            builder.token(token, start, tokens.offset());
            start = tokens.offset();
            if builder.nodes.len() > MAX_NODES {
                return None;
            }
        }
        builder.close_to(0, source.len());
        let mut tree = Self { source, nodes: builder.nodes };
        tree.weigh();
        Some(tree)
    }

    /// Counts texts and links from the inside out.
    fn weigh(&mut self) {
        for at in (1..self.nodes.len()).rev() {
            let node = self.nodes[at];
            if matches!(
                node.tag,
                Tag::Script | Tag::Style | Tag::Svg | Tag::Otherwise | Tag::Title | Tag::Textarea
            ) {
                continue;
            }
            let in_link = node.tag == Tag::Anchor;
            let to_fragment = in_link && leads_to_fragment(self.inside(&node));
            let parent = &mut self.nodes[node.parent as usize];
            parent.text += node.text;
            parent.linked += if in_link { node.text } else { node.linked };
            parent.links += node.links + u32::from(in_link);
            parent.fragments += node.fragments + u32::from(to_fragment);
        }
    }

    /// The text of a node: of a text and of a raw element what is in it, of another one its attributes.
    pub(super) fn inside(&self, node: &Node) -> &'a str {
        &self.source[node.inside.0 as usize..node.inside.1 as usize]
    }

    /// The value of an element's attribute.
    pub(super) fn attribute(&self, node: &Node, name: &str) -> Option<String> {
        attribute(self.inside(node), name)
    }

    /// Whether one of the words of an element's classes, its id and its role passes a test.
    pub(super) fn any_name(&self, node: &Node, test: impl Fn(&str) -> bool) -> bool {
        attributes(self.inside(node))
            .filter(|(name, _)| {
                ["class", "id", "role", "aria-label"].iter().any(|known| name.eq_ignore_ascii_case(known))
            })
            .any(|(_, value)| value.split(|c: char| !c.is_ascii_alphanumeric()).any(&test))
    }

    /// The nodes directly inside of one.
    pub(super) fn children(&self, of: usize) -> impl Iterator<Item = usize> {
        let end = self.nodes[of].next as usize;
        let mut at = of + 1;
        std::iter::from_fn(move || {
            let child = at;
            (child < end).then(|| {
                at = self.nodes[child].next as usize;
                child
            })
        })
    }

    /// All nodes inside of one, in the order of the source.
    pub(super) fn descendants(&self, of: usize) -> std::ops::Range<usize> {
        of + 1..self.nodes[of].next as usize
    }
}

/// Whether the attributes of a link name a place on the same page.
fn leads_to_fragment(text: &str) -> bool {
    attributes(text)
        .any(|(name, value)| name.eq_ignore_ascii_case("href") && value.trim_start().starts_with('#'))
}

struct Builder<'a> {
    source: &'a str,
    nodes: Vec<Node>,
    /// The open elements, the page itself first.
    open: Vec<u32>,
    /// How many of each kind are open.
    counts: [u32; TAGS],
    /// Elements passed over for being too deep.
    too_deep: usize,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str) -> Self {
        let mut builder = Self {
            source,
            nodes: Vec::with_capacity(source.len() / 32),
            open: Vec::new(),
            counts: [0; TAGS],
            too_deep: 0,
        };
        let root = builder.push(Tag::Root, 0, source.len(), (0, 0));
        builder.open.push(root);
        builder
    }

    fn push(&mut self, tag: Tag, start: usize, end: usize, inside: (usize, usize)) -> u32 {
        let at = self.nodes.len() as u32;
        self.nodes.push(Node {
            tag,
            is_verbatim: false,
            start: start as u32,
            end: end as u32,
            inside: (inside.0 as u32, inside.1 as u32),
            next: at + 1,
            parent: self.open.last().copied().unwrap_or(0),
            text: 0,
            linked: 0,
            links: 0,
            fragments: 0,
        });
        at
    }

    /// Where a piece of the source stands in it.
    fn span(&self, piece: &str) -> (usize, usize) {
        let start = (piece.as_ptr() as usize).saturating_sub(self.source.as_ptr() as usize);
        (start, start + piece.len())
    }

    fn token(&mut self, token: Token<'a>, start: usize, end: usize) {
        match token {
            Token::Nothing => {}
            Token::Text(text) | Token::CharacterData(text) => {
                let ink = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
                // White space beside blocks is never shown.
                let after_block = self.nodes.len() == self.open_at_end() + 1
                    && self.open.last().is_some_and(|&open| {
                        let tag = self.nodes[open as usize].tag;
                        tag.is_block() && tag != Tag::Pre
                    });
                if ink == 0 && after_block {
                    return;
                }
                let span = self.span(text);
                let at = self.push(Tag::Text, start, end, span) as usize;
                self.nodes[at].text = ink as u32;
                self.nodes[at].is_verbatim = matches!(token, Token::CharacterData(_));
            }
            Token::Start { tag, attributes, raw, closed, .. } => {
                self.start(tag, attributes, raw, closed, start, end);
            }
            Token::End { tag, .. } => self.end(tag, start, end),
        }
    }

    fn open_at_end(&self) -> usize {
        self.open.last().map_or(0, |&open| open as usize)
    }

    fn start(
        &mut self,
        tag: Tag,
        attributes: &str,
        raw: Option<&str>,
        closed: bool,
        start: usize,
        end: usize,
    ) {
        if tag == Tag::Format || tag == Tag::Span && !self.span_matters(attributes) {
            return;
        }
        self.close_implied(tag, start);
        let inside = match raw {
            Some(raw) if !matches!(tag, Tag::Script) => self.span(raw),
            _ => self.span(attributes),
        };
        let is_closed = closed && !tag.is_block();
        let has_inside = raw.is_none() && tag.content() != Content::Void && !is_closed;
        if has_inside && self.open.len() >= MAX_DEPTH {
            self.too_deep += 1;
            return;
        }
        let at = self.push(tag, start, end, inside);
        if has_inside {
            self.open.push(at);
            self.counts[tag as usize] += 1;
        }
    }

    /// A span is a node where its attributes say that it is not to be read, and then those inside of it are too.
    fn span_matters(&self, attributes: &str) -> bool {
        self.counts[Tag::Span as usize] > 0
            || attributes.contains("line")
            || attributes.contains("nosnippet")
            || attributes.contains("aria-hidden")
    }

    /// Closes what ends where an element of this kind begins.
    fn close_implied(&mut self, tag: Tag, start: usize) {
        if self.counts[Tag::Head as usize] > 0 && tag.is_block() && tag != Tag::Head {
            self.close_last(Tag::Head, &[], start);
        }
        if tag.is_block() && self.counts[Tag::Paragraph as usize] > 0 {
            self.close_last(Tag::Paragraph, &[Tag::Table, Tag::Cell, Tag::HeaderCell, Tag::Button], start);
        }
        if tag.heading().is_some()
            && let Some(&open) = self.open.last()
            && self.nodes[open as usize].tag.heading().is_some()
        {
            self.close_to(self.open.len() - 1, start);
        }
        let (closed, boundaries) = tag.closes();
        for &closed in closed {
            self.close_last(closed, boundaries, start);
        }
    }

    /// Closes the innermost open element of a kind with all that is inside of it, unless a boundary is nearer.
    fn close_last(&mut self, tag: Tag, boundaries: &[Tag], end: usize) {
        if self.counts[tag as usize] == 0 {
            return;
        }
        for depth in (1..self.open.len()).rev() {
            let open = self.nodes[self.open[depth] as usize].tag;
            if open == tag {
                return self.close_to(depth, end);
            }
            if boundaries.contains(&open) {
                return;
            }
        }
    }

    fn end(&mut self, tag: Tag, start: usize, end: usize) {
        if tag == Tag::Break {
            self.push(Tag::Break, start, end, (start, start));
            return;
        }
        if matches!(tag, Tag::Format) || tag.content() == Content::Void {
            return;
        }
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        if self.counts[tag as usize] == 0 {
            return;
        }
        // The end of a table closes its cells; the end of a `div` in a cell does not close the `div` around the table.
        let boundaries: &[Tag] =
            if tag.is_boundary() || matches!(tag, Tag::Row | Tag::RowGroup | Tag::Html | Tag::Body) {
                &[Tag::Table]
            } else {
                &[Tag::Table, Tag::Cell, Tag::HeaderCell, Tag::Caption, Tag::Button]
            };
        if tag == Tag::Table || !boundaries.contains(&tag) {
            self.close_last(tag, if tag == Tag::Table { &[] } else { boundaries }, end);
        } else {
            self.close_last(tag, &[Tag::Table], end);
        }
    }

    /// Closes all elements from a depth on.
    fn close_to(&mut self, depth: usize, end: usize) {
        for open in self.open.drain(depth..).rev() {
            let next = self.nodes.len() as u32;
            let node = &mut self.nodes[open as usize];
            node.next = next;
            node.end = end as u32;
            self.counts[node.tag as usize] = self.counts[node.tag as usize].saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    /// A page as nested brackets.
    fn shape(source: &str) -> String {
        fn write(tree: &Tree<'_>, at: usize, out: &mut String) {
            let node = &tree.nodes[at];
            if node.tag == Tag::Text {
                out.push_str(tree.inside(node));
                return;
            }
            let _ = write!(out, "{:?}(", node.tag);
            for child in tree.children(at) {
                write(tree, child, out);
            }
            out.push(')');
        }
        let tree = Tree::read(source).expect("a small page");
        let mut out = String::new();
        for child in tree.children(0) {
            write(&tree, child, &mut out);
        }
        out
    }

    #[test]
    fn missing_and_misplaced_end_tags_are_made_up_for() {
        for (source, expected) in [
            ("<p>1<p>2<div>3</p>4</div>5", "Paragraph(1)Paragraph(2)Div(34)5"),
            ("<ul><li>1<ul><li>2</ul><li>3</ul>", "List(Item(1List(Item(2)))Item(3))"),
            ("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "Definitions(Term(a)Definition(b)Term(c)Definition(d))"),
            ("<table><tr><td>1<td>2<tr><th>3</table>4", "Table(Row(Cell(1)Cell(2))Row(HeaderCell(3)))4"),
            (
                "<table><tr><td><table><tr><td>1</table>2</div><td>3</table>",
                "Table(Row(Cell(Table(Row(Cell(1)))2)Cell(3)))",
            ),
            ("<b><i>1</b>2</i><br/>3</br>", "12Break()3Break()"),
            ("<h1>1<h2>2</h1>", "H1(1)H2(2)"),
            ("<select><option>1<option>2</select>", "Select(Choice(1)Choice(2))"),
            ("<a href=1>x<a href=2>y</a>", "Anchor(x)Anchor(y)"),
            ("<head><meta><div>1", "Head(Meta())Div(1)"),
        ] {
            assert_eq!(shape(source), expected, "{source}");
        }
    }

    #[test]
    fn texts_and_links_are_weighed() {
        let tree = Tree::read("<div>ab <a href=x>c d</a><script>var x</script></div>").expect("a page");
        let page = &tree.nodes[0];
        assert_eq!((page.text, page.linked, page.links), (4, 2, 1));
    }

    #[test]
    fn deep_pages_are_flattened() {
        let source = "<div>".repeat(100_000) + "x" + &"</div>".repeat(100_000) + "<p>y";
        let tree = Tree::read(&source).expect("a page");
        assert_eq!(tree.nodes[0].text, 2);
        assert!(tree.nodes.len() < 400);
    }
}
