//! JavaScript and TypeScript, each with and without elements of JSX.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use std::sync::OnceLock;

/// All three grammars have the nodes of JavaScript; those of types are only found in the two of TypeScript.
const RULES: &[(Rule, &[&str])] = &[
    (Rule::Comment, &["comment", "html_comment"]),
    (Rule::Text, &["template_string", "string"]),
    (Rule::Body, &["statement_block", "switch_body"]),
    (Rule::Members, &["class_body", "interface_body", "object_type", "enum_body"]),
    (Rule::Data, &["object", "array", "arguments"]),
    (
        Rule::Container,
        &[
            "class_declaration",
            "class",
            "abstract_class_declaration",
            "interface_declaration",
            "enum_declaration",
            "internal_module",
            "module",
            "type_alias_declaration",
        ],
    ),
    (
        Rule::Definition,
        &[
            "function_declaration",
            "generator_function_declaration",
            "function_expression",
            "generator_function",
            "method_definition",
            "function_signature",
            "method_signature",
            "abstract_method_signature",
            "class_static_block",
        ],
    ),
    (Rule::Import, &["import_statement"]),
    (
        Rule::Assignment,
        &[
            "lexical_declaration",
            "variable_declaration",
            "assignment_expression",
            "public_field_definition",
            "field_definition",
            "pair",
        ],
    ),
    (Rule::Wrapper, &["export_statement", "expression_statement", "ambient_declaration"]),
];

pub(crate) static JAVASCRIPT: Grammar = Grammar {
    family: Language::JavaScript,
    endings: &["js", "jsx", "mjs", "cjs"],
    language: tree_sitter_javascript::LANGUAGE,
    rules: RULES,
    by_kind: OnceLock::new(),
};

pub(crate) static TYPESCRIPT: Grammar = Grammar {
    family: Language::JavaScript,
    endings: &["ts", "mts", "cts"],
    language: tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
    rules: RULES,
    by_kind: OnceLock::new(),
};

pub(crate) static TSX: Grammar = Grammar {
    family: Language::JavaScript,
    endings: &["tsx"],
    language: tree_sitter_typescript::LANGUAGE_TSX,
    rules: RULES,
    by_kind: OnceLock::new(),
};
