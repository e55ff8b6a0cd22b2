//! Where links lead: each target once, after the text.
//!
//! Owns which targets are worth telling and how the list of them is written. Inside of a sentence a link is its text
//! alone, as a reader of the page would see it; a link that is a whole line, item or cell stands there with its target.

use crate::hash::{FixedMap, FixedSet};
use std::fmt::Write as _;

/// Bytes of a target beyond which it is no address that anybody would type.
const LONGEST: usize = 300;
/// Bytes of a link's text that are repeated in the list.
const LONGEST_TEXT: usize = 60;
/// Targets in one folder that are worth naming the folder once.
const LEAST_IN_FOLDER: usize = 3;
/// Targets that are listed.
const MOST: usize = 150;

/// The links of a page.
#[derive(Debug, Default)]
pub(super) struct Links {
    shown: FixedSet<String>,
    listed: Vec<(String, String)>,
}

/// The target of a link as it is told; `None` where it leads nowhere else. The place on a page is left out, and so is
/// what only says where the reader came from.
pub(super) fn target(href: &str) -> Option<String> {
    let href = href.trim();
    let page = href.split('#').next().unwrap_or_default();
    let page = page.find("?utm_").map_or(page, |tracking| &page[..tracking]);
    let scheme = page.split(':').next().unwrap_or_default();
    let leads_nowhere = page.is_empty()
        || page.len() > LONGEST
        || page.contains(char::is_whitespace)
        || page.len() > scheme.len()
            && ["javascript", "data", "about", "blob"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (!leads_nowhere).then(|| page.to_owned())
}

impl Links {
    /// Whether a target is told for the first time here.
    pub(super) fn show(&mut self, target: &str) -> bool {
        self.shown.insert(target.to_owned())
    }

    /// Puts a link on the list, unless its target was told before.
    pub(super) fn list(&mut self, text: &str, target: String) {
        if self.shown.insert(target.clone()) {
            let text = text[..text.floor_char_boundary(LONGEST_TEXT)].trim().replace('\n', " ");
            self.listed.push((text, target));
        }
    }

    /// The list, folder by folder in the order of their first links.
    pub(super) fn written(&self) -> String {
        let mut in_folder: FixedMap<&str, usize> = FixedMap::default();
        for (_, target) in &self.listed {
            *in_folder.entry(folder(target)).or_default() += 1;
        }
        let mut groups: Vec<(&str, Vec<&(String, String)>)> = vec![("", Vec::new())];
        let mut group_of: FixedMap<&str, usize> = FixedMap::default();
        for link in self.listed.iter().take(MOST) {
            let folder = folder(&link.1);
            let worth =
                folder.len() > 2 && in_folder.get(folder).is_some_and(|&count| count >= LEAST_IN_FOLDER);
            let group = if worth {
                *group_of.entry(folder).or_insert_with(|| {
                    groups.push((folder, Vec::new()));
                    groups.len() - 1
                })
            } else {
                0
            };
            groups[group].1.push(link);
        }
        let mut out = String::new();
        for (folder, links) in groups.iter().filter(|(_, links)| !links.is_empty()) {
            out.push_str(if out.is_empty() { "Links" } else { "\nLinks" });
            if !folder.is_empty() {
                let _ = write!(out, " under {folder}");
            }
            for (at, (text, target)) in links.iter().enumerate() {
                out.push_str(if at == 0 { ": " } else { ", " });
                let target = &target[folder.len()..];
                if !says_the_same(text, target) {
                    let _ = write!(out, "{text} = ");
                }
                out.push_str(target);
            }
        }
        if self.listed.len() > MOST {
            let _ = write!(out, "\n… {} more links", self.listed.len() - MOST);
        }
        out
    }
}

/// The target up to its last name.
fn folder(target: &str) -> &str {
    let end = target.trim_end_matches('/').rfind('/').map_or(0, |slash| slash + 1);
    if target[..end].ends_with("//") { "" } else { &target[..end] }
}

/// Whether a target tells what its link's text says: `git-log.html` and `git-log(1)`, `Foo_bar` and `Foo bar`.
fn says_the_same(text: &str, target: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (text, target) = (plain(text), plain(target));
    text.is_empty() || target.contains(&text) || {
        let name = target.strip_suffix("html").or(target.strip_suffix("htm")).unwrap_or(&target);
        name.len() >= 4 && text.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_told_once_and_folders_are_named_once() {
        let mut links = Links::default();
        assert!(links.show("shown.html"));
        for (text, href) in [
            ("git-log(1)", "git-log.html#options"),
            ("again", "git-log.html"),
            ("shown", "shown.html"),
            ("the first", "https://example.org/docs/en/a1"),
            ("Second thing", "https://example.org/docs/en/Second_thing"),
            ("x", "https://example.org/docs/en/third?utm_source=y"),
            ("home", "https://example.org"),
        ] {
            links.list(text, target(href).expect("a target"));
        }
        assert_eq!(
            links.written(),
            "Links: git-log.html, home = https://example.org\n\
             Links under https://example.org/docs/en/: the first = a1, Second_thing, x = third"
        );
        for href in ["#top", "javascript:void(0)", "", "data:image/png;base64,AAAA", "a b"] {
            assert_eq!(target(href), None, "{href}");
        }
    }
}
