//! `LogCompressor`: makes the lines that a program wrote as it ran smaller.
//!
//! Owns everything about logs: cutting a text into records, finding what varies in a line, mining templates, choosing
//! which lines stand literally. It knows nothing of other kinds of content, of handles or policy.
//!
//! [`lines`], [`mask`], [`time`], [`severity`] and [`record`] read lines and know no output.

pub mod lines;
pub mod mask;
pub mod record;
pub mod severity;
pub mod time;
