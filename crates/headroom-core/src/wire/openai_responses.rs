//! `OpenAI` Responses: requests, and requests for counting their tokens.
//!
//! Owns the format's items: which hold text, whose text it is, and which calls they make. Results of the client's tools are the
//! outputs of functions, custom tools, patches and shells that run at the client. What the provider ran itself (MCP, the code
//! interpreter, file search, a shell in its container) is found so that it is counted, and left alone; reasoning, compacted
//! history, images and files hold no text. A result that a program of the model asked for is read by that program, and left
//! alone. A call may stand in the request by reference only: its result is known to be one, but not of which tool, so nothing
//! is left out of it.

use super::Format;
use super::anthropic::is_program;
use super::conversation::{Arguments, Call, CallKey, Conversation, Found, Message, Standing, ToolName};
use super::reading::{Reading, messages};
use super::scanner::{Fault, Kind, Literal, Scanner};
use super::span::Span;
use crate::block::Role;

/// Reads a field of the request.
pub(super) fn field<'a>(
    reading: &mut Reading<'a>,
    scanner: &mut Scanner<'a>,
    key: &str,
) -> Result<(), Fault> {
    match key {
        "model" => reading.model = scanner.string()?,
        "tools" => reading.tools.scan_openai_responses(scanner)?,
        "instructions" => reading.system = texts(scanner)?.found(Standing::Text),
        "input" => reading.conversation = input(scanner)?,
        "context_management" => {
            let edits = scanner.holds_something()?;
            reading.edited_by("context_management", edits);
        }
        "truncation" => {
            let truncation = scanner.string()?;
            let edits = truncation.is_some_and(|truncation| scanner.read(truncation) == "auto");
            reading.edited_by("truncation", edits);
        }
        // What stands before the input is at the provider, and shrinks there by rules of its own.
        "conversation" => {
            let span = scanner.skip()?;
            reading.edited_by("conversation", scanner.slice(span) != "null");
        }
        "previous_response_id" => {
            reading.previous_response_id = scanner.string()?.map(|id| id.span);
            reading.edited_by("previous_response_id", reading.previous_response_id.is_some());
        }
        _ => {
            scanner.skip()?;
        }
    }
    Ok(())
}

/// A string is what the user says.
fn input<'a>(scanner: &mut Scanner<'a>) -> Result<Result<Conversation<'a>, Fault>, Fault> {
    let mut conversation = Conversation::default();
    if scanner.kind() == Kind::String {
        let found = texts(scanner)?.found(Standing::Text);
        conversation.push(
            scanner,
            Message { role: Some(Role::User), found, calls: Vec::new(), name: None, lossless: false },
        );
        return Ok(Ok(conversation));
    }
    messages(scanner, Format::OpenAiResponses, conversation, |scanner, conversation| {
        item(scanner, conversation)
    })
}

/// The texts of a value with the index of each.
#[derive(Default)]
struct Texts(Vec<(usize, Literal)>);

impl Texts {
    fn found(self, standing: Standing) -> Vec<Found> {
        self.0.into_iter().map(|(part, literal)| Found { literal, part, standing }).collect()
    }
}

/// A string, or a list of parts: those that are texts, found passages, and what programs put out.
fn texts(scanner: &mut Scanner<'_>) -> Result<Texts, Fault> {
    let mut texts = Texts::default();
    if scanner.kind() == Kind::String {
        texts.0.extend(scanner.string()?.map(|text| (0, text)));
        return Ok(texts);
    }
    scanner.array(|scanner, part| {
        let (mut kind, mut text, mut output, mut errors) = (None, None, None, None);
        scanner.object(|scanner, key| {
            match key {
                "type" => kind = scanner.string()?,
                "text" | "logs" => text = scanner.string()?,
                "stdout" => output = scanner.string()?,
                "stderr" => errors = scanner.string()?,
                _ => {
                    scanner.skip()?;
                }
            }
            Ok(())
        })?;
        let kind = kind.map(|kind| scanner.read(kind));
        let is_text = matches!(kind.as_deref(), None | Some("input_text" | "output_text" | "text" | "logs"));
        texts.0.extend(
            [text.filter(|_| is_text), output, errors].into_iter().flatten().map(|text| (part, text)),
        );
        Ok(())
    })?;
    Ok(texts)
}

/// What an item may hold, by what it means in the items that have it.
#[derive(Default)]
struct Fields {
    kind: Option<Literal>,
    role: Option<Literal>,
    id: Option<Literal>,
    call_id: Option<Literal>,
    name: Option<Literal>,
    arguments: Option<Literal>,
    input: Option<Literal>,
    action: Option<Span>,
    operation: Option<Span>,
    at_provider: bool,
    by_program: bool,
    content: Texts,
    output: Texts,
    outputs: Texts,
    results: Texts,
}

impl Fields {
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        let mut fields = Self::default();
        scanner.object(|scanner, key| {
            match key {
                "type" => fields.kind = scanner.string()?,
                "role" => fields.role = scanner.string()?,
                "id" => fields.id = scanner.string()?,
                "call_id" => fields.call_id = scanner.string()?,
                "name" => fields.name = scanner.string()?,
                "arguments" => fields.arguments = scanner.string()?,
                "input" => fields.input = scanner.string()?,
                "action" => fields.action = Some(scanner.skip()?),
                "operation" => fields.operation = Some(scanner.skip()?),
                "environment" => fields.at_provider = is_container(scanner)?,
                "caller" => fields.by_program = is_program(scanner)?,
                "content" => fields.content = texts(scanner)?,
                "output" => fields.output = texts(scanner)?,
                "outputs" => fields.outputs = texts(scanner)?,
                "results" => fields.results = texts(scanner)?,
                _ => {
                    scanner.skip()?;
                }
            }
            Ok(())
        })?;
        Ok(fields)
    }

    /// The call that an item is; a result may name it by either of its ids.
    fn calls(&self, name: Option<ToolName>, arguments: Arguments) -> Vec<Call> {
        [self.id, self.call_id]
            .into_iter()
            .flatten()
            .map(|id| Call { key: Some(CallKey::Id(id)), name, arguments, by_program: self.by_program })
            .collect()
    }
}

/// Reads one item.
fn item<'a>(scanner: &mut Scanner<'a>, conversation: &Conversation<'a>) -> Result<Message, Fault> {
    let fields = Fields::read(scanner)?;
    let role = match fields.role.map(|role| scanner.read(role)).as_deref() {
        Some("user") => Some(Role::User),
        Some("assistant") => Some(Role::Assistant),
        Some("system" | "developer") => Some(Role::System),
        _ => None,
    };
    let mut message = Message {
        role: Some(Role::Assistant),
        found: Vec::new(),
        calls: Vec::new(),
        name: None,
        lossless: false,
    };
    let given = fields.name.map(ToolName::Given);
    let json = |span: Option<Span>| span.map_or(Arguments::None, Arguments::Json);
    let text = |literal: Option<Literal>| literal.map_or(Arguments::None, Arguments::Text);
    match fields.kind.map(|kind| scanner.read(kind)).as_deref() {
        None | Some("message") => {
            message.role = role;
            message.found = fields.content.found(Standing::Text);
        }
        Some("function_call") => message.calls = fields.calls(given, text(fields.arguments)),
        Some("custom_tool_call") => message.calls = fields.calls(given, text(fields.input)),
        Some("local_shell_call") => {
            message.calls = fields.calls(Some(ToolName::BuiltIn("local_shell")), json(fields.action));
        }
        Some("shell_call") if !fields.at_provider => {
            message.calls = fields.calls(Some(ToolName::BuiltIn("shell")), json(fields.action));
        }
        Some("apply_patch_call") => {
            message.calls = fields.calls(Some(ToolName::BuiltIn("apply_patch")), json(fields.operation));
        }
        Some(
            "function_call_output"
            | "custom_tool_call_output"
            | "local_shell_call_output"
            | "apply_patch_call_output",
        ) => {
            let call = answered(scanner, conversation, &fields);
            message.role = Some(Role::Tool);
            message.lossless = call.is_none();
            message.found = fields.output.found(Standing::Result { call, is_error: false });
        }
        Some("shell_call_output") => {
            let call = answered(scanner, conversation, &fields);
            message.role = Some(Role::Tool);
            message.found = fields.output.found(match call {
                Some(_) => Standing::Result { call, is_error: false },
                None => Standing::Server,
            });
        }
        Some("mcp_call") => message.found = fields.output.found(Standing::Mcp),
        Some("code_interpreter_call") => message.found = fields.outputs.found(Standing::Server),
        Some("file_search_call") => message.found = fields.results.found(Standing::Server),
        Some(_) => {}
    }
    Ok(message)
}

/// The call that an output answers. The API's reference names it by `id` for local shells, its clients by `call_id`.
fn answered<'a>(scanner: &Scanner<'a>, conversation: &Conversation<'a>, fields: &Fields) -> Option<usize> {
    let call = |id: Option<Literal>| conversation.call(scanner, CallKey::Id(id?));
    call(fields.call_id).or_else(|| call(fields.id))
}

/// Whether the value of `environment` is a container at the provider.
fn is_container(scanner: &mut Scanner<'_>) -> Result<bool, Fault> {
    let mut kind = None;
    scanner.object(|scanner, key| {
        if key == "type" {
            kind = scanner.string()?;
            return Ok(());
        }
        scanner.skip().map(|_| ())
    })?;
    Ok(kind.is_some_and(|kind| scanner.read(kind) != "local"))
}
