//! Labels: how a reference names the place where its lines stand, in words that a reader of the conversation knows.
//!
//! Owns the wording. It does not know what stands there.

use super::lines::hash;
use crate::hash::FixedMap;
use serde_json::Value;

/// Characters of an argument that a label shows; more where something else is known by the same ones.
const MAX_ARGUMENT: [usize; 3] = [28, 56, 160];
/// Bytes of a path that a label shows, from its end: whole directories, of which one stands there whatever its length.
const MAX_PATH: [usize; 3] = [24, 48, 160];
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

/// What a place is called, in as many words as it takes.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// The shortest one first.
    forms: [String; 3],
    /// What is called so, whichever form is taken.
    identity: u64,
}

impl Name {
    /// The name of a call: the tool and the argument that tells most.
    pub(super) fn of_call(tool: Option<&str>, arguments: &Value) -> Self {
        let tool = tool.map_or_else(|| "tool".into(), |tool| shortened(tool, MAX_ARGUMENT[1]));
        let telling = match arguments {
            Value::Object(entries) => TELLING
                .iter()
                .find_map(|&key| entries.get(key)?.as_str())
                .or_else(|| entries.values().find_map(Value::as_str)),
            Value::String(text) => Some(text.as_str()),
            _ => None,
        };
        let telling = telling.unwrap_or_default();
        let forms = [0, 1, 2].map(|form| format!("{tool}({})", argument(telling, form)));
        Self { forms, identity: hash(&format!("{tool}\n{telling}")) }
    }

    /// The name of what stands in the call's own argument `key`.
    pub(super) fn of_argument(&self, key: &str) -> Self {
        Self {
            forms: self.forms.each_ref().map(|form| format!("your {form} {key}")),
            identity: hash(&format!("{}\n{key}", self.identity)),
        }
    }
}

/// Gives labels that name one place each.
#[derive(Debug, Default)]
pub(super) struct Labels {
    given: FixedMap<String, Given>,
}

#[derive(Debug)]
struct Given {
    identity: u64,
    times: u32,
}

impl Labels {
    /// `read(src/a.ts)`, and `read(src/a.ts) #2` for the second of the same name. Where something else is called so already,
    /// more is said.
    pub(super) fn next(&mut self, name: &Name) -> String {
        let free = |form: &&String| self.given.get(*form).is_none_or(|given| given.identity == name.identity);
        let form = name.forms.iter().find(free).unwrap_or(&name.forms[2]);
        let given = self.given.entry(form.clone()).or_insert(Given { identity: name.identity, times: 0 });
        given.times += 1;
        if given.times == 1 { form.clone() } else { format!("{form} #{}", given.times) }
    }
}

/// An argument as a label shows it: of a path that is long the end, which tells more than its beginning.
fn argument(text: &str, form: usize) -> String {
    // Where a command was run is mostly where all of them are.
    let text = match text.trim_start().strip_prefix("cd ").and_then(|rest| rest.split_once(" && ")) {
        Some((_, command)) => command,
        None => text,
    };
    let is_path = text.contains(['/', '\\']) && !text.contains(char::is_whitespace) && !text.contains("://");
    if is_path { path_end(text, MAX_PATH[form]).to_owned() } else { shortened(text, MAX_ARGUMENT[form]) }
}

/// The end of a path in at most `most` bytes, but the last directory and the file in any case.
fn path_end(path: &str, most: usize) -> &str {
    if path.len() <= most {
        return path;
    }
    let mut from = 0;
    for (names, (at, _)) in path.rmatch_indices(['/', '\\']).enumerate() {
        if names >= 2 && path.len() - at - 1 > most {
            break;
        }
        from = at + 1;
    }
    &path[from..]
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
            found.push((shortened(key, MAX_ARGUMENT[1]), text));
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

    fn named(tool: &str, arguments: &Value) -> String {
        Labels::default().next(&Name::of_call(Some(tool), arguments))
    }

    #[test]
    fn a_call_is_known_by_its_tool_and_most_telling_argument() {
        assert_eq!(named("read", &json!({ "limit": 5, "path": "src/a.ts" })), "read(src/a.ts)");
        assert_eq!(named("bash", &json!({ "command": "npm test\nexit" })), "bash(npm test…)");
        assert_eq!(named("bash", &json!({ "command": "cd /srv/shop && npm test" })), "bash(npm test)");
        assert_eq!(named("other", &json!({ "mine": "x".repeat(80) })), format!("other({}…)", "x".repeat(28)));
        assert_eq!(Name::of_call(None, &Value::Null).forms[0], "tool()");
        let path = json!({ "file_path": "/home/somebody/projects/a-project/packages/core/src/index.ts" });
        assert_eq!(named("Read", &path), "Read(core/src/index.ts)");
        let path = json!({ "file_path": "/srv/a-directory-of-a-long-name/a-file-of-a-long-name.ts" });
        assert_eq!(named("Read", &path), "Read(a-directory-of-a-long-name/a-file-of-a-long-name.ts)");
    }

    #[test]
    fn the_second_of_a_name_is_numbered() {
        let mut labels = Labels::default();
        let name = |text: &str| Name::of_call(Some(text), &Value::Null);
        let given: Vec<String> = ["a", "b", "a"].map(|text| labels.next(&name(text))).to_vec();
        assert_eq!(given, ["a()", "b()", "a() #2"]);
    }

    #[test]
    fn what_is_called_alike_is_called_by_more() {
        let mut labels = Labels::default();
        let name = |path: &str| Name::of_call(Some("read"), &json!({ "path": path }));
        let paths = ["/w/packages/one/src/lib/index.ts", "/w/packages/two/src/lib/index.ts"];
        let given: Vec<String> = [0, 1, 0, 1].map(|at| labels.next(&name(paths[at]))).to_vec();
        assert_eq!(
            given,
            [
                "read(one/src/lib/index.ts)",
                "read(two/src/lib/index.ts)",
                "read(one/src/lib/index.ts) #2",
                "read(two/src/lib/index.ts) #2"
            ]
        );
        let paths = ["/w/packages/first/src/library/index.ts", "/w/packages/second/src/library/index.ts"];
        let given: Vec<String> = [0, 1].map(|at| labels.next(&name(paths[at]))).to_vec();
        assert_eq!(given, ["read(src/library/index.ts)", "read(/w/packages/second/src/library/index.ts)"]);
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
