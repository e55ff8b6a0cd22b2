//! Ruby.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Ruby,
    endings: &["rb", "rake"],
    language: tree_sitter_ruby::LANGUAGE,
    rules: &[
        (Rule::Comment, &["comment"]),
        (Rule::Text, &["string", "heredoc_body"]),
        (Rule::Suite, &["body_statement", "block_body"]),
        (Rule::Data, &["array", "hash", "argument_list"]),
        (Rule::Container, &["class", "module", "singleton_class"]),
        (Rule::Definition, &["method", "singleton_method"]),
        (Rule::Assignment, &["assignment"]),
    ],
    by_kind: OnceLock::new(),
};
