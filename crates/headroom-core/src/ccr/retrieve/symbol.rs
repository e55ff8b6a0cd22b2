//! Definitions by name: functions, classes, methods, types, constants, headings.
//!
//! Owns which of the names that there are is meant. Where definitions are is the kinds' business.

use super::super::answer::Answer;
use super::super::document;
use super::super::ranges::{self, Range};
use super::{Request, Selection, quoted, shortened};
use crate::compress::passage::Symbol;
use std::fmt::Write as _;

/// Names that are listed where the one that is asked for is missing.
const MAX_NAMES: usize = 60;
/// Characters of a name.
const MAX_NAME: usize = 100;
/// Definitions of one name that are shown.
const MAX_SAME: usize = 50;
/// What models write before a name.
const KEYWORDS: [&str; 16] = [
    "function ",
    "async ",
    "class ",
    "interface ",
    "struct ",
    "enum ",
    "trait ",
    "impl ",
    "type ",
    "const ",
    "def ",
    "func ",
    "fun ",
    "fn ",
    "pub ",
    "export ",
];

/// Where the lines of a definition are.
pub(super) enum Located {
    /// In these lines, under this name.
    At(Vec<Range>, String),
    /// It is not there, as this says.
    Missing(String),
    /// Texts of this kind define nothing.
    NoSymbols,
}

/// Looks for a definition in a text.
pub(super) fn locate(text: &str, wanted: &str) -> Located {
    let Some(symbols) = document::symbols(text) else { return Located::NoSymbols };
    let found = find(&symbols, wanted);
    if found.is_empty() {
        return Located::Missing(missing(&symbols, wanted));
    }
    let ranges = found.iter().take(MAX_SAME).map(|&symbol| range(symbol)).collect();
    let mut named = shortened(&found[0].name, MAX_NAME);
    if found.len() > 1 {
        let _ = write!(named, " ({} definitions)", found.len());
    }
    Located::At(ranges::merge(ranges), named)
}

fn range(symbol: &Symbol) -> Range {
    Range { first: symbol.first + 1, character: 1, last: symbol.end.max(symbol.first + 1) }
}

/// What is meant by a name, by the strictest reading that means anything.
fn find<'s>(symbols: &'s [Symbol], wanted: &str) -> Vec<&'s Symbol> {
    let wanted = bare(wanted);
    if wanted.is_empty() {
        return Vec::new();
    }
    let dotted = dotted(wanted);
    let plain = letters(wanted);
    let readings: [&dyn Fn(&Symbol) -> bool; 6] = [
        &|symbol| symbol.name == wanted || symbol.name == dotted,
        &|symbol| is_end(&symbol.name, &dotted) || is_end(&symbol.name, wanted),
        &|symbol| is_end(&symbol.name.to_lowercase(), &dotted.to_lowercase()),
        &|symbol| is_end(&symbol.name.to_lowercase(), &wanted.to_lowercase()),
        &|symbol| !plain.is_empty() && letters(last_name(&symbol.name)) == plain,
        &|symbol| !plain.is_empty() && letters(&symbol.name).ends_with(&plain) && plain.len() >= 6,
    ];
    for reading in readings {
        let found: Vec<&Symbol> = symbols.iter().filter(|symbol| reading(symbol)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    // Python writes `Class.method` of a class that may have been asked for by another path: the method alone is better
    // than nothing where there is only one.
    let (_, last) = dotted.rsplit_once('.').unwrap_or(("", ""));
    let found: Vec<&Symbol> =
        symbols.iter().filter(|symbol| !last.is_empty() && is_end(&symbol.name, last)).collect();
    if found.len() == 1 { found } else { Vec::new() }
}

/// A name without what models write around it: keywords, parameters, marks of headings.
fn bare(wanted: &str) -> &str {
    let mut name = wanted.trim_matches(|c: char| c.is_whitespace() || "`\"'#*".contains(c));
    while let Some(rest) = KEYWORDS.iter().find_map(|keyword| name.strip_prefix(keyword)) {
        name = rest.trim_start();
    }
    // `name(a, b)` is the function; a heading may have parentheses further on.
    match name.split_once('(') {
        Some((before, _)) if !before.contains(' ') && !before.is_empty() => before,
        _ => name,
    }
}

/// `Type::method`, `Class#method` and `Class->method` with dots.
fn dotted(name: &str) -> String {
    name.replace("::", ".").replace("->", ".").replace('#', ".")
}

/// Whether a full name ends with another, at the border of a name.
fn is_end(full: &str, end: &str) -> bool {
    full.strip_suffix(end)
        .is_some_and(|before| before.is_empty() || before.ends_with('.') || before.ends_with("> "))
}

fn last_name(full: &str) -> &str {
    let last = full.rsplit(" > ").next().unwrap_or(full);
    if last.contains(' ') { last } else { last.rsplit('.').next().unwrap_or(last) }
}

/// The letters and digits of a name, in lower case: `getting-started` is `Getting started`.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// That a name is not there, and which are: those that resemble it first.
fn missing(symbols: &[Symbol], wanted: &str) -> String {
    let amount = symbols.len();
    let mut text = format!("nothing is called {}", quoted(wanted));
    if amount == 0 {
        return text;
    }
    let _ = write!(text, "; there are {amount} names: ");
    let part = letters(last_name(&dotted(bare(wanted))));
    let resembles = |symbol: &&Symbol| {
        let name = letters(&symbol.name);
        part.len() >= 3
            && (name.contains(&part) || part.contains(&letters(last_name(&symbol.name))) && !name.is_empty())
    };
    let (alike, others): (Vec<&Symbol>, Vec<&Symbol>) = symbols.iter().partition(resembles);
    let names = alike.iter().chain(&others).take(MAX_NAMES).map(|symbol| shortened(&symbol.name, MAX_NAME));
    text.push_str(&names.collect::<Vec<_>>().join(", "));
    if amount > MAX_NAMES {
        text.push_str(", …");
    }
    text
}

impl Request<'_> {
    /// The definition in a text, narrowed by whatever else is asked for; `None` where such texts define nothing.
    pub(super) fn at_symbol(&self, text: &str, mut selection: Selection<'_>, wanted: &str) -> Option<Answer> {
        match locate(text, wanted) {
            Located::NoSymbols => None,
            Located::Missing(missing) => {
                let of = selection.of.map(|of| format!("in {of} ")).unwrap_or_default();
                Some(Answer::nothing(format!("[{of}{missing}]")))
            }
            Located::At(ranges, named) => {
                selection.named = Some(named);
                selection.within = ranges;
                Some(self.narrowed(&selection))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_written() {
        let names =
            ["Cart", "Cart.total", "Order.total", "open_cart", "Guide > Getting started", "Guide > API (v2)"];
        let symbols: Vec<Symbol> =
            names.iter().map(|name| Symbol { name: (*name).to_owned(), first: 0, end: 1 }).collect();
        let found =
            |wanted| find(&symbols, wanted).iter().map(|symbol| symbol.name.as_str()).collect::<Vec<_>>();
        assert_eq!(found("Cart"), ["Cart"]);
        assert_eq!(found("class Cart"), ["Cart"]);
        assert_eq!(found("total"), ["Cart.total", "Order.total"]);
        for written in ["Cart.total", "Cart::total()", "Cart#total", "`cart.total`", "fn Cart.total(&self)"] {
            assert_eq!(found(written), ["Cart.total"], "{written}");
        }
        for written in ["open_cart", "openCart", "def open_cart(name)", "shop.open_cart"] {
            assert_eq!(found(written), ["open_cart"], "{written}");
        }
        for written in ["Getting started", "## Getting started", "getting-started", "Guide > Getting started"]
        {
            assert_eq!(found(written), ["Guide > Getting started"], "{written}");
        }
        assert_eq!(found("API (v2)"), ["Guide > API (v2)"]);
        assert_eq!(found("absent"), [""; 0]);
        assert_eq!(missing(&symbols, "carts").split(": ").nth(1).map(|names| &names[..4]), Some("Cart"));
    }
}
