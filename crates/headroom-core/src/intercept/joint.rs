//! Where the texts of two rounds meet in a field that holds one text.
//!
//! Owns what stands between them: an empty line, unless there is white space. Which field it is, the dialect knows.

use crate::wire::value::unescaped;

/// What is put between two texts, as it stands in a literal.
pub(super) const BETWEEN: &str = "\\n\\n";

/// A field of an answer that grows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Joint {
    /// Whether the client has a text that does not end in white space.
    open: bool,
    /// Whether the round at hand has brought a text.
    begun: bool,
}

impl Joint {
    /// Takes in a piece of text, as the inside of a literal; it comes back as a literal if something has to stand before it.
    pub(super) fn take(&mut self, inside: &str) -> Option<String> {
        if inside.is_empty() {
            return None;
        }
        let text = unescaped(inside);
        let apart = self.open && !self.begun && !text.starts_with(char::is_whitespace);
        *self = Self { open: !text.ends_with(char::is_whitespace), begun: true };
        apart.then(|| format!("\"{BETWEEN}{inside}\""))
    }

    /// A further round begins.
    pub(super) fn next_round(&mut self) {
        self.begun = false;
    }
}
