//! No error of a build is lost, by a notion of errors that is this test's own; and inputs that are built to be expensive.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use headroom_core::compress::log::build::BuildCompressor;
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::fmt::Write as _;

#[path = "support/corpus.rs"]
mod corpus;

fn sent(text: &str) -> String {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query::default();
    let task = Task {
        text,
        first_line: 1,
        tokens: text.len() / 3,
        query: &query,
        counter: &counter,
        budget: 4_000,
        lossless: false,
        code: false,
    };
    BuildCompressor.compress(&task).pop().map_or_else(|| text.to_owned(), |candidate| candidate.text)
}

/// What has to stand of a line that tells of an error: all but the place in a file before its `error`, which a list of
/// places may hold instead.
fn error_of(line: &str) -> Option<&str> {
    let line = line.trim();
    let opens = [
        "E  ",
        "FAILED ",
        "ERROR ",
        "FAIL:",
        "not ok ",
        "error:",
        "error[",
        "Error:",
        "npm error",
        "make: ***",
        "✖",
        "✕",
    ];
    if opens.iter().any(|opening| line.starts_with(opening)) {
        return Some(line);
    }
    // The rule above a failure's section: its test is named in the summary.
    if let Some(rule) = line.strip_prefix('_') {
        return rule.trim_matches(['_', ' ']).rsplit(['.', ' ']).next().filter(|name| !name.is_empty());
    }
    // A test that failed while they run: its name stands in the summary.
    if let Some((name, _)) = line.split_once(" FAILED").or_else(|| line.split_once(" ERROR ")) {
        return Some(name);
    }
    for sign in ["fatal error: ", "error: ", "error TS", "Error: ", "Exception: "] {
        if let Some(at) = line.find(sign) {
            let before = &line[..at];
            let is_place = before.contains([':', '(']) && !before.trim_end().contains(' ');
            return Some(if is_place { &line[at..] } else { line });
        }
    }
    None
}

#[test]
fn every_error_of_the_corpus_is_there() {
    let Some(kinds) = corpus::tool_texts() else {
        eprintln!("skipped: no corpus");
        return;
    };
    let mut errors = 0;
    for text in kinds.iter().filter(|(kind, _)| kind == "build_logs").flat_map(|(_, texts)| texts) {
        let sent = sent(text);
        for error in text.lines().filter_map(error_of) {
            errors += 1;
            assert!(sent.contains(error), "{error}\nis not in\n{sent:.3000}");
        }
    }
    assert!(errors > 1_000, "only {errors} errors");
}

#[test]
fn every_error_of_our_own_programs_is_there() {
    for text in [
        include_str!("data/build/cargo_build.txt"),
        include_str!("data/build/cargo_test.txt"),
        include_str!("data/build/make_gcc.txt"),
        include_str!("data/build/mocha.txt"),
        include_str!("data/build/mypy.txt"),
        include_str!("data/build/node_spec.txt"),
        include_str!("data/build/node_tap.txt"),
        include_str!("data/build/pip_build.txt"),
        include_str!("data/build/pytest_v.txt"),
        include_str!("data/build/tsc.txt"),
        include_str!("data/build/unittest.txt"),
        include_str!("data/build/vitest.txt"),
    ] {
        let sent = sent(text);
        for error in text.lines().filter_map(error_of) {
            assert!(sent.contains(error), "{error}\nis not in\n{sent}");
        }
    }
}

fn size(small: usize) -> usize {
    if std::env::var_os("HEADROOM_SLOW").is_some() { small * 40 } else { small }
}

fn lines(count: usize, line: impl Fn(usize, &mut String)) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        line(at, &mut text);
        text.push('\n');
        text
    })
}

#[test]
fn expensive_inputs_come_to_an_end() {
    let many = size(20_000);
    let inputs = [
        "a.c:1:2: error: x".repeat(many),
        format!("{}\n", ":1".repeat(size(200_000))).repeat(8),
        "^".repeat(size(400_000)) + &"\n^^^^".repeat(many),
        "--------\n".repeat(many),
        "-------- --------\n".repeat(many),
        "_ a _\n".repeat(many),
        "=== FAILURES ===\n".to_owned() + &"_ a _\nE  x\n".repeat(many),
        "\n".repeat(many),
        "  at a.b(c)\n".repeat(many),
        lines(many, |at, text| {
            let _ = write!(text, "a{at}.c:{at}:{at}: error: e{at}");
        }),
        lines(many, |at, text| {
            let _ = write!(text, "a.c:{}:1: error: the same", at * 7 % 1_000);
        }),
        lines(many, |at, text| {
            let letters: String =
                at.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
            let _ = write!(text, "{letters}{letters}ing x");
        })
        .repeat(4),
        lines(many, |at, text| {
            let _ = write!(text, "In file included from a{at}.h:1,");
        }),
        lines(many, |at, text| {
            let _ = write!(text, "error: e\n --> a.rs:{at}:1\n  |\n1 | x\n  | ^ label {at}");
        }),
        lines(many, |at, text| {
            let _ = write!(text, "tests/a{at}.py::b PASSED [{at}%]\u{feff}\u{2028}é");
        }),
    ];
    for text in inputs {
        let shortened = sent(&text);
        assert!(shortened.len() <= text.len() * 2 + 100, "it grew: {shortened:.200}");
    }
}

#[test]
fn a_text_cut_anywhere_is_read() {
    let text = include_str!("data/build/make_gcc.txt");
    for end in (0..text.len()).step_by(37) {
        let cut = &text[..text.floor_char_boundary(end)];
        sent(cut);
        sent(&text[text.floor_char_boundary(end)..]);
    }
}
