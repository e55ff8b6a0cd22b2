//! The laws over texts that resemble the output of builds and tests.
#![no_main]

use headroom_core_fuzz::{laws, text};
use libfuzzer_sys::fuzz_target;

const SHAPES: &[&str] = &[
    "   Compiling {w} v{n}.{n}.{n} ({p})",
    "error[E0{n}]: {w} {x}",
    "  --> {p}:{n}:{n}",
    "   |",
    "{n} |     let {w} = {x};",
    "   |         ^^^^ {w}",
    "warning: unused variable: `{w}`",
    "test {w}::{w} ... ok",
    "test {w}::{w} ... FAILED",
    "test result: FAILED. {n} passed; {n} failed; {n} ignored",
    "{p}({n},{n}): error TS{n}: {x}",
    "{p}:{n}:{n}: error: {x}",
    "{p}:{n}:{n}: warning: {w} [-Wunused]",
    "PASSED {p}::{w}",
    "E   assert {n} == {n}",
    "FAILED {p}::{w} - AssertionError",
    "===== {n} failed, {n} passed in {n}s =====",
    "  {n}:{n}  error  {x}  no-unused-vars",
    "--- FAIL: Test{w} ({n}.00s)",
    "ok  \tpkg/{w}\t0.{n}s",
    "npm warn deprecated {w}@{n}: {x}",
    "[{n}/{n}] Building CXX object {p}.o",
    "make: *** [{w}] Error {n}",
    "Downloading {w} ({n} kB) {n}%",
    "#{n} {n}.{n} {x}",
    "{x}",
    "",
];

fuzz_target!(|data: &[u8]| laws::check(&text(data, SHAPES), "bash", "{\"command\":\"cargo test\"}"));
