//! The definition of `headroom_retrieve` in the form each provider takes.
//!
//! Owns the words that teach the model when and how to call it. The bytes are part of every provider's cache
//! key and must not change from one request, or one release, to the next.

use crate::Error;

/// The tool's name.
pub const TOOL_NAME: &str = "headroom_retrieve";

/// The form in which a provider or framework takes tool definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolFormat {
    /// A function tool of Chat Completions.
    OpenAi,
    /// A client tool of Anthropic's Messages.
    Anthropic,
    /// A function tool of the AI SDK's language model call.
    AiSdk,
    /// A function tool of `OpenAI`'s Responses.
    OpenAiResponses,
    /// A function declaration of Gemini.
    Gemini,
}

impl ToolFormat {
    /// The format by the name that the JavaScript border uses: `openai`, `anthropic`, `ai-sdk`, `openai-responses` or `gemini`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "openai" => Some(Self::OpenAi),
            "anthropic" => Some(Self::Anthropic),
            "ai-sdk" => Some(Self::AiSdk),
            "openai-responses" => Some(Self::OpenAiResponses),
            "gemini" => Some(Self::Gemini),
            _ => None,
        }
    }
}

// One sentence for all fields costs a third less than a description on each.
macro_rules! description {
    () => {
        "Get back what a [headroom: …] marker left out of a tool result, instead of guessing. \
         Pass its id; narrow by query (words), lines or rows (e.g. 9-820,900), \
         path (JSONPath; rows count in its array) or symbol (name)."
    };
}

macro_rules! schema {
    () => {
        concat!(
            r#"{"type":"object","properties":{"id":{"type":"string"},"query":{"type":"string"},"#,
            r#""lines":{"type":"string"},"rows":{"type":"string"},"path":{"type":"string"},"#,
            r#""symbol":{"type":"string"}},"required":["id"]}"#
        )
    };
}

/// The definition by the format's name.
///
/// # Errors
///
/// [`Error::Request`] for a name that [`ToolFormat::from_name`] does not know.
pub fn tool_by_name(name: &str) -> Result<&'static str, Error> {
    ToolFormat::from_name(name).map(tool).ok_or_else(|| Error::Request {
        message: "there is no such tool format; the formats are openai, anthropic, ai-sdk, openai-responses and gemini"
            .to_owned(),
    })
}

/// The tool's definition as JSON text: always the same bytes for the same format.
#[must_use]
pub fn tool(format: ToolFormat) -> &'static str {
    match format {
        ToolFormat::OpenAi => concat!(
            r#"{"type":"function","function":{"name":"headroom_retrieve","description":""#,
            description!(),
            r#"","parameters":"#,
            schema!(),
            "}}"
        ),
        ToolFormat::Anthropic => concat!(
            r#"{"name":"headroom_retrieve","description":""#,
            description!(),
            r#"","input_schema":"#,
            schema!(),
            "}"
        ),
        ToolFormat::AiSdk => concat!(
            r#"{"type":"function","name":"headroom_retrieve","description":""#,
            description!(),
            r#"","inputSchema":"#,
            schema!(),
            "}"
        ),
        // Strict functions have to require all their properties.
        ToolFormat::OpenAiResponses => concat!(
            r#"{"type":"function","name":"headroom_retrieve","description":""#,
            description!(),
            r#"","parameters":"#,
            schema!(),
            r#","strict":false}"#
        ),
        ToolFormat::Gemini => concat!(
            r#"{"name":"headroom_retrieve","description":""#,
            description!(),
            r#"","parameters":"#,
            schema!(),
            "}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMATS: [ToolFormat; 5] = [
        ToolFormat::OpenAi,
        ToolFormat::Anthropic,
        ToolFormat::AiSdk,
        ToolFormat::OpenAiResponses,
        ToolFormat::Gemini,
    ];

    #[test]
    fn the_definitions_never_change() {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(FORMATS.map(tool).join("\n")) });
    }

    #[test]
    fn the_definitions_cost_at_most_140_tokens() {
        let o200k = tiktoken_rs::o200k_base_singleton();
        for format in FORMATS {
            let cost = o200k.encode_ordinary(tool(format)).len();
            assert!(cost <= 140, "{format:?} costs {cost}");
        }
    }

    #[test]
    fn the_definitions_are_json_with_one_schema() {
        let schema_at = [
            ("openai", "/function/parameters"),
            ("anthropic", "/input_schema"),
            ("ai-sdk", "/inputSchema"),
            ("openai-responses", "/parameters"),
            ("gemini", "/parameters"),
        ];
        let schemas = schema_at.map(|(name, pointer)| {
            let definition = tool(ToolFormat::from_name(name).expect("a known format"));
            let value: serde_json::Value = serde_json::from_str(definition).expect("JSON");
            assert!(definition.contains(TOOL_NAME));
            value.pointer(pointer).expect("a schema").clone()
        });
        assert!(schemas.iter().all(|schema| *schema == schemas[0]));
        assert_eq!(ToolFormat::from_name("mistral"), None);
    }
}
