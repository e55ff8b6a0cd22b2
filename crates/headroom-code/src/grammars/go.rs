//! Go.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Go,
    endings: &["go"],
    language: tree_sitter_go::LANGUAGE,
    rules: &[
        (Rule::Comment, &["comment"]),
        (Rule::Text, &["raw_string_literal"]),
        (Rule::Transparent, &["statement_list"]),
        (Rule::Body, &["block"]),
        (Rule::Members, &["field_declaration_list", "interface_type"]),
        (Rule::Data, &["literal_value", "argument_list"]),
        (Rule::Container, &["type_declaration"]),
        (Rule::Definition, &["function_declaration", "method_declaration"]),
        (Rule::Import, &["import_declaration", "package_clause", "const_declaration"]),
        (Rule::Assignment, &["var_declaration", "short_var_declaration", "assignment_statement"]),
        (Rule::Wrapper, &["expression_statement"]),
    ],
    by_kind: OnceLock::new(),
};
