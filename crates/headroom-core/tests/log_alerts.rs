//! No alert of a labelled log is lost: logs of supercomputers say in their first column which lines are alerts, `-` for
//! none. Every alert stands in the output, or one of the same label and message does with a count that includes it.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use headroom_core::compress::log::LogCompressor;
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::collections::BTreeMap;

#[path = "support/scored.rs"]
#[allow(dead_code, reason = "what the answers need is another test's matter")]
mod scored;

/// Columns before what an alert says: its label, times and places.
const COLUMNS: usize = 6;

/// The label of an alert and what it says, with `#` for each word that has a digit; `None` for other lines.
fn alert(line: &str) -> Option<String> {
    let mut columns = line.split(' ');
    let label = columns.next().filter(|label| *label != "-")?;
    let mut masked = label.to_owned();
    for word in columns.skip(COLUMNS - 1) {
        masked.push(' ');
        for part in word.split_inclusive(|character: char| !character.is_ascii_alphanumeric()) {
            let (text, mark) =
                part.split_at(part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len());
            masked.push_str(if text.contains(|c: char| c.is_ascii_digit()) { "#" } else { text });
            masked.push_str(mark);
        }
    }
    Some(masked)
}

/// The greatest count of each alert that the output shows: of itself, or of the shape it stands for.
fn shown(output: &str) -> BTreeMap<String, usize> {
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = output.lines().skip(1).peekable();
    while let Some(line) = lines.next() {
        let Some(alert) = line.split_once(": ").and_then(|(_, line)| alert(line)) else { continue };
        let note = lines.peek().and_then(|note| note.strip_prefix("  ×"));
        let count = note.and_then(|note| note.split(',').next()?.parse().ok());
        let alone = shown.entry(alert).or_default();
        *alone = count.map_or(*alone + 1, |count: usize| count.max(*alone));
    }
    shown
}

/// How many alerts `text` has, all of them found in the output.
fn check(text: &str, question: &str) -> usize {
    let counter = Counter::for_model(None).expect("the default vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let tokens = counter.count(text);
    let task = Task {
        text,
        first_line: 1,
        tokens,
        query: &query,
        counter: &counter,
        budget: 4_000,
        lossless: false,
        code: false,
    };
    let candidate = LogCompressor::STANDARD.compress(&task).pop().expect("a smaller log");
    let shown = shown(&candidate.text);
    let mut alerts: BTreeMap<String, usize> = BTreeMap::new();
    for alert in text.lines().filter_map(alert) {
        *alerts.entry(alert).or_default() += 1;
    }
    for (alert, count) in &alerts {
        let told = shown.get(alert).copied().unwrap_or_default();
        assert!(told >= *count, "{told} of {count} are told of: {alert}");
    }
    alerts.values().sum()
}

#[test]
fn alerts_of_a_log_of_the_repository() {
    let path = format!("{}/tests/data/log/hpc.log", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a file of the repository");
    assert!(check(&text, "") > 4);
}

#[test]
fn alerts_of_a_corpus() {
    let Some(cases) = scored::cases("logs") else {
        eprintln!("*** there is no corpus beside the repository: not tested over it ***");
        return;
    };
    let is_labelled = |text: &str| {
        let seconds = |line: &str| line.split(' ').nth(1).is_some_and(|time| time.parse::<u64>().is_ok());
        text.lines().any(|line| line.starts_with("- ")) && text.lines().take(50).all(seconds)
    };
    let mut logs = 0;
    for case in &cases {
        for text in case.texts.iter().filter(|text| is_labelled(text)) {
            logs += usize::from(check(text, &case.question) > 0);
        }
    }
    assert!(logs > 0, "no log has alerts");
}
