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
//! the contents of parts, 32 deep at most. Where an object has a key twice, the last one counts, as for
//! `JSON.parse`, and the earlier ones are never touched.

mod anthropic;
pub mod blocks;
mod conversation;
pub(crate) mod json;
mod openai_chat;
mod scanner;
mod span;
mod splice;
mod tools;
pub mod turns;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::Error;
use crate::block::Block;

use conversation::Conversation;
use scanner::{Fault, Kind, Scanner};

pub use span::Span;
pub use splice::{Insertion, splice};
pub use tools::Tools;

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

/// What a request body holds.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The model's name.
    pub model: Option<Cow<'a, str>>,
    /// How many messages there are.
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
    /// Whether it lets the provider take parts out of the conversation, so that nothing may point at them.
    pub history_edited: bool,
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
    let mut model = None;
    let mut tools = Tools::default();
    let mut history_edited = false;
    let mut system = Vec::new();
    let mut conversation = Err(NO_MESSAGES);
    if scanner.kind() != Kind::Object {
        scanner.skip()?;
        return Err(Fault::Shape { lacks: "an object around everything" });
    }
    scanner.object(|scanner, key| {
        match (key, format) {
            ("model", _) => model = scanner.string()?,
            ("tools", _) => tools.scan(scanner, format)?,
            ("context_management", _) => {
                history_edited = matches!(scanner.kind(), Kind::Object | Kind::Array);
                scanner.skip()?;
            }
            ("functions", Format::OpenAiChat) => tools.scan_deprecated(scanner)?,
            ("system", Format::Anthropic) => system = anthropic::system(scanner)?,
            ("messages", _) => conversation = messages(scanner, format)?,
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let mut conversation = conversation?;
    let model = model.map(|model| scanner.read(model));
    conversation.put_first(&scanner, system);
    scanner.finish()?;
    let Conversation { messages, blocks, spans, malformed, .. } = conversation;
    Ok(Request { model, messages, blocks, spans, malformed, tools, history_edited })
}

const NO_MESSAGES: Fault = Fault::Shape { lacks: "a list `messages`" };

/// Reads the value of `messages`. If it has the wrong shape, that is the inner error: it only matters where no
/// other value follows for the same key.
fn messages<'a>(scanner: &mut Scanner<'a>, format: Format) -> Result<Result<Conversation<'a>, Fault>, Fault> {
    if scanner.kind() != Kind::Array {
        scanner.skip()?;
        return Ok(Err(NO_MESSAGES));
    }
    let mut conversation = Ok(Conversation::default());
    scanner.array(|scanner, _| {
        if scanner.kind() != Kind::Object {
            conversation = Err(Fault::Shape { lacks: "an object for each message" });
        }
        let Ok(conversation) = &mut conversation else {
            return scanner.skip().map(|_| ());
        };
        let message = match format {
            Format::OpenAiChat => openai_chat::message(scanner, conversation)?,
            Format::Anthropic => anthropic::message(scanner, conversation)?,
        };
        conversation.push(scanner, message);
        Ok(())
    })?;
    Ok(conversation)
}

fn explain(fault: Fault, format: Format) -> String {
    let format = match format {
        Format::OpenAiChat => "an OpenAI Chat Completions request",
        Format::Anthropic => "an Anthropic Messages request",
    };
    match fault {
        Fault::Syntax { at, expected } => {
            format!("the body is not valid JSON: expected {expected} at byte {at}; send it on unchanged")
        }
        Fault::Shape { lacks } => format!("the body is not {format}: it lacks {lacks}; send it on unchanged"),
    }
}
