//! Families of programming languages, as far as an outline needs to tell them apart.
//!
//! Owns how a language's comments, strings and blocks are written, and the guess which language a text is in. It makes no
//! outline.

use crate::compress::Query;

/// How a language says what belongs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocks {
    /// By braces.
    Braces,
    /// By a colon and indentation.
    Indentation,
    /// By indentation up to a line of the same indentation that closes: `end`, `fi`, `}`.
    Closed,
}

/// A family of languages, whose comments and blocks are written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    JavaScript,
    /// Rust.
    Rust,
    /// Go.
    Go,
    /// C, C++, Objective-C.
    C,
    /// Java, Kotlin, C#, Swift and others with braces.
    Java,
    /// Bash and other shells.
    Shell,
    /// Ruby, Elixir, Julia, Crystal.
    Ruby,
    /// Lua.
    Lua,
}

/// File name endings by language.
const ENDINGS: &[(Language, &[&str])] = &[
    (Language::Python, &["py", "pyi", "pyx"]),
    (Language::JavaScript, &["js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts"]),
    (Language::Rust, &["rs"]),
    (Language::Go, &["go"]),
    (Language::C, &["c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "cu"]),
    (
        Language::Java,
        &["java", "kt", "kts", "cs", "swift", "scala", "php", "dart", "groovy", "zig", "gradle"],
    ),
    (Language::Shell, &["sh", "bash", "zsh", "ksh"]),
    (Language::Ruby, &["rb", "rake", "ex", "exs", "jl", "cr"]),
    (Language::Lua, &["lua"]),
];

/// Beginnings of lines by which languages are told apart.
const OPENINGS: &[(Language, &[&str])] = &[
    (Language::Python, &["def ", "async def ", "elif ", "from ", "except ", "@", "self.", "class "]),
    (
        Language::JavaScript,
        &[
            "function ",
            "const ",
            "let ",
            "var ",
            "export ",
            "import {",
            "import type ",
            "async function ",
            "interface ",
        ],
    ),
    (Language::Rust, &["fn ", "pub ", "impl", "use ", "let ", "#[", "//!", "///", "mod ", "match "]),
    (Language::Go, &["func ", "package ", "type ", "if err != nil {", "defer ", "return nil"]),
    (
        Language::C,
        &["#include", "#define", "#ifndef", "static ", "typedef ", "void ", "int ", "template", "struct "],
    ),
    (
        Language::Java,
        &["public ", "private ", "protected ", "import ", "@Override", "package ", "fun ", "val ", "using "],
    ),
    (
        Language::Shell,
        &["#!/bin/", "#!/usr/bin/env bash", "fi", "done", "then", "echo ", "if [", "esac", "local "],
    ),
    (Language::Ruby, &["def ", "end", "require ", "module ", "attr_", "defp ", "defmodule "]),
    (Language::Lua, &["local ", "end", "function ", "elseif ", "require"]),
];

/// Lines that are read for the guess.
const LINES: usize = 300;

/// The ending of the first source file that a call's arguments name: `py`, `tsx`.
#[must_use]
pub fn file_ending(arguments: &str) -> Option<&str> {
    let bounded = &arguments[..arguments.floor_char_boundary(4_096)];
    bounded
        .split(|character: char| character.is_whitespace() || "\"'`,;:|()<>=\\".contains(character))
        .filter_map(|word| word.rsplit_once('.'))
        .filter(|(name, _)| !name.is_empty())
        .map(|(_, ending)| ending)
        .find(|ending| Language::of_ending(ending).is_some())
}

impl Language {
    /// The language of a file with this name's ending.
    pub(super) fn of_ending(ending: &str) -> Option<Self> {
        ENDINGS.iter().find(|(_, endings)| endings.contains(&ending)).map(|&(language, _)| language)
    }

    /// The language of the file that a call's arguments name, if they name one.
    pub(super) fn of_arguments(arguments: &str) -> Option<Self> {
        Self::of_ending(file_ending(arguments)?)
    }

    /// The language of a text, by the file that the call names or else by how its lines begin.
    #[must_use]
    pub fn guess(query: &Query, code: &[&str]) -> Self {
        Self::of_arguments(&query.arguments).unwrap_or_else(|| Self::of_lines(code))
    }

    fn of_lines(code: &[&str]) -> Self {
        let mut best = (0, Self::Java);
        for &(language, openings) in OPENINGS {
            let of_language = |line: &&&str| {
                let line = line.trim_start();
                let ends_well = match language {
                    Self::Go | Self::Ruby | Self::Lua | Self::Shell => !line.ends_with([';', ':']),
                    Self::Python => !line.ends_with([';', '{', '}']),
                    Self::C | Self::Java => line.ends_with([';', '{', ')']) || line.starts_with(['#', '@']),
                    Self::JavaScript | Self::Rust => !line.ends_with(':'),
                };
                ends_well && openings.iter().any(|opening| line.starts_with(opening))
            };
            let count = code.iter().take(LINES).filter(of_language).count();
            if count > best.0 {
                best = (count, language);
            }
        }
        best.1
    }

    /// How it says what belongs together.
    pub(super) fn blocks(self) -> Blocks {
        match self {
            Self::Python => Blocks::Indentation,
            Self::Shell | Self::Ruby | Self::Lua => Blocks::Closed,
            _ => Blocks::Braces,
        }
    }

    /// What begins a comment that ends with the line.
    pub(super) fn comment(self) -> &'static str {
        match self {
            Self::Python | Self::Shell | Self::Ruby => "#",
            Self::Lua => "--",
            _ => "//",
        }
    }

    /// What stands for the statements of a block that has lost all of them, where a comment alone does not parse.
    pub(super) fn placeholder(self) -> &'static str {
        match self {
            Self::Python => "...  ",
            Self::Shell => ":  ",
            _ => "",
        }
    }
}
