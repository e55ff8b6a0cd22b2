//! Outlines of source code whose structure a grammar tells, for the option `code` of Headroom.
//!
//! The core makes outlines of any language by brackets and indentation. This crate reads files with tree-sitter instead, and
//! hands what it finds to the same outline ([`headroom_core::compress::code`]): which statements there are, what they define
//! and where their bodies stand. What is left out, how it is marked and what the question has to do with it is the core's, so
//! an outline looks the same whoever read the file. In return for its grammars this crate knows where a body really begins and
//! ends, and an outline is only offered if it parses with no more errors than its original.
//!
//! ```
//! let text = "import os\n\n\ndef first(path):\n    \"\"\"Open a file.\"\"\"\n".to_owned()
//!     + &"    print(os.path.join(path, 'a rather long name', 'of a file'))\n".repeat(3);
//! let query = headroom_core::compress::Query { question: "an overview".into(), arguments: r#"{"path":"a.py"}"#.into() };
//! let outline = headroom_code::compress(&text, &query).expect("a body to leave out");
//! assert!(outline.text.ends_with("    \"\"\"Open a file.\"\"\"\n    # … 3 lines (6-8)\n"));
//! ```
//!
//! # Untrusted input
//!
//! Texts of more than [`MAX_BYTES`] are not read, nor are those of which samples show that they are no source code of the
//! language, and a parse that goes on more slowly than source code lets it is given up. All of this is counted, never timed, so
//! the result is the same on every machine. Trees are followed to a fixed depth. The
//! grammars are generated C and their scanners are written in C by others; they run inside of the process.
#![forbid(unsafe_code)]

mod choose;
mod grammar;
mod grammars;
mod host;
mod read;
mod tree;

pub use host::{KINDS, NAME, compress_json};

use headroom_core::compress::{Candidate, Query, code};

#[cfg(test)]
mod tests;

/// Bytes of a text beyond which it is left to the core.
pub const MAX_BYTES: usize = 512 << 10;

/// The outline of a text; `None` where there is nothing to leave out or no grammar for it.
#[must_use]
pub fn compress(text: &str, query: &Query) -> Option<Candidate> {
    if text.len() > MAX_BYTES {
        return None;
    }
    code::outline(text, 1, query, |code| choose::choose(query, code))
}
