//! Ranges of rows or lines as models write them: `9-820,900`, `12-`, `5@4001`.
//!
//! Owns the syntax in both directions and the arithmetic on ranges. It does not know what is counted.
//!
//! Numbers are 1-based and inclusive, as in markers. `5@4001` begins at character 4001 of unit 5, which is how a
//! unit too large for one answer is continued; `12-` runs to the end.

use std::fmt::Write as _;

/// The number that stands for the last unit there is. The same on 32-bit and 64-bit machines.
pub(super) const END: usize = u32::MAX as usize;

/// Consecutive units, the first of them perhaps not from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    /// Number of the first unit.
    pub(super) first: usize,
    /// The character of the first unit at which to begin, 1 for the whole unit.
    pub(super) character: usize,
    /// Number of the last unit, or [`END`].
    pub(super) last: usize,
}

impl Range {
    /// Every unit there is.
    pub(super) const ALL: Self = Self { first: 1, character: 1, last: END };

    fn single(number: usize) -> Self {
        Self { first: number, character: 1, last: number }
    }
}

/// Reads ranges; ascending, with overlapping and adjacent ones merged. `None` where the text is none.
pub(super) fn parse(text: &str) -> Option<Vec<Range>> {
    let mut ranges = Vec::new();
    for piece in text.split([',', ';', '\n']) {
        let piece = piece.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"' | '\''));
        let piece = ["rows", "row", "lines", "line"]
            .iter()
            .find_map(|word| piece.strip_prefix(word))
            .map_or(piece, str::trim_start);
        if !piece.is_empty() {
            ranges.push(parse_one(piece)?);
        }
    }
    (!ranges.is_empty()).then(|| merge(ranges))
}

fn parse_one(piece: &str) -> Option<Range> {
    let dash = ["..", "-", "–", ":"].iter().find_map(|dash| piece.split_once(dash));
    let (first, last) = match dash {
        Some((first, last)) => (first.trim(), Some(last.trim())),
        None => (piece, None),
    };
    let (first, character) = match first.split_once('@') {
        Some((first, character)) => (first.trim(), number(character.trim())?.max(1)),
        None => (first, 1),
    };
    let first = if first.is_empty() && dash.is_some() { 1 } else { number(first)? };
    let last = match last {
        None => first,
        Some("") => END,
        // The character at which a range ends cannot be chosen, so one that is given is passed over.
        Some(last) => number(last.split_once('@').map_or(last, |(last, _)| last.trim()))?,
    };
    if first == 0 && last == 0 {
        return None;
    }
    let (first, last) = if first <= last { (first, last) } else { (last, first) };
    Some(Range { first: first.max(1), character, last })
}

fn number(digits: &str) -> Option<usize> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| digits.parse::<usize>().map_or(END, |number| number.min(END)))
}

/// Ascending, with overlapping and adjacent ranges as one.
pub(super) fn merge(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    let mut merged: Vec<Range> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(previous) if range.first <= previous.last => previous.last = previous.last.max(range.last),
            Some(previous) if range.first == previous.last + 1 && range.character == 1 => {
                previous.last = range.last;
            }
            _ => merged.push(range),
        }
    }
    merged
}

/// Ranges of single units, in any order.
pub(super) fn of_numbers(numbers: impl Iterator<Item = usize>) -> Vec<Range> {
    merge(numbers.map(Range::single).collect())
}

/// What of `ranges` lies within `1..=total`.
pub(super) fn within(ranges: &[Range], total: usize) -> Vec<Range> {
    let clip = |range: &Range| Range { last: range.last.min(total), ..*range };
    ranges.iter().take_while(|range| range.first <= total).map(clip).collect()
}

/// What of `ranges` comes at or after the given character of unit `number`.
pub(super) fn rest_from(ranges: &[Range], number: usize, character: usize) -> Vec<Range> {
    let mut rest: Vec<Range> = ranges.iter().copied().filter(|range| range.last >= number).collect();
    if let Some(first) = rest.first_mut()
        && first.first <= number
    {
        *first = Range { first: number, character, last: first.last };
    }
    rest
}

/// `9-820,900`, and `,…` where there are more than `most`; a last unit of `total` is left open (`12-`).
pub(super) fn write(ranges: &[Range], most: usize, total: Option<usize>) -> String {
    let mut text = String::new();
    for (at, range) in ranges.iter().take(most).enumerate() {
        if at > 0 {
            text.push(',');
        }
        let _ = write!(text, "{}", range.first);
        if range.character > 1 {
            let _ = write!(text, "@{}", range.character);
        }
        if Some(range.last) == total && range.first < range.last {
            text.push('-');
        } else if range.first < range.last {
            let _ = write!(text, "-{}", range.last);
        }
    }
    if ranges.len() > most {
        text.push_str(",…");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rewritten(text: &str) -> String {
        parse(text).map_or_else(|| "none".to_owned(), |ranges| write(&ranges, 99, Some(END)))
    }

    #[test]
    fn what_models_write_is_understood() {
        for (text, meant) in [
            ("9-820,900", "9-820,900"),
            (" 900 , 9 - 820 ", "9-820,900"),
            ("rows 9-12", "9-12"),
            ("line 7", "7"),
            ("[3]", "3"),
            ("12-", "12-"),
            ("-4", "1-4"),
            ("0-4", "1-4"),
            ("20..9", "9-20"),
            ("9–12; 3:5", "3-5,9-12"),
            ("1-5,4-9,10,12", "1-10,12"),
            ("5@4001-", "5@4001-"),
            ("5@4001-9,5", "5-9"),
            ("4,5@10", "4,5@10"),
            ("99999999999999999999", "4294967295"),
            ("", "none"),
            ("0", "none"),
            ("all", "none"),
            ("1,x", "none"),
            ("3@", "none"),
        ] {
            assert_eq!(rewritten(text), meant, "{text:?}");
        }
    }

    #[test]
    fn the_rest_of_a_cut_selection_is_what_was_not_given() {
        let ranges = parse("2-5,9,12-20").expect("ranges");
        let rest = |number, character| write(&rest_from(&ranges, number, character), 9, Some(20));
        assert_eq!(rest(2, 1), "2-5,9,12-");
        assert_eq!(rest(4, 17), "4@17-5,9,12-");
        assert_eq!(rest(9, 1), "9,12-");
        assert_eq!(rest(20, 3), "20@3");
        assert_eq!(rest(21, 1), "");
        assert_eq!(within(&ranges, 13), parse("2-5,9,12-13").expect("ranges"));
        assert_eq!(within(&ranges, 1), []);
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_what_is_written_is_read_back(text in "[-0-9,@. \\PC]{0,20}") {
            if let Some(ranges) = parse(&text) {
                prop_assert_eq!(parse(&write(&ranges, ranges.len(), None)), Some(ranges));
            }
        }
    }
}
