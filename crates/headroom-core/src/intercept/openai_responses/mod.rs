//! Answers of `OpenAI`'s Responses.
//!
//! Owns the events and items of the format: which are ours, how the others and the events themselves are numbered, which
//! reasoning is marked, and what the response looks like that ends the answer. It knows nothing of rounds beyond its own.

mod item;
mod sequence;

use super::event::Event;
use super::lookahead::Lookahead;
use super::turn::{Call, Failure, Round};
use super::usage::Usage;
use super::{Answer, Dialect, Framing, MARK, Tokens};
use crate::ccr::TOOL_NAME;
use crate::wire::value::{Edit, Value, list, quoted};

use item::Item;
use sequence::Sequence;

/// Items that call a tool of the client's.
const CLIENT_CALLS: [&str; 7] = [
    "function_call",
    "custom_tool_call",
    "local_shell_call",
    "shell_call",
    "apply_patch_call",
    "computer_call",
    "mcp_approval_request",
];

/// The answer to one request.
pub(super) struct OpenAiResponses {
    /// Whether the client wants a JSON document: then what the model says before it calls is no part of it.
    document: bool,
    /// Whether the provider keeps what it has produced, so that items can be sent back by their ids.
    stored: bool,
    /// The response as it began: the client's answer has its identity.
    first: Option<String>,
    last_id: Option<String>,
    items: Vec<Item>,
    /// How many items the client has of the rounds that are over.
    earlier: u64,
    /// What the client has of the rounds that are over.
    output: Vec<String>,
    sequence: Sequence,
    /// How the response ended: the type of its last event, or its status.
    ending: Option<String>,
    lookahead: Lookahead,
    /// The event that ends the response.
    closing: Vec<Event>,
    /// The latest response, if it is not streamed.
    whole: Option<String>,
}

impl OpenAiResponses {
    pub(super) fn new(request: Option<Value<'_>>) -> Self {
        let format = request.and_then(|request| request.at(&["text", "format", "type"]));
        let store = request.and_then(|request| request.get("store"));
        Self {
            document: format.is_some_and(|kind| kind.says("json_schema") || kind.says("json_object")),
            stored: store.is_none_or(|store| store.text() != "false"),
            first: None,
            last_id: None,
            items: Vec::new(),
            earlier: 0,
            output: Vec::new(),
            sequence: Sequence::default(),
            ending: None,
            lookahead: Lookahead::new(marked),
            closing: Vec::new(),
            whole: None,
        }
    }

    fn hides(&self) -> bool {
        self.items.iter().any(Item::is_ours)
    }

    fn begun(&mut self, response: Value<'_>) {
        self.last_id = response.get("id").and_then(Value::string).map(Into::into);
        if response.get("store").is_some_and(|store| store.text() == "false") {
            self.stored = false;
        }
        if self.first.is_none() {
            self.first = Some(response.text().to_owned());
        }
    }

    /// The event with its number in the client's stream, and with these changes.
    fn numbered(&mut self, event: Event, value: Value<'_>, mut edits: Vec<(&'static str, Edit)>) -> Event {
        if let Some(own) = value.get("sequence_number").and_then(Value::integer) {
            let number = self.sequence.number(own);
            if number != own {
                edits.push(("sequence_number", Edit::Put(number.to_string())));
            }
        }
        if edits.is_empty() { event } else { event.with_data(&value.with(&edits)) }
    }

    fn item_added(&mut self, event: Event, value: Value<'_>, answer: &mut Answer) {
        let (Some(index), Some(started)) =
            (value.get("output_index").and_then(Value::integer), value.get("item"))
        else {
            return self.other(event, value, answer);
        };
        let mut item = Item::new(index, started, answer.ours);
        self.lookahead.release(item.is_ours(), answer);
        if item.is_ours() {
            self.items.push(item);
            return self.sequence.skip(value);
        }
        let ours = self.items.iter().filter(|item| item.is_ours()).count() as u64;
        item.shown = Some(self.earlier.saturating_add(index).saturating_sub(ours));
        // Where no reasoning could carry the mark, the next item does.
        let late = answer.unmarked && !answer.marked;
        item.marked = (item.is_reasoning() && (answer.unmarked || self.hides())) || late;
        answer.marked |= item.marked;
        let mut edits = Self::place(&item, value);
        if item.marked {
            edits.push(("item", Edit::Put(item.shown(started, false))));
        }
        self.items.push(item);
        let event = self.numbered(event, value, edits);
        answer.outlet.send(&event);
    }

    fn item_done(&mut self, event: Event, value: Value<'_>, answer: &mut Answer) {
        let Some(at) = self.find(value) else { return self.other(event, value, answer) };
        let Some(item) = value.get("item") else { return self.other(event, value, answer) };
        let own = &mut self.items[at];
        own.done = true;
        item.text().clone_into(&mut own.text);
        if own.is_ours() {
            return self.sequence.skip(value);
        }
        let own = &self.items[at];
        let (reasoning, marked, own_index) = (own.is_reasoning(), own.marked, own.index);
        let mut edits = Self::place(own, value);
        if marked {
            edits.push(("item", Edit::Put(own.shown(item, false))));
        }
        let event = self.numbered(event, value, edits);
        let sealed =
            item.get("encrypted_content").and_then(Value::inside).is_some_and(|content| !content.is_empty());
        if reasoning && sealed {
            let hides = self.hides();
            self.lookahead.reasoned(event, own_index, hides, answer);
        } else {
            if reasoning && !marked {
                self.lookahead.leaves_unmarked();
            }
            self.lookahead.send(event, answer);
        }
    }

    /// An event of an item, or one of the response that nothing is known of.
    fn other(&mut self, event: Event, value: Value<'_>, answer: &mut Answer) {
        let mut edits = Vec::new();
        if let Some(at) = self.find(value) {
            if self.items[at].is_ours() {
                return self.sequence.skip(value);
            }
            edits = Self::place(&self.items[at], value);
            self.lookahead.release(false, answer);
        }
        let event = self.numbered(event, value, edits);
        self.lookahead.send(event, answer);
    }

    fn find(&self, value: Value<'_>) -> Option<usize> {
        let index = value.get("output_index").and_then(Value::integer)?;
        self.items.iter().rposition(|item| item.index == index)
    }

    /// Where an event of the item belongs at the client.
    fn place(item: &Item, value: Value<'_>) -> Vec<(&'static str, Edit)> {
        let mut edits = Vec::new();
        if let Some(shown) = item.shown.filter(|&shown| shown != item.index) {
            edits.push(("output_index", Edit::Replace(shown.to_string())));
        }
        if let Some(id) = value.get("item_id").and_then(Value::inside).filter(|_| item.marked) {
            edits.push(("item_id", Edit::Put(format!("\"{id}{MARK}\""))));
        }
        edits
    }

    /// What the client gets of the round at hand, as the response that ends it has its items.
    fn shown_items(
        &mut self,
        response: Option<Value<'_>>,
        streamed: bool,
        answer: &mut Answer,
    ) -> Vec<String> {
        let hides = self.hides();
        let given =
            response.and_then(|response| response.get("output")).map(Value::items).unwrap_or_default();
        let mut shown = Vec::new();
        for item in &mut self.items {
            if item.is_ours() {
                continue;
            }
            let marks_content = if streamed {
                item.is_reasoning() && self.lookahead.marked(item.index)
            } else {
                // What is not streamed is known to its end.
                item.marked = item.is_reasoning() && hides;
                answer.marked |= item.marked;
                item.marked
            };
            let text =
                given.get(item.index as usize).map_or(item.text.as_str(), |item| item.text()).to_owned();
            shown.extend(Value::parse(text.as_bytes()).map(|value| item.shown(value, marks_content)));
        }
        shown
    }

    fn note_seen(&self, answer: &mut Answer) {
        for item in self.items.iter().filter(|item| !item.is_ours()) {
            answer.text.push_str(&item.text());
            if CLIENT_CALLS.contains(&item.kind.as_str()) {
                answer.calls.extend(item.get("call_id"));
            }
        }
    }

    /// What makes the last response one with the first: its identity, all that the client has, and the sum of the usage.
    fn rebuilt(&self, response: Value<'_>, output: &[String], answer: &Answer) -> Vec<(&'static str, Edit)> {
        let mut edits = vec![("output", Edit::Put(list(output)))];
        if answer.round == 0 {
            return edits;
        }
        if let Some(first) = self.first.as_deref().and_then(|first| Value::parse(first.as_bytes())) {
            for field in ["id", "created_at", "model"] {
                edits.extend(first.get(field).map(|value| (field, Edit::Replace(value.text().to_owned()))));
            }
        }
        if answer.usage.is_known() && (response.get("usage").is_some() || response.get("status").is_some()) {
            edits.push(("usage", Edit::Put(answer.usage.total().to_string())));
        }
        edits
    }
}

impl Dialect for OpenAiResponses {
    fn event(&mut self, event: Event, answer: &mut Answer) {
        let data = event.data().unwrap_or_default().to_owned();
        let Some(value) = Value::parse(data.as_bytes()).filter(|value| value.is_object()) else {
            return self.lookahead.send(event, answer);
        };
        let kind = value.get("type").and_then(Value::string).unwrap_or_default();
        match kind.as_ref() {
            "response.created" | "response.in_progress" | "response.queued" => {
                if let Some(response) = value.get("response") {
                    self.begun(response);
                }
                if answer.round == 0 {
                    let event = self.numbered(event, value, Vec::new());
                    self.lookahead.send(event, answer);
                } else {
                    self.sequence.skip(value);
                }
            }
            "response.output_item.added" => self.item_added(event, value, answer),
            "response.output_item.done" => self.item_done(event, value, answer),
            "response.completed" | "response.incomplete" | "response.failed" => {
                self.lookahead.release(false, answer);
                if let Some(usage) = value.at(&["response", "usage"]) {
                    answer.usage.note(usage.text());
                }
                self.ending = Some(kind.into_owned());
                if answer.round > 0 || self.hides() {
                    self.closing.push(event);
                } else {
                    let event = self.numbered(event, value, Vec::new());
                    answer.outlet.send(&event);
                }
            }
            "error" => {
                self.lookahead.release(false, answer);
                let event = self.numbered(event, value, Vec::new());
                answer.outlet.send(&event);
                answer.broken = true;
            }
            _ => self.other(event, value, answer),
        }
    }

    fn whole(&mut self, body: &str, answer: &mut Answer) -> bool {
        let Some(response) = Value::parse(body.as_bytes()) else { return false };
        let Some(output) = response.get("output").filter(|output| output.is_list()) else { return false };
        self.begun(response);
        for (index, item) in output.items().into_iter().enumerate() {
            let mut item = Item::new(index as u64, item, answer.ours);
            item.done = true;
            self.items.push(item);
        }
        if let Some(usage) = response.get("usage") {
            answer.usage.note(usage.text());
        }
        let status = response.get("status").and_then(Value::string).unwrap_or("completed".into());
        self.ending = Some(format!("response.{status}"));
        self.whole = Some(body.to_owned());
        true
    }

    fn round(&self) -> Round {
        let ours: Vec<&Item> = self.items.iter().filter(|item| item.is_ours()).collect();
        let ending = self.ending.as_deref();
        // Hosted tools bring their outputs with them.
        let outputs = self.items.iter().filter(|item| item.kind.ends_with("_output"));
        let answered: Vec<String> = outputs.filter_map(|item| item.get("call_id")).collect();
        let is_open = |item: &&Item| {
            let id = item.get("call_id");
            CLIENT_CALLS.contains(&item.kind.as_str()) && !id.is_some_and(|id| answered.contains(&id))
        };
        Round {
            calls: ours
                .iter()
                .map(|item| Call { arguments: item.get("arguments").unwrap_or_default() })
                .collect(),
            beside: self.items.iter().filter(|item| !item.is_ours()).any(|item| is_open(&item)),
            over: matches!(ending, Some("response.completed" | "response.incomplete")),
            complete: ending == Some("response.completed") && ours.iter().all(|item| item.done),
        }
    }

    fn produced(&self, with_calls: bool) -> Vec<String> {
        let kept: Vec<&Item> = self.items.iter().filter(|item| with_calls || !item.is_ours()).collect();
        if kept.iter().all(|item| item.is_reasoning()) {
            return Vec::new();
        }
        let values = kept.iter().filter_map(|item| Value::parse(item.text.as_bytes()));
        if self.stored {
            return values.map(|item| item.text().to_owned()).collect();
        }
        // Where the provider keeps nothing, reasoning comes back in its encrypted form or not at all, and without their
        // reasoning no other items by their ids.
        let lacks = |item: &Value<'_>| {
            item.get("type").is_some_and(|kind| kind.says("reasoning"))
                && item.get("encrypted_content").is_none()
        };
        let anonymous = values.clone().any(|item| lacks(&item));
        values
            .filter(|item| !lacks(item))
            .map(|item| if anonymous { item.with(&[("id", Edit::Drop)]) } else { item.text().to_owned() })
            .collect()
    }

    fn answers(&self, texts: &[String]) -> Vec<String> {
        let ours = self.items.iter().filter(|item| item.is_ours());
        ours.zip(texts)
            .map(|(item, text)| {
                let (id, text) = (quoted(&item.get("call_id").unwrap_or_default()), quoted(text));
                format!(r#"{{"type":"function_call_output","call_id":{id},"output":{text}}}"#)
            })
            .collect()
    }

    fn messages(&self, answers: Vec<String>) -> Vec<String> {
        answers
    }

    fn continuation(&self, request: Value<'_>, hidden: &[String], relax: bool) -> Option<String> {
        let input = request.get("input")?;
        let input = if input.is_list() {
            input.with_items(hidden)
        } else {
            input.inside()?;
            let asked = format!(r#"{{"role":"user","content":{}}}"#, input.text());
            list(std::iter::once(&asked).chain(hidden))
        };
        let mut edits = vec![("input", Edit::Put(input))];
        if let Some(choice) = request.get("tool_choice") {
            let ours = choice.get("name").is_some_and(|name| name.says(TOOL_NAME));
            let function = choice.get("type").is_some_and(|kind| kind.says("function"));
            if ours || (relax && (choice.says("required") || function)) {
                edits.push(("tool_choice", Edit::Put(quoted("auto"))));
            }
        }
        Some(request.with(&edits))
    }

    fn next_round(&mut self, answer: &mut Answer) {
        let response = self.whole.take();
        let streamed = response.is_none();
        let closing = self.closing.pop();
        let data = closing.as_ref().and_then(Event::data);
        let response = response.as_deref().or(data).and_then(|text| Value::parse(text.as_bytes()));
        let response = if streamed { response.and_then(|event| event.get("response")) } else { response };
        if self.document && !streamed {
            self.items.retain(|item| item.kind != "message");
            let mut shown = self.shown_items(None, streamed, answer);
            self.output.append(&mut shown);
        } else {
            let mut shown = self.shown_items(response, streamed, answer);
            self.output.append(&mut shown);
        }
        self.note_seen(answer);
        let last = self.items.iter().filter_map(|item| item.shown).max().filter(|_| streamed);
        self.earlier = last.map_or(self.earlier, |last| last.saturating_add(1));
        self.sequence.next_round();
        self.items.clear();
        self.closing.clear();
        self.ending = None;
        self.lookahead.next_round();
    }

    fn close(&mut self, dropped: bool, answer: &mut Answer) {
        let _ = dropped;
        self.lookahead.release(false, answer);
        self.note_seen(answer);
        for event in std::mem::take(&mut self.closing) {
            let data = event.data().unwrap_or_default().to_owned();
            let Some(value) = Value::parse(data.as_bytes()) else { continue };
            let response = value.get("response");
            let mut output = self.output.clone();
            output.append(&mut self.shown_items(response, true, answer));
            let mut edits = Vec::new();
            if let Some(response) = response {
                let inner = self.rebuilt(response, &output, answer);
                edits.push(("response", Edit::Put(response.with(&inner))));
            }
            let event = self.numbered(event, value, edits);
            answer.outlet.send(&event);
        }
        let Some(body) = self.whole.take() else { return };
        if answer.round == 0 && !self.hides() {
            answer.outlet.send_bytes(body.as_bytes());
            return;
        }
        let Some(response) = Value::parse(body.as_bytes()) else { return };
        let mut output = self.output.clone();
        output.append(&mut self.shown_items(Some(response), false, answer));
        let edits = self.rebuilt(response, &output, answer);
        answer.outlet.send_bytes(response.with(&edits).as_bytes());
    }

    fn fail(&mut self, failure: &Failure, framing: Framing, answer: &mut Answer) {
        let error = self.error_body(failure);
        let error = Value::parse(error.as_bytes()).and_then(|body| body.get("error"));
        let field = |name: &str| {
            let value = error.and_then(|error| error.get(name));
            value.map_or_else(|| "null".to_owned(), |value| value.text().to_owned())
        };
        let code = match field("code") {
            code if code != "null" => code,
            _ if failure.status == Some(429) => quoted("rate_limit_exceeded"),
            _ => quoted("server_error"),
        };
        let (message, param) = (field("message"), field("param"));
        let numbers = [self.sequence.own(), self.sequence.own()];
        // Clients differ in which of the two they look for, and so do the documentation and the provider itself.
        let nested = error.map_or("null", Value::text);
        let event = format!(
            r#"{{"type":"error","code":{code},"message":{message},"param":{param},"error":{nested}{}}}"#,
            numbers[0]
        );
        answer.outlet.send_new(framing, Some("error"), &event);
        let Some(first) = self.first.as_deref().and_then(|first| Value::parse(first.as_bytes())) else {
            return;
        };
        let mut edits = self.rebuilt(first, &self.output, answer);
        edits.push(("status", Edit::Put(quoted("failed"))));
        edits.push(("error", Edit::Put(format!(r#"{{"code":{code},"message":{message}}}"#))));
        let event =
            format!(r#"{{"type":"response.failed"{},"response":{}}}"#, numbers[1], first.with(&edits));
        answer.outlet.send_new(framing, Some("response.failed"), &event.replace(['\n', '\r'], " "));
    }

    fn error_body(&self, failure: &Failure) -> String {
        super::openai_chat::openai_error(failure)
    }

    fn recorded(&self, produced: &[String]) -> String {
        list(produced)
    }

    fn tokens(&self, usage: &Usage) -> Tokens {
        Tokens {
            input: usage.number("/input_tokens").unwrap_or_default(),
            output: usage.number("/output_tokens").unwrap_or_default(),
            cache_read: usage.number("/input_tokens_details/cached_tokens"),
            cache_write: None,
        }
    }

    fn ids(&self) -> Option<(String, String)> {
        let first = Value::parse(self.first.as_deref()?.as_bytes())?.get("id")?.string()?.into_owned();
        let last = self.last_id.clone()?;
        (first != last).then_some((first, last))
    }
}

/// The event of a whole item of reasoning, with the mark.
fn marked(event: &Event) -> Event {
    let data = event.data().unwrap_or_default();
    let Some(value) = Value::parse(data.as_bytes()) else { return event.clone() };
    let Some(item) = value.get("item") else { return event.clone() };
    let Some(content) = item.get("encrypted_content").and_then(Value::inside) else { return event.clone() };
    let content = Edit::Put(format!("\"{content}{MARK}\""));
    event.with_data(&value.with(&[("item", Edit::Put(item.with(&[("encrypted_content", content)])))]))
}
