//! Answers of Chat Completions, `OpenAI`'s and those that resemble it.
//!
//! Owns the chunks and messages of the format: which calls are ours, how the others are numbered, which chunks carry nothing
//! once ours are gone, and how a message is put together from its deltas to be sent back. Fields that it does not know are
//! kept: the reasoning of other providers stands in some of them.

use super::event::Event;
use super::grown::{Grown, object};
use super::lookahead::Lookahead;
use super::turn::{Call, Failure, Round};
use super::usage::Usage;
use super::{Answer, Dialect, Framing, MARK, Tokens};
use crate::ccr::TOOL_NAME;
use crate::wire::value::{Edit, Value, list, quoted, unescaped};

/// Reasons for which a message ends before the model has ended it. A call in it is not to be answered.
const CUT: [&str; 3] = ["length", "content_filter", "error"];

/// Fields of a message that hold one text for all rounds.
const TEXTS: [&str; 3] = ["content", "reasoning_content", "reasoning"];

/// What stands between the texts of two rounds in such a field.
const BETWEEN: &str = "\\n\\n";

/// The answer to one request.
pub(super) struct OpenAiChat {
    /// Whether the client wants a JSON document: then what the model says before it calls is no part of it.
    document: bool,
    /// The identity of the first response: `id`, `created`, `model`.
    identity: Vec<(&'static str, String)>,
    /// The message of the round at hand, without its calls.
    message: Grown,
    calls: Vec<ToolCall>,
    /// How many calls the client has.
    shown: u64,
    finish_reason: Option<String>,
    over: bool,
    joints: [Joint; 3],
    /// What is added to the index of a piece of reasoning, and the number after the highest.
    details: (u64, u64),
    lookahead: Lookahead,
    /// The chunks that end the message.
    closing: Vec<Event>,
    whole: Option<Whole>,
}

/// Where the texts of two rounds meet in one field.
#[derive(Clone, Copy, Default)]
struct Joint {
    /// Whether the client has a text that does not end in white space.
    open: bool,
    /// Whether the round at hand has brought a text.
    begun: bool,
}

/// A message that is not streamed.
struct Whole {
    /// What the client gets of the rounds that are over.
    shown: Option<String>,
    /// The latest response.
    body: String,
}

/// A call of a tool.
struct ToolCall {
    index: u64,
    /// Its number at the client.
    shown: u64,
    owner: Owner,
    call: Grown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Ours,
    Theirs,
    /// Its name is not there yet, or not all of it.
    Unknown,
}

impl ToolCall {
    fn name(&self) -> &str {
        self.call.get("function").and_then(|function| function.inside("name")).unwrap_or_default()
    }

    fn arguments(&self) -> &str {
        self.call.get("function").and_then(|function| function.inside("arguments")).unwrap_or_default()
    }

    /// Whose it is, by what is known of it.
    fn owner(&self, ours: bool) -> Owner {
        match self.name() {
            TOOL_NAME if ours => Owner::Ours,
            name if ours
                && TOOL_NAME.starts_with(name)
                && self.arguments().is_empty()
                && self.call.get("custom").is_none() =>
            {
                Owner::Unknown
            }
            _ => Owner::Theirs,
        }
    }

    fn id(&self) -> String {
        unescaped(self.call.inside("id").unwrap_or_default()).into_owned()
    }
}

impl OpenAiChat {
    pub(super) fn new(request: Option<Value<'_>>) -> Self {
        let format = request.and_then(|request| request.at(&["response_format", "type"]));
        Self {
            document: format.is_some_and(|kind| kind.says("json_schema") || kind.says("json_object")),
            identity: Vec::new(),
            message: Grown::nothing(),
            calls: Vec::new(),
            shown: 0,
            finish_reason: None,
            over: false,
            joints: [Joint::default(); 3],
            details: (0, 0),
            lookahead: Lookahead::new(marked),
            closing: Vec::new(),
            whole: None,
        }
    }

    fn hides(&self) -> bool {
        self.calls.iter().any(|call| call.owner == Owner::Ours)
    }

    fn identify(&mut self, response: Value<'_>) {
        if self.identity.is_empty() {
            for field in ["id", "created", "model"] {
                self.identity.extend(response.get(field).map(|value| (field, value.text().to_owned())));
            }
        }
    }

    /// What makes a chunk of a later round one of the same answer.
    fn same_answer(&self, chunk: Value<'_>, answer: &Answer) -> Vec<(&'static str, Edit)> {
        if answer.round == 0 {
            return Vec::new();
        }
        let mut edits: Vec<_> =
            self.identity.iter().map(|(field, value)| (*field, Edit::Replace(value.clone()))).collect();
        if let Some(usage) = chunk.get("usage") {
            edits.push(("usage", Edit::Put(answer.usage.total_like(Some(usage.text()), &[]))));
        }
        edits
    }

    fn choice(&mut self, event: Event, chunk: Value<'_>, choice: Value<'_>, answer: &mut Answer) {
        self.identify(chunk);
        let delta = choice.get("delta");
        if let Some(delta) = delta {
            self.message
                .grow(Value::parse(delta.with(&[("tool_calls", Edit::Drop)]).as_bytes()).unwrap_or(delta));
        }
        let finish = choice.get("finish_reason").and_then(Value::string);
        let hid = self.hides();
        let mut edits = Vec::new();
        if let Some(delta) = delta {
            edits = self.shown_delta(delta, finish.is_some(), answer);
        }
        let ours_begins = self.hides() && !hid;
        let changed = !edits.is_empty();
        let shown = delta.map(|delta| delta.with(&edits)).unwrap_or_default();
        let shown = Value::parse(shown.as_bytes());
        let says = shown.is_some_and(|shown| says_something(shown, answer.round == 0));
        let reasons = shown.is_some_and(|shown| carries_mark(shown));
        if ours_begins {
            self.lookahead.release(true, answer);
        } else if says && !reasons {
            self.lookahead.release(false, answer);
        }

        let ends = finish.is_some();
        if let Some(finish) = finish {
            self.finish_reason = Some(finish.into_owned());
            self.over = true;
        }
        let mut outer = self.same_answer(chunk, answer);
        if ends && (answer.round > 0 || self.hides()) {
            self.lookahead.release(false, answer);
            if let Some(shown) = shown.filter(|_| says) {
                let mut outer = outer.clone();
                outer.push(("choices", Edit::Put(choice_with(choice, Some(shown.text()), Some("null")))));
                answer.outlet.send(&event.with_data(&chunk.with(&outer)));
            }
            outer.push(("choices", Edit::Put(choice_with(choice, delta.map(|_| "{}"), None))));
            self.closing.push(event.with_data(&chunk.with(&outer)));
            return;
        }
        if (changed || answer.round > 0) && !says && !ends {
            return;
        }
        if changed {
            outer.push(("choices", Edit::Put(choice_with(choice, shown.map(Value::text), None))));
        }
        let event = if outer.is_empty() { event } else { event.with_data(&chunk.with(&outer)) };
        if reasons {
            let hides = self.hides();
            self.lookahead.reasoned(event, 0, hides, answer);
        } else {
            self.lookahead.send(event, answer);
        }
    }

    /// What changes in a delta for the client.
    fn shown_delta(&mut self, delta: Value<'_>, last: bool, answer: &Answer) -> Vec<(&'static str, Edit)> {
        let mut edits = Vec::new();
        if answer.round > 0 {
            edits.push(("role", Edit::Drop));
        }
        edits.retain(|(field, _)| delta.fields().iter().any(|(key, _)| key == field));
        for (index, field) in TEXTS.into_iter().enumerate() {
            let Some(inside) = delta.get(field).and_then(Value::inside).filter(|inside| !inside.is_empty())
            else {
                continue;
            };
            let joint = &mut self.joints[index];
            let text = unescaped(inside);
            if joint.open && !joint.begun && !text.starts_with(char::is_whitespace) {
                edits.push((field, Edit::Put(format!("\"{BETWEEN}{inside}\""))));
            }
            *joint = Joint { open: !text.ends_with(char::is_whitespace), begun: true };
        }
        if let Some(details) = delta.get("reasoning_details").filter(|details| details.is_list()) {
            let shifted = self.shift_details(details);
            if shifted != details.text() {
                edits.push(("reasoning_details", Edit::Put(shifted)));
            }
        }
        let tool_calls = delta.get("tool_calls").filter(|calls| calls.is_list());
        let given = tool_calls.map(Value::items).unwrap_or_default();
        let mut shown = self.shown_calls(&given, answer.ours);
        if last {
            shown.extend(self.release_unknown());
        }
        let same = shown.len() == given.len()
            && shown.iter().zip(&given).all(|(shown, given)| shown == given.text());
        if !same {
            let edit = if shown.is_empty() { Edit::Drop } else { Edit::Put(list(shown)) };
            edits.push(("tool_calls", edit));
        }
        edits
    }

    /// The pieces of calls that the client gets, of those that came.
    fn shown_calls(&mut self, given: &[Value<'_>], ours: bool) -> Vec<String> {
        let mut shown = Vec::new();
        for (place, item) in given.iter().enumerate() {
            let index = item.get("index").and_then(Value::integer).unwrap_or(place as u64);
            let id = item.get("id").and_then(Value::inside).unwrap_or_default();
            let known = self.calls.iter().rposition(|call| call.index == index);
            // Some providers number all their calls 0, and tell them apart by their ids.
            let known = known.filter(|&known| {
                let own = self.calls[known].call.inside("id").unwrap_or_default();
                id.is_empty() || own.is_empty() || own == id || item.at(&["function", "name"]).is_none()
            });
            let at = known.unwrap_or_else(|| {
                self.calls.push(ToolCall { index, shown: 0, owner: Owner::Unknown, call: Grown::nothing() });
                self.calls.len() - 1
            });
            let call = &mut self.calls[at];
            let was = call.owner;
            let name_before = call.name().to_owned();
            call.call.grow(*item);
            if was == Owner::Unknown {
                call.join_name(&name_before, *item);
                call.owner = call.owner(ours);
            }
            match (was, call.owner) {
                (Owner::Unknown, Owner::Theirs) => {
                    // All that has come of it so far.
                    let whole = if known.is_none() { item.text().to_owned() } else { call.call.text() };
                    let index = call.index;
                    let number = self.number(at);
                    shown.push(renumbered(&whole, index, number));
                }
                (Owner::Theirs, _) => shown.push(renumbered(item.text(), call.index, call.shown)),
                _ => {}
            }
        }
        shown
    }

    /// The calls whose name never came: they are not ours.
    fn release_unknown(&mut self) -> Vec<String> {
        let mut released = Vec::new();
        for at in 0..self.calls.len() {
            if self.calls[at].owner == Owner::Unknown {
                self.calls[at].owner = Owner::Theirs;
                let number = self.number(at);
                let call = &self.calls[at];
                released.push(renumbered(&call.call.text(), call.index, number));
            }
        }
        released
    }

    /// Gives the call at `at` its number at the client: its own, as long as none before it is missing there.
    fn number(&mut self, at: usize) -> u64 {
        let missing = self.calls.iter().any(|call| call.owner != Owner::Theirs);
        let call = &mut self.calls[at];
        call.shown = if missing { self.shown } else { call.index };
        self.shown = self.shown.max(call.shown) + 1;
        call.shown
    }

    /// Pieces of reasoning of a later round follow those of the earlier.
    fn shift_details(&mut self, details: Value<'_>) -> String {
        let (added, next) = &mut self.details;
        let shifted = details.items().into_iter().map(|detail| {
            let Some(index) = detail.get("index").and_then(Value::integer) else {
                return detail.text().to_owned();
            };
            let index = index.saturating_add(*added);
            *next = (*next).max(index.saturating_add(1));
            if *added == 0 {
                return detail.text().to_owned();
            }
            detail.with(&[("index", Edit::Put(index.to_string()))])
        });
        let shifted: Vec<String> = shifted.collect();
        if *added == 0 { details.text().to_owned() } else { list(shifted) }
    }

    fn text(&self) -> String {
        text_of(self.message.get("content").map(Grown::text))
    }

    fn note_seen(&self, answer: &mut Answer) {
        answer.text.push_str(&self.text());
        answer.calls.extend(self.calls.iter().filter(|call| call.owner == Owner::Theirs).map(ToolCall::id));
        if let Some(call) = self.message.get("function_call").filter(|call| call.says_something()) {
            answer.calls.push(unescaped(call.inside("name").unwrap_or_default()).into_owned());
        }
    }

    /// The message of the latest response that is not streamed.
    fn whole_message(body: Value<'_>) -> Option<(Value<'_>, Value<'_>)> {
        let choices = body.get("choices").filter(|choices| choices.is_list())?.items();
        let [choice] = choices.as_slice() else { return None };
        Some((*choice, choice.get("message").filter(|message| message.is_object())?))
    }

    /// The message of the round at hand as the client gets it, together with those before it.
    fn merged(&mut self, message: Value<'_>, shown: Option<&str>, answer: &mut Answer) -> String {
        let earlier = shown.and_then(|shown| Value::parse(shown.as_bytes()));
        let mut edits = Vec::new();
        for field in TEXTS {
            let texts = [earlier, Some(message)]
                .map(|message| message?.get(field)?.inside().filter(|text| !text.is_empty()));
            if let [Some(first), Some(second)] = texts {
                edits.push((field, Edit::Put(joined(first, second))));
            } else if let [Some(first), None] = texts {
                edits.push((field, Edit::Put(format!("\"{first}\""))));
            }
        }
        let hides = self.hides();
        let details = message.get("reasoning_details").filter(|details| details.is_list());
        let earlier_details = earlier.and_then(|earlier| earlier.get("reasoning_details"));
        if details.is_some() || earlier_details.is_some() {
            let mut all: Vec<String> = earlier_details
                .map(Value::items)
                .unwrap_or_default()
                .iter()
                .map(|detail| detail.text().to_owned())
                .collect();
            let own = details.map(|details| self.shift_details(details)).unwrap_or_default();
            for detail in Value::parse(own.as_bytes()).map(Value::items).unwrap_or_default() {
                let marks = hides && is_opaque(detail);
                answer.marked |= marks;
                all.push(if marks { mark_detail(detail) } else { detail.text().to_owned() });
            }
            edits.push(("reasoning_details", Edit::Put(list(all))));
        }
        let annotations = [earlier, Some(message)].map(|message| message?.get("annotations"));
        if let [Some(first), Some(second)] = annotations {
            let second: Vec<String> =
                second.items().iter().map(|annotation| annotation.text().to_owned()).collect();
            edits.push(("annotations", Edit::Put(first.with_items(&second))));
        } else if let [Some(first), None] = annotations {
            edits.push(("annotations", Edit::Put(first.text().to_owned())));
        }
        if hides {
            let theirs =
                self.calls.iter().filter(|call| call.owner == Owner::Theirs).map(|call| call.call.text());
            let theirs: Vec<String> = theirs.collect();
            edits.push(("tool_calls", if theirs.is_empty() { Edit::Drop } else { Edit::Put(list(theirs)) }));
        }
        message.with(&edits)
    }
}

impl ToolCall {
    /// A name may come in pieces, of which the first stays otherwise.
    fn join_name(&mut self, before: &str, item: Value<'_>) {
        let piece = item.at(&["function", "name"]).and_then(Value::inside).unwrap_or_default();
        let joined = format!("{before}{piece}");
        if before.is_empty() || piece.is_empty() || !TOOL_NAME.starts_with(&joined) {
            return;
        }
        let Grown::Object(fields) = &mut self.call else { return };
        for (_, function) in fields.iter_mut().filter(|(key, _)| key == "function") {
            let Grown::Object(fields) = function else { continue };
            for (_, name) in fields.iter_mut().filter(|(key, _)| key == "name") {
                *name = Grown::Text(joined.clone());
            }
        }
    }
}

impl Dialect for OpenAiChat {
    fn event(&mut self, event: Event, answer: &mut Answer) {
        let data = event.data().unwrap_or_default().trim().to_owned();
        let ends = answer.round > 0 || self.hides();
        if data == "[DONE]" {
            self.over = true;
            self.lookahead.release(false, answer);
            return if ends { self.closing.push(event) } else { answer.outlet.send(&event) };
        }
        let Some(chunk) = Value::parse(data.as_bytes()).filter(|chunk| chunk.is_object()) else {
            return self.lookahead.send(event, answer);
        };
        if chunk.get("error").is_some() {
            self.lookahead.release(false, answer);
            answer.outlet.send(&event);
            answer.broken = true;
            return;
        }
        if let Some(usage) = chunk.get("usage") {
            answer.usage.note(usage.text());
        }
        let choices = chunk.get("choices").map(Value::items).unwrap_or_default();
        match choices.first() {
            Some(choice) => self.choice(event, chunk, *choice, answer),
            None if ends && chunk.get("usage").is_some() => {
                let edits = self.same_answer(chunk, answer);
                self.closing.push(event.with_data(&chunk.with(&edits)));
            }
            None if answer.round == 0 => self.lookahead.send(event, answer),
            None => {}
        }
    }

    fn whole(&mut self, body: &str, answer: &mut Answer) -> bool {
        let Some(response) = Value::parse(body.as_bytes()) else { return false };
        let Some((choice, message)) = Self::whole_message(response) else { return false };
        self.identify(response);
        for (index, item) in
            message.get("tool_calls").map(Value::items).unwrap_or_default().into_iter().enumerate()
        {
            let mut call =
                ToolCall { index: index as u64, shown: 0, owner: Owner::Theirs, call: Grown::nothing() };
            call.call.grow(item);
            if call.owner(answer.ours) == Owner::Ours {
                call.owner = Owner::Ours;
            }
            self.calls.push(call);
        }
        let bare = message.with(&[("tool_calls", Edit::Drop)]);
        if let Some(bare) = Value::parse(bare.as_bytes()) {
            self.message.grow(bare);
        }
        if let Some(usage) = response.get("usage") {
            answer.usage.note(usage.text());
        }
        self.finish_reason = choice.get("finish_reason").and_then(Value::string).map(Into::into);
        self.over = true;
        let shown = self.whole.take().and_then(|whole| whole.shown);
        self.whole = Some(Whole { shown, body: body.to_owned() });
        true
    }

    fn round(&self) -> Round {
        let cut = self.finish_reason.as_deref().is_some_and(|reason| CUT.contains(&reason));
        let function_call = self.message.get("function_call").is_some_and(Grown::says_something);
        let ours = self.calls.iter().filter(|call| call.owner == Owner::Ours);
        Round {
            calls: ours.map(|call| Call { arguments: unescaped(call.arguments()).into_owned() }).collect(),
            beside: function_call || self.calls.iter().any(|call| call.owner != Owner::Ours),
            over: self.over,
            complete: self.over && !cut,
        }
    }

    fn produced(&self, with_calls: bool) -> Vec<String> {
        let calls = self.calls.iter().filter(|call| with_calls || call.owner != Owner::Ours);
        let calls: Vec<String> = calls.map(|call| without_index(&call.call.text())).collect();
        let said = ["content", "refusal", "function_call", "audio"];
        let said = said.iter().any(|field| self.message.get(field).is_some_and(Grown::says_something));
        if calls.is_empty() && !said {
            return Vec::new();
        }
        let mut fields = vec![("role", quoted("assistant"))];
        if self.message.get("content").is_none() {
            fields.push(("content", "null".to_owned()));
        }
        fields.extend(self.message.fields().into_iter().filter(|(field, _)| *field != "role"));
        if !calls.is_empty() {
            fields.push(("tool_calls", list(calls)));
        }
        vec![object(fields)]
    }

    fn answers(&self, texts: &[String]) -> Vec<String> {
        let ours = self.calls.iter().filter(|call| call.owner == Owner::Ours);
        ours.zip(texts)
            .map(|(call, text)| {
                let (id, text) = (quoted(&call.id()), quoted(text));
                format!(r#"{{"role":"tool","tool_call_id":{id},"content":{text}}}"#)
            })
            .collect()
    }

    fn messages(&self, answers: Vec<String>) -> Vec<String> {
        answers
    }

    fn continuation(&self, request: Value<'_>, hidden: &[String], relax: bool) -> Option<String> {
        let messages = request.get("messages").filter(|messages| messages.is_list())?;
        let mut edits = vec![("messages", Edit::Put(messages.with_items(hidden)))];
        if let Some(choice) = request.get("tool_choice") {
            let ours = choice.at(&["function", "name"]).is_some_and(|name| name.says(TOOL_NAME));
            // Mistral says `any` for `required`.
            let forced = choice.says("required") || choice.says("any") || choice.get("function").is_some();
            if ours || (forced && relax) {
                edits.push(("tool_choice", Edit::Put(quoted("auto"))));
            }
        }
        Some(request.with(&edits))
    }

    fn next_round(&mut self, answer: &mut Answer) {
        if let Some(Whole { shown, body }) = self.whole.take() {
            let message =
                Value::parse(body.as_bytes()).and_then(Self::whole_message).map(|(_, message)| message);
            let mut merged = message.map(|message| self.merged(message, shown.as_deref(), answer));
            if self.document {
                let without = |merged: String| {
                    Value::parse(merged.as_bytes()).map(|message| message.with(&[("content", Edit::Drop)]))
                };
                merged = merged.and_then(without);
                self.message = Grown::nothing();
            }
            self.whole = Some(Whole { shown: merged, body: String::new() });
        }
        self.note_seen(answer);
        self.message = Grown::nothing();
        self.calls.clear();
        self.closing.clear();
        self.finish_reason = None;
        self.over = false;
        self.details.0 = self.details.1;
        for joint in &mut self.joints {
            joint.begun = false;
        }
        self.lookahead.next_round();
    }

    fn close(&mut self, dropped: bool, answer: &mut Answer) {
        self.lookahead.release(false, answer);
        self.note_seen(answer);
        for event in std::mem::take(&mut self.closing) {
            let data = event.data().unwrap_or_default();
            let chunk = Value::parse(data.as_bytes()).filter(|_| dropped);
            let choice = chunk.and_then(|chunk| chunk.get("choices")?.items().first().copied());
            let (Some(chunk), Some(choice)) = (chunk, choice) else {
                answer.outlet.send(&event);
                continue;
            };
            let choices = Edit::Put(choice_with(choice, None, Some("\"stop\"")));
            answer.outlet.send(&event.with_data(&chunk.with(&[("choices", choices)])));
        }
        let Some(Whole { shown, body }) = self.whole.take() else { return };
        if answer.round == 0 && !self.hides() {
            answer.outlet.send_bytes(body.as_bytes());
            return;
        }
        let Some(response) = Value::parse(body.as_bytes()) else { return };
        let Some((choice, message)) = Self::whole_message(response) else { return };
        let merged = self.merged(message, shown.as_deref(), answer);
        let mut inner = vec![("message", Edit::Put(merged))];
        if dropped {
            inner.push(("finish_reason", Edit::Put(quoted("stop"))));
        }
        let mut edits = self.same_answer(response, answer);
        edits.push(("choices", Edit::Put(list([choice.with(&inner)]))));
        answer.outlet.send_bytes(response.with(&edits).as_bytes());
    }

    fn fail(&mut self, failure: &Failure, framing: Framing, answer: &mut Answer) {
        let error = self.error_body(failure);
        answer.outlet.send_new(framing, None, &error);
    }

    fn error_body(&self, failure: &Failure) -> String {
        openai_error(failure)
    }

    fn tokens(&self, usage: &Usage) -> Tokens {
        Tokens {
            input: usage.number("/prompt_tokens").unwrap_or_default(),
            output: usage.number("/completion_tokens").unwrap_or_default(),
            cache_read: usage
                .number("/prompt_tokens_details/cached_tokens")
                .or_else(|| usage.number("/prompt_cache_hit_tokens")),
            cache_write: None,
        }
    }
}

/// The error object of `OpenAI`'s formats: the provider's own, or one made of what is known.
pub(super) fn openai_error(failure: &Failure) -> String {
    let told = failure.body.as_deref().and_then(|body| Value::parse(body.as_bytes()));
    if let Some(told) = told.filter(|told| told.get("error").is_some()) {
        return told.text().replace(['\n', '\r'], " ");
    }
    let kind = match failure.status {
        Some(429) => "rate_limit_error",
        Some(400..=499) => "invalid_request_error",
        _ => "server_error",
    };
    let message = quoted(&failure.message);
    format!(r#"{{"error":{{"message":{message},"type":"{kind}","param":null,"code":null}}}}"#)
}

/// The list of one choice, with another delta and another reason to finish.
fn choice_with(choice: Value<'_>, delta: Option<&str>, finish_reason: Option<&str>) -> String {
    let mut edits = Vec::new();
    edits.extend(delta.map(|delta| ("delta", Edit::Put(delta.to_owned()))));
    edits.extend(finish_reason.map(|reason| ("finish_reason", Edit::Put(reason.to_owned()))));
    list([choice.with(&edits)])
}

/// Whether a delta brings something; its role is something at the beginning of an answer only.
fn says_something(delta: Value<'_>, first: bool) -> bool {
    delta.fields().iter().any(|(key, value)| match key.as_ref() {
        "role" => first,
        _ => !value.is_null() && !matches!(value.text(), "\"\"" | "[]" | "{}"),
    })
}

fn renumbered(call: &str, index: u64, shown: u64) -> String {
    match Value::parse(call.as_bytes()) {
        Some(call) if index != shown => call.with(&[("index", Edit::Replace(shown.to_string()))]),
        _ => call.to_owned(),
    }
}

/// The number of a call belongs to its deltas.
fn without_index(call: &str) -> String {
    Value::parse(call.as_bytes()).map_or_else(|| call.to_owned(), |call| call.with(&[("index", Edit::Drop)]))
}

/// The texts of a content: a string, or parts of type `text`.
fn text_of(content: Option<String>) -> String {
    let Some(content) = content else { return String::new() };
    let Some(content) = Value::parse(content.as_bytes()) else { return String::new() };
    if let Some(text) = content.string() {
        return text.into_owned();
    }
    let parts =
        content.items().into_iter().filter(|part| part.get("type").is_some_and(|kind| kind.says("text")));
    parts.filter_map(|part| part.get("text")?.string().map(Into::into)).collect::<Vec<String>>().concat()
}

fn joined(first: &str, second: &str) -> String {
    let open = !unescaped(first).ends_with(char::is_whitespace);
    let between = if open && !unescaped(second).starts_with(char::is_whitespace) { BETWEEN } else { "" };
    format!("\"{first}{between}{second}\"")
}

fn opaque(detail: Value<'_>) -> Option<(&'static str, &str)> {
    ["signature", "data"].into_iter().find_map(|field| {
        let inside = detail.get(field)?.inside()?;
        (!inside.is_empty()).then_some((field, inside))
    })
}

fn is_opaque(detail: Value<'_>) -> bool {
    opaque(detail).is_some()
}

/// Whether a delta has reasoning that can be marked.
fn carries_mark(delta: Value<'_>) -> bool {
    let details = delta.get("reasoning_details").map(Value::items).unwrap_or_default();
    details.into_iter().any(is_opaque)
}

fn mark_detail(detail: Value<'_>) -> String {
    match opaque(detail) {
        Some((field, inside)) => detail.with(&[(field, Edit::Put(format!("\"{inside}{MARK}\"")))]),
        None => detail.text().to_owned(),
    }
}

/// The chunk with the mark on the reasoning in it.
fn marked(event: &Event) -> Event {
    let data = event.data().unwrap_or_default();
    let Some(chunk) = Value::parse(data.as_bytes()) else { return event.clone() };
    let choice = chunk.get("choices").and_then(|choices| choices.items().first().copied());
    let Some(choice) = choice else { return event.clone() };
    let Some(delta) = choice.get("delta") else { return event.clone() };
    let details = delta.get("reasoning_details").map(Value::items).unwrap_or_default();
    let details = list(details.into_iter().map(mark_detail));
    let delta = delta.with(&[("reasoning_details", Edit::Put(details))]);
    event.with_data(&chunk.with(&[("choices", Edit::Put(choice_with(choice, Some(&delta), None)))]))
}
