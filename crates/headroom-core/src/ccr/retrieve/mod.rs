//! Answering `headroom_retrieve` from an original.
//!
//! Owns what each combination of fields selects and the header that says what part of the whole an answer is.
//! Where the original comes from is the host's business.
//!
//! Every byte can be had: `lines` gives the original's own lines byte for byte, a page ends at a unit's border,
//! and a unit that is larger than a page is continued within it (`5@4001` is line 5 from character 4001). The
//! header of each page names the selection that follows it.

use super::answer::Answer;
use super::arguments::RetrieveArguments;
use super::page::{self, Layout, MIN_TOKENS, Page, Unit};
use super::path::{self, Evaluation};
use super::ranges::{self, Range};
use super::search::{Ranking, Wanted};
use super::source::{Place, Slice, Source};
use super::units::{Noun, Units, default_place, has_lines, line_count, rows_inside, units_at};
use crate::compress::mixed;
use crate::tokens::Counter;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Ranges that a header lists.
const MAX_RANGES: usize = 6;
/// Characters of a path or a query that a header repeats.
const MAX_QUOTED: usize = 80;
/// Keys that a description lists, and the characters of each.
const MAX_KEYS: usize = 30;
/// Single values found outside the rows that an answer lists.
const MAX_ELSEWHERE: usize = 20;
/// Characters of each of them.
const MAX_VALUE: usize = 300;

/// Answers a call of `headroom_retrieve` about `original`.
///
/// Without a selection the answer begins with the original's first line. `lines`, `rows`, `path` and `query`
/// narrow it, alone or together: `rows` count within the array or object at `path`, or where there is no path
/// within the largest array, `lines` within the string at `path` or the original, and `query` ranks what the
/// others select. The text has at most `max_tokens` tokens by `counter` (or 256, if that is more) and begins with
/// a bracketed line that says what part of the original it is and how to get the next.
///
/// # Performance
///
/// Linear in the original, whatever the arguments: a path that would visit far more values than there are is
/// refused with an answer that says so.
///
/// ```
/// use headroom_core::ccr::{RetrieveArguments, retrieve};
/// use headroom_core::tokens::Counter;
///
/// let original = r#"{"items":[{"id":1},{"id":2},{"id":3}]}"#;
/// let arguments = RetrieveArguments::parse(r#"{"id":"hr_…","rows":"2-3"}"#).unwrap();
/// let answer = retrieve(original, &arguments, &Counter::for_model(None).unwrap(), 4000);
/// assert_eq!(answer.part, "rows 2-3 of 3 of $.items");
/// assert_eq!(answer.text, "[rows 2-3 of 3 of $.items]\n{\"id\":2}\n{\"id\":3}\n");
/// ```
#[must_use]
pub fn retrieve(
    original: &str,
    arguments: &RetrieveArguments,
    counter: &Counter,
    max_tokens: usize,
) -> Answer {
    let limit = max_tokens.max(MIN_TOKENS);
    let request = Request { original, arguments, counter, limit };
    let mut answer = request.answer();
    if counter.count_up_to(&answer.text, limit).is_none() {
        // Only the listings of answers that found nothing can be this long.
        answer.text.truncate(page::longest_prefix(&answer.text, counter, limit));
    }
    answer
}

struct Request<'r> {
    original: &'r str,
    arguments: &'r RetrieveArguments,
    counter: &'r Counter,
    limit: usize,
}

/// What a request selects, before pages are cut.
struct Selection<'u> {
    units: Units<'u>,
    /// The path of the value they are in; `None` for the whole original.
    of: Option<String>,
    /// Said after the part: what else can be selected.
    hint: Option<String>,
}

impl Request<'_> {
    fn answer(&self) -> Answer {
        let RetrieveArguments { query, lines, rows, path, symbol, .. } = self.arguments;
        let whole = || Selection { units: Units::Lines(Cow::Borrowed(self.original)), of: None, hint: None };
        if path.is_some() {
            return self.at_path();
        }
        if rows.is_none() && lines.is_some() || rows.is_none() && query.is_none() && symbol.is_none() {
            let mut whole = whole();
            if lines.is_none() && self.counter.count_up_to(self.original, self.limit).is_none() {
                whole.hint = Source::read(self.original).map(|mut source| {
                    let place = default_place(&mut source);
                    let amount = amount(&units_at(&source, place), &source.path(place));
                    format!("it has {amount}: narrow by rows, path or query")
                });
            }
            return self.narrowed(&whole);
        }
        if symbol.is_some() && rows.is_none() && query.is_none() {
            return Answer::nothing(format!(
                "[symbol is not available for this kind of original; it is {}]",
                self.description()
            ));
        }
        let source = if rows.is_some() { self.source() } else { Source::read(self.original) };
        let Some(mut source) = source else { return self.narrowed(&whole()) };
        let place = default_place(&mut source);
        let answer = self.narrowed(&selection_at(&source, place));
        if answer.found || rows.is_some() {
            return answer;
        }
        self.elsewhere(&source).unwrap_or(answer)
    }

    /// The JSON that rows and paths are about: the original, or the largest document in it.
    fn source(&self) -> Option<Source<'_>> {
        Source::read(self.original).or_else(|| Source::read(mixed::largest_json(self.original)?))
    }

    fn at_path(&self) -> Answer {
        let RetrieveArguments { query, lines, rows, path, .. } = self.arguments;
        let written = path.as_deref().unwrap_or_default();
        let Some(mut source) = self.source() else {
            return Answer::nothing(format!("[path needs JSON; the original is {}]", self.description()));
        };
        let parsed = match path::parse(written) {
            Ok(parsed) => parsed,
            Err(mistake) => {
                return Answer::nothing(format!("[path {} is not JSONPath: {mistake}]", quoted(written)));
            }
        };
        let mut evaluation = path::select(&mut source, &parsed, false);
        if evaluation == Evaluation::Places(Vec::new()) {
            evaluation = path::select(&mut source, &parsed, true);
        }
        let places = match evaluation {
            Evaluation::Places(places) => places,
            Evaluation::TooBroad => {
                return Answer::nothing(format!(
                    "[path {} visits too many values; name more of it]",
                    quoted(written)
                ));
            }
        };
        match places[..] {
            [] => Answer::nothing(format!(
                "[path {} selects nothing; the original is {}]",
                quoted(written),
                self.description()
            )),
            [place] => {
                let narrower = rows.is_some() || lines.is_some() || query.is_some();
                let inside = if rows.is_some() || query.is_some() {
                    rows_inside(&mut source, place)
                } else {
                    source.look_through(place)
                };
                let has_units = source.is_container(inside) && !source.rows(inside).is_empty()
                    || has_lines(&source, inside);
                let fits =
                    self.counter.count_up_to(source.text(source.slice(place)), self.page_limit()).is_some();
                if has_units && (narrower || !fits) {
                    return self.narrowed(&selection_at(&source, inside));
                }
                self.values(&source, &places)
            }
            _ => self.values(&source, &places),
        }
    }

    /// The values that a path selected, each as it is written.
    fn values(&self, source: &Source<'_>, places: &[Place]) -> Answer {
        let slices = places.iter().map(|&place| source.slice(place)).collect();
        let of = self.arguments.path.as_deref().map(|path| shortened(path.trim(), MAX_QUOTED));
        self.narrowed(&Selection { units: Units::Slices(source, slices, Noun::Value), of, hint: None })
    }

    /// Tokens that a value may have to be given whole, header included.
    fn page_limit(&self) -> usize {
        self.limit - MIN_TOKENS / 2
    }

    /// The part of a selection that the request's rows or lines and its query leave.
    fn narrowed(&self, selection: &Selection<'_>) -> Answer {
        let units = &selection.units;
        let total = units.total();
        let RetrieveArguments { lines, rows, query, .. } = self.arguments;
        // Models say rows where there are lines and the other way round; what is there is meant.
        let own = if units.noun() == Noun::Line {
            lines.as_ref().or(rows.as_ref())
        } else {
            rows.as_ref().or(lines.as_ref())
        };
        let chosen = match own.map(|own| (own, ranges::parse(own))) {
            None => vec![Range::ALL],
            Some((_, Some(chosen))) => chosen,
            Some((own, None)) => {
                return Answer::nothing(format!(
                    "[{} {} cannot be read; send numbers such as 9-820,900, counted from 1]",
                    units.noun().field(),
                    quoted(own)
                ));
            }
        };
        let chosen = ranges::within(&chosen, total);
        match query {
            Some(query) if !chosen.is_empty() => self.searched(selection, &chosen, query),
            _ => self.listed(selection, &chosen),
        }
    }

    /// The chosen units in their order.
    fn listed(&self, selection: &Selection<'_>, chosen: &[Range]) -> Answer {
        let units = &selection.units;
        let (noun, total) = (units.noun(), units.total());
        if total == 0 {
            let of = selection.of.as_deref().unwrap_or("the original");
            return Answer { text: format!("[{of} is empty]"), found: true, part: "everything".to_owned() };
        }
        let part = |page: &Page| part(page, noun, total, selection.of.as_deref());
        let header = |page: &Page| {
            let mut header = format!("[{}", part(page));
            if let Some((number, character)) = page.rest {
                let rest = ranges::rest_from(chosen, number, character);
                header.push_str(&self.next(selection, &rest));
            }
            if let Some(hint) = &selection.hint {
                let _ = write!(header, "; {hint}");
            }
            header.push(']');
            header
        };
        // Lines stand as they are; rows that do not follow one another are told apart by their numbers.
        let rows = noun != Noun::Line;
        let layout = Layout { numbered: rows && chosen.len() > 1, apart: rows };
        let (page, text) = page::fill(|| units.within(chosen), layout, header, self.counter, self.limit);
        if page.count == 0 {
            return Answer::nothing(format!(
                "[nothing there: {} has {total} {}, numbered from 1]",
                selection.of.as_deref().unwrap_or("the original"),
                noun.word(total)
            ));
        }
        Answer { text, found: true, part: part(&page) }
    }

    /// The chosen units that match the query, best first.
    fn searched(&self, selection: &Selection<'_>, chosen: &[Range], query: &str) -> Answer {
        let units = &selection.units;
        let (noun, total) = (units.noun(), units.total());
        let words = Wanted::of(query);
        let each = || units.within(chosen).map(|unit| (unit.number, unit.text));
        let Ranking { matches, count, partial } = words.rank(each, noun != Noun::Line);
        let of = selection.of.as_deref().map(|of| format!(" of {of}")).unwrap_or_default();
        if matches.is_empty() {
            let among = if self.arguments.rows.is_some() || self.arguments.lines.is_some() {
                " selected"
            } else {
                ""
            };
            return Answer::nothing(format!(
                "[no{among} {}{of} match {}; the original is {}]",
                noun.word(2),
                quoted(query),
                self.description()
            ));
        }
        let part = format!("{count} of {total} {}{of} match {}", noun.word(total), quoted(query));
        let header = |page: &Page| {
            let order = if count > 1 { ", best first" } else { "" };
            let mut header = format!("[{part}{order}");
            if partial > 0 {
                let _ = write!(header, "; {partial} others have only some of these words");
            }
            if let Some(excerpt) = page.excerpt {
                let (first, last, total) = (excerpt.first, excerpt.last, excerpt.total);
                let _ = write!(header, "; characters {first}-{last} of {total}");
            }
            if let Some((number, character)) = page.rest {
                let shown = page.count - usize::from(page.excerpt.is_some());
                let others = matches.iter().skip(shown).map(|found| found.number);
                let mut rest = ranges::of_numbers(others.filter(|&other| other != number || character == 1));
                if character > 1 {
                    rest.insert(0, Range { first: number, character, last: number });
                }
                header.push_str(&self.next(selection, &rest));
            }
            header.push(']');
            header
        };
        let found =
            || matches.iter().map(|found| Unit { number: found.number, character: 1, text: found.text });
        let layout = Layout { numbered: true, apart: true };
        let (_, text) = page::fill(found, layout, header, self.counter, self.limit);
        Answer { text, found: true, part }
    }

    /// `; next: rows "121-820"`, in the fields that lead to the same units again.
    fn next(&self, selection: &Selection<'_>, rest: &[Range]) -> String {
        let (noun, total) = (selection.units.noun(), selection.units.total());
        let path = if self.arguments.path.is_some() { "same path, " } else { "" };
        // Without a path, `lines` are those of the original rather than of a string in it.
        let inner_lines = noun == Noun::Line && selection.of.is_some() && path.is_empty();
        let field = if inner_lines { Noun::Row.field() } else { noun.field() };
        let listed = ranges::write(&rest[..rest.len().min(MAX_RANGES)], MAX_RANGES, Some(total));
        let more = if rest.len() > MAX_RANGES { " and so on" } else { "" };
        format!("; next: {path}{field} \"{listed}\"{more}")
    }

    /// Single values anywhere in the original that match the query, where no row does.
    fn elsewhere(&self, source: &Source<'_>) -> Option<Answer> {
        let query = self.arguments.query.as_deref()?;
        let words = Wanted::of(query);
        let scalars: Vec<(Place, Slice)> = source.scalars().collect();
        let each = || (1..).zip(scalars.iter().map(|(_, slice)| source.text(*slice)));
        let Ranking { matches, count, .. } = words.rank(each, true);
        let part = format!("{count} {} outside the rows match {}", Noun::Value.word(count), quoted(query));
        let best = if count > MAX_ELSEWHERE { format!(", the best {MAX_ELSEWHERE}") } else { String::new() };
        let mut text = format!("[{part}{best}]\n");
        let mut left = self.page_limit();
        for found in matches.iter().take(MAX_ELSEWHERE) {
            let path = shortened(&source.path(scalars[found.number - 1].0), 2 * MAX_QUOTED);
            let line = format!("{path}: {}\n", shortened(found.text, MAX_VALUE));
            let tokens = self.counter.count(&line);
            if tokens > left {
                break;
            }
            left -= tokens;
            text.push_str(&line);
        }
        (count > 0).then_some(Answer { text, found: true, part })
    }

    /// What the original is, in words, for answers that found nothing.
    fn description(&self) -> String {
        let lines = line_count(self.original);
        let Some(mut source) = Source::read(self.original) else {
            return format!("text of {lines} {}", Noun::Line.word(lines));
        };
        let place = default_place(&mut source);
        let units = units_at(&source, place);
        let mut description = format!("JSON with {}", amount(&units, &source.path(place)));
        let keys = source.keys(place, MAX_KEYS + 1);
        for (at, key) in keys.iter().take(MAX_KEYS).enumerate() {
            let before = if at == 0 { "; keys: " } else { ", " };
            let _ = write!(description, "{before}{}", shortened(key, MAX_QUOTED / 2));
        }
        if keys.len() > MAX_KEYS {
            description.push_str(", …");
        }
        description
    }
}

/// The units at a place, and its path.
fn selection_at<'u>(source: &'u Source<'u>, place: Place) -> Selection<'u> {
    let units = units_at(source, place);
    let path = source.path(place);
    // Lines that are not the original's own are always said to be somewhere.
    let of = (path != "$" || units.noun() == Noun::Line).then(|| shortened(&path, 2 * MAX_QUOTED));
    Selection { units, of, hint: None }
}

/// `rows 1-1000 of $.items`.
fn amount(units: &Units<'_>, path: &str) -> String {
    let total = units.total();
    let of = if path == "$" { String::new() } else { format!(" of {}", shortened(path, MAX_QUOTED)) };
    format!("{total} {}{of}", units.noun().word(total))
}

/// `rows 9-120 of 1000 of $.items`, `all 12 lines`, `characters 1-4000 of 9000 of row 5 of 7`.
fn part(page: &Page, noun: Noun, total: usize, of: Option<&str>) -> String {
    let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
    if let Some(excerpt) = page.excerpt {
        let (first, last, characters) = (excerpt.first, excerpt.last, excerpt.total);
        let unit = format!("{} {} of {total}{of}", noun.word(1), excerpt.number);
        return format!("characters {first}-{last} of {characters} of {unit}");
    }
    if page.shown == [Range { last: total, ..Range::ALL }] {
        let only = if total == 1 { "the only".to_owned() } else { format!("all {total}") };
        return format!("{only} {}{of}", noun.word(total));
    }
    let numbers = ranges::write(&page.shown, MAX_RANGES, None);
    format!("{} {numbers} of {total}{of}", noun.word(page.count))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text.trim(), MAX_QUOTED))
}

/// At most `most` characters of `text`, on one line.
fn shortened(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
