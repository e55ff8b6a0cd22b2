//! A page as Markdown, block by block.
//!
//! Owns what is written for each element. What is left out is decided in [`super::boilerplate`], tables are laid out in
//! [`super::tables`]; which blocks go into a candidate is decided by whoever asks.
//!
//! Two departures from what converters usually write: emphasis and inline code carry no marks, and a link inside of a
//! sentence is its text alone (its target is told in the list at the end). A sentence then reads as it does on the
//! page, so that what is asked for stands there literally, and it costs fewer tokens.

use super::boilerplate::{Judge, Reason};
use super::code;
use super::entities::push_decoded;
use super::inline::Inline;
use super::links::{self, Links};
use super::tables;
use super::tags::Tag;
use super::tree::{Node, Tree};
use std::fmt::Write as _;

/// Bytes of a term that its definition follows on the same line.
const SHORT_TERM: usize = 100;
/// Bytes of a description in the head of a page.
const LONGEST_DESCRIPTION: usize = 400;
/// Classes of what an author put beside a text for the browser: line numbers, links to the place itself.
const ASIDES: &[&str] = &[
    "linenos",
    "lineno",
    "linenumber",
    "linenumbers",
    "gutter",
    "headerlink",
    "viewcode",
    "srclink",
    "permalink",
    "anchorjs",
    "editsection",
];
/// Texts of buttons and links that do something with the page itself.
pub(super) const CONTROLS: &[&str] = &[
    "copy",
    "copied",
    "copied!",
    "close",
    "toggle",
    "menu",
    "search",
    "source",
    "[source]",
    "[src]",
    "src",
    "edit",
    "[edit]",
    "show all",
    "copy item path",
    "expand description",
    "print",
    "share",
    "back to top",
    "top",
    "collapse",
    "expand",
];

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Title, description and dates, from the head.
    About,
    Heading(usize),
    Paragraph,
    Item,
    Term,
    Code,
    Row,
    /// The list of links.
    Links,
    /// Something stood here.
    Gap(Reason),
}

/// A run of lines of the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// Where it stands in [`Rendered::text`].
    pub(super) start: usize,
    pub(super) end: usize,
    /// What it was made of, in bytes of the source.
    pub(super) source: (u32, u32),
}

/// A page, rendered.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    /// The texts of all blocks, with nothing between them.
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
    /// Scripts and style sheets left out.
    pub(super) scripts: usize,
    /// Pictures left out that say nothing in words.
    pub(super) pictures: usize,
}

/// Renders a page.
pub(super) fn render(tree: &Tree<'_>) -> Rendered {
    let mut renderer = Renderer {
        tree,
        judge: Judge::new(tree),
        out: Rendered { text: String::with_capacity(tree.source.len() / 4), ..Rendered::default() },
        inline: Inline::default(),
        prefix: String::new(),
        bullet: None,
        line: None,
        after_term: false,
        links: Links::default(),
    };
    renderer.about();
    renderer.children(0);
    renderer.flush();
    let list = renderer.links.written();
    if !list.is_empty() {
        let end = tree.source.len() as u32;
        renderer.block(Kind::Links, &list, (end, end));
    }
    renderer.out
}

/// What a page is written with.
pub(super) struct Renderer<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    judge: Judge<'t, 'a>,
    pub(super) out: Rendered,
    pub(super) inline: Inline,
    /// What each line begins with.
    prefix: String,
    /// What the next block's first line begins with instead.
    bullet: Option<String>,
    /// Where blocks go while one line is made of them.
    line: Option<String>,
    /// Whether a definition begins here.
    after_term: bool,
    links: Links,
}

impl Renderer<'_, '_> {
    /// What the head says of the page.
    fn about(&mut self) {
        let mut about: Vec<(&str, String)> = Vec::new();
        let mut source = None;
        for node in &self.tree.nodes {
            let found = match node.tag {
                Tag::Title => Some(("title", self.tree.inside(node).to_owned())),
                Tag::Meta => self.meta(node),
                // The head ends here.
                Tag::Body | Tag::Paragraph | Tag::Div => break,
                _ => None,
            };
            if let Some((name, value)) = found
                && !value.trim().is_empty()
                && value.len() <= LONGEST_DESCRIPTION
                && !about.iter().any(|(known, _)| *known == name)
            {
                let (start, _) = *source.get_or_insert((node.start, node.end));
                source = Some((start, node.end));
                about.push((name, value));
            }
        }
        let mut lines = String::new();
        for (name, value) in about {
            let mut text = String::new();
            push_decoded(&mut text, &value);
            let words: Vec<&str> = text.split_whitespace().collect();
            let _ = writeln!(lines, "{name}: {}", words.join(" "));
        }
        if let Some(source) = source {
            self.block(Kind::About, lines.trim_end(), source);
        }
    }

    fn meta(&self, node: &Node) -> Option<(&'static str, String)> {
        let name = self.tree.attribute(node, "name").or_else(|| self.tree.attribute(node, "property"))?;
        let name = match name.to_ascii_lowercase().as_str() {
            "description" | "og:description" => "description",
            "author" | "article:author" => "author",
            "date" | "article:published_time" | "dc.date" | "dcterms.date" => "published",
            "article:modified_time" | "last-modified" => "modified",
            _ => return None,
        };
        Some((name, self.tree.attribute(node, "content")?))
    }

    /// Appends a block.
    pub(super) fn block(&mut self, kind: Kind, text: &str, source: (u32, u32)) {
        let start = self.out.text.len();
        self.out.text.push_str(text);
        self.out.blocks.push(Block { kind, start, end: self.out.text.len(), source });
    }

    /// Appends a block whose lines stand where lists and quotations put them.
    pub(super) fn placed(&mut self, kind: Kind, text: &str, source: (u32, u32)) {
        let start = self.out.text.len();
        let first = self.bullet.take();
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.out.text.push('\n');
            }
            match &first {
                Some(bullet) if at == 0 => self.out.text.push_str(bullet),
                _ => self.out.text.push_str(&self.prefix),
            }
            self.out.text.push_str(line);
        }
        let kind = if first.is_some() && kind == Kind::Paragraph { Kind::Item } else { kind };
        self.out.blocks.push(Block { kind, start, end: self.out.text.len(), source });
    }

    /// Ends the block that is being collected.
    pub(super) fn flush(&mut self) {
        let inline = std::mem::take(&mut self.inline);
        let text = inline.text.trim_end();
        if text.is_empty() || text == "Expand description" {
            // The buffer is used again.
            self.inline.text = inline.text;
            self.inline.text.clear();
            return;
        }
        let mut whole = None;
        for (start, end, target) in inline.links {
            if start == 0 && end >= text.len() {
                whole = self.links.show(&target).then_some(target);
            } else if let Some(text) = text.get(start..end.min(text.len())) {
                self.links.list(text, target);
            }
        }
        let linked = whole.map(|target| format!("[{}]({target})", text.replace('\n', " ")));
        let text = linked.as_deref().unwrap_or(text);
        let source = inline.source.unwrap_or((0, 0));
        if let Some(line) = &mut self.line {
            if !line.is_empty() {
                line.push_str(if line.ends_with(['.', ':', ';', ',', '!', '?', '-']) { " " } else { "; " });
            }
            line.push_str(text);
        } else if let Some(term) = self.term_before(text) {
            self.out.text.push_str(": ");
            self.out.text.push_str(text);
            self.out.blocks[term].end = self.out.text.len();
            self.out.blocks[term].source.1 = source.1;
        } else {
            self.placed(Kind::Paragraph, text, source);
        }
        self.after_term = false;
    }

    /// The short term that a definition's first line follows.
    fn term_before(&self, text: &str) -> Option<usize> {
        let last = self.out.blocks.len().checked_sub(1)?;
        let block = self.out.blocks[last];
        let fits = block.kind == Kind::Term && block.end - block.start <= SHORT_TERM && !text.contains('\n');
        (self.after_term && fits && self.bullet.is_none()).then_some(last)
    }

    /// The blocks inside of an element as one line.
    pub(super) fn line(&mut self, at: usize) -> String {
        self.flush();
        let outer = self.line.replace(String::new());
        self.children(at);
        self.flush();
        std::mem::replace(&mut self.line, outer).unwrap_or_default()
    }

    /// All that is inside of an element.
    pub(super) fn children(&mut self, at: usize) {
        let end = self.tree.nodes[at].next as usize;
        let mut child = at + 1;
        while child < end {
            self.node(child);
            child = self.tree.nodes[child].next as usize;
        }
    }

    fn node(&mut self, at: usize) {
        let node = self.tree.nodes[at];
        if let Some(reason) = self.judge.reason(at) {
            self.flush();
            if self.line.is_none() {
                self.gap(reason, (node.start, node.end));
            }
            return;
        }
        match node.tag {
            Tag::Text => self.text(&node),
            Tag::Break => {
                if !self.inline.text.is_empty() {
                    if self.line.is_some() {
                        self.inline.space = true;
                    } else {
                        self.inline.text.push('\n');
                        self.inline.space = false;
                    }
                }
            }
            Tag::Script | Tag::Style => self.out.scripts += 1,
            Tag::Svg => self.out.pictures += 1,
            Tag::Title | Tag::Meta | Tag::Nothing | Tag::Otherwise => {}
            Tag::Image => self.image(&node),
            Tag::Anchor => self.anchor(at, &node),
            Tag::Span if self.is_aside(&node) => {}
            Tag::Superscript => self.superscript(at),
            Tag::Math => match self.tree.attribute(&node, "alttext") {
                Some(formula) if !formula.is_empty() => self.words(&formula, &node),
                _ => self.children(at),
            },
            Tag::Input | Tag::Select | Tag::Textarea | Tag::Button if self.judge.is_beside(at) => {}
            Tag::Input => self.input(&node),
            Tag::Select => self.select(at, &node),
            Tag::Textarea => {
                let name = self.tree.attribute(&node, "name").unwrap_or_default();
                self.words(&format!("[input {name}]"), &node);
            }
            Tag::Button => self.button(at, &node),
            Tag::Pre => self.code(at, &node),
            Tag::Div if code::is_listing(self.tree, &node) => self.code(at, &node),
            Tag::Table => {
                self.flush();
                tables::table(self, at);
                self.flush();
            }
            Tag::List | Tag::Ordered => self.list(at, &node),
            Tag::Item => self.item(at, "- "),
            Tag::Term => self.term(at, &node),
            Tag::Definition => {
                self.flush();
                self.after_term = true;
                self.indented("  ", |renderer| renderer.children(at));
                self.after_term = false;
            }
            Tag::Quote => {
                self.flush();
                self.indented("> ", |renderer| renderer.children(at));
            }
            tag if tag.heading().is_some() => self.heading(at, &node, tag.heading().unwrap_or(1)),
            tag if tag.is_block() => {
                self.flush();
                self.children(at);
                self.flush();
            }
            _ => self.children(at),
        }
    }

    fn gap(&mut self, reason: Reason, source: (u32, u32)) {
        match self.out.blocks.last_mut() {
            Some(Block { kind: Kind::Gap(last), source: known, .. }) if *last == reason => known.1 = source.1,
            _ => self.block(Kind::Gap(reason), "", source),
        }
    }

    /// Marks that the block being collected is made of this, too.
    fn made_of(&mut self, node: &Node) {
        let start = self.inline.source.map_or(node.start, |(start, _)| start);
        self.inline.source = Some((start, node.end));
    }

    fn text(&mut self, node: &Node) {
        let text = self.tree.inside(node);
        if node.text == 0 {
            self.inline.space = true;
            return;
        }
        self.made_of(node);
        self.inline.push(text, node.is_verbatim);
    }

    /// Words that do not stand in the text of the page.
    pub(super) fn words(&mut self, words: &str, node: &Node) {
        self.made_of(node);
        self.inline.push(words, true);
    }

    pub(super) fn is_aside(&self, node: &Node) -> bool {
        let attributes = self.tree.inside(node);
        !attributes.is_empty()
            && (self.tree.any_name(node, |word| ASIDES.iter().any(|known| word.eq_ignore_ascii_case(known)))
                || node.tag == Tag::Span && attributes.contains("aria-hidden")
                || attributes.contains("data-nosnippet"))
    }

    fn image(&mut self, node: &Node) {
        let words = self.tree.attribute(node, "alt").unwrap_or_default();
        let words: Vec<&str> = words.split_whitespace().collect();
        if words.is_empty() {
            self.out.pictures += 1;
        } else {
            self.words(&format!("[image: {}]", words.join(" ")), node);
        }
    }

    fn anchor(&mut self, at: usize, node: &Node) {
        if self.is_aside(node) {
            return;
        }
        let target = self.tree.attribute(node, "href").as_deref().and_then(links::target);
        let start = self.inline.text.len() + usize::from(self.inline.space && !self.inline.text.is_empty());
        let blocks = self.out.blocks.len();
        self.children(at);
        let stays = self.out.blocks.len() == blocks && self.inline.text.len() >= start;
        if !stays {
            let linked = self.out.blocks.get(blocks).map(|block| &self.out.text[block.start..block.end]);
            if let (Some(text), Some(target)) = (linked, target) {
                let text =
                    text.trim_start_matches(['#', '-', ' ']).lines().next().unwrap_or_default().to_owned();
                self.links.list(&text, target);
            }
            return;
        }
        let text = &self.inline.text[start..];
        let is_mark = target.is_none() && !text.contains(char::is_alphanumeric) && text.chars().count() <= 2;
        let is_control =
            text.len() <= 20 && CONTROLS.iter().any(|known| text.trim().eq_ignore_ascii_case(known));
        let skips =
            target.is_none() && text.get(..7).is_some_and(|text| text.eq_ignore_ascii_case("skip to"));
        if is_mark || is_control || skips {
            self.inline.text.truncate(start);
            while self.inline.text.ends_with(' ') {
                self.inline.text.pop();
                self.inline.space = true;
            }
        } else if let Some(target) = target
            && self.inline.text.len() > start
        {
            let end = self.inline.text.len();
            self.inline.links.push((start, end, target));
        }
    }

    /// 10⁶ is not 106.
    fn superscript(&mut self, at: usize) {
        let before = self.inline.text.len();
        let follows =
            !self.inline.space && self.inline.text.ends_with(|c: char| c.is_alphanumeric() || c == ')');
        self.children(at);
        let is_power = self.inline.text.get(before..).is_some_and(|power| {
            !power.is_empty() && power.chars().all(|c| c.is_ascii_digit() || "+-−–nkmxN".contains(c))
        });
        if follows && is_power {
            self.inline.text.insert(before, '^');
        }
    }

    fn code(&mut self, at: usize, node: &Node) {
        self.flush();
        let text = code::verbatim(self.tree, at, |node| self.is_aside(node));
        if text.is_empty() {
            return;
        }
        if let Some(line) = &mut self.line {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(&text);
            return;
        }
        let source = (node.start, node.end);
        if !text.contains('\n') && !text.contains('`') {
            return self.placed(Kind::Code, &format!("`{text}`"), source);
        }
        let fence = if text.contains("```") { "````" } else { "```" };
        let language = code::language(self.tree, at).unwrap_or_default();
        // Code is never indented, so that it stays as it was.
        self.block(Kind::Code, &format!("{fence}{language}\n{text}\n{fence}"), source);
    }

    pub(super) fn indented(&mut self, by: &str, inside: impl FnOnce(&mut Self)) {
        let length = self.prefix.len();
        self.prefix.push_str(by);
        inside(self);
        self.flush();
        self.prefix.truncate(length);
    }

    fn list(&mut self, at: usize, node: &Node) {
        self.flush();
        let mut number = (node.tag == Tag::Ordered).then(|| {
            self.tree.attribute(node, "start").and_then(|start| start.trim().parse::<i64>().ok()).unwrap_or(1)
        });
        let tree = self.tree;
        for child in tree.children(at) {
            if tree.nodes[child].tag == Tag::Item && self.judge.reason(child).is_none() {
                match &mut number {
                    Some(number) => {
                        self.item(child, &format!("{number}. "));
                        *number += 1;
                    }
                    None => self.item(child, "- "),
                }
            } else {
                self.node(child);
            }
        }
        self.flush();
    }

    pub(super) fn item(&mut self, at: usize, marker: &str) {
        self.flush();
        self.bullet = Some(format!("{}{marker}", self.prefix));
        self.indented("  ", |renderer| renderer.children(at));
        self.bullet = None;
    }

    fn term(&mut self, at: usize, node: &Node) {
        let text = self.line(at);
        match &mut self.line {
            Some(line) => {
                line.push_str(if line.is_empty() { "" } else { "; " });
                line.push_str(&text);
            }
            None if text.is_empty() => {}
            None => {
                self.bullet = Some(format!("{}- ", self.prefix));
                self.placed(Kind::Term, &text, (node.start, node.end));
            }
        }
    }

    fn heading(&mut self, at: usize, node: &Node, level: usize) {
        let text = self.line(at);
        match &mut self.line {
            Some(line) => {
                line.push_str(if line.is_empty() { "" } else { "; " });
                line.push_str(&text);
            }
            None if text.is_empty() => {}
            None => {
                self.bullet = None;
                self.block(
                    Kind::Heading(level),
                    &format!("{} {text}", "#".repeat(level)),
                    (node.start, node.end),
                );
            }
        }
    }
}
