//! A text of a request, in the spelling in which it came.
//!
//! Owns the choice between a text as it is and one that is still spelled as the inside of a JSON string literal:
//! whoever only has to know whether a text is the one it saw before compares spellings, and reading what it says is
//! put off until somebody does. It knows nothing of where the text stands.

use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use crate::wire::json;

/// A text that is unescaped when it is first read, and never if nobody reads it.
///
/// ```
/// use headroom_core::block::Text;
///
/// assert_eq!(Text::spelled(r"one\ntwo"), Text::from("one\ntwo"));
/// ```
#[derive(Clone)]
pub struct Text<'a> {
    spelling: &'a str,
    /// What an escaped spelling stands for, once it was asked; `None` where the spelling is the text.
    read: Option<OnceLock<Box<str>>>,
}

impl<'a> Text<'a> {
    /// The text for which the inside of a JSON string literal stands, without its quotes. Half a surrogate pair reads
    /// as U+FFFD.
    #[must_use]
    pub fn spelled(inside: &'a str) -> Self {
        let escaped = memchr::memchr(b'\\', inside.as_bytes()).is_some();
        Self { spelling: inside, read: escaped.then(OnceLock::new) }
    }

    /// Whether the text has to be unescaped to be read.
    #[must_use]
    pub fn is_escaped(&self) -> bool {
        self.read.is_some()
    }

    /// The text as it came, escapes and all.
    #[must_use]
    pub fn spelling(&self) -> &'a str {
        self.spelling
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self { spelling: text, read: None }
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.read {
            None => self.spelling,
            Some(read) => read.get_or_init(|| json::unescape(self.spelling).into()),
        }
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, formatter)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_text_are_equal_and_only_escapes_cost_a_copy() {
        let plain = Text::spelled("tab: ü");
        assert!(!plain.is_escaped());
        assert_eq!(plain.as_ptr(), plain.spelling().as_ptr());
        let escaped = Text::spelled(r"tab\u003a \u00fc");
        assert!(escaped.is_escaped());
        assert_eq!(escaped, plain);
        assert_eq!(Text::from(r"\n").len(), 2);
    }

    #[test]
    fn is_shared_between_threads() {
        fn shared<T: Send + Sync + std::panic::RefUnwindSafe>(_: &T) {}
        shared(&Text::from("a"));
    }
}
