//! C++, and headers that may be either.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::C,
    endings: &["cc", "cpp", "cxx", "hpp", "hh", "h", "cu"],
    language: tree_sitter_cpp::LANGUAGE,
    rules: &[
        (Rule::Comment, &["comment"]),
        (Rule::Text, &["raw_string_literal"]),
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
                "class_specifier",
                "union_specifier",
                "enum_specifier",
                "type_definition",
                "linkage_specification",
                "namespace_definition",
            ],
        ),
        (Rule::Definition, &["function_definition"]),
        (Rule::Import, &["preproc_include", "using_declaration"]),
        (Rule::Assignment, &["declaration", "field_declaration", "assignment_expression"]),
        (Rule::Wrapper, &["expression_statement", "template_declaration"]),
    ],
    by_kind: OnceLock::new(),
};
