//! The arguments of a call that Gemini streams in pieces, each with the path of the value that it adds to.
//!
//! Owns the paths, of which names and indexes are read, and the putting together. What the arguments mean is not known here.

use serde_json::{Map, Value as Json};

use crate::wire::value::Value;

/// How many elements a list may be grown to by an index: far more than any model writes.
const LONGEST: usize = 10_000;

/// Arguments while they come.
#[derive(Debug, PartialEq)]
pub(super) struct PartialArguments(Json);

impl Default for PartialArguments {
    fn default() -> Self {
        Self(Json::Object(Map::new()))
    }
}

impl PartialArguments {
    /// Takes in the pieces of one part.
    pub(super) fn take(&mut self, pieces: Option<Value<'_>>) {
        for piece in pieces.map(Value::items).unwrap_or_default() {
            let Some(path) = piece.get("jsonPath").and_then(Value::string) else { continue };
            let Some(target) = self.at(&path) else { continue };
            if let Some(text) = piece.get("stringValue").and_then(Value::string) {
                let grown = target.as_str().unwrap_or_default().to_owned() + &text;
                *target = Json::String(grown);
                continue;
            }
            let value = ["numberValue", "boolValue"].into_iter().find_map(|field| piece.get(field));
            if let Some(value) = value.and_then(|value| serde_json::from_str(value.text()).ok()) {
                *target = value;
            }
        }
    }

    /// The arguments as JSON.
    pub(super) fn json(&self) -> String {
        self.0.to_string()
    }

    /// The place of a path such as `$.a['b'][0]`; `None` for what is no such path.
    fn at(&mut self, path: &str) -> Option<&mut Json> {
        let mut place = &mut self.0;
        let mut rest = path.strip_prefix('$')?;
        while !rest.is_empty() {
            if let Some(name) = rest.strip_prefix('.') {
                let end = name.find(['.', '[']).unwrap_or(name.len());
                place = field(place, &name[..end]);
                rest = &name[end..];
            } else if let Some(name) = rest.strip_prefix("['").or_else(|| rest.strip_prefix("[\"")) {
                let end = name.find(['\'', '"'])?;
                place = field(place, &name[..end]);
                rest = name[end + 1..].strip_prefix(']')?;
            } else {
                let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
                place = element(place, index.parse().ok()?)?;
                rest = after;
            }
        }
        Some(place)
    }
}

fn field<'a>(place: &'a mut Json, name: &str) -> &'a mut Json {
    if !place.is_object() {
        *place = Json::Object(Map::new());
    }
    &mut place[name]
}

fn element(place: &mut Json, index: usize) -> Option<&mut Json> {
    if !place.is_array() {
        *place = Json::Array(Vec::new());
    }
    let list = place.as_array_mut()?;
    if list.len() <= index && index < LONGEST {
        list.resize(index + 1, Json::Null);
    }
    list.get_mut(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_together_by_their_paths() {
        let mut arguments = PartialArguments::default();
        for pieces in [
            r#"[{"jsonPath":"$.id","stringValue":"hr_","willContinue":true}]"#,
            r#"[{"jsonPath":"$.id","stringValue":"k3f9"},{"jsonPath":"$.n","numberValue":1.5},{"jsonPath":"$['o'].list[1]","boolValue":true}]"#,
            r#"[{"jsonPath":"$.nothing","nullValue":null},{"jsonPath":"a","stringValue":"x"},{"jsonPath":"$.l[99999]","stringValue":"x"}]"#,
        ] {
            arguments.take(Value::parse(pieces.as_bytes()));
        }
        assert_eq!(
            arguments.json(),
            r#"{"id":"hr_k3f9","n":1.5,"o":{"list":[null,true]},"nothing":null,"l":[]}"#
        );
    }
}
