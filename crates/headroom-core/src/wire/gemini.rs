//! Gemini: `generateContent` and `streamGenerateContent` of the Gemini API and of Vertex AI, and `countTokens`.
//!
//! Owns the format's parts: which hold text, whose text it is, and which calls they make. Fields may be spelled as in JSON
//! (`functionResponse`) or as in Protocol Buffers (`function_response`), and a list of one may be written without brackets, as
//! Google's servers take it.
//!
//! A function's result is an object (`response`) of any shape. Its texts are the strings that stand in it directly, whatever
//! their key (`output`, `result`, `content`), and deeper in it those whose key is `text` (the contents of an MCP result) and long
//! ones, which are no data of a structure but texts in an envelope. Each is replaced by itself; the object keeps its shape, so
//! that a result that is structured all through stays as it is. `error` marks a result as one.
//!
//! Results name a function, and a call only where it has an id. Without, the first result of a function is that of its first
//! call in the turn before.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Format;
use super::conversation::{Arguments, Call, CallKey, Conversation, Found, Message, Standing, ToolName};
use super::reading::{Reading, messages};
use super::scanner::{Fault, Kind, Literal, Scanner};
use crate::block::Role;

/// How deep inside of a function's result its texts are looked for. An MCP result has them at 3.
const DEEPEST: usize = 8;

/// Bytes from which on a string is a text wherever it stands in a function's result.
const LONG: usize = 256;

/// Reads a field of the request.
pub(super) fn field<'a>(
    reading: &mut Reading<'a>,
    scanner: &mut Scanner<'a>,
    key: &str,
) -> Result<(), Fault> {
    match key {
        "model" => reading.model = scanner.string()?,
        "tools" => reading.tools.scan_gemini(scanner)?,
        "contents" => reading.conversation = contents(scanner)?,
        "systemInstruction" | "system_instruction" => {
            let nothing = &mut Conversation::default();
            reading.system = if scanner.kind() == Kind::Object {
                content(scanner, nothing)?.found
            } else {
                text(scanner)?
            };
        }
        "cachedContent" | "cached_content" => reading.begins_in_cache = scanner.string()?.is_some(),
        // The request whose tokens are to be counted.
        "generateContentRequest" | "generate_content_request" => {
            let mut inner = Reading::new(Format::Gemini);
            scanner.object(|scanner, key| match key {
                "generateContentRequest" | "generate_content_request" => scanner.skip().map(|_| ()),
                _ => field(&mut inner, scanner, key),
            })?;
            *reading = inner;
        }
        _ => {
            scanner.skip()?;
        }
    }
    Ok(())
}

fn text(scanner: &mut Scanner<'_>) -> Result<Vec<Found>, Fault> {
    let literal = scanner.string()?;
    Ok(literal.map(|literal| Found { literal, part: 0, standing: Standing::Text }).into_iter().collect())
}

fn contents<'a>(scanner: &mut Scanner<'a>) -> Result<Result<Conversation<'a>, Fault>, Fault> {
    let mut conversation = Conversation::answered_in_order();
    if scanner.kind() == Kind::Object {
        let message = content(scanner, &mut conversation)?;
        conversation.push(scanner, message);
        return Ok(Ok(conversation));
    }
    messages(scanner, Format::Gemini, conversation, content)
}

fn content<'a>(scanner: &mut Scanner<'a>, conversation: &mut Conversation<'a>) -> Result<Message, Fault> {
    let mut role = None;
    let mut parts = Parts::default();
    scanner.object(|scanner, key| {
        match key {
            "role" => role = scanner.string()?,
            "parts" => {
                parts = Parts::default();
                each(scanner, |scanner, index| parts.read(scanner, index))?;
            }
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    let role = match role.map(|role| scanner.read(role)).as_deref() {
        Some("model") => Some(Role::Assistant),
        Some("user" | "function") | None => Some(Role::User),
        Some("system") => Some(Role::System),
        Some(_) => None,
    };
    let mut found = parts.found;
    for result in parts.results {
        let by_id = result.id.and_then(|id| conversation.call(scanner, CallKey::Id(id)));
        let by_name = |name| conversation.next_call(scanner, name);
        let call = by_id.or_else(|| result.name.and_then(by_name));
        found.extend(result.texts.into_iter().enumerate().map(|(ordinal, text)| Found {
            literal: text.literal,
            part: result.part + ordinal,
            standing: Standing::Result { call, is_error: text.is_error },
        }));
    }
    found.sort_by_key(|found| found.literal.span);
    Ok(Message { role, found, calls: parts.calls, name: None, lossless: false })
}

/// Walks over a list, or the one object that stands for a list of it.
fn each<'a>(
    scanner: &mut Scanner<'a>,
    mut each: impl FnMut(&mut Scanner<'a>, usize) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if scanner.kind() == Kind::Object { each(scanner, 0) } else { scanner.array(each) }
}

#[derive(Default)]
struct Parts {
    found: Vec<Found>,
    calls: Vec<Call>,
    results: Vec<FunctionResult>,
}

struct FunctionResult {
    part: usize,
    id: Option<Literal>,
    name: Option<Literal>,
    texts: Vec<ResultText>,
}

#[derive(Clone, Copy)]
struct ResultText {
    literal: Literal,
    is_error: bool,
}

impl Parts {
    fn read(&mut self, scanner: &mut Scanner<'_>, index: usize) -> Result<(), Fault> {
        let (mut text, mut executed) = (None, None);
        let mut is_thought = false;
        let mut call = None;
        let mut result = None;
        scanner.object(|scanner, key| {
            match key {
                "text" => text = scanner.string()?,
                "thought" => is_thought = scanner.truth()?,
                "functionCall" | "function_call" => call = Some(function_call(scanner)?),
                "functionResponse" | "function_response" => {
                    result = Some(function_response(scanner, index)?);
                }
                "codeExecutionResult" | "code_execution_result" => executed = output(scanner)?,
                _ => {
                    scanner.skip()?;
                }
            }
            Ok(())
        })?;
        let spoken = text.filter(|_| !is_thought).map(|literal| (literal, Standing::Text));
        let executed = executed.map(|literal| (literal, Standing::Server));
        self.found.extend([spoken, executed].into_iter().flatten().map(|(literal, standing)| Found {
            literal,
            part: index,
            standing,
        }));
        self.calls.extend(call);
        self.results.extend(result);
        Ok(())
    }
}

fn function_call(scanner: &mut Scanner<'_>) -> Result<Call, Fault> {
    let mut call = Call { key: None, name: None, arguments: Arguments::None, by_program: false };
    scanner.object(|scanner, key| {
        match key {
            "id" => call.key = scanner.string()?.map(CallKey::Id),
            "name" => call.name = scanner.string()?.map(ToolName::Given),
            "args" => call.arguments = Arguments::Json(scanner.skip()?),
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    Ok(call)
}

fn output(scanner: &mut Scanner<'_>) -> Result<Option<Literal>, Fault> {
    let mut output = None;
    scanner.object(|scanner, key| {
        if key == "output" {
            output = scanner.string()?;
            return Ok(());
        }
        scanner.skip().map(|_| ())
    })?;
    Ok(output)
}

fn function_response(scanner: &mut Scanner<'_>, part: usize) -> Result<FunctionResult, Fault> {
    let mut result = FunctionResult { part, id: None, name: None, texts: Vec::new() };
    scanner.object(|scanner, key| {
        match key {
            "id" => result.id = scanner.string()?,
            "name" => result.name = scanner.string()?,
            "response" => {
                result.texts.clear();
                let whole = Inside { depth: 0, any_length: true, is_error: false };
                result_texts(scanner, whole, &mut result.texts)?;
            }
            _ => {
                scanner.skip()?;
            }
        }
        Ok(())
    })?;
    Ok(result)
}

/// A value inside of a function's result.
#[derive(Clone, Copy)]
struct Inside {
    depth: usize,
    /// Whether a string of any length is a text here.
    any_length: bool,
    is_error: bool,
}

/// Adds the texts of a value.
fn result_texts(scanner: &mut Scanner<'_>, place: Inside, texts: &mut Vec<ResultText>) -> Result<(), Fault> {
    let Inside { depth, is_error, .. } = place;
    match scanner.kind() {
        Kind::String => {
            let literal = scanner.string()?;
            // What a literal says is never longer than its spelling.
            let is_text = |literal: &Literal| {
                place.any_length
                    || (literal.span.end - literal.span.start >= LONG && scanner.read(*literal).len() >= LONG)
            };
            texts.extend(literal.filter(is_text).map(|literal| ResultText { literal, is_error }));
            Ok(())
        }
        Kind::Object if depth < DEEPEST => {
            // Of a key given twice the last value counts, and the texts of the earlier ones are not the result's.
            let mut own: Vec<Option<ResultText>> = Vec::new();
            let mut places: BTreeMap<String, Range<usize>> = BTreeMap::new();
            scanner.object(|scanner, key| {
                let mut of_key = Vec::new();
                let inside = Inside {
                    depth: depth + 1,
                    any_length: depth == 0 || key == "text",
                    is_error: is_error || (depth == 0 && key == "error"),
                };
                result_texts(scanner, inside, &mut of_key)?;
                let earlier = if of_key.is_empty() {
                    places.remove(key)
                } else {
                    places.insert(key.to_owned(), own.len()..own.len() + of_key.len())
                };
                own[earlier.unwrap_or_default()].fill(None);
                own.extend(of_key.into_iter().map(Some));
                Ok(())
            })?;
            texts.extend(own.into_iter().flatten());
            Ok(())
        }
        Kind::Array if depth < DEEPEST => {
            let inside = Inside { depth: depth + 1, any_length: false, is_error };
            scanner.array(|scanner, _| result_texts(scanner, inside, texts))
        }
        _ => scanner.skip().map(|_| ()),
    }
}
