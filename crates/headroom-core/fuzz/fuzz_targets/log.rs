//! The laws over texts that resemble logs.
#![no_main]

use headroom_core_fuzz::{laws, text};
use libfuzzer_sys::fuzz_target;

const SHAPES: &[&str] = &[
    "{t} INFO {w} request {n} took {n} ms",
    "{t} ERROR {w}: {w} after {n} s",
    "Jan {n} 0{n}:12:01 host{n} sshd[{n}]: {w} for {w} from 10.0.{n}.{n} port {n}",
    "I0103 12:00:0{n}.000 {n} {w}.go:{n}] {w}",
    "10.0.0.{n} - - [01/Jan/2026:00:0{n}:00 +0000] \"GET /{w}/{n} HTTP/1.1\" {n} {n}",
    "{n} [{w}] {p} {x}",
    "Traceback (most recent call last):",
    "  File \"{p}\", line {n}, in {w}",
    "{w}Error: {x}",
    "\tat com.example.{w}.Main(Main.java:{n})",
    "Caused by: java.io.IOException: {w}",
    "{\"level\":\"{w}\",\"ts\":{n},\"msg\":\"{w} {n}\"}",
    "- 1117838570 2005.06.03 R02-M1-N0 RAS KERNEL INFO {w} {h}",
    "\u{1b}[3{n}m{w}\u{1b}[0m {n}%\r{n}%",
    "goroutine {n} [running]:",
    "{x}",
    "",
];

fuzz_target!(|data: &[u8]| laws::check(&text(data, SHAPES), "bash", "{\"command\":\"tail -n 500 app.log\"}"));
