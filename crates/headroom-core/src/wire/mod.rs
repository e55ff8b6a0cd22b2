//! Request bodies and bare blocks: where the texts of a request stand, and how changed ones are put back.
//!
//! Owns the providers' wire formats and the meta data that travels beside bare blocks. It knows what a field
//! *means*; it knows nothing of compression, tokens or policy.

pub mod blocks;
mod json;

/// The format of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
pub enum Format {
    /// `OpenAI` Chat Completions.
    #[serde(rename = "openai")]
    OpenAiChat,
    /// Anthropic Messages.
    #[serde(rename = "anthropic")]
    Anthropic,
}
