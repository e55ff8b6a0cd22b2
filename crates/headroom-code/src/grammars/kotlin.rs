//! Kotlin.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

pub(crate) static GRAMMAR: Grammar = Grammar {
    family: Language::Java,
    endings: &["kt", "kts"],
    language: tree_sitter_kotlin_ng::LANGUAGE,
    rules: &[
        (Rule::Comment, &["line_comment", "block_comment"]),
        (Rule::Text, &["multiline_string_literal"]),
        (Rule::Body, &["block", "lambda_literal"]),
        (Rule::Members, &["class_body", "enum_class_body"]),
        (Rule::Data, &["value_arguments", "collection_literal"]),
        (Rule::Container, &["class_declaration", "object_declaration", "companion_object"]),
        (Rule::Definition, &["function_declaration", "secondary_constructor", "anonymous_initializer"]),
        (Rule::Import, &["import", "package_header"]),
        (Rule::Assignment, &["property_declaration", "assignment"]),
    ],
    by_kind: OnceLock::new(),
};
