//! A grammar with what its nodes mean to an outline.
//!
//! Owns the words in which the tables of the languages are written. It reads no text.

use headroom_core::compress::code::Language;
use std::sync::OnceLock;
use tree_sitter_language::LanguageFn;

/// What a kind of node is to an outline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Nothing: what stands in it decides.
    #[default]
    Plain,
    /// A comment.
    Comment,
    /// A string that may go on over lines.
    Text,
    /// Its children stand in the place of the node itself: parts that depend on conditions, lists without brackets.
    Transparent,
    /// Brackets around statements that run.
    Body,
    /// Statements that run, without brackets: from the first to the last child.
    Suite,
    /// The statements after a `then`, an `else` or a `)`, up to what goes on with other branches.
    Branch,
    /// Brackets around members: of a class, a structure, an interface, a namespace.
    Members,
    /// Brackets around data.
    Data,
    /// A statement whose blocks hold definitions.
    Container,
    /// A statement that defines something that is run.
    Definition,
    /// A statement that brings names in, or stays whole for another reason.
    Import,
    /// A statement that is what its value is.
    Assignment,
    /// A statement that is what stands in it: an export, a decorated definition.
    Wrapper,
}

/// A language: its grammar, and what the nodes of that mean.
pub(crate) struct Grammar {
    /// The family by which the core writes comments.
    pub(crate) family: Language,
    /// Endings of its files.
    pub(crate) endings: &'static [&'static str],
    pub(crate) language: LanguageFn,
    /// Kinds of nodes by what they are.
    pub(crate) rules: &'static [(Rule, &'static [&'static str])],
    /// The rules by the numbers of kinds, made when they are first needed.
    pub(crate) by_kind: OnceLock<Vec<Rule>>,
}

impl Grammar {
    /// What nodes are by the numbers of their kinds.
    pub(crate) fn by_kind(&self) -> &[Rule] {
        self.by_kind.get_or_init(|| {
            let language = tree_sitter::Language::new(self.language);
            let mut by_kind = vec![Rule::Plain; language.node_kind_count()];
            for &(rule, kinds) in self.rules {
                for kind in kinds {
                    by_kind[usize::from(language.id_for_node_kind(kind, true))] = rule;
                }
            }
            // The number of a kind that a grammar does not have is that of the end of a file.
            by_kind[0] = Rule::Plain;
            by_kind
        })
    }
}
