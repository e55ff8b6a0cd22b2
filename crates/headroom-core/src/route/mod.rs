//! `ContentRouter`: says what a block is, and who can make it smaller.
//!
//! Owns the kinds of content, the confidence with which a text is taken for one, and the registry of compressors with
//! their detectors, which look at a bounded sample. It knows nothing of roles or policy; the name of a tool and the
//! arguments of its call are hints.

mod sample;

pub use sample::{Hints, Sample};

use crate::compress::Compressor;
use crate::compress::code::{self, CodeAwareCompressor};
use crate::compress::diff::{self, DiffCompressor};
use crate::compress::html::{self, HtmlCompressor, XmlCompressor};
use crate::compress::json::{self, SmartCrusher};
use crate::compress::log::{self, LogCompressor};
use crate::compress::mixed::{self, Mixed};
use crate::compress::search::{self, SearchCompressor};
use crate::compress::table::{self, TableCompressor};
use crate::compress::text::{self, TextCompressor};
use crate::compress::tree::{self, TreeCompressor};
use std::fmt;

/// What a block is. A further kind gets its variant here, and its detector and compressor in [`Registry::standard`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One JSON document, whole or cut off at its end.
    Json,
    /// JSON documents, one a line.
    Ndjson,
    /// Lines that a program wrote as it ran, each with its time or level or of one of a few shapes.
    Log,
    /// What a compiler, a test runner, a linter or a package manager printed.
    Build,
    /// Hits of a search in files: path, line number, line.
    Search,
    /// A patch, or commits with their patches.
    Diff,
    /// Rows and columns as text: separated values, or columns that are aligned.
    Table,
    /// Names drawn as a tree: dependencies, directories.
    Tree,
    /// A page of the web or a part of one.
    Html,
    /// Several of these in one text: sections of files, commands with their outputs, JSON among lines.
    Mixed,
    /// Elements that are no page: configuration, data, feeds.
    Xml,
    /// A document with headings, lists or passages: Markdown, reStructuredText, manuals, results of a search in documents.
    Markdown,
    /// Sentences without marks.
    Prose,
    /// Source code.
    Code,
    /// Anything else.
    Text,
}

impl Kind {
    /// The name that reports and notations give it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Log => "log",
            Self::Build => "build",
            Self::Search => "search",
            Self::Diff => "diff",
            Self::Table => "table",
            Self::Tree => "tree",
            Self::Html => "html",
            Self::Mixed => "mixed",
            Self::Xml => "xml",
            Self::Markdown => "markdown",
            Self::Prose => "prose",
            Self::Code => "code",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// How surely a text is of a kind, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(u8);

impl Confidence {
    /// It is not.
    pub const NONE: Self = Self(0);
    /// It is, whatever the others say.
    pub const CERTAIN: Self = Self(100);
    /// From here on nobody else is asked.
    const SURE: Self = Self(80);
    /// Below this a text is not taken for the kind at all.
    const LEAST: Self = Self(20);

    /// So many per cent; more than 100 are 100.
    #[must_use]
    pub fn per_cent(per_cent: usize) -> Self {
        Self(u8::try_from(per_cent.min(100)).unwrap_or(100))
    }

    /// So many per cent, at most 100, in a constant.
    #[must_use]
    pub const fn likely(per_cent: u8) -> Self {
        Self(if per_cent > 100 { 100 } else { per_cent })
    }

    /// The share of `part` in `whole`.
    #[must_use]
    pub fn share(part: usize, whole: usize) -> Self {
        Self::per_cent((part * 100).checked_div(whole).unwrap_or(0))
    }
}

/// What a text may be, best guess first: one kind where that is sure, else the runner-up as well. It is never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guesses(Vec<Kind>);

impl Guesses {
    /// That a text is of this kind.
    #[must_use]
    pub fn only(kind: Kind) -> Self {
        Self(vec![kind])
    }

    /// The best guess.
    #[must_use]
    pub fn best(&self) -> Kind {
        self.0.first().copied().unwrap_or(Kind::Text)
    }

    /// All of them, best first.
    pub fn iter(&self) -> impl Iterator<Item = Kind> {
        self.0.iter().copied()
    }
}

/// A kind with its detector and its compressor.
#[derive(Clone, Copy)]
pub struct Registered {
    /// The kind.
    pub kind: Kind,
    /// Says how surely a text is of the kind.
    pub detect: fn(&Sample<'_>) -> Confidence,
    /// Makes it smaller.
    pub compressor: &'static dyn Compressor,
}

/// Which compressors stand ready for which kinds.
#[derive(Clone, Copy)]
pub struct Registry(&'static [Registered]);

impl Registry {
    /// The compressors of the core. Of two kinds that are equally likely the earlier is the better guess.
    #[must_use]
    pub fn standard() -> Self {
        Self(&[
            // A text that is several things is not any one of them: first, so that it wins a tie.
            Registered { kind: Kind::Mixed, detect: mixed::detect, compressor: &Mixed },
            Registered { kind: Kind::Json, detect: json::detect::document, compressor: &SmartCrusher },
            Registered { kind: Kind::Ndjson, detect: json::detect::lines, compressor: &SmartCrusher },
            Registered {
                kind: Kind::Build,
                detect: log::build::detect::output,
                compressor: &log::build::BuildCompressor,
            },
            Registered { kind: Kind::Html, detect: html::detect::page, compressor: &HtmlCompressor },
            Registered { kind: Kind::Xml, detect: html::detect::xml, compressor: &XmlCompressor },
            Registered { kind: Kind::Log, detect: log::detect::detect, compressor: &LogCompressor::STANDARD },
            Registered { kind: Kind::Diff, detect: diff::detect::confidence, compressor: &DiffCompressor },
            Registered { kind: Kind::Search, detect: search::detect::detect, compressor: &SearchCompressor },
            Registered { kind: Kind::Table, detect: table::detect::table, compressor: &TableCompressor },
            Registered { kind: Kind::Tree, detect: tree::detect, compressor: &TreeCompressor },
            Registered { kind: Kind::Markdown, detect: text::detect::markdown, compressor: &TextCompressor },
            Registered { kind: Kind::Prose, detect: text::detect::prose, compressor: &TextCompressor },
            Registered { kind: Kind::Code, detect: code::detect::detect, compressor: &CodeAwareCompressor },
        ])
    }

    /// A registry of these compressors, for tests.
    #[cfg(test)]
    pub(crate) fn of(entries: &'static [Registered]) -> Self {
        Self(entries)
    }

    /// Says what a text may be.
    ///
    /// ```
    /// use headroom_core::route::{Hints, Kind, Registry, Sample};
    ///
    /// let best = |text| Registry::standard().guess(&Sample::new(text, Hints::default())).best();
    /// assert_eq!(best(r#"[{"id": 1}, {"id": 2}]"#), Kind::Json);
    /// assert_eq!(best("{\"id\": 1}\n{\"id\": 2}\n"), Kind::Ndjson);
    /// assert_eq!(best("Dear reader"), Kind::Text);
    /// ```
    #[must_use]
    pub fn guess(&self, sample: &Sample<'_>) -> Guesses {
        self.guess_among(sample, |_| true)
    }

    /// Says what a part of a mixed text may be, which is not mixed itself.
    #[must_use]
    pub(crate) fn guess_part(&self, sample: &Sample<'_>) -> Guesses {
        self.guess_among(sample, |kind| kind != Kind::Mixed)
    }

    fn guess_among(&self, sample: &Sample<'_>, may_be: impl Fn(Kind) -> bool) -> Guesses {
        let entries = self.0.iter().filter(|entry| may_be(entry.kind));
        let mut ranked: Vec<(Confidence, Kind)> =
            entries.map(|entry| ((entry.detect)(sample), entry.kind)).collect();
        ranked.retain(|&(confidence, _)| confidence >= Confidence::LEAST);
        ranked.sort_by_key(|&(confidence, _)| std::cmp::Reverse(confidence));
        let asked = match ranked.first() {
            None => return Guesses::only(Kind::Text),
            // Borders may be found in what is one thing after all.
            Some(&(_, Kind::Mixed)) => 2,
            Some(&(confidence, _)) if confidence >= Confidence::SURE => 1,
            Some(_) => 2,
        };
        Guesses(ranked.into_iter().take(asked).map(|(_, kind)| kind).collect())
    }

    /// The compressors for the kind of a name.
    pub(crate) fn compressors_named(&self, name: &str) -> impl Iterator<Item = &'static dyn Compressor> {
        self.0.iter().filter(move |entry| entry.kind.name() == name).map(|entry| entry.compressor)
    }

    /// The compressor for a kind; several may have to be asked.
    pub fn compressors(&self, kind: Kind) -> impl Iterator<Item = &'static dyn Compressor> {
        self.0.iter().filter(move |entry| entry.kind == kind).map(|entry| entry.compressor)
    }

    /// Whether `text` is the lossless output of one of the compressors, which stays as it is.
    #[must_use]
    pub fn is_own_output(&self, text: &str) -> bool {
        self.0.iter().any(|entry| entry.compressor.is_own_output(text))
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|entry| entry.kind)).finish()
    }
}
