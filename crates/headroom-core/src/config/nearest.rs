//! The known name that a mistyped one most likely meant.
//!
//! Owns the edit distance only; it knows nothing of options.

/// Of `names`, the one nearest to `given` by optimal string alignment (insertions, deletions, substitutions
/// and swaps of neighbours), with case and underscores ignored so that `min_tokens_to_compress` finds
/// `minTokensToCompress`. `None` when nothing is near: more than a third of the letters differ.
pub(super) fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // A key of the caller's may be of any length; nothing longer than this is near any option.
    const LONGEST: usize = 64;
    let given = letters(given);
    if given.len() > LONGEST {
        return None;
    }
    let limit = (given.len() / 3).max(2);
    names
        .map(|name| (distance(&given, &letters(name)), name))
        .filter(|&(distance, name)| distance <= limit && distance < name.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

fn letters(name: &str) -> Vec<char> {
    name.chars().filter(|&c| c != '_' && c != '-').flat_map(char::to_lowercase).collect()
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substituted = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substituted.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["minTokensToCompress", "mode", "maxRetrievals"];

    #[test]
    fn finds_what_was_meant() {
        let find = |given| nearest(given, NAMES.into_iter());
        assert_eq!(find("min_tokens_to_compress"), Some("minTokensToCompress"));
        assert_eq!(find("minTokenToCompress"), Some("minTokensToCompress"));
        assert_eq!(find("Mode"), Some("mode"));
        assert_eq!(find("mdoe"), Some("mode"));
        assert_eq!(find("maxRetreivals"), Some("maxRetrievals"));
        assert_eq!(find("kompress"), None);
        assert_eq!(find(""), None);
        assert_eq!(find(&"x".repeat(100_000)), None);
    }
}
