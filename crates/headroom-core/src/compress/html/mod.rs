//! HTML as Markdown: what a page says, without what makes it look so. XML without closing tags, feeds by their entries.
//!
//! Owns everything about pages: reading them ([`tokens`], [`tree`]), telling content from boilerplate
//! ([`boilerplate`]), writing what stays ([`render`], [`tables`], [`code`], [`links`]), what is said twice ([`repeats`])
//! and what a question does not ask for ([`sections`]). It knows nothing of handles or policy.
//!
//! The reader is written by hand. What is wanted is the text of a page in its order, with tables and lists: no scripts run, nothing
//! is styled, and no element has to end up where a browser would put it. A parser that follows the standard to the
//! letter would add a third to the module for WebAssembly, take several times as long, and give the same text.
//!
//! # Untrusted input
//!
//! Linear in time and memory whatever is given. Elements deeper than a bound belong to the one around them, and a page
//! of millions of elements is left alone.

mod boilerplate;
mod code;
pub mod detect;
mod entities;
mod feed;
mod forms;
mod inline;
mod links;
mod page;
mod passages;
mod render;
mod repeats;
mod sections;
mod tables;
mod tags;
mod tokens;
mod tree;
mod xml;

use self::page::{Lines, Page};
use self::render::Rendered;
use self::tree::Tree;
use super::passage::{Passages, Symbol};
use super::{Candidate, Compressor, Omission, Task, Unit};
use std::fmt::Write as _;

/// Writes pages as Markdown.
#[derive(Clone, Copy, Debug, Default)]
pub struct HtmlCompressor;

/// The Markdown of a page or of a part of one; `None` where it is too large or holds no text.
///
/// ```
/// use headroom_core::compress::html::to_markdown;
///
/// let html = "<h1>Notes</h1><script>track()</script><p>Fish &amp; <b>chips</b><ul><li>one<li>two</ul>";
/// assert_eq!(to_markdown(html).as_deref(), Some("# Notes\nFish & chips\n- one\n- two"));
/// ```
#[must_use]
pub fn to_markdown(html: &str) -> Option<String> {
    let tree = Tree::read(html)?;
    let text = Page::new(&render::render(&tree), &Lines::of(html, 1)).written();
    (!text.is_empty()).then_some(text)
}

impl Compressor for HtmlCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        if task.lossless {
            return Vec::new();
        }
        let Some(tree) = Tree::read(task.text) else { return Vec::new() };
        let rendered = render::render(&tree);
        if rendered.blocks.is_empty() {
            return Vec::new();
        }
        let lines = Lines::of(task.text, task.first_line);
        let mut page = Page::new(&rendered, &lines);
        repeats::mark(&mut page);
        let candidate = |page: &Page<'_>, method, last_resort| {
            let mut text = page.written();
            let omissions = page.omissions(task.text, &lines, &text);
            text.push_str(&legend(&rendered));
            Candidate { text, method, omissions, last_resort }
        };
        let mut candidates = vec![candidate(&page, "markdown", false)];
        if sections::shorten(&mut page, task.query, task.budget) {
            candidates.push(candidate(&page, "sections", true));
        }
        candidates
    }

    fn passages(&self, text: &str) -> Option<Passages> {
        passages::passages(text)
    }

    fn symbols(&self, text: &str) -> Option<Vec<Symbol>> {
        Some(passages::symbols(text))
    }

    fn is_own_output(&self, _text: &str) -> bool {
        false
    }
}

/// Writes XML without closing tags, and feeds as Markdown.
#[derive(Clone, Copy, Debug, Default)]
pub struct XmlCompressor;

impl Compressor for XmlCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> =
            xml::encode(task.text).map(|text| Candidate::lossless(text, "xml")).into_iter().collect();
        if !task.lossless
            && let Some(mut text) = feed::read(task.text)
        {
            let total = task.text.chars().count();
            let count = total.saturating_sub(text.chars().count()).max(1);
            text.push_str("\n[a feed as Markdown, without tags and technical fields]");
            let omission = Omission { unit: Unit::Characters, count, total, ranges: Vec::new(), path: None };
            candidates.push(Candidate {
                text,
                method: "feed",
                omissions: vec![omission],
                last_resort: false,
            });
        }
        candidates
    }

    fn is_own_output(&self, text: &str) -> bool {
        xml::is_encoded(text)
    }
}

/// The last line: what the marker's numbers are about.
fn legend(rendered: &Rendered) -> String {
    let mut legend = "\n[a page as Markdown, without tags and attributes".to_owned();
    for (count, what) in
        [(rendered.scripts, "scripts and styles"), (rendered.pictures, "pictures without words")]
    {
        if count > 0 {
            let _ = write!(legend, ", {count} {what}");
        }
    }
    legend.push(']');
    legend
}
