//! Which tokenizer a model has.
//!
//! Owns names and factors; it does not count.

/// How the tokens of a model are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tokenizer {
    /// Exactly `o200k_base`.
    O200k,
    /// Exactly `cl100k_base`.
    Cl100k,
    /// Some other vocabulary that is not public: a tenth of this times the tokens of `o200k_base`.
    Scaled(usize),
    /// Not known: the tokens of `o200k_base`, as an estimate.
    Unknown,
}

/// Claude up to 4.6. Published comparisons with the count endpoint find 1.15 to 1.25 times o200k.
const CLAUDE: usize = 12;
/// Claude from 4.7 on, whose tokenizer makes about 1.3 times as many tokens (stated: 1.0 to 1.35 times).
const CLAUDE_SINCE_4_7: usize = 15;
/// Gemini. Published comparisons find 1.05 to 1.1 times o200k on English text and code, less on Asian scripts.
const GEMINI: usize = 11;

/// Beginnings of names, longer ones before those they start with.
const NAMES: [(&str, Tokenizer); 20] = [
    ("gpt-4o", Tokenizer::O200k),
    ("gpt-4.1", Tokenizer::O200k),
    ("gpt-4.5", Tokenizer::O200k),
    ("gpt-5", Tokenizer::O200k),
    ("gpt-oss", Tokenizer::O200k),
    ("gpt-audio", Tokenizer::O200k),
    ("gpt-realtime", Tokenizer::O200k),
    ("chatgpt-4o", Tokenizer::O200k),
    ("codex-mini", Tokenizer::O200k),
    ("computer-use-preview", Tokenizer::O200k),
    ("o1", Tokenizer::O200k),
    ("o3", Tokenizer::O200k),
    ("o4", Tokenizer::O200k),
    ("gpt-4", Tokenizer::Cl100k),
    ("gpt-3.5", Tokenizer::Cl100k),
    ("gpt-35", Tokenizer::Cl100k),
    ("text-embedding-3", Tokenizer::Cl100k),
    ("text-embedding-ada-002", Tokenizer::Cl100k),
    ("o200k_base", Tokenizer::O200k),
    ("cl100k_base", Tokenizer::Cl100k),
];

/// The tokenizer of a model by its name: with or without a provider (`openai/gpt-4o`, `azure:gpt-4o`,
/// `us.anthropic.claude-…`), a fine-tuning prefix (`ft:gpt-4o:…`) or a date.
pub(super) fn tokenizer(model: &str) -> Tokenizer {
    let model = model.trim().to_ascii_lowercase();
    if let Some((_, version)) = model.split_once("claude") {
        return Tokenizer::Scaled(claude(version));
    }
    if model.contains("gemini") || model.contains("gemma") {
        return Tokenizer::Scaled(GEMINI);
    }
    let named = |segment: &str| {
        NAMES.iter().find_map(|&(name, tokenizer)| {
            let rest = segment.strip_prefix(name)?;
            let ends = rest.chars().next().is_none_or(|next| !next.is_ascii_alphanumeric());
            ends.then_some(tokenizer)
        })
    };
    model.split(['/', ':']).find_map(named).unwrap_or(Tokenizer::Unknown)
}

/// The factor for what stands after `claude` in a name: `-opus-4-7`, `-3-5-sonnet-20241022`, `-2.1`, …
fn claude(version: &str) -> usize {
    let mut numbers = version
        .split(|character: char| !character.is_ascii_digit())
        .filter(|digits| matches!(digits.len(), 1 | 2))
        .filter_map(|digits| digits.parse::<u32>().ok());
    let Some(major) = numbers.next() else {
        // A name without a version is an alias for the newest.
        return if version.contains("instant") { CLAUDE } else { CLAUDE_SINCE_4_7 };
    };
    // Only what directly follows the major version is a minor one; `-v2:0` after a date is not.
    let minor = version
        .split(|character: char| !character.is_ascii_alphanumeric())
        .skip_while(|word| word.parse() != Ok(major))
        .nth(1)
        .and_then(|word| word.parse::<u32>().ok())
        .filter(|&minor| minor < 100)
        .unwrap_or(0);
    if (major, minor) >= (4, 7) { CLAUDE_SINCE_4_7 } else { CLAUDE }
}

#[cfg(test)]
mod tests {
    use super::{CLAUDE, CLAUDE_SINCE_4_7, GEMINI, Tokenizer, tokenizer};

    #[test]
    fn openai_models_by_every_spelling() {
        for model in [
            "gpt-4o",
            "gpt-4o-mini-2024-07-18",
            "openai/gpt-4o",
            "azure/gpt-4o",
            "openai:gpt-4o",
            "ft:gpt-4o:acme::1",
            "gpt-4.1",
            "gpt-4.1-nano",
            "gpt-5",
            "gpt-5.1-codex",
            "gpt-5-mini",
            "o1",
            "o1-preview",
            "o3-mini",
            "o4-mini",
            "chatgpt-4o-latest",
            "openai/gpt-oss-120b",
            "GPT-4o",
            "openrouter/openai/gpt-4o:free",
        ] {
            assert_eq!(tokenizer(model), Tokenizer::O200k, "{model}");
        }
        for model in [
            "gpt-4",
            "gpt-4-turbo",
            "gpt-4-0613",
            "gpt-4-32k",
            "gpt-3.5-turbo",
            "azure/gpt-35-turbo",
            "text-embedding-3-small",
            "text-embedding-ada-002",
            "openai/gpt-4",
        ] {
            assert_eq!(tokenizer(model), Tokenizer::Cl100k, "{model}");
        }
    }

    #[test]
    fn what_is_not_public_is_scaled_and_the_rest_unknown() {
        for model in [
            "claude-3-5-sonnet-20241022",
            "anthropic/claude-sonnet-4",
            "us.anthropic.claude-3-haiku-20240307-v1:0",
            "claude-sonnet-4-20250514",
            "claude-opus-4-6",
            "claude-2.1",
            "claude-instant-1.2",
            "claude-opus-4.5",
            "anthropic.claude-3-5-sonnet-20241022-v2:0",
            "claude-haiku-4-5@20251001",
        ] {
            assert_eq!(tokenizer(model), Tokenizer::Scaled(CLAUDE), "{model}");
        }
        for model in [
            "claude-opus-4-7",
            "claude-opus-4.7",
            "claude-sonnet-5",
            "claude-opus-5-20260801",
            "claude-opus-latest",
        ] {
            assert_eq!(tokenizer(model), Tokenizer::Scaled(CLAUDE_SINCE_4_7), "{model}");
        }
        for model in ["gemini-2.5-pro", "google/gemini-3-flash", "models/gemini-1.5-pro-002"] {
            assert_eq!(tokenizer(model), Tokenizer::Scaled(GEMINI), "{model}");
        }
        for model in ["", "llama-3", "o12", "gpt-40", "mistral-large", "o1x"] {
            assert_eq!(tokenizer(model), Tokenizer::Unknown, "{model}");
        }
    }
}
