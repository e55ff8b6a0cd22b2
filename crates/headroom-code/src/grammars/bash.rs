//! Bash, and other shells as far as they are written like it.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Shell,
    endings: &["sh", "bash", "zsh", "ksh"],
    language: tree_sitter_bash::LANGUAGE,
    rules: &[
        (Rule::Comment, &["comment"]),
        (Rule::Text, &["string", "raw_string", "heredoc_body"]),
        (Rule::Body, &["compound_statement", "do_group", "subshell"]),
        (Rule::Branch, &["if_statement", "elif_clause", "else_clause", "case_item"]),
        (Rule::Data, &["array"]),
        (Rule::Definition, &["function_definition"]),
        (Rule::Assignment, &["variable_assignment", "declaration_command"]),
    ],
    by_kind: OnceLock::new(),
};
