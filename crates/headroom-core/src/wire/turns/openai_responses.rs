//! Items of Responses: reasoning items are reasoning, and the ids of the others point at it. Any id may be marked.
//!
//! The API refuses an item whose id it knows to have followed a reasoning item that is missing, so where reasoning goes, ids go
//! with it where the API lets them, or lose their mark.

use super::MARK;
use super::list::without;
use super::walk::{Reasoning, Sent, Speaker, Trait, is_marked};
use crate::wire::scanner::{Fault, Kind, Literal, Scanner};
use crate::wire::span::Span;
use crate::wire::splice::Edit;

/// Reads an item.
pub(super) fn item(scanner: &mut Scanner<'_>, named: bool) -> Result<Sent, Fault> {
    let (mut kind, mut role, mut call_id, mut request_id) = (None, None, None, None);
    let mut ids = Vec::new();
    let mut encrypted = None;
    let mut content = Vec::new();
    let mut members = Vec::new();
    scanner.members(|scanner, key, start| {
        match key {
            "type" => kind = scanner.string()?,
            "role" => role = scanner.string()?,
            "call_id" => call_id = scanner.string()?,
            "approval_request_id" => request_id = scanner.string()?,
            "id" => {
                let literal = scanner.string()?;
                ids.extend(literal.map(|literal| (members.len(), literal)));
            }
            "encrypted_content" => encrypted = scanner.string()?,
            "content" => content = texts(scanner)?,
            _ => {
                scanner.skip()?;
            }
        }
        members.push(Span { start, end: scanner.position() });
        Ok(())
    })?;
    let kind = kind.map(|kind| scanner.read(kind));
    let role = role.map(|role| scanner.read(role));
    let (speaker, answered, called) = match (kind.as_deref(), role.as_deref()) {
        (None | Some("message"), Some("user")) => (Speaker::User, None, None),
        (None | Some("message"), Some("system" | "developer")) => (Speaker::System, None, None),
        (
            Some(
                "function_call_output"
                | "custom_tool_call_output"
                | "local_shell_call_output"
                | "shell_call_output"
                | "apply_patch_call_output"
                | "computer_call_output",
            ),
            _,
        ) => (Speaker::Tool, call_id.or(ids.last().map(|&(_, id)| id)), None),
        (Some("mcp_approval_response"), _) => (Speaker::Tool, request_id, None),
        (
            Some(
                "function_call" | "custom_tool_call" | "local_shell_call" | "shell_call" | "apply_patch_call"
                | "computer_call",
            ),
            _,
        ) => (Speaker::Assistant, None, call_id),
        _ => (Speaker::Assistant, None, None),
    };
    let mut sent = Sent::new(speaker);
    if named {
        if !matches!(kind.as_deref(), None | Some("message")) {
            content.clear();
        }
        content.extend(called.map(Trait::Call));
        content.extend(answered.map(Trait::Result));
        sent.name = Trait::name(&content, speaker, scanner);
    }
    if speaker == Speaker::Assistant {
        let marked_id = ids.iter().any(|&(_, id)| is_marked(scanner, Some(id)));
        sent.reasoning = Reasoning {
            marked: marked_id || is_marked(scanner, encrypted),
            is_all: kind.as_deref() == Some("reasoning")
                || (kind.as_deref() == Some("item_reference") && marked_id),
            without: match kind.as_deref() {
                None
                | Some(
                    "message" | "function_call" | "custom_tool_call" | "shell_call" | "apply_patch_call",
                ) => {
                    let is_id = |index| ids.iter().any(|&(member, _)| member == index);
                    without(&members, is_id).into_iter().map(Edit::remove).collect()
                }
                _ => ids.iter().filter_map(|&(_, id)| unmarked(scanner, id)).collect(),
            },
        };
    }
    Ok(sent)
}

/// What takes the mark off an id.
fn unmarked(scanner: &Scanner<'_>, id: Literal) -> Option<Edit<'static>> {
    let text = scanner.read(id);
    let own = text.strip_suffix(MARK)?;
    Some(Edit::text(id.span, own.to_owned()))
}

fn texts(scanner: &mut Scanner<'_>) -> Result<Vec<Trait>, Fault> {
    let mut traits = Vec::new();
    if scanner.kind() == Kind::String {
        traits.extend(scanner.string()?.map(Trait::Text));
        return Ok(traits);
    }
    scanner.array(|scanner, _| {
        let (mut kind, mut text) = (None, None);
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
        traits.extend(match kind.map(|kind| scanner.read(kind)).as_deref() {
            Some("output_text" | "input_text" | "text") => text.map(Trait::Text),
            _ => kind.map(Trait::Kind),
        });
        Ok(())
    })?;
    Ok(traits)
}
