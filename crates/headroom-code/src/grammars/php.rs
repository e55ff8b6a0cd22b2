//! PHP.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Java,
    endings: &["php"],
    language: tree_sitter_php::LANGUAGE_PHP,
    rules: &[
        (Rule::Comment, &["comment"]),
        (Rule::Text, &["string", "encapsed_string", "heredoc", "nowdoc"]),
        (Rule::Body, &["compound_statement", "switch_block", "match_block"]),
        (Rule::Members, &["declaration_list", "enum_declaration_list"]),
        (Rule::Data, &["array_creation_expression", "arguments"]),
        (
            Rule::Container,
            &[
                "class_declaration",
                "interface_declaration",
                "trait_declaration",
                "enum_declaration",
                "namespace_definition",
            ],
        ),
        (Rule::Definition, &["function_definition", "method_declaration"]),
        (Rule::Import, &["namespace_use_declaration", "use_declaration"]),
        (Rule::Assignment, &["assignment_expression", "property_declaration", "const_declaration"]),
        (Rule::Wrapper, &["expression_statement"]),
    ],
    by_kind: OnceLock::new(),
};
