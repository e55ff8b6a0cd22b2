//! What of a page is no content: navigation, headers and footers of the site, sidebars, banners.
//!
//! Owns the judgement of one element, from its name, the names that its author gave it, and how much of its text is
//! links (Kohlschütter et al., *Boilerplate Detection using Shallow Text Features*, 2010). It renders nothing. A
//! large part of a page is never boilerplate, whatever it is called.

use super::tags::Tag;
use super::tree::{Node, Tree};

/// Per cent of the page's text that an element may have to be left out.
const LARGEST: u32 = 40;
/// Per cent of the page's text that has to be in an element for it to be the main one.
const LEAST_MAIN: u32 = 25;
/// Bytes of text that are few.
const FEW: u32 = 120;

/// Why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    Navigation,
    Contents,
    Header,
    Footer,
    Sidebar,
    Banner,
}

impl Reason {
    /// As it stands in a gap mark.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Navigation => "navigation",
            Self::Contents => "table of contents",
            Self::Header => "page header",
            Self::Footer => "footer",
            Self::Sidebar => "sidebar",
            Self::Banner => "banner",
        }
    }
}

/// Judges the elements of one page.
#[derive(Debug)]
pub(super) struct Judge<'t, 'a> {
    tree: &'t Tree<'a>,
    /// The element that holds the content, and the node after it.
    main: Option<(usize, usize)>,
    /// Whether anything is to be left out at all.
    strict: bool,
}

impl<'t, 'a> Judge<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>) -> Self {
        let mut judge = Self { tree, main: main(tree), strict: true };
        // A page that is nothing but links is what somebody asked for.
        judge.strict = judge.remaining() * 4 >= tree.nodes[0].text;
        judge
    }

    /// Bytes of text that would remain.
    fn remaining(&self) -> u32 {
        let mut remaining = self.tree.nodes[0].text;
        let mut at = 1;
        while let Some(node) = self.tree.nodes.get(at) {
            if self.reason(at).is_some() {
                remaining -= node.text.min(remaining);
                at = node.next as usize;
            } else {
                at += 1;
            }
        }
        remaining
    }

    /// Whether a node stands outside of the element that holds the content.
    pub(super) fn is_beside(&self, at: usize) -> bool {
        self.main.is_some_and(|(main, end)| at < main || end <= at)
    }

    /// Why an element is to be left out; `None` where it is content.
    pub(super) fn reason(&self, at: usize) -> Option<Reason> {
        let node = &self.tree.nodes[at];
        let around_main = self.main.is_some_and(|(main, _)| at <= main && main < node.next as usize);
        if !self.strict || !can_be_left_out(node.tag) || node.text == 0 || around_main {
            return None;
        }
        let share = u64::from(node.text) * 100 / u64::from(self.tree.nodes[0].text.max(1));
        if share > u64::from(LARGEST) {
            return None;
        }
        let in_main = self.main.is_some_and(|(main, end)| main < at && at < end);
        self.by_element(node, at, in_main)
            .or_else(|| self.by_name(node, in_main))
            .or_else(|| self.by_links(node, in_main))
    }

    fn by_element(&self, node: &Node, at: usize, in_main: bool) -> Option<Reason> {
        match node.tag {
            Tag::Nav if !in_main || linked(node, 50) => Some(navigation(node)),
            Tag::Footer if !in_main && !self.within_article(node) || linked(node, 50) => Some(Reason::Footer),
            Tag::Header if !in_main && !self.within_article(node) && !self.has_title(at) => {
                Some(Reason::Header)
            }
            Tag::Aside if linked(node, 40) => Some(Reason::Sidebar),
            _ => None,
        }
    }

    /// By the words of its class, id and role.
    fn by_name(&self, node: &Node, in_main: bool) -> Option<Reason> {
        if self.tree.inside(node).len() < "id=nav".len() {
            return None;
        }
        let named = |words: &[&str]| {
            self.tree.any_name(node, |word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
        };
        let mostly_links = linked(node, 50) || node.text < FEW && node.links > 0;
        if mostly_links && named(NAVIGATION) {
            return Some(navigation(node));
        }
        if (!in_main || mostly_links) && named(FOOTER) {
            return Some(Reason::Footer);
        }
        if !in_main && node.text < 20 * FEW && named(BANNER) {
            return Some(Reason::Banner);
        }
        (mostly_links || node.text < FEW).then_some(())?;
        if named(SIDEBAR) { Some(Reason::Sidebar) } else { None }
    }

    fn by_links(&self, node: &Node, in_main: bool) -> Option<Reason> {
        let to_this_page = node.fragments * 5 >= node.links * 4;
        if node.links >= 5 && to_this_page && linked(node, 80) {
            return Some(Reason::Contents);
        }
        (self.main.is_some() && !in_main && node.links >= 4 && linked(node, 60)).then_some(Reason::Navigation)
    }

    fn within_article(&self, node: &Node) -> bool {
        let mut at = node.parent as usize;
        while at > 0 {
            if matches!(self.tree.nodes[at].tag, Tag::Article | Tag::Section | Tag::Main) {
                return true;
            }
            at = self.tree.nodes[at].parent as usize;
        }
        false
    }

    fn has_title(&self, at: usize) -> bool {
        self.tree.descendants(at).any(|inside| self.tree.nodes[inside].tag == Tag::H1)
    }
}

/// Words by which authors name what leads elsewhere.
const NAVIGATION: &[&str] = &[
    "nav",
    "navbar",
    "navigation",
    "navheader",
    "navfooter",
    "menu",
    "mainmenu",
    "submenu",
    "menubar",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "pager",
    "toolbar",
    "topbar",
    "skip",
    "switcher",
    "switchers",
    "related",
    "toc",
    "tabs",
    "sidebar",
    "sphinxsidebar",
    "sidenav",
    "navpath",
    "navrow",
];
/// What stands below every page of a site.
const FOOTER: &[&str] = &["footer", "contentinfo", "copyright", "colophon", "legal"];
/// What lies over a page until it is closed.
const BANNER: &[&str] = &[
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "onetrust",
    "dialog",
    "alertdialog",
    "modal",
    "popup",
    "banner",
];
/// What stands beside a text to lead away from it.
const SIDEBAR: &[&str] = &[
    "share",
    "social",
    "sharing",
    "newsletter",
    "subscribe",
    "advert",
    "advertisement",
    "ads",
    "sponsored",
    "promo",
    "recommended",
    "trending",
];

/// Whether so many per cent of an element's text are links.
fn linked(node: &Node, per_cent: u64) -> bool {
    u64::from(node.linked) * 100 >= u64::from(node.text) * per_cent
}

fn navigation(node: &Node) -> Reason {
    if node.links >= 3 && node.fragments * 5 >= node.links * 4 {
        Reason::Contents
    } else {
        Reason::Navigation
    }
}

fn can_be_left_out(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Nav
            | Tag::Section
            | Tag::Aside
            | Tag::Header
            | Tag::Footer
            | Tag::Div
            | Tag::Paragraph
            | Tag::List
            | Tag::Ordered
            | Tag::Definitions
            | Tag::Table
            | Tag::Form
            | Tag::Unknown
    )
}

/// The element that holds the content, where the page names one.
fn main(tree: &Tree<'_>) -> Option<(usize, usize)> {
    let enough =
        |node: &Node| u64::from(node.text) * 100 >= u64::from(tree.nodes[0].text) * u64::from(LEAST_MAIN);
    let named = |node: &Node| {
        node.tag == Tag::Main
            || node.tag == Tag::Div
                && tree.any_name(node, |word| word.eq_ignore_ascii_case("main"))
                && tree.attribute(node, "role").is_some_and(|role| role == "main")
    };
    let found = (1..tree.nodes.len()).find(|&at| named(&tree.nodes[at]) && enough(&tree.nodes[at])).or_else(
        || {
            let mut articles = (1..tree.nodes.len()).filter(|&at| tree.nodes[at].tag == Tag::Article);
            match (articles.next(), articles.next()) {
                (Some(only), None) if enough(&tree.nodes[only]) => Some(only),
                _ => None,
            }
        },
    )?;
    Some((found, tree.nodes[found].next as usize))
}
