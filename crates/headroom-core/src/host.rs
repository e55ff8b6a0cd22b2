//! What the bindings export: the surface between the core and its host, the same natively and in WebAssembly.
//!
//! Owns the list, and the few functions that are not an engine's. The bindings only convert types, so that whatever can
//! be decided is decided here.

use std::collections::BTreeMap;

use crate::Error;
use crate::tokens::Counter;
use crate::wire;

pub use crate::ccr::tool_by_name as retrieve_tool;
pub use crate::config::table_json as options_json;
pub use crate::intercept::{End, Interceptor};
pub use crate::pipeline::{BodyStepResult, Engine, StepResult};
pub use crate::tokens::load_vocabulary;
pub use crate::wire::Span;

/// Tokens of `text` by the counter of `model`.
///
/// # Errors
///
/// [`Error::Vocabulary`] where the model's vocabulary is not loaded.
pub fn count_tokens(text: &str, model: Option<&str>) -> Result<usize, Error> {
    Ok(Counter::for_model(model)?.count(text))
}

/// What a request is, as JSON of [`wire::Recognised`]. `headers` is a JSON object of names, in any case, and values.
///
/// # Errors
///
/// [`Error::Request`] if `headers` is not that.
pub fn recognise(method: &str, url: &str, headers: &str, body: &[u8]) -> Result<String, Error> {
    let headers: BTreeMap<String, String> = serde_json::from_str(headers)
        .map_err(|_| Error::Request { message: "the headers are not a JSON object of strings".to_owned() })?;
    Ok(serde_json::json!(wire::recognise(method, url, &headers, body)).to_string())
}
