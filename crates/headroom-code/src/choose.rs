//! Which grammar reads a file.
//!
//! Owns the choice by the name of the file, or else by how well a grammar reads it, and says where none does.

use crate::grammar::Grammar;
use crate::grammars::ALL;
use crate::read::{Reader, read};
use crate::tree::File;
use headroom_core::compress::Query;
use headroom_core::compress::code::{Language, Read, file_ending};

/// A text has no faults more than one in so many lines if a grammar is to be believed: for a file that the call names, and
/// for one whose language is only guessed.
const LINES_PER_FAULT: (usize, usize) = (8, 40);

/// What reads the lines of a file, and what it read.
pub(crate) fn choose<'a>(query: &Query, code: &'a [&'a str]) -> Option<Read<'a, Reader>> {
    let ending = file_ending(&query.arguments);
    let family = Language::guess(query, code);
    let (candidates, lines_per_fault): (Vec<&'static Grammar>, usize) = match ending {
        Some(ending) => (
            ALL.iter().copied().filter(|grammar| grammar.endings.contains(&ending)).collect(),
            LINES_PER_FAULT.0,
        ),
        None => (ALL.iter().copied().filter(|grammar| grammar.family == family).collect(), LINES_PER_FAULT.1),
    };
    let mut best: Option<(&'static Grammar, File)> = None;
    for grammar in candidates {
        let Some(file) = read(grammar, code) else { continue };
        let is_better = best.as_ref().is_none_or(|(_, best)| file.faults.len() < best.faults.len());
        let is_whole = file.faults.is_empty();
        if is_better {
            best = Some((grammar, file));
        }
        if is_whole {
            break;
        }
    }
    let (grammar, file) = best?;
    (file.faults.len() * lines_per_fault <= code.len().max(lines_per_fault))
        .then(|| Read { parser: Reader(grammar), structure: Box::new(file) })
}
