//! A request while its fields are being read.
//!
//! Owns what every format finds in the end, and the walk over a list of messages. It knows no field of any format.

use std::collections::BTreeMap;

use super::Format;
use super::conversation::{Conversation, Found, Message};
use super::scanner::{Fault, Kind, Literal, Scanner};
use super::span::Span;
use super::tools::Tools;
use super::{anthropic, gemini, openai_chat, openai_responses};

/// What was found so far.
pub(super) struct Reading<'a> {
    pub(super) model: Option<Literal>,
    pub(super) tools: Tools,
    pub(super) system: Vec<Found>,
    /// The messages. If they have the wrong shape, that only matters where no other value follows for the same key.
    pub(super) conversation: Result<Conversation<'a>, Fault>,
    /// Conversations that are sent together and have nothing to do with each other.
    pub(super) batch: Option<Conversation<'a>>,
    /// Whether the provider keeps the beginning of the request, tools included.
    pub(super) begins_in_cache: bool,
    pub(super) previous_response_id: Option<Span>,
    edits: BTreeMap<&'static str, bool>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(format: Format) -> Self {
        Self {
            model: None,
            tools: Tools::default(),
            system: Vec::new(),
            conversation: Err(Fault::Shape { lacks: messages_of(format) }),
            batch: None,
            begins_in_cache: false,
            previous_response_id: None,
            edits: BTreeMap::new(),
        }
    }

    /// Walks over the request.
    pub(super) fn walk(&mut self, scanner: &mut Scanner<'a>, format: Format) -> Result<(), Fault> {
        scanner.object(|scanner, key| match format {
            Format::OpenAiChat => openai_chat::field(self, scanner, key),
            Format::Anthropic => anthropic::field(self, scanner, key),
            Format::OpenAiResponses => openai_responses::field(self, scanner, key),
            Format::Gemini => gemini::field(self, scanner, key),
        })
    }

    /// Notes whether `field` lets the provider take parts out of the conversation.
    pub(super) fn edited_by(&mut self, field: &'static str, edits: bool) {
        self.edits.insert(field, edits);
    }

    /// Whether any field lets the provider take parts out of the conversation.
    pub(super) fn history_edited(&self) -> bool {
        self.edits.values().any(|&edits| edits)
    }
}

fn messages_of(format: Format) -> &'static str {
    match format {
        Format::OpenAiChat | Format::Anthropic => "a list `messages`",
        Format::OpenAiResponses => "a string or a list `input`",
        Format::Gemini => "a list `contents`",
    }
}

/// Reads a list of messages into `conversation`, each by `message`.
pub(super) fn messages<'a>(
    scanner: &mut Scanner<'a>,
    format: Format,
    conversation: Conversation<'a>,
    mut message: impl FnMut(&mut Scanner<'a>, &mut Conversation<'a>) -> Result<Message, Fault>,
) -> Result<Result<Conversation<'a>, Fault>, Fault> {
    if scanner.kind() != Kind::Array {
        scanner.skip()?;
        return Ok(Err(Fault::Shape { lacks: messages_of(format) }));
    }
    let mut conversation = Ok(conversation);
    scanner.array(|scanner, _| {
        if scanner.kind() != Kind::Object {
            conversation = Err(Fault::Shape { lacks: "an object for each message" });
        }
        let Ok(conversation) = &mut conversation else {
            return scanner.skip().map(|_| ());
        };
        let message = message(scanner, conversation)?;
        conversation.push(scanner, message);
        Ok(())
    })?;
    Ok(conversation)
}
