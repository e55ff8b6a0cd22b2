//! Token counting: one counter per request, chosen by model.

/// Counts tokens the way one model's tokenizer does, or estimates them.
#[derive(Clone, Debug)]
pub struct Counter;

impl Counter {
    /// The counter for a model's name.
    pub fn for_model(_model: Option<&str>) -> Result<Self, crate::Error> {
        Ok(Self)
    }
    /// Tokens of `text`.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        text.len().div_ceil(4)
    }
    /// Whether the figures are an estimate.
    #[must_use]
    pub fn is_estimate(&self) -> bool {
        true
    }
}
