//! The laws over texts that resemble web pages.
#![no_main]

use headroom_core_fuzz::{laws, text};
use libfuzzer_sys::fuzz_target;

const SHAPES: &[&str] = &[
    "<!doctype html><html><head><title>{w}</title></head><body>",
    "<p>{x} {w} <b>{w}</b> &amp; {n}</p>",
    "<div class=\"{w}\">",
    "</div>",
    "<ul><li>{w}</li><li><a href=\"/{p}\">{w}</a></li></ul>",
    "<table><tr><th>{w}</th><td>{n}</td></tr></table>",
    "<script>var {w} = \"{x}\";</script>",
    "<style>.{w} { color: red }</style>",
    "<!-- {x} -->",
    "<h{n}>{w}</h2>",
    "<pre>{x}</pre>",
    "<img src=\"{p}\" alt=\"{w}\">",
    "<br/>",
    "<{x}>",
    "&#{n};",
    "&#x{h};",
    "</{w}>",
    "<a href='{x}",
    "{w} {x}",
    "<svg><path d=\"{h}\"/></svg>",
    "<nav><a href=\"#{w}\">{w}</a></nav>",
    "</body></html>",
];

fuzz_target!(|data: &[u8]| laws::check(&text(data, SHAPES), "fetch", "{\"url\":\"https://example.com/\"}"));
