//! The messages of a request while they are being read: what was found, and which call a result answers.
//!
//! Owns the rules that all formats share. It knows no field of any.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::scanner::{Literal, Scanner};
use super::span::Span;
use crate::block::{Block, BlockType, Overrides, Role, Text};
use crate::ccr::TOOL_NAME;

/// How many texts may carry a copy of the same arguments. A call has one result, of a few texts; without a bound,
/// a body that answers one huge call again and again would make work that grows with the square of its size.
const ARGUMENT_COPIES: usize = 16;

/// Names of tools have at most 128 characters at the providers; a longer one is not unescaped, for the same
/// reason.
const LONGEST_NAME: usize = 1024;

/// A text and what its place in the message says about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) literal: Literal,
    pub(super) part: usize,
    pub(super) standing: Standing,
}

/// What a text is by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Plain text.
    Text,
    /// Part of a function tool's result.
    Result {
        /// The call it answers, if it is known.
        call: Option<usize>,
        is_error: bool,
    },
    /// Part of a result that the provider made itself.
    Server,
    /// Part of a result of the provider's MCP connector.
    Mcp,
    /// Cited by position.
    Citation,
    /// In a kind of part that is unknown by itself: it counts only inside of one that is known.
    Unknown,
}

/// A call of a tool by the assistant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// What a result names to answer it.
    pub(super) key: Option<CallKey<Literal>>,
    pub(super) name: Option<ToolName>,
    pub(super) arguments: Arguments,
    /// Whether a program of the model made the call. That program reads the result, at the provider, and the model does not see
    /// it.
    pub(super) by_program: bool,
}

/// The name of the tool that is called.
#[derive(Clone, Copy, Debug)]
pub(super) enum ToolName {
    /// As the call gives it.
    Given(Literal),
    /// That of a tool with a kind of call of its own.
    BuiltIn(&'static str),
}

/// How a result names its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CallKey<T> {
    /// By the call's id.
    Id(T),
    /// By the function's name: the latest call of it.
    Function(T),
}

/// The arguments of a call.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arguments {
    None,
    /// JSON text in a string.
    Text(Literal),
    /// JSON in place.
    Json(Span),
}

/// A message, read to its end.
pub(super) struct Message {
    /// `None` for a role that is none of the format's: its texts are counted and left alone.
    pub(super) role: Option<Role>,
    pub(super) found: Vec<Found>,
    pub(super) calls: Vec<Call>,
    /// The tool's name as the message gives it, for a call that is unknown.
    pub(super) name: Option<Literal>,
    /// Whether nothing may be left out of its texts.
    pub(super) lossless: bool,
}

/// The messages read so far.
#[derive(Default)]
pub(super) struct Conversation<'a> {
    pub(super) messages: usize,
    pub(super) blocks: Vec<Block<'a>>,
    pub(super) spans: Vec<Span>,
    pub(super) malformed: Vec<bool>,
    calls: Vec<KnownCall<'a>>,
    latest: BTreeMap<CallKey<Cow<'a, str>>, usize>,
    /// The calls of the latest message that called a function, in order, by its name.
    waiting: BTreeMap<Cow<'a, str>, VecDeque<usize>>,
    answers_in_order: bool,
}

struct KnownCall<'a> {
    name: Option<Cow<'a, str>>,
    arguments: Option<Text<'a>>,
    by_program: bool,
    copies: usize,
}

impl<'a> Conversation<'a> {
    /// For a format whose results name functions and no calls: the first result of a function is that of its first
    /// call, and so on.
    pub(super) fn answered_in_order() -> Self {
        Self { answers_in_order: true, ..Self::default() }
    }

    /// The first call of the function `name` that has no result yet, else its latest.
    pub(super) fn next_call(&mut self, scanner: &Scanner<'a>, name: Literal) -> Option<usize> {
        let waiting = self.waiting.get_mut(&read_name(scanner, name))?;
        if waiting.len() > 1 { waiting.pop_front() } else { waiting.front().copied() }
    }

    /// The latest call of an earlier message that `key` names.
    pub(super) fn call(&self, scanner: &Scanner<'a>, key: CallKey<Literal>) -> Option<usize> {
        self.latest.get(&key.read(scanner)).copied()
    }

    /// Takes a message in.
    pub(super) fn push(&mut self, scanner: &Scanner<'a>, message: Message) {
        let name = message.name.map(|name| read_name(scanner, name));
        let first = self.blocks.len();
        for found in message.found {
            self.take(scanner, found, message.role, name.as_ref());
        }
        if message.lossless {
            self.lossless_from(first);
        }
        let mut called = BTreeSet::new();
        for call in message.calls {
            let known = self.calls.len();
            let name = call.name.map(|name| match name {
                ToolName::Given(name) => read_name(scanner, name),
                ToolName::BuiltIn(name) => Cow::Borrowed(name),
            });
            if let Some(name) = name.clone().filter(|_| self.answers_in_order) {
                let waiting = self.waiting.entry(name.clone()).or_default();
                if called.insert(name) {
                    waiting.clear();
                }
                waiting.push_back(known);
            }
            self.calls.push(KnownCall {
                name,
                arguments: match call.arguments {
                    Arguments::None => None,
                    Arguments::Text(literal) => Some(scanner.text(literal)),
                    Arguments::Json(span) => Some(scanner.slice(span).into()),
                },
                by_program: call.by_program,
                copies: 0,
            });
            if let Some(key) = call.key {
                self.latest.insert(key.read(scanner), known);
            }
        }
        self.messages += 1;
    }

    /// Puts the system prompt that stands apart from the messages before them. It is not one of the messages, and
    /// its texts share index 0 with the first.
    pub(super) fn put_first(&mut self, scanner: &Scanner<'a>, system: Vec<Found>) {
        let mut first = Self::default();
        for found in system {
            first.take(scanner, found, Some(Role::System), None);
        }
        first.blocks.append(&mut self.blocks);
        first.spans.append(&mut self.spans);
        first.malformed.append(&mut self.malformed);
        self.blocks = first.blocks;
        self.spans = first.spans;
        self.malformed = first.malformed;
    }

    /// Takes in the messages of another conversation that is sent in the same body. Neither may point at the other, so
    /// nothing is to be left out of it.
    pub(super) fn append(&mut self, mut other: Self) {
        for block in &mut other.blocks {
            block.message += self.messages;
        }
        let first = self.blocks.len();
        self.messages += other.messages;
        self.blocks.append(&mut other.blocks);
        self.spans.append(&mut other.spans);
        self.malformed.append(&mut other.malformed);
        self.lossless_from(first);
    }

    fn lossless_from(&mut self, first: usize) {
        for block in &mut self.blocks[first..] {
            block.overrides.lossless = Some(true);
        }
    }

    fn take(&mut self, scanner: &Scanner<'a>, found: Found, role: Option<Role>, name: Option<&Cow<'a, str>>) {
        let mut tool_name = None;
        let mut call_arguments = None;
        let mut is_error = false;
        let mut by_program = false;
        let mut from = role.unwrap_or(Role::System);
        let block_type = match found.standing {
            Standing::Unknown => return,
            Standing::Text => BlockType::Text,
            Standing::Server => BlockType::ServerToolResult,
            Standing::Mcp => BlockType::McpResult,
            Standing::Citation => BlockType::Citation,
            Standing::Result { call, is_error: error } => {
                is_error = error;
                if from != Role::System {
                    from = Role::Tool;
                }
                if let Some(call) = call.and_then(|call| self.calls.get_mut(call)) {
                    tool_name.clone_from(&call.name);
                    call_arguments = call.arguments();
                    by_program = call.by_program;
                }
                tool_name = tool_name.or_else(|| name.cloned());
                if by_program {
                    BlockType::ServerToolResult
                } else if tool_name.as_deref().is_some_and(is_retrieval) {
                    BlockType::Retrieved
                } else {
                    BlockType::ToolResult
                }
            }
        };
        let malformed = found.literal.malformed;
        self.blocks.push(Block {
            message: self.messages,
            part: found.part,
            role: from,
            block_type,
            tool_name,
            call_arguments,
            is_error,
            text: scanner.text(found.literal),
            overrides: Overrides { off: malformed || role.is_none(), ..Overrides::default() },
        });
        self.spans.push(found.literal.span);
        self.malformed.push(malformed);
    }
}

impl<'a> KnownCall<'a> {
    fn arguments(&mut self) -> Option<Text<'a>> {
        let arguments = self.arguments.as_ref()?;
        if arguments.is_escaped() {
            if self.copies == ARGUMENT_COPIES {
                return None;
            }
            self.copies += 1;
        }
        Some(arguments.clone())
    }
}

impl CallKey<Literal> {
    fn read<'a>(self, scanner: &Scanner<'a>) -> CallKey<Cow<'a, str>> {
        match self {
            Self::Id(id) => CallKey::Id(scanner.read(id)),
            Self::Function(name) => CallKey::Function(scanner.read(name)),
        }
    }
}

/// Whether a tool of this name is the retrieval tool, by itself or served over MCP, where clients put the
/// server's name in front.
pub(super) fn is_retrieval(name: &str) -> bool {
    name.strip_suffix(TOOL_NAME).is_some_and(|server| server.is_empty() || server.ends_with("__"))
}

fn read_name<'a>(scanner: &Scanner<'a>, name: Literal) -> Cow<'a, str> {
    if name.span.end - name.span.start > LONGEST_NAME {
        let inside = Span { start: name.span.start + 1, end: name.span.end - 1 };
        return Cow::Borrowed(scanner.slice(inside));
    }
    scanner.read(name)
}
