//! `JSONPath` by RFC 9535: the queries that `path` takes.
//!
//! Owns the language: its syntax tree here, its parser and its evaluation over [`super::source`] beside it.
//! Everything of the RFC but the functions `match` and `search`, which would need a regular expression engine
//! in the core. Three extensions, all where the RFC allows or selects nothing: a query may leave out the leading
//! `$`, a name without quotes may contain hyphens, and a query that selects nothing is tried again looking
//! through strings that hold JSON.

mod evaluate;
mod parse;

pub(super) use evaluate::{Evaluation, select};
pub(super) use parse::parse;

/// A query: where it starts, and what it selects step by step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Query {
    /// From the root (`$`) rather than the current value (`@`).
    absolute: bool,
    segments: Vec<Segment>,
}

/// One step of a query.
#[derive(Clone, Debug, PartialEq)]
struct Segment {
    /// Applies to every value below as well (`..`).
    descendant: bool,
    selectors: Vec<Selector>,
}

/// What a step selects among the entries of a value.
#[derive(Clone, Debug, PartialEq)]
enum Selector {
    Name(String),
    Wildcard,
    Index(i64),
    Slice { start: Option<i64>, end: Option<i64>, step: i64 },
    Filter(Expression),
}

/// A condition on an entry.
#[derive(Clone, Debug, PartialEq)]
enum Expression {
    Any(Vec<Expression>),
    All(Vec<Expression>),
    Not(Box<Expression>),
    Exists(Query),
    Compare(Operand, Comparison, Operand),
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Text(String),
    /// A number as it is written.
    Number(String),
    Boolean(bool),
    Null,
    /// A query that selects at most one value.
    Singular(Query),
    Length(Box<Operand>),
    Count(Query),
    Value(Query),
}

/// How two sides are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Query {
    /// Whether it can select at most one value: names and indexes only.
    fn is_singular(&self) -> bool {
        self.segments.iter().all(|segment| {
            !segment.descendant && matches!(segment.selectors[..], [Selector::Name(_) | Selector::Index(_)])
        })
    }
}

#[cfg(test)]
mod tests;
