//! The messages of `OpenAI` Chat Completions.
//!
//! Owns the format's roles, parts and calls. Texts are `content` as a string or as parts of type `text`;
//! refusals, images, audio and files are no texts here.

use super::Format;
use super::conversation::{Arguments, Call, CallKey, Conversation, Found, Message, Standing, ToolName};
use super::reading::{Reading, messages};
use super::scanner::{Fault, Kind, Literal, Scanner};
use crate::block::Role;

/// Reads a field of the request.
pub(super) fn field<'a>(
    reading: &mut Reading<'a>,
    scanner: &mut Scanner<'a>,
    key: &str,
) -> Result<(), Fault> {
    match key {
        "model" => reading.model = scanner.string()?,
        "tools" => reading.tools.scan_openai_chat(scanner)?,
        "functions" => reading.tools.scan_deprecated(scanner)?,
        "messages" => {
            let conversation = Conversation::default();
            reading.conversation =
                messages(scanner, Format::OpenAiChat, conversation, |scanner, conversation| {
                    message(scanner, conversation)
                })?;
        }
        "context_management" => {
            let edits = scanner.holds_something()?;
            reading.edited_by("context_management", edits);
        }
        // OpenRouter leaves the middle of long conversations out, vLLM their beginning.
        "transforms" => {
            let edits = scanner.holds_something()?;
            reading.edited_by("transforms", edits);
        }
        "truncate_prompt_tokens" => {
            let span = scanner.skip()?;
            reading.edited_by("truncate_prompt_tokens", scanner.slice(span) != "null");
        }
        _ => {
            scanner.skip()?;
        }
    }
    Ok(())
}

/// Reads one message.
fn message<'a>(scanner: &mut Scanner<'a>, conversation: &Conversation<'a>) -> Result<Message, Fault> {
    let mut role = None;
    let mut name = None;
    let mut answered = None;
    let mut found = Vec::new();
    let mut tool_calls = Vec::new();
    let mut function_call = None;
    scanner.object(|scanner, key| {
        match key {
            "role" => role = scanner.string()?,
            "name" => name = scanner.string()?,
            "tool_call_id" => answered = scanner.string()?,
            "content" => found = content(scanner)?,
            "tool_calls" => {
                tool_calls.clear();
                scanner.array(|scanner, _| {
                    tool_calls.push(tool_call(scanner)?);
                    Ok(())
                })?;
            }
            "function_call" => {
                let function = function(scanner, "arguments")?;
                function_call = function.name.map(|name| Call { key: key_of(name), ..function });
            }
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let role = role.map(|role| scanner.read(role));
    let answered = match role.as_deref() {
        Some("tool") => Some(answered.map(CallKey::Id)),
        Some("function") => Some(name.map(CallKey::Function)),
        _ => None,
    };
    if let Some(key) = answered {
        let call = key.and_then(|key| conversation.call(scanner, key));
        for found in &mut found {
            found.standing = Standing::Result { call, is_error: false };
        }
    }
    let role = match role.as_deref() {
        Some("system" | "developer") => Some(Role::System),
        Some("user") => Some(Role::User),
        Some("assistant") => Some(Role::Assistant),
        Some("tool" | "function") => Some(Role::Tool),
        _ => None,
    };
    tool_calls.extend(function_call);
    Ok(Message { role, found, calls: tool_calls, name, lossless: false })
}

fn content(scanner: &mut Scanner<'_>) -> Result<Vec<Found>, Fault> {
    let mut found = Vec::new();
    if scanner.kind() == Kind::String {
        let literal = scanner.string()?;
        found.extend(literal.map(|literal| Found { literal, part: 0, standing: Standing::Text }));
        return Ok(found);
    }
    scanner.array(|scanner, part| {
        let mut kind = None;
        let mut text = None;
        scanner.object(|scanner, key| {
            match key {
                "type" => kind = scanner.string()?,
                "text" => text = scanner.string()?,
                _ => {
                    scanner.skip()?;
                }
            }
            Ok(())
        })?;
        if kind.is_some_and(|kind| scanner.read(kind) == "text") {
            found.extend(text.map(|literal| Found { literal, part, standing: Standing::Text }));
        }
        Ok(())
    })?;
    Ok(found)
}

const NO_CALL: Call = Call { key: None, name: None, arguments: Arguments::None, by_program: false };

/// How a result names the call of a function.
fn key_of(name: ToolName) -> Option<CallKey<Literal>> {
    match name {
        ToolName::Given(name) => Some(CallKey::Function(name)),
        ToolName::BuiltIn(_) => None,
    }
}

fn tool_call(scanner: &mut Scanner<'_>) -> Result<Call, Fault> {
    let mut id: Option<Literal> = None;
    let mut function_call = None;
    let mut custom_call = None;
    scanner.object(|scanner, key| {
        match key {
            "id" => id = scanner.string()?,
            "function" => function_call = Some(function(scanner, "arguments")?),
            "custom" => custom_call = Some(function(scanner, "input")?),
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let named = [function_call, custom_call].into_iter().flatten().find(|call| call.name.is_some());
    Ok(Call { key: id.map(CallKey::Id), ..named.unwrap_or(NO_CALL) })
}

/// A function with its name and the text of its arguments, without the key of its call.
fn function(scanner: &mut Scanner<'_>, arguments: &str) -> Result<Call, Fault> {
    let mut call = NO_CALL;
    scanner.object(|scanner, key| {
        if key == "name" {
            call.name = scanner.string()?.map(ToolName::Given);
        } else if key == arguments {
            call.arguments = scanner.string()?.map_or(Arguments::None, Arguments::Text);
        } else {
            scanner.skip()?;
        }
        Ok(())
    })?;
    Ok(call)
}
