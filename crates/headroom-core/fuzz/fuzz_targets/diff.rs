//! The laws over texts that resemble diffs.
#![no_main]

use headroom_core_fuzz::{laws, text};
use libfuzzer_sys::fuzz_target;

const SHAPES: &[&str] = &[
    "diff --git a/{p} b/{p}",
    "index {h}..{h} 100644",
    "--- a/{p}",
    "+++ b/{p}",
    "@@ -{n},{n} +{n},{n} @@ fn {w}",
    "@@ -1,3 +1,3 @@",
    " {w} {n}",
    "-{w} {n}",
    "+{w} {n}",
    " ",
    "-",
    "+",
    "-    {x}",
    "+    {x}",
    "\\ No newline at end of file",
    "rename from {p}",
    "rename to {p}",
    "similarity index {n}%",
    "new file mode 100644",
    "deleted file mode 100644",
    "Binary files a/{p} and /dev/null differ",
    "commit {h}{h}{h}{h}{h}{h}{h}",
    "Author: {w} <{w}@example.com>",
    " {p} | {n} ++--",
    "diff --cc {p}",
    "@@@ -1,{n} -1,{n} +1,{n} @@@",
    "++{w}",
    "-Subproject commit {h}",
    "{x}",
];

fuzz_target!(|data: &[u8]| laws::check(&text(data, SHAPES), "bash", "{\"command\":\"git diff\"}"));
