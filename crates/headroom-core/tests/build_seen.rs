//! What the model sees of build and test output: of small programs of our own, each family of tools by what it printed.

use headroom_core::compress::log::build::BuildCompressor;
use headroom_core::compress::{Candidate, Compressor, Query, Task};
use headroom_core::route::{Hints, Kind, Registry, Sample};
use headroom_core::tokens::Counter;

fn shortened(text: &str) -> Option<Candidate> {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query::default();
    let task = Task {
        text,
        first_line: 1,
        tokens: counter.count(text),
        query: &query,
        counter: &counter,
        budget: 4_000,
        lossless: false,
        code: false,
    };
    BuildCompressor.compress(&task).pop()
}

/// The text as it is sent, without its marker, after the check that the omissions are those lines that are not in it.
fn seen(text: &str) -> String {
    let guesses = Registry::standard().guess(&Sample::new(text, Hints::default()));
    assert_eq!(guesses.best(), Kind::Build, "taken for something else");
    let candidate = shortened(text).expect("something is left out");
    let [omission] = &candidate.omissions[..] else { panic!("one omission") };
    assert!(omission.ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "ranges in order and apart");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(omission.total, lines.len());
    assert!(!candidate.last_resort);
    let is_left_out =
        |number: usize| omission.ranges.iter().any(|&(first, last)| first <= number && number <= last);
    let mut kept = candidate.text.lines();
    for (at, line) in lines.iter().enumerate().filter(|(at, _)| !is_left_out(at + 1)) {
        let stands = kept
            .any(|kept| kept == *line || kept.strip_prefix(line).is_some_and(|rest| rest.starts_with(" (×")));
        assert!(stands, "line {} is neither there nor marked: {line}", at + 1);
    }
    candidate.text
}

macro_rules! snapshots {
    ($($name:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(seen(include_str!(concat!("data/build/", stringify!($name), ".txt"))));
        }
    )*};
}

snapshots!(
    cargo_build,
    cargo_test,
    eslint,
    go_test,
    jest,
    make_gcc,
    mypy,
    node_spec,
    node_tap,
    pip_build,
    pytest_v,
    ruff_concise,
    tsc,
    tsc_pretty,
    unittest,
    vitest,
);

#[test]
fn what_has_nothing_to_leave_out_stays() {
    for text in
        [include_str!("data/build/javac.txt"), include_str!("data/build/npm_404.txt"), "", "\n\n\n\n\n\n\n"]
    {
        assert_eq!(shortened(text), None, "{text}");
    }
}

#[test]
fn numbers_of_lines_count_from_where_the_text_begins() {
    let text = include_str!("data/build/mypy.txt");
    let whole = shortened(text).expect("something is left out");
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query::default();
    let task = Task {
        text,
        first_line: 101,
        tokens: 1,
        query: &query,
        counter: &counter,
        budget: 1,
        lossless: false,
        code: false,
    };
    let part = BuildCompressor.compress(&task).pop().expect("something is left out");
    let moved: Vec<_> =
        whole.omissions[0].ranges.iter().map(|&(first, last)| (first + 100, last + 100)).collect();
    assert_eq!(part.omissions[0].ranges, moved);
    assert!(part.text.contains(&format!("… lines {}-{}", moved[0].0, moved[0].1)));
}
