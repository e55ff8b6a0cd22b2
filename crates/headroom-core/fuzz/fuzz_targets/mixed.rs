//! The laws over texts of several parts.
#![no_main]

use headroom_core_fuzz::{laws, text};
use libfuzzer_sys::fuzz_target;

const SHAPES: &[&str] = &[
    "=== {p} ===",
    "```json",
    "```",
    "{\"id\":{n},\"name\":\"{w}\",\"ok\":true}",
    "[{\"a\":{n}},{\"a\":{n}},{\"a\":{n}}]",
    "# {w}",
    "The {w} of {w} is {n}, as {p} says.",
    "{t} INFO {w} {n}",
    "Traceback (most recent call last):",
    "  File \"{p}\", line {n}, in {w}",
    "{p}:{n}:{x}",
    "diff --git a/{p} b/{p}",
    "@@ -1,{n} +1,{n} @@",
    "+{w}",
    "-{w}",
    "{n},{w},{n}",
    "",
    "-----",
    "[headroom: 3 of 9 lines left out, lines 2-4; headroom_retrieve(\"hr_0123456789abcdef\")]",
    "… lines {n}-{n}",
    "#json",
    "{x}",
];

fuzz_target!(|data: &[u8]| laws::check(&text(data, SHAPES), "bash", "{\"command\":\"make report\"}"));
