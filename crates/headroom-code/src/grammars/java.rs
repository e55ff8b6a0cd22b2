//! Java.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Java,
    endings: &["java"],
    language: tree_sitter_java::LANGUAGE,
    rules: &[
        (Rule::Comment, &["line_comment", "block_comment"]),
        (Rule::Text, &["string_literal"]),
        (Rule::Transparent, &["enum_body_declarations"]),
        (Rule::Body, &["block", "constructor_body", "switch_block"]),
        (
            Rule::Members,
            &["class_body", "interface_body", "enum_body", "annotation_type_body", "module_body"],
        ),
        (Rule::Data, &["array_initializer", "argument_list", "element_value_array_initializer"]),
        (
            Rule::Container,
            &[
                "class_declaration",
                "interface_declaration",
                "enum_declaration",
                "record_declaration",
                "annotation_type_declaration",
                "module_declaration",
            ],
        ),
        (
            Rule::Definition,
            &[
                "method_declaration",
                "constructor_declaration",
                "compact_constructor_declaration",
                "static_initializer",
            ],
        ),
        (Rule::Import, &["import_declaration", "package_declaration"]),
        (
            Rule::Assignment,
            &[
                "field_declaration",
                "constant_declaration",
                "local_variable_declaration",
                "assignment_expression",
            ],
        ),
        (Rule::Wrapper, &["expression_statement"]),
    ],
    by_kind: OnceLock::new(),
};
