//! The choice for one block: who makes candidates, which of them hold up, and which is sent.
//!
//! Owns the laws about a single block: never bigger, nothing lost in silence, a failure leaves the block as it
//! was. It knows neither roles nor formats, and remembers nothing.

use super::outcome::Decision;
use crate::ccr::{self, Key};
use crate::compress::code;
use crate::compress::terminal::{self, Cleaned};
use crate::compress::{Candidate, Omission, Task, Unit};
use crate::route::{Guesses, Hints, Kind, Registry, Sample};
use crate::wire::blocks::AnswerCandidate;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Something is left out only where that saves at least one in so many tokens of the best lossless form.
const LEAST_LOSSY_GAIN: usize = 20;

/// What the report says of a block whose compressor panicked. The panic's own message may hold content.
const PANICKED: &str = "an internal error while compressing; the block was left as it is";

/// One block on its way to a decision.
pub(super) struct Case<'a> {
    pub(super) guesses: &'a Guesses,
    pub(super) hints: Hints<'a>,
    pub(super) task: Task<'a>,
    pub(super) key: &'a Key,
    pub(super) registry: Registry,
    /// What other modules made of it; `None` from one that was asked and did not answer.
    pub(super) answers: Vec<(&'a str, Option<&'a [Option<AnswerCandidate>]>)>,
}

/// Whether `text` is our own work, which stays as it is: a finished block of ours or a compressor's lossless
/// output. `None` if a compressor panicked over it.
pub(super) fn is_own_work(text: &str, key: &Key, registry: Registry) -> Option<bool> {
    catch_unwind(AssertUnwindSafe(|| {
        ccr::verified_handle(text, key).is_some() || registry.is_own_output(text)
    }))
    .ok()
}

/// The decision for a block over which a compressor panicked.
pub(super) fn panicked(kind: Kind, tokens: usize) -> Decision {
    Decision { error: Some(PANICKED.into()), ..Decision::unchanged(kind, tokens) }
}

/// Decides what becomes of a block. Whatever goes wrong, it is left as it is and the decision says so.
pub(super) fn decide(case: &Case<'_>) -> Decision {
    catch_unwind(AssertUnwindSafe(|| choose(case)))
        .unwrap_or_else(|_| panicked(case.guesses.best(), case.task.tokens))
}

/// A candidate, whoever made it.
struct Offer<'a> {
    kind: Kind,
    text: Cow<'a, str>,
    method: Cow<'static, str>,
    omissions: Cow<'a, [Omission]>,
    last_resort: bool,
    /// Whether nothing is left out but what formats a terminal.
    only_formatting: bool,
    is_of_module: bool,
}

impl<'a> Offer<'a> {
    fn of_compressor(kind: Kind, candidate: Candidate) -> Self {
        Self {
            kind,
            text: Cow::Owned(candidate.text),
            method: Cow::Borrowed(candidate.method),
            omissions: Cow::Owned(candidate.omissions),
            last_resort: candidate.last_resort,
            only_formatting: false,
            is_of_module: false,
        }
    }

    /// A candidate for a text that was cleaned first.
    fn of_cleaned(kind: Kind, mut candidate: Candidate, cleaned: &Cleaned) -> Self {
        let only_formatting = candidate.omissions.is_empty();
        if !only_formatting {
            candidate.text = terminal::close_up(&candidate.text).into_owned();
        }
        candidate.omissions.push(Omission {
            unit: Unit::Formatting,
            count: cleaned.left_out,
            total: cleaned.total,
            ranges: Vec::new(),
            path: None,
        });
        Self { only_formatting, ..Self::of_compressor(kind, candidate) }
    }

    fn of_module(best: Kind, candidate: &'a AnswerCandidate) -> Self {
        // An outline is wanted whatever the size of a file, as the core's own is.
        let is_outline = candidate.method == code::METHOD;
        Self {
            kind: if is_outline { Kind::Code } else { best },
            text: Cow::Borrowed(&candidate.text),
            method: Cow::Owned(candidate.method.clone()),
            omissions: Cow::Borrowed(&candidate.omissions),
            last_resort: !is_outline,
            only_formatting: false,
            is_of_module: true,
        }
    }
}

/// What the compressors of all that a text may be make of it.
fn candidates(registry: Registry, guesses: &Guesses, task: &Task<'_>) -> Vec<(Kind, Candidate)> {
    let mut made = Vec::new();
    for kind in guesses.iter() {
        for compressor in registry.compressors(kind) {
            made.extend(compressor.compress(task).into_iter().map(|candidate| (kind, candidate)));
        }
    }
    made
}

/// What is made of the text that a terminal would show. JSON has no use for it: spaces between its values cost nothing
/// once it is minified, and inside of strings they are values.
fn cleaned_offers(case: &Case<'_>) -> Option<Vec<Offer<'static>>> {
    let task = &case.task;
    if task.lossless || matches!(case.guesses.best(), Kind::Json | Kind::Ndjson) {
        return None;
    }
    let cleaned = terminal::clean(task.text)?;
    let text = &*cleaned.text;
    let guesses = case.registry.guess(&Sample::new(text, case.hints));
    let plain = Candidate::lossless(terminal::close_up(text).into_owned(), "terminal");
    let made = candidates(case.registry, &guesses, &Task { text, tokens: task.counter.count(text), ..*task });
    let offers = std::iter::once((guesses.best(), plain)).chain(made);
    Some(offers.map(|(kind, candidate)| Offer::of_cleaned(kind, candidate, &cleaned)).collect())
}

fn choose(case: &Case<'_>) -> Decision {
    let task = &case.task;
    let best = case.guesses.best();
    let mut decision = Decision::unchanged(best, task.tokens);
    let cleaned = cleaned_offers(case);
    // Where a cleaned text is compressed, of the text as it came only a form that loses nothing can be better.
    let as_it_came = Task { lossless: task.lossless || cleaned.is_some(), ..*task };
    let mut offers = cleaned.unwrap_or_default();
    let made = candidates(case.registry, case.guesses, &as_it_came);
    offers.extend(made.into_iter().map(|(kind, candidate)| Offer::of_compressor(kind, candidate)));
    for &(module, answer) in &case.answers {
        let Some(candidates) = answer else {
            decision.error = Some(format!("the module {module} did not answer"));
            continue;
        };
        let mut known = None;
        for candidate in candidates {
            let Some(candidate) = candidate else {
                decision.error = Some(format!("a candidate of the module {module} cannot be read"));
                continue;
            };
            let known = known.get_or_insert_with(|| handles(task.text));
            if let Some(flaw) = flaw(candidate, known) {
                decision.error = Some(format!("a candidate of the module {module} {flaw}"));
            } else {
                // Who knows the language makes the better outline, whichever is the shorter.
                offers.retain(|offer| offer.is_of_module || offer.method != candidate.method);
                offers.push(Offer::of_module(best, candidate));
            }
        }
    }
    // Shorter texts first: once a small count is known, counting a longer text stops early.
    offers.sort_by_key(|offer| offer.text.len());
    let (lossless, lossy): (Vec<_>, Vec<_>) =
        offers.into_iter().partition(|offer| offer.omissions.is_empty());
    let mut limit = most_tokens_that_win(task.tokens, task.counter.name() == "estimate");

    let mut form_tokens = task.tokens;
    for offer in lossless {
        let Some(tokens) = limit.and_then(|limit| task.counter.count_up_to(&offer.text, limit)) else {
            continue;
        };
        limit = tokens.checked_sub(1);
        form_tokens = tokens;
        decision.kind = offer.kind;
        decision.method = offer.method;
        decision.text = Some(offer.text.into_owned());
        decision.tokens_after = tokens;
    }
    if task.lossless {
        return decision;
    }
    // What has to be asked for costs a turn, so leaving something out has to be worth it.
    limit = limit.and_then(|limit| limit.checked_sub(form_tokens / LEAST_LOSSY_GAIN));
    // A text that only lost its formatting is a form of the whole, against which the others are held.
    let (forms, lossy): (Vec<_>, Vec<_>) = lossy.into_iter().partition(|offer| offer.only_formatting);
    for offer in forms.into_iter().chain(lossy) {
        if offer.last_resort && form_tokens <= task.budget {
            continue;
        }
        let Some(most) = limit else { break };
        let (finished, handle) = ccr::seal(&offer.text, task.text, &offer.omissions, case.key);
        let Some(tokens) = task.counter.count_up_to(&finished, most) else { continue };
        limit = tokens.checked_sub(1);
        if offer.only_formatting {
            form_tokens = tokens;
        }
        decision.kind = offer.kind;
        decision.method = offer.method;
        decision.text = Some(finished);
        decision.tokens_after = tokens;
        decision.handle = Some(handle);
        decision.omissions = offer.omissions.into_owned();
    }
    decision
}

/// The largest number of tokens that is a gain over `before`, if any is. An estimate without a vocabulary may be wrong
/// by some per cent either way, so there a gain has to be clear.
pub(super) fn most_tokens_that_win(before: usize, without_vocabulary: bool) -> Option<usize> {
    let most = if without_vocabulary { before * 9 / 10 } else { before.saturating_sub(1) };
    (most < before).then_some(most)
}

/// What is wrong with a candidate that the core did not make; `known` are the handles of the original.
fn flaw(candidate: &AnswerCandidate, known: &BTreeSet<String>) -> Option<&'static str> {
    if candidate.omissions.is_empty() {
        return Some("says that nothing is left out, which only the core can prove");
    }
    let sound = |omission: &Omission| {
        omission.count > 0
            && omission.count <= omission.total
            && omission
                .ranges
                .iter()
                .all(|&(first, last)| 0 < first && first <= last && last <= omission.total)
            && omission.ranges.windows(2).all(|pair| pair[0].1 < pair[1].0)
    };
    if !candidate.omissions.iter().all(sound) {
        return Some("has omissions that do not add up");
    }
    if !handles(&candidate.text).is_subset(known) {
        return Some("holds a handle that is not the original's");
    }
    None
}

/// Everything in `text` that has the shape of a handle, whoever wrote it.
fn handles(text: &str) -> BTreeSet<String> {
    const LENGTH: usize = "hr_".len() + 16;
    memchr::memmem::find_iter(text.as_bytes(), "hr_")
        .filter_map(|at| ccr::normalise(text.get(at..at + LENGTH)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_is_a_token_or_a_tenth_of_an_estimate() {
        let gains = |without_vocabulary| {
            [0, 1, 10, 19].map(|before| most_tokens_that_win(before, without_vocabulary))
        };
        assert_eq!(gains(false), [None, Some(0), Some(9), Some(18)]);
        assert_eq!(gains(true), [None, Some(0), Some(9), Some(17)]);
    }

    #[test]
    fn handles_are_found_among_other_bytes() {
        let text = "hr_ ä hr_0123456789abcdef, HR_0123456789abcdef hr_0123456789ABCDEFg hr_é";
        assert_eq!(handles(text).into_iter().collect::<Vec<_>>(), ["hr_0123456789abcdef"]);
    }
}
