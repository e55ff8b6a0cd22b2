//! Answers on their way back: calls of the retrieval tool are taken out and answered, and the client gets one answer.
//!
//! Owns what the bytes of a provider's response mean, streamed or not, and what the client gets to see of several rounds. It
//! is a state machine without input and output: the host feeds it response bytes and forwards what comes out, answers the
//! calls it names, and sends the continuation it writes. It knows nothing of compression, handles or originals.
//!
//! # Rounds
//!
//! A *round* is one request to the provider and its response. Where the model calls `headroom_retrieve` and nothing else that
//! the client would have to answer, the round is *hidden*: its call is answered and the model goes on in a further round. The
//! texts and the reasoning of all rounds reach the client as they arrive, as one answer: one id, one beginning and one end,
//! content numbered through, usage summed. A turn in which the client's own calls stand beside ours is *mixed*: the client
//! gets its calls, and ours are answered when it comes back with its results.
//!
//! ```text
//! begin(meta) → push(bytes)… → end() ─┬─ done
//!       ▲                              ├─ retrieve ────────► answer(texts) → continuation, to be sent
//!       └──────────────────────────────┼───────────────────────────────────┘
//!                                      └─ retrieve, last ──► answer(texts) → nothing; end() → done
//! ```
//!
//! What was hidden has to be put back into later requests exactly as the provider produced it. So the end of such a turn
//! comes with a [record](turn) and the name of the turn, for the host to keep.
//!
//! # Bytes
//!
//! A response without a call of ours passes byte for byte, event by event, and so does everything from the first thing on that
//! is not understood. Held back are the events of our calls, where an answer has hidden rounds its last events until
//! [`Interceptor::end`] (so that the record can be kept before the client goes on), a response that is not streamed, and an
//! event that is not complete. The last two are bounded; beyond the bound the bytes pass.
//!
//! How bytes are cut into pushes makes no difference to what comes out.

mod anthropic;
mod dialect;
mod event;
mod gemini;
mod grown;
mod joint;
mod list;
mod lookahead;
mod openai_chat;
mod openai_responses;
mod sse;
mod turn;
mod usage;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::Deserialize;

use crate::Error;
use crate::wire::Format;
pub(crate) use crate::wire::turns::MARK;
use crate::wire::value::Value;

use dialect::{Answer, Dialect, Tokens};
use event::Event;
use list::Elements;
use sse::Lines;
use turn::{Failure, Turn};

/// How much of a response may be held to be understood: far more than any answer has.
const MOST_HELD: usize = 64 << 20;

/// How events follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Server-sent events.
    Lines,
    /// The elements of a JSON list.
    List,
}

/// What the end of a response means.
#[derive(Clone, Debug)]
pub struct End {
    /// The last bytes for the client, if any.
    pub bytes: Vec<u8>,
    /// JSON: `{ kind: "retrieve", calls: [{ call, id, argumentsJson, limit }], last }` or `{ kind: "done", record?: { key, value },
    /// usage?: { input, output, cacheRead?, cacheWrite? }, rounds, retrievedTokens, dropped, failed, warnings, responseIds? }`.
    pub outcome_json: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    format: Format,
    model: Option<String>,
    #[serde(default)]
    key: String,
    #[serde(default = "three")]
    max_retrievals: usize,
    #[serde(default = "yes")]
    ours: bool,
}

fn dialect(format: Format, request: Option<Value<'_>>) -> Box<dyn Dialect> {
    match format {
        Format::Anthropic => Box::new(anthropic::Anthropic::new(request)),
        Format::OpenAiChat => Box::new(openai_chat::OpenAiChat::new(request)),
        Format::OpenAiResponses => Box::new(openai_responses::OpenAiResponses::new(request)),
        Format::Gemini => Box::new(gemini::Gemini::new(request)),
    }
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Anthropic => "anthropic",
        Format::OpenAiChat => "openai",
        Format::OpenAiResponses => "openai-responses",
        Format::Gemini => "gemini",
    }
}

fn three() -> usize {
    3
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Beginning {
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    status: Option<u16>,
}

/// What is being read.
#[derive(Debug)]
enum Reading {
    /// No response has begun.
    Nothing,
    /// The first bytes decide.
    Unknown(Vec<u8>),
    Lines(Lines),
    Elements(Elements),
    /// A response that is not streamed.
    Whole(Vec<u8>),
    /// An error in place of a continuation.
    Error {
        status: u16,
        body: Vec<u8>,
    },
    /// A continuation that is streamed where the answer is not, or the other way round.
    OtherForm,
    /// What passes as it is.
    Passing,
    /// Nothing more, after a mixed turn: only its end is missing.
    Ended,
}

/// One answer, from the first byte of the provider's first response to the end of its last.
///
/// ```
/// use headroom_core::intercept::Interceptor;
///
/// let request = br#"{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"hi"}]}"#;
/// let mut interceptor = Interceptor::new(request, r#"{"format":"anthropic","key":"k"}"#)?;
/// interceptor.begin(r#"{"contentType":"application/json","status":200}"#)?;
/// let body = br#"{"id":"msg_1","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn"}"#;
/// let mut client = interceptor.push(body);
/// let end = interceptor.end();
/// client.extend(end.bytes);
/// assert_eq!(client, body);
/// assert!(end.outcome_json.starts_with(r#"{"kind":"done""#));
/// # Ok::<(), headroom_core::Error>(())
/// ```
pub struct Interceptor {
    turn: Turn,
    dialect: Box<dyn Dialect>,
    answer: Answer,
    reading: Reading,
    /// How the client's answer is framed, if it is streamed.
    framing: Option<Framing>,
    gemini: bool,
}

impl Interceptor {
    /// An answer to `request`, the body as it was sent to the provider. `meta_json` is `{ format, model?, key, maxRetrievals?,
    /// ours? }`: the format's name, the name of the conversation up to this answer ([`wire::turns`](crate::wire::turns)), how
    /// many rounds may be answered (3), and whether calls of the retrieval tool are ours (they are).
    ///
    /// # Errors
    ///
    /// [`Error::Request`] if `meta_json` is not that.
    pub fn new(request: &[u8], meta_json: &str) -> Result<Self, Error> {
        let meta: Meta = read(meta_json, "the meta data of an interception")?;
        let dialect = dialect(meta.format, Value::parse(request));
        let answer = Answer { ours: meta.ours, ..Answer::default() };
        let gemini = meta.format == Format::Gemini;
        let turn =
            Turn::new(request, name(meta.format), meta.model.as_deref(), meta.key, meta.max_retrievals);
        Ok(Self { turn, dialect, answer, reading: Reading::Nothing, framing: None, gemini })
    }

    /// A response begins: the first one, or that to a continuation. `meta_json` is `{ contentType?, status? }`.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] if `meta_json` is not that.
    pub fn begin(&mut self, meta_json: &str) -> Result<(), Error> {
        let Beginning { content_type, status } = read(meta_json, "what is said of a response")?;
        let status = status.unwrap_or(200);
        let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
        self.reading = if self.answer.broken {
            Reading::Passing
        } else if status >= 400 && self.answer.round > 0 && self.framing.is_some() {
            Reading::Error { status, body: Vec::new() }
        } else if status >= 400 {
            self.answer.broken = true;
            Reading::Passing
        } else if content_type.starts_with("text/event-stream") {
            self.reading_as(Some(Framing::Lines))
        } else {
            Reading::Unknown(Vec::new())
        };
        Ok(())
    }

    /// Response bytes as they arrive. What comes back is for the client, at once.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let unknown = match &mut self.reading {
            Reading::Unknown(held) => {
                held.extend_from_slice(bytes);
                Some(std::mem::take(held))
            }
            _ => None,
        };
        match unknown {
            Some(held) => {
                self.reading = self.decided(&held);
                if let Reading::Unknown(empty) = &mut self.reading {
                    *empty = held;
                } else {
                    self.take(&held);
                }
            }
            None => self.take(bytes),
        }
        self.answer.outlet.take()
    }

    /// The response has ended; see [`End::outcome_json`].
    pub fn end(&mut self) -> End {
        match std::mem::replace(&mut self.reading, Reading::Nothing) {
            Reading::Nothing | Reading::Passing => self.done(),
            Reading::Ended => {
                self.dialect.close(false, &mut self.answer);
                self.done()
            }
            Reading::Unknown(held) => {
                self.answer.outlet.send_bytes(&held);
                self.done()
            }
            Reading::Error { status, body } => {
                let body = String::from_utf8_lossy(&body).into_owned();
                let message = format!("the provider answered the continuation with status {status}");
                self.failed(&Failure { status: Some(status), message, body: Some(body) })
            }
            Reading::OtherForm => {
                let message = "the continuation came in another form than the answer had begun in".to_owned();
                self.failed(&Failure { status: None, message, body: None })
            }
            Reading::Lines(mut lines) => {
                let rest = lines.rest();
                self.rest(rest)
            }
            Reading::Elements(mut elements) => {
                let rest = elements.rest();
                self.rest(rest)
            }
            Reading::Whole(body) => {
                let text = std::str::from_utf8(&body).unwrap_or_default();
                if self.dialect.whole(text, &mut self.answer) {
                    return self.settle();
                }
                self.answer.outlet.send_bytes(&body);
                self.answer.broken = true;
                self.done()
            }
        }
    }

    /// Takes the texts that answer the calls of the last [`end`](Self::end), in their order, as a JSON list, and gives the body
    /// of the continuation. It is empty after a mixed turn: then [`end`](Self::end) is to be called once more.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] if `answers_json` is not a list of as many strings as there are calls, or there were none.
    pub fn answer(&mut self, answers_json: &str) -> Result<Vec<u8>, Error> {
        let texts: Vec<String> = read(answers_json, "the answers to retrievals")?;
        let round = self.dialect.round();
        if texts.len() != round.calls.len() || texts.is_empty() {
            return Err(Error::Request {
                message: "there must be one answer for each call that was named; pass them in their order"
                    .to_owned(),
            });
        }
        self.turn.count(&texts);
        let answers = self.dialect.answers(&texts);
        if round.beside {
            self.turn.after = answers;
            self.turn.mixed = true;
            self.reading = Reading::Ended;
            return Ok(Vec::new());
        }
        self.turn.before.extend(self.dialect.produced(true));
        self.turn.before.extend(self.dialect.messages(answers));
        self.dialect.next_round(&mut self.answer);
        self.answer.usage.next_round();
        self.answer.round += 1;
        let request = Value::parse(&self.turn.request);
        let body = request
            .and_then(|request| self.dialect.continuation(request, &self.turn.before, self.turn.limit_told));
        body.map(String::into_bytes).ok_or_else(|| Error::Request {
            message: "the request has no messages that a continuation could be added to; end the answer with `fail`"
                .to_owned(),
        })
    }

    /// The continuation could not be had: gives what ends the client's answer in the provider's own way. `failure_json` is
    /// `{ status?, message, body? }`; `body` is the provider's error body, if there is one.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] if `failure_json` is not that.
    pub fn fail(&mut self, failure_json: &str) -> Result<End, Error> {
        let failure: Failure = read(failure_json, "a failure")?;
        self.reading = Reading::Nothing;
        Ok(self.failed(&failure))
    }

    /// Decides by the first bytes of a response that does not say that it is a stream of events.
    fn decided(&mut self, bytes: &[u8]) -> Reading {
        let text = bytes.trim_ascii_start();
        match text.first() {
            None => Reading::Unknown(Vec::new()),
            Some(b'{') => self.reading_as(None),
            Some(b'[') if self.gemini => self.reading_as(Some(Framing::List)),
            Some(_) => {
                let names: [&[u8]; 3] = [b"data:", b"event:", b":"];
                if names.iter().any(|name| text.starts_with(name)) {
                    return self.reading_as(Some(Framing::Lines));
                }
                // Too short to tell.
                if names.iter().any(|name| name.starts_with(text)) {
                    return Reading::Unknown(Vec::new());
                }
                self.answer.broken = true;
                Reading::Passing
            }
        }
    }

    /// The form of a response. A continuation has that of the answer which it continues.
    fn reading_as(&mut self, framing: Option<Framing>) -> Reading {
        if self.answer.round > 0 && framing != self.framing {
            return Reading::OtherForm;
        }
        self.framing = framing;
        match framing {
            Some(Framing::Lines) => Reading::Lines(Lines::default()),
            Some(Framing::List) => Reading::Elements(Elements::default()),
            None => Reading::Whole(Vec::new()),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        match &mut self.reading {
            Reading::Lines(lines) => lines.push(bytes),
            Reading::Elements(elements) => elements.push(bytes),
            Reading::Whole(body) => {
                body.extend_from_slice(bytes);
                if body.len() > MOST_HELD {
                    let body = std::mem::take(body);
                    self.pass(&body);
                }
                return;
            }
            Reading::Error { body, .. } => {
                let room = MOST_HELD.saturating_sub(body.len()).min(bytes.len());
                body.extend_from_slice(&bytes[..room]);
                return;
            }
            Reading::OtherForm => return,
            _ => {
                self.answer.outlet.send_bytes(bytes);
                return;
            }
        }
        while let Some(event) = self.next_event() {
            self.dispatch(event);
        }
        let held = match &self.reading {
            Reading::Lines(lines) => lines.held(),
            Reading::Elements(elements) => elements.held(),
            _ => 0,
        };
        if held > MOST_HELD {
            let rest = match &mut self.reading {
                Reading::Lines(lines) => lines.rest(),
                Reading::Elements(elements) => elements.rest(),
                _ => None,
            };
            self.pass(b"");
            if let Some(rest) = rest {
                self.answer.outlet.send(&rest);
            }
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        match &mut self.reading {
            Reading::Lines(lines) => lines.next(),
            Reading::Elements(elements) => elements.next(),
            _ => None,
        }
    }

    fn dispatch(&mut self, event: Event) {
        if self.answer.broken {
            self.answer.outlet.send(&event);
        } else {
            self.dialect.event(event, &mut self.answer);
        }
    }

    /// Nothing more is followed: what is held leaves, then these bytes, and all that come after them.
    fn pass(&mut self, bytes: &[u8]) {
        self.dialect.close(false, &mut self.answer);
        self.answer.broken = true;
        self.answer.outlet.send_bytes(bytes);
        self.reading = Reading::Passing;
    }

    fn rest(&mut self, rest: Option<Event>) -> End {
        if let Some(rest) = rest {
            self.dispatch(rest);
        }
        if self.answer.broken { self.done() } else { self.settle() }
    }

    /// Decides what becomes of a round that has ended.
    fn settle(&mut self) -> End {
        let round = self.dialect.round();
        if round.calls.is_empty() {
            self.dialect.close(false, &mut self.answer);
            // What was cut off is no turn that a client could resend.
            self.answer.broken |= !round.over;
            return self.done();
        }
        if !round.complete {
            self.turn
                .warnings
                .push("the answer was cut off, and a call of headroom_retrieve in it was dropped".to_owned());
            self.turn.dropped = true;
            self.dialect.close(false, &mut self.answer);
            self.answer.broken |= !round.over;
            return self.done();
        }
        if self.turn.limit_told && !round.beside {
            let warning = "the model asked for retrievals beyond maxRetrievals; its last call was dropped";
            self.turn.warnings.push(warning.to_owned());
            self.turn.dropped = true;
            self.dialect.close(true, &mut self.answer);
            return self.done();
        }
        let outcome_json = self.turn.retrieve(&round);
        End { bytes: self.answer.outlet.take(), outcome_json }
    }

    fn failed(&mut self, failure: &Failure) -> End {
        self.answer.broken = true;
        if let Some(framing) = self.framing {
            self.dialect.fail(failure, framing, &mut self.answer);
        } else {
            let body = failure.body.clone().unwrap_or_else(|| self.dialect.error_body(failure));
            self.answer.outlet.send_bytes(body.as_bytes());
        }
        self.done()
    }

    fn done(&mut self) -> End {
        let bytes = self.answer.outlet.take();
        let outcome_json = self.turn.done(&*self.dialect, &self.answer);
        End { bytes, outcome_json }
    }
}

impl fmt::Debug for Interceptor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Interceptor").field("round", &self.answer.round).finish_non_exhaustive()
    }
}

/// Reads what the host passes; an error says what was expected and quotes nothing.
fn read<'a, T: Deserialize<'a>>(json: &'a str, what: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| Error::Request {
        message: format!("{what} cannot be read: {} at column {}", category(&error), error.column()),
    })
}

fn category(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Data => "a field is missing or has a wrong type",
        _ => "this is not JSON",
    }
}
