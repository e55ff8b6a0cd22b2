//! Swift.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Java,
    endings: &["swift"],
    language: tree_sitter_swift::LANGUAGE,
    rules: &[
        (Rule::Comment, &["comment", "multiline_comment"]),
        (Rule::Text, &["multi_line_string_literal"]),
        (Rule::Transparent, &["statements"]),
        (Rule::Body, &["function_body", "lambda_literal", "computed_property"]),
        (Rule::Members, &["class_body", "enum_class_body", "protocol_body"]),
        (Rule::Data, &["array_literal", "dictionary_literal", "value_arguments"]),
        (Rule::Container, &["class_declaration", "protocol_declaration"]),
        (
            Rule::Definition,
            &["function_declaration", "init_declaration", "deinit_declaration", "subscript_declaration"],
        ),
        (Rule::Import, &["import_declaration"]),
        (Rule::Assignment, &["property_declaration", "assignment"]),
    ],
    by_kind: OnceLock::new(),
};
