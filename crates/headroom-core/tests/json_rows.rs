//! What questions ask of large results stands in what is kept, or in the line about what is not: over generated
//! API results, logs and metrics, with the default budget.

use headroom_core::compress::json::SmartCrusher;
use headroom_core::compress::{Candidate, Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::fmt::Write as _;

const BUDGET: usize = 4_000;

fn compress(text: &str, question: &str) -> Candidate {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let task = Task {
        text,
        first_line: 1,
        tokens: counter.count(text),
        query: &query,
        counter: &counter,
        budget: BUDGET,
        lossless: false,
        code: false,
    };
    SmartCrusher
        .compress(&task)
        .pop()
        .filter(|candidate| !candidate.omissions.is_empty())
        .expect("rows left out")
}

fn array(rows: impl Iterator<Item = String>) -> String {
    format!("[{}]", rows.collect::<Vec<_>>().join(","))
}

/// A number below `limit` that depends on the row and a seed alone.
fn noise(row: usize, seed: u64, limit: u64) -> u64 {
    let mut state =
        (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seed.wrapping_mul(0xD1B5_4A32_D192_ED03);
    state ^= state >> 29;
    state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (state ^ (state >> 32)) % limit
}

/// 1,000 runs of a build server: some 3 % failed, one of them running for very long.
fn runs(error_of_the_others: &str) -> String {
    array((0..1000).map(|row| {
        let failed = noise(row, 1, 33) == 0;
        let seconds = if row == 617 { 98_765 } else { 20 + noise(row, 2, 300) };
        let (state, error) = if failed { ("failed", "\"exit code 2\"") } else { ("passed", error_of_the_others) };
        let day = 1 + noise(row, 3, 27);
        format!(
            r#"{{"id":{},"state":"{state}","branch":"feature-{}","seconds":{seconds},"started_at":"2024-{:02}-{day:02}T{:02}:15:00Z","team":"{}","error":{error}}}"#,
            10_000 + row * 7,
            noise(row, 4, 400),
            1 + noise(row, 5, 11),
            noise(row, 6, 24),
            ["red", "green", "blue", "black", "white"][noise(row, 7, 5) as usize],
        )
    }))
}

fn ids(text: &str, filter: impl Fn(&serde_json::Value) -> bool) -> Vec<String> {
    let rows: Vec<serde_json::Value> = serde_json::from_str(text).expect("JSON");
    rows.iter().filter(|row| filter(row)).map(|row| row["id"].to_string()).collect()
}

fn holds_row(text: &str, id: &str) -> bool {
    text.lines().any(|line| line.split(',').next() == Some(id))
}

#[test]
fn failures_all_stand_and_can_be_counted() {
    for fine in ["null", "0", "\"\"", "[]", "\"none\"", "false"] {
        let text = runs(fine);
        let kept = compress(&text, "How many runs failed?");
        for id in ids(&text, |row| row["state"] == "failed") {
            assert!(holds_row(&kept.text, &id), "run {id} failed and is not there (others have {fine})");
        }
        assert!(
            kept.omissions[0].count > 300,
            "only {} left out where others have {fine}",
            kept.omissions[0].count
        );
    }
}

#[test]
fn the_line_about_rows_left_out_counts_categories_of_all_rows() {
    let text = runs("null");
    let kept = compress(&text, "How many runs has each team?");
    for team in ["red", "green", "blue", "black", "white"] {
        let all = ids(&text, |row| row["team"] == team).len();
        assert!(kept.text.contains(&format!("/{all}")), "{team} has {all}\n{}", kept.text);
    }
}

#[test]
fn extremes_stand_and_more_of_them_where_they_are_asked_for() {
    let text = runs("null");
    assert!(compress(&text, "Which run took the longest?").text.contains("98765"));
    let kept = compress(&text, "What are the top 10 runs by seconds?");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let mut slowest: Vec<(u64, String)> =
        rows.iter().map(|row| (row["seconds"].as_u64().expect("a number"), row["id"].to_string())).collect();
    slowest.sort();
    for (seconds, id) in slowest.iter().rev().take(10) {
        assert!(holds_row(&kept.text, id), "run {id} took {seconds} s and is not there");
    }
}

#[test]
fn the_first_and_the_last_in_time_stand_whatever_the_order_of_rows() {
    let text = runs("null");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let mut times: Vec<(&str, String)> =
        rows.iter().map(|row| (row["started_at"].as_str().expect("a time"), row["id"].to_string())).collect();
    times.sort();
    let kept = compress(&text, "When did the latest run start, and when the first?");
    assert!(holds_row(&kept.text, &times[0].1));
    assert!(holds_row(&kept.text, &times[times.len() - 1].1));
}

#[test]
fn a_row_that_is_asked_for_by_its_id_or_name_stands() {
    let text = runs("null");
    for row in [13_usize, 250, 511, 987] {
        let id = (10_000 + row * 7).to_string();
        assert!(holds_row(&compress(&text, &format!("What is the state of run {id}?")).text, &id));
    }
    let kept = compress(&text, "Which runs were on feature-77?");
    for id in ids(&text, |row| row["branch"] == "feature-77") {
        assert!(holds_row(&kept.text, &id));
    }
}

#[test]
fn all_rows_of_a_category_stand_where_the_question_names_it() {
    let text = runs("null");
    let kept = compress(&text, "List all runs of the black team");
    for id in ids(&text, |row| row["team"] == "black") {
        assert!(holds_row(&kept.text, &id), "run {id} is of the team and is not there");
    }
}

#[test]
fn the_few_that_differ_in_a_flag_stand_where_the_flag_is_asked_for() {
    let text = array((0..800).map(|row| {
        format!(
            r#"{{"id":{row},"name":"package-{}","version":"{}.{}.{}","deprecated":{},"size":{}}}"#,
            noise(row, 1, 100_000),
            noise(row, 2, 9),
            noise(row, 3, 20),
            noise(row, 4, 20),
            noise(row, 5, 15) == 0,
            noise(row, 6, 1_000_000)
        )
    }));
    let kept = compress(&text, "Which packages are deprecated?");
    for id in ids(&text, |row| row["deprecated"] == true) {
        assert!(holds_row(&kept.text, &id), "package {id} is deprecated and is not there");
    }
}

#[test]
fn words_of_failure_in_texts_about_other_things_do_not_keep_everything() {
    let text = array((0..600).map(|row| {
        format!(
            r#"{{"id":{row},"name":"lib{}","description":"A library of sort {} for error handling and for retries after a timeout, number {}","stars":{}}}"#,
            noise(row, 1, 10_000),
            noise(row, 2, 50),
            noise(row, 3, 100_000),
            noise(row, 4, 5_000)
        )
    }));
    let kept = compress(&text, "Which library has the most stars?");
    assert!(kept.omissions[0].count * 3 > 600, "only {} left out", kept.omissions[0].count);
}

#[test]
fn distinct_failures_of_most_rows_do_not_keep_everything() {
    let text = array((0..900).map(|row| {
        format!(
            r#"{{"id":{row},"state":"failed","error":"request {} to host {} timed out after {} ms","attempt":{}}}"#,
            noise(row, 1, 1_000_000),
            noise(row, 2, 500),
            noise(row, 3, 9_000),
            noise(row, 4, 4)
        )
    }));
    let kept = compress(&text, "What happened?");
    assert!(kept.omissions[0].count * 3 > 900, "only {} left out", kept.omissions[0].count);
}

#[test]
fn a_change_that_happens_once_shows_where_it_happened() {
    let mut text = String::new();
    for row in 0..1200 {
        let version = if row < 733 { "4.1.0" } else { "4.2.0" };
        let _ = writeln!(
            text,
            r#"{{"n":{row},"time":"2024-05-01T{:02}:{:02}:{:02}Z","version":"{version}","ms":{}}}"#,
            row / 3600,
            row / 60 % 60,
            row % 60,
            100 + noise(row, 1, 50)
        );
    }
    let kept = compress(&text, "What changed?");
    assert!(holds_row(&kept.text, "732"));
    assert!(holds_row(&kept.text, "733"));
}

#[test]
fn sums_and_means_of_all_rows_stand_where_they_are_asked_for() {
    let text = array((0..700).map(|row| {
        format!(r#"{{"id":"o{row}","customer":"c{}","amount":{}}}"#, noise(row, 1, 90), noise(row, 2, 1000))
    }));
    let sum: u64 = (0..700).map(|row| noise(row, 2, 1000)).sum();
    let kept = compress(&text, "What is the total amount?");
    assert!(
        kept.text.contains(&format!("sum of all {sum}")),
        "{}",
        kept.text.lines().last().unwrap_or_default()
    );
    assert!(!compress(&text, "Who is customer c7?").text.contains("sum of all"));
}

#[test]
fn rows_of_several_kinds_are_counted_over_their_shared_columns() {
    let text = array((0..900).map(|row| match noise(row, 1, 3) {
        0 => format!(
            r#"{{"id":{row},"type":"push","actor":"u{}","commits":{},"ref":"refs/heads/{}"}}"#,
            noise(row, 2, 4),
            noise(row, 3, 9),
            noise(row, 4, 900)
        ),
        1 => format!(
            r#"{{"id":{row},"type":"fork","actor":"u{}","forkee":"f{}","public":true,"size":{}}}"#,
            noise(row, 2, 4),
            noise(row, 3, 9000),
            noise(row, 4, 900)
        ),
        _ => format!(
            r#"{{"id":{row},"type":"watch","actor":"u{}","action":"started","org":"o{}","repo":"r{}"}}"#,
            noise(row, 2, 4),
            noise(row, 3, 90),
            noise(row, 4, 900)
        ),
    }));
    let kept = compress(&text, "How many events are there of each type?");
    for kind in ["push", "fork", "watch"] {
        let all = ids(&text, |row| row["type"] == kind).len();
        let line = kept.text.lines().find(|line| line.contains("rows left out")).expect("a line of figures");
        assert!(
            line.contains(&format!("{kind}=")) && line.contains(&format!("/{all}")),
            "{kind} {all}: {line}"
        );
    }
}

#[test]
fn hostile_names_and_values_stay_within_the_line_of_figures() {
    let text = array((0..600).map(|row| {
        format!(
            r#"{{"id":{row},"a\n… rows 1-2":"{}","x;y":"{}","n":{}}}"#,
            ["u\\nv", "w, x"][row % 2],
            ["1/2", "…"][noise(row, 1, 2) as usize],
            noise(row, 2, 100_000)
        )
    }));
    let kept = compress(&text, "");
    let last = kept.text.lines().rev().nth(1).or(kept.text.lines().last()).unwrap_or_default();
    assert!(kept.text.lines().filter(|line| line.contains("rows left out")).count() == 1, "{last}");
    assert!(kept.text.contains(r#"; "a\n… rows 1-2" "u\nv"="#), "{last}");
}

#[test]
fn the_same_rows_are_chosen_every_time() {
    let text = runs("null");
    let question = "Which runs failed, and what is the largest number of seconds?";
    assert_eq!(compress(&text, question), compress(&text, question));
}
