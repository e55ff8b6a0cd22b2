//! Answers of Chat Completions, `OpenAI`'s and those that resemble it.
//!
//! Owns the chunks and messages of the format: which calls are ours, how the others are numbered, which chunks carry nothing
//! once ours are gone, and how a message is put together from its deltas to be sent back. Fields that it does not know are
//! kept: the reasoning of other providers stands in some of them.

mod calls;
mod message;

use super::event::Event;
use super::grown::{Grown, object};
use super::lookahead::Lookahead;
use super::turn::{Call, Failure, Round};
use super::usage::Usage;
use super::{Answer, Dialect, Framing, Tokens};
use crate::ccr::TOOL_NAME;
use crate::wire::value::{Edit, Value, list, quoted, unescaped};

use calls::{Calls, ToolCall};
use message::{Edits, Texts, carries_mark, merged, text_of};

/// Reasons for which a message ends before the model has ended it. A call in it is not to be answered.
const CUT: [&str; 3] = ["length", "content_filter", "error"];

/// The answer to one request.
pub(super) struct OpenAiChat {
    /// Whether the client wants a JSON document: then what the model says before it calls is no part of it.
    document: bool,
    /// The identity of the first response: `id`, `created`, `model`.
    identity: Vec<(&'static str, String)>,
    /// The message of the round at hand, without its calls.
    message: Grown,
    calls: Calls,
    texts: Texts,
    finish_reason: Option<String>,
    over: bool,
    /// Chunks that wait until a call says whose it is.
    undecided: Vec<Event>,
    lookahead: Lookahead,
    /// The chunks that end the message.
    closing: Vec<Event>,
    whole: Option<Whole>,
}

/// A message that is not streamed.
struct Whole {
    /// What the client gets of the rounds that are over.
    shown: Option<String>,
    /// The latest response.
    body: String,
}

impl OpenAiChat {
    pub(super) fn new(request: Option<Value<'_>>) -> Self {
        let format = request.and_then(|request| request.at(&["response_format", "type"]));
        Self {
            document: format.is_some_and(|kind| kind.says("json_schema") || kind.says("json_object")),
            identity: Vec::new(),
            message: Grown::nothing(),
            calls: Calls::default(),
            texts: Texts::default(),
            finish_reason: None,
            over: false,
            undecided: Vec::new(),
            lookahead: Lookahead::new(marked),
            closing: Vec::new(),
            whole: None,
        }
    }

    fn identify(&mut self, response: Value<'_>) {
        if self.identity.is_empty() {
            for field in ["id", "created", "model"] {
                self.identity.extend(response.get(field).map(|value| (field, value.text().to_owned())));
            }
        }
    }

    /// What makes a chunk of a later round one of the same answer.
    fn same_answer(&self, chunk: Value<'_>, answer: &Answer) -> Edits {
        if answer.round == 0 {
            return Vec::new();
        }
        let mut edits: Vec<_> =
            self.identity.iter().map(|(field, value)| (*field, Edit::Replace(value.clone()))).collect();
        if chunk.get("usage").is_some() {
            edits.push(("usage", Edit::Put(answer.usage.total().to_string())));
        }
        edits
    }

    /// A chunk of the message. `ours` says whether calls in it may be ours.
    fn choice(&mut self, event: Event, chunk: Value<'_>, ours: bool, answer: &mut Answer) {
        let Some(choice) = first_choice(chunk) else { return };
        self.identify(chunk);
        let delta = choice.get("delta");
        if let Some(delta) = delta {
            let bare = delta.with(&[("tool_calls", Edit::Drop)]);
            self.message.grow(Value::parse(bare.as_bytes()).unwrap_or(delta));
        }
        let finish = choice.get("finish_reason").and_then(Value::string);
        let hid = self.calls.hides();
        let mut edits = Vec::new();
        if let Some(delta) = delta {
            edits = self.shown_delta(delta, finish.is_some(), ours, answer);
        }
        let ours_begins = self.calls.hides() && !hid;
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
        if ends && (answer.round > 0 || self.calls.hides()) {
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
            let hides = self.calls.hides();
            self.lookahead.reasoned(event, 0, hides, answer);
        } else {
            self.lookahead.send(event, answer);
        }
    }

    /// What changes in a delta for the client.
    fn shown_delta(&mut self, delta: Value<'_>, last: bool, ours: bool, answer: &Answer) -> Edits {
        let mut edits = self.texts.take(delta);
        if answer.round > 0 && delta.get("role").is_some() {
            edits.push(("role", Edit::Drop));
        }
        let given = calls_in(delta);
        let mut shown = self.calls.take(&given, ours);
        if last {
            shown.extend(self.calls.release());
        }
        let same = shown.len() == given.len()
            && shown.iter().zip(&given).all(|(shown, given)| shown == given.text());
        if !same {
            let edit = if shown.is_empty() { Edit::Drop } else { Edit::Put(list(shown)) };
            edits.push(("tool_calls", edit));
        }
        edits
    }

    /// Whether an event has to wait, since it begins a call that may be ours or not.
    fn begins_undecided(&self, event: &Event) -> bool {
        let data = event.data().filter(|data| memchr::memmem::find(data.as_bytes(), b"tool_calls").is_some());
        let delta = data.and_then(|data| Value::parse(data.as_bytes())).and_then(first_choice);
        let delta = delta.and_then(|choice| choice.get("delta"));
        delta.is_some_and(|delta| self.calls.begins_undecided(&calls_in(delta)))
    }

    /// Takes in what has waited, if it is known by now whose the calls are, or if it has to be now.
    fn decide(&mut self, now: bool, answer: &mut Answer) {
        if self.undecided.is_empty() {
            return;
        }
        let mut trial = self.calls.clone();
        let mut over = now;
        for event in &self.undecided {
            let chunk = event.data().and_then(|data| Value::parse(data.as_bytes()));
            let choice = chunk.and_then(first_choice);
            over |= choice.is_none_or(|choice| choice.get("finish_reason").is_some());
            if let Some(delta) = choice.and_then(|choice| choice.get("delta")) {
                trial.take(&calls_in(delta), true);
            }
        }
        if over || !trial.undecided() {
            // Without a call of ours, every byte is the client's.
            let ours = trial.hides();
            for event in std::mem::take(&mut self.undecided) {
                self.take(event, ours, answer);
            }
        }
    }

    /// Takes in an event. `ours` says whether calls in it may be ours.
    fn take(&mut self, event: Event, ours: bool, answer: &mut Answer) {
        let data = event.data().unwrap_or_default().trim().to_owned();
        let ends = answer.round > 0 || self.calls.hides();
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
        if first_choice(chunk).is_some() {
            self.choice(event, chunk, ours, answer);
        } else if ends && chunk.get("usage").is_some() {
            let edits = self.same_answer(chunk, answer);
            self.closing.push(event.with_data(&chunk.with(&edits)));
        } else if answer.round == 0 {
            self.lookahead.send(event, answer);
        }
    }

    fn note_seen(&self, answer: &mut Answer) {
        let content = self.message.get("content").map(Grown::text).unwrap_or_default();
        answer.text.push_str(&Value::parse(content.as_bytes()).map(text_of).unwrap_or_default());
        answer.calls.extend(self.calls.theirs().map(ToolCall::id));
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
    fn shown_message(&mut self, message: Value<'_>, earlier: Option<&str>, answer: &mut Answer) -> String {
        let own = message.with(&self.texts.take(message));
        let own = Value::parse(own.as_bytes()).unwrap_or(message);
        let marks = self.calls.hides() && carries_mark(own);
        answer.marked |= marks;
        let own = if marks { message::marked(own) } else { own.text().to_owned() };
        let Some(own) = Value::parse(own.as_bytes()) else { return own };
        let mut edits = merged(earlier.and_then(|earlier| Value::parse(earlier.as_bytes())), own);
        if self.calls.hides() {
            let theirs: Vec<String> = self.calls.theirs().map(ToolCall::text).collect();
            edits.push(("tool_calls", if theirs.is_empty() { Edit::Drop } else { Edit::Put(list(theirs)) }));
        }
        own.with(&edits)
    }
}

impl Dialect for OpenAiChat {
    fn event(&mut self, event: Event, answer: &mut Answer) {
        if answer.ours && (!self.undecided.is_empty() || self.begins_undecided(&event)) {
            self.undecided.push(event);
            self.decide(false, answer);
        } else {
            self.take(event, answer.ours, answer);
        }
    }

    fn whole(&mut self, body: &str, answer: &mut Answer) -> bool {
        let Some(response) = Value::parse(body.as_bytes()) else { return false };
        let Some((choice, message)) = Self::whole_message(response) else { return false };
        self.identify(response);
        self.calls.take_whole(&calls_in(message), answer.ours);
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
        Round {
            calls: self.calls.ours().map(|call| Call { arguments: call.arguments() }).collect(),
            beside: function_call || self.calls.theirs().next().is_some(),
            over: self.over,
            complete: self.over && !cut,
        }
    }

    fn produced(&self, with_calls: bool) -> Vec<String> {
        let calls: Vec<String> = self.calls.all(with_calls).map(ToolCall::text).collect();
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
        let ours = self.calls.ours();
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
            let mut merged = message.map(|message| self.shown_message(message, shown.as_deref(), answer));
            if self.document {
                let without = |merged: String| {
                    Value::parse(merged.as_bytes()).map(|message| message.with(&[("content", Edit::Drop)]))
                };
                merged = merged.and_then(without);
                self.texts.forget_content();
                self.message = Grown::nothing();
            }
            self.whole = Some(Whole { shown: merged, body: String::new() });
        }
        self.note_seen(answer);
        self.message = Grown::nothing();
        self.calls = Calls::default();
        self.texts.next_round();
        self.undecided.clear();
        self.closing.clear();
        self.finish_reason = None;
        self.over = false;
        self.lookahead.next_round();
    }

    fn close(&mut self, dropped: bool, answer: &mut Answer) {
        self.decide(true, answer);
        self.lookahead.release(false, answer);
        self.note_seen(answer);
        for event in std::mem::take(&mut self.closing) {
            let data = event.data().unwrap_or_default();
            let chunk = Value::parse(data.as_bytes()).filter(|_| dropped);
            let choice = chunk.and_then(first_choice);
            let (Some(chunk), Some(choice)) = (chunk, choice) else {
                answer.outlet.send(&event);
                continue;
            };
            let choices = Edit::Put(choice_with(choice, None, Some("\"stop\"")));
            answer.outlet.send(&event.with_data(&chunk.with(&[("choices", choices)])));
        }
        let Some(Whole { shown, body }) = self.whole.take() else { return };
        if answer.round == 0 && !self.calls.hides() {
            answer.outlet.send_bytes(body.as_bytes());
            return;
        }
        let Some(response) = Value::parse(body.as_bytes()) else { return };
        let Some((choice, message)) = Self::whole_message(response) else { return };
        let merged = self.shown_message(message, shown.as_deref(), answer);
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

fn first_choice(chunk: Value<'_>) -> Option<Value<'_>> {
    chunk.get("choices")?.items().first().copied()
}

/// The calls in a delta, or a message.
fn calls_in(message: Value<'_>) -> Vec<Value<'_>> {
    message.get("tool_calls").map(Value::items).unwrap_or_default()
}

/// The chunk with the mark on the reasoning in it.
fn marked(event: &Event) -> Event {
    let data = event.data().unwrap_or_default();
    let Some(chunk) = Value::parse(data.as_bytes()) else { return event.clone() };
    let Some(choice) = first_choice(chunk) else { return event.clone() };
    let Some(delta) = choice.get("delta") else { return event.clone() };
    let choices = choice_with(choice, Some(&message::marked(delta)), None);
    event.with_data(&chunk.with(&[("choices", Edit::Put(choices))]))
}
