//! Queries: what a model asks for, taken apart into words, identifiers and phrases.
//!
//! Owns how a query is read and how one of its terms stands in a text. It ranks nothing.

/// Terms of a query that are looked at.
pub(super) const MAX_TERMS: usize = 32;
/// Words that say nothing about what is wanted, unless there are no others.
const EMPTY_WORDS: [&str; 36] = [
    "a", "about", "all", "an", "and", "any", "are", "as", "at", "be", "by", "did", "do", "does", "find",
    "for", "from", "has", "have", "how", "in", "is", "it", "me", "of", "on", "or", "show", "that", "the",
    "there", "this", "to", "was", "what", "with",
];
/// Quotes by which a phrase is marked, each with what closes it.
const QUOTES: [(char, char); 4] = [('"', '"'), ('`', '`'), ('“', '”'), ('«', '»')];

/// A query, taken apart.
#[derive(Debug)]
pub(super) struct Query {
    /// What has to stand in a unit, each for itself.
    pub(super) terms: Vec<Term>,
    /// The query as a whole, in lower case, where it is more than one word.
    pub(super) phrase: Option<String>,
}

/// One thing that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// As it is asked for, in lower case.
    text: String,
    /// The words in it, where it is an identifier of several; else what its forms begin with.
    parts: Vec<String>,
    /// Whether it was asked for to the letter: an identifier, a number, a phrase in quotes.
    pub(super) is_exact: bool,
    /// Whether only the letter will do: a phrase in quotes.
    is_phrase: bool,
}

/// How often a term stands in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Halves: two for each time that it stands there as a whole word, one where a word only begins with it.
    pub(super) halves: u32,
    /// Whether it stands there as it was asked for.
    pub(super) to_the_letter: bool,
}

/// A text, ready to be searched.
#[derive(Debug)]
pub(super) struct Folded {
    /// In lower case.
    lower: String,
    /// The same with a blank before each capital within a word; empty where there is none.
    apart: String,
}

impl Query {
    /// Takes a query apart.
    pub(super) fn new(query: &str) -> Self {
        let query = query.trim();
        let mut terms: Vec<Term> = Vec::new();
        let mut rest = query;
        while !rest.is_empty() && terms.len() < MAX_TERMS {
            let quote = rest.char_indices().find_map(|(at, c)| {
                let (_, close) = QUOTES.into_iter().find(|&(open, _)| open == c)?;
                let from = at + c.len_utf8();
                let length = rest[from..].find(close)?;
                Some((at, from, from + length, from + length + close.len_utf8()))
            });
            let plain = &rest[..quote.map_or(rest.len(), |(at, ..)| at)];
            for word in plain.split_whitespace() {
                push_words(&mut terms, word);
            }
            let Some((_, from, to, after)) = quote else { break };
            push(&mut terms, Term::phrase(&rest[from..to]));
            rest = &rest[after..];
        }
        let is_empty = |term: &Term| !term.is_exact && EMPTY_WORDS.contains(&term.text.as_str());
        if !terms.iter().all(is_empty) {
            terms.retain(|term| !is_empty(term));
        }
        terms.truncate(MAX_TERMS);
        let lower = query.to_lowercase();
        let single = terms.len() == 1 && terms[0].text == lower;
        Self { terms, phrase: Some(lower).filter(|lower| !single && !lower.is_empty()) }
    }

    /// Bytes that a text has at least in which anything of it stands.
    pub(super) fn shortest(&self) -> usize {
        let texts = self.terms.iter().flat_map(|term| term.parts.iter().chain([&term.text]));
        // No character has a lower case of more than twice its bytes.
        texts.chain(&self.phrase).map(|text| text.len() / 2).min().unwrap_or(usize::MAX)
    }
}

/// Takes a word that stands between blanks apart: an identifier, a path, an address as a whole; else its words.
fn push_words(terms: &mut Vec<Term>, word: &str) {
    let around = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$' | '@' | '/' | '-');
    let trimmed = word.trim_matches(around).trim_end_matches('-');
    // What holds no letter or digit is asked for as it stands.
    if !trimmed.contains(char::is_alphanumeric) {
        return;
    }
    let inner = trimmed.contains(|c: char| !c.is_alphanumeric());
    let digits = trimmed.contains(|c: char| c.is_ascii_digit());
    if inner || digits || has_humps(trimmed) {
        push(terms, Term::identifier(trimmed));
    } else {
        push(terms, Term::word(trimmed));
    }
}

fn push(terms: &mut Vec<Term>, term: Term) {
    if !term.text.is_empty() && terms.len() < MAX_TERMS && !terms.iter().any(|known| known.text == term.text)
    {
        terms.push(term);
    }
}

impl Term {
    fn word(word: &str) -> Self {
        let text = word.to_lowercase();
        let stem = stem(&text).to_owned();
        Self { text, parts: vec![stem], is_exact: false, is_phrase: false }
    }

    fn identifier(word: &str) -> Self {
        let mut parts: Vec<String> = words_of(word).iter().map(|part| stem(part).to_owned()).collect();
        // The parts of an address or a price say nothing by themselves.
        if parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
            parts.clear();
        }
        Self { text: word.to_lowercase(), parts, is_exact: true, is_phrase: false }
    }

    fn phrase(quoted: &str) -> Self {
        Self { parts: Vec::new(), text: quoted.trim().to_lowercase(), is_exact: true, is_phrase: true }
    }

    /// How it stands in a text. With `anywhere`, also inside of words.
    pub(super) fn find(&self, folded: &Folded, anywhere: bool) -> Found {
        let whole = count(&folded.lower, &self.text, true);
        if whole > 0 {
            return Found { halves: 2 * whole, to_the_letter: true };
        }
        if self.is_phrase {
            let within = memchr::memmem::find(folded.lower.as_bytes(), self.text.as_bytes()).is_some();
            return Found { halves: u32::from(within) * 2, to_the_letter: within };
        }
        let some = |part: &String| {
            let found =
                count(&folded.lower, part, is_short(part)).max(count(&folded.apart, part, is_short(part)));
            let long = part.chars().nth(2).is_some();
            if found == 0 && anywhere && long {
                u32::from(folded.lower.contains(part.as_str()))
            } else {
                found
            }
        };
        let halves = match self.parts.iter().map(some).min() {
            Some(least) => least,
            // A number: longer ones that begin with it are others, but better than nothing.
            None if anywhere && self.text.len() > 2 => u32::from(folded.holds(&self.text)),
            None => 0,
        };
        Found { halves, to_the_letter: false }
    }
}

impl Folded {
    pub(super) fn new(text: &str) -> Self {
        let apart = if has_humps(text) { part_humps(text).to_lowercase() } else { String::new() };
        Self { lower: text.to_lowercase(), apart }
    }

    pub(super) fn holds(&self, text: &str) -> bool {
        memchr::memmem::find(self.lower.as_bytes(), text.as_bytes()).is_some()
    }

    /// Words, about: what the length of a text is measured in.
    pub(super) fn words(&self) -> u64 {
        let mut inside = false;
        let begins = |byte: u8| {
            let word = byte.is_ascii_alphanumeric() || byte >= 0x80;
            let begins = word && !inside;
            inside = word;
            begins
        };
        self.lower.bytes().map(begins).filter(|&begins| begins).count() as u64
    }

    /// The first byte at which one of the terms stands.
    pub(super) fn first(&self, query: &Query) -> Option<usize> {
        let texts = query.terms.iter().map(|term| &term.text).chain(&query.phrase);
        let parts = || query.terms.iter().flat_map(|term| &term.parts);
        let at = |text: &String| self.lower.find(text.as_str());
        texts.filter_map(at).min().or_else(|| parts().filter_map(at).min())
    }
}

/// One or two characters, or a number: the beginning of a word is another one.
fn is_short(part: &str) -> bool {
    part.chars().nth(2).is_none() || part.bytes().all(|byte| byte.is_ascii_digit())
}

/// How often `word` begins a word of `text`; with `whole`, also ends one.
fn count(text: &str, word: &str, whole: bool) -> u32 {
    if word.is_empty() {
        return 0;
    }
    let mut found = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()) {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let begins = !joins(before, word.chars().next());
        let ends = !whole || !joins(word.chars().next_back(), after);
        found += u32::from(begins && ends);
    }
    found
}

/// Whether two neighbouring characters are of one word. Scripts without blanks have no words that could be told apart.
fn joins(left: Option<char>, right: Option<char>) -> bool {
    let in_word = |c: Option<char>| {
        c.is_some_and(|c| {
            c.is_alphanumeric()
                && !matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{20000}'..)
        })
    };
    in_word(left) && in_word(right)
}

/// What the forms of a word begin with: `failed`, `failing` and `failures` are `fail`.
fn stem(word: &str) -> &str {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word;
    }
    for ending in ["ures", "ing", "ies", "ied", "ed", "ure", "es", "s", "y"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 4
            && !stem.ends_with('s')
        {
            return stem;
        }
    }
    word
}

/// Whether a capital stands within a word: `camelCase`.
fn has_humps(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// A text with a blank before each capital within a word: `getUserId`, `HTTPServer`.
fn part_humps(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut apart = String::with_capacity(text.len() + 8);
    let mut copied = 0;
    for at in 1..bytes.len() {
        let hump = bytes[at].is_ascii_uppercase()
            && (bytes[at - 1].is_ascii_lowercase()
                || bytes[at - 1].is_ascii_uppercase()
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
        if hump {
            apart.push_str(&text[copied..at]);
            apart.push(' ');
            copied = at;
        }
    }
    apart.push_str(&text[copied..]);
    apart
}

/// The words that an identifier is made of, in lower case.
fn words_of(identifier: &str) -> Vec<String> {
    let apart = part_humps(identifier).to_lowercase();
    apart.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(query: &str) -> Vec<String> {
        Query::new(query).terms.iter().map(|term| format!("{}={}", term.text, term.parts.join("+"))).collect()
    }

    #[test]
    fn queries_are_taken_apart() {
        assert_eq!(terms("why did the payments fail?"), ["why=why", "payments=payment", "fail=fail"]);
        assert_eq!(
            terms("getUserById in src/user_store.ts"),
            ["getuserbyid=get+user+by+id", "src/user_store.ts=src+user+store+ts"]
        );
        assert_eq!(terms("\"connection refused\" 10.0.0.1"), ["connection refused=", "10.0.0.1="]);
        assert_eq!(terms("the"), ["the=the"]);
        assert_eq!(terms("error error Error"), ["error=error"]);
        assert_eq!(terms("-> ()"), [""; 0]);
    }

    #[test]
    fn terms_stand_in_texts_as_words_or_to_the_letter() {
        let find = |query: &str, text: &str| {
            let found = Query::new(query).terms[0].find(&Folded::new(text), false);
            (found.halves, found.to_the_letter)
        };
        assert_eq!(find("error", "Error: errors"), (2, true));
        assert_eq!(find("error", "errors, terror"), (1, false));
        assert_eq!(find("failed", "PaymentFailed"), (1, false));
        assert_eq!(find("getUserById", "get_user_by_id()"), (1, false));
        assert_eq!(find("getUserById", "x.getUserById()"), (2, true));
        assert_eq!(find("77", "request 770"), (0, false));
        assert_eq!(find("retry", "retries, retried"), (2, false));
        assert_eq!(find("50.5", "50 5 at 150.5"), (0, false));
        assert_eq!(find("\"not found\"", "404 Not Found."), (2, true));
        assert_eq!(find("支付", "用户支付失败"), (2, true));
    }
}
