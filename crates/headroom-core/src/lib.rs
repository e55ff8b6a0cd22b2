//! The engine of Headroom: bytes and strings in; bytes, strings and instructions out.
//!
//! It has no clock, file, socket, thread or environment variable, so the same crate serves the native
//! addon and WebAssembly. It reads in the order in which a request passes through it:
//!
//! 1. [`wire`] finds the blocks of a request body and their spans, and puts texts back.
//! 2. [`policy`] decides which blocks may be touched, and how far.
//! 3. [`route`] says what a block is.
//! 4. [`compress`] makes candidates, lossless ones first.
//! 5. [`ccr`] gives what was left out a handle, and answers retrievals.
//! 6. [`pipeline`] runs all of this in order, chooses by [`tokens`], remembers results and reports.
#![forbid(unsafe_code)]

pub mod align;
pub mod block;
pub mod ccr;
pub mod compress;
pub mod config;
pub mod error;
pub mod hash;
pub mod host;
mod memory;
pub mod pipeline;
pub mod policy;
pub mod route;
pub mod tokens;
pub mod wire;

pub use error::Error;
