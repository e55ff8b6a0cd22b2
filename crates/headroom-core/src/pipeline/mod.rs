//! The pipeline: an engine takes a request through all stages and says what came of it.
//!
//! Owns [`Engine`], the stages and the order of things. It does no I/O: what has to be kept or asked elsewhere is in
//! the outcome, and the host does it. Every entry point comes through one function, so that every law holds for all.
//!
//! # Steps
//!
//! [`Engine::step`] takes texts that the host lifted out of its own message objects, [`Engine::body_step`] a request
//! body as it goes over the wire. Both hand back an outcome as JSON:
//!
//! ```text
//! { needs: [{ module, block, text, query: { question, arguments }, budget }] }     ask these modules, then take the
//!                                                                                  same step again with `answers`
//! { changed: [block], originals: [{ id, block }], tool, stages: [{ stage, blocks, tokens }], report }
//! ```
//!
//! A step keeps nothing between calls but its memory of results, so it can be taken again, or on another thread, at
//! any time. A module that was asked and does not answer leaves its block to the others.

mod choose;
mod outcome;
mod question;
mod recall;
mod resent;
mod stage;
mod walk;

pub(crate) use outcome::Decision;
pub use stage::{PipelineEvent, PipelineStage};

use crate::Error;
use crate::ccr::{self, Key, RetrieveArguments, ToolFormat};
use crate::config::Config;
use crate::memory::Memory;
use crate::route::{Kind, Registry};
use crate::tokens::Counter;
use crate::wire::{
    self,
    blocks::{self, Origin},
    turns,
};
use outcome::Outcome;
use recall::Conversations;
use resent::Resent;
use serde::Deserialize;
use serde_json::value::RawValue;
use walk::{Request, walk};

/// One configuration with its memory of results.
#[derive(Debug)]
pub struct Engine {
    config: Config,
    key: Key,
    modules: Vec<Module>,
    registry: Registry,
    conversations: Conversations,
    memory: Memory,
    resent: Resent,
}

/// A module that the host can ask for candidates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Module {
    name: String,
    kinds: Vec<Kind>,
}

/// What a step over bare texts hands back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult {
    /// The new texts, in the order of the outcome's `changed`.
    pub texts: Vec<String>,
    /// The outcome as JSON.
    pub outcome_json: String,
}

/// What a step over a request body hands back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyStepResult {
    /// The new body; `None` where not a byte changes.
    pub body: Option<Vec<u8>>,
    /// Where the texts of the outcome's `originals` stand in the old body, in its order: string literals, quotes included.
    /// They are not copied, since the host holds most of them from the request before.
    pub originals: Vec<wire::Span>,
    /// The outcome as JSON.
    pub outcome_json: String,
}

impl Engine {
    /// An engine with a configuration (JSON text, see [`Config::from_json`]) and the modules that the host can ask: a
    /// JSON array of `{ name, kinds }`, or the empty text for none.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if either is not what it should be.
    ///
    /// ```
    /// use headroom_core::pipeline::Engine;
    ///
    /// let engine = Engine::new(r#"{"lossless":true}"#, "")?;
    /// let meta = r#"{"entry":"compress","blocks":[{"message":0,"part":0,"role":"user","type":"text"}]}"#;
    /// let output = engine.step(&["Hello".to_owned()], meta)?;
    /// assert!(output.texts.is_empty());
    /// # Ok::<(), headroom_core::Error>(())
    /// ```
    pub fn new(config: &str, modules: &str) -> Result<Self, Error> {
        let config = Config::from_json(config)?;
        let modules = if modules.trim().is_empty() {
            Vec::new()
        } else {
            serde_json::from_str(modules).map_err(|error| Error::Config {
                path: "modules".into(),
                message: format!("expected a JSON array of {{ name, kinds }}: {error}"),
            })?
        };
        Ok(Self {
            key: Key::new(config.secret.reveal()),
            // What came is about as large as what is known of it.
            memory: Memory::new(config.result_cache_bytes / 2),
            resent: Resent::new(config.result_cache_bytes / 2),
            registry: Registry::standard(),
            conversations: Conversations::new(config.result_cache_bytes / 2),
            config,
            modules,
        })
    }

    /// Takes a request through the pipeline whose texts the host has lifted out; `meta` is what
    /// [`blocks::parse`] reads.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] if `meta` does not describe the texts, [`Error::Config`] for an option of the call,
    /// [`Error::Vocabulary`] if the model cannot be counted for.
    pub fn step(&self, texts: &[String], meta: &str) -> Result<StepResult, Error> {
        let input = blocks::parse(texts, meta)?;
        let outcome = walk(
            self,
            &Request {
                model: input.model.as_deref(),
                tool_format: match input.format {
                    Some(Origin::Anthropic) => ToolFormat::Anthropic,
                    Some(Origin::AiSdk) => ToolFormat::AiSdk,
                    Some(Origin::OpenAi | Origin::Blocks) | None => ToolFormat::OpenAi,
                },
                config: self.call_config(input.options.as_deref())?,
                entry: input.entry,
                function_tools: input.function_tools,
                history_edited: input.history_edited,
                has_room_for_tool: true,
                blocks: &input.blocks,
                malformed: &input.malformed,
                answers: &input.answers,
                retrieved_tokens: 0,
                warnings: Vec::new(),
            },
        )?;
        let texts = match &outcome {
            Outcome::Done { changed, .. } => changed.iter().map(|change| change.text().to_owned()).collect(),
            Outcome::Needs(_) => Vec::new(),
        };
        Ok(StepResult { texts, outcome_json: outcome.to_json() })
    }

    /// Takes a request body through the pipeline; `meta` is what [`blocks::parse_body_meta`] reads. Of the body only the
    /// strings that hold changed texts change, the list of tools where the retrieval tool is added, and the turns in which
    /// rounds were hidden: those are put back, in every mode, since the provider refuses a conversation without them. Nothing
    /// that is put back is compressed.
    ///
    /// # Errors
    ///
    /// As [`Engine::step`], and [`Error::Request`] for a body that is not a request of the format.
    pub fn body_step(&self, body: &[u8], meta: &str) -> Result<BodyStepResult, Error> {
        let meta = blocks::parse_body_meta(meta)?;
        let scanned = wire::scan(body, meta.format)?;
        let restored = turns::restore(body, meta.format, &meta.hidden)?;
        let tool_format = match meta.format {
            wire::Format::OpenAiChat => ToolFormat::OpenAi,
            wire::Format::Anthropic => ToolFormat::Anthropic,
            wire::Format::OpenAiResponses => ToolFormat::OpenAiResponses,
            wire::Format::Gemini => ToolFormat::Gemini,
        };
        // What the body says wins: it is what the provider reads.
        let model = scanned.model.as_deref().or(meta.model.as_deref());
        let insertion =
            scanned.tools.insertion.filter(|_| scanned.tools.functions && !scanned.tools.retrieval);
        let outcome = walk(
            self,
            &Request {
                model,
                tool_format,
                config: self.call_config(meta.options.as_deref())?,
                entry: meta.entry,
                function_tools: Some(scanned.tools.functions),
                history_edited: scanned.history_edited,
                has_room_for_tool: insertion.is_some(),
                blocks: &scanned.blocks,
                malformed: &scanned.malformed,
                answers: &meta.answers,
                retrieved_tokens: restored.retrieved_tokens,
                warnings: restored.warning().into_iter().collect(),
            },
        )?;
        let outcome_json = outcome.to_json();
        let Outcome::Done { changed, originals, tool, .. } = outcome else {
            return Ok(BodyStepResult { body: None, originals: Vec::new(), outcome_json });
        };
        let replacements: Vec<_> =
            changed.iter().map(|change| (scanned.spans[change.block], change.text())).collect();
        let definition = insertion.filter(|_| tool).map(|insertion| (insertion, ccr::tool(tool_format)));
        let mut edits = wire::edits(&replacements, definition);
        edits.extend(restored.edits);
        if let (Some(span), Some(id)) = (scanned.previous_response_id, meta.previous_response_id) {
            edits.push(wire::Edit::text(span, id));
        }
        Ok(BodyStepResult {
            body: (!edits.is_empty()).then(|| wire::edit(body, edits)),
            originals: originals.iter().map(|original| scanned.spans[original.block]).collect(),
            outcome_json,
        })
    }

    /// The names of the turns in a body, as JSON of [`turns::Turns`]; `meta` is JSON of `{ format }`.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] if `meta` is not that or the body is not JSON.
    pub fn turns(&self, body: &[u8], meta: &str) -> Result<String, Error> {
        let turns = turns::turns(body, blocks::parse_format_meta(meta)?)?;
        Ok(serde_json::json!(turns).to_string())
    }

    /// Answers a retrieval from an original: JSON of `{ text, found, part }`. Arguments that cannot be read are
    /// answered too, with what to send instead.
    ///
    /// # Errors
    ///
    /// [`Error::Vocabulary`] if the model cannot be counted for.
    pub fn retrieve(&self, original: &str, arguments: &str, model: Option<&str>) -> Result<String, Error> {
        let counter = Counter::for_model(model)?;
        let answer = match RetrieveArguments::parse(arguments) {
            Ok(arguments) => ccr::retrieve(original, &arguments, &counter, self.config.max_retrieval_tokens),
            Err(answer) => answer,
        };
        Ok(serde_json::json!(answer).to_string())
    }

    /// The index of the text whose identity the handle `id` names.
    #[must_use]
    pub fn identify(&self, texts: &[String], id: &str) -> Option<usize> {
        texts.iter().position(|text| ccr::names(id, text, &self.key))
    }

    /// The handles in `text` that verify, as a JSON array.
    #[must_use]
    pub fn markers(&self, text: &str) -> String {
        serde_json::json!(ccr::verified_handles(text, &self.key)).to_string()
    }

    fn call_config(&self, options: Option<&RawValue>) -> Result<Config, Error> {
        let Some(options) = options else { return Ok(self.config.clone()) };
        let options = serde_json::from_str(options.get()).map_err(|_| Error::Config {
            path: "options".into(),
            message: "expected an object of options".into(),
        })?;
        self.config.with_call_options(&options)
    }
}

#[cfg(test)]
mod tests;
