//! Answers of `headroom_retrieve`.
//!
//! Owns their shape. The answer to a handle whose original is not at hand is the host's, who looks for it.

/// An answer of `headroom_retrieve`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Answer {
    /// What the model gets.
    pub text: String,
    /// Whether there is anything of the original in it.
    pub found: bool,
    /// What part of the original it is, for example `rows 9-120 of 1000`; empty where nothing was found.
    pub part: String,
}

impl Answer {
    pub(super) fn nothing(text: String) -> Self {
        Self { text, found: false, part: String::new() }
    }
}
