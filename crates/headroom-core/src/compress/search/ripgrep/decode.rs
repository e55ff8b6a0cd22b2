//! Reading the notation back.
//!
//! Owns the way from lines by file to the messages they were made of, for any text that claims to be some. It trusts
//! nothing: what does not read is `None`, and what is read stays within a bound.

use super::message::{print_begin, print_end, print_line};
use super::{LEGEND, OPENING};

/// The output that a text in the notation stands for, up to `limit` bytes.
pub(in crate::compress::search) fn decode(text: &str, limit: usize) -> Option<String> {
    let (legend, body) = text.split_once('\n')?;
    if legend.strip_prefix(OPENING)? != LEGEND {
        return None;
    }
    let (body, ends) = body.strip_suffix('\n').map_or((body, false), |body| (body, true));
    let mut out = String::new();
    let mut file = "";
    let mut counts = (0, 0);
    for line in body.split('\n') {
        match line.as_bytes().first()? {
            b'>' => out.push_str(line.strip_prefix("> ")?),
            b'=' => {
                let mut figures = line[1..].split(',').map(str::parse);
                let mut next = || figures.next()?.ok();
                let (nanoseconds, searched, printed) = (next()?, next()?, next()?);
                print_end(&mut out, file, (nanoseconds, searched, printed), std::mem::take(&mut counts));
            }
            b'0'..=b'9' => {
                let (place, rest) = line.split_once(' ')?;
                let (number, offset) = place.split_once('@')?;
                let (matches, text) = places(rest)?;
                counts.0 += u64::from(!matches.is_empty());
                counts.1 += matches.len() as u64;
                print_line(&mut out, file, (number.parse().ok()?, offset.parse().ok()?), text, &matches)?;
            }
            _ => {
                (file, counts) = (line, (0, 0));
                print_begin(&mut out, file);
            }
        }
        out.push('\n');
        // The end of the last line may not be part of the original.
        if out.len() > limit.saturating_add(1) {
            return None;
        }
    }
    if !ends {
        out.pop();
    }
    (out.len() <= limit).then_some(out)
}

/// Where a line matches, and its text.
fn places(rest: &str) -> Option<(Vec<(usize, usize)>, &str)> {
    if let Some(text) = rest.strip_prefix('|') {
        return Some((Vec::new(), text));
    }
    if !rest.starts_with(|first: char| first.is_ascii_digit()) {
        return Some((Vec::new(), rest));
    }
    let (written, text) = rest.split_once(' ')?;
    let place = |place: &str| {
        let (start, end) = place.split_once('-')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    };
    Some((written.split(',').map(place).collect::<Option<_>>()?, text))
}
