//! CCR, the way back: compress, cache, retrieve.
//!
//! Owns handles ([`Key`], [`identity`]), the marker that ends every block from which something was left out
//! ([`seal`], [`verified_handles`]) and the tool by which a model asks for it ([`tool`]).
//! It knows no provider's wire format and keeps no originals: the host does.

mod handle;
mod marker;
mod tool;

pub use handle::{Key, identity, identity_of, names, normalise};
pub use marker::{seal, verified_handle, verified_handles};
pub use tool::{TOOL_NAME, ToolFormat, tool, tool_by_name};
