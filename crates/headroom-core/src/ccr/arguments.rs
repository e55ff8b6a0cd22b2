//! What the model passed to `headroom_retrieve`, read leniently.
//!
//! Owns the reading of the arguments' JSON. It does not know what the fields select.

use super::answer::Answer;
use serde_json::{Map, Value};

/// The arguments of one call of `headroom_retrieve`. A field the model left empty is a field it left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RetrieveArguments {
    /// The handle as the model wrote it; empty where it gave none. See [`super::normalise`].
    pub id: String,
    /// Words to search for.
    pub query: Option<String>,
    /// Lines such as `9-820,900`.
    pub lines: Option<String>,
    /// Rows such as `9-820,900`.
    pub rows: Option<String>,
    /// A `JSONPath` by RFC 9535.
    pub path: Option<String>,
    /// The name of a definition.
    pub symbol: Option<String>,
}

impl RetrieveArguments {
    /// Reads the arguments from JSON text.
    ///
    /// Unknown keys are passed over, since models invent them. Numbers, and lists of numbers or strings, are
    /// taken for `rows` and `lines`; arguments that were written as a JSON string of JSON are read once more.
    ///
    /// # Errors
    ///
    /// The plain answer to give to the model, saying what to send, where the arguments are not a JSON object
    /// or a field has a type that cannot be read.
    ///
    /// ```
    /// use headroom_core::ccr::RetrieveArguments;
    ///
    /// let arguments = RetrieveArguments::parse(r#"{"id":"hr_k3f9m2q7x4tb0c5d","rows":57}"#).unwrap();
    /// assert_eq!(arguments.rows.as_deref(), Some("57"));
    /// ```
    pub fn parse(json: &str) -> Result<Self, Answer> {
        let object = match read_object(json, true) {
            Some(object) => object,
            None if json.trim().is_empty() => Map::new(),
            None => {
                return Err(Answer::nothing(
                    "headroom_retrieve takes a JSON object such as {\"id\":\"hr_…\",\"rows\":\"9-120\"}. Send one."
                        .to_owned(),
                ));
            }
        };
        let words = |field: &str| match object.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.trim().is_empty())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(wrong_type(field, "a string")),
        };
        Ok(Self {
            id: words("id")?.unwrap_or_default(),
            query: words("query")?,
            lines: numbers(&object, "lines")?,
            rows: numbers(&object, "rows")?,
            path: words("path")?,
            symbol: words("symbol")?,
        })
    }
}

fn read_object(json: &str, string_allowed: bool) -> Option<Map<String, Value>> {
    match serde_json::from_str(json).ok()? {
        Value::Object(object) => Some(object),
        Value::Null => Some(Map::new()),
        Value::String(inner) if string_allowed => read_object(&inner, false),
        _ => None,
    }
}

fn numbers(object: &Map<String, Value>, field: &str) -> Result<Option<String>, Answer> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(wrong_type(field, "a string such as \"9-120,900\"")),
    };
    let text = match object.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list.iter().map(one).collect::<Result<Vec<_>, _>>()?.join(","),
        Some(value) => one(value)?,
    };
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

fn wrong_type(field: &str, expected: &str) -> Answer {
    Answer::nothing(format!("The field {field} of headroom_retrieve must be {expected}. Send it that way."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(json: &str) -> RetrieveArguments {
        RetrieveArguments::parse(json).expect(json)
    }

    #[test]
    fn fields_are_read_leniently() {
        let all = parsed(
            r#"{"id":"hr_1","query":"a b","lines":"1-2","rows":[1,"4-5"],"path":"$.a","symbol":"f","why":{}}"#,
        );
        assert_eq!(all.id, "hr_1");
        assert_eq!(all.query.as_deref(), Some("a b"));
        assert_eq!(all.lines.as_deref(), Some("1-2"));
        assert_eq!(all.rows.as_deref(), Some("1,4-5"));
        assert_eq!(all.path.as_deref(), Some("$.a"));
        assert_eq!(all.symbol.as_deref(), Some("f"));
        assert_eq!(parsed(r#"{"query":"","lines":null,"rows":7}"#).rows.as_deref(), Some("7"));
        assert_eq!(parsed(r#"{"query":"  ","lines":null,"rows":[]}"#), RetrieveArguments::default());
        for nothing in ["", "  ", "{}", "null", r#""{}""#] {
            assert_eq!(parsed(nothing), RetrieveArguments::default());
        }
        assert_eq!(parsed(r#""{\"id\":\"hr_2\"}""#).id, "hr_2");
    }

    #[test]
    fn what_cannot_be_read_is_answered_with_what_to_send() {
        for (json, part) in [
            ("[1]", "takes a JSON object"),
            ("{\"id\":", "takes a JSON object"),
            (r#"{"id":"\ud800"}"#, "takes a JSON object"),
            (r#"{"path":[]}"#, "The field path"),
            (r#"{"rows":{"from":1}}"#, "The field rows"),
            (r#"{"lines":[true]}"#, "The field lines"),
        ] {
            let answer = RetrieveArguments::parse(json).expect_err(json);
            assert!(answer.text.contains(part), "{json}: {}", answer.text);
            assert!(!answer.found);
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(json in ".{0,60}") {
            let _ = RetrieveArguments::parse(&json);
        }
    }
}
