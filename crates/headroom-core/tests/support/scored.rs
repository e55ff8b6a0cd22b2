//! The cases of a corpus that is not part of the repository, where there is one, with what an answer needs.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// A question about the output of a tool.
pub(crate) struct Case {
    /// Its name.
    pub(crate) id: String,
    /// Where its data came from.
    pub(crate) source: String,
    /// What is asked.
    pub(crate) question: String,
    /// What the tools said.
    pub(crate) texts: Vec<String>,
    /// What an answer needs, as [`bare`] text.
    pub(crate) facts: Vec<String>,
}

/// The cases of a kind, or `None` where there is no corpus: `HEADROOM_CORPUS`, else a folder `shared/corpus` beside the
/// repository.
pub(crate) fn cases(kind: &str) -> Option<Vec<Case>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = env::var_os("HEADROOM_CORPUS").map_or_else(beside, PathBuf::from);
    let cases: Value = serde_json::from_slice(&fs::read(folder.join(format!("{kind}.json"))).ok()?).ok()?;
    cases.as_array()?.iter().map(case).collect()
}

fn case(case: &Value) -> Option<Case> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let tools = case["messages"].as_array()?.iter().filter(|message| message["role"] == "tool");
    Some(Case {
        id: text(&case["id"])?,
        source: text(&case["source"])?,
        question: text(&case["question"])?,
        texts: tools.filter_map(|tool| text(&tool["content"])).collect(),
        facts: case["must_keep"].as_array()?.iter().filter_map(Value::as_str).map(bare).collect(),
    })
}

/// A text without quotes and backslashes, its white space collapsed.
pub(crate) fn bare(text: &str) -> String {
    let unquoted = text.replace(['\\', '"', '\''], "");
    unquoted.split_whitespace().collect::<Vec<_>>().join(" ")
}
