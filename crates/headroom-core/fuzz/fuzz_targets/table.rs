//! The laws over texts that resemble tables.
#![no_main]

use headroom_core_fuzz::{laws, text};
use libfuzzer_sys::fuzz_target;

const SHAPES: &[&str] = &[
    "{n},{w},{t},{n}",
    "{w},\"{x}\",{n},",
    "id,name,time,value",
    "{n}\t{w}\t{n}\t{x}",
    "| {w} | {n} | {x} |",
    "|---|---:|---|",
    " {n} | {w}   | {n}",
    "----+------+----",
    "({n} rows)",
    "-rw-r--r--  1 root root  {n} Jan {n} 12:00 {p}",
    "drwxr-xr-x  2 {w} staff   {n} Feb  1  2025 {w}",
    "total {n}",
    "NAME        READY   STATUS    RESTARTS   AGE",
    "{w}-{h}   1/1     Running   {n}     {n}d",
    "USER       PID %CPU %MEM COMMAND",
    "root  {n}  0.{n}  {n}.0 {p}",
    "+----+------+",
    "| {n}  | {w} |",
    "\"multi",
    "line\",{n},{w},{n}",
    "{n};{w};{n}",
    "{x}",
    "",
];

fuzz_target!(|data: &[u8]| laws::check(&text(data, SHAPES), "bash", "{\"command\":\"ps aux\"}"));
