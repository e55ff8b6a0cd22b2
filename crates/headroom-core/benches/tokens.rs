//! Megabytes a second of exact counting over all tool texts of a corpus, cold and warm, beside `tiktoken-rs`.
//!
//! ```sh
//! HEADROOM_CORPUS=<folder of .json files> cargo bench -p headroom-core --bench tokens
//! ```
//!
//! Without a corpus it counts the crate's own sources.
#![allow(clippy::print_stdout, reason = "a command line program")]

use std::time::{Duration, Instant};

use headroom_core::tokens::Counter;

#[path = "../tests/support/corpus.rs"]
mod corpus;

fn main() {
    let texts: Vec<String> = match corpus::tool_texts() {
        Some(kinds) => kinds.into_iter().flat_map(|(_, texts)| texts).collect(),
        None => vec![include_str!("../src/tokens/split.rs").to_owned(); 100],
    };
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} texts, {:.1} MB", texts.len(), bytes as f64 / 1e6);
    for model in ["gpt-4o", "gpt-4"] {
        let Ok(counter) = Counter::for_model(Some(model)) else { continue };
        let cold = passes(&texts, |text| counter.count(text));
        let warm =
            (0..5).map(|_| passes(&texts, |text| counter.count(text)).second).min().unwrap_or_default();
        report(counter.name(), "first pass", bytes, cold.first);
        report(counter.name(), "second pass", bytes, warm);
    }
    let short = Counter::for_model(None).map(|counter| {
        let start = Instant::now();
        let total: usize = (0..1_000_000).map(|_| counter.count(std::hint::black_box("status: ok"))).sum();
        (total, start.elapsed())
    });
    if let Ok((total, elapsed)) = short {
        println!("one short text ({} tokens): {:.0} ns", total / 1_000_000, elapsed.as_secs_f64() * 1e3);
    }
    if let Ok(tiktoken) = tiktoken_rs::o200k_base() {
        let passes = passes(&texts, |text| tiktoken.encode_ordinary(text).len());
        report("tiktoken-rs", "second pass", bytes, passes.second);
    }
}

struct Passes {
    first: Duration,
    second: Duration,
}

/// Times two passes over each text, one text after the other.
fn passes(texts: &[String], count: impl Fn(&str) -> usize) -> Passes {
    let mut times = [Duration::ZERO; 2];
    for text in texts {
        for time in &mut times {
            let start = Instant::now();
            std::hint::black_box(count(std::hint::black_box(text)));
            *time += start.elapsed();
        }
    }
    Passes { first: times[0], second: times[1] }
}

fn report(name: &str, what: &str, bytes: usize, time: Duration) {
    println!("{name:12} {what:12} {:7.1} MB/s", bytes as f64 / 1e6 / time.as_secs_f64());
}
