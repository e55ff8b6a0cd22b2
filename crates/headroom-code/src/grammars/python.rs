//! Python.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Python,
    endings: &["py", "pyi"],
    language: tree_sitter_python::LANGUAGE,
    rules: &[
        (Rule::Comment, &["comment"]),
        (Rule::Text, &["string"]),
        (Rule::Suite, &["block"]),
        (Rule::Data, &["list", "dictionary", "set", "tuple", "argument_list"]),
        (Rule::Container, &["class_definition"]),
        (Rule::Definition, &["function_definition"]),
        (Rule::Import, &["import_statement", "import_from_statement", "future_import_statement"]),
        (Rule::Assignment, &["assignment"]),
        (Rule::Wrapper, &["decorated_definition", "expression_statement"]),
    ],
    by_kind: OnceLock::new(),
};
