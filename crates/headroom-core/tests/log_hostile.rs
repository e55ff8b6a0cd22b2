//! Logs that are none: whatever comes in, the compressor ends in time, and what it says of lines is true.

use headroom_core::compress::log::LogCompressor;
use headroom_core::compress::{Candidate, Compressor, Query, Task};
use headroom_core::tokens::Counter;
use proptest::prelude::*;
use std::fmt::Write as _;

fn compress(text: &str, question: &str, first_line: usize) -> Option<Candidate> {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let (tokens, budget, lossless) = (text.len(), 4_000, false);
    let task =
        Task { text, first_line, tokens, query: &query, counter: &counter, budget, lossless, code: false };
    LogCompressor::STANDARD.compress(&task).pop()
}

/// Checks that each line stands literally under its number or is left out, and none is both.
fn check(text: &str, question: &str, first_line: usize) {
    let Some(candidate) = compress(text, question, first_line) else { return };
    let lines: Vec<&str> = text.lines().collect();
    let [omission] = &candidate.omissions[..] else { panic!("one omission") };
    assert_eq!(omission.total, lines.len());
    let in_ranges: usize = omission.ranges.iter().map(|(first, last)| last - first + 1).sum();
    assert_eq!(omission.count, in_ranges);
    assert!(omission.ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "ascending and apart");
    let mut expected = String::new();
    let mut shown = candidate.text.split_inclusive('\n').skip(1).filter(|line| !line.starts_with("  ×"));
    for (index, line) in lines.iter().enumerate() {
        let number = index + first_line;
        if !omission.ranges.iter().any(|&(first, last)| (first..=last).contains(&number)) {
            expected.clear();
            let _ = writeln!(expected, "{number}: {line}");
            assert_eq!(shown.next(), Some(expected.as_str()));
        }
    }
    assert_eq!(shown.next(), None);
}

#[test]
fn a_line_without_end() {
    let line = format!("2025-01-01 10:00:00 {}\n", "key=value1 ".repeat(400_000));
    check(&line, "", 1);
    check(&format!("{line}{}", "2025-01-01 10:00:01 short one\n".repeat(20)), "", 1);
    check(&line.repeat(10), "", 1);
}

#[test]
fn lines_that_are_all_different() {
    let mut text = String::new();
    for line in 0..200_000_u32 {
        let word: String = line.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        let _ = writeln!(text, "10:00:00 {word}");
    }
    assert_eq!(compress(&text, "", 1), None);
    let few: String = text.split_inclusive('\n').take(4_000).collect();
    let words = few.replace(
        "10:00:00",
        "2025-01-01 10:00:00 INFO service.Worker: the job of the user with this name is done:",
    );
    let candidate = compress(&words, "", 1).expect("the name varies");
    assert!(candidate.text.len() < 10_000);
}

#[test]
fn values_that_are_all_different() {
    let text: String = (0..100_000).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "2025-01-01 10:00:00 took a{line} from b{line} to 10.0.0.{line} in {line} ms");
        text
    });
    let candidate = compress(&text, "", 1).expect("one shape");
    assert!(candidate.text.len() < 4_000);
}

#[test]
fn traces_without_end_and_empty_lines() {
    check(&format!("2025-01-01 10:00:00 ERROR no\n{}", "\tat a.b.C(C.java:1)\n".repeat(50_000)), "", 1);
    check(&"\n".repeat(100_000), "", 1);
    check(&format!("10:00:00 a long line to begin with\n{}", " \n\n".repeat(1_000)), "", 1);
}

#[test]
fn binary_noise() {
    let mut state = 1_u64;
    let noise: String = (0..3_000_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from((state >> 57) as u8)
        })
        .collect();
    check(&noise, "", 1);
}

proptest! {
    #[test]
    fn whatever_comes_in(
        lines in prop::collection::vec(
            prop_oneof![
                "\\PC{0,40}",
                "[ \t]{0,3}(at |File \"|Caused by: )?[a-c.]{1,4}\\([A-C.:0-9]{0,6}\\)",
                "(Jun  5|2025-01-01) 1[0-9]:00:0[0-9] (INFO|ERROR) [a-c] (took|has) [0-9]{1,3} (ms|of) [a-c]{1,2}",
                "10\\.0\\.0\\.[0-9] - - \\[x\\] \"GET /[a-c]{1,2} HTTP/1.1\" [1-5]0[0-4] [0-9]{1,4}",
                "[\"'=:/%.\\-~0-9a-fé]{0,30}",
            ],
            0..60,
        ),
        first_line in 1..1_000_usize,
        windows in any::<bool>(),
    ) {
        let text = lines.join(if windows { "\r\n" } else { "\n" });
        check(&text, "Which took 42 ms or failed?", first_line);
    }
}
