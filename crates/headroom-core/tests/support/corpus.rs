//! The tool texts of a corpus that is not part of the repository, where there is one.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The tool texts of each kind, or `None` when there is no corpus: `HEADROOM_CORPUS`, else a folder
/// `shared/corpus` beside the repository.
pub(crate) fn tool_texts() -> Option<Vec<(String, Vec<String>)>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = env::var_os("HEADROOM_CORPUS").map_or_else(beside, PathBuf::from);
    let mut kinds = Vec::new();
    for entry in fs::read_dir(folder).ok()?.flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "json") {
            let kind = entry.path().file_stem()?.to_string_lossy().into_owned();
            let cases: serde_json::Value = serde_json::from_slice(&fs::read(entry.path()).ok()?).ok()?;
            let messages = cases.as_array()?.iter().filter_map(|case| case["messages"].as_array()).flatten();
            let tools = messages.filter(|message| message["role"] == "tool");
            kinds.push((kind, tools.filter_map(|tool| Some(tool["content"].as_str()?.to_owned())).collect()));
        }
    }
    kinds.sort();
    (!kinds.is_empty()).then_some(kinds)
}
