//! Tables whose columns are divided by a sign: Markdown, psql, mysql, boxes.
//!
//! Owns finding the rule below the header and cutting lines at the sign.

use super::aligned::{Aligned, End, STYLES};
use super::parse::MAX_COLUMNS;
use super::settle::{Draft, Lines, settle};
use super::sheet::{Cell, Sheet};

/// Lines in which the rule below the header is looked for.
const MAX_ABOVE: usize = 40;

/// The line with the rule below the header, and the style that it shows.
pub(super) fn rule<'l>(lines: impl Iterator<Item = &'l str>) -> Option<(usize, usize)> {
    let mut last = "";
    for (at, line) in lines.enumerate() {
        if at > 0
            && let Some(style) = style(last, line)
        {
            return Some((at, style));
        }
        last = line;
    }
    None
}

/// The style of a header with a rule below it.
fn style(header: &str, rule: &str) -> Option<usize> {
    let of = |signs: &str| rule.len() >= 3 && rule.chars().all(|character| signs.contains(character));
    let number = |name: usize| (name < STYLES.len()).then_some(name);
    if header.starts_with('│') {
        return if rule.starts_with('├') && of("├─┼┤") { number(4) } else { None };
    }
    if header.starts_with('|') {
        if rule.starts_with('+') && of("+-") {
            return number(3);
        }
        if rule.starts_with('|') && of("|-: ") && rule.contains('-') {
            let tight = header.starts_with("| ");
            return number(if rule.starts_with("| ") {
                5
            } else if tight {
                6
            } else {
                7
            });
        }
        return None;
    }
    (rule.starts_with('-') && rule.contains("-+-") && of("+-") && header.contains(" | ")).then_some(2)
}

/// The parts of a table whose columns are divided by a sign.
pub(super) fn parse<'a>(lines: &Lines<'a>, wide: bool) -> Option<Sheet<'a>> {
    let texts = (0..lines.len().min(MAX_ABOVE)).map(|line| lines.get(line));
    let (rule, style) = rule(texts)?;
    let mut layout = Aligned::new(style, 0);
    layout.wide = wide;
    let (before, between, after) = STYLES[style].frame;
    let sign = between.trim().chars().next()?;
    let inner = |line: &'a str| -> Option<&'a str> {
        line.strip_prefix(before.trim_end())?.strip_suffix(after.trim_start())
    };
    let header = rule - 1;
    let mut names: Vec<String> = Vec::new();
    cut(inner(lines.get(header))?, sign, |part| names.push(part.trim_matches(' ').to_owned()));
    let columns = names.len();
    let places = places(&layout, inner(lines.get(header))?, sign);
    if !(2..=MAX_COLUMNS).contains(&columns) {
        return None;
    }
    let pad = usize::from(between.len() > sign.len_utf8());
    let mut end = rule + 1;
    let mut cells = Vec::new();
    // For each column: the narrowest and widest it is, cells at its left and at its right.
    let mut seen: Vec<(usize, usize, usize, usize)> = vec![(usize::MAX, 0, 0, 0); columns];
    while end < lines.len() {
        let line = lines.get(end);
        if line.is_empty() || !line.contains(sign) {
            break;
        }
        let mut row: Vec<Cell> = Vec::with_capacity(columns);
        let mut parts: Vec<&str> = Vec::with_capacity(columns);
        if let Some(inner) = inner(line) {
            cut(inner, sign, |part| parts.push(part));
            if parts.len() > columns {
                parts.clear();
                cut_at(&layout, inner, sign, &places, |part| parts.push(part));
            }
        }
        if parts.len() == columns {
            for (part, seen) in parts.iter().zip(&mut seen) {
                let text = part.trim_matches(' ');
                let width = layout.measure(part).saturating_sub(2 * pad);
                seen.0 = seen.0.min(width);
                seen.1 = seen.1.max(width);
                if !text.is_empty() && text.len() + 2 * pad < part.len() {
                    seen.2 += usize::from(part.len() - part.trim_start_matches(' ').len() <= pad);
                    seen.3 += usize::from(part.len() - part.trim_end_matches(' ').len() <= pad);
                }
                let start = text.as_ptr() as usize - lines.source.as_ptr() as usize;
                row.push(if text.is_empty() {
                    Cell::Empty
                } else {
                    Cell::Span(start as u32, (start + text.len()) as u32)
                });
            }
        }
        cells.push((row.len() == columns).then_some(row));
        end += 1;
    }
    if cells.is_empty() {
        return None;
    }
    layout.right = seen.iter().map(|&(_, _, left, right)| right > left).collect();
    let mut widths: Vec<usize> = seen.iter().map(|seen| seen.0).collect();
    let open = after.is_empty();
    let padded = seen.iter().take(columns - usize::from(open)).all(|&(least, most, _, _)| least == most);
    if !padded {
        widths.fill(0);
    } else if open {
        let rule_end = lines.get(rule).rsplit('+').next().unwrap_or_default().len();
        widths[columns - 1] = rule_end.saturating_sub(2);
    }
    if !open {
        layout.end = End::Padded;
    }
    // The rule above the header, where the style has one.
    let first = if header > 0 && layout.rule(&mut String::new(), 0, &widths) { header - 1 } else { header };
    settle(lines, Draft { layout, widths, first, header: Some(header), rows: (rule + 1, end), names, cells })
}

/// The parts between signs; one after a backslash divides nothing.
fn cut<'t>(text: &'t str, sign: char, mut take: impl FnMut(&'t str)) {
    let mut from = 0;
    for (at, sign) in text.match_indices(sign) {
        if !text[..at].ends_with('\\') {
            take(&text[from..at]);
            from = at + sign.len();
        }
    }
    take(&text[from..]);
}

/// Where signs stand in a line.
fn places(layout: &Aligned, line: &str, sign: char) -> Vec<usize> {
    line.match_indices(sign).map(|(at, _)| layout.measure(&line[..at])).collect()
}

/// The parts between the signs that stand at these places: others are part of a cell.
fn cut_at<'t>(layout: &Aligned, text: &'t str, sign: char, places: &[usize], mut take: impl FnMut(&'t str)) {
    let (mut from, mut place) = (0, 0);
    let mut wanted = places.iter().peekable();
    for (at, character) in text.char_indices() {
        if wanted.peek() == Some(&&place) {
            if character != sign {
                return;
            }
            take(&text[from..at]);
            from = at + character.len_utf8();
            wanted.next();
        }
        place += layout.measure(character.encode_utf8(&mut [0; 4]));
    }
    if wanted.peek().is_none() {
        take(&text[from..]);
    }
}
