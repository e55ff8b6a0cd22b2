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
}

/// What a model asks for by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The ranges, ascending, with overlapping and adjacent ones merged; empty where there are none.
    pub(super) ranges: Vec<Range>,
    /// The match at which to go on with a search, and the character of it: `match 15-`.
    pub(super) from_match: Option<(usize, usize)>,
}

/// Reads what is asked for among `total` units. `None` where it cannot be read.
///
/// Models quote what they have seen: `rows 9-820 of 1000`, `L9-L20`, `#57`, `9 to 20`, `[9, 12]`, `last 20`.
pub(super) fn parse(text: &str, total: usize) -> Option<Asked> {
    let lower = text.to_lowercase().replace(" and ", ",").replace('&', ",");
    let mut asked = Asked::default();
    for piece in lower.split([',', ';', '\n', '|']) {
        let piece = bare(piece);
        if piece.is_empty() {
            continue;
        }
        if let Some(from) = piece.strip_prefix("match").map(|rest| rest.trim_start_matches("es").trim()) {
            let range = parse_one(from)?;
            asked.from_match = Some((range.first, range.character));
            continue;
        }
        match parse_one(piece) {
            Some(range) => asked.ranges.push(range),
            None if matches!(piece, "all" | "*") => asked.ranges.push(Range::ALL),
            None => asked
                .ranges
                .extend(from_an_end(piece, total).map_or_else(|| spaced(piece), |range| Some(vec![range]))?),
        }
    }
    asked.ranges = merge(asked.ranges);
    (!asked.ranges.is_empty() || asked.from_match.is_some()).then_some(asked)
}

/// A piece without what models write around numbers.
fn bare(piece: &str) -> &str {
    let around = |c: char| c.is_whitespace() || "[](){}<>\"'`.#".contains(c);
    let mut piece = piece.trim_matches(around);
    for word in ["rows", "row", "lines", "line", "from", "at", "no", "l", "r"] {
        let Some(rest) = piece.strip_prefix(word) else { continue };
        if rest.starts_with(|c: char| !c.is_ascii_alphabetic()) {
            piece = rest.trim_start_matches(|c: char| around(c) || c == ':' || c == '=');
        }
    }
    piece.split_once(" of ").map_or(piece, |(numbers, _)| numbers.trim_end())
}

/// `first 20`, `last 20`.
fn from_an_end(piece: &str, total: usize) -> Option<Range> {
    let (word, amount) = piece.split_once(' ')?;
    let amount = number(amount.trim())?.max(1);
    match word {
        "first" | "top" | "head" => Some(Range { last: amount, ..Range::ALL }),
        "last" | "tail" | "bottom" => {
            Some(Range { first: (total + 1).saturating_sub(amount).max(1), character: 1, last: END })
        }
        _ => None,
    }
}

/// `9 12 15`.
fn spaced(piece: &str) -> Option<Vec<Range>> {
    let mut words = piece.split_whitespace();
    words.clone().nth(1)?;
    words.try_fold(Vec::new(), |mut ranges, word| {
        ranges.push(parse_one(word)?);
        Some(ranges)
    })
}

fn parse_one(piece: &str) -> Option<Range> {
    let dash =
        ["..=", "..", " to ", " through ", "-", "–", "—", ":"].iter().find_map(|dash| piece.split_once(dash));
    let side = |side: &'_ str| side.trim().trim_start_matches(['l', 'r', '#']).len();
    let (first, last) = match dash {
        Some((first, last)) => {
            let (first, last) = (first.trim(), last.trim());
            (&first[first.len() - side(first)..], Some(&last[last.len() - side(last)..]))
        }
        None => (piece, None),
    };
    let (first, character) = match first.split_once('@') {
        Some((first, character)) => (first.trim(), number(character.trim())?.max(1)),
        None => (first, 1),
    };
    let first = if first.is_empty() && dash.is_some() { 1 } else { number(first)? };
    let last = match last {
        None => first,
        Some("" | "end" | "last" | "$") => END,
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

/// What of `ranges` lies within `1..=total`.
pub(super) fn within(ranges: &[Range], total: usize) -> Vec<Range> {
    let clip = |range: &Range| Range { last: range.last.min(total), ..*range };
    ranges.iter().take_while(|range| range.first <= total).map(clip).collect()
}

/// What is in both: ranges of whole units.
pub(super) fn intersect(left: &[Range], right: &[Range]) -> Vec<Range> {
    let (mut both, mut a, mut b) = (Vec::new(), 0, 0);
    while let (Some(one), Some(other)) = (left.get(a), right.get(b)) {
        let (first, last) = (one.first.max(other.first), one.last.min(other.last));
        if first <= last {
            let character =
                [one, other].iter().filter(|range| range.first == first).map(|range| range.character).max();
            both.push(Range { first, character: character.unwrap_or(1), last });
        }
        if one.last <= other.last {
            a += 1;
        } else {
            b += 1;
        }
    }
    both
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
        parse(text, 1000).map_or_else(|| "none".to_owned(), |asked| write(&asked.ranges, 99, Some(END)))
    }

    fn of(text: &str) -> Vec<Range> {
        parse(text, 1000).expect(text).ranges
    }

    #[test]
    fn a_search_goes_on_at_a_match() {
        let asked = parse("1-80, match 15-", 99).expect("readable");
        assert_eq!((asked.ranges, asked.from_match), (of("1-80"), Some((15, 1))));
        assert_eq!(parse("Matches 3@401-", 99).expect("readable").from_match, Some((3, 401)));
        assert_eq!(parse("match", 99), None);
    }

    #[test]
    fn what_is_in_both_is_found() {
        let both = |left, right| write(&intersect(&of(left), &of(right)), 9, None);
        assert_eq!(both("1-10,20-30", "5-22,25,29-40"), "5-10,20-22,25,29-30");
        assert_eq!(both("1-3", "4-"), "");
        assert_eq!(both("5@40-9", "1-"), "5@40-9");
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
            ("all", "1-"),
            ("everything", "none"),
            ("1,x", "none"),
            ("L9-L20", "9-20"),
            ("#57", "57"),
            ("Rows 9 to 20 of 1000", "9-20"),
            ("rows: 9-20", "9-20"),
            ("lines 3 and 5", "3,5"),
            ("{9..=12}", "9-12"),
            ("3 5 7", "3,5,7"),
            ("first 20", "1-20"),
            ("last 20", "981-"),
            ("9-end", "9-"),
            ("row", "none"),
            ("3@", "none"),
        ] {
            assert_eq!(rewritten(text), meant, "{text:?}");
        }
    }

    #[test]
    fn the_rest_of_a_cut_selection_is_what_was_not_given() {
        let ranges = of("2-5,9,12-20");
        let rest = |number, character| write(&rest_from(&ranges, number, character), 9, Some(20));
        assert_eq!(rest(2, 1), "2-5,9,12-");
        assert_eq!(rest(4, 17), "4@17-5,9,12-");
        assert_eq!(rest(9, 1), "9,12-");
        assert_eq!(rest(20, 3), "20@3");
        assert_eq!(rest(21, 1), "");
        assert_eq!(within(&ranges, 13), of("2-5,9,12-13"));
        assert_eq!(within(&ranges, 1), []);
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_what_is_written_is_read_back(text in "[-0-9,@. \\PC]{0,20}") {
            if let Some(Asked { ranges, .. }) = parse(&text, 1000).filter(|asked| !asked.ranges.is_empty()) {
                let written = write(&ranges, ranges.len(), None);
                prop_assert_eq!(parse(&written, 1000).map(|asked| asked.ranges), Some(ranges));
            }
        }
    }
}
