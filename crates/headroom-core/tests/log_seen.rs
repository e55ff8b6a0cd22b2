//! What the model sees of small logs, each of another format: to be read by a reviewer.

use headroom_core::compress::log::LogCompressor;
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::route::{Hints, Kind, Registry, Sample};
use headroom_core::tokens::Counter;

fn seen(name: &str, question: &str) {
    let path = format!("{}/tests/data/log/{name}.log", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a file of this folder");
    let sample = Sample::new(&text, Hints::default());
    assert_eq!(Registry::standard().guess(&sample).best(), Kind::Log, "{name}");
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let tokens = counter.count(&text);
    let task = Task {
        text: &text,
        first_line: 1,
        tokens,
        query: &query,
        counter: &counter,
        budget: 4_000,
        lossless: false,
        code: false,
    };
    let candidate = LogCompressor::STANDARD.compress(&task).pop().expect("a candidate");
    let left_out: Vec<(usize, usize)> =
        candidate.omissions.iter().map(|all| (all.count, all.total)).collect();
    let after = counter.count(&candidate.text);
    let seen = format!("{tokens} tokens, now {after}; left out {left_out:?}\n\n{}", candidate.text);
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, seen) });
}

#[test]
fn syslog() {
    seen("syslog", "Who tried to log in from 192.0.2.145?");
}

#[test]
fn nginx_access() {
    seen("nginx-access", "");
}

#[test]
fn log4j_with_traces() {
    seen("log4j", "");
}

#[test]
fn klog() {
    seen("klog", "");
}

#[test]
fn python_tracebacks() {
    seen("python", "");
}

#[test]
fn journald() {
    seen("journald", "");
}

#[test]
fn labelled_alerts() {
    seen("hpc", "");
}

#[test]
fn windows() {
    seen("windows", "");
}

#[test]
fn spark() {
    seen("spark", "");
}

#[test]
fn levels_without_times() {
    seen("levels", "");
}

#[test]
fn values_in_lines_that_go_on() {
    seen("indented", "");
}
