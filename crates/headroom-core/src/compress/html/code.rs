//! Code on a page: its text to the letter, and its language.
//!
//! Owns where lines of code end and which names say a language. It does not know how code is fenced.

use super::entities::push_decoded;
use super::tags::Tag;
use super::tree::{Node, Tree};

/// Beginnings of classes after which the language follows.
const BEFORE_LANGUAGE: &[&str] = &["language-", "lang-", "highlight-source-", "highlight-", "brush:", "src-"];
/// What follows there where no language is meant.
const NO_LANGUAGE: &[&str] =
    &["default", "none", "notranslate", "plaintext", "text", "source", "guess", "plain"];

/// Whether an element is code that is not marked up as such: a generator's own kind of listing.
pub(super) fn is_listing(tree: &Tree<'_>, node: &Node) -> bool {
    tree.inside(node).contains("fragment")
        && tree.attribute(node, "class").is_some_and(|class| class == "fragment")
}

/// The text inside of an element as it stands, without white space around it.
pub(super) fn verbatim(tree: &Tree<'_>, at: usize, is_aside: impl Fn(&Node) -> bool) -> String {
    let mut out = String::new();
    let mut inside = at + 1;
    let end = tree.nodes[at].next as usize;
    let mut code_end = 0;
    while inside < end {
        let node = tree.nodes[inside];
        inside += 1;
        match node.tag {
            Tag::Text if node.is_verbatim => out.push_str(tree.inside(&node)),
            Tag::Text => push_decoded(&mut out, tree.inside(&node)),
            Tag::Break => out.push('\n'),
            Tag::Script | Tag::Style | Tag::Svg | Tag::Otherwise | Tag::Button => inside = node.next as usize,
            _ if is_aside(&node) => inside = node.next as usize,
            Tag::Code => {
                // Two versions of an example, of which a browser shows one.
                if node.start == code_end && tree.inside(&node).contains("lang") && !out.ends_with('\n') {
                    out.push('\n');
                }
                code_end = node.end;
            }
            tag if tag.is_block() && !out.is_empty() && !out.ends_with('\n') => out.push('\n'),
            _ => {}
        }
    }
    let mut clean = String::with_capacity(out.len());
    for line in out.trim_end().trim_start_matches(['\n', '\r']).lines() {
        if !clean.is_empty() {
            clean.push('\n');
        }
        clean.push_str(line.trim_end());
    }
    clean
}

/// The language of a piece of code, by the classes of its element, the one inside and those around.
pub(super) fn language(tree: &Tree<'_>, at: usize) -> Option<String> {
    let inside = tree.children(at).find(|&child| tree.nodes[child].tag == Tag::Code);
    let parent = tree.nodes[at].parent as usize;
    let around = tree.nodes[parent].parent as usize;
    [Some(at), inside, Some(parent), Some(around)].into_iter().flatten().find_map(|element| {
        let node = &tree.nodes[element];
        let class =
            tree.attribute(node, "class").or_else(|| tree.attribute(node, "data-lang"))?.to_ascii_lowercase();
        let named = BEFORE_LANGUAGE.iter().find_map(|before| {
            let at = class.find(before)?;
            let rest = class[at + before.len()..].trim_start();
            let end =
                rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+#".contains(c)).unwrap_or(rest.len());
            (1..=12).contains(&end).then(|| rest[..end].to_owned())
        });
        let named =
            named.or_else(|| class.split_whitespace().any(|name| name == "rust").then(|| "rust".to_owned()));
        named.filter(|name| !NO_LANGUAGE.contains(&name.as_str()))
    })
}
