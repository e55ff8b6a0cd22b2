//! What each part of a text is worth for a question.
//!
//! Owns the measure: words of the question that stand in a part, the rarer the better; what stands beside such a part, in
//! its paragraph, in its section (BM25: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, section 3.5) and
//! below such a heading. It leaves nothing out itself.

use super::outline::{Outline, Role};
use crate::compress::Query;
use crate::compress::words::Words;

/// How well the question points at parts of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guidance {
    /// Not at all.
    None,
    /// By many words.
    Broad,
    /// By a few.
    Clear,
}

/// What each part is worth.
#[derive(Debug)]
pub(super) struct Ranking {
    /// For each part.
    pub(super) scores: Vec<f64>,
    pub(super) guidance: Guidance,
}

/// Parts of a text below which leaving some out is not worth a mark.
const FEWEST_PIECES: usize = 8;
/// Words of a question from which on it is long.
const LONG_QUESTION: u32 = 28;
/// BM25: how soon more of the same word is worth no more, and how much a long section counts as long.
const SATURATION: f64 = 1.2;
const LENGTH_SHARE: f64 = 0.75;
/// What a word in a heading counts for in the section below.
const IN_HEADING: u32 = 4;
/// What a section is worth that has the number of the question, compared with one whose heading has all of its words.
const IS_NUMBERED: f64 = 3.0;
/// What a part is worth of what stands before or after it, by distance.
const BESIDE: [f64; 4] = [0.6, 0.45, 0.3, 0.15];
/// Numbers of a question that are looked for in headings.
const MOST_NUMBERS: usize = 8;
const WORDS: usize = 64;

/// Ranks the parts of a text.
pub(super) fn rank(outline: &Outline<'_>, query: &Query) -> Ranking {
    let words = Words::new(query);
    let found: Vec<u64> = outline.pieces.iter().map(|piece| words.found(outline.text_of(piece))).collect();
    let rarity = Rarity::of(outline, &found);
    let wants = Wants::of(query);
    let direct = direct(outline, &found, &rarity);
    let Sections { values: sections, named, is_one_numbered } = sections(outline, &found, &rarity, &wants);
    let blocks = blocks(outline, &direct);
    let mut scores: Vec<f64> = (0..outline.pieces.len())
        .map(|at| {
            let piece = &outline.pieces[at];
            let beside = beside(outline, &direct, at);
            let section = sections[piece.section];
            let asked = 1.0 * direct[at]
                + 0.8 * beside
                + 0.5 * blocks[at]
                + 1.3 * section
                + 0.8 * named[piece.section];
            asked + wants.bonus(outline.text_of(piece)) * (0.2 + section + direct[at]) + place(outline, at)
        })
        .collect();
    lead_in(outline, &direct, &mut scores);
    Ranking { scores, guidance: guidance(&found, &rarity, query, is_one_numbered) }
}

/// In how many parts the words stand.
struct Rarity {
    parts: [u32; WORDS],
    weights: [f64; WORDS],
}

impl Rarity {
    fn of(outline: &Outline<'_>, found: &[u64]) -> Self {
        let mut parts = [0_u32; WORDS];
        let mut all = 1_u32;
        for (&bits, piece) in found.iter().zip(&outline.pieces) {
            if piece.role != Role::Heading {
                all += 1;
                each(bits, |word| parts[word] += 1);
            }
        }
        let weights = parts.map(|parts| {
            let (all, parts) = (f64::from(all), f64::from(parts));
            libm::log1p((all - parts + 0.5) / (parts + 0.5))
        });
        Self { parts, weights }
    }

    fn weight(&self, bits: u64) -> f64 {
        let mut sum = 0.0;
        each(bits, |word| sum += self.weights[word]);
        sum
    }
}

fn each(mut bits: u64, mut with: impl FnMut(usize)) {
    while bits != 0 {
        with(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// Scales so that the largest is 1.
fn scaled(mut values: Vec<f64>) -> Vec<f64> {
    let most = values.iter().copied().fold(0.0, f64::max);
    if most > 0.0 {
        for value in &mut values {
            *value /= most;
        }
    }
    values
}

/// What each part itself holds of the question; a long one a little less.
fn direct(outline: &Outline<'_>, found: &[u64], rarity: &Rarity) -> Vec<f64> {
    let value = |(piece, &bits): (&super::outline::Piece, &u64)| {
        let length = (piece.end - piece.start) as f64;
        let part = rarity.weight(bits) / (0.8 + 0.2 * (length / 150.0).min(3.0));
        if piece.role == Role::Aside { part / 2.0 } else { part }
    };
    scaled(outline.pieces.iter().zip(found).map(value).collect())
}

/// What each part's paragraph holds of the question: its best part.
fn blocks(outline: &Outline<'_>, direct: &[f64]) -> Vec<f64> {
    let mut values = Vec::with_capacity(direct.len());
    for block in outline.pieces.chunk_by(|a, b| a.block == b.block) {
        let from = values.len();
        let best = direct[from..from + block.len()].iter().copied().fold(0.0, f64::max);
        values.resize(from + block.len(), best);
    }
    values
}

/// What stands beside a part in its section.
fn beside(outline: &Outline<'_>, direct: &[f64], at: usize) -> f64 {
    let section = outline.pieces[at].section;
    let mut best = 0.0_f64;
    for (distance, share) in BESIDE.iter().enumerate() {
        for other in [at.checked_sub(distance + 1), Some(at + distance + 1)].into_iter().flatten() {
            if outline.pieces.get(other).is_some_and(|other| other.section == section) {
                best = best.max(direct[other] * share);
            }
        }
    }
    best
}

/// What ends with a colon announces the block after it.
fn lead_in(outline: &Outline<'_>, direct: &[f64], scores: &mut [f64]) {
    let mut announced = 0.0;
    let mut announcing = 0;
    for (at, piece) in outline.pieces.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &outline.pieces[before]);
        if before.is_some_and(|before| before.section != piece.section || before.role == Role::Sentence) {
            announced = 0.0;
        }
        if let Some(before) =
            before.filter(|before| before.block != piece.block && before.section == piece.section)
            && outline.text_of(before).ends_with(':')
        {
            announced = direct[at - 1];
            announcing = at - 1;
        }
        if announced > 0.0 {
            scores[at] += 0.6 * announced;
        }
        if at == announcing + 1 {
            // What is announced needs its announcement.
            scores[announcing] = scores[announcing].max(scores[at] - 0.05);
        }
    }
}

/// What sections are worth.
struct Sections {
    /// For each what it holds of the question.
    values: Vec<f64>,
    /// For each what its heading and those above hold of it.
    named: Vec<f64>,
    /// Whether the question gives the number of some few, as those of a version.
    is_one_numbered: bool,
}

fn sections(outline: &Outline<'_>, found: &[u64], rarity: &Rarity, wants: &Wants) -> Sections {
    let count = outline.sections.len();
    let average = outline.text.len() as f64 / count as f64;
    let mut values = vec![0.0; count];
    let mut headings = vec![0_u64; count];
    let mut numbered = vec![false; count];
    let mut at = 0;
    for pieces in outline.pieces.chunk_by(|a, b| a.section == b.section) {
        let section = pieces[0].section;
        let mut counts = [0_u32; WORDS];
        for (piece, &bits) in pieces.iter().zip(&found[at..]) {
            let heading = piece.role == Role::Heading;
            each(bits, |word| counts[word] += if heading { IN_HEADING } else { 1 });
            if heading {
                headings[section] |= bits;
                numbered[section] |= wants.is_numbered(outline.text_of(piece));
            }
        }
        at += pieces.len();
        // What stands in a heading further up is about this section as well.
        if let Some(parent) = outline.sections[section].parent {
            numbered[section] |= numbered[parent];
            headings[section] |= headings[parent];
            each(headings[parent], |word| counts[word] += 1);
        }
        let length = pieces.iter().map(|piece| piece.end - piece.start).sum::<usize>() as f64;
        let norm = SATURATION * (1.0 - LENGTH_SHARE + LENGTH_SHARE * (length / average).min(4.0));
        for (word, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = f64::from(count);
            values[section] += rarity.weights[word] * count * (SATURATION + 1.0) / (count + norm);
        }
    }
    let named: Vec<f64> = (0..count).map(|section| rarity.weight(headings[section])).collect();
    let mut named = scaled(named);
    let many = numbered.iter().filter(|numbered| **numbered).count();
    let is_one_numbered = (1..=count / 4).contains(&many);
    if is_one_numbered {
        named
            .iter_mut()
            .zip(numbered)
            .filter(|(_, numbered)| *numbered)
            .for_each(|(named, _)| *named += IS_NUMBERED);
    }
    Sections { values: scaled(values), named, is_one_numbered }
}

/// What a place in the text is worth: what comes first says what the rest is about.
fn place(outline: &Outline<'_>, at: usize) -> f64 {
    let piece = &outline.pieces[at];
    let before = at.checked_sub(1).map(|before| &outline.pieces[before]);
    let mut value = 0.0;
    if before.is_none_or(|before| before.section != piece.section || before.role == Role::Heading) {
        value += 0.2;
    }
    if before.is_none_or(|before| before.block != piece.block) {
        value += 0.05;
    }
    value += match at {
        0..3 => 0.3,
        3..8 => 0.1,
        _ => 0.0,
    };
    match piece.role {
        Role::Aside => value - 0.6,
        Role::Code => value - 0.05,
        _ => value,
    }
}

/// The sort of answer that a question wants.
#[derive(Debug, Default)]
struct Wants {
    number: bool,
    name: bool,
    numbers: Vec<String>,
}

impl Wants {
    fn of(query: &Query) -> Self {
        const NUMBER: &[&str] = &[
            "many",
            "much",
            "when",
            "year",
            "date",
            "version",
            "number",
            "percent",
            "percentage",
            "size",
            "limit",
            "default",
            "long",
            "old",
            "often",
            "cost",
            "rate",
            "century",
            "population",
            "port",
            "code",
            "cve",
        ];
        let question = query.question.to_lowercase();
        let mut wants = Self::default();
        for word in question.split(|c: char| !c.is_alphanumeric()) {
            wants.number |= NUMBER.contains(&word);
            wants.name |= matches!(word, "who" | "whom" | "whose" | "where" | "name" | "named" | "called");
        }
        for word in question.split(|c: char| !c.is_alphanumeric() && c != '.') {
            let number = word.trim_start_matches('v').trim_matches('.');
            let is_number = number.starts_with(|c: char| c.is_ascii_digit())
                && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            let tells = number.contains('.') || number.len() >= 2;
            if is_number && tells && wants.numbers.len() < MOST_NUMBERS {
                wants.numbers.push(number.to_owned());
            }
        }
        wants
    }

    /// Whether a heading begins one of its words with a number of the question: `13` in `13.0.0 (2021)`.
    fn is_numbered(&self, heading: &str) -> bool {
        self.numbers.iter().any(|number| {
            heading.match_indices(number.as_str()).any(|(at, _)| {
                let before = heading[..at].chars().next_back();
                let after = heading[at + number.len()..].chars().next();
                !before.is_some_and(|c| c.is_alphanumeric() && c != 'v' || c == '.' || c == '-')
                    && !after.is_some_and(char::is_alphanumeric)
            })
        })
    }

    fn bonus(&self, text: &str) -> f64 {
        let number = self.number && text.bytes().any(|byte| byte.is_ascii_digit());
        let name = self.name && has_name(text);
        0.15 * f64::from(u8::from(number)) + 0.1 * f64::from(u8::from(name))
    }
}

/// Whether a word after the first begins with a capital.
fn has_name(text: &str) -> bool {
    text.split_whitespace().take(200).skip(1).any(|word| word.starts_with(char::is_uppercase))
}

/// How well a question points at parts of the text: by words of which one is rare in it, or some are not common.
fn guidance(found: &[u64], rarity: &Rarity, query: &Query, is_one_numbered: bool) -> Guidance {
    let parts = found.len() as u32;
    let asked = Words::new(&Query { question: query.question.clone(), arguments: String::new() }).len();
    let all = Words::new(query).len();
    let points = |words: std::ops::Range<u32>| {
        let present = words.clone().filter(|&word| rarity.parts[word as usize] > 0).count();
        let telling =
            words.clone().filter(|&word| (1..=parts / 4).contains(&rarity.parts[word as usize])).count();
        let rare = words.clone().any(|word| (1..=parts / 16).contains(&rarity.parts[word as usize]));
        present * 3 >= words.len() && (telling >= 2 || rare)
    };
    if parts < FEWEST_PIECES as u32 || !(points(0..asked) || points(asked..all) || is_one_numbered) {
        return Guidance::None;
    }
    if asked > LONG_QUESTION { Guidance::Broad } else { Guidance::Clear }
}
