//! What outlines look like, and the laws that hold for every one.

use crate::compress;
use crate::grammars::ALL;
use crate::read::read;
use headroom_core::compress::code::structure::{Faults, Structure};
use headroom_core::compress::{Candidate, Query};
use std::fs;
use std::path::{Path, PathBuf};

mod laws;
mod outlines;

const OVERVIEW: &str = "Give me an overview.";

fn ask(text: &str, question: &str, path: &str) -> Option<Candidate> {
    let query =
        Query { question: question.to_owned(), arguments: serde_json::json!({ "path": path }).to_string() };
    compress(text, &query)
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The files that lie beside the tests, one a language.
fn samples() -> Vec<(String, String)> {
    let mut samples: Vec<_> = fs::read_dir(folder("src/tests/files"))
        .expect("the folder of samples")
        .flatten()
        .map(|entry| {
            let name = entry.file_name().into_string().expect("a name in ASCII");
            (name, fs::read_to_string(entry.path()).expect("UTF-8"))
        })
        .filter(|(name, _)| has_grammar(name))
        .collect();
    samples.sort();
    samples
}

fn has_grammar(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    ALL.iter().any(|grammar| grammar.endings.contains(&ending))
}

/// How many faults the grammar of a file finds in it.
fn faults(name: &str, lines: &[&str]) -> Option<usize> {
    let ending = name.rsplit('.').next().unwrap_or_default();
    let grammars = ALL.iter().filter(|grammar| grammar.endings.contains(&ending));
    let counts = grammars.filter_map(|grammar| match read(grammar, lines)?.faults() {
        Faults::Places(places) => Some(places.len()),
        Faults::Brackets(..) => None,
    });
    counts.min()
}

#[test]
fn tables_name_kinds_that_there_are() {
    for grammar in ALL {
        // Three grammars share the table of JavaScript.
        let readers: Vec<_> = ALL
            .iter()
            .filter(|other| other.rules.as_ptr() == grammar.rules.as_ptr())
            .map(|other| tree_sitter::Language::new(other.language))
            .collect();
        for kind in grammar.rules.iter().flat_map(|(_, kinds)| kinds.iter()) {
            let is_known = readers.iter().any(|language| language.id_for_node_kind(kind, true) != 0);
            assert!(is_known, "{:?}: {kind}", grammar.endings);
        }
    }
}
