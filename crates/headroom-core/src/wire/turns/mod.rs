//! Turns of a conversation by name, so that what was hidden in one is found again when a client resends it.
//!
//! Owns the names. What was hidden and how it is put back is not known here.

mod key;

pub use key::{TurnKey, after};
