//! Fields of forms, in a few words each.
//!
//! Owns what is said of a field. It does not know where it goes.

use super::entities::push_decoded;
use super::render::{CONTROLS, Renderer};
use super::tags::Tag;
use super::tree::Node;
use std::fmt::Write as _;

/// Choices of a form that are listed.
const MOST_CHOICES: usize = 12;

impl Renderer<'_, '_> {
    pub(super) fn input(&mut self, node: &Node) {
        let attribute = |name| self.tree.attribute(node, name).filter(|value| !value.is_empty());
        let words = match attribute("type").unwrap_or_default().to_ascii_lowercase().as_str() {
            "hidden" | "image" => return,
            "checkbox" | "radio" => {
                if self.tree.inside(node).contains("checked") { "[x]" } else { "[ ]" }.to_owned()
            }
            "submit" | "button" | "reset" => match attribute("value") {
                Some(value) => format!("[{value}]"),
                None => return,
            },
            _ => {
                let name =
                    attribute("name").or(attribute("placeholder")).or(attribute("id")).unwrap_or_default();
                match attribute("value") {
                    Some(value) => format!("[input {name}: {value}]"),
                    None => format!("[input {name}]"),
                }
            }
        };
        self.words(&words, node);
    }

    pub(super) fn select(&mut self, at: usize, node: &Node) {
        let mut choices: Vec<String> = Vec::new();
        let mut more = 0;
        for inside in self.tree.descendants(at) {
            let text = self.tree.nodes[inside];
            if text.tag == Tag::Text && text.text > 0 {
                if choices.len() == MOST_CHOICES {
                    more += 1;
                    continue;
                }
                let mut choice = String::new();
                push_decoded(&mut choice, self.tree.inside(&text).trim());
                choices.push(choice);
            }
        }
        let name = self.tree.attribute(node, "name").unwrap_or_default();
        let mut words = format!("[choice {name}: {}", choices.join(", "));
        if more > 0 {
            let _ = write!(words, ", … {more} more");
        }
        words.push(']');
        self.words(&words, node);
    }

    pub(super) fn button(&mut self, at: usize, node: &Node) {
        let before = self.inline.text.len();
        let blocks = self.out.blocks.len();
        self.children(at);
        if self.out.blocks.len() == blocks
            && let Some(text) = self.inline.text.get(before..).map(|text| text.trim().to_owned())
        {
            self.inline.text.truncate(before);
            if !text.is_empty() && !CONTROLS.iter().any(|known| text.eq_ignore_ascii_case(known)) {
                self.words(&format!(" [{text}] "), node);
            }
        }
    }
}
