//! Request bodies and bare blocks: where the texts of a request stand, and how changed ones are put back.
//!
//! Owns the providers' wire formats and the meta data that travels beside bare blocks. It knows what a field
//! *means*; it knows nothing of compression, tokens or policy.
//!
//! A body is read in one pass without a tree: what matters are the spans of the string literals that hold the
//! texts, and [`splice`] copies every byte outside of those that change.
//!
//! # Untrusted input
//!
//! Any bytes may come. A body that is not one JSON value in UTF-8, checked to its last byte as strictly as by
//! `JSON.parse`, is an error, and the host sends it on as it is. Work and memory are linear in the body (finding
//! the call of a result takes the logarithm of the number of calls on top); nothing recurses with the input but
//! the contents of Anthropic's parts, 32 deep at most, and the results of Gemini's functions, 8 deep. Where an object
//! has a key twice, the last one counts, as for `JSON.parse`, and the earlier ones are never touched.

mod anthropic;
pub mod blocks;
mod conversation;
mod gemini;
pub(crate) mod json;
mod openai_chat;
mod openai_responses;
mod reading;
mod recognise;
mod scanner;
mod span;
mod splice;
mod tools;
pub mod turns;
pub(crate) mod value;

#[cfg(test)]
pub(crate) mod tests;

use std::borrow::Cow;

use crate::Error;
use crate::block::Block;

use conversation::Conversation;
use reading::Reading;
use scanner::{Fault, Kind, Scanner};

pub use recognise::{Recognised, Recognition, State, recognise};
pub use span::Span;
pub(crate) use splice::{Edit, edit, edits};
pub use splice::{Insertion, splice};
pub use tools::Tools;

/// The format of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Format {
    /// `OpenAI` Chat Completions.
    #[serde(rename = "openai")]
    OpenAiChat,
    /// Anthropic Messages, also batches of them.
    #[serde(rename = "anthropic")]
    Anthropic,
    /// `OpenAI` Responses.
    #[serde(rename = "openai-responses")]
    OpenAiResponses,
    /// Gemini's `generateContent` and its kin.
    #[serde(rename = "gemini")]
    Gemini,
}

/// What a request body holds.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The model's name.
    pub model: Option<Cow<'a, str>>,
    /// How many messages there are; in Responses, how many items.
    pub messages: usize,
    /// Every text, in the order in which the provider's cache key has them: the system prompt, then the
    /// messages. The texts of a function tool's result have role `Tool` in every format.
    ///
    /// A text in which half a surrogate pair is escaped has U+FFFD there and `overrides.off` set. A message whose
    /// role is unknown has texts of role `System` with `overrides.off` set.
    pub blocks: Vec<Block<'a>>,
    /// For each block, where its string literal stands in the body, quotes included.
    pub spans: Vec<Span>,
    /// For each block, whether half a surrogate pair is escaped in it.
    pub malformed: Vec<bool>,
    /// The tools it declares.
    pub tools: Tools,
    /// Whether the provider may take parts out of the conversation, or parts of it cannot be seen from each other, so that
    /// nothing may point at what stands before it.
    pub history_edited: bool,
    /// Where the id of the response that it goes on from stands, quotes included.
    pub previous_response_id: Option<Span>,
}

/// Finds every text of every message of a request body.
///
/// Fails if the body is not JSON (a byte order mark, broken UTF-8, anything after the value) or not a request of
/// `format`. The message says what and where, and holds nothing of the body.
///
/// ```
/// use headroom_core::wire::{Format, scan};
///
/// let body = br#"{"model":"gpt-5","messages":[{"role":"user","content":"hi"}]}"#;
/// let request = scan(body, Format::OpenAiChat)?;
/// assert_eq!(request.blocks[0].text, "hi");
/// assert_eq!(&body[request.spans[0].start..request.spans[0].end], b"\"hi\"");
/// # Ok::<(), headroom_core::Error>(())
/// ```
pub fn scan(body: &[u8], format: Format) -> Result<Request<'_>, Error> {
    read(body, format).map_err(|fault| Error::Request { message: explain(fault, format) })
}

fn read(body: &[u8], format: Format) -> Result<Request<'_>, Fault> {
    let mut scanner = Scanner::new(body)?;
    if scanner.kind() != Kind::Object {
        scanner.skip()?;
        return Err(Fault::Shape { lacks: "an object around everything" });
    }
    let mut reading = Reading::new(format);
    reading.walk(&mut scanner, format)?;
    let mut history_edited = reading.history_edited();
    let Reading { model, mut tools, system, conversation, batch, previous_response_id, .. } = reading;
    let mut conversation = match (conversation, batch) {
        (Err(_), Some(batch)) => {
            tools = Tools::default();
            history_edited = true;
            batch
        }
        (conversation, _) => conversation?,
    };
    if reading.begins_in_cache {
        tools = Tools::default();
    }
    let model = model.map(|model| scanner.read(model));
    conversation.put_first(&scanner, system);
    scanner.finish()?;
    let Conversation { messages, blocks, spans, malformed, .. } = conversation;
    Ok(Request { model, messages, blocks, spans, malformed, tools, history_edited, previous_response_id })
}

fn explain(fault: Fault, format: Format) -> String {
    let format = match format {
        Format::OpenAiChat => "an OpenAI Chat Completions request",
        Format::Anthropic => "an Anthropic Messages request",
        Format::OpenAiResponses => "an OpenAI Responses request",
        Format::Gemini => "a Gemini request",
    };
    match fault {
        Fault::Syntax { at, expected } => {
            format!("the body is not valid JSON: expected {expected} at byte {at}; send it on unchanged")
        }
        Fault::Shape { lacks } => format!("the body is not {format}: it lacks {lacks}; send it on unchanged"),
    }
}
