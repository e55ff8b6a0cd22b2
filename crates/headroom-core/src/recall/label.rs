//! Labels: how a reference names the place where its lines stand, in words that a reader of the conversation knows.
//!
//! Owns the wording. It does not know what stands there.

use crate::hash::FixedMap;
use serde_json::Value;

/// Characters of an argument that a label shows.
const MAX_ARGUMENT: usize = 40;
/// Characters of a path that a label shows, from its end.
const MAX_PATH: usize = 32;
/// Arguments by which a call is known, the most telling first.
const TELLING: [&str; 12] = [
    "path",
    "file_path",
    "filePath",
    "file",
    "filename",
    "notebook_path",
    "url",
    "command",
    "cmd",
    "pattern",
    "query",
    "name",
];
/// Levels of arguments within arguments that are looked into.
const MAX_DEPTH: usize = 4;
/// Lines from which a string among the arguments is worth remembering.
const MIN_LINES: usize = 3;

/// Gives labels that name one place each.
#[derive(Debug, Default)]
pub(super) struct Labels {
    given: FixedMap<String, u32>,
}

impl Labels {
    /// `read(src/a.ts)`, and `read(src/a.ts) #2` for the second of the same name.
    pub(super) fn next(&mut self, name: String) -> String {
        let given = self.given.entry(name.clone()).or_insert(0);
        *given += 1;
        if *given == 1 { name } else { format!("{name} #{given}") }
    }
}

/// The name of a call: the tool and the argument that tells most.
pub(super) fn of_call(tool: Option<&str>, arguments: &Value) -> String {
    let tool = tool.map_or_else(|| "tool".into(), shown);
    let telling = match arguments {
        Value::Object(entries) => TELLING
            .iter()
            .find_map(|&key| entries.get(key)?.as_str())
            .or_else(|| entries.values().find_map(Value::as_str)),
        Value::String(text) => Some(text.as_str()),
        _ => None,
    };
    format!("{tool}({})", telling.map(argument).unwrap_or_default())
}

/// An argument as a label shows it: of a path that is long the end, which tells more than its beginning.
fn argument(text: &str) -> String {
    // Where a command was run is mostly where all of them are.
    let text = match text.trim_start().strip_prefix("cd ").and_then(|rest| rest.split_once(" && ")) {
        Some((_, command)) => command,
        None => text,
    };
    let is_path = text.contains(['/', '\\']) && !text.contains(char::is_whitespace) && !text.contains("://");
    if !is_path || text.len() <= MAX_PATH {
        return shown(text);
    }
    let from = text.ceil_char_boundary(text.len() - MAX_PATH);
    let from = text[from..].find(['/', '\\']).map_or(from, |at| from + at);
    format!("…{}", shown(&text[from..]))
}

/// The strings of several lines among a call's arguments, each with its key.
pub(super) fn long_strings(arguments: &Value) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    collect(arguments, "", MAX_DEPTH, &mut found);
    found
}

fn collect<'v>(value: &'v Value, key: &str, depth: usize, found: &mut Vec<(String, &'v str)>) {
    match value {
        Value::String(text) if memchr::memchr_iter(b'\n', text.as_bytes()).nth(MIN_LINES - 2).is_some() => {
            found.push((shown(key), text));
        }
        Value::Array(items) if depth > 0 => {
            for item in items {
                collect(item, key, depth - 1, found);
            }
        }
        Value::Object(entries) if depth > 0 => {
            for (key, item) in entries {
                collect(item, key, depth - 1, found);
            }
        }
        _ => {}
    }
}

/// The first line of a text, cut where it is long.
pub(super) fn shown(text: &str) -> String {
    shortened(text, MAX_ARGUMENT)
}

/// The first line of a text in at most `most` characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let line = text.trim_start().split(['\n', '\r']).next().unwrap_or_default().trim_end();
    let mut shown: String = line
        .chars()
        .take(most)
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    if line.chars().nth(most).is_some() || text.trim().len() > line.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_call_is_known_by_its_tool_and_most_telling_argument() {
        assert_eq!(of_call(Some("read"), &json!({ "limit": 5, "path": "src/a.ts" })), "read(src/a.ts)");
        assert_eq!(of_call(Some("bash"), &json!({ "command": "npm test\nexit" })), "bash(npm test…)");
        assert_eq!(
            of_call(Some("bash"), &json!({ "command": "cd /srv/shop && npm test" })),
            "bash(npm test)"
        );
        assert_eq!(
            of_call(Some("other"), &json!({ "mine": "x".repeat(80) })),
            format!("other({}…)", "x".repeat(40))
        );
        assert_eq!(of_call(None, &Value::Null), "tool()");
        let path = json!({ "file_path": "/home/somebody/projects/a-project/packages/core/src/index.ts" });
        assert_eq!(of_call(Some("Read"), &path), "Read(…/packages/core/src/index.ts)");
    }

    #[test]
    fn the_second_of_a_name_is_numbered() {
        let mut labels = Labels::default();
        let given: Vec<String> = ["a", "b", "a"].map(|name| labels.next(name.into())).to_vec();
        assert_eq!(given, ["a", "b", "a #2"]);
    }

    #[test]
    fn strings_of_several_lines_are_found_with_their_keys() {
        let arguments = json!({ "content": "a\nb\nc", "edits": [{ "new": "1\n2\n3\n" }, { "new": "1\n2" }] });
        assert_eq!(
            long_strings(&arguments),
            [("content".to_owned(), "a\nb\nc"), ("new".to_owned(), "1\n2\n3\n")]
        );
    }
}
