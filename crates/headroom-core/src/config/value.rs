//! The types that an option can have: how each is read from JSON and how it is written for a reader.
//!
//! Owns the value types; it knows no option by name.

use serde_json::Value;
use std::fmt;

/// Why a value was refused.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Where inside the value, for example `[2]`; empty for the value itself.
    pub(super) path: String,
    /// What was expected and what was found, without the value itself.
    pub(super) message: String,
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self { path: String::new(), message }
    }
}

/// A type that an option can have.
pub(super) trait Setting: Sized {
    /// The type in TypeScript.
    fn typescript() -> String;
    /// Reads a value, or says what was expected.
    fn read(value: &Value) -> Result<Self, Problem>;
    /// The value as a TypeScript expression.
    fn show(&self) -> String;
}

/// `expected …, found …`. The value itself is never shown: it may be a secret.
pub(super) fn expected(what: &str, found: &Value) -> String {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number that is not an integer",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    format!("expected {what}, found {found}")
}

/// Refuses a number outside `low..=high`.
pub(super) fn within(number: usize, low: usize, high: usize) -> Result<(), Problem> {
    if (low..=high).contains(&number) {
        Ok(())
    } else {
        Err(format!("must be an integer from {low} to {high}").into())
    }
}

impl Setting for bool {
    fn typescript() -> String {
        "boolean".into()
    }
    fn read(value: &Value) -> Result<Self, Problem> {
        value.as_bool().ok_or_else(|| expected("true or false", value).into())
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Setting for usize {
    fn typescript() -> String {
        "number".into()
    }
    fn read(value: &Value) -> Result<Self, Problem> {
        match value {
            // A whole number may arrive as `250.0` or `1e3`: JSON has one type of number. A negative or huge one is
            // for the range check to refuse, with the range.
            Value::Number(number) => {
                let float = number.as_f64().unwrap_or(f64::NAN);
                if float.fract() == 0.0 {
                    Ok(if float < 0.0 { usize::MAX } else { float as usize })
                } else {
                    Err(expected("an integer", value).into())
                }
            }
            _ => Err(expected("an integer", value).into()),
        }
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Setting for Vec<String> {
    fn typescript() -> String {
        "readonly string[]".into()
    }
    fn read(value: &Value) -> Result<Self, Problem> {
        let Value::Array(items) = value else { return Err(expected("an array of strings", value).into()) };
        items
            .iter()
            .enumerate()
            .map(|(index, item)| match item {
                Value::String(text) => Ok(text.clone()),
                _ => Err(Problem { path: format!("[{index}]"), message: expected("a string", item) }),
            })
            .collect()
    }
    fn show(&self) -> String {
        let items: Vec<String> = self.iter().map(|item| quoted(item)).collect();
        format!("[{}]", items.join(", "))
    }
}

impl Setting for Option<String> {
    fn typescript() -> String {
        "string".into()
    }
    fn read(value: &Value) -> Result<Self, Problem> {
        match value {
            Value::String(text) if text.is_empty() => {
                Err("expected a string that is not empty".to_owned().into())
            }
            Value::String(text) => Ok(Some(text.clone())),
            _ => Err(expected("a string", value).into()),
        }
    }
    fn show(&self) -> String {
        self.as_deref().map_or_else(|| "undefined".into(), quoted)
    }
}

/// A secret of the configuration: never shown by `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Option<String>);

impl Secret {
    /// The secret itself, where one is configured.
    #[must_use]
    pub fn reveal(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "Secret(redacted)" } else { "Secret(none)" })
    }
}

impl Setting for Secret {
    fn typescript() -> String {
        "string".into()
    }
    fn read(value: &Value) -> Result<Self, Problem> {
        Option::<String>::read(value).map(Self)
    }
    fn show(&self) -> String {
        "undefined".into()
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// An option with a fixed list of names.
macro_rules! choice {
    ($(#[doc = $doc:literal])+ $type:ident { $( $(#[doc = $variant_doc:literal])+ $variant:ident = $name:literal, )+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type { $( $(#[doc = $variant_doc])+ $variant, )+ }

        impl Setting for $type {
            fn typescript() -> String {
                [$( concat!("'", $name, "'") ),+].join(" | ")
            }
            fn read(value: &Value) -> Result<Self, Problem> {
                match value.as_str() {
                    $( Some($name) => Ok(Self::$variant), )+
                    Some(_) => Err(format!("must be one of {}", [$( concat!("\"", $name, "\"") ),+].join(", ")).into()),
                    None => Err(expected(&[$( concat!("\"", $name, "\"") ),+].join(" or "), value).into()),
                }
            }
            fn show(&self) -> String {
                match self { $( Self::$variant => concat!("'", $name, "'").into(), )+ }
            }
        }
    };
}

choice! {
    /// What the engine does with a request.
    Mode {
        /// Compress.
        Optimize = "optimize",
        /// Report what compression would do, and change nothing.
        Audit = "audit",
        /// Count, and change nothing.
        Off = "off",
    }
}

choice! {
    /// Which tool results may point at what stands in the conversation already.
    Recall {
        /// Those of every tool that is not excluded.
        On = "on",
        /// Those of excluded tools as well.
        All = "all",
        /// None.
        Off = "off",
    }
}

impl Setting for Option<Recall> {
    fn typescript() -> String {
        Recall::typescript()
    }
    fn read(value: &Value) -> Result<Self, Problem> {
        Recall::read(value).map(Some)
    }
    fn show(&self) -> String {
        self.unwrap_or(Profile::Default.recall()).show()
    }
}

choice! {
    /// A set of options under one name.
    Profile {
        /// The defaults.
        Default = "default",
        /// For coding agents: `recall: "all"`.
        Agent = "agent",
    }
}

impl Profile {
    /// What it sets `recall` to.
    #[must_use]
    pub fn recall(self) -> Recall {
        match self {
            Self::Default => Recall::On,
            Self::Agent => Recall::All,
        }
    }
}

choice! {
    /// Whether the retrieval tool may be added to a request.
    InjectTool {
        /// From the first request that declares a function tool.
        Always = "always",
        /// Never; compression is then lossless, except in `compress()`, whose caller adds the tool.
        Never = "never",
    }
}

choice! {
    /// What happens to a conversation whose request declares no function tool.
    WhenToolsAbsent {
        /// It is sent with the same bytes as in a request that declares one.
        Same = "same",
        /// It is compressed losslessly only.
        Lossless = "lossless",
    }
}
