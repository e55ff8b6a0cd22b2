//! C.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::C,
    endings: &["c", "h"],
    language: tree_sitter_c::LANGUAGE,
    rules: &[
        (Rule::Comment, &["comment"]),
        (
            Rule::Transparent,
            &["preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "preproc_elifdef"],
        ),
        (Rule::Body, &["compound_statement"]),
        (Rule::Members, &["field_declaration_list", "enumerator_list", "declaration_list"]),
        (Rule::Data, &["initializer_list", "argument_list"]),
        (
            Rule::Container,
            &[
                "struct_specifier",
                "union_specifier",
                "enum_specifier",
                "type_definition",
                "linkage_specification",
            ],
        ),
        (Rule::Definition, &["function_definition"]),
        (Rule::Import, &["preproc_include"]),
        (Rule::Assignment, &["declaration", "assignment_expression"]),
        (Rule::Wrapper, &["expression_statement"]),
    ],
    by_kind: OnceLock::new(),
};
