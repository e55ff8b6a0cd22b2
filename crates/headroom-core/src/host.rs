//! What the bindings export: the surface between the core and its host, the same natively and in WebAssembly.
//!
//! Owns the few functions that are not an engine's. The bindings only convert types, so that whatever can be decided
//! is decided here.

use crate::Error;
use crate::ccr::{self, ToolFormat};
use crate::config;
use crate::tokens::Counter;

pub use crate::pipeline::{BodyStepResult, Engine, StepResult};
pub use crate::tokens::load_vocabulary;

/// Tokens of `text` by the counter of `model`.
///
/// # Errors
///
/// [`Error::Vocabulary`] where the model's vocabulary is not loaded.
pub fn count_tokens(text: &str, model: Option<&str>) -> Result<usize, Error> {
    Ok(Counter::for_model(model)?.count(text))
}

/// The definition of the retrieval tool in a format: `openai`, `anthropic` or `ai-sdk`.
///
/// # Errors
///
/// [`Error::Request`] for any other format.
pub fn retrieve_tool(format: &str) -> Result<&'static str, Error> {
    ToolFormat::from_name(format).map(ccr::tool).ok_or_else(|| Error::Request {
        message: "unknown format of a tool: give openai, anthropic or ai-sdk".into(),
    })
}

/// The table of options as JSON, see [`config::table_json`].
#[must_use]
pub fn options_json() -> String {
    config::table_json()
}
