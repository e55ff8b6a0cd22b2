//! The languages: one table each of what the nodes of its grammar mean.
//!
//! Owns the list. A table names every kind of node that an outline treats in its own way; all others are looked into.

use crate::grammar::Grammar;

mod bash;
mod c;
#[cfg(feature = "cpp")]
mod cpp;
#[cfg(feature = "csharp")]
mod csharp;
mod go;
mod java;
mod javascript;
#[cfg(feature = "kotlin")]
mod kotlin;
#[cfg(feature = "php")]
mod php;
mod python;
#[cfg(feature = "ruby")]
mod ruby;
mod rust;
#[cfg(feature = "swift")]
mod swift;

/// Every grammar. Of several that read a file equally well the earlier is taken.
pub(crate) static ALL: &[&Grammar] = &[
    &python::GRAMMAR,
    &javascript::TYPESCRIPT,
    &javascript::TSX,
    &javascript::JAVASCRIPT,
    &rust::GRAMMAR,
    &go::GRAMMAR,
    &java::GRAMMAR,
    &c::GRAMMAR,
    #[cfg(feature = "cpp")]
    &cpp::GRAMMAR,
    &bash::GRAMMAR,
    #[cfg(feature = "csharp")]
    &csharp::GRAMMAR,
    #[cfg(feature = "kotlin")]
    &kotlin::GRAMMAR,
    #[cfg(feature = "swift")]
    &swift::GRAMMAR,
    #[cfg(feature = "php")]
    &php::GRAMMAR,
    #[cfg(feature = "ruby")]
    &ruby::GRAMMAR,
];
