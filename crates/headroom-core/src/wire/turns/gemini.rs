//! Contents of Gemini: thoughts are reasoning, and signatures on other parts belong to it; any signature may be marked.

use super::key::Name;
use super::list::without;
use super::walk::{Front, Reasoning, Sent, Speaker, is_marked};
use crate::wire::scanner::{Fault, Kind, Literal, Scanner};
use crate::wire::span::Span;
use crate::wire::splice::Edit;

/// What Google's documentation gives for the signature of a call that no model of theirs has signed: Gemini 3 refuses a call
/// without any in the turn at hand.
const NO_SIGNATURE: &str = "skip_thought_signature_validator";

/// Reads a content.
pub(super) fn content(scanner: &mut Scanner<'_>, named: bool) -> Result<Sent, Fault> {
    let mut role = None;
    let mut parts = Vec::new();
    let mut answers_at = None;
    scanner.object(|scanner, key| {
        match key {
            "role" => role = scanner.string()?,
            "parts" => {
                parts.clear();
                answers_at = None;
                if scanner.kind() == Kind::Object {
                    parts.push(Part::read(scanner)?);
                    return Ok(());
                }
                let is_list = scanner.kind() == Kind::Array;
                let start = scanner.position() + 1;
                scanner.array(|scanner, _| {
                    parts.push(Part::read(scanner)?);
                    Ok(())
                })?;
                answers_at = is_list.then_some(Front { at: start, empty: parts.is_empty() });
            }
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let speaker = match role.map(|role| scanner.read(role)).as_deref() {
        Some("model") => Speaker::Assistant,
        Some("user" | "function") | None => Speaker::User,
        Some(_) => Speaker::System,
    };
    let mut sent = Sent::new(speaker);
    if named && speaker != Speaker::System {
        for part in &parts {
            part.name(speaker, scanner, &mut sent.name);
        }
    }
    if speaker == Speaker::Assistant {
        sent.reasoning = reasoning(scanner, &parts);
    } else {
        sent.answers_at = answers_at;
    }
    Ok(sent)
}

/// A function that is called, or whose result it is.
#[derive(Clone, Copy)]
struct Function {
    name: Option<Literal>,
}

struct Part {
    span: Span,
    text: Option<Literal>,
    is_thought: bool,
    call: Option<Function>,
    result: Option<Function>,
    /// The member with the signature, by its index among the part's.
    signature: Option<(usize, Literal)>,
    members: Vec<Span>,
    holds_more: bool,
}

impl Part {
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        scanner.kind();
        let start = scanner.position();
        let mut part = Self {
            span: Span { start, end: start },
            text: None,
            is_thought: false,
            call: None,
            result: None,
            signature: None,
            members: Vec::new(),
            holds_more: false,
        };
        scanner.members(|scanner, key, start| {
            match key {
                "text" => part.text = scanner.string()?,
                "thought" => part.is_thought = scanner.truth()?,
                "functionCall" | "function_call" => part.call = Some(function(scanner)?),
                "functionResponse" | "function_response" => part.result = Some(function(scanner)?),
                "thoughtSignature" | "thought_signature" => {
                    part.signature = scanner.string()?.map(|literal| (part.members.len(), literal));
                }
                _ => {
                    part.holds_more = true;
                    scanner.skip()?;
                }
            }
            part.members.push(Span { start, end: scanner.position() });
            Ok(())
        })?;
        part.span.end = scanner.position();
        Ok(part)
    }

    fn name(&self, speaker: Speaker, scanner: &Scanner<'_>, name: &mut Name) {
        if self.is_thought {
            return;
        }
        if let Some(text) = self.text {
            name.text(&scanner.read(text));
        }
        let function = if speaker == Speaker::Assistant { self.call } else { self.result };
        if let Some(function) = function {
            name.other(&function.name.map(|name| scanner.read(name)).unwrap_or_default());
        } else if speaker == Speaker::User && self.text.is_none() && self.holds_more {
            name.other("data");
        }
    }

    /// Whether nothing is left of it without its thoughts and its signature.
    fn is_reasoning(&self, scanner: &Scanner<'_>) -> bool {
        let says = self.text.is_some_and(|text| !scanner.read(text).is_empty());
        self.is_thought
            || (self.signature.is_some()
                && !says
                && !self.holds_more
                && self.call.is_none()
                && self.result.is_none())
    }
}

fn reasoning(scanner: &Scanner<'_>, parts: &[Part]) -> Reasoning {
    let is_reasoning: Vec<bool> = parts.iter().map(|part| part.is_reasoning(scanner)).collect();
    let spans: Vec<Span> = parts.iter().map(|part| part.span).collect();
    let mut edits: Vec<Edit<'static>> =
        without(&spans, |index| is_reasoning[index]).into_iter().map(Edit::remove).collect();
    for (part, _) in parts.iter().zip(&is_reasoning).filter(|(_, is_reasoning)| !**is_reasoning) {
        let Some((member, signature)) = part.signature else { continue };
        if part.call.is_some() {
            edits.push(Edit::text(signature.span, NO_SIGNATURE.to_owned()));
        } else {
            edits.extend(without(&part.members, |index| index == member).into_iter().map(Edit::remove));
        }
    }
    Reasoning {
        marked: parts.iter().any(|part| is_marked(scanner, part.signature.map(|(_, literal)| literal))),
        without: edits,
        is_all: !is_reasoning.is_empty() && is_reasoning.iter().all(|&is_reasoning| is_reasoning),
    }
}

fn function(scanner: &mut Scanner<'_>) -> Result<Function, Fault> {
    let mut function = Function { name: None };
    scanner.object(|scanner, key| {
        if key == "name" {
            function.name = scanner.string()?;
            return Ok(());
        }
        scanner.skip().map(|_| ())
    })?;
    Ok(function)
}
