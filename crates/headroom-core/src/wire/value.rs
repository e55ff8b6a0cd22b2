//! A JSON value by its text: looked into where something is asked of it, changed by writing around what stays.
//!
//! Owns the reading and editing of documents without a tree, for what is not a request: answers of providers, and the
//! pieces of requests that are made of them. What is not changed keeps its bytes: spacing, key order, number spelling. It
//! knows no provider's format.

use std::borrow::Cow;

use super::json;
use super::scanner::{Kind, Scanner};
use super::span::Span;

/// A value of a document that was checked to be JSON as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a>(&'a str);

/// What becomes of a field of an object.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// It gets this value, and is added at the end where there is none.
    Put(String),
    /// It gets this value where it is there.
    Replace(String),
    /// It is left out.
    Drop,
}

struct Field<'a> {
    key: Cow<'a, str>,
    /// From the comma before it (or the brace) up to the value.
    lead: &'a str,
    value: Value<'a>,
}

impl<'a> Value<'a> {
    /// The value that `document` is; `None` if that is not JSON in UTF-8.
    pub(crate) fn parse(document: &'a [u8]) -> Option<Self> {
        let mut scanner = Scanner::new(document).ok()?;
        let span = scanner.skip().ok()?;
        let value = Self(scanner.slice(span));
        scanner.finish().ok()?;
        Some(value)
    }

    /// The text of the value.
    pub(crate) fn text(self) -> &'a str {
        self.0
    }

    pub(crate) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    pub(crate) fn is_list(self) -> bool {
        self.0.starts_with('[')
    }

    pub(crate) fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// The value of `key`, the last one where there are several. `null` counts as none.
    pub(crate) fn get(self, key: &str) -> Option<Value<'a>> {
        let mut found = None;
        self.walk(|scanner, name| {
            let span = scanner.skip()?;
            if name == key {
                found = Some(Self(scanner.slice(span)));
            }
            Ok(())
        });
        found.filter(|value| !value.is_null())
    }

    /// [`get`](Self::get), again and again.
    pub(crate) fn at(self, keys: &[&str]) -> Option<Value<'a>> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The elements of a list; none of anything else.
    pub(crate) fn items(self) -> Vec<Value<'a>> {
        let mut items = Vec::new();
        let Ok(mut scanner) = Scanner::new(self.0.as_bytes()) else { return items };
        if scanner.kind() == Kind::Array {
            // A value of a checked document cannot fail.
            let _ = scanner.array(|scanner, _| {
                let span = scanner.skip()?;
                items.push(Self(scanner.slice(span)));
                Ok(())
            });
        }
        items
    }

    /// The fields of an object, in order, duplicates included.
    pub(crate) fn fields(self) -> Vec<(Cow<'a, str>, Value<'a>)> {
        self.parts().into_iter().map(|Field { key, value, .. }| (key, value)).collect()
    }

    /// The text of a string.
    pub(crate) fn string(self) -> Option<Cow<'a, str>> {
        self.inside().map(json::unescape)
    }

    /// The inside of a string's literal, as it is escaped.
    pub(crate) fn inside(self) -> Option<&'a str> {
        self.0.strip_prefix('"')?.strip_suffix('"')
    }

    /// The value of a number without sign, fraction and exponent.
    pub(crate) fn integer(self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// Whether it is the string `text`.
    pub(crate) fn says(self, text: &str) -> bool {
        self.string().is_some_and(|string| string == text)
    }

    /// The object with some fields changed. Where a key stands twice, its last field is the one that is.
    pub(crate) fn with(self, edits: &[(&str, Edit)]) -> String {
        let fields = self.parts();
        if !self.is_object() {
            return self.0.to_owned();
        }
        let mut text = String::with_capacity(self.0.len() + 64);
        text.push('{');
        let mut written = 0_usize;
        let mut seen = vec![false; edits.len()];
        let mut end = 1;
        for (index, field) in fields.iter().enumerate() {
            end += field.lead.len() + field.value.0.len();
            let edit = edits.iter().position(|(key, _)| field.key == *key);
            let last = || fields[index + 1..].iter().all(|later| later.key != field.key);
            let value = match edit.map(|edit| (&edits[edit].1, edit)) {
                Some((Edit::Drop, _)) => continue,
                Some((Edit::Put(value) | Edit::Replace(value), edit)) if last() => {
                    seen[edit] = true;
                    value.as_str()
                }
                _ => field.value.0,
            };
            text.push_str(if index > 0 && written == 0 { after_comma(field.lead) } else { field.lead });
            text.push_str(value);
            written += 1;
        }
        for ((key, edit), seen) in edits.iter().zip(seen) {
            if let (Edit::Put(value), false) = (edit, seen) {
                text.push_str(if written == 0 { "" } else { "," });
                text.push_str(&quoted(key));
                text.push(':');
                text.push_str(value);
                written += 1;
            }
        }
        text.push_str(&self.0[end..]);
        text
    }

    /// The list with `items` behind its own.
    pub(crate) fn with_items(self, items: &[String]) -> String {
        let Some(inside) = self.0.strip_prefix('[').and_then(|list| list.strip_suffix(']')) else {
            return self.0.to_owned();
        };
        if items.is_empty() {
            return self.0.to_owned();
        }
        let kept = inside.trim_end();
        let comma = if kept.trim_start().is_empty() { "" } else { "," };
        format!("[{kept}{comma}{}{}]", items.join(","), &inside[kept.len()..])
    }

    fn parts(self) -> Vec<Field<'a>> {
        let mut fields = Vec::new();
        let mut end = 1;
        let text = self.0;
        let Ok(mut scanner) = Scanner::new(text.as_bytes()) else { return fields };
        if scanner.kind() == Kind::Object {
            let _ = scanner.object(|scanner, key| {
                let key = Cow::Owned(key.to_owned());
                let span = scanner.skip()?;
                let lead = scanner.slice(Span { start: end, end: span.start });
                fields.push(Field { key, lead, value: Self(scanner.slice(span)) });
                end = span.end;
                Ok(())
            });
        }
        fields
    }

    fn walk(self, each: impl FnMut(&mut Scanner<'a>, &str) -> Result<(), super::scanner::Fault>) {
        let Ok(mut scanner) = Scanner::new(self.0.as_bytes()) else { return };
        if scanner.kind() == Kind::Object {
            let _ = scanner.object(each);
        }
    }
}

/// `text` as a string literal.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    json::write(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// The text that the inside of a string literal stands for.
pub(crate) fn unescaped(inside: &str) -> Cow<'_, str> {
    json::unescape(inside)
}

/// A list of these values.
pub(crate) fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let mut text = String::from("[");
    for (index, item) in items.into_iter().enumerate() {
        text.push_str(if index == 0 { "" } else { "," });
        text.push_str(item.as_ref());
    }
    text.push(']');
    text
}

/// Between two fields there is nothing but white space and one comma.
fn after_comma(lead: &str) -> &str {
    lead.split_once(',').map_or(lead, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value<'_> {
        Value::parse(text.as_bytes()).expect(text)
    }

    #[test]
    fn looks_into_values() {
        let document = value(r#" {"a":{"b":[1, "x\u0041",null]},"n":12,"a2":null,"\u0061":{"b":[]}} "#);
        assert_eq!(document.at(&["a", "b"]).map(Value::text), Some("[]"));
        assert_eq!(document.get("n").and_then(Value::integer), Some(12));
        assert!(document.get("a2").is_none() && document.get("gone").is_none());
        let list = value(r#"[1, "x\u0041",null]"#).items();
        assert_eq!(list[1].string().as_deref(), Some("xA"));
        assert_eq!(list[1].inside(), Some(r"x\u0041"));
        assert!(list[2].is_null() && list[0].string().is_none());
        for broken in ["", "{", "{}x", "\u{feff}{}", "[1,]"] {
            assert!(Value::parse(broken.as_bytes()).is_none(), "{broken}");
        }
        assert!(Value::parse(b"\"\xff\"").is_none());
    }

    #[test]
    fn edits_keep_every_other_byte() {
        let object = value("{ \"a\" : 1.0 , \"b\":2,\n\"a\":3 , \"c\" : {} }");
        assert_eq!(object.with(&[]), object.text());
        let put = |key, text: &str| (key, Edit::Put(text.to_owned()));
        assert_eq!(object.with(&[put("a", "9")]), "{ \"a\" : 1.0 , \"b\":2,\n\"a\":9 , \"c\" : {} }");
        assert_eq!(object.with(&[("a", Edit::Drop)]), "{ \"b\":2 , \"c\" : {} }");
        assert_eq!(
            object.with(&[("b", Edit::Drop), put("z", "0"), ("y", Edit::Replace("0".to_owned()))]),
            "{ \"a\" : 1.0,\n\"a\":3 , \"c\" : {},\"z\":0 }"
        );
        let all = [("a", Edit::Drop), ("b", Edit::Drop), ("c", Edit::Drop)];
        assert_eq!(object.with(&all), "{ }");
        assert_eq!(value("{ }").with(&[put("a\"", "1")]), "{\"a\\\"\":1 }");
        assert_eq!(value("[]").with(&[put("a", "1")]), "[]");
    }

    #[test]
    fn lists_grow_at_their_end() {
        let items = ["1".to_owned(), "{}".to_owned()];
        assert_eq!(value("[ ]").with_items(&items), "[1,{} ]");
        assert_eq!(value("[ 0\n]").with_items(&items), "[ 0,1,{}\n]");
        assert_eq!(value("[0 ]").with_items(&[]), "[0 ]");
        assert_eq!(list(&items), "[1,{}]");
        assert_eq!(list(Vec::<String>::new()), "[]");
    }
}
