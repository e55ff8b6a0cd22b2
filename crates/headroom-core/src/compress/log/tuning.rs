//! Tuning: the round numbers by which the `LogCompressor` decides what is said of a template.
//!
//! Owns their values, each chosen for what it means and not fitted to a text, and nothing else: they stand together so that
//! a test can vary them and show how little hangs on each. Bounds on time and memory are not among them.

/// The thresholds of the `LogCompressor`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// Different words that have to be seen in one place before they are taken for values.
    pub least_words: usize,
    /// The same in lines that tell of errors, where a word is more likely to be the reason.
    pub least_words_of_errors: usize,
    /// Of so many words of a line, one may vary.
    pub least_fixed_share: usize,
    /// Records above which a word of the query is too common to tell which lines are meant.
    pub max_asked: usize,
    /// Records with such words that stand literally, of one template.
    pub max_asked_of_a_template: usize,
    /// Bytes that a template may always spend on telling what varied.
    pub least_note_bytes: usize,
    /// The share of a template's bytes that telling what varied may take, one in so many.
    pub note_share: usize,
    /// Lines of a record up to which it stands whole.
    pub whole_lines: usize,
    /// Frames of libraries that stay in a long trace, at its beginning and at its end.
    pub kept_frames: usize,
    /// Different numbers up to which they are listed instead of their range.
    pub max_listed_numbers: usize,
    /// Values that every slot may list, however little there is to save.
    pub least_listed: usize,
    /// The share of lines with a value, one in so many, from which on it is frequent.
    pub frequent: usize,
    /// Bytes of a list of values of which none is frequent.
    pub max_scattered_bytes: usize,
    /// How many times the mean a value is at least that is called an outlier.
    pub outlier: f64,
    /// Values of which there have to be that many before one is called an outlier.
    pub least_for_outlier: u32,
    /// Outliers of a template.
    pub max_outliers: usize,
}

impl Tuning {
    /// What is used wherever nothing else is said.
    pub const STANDARD: Self = Self {
        least_words: 4,
        least_words_of_errors: 6,
        least_fixed_share: 4,
        max_asked: 12,
        max_asked_of_a_template: 4,
        least_note_bytes: 120,
        note_share: 8,
        whole_lines: 24,
        kept_frames: 4,
        max_listed_numbers: 8,
        least_listed: 3,
        frequent: 20,
        max_scattered_bytes: 600,
        outlier: 8.0,
        least_for_outlier: 10,
        max_outliers: 2,
    };
}

impl Default for Tuning {
    fn default() -> Self {
        Self::STANDARD
    }
}
