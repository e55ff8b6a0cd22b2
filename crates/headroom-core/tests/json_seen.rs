//! What the model sees of small inputs, each written to show some of the notation: to be read by a reviewer.

use headroom_core::compress::json::{SmartCrusher, decode, document::Document, encode};
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::fmt::Write as _;

/// The text without loss, checked to decode.
fn seen(json: &str) -> String {
    let mut document = Document::scan(json).expect("JSON");
    let minified = document.minified();
    let text = encode::encode(&mut document).expect("a table");
    assert_eq!(decode(&text, minified.len()).as_deref(), Some(minified.as_str()));
    text
}

/// The text with rows left out.
fn shortened(json: &str, question: &str, budget: usize) -> String {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let task = Task {
        text: json,
        first_line: 1,
        tokens: counter.count(json),
        query: &query,
        counter: &counter,
        budget,
        lossless: false,
        code: false,
    };
    let last = SmartCrusher.compress(&task).pop().expect("a candidate");
    assert!(!last.omissions.is_empty(), "nothing was left out");
    last.text
}

#[test]
fn constants_defaults_missing_and_null() {
    insta::assert_snapshot!(seen(
        r#"[
        {"id": 1, "kind": "disk", "state": "ready", "owner": null, "size": 20},
        {"id": 2, "kind": "disk", "state": "ready", "owner": "ann"},
        {"id": 3, "kind": "disk", "state": "ready", "owner": null, "size": null},
        {"id": 4, "kind": "disk", "state": "failed", "owner": "bob", "size": 80},
        {"id": 5, "kind": "disk", "state": "ready", "owner": null, "size": 80},
        {"id": 6, "kind": "disk", "state": "ready", "owner": "eve"}
    ]"#
    ));
}

#[test]
fn runs_of_the_same_value() {
    let rows: Vec<String> = (0..12)
        .map(|row| {
            format!(
                r#"{{"region":"{}","host":"h{row}","load":{}}}"#,
                ["europe-west-frankfurt-1", "america-north-virginia-2", "asia-east-hongkong-3"][row / 4],
                row * 37 % 100
            )
        })
        .collect();
    insta::assert_snapshot!(seen(&format!("[{}]", rows.join(","))));
}

#[test]
fn links_that_follow_from_other_columns() {
    let rows: Vec<String> = ["core", "docs", "site", "tools"]
        .iter()
        .enumerate()
        .map(|(at, name)| {
            format!(
                r#"{{"id":{},"name":"{name}","title":"{name}","url":"https://git.example.org/acme/{name}","issues_url":"https://git.example.org/acme/{name}/issues{{/number}}","avatar":"https://cdn.example.org/avatars/{}.png"}}"#,
                4100 + at,
                9000 + at * at * 7
            )
        })
        .collect();
    insta::assert_snapshot!(seen(&format!("[{}]", rows.join(","))));
}

#[test]
fn times_of_one_day() {
    let rows: Vec<String> = (0..6)
        .map(|row| format!(r#"{{"at":"2024-03-09T1{row}:2{row}:00Z","level":"info","text":"tick {row}"}}"#))
        .collect();
    insta::assert_snapshot!(seen(&format!("[{}]", rows.join(","))));
}

#[test]
fn records_lists_and_maps_in_cells() {
    insta::assert_snapshot!(seen(
        r#"{"items": [
        {"name": "a", "spec": {"cpu": 1, "memory": "2Gi"}, "ports": [{"port": 80, "tls": false}, {"port": 443, "tls": true}], "tags": ["x", "y"]},
        {"name": "b", "spec": {"cpu": 2, "memory": "4Gi"}, "ports": [{"port": 8080, "tls": false}], "tags": []},
        {"name": "c", "spec": null, "ports": [], "tags": ["x"]},
        {"name": "d", "ports": [{"port": 22, "tls": false}], "tags": ["z", "z", "z"]}
    ], "files": {
        "src/a.rs": {"lines": 120, "covered": 100}, "src/b.rs": {"lines": 80, "covered": 80}, "src/c, d.rs": {"lines": 5, "covered": 0}
    }, "total": 4}"#
    ));
}

#[test]
fn kinds_of_rows_and_rows_of_their_own() {
    insta::assert_snapshot!(seen(
        r#"[
        {"type": "push", "id": 1, "ref": "main", "commits": 3}, {"type": "fork", "id": 2, "forkee": "eve/core", "public": true, "size": 12},
        {"type": "push", "id": 3, "ref": "dev", "commits": 1}, {"type": "push", "id": 4, "ref": "main", "commits": 2},
        {"type": "fork", "id": 5, "forkee": "bob/core", "public": false, "size": 9}, {"note": "rate limit reached", "retry": 30},
        {"type": "push", "id": 6, "ref": "fix", "commits": 7}, {"type": "fork", "id": 7, "forkee": "ann/core", "public": true, "size": 10}
    ]"#
    ));
}

#[test]
fn keys_that_few_rows_have() {
    let rows: Vec<String> = (0..14)
        .map(|row| {
            let extra = match row {
                5 => r#","deprecated":"use v2""#,
                11 => r#","beta":true"#,
                _ => "",
            };
            format!(
                r#"{{"a":{row},"b":"b{row}","c":{},"d":"x{}","e":{}{extra}}}"#,
                row * 3,
                row * row,
                row % 5
            )
        })
        .collect();
    insta::assert_snapshot!(seen(&format!("[{}]", rows.join(","))));
}

#[test]
fn names_for_what_stands_often_and_pieces_that_texts_share() {
    let licence = "Whoever finds this ledger may read it, free of charge, and return it by noon";
    let shared =
        "The security identifier of the account that started the process was not found in the directory";
    let rows: Vec<String> = (0..5)
        .map(|row| {
            format!(
                r#"{{"id":{row},"licence":"{}","text":"Event {row} of the log\n{shared}\nlast seen on host number {row} at noon, by watcher {}"}}"#,
                if row == 3 { "proprietary" } else { licence },
                row * 17
            )
        })
        .collect();
    insta::assert_snapshot!(seen(&format!("[{}]", rows.join(","))));
}

#[test]
fn strings_that_look_like_something_else() {
    insta::assert_snapshot!(seen(
        r#"[{"v": "1.10", "s": "null", "t": "a, b", "u": ""}, {"v": "1.9", "s": "x", "t": "[c]", "u": " "}, {"v": "2", "s": "true", "t": "-", "u": "_"}, {"v": "0x1", "s": "", "t": "line\nbreak", "u": "\ud800"}]"#
    ));
}

#[test]
fn one_value_a_line_and_cut_off() {
    let mut text = String::new();
    for row in 0..6 {
        let _ = writeln!(text, r#"{{"seq": {row}, "level": "info", "text": "step {row} done"}}"#);
    }
    text.push_str(r#"{"seq": 6, "level": "in"#);
    insta::assert_snapshot!(seen(&text));
}

#[test]
fn rows_left_out_of_a_log() {
    let mut text = String::new();
    for row in 0..240_u32 {
        let (level, status) = if row == 101 { ("error", 503) } else { ("info", 200) };
        let _ = writeln!(
            text,
            r#"{{"time":"2024-03-09T10:{:02}:{:02}Z","level":"{level}","path":"/{}","status":{status},"ms":{},"trace":"{:08x}"}}"#,
            row / 60,
            row % 60,
            ["cart", "search", "login"][(row * row % 7 % 3) as usize],
            if row == 177 { 9_120 } else { 20 + row * 37 % 60 },
            row.wrapping_mul(2_654_435_761)
        );
    }
    insta::assert_snapshot!(shortened(&text, "How many requests failed, and which was the slowest?", 900));
}

#[test]
fn rows_left_out_of_two_kinds() {
    let rows: Vec<String> = (0..160_u32)
        .map(|row| match row % 3 {
            0 => format!(
                r#"{{"type":"fork","id":{row},"actor":"u{}","forkee":"f{}","public":{},"size":{}}}"#,
                row % 4,
                row * 7,
                row % 2 == 0,
                row * 31 % 997
            ),
            _ => format!(
                r#"{{"type":"push","id":{row},"actor":"u{}","ref":"branch-{}","commits":{},"forced":{}}}"#,
                row % 4,
                row * 13,
                1 + row % 9,
                row == 91
            ),
        })
        .collect();
    insta::assert_snapshot!(shortened(
        &format!("[{}]", rows.join(",")),
        "How many events has each actor?",
        900
    ));
}
