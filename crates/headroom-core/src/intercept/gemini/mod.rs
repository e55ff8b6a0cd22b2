//! Answers of Gemini's `generateContent` and `streamGenerateContent`.
//!
//! Owns the chunks and parts of the format: which calls are ours, where signatures stand, what remains of a chunk once ours are
//! gone, and the content that is sent back. It knows nothing of rounds beyond its own.

mod part;
mod partial_arguments;

use super::event::Event;
use super::grown::object;
use super::joint::Joint;
use super::turn::{Call, Failure, Round};
use super::usage::Usage;
use super::{Answer, Dialect, Framing, MARK, Tokens};
use crate::ccr::TOOL_NAME;
use crate::wire::value::{Edit, Value, list, quoted, unescaped};

use part::{Kind, Part, is_thought};
use partial_arguments::PartialArguments;

/// A part that says nothing, where there has to be one.
const EMPTY: &str = r#"{"text":""}"#;

/// The answer to one request.
pub(super) struct Gemini {
    /// Whether the client wants a JSON document: then what the model says before it calls is no part of it.
    document: bool,
    /// The identity of the first response.
    identity: Vec<(&'static str, String)>,
    role: Option<String>,
    parts: Vec<Part>,
    /// Whether the latest call goes on in the next part.
    open: bool,
    /// The signature of a call of ours, for the client's call after it: the provider signs the first call only.
    signature: Option<String>,
    /// Whether a signature of this round has left without a mark.
    unmarked: bool,
    finish_reason: Option<String>,
    /// Texts, and thoughts.
    joints: [Joint; 2],
    /// The chunks that end the answer.
    closing: Vec<Event>,
    whole: Option<Whole>,
}

/// An answer that is not streamed.
#[derive(Default)]
struct Whole {
    /// The parts that the client gets of the rounds that are over.
    shown: Vec<String>,
    /// The latest response.
    body: String,
}

impl Gemini {
    pub(super) fn new(request: Option<Value<'_>>) -> Self {
        let field = |names: [&str; 2], inner: [&str; 2]| {
            let config = request.and_then(|request| names.into_iter().find_map(|name| request.get(name)))?;
            inner.into_iter().find_map(|name| config.get(name))
        };
        let kind =
            field(["generationConfig", "generation_config"], ["responseMimeType", "response_mime_type"]);
        Self {
            document: kind.is_some_and(|kind| kind.says("application/json")),
            identity: Vec::new(),
            role: None,
            parts: Vec::new(),
            open: false,
            signature: None,
            unmarked: false,
            finish_reason: None,
            joints: [Joint::default(); 2],
            closing: Vec::new(),
            whole: None,
        }
    }

    fn hides(&self) -> bool {
        self.parts.iter().any(Part::is_ours)
    }

    fn identify(&mut self, response: Value<'_>) {
        if self.identity.is_empty() {
            for field in ["responseId", "modelVersion"] {
                self.identity.extend(response.get(field).map(|value| (field, value.text().to_owned())));
            }
        }
    }

    /// Takes in the parts of a chunk; those that the client gets come back.
    fn take_parts(&mut self, content: Option<Value<'_>>, answer: &mut Answer) -> Vec<String> {
        let Some(content) = content else { return Vec::new() };
        if let Some(role) = content.get("role") {
            self.role = Some(role.text().to_owned());
        }
        let given = content.get("parts").map(Value::items).unwrap_or_default();
        let first = self.parts.len();
        // All of a chunk is known before any of it leaves.
        let kept: Vec<Option<usize>> =
            given.iter().map(|part| self.take_part(*part, answer.ours, true)).collect();
        let hides = self.hides();
        if hides && self.unmarked {
            answer.unmarked = true;
        }
        let mut shown = Vec::new();
        for (part, at) in given.iter().zip(kept) {
            let Some(at) = at else { continue };
            let is_first = at >= first;
            shown.push(self.shown_part(*part, is_first, hides, answer));
        }
        shown
    }

    /// Takes a part in; gives its place, if the client gets it. Texts that come in pieces are one part, those with anything
    /// beside the text stay alone.
    fn take_part(&mut self, part: Value<'_>, ours: bool, in_pieces: bool) -> Option<usize> {
        let call = part.get("functionCall");
        let Some(call) = call else {
            let fields = part.fields();
            let plain = fields.iter().all(|(key, _)| matches!(key.as_ref(), "text" | "thought"))
                && part.get("text").is_some_and(|text| text.inside().is_some());
            let kind = match (plain, is_thought(part)) {
                (true, false) => Kind::Text,
                (true, true) => Kind::Thought,
                _ => Kind::Other,
            };
            match self.parts.last_mut() {
                Some(last) if in_pieces && plain && last.kind == kind => {
                    last.more.push_str(part.get("text").and_then(Value::inside).unwrap_or_default());
                }
                _ => self.parts.push(Part::new(part, kind)),
            }
            return Some(self.parts.len() - 1);
        };
        let name = call.get("name").and_then(Value::string).unwrap_or_default();
        let goes_on = call.get("willContinue").is_some_and(|more| more.text() == "true");
        let at = if self.open && name.is_empty() {
            self.parts.iter().rposition(|part| matches!(part.kind, Kind::Call { .. }))
        } else {
            None
        };
        self.open = goes_on;
        if let Some(at) = at {
            let Kind::Call { pieces, done, ours, .. } = &mut self.parts[at].kind else { return None };
            pieces.get_or_insert_default().take(call.get("partialArgs"));
            *done = !goes_on;
            return (!*ours).then_some(at);
        }
        let ours = ours && name == TOOL_NAME;
        if ours && self.signature.is_none() {
            self.signature = part.get("thoughtSignature").and_then(Value::inside).map(Into::into);
        }
        let mut pieces = None;
        if goes_on || call.get("partialArgs").is_some() {
            let mut begun = PartialArguments::default();
            begun.take(call.get("partialArgs"));
            pieces = Some(begun);
        }
        let kind = Kind::Call { ours, name: name.into_owned(), pieces, done: !goes_on };
        self.parts.push(Part::new(part, kind));
        (!ours).then_some(self.parts.len() - 1)
    }

    /// A part as the client gets it.
    fn shown_part(&mut self, part: Value<'_>, is_first: bool, hides: bool, answer: &mut Answer) -> String {
        let mut edits = Vec::new();
        let signature = part.get("thoughtSignature").and_then(Value::inside);
        let call = part.get("functionCall");
        if let Some(signature) = signature {
            if hides || answer.unmarked {
                answer.marked = true;
                edits.push(("thoughtSignature", Edit::Put(format!("\"{signature}{MARK}\""))));
            } else {
                self.unmarked = true;
            }
        }
        if call.is_some()
            && is_first
            && let Some(signature) = self.signature.take().filter(|_| signature.is_none())
        {
            answer.marked = true;
            edits.push(("thoughtSignature", Edit::Put(format!("\"{signature}{MARK}\""))));
        }
        if let Some(inside) = part.get("text").and_then(Value::inside) {
            let joint = &mut self.joints[usize::from(is_thought(part))];
            edits.extend(joint.take(inside).map(|text| ("text", Edit::Put(text))));
        }
        if edits.is_empty() { part.text().to_owned() } else { part.with(&edits) }
    }

    /// What makes a chunk of a later round one of the same answer.
    fn same_answer(&self, chunk: Value<'_>, answer: &Answer) -> Vec<(&'static str, Edit)> {
        if answer.round == 0 {
            return Vec::new();
        }
        let mut edits: Vec<_> =
            self.identity.iter().map(|(field, value)| (*field, Edit::Replace(value.clone()))).collect();
        if chunk.get("usageMetadata").is_some() {
            edits.push(("usageMetadata", Edit::Put(answer.usage.total().to_string())));
        }
        edits
    }

    fn candidate(&mut self, event: Event, chunk: Value<'_>, candidate: Value<'_>, answer: &mut Answer) {
        let content = candidate.get("content");
        let given = content.and_then(|content| content.get("parts")).map(Value::items).unwrap_or_default();
        let shown = self.take_parts(content, answer);
        let finish = candidate.get("finishReason").and_then(Value::string);
        let ends = finish.is_some();
        if let Some(finish) = finish {
            self.finish_reason = Some(finish.into_owned());
        }
        let held = answer.round > 0 || self.hides();
        let changed = shown.len() != given.len()
            || shown.iter().zip(&given).any(|(shown, given)| shown != given.text());
        let mut edits = self.same_answer(chunk, answer);
        if held && self.finish_reason.is_some() {
            if shown.iter().any(|part| !is_nothing(part)) {
                let mut now = edits.clone();
                now.push(("candidates", Edit::Put(candidate_with(candidate, &shown, true))));
                answer.outlet.send(&event.with_data(&chunk.with(&now)));
            }
            edits.push(("candidates", Edit::Put(candidate_with(candidate, &[EMPTY.to_owned()], false))));
            self.closing.push(event.with_data(&chunk.with(&edits)));
            return;
        }
        if changed && shown.is_empty() && !ends {
            return;
        }
        if changed {
            edits.push(("candidates", Edit::Put(candidate_with(candidate, &shown, false))));
        }
        let event = if edits.is_empty() { event } else { event.with_data(&chunk.with(&edits)) };
        answer.outlet.send(&event);
    }

    fn note_seen(&self, answer: &mut Answer) {
        for part in &self.parts {
            let Some(value) = part.value() else { continue };
            if let Kind::Call { ours, name, .. } = &part.kind {
                if !ours {
                    answer.calls.push(name.clone());
                }
            } else if !is_thought(value) {
                answer.text.push_str(&unescaped(&part.inside()));
            }
        }
    }

    fn whole_candidate(body: Value<'_>) -> Option<Value<'_>> {
        match body.get("candidates")?.items().as_slice() {
            [candidate] => Some(*candidate),
            _ => None,
        }
    }
}

impl Dialect for Gemini {
    fn event(&mut self, event: Event, answer: &mut Answer) {
        let data = event.data().unwrap_or_default().to_owned();
        let held = answer.round > 0 || self.hides();
        let Some(chunk) = Value::parse(data.as_bytes()).filter(|chunk| chunk.is_object()) else {
            // The bracket that closes a list has no data.
            return if held && event.closes_list() {
                self.closing.push(event);
            } else {
                answer.outlet.send(&event);
            };
        };
        if chunk.get("error").is_some() {
            answer.outlet.send(&event);
            answer.broken = true;
            return;
        }
        self.identify(chunk);
        if let Some(usage) = chunk.get("usageMetadata") {
            answer.usage.note(usage.text());
        }
        let candidates = chunk.get("candidates").map(Value::items).unwrap_or_default();
        match candidates.first() {
            Some(candidate) => self.candidate(event, chunk, *candidate, answer),
            None if held => {
                let edits = self.same_answer(chunk, answer);
                self.closing.push(event.with_data(&chunk.with(&edits)));
            }
            None => answer.outlet.send(&event),
        }
    }

    fn whole(&mut self, body: &str, answer: &mut Answer) -> bool {
        let Some(response) = Value::parse(body.as_bytes()) else { return false };
        let Some(candidate) = Self::whole_candidate(response) else { return false };
        self.identify(response);
        if let Some(usage) = response.get("usageMetadata") {
            answer.usage.note(usage.text());
        }
        let content = candidate.get("content");
        if let Some(role) = content.and_then(|content| content.get("role")) {
            self.role = Some(role.text().to_owned());
        }
        for part in content.and_then(|content| content.get("parts")).map(Value::items).unwrap_or_default() {
            self.take_part(part, answer.ours, false);
        }
        let finish = candidate.get("finishReason").and_then(Value::string).unwrap_or("STOP".into());
        self.finish_reason = Some(finish.into_owned());
        let whole = self.whole.get_or_insert_default();
        body.clone_into(&mut whole.body);
        true
    }

    fn round(&self) -> Round {
        let mut round = Round { over: self.finish_reason.is_some(), ..Round::default() };
        let mut all_done = true;
        for part in &self.parts {
            let Kind::Call { ours, pieces, done, .. } = &part.kind else { continue };
            if !ours {
                round.beside = true;
                continue;
            }
            all_done &= done;
            let arguments = if let Some(pieces) = pieces {
                pieces.json()
            } else {
                let args = part.value().and_then(|part| part.at(&["functionCall", "args"]));
                args.map_or("{}", Value::text).to_owned()
            };
            round.calls.push(Call { arguments });
        }
        let stopped = matches!(self.finish_reason.as_deref(), Some("STOP" | "FINISH_REASON_UNSPECIFIED"));
        round.complete = stopped && all_done;
        round
    }

    fn produced(&self, with_calls: bool) -> Vec<String> {
        let kept: Vec<&Part> = self
            .parts
            .iter()
            .filter(|part| with_calls || !part.is_ours())
            .filter(|part| part.kind != Kind::Text || !part.inside().is_empty())
            .collect();
        if kept.iter().all(|part| part.is_thought()) {
            return Vec::new();
        }
        let role = self.role.clone().unwrap_or_else(|| quoted("model"));
        let parts = list(kept.iter().map(|part| part.finished()));
        vec![object([("role", role), ("parts", parts)])]
    }

    fn answers(&self, texts: &[String]) -> Vec<String> {
        let ours = self.parts.iter().filter(|part| part.is_ours());
        ours.zip(texts)
            .map(|(part, text)| {
                let id = part.value().and_then(|part| part.at(&["functionCall", "id"]));
                let mut fields = Vec::new();
                fields.extend(id.map(|id| ("id", id.text().to_owned())));
                fields.push(("name", quoted(TOOL_NAME)));
                fields.push(("response", object([("output", quoted(text))])));
                object([("functionResponse", object(fields))])
            })
            .collect()
    }

    fn messages(&self, answers: Vec<String>) -> Vec<String> {
        vec![object([("role", quoted("user")), ("parts", list(answers))])]
    }

    fn continuation(&self, request: Value<'_>, hidden: &[String], relax: bool) -> Option<String> {
        let contents = request.get("contents").filter(|contents| contents.is_list())?;
        let mut edits = vec![("contents", Edit::Put(contents.with_items(hidden)))];
        for (config_name, inner_name) in [
            ("toolConfig", ["functionCallingConfig", "allowedFunctionNames"]),
            ("tool_config", ["function_calling_config", "allowed_function_names"]),
        ] {
            let Some(config) = request.get(config_name) else { continue };
            let Some(calling) = config.get(inner_name[0]) else { continue };
            let allowed = calling.get(inner_name[1]).map(Value::items).unwrap_or_default();
            let only_ours = !allowed.is_empty() && allowed.iter().all(|name| name.says(TOOL_NAME));
            let forced = calling.get("mode").is_some_and(|mode| mode.says("ANY"));
            if forced && (only_ours || relax) {
                let calling =
                    calling.with(&[("mode", Edit::Put(quoted("AUTO"))), (inner_name[1], Edit::Drop)]);
                edits.push((config_name, Edit::Put(config.with(&[(inner_name[0], Edit::Put(calling))]))));
            }
        }
        Some(request.with(&edits))
    }

    fn next_round(&mut self, answer: &mut Answer) {
        if let Some(mut whole) = self.whole.take() {
            if self.document {
                self.parts.retain(|part| !matches!(part.kind, Kind::Text));
            }
            whole.shown.append(&mut self.shown_parts(answer));
            self.whole = Some(whole);
        }
        self.note_seen(answer);
        self.parts.clear();
        self.closing.clear();
        self.open = false;
        self.signature = None;
        self.unmarked = false;
        self.finish_reason = None;
        self.joints.iter_mut().for_each(Joint::next_round);
    }

    fn close(&mut self, _dropped: bool, answer: &mut Answer) {
        self.note_seen(answer);
        for event in std::mem::take(&mut self.closing) {
            answer.outlet.send(&event);
        }
        let Some(mut whole) = self.whole.take() else { return };
        if answer.round == 0 && !self.hides() {
            answer.outlet.send_bytes(whole.body.as_bytes());
            return;
        }
        whole.shown.append(&mut self.shown_parts(answer));
        if whole.shown.is_empty() {
            whole.shown.push(EMPTY.to_owned());
        }
        let Some(response) = Value::parse(whole.body.as_bytes()) else { return };
        let Some(candidate) = Self::whole_candidate(response) else { return };
        let mut edits = self.same_answer(response, answer);
        edits.push(("candidates", Edit::Put(candidate_with(candidate, &whole.shown, false))));
        answer.outlet.send_bytes(response.with(&edits).as_bytes());
    }

    fn fail(&mut self, failure: &Failure, framing: Framing, answer: &mut Answer) {
        let error = self.error_body(failure);
        answer.outlet.send_new(framing, None, &error);
        if framing == Framing::List {
            answer.outlet.end_list();
        }
    }

    fn error_body(&self, failure: &Failure) -> String {
        let told = failure.body.as_deref().and_then(|body| Value::parse(body.as_bytes()));
        let told = told.map(|told| told.items().first().copied().unwrap_or(told));
        if let Some(told) = told.filter(|told| told.get("error").is_some()) {
            return told.text().replace(['\n', '\r'], " ");
        }
        let code = failure.status.unwrap_or(500);
        let status = match code {
            400 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 => "NOT_FOUND",
            429 => "RESOURCE_EXHAUSTED",
            503 => "UNAVAILABLE",
            504 => "DEADLINE_EXCEEDED",
            _ => "INTERNAL",
        };
        format!(r#"{{"error":{{"code":{code},"message":{},"status":"{status}"}}}}"#, quoted(&failure.message))
    }

    fn tokens(&self, usage: &Usage) -> Tokens {
        let number = |path| usage.number(path).unwrap_or_default();
        Tokens {
            input: number("/promptTokenCount") + number("/toolUsePromptTokenCount"),
            output: number("/candidatesTokenCount") + number("/thoughtsTokenCount"),
            cache_read: usage.number("/cachedContentTokenCount"),
            cache_write: None,
        }
    }
}

impl Gemini {
    /// What the client gets of the round at hand, where it is not streamed.
    fn shown_parts(&mut self, answer: &mut Answer) -> Vec<String> {
        let hides = self.hides();
        let parts = self.parts.iter().filter(|part| !part.is_ours());
        let texts: Vec<String> = parts.map(|part| part.text.clone()).collect();
        let values = texts.iter().filter_map(|text| Value::parse(text.as_bytes()));
        values.map(|part| self.shown_part(part, true, hides, answer)).collect()
    }
}

/// Whether a part is a text without a character, and nothing beside.
fn is_nothing(part: &str) -> bool {
    let fields = Value::parse(part.as_bytes()).map(Value::fields).unwrap_or_default();
    fields.iter().all(|(key, value)| key == "text" && value.inside() == Some(""))
}

/// The list of one candidate, with other parts, and on request without its reason to finish.
fn candidate_with(candidate: Value<'_>, parts: &[String], goes_on: bool) -> String {
    let parts = ("parts", Edit::Put(list(parts)));
    let content = match candidate.get("content") {
        Some(content) => content.with(&[parts]),
        None => object([("parts", list([EMPTY])), ("role", quoted("model"))]),
    };
    let mut edits = vec![("content", Edit::Put(content))];
    if goes_on {
        edits.push(("finishReason", Edit::Drop));
    }
    list([candidate.with(&edits)])
}
