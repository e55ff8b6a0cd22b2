//! CCR, the way back: compress, cache, retrieve.
//!
//! Owns handles ([`Key`], [`identity`]), the marker that ends every block from which something was left out
//! ([`seal`], [`verified_handles`]), the tool by which a model asks for it ([`tool`]) and the answers it gets
//! ([`retrieve`]). It knows no provider's wire format and keeps no originals: the host does.

mod answer;
mod arguments;
mod document;
mod handle;
mod marker;
mod page;
mod path;
mod ranges;
mod retrieve;
mod search;
mod source;
mod tape;
mod tool;
mod units;

pub use answer::Answer;
pub use arguments::RetrieveArguments;
pub use handle::{Key, identity, identity_of, names, normalise};
pub use marker::{seal, verified_handle, verified_handles};
pub use retrieve::retrieve;
pub use tool::{TOOL_NAME, ToolFormat, tool, tool_by_name};

/// A text in quotes, as a header repeats it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text.trim(), retrieve::MAX_QUOTED))
}

/// At most `most` characters of `text`, on one line.
fn shortened(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}
