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
