//! The crate's one error type. Each message says what to do.

/// What can go wrong before or outside a block. Trouble inside a block leaves that block as it was and is
/// named in the report instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration has an unknown key, a wrong type or a value out of range.
    #[error("{path}: {message}")]
    Config {
        /// Where in the configuration, for example `maxBlockTokens`.
        path: String,
        /// What is wrong and what to write instead.
        message: String,
    },
    /// The request is not what its format says.
    #[error("{message}")]
    Request {
        /// What is wrong and what to do.
        message: String,
    },
    /// The model's vocabulary is not part of this build.
    #[error("the vocabulary {vocabulary} is not loaded: {remedy}")]
    Vocabulary {
        /// Its name, for example `cl100k_base`.
        vocabulary: &'static str,
        /// What to import or choose.
        remedy: &'static str,
    },
}

impl Error {
    /// The error as the bindings throw it: JSON of `{ code, path?, message }`.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Self::Config { path, message } => {
                serde_json::json!({ "code": "config", "path": path, "message": message })
            }
            Self::Request { .. } => serde_json::json!({ "code": "request", "message": self.to_string() }),
            Self::Vocabulary { .. } => {
                serde_json::json!({ "code": "vocabulary", "message": self.to_string() })
            }
        }
        .to_string()
    }
}

/// What a binding throws for a panic that it caught, in the form of [`Error::to_json`]. `location` is a place
/// in the source; a panic's own message may quote content and stays behind.
#[must_use]
pub fn panic_json(location: &str) -> String {
    serde_json::json!({ "code": "panic", "message": format!("the core failed at {location}") }).to_string()
}
