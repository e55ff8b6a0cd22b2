//! Answers of Anthropic's Messages.
//!
//! Owns the events and blocks of the format: which are ours, how the others are numbered, which reasoning is marked, and how
//! a message is put together from its deltas to be sent back. It knows nothing of rounds beyond its own.

mod block;

use super::event::Event;
use super::lookahead::Lookahead;
use super::turn::{Call, Failure, Round};
use super::usage::Usage;
use super::{Answer, Dialect, Framing, MARK, Tokens};
use crate::ccr::TOOL_NAME;
use crate::wire::value::{Edit, Value, list, quoted};

use block::Block;

/// Reasons for which a message ends before the model has ended it. A call in it is not to be answered.
const CUT: [&str; 4] = ["max_tokens", "model_context_window_exceeded", "refusal", "pause_turn"];

/// Fields of the usage that every client adds up.
const COUNTS: [&str; 4] =
    ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "server_tool_use"];

/// The answer to one request.
pub(super) struct Anthropic {
    /// Whether the client wants a JSON document: then what the model says before it calls is no part of it.
    document: bool,
    /// The blocks of the round at hand.
    blocks: Vec<Block>,
    /// How many blocks the client has of the rounds that are over.
    earlier: u64,
    stop_reason: Option<String>,
    /// The id of the container in which the provider's own tools ran: what they left there is needed to go on.
    container: Option<String>,
    /// Whether the provider has said that the message is over.
    over: bool,
    lookahead: Lookahead,
    /// The events that end the message.
    closing: Vec<Event>,
    whole: Option<Whole>,
}

/// A message that is not streamed.
#[derive(Default)]
struct Whole {
    id: Option<String>,
    model: Option<String>,
    /// What the client gets of the rounds that are over.
    shown: Vec<String>,
    /// The latest response.
    body: String,
}

impl Anthropic {
    pub(super) fn new(request: Option<Value<'_>>) -> Self {
        let format = request.and_then(|request| {
            request.get("output_format").or_else(|| request.at(&["output_config", "format"]))
        });
        let document =
            format.and_then(|format| format.get("type")).is_some_and(|kind| kind.says("json_schema"));
        Self {
            document,
            blocks: Vec::new(),
            earlier: 0,
            stop_reason: None,
            container: None,
            over: false,
            lookahead: Lookahead::new(marked),
            closing: Vec::new(),
            whole: None,
        }
    }

    fn hides(&self) -> bool {
        self.blocks.iter().any(Block::is_ours)
    }

    fn block_start(&mut self, event: Event, value: Value<'_>, answer: &mut Answer) {
        let (Some(index), Some(start)) =
            (value.get("index").and_then(Value::integer), value.get("content_block"))
        else {
            self.lookahead.release(false, answer);
            return answer.outlet.send(&event);
        };
        let mut block = Block::new(index, start, answer.ours);
        let redacted = block.kind == "redacted_thinking";
        // A redacted block comes all at once, so it can wait with the reasoning before it.
        if !redacted {
            self.lookahead.release(block.is_ours(), answer);
        }
        if block.is_ours() {
            self.blocks.push(block);
            return;
        }
        let ours = self.blocks.iter().filter(|block| block.is_ours()).count() as u64;
        let shown = self.earlier.saturating_add(index).saturating_sub(ours);
        block.shown = Some(shown);
        let event = renumbered(event, value, shown);
        self.blocks.push(block);
        if redacted {
            {
                let hides = self.hides();
                self.lookahead.reasoned(event, 0, hides, answer);
            };
        } else {
            answer.outlet.send(&event);
        }
    }

    fn block_delta(&mut self, event: Event, value: Value<'_>, answer: &mut Answer) {
        let Some(block) = find(&mut self.blocks, value) else { return self.unknown(&event, answer) };
        let delta = value.get("delta");
        if let Some(delta) = delta {
            block.grow(delta);
        }
        let Some(shown) = block.shown else { return };
        let event = renumbered(event, value, shown);
        if delta.and_then(|delta| delta.get("type")).is_some_and(|kind| kind.says("signature_delta")) {
            {
                let hides = self.hides();
                self.lookahead.reasoned(event, 0, hides, answer);
            };
        } else {
            self.lookahead.release(false, answer);
            answer.outlet.send(&event);
        }
    }

    fn block_stop(&mut self, event: Event, value: Value<'_>, answer: &mut Answer) {
        let Some(block) = find(&mut self.blocks, value) else { return self.unknown(&event, answer) };
        block.stopped = true;
        let Some(shown) = block.shown else { return };
        self.lookahead.send(renumbered(event, value, shown), answer);
    }

    /// An event of a block that has not begun.
    fn unknown(&mut self, event: &Event, answer: &mut Answer) {
        self.lookahead.release(false, answer);
        answer.outlet.send(event);
    }

    /// What the client gets of the round at hand, where it is not streamed.
    fn shown_blocks(&self, answer: &mut Answer) -> Vec<String> {
        let hides = self.hides();
        let shown = self.blocks.iter().filter(|block| !block.is_ours());
        shown
            .map(|block| {
                let text = block.finished();
                if !(hides && block.is_reasoning()) {
                    return text;
                }
                answer.marked = true;
                Value::parse(text.as_bytes()).map_or_else(|| text.clone(), mark)
            })
            .collect()
    }

    fn note_container(&mut self, message: Option<Value<'_>>) {
        if let Some(id) = message.and_then(|message| message.at(&["container", "id"])) {
            self.container = Some(id.text().to_owned());
        }
    }

    /// Notes what the client has of the round at hand.
    fn note_seen(&self, answer: &mut Answer) {
        for block in self.blocks.iter().filter(|block| !block.is_ours()) {
            answer.text.push_str(&block.text());
            if block.kind == "tool_use" {
                answer.calls.push(block.id());
            }
        }
    }
}

impl Dialect for Anthropic {
    fn event(&mut self, event: Event, answer: &mut Answer) {
        let data = event.data().unwrap_or_default().to_owned();
        let Some(value) = Value::parse(data.as_bytes()) else {
            return self.lookahead.send(event, answer);
        };
        let kind = value.get("type").and_then(Value::string).unwrap_or_default();
        match kind.as_ref() {
            "message_start" => {
                if let Some(usage) = value.at(&["message", "usage"]) {
                    answer.usage.note(usage.text());
                }
                if answer.round == 0 {
                    self.lookahead.send(event, answer);
                }
            }
            "content_block_start" => self.block_start(event, value, answer),
            "content_block_delta" => self.block_delta(event, value, answer),
            "content_block_stop" => self.block_stop(event, value, answer),
            "message_delta" | "message_stop" => {
                self.lookahead.release(false, answer);
                if let Some(usage) = value.get("usage") {
                    answer.usage.note(usage.text());
                }
                self.note_container(value.get("delta"));
                if let Some(reason) = value.at(&["delta", "stop_reason"]).and_then(Value::string) {
                    self.stop_reason = Some(reason.into_owned());
                }
                self.over = true;
                if answer.round > 0 || self.hides() {
                    self.closing.push(event);
                } else {
                    answer.outlet.send(&event);
                }
            }
            "error" => {
                self.lookahead.release(false, answer);
                answer.outlet.send(&event);
                answer.broken = true;
            }
            _ => self.lookahead.send(event, answer),
        }
    }

    fn whole(&mut self, body: &str, answer: &mut Answer) -> bool {
        let Some(message) = Value::parse(body.as_bytes()) else { return false };
        let Some(content) = message.get("content").filter(|content| content.is_list()) else { return false };
        for (index, block) in content.items().into_iter().enumerate() {
            let mut block = Block::new(index as u64, block, answer.ours);
            block.stopped = true;
            self.blocks.push(block);
        }
        if let Some(usage) = message.get("usage") {
            answer.usage.note(usage.text());
        }
        self.note_container(Some(message));
        self.stop_reason = message.get("stop_reason").and_then(Value::string).map(Into::into);
        self.over = true;
        let whole = self.whole.get_or_insert_with(|| Whole {
            id: message.get("id").map(|id| id.text().to_owned()),
            model: message.get("model").map(|model| model.text().to_owned()),
            ..Whole::default()
        });
        body.clone_into(&mut whole.body);
        true
    }

    fn round(&self) -> Round {
        let ours: Vec<&Block> = self.blocks.iter().filter(|block| block.is_ours()).collect();
        let cut = self.stop_reason.as_deref().is_some_and(|reason| CUT.contains(&reason));
        Round {
            over: self.over,
            complete: self.over && !cut && ours.iter().all(|block| block.stopped),
            beside: self.blocks.iter().any(|block| block.kind == "tool_use" && !block.is_ours()),
            calls: ours.iter().map(|block| Call { arguments: block.arguments() }).collect(),
        }
    }

    fn produced(&self, with_calls: bool) -> Vec<String> {
        let kept: Vec<&Block> = self
            .blocks
            .iter()
            .filter(|block| with_calls || !block.is_ours())
            // The API refuses texts of nothing but white space, even its own.
            .filter(|block| block.kind != "text" || !block.text().trim().is_empty())
            .collect();
        if kept.iter().all(|block| block.is_reasoning()) {
            return Vec::new();
        }
        let content = list(kept.iter().map(|block| block.finished()));
        vec![format!(r#"{{"role":"assistant","content":{content}}}"#)]
    }

    fn answers(&self, texts: &[String]) -> Vec<String> {
        let ours = self.blocks.iter().filter(|block| block.is_ours());
        ours.zip(texts)
            .map(|(block, text)| {
                let (id, text) = (quoted(&block.id()), quoted(text));
                format!(r#"{{"type":"tool_result","tool_use_id":{id},"content":{text}}}"#)
            })
            .collect()
    }

    fn messages(&self, answers: Vec<String>) -> Vec<String> {
        vec![format!(r#"{{"role":"user","content":{}}}"#, list(answers))]
    }

    fn continuation(&self, request: Value<'_>, hidden: &[String], relax: bool) -> Option<String> {
        let messages = request.get("messages").filter(|messages| messages.is_list())?;
        let mut edits = vec![("messages", Edit::Put(messages.with_items(hidden)))];
        if let Some(choice) = request.get("tool_choice") {
            let forced = choice.get("type").is_some_and(|kind| kind.says("any") || kind.says("tool"));
            let ours = choice.get("name").is_some_and(|name| name.says(TOOL_NAME));
            if ours || (forced && relax) {
                let auto = [("type", Edit::Put(quoted("auto"))), ("name", Edit::Drop)];
                edits.push(("tool_choice", Edit::Put(choice.with(&auto))));
            }
        }
        if let Some(id) = &self.container {
            let container = match request.get("container") {
                None => Some(id.clone()),
                Some(asked) if asked.is_object() && asked.get("id").is_none() => {
                    Some(asked.with(&[("id", Edit::Put(id.clone()))]))
                }
                Some(_) => None,
            };
            edits.extend(container.map(|container| ("container", Edit::Put(container))));
        }
        Some(request.with(&edits))
    }

    fn next_round(&mut self, answer: &mut Answer) {
        if let Some(mut whole) = self.whole.take() {
            let mut shown = self.shown_blocks(answer);
            if self.document {
                shown.retain(|block| !Value::parse(block.as_bytes()).is_some_and(is_text));
                self.blocks.retain(|block| block.kind != "text");
            }
            whole.shown.append(&mut shown);
            self.whole = Some(whole);
        }
        self.note_seen(answer);
        let last = self.blocks.iter().filter_map(|block| block.shown).max();
        self.earlier = last.map_or(self.earlier, |last| last.saturating_add(1));
        self.blocks.clear();
        self.closing.clear();
        self.stop_reason = None;
        self.over = false;
        self.lookahead.next_round();
    }

    fn close(&mut self, dropped: bool, answer: &mut Answer) {
        self.lookahead.release(false, answer);
        self.note_seen(answer);
        for event in std::mem::take(&mut self.closing) {
            let data = event.data().unwrap_or_default();
            let Some(value) = Value::parse(data.as_bytes()) else { continue };
            let mut edits = Vec::new();
            if let Some(delta) = value.get("delta").filter(|_| dropped) {
                edits.push(("delta", Edit::Put(delta.with(&ended()))));
            }
            let usage = value.get("usage");
            if answer.round > 0 && value.get("type").is_some_and(|kind| kind.says("message_delta")) {
                let usage = answer.usage.total_like(usage.map(Value::text), &COUNTS);
                edits.push(("usage", Edit::Put(usage)));
            }
            let event = if edits.is_empty() { event } else { event.with_data(&value.with(&edits)) };
            answer.outlet.send(&event);
        }
        let Some(mut whole) = self.whole.take() else { return };
        if answer.round == 0 && !self.hides() {
            answer.outlet.send_bytes(whole.body.as_bytes());
            return;
        }
        whole.shown.append(&mut self.shown_blocks(answer));
        let Some(body) = Value::parse(whole.body.as_bytes()) else { return };
        let mut edits = vec![("content", Edit::Put(list(&whole.shown)))];
        edits.extend(whole.id.map(|id| ("id", Edit::Put(id))));
        edits.extend(whole.model.map(|model| ("model", Edit::Put(model))));
        if answer.round > 0 && answer.usage.is_known() {
            edits.push(("usage", Edit::Put(answer.usage.total().to_string())));
        }
        if dropped {
            edits.extend(ended());
        }
        answer.outlet.send_bytes(body.with(&edits).as_bytes());
    }

    fn fail(&mut self, failure: &Failure, framing: Framing, answer: &mut Answer) {
        let error = self.error_body(failure);
        answer.outlet.send_new(framing, Some("error"), &error);
    }

    fn error_body(&self, failure: &Failure) -> String {
        let told = failure.body.as_deref().and_then(|body| Value::parse(body.as_bytes()));
        if let Some(told) = told.filter(|told| told.get("error").is_some_and(Value::is_object)) {
            return told.with(&[("type", Edit::Put(quoted("error")))]).replace(['\n', '\r'], " ");
        }
        let kind = match failure.status {
            Some(400) => "invalid_request_error",
            Some(401) => "authentication_error",
            Some(403) => "permission_error",
            Some(404) => "not_found_error",
            Some(413) => "request_too_large",
            Some(429) => "rate_limit_error",
            Some(529) => "overloaded_error",
            _ => "api_error",
        };
        format!(r#"{{"type":"error","error":{{"type":"{kind}","message":{}}}}}"#, quoted(&failure.message))
    }

    fn tokens(&self, usage: &Usage) -> Tokens {
        let cache_read = usage.number("/cache_read_input_tokens");
        let cache_write = usage.number("/cache_creation_input_tokens");
        let uncached = usage.number("/input_tokens").unwrap_or_default();
        Tokens {
            input: uncached + cache_read.unwrap_or_default() + cache_write.unwrap_or_default(),
            output: usage.number("/output_tokens").unwrap_or_default(),
            cache_read,
            cache_write,
        }
    }
}

/// The fields of a message that ends because the model has nothing more to say.
fn ended() -> [(&'static str, Edit); 2] {
    [("stop_reason", Edit::Put(quoted("end_turn"))), ("stop_sequence", Edit::Replace("null".to_owned()))]
}

/// The block that an event belongs to.
fn find<'a>(blocks: &'a mut [Block], event: Value<'_>) -> Option<&'a mut Block> {
    let index = event.get("index").and_then(Value::integer)?;
    blocks.iter_mut().rev().find(|block| block.index == index)
}

fn is_text(block: Value<'_>) -> bool {
    block.get("type").is_some_and(|kind| kind.says("text"))
}

fn renumbered(event: Event, value: Value<'_>, shown: u64) -> Event {
    if value.get("index").and_then(Value::integer) == Some(shown) {
        return event;
    }
    event.with_data(&value.with(&[("index", Edit::Put(shown.to_string()))]))
}

/// The event with the mark on the reasoning in it.
fn marked(event: &Event) -> Event {
    let data = event.data().unwrap_or_default();
    let Some(value) = Value::parse(data.as_bytes()) else { return event.clone() };
    let inner = ["delta", "content_block"].into_iter().find_map(|field| Some((field, value.get(field)?)));
    let Some((field, inner)) = inner else { return event.clone() };
    event.with_data(&value.with(&[(field, Edit::Put(mark(inner)))]))
}

/// A block of reasoning, or a delta of one, with the mark.
fn mark(block: Value<'_>) -> String {
    let opaque =
        ["signature", "data"].into_iter().find_map(|field| Some((field, block.get(field)?.inside()?)));
    match opaque {
        Some((field, inside)) => block.with(&[(field, Edit::Put(format!("\"{inside}{MARK}\"")))]),
        None => block.text().to_owned(),
    }
}
