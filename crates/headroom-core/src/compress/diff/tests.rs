//! Patches are made from random edits and applied, as they were and compressed: the results have to be the same. And
//! texts that are no patches, or lie, stay as they are.

use super::DiffCompressor;
use crate::compress::{Candidate, Compressor, Query, Task};
use crate::tokens::Counter;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

fn candidates(text: &str, question: &str, budget: usize) -> Vec<Candidate> {
    let counter = Counter::for_model(None).expect("a counter");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let tokens = counter.count(text);
    DiffCompressor.compress(&Task {
        text,
        tokens,
        query: &query,
        counter: &counter,
        budget,
        lossless: false,
        code: false,
        first_line: 1,
    })
}

/// The patch as the model sees it, without the marker; the text itself where it stays as it is.
fn compressed(text: &str) -> String {
    let candidate = candidates(text, "", 4_000).into_iter().next();
    if let Some(candidate) = &candidate {
        check_omissions(text, candidate);
    }
    candidate.map_or_else(|| text.to_owned(), |candidate| candidate.text)
}

/// What is said to be left out adds up, and what is said to stay is there.
fn check_omissions(text: &str, candidate: &Candidate) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let [omission] = &candidate.omissions[..] else { panic!("one omission") };
    assert_eq!(omission.total, lines.len());
    assert_eq!(omission.count, omission.ranges.iter().map(|(first, last)| last - first + 1).sum::<usize>());
    assert!(omission.ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "ascending and apart");
    assert!(omission.ranges.iter().all(|&(first, last)| 0 < first && first <= last && last <= lines.len()));
    let mut left_out = vec![false; lines.len()];
    for &(first, last) in &omission.ranges {
        left_out[first - 1..last].fill(true);
    }
    let mut rest = candidate.text.as_str();
    for (line, _) in
        lines.iter().zip(left_out).filter(|(line, left_out)| !left_out && !line.starts_with("@@"))
    {
        let at = rest
            .find(line.trim_end_matches('\n'))
            .unwrap_or_else(|| panic!("{line:?} is gone:\n{}", candidate.text));
        rest = &rest[at..];
    }
}

type Files = BTreeMap<String, Vec<String>>;

/// Applies a patch as strictly as can be: every line of context at its number, all numbers right.
fn apply(files: &Files, patch: &str) -> Files {
    let mut files = files.clone();
    let lines: Vec<&str> = patch.lines().collect();
    let mut at = 0;
    let (mut name, mut delta) = (String::new(), 0_isize);
    while at < lines.len() {
        if lines[at].starts_with("--- ") && lines.get(at + 1).is_some_and(|line| line.starts_with("+++ ")) {
            let (old, new) = (&lines[at][4..], &lines[at + 1][4..]);
            (name, delta) = (if new == "/dev/null" { &old[2..] } else { &new[2..] }.to_owned(), 0);
            at += 2;
        } else if lines[at].starts_with("@@ ") {
            let numbers: Vec<isize> = lines[at]
                .split(' ')
                .skip(1)
                .take(2)
                .flat_map(|side| {
                    let (start, count) = side[1..].split_once(',').unwrap_or((&side[1..], "1"));
                    [start.parse().expect("a start"), count.parse().expect("a count")]
                })
                .collect();
            let [old_start, mut old_left, new_start, mut new_left] = numbers[..] else {
                panic!("four numbers")
            };
            let first = |start: isize, count: isize| start + isize::from(count == 0);
            assert_eq!(first(old_start, old_left) + delta, first(new_start, new_left), "{}", lines[at]);
            let file = files.entry(name.clone()).or_default();
            let mut place = usize::try_from(first(new_start, new_left) - 1).expect("a place");
            delta += new_left - old_left;
            at += 1;
            while old_left > 0 || new_left > 0 {
                let (sign, content) = lines[at].split_at(1);
                if sign != "+" {
                    assert_eq!(file[place], content, "line {at} of\n{patch}");
                }
                match sign {
                    "-" => drop(file.remove(place)),
                    "+" => file.insert(place, content.to_owned()),
                    _ => {}
                }
                old_left -= isize::from(sign != "+");
                new_left -= isize::from(sign != "-");
                place += usize::from(sign != "-");
                at += 1;
            }
        } else {
            at += 1;
        }
    }
    files.retain(|_, lines| !lines.is_empty());
    files
}

/// What happens at a line of a file.
#[derive(Clone, Debug)]
enum Edit {
    Keep,
    Remove,
    Replace(String),
    InsertBefore(String),
}

/// Writes a patch of edits as git does, with so much context.
fn patch_of(name: &str, edits: &[(String, Edit)], context: usize) -> String {
    let script: Vec<(char, &str)> = edits
        .iter()
        .flat_map(|(line, edit)| match edit {
            Edit::Keep => vec![(' ', line.as_str())],
            Edit::Remove => vec![('-', line.as_str())],
            Edit::Replace(new) => vec![('-', line.as_str()), ('+', new)],
            Edit::InsertBefore(new) => vec![('+', new.as_str()), (' ', line)],
        })
        .collect();
    let near = |at: usize| {
        let end = (at + context + 1).min(script.len());
        script[at.saturating_sub(context)..end].iter().any(|(sign, _)| *sign != ' ')
    };
    let mut text = String::new();
    let (mut old, mut new, mut at) = (1, 1, 0);
    while at < script.len() {
        if !near(at) {
            (old, new, at) = (old + 1, new + 1, at + 1);
            continue;
        }
        let end = (at..script.len()).find(|&at| !near(at)).unwrap_or(script.len());
        let (olds, news) = script[at..end].iter().fold((0, 0), |(olds, news), (sign, _)| {
            (olds + usize::from(*sign != '+'), news + usize::from(*sign != '-'))
        });
        let start = |first: usize, count: usize| first - usize::from(count == 0);
        let _ =
            writeln!(text, "@@ -{},{olds} +{},{news} @@ fn heading()", start(old, olds), start(new, news));
        for (sign, line) in &script[at..end] {
            let _ = writeln!(text, "{sign}{line}");
        }
        (old, new, at) = (old + olds, new + news, end);
    }
    if text.is_empty() {
        return text;
    }
    format!("diff --git a/{name} b/{name}\nindex 1111111..2222222 100644\n--- a/{name}\n+++ b/{name}\n{text}")
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("}".to_owned()),
        Just("-- not a header".to_owned()),
        Just("++ nor this".to_owned()),
        Just("@@ -1 +1 @@".to_owned()),
        "[a-e]{1,3} = [a-z(){} ]{0,60}",
    ]
}

fn edits() -> impl Strategy<Value = Vec<(String, Edit)>> {
    let edit = prop_oneof![
        8 => Just(Edit::Keep),
        1 => Just(Edit::Remove),
        1 => line().prop_map(Edit::Replace),
        1 => line().prop_map(Edit::InsertBefore),
    ];
    proptest::collection::vec((line(), edit), 1..60)
}

proptest! {
    #[test]
    fn what_remains_applies_to_the_same_result(files in proptest::collection::vec(edits(), 1..4), context in 0_usize..6) {
        let named = || files.iter().enumerate().map(|(at, edits)| (format!("src/file{at}.py"), edits));
        let patch: String = named().map(|(name, edits)| patch_of(&name, edits, context)).collect();
        let before: Files = named()
            .map(|(name, edits)| (name, edits.iter().map(|(line, _)| line.clone()).collect()))
            .collect();
        let short = compressed(&patch);
        // Moved blocks and white space are left out with a note, so those patches do not give the same.
        prop_assume!(!short.contains(" left out, "));
        prop_assert_eq!(apply(&before, &patch), apply(&before, &short), "{}", short);
    }

    #[test]
    fn what_remains_of_a_patch_with_groups_left_out_applies(edits in edits(), question in "[a-e]{1,3}") {
        let patch = patch_of("src/main.py", &edits, 3);
        let before: Files = [("src/main.py".to_owned(), edits.iter().map(|(line, _)| line.clone()).collect())].into();
        for candidate in candidates(&patch, &question, 12) {
            check_omissions(&patch, &candidate);
            apply(&before, &candidate.text);
        }
    }

    #[test]
    fn any_text_is_taken(pieces in proptest::collection::vec(
        prop_oneof![
            Just("diff --git a/x b/x\n"), Just("--- a/x\n"), Just("+++ b/x\n"), Just("@@ -1,2 +1,2 @@\n"), Just("@@@ -1 -1 +1 @@@\n"),
            Just(" a\n"), Just("-b\n"), Just("+c\n"), Just("\n"), Just("\\ No newline at end of file\n"), Just("++d\n"),
            Just("GIT binary patch\n"), Just("literal 5\n"), Just("index 1..2\n"), Just("é"), Just(" 2 files changed\n"), Just("\r\n"),
        ],
        0..40,
    )) {
        let text: String = pieces.concat();
        for candidate in candidates(&text, "", 5) {
            check_omissions(&text, &candidate);
        }
    }
}

fn numbered(lines: std::ops::Range<usize>, sign: char) -> String {
    lines.fold(String::new(), |text, line| text + &format!("{sign}line number {line} of the file\n"))
}

#[test]
fn a_patch_that_is_cut_stays_from_there() {
    let whole = format!(
        "diff --git a/a.rs b/a.rs\nindex 1..2 100644\n--- a/a.rs\n+++ b/a.rs\n@@ -1,7 +1,7 @@\n{}-old\n+new\n{}",
        numbered(1..4, ' '),
        numbered(5..8, ' ')
    );
    assert!(compressed(&whole).len() < whole.len());
    let cut = whole.trim_end_matches(" line number 7 of the file\n");
    let hunk = &cut[cut.find("@@").expect("a hunk")..];
    assert!(compressed(cut).contains(hunk), "{}", compressed(cut));
}

#[test]
fn counts_that_lie_leave_the_file_as_it_is() {
    let file = |counts: &str| {
        format!(
            "--- a/a.rs\n+++ b/a.rs\n@@ -{counts} @@\n{}-old\n+new\n{}",
            numbered(1..4, ' '),
            numbered(5..8, ' ')
        )
    };
    for counts in ["1,9 +1,9", "1,5 +1,7", "1,7 +1,5", "1,999999999 +1,999999999", "0,0 +0,0"] {
        assert_eq!(compressed(&file(counts)), file(counts));
    }
}

#[test]
fn lines_that_look_like_headers_are_content() {
    let patch = "--- a/query.sql\n+++ b/query.sql\n@@ -1,8 +1,8 @@\n one\n two\n three\n--- old comment\n+++ new comment\n four\n five\n six\n seven\n";
    // The hunk's counts say what is content: eight lines on each side.
    let short = compressed(patch);
    assert!(short.contains("@@ -3,3 +3,3 @@\n three\n--- old comment\n+++ new comment\n four\n"), "{short}");
}

#[test]
fn hostile_patches_take_linear_time() {
    let hunk = |at: usize| format!("@@ -{at},3 +{at},3 @@\n a\n-b\n+c\n d\n", at = at * 10 + 1);
    let hunks = (0..200_000).fold("--- a/x.rs\n+++ b/x.rs\n".to_owned(), |text, at| text + &hunk(at));
    let lies = "--- a/x\n+++ b/x\n@@ -1,999999 +1,999999 @@\n y\n".repeat(100_000);
    let moved = {
        let block = |sign| numbered(0..6, sign);
        let one = |at: usize| {
            format!(
                "@@ -{at},8 +{at},2 @@\n a\n{} b\n@@ -{more},2 +{more},8 @@\n c\n{} d\n",
                block('-'),
                block('+'),
                at = at * 40 + 1,
                more = at * 40 + 21
            )
        };
        (0..5_000).fold("--- a/m.rs\n+++ b/m.rs\n".to_owned(), |text, at| text + &one(at))
    };
    let long =
        format!("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-{}\n+{}\n", "é".repeat(5_000_000), "y".repeat(5_000_000));
    for text in
        [&hunks, &lies, &moved, &long, &"diff --git \n".repeat(300_000), &"@@ -1 +1 @@\n".repeat(300_000)]
    {
        for candidate in candidates(text, "what changed in x?", 4_000) {
            check_total(text, &candidate);
        }
    }
}

fn check_total(text: &str, candidate: &Candidate) {
    assert_eq!(candidate.omissions[0].total, text.split_inclusive('\n').count());
}
