//! Anthropic Messages: requests to the API itself, by way of Bedrock and Vertex AI (which take the model apart), for counting
//! tokens, and batches of them.
//!
//! Owns the format's parts: which hold text, whose text it is, and which calls they make. Thinking, images and
//! uploads hold none. Parts whose type is unknown are left alone, but inside of the result of a server tool
//! their texts are found, so that they are counted. A result that a program of the model asked for is read by that
//! program, and left alone.

use super::Format;
use super::conversation::{Arguments, Call, CallKey, Conversation, Found, Message, Standing, ToolName};
use super::reading::{Reading, messages};
use super::scanner::{Fault, Kind, Literal, Scanner};
use crate::block::Role;

/// How deep contents may stand inside contents. Real requests reach four: a result, its document, the
/// document's source, its parts.
const DEEPEST: usize = 32;

/// Reads a field of the request.
pub(super) fn field<'a>(
    reading: &mut Reading<'a>,
    scanner: &mut Scanner<'a>,
    key: &str,
) -> Result<(), Fault> {
    match key {
        "model" => reading.model = scanner.string()?,
        "tools" => reading.tools.scan_anthropic(scanner)?,
        "system" => reading.system = system(scanner)?,
        "messages" => {
            let conversation = Conversation::default();
            reading.conversation =
                messages(scanner, Format::Anthropic, conversation, |scanner, conversation| {
                    message(scanner, conversation)
                })?;
        }
        "requests" => batch(reading, scanner)?,
        "context_management" => {
            let edits = scanner.holds_something()?;
            reading.edited_by("context_management", edits);
        }
        _ => {
            scanner.skip()?;
        }
    }
    Ok(())
}

/// Reads the requests of a batch. One that has no messages is left alone, as are batches inside of batches.
fn batch<'a>(reading: &mut Reading<'a>, scanner: &mut Scanner<'a>) -> Result<(), Fault> {
    let mut all = Conversation::default();
    let mut model = None;
    scanner.array(|scanner, _| {
        let mut params = None;
        scanner.object(|scanner, key| {
            if key != "params" {
                return scanner.skip().map(|_| ());
            }
            let mut request = Reading::new(Format::Anthropic);
            scanner.object(|scanner, key| match key {
                "requests" => scanner.skip().map(|_| ()),
                _ => field(&mut request, scanner, key),
            })?;
            params = Some(request);
            Ok(())
        })?;
        if let Some(Reading { conversation: Ok(mut conversation), system, model: its_model, .. }) = params {
            conversation.put_first(scanner, system);
            all.append(conversation);
            model = model.or(its_model);
        }
        Ok(())
    })?;
    reading.model = model.or(reading.model);
    reading.batch = Some(all);
    Ok(())
}

/// Reads one message.
fn message<'a>(scanner: &mut Scanner<'a>, conversation: &Conversation<'a>) -> Result<Message, Fault> {
    let mut role = None;
    let mut contents = Contents::default();
    scanner.object(|scanner, key| {
        match key {
            "role" => role = scanner.string()?,
            "content" => contents = content(scanner, conversation, Place { part: 0, depth: 0 })?,
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let role = match role.map(|role| scanner.read(role)).as_deref() {
        Some("user") => Some(Role::User),
        Some("assistant") => Some(Role::Assistant),
        Some("system") => Some(Role::System),
        _ => None,
    };
    Ok(Message { role, found: contents.found, calls: contents.calls, name: None, lossless: false })
}

/// Reads the value of `system`.
fn system(scanner: &mut Scanner<'_>) -> Result<Vec<Found>, Fault> {
    Ok(content(scanner, &Conversation::default(), Place { part: 0, depth: 0 })?.found)
}

#[derive(Clone, Copy)]
struct Place {
    part: usize,
    depth: usize,
}

#[derive(Default)]
struct Contents {
    found: Vec<Found>,
    calls: Vec<Call>,
}

impl Contents {
    fn add(&mut self, literal: Option<Literal>, part: usize) {
        self.found.extend(literal.map(|literal| Found { literal, part, standing: Standing::Text }));
    }

    fn all_are(&mut self, standing: Standing) {
        for found in &mut self.found {
            found.standing = standing;
        }
    }
}

/// A string, a list of parts, or, inside the results of server tools, a single part.
fn content<'a>(
    scanner: &mut Scanner<'a>,
    conversation: &Conversation<'a>,
    place: Place,
) -> Result<Contents, Fault> {
    if place.depth > DEEPEST {
        return Err(Fault::Shape { lacks: "contents nested at most 32 deep" });
    }
    let mut contents = Contents::default();
    match scanner.kind() {
        Kind::String => contents.add(scanner.string()?, place.part),
        Kind::Object => contents = part(scanner, conversation, place)?,
        Kind::Array => scanner.array(|scanner, index| {
            let place = Place { part: place.part + index, depth: place.depth };
            let mut part = part(scanner, conversation, place)?;
            contents.found.append(&mut part.found);
            contents.calls.append(&mut part.calls);
            Ok(())
        })?,
        Kind::Other => {
            scanner.skip()?;
        }
    }
    Ok(contents)
}

/// The strings of a part that may be text, by what they mean in the parts that have them.
#[derive(Default)]
struct Strings {
    kind: Option<Literal>,
    id: Option<Literal>,
    name: Option<Literal>,
    answered: Option<Literal>,
    title: Option<Literal>,
    context: Option<Literal>,
    text: Option<Literal>,
    output: Option<Literal>,
    errors: Option<Literal>,
}

fn part<'a>(
    scanner: &mut Scanner<'a>,
    conversation: &Conversation<'a>,
    place: Place,
) -> Result<Contents, Fault> {
    let mut strings = Strings::default();
    let mut input = None;
    let mut is_error = false;
    let mut by_program = false;
    let mut cited = false;
    let mut inner = Contents::default();
    let mut source = Contents::default();
    let below = Place { depth: place.depth + 1, ..place };
    scanner.object(|scanner, key| {
        match key {
            "type" => strings.kind = scanner.string()?,
            "id" => strings.id = scanner.string()?,
            "name" => strings.name = scanner.string()?,
            "tool_use_id" => strings.answered = scanner.string()?,
            "title" => strings.title = scanner.string()?,
            "context" => strings.context = scanner.string()?,
            "text" => strings.text = scanner.string()?,
            "stdout" => strings.output = scanner.string()?,
            "stderr" => strings.errors = scanner.string()?,
            "input" => input = Some(scanner.skip()?),
            "is_error" => is_error = scanner.truth()?,
            "citations" => cited = citations(scanner)?,
            "caller" => by_program = is_program(scanner)?,
            "content" => inner = content(scanner, conversation, below)?,
            "source" => source = document_source(scanner, conversation, below)?,
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let mut contents = Contents::default();
    let kind = strings.kind.map(|kind| scanner.read(kind));
    match kind.as_deref() {
        Some("text") => contents.add(strings.text, place.part),
        Some("tool_use") => contents.calls.push(Call {
            key: strings.id.map(CallKey::Id),
            name: strings.name.map(ToolName::Given),
            arguments: input.map_or(Arguments::None, Arguments::Json),
            by_program,
        }),
        Some("tool_result") => {
            let call = strings.answered.and_then(|id| conversation.call(scanner, CallKey::Id(id)));
            contents.found = inner.found;
            contents.found.retain(|found| found.standing != Standing::Unknown);
            for found in &mut contents.found {
                if found.standing == Standing::Text {
                    found.standing = Standing::Result { call, is_error };
                }
            }
        }
        Some("document" | "search_result") => {
            contents.add(strings.title, place.part);
            contents.add(strings.context, place.part);
            contents.found.append(&mut source.found);
            contents.found.append(&mut inner.found);
            contents.all_are(Standing::Citation);
        }
        Some("thinking" | "redacted_thinking" | "image" | "server_tool_use" | "mcp_tool_use") => {}
        kind => {
            contents.add(strings.title, place.part);
            contents.add(strings.text, place.part);
            contents.found.append(&mut source.found);
            contents.found.append(&mut inner.found);
            contents.add(strings.output, place.part);
            contents.add(strings.errors, place.part);
            contents.all_are(match kind {
                Some("mcp_tool_result") => Standing::Mcp,
                Some(kind) if kind.ends_with("_tool_result") => Standing::Server,
                _ => Standing::Unknown,
            });
        }
    }
    if cited && contents.found.iter().any(|found| found.standing != Standing::Unknown) {
        contents.all_are(Standing::Citation);
    }
    Ok(contents)
}

/// Whether the value of `caller` is not the model itself but a program of it.
pub(super) fn is_program(scanner: &mut Scanner<'_>) -> Result<bool, Fault> {
    let mut kind = None;
    scanner.object(|scanner, key| {
        if key == "type" {
            kind = scanner.string()?;
            return Ok(());
        }
        scanner.skip().map(|_| ())
    })?;
    Ok(kind.is_some_and(|kind| scanner.read(kind) != "direct"))
}

/// The source of a document: plain text, or contents of its own. Anything else (files, links, images) has none.
fn document_source<'a>(
    scanner: &mut Scanner<'a>,
    conversation: &Conversation<'a>,
    place: Place,
) -> Result<Contents, Fault> {
    let mut kind = None;
    let mut data = None;
    let mut inner = Contents::default();
    scanner.object(|scanner, key| {
        match key {
            "type" => kind = scanner.string()?,
            "data" => data = scanner.string()?,
            "content" => inner = content(scanner, conversation, place)?,
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let mut contents = Contents::default();
    match kind.map(|kind| scanner.read(kind)).as_deref() {
        Some("text") => contents.add(data, place.part),
        Some("content") => contents.found = inner.found,
        _ => {}
    }
    Ok(contents)
}

/// Whether the value of `citations` makes its part one that is cited by position or cites: the switch of a
/// document, or the list that a text of the model carries.
fn citations(scanner: &mut Scanner<'_>) -> Result<bool, Fault> {
    let mut cited = false;
    match scanner.kind() {
        Kind::Object => scanner.object(|scanner, key| {
            if key == "enabled" {
                cited = scanner.truth()?;
                return Ok(());
            }
            scanner.skip().map(|_| ())
        })?,
        Kind::Array => scanner.array(|scanner, _| {
            cited = true;
            scanner.skip().map(|_| ())
        })?,
        _ => cited = scanner.truth()?,
    }
    Ok(cited)
}
