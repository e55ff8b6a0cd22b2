//! Quick guesses of token costs for decisions inside the encoder; what counts in the end is counted.

use super::document::{Document, Id, Kind};

/// Remembered estimates of a document's values, in tokens.
#[derive(Debug, Default)]
pub struct Estimates(Vec<u32>);

impl Estimates {
    /// Estimated tokens of a value written as JSON.
    pub fn of(&mut self, document: &Document<'_>, id: Id) -> u32 {
        if self.0.len() < document.len() {
            self.0.resize(document.len(), 0);
        }
        let known = self.0[id as usize];
        if known > 0 {
            return known;
        }
        let cost = match document.kind(id) {
            Kind::Array => {
                1 + document
                    .children(id)
                    .iter()
                    .fold(0_u32, |sum, &child| sum.saturating_add(self.of(document, child) + 1))
            }
            Kind::Object => {
                let keys = document.keys(id).iter().fold(0, |sum, &key| sum + of_text(document.text(key)));
                1 + document
                    .children(id)
                    .iter()
                    .fold(keys, |sum, &child| sum.saturating_add(self.of(document, child) + 2))
            }
            _ => of_text(document.text(id)).max(1),
        };
        let cost = cost.clamp(1, u32::MAX / 4);
        self.0[id as usize] = cost;
        cost
    }
}

/// Estimated tokens of a text: words by their length, digits by threes, other signs one by one.
#[must_use]
pub fn of_text(text: &str) -> u32 {
    #[derive(PartialEq, Clone, Copy)]
    enum Run {
        None,
        Lower,
        Upper,
        Digit,
        Space,
        Sign,
        Wide,
    }
    let mut tokens = 0_u32;
    let mut run = Run::None;
    let mut length = 0_u32;
    let close = |run: Run, length: u32| match run {
        Run::None | Run::Space => 0,
        Run::Lower => 2 + length / 3,
        Run::Upper => 2 + length,
        Run::Digit => 2 * length.div_ceil(3),
        Run::Sign => 1 + length.div_ceil(2),
        Run::Wide => length,
    };
    for byte in text.bytes() {
        let next = match byte {
            b'a'..=b'z' => Run::Lower,
            b'A'..=b'Z' => Run::Upper,
            b'0'..=b'9' => Run::Digit,
            b' ' | b'\n' | b'\t' | b'\r' => Run::Space,
            0x80.. => Run::Wide,
            _ => Run::Sign,
        };
        if next == run {
            length += 1;
            continue;
        }
        // "Word" is one word.
        if run == Run::Upper && next == Run::Lower && length == 1 {
            run = Run::Lower;
            length += 1;
            continue;
        }
        tokens += close(run, length);
        run = next;
        length = 1;
    }
    tokens += close(run, length);
    tokens.div_ceil(2).max(u32::from(!text.is_empty()))
}
