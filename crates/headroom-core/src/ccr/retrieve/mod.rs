//! Answering `headroom_retrieve` from an original.
//!
//! Owns what each combination of fields selects and the header that says what part of the whole an answer is.
//! Where the original comes from is the host's business. What matches a query is shown by `found`, definitions are found by
//! `symbol`, and `outline` says what there is where nothing was found.
//!
//! Every byte can be had: `lines` gives the original's own lines byte for byte, a page ends at a unit's border,
//! and a unit that is larger than a page is continued within it (`5@4001` is line 5 from character 4001). The
//! header of each page names the selection that follows it.

mod found;
mod outline;
mod symbol;

use super::answer::Answer;
use super::arguments::RetrieveArguments;
use super::document::Document;
use super::page::{self, MIN_TOKENS, Page};
use super::path::{self, Evaluation};
use super::ranges::{self, Asked, Range};
use super::search::{self, Ranking, Wanted};
use super::source::{Place, Slice, Source};
use super::units::{Noun, Units, default_place, has_lines, rows_inside, units_at};
use super::{quoted, shortened};
use crate::compress::mixed;
use crate::tokens::Counter;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Ranges that a header lists.
const MAX_RANGES: usize = 6;
/// Characters of a path or a query that a header repeats.
pub(super) const MAX_QUOTED: usize = 80;
/// Keys that a description lists, and the characters of each.
const MAX_KEYS: usize = 30;
/// Single values found outside the rows that an answer lists.
const MAX_ELSEWHERE: usize = 20;
/// Characters of each of them.
const MAX_VALUE: usize = 300;

/// Answers a call of `headroom_retrieve` about `original`.
///
/// Without a selection the answer begins with the original's first line. `lines`, `rows`, `path`, `symbol` and `query`
/// narrow it, alone or together: `rows` count within the array or object at `path`, or where there is no path
/// within the largest array, `lines` within the string at `path` or the original, `symbol` is a definition of source code,
/// a heading of a document or a key of JSON, and `query` ranks what the others select: rows of JSON and of tables, records
/// of logs, hunks of patches, sections of documents, definitions of source code. The text has at most `max_tokens` tokens
/// by `counter` (or 256, if that is more) and begins with a bracketed line that says what part of the original it is and
/// how to get the next.
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
    /// The definition that they belong to.
    named: Option<String>,
    /// The lines of that definition; all where there is none.
    within: Vec<Range>,
    /// Said after the part: what else can be selected.
    hint: Option<String>,
}

/// The units that were asked for by number.
struct Picked {
    /// Ascending, within what there is.
    ranges: Vec<Range>,
    /// As they were given, before a definition narrowed them.
    given: Vec<Range>,
    /// The match at which a search goes on.
    from_match: Option<(usize, usize)>,
}

impl<'u> Selection<'u> {
    fn new(units: Units<'u>, of: Option<String>) -> Self {
        Self { units, of, named: None, within: vec![Range::ALL], hint: None }
    }
}

impl Request<'_> {
    fn answer(&self) -> Answer {
        let RetrieveArguments { query, lines, rows, path, symbol, .. } = self.arguments;
        let whole = || Selection::new(Units::Lines(Cow::Borrowed(self.original)), None);
        if path.is_some() {
            return self.at_path();
        }
        if let Some(symbol) = symbol {
            return self.symbol(symbol);
        }
        if rows.is_none() && (lines.is_some() || query.is_none()) {
            let mut whole = whole();
            if lines.is_none() && self.counter.count_up_to(self.original, self.limit).is_none() {
                whole.hint = self.hint();
            }
            return self.narrowed(&whole);
        }
        let source = if rows.is_some() { self.source() } else { Source::read(self.original) };
        let Some(mut source) = source else { return self.narrowed(&whole()) };
        let place = default_place(&mut source);
        let mut selection = selection_at(&source, place);
        if rows.is_some() && lines.is_some() && selection.units.noun() != Noun::Line {
            selection.hint = Some("lines were passed over, since rows say which".to_owned());
        }
        let answer = self.narrowed(&selection);
        if answer.found || rows.is_some() {
            return answer;
        }
        self.elsewhere(&source).unwrap_or(answer)
    }

    /// How a long original can be narrowed.
    fn hint(&self) -> Option<String> {
        if let Some(mut source) = Source::read(self.original) {
            let place = default_place(&mut source);
            let amount = amount(&units_at(&source, place), &source.path(place));
            return Some(format!("it has {amount}: narrow by rows, path or query"));
        }
        let document = Document::read(self.original)?;
        let words = outline::in_words(&document, document.lines.len());
        let symbol = if super::document::symbols(self.original).is_some_and(|symbols| !symbols.is_empty()) {
            ", symbol"
        } else {
            ""
        };
        Some(format!("it is {words}: narrow by query{symbol} or lines"))
    }

    /// A definition of the original, a key where it is JSON.
    fn symbol(&self, wanted: &str) -> Answer {
        let whole = Selection::new(Units::Lines(Cow::Borrowed(self.original)), None);
        let Some(mut source) = Source::read(self.original) else {
            return self.at_symbol(self.original, whole, wanted).unwrap_or_else(|| self.no_symbols());
        };
        let place = default_place(&mut source);
        if has_lines(&source, place) {
            let text = source.string(place);
            let selection = selection_at(&source, place);
            if let Some(answer) = self.at_symbol(&text, selection, wanted) {
                // It may be a key beside the text.
                let keys = if answer.found { None } else { Source::read(self.original) };
                let keys = keys.map(|source| self.at_keys(source, "$", wanted)).filter(|keys| keys.found);
                return keys.unwrap_or(answer);
            }
        }
        self.at_keys(source, "$", wanted)
    }

    /// What keys of JSON name, below a path: `dependencies`, `server.port`.
    fn at_keys(&self, mut source: Source<'_>, base: &str, wanted: &str) -> Answer {
        let quotes = |c: char| c.is_whitespace() || "`\"'".contains(c);
        let mut written = format!("{}..", base.trim());
        for (at, name) in wanted.trim_matches(quotes).split('.').filter(|name| !name.is_empty()).enumerate() {
            let step = super::source::name_step(name);
            written.push_str(if at == 0 { step.trim_start_matches('.') } else { &step });
        }
        let found = path::parse(&written).ok().and_then(|parsed| places_of(&mut source, &parsed).ok());
        match found {
            Some(places) if !places.is_empty() => self.at_places(source, &places, &written),
            _ => self.nothing(&format!("no key is called {}; symbol names definitions of source code, headings of documents and keys of JSON", quoted(wanted))),
        }
    }

    fn no_symbols(&self) -> Answer {
        self.nothing("symbol is not available for this kind of original: use query or lines")
    }

    /// That nothing was found, and what there is.
    fn nothing(&self, what: &str) -> Answer {
        Answer::nothing(format!("[{what}; the original is {}]{}", self.description(), self.outline()))
    }

    /// The JSON that rows and paths are about: the original, or the largest document in it.
    fn source(&self) -> Option<Source<'_>> {
        Source::read(self.original).or_else(|| Source::read(mixed::largest_json(self.original)?))
    }

    fn at_path(&self) -> Answer {
        let RetrieveArguments { path, symbol, .. } = self.arguments;
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
        let places = match places_of(&mut source, &parsed) {
            Ok(places) => places,
            Err(TooBroad) => {
                return Answer::nothing(format!(
                    "[path {} visits too many values; name more of it]",
                    quoted(written)
                ));
            }
        };
        if places.is_empty() {
            return Answer::nothing(format!(
                "[path {} selects nothing; the original is {}]",
                quoted(written),
                self.description()
            ));
        }
        if let Some(wanted) = symbol {
            if let [place] = places[..]
                && has_lines(&source, place)
            {
                let text = source.string(place);
                let answer = self.at_symbol(&text, selection_at(&source, place), wanted);
                return answer.unwrap_or_else(|| self.no_symbols());
            }
            return self.at_keys(source, written, wanted);
        }
        self.at_places(source, &places, written)
    }

    /// The values at some places, narrowed by whatever else is asked for.
    fn at_places(&self, mut source: Source<'_>, places: &[Place], written: &str) -> Answer {
        let RetrieveArguments { query, lines, rows, .. } = self.arguments;
        let &[place] = places else { return self.values(&source, places, written) };
        let narrower = rows.is_some() || lines.is_some() || query.is_some();
        let inside = if rows.is_some() || query.is_some() {
            rows_inside(&mut source, place)
        } else {
            source.look_through(place)
        };
        let has_units =
            source.is_container(inside) && !source.rows(inside).is_empty() || has_lines(&source, inside);
        let fits = self.counter.count_up_to(source.text(source.slice(place)), self.page_limit()).is_some();
        if has_units && (narrower || !fits) {
            return self.narrowed(&selection_at(&source, inside));
        }
        self.values(&source, places, written)
    }

    /// The values that a path selected, each as it is written.
    fn values(&self, source: &Source<'_>, places: &[Place], written: &str) -> Answer {
        let slices = places.iter().map(|&place| source.slice(place)).collect();
        let of = Some(shortened(written.trim(), MAX_QUOTED));
        self.narrowed(&Selection::new(Units::Slices(source, slices, Noun::Value), of))
    }

    /// Tokens that a value may have to be given whole, header included.
    fn page_limit(&self) -> usize {
        self.limit - MIN_TOKENS / 2
    }

    /// The part of a selection that the request's rows or lines and its query leave.
    fn narrowed(&self, selection: &Selection<'_>) -> Answer {
        let total = selection.units.total();
        let asked = match self.asked(selection, total) {
            Ok(asked) => asked,
            Err(answer) => return answer,
        };
        let given = ranges::within(&asked.ranges, total);
        let all = if asked.ranges.is_empty() { vec![Range::ALL] } else { given.clone() };
        let ranges = ranges::within(&ranges::intersect(&all, &selection.within), total);
        if ranges.is_empty()
            && !given.is_empty()
            && let Some(named) = &selection.named
        {
            let lines = ranges::write(&selection.within, MAX_RANGES, None);
            return Answer::nothing(format!("[none of these lines is in {named}, which is lines {lines}]"));
        }
        let picked = Picked { ranges, given, from_match: asked.from_match };
        match &self.arguments.query {
            Some(query) if !picked.ranges.is_empty() => self.searched(selection, &picked, query),
            None if picked.from_match.is_some() => {
                Answer::nothing("[matches are those of a query: send it again beside them]".to_owned())
            }
            _ => self.listed(selection, &picked.ranges),
        }
    }

    /// What rows or lines ask for. Models say rows where there are lines and the other way round; what is there is meant.
    fn asked(&self, selection: &Selection<'_>, total: usize) -> Result<Asked, Answer> {
        let RetrieveArguments { lines, rows, .. } = self.arguments;
        let is_text = selection.units.noun() == Noun::Line;
        let (own, other) = if is_text { (lines, rows) } else { (rows, lines) };
        let read = |written: &String| {
            ranges::parse(written, total).ok_or_else(|| {
                Answer::nothing(format!(
                    "[{} {} cannot be read; send numbers such as 9-820,900, counted from 1]",
                    selection.units.noun().field(),
                    quoted(written)
                ))
            })
        };
        match (own, other) {
            (None, None) => Ok(Asked::default()),
            (Some(only), None) | (None, Some(only)) => read(only),
            // Rows of a text are its lines.
            (Some(own), Some(other)) if is_text => {
                let (own, other) = (read(own)?, read(other)?);
                let either = |one: Vec<Range>, two: Vec<Range>| match (one.is_empty(), two.is_empty()) {
                    (true, _) => two,
                    (_, true) => one,
                    _ => ranges::intersect(&one, &two),
                };
                let from_match = own.from_match.or(other.from_match);
                Ok(Asked { ranges: either(own.ranges, other.ranges), from_match })
            }
            (Some(own), Some(_)) => read(own),
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
        let part = |page: &Page| {
            let part = part(page, noun, total, selection.of.as_deref());
            selection.named.as_ref().map_or(part.clone(), |named| format!("{named}: {part}"))
        };
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
        let numbered = rows && chosen.len() > 1;
        let (page, text) =
            page::fill(|| units.within(chosen, numbered), rows, header, self.counter, self.limit);
        if page.count == 0 {
            return Answer::nothing(format!(
                "[nothing there: {} has {total} {}, numbered from 1]",
                selection.of.as_deref().unwrap_or("the original"),
                noun.word(total)
            ));
        }
        Answer { text, found: true, part: part(&page) }
    }

    /// `; next: rows "121-820"`, in the fields that lead to the same units again.
    fn next(&self, selection: &Selection<'_>, rest: &[Range]) -> String {
        let total = selection.units.total();
        let path = if self.arguments.path.is_some() { "same path, " } else { "" };
        let field = self.field(selection);
        let listed = ranges::write(&rest[..rest.len().min(MAX_RANGES)], MAX_RANGES, Some(total));
        let more = if rest.len() > MAX_RANGES { " and so on" } else { "" };
        format!("; next: {path}{field} \"{listed}\"{more}")
    }

    /// The field by which units are asked for by number.
    fn field(&self, selection: &Selection<'_>) -> &'static str {
        let noun = selection.units.noun();
        // Without a path, `lines` are those of the original rather than of a string in it.
        let inner_lines = noun == Noun::Line && selection.of.is_some() && self.arguments.path.is_none();
        if inner_lines { Noun::Row.field() } else { noun.field() }
    }

    /// Single values anywhere in the original that match the query, where no row does.
    fn elsewhere(&self, source: &Source<'_>) -> Option<Answer> {
        let query = self.arguments.query.as_deref()?;
        let values = Values { source, scalars: source.scalars().collect() };
        let Ranking { matches, count, listed, .. } = Wanted::of(query).rank(&values);
        let part = format!("{count} {} outside the rows match {}", Noun::Value.word(count), quoted(query));
        let best = if count > MAX_ELSEWHERE { format!(", the best {MAX_ELSEWHERE}") } else { String::new() };
        let mut text = format!("[{part}{best}]\n");
        let mut left = self.page_limit();
        for &found in matches.iter().take(listed.min(MAX_ELSEWHERE)) {
            let (place, slice) = values.scalars[found];
            let path = shortened(&source.path(place), 2 * MAX_QUOTED);
            let line = format!("{path}: {}\n", shortened(source.text(slice), MAX_VALUE));
            let tokens = self.counter.count(&line);
            if tokens > left {
                break;
            }
            left -= tokens;
            text.push_str(&line);
        }
        (count > 0).then_some(Answer { text, found: true, part })
    }
}

/// A path that would visit far more values than there are.
struct TooBroad;

/// Single values, to be searched.
struct Values<'s, 'a> {
    source: &'s Source<'a>,
    scalars: Vec<(Place, Slice)>,
}

impl search::Units for Values<'_, '_> {
    fn len(&self) -> usize {
        self.scalars.len()
    }

    fn read(&self, at: usize, text: &mut String) {
        text.push_str(&super::tape::unescape(self.source.text(self.scalars[at].1)));
    }
}

/// What a path selects; where that is nothing, once more through strings that hold JSON.
fn places_of(source: &mut Source<'_>, parsed: &path::Query) -> Result<Vec<Place>, TooBroad> {
    let mut evaluation = path::select(source, parsed, false);
    if evaluation == Evaluation::Places(Vec::new()) {
        evaluation = path::select(source, parsed, true);
    }
    match evaluation {
        Evaluation::Places(places) => Ok(places),
        Evaluation::TooBroad => Err(TooBroad),
    }
}

/// The units at a place, and its path.
fn selection_at<'u>(source: &'u Source<'u>, place: Place) -> Selection<'u> {
    let units = units_at(source, place);
    let path = source.path(place);
    // Lines that are not the original's own are always said to be somewhere.
    let of = (path != "$" || units.noun() == Noun::Line).then(|| shortened(&path, 2 * MAX_QUOTED));
    Selection::new(units, of)
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

#[cfg(test)]
mod tests;
