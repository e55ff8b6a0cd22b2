//! The engine of Headroom: bytes and strings in; bytes, strings and instructions out.
//!
//! Headroom makes the bulky parts of an LLM request smaller without the model losing what it needs, and gives the
//! model a way back to every byte that was left out. This crate decides and writes; its host does the input and
//! output. It has no clock, file, socket, thread or environment variable, so the same crate serves the native addon
//! and WebAssembly, and the same input gives the same bytes on every machine.
//!
//! # Example
//!
//! A host lifts the texts out of a request, says where they stood, and puts the new texts back:
//!
//! ```
//! use headroom_core::host::Engine;
//!
//! let rows: Vec<String> =
//!     (1..=40).map(|id| format!(r#"{{"id":{id},"state":"open","assignee":null}}"#)).collect();
//! let result = format!("[{}]", rows.join(","));
//! let meta = r#"{
//!     "entry": "compress",
//!     "model": "gpt-4o",
//!     "blocks": [{ "message": 0, "part": 0, "role": "tool", "type": "tool-result", "toolName": "list_issues" }]
//! }"#;
//!
//! let engine = Engine::new("{}", "")?;
//! let step = engine.step(&[result], meta)?;
//! assert!(step.texts[0].starts_with("#json: ==v: v in every row\n[#40(id,state==open,assignee==null)\n1\n2\n"));
//! # Ok::<(), headroom_core::Error>(())
//! ```
//!
//! For a request body as it goes over the wire there is [`pipeline::Engine::body_step`], which changes nothing but the
//! strings it replaces. What the outcome holds, and how modules outside the core take part, is in [`pipeline`].
//!
//! # Overview
//!
//! The crate reads in the order in which a request passes through it:
//!
//! 1. [`wire`] finds the blocks of a request body and their spans, and puts texts back.
//! 2. [`policy`] decides which blocks may be touched, and how far.
//! 3. [`route`] says what a block is.
//! 4. [`compress`] makes candidates, lossless ones first.
//! 5. [`ccr`] gives what was left out a handle, and answers retrievals.
//! 6. [`pipeline`] runs all of this in order, chooses by [`tokens`], remembers results and reports.
//!
//! [`config`] holds the one table of options, from which validation, types and documentation come; [`host`] is what
//! the bindings export; [`align`] warns of what keeps providers' prompt caches from hitting.
//!
//! # Performance
//!
//! Work is linear in the size of the request. A block is scanned once into spans; equal values are stored once, so
//! comparing them costs nothing. Candidates are measured by exact token counts, which are one look-up for most words, and
//! counting stops as soon as a candidate cannot win any more.
//!
//! A conversation is resent with every turn, so an [`Engine`](pipeline::Engine) remembers what became of each block,
//! under a hash of everything that depends on: text, counter, scope, budget, whether anything may be left out, and
//! the query. A remembered block costs one hash of its text, which in a body is not even unescaped. The memory keeps
//! to `resultCacheBytes`. So keep one engine for as long as its configuration holds: one made anew for each request
//! remembers nothing.
//!
//! An engine can be shared between threads. Its methods take `&self` and hold a lock only for single look-ups.
//!
//! # Untrusted input
//!
//! Tool results are written by whoever wrote the page, the issue or the log that a tool has read. The crate is made
//! for that:
//!
//! * No text makes it panic, overflow the stack or take more than linear time: nesting is followed to a fixed depth, names
//!   and repeats that would unfold to more than a bound are not followed, and limits are counted in bytes and tokens,
//!   never in seconds. If a compressor panics all the same, its block stays as it was and the report says so (in
//!   WebAssembly a panic is a trap, which the host has to survive).
//! * A marker in a text is not believed for its looks. It is ours only if its handle proves, by a keyed hash, that this very
//!   block was finished by this key. Without a configured `secret` that key is public: whoever wants handles that nobody
//!   else can make, sets one.
//! * A handle is answered from the original it was made of and from no other: hosts check what a store hands them with
//!   [`pipeline::Engine::identify`].
//! * Reports, warnings and errors hold figures and places, never content.
//!
//! What it does not do: it does not judge what a text says. Instructions planted in a tool result are as dangerous
//! after compression as they were before.
#![forbid(unsafe_code)]

pub mod align;
pub mod block;
pub mod ccr;
pub mod compress;
pub mod config;
pub mod error;
pub mod hash;
pub mod host;
pub mod intercept;
mod memory;
pub mod pipeline;
pub mod policy;
pub mod recall;
pub mod route;
mod text;
pub mod tokens;
pub mod wire;

pub use error::Error;
