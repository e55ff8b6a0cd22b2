//! The laws over any text as the result of a tool.
#![no_main]

use headroom_core_fuzz::laws;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| laws::check(text, "run", "{}"));
