//! Where sentences end.
//!
//! Owns the split of a paragraph. It knows no language; a wrong cut costs nothing but a mark.

/// Bytes beyond which a sentence is cut between two words.
const LONGEST: usize = 1_000;
/// What may stand between the end of a sentence and the space after it.
const CLOSING: &str = "\"')]*_`”’».!?";
/// How many of them.
const MOST_CLOSING: usize = 6;
/// What a full stop after it does not end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "art", "bzw", "ca", "cf", "ch", "co", "corp", "dr", "ed", "eg", "eq", "esp", "etc", "ex",
    "fig", "gen", "ie", "inc", "jr", "lt", "ltd", "mr", "mrs", "ms", "mt", "no", "nr", "p", "pp", "prof",
    "rev", "sec", "sr", "st", "vol", "vs", "z",
];

/// The byte ranges of the sentences of a paragraph, without the space between them.
pub(super) fn split(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut last_space = 0;
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'.' | b'!' | b'?' => end_of_sentence(text, start, at),
            // 。！？ and the Devanagari and Arabic ends.
            0xE3 if bytes[at..].starts_with("。".as_bytes()) => Some(at + 3),
            0xEF if bytes[at..].starts_with("！".as_bytes()) || bytes[at..].starts_with("？".as_bytes()) => {
                Some(at + 3)
            }
            0xE0 if bytes[at..].starts_with("।".as_bytes()) => Some(at + 3),
            0xD8 if bytes[at..].starts_with("؟".as_bytes()) => Some(at + 2),
            b' ' | b'\n' | b'\t' => {
                last_space = at;
                (at - start >= LONGEST).then_some(at)
            }
            _ if at - start >= 2 * LONGEST && text.is_char_boundary(at) => {
                Some(if last_space > start { last_space } else { at })
            }
            _ => None,
        };
        match end {
            Some(end) => {
                push(&mut sentences, text, start, end);
                start = end;
                at = end.max(at + usize::from(end <= at));
            }
            None => at += 1,
        }
    }
    push(&mut sentences, text, start, text.len());
    sentences
}

/// Adds what is between two places, without space around it.
fn push(sentences: &mut Vec<(usize, usize)>, text: &str, start: usize, end: usize) {
    let part = &text[start..end];
    let trimmed = part.trim_start();
    let start = end - trimmed.len();
    let end = start + trimmed.trim_end().len();
    if start < end {
        sentences.push((start, end));
    }
}

/// The end of a sentence whose last mark may stand at `at`.
fn end_of_sentence(text: &str, start: usize, at: usize) -> Option<usize> {
    let rest = &text[at + 1..];
    let closing: usize =
        rest.chars().take(MOST_CLOSING).take_while(|&c| CLOSING.contains(c)).map(char::len_utf8).sum();
    // `[12]` after the full stop, as encyclopaedias have it.
    let mut end = at + 1 + closing;
    while let Some(note) = text[end..].strip_prefix('[') {
        let digits = note.bytes().take(4).take_while(u8::is_ascii_digit).count();
        if digits == 0 || note.as_bytes().get(digits) != Some(&b']') {
            break;
        }
        end += digits + 2;
    }
    let after = &text[end..];
    let next = after.trim_start();
    if next.is_empty() || next.len() == after.len() {
        return None;
    }
    let first = next.chars().next()?;
    if first.is_lowercase() {
        return None;
    }
    if text.as_bytes()[at] == b'.' {
        let word_at = text[start..at].rfind(|c: char| !c.is_alphabetic()).map_or(start, |before| {
            start + before + text[start + before..].chars().next().map_or(1, char::len_utf8)
        });
        let word = &text[word_at..at];
        let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
        let dotted = word.len() <= 2 && text[..word_at].ends_with('.');
        if is_initial || dotted || ABBREVIATIONS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            return None;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::split;

    fn parts(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|(start, end)| &text[start..end]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_would_end_them() {
        assert_eq!(
            parts(
                "Dr. No came at 3.15 p.m. on foot, i.e. late. \"Why?\" he said.[3] J. Smith\nwaved! e.g. so"
            ),
            [
                "Dr. No came at 3.15 p.m. on foot, i.e. late.",
                "\"Why?\" he said.[3]",
                "J. Smith\nwaved! e.g. so"
            ]
        );
        assert_eq!(parts("你好。再见！"), ["你好。", "再见！"]);
        assert_eq!(parts(" \n "), [""; 0]);
    }

    #[test]
    fn what_never_ends_is_cut_between_words() {
        let endless = "word ".repeat(10_000);
        assert!(parts(&endless).iter().all(|part| part.len() < 1_100 && part.starts_with("word")));
        let unbroken = "é".repeat(100_000);
        assert!(parts(&unbroken).iter().all(|part| part.len() <= 2_002));
        assert_eq!(parts(&unbroken).concat(), unbroken);
    }
}
