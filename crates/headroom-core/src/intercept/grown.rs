//! A value that is put together from deltas, as the clients of Chat Completions do it.
//!
//! Owns the rules: strings grow, elements of lists are found by their `index`, objects grow field by field, and what names a
//! thing stays. Texts are kept as they are escaped, so that a surrogate pair that was cut in two comes together again.

use crate::wire::value::{Value, list, quoted};

/// Fields that name what they stand in: said once, and perhaps again.
const NAMES: [&str; 6] = ["role", "type", "id", "name", "format", "index"];

/// How deep a delta is looked into.
const DEEPEST: usize = 32;

/// A value that grows.
#[derive(Clone, Debug)]
pub(super) enum Grown {
    /// The inside of a string's literal.
    Text(String),
    List(Vec<Grown>),
    Object(Vec<(String, Grown)>),
    /// Anything else, by its text.
    Other(String),
}

impl Grown {
    /// An object without fields.
    pub(super) fn nothing() -> Self {
        Self::Object(Vec::new())
    }

    fn read(value: Value<'_>, depth: usize) -> Self {
        if let Some(inside) = value.inside() {
            Self::Text(inside.to_owned())
        } else if depth < DEEPEST && value.is_list() {
            let mut grown = Self::List(Vec::new());
            grown.grow_at(value, depth);
            grown
        } else if depth < DEEPEST && value.is_object() {
            let mut grown = Self::nothing();
            grown.grow_at(value, depth);
            grown
        } else {
            Self::Other(value.text().to_owned())
        }
    }

    /// Takes a delta in.
    pub(super) fn grow(&mut self, delta: Value<'_>) {
        self.grow_at(delta, 0);
    }

    fn grow_at(&mut self, delta: Value<'_>, depth: usize) {
        match self {
            Self::Text(text) if delta.inside().is_some() => text.push_str(delta.inside().unwrap_or_default()),
            Self::List(elements) if delta.is_list() => {
                for item in delta.items() {
                    let index = item.get("index").map(Value::text);
                    let kind = item.get("type").map(Value::text);
                    let same = elements.iter_mut().rev().find(|element| {
                        index.is_some()
                            && element.is_text("index", index)
                            && (kind.is_none() || element.is_text("type", kind))
                    });
                    match same {
                        Some(element) => element.grow_at(item, depth + 1),
                        None => elements.push(Self::read(item, depth + 1)),
                    }
                }
            }
            Self::Object(fields) if delta.is_object() => {
                for (key, value) in delta.fields() {
                    match fields.iter_mut().find(|(name, _)| *name == key) {
                        None => fields.push((key.into_owned(), Self::read(value, depth + 1))),
                        Some((_, grown))
                            if value.is_null()
                                || (NAMES.contains(&key.as_ref()) && grown.says_something()) => {}
                        Some((_, grown)) => grown.grow_at(value, depth + 1),
                    }
                }
            }
            _ if delta.is_null() => {}
            // A content that comes as a text now and as parts then.
            Self::Text(text) if delta.is_list() && !text.is_empty() => {
                let text = std::mem::take(text);
                *self = Self::List(vec![text_part(text)]);
                self.grow_at(delta, depth);
            }
            Self::List(elements) if delta.inside().is_some() => {
                let inside = delta.inside().unwrap_or_default();
                match elements.last_mut() {
                    _ if inside.is_empty() => {}
                    Some(last) if last.is_text("type", Some("\"text\"")) => last.grow_text(inside),
                    _ => elements.push(text_part(inside.to_owned())),
                }
            }
            // A number that changes, or a value that was null so far.
            other => *other = Self::read(delta, depth),
        }
    }

    fn is_text(&self, key: &str, text: Option<&str>) -> bool {
        match self.get(key) {
            Some(Self::Other(own)) => text == Some(own.as_str()),
            Some(Self::Text(inside)) => {
                text.and_then(|text| text.strip_prefix('"')?.strip_suffix('"')) == Some(inside.as_str())
            }
            _ => text.is_none(),
        }
    }

    fn grow_text(&mut self, inside: &str) {
        let Self::Object(fields) = self else { return };
        for (_, value) in fields.iter_mut().filter(|(key, _)| key == "text") {
            if let Self::Text(text) = value {
                text.push_str(inside);
            }
        }
    }

    /// Whether it is more than null and nothing.
    pub(super) fn says_something(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::List(elements) => !elements.is_empty(),
            Self::Object(fields) => !fields.is_empty(),
            Self::Other(text) => text != "null",
        }
    }

    /// The value of a field.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The inside of the string that a field holds.
    pub(super) fn inside(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Self::Text(inside) => Some(inside),
            _ => None,
        }
    }

    /// The fields, as JSON.
    pub(super) fn fields(&self) -> Vec<(&str, String)> {
        let Self::Object(fields) = self else { return Vec::new() };
        fields.iter().map(|(key, value)| (key.as_str(), value.text())).collect()
    }

    /// The value as JSON.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(inside) => format!("\"{inside}\""),
            Self::List(elements) => list(elements.iter().map(Self::text)),
            Self::Object(_) => object(self.fields()),
            Self::Other(text) => text.clone(),
        }
    }
}

fn text_part(inside: String) -> Grown {
    Grown::Object(vec![
        ("type".to_owned(), Grown::Text("text".to_owned())),
        ("text".to_owned(), Grown::Text(inside)),
    ])
}

/// An object of these fields.
pub(super) fn object<K: AsRef<str>, V: AsRef<str>>(fields: impl IntoIterator<Item = (K, V)>) -> String {
    let fields =
        fields.into_iter().map(|(key, value)| format!("{}:{}", quoted(key.as_ref()), value.as_ref()));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_as_clients_do() {
        let mut grown = Grown::nothing();
        for delta in [
            r#"{"role":"assistant","content":null,"a":{"b":"x"}}"#,
            r#"{"content":"h\ud83d","role":"assistant","l":[{"index":0,"type":"t","text":"1"},{"index":1,"id":"i"}]}"#,
            r#"{"content":"\ude00","l":[{"index":0,"text":"2","type":"t"},{"index":0,"type":"u"},{"index":1,"id":"i","n":1}]}"#,
            r#"{"content":null,"a":{"b":"y","c":[1]},"l":[{"free":true}],"n":1.50}"#,
        ] {
            grown.grow(Value::parse(delta.as_bytes()).expect(delta));
        }
        assert_eq!(
            grown.text(),
            r#"{"role":"assistant","content":"h\ud83d\ude00","a":{"b":"xy","c":[1]},"l":[{"index":0,"type":"t","text":"12"},{"index":1,"id":"i","n":1},{"index":0,"type":"u"},{"free":true}],"n":1.50}"#
        );
        assert_eq!(grown.inside("role"), Some("assistant"));
    }

    #[test]
    fn a_content_may_be_text_now_and_parts_then() {
        let mut grown = Grown::nothing();
        for delta in [
            r#"{"content":""}"#,
            r#"{"content":[{"type":"thinking","thinking":[]}]}"#,
            r#"{"content":"a"}"#,
            r#"{"content":"b"}"#,
            r#"{"content":[{"type":"text","text":"c"}]}"#,
        ] {
            grown.grow(Value::parse(delta.as_bytes()).expect(delta));
        }
        assert_eq!(
            grown.text(),
            r#"{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"ab"},{"type":"text","text":"c"}]}"#
        );
    }
}
