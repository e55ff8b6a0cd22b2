//! Messages of Anthropic: thinking parts are reasoning, marked by their signature or, redacted, by their data.

use super::walk::{Front, Parts, Sent, Speaker, Trait, is_marked};
use crate::wire::scanner::{Fault, Kind, Scanner};
use crate::wire::span::Span;

/// Reads a message.
pub(super) fn message(scanner: &mut Scanner<'_>, named: bool) -> Result<Sent, Fault> {
    let mut role = None;
    let mut traits = Vec::new();
    let mut parts = Parts::default();
    let mut answers_at = None;
    scanner.object(|scanner, key| {
        match key {
            "role" => role = scanner.string()?,
            "content" => {
                traits.clear();
                parts = Parts::default();
                answers_at = None;
                if scanner.kind() == Kind::String {
                    traits.extend(scanner.string()?.map(Trait::Text));
                    return Ok(());
                }
                let start = scanner.position() + 1;
                let is_list = scanner.kind() == Kind::Array;
                let mut empty = true;
                scanner.array(|scanner, _| {
                    empty = false;
                    part(scanner, &mut traits, &mut parts)
                })?;
                answers_at = is_list.then_some(Front { at: start, empty });
            }
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let speaker = match role.map(|role| scanner.read(role)).as_deref() {
        Some("user") => Speaker::User,
        Some("assistant") => Speaker::Assistant,
        _ => Speaker::System,
    };
    let mut sent = Sent::new(speaker);
    if named {
        sent.name = Trait::name(&traits, speaker, scanner);
    }
    if speaker == Speaker::Assistant {
        sent.reasoning = parts.reasoning();
    } else {
        sent.answers_at = answers_at;
    }
    Ok(sent)
}

fn part(scanner: &mut Scanner<'_>, traits: &mut Vec<Trait>, parts: &mut Parts) -> Result<(), Fault> {
    let (mut kind, mut id, mut answered, mut text) = (None, None, None, None);
    let (mut signature, mut data) = (None, None);
    scanner.kind();
    let start = scanner.position();
    scanner.object(|scanner, key| {
        match key {
            "type" => kind = scanner.string()?,
            "id" => id = scanner.string()?,
            "tool_use_id" => answered = scanner.string()?,
            "text" => text = scanner.string()?,
            "signature" => signature = scanner.string()?,
            "data" => data = scanner.string()?,
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let span = Span { start, end: scanner.position() };
    let name = kind.map(|kind| scanner.read(kind));
    let (is_reasoning, marked) = match name.as_deref() {
        Some("thinking") => (true, is_marked(scanner, signature)),
        Some("redacted_thinking") => (true, is_marked(scanner, data)),
        _ => (false, false),
    };
    parts.push(span, is_reasoning, marked);
    traits.extend(match name.as_deref() {
        Some("text") => text.map(Trait::Text),
        Some("tool_use") => id.map(Trait::Call),
        Some("tool_result") => answered.map(Trait::Result),
        _ => kind.map(Trait::Kind),
    });
    Ok(())
}
