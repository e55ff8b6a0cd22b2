//! C#.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Java,
    endings: &["cs"],
    language: tree_sitter_c_sharp::LANGUAGE,
    rules: &[
        (Rule::Comment, &["comment"]),
        (Rule::Text, &["raw_string_literal", "verbatim_string_literal", "interpolated_string_expression"]),
        (Rule::Transparent, &["preproc_if", "preproc_else", "preproc_elif"]),
        (Rule::Body, &["block", "switch_body", "accessor_list"]),
        (Rule::Members, &["declaration_list", "enum_member_declaration_list"]),
        (Rule::Data, &["initializer_expression", "argument_list"]),
        (
            Rule::Container,
            &[
                "class_declaration",
                "struct_declaration",
                "interface_declaration",
                "enum_declaration",
                "record_declaration",
                "namespace_declaration",
            ],
        ),
        (
            Rule::Definition,
            &[
                "method_declaration",
                "constructor_declaration",
                "destructor_declaration",
                "operator_declaration",
                "conversion_operator_declaration",
                "property_declaration",
                "indexer_declaration",
                "event_declaration",
                "local_function_statement",
            ],
        ),
        (Rule::Import, &["using_directive", "extern_alias_directive"]),
        (Rule::Assignment, &["field_declaration", "local_declaration_statement", "assignment_expression"]),
        (Rule::Wrapper, &["expression_statement", "global_statement"]),
    ],
    by_kind: OnceLock::new(),
};
