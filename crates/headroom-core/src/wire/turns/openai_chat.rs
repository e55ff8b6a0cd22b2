//! Messages of Chat Completions. The API itself shows no reasoning; its dialects show it in `reasoning_details`, whose entries
//! are marked by their signature, data or id.

use super::walk::{Reasoning, Sent, Speaker, Trait, is_marked};
use crate::wire::scanner::{Fault, Kind, Literal, Scanner};
use crate::wire::span::Span;
use crate::wire::splice::Edit;

/// Reads a message.
pub(super) fn message(scanner: &mut Scanner<'_>, named: bool) -> Result<Sent, Fault> {
    let (mut role, mut name, mut answered) = (None, None, None);
    let mut content = Vec::new();
    let mut calls = Vec::new();
    let mut function = None;
    let mut details: Option<(Span, bool)> = None;
    scanner.object(|scanner, key| {
        match key {
            "role" => role = scanner.string()?,
            "name" => name = scanner.string()?,
            "tool_call_id" => answered = scanner.string()?,
            "content" => content = texts(scanner)?,
            "tool_calls" => {
                calls.clear();
                scanner.array(|scanner, _| {
                    calls.extend(member(scanner, "id")?.map(Trait::Call));
                    Ok(())
                })?;
            }
            "function_call" => function = member(scanner, "name")?.map(Trait::Call),
            "reasoning_details" => details = Some(reasoning_details(scanner)?),
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let (speaker, answered) = match role.map(|role| scanner.read(role)).as_deref() {
        Some("user") => (Speaker::User, None),
        Some("assistant") => (Speaker::Assistant, None),
        Some("tool") => (Speaker::Tool, answered),
        Some("function") => (Speaker::Tool, name),
        _ => (Speaker::System, None),
    };
    let mut sent = Sent::new(speaker);
    if named {
        if speaker == Speaker::Tool {
            content.clear();
        }
        content.extend(calls);
        content.extend(function);
        content.extend(answered.map(Trait::Result));
        sent.name = Trait::name(&content, speaker, scanner);
    }
    if let Some((span, marked)) = details {
        sent.reasoning = Reasoning { marked, without: vec![Edit::raw(span, "[]")], is_all: false };
    }
    Ok(sent)
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
            Some("text") => text.map(Trait::Text),
            _ => kind.map(Trait::Kind),
        });
        Ok(())
    })?;
    Ok(traits)
}

/// A string in an object.
fn member(scanner: &mut Scanner<'_>, name: &str) -> Result<Option<Literal>, Fault> {
    let mut value = None;
    scanner.object(|scanner, key| {
        if key == name {
            value = scanner.string()?;
            return Ok(());
        }
        scanner.skip().map(|_| ())
    })?;
    Ok(value)
}

/// Where the list stands, and whether any of it is marked.
fn reasoning_details(scanner: &mut Scanner<'_>) -> Result<(Span, bool), Fault> {
    scanner.kind();
    let start = scanner.position();
    let mut marked = false;
    scanner.array(|scanner, _| {
        scanner.object(|scanner, key| {
            if matches!(key, "signature" | "data" | "id") {
                let literal = scanner.string()?;
                marked |= is_marked(scanner, literal);
                return Ok(());
            }
            scanner.skip().map(|_| ())
        })
    })?;
    Ok((Span { start, end: scanner.position() }, marked))
}
