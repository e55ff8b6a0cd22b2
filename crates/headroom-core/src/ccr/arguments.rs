//! What the model passed to `headroom_retrieve`, read leniently.
//!
//! Owns the reading of the arguments' JSON. It does not know what the fields select.

use super::answer::Answer;
use serde_json::{Map, Value};

/// Names that models give fields, each after the field's own.
const FIELDS: [&[&str]; 6] = [
    &["id", "handle", "ref"],
    &["query", "q", "search"],
    &["lines", "line"],
    &["rows", "row"],
    &["path", "jsonpath", "json_path"],
    &["symbol", "name"],
];

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
    /// Unknown keys are passed over, since models invent them, and a few other names of fields are understood. Numbers,
    /// lists of numbers or strings, and `{"from":9,"to":20}` are taken for `rows` and `lines`, lists of words for `query`;
    /// arguments that were written as a JSON string of JSON are read once more.
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
        let [id, query, lines, rows, path, symbol] = FIELDS;
        Ok(Self {
            id: words(&object, id, "")?.unwrap_or_default(),
            query: words(&object, query, " ")?,
            lines: numbers(&object, lines)?,
            rows: numbers(&object, rows)?,
            path: words(&object, path, "")?,
            symbol: words(&object, symbol, "")?,
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

/// The value of a field, by the first of its names that has one.
fn value<'o>(object: &'o Map<String, Value>, names: &[&str]) -> Option<&'o Value> {
    names.iter().find_map(|name| object.get(*name).filter(|value| !value.is_null()))
}

/// A text; a list of texts is one with `between` between them, if there may be a list.
fn words(object: &Map<String, Value>, names: &[&str], between: &str) -> Result<Option<String>, Answer> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(wrong_type(names[0], "a string")),
    };
    let text = match value(object, names) {
        None => return Ok(None),
        Some(Value::Array(list)) if !between.is_empty() || list.len() == 1 => {
            list.iter().map(one).collect::<Result<Vec<_>, _>>()?.join(between)
        }
        Some(value) => one(value)?,
    };
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

fn numbers(object: &Map<String, Value>, names: &[&str]) -> Result<Option<String>, Answer> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Object(range) => {
            let side = |sides: &[&str]| value_of(range, sides);
            let (first, last) = (side(&["from", "start", "first", "begin"]), side(&["to", "end", "last"]));
            if first.is_none() && last.is_none() {
                return Err(wrong_type(names[0], "a string such as \"9-120,900\""));
            }
            Ok(format!("{}-{}", first.unwrap_or_default(), last.unwrap_or_default()))
        }
        _ => Err(wrong_type(names[0], "a string such as \"9-120,900\"")),
    };
    let text = match value(object, names) {
        None => return Ok(None),
        Some(Value::Array(list)) => list.iter().map(one).collect::<Result<Vec<_>, _>>()?.join(","),
        Some(value) => one(value)?,
    };
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

fn value_of(range: &Map<String, Value>, sides: &[&str]) -> Option<String> {
    match value(range, sides)? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
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
        let loose = parsed(r#"{"handle":"hr_3","query":["a",5],"row":{"from":9,"to":20},"name":"f"}"#);
        assert_eq!((loose.id.as_str(), loose.query.as_deref()), ("hr_3", Some("a 5")));
        assert_eq!((loose.rows.as_deref(), loose.symbol.as_deref()), (Some("9-20"), Some("f")));
    }

    #[test]
    fn what_cannot_be_read_is_answered_with_what_to_send() {
        for (json, part) in [
            ("[1]", "takes a JSON object"),
            ("{\"id\":", "takes a JSON object"),
            (r#"{"id":"\ud800"}"#, "takes a JSON object"),
            (r#"{"path":[]}"#, "The field path"),
            (r#"{"rows":{"which":1}}"#, "The field rows"),
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
