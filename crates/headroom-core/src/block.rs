//! The block: one text of a request with what is known about where it stands.
//!
//! Owns the type that every entry point lifts its texts into. It knows no provider's format and no
//! compressor.

use std::borrow::Cow;

pub use crate::text::Text;

/// Who a message is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// System or developer instructions.
    System,
    /// The person, or the application speaking for them.
    User,
    /// The model.
    Assistant,
    /// A tool's answer.
    Tool,
}

/// What a block's text is in its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockType {
    /// Plain text of a message.
    Text,
    /// Text of the result of a function tool that the client ran.
    ToolResult,
    /// Result of a tool that the provider ran itself (web search, code execution), or that only a program at the provider reads:
    /// never touched.
    ServerToolResult,
    /// Block of the provider's MCP connector: never touched.
    McpResult,
    /// A document whose text the provider cites by position: never touched.
    Citation,
    /// An answer of `headroom_retrieve`: never compressed again.
    Retrieved,
}

/// What the caller asked for this block alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Leave the block as it is.
    pub off: bool,
    /// Lossless candidates only, or not, whatever the configuration says.
    pub lossless: Option<bool>,
    /// What the reader wants to know of this block, instead of the derived query.
    pub query: Option<String>,
}

/// One text of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// Index of the message in the request's list of messages (the top-level system prompt, where a
    /// format has one apart, shares index 0 with the first message and has role `System`).
    pub message: usize,
    /// Index of the part within the message's content; 0 where the content is one string. Texts inside a
    /// tool result that is itself a list of parts count on from the result's own index.
    pub part: usize,
    /// Who the message is from.
    pub role: Role,
    /// What the text is.
    pub block_type: BlockType,
    /// The tool's name, for results of tools.
    pub tool_name: Option<Cow<'a, str>>,
    /// The arguments of the call that this result answers, as JSON text.
    pub call_arguments: Option<Text<'a>>,
    /// Whether the result is marked as an error.
    pub is_error: bool,
    /// The text itself.
    pub text: Text<'a>,
    /// What the caller asked for this block alone.
    pub overrides: Overrides,
}
