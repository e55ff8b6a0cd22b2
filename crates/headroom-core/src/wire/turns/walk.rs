//! The turns of a body: which messages each is made of, its name, and its reasoning.
//!
//! Owns how messages make up turns. What a message holds is read by its format.

use std::ops::Range;

use super::key::{Name, TurnKey};
use super::list::without;
use super::{anthropic, gemini, openai_chat, openai_responses};
use crate::wire::Format;
use crate::wire::scanner::{Fault, Kind, Literal, Scanner};
use crate::wire::span::Span;
use crate::wire::splice::Edit;

/// Who a message is from, as far as turns go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    User,
    Assistant,
    Tool,
    /// Instructions: no turn.
    System,
}

/// A message, or an item, as the client sends it.
pub(super) struct Sent {
    pub(super) speaker: Speaker,
    /// What counts of it; empty where names are not asked for.
    pub(super) name: Name,
    /// Where other answers can be put in front of those it holds.
    pub(super) answers_at: Option<Front>,
    pub(super) reasoning: Reasoning,
}

/// The front of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Front {
    /// Byte offset, after the bracket.
    pub(super) at: usize,
    pub(super) empty: bool,
}

/// The reasoning in a message, and everything else that cannot stand without it.
#[derive(Debug, Default)]
pub(super) struct Reasoning {
    /// Whether any of it carries the mark.
    pub(super) marked: bool,
    /// What leaves it out.
    pub(super) without: Vec<Edit<'static>>,
    /// Whether the message is nothing else.
    pub(super) is_all: bool,
}

/// A turn of the assistant.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) key: TurnKey,
    /// Its messages by index.
    pub(super) messages: Range<usize>,
    /// Whether any of its reasoning carries the mark.
    pub(super) marked: bool,
    /// What leaves the reasoning out of its messages.
    pub(super) without: Vec<Edit<'static>>,
    /// The messages that are nothing but reasoning.
    pub(super) reasoning: Vec<usize>,
    /// Where, in the user's message that follows, answers can be put in front of the client's.
    pub(super) answers_at: Option<Front>,
}

/// The turns of a body.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Every element of the list of messages.
    pub(super) messages: Vec<Span>,
    pub(super) turns: Vec<Turn>,
    pub(super) end: TurnKey,
}

/// Reads the turns of a body; `named`: with their names.
pub(super) fn walk(body: &[u8], format: Format, named: bool) -> Result<Walked, Fault> {
    let mut scanner = Scanner::new(body)?;
    let walked = request(&mut scanner, format, named)?;
    scanner.finish()?;
    Ok(walked)
}

fn request(scanner: &mut Scanner<'_>, format: Format, named: bool) -> Result<Walked, Fault> {
    let mut walked = Walked::default();
    scanner.object(|scanner, key| {
        match (key, format) {
            ("messages", Format::OpenAiChat | Format::Anthropic)
            | ("input", Format::OpenAiResponses)
            | ("contents", Format::Gemini) => {
                let mut walk = Walk::new(format, named);
                walk.messages(scanner)?;
                walked = walk.finish();
            }
            ("generateContentRequest" | "generate_content_request", Format::Gemini) => {
                walked = inner(scanner, named)?;
            }
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    Ok(walked)
}

/// A Gemini request inside of one that counts its tokens.
fn inner(scanner: &mut Scanner<'_>, named: bool) -> Result<Walked, Fault> {
    let mut walked = Walked::default();
    scanner.object(|scanner, key| {
        if key != "contents" {
            return scanner.skip().map(|_| ());
        }
        let mut walk = Walk::new(Format::Gemini, named);
        walk.messages(scanner)?;
        walked = walk.finish();
        Ok(())
    })?;
    Ok(walked)
}

struct Walk {
    format: Format,
    named: bool,
    walked: Walked,
    /// What counts of the turn that the next item may go on with.
    open: Option<Name>,
}

impl Walk {
    fn new(format: Format, named: bool) -> Self {
        Self { format, named, walked: Walked::default(), open: None }
    }

    fn messages(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Fault> {
        match (scanner.kind(), self.format) {
            (Kind::String, Format::OpenAiResponses) => {
                let start = scanner.position();
                let literal = scanner.string()?;
                let mut sent = Sent::new(Speaker::User);
                if let Some(literal) = literal.filter(|_| self.named) {
                    sent.name.text(&scanner.read(literal));
                }
                self.take(sent, Span { start, end: scanner.position() });
            }
            (Kind::Object, Format::Gemini) => self.message(scanner)?,
            _ => scanner.array(|scanner, _| self.message(scanner))?,
        }
        Ok(())
    }

    fn message(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Fault> {
        let named = self.named;
        // Looking at the kind goes past the white space in front.
        let is_object = scanner.kind() == Kind::Object;
        let start = scanner.position();
        let sent = if is_object {
            match self.format {
                Format::OpenAiChat => openai_chat::message(scanner, named)?,
                Format::Anthropic => anthropic::message(scanner, named)?,
                Format::OpenAiResponses => openai_responses::item(scanner, named)?,
                Format::Gemini => gemini::content(scanner, named)?,
            }
        } else {
            scanner.skip()?;
            Sent::new(Speaker::System)
        };
        self.take(sent, Span { start, end: scanner.position() });
        Ok(())
    }

    fn take(&mut self, sent: Sent, span: Span) {
        let index = self.walked.messages.len();
        self.walked.messages.push(span);
        if sent.speaker == Speaker::Assistant {
            return self.take_assistant(sent, index);
        }
        self.close();
        if sent.speaker == Speaker::User || sent.speaker == Speaker::Tool {
            let role = if sent.speaker == Speaker::User { "user" } else { "tool" };
            self.go_on(&sent.name, role);
            if let Some(turn) = self.walked.turns.last_mut().filter(|turn| turn.messages.end == index) {
                turn.answers_at = sent.answers_at;
            }
        }
    }

    fn take_assistant(&mut self, sent: Sent, index: usize) {
        // In Responses a turn is a run of items, elsewhere a message.
        if self.format != Format::OpenAiResponses || self.open.is_none() {
            self.close();
            self.walked.turns.push(Turn {
                key: TurnKey::new(),
                messages: index..index,
                marked: false,
                without: Vec::new(),
                reasoning: Vec::new(),
                answers_at: None,
            });
        }
        self.open.get_or_insert_default().join(&sent.name);
        if let Some(turn) = self.walked.turns.last_mut() {
            turn.messages.end = index + 1;
            turn.marked |= sent.reasoning.marked;
            if sent.reasoning.is_all {
                turn.reasoning.push(index);
            } else {
                turn.without.extend(sent.reasoning.without);
            }
        }
    }

    /// Ends the assistant's turn, if one is open.
    fn close(&mut self) {
        let Some(name) = self.open.take() else { return };
        self.go_on(&name, "assistant");
        if let Some(turn) = self.walked.turns.last_mut() {
            turn.key.clone_from(&self.walked.end);
        }
    }

    fn go_on(&mut self, name: &Name, role: &str) {
        if self.named {
            self.walked.end = name.after(&self.walked.end, role);
        }
    }

    fn finish(mut self) -> Walked {
        self.close();
        self.walked
    }
}

impl Sent {
    pub(super) fn new(speaker: Speaker) -> Self {
        Self { speaker, name: Name::default(), answers_at: None, reasoning: Reasoning::default() }
    }
}

/// Whether `literal` ends with the mark.
pub(super) fn is_marked(scanner: &Scanner<'_>, literal: Option<Literal>) -> bool {
    literal.is_some_and(|literal| scanner.read(literal).ends_with(super::MARK))
}

/// What counts of a message, in its order, before it is known whose message it is.
#[derive(Clone, Copy)]
pub(super) enum Trait {
    Text(Literal),
    /// The id of a call that the client answers.
    Call(Literal),
    /// The id that a result names.
    Result(Literal),
    /// The kind of a part that is none of these.
    Kind(Literal),
}

impl Trait {
    /// Adds those of `traits` that count for a message of `speaker`.
    pub(super) fn name(traits: &[Self], speaker: Speaker, scanner: &Scanner<'_>) -> Name {
        let mut name = Name::default();
        for each in traits {
            match (*each, speaker) {
                (_, Speaker::System) => {}
                (Self::Text(text), _) => name.text(&scanner.read(text)),
                (Self::Call(id), Speaker::Assistant)
                | (Self::Result(id), Speaker::User | Speaker::Tool)
                | (Self::Kind(id), Speaker::User) => name.other(&scanner.read(id)),
                _ => {}
            }
        }
        name
    }
}

/// The parts of a message's content, for leaving some out.
#[derive(Default)]
pub(super) struct Parts {
    spans: Vec<Span>,
    reasoning: Vec<bool>,
    marked: bool,
}

impl Parts {
    pub(super) fn push(&mut self, span: Span, is_reasoning: bool, marked: bool) {
        self.spans.push(span);
        self.reasoning.push(is_reasoning);
        self.marked |= marked;
    }

    /// The reasoning among them.
    pub(super) fn reasoning(&self) -> Reasoning {
        let removals = without(&self.spans, |index| self.reasoning[index]);
        Reasoning {
            marked: self.marked,
            without: removals.into_iter().map(Edit::remove).collect(),
            is_all: !self.reasoning.is_empty() && self.reasoning.iter().all(|&is_reasoning| is_reasoning),
        }
    }
}
