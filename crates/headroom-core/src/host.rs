//! What the bindings export: the surface between the core and its host, the same natively and in WebAssembly.
//!
//! Owns the list, and the few functions that are not an engine's. The bindings only convert types, so that whatever can
//! be decided is decided here.

use crate::Error;
use crate::tokens::Counter;

pub use crate::ccr::tool_by_name as retrieve_tool;
pub use crate::config::table_json as options_json;
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
