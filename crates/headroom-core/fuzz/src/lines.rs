//! Texts whose lines resemble some kind of output.
//!
//! Owns the filling of shapes. A shape is a line with holes: `{n}` a number, `{w}` a word, `{p}` a path, `{t}` a time,
//! `{h}` hexadecimal digits, `{x}` whatever the input says.

use std::fmt::Write as _;

const WORDS: &[&str] = &[
    "server",
    "worker",
    "error",
    "WARN",
    "failed",
    "ok",
    "connection",
    "timeout",
    "user",
    "cache",
    "index",
    "x",
    "élan",
    "部署",
    "0",
    "-1",
    "null",
    "a b",
    "--",
    "",
];
const PATHS: &[&str] = &[
    "src/main.rs",
    "src/a b.ts",
    "/usr/lib/x.so",
    "C:\\app\\x.cs",
    "a/b/c/d/e.py",
    "Cargo.lock",
    "x",
    "dist/app.min.js",
    "./é.go",
    "package-lock.json",
];

/// A text made of `shapes` as `data` says: which shape, how often, and what fills its holes.
#[must_use]
pub fn like(shapes: &[&str], data: &[u8]) -> String {
    let mut input = Input { data, state: 0x9e37_79b9 };
    let mut text = String::new();
    while !input.data.is_empty() && text.len() < 1 << 16 {
        let shape = shapes[input.byte() % shapes.len()];
        // Mostly a few lines, now and then very many.
        let times = match input.byte() {
            few @ 0..200 => few % 8 + 1,
            many => (many - 199) * 4,
        };
        for _ in 0..times {
            input.fill(shape, &mut text);
            text.push_str(match input.state % 97 {
                0 => "\r\n",
                1 => "",
                _ => "\n",
            });
        }
    }
    text
}

/// Bytes of the fuzzer, and numbers that follow from them where they would be used up too fast.
struct Input<'a> {
    data: &'a [u8],
    state: u32,
}

impl Input<'_> {
    fn byte(&mut self) -> usize {
        let Some((&first, rest)) = self.data.split_first() else { return 0 };
        self.data = rest;
        self.state = (self.state ^ u32::from(first)).wrapping_mul(0x0100_0193);
        usize::from(first)
    }

    fn next(&mut self) -> usize {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.state >> 8) as usize
    }

    fn fill(&mut self, shape: &str, text: &mut String) {
        let mut rest = shape;
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            let hole = rest.as_bytes().get(at + 1).filter(|_| rest.as_bytes().get(at + 2) == Some(&b'}'));
            let Some(hole) = hole else {
                text.push('{');
                rest = &rest[at + 1..];
                continue;
            };
            self.fill_hole(*hole, text);
            rest = &rest[at + 3..];
        }
        text.push_str(rest);
    }

    fn fill_hole(&mut self, hole: u8, text: &mut String) {
        let next = self.next();
        let _ = match hole {
            b'n' => write!(text, "{}", next % [3, 10, 100, 1_000_000][next % 4]),
            b'w' => write!(text, "{}", WORDS[next % WORDS.len()]),
            b'p' => write!(text, "{}", PATHS[next % PATHS.len()]),
            b'h' => write!(text, "{next:06x}"),
            b't' => {
                let [day, hour, minute, second] = [31, 24, 60, 60].map(|most| next % most);
                write!(text, "2026-01-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", next % 999)
            }
            _ => {
                let length = (self.byte() % 16).min(self.data.len());
                let (taken, left) = self.data.split_at(length);
                self.data = left;
                write!(text, "{}", String::from_utf8_lossy(taken))
            }
        };
    }
}
