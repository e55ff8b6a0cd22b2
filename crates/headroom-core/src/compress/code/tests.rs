use super::CodeAwareCompressor;
use super::language::Language;
use super::scan::scan;
use crate::compress::{Candidate, Compressor, Query, Task};
use crate::route::{Hints, Kind, Registry, Sample};
use crate::tokens::Counter;

const OVERVIEW: &str = "Give me an overview.";

fn compress(text: &str, question: &str, arguments: &str) -> Option<Candidate> {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: arguments.to_owned() };
    let task = Task {
        text,
        first_line: 1,
        tokens: counter.count(text),
        query: &query,
        counter: &counter,
        budget: 4_000,
        lossless: false,
        code: true,
    };
    CodeAwareCompressor.compress(&task).pop()
}

fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the crate").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                files.push((path.display().to_string(), text));
            }
        }
    }
    files
}

/// Every line of an outline stands in the original in this order, or is a mark; marks and kept lines add up to the original.
fn assert_law(name: &str, text: &str, candidate: &Candidate) {
    let source: Vec<&str> = text.lines().collect();
    let omission = &candidate.omissions[0];
    assert_eq!(omission.total, source.len(), "{name}");
    let left_out: usize = omission.ranges.iter().map(|(first, last)| last - first + 1).sum();
    assert_eq!(omission.count, left_out, "{name}");
    let is_out = |line: usize| omission.ranges.iter().any(|&(first, last)| (first..=last).contains(&line));
    let mut written = candidate.text.lines();
    for (at, line) in source.iter().enumerate().filter(|(at, _)| !is_out(at + 1)) {
        assert!(written.by_ref().any(|written| written == *line), "{name}: line {} is lost", at + 1);
    }
}

#[test]
fn outlines_of_this_crate_keep_every_line_that_they_do_not_mark() {
    let (mut before, mut after, mut outlined) = (0, 0, 0);
    for (name, text) in files() {
        let Some(candidate) = compress(&text, OVERVIEW, r#"{"path":"a.rs"}"#) else { continue };
        assert_law(&name, &text, &candidate);
        let lines: Vec<&str> = candidate.text.lines().collect();
        assert!(scan(Language::Rust, &lines).is_some());
        before += text.len();
        after += candidate.text.len();
        outlined += 1;
    }
    assert!(outlined > 40 && after * 2 < before, "{outlined} files, {after} of {before} bytes");
}

fn numbered_from(first: usize, separator: &str, text: &str) -> String {
    text.lines()
        .enumerate()
        .fold(String::new(), |text, (at, line)| text + &format!("{:6}{separator}{line}\n", at + first))
}

#[test]
fn numbered_reads_keep_their_numbers() {
    let text: String = files()
        .iter()
        .find(|(name, _)| name.ends_with("plan.rs") && name.contains("code"))
        .expect("this folder")
        .1
        .clone();
    let numbered = numbered_from(1, "→", &text);
    let bare = compress(&text, OVERVIEW, r#"{"path":"a.rs"}"#).expect("an outline");
    let outline = compress(&numbered, OVERVIEW, r#"{"path":"a.rs"}"#).expect("an outline");
    assert_law("numbered", &numbered, &outline);
    assert_eq!(outline.omissions, bare.omissions);
    let shifted = numbered_from(100, "\t", &text);
    let shifted = compress(&shifted, OVERVIEW, r#"{"path":"a.rs"}"#).expect("an outline");
    assert_eq!(shifted.omissions, bare.omissions);
    assert!(shifted.text.contains(" of this result)"));
}

#[test]
fn code_is_left_alone_unless_it_is_enabled_and_where_lines_were_asked_for() {
    let text = files().pop().expect("files").1;
    let counter = Counter::for_model(None).expect("a vocabulary");
    let query = Query::default();
    let task = Task {
        text: &text,
        first_line: 1,
        tokens: 1,
        query: &query,
        counter: &counter,
        budget: 1,
        lossless: false,
        code: false,
    };
    assert!(CodeAwareCompressor.compress(&task).is_empty());
    assert!(CodeAwareCompressor.compress(&Task { code: true, lossless: true, ..task }).is_empty());
    assert!(compress(&text, "", r#"{"path":"a.rs","offset":1}"#).is_none());
}

#[test]
fn source_files_are_code() {
    for (name, text) in files().iter().filter(|(_, text)| text.lines().count() > 80) {
        let best = Registry::standard().guess(&Sample::new(text, Hints::default())).best();
        assert_eq!(best, Kind::Code, "{name}");
    }
}

/// A line again and again, each time one column deeper.
fn stairs(line: &str, steps: usize) -> String {
    (0..steps).fold(String::new(), |text, at| text + &" ".repeat(at) + line + "\n")
}

#[test]
fn hostile_texts_end() {
    for text in [
        "{\n",
        "/*\n",
        "def f():\n",
        "\"\"\"\n",
        "}\n",
        "fn f() {\n x\n",
        "`${\n",
        "\n",
        "a(\n",
        "if x:\n\t",
        "é'\"\n",
    ] {
        for arguments in ["a.py", "a.rs", "a.ts", "a.go", "a.c", "a.rb", "a.sh", ""] {
            let _ = compress(&text.repeat(20_000), OVERVIEW, arguments);
        }
    }
    let _ = compress(&"a.b(c); ".repeat(500_000), OVERVIEW, "a.ts");
    let _ = compress(&stairs("if x:", 3_000), OVERVIEW, "a.py");
    let _ = compress(&stairs("f(function g() {", 1_900), OVERVIEW, "a.js");
}
