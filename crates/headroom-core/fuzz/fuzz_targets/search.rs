//! The laws over texts that resemble search hits.
#![no_main]

use headroom_core_fuzz::{laws, text};
use libfuzzer_sys::fuzz_target;

const SHAPES: &[&str] = &[
    "{p}:{n}:{x}",
    "{p}:{n}:    return {w};",
    "{p}:{n}:{n}:{w} = {n}",
    "{p}-{n}-  {x}",
    "{p}-{n}-",
    "--",
    "{p}:{n}",
    "{p}",
    "src/{w}.rs:{n}:fn {w}() {",
    "src/{w}.rs-{n}-    {w}",
    "C:\\src\\{w}.cs:{n}:{x}",
    "{p}:{x}",
    "{n}:{w}",
    "{n}-{w}",
    "Binary file {p} matches",
    "",
    "{x}",
];

fuzz_target!(|data: &[u8]| laws::check(&text(data, SHAPES), "bash", "{\"command\":\"rg -n error src\"}"));
