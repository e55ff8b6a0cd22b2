//! What holds for every outline: the lines that stay are the original's, and the rest reads as well as the original did.

use super::{OVERVIEW, ask, faults, folder, has_grammar, samples};
use headroom_core::compress::Candidate;
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;

/// Every line of an outline stands in the original in this order, or is a mark; marks and kept lines add up to the original;
/// and what is left has no more faults than there were.
fn assert_laws(name: &str, text: &str, candidate: &Candidate, number: Option<fn(usize) -> String>) {
    let source: Vec<&str> = text.lines().collect();
    let omission = &candidate.omissions[0];
    assert_eq!(omission.total, source.len(), "{name}");
    let left_out: usize = omission.ranges.iter().map(|(first, last)| last - first + 1).sum();
    assert_eq!(omission.count, left_out, "{name}");
    let is_out = |line: usize| omission.ranges.iter().any(|&(first, last)| (first..=last).contains(&line));
    let mut written = candidate.text.lines();
    let mut bare = Vec::new();
    for (at, line) in source.iter().enumerate().filter(|(at, _)| !is_out(at + 1)) {
        let prefix = number.map_or_else(String::new, |number| number(at + 1));
        for written in written.by_ref() {
            bare.push(written.strip_prefix(&*prefix).unwrap_or(written));
            if written.strip_prefix(&*prefix) == Some(*line) {
                break;
            }
        }
        assert_eq!(bare.last(), Some(line), "{name}: line {} is lost", at + 1);
    }
    bare.extend(written);
    let (before, after) = (faults(name, &source), faults(name, &bare));
    assert!(after <= before, "{name}: {after:?} faults, {before:?} before\n{}", candidate.text);
}

fn check(name: &str, text: &str) -> bool {
    let Some(outline) = ask(text, OVERVIEW, name) else { return false };
    assert_laws(name, text, &outline, None);
    true
}

/// The source files of this repository.
fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder("../..")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the repository").flatten() {
            let path = entry.path();
            let name = entry.file_name().into_string().unwrap_or_default();
            let is_ours =
                !name.starts_with('.') && !["node_modules", "target", "dist", "wasm"].contains(&&*name);
            if path.is_dir() && is_ours {
                folders.push(path);
            } else if path.is_file() && has_grammar(&name) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn hold_for_the_files_of_this_repository() {
    let mut outlined = 0;
    for path in sources() {
        let text = fs::read_to_string(&path).expect("UTF-8");
        outlined += usize::from(check(&path.display().to_string(), &text));
    }
    assert!(outlined > 100, "{outlined}");
}

/// Tool results of the corpus of measurements, where that is there, with the arguments of their calls.
#[test]
fn hold_for_the_corpus() {
    for file in ["code.json", "transcripts.json"] {
        let Ok(text) = fs::read_to_string(folder("../../../shared/corpus").join(file)) else { continue };
        let cases: Vec<serde_json::Value> = serde_json::from_str(&text).expect("an array of conversations");
        for case in &cases {
            let messages = case["messages"].as_array().expect("messages");
            let calls = messages.iter().filter_map(|message| message["tool_calls"].as_array()).flatten();
            for call in calls {
                let arguments = call["function"]["arguments"].as_str().unwrap_or_default();
                let result = messages.iter().find(|message| message["tool_call_id"] == call["id"]);
                let text = result.and_then(|message| message["content"].as_str()).unwrap_or_default();
                let Some(ending) = headroom_core::compress::code::file_ending(arguments) else { continue };
                check(&format!("{}.{ending}", case["id"]), text);
            }
        }
    }
}

#[test]
fn hold_for_numbered_reads() {
    let forms: [fn(usize) -> String; 2] = [|at| format!("{at:6}→"), |at| format!("{at:6}\t")];
    for (name, text) in samples() {
        for number in forms {
            let numbered: String =
                text.lines().enumerate().map(|(at, line)| [&number(at + 1), line, "\n"].concat()).collect();
            let bare = ask(&text, OVERVIEW, &name).expect("an outline");
            let outline = ask(&numbered, OVERVIEW, &name).expect("an outline");
            assert_eq!(outline.omissions, bare.omissions, "{name}");
            assert_laws(&name, &text, &outline, Some(number));
        }
    }
}

#[test]
fn hold_for_the_beginnings_and_ends_of_files() {
    for (name, text) in samples() {
        let lines: Vec<&str> = text.lines().collect();
        for at in (1..lines.len()).step_by(7) {
            check(&name, &lines[..at].join("\n"));
            check(&name, &lines[at..].join("\n"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn hold_for_files_with_errors(
        sample in any::<prop::sample::Index>(),
        lost in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let samples = samples();
        let (name, text) = sample.get(&samples);
        let mut lines: Vec<&str> = text.lines().collect();
        for line in lost {
            lines.remove(line.index(lines.len()));
        }
        check(name, &lines.join("\n"));
    }
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
        "<a>\n",
    ] {
        for name in ["a.py", "a.rs", "a.ts", "a.tsx", "a.go", "a.c", "a.java", "a.sh"] {
            let _ = ask(&text.repeat(20_000), OVERVIEW, name);
        }
    }
    let _ = ask(&"a.b(c); ".repeat(100_000), OVERVIEW, "a.ts");
    let stairs = |line: &str| (0..1_400).fold(String::new(), |text, at| text + &" ".repeat(at) + line + "\n");
    let _ = ask(&stairs("if x:"), OVERVIEW, "a.py");
    let _ = ask(&stairs("f(function g() {"), OVERVIEW, "a.js");
}
