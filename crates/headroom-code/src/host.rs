//! What a host needs to offer this crate to the core as a module: the name, the kinds, and the task as JSON.
//!
//! Owns the border to the bindings. It knows nothing of grammars.

use crate::compress;
use headroom_core::compress::{Omission, Query};
use serde::{Deserialize, Serialize};

/// The module's name.
pub const NAME: &str = "headroom-code";

/// The kinds of blocks that it shortens.
pub const KINDS: [&str; 1] = ["code"];

#[derive(Deserialize)]
struct Asked {
    question: String,
    arguments: String,
}

#[derive(Serialize)]
struct Written {
    text: String,
    method: &'static str,
    omissions: Vec<Omission>,
}

/// The candidates for a text as a JSON array of `{ text, method, omissions }`; `query_json` is the `query` of the core's need.
///
/// # Errors
///
/// If `query_json` is not `{ question, arguments }`. The message holds nothing of it.
pub fn compress_json(text: &str, query_json: &str) -> Result<String, String> {
    let Asked { question, arguments } = serde_json::from_str(query_json).map_err(|error| {
        format!("the query is not {{ question, arguments }}: {:?} error", error.classify())
    })?;
    let written: Vec<Written> = compress(text, &Query { question, arguments })
        .into_iter()
        .map(|candidate| Written {
            text: candidate.text,
            method: candidate.method,
            omissions: candidate.omissions,
        })
        .collect();
    serde_json::to_string(&written).map_err(|error| error.to_string())
}
