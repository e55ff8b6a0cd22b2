//! Text as a browser shows it: white space drawn together, references decoded.
//!
//! Owns the text of the block that is being collected. It does not know what block that is.

use super::entities::{Decoded, decode};

/// Text that is collected until its block ends.
#[derive(Debug, Default)]
pub(super) struct Inline {
    pub(super) text: String,
    /// Links in it, with their targets.
    pub(super) links: Vec<(usize, usize, String)>,
    /// What it was made of.
    pub(super) source: Option<(u32, u32)>,
    /// Whether white space stands before what comes next.
    pub(super) space: bool,
}

impl Inline {
    /// Appends text with its white space as a browser shows it and its references decoded.
    pub(super) fn push(&mut self, text: &str, verbatim: bool) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let from = at;
            while at < bytes.len()
                && !matches!(bytes[at], b' ' | b'\t' | b'\n' | b'\r' | 0xC2 | 0xE2 | b'&' | 0)
            {
                at += 1;
            }
            self.word(&text[from..at]);
            match bytes.get(at) {
                None => {}
                Some(b'&') if !verbatim => {
                    if let Some((decoded, length)) = decode(&text[at..]) {
                        match decoded {
                            Decoded::Named(" ") => self.space = true,
                            Decoded::Named(value) => self.word(value),
                            Decoded::Numbered(character) => self.character(character),
                        }
                        at += length;
                    } else {
                        self.word("&");
                        at += 1;
                    }
                }
                Some(b'&' | 0xC2 | 0xE2) => {
                    let character = text[at..].chars().next().unwrap_or(' ');
                    self.character(character);
                    at += character.len_utf8();
                }
                Some(_) => {
                    self.space = true;
                    at += 1;
                }
            }
        }
    }

    fn character(&mut self, character: char) {
        match character {
            // Soft hyphens and characters without width say nothing, and split words.
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' => {}
            _ if character.is_whitespace() || character.is_control() => self.space = true,
            _ => self.word(character.encode_utf8(&mut [0; 4])),
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        self.space = false;
        self.text.push_str(word);
    }
}
