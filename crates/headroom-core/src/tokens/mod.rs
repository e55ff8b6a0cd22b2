//! Token counting: one counter per request, chosen by model, that decides and reports.
//!
//! Owns the exact counters of `o200k_base` and `cl100k_base`, the stated factors for tokenizers that are not
//! public, and the estimator for builds without a vocabulary. It knows nothing of messages: overhead that a
//! provider adds to a request is not counted, and special tokens are ordinary text.
//!
//! # Performance
//!
//! Text is split by hand-written scanners (`split`), most pieces are one look-up in a table that is laid out at
//! build time (`vocabulary`), and the rest is merged once and remembered (`merge`). Time is linear in the text,
//! also for one piece of many megabytes, and memory is constant.

mod classes;
mod estimate;
mod layout;
mod merge;
mod model;
mod pack;
mod split;
mod vocabulary;

use crate::Error;
use model::Tokenizer;
use split::Pattern;
use vocabulary::Vocabulary;

pub use vocabulary::load_vocabulary;

/// Counts tokens the way one model's tokenizer does, or estimates them.
///
/// ```
/// use headroom_core::tokens::Counter;
///
/// let counter = Counter::for_model(Some("openai/gpt-4o"))?;
/// assert_eq!(counter.count("Hello, world!"), 4);
/// assert_eq!(counter.count_up_to("Hello, world!", 3), None);
/// assert!(!counter.is_estimate());
/// # Ok::<(), headroom_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    /// `None` estimates without a vocabulary.
    vocabulary: Option<&'static Vocabulary>,
    tokenizer: Tokenizer,
}

impl Counter {
    /// The counter for a model's name, with or without a provider in front (`anthropic/claude-sonnet-4`).
    ///
    /// `gpt-4o` and later are counted with `o200k_base`, `gpt-4` and `gpt-3.5` with `cl100k_base`. Claude counts
    /// as 1.2 times `o200k_base`, from version 4.7 on as 1.5 times; Gemini as 1.1 times; anything else, and
    /// `None`, as `o200k_base`: these are estimates. In a build without `o200k_base` everything but
    /// `cl100k_base` is estimated from the lengths of words.
    ///
    /// # Errors
    ///
    /// [`Error::Vocabulary`] when the model counts with `cl100k_base` and this build neither embeds it nor was
    /// handed it by [`load_vocabulary`].
    pub fn for_model(model: Option<&str>) -> Result<Self, Error> {
        let tokenizer = model.map_or(Tokenizer::Unknown, model::tokenizer);
        let vocabulary = match tokenizer {
            Tokenizer::Cl100k => Some(vocabulary::vocabulary(Pattern::Cl100k).ok_or(Error::Vocabulary {
                vocabulary: "cl100k_base",
                remedy: "import 'headroom-js/cl100k' before counting for this model, or leave out `model`",
            })?),
            Tokenizer::O200k | Tokenizer::Scaled(_) | Tokenizer::Unknown => {
                vocabulary::vocabulary(Pattern::O200k)
            }
        };
        Ok(Self { vocabulary, tokenizer })
    }

    /// Tokens of `text`.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        self.scale(self.plain(text, usize::MAX).unwrap_or(usize::MAX))
    }

    /// Tokens of `text`, or `None` as soon as there are more than `limit`.
    #[must_use]
    pub fn count_up_to(&self, text: &str, limit: usize) -> Option<usize> {
        let plain_limit = match self.tokenizer {
            Tokenizer::Scaled(tenths) => limit.saturating_mul(10) / tenths,
            _ => limit,
        };
        self.plain(text, plain_limit).map(|count| self.scale(count))
    }

    /// Whether the figures are an estimate rather than what the provider will count.
    #[must_use]
    pub fn is_estimate(&self) -> bool {
        self.vocabulary.is_none() || matches!(self.tokenizer, Tokenizer::Scaled(_) | Tokenizer::Unknown)
    }

    /// What is counted, for the report: `o200k_base`, `cl100k_base`, `o200k_base*1.2` (a factor) or `estimate`
    /// (no vocabulary).
    #[must_use]
    pub fn name(&self) -> &'static str {
        match (self.vocabulary, self.tokenizer) {
            (None, _) => "estimate",
            (_, Tokenizer::Cl100k) => "cl100k_base",
            (_, Tokenizer::Scaled(11)) => "o200k_base*1.1",
            (_, Tokenizer::Scaled(12)) => "o200k_base*1.2",
            (_, Tokenizer::Scaled(_)) => "o200k_base*1.5",
            (_, Tokenizer::O200k | Tokenizer::Unknown) => "o200k_base",
        }
    }

    /// Applies the model's factor, rounding up, so that more tokens never become fewer.
    fn scale(&self, count: usize) -> usize {
        match self.tokenizer {
            Tokenizer::Scaled(tenths) => count.saturating_mul(tenths).div_ceil(10),
            _ => count,
        }
    }

    /// Tokens by the vocabulary or the estimator, before any factor.
    fn plain(&self, text: &str, limit: usize) -> Option<usize> {
        let Some(vocabulary) = self.vocabulary else {
            return estimate::count(text, limit);
        };
        let text = text.as_bytes();
        if text.len() / layout::LONGEST_TOKEN > limit {
            return None;
        }
        let mut count = 0;
        let mut start = 0;
        while start < text.len() {
            let end = vocabulary.piece_end(text, start);
            count += if vocabulary.rank(text, start, end).is_some() {
                1
            } else {
                merge::count(vocabulary, text, start, end, limit)?
            };
            if count > limit {
                return None;
            }
            start = end;
        }
        Some(count)
    }
}
