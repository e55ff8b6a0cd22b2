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
use crate::compress::{Omission, Task};
use std::collections::{BTreeMap, BTreeSet};
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
    /// What was left out of each string, with its path; of one that stands several times, with its first.
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
    let mut replaced: BTreeSet<Id> = BTreeSet::new();
    document.push_json_with(&mut json, document.roots[0], &mut |out, id| {
        let Some((text, _)) = texts.get(&id) else { return false };
        replaced.insert(id);
        push_json_string(out, text);
        true
    });
    let mut omissions = Vec::new();
    // A key is no value, however long it is.
    for id in replaced {
        let path = path_of(document, id)?;
        for omission in &texts[&id].1 {
            // Inside of a string that holds a document a path goes on as if that were the value.
            let inner =
                omission.path.as_deref().and_then(|inner| inner.strip_prefix('$')).unwrap_or_default();
            omissions.push(Omission { path: Some(format!("{path}{inner}")), ..omission.clone() });
        }
    }
    (!omissions.is_empty()).then_some(Folded { json, omissions })
}

/// The path of a value, where it stands first.
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
