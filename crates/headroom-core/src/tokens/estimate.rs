//! Estimates tokens without a vocabulary.
pub(super) fn count(text: &str, limit: usize) -> Option<usize> {
    let count = text.len().div_ceil(4);
    (count <= limit).then_some(count)
}
