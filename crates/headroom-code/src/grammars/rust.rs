//! Rust.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Rust,
    endings: &["rs"],
    language: tree_sitter_rust::LANGUAGE,
    rules: &[
        (Rule::Comment, &["line_comment", "block_comment"]),
        (Rule::Text, &["string_literal", "raw_string_literal"]),
        (Rule::Body, &["block", "match_block"]),
        (Rule::Members, &["declaration_list", "field_declaration_list", "enum_variant_list"]),
        (
            Rule::Data,
            &["array_expression", "arguments", "field_initializer_list", "token_tree", "tuple_expression"],
        ),
        (
            Rule::Container,
            &[
                "impl_item",
                "trait_item",
                "mod_item",
                "struct_item",
                "enum_item",
                "union_item",
                "foreign_mod_item",
            ],
        ),
        (Rule::Definition, &["function_item", "function_signature_item", "macro_definition"]),
        (Rule::Import, &["use_declaration", "extern_crate_declaration"]),
        (Rule::Assignment, &["let_declaration", "const_item", "static_item", "type_item"]),
        (Rule::Wrapper, &["expression_statement"]),
    ],
    by_kind: OnceLock::new(),
};
