//! Bare blocks: texts that the host lifted out of its own message objects, and the meta data beside them.
//!
//! Owns the JSON shapes that cross the border from the host: they are an interface of the bindings, not a
//! provider's format. Whether a value makes sense together with others is not decided here.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::turns::TurnKey;
use super::{Format, json};
use crate::Error;
use crate::block::{Block, BlockType, Overrides, Role, Text};
use crate::compress::Omission;

/// Which entry point the request came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// A direct call: the caller is the way back.
    Compress,
    /// A wrapped model of a framework.
    Middleware,
    /// A request body on its way to the provider.
    Fetch,
}

/// Whose message objects the texts were lifted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// `OpenAI` Chat Completions.
    #[serde(rename = "openai")]
    OpenAi,
    /// Anthropic Messages.
    Anthropic,
    /// The messages of the Vercel AI SDK.
    AiSdk,
    /// No messages at all.
    Blocks,
}

/// What another module (grammars, models) made of one block, on the way back into the step that asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Answer {
    /// The module that was asked.
    pub module: String,
    /// Index of the block in the step's input.
    pub block: usize,
    /// Its candidates; none leaves the block to the others. `None` stands for one that is not of the right shape: that is
    /// trouble with one block, and must not fail the request.
    #[serde(deserialize_with = "readable_candidates")]
    pub candidates: Vec<Option<AnswerCandidate>>,
}

/// One candidate of another module. Unlike a compressor's own it was not made by the core: nothing it claims
/// is to be taken for granted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerCandidate {
    /// The text the model would see.
    pub text: String,
    /// How it was made, for the report.
    pub method: String,
    /// What was left out.
    #[serde(default)]
    pub omissions: Vec<Omission>,
}

fn readable_candidates<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Option<AnswerCandidate>>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let Ok(candidates) = serde_json::from_str::<Vec<Box<RawValue>>>(raw.get()) else { return Ok(vec![None]) };
    Ok(candidates.iter().map(|candidate| serde_json::from_str(candidate.get()).ok()).collect())
}

/// The input of a step over bare blocks.
#[derive(Clone, Debug)]
pub struct StepInput<'a> {
    /// The model's name as the caller gave it.
    pub model: Option<String>,
    /// Whose messages the texts were lifted from, if the host said so.
    pub format: Option<Origin>,
    /// The options of this call as the JSON text of an object.
    pub options: Option<Box<RawValue>>,
    /// Whether the request declares a function tool; `None` where that is unknown.
    pub function_tools: Option<bool>,
    /// Whether the provider may take parts out of the conversation.
    pub history_edited: bool,
    /// The entry point.
    pub entry: Entry,
    /// The texts in order. A malformed one (half a surrogate pair) has `overrides.off` set.
    pub blocks: Vec<Block<'a>>,
    /// For each block, whether the host's string held half a surrogate pair: it can be counted, but what
    /// stands in `text` is not what the host holds.
    pub malformed: Vec<bool>,
    /// Answers to the needs of the step before; empty on the first.
    pub answers: Vec<Answer>,
}

/// What accompanies a request body.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BodyMeta {
    /// The format of the body.
    pub format: Format,
    /// The model's name, where it does not stand in the body.
    #[serde(default)]
    pub model: Option<String>,
    /// The options of this call as the JSON text of an object.
    #[serde(default)]
    pub options: Option<Box<RawValue>>,
    /// The entry point.
    pub entry: Entry,
    /// Answers to the needs of the step before; empty on the first.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// What was hidden in turns of the body, by their names: records to be put back.
    #[serde(default)]
    pub hidden: BTreeMap<TurnKey, String>,
    /// The id to send in place of the body's `previous_response_id`, where the one that the client saw is not the last of its
    /// response (Responses).
    #[serde(default)]
    pub previous_response_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Meta<'a> {
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    format: Option<Origin>,
    #[serde(default)]
    options: Option<Box<RawValue>>,
    #[serde(default)]
    function_tools: Option<bool>,
    #[serde(default)]
    history_edited: bool,
    entry: Entry,
    #[serde(borrow)]
    blocks: Vec<BlockMeta<'a>>,
    #[serde(default)]
    answers: Vec<Answer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BlockMeta<'a> {
    message: usize,
    part: usize,
    role: Role,
    #[serde(rename = "type")]
    block_type: BlockType,
    #[serde(borrow, default)]
    tool_name: Option<Spelled<'a>>,
    #[serde(borrow, default)]
    call_arguments: Option<Spelled<'a>>,
    #[serde(default)]
    is_error: Option<bool>,
    #[serde(default)]
    off: Option<bool>,
    #[serde(default)]
    lossless: Option<bool>,
    #[serde(borrow, default)]
    query: Option<Spelled<'a>>,
    #[serde(default)]
    malformed: Option<bool>,
}

/// A string in which half a surrogate pair is U+FFFD instead of an error: strings of the host may hold one,
/// and one odd name must not fail the whole request.
struct Spelled<'a>(&'a str);

impl<'de: 'a, 'a> Deserialize<'de> for Spelled<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?.get();
        match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inside) => Ok(Self(inside)),
            None => Err(serde::de::Error::custom("wrong type, expected a string")),
        }
    }
}

/// Joins the texts of a step with their meta data.
///
/// Fails if `meta` is no JSON object of the expected shape (unknown fields are rejected) or does not describe
/// exactly the given texts. The message names the field and the place in `meta`, never a value.
///
/// ```
/// use headroom_core::wire::blocks::parse;
///
/// let texts = ["ok".to_owned()];
/// let meta = r#"{"entry":"compress","blocks":[{"message":0,"part":0,"role":"tool","type":"tool-result","toolName":"Bash"}]}"#;
/// let input = parse(&texts, meta)?;
/// assert_eq!(input.blocks[0].tool_name.as_deref(), Some("Bash"));
/// # Ok::<(), headroom_core::Error>(())
/// ```
pub fn parse<'a>(texts: &'a [String], meta: &'a str) -> Result<StepInput<'a>, Error> {
    let meta: Meta<'a> = serde_json::from_str(meta).map_err(|error| invalid("step", &error))?;
    if meta.blocks.len() != texts.len() {
        return Err(Error::Request {
            message: format!(
                "the step has {} texts but its meta data describes {} blocks: give one block for each text",
                texts.len(),
                meta.blocks.len()
            ),
        });
    }
    if let Some(answer) = meta.answers.iter().find(|answer| answer.block >= texts.len()) {
        return Err(Error::Request {
            message: format!(
                "an answer names block {}, but the step has {} blocks: send it with the input that asked for it",
                answer.block,
                texts.len()
            ),
        });
    }
    let malformed: Vec<bool> = meta.blocks.iter().map(|block| block.malformed == Some(true)).collect();
    let blocks = meta.blocks.into_iter().zip(texts).map(|(block, text)| block.join(text)).collect();
    Ok(StepInput {
        model: meta.model,
        format: meta.format,
        options: meta.options,
        function_tools: meta.function_tools,
        history_edited: meta.history_edited,
        entry: meta.entry,
        blocks,
        malformed,
        answers: meta.answers,
    })
}

/// Reads what accompanies a request body.
///
/// Fails if `meta` is no JSON object of the expected shape; unknown fields are rejected.
pub fn parse_body_meta(meta: &str) -> Result<BodyMeta, Error> {
    serde_json::from_str(meta).map_err(|error| invalid("body step", &error))
}

/// Reads what accompanies a body of which nothing but its format has to be known.
///
/// Fails if `meta` is no JSON object of a format; unknown fields are rejected.
pub fn parse_format_meta(meta: &str) -> Result<Format, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Meta {
        format: Format,
    }
    serde_json::from_str(meta).map(|Meta { format }| format).map_err(|error| invalid("body", &error))
}

impl<'a> BlockMeta<'a> {
    fn join(self, text: &'a str) -> Block<'a> {
        Block {
            message: self.message,
            part: self.part,
            role: self.role,
            block_type: self.block_type,
            tool_name: self.tool_name.map(|name| json::unescape(name.0)),
            call_arguments: self.call_arguments.map(|arguments| Text::spelled(arguments.0)),
            is_error: self.is_error == Some(true),
            text: text.into(),
            overrides: Overrides {
                off: self.off == Some(true) || self.malformed == Some(true),
                lossless: self.lossless,
                query: self.query.map(|query| json::unescape(query.0).into_owned()),
            },
        }
    }
}

/// What serde says is wrong, less the values it quotes: errors carry no content.
fn invalid(subject: &str, error: &serde_json::Error) -> Error {
    let place = format!("line {} column {}", error.line(), error.column());
    let full = error.to_string();
    let reason = full.strip_suffix(&format!(" at {place}")).unwrap_or(&full);
    let reason =
        if reason.starts_with("unknown field") || error.classify() != serde_json::error::Category::Data {
            reason
        } else {
            reason.rfind("expected ").map_or(reason, |at| &reason[at..])
        };
    Error::Request { message: format!("the meta data of the {subject} is not valid at {place}: {reason}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(count: usize) -> Vec<String> {
        (0..count).map(|index| format!("text {index}")).collect()
    }

    fn message(error: Error) -> String {
        let Error::Request { message } = error else { panic!("{error:?}") };
        message
    }

    #[test]
    fn joins_texts_with_all_fields() {
        let texts = texts(2);
        let meta = r#"{"model":"gpt-5","format":"ai-sdk","options":{"lossless": true, "n": 1.50},"functionTools":true,
            "entry":"middleware","blocks":[
            {"message":0,"part":0,"role":"user","type":"text"},
            {"message":2,"part":1,"role":"tool","type":"tool-result","toolName":"Ba\u0073h","callArguments":"{\"a\":1}",
             "isError":true,"off":false,"lossless":true,"query":"which?","malformed":false}],
            "answers":[{"module":"code","block":1,"candidates":[{"text":"t","method":"body","omissions":[
             {"unit":"lines","count":2,"total":9,"ranges":[[3,4]]}]}]}]}"#;
        let input = parse(&texts, meta).unwrap();
        assert_eq!(input.model.as_deref(), Some("gpt-5"));
        assert_eq!(input.format, Some(Origin::AiSdk));
        assert_eq!(input.options.unwrap().get(), r#"{"lossless": true, "n": 1.50}"#);
        assert_eq!(input.function_tools, Some(true));
        assert_eq!(input.entry, Entry::Middleware);
        assert_eq!(input.blocks[0].text, "text 0");
        assert_eq!(input.blocks[0].overrides, Overrides::default());
        let second = &input.blocks[1];
        assert_eq!((second.message, second.part, second.role), (2, 1, Role::Tool));
        assert_eq!(second.tool_name.as_deref(), Some("Bash"));
        assert_eq!(second.call_arguments.as_deref(), Some(r#"{"a":1}"#));
        assert!(second.is_error && !second.overrides.off);
        assert_eq!(second.overrides.lossless, Some(true));
        assert_eq!(second.overrides.query.as_deref(), Some("which?"));
        assert_eq!(input.answers[0].candidates[0].as_ref().unwrap().omissions[0].ranges, [(3, 4)]);
    }

    #[test]
    fn candidates_that_cannot_be_read_are_none_and_no_error() {
        let candidates = |candidates: &str| {
            let meta = format!(
                r#"{{"format":"openai","entry":"fetch","answers":[{{"module":"m","block":0,"candidates":{candidates}}}]}}"#
            );
            parse_body_meta(&meta).unwrap().answers.remove(0).candidates
        };
        assert_eq!(candidates("[]"), []);
        for unreadable in [
            "7",
            "null",
            "{}",
            "[null]",
            r#"["text"]"#,
            r#"[{"text":"t"}]"#,
            r#"[{"text":"\ud800","method":"m"}]"#,
        ] {
            assert_eq!(candidates(unreadable), [None], "{unreadable}");
        }
        let sound = candidates(r#"[7,{"text":"t","method":"m"},{"text":"t","method":"m","more":1}]"#);
        assert_eq!(sound.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn a_malformed_text_is_switched_off_and_half_a_pair_in_meta_is_no_error() {
        let texts = texts(1);
        let meta = r#"{"entry":"fetch","blocks":[{"message":0,"part":0,"role":"tool","type":"tool-result",
            "toolName":"a\ud800b","malformed":true}]}"#;
        let input = parse(&texts, meta).unwrap();
        assert!(input.blocks[0].overrides.off);
        assert_eq!(input.malformed, [true]);
        assert_eq!(input.blocks[0].tool_name.as_deref(), Some("a\u{fffd}b"));
    }

    #[test]
    fn errors_name_the_field_and_no_value() {
        let none = texts(0);
        let one = texts(1);
        let unknown = message(parse(&none, r#"{"entry":"fetch","blocks":[],"colour":1}"#).unwrap_err());
        assert!(unknown.contains("unknown field `colour`"), "{unknown}");
        let variant = message(parse(&none, r#"{"entry":"SECRET","blocks":[]}"#).unwrap_err());
        assert!(variant.contains("expected one of `compress`") && !variant.contains("SECRET"), "{variant}");
        let typed = r#"{"entry":"fetch","blocks":[{"message":0,"part":0,"role":"tool","type":"text","query":["SECRET"]}]}"#;
        let typed = message(parse(&one, typed).unwrap_err());
        assert!(typed.contains("expected a string") && !typed.contains("SECRET"), "{typed}");
        let missing = message(parse(&none, r#"{"blocks":[]}"#).unwrap_err());
        assert!(missing.contains("missing field `entry`"), "{missing}");
        let count = message(parse(&one, r#"{"entry":"fetch","blocks":[]}"#).unwrap_err());
        assert!(count.contains("1 texts") && count.contains("0 blocks"), "{count}");
        assert!(parse(&none, "{").is_err());
        let answer = r#"{"entry":"fetch","blocks":[],"answers":[{"module":"m","block":0,"candidates":[]}]}"#;
        assert!(parse(&none, answer).is_err());
    }

    #[test]
    fn body_meta() {
        let meta =
            parse_body_meta(r#"{"format":"openai","entry":"fetch","options":{"mode":"off"}}"#).unwrap();
        assert_eq!((meta.format, meta.entry), (Format::OpenAiChat, Entry::Fetch));
        assert_eq!(meta.options.unwrap().get(), r#"{"mode":"off"}"#);
        assert!(parse_body_meta(r#"{"format":"openai"}"#).is_err());
        assert!(parse_body_meta(r#"{"format":"ai-sdk","entry":"fetch"}"#).is_err());
        assert!(parse_body_meta(r#"{"format":"openai","entry":"fetch","blocks":[]}"#).is_err());
    }
}
