//! What the fuzz targets share: inputs that resemble a kind of content, and the laws that hold for every input.
//!
//! Owns no knowledge of a compressor: [`laws`] sees an engine from outside, [`lines`] only writes texts.

pub mod laws;
pub mod lines;

/// The text of a fuzz input: as it is where its first byte is even, so that a dictionary has its effect, else made of
/// lines like those in `shapes`.
#[must_use]
pub fn text(data: &[u8], shapes: &[&str]) -> String {
    match data.split_first() {
        Some((first, rest)) if first % 2 == 1 => lines::like(shapes, rest),
        Some((_, rest)) => String::from_utf8_lossy(rest).into_owned(),
        None => String::new(),
    }
}
