//! Pages: as many units as a number of tokens holds, and where to go on.
//!
//! Owns the bound on an answer's tokens. It does not know what the units are or how they were chosen.

use super::ranges::{self, Range};
use crate::tokens::Counter;
use std::borrow::Cow;

/// The smallest bound that is kept: room for a header and some content.
pub(super) const MIN_TOKENS: usize = 256;
/// Tokens first set aside for the header.
const HEADER_TOKENS: usize = 48;
/// Attempts at filling a page to its bound without passing it.
const MAX_ATTEMPTS: usize = 8;
/// Bytes before a cut within which a blank or a comma is looked for.
const SOFT_CUT: usize = 40;

/// One unit that is offered to a page.
#[derive(Clone, Debug)]
pub(super) struct Unit<'u> {
    /// Its number, from 1.
    pub(super) number: usize,
    /// The character at which to begin, from 1.
    pub(super) character: usize,
    /// What stands before it: its number, its place.
    pub(super) lead: Cow<'u, str>,
    /// The whole unit.
    pub(super) text: &'u str,
}

/// A part of one unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Excerpt {
    /// The unit's number.
    pub(super) number: usize,
    /// The first character shown, from 1.
    pub(super) first: usize,
    /// The last one shown.
    pub(super) last: usize,
    /// Characters of the unit.
    pub(super) total: usize,
}

/// What fits.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// The units, laid out.
    pub(super) body: String,
    /// Their numbers, in ascending order.
    pub(super) shown: Vec<Range>,
    /// How many they are.
    pub(super) count: usize,
    /// The only unit, where not all of it is shown.
    pub(super) excerpt: Option<Excerpt>,
    /// The first unit and character that did not fit.
    pub(super) rest: Option<(usize, usize)>,
}

/// Fills a page so that header and body together have at most `limit` tokens: `units` offers the units, anew each
/// time it is called, and `header` describes a page in the line above it. Units that stand `apart` end with a newline each;
/// lines bring their own.
pub(super) fn fill<'u, Units>(
    units: impl Fn() -> Units,
    apart: bool,
    header: impl Fn(&Page) -> String,
    counter: &Counter,
    limit: usize,
) -> (Page, String)
where
    Units: Iterator<Item = Unit<'u>>,
{
    let mut budget = limit.saturating_sub(HEADER_TOKENS).max(1);
    let mut best: Option<(Page, String)> = None;
    // Tokens do not add up exactly, so the sum of the units' tokens is only where to begin.
    for _ in 0..MAX_ATTEMPTS {
        let page = fill_to(units(), apart, counter, budget);
        let text = format!("{}\n{}", header(&page), page.body);
        let tokens = counter.count(&text);
        let complete = page.rest.is_none();
        if tokens <= limit {
            let spare = limit - tokens;
            let no_longer = best.as_ref().is_some_and(|(_, longest)| text.len() <= longest.len());
            best = Some((page, text));
            if complete || no_longer || spare <= limit / 12 {
                break;
            }
            budget += spare;
        } else if best.is_some() {
            break;
        } else {
            budget = budget.saturating_sub(tokens - limit + 4).min(budget - budget / 8).max(1);
        }
    }
    best.unwrap_or_else(|| {
        let page = fill_to(units(), apart, counter, 1);
        let text = format!("{}\n{}", header(&page), page.body);
        (page, text)
    })
}

fn fill_to<'u>(units: impl Iterator<Item = Unit<'u>>, apart: bool, counter: &Counter, budget: usize) -> Page {
    let mut page = Page::default();
    let mut used = 0;
    for Unit { number, character, lead, text } in units {
        let start = text.char_indices().nth(character - 1).map_or(text.len(), |(at, _)| at);
        if start == text.len() && character > 1 {
            continue;
        }
        let rest = &text[start..];
        if !lead.is_empty() {
            used += counter.count(&lead);
        }
        let left = budget.saturating_sub(used + usize::from(apart));
        let fits = if used <= budget { counter.count_up_to(rest, left) } else { None };
        let mut shown = rest;
        if let Some(tokens) = fits {
            used += tokens + usize::from(apart);
        } else if page.body.is_empty() {
            shown = &rest[..longest_prefix(rest, counter, left)];
            let last = character + shown.chars().count() - 1;
            page.rest = (shown.len() < rest.len()).then_some((number, last + 1));
        } else {
            page.rest = Some((number, character));
            break;
        }
        if shown.len() < text.len() {
            let last = character + shown.chars().count() - 1;
            page.excerpt = Some(Excerpt { number, first: character, last, total: text.chars().count() });
        }
        page.body.push_str(&lead);
        page.body.push_str(shown);
        if apart && !shown.ends_with('\n') {
            page.body.push('\n');
        }
        page.count += 1;
        page.shown.push(Range { first: number, character, last: number });
        if page.rest.is_some() {
            break;
        }
    }
    page.shown = ranges::merge(page.shown);
    if page.count > 1 {
        page.excerpt = None;
    }
    page
}

/// Bytes of a prefix of `text` that has at most `limit` tokens, or one character where none has.
pub(super) fn longest_prefix(text: &str, counter: &Counter, limit: usize) -> usize {
    // Few texts have more than 8 bytes a token; those that do get a shorter page.
    let mut end = text.floor_char_boundary(limit.saturating_mul(8).min(text.len()));
    while end > 0 && counter.count_up_to(&text[..end], limit).is_none() {
        let tokens = counter.count(&text[..end]).max(1);
        let fitting = end as u64 * limit as u64 / tokens as u64;
        end = text.floor_char_boundary((fitting as usize).min(end - end.div_ceil(16)));
    }
    if end < text.len() && end > 4 * SOFT_CUT {
        let tail_at = text.floor_char_boundary(end - SOFT_CUT);
        if let Some(at) = text[tail_at..end].rfind([' ', ',', '\n']) {
            end = tail_at + at + 1;
        }
    }
    if end == 0 { text.chars().next().map_or(0, char::len_utf8) } else { end }
}
