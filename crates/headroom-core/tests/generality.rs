//! How little hangs on the thresholds of the `LogCompressor`: over a corpus, each source of logs is left out once, the
//! thresholds that do best on the others are chosen, and the source left out is scored with them and with the standard
//! ones. Where the two are far apart, a threshold fits a text and not logs.
//!
//! `HEADROOM_SLOW=1` varies two thresholds at a time instead of one.

#![allow(clippy::print_stderr, reason = "the table is for a reader, and a skipped test says so")]

use headroom_core::compress::log::{LogCompressor, Tuning};
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::collections::BTreeSet;

#[path = "support/scored.rs"]
mod scored;

use scored::Case;

/// How far apart the savings may be, in points.
const POINTS: f64 = 4.0;
/// The recall below which thresholds are not chosen.
const LEAST_RECALL: f64 = 0.98;

/// A change of one threshold.
type Change = (&'static str, fn(&mut Tuning, f64));

fn scale(value: &mut usize, factor: f64) {
    *value = ((*value as f64 * factor) as usize).max(1);
}

const CHANGES: [Change; 16] = [
    ("least_words", |tuning, by| scale(&mut tuning.least_words, by)),
    ("least_words_of_errors", |tuning, by| scale(&mut tuning.least_words_of_errors, by)),
    ("least_fixed_share", |tuning, by| scale(&mut tuning.least_fixed_share, by)),
    ("max_asked", |tuning, by| scale(&mut tuning.max_asked, by)),
    ("max_asked_of_a_template", |tuning, by| scale(&mut tuning.max_asked_of_a_template, by)),
    ("least_note_bytes", |tuning, by| scale(&mut tuning.least_note_bytes, by)),
    ("note_share", |tuning, by| scale(&mut tuning.note_share, by)),
    ("whole_lines", |tuning, by| scale(&mut tuning.whole_lines, by)),
    ("kept_frames", |tuning, by| scale(&mut tuning.kept_frames, by)),
    ("max_listed_numbers", |tuning, by| scale(&mut tuning.max_listed_numbers, by)),
    ("least_listed", |tuning, by| scale(&mut tuning.least_listed, by)),
    ("frequent", |tuning, by| scale(&mut tuning.frequent, by)),
    ("max_scattered_bytes", |tuning, by| scale(&mut tuning.max_scattered_bytes, by)),
    ("outlier", |tuning, by| tuning.outlier *= by),
    ("least_for_outlier", |tuning, by| {
        tuning.least_for_outlier = (f64::from(tuning.least_for_outlier) * by) as u32;
    }),
    ("max_outliers", |tuning, by| scale(&mut tuning.max_outliers, by)),
];

/// The standard thresholds, and those where one, or where `pairs` two, are half or twice as large.
fn tunings(pairs: bool) -> Vec<(String, Tuning)> {
    let mut singly: Vec<(usize, String, Tuning)> = Vec::new();
    let mut all = vec![("standard".to_owned(), Tuning::STANDARD)];
    for (at, (name, change)) in CHANGES.iter().enumerate() {
        for factor in [0.5, 2.0] {
            let mut tuning = Tuning::STANDARD;
            change(&mut tuning, factor);
            singly.push((at, format!("{name} ×{factor}"), tuning));
            for (other, others, tuning) in singly.iter().filter(|_| pairs) {
                if *other != at {
                    let mut tuning = *tuning;
                    change(&mut tuning, factor);
                    all.push((format!("{others}, {name} ×{factor}"), tuning));
                }
            }
        }
    }
    all.extend(singly.into_iter().map(|(_, name, tuning)| (name, tuning)));
    all
}

/// What becomes of a case.
#[derive(Clone, Copy, Default)]
struct Score {
    before: usize,
    after: usize,
    facts: usize,
    kept: usize,
}

impl Score {
    fn of(case: &Case, tuning: Tuning, counter: &Counter) -> Self {
        let query = Query { question: case.question.clone(), arguments: String::new() };
        let mut score = Self { facts: case.facts.len(), ..Self::default() };
        let mut seen = String::new();
        for text in &case.texts {
            let tokens = counter.count(text);
            let budget = 4_000;
            let task = Task {
                text,
                first_line: 1,
                tokens,
                query: &query,
                counter,
                budget,
                lossless: false,
                code: false,
            };
            let candidate = LogCompressor { tuning }.compress(&task).pop();
            let shown = candidate.map_or_else(|| text.clone(), |candidate| candidate.text);
            score.before += tokens;
            score.after += counter.count(&shown).min(tokens);
            seen += &shown;
        }
        let seen = scored::bare(&seen);
        score.kept = case.facts.iter().filter(|fact| seen.contains(*fact)).count();
        score
    }

    fn sum(scores: impl Iterator<Item = Self>) -> Self {
        scores.fold(Self::default(), |sum, score| Self {
            before: sum.before + score.before,
            after: sum.after + score.after,
            facts: sum.facts + score.facts,
            kept: sum.kept + score.kept,
        })
    }

    /// In points.
    fn saving(self) -> f64 {
        100.0 * (1.0 - self.after as f64 / self.before.max(1) as f64)
    }

    fn recall(self) -> f64 {
        self.kept as f64 / self.facts.max(1) as f64
    }
}

#[test]
fn thresholds_chosen_without_a_source_do_as_well_on_it() {
    let Some(cases) = scored::cases("logs") else {
        eprintln!("*** there is no corpus beside the repository: not tested over it ***");
        return;
    };
    let counter = Counter::for_model(None).expect("the default vocabulary");
    let tunings = tunings(std::env::var_os("HEADROOM_SLOW").is_some_and(|slow| slow == "1"));
    let scores: Vec<Vec<Score>> = tunings
        .iter()
        .map(|(_, tuning)| cases.iter().map(|case| Score::of(case, *tuning, &counter)).collect())
        .collect();
    let score = |tuning: usize, held_out: &str, within: bool| {
        let of_them =
            cases.iter().zip(&scores[tuning]).filter(|(case, _)| (case.source == held_out) == within);
        Score::sum(of_them.map(|(_, score)| *score))
    };
    let sources: BTreeSet<&str> = cases.iter().map(|case| case.source.as_str()).collect();
    let mut apart = Vec::new();
    for source in sources {
        let chosen = (0..tunings.len())
            .filter(|&tuning| score(tuning, source, false).recall() >= LEAST_RECALL)
            .min_by_key(|&tuning| score(tuning, source, false).after)
            .expect("thresholds with enough recall");
        let (standard, other) = (score(0, source, true), score(chosen, source, true));
        let names: Vec<&str> =
            cases.iter().filter(|case| case.source == source).map(|case| case.id.as_str()).collect();
        eprintln!(
            "{:30} standard {:5.2} % of tokens saved, recall {:.3}; chosen without it ({}) {:5.2} %, recall {:.3}",
            names.join(", "),
            standard.saving(),
            standard.recall(),
            tunings[chosen].0,
            other.saving(),
            other.recall(),
        );
        assert!(standard.recall() >= LEAST_RECALL, "{source}: facts are lost");
        if (standard.saving() - other.saving()).abs() > POINTS {
            apart.push(source);
        }
    }
    let range = |figure: fn(Score) -> f64| {
        let figures: Vec<f64> = scores.iter().map(|all| figure(Score::sum(all.iter().copied()))).collect();
        (figures.iter().copied().fold(f64::MAX, f64::min), figures.iter().copied().fold(0.0, f64::max))
    };
    let ((least, most), (lost, kept)) = (range(Score::saving), range(Score::recall));
    eprintln!("{} tunings: {least:.2} to {most:.2} % saved, recall {lost:.3} to {kept:.3}", tunings.len());
    assert!(apart.is_empty(), "over {POINTS} points hang on the thresholds for {apart:?}");
}
