//! Which API a request is for, by its URL and the shape of its body.
//!
//! Owns the providers' URLs, and what makes a request one that must not be changed, or only in ways that the core can undo. It
//! does not read messages.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::Format;
use super::scanner::{Fault, Kind, Literal, Scanner};

/// What a request is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Recognised {
    /// It has to leave byte for byte.
    Pass {
        /// Why.
        reason: &'static str,
    },
    /// It can be compressed.
    Request(Recognition),
}

/// What is known of a request that can be compressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recognition {
    /// The format of its body.
    pub format: Format,
    /// The model, from the body or else from the URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether the answer is streamed.
    pub stream: bool,
    /// Whether it only asks for a number of tokens.
    #[serde(skip_serializing_if = "is_false")]
    pub count_tokens: bool,
    /// Whether it holds many requests, answered later.
    #[serde(skip_serializing_if = "is_false")]
    pub batch: bool,
    /// Why nothing may be left out of it: the model's retrievals could not be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lossless: Option<&'static str>,
    /// What the provider keeps of the conversation (Responses).
    #[serde(skip_serializing_if = "State::is_default")]
    pub state: State,
}

/// What the provider keeps of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// The response that the request goes on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_response_id: Option<String>,
    /// Whether it is part of a stored conversation.
    #[serde(skip_serializing_if = "is_false")]
    pub conversation: bool,
    /// Whether the answer is made in the background and asked for later.
    #[serde(skip_serializing_if = "is_false")]
    pub background: bool,
    /// Whether the response is kept, where the request says so. The API keeps it by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<bool>,
}

impl State {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Says what a request is. `headers` are its names and values, names in any case.
///
/// ```
/// use headroom_core::wire::{Format, Recognised, recognise};
///
/// let body = br#"{"model":"gpt-5","stream":true,"input":"Hi"}"#;
/// let recognised = recognise("POST", "https://api.openai.com/v1/responses", &Default::default(), body);
/// let Recognised::Request(request) = recognised else { panic!() };
/// assert_eq!((request.format, request.stream), (Format::OpenAiResponses, true));
/// ```
#[must_use]
pub fn recognise(method: &str, url: &str, headers: &BTreeMap<String, String>, body: &[u8]) -> Recognised {
    match look(method, url, headers, body) {
        Ok(recognition) => Recognised::Request(recognition),
        Err(reason) => Recognised::Pass { reason },
    }
}

fn look(
    method: &str,
    url: &str,
    headers: &BTreeMap<String, String>,
    body: &[u8],
) -> Result<Recognition, &'static str> {
    if !method.eq_ignore_ascii_case("POST") {
        return Err("it is no POST request");
    }
    let (path, query) = split(url);
    let endpoint = Endpoint::of(path).ok_or("its URL is none of a known API")?;
    if is_signed(headers, query) {
        return Err("its body is signed, or its digest is sent along");
    }
    let fields = Fields::read(body).map_err(|_| "its body is no JSON")?;
    if !fields.are_those_of(&endpoint) {
        return Err("its body has not the shape of the API's requests");
    }
    if fields.asks_for_several_answers {
        return Err("it asks for several answers at once");
    }
    let count_tokens = endpoint.purpose == Purpose::CountTokens;
    let batch = endpoint.purpose == Purpose::Batch;
    let stream = endpoint.stream.unwrap_or(fields.stream) && !count_tokens;
    let array =
        stream && endpoint.format == Format::Gemini && !query.split('&').any(|pair| pair == "alt=sse");
    let lossless = [
        (batch, "a batch is answered later"),
        (endpoint.event_stream, "its answer is streamed in a binary form"),
        (array, "its answer is streamed as an array; ask for alt=sse"),
        (fields.state.background, "it is answered in the background"),
        (fields.state.conversation, "its conversation is kept by the provider"),
        (fields.state.previous_response_id.is_some(), "what stands before it is kept by the provider"),
    ];
    Ok(Recognition {
        format: endpoint.format,
        model: fields.model.or(endpoint.model),
        stream,
        count_tokens,
        batch,
        lossless: lossless.into_iter().find_map(|(applies, reason)| applies.then_some(reason)),
        state: if endpoint.format == Format::OpenAiResponses { fields.state } else { State::default() },
    })
}

/// The path and the query of a URL.
fn split(url: &str) -> (&str, &str) {
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => address,
    };
    (path, query)
}

/// Whether a changed body would be refused, because something outside of it vouches for its bytes.
fn is_signed(headers: &BTreeMap<String, String>, query: &str) -> bool {
    const VOUCHERS: [&str; 6] =
        ["content-digest", "digest", "content-md5", "x-amz-content-sha256", "repr-digest", "signature-input"];
    headers.iter().any(|(name, value)| {
        VOUCHERS.iter().any(|voucher| name.eq_ignore_ascii_case(voucher))
            || (name.eq_ignore_ascii_case("authorization") && value.trim_start().starts_with("AWS4-"))
    }) || query.split('&').any(|pair| pair.to_ascii_lowercase().starts_with("x-amz-signature="))
}

/// What a URL says.
#[derive(Debug, PartialEq, Eq)]
struct Endpoint {
    format: Format,
    model: Option<String>,
    /// Whether the answer is streamed, where that is not for the body to say.
    stream: Option<bool>,
    purpose: Purpose,
    /// Whether a streamed answer comes in frames of AWS instead of server-sent events.
    event_stream: bool,
    /// Whether the same URL serves other formats too, which Anthropic's field `anthropic_version` tells apart.
    versioned: bool,
}

/// What a request is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Answer,
    CountTokens,
    Batch,
}

impl Endpoint {
    const fn new(format: Format) -> Self {
        Self {
            format,
            model: None,
            stream: None,
            purpose: Purpose::Answer,
            event_stream: false,
            versioned: false,
        }
    }

    /// The endpoint at `path`, wherever a gateway has put it.
    fn of(path: &str) -> Option<Self> {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let anthropic = Self::new(Format::Anthropic);
        let responses = Self::new(Format::OpenAiResponses);
        match segments[..] {
            [.., "v1", "messages"] => Some(anthropic),
            [.., "v1", "messages", "count_tokens"] => {
                Some(Self { purpose: Purpose::CountTokens, ..anthropic })
            }
            [.., "v1", "messages", "batches"] => {
                Some(Self { purpose: Purpose::Batch, stream: Some(false), ..anthropic })
            }
            // Bedrock.
            [.., "model", model, "invoke"] => {
                Some(Self { model: decoded(model), stream: Some(false), versioned: true, ..anthropic })
            }
            [.., "model", model, "invoke-with-response-stream"] => Some(Self {
                model: decoded(model),
                stream: Some(true),
                event_stream: true,
                versioned: true,
                ..anthropic
            }),
            // Azure names a deployment, mostly after its model.
            [.., "deployments", model, "chat", "completions"] => {
                Some(Self { model: decoded(model), ..Self::new(Format::OpenAiChat) })
            }
            [.., "chat", "completions"] => Some(Self::new(Format::OpenAiChat)),
            [.., "responses"] => Some(responses),
            [.., "responses", "input_tokens"] => Some(Self { purpose: Purpose::CountTokens, ..responses }),
            [.., last] => Self::of_method(last, &segments),
            [] => None,
        }
    }

    /// The endpoint that Google names by a method: `gemini-2.5-pro:generateContent`.
    fn of_method(last: &str, segments: &[&str]) -> Option<Self> {
        let (model, method) = last.rsplit_once(':')?;
        let gemini = Self { model: decoded(model), ..Self::new(Format::Gemini) };
        let is_claude = segments.windows(2).any(|pair| pair == ["publishers", "anthropic"]);
        match method {
            "generateContent" => Some(Self { stream: Some(false), ..gemini }),
            "streamGenerateContent" => Some(Self { stream: Some(true), ..gemini }),
            "countTokens" => Some(Self { purpose: Purpose::CountTokens, ..gemini }),
            "rawPredict" | "streamRawPredict" if is_claude => {
                let counts = model == "count-tokens";
                Some(Self {
                    model: gemini.model.filter(|_| !counts),
                    purpose: if counts { Purpose::CountTokens } else { Purpose::Answer },
                    versioned: !counts,
                    ..Self::new(Format::Anthropic)
                })
            }
            _ => None,
        }
    }
}

/// A segment of a path without its percent signs; `None` where that leaves nothing readable.
fn decoded(segment: &str) -> Option<String> {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = segment.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).ok().filter(|model| !model.is_empty())
}

/// The fields of a body that matter here.
#[derive(Default)]
struct Fields {
    model: Option<String>,
    stream: bool,
    asks_for_several_answers: bool,
    versioned: bool,
    /// Which of the lists that hold messages there are, in the shape that they have.
    lists: BTreeMap<&'static str, bool>,
    state: State,
}

impl Fields {
    fn read(body: &[u8]) -> Result<Self, Fault> {
        let mut scanner = Scanner::new(body)?;
        let mut fields = Self::default();
        let mut several = BTreeMap::new();
        let mut model = None;
        let mut previous = None;
        scanner.object(|scanner, key| {
            match key {
                "model" => model = scanner.string()?,
                "stream" => fields.stream = scanner.truth()?,
                "n" => {
                    several.insert("n", is_several(scanner)?);
                }
                "generationConfig" | "generation_config" => {
                    several.insert("candidates", asks_for_candidates(scanner)?);
                }
                "anthropic_version" => fields.versioned = scanner.string()?.is_some(),
                "messages" => fields.list("messages", scanner, &[Kind::Array])?,
                "requests" => fields.list("requests", scanner, &[Kind::Array])?,
                "input" => fields.list("input", scanner, &[Kind::Array, Kind::String])?,
                "contents" => fields.list("contents", scanner, &[Kind::Array, Kind::Object])?,
                "generateContentRequest" | "generate_content_request" => {
                    fields.list("contents", scanner, &[Kind::Object])?;
                }
                "previous_response_id" => previous = scanner.string()?,
                "conversation" => {
                    let span = scanner.skip()?;
                    fields.state.conversation = scanner.slice(span) != "null";
                }
                "background" => fields.state.background = scanner.truth()?,
                "store" => {
                    let span = scanner.skip()?;
                    fields.state.store = match scanner.slice(span) {
                        "true" => Some(true),
                        "false" => Some(false),
                        _ => None,
                    };
                }
                _ => {
                    scanner.skip()?;
                }
            }
            Ok(())
        })?;
        let read =
            |literal: Option<Literal>| literal.map(|literal| scanner.read(literal)).map(Cow::into_owned);
        fields.model = read(model);
        fields.state.previous_response_id = read(previous);
        fields.asks_for_several_answers = several.values().any(|&several| several);
        scanner.finish()?;
        Ok(fields)
    }

    /// Reads the value of the list `name`, which is one of `kinds`.
    fn list(&mut self, name: &'static str, scanner: &mut Scanner<'_>, kinds: &[Kind]) -> Result<(), Fault> {
        self.lists.insert(name, kinds.contains(&scanner.kind()));
        scanner.skip().map(|_| ())
    }

    fn are_those_of(&self, endpoint: &Endpoint) -> bool {
        let list = match endpoint.format {
            Format::Anthropic if endpoint.purpose == Purpose::Batch => "requests",
            Format::Anthropic | Format::OpenAiChat => "messages",
            Format::OpenAiResponses => "input",
            Format::Gemini => "contents",
        };
        self.lists.get(list) == Some(&true) && (self.versioned || !endpoint.versioned)
    }
}

fn is_several(scanner: &mut Scanner<'_>) -> Result<bool, Fault> {
    let span = scanner.skip()?;
    Ok(scanner.slice(span).parse::<f64>().is_ok_and(|count| count > 1.0))
}

fn asks_for_candidates(scanner: &mut Scanner<'_>) -> Result<bool, Fault> {
    let mut several = false;
    scanner.object(|scanner, key| {
        if key == "candidateCount" || key == "candidate_count" {
            several = is_several(scanner)?;
            return Ok(());
        }
        scanner.skip().map(|_| ())
    })?;
    Ok(several)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: &str = r#"{"messages":[]}"#;
    const CLAUDE: &str = r#"{"anthropic_version":"bedrock-2023-05-31","messages":[]}"#;

    fn json(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> String {
        let headers = headers.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        serde_json::to_string(&recognise(method, url, &headers, body.as_bytes())).unwrap()
    }

    #[test]
    fn requests_by_their_urls() {
        let known = [
            ("https://api.openai.com/v1/chat/completions", CHAT),
            (
                "https://openrouter.ai/api/v1/chat/completions?x=1#y",
                r#"{"model":"a/b","messages":[],"stream":true}"#,
            ),
            ("http://localhost:11434/v1/chat/completions/", CHAT),
            ("https://x.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=1", CHAT),
            ("https://generativelanguage.googleapis.com/v1beta/openai/chat/completions", CHAT),
            (
                "https://api.anthropic.com/v1/messages",
                r#"{"model":"claude-sonnet-4-5","messages":[],"stream":true}"#,
            ),
            ("https://api.anthropic.com/v1/messages/count_tokens?beta=true", CHAT),
            ("https://api.anthropic.com/v1/messages/batches", r#"{"requests":[]}"#),
            (
                "https://eu-aiplatform.googleapis.com/v1/projects/p/locations/eu/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict",
                r#"{"anthropic_version":"vertex-2023-10-16","messages":[],"stream":true}"#,
            ),
            (
                "https://eu-aiplatform.googleapis.com/v1/projects/p/locations/eu/publishers/anthropic/models/count-tokens:rawPredict",
                r#"{"model":"claude-sonnet-4-5","messages":[]}"#,
            ),
            (
                "https://bedrock-runtime.eu-west-1.amazonaws.com/model/eu.anthropic.claude-3%3A0/invoke",
                CLAUDE,
            ),
            (
                "https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-3/invoke-with-response-stream",
                CLAUDE,
            ),
            ("https://api.openai.com/v1/responses", r#"{"model":"gpt-5","input":"hi","store":false}"#),
            ("https://api.openai.com/v1/responses", r#"{"input":[],"previous_response_id":"resp_\u0031"}"#),
            ("https://api.openai.com/v1/responses", r#"{"input":[],"conversation":"conv_1","store":true}"#),
            ("https://api.openai.com/v1/responses", r#"{"input":[],"background":true,"stream":true}"#),
            ("https://api.openai.com/v1/responses/input_tokens", r#"{"input":"hi"}"#),
            (
                "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent",
                r#"{"contents":[],"stream":true}"#,
            ),
            (
                "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse&key=k",
                r#"{"contents":{}}"#,
            ),
            (
                "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:streamGenerateContent",
                r#"{"contents":[]}"#,
            ),
            (
                "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:countTokens",
                r#"{"generateContentRequest":{"contents":[]}}"#,
            ),
            ("/v1/messages", CHAT),
        ];
        let listing = known.map(|(url, body)| format!("{url}\n  {}", json("post", url, &[], body)));
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(listing.join("\n")) });
    }

    #[test]
    fn what_passes() {
        let chat = "https://api.openai.com/v1/chat/completions";
        let gemini = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent";
        let passes = |method: &str, url: &str, headers: &[(&str, &str)], body: &str| {
            let json = json(method, url, headers, body);
            assert!(json.starts_with(r#"{"kind":"pass","reason":""#), "{url}: {json}");
            json
        };
        passes("GET", chat, &[], CHAT);
        for url in [
            "",
            "https://api.openai.com",
            "https://api.openai.com/v1/embeddings",
            "https://api.openai.com/v1/threads/t/messages",
            "https://api.openai.com/v1/responses/compact",
            "https://api.openai.com/v1/responses/resp_1/cancel",
            "https://api.anthropic.com/v1/messages/batches/b/cancel",
            "https://eu-aiplatform.googleapis.com/v1/publishers/mistralai/models/mistral:rawPredict",
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:embedContent",
            "http://localhost:11434/api/chat",
        ] {
            passes("POST", url, &[], r#"{"messages":[],"input":"","contents":[],"requests":[]}"#);
        }
        for (name, value) in [
            ("Authorization", "AWS4-HMAC-SHA256 Credential=…"),
            ("Content-Digest", "sha-256=:x:"),
            ("digest", "SHA-256=x"),
            ("X-Amz-Content-Sha256", "x"),
            ("content-md5", "x"),
        ] {
            let json = passes("POST", chat, &[("accept", "*/*"), (name, value)], CHAT);
            assert!(json.contains("signed"), "{json}");
        }
        passes("POST", &format!("{chat}?X-Amz-Signature=x"), &[], CHAT);
        assert!(json("POST", chat, &[("Authorization", "Bearer AWS4-")], CHAT).contains("request"));
        for body in
            ["", "{", "[]", "{}", r#"{"messages":"hi"}"#, r#"{"messages":[]}{}"#, r#"{"messages":[],"n":2}"#]
        {
            passes("POST", chat, &[], body);
        }
        passes("POST", gemini, &[], r#"{"contents":[],"generationConfig":{"candidateCount":2}}"#);
        passes("POST", "https://x/model/openai.gpt-oss/invoke", &[], CHAT);
        for body in
            [r#"{"messages":[],"n":1}"#, r#"{"messages":[],"n":null}"#, r#"{"messages":[],"n":2,"n":1}"#]
        {
            assert!(json("POST", chat, &[], body).contains(r#""kind":"request""#), "{body}");
        }
    }

    #[test]
    fn models_in_urls_are_decoded() {
        assert_eq!(decoded("a%3Ab%2fc").as_deref(), Some("a:b/c"));
        assert_eq!(decoded("100%é%4").as_deref(), Some("100%é%4"));
        assert_eq!(decoded("%ff"), None);
        assert_eq!(decoded(""), None);
    }
}
