//! Estimates the tokens of `o200k_base` in builds that carry no vocabulary.
//!
//! Owns the costs. Text is split exactly as for counting, so what is estimated is only how many tokens a piece
//! becomes: one for a number or white space, and for a word more the longer it is. The costs were fitted to tool
//! outputs of many kinds (logs, JSON, HTML, code, diffs, tables, prose), each kind weighing the same; fitted without
//! a kind, they predict that kind within 9 %.

use super::classes::{CASELESS, LETTER, MARK, NUMBER, SPACE, class_at};
use super::split;

/// One token, in the unit of the costs.
const TOKEN: usize = 100;

/// For a word that starts a piece, follows a space, or follows another character, each of lower-case,
/// capitalised and upper-case letters: the letters that cost one token, and what each further letter costs.
const WORDS: [[(usize, usize); 3]; 3] =
    [[(3, 8), (1, 8), (2, 35)], [(7, 11), (3, 6), (2, 21)], [(1, 11), (0, 17), (0, 22)]];

/// The estimate for `text`, or `None` when it is over `limit`.
pub(super) fn count(text: &str, limit: usize) -> Option<usize> {
    let text = text.as_bytes();
    let limit_in_costs = limit.saturating_mul(TOKEN);
    let mut cost = 0;
    let mut start = 0;
    while start < text.len() {
        let end = split::o200k(text, start);
        cost += piece(&text[start..end]);
        if cost > limit_in_costs {
            return None;
        }
        start = end;
    }
    Some(cost.div_ceil(TOKEN))
}

fn piece(piece: &[u8]) -> usize {
    let (first, second) = class_at(piece, 0);
    let (next, _) = class_at(piece, second);
    if first & (LETTER | MARK) != 0 || next & (LETTER | MARK) != 0 {
        let lead = match piece[0] {
            _ if first & (LETTER | MARK) != 0 => 0,
            b' ' => 1,
            _ => 2,
        };
        return word(if lead == 0 { piece } else { &piece[second..] }, lead);
    }
    if first & NUMBER != 0 || (first & SPACE != 0 && next & SPACE != 0) {
        return TOKEN;
    }
    symbols(piece)
}

fn word(letters: &[u8], lead: usize) -> usize {
    if !letters.is_ascii() {
        return foreign_word(letters).max(TOKEN);
    }
    let upper = |at: usize| letters.get(at).is_some_and(u8::is_ascii_uppercase);
    let case =
        if upper(0) && upper(letters.len() - 1) && letters.len() > 1 { 2 } else { usize::from(upper(0)) };
    let (free, further) = WORDS[lead][case];
    TOKEN + further * letters.len().saturating_sub(free)
}

/// A word with letters outside ASCII, by the scripts of its characters.
fn foreign_word(letters: &[u8]) -> usize {
    let mut cost = 0;
    let mut at = 0;
    while at < letters.len() {
        let (class, next) = class_at(letters, at);
        // The first byte of a long character tells the script.
        cost += match letters[at] {
            0..0x80 => 25,
            // Cyrillic.
            0xD0..=0xD3 => 26,
            // Latin with diacritics, Greek, Hebrew, Arabic, and the scripts of India and South East Asia.
            0x80..=0xE0 => 40,
            // Chinese, Japanese, Korean.
            _ if class & CASELESS != 0 => 80,
            _ => 50,
        };
        at = next;
    }
    cost
}

/// Symbols: the first three runs of one character are a token together, each further one costs something, and so
/// do characters outside ASCII and long runs.
fn symbols(piece: &[u8]) -> usize {
    let mut runs: usize = 0;
    let mut foreign: usize = 0;
    let mut previous: &[u8] = &[];
    let mut at = 0;
    while at < piece.len() {
        let (_, next) = class_at(piece, at);
        let character = &piece[at..next];
        if character != previous && character != b" " {
            runs += 1;
            foreign += usize::from(character.len() > 1) * (character.len() - 1);
        }
        previous = character;
        at = next;
    }
    TOKEN + 35 * runs.saturating_sub(3) + 35 * foreign.saturating_sub(2) + 3 * piece.len().saturating_sub(16)
}

#[cfg(all(test, feature = "embedded-o200k"))]
#[path = "../../tests/support/corpus.rs"]
mod corpus;

#[cfg(all(test, feature = "embedded-o200k"))]
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
mod tests {
    use super::count;

    /// One sentence of the Universal Declaration of Human Rights in many scripts.
    const SENTENCES: [&str; 12] = [
        "All human beings are born free and equal in dignity and rights.",
        "Tous les êtres humains naissent libres et égaux en dignité et en droits.",
        "Alle Menschen sind frei und gleich an Würde und Rechten geboren.",
        "Все люди рождаются свободными и равными в своем достоинстве и правах.",
        "人人生而自由，在尊严和权利上一律平等。",
        "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
        "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
        "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.",
        "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
        "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.",
        "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
        "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
    ];

    #[test]
    fn every_script_is_near_enough() {
        let exact = crate::tokens::Counter::for_model(Some("gpt-4o")).expect("embedded");
        for sentence in SENTENCES {
            let (estimate, exact) = (count(sentence, usize::MAX).unwrap_or(0), exact.count(sentence));
            assert!(estimate.abs_diff(exact) * 4 <= exact, "{estimate} for {exact}: {sentence}");
        }
    }

    #[test]
    fn every_kind_of_the_corpus_is_within_a_tenth() {
        let Some(kinds) = super::corpus::tool_texts() else {
            eprintln!("skipped: no corpus (set HEADROOM_CORPUS)");
            return;
        };
        let counter = crate::tokens::Counter::for_model(Some("gpt-4o")).expect("embedded");
        for (kind, texts) in kinds {
            let exact: usize = texts.iter().map(|text| counter.count(text)).sum();
            let estimate: usize = texts.iter().filter_map(|text| count(text, usize::MAX)).sum();
            assert!(estimate.abs_diff(exact) * 10 <= exact, "{kind}: {estimate} for {exact}");
        }
    }

    #[test]
    fn the_limit_is_exact() {
        let text = "Some words, 123 and ---- symbols: hr_k3f9m2q7";
        let total = count(text, usize::MAX).expect("no limit");
        assert_eq!(count(text, total), Some(total));
        assert_eq!(count(text, total - 1), None);
        assert_eq!(count("", 0), Some(0));
    }
}
