//! Long strings in JSON, each made smaller by what it is: the log in `{"stdout": …}`, the page in `{"body": …}`, the file in
//! `{"content": …}`.
//!
//! Owns which strings are looked at, the document with what became of them in their places, and what was left out of it all.
//! What is left out is marked within each string, by the string's own lines. It knows no kind of content: a string goes the
//! way of a part of a text ([`super::super::mixed`]). JSON inside of strings has a notation of its own ([`super::embed`]).

use super::document::{Document, End, Id, Kind};
use super::embed::may_hold_json;
use super::layout::push_step;
use super::spelling::push_json_string;
use crate::compress::mixed::{Shorter, shorter};
use crate::compress::{Omission, Task, Unit};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Bytes from which a string is looked at.
const LEAST_BYTES: usize = 1_000;
/// Strings that are looked at, the first ones.
const MOST_STRINGS: usize = 256;
/// Share of the document, as a divisor, that a string has of which facts may be left out: elsewhere rows are left out whole.
const MAIN_SHARE: usize = 2;

/// A document with shorter strings.
#[derive(Debug)]
pub(super) struct Folded {
    /// As JSON without white space.
    pub(super) json: String,
    /// What was left out of all strings.
    pub(super) omissions: Vec<Omission>,
}

/// The strings of a document that are made smaller.
#[derive(Debug)]
pub(super) struct Strings {
    shorter: BTreeMap<Id, Shorter>,
}

impl Strings {
    /// Looks at the strings of a whole document; `None` where none can be made smaller.
    pub(super) fn read(document: &Document<'_>, task: &Task<'_>) -> Option<Self> {
        if document.roots.len() != 1 || document.end != End::Complete {
            return None;
        }
        let long = |&id: &Id| {
            document.kind(id) == Kind::String
                && document.text(id).len() >= LEAST_BYTES
                && !may_hold_json(document.text(id))
        };
        let found = (0..document.len() as Id).filter(long).take(MOST_STRINGS);
        let shorter: BTreeMap<Id, Shorter> =
            found.filter_map(|id| Some((id, shorter(document.text(id), task)?))).collect();
        (!shorter.is_empty()).then_some(Self { shorter })
    }

    /// The document with everything that repeats left out of its strings.
    pub(super) fn folded(&self, document: &Document<'_>) -> Option<Folded> {
        let texts = self.shorter.iter().filter_map(|(&id, shorter)| Some((id, shorter.folded.as_ref()?)));
        folded(document, &texts.collect())
    }

    /// The document with facts left out of the string that most of it consists of.
    pub(super) fn dropped(&self, document: &Document<'_>, bytes: usize) -> Option<Folded> {
        let is_main = |id: Id| document.text(id).len() * MAIN_SHARE >= bytes;
        let texts = self.shorter.iter().filter_map(|(&id, shorter)| {
            let dropped = shorter.dropped.as_ref().filter(|_| is_main(id));
            Some((id, dropped.or(shorter.folded.as_ref())?))
        });
        self.shorter
            .iter()
            .any(|(&id, shorter)| shorter.dropped.is_some() && is_main(id))
            .then(|| folded(document, &texts.collect()))?
    }
}

/// A document with these texts in place of the strings.
fn folded(document: &Document<'_>, texts: &BTreeMap<Id, &(String, Vec<Omission>)>) -> Option<Folded> {
    if texts.is_empty() {
        return None;
    }
    let mut json = String::new();
    let mut times: BTreeMap<Id, usize> = BTreeMap::new();
    document.push_json_with(&mut json, document.roots[0], &mut |out, id| {
        let Some((text, _)) = texts.get(&id) else { return false };
        *times.entry(id).or_default() += 1;
        push_json_string(out, text);
        true
    });
    // A key is no value, however long it is.
    let only = match times.iter().collect::<Vec<_>>()[..] {
        [] => return None,
        [(&id, 1)] => path_of(document, id).map(|path| (id, path)),
        _ => None,
    };
    let omissions = match only {
        Some((id, path)) => {
            let said = |omission: &Omission| Omission { path: Some(path.clone()), ..omission.clone() };
            texts[&id].1.iter().map(said).collect()
        }
        None => together(times.iter().flat_map(|(id, &times)| {
            texts[id].1.iter().flat_map(move |omission| std::iter::repeat_n(omission, times))
        })),
    };
    Some(Folded { json, omissions })
}

/// What was left out of several strings: how many of how many, since each counts its own.
fn together<'o>(omissions: impl Iterator<Item = &'o Omission>) -> Vec<Omission> {
    let mut counts: BTreeMap<Unit, (usize, usize)> = BTreeMap::new();
    for omission in omissions {
        let (count, total) = counts.entry(omission.unit).or_default();
        *count += omission.count;
        *total += omission.total;
    }
    let said = |(unit, (count, total))| Omission { unit, count, total, ranges: Vec::new(), path: None };
    counts.into_iter().map(said).collect()
}

/// The path of a value that stands in a document once.
fn path_of(document: &Document<'_>, wanted: Id) -> Option<String> {
    // Values are stored after what they hold.
    let mut holds = vec![false; document.len()];
    holds[wanted as usize] = true;
    for id in wanted + 1..document.len() as Id {
        holds[id as usize] = matches!(document.kind(id), Kind::Array | Kind::Object)
            && document.children(id).iter().any(|&child| holds[child as usize]);
    }
    let mut path = String::from("$");
    let mut at = document.roots[0];
    while at != wanted {
        let children = document.children(at);
        let index = children.iter().position(|&child| holds[child as usize])?;
        if document.kind(at) == Kind::Object {
            push_step(&mut path, document.text(document.keys(at)[index]));
        } else {
            let _ = write!(path, "[{index}]");
        }
        at = children[index];
    }
    Some(path)
}
