//! Markdown, reStructuredText, manuals and plain prose: what has to do with the question, below the whole outline.
//!
//! Owns everything about texts that are written to be read: telling them from what only holds sentences ([`detect`]), their
//! headings, passages and sentences ([`outline`], [`sentences`]), what each is worth ([`rank`]) and what stays
//! ([`select`]). It knows nothing of handles or policy, and nothing of a language but its commonest words.
//!
//! Nothing is rewritten: what stays is a part of the original, in its order. Something is only left out where the question
//! points at parts of the text; what nobody asked for cannot be told from what matters.
//!
//! # Untrusted input
//!
//! Linear in time and memory but for one sort; a text that is too long or has too many parts is left alone.

pub mod detect;
mod language;
mod outline;
mod passages;
mod rank;
mod select;
mod sentences;
mod write;

use self::outline::Outline;
use self::rank::Guidance;
use super::passage::{Passages, Symbol};
use super::{Candidate, Compressor, Task};

/// Bytes beyond which a text is left alone.
const MOST_BYTES: usize = 64 << 20;
/// Share of a text that stays at least.
const SHARE: f64 = 0.46;
/// The same for a long question, which points at less for certain.
const SHARE_OF_LONG_QUESTIONS: f64 = 0.62;
/// The same where the text is over the budget.
const SHARE_OVER_BUDGET: f64 = 0.37;
/// The same where it is over the budget and the question does not help.
const SHARE_UNGUIDED: f64 = 0.7;
/// Times the budget from which on a text is so far over it that less of it stays.
const FAR_OVER: usize = 2;

/// Leaves out of texts what does not matter for the question.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextCompressor;

impl Compressor for TextCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        if task.lossless || task.text.len() > MOST_BYTES {
            return Vec::new();
        }
        let Some(outline) = Outline::read(task.text) else { return Vec::new() };
        let repeats = select::repeats(&outline);
        let ranking = rank::rank(&outline, task.query);
        let mut candidates = Vec::new();
        let mut offer = |keep: &[bool], method, last_resort| {
            candidates.extend(write::candidate(
                &outline,
                keep,
                &repeats,
                task.first_line,
                method,
                last_resort,
            ));
        };
        let share = match ranking.guidance {
            Guidance::None => None,
            Guidance::Broad => Some(SHARE_OF_LONG_QUESTIONS),
            Guidance::Clear => Some(SHARE),
        };
        match share {
            Some(share) => offer(&select::select(&outline, &ranking, &repeats, share), "sections", false),
            None => offer(&select::all_but(&outline, &repeats), "repeats", false),
        }
        if task.tokens > task.budget * FAR_OVER {
            let share = share.map_or(SHARE_UNGUIDED, |share| share - SHARE + SHARE_OVER_BUDGET);
            offer(&select::select(&outline, &ranking, &repeats, share), "sections", true);
        }
        candidates
    }

    fn passages(&self, text: &str) -> Option<Passages> {
        u32::try_from(text.len()).ok()?;
        Some(passages::passages(&Outline::read(text)?))
    }

    fn symbols(&self, text: &str) -> Option<Vec<Symbol>> {
        Some(passages::symbols(&Outline::read(text)?))
    }

    fn is_own_output(&self, _text: &str) -> bool {
        false
    }
}
