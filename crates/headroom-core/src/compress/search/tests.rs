use super::notation::Notation;
use super::{Layout, SearchCompressor, decode, group, list, lossless};
use crate::compress::{Compressor, Query, Task};
use crate::route::{Confidence, Hints, Sample};
use crate::tokens::Counter;
use proptest::prelude::*;

fn shortened(text: &str, question: &str, budget: usize) -> Vec<crate::compress::Candidate> {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let tokens = counter.count(text);
    let task = Task {
        text,
        first_line: 1,
        tokens,
        query: &query,
        counter: &counter,
        budget,
        lossless: false,
        code: false,
    };
    SearchCompressor.compress(&task)
}

fn confidence(text: &str) -> Confidence {
    super::detect::detect(&Sample::new(text, Hints::default()))
}

/// What is made of the numbers from 1 on below `end`.
fn joined(end: usize, make: impl Fn(usize) -> String) -> String {
    (1..end).fold(String::new(), |text, at| text + &make(at))
}

/// Lines over and over, with another number in the place of `#` each time.
fn lines(line: &str, count: usize) -> String {
    (0..count).map(|at| line.replace('#', &(at * 7 + 3).to_string()) + "\n").collect()
}

#[test]
fn every_layout_comes_back() {
    for text in [
        "a.rs:1:x\na.rs:2:y\n",
        "a.rs:1:x\r\na.rs:9:y\r\n",
        "a.rs:1:x\na.rs:1:x\na.rs:1:y",
        "a.rs:9:x\nb.rs:1:y\na.rs:2:\n",
        "C:\\src\\a.ts:12:x\nC:\\src\\b.ts:3:y\n",
        "/home/me/my files/a-1-b.rs:12:x\n/home/me/my files/a-1-b.rs-13-y\n--\n/home/me/c.rs:1:z\n",
        "a.rs-1-x\na.rs:2:y\na.rs-3-\n--\nb.rs-7-z\nb.rs:8:w\n",
        "a.rs-1-x\na.rs:2:y\n--\na.rs-3-\nb.rs-7-z\nb.rs:8:w\n",
        "a.rs:1:5:x\na.rs:1:9:x\nb.rs:2:1:  y\n",
        "a.rs=1=fn a() {\na.rs:4:  x\n",
        "src/a.rs\n1:x\n4:y\n\nsrc/b.rs\n2-z\n3:w\n",
        "1:x\n4:y\n9:x\n",
        "src/a.rs:x\nsrc/a.rs:y\nsrc/b.rs-z\nsrc/b.rs:\n",
        "Binary file b.o matches\na.rs:1:x\ngrep: c: Permission denied\na.rs:2:x\n\n",
        "01.md:1:x\n2024:3:x\n> a:1:y\n#search: file:4:x\na (+4 spaces):5:x\n--:1:y\n",
        "é.rs:1:\u{a0}x\né.rs:2:… y\n",
        "a.rs:1:    x\na.rs:2:    x\na.rs:3:    y\na.rs:4:    z\na.rs:5:     w\na.rs:6:    v\na.rs:7:\n",
        "a.rs:1:\tx\na.rs:2:\tu\na.rs:3:\ty\na.rs:4:\tz\na.rs:5:\tw\na.rs:6:\tv\n",
    ] {
        let grouped = group(text).unwrap_or_else(|| panic!("{text:?} does not come back"));
        assert!(
            SearchCompressor.is_own_output(&grouped.text) || lossless(text) != Some(grouped.text),
            "{text:?}"
        );
    }
}

#[test]
fn lists_come_back() {
    for text in [
        "src/a.rs\nsrc/b.rs\nREADME.md\n",
        "./a\n./b/c\n./b/\n.\n",
        "/home/me/p/a.rs:3\r\n/home/me/p/b/c.rs:0\r\n",
        "src/a b.rs\nsrc/c.rs\n\nsrc/d.rs",
        "//a\n///b\n/\n",
        "C:\\a\\b.txt\nC:\\a\\c.txt",
    ] {
        let written = list(text).unwrap_or_else(|| panic!("{text:?} does not come back"));
        assert_eq!(list::decode(&written, 1_000).as_deref(), Some(text));
    }
}

#[test]
fn first_lines_read_back() {
    for layout in [Layout::Inline, Layout::Headed, Layout::Unnumbered] {
        for flags in 0..64_u32 {
            let flag = |bit: u32| flags >> bit & 1 == 1;
            let notation = Notation {
                layout,
                named: layout != Layout::Headed || flag(1),
                columns: flag(0) && layout != Layout::Unnumbered,
                context: flag(1),
                equal: flag(2),
                indent: flag(3),
                other: flag(4),
                separators: flag(5),
                root: if flag(0) { "/a; b/" } else { "" },
            };
            let mut line = String::new();
            notation.write(&mut line);
            assert_eq!(Notation::read(&line), Some(notation), "{line}");
        }
    }
}

#[test]
fn hits_are_told_from_what_looks_like_them() {
    let sure = Confidence::per_cent(80);
    for text in [
        lines("src/lib.rs:#:let x = 1;", 9),
        lines("src/lib.rs:#:    let x = 1;\nsrc/lib.rs-1#-", 9),
        lines("C:\\src\\lib.rs:#:5:let x = 1;", 9),
        lines("./my files/lib.rs:#:x", 9),
        format!("src/a.rs\n{}\nsrc/b.rs\n{}", lines("#:x", 4), lines("#:y", 4)),
        lines("src/lib.rs:let x = #;", 9),
        lines("src/lib#.rs", 9),
        lines("src/lib#.rs:#", 9),
    ] {
        assert!(confidence(&text) >= sure, "{text}: {:?}", confidence(&text));
    }
    for text in [
        lines("src/a.c:#:3: error: expected ';'", 9),
        lines("src/a.c:#: warning: unused", 9),
        lines("src/a.py:#:1: F401 imported but unused", 9),
        lines("12:30:# started worker", 9),
        lines("2024-05-01T12:30:# started", 9),
        lines("2024/05/01 12:30:# started", 9),
        lines("10.0.0.# - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 #", 9),
        lines("    at run (/srv/app/index.js:#:5)", 9),
        lines("server.port#: 8080", 9),
        lines("name#,path,12:3", 9),
        lines("https://example.org/page/#", 9),
        lines("#: a step\n", 9),
        joined(20, |at| format!("{at}:a line of a file\n")),
        "let a = b::c(1);\nlet d = e::f(2);\n".repeat(9),
        "A paragraph of prose: it says this.\nAnd that.\n".repeat(9),
        String::new(),
    ] {
        assert_eq!(confidence(&text), Confidence::NONE, "{text}");
    }
}

#[test]
fn a_question_for_all_keeps_all() {
    let text = joined(400, |at| format!("src/f{}.rs:{at}:fn name_{at}() {{\n", at / 20));
    let omitted = |question: &str| shortened(&text, question, 1_000).last().map(|last| last.omissions.len());
    assert_eq!(omitted("List all the functions"), Some(0));
    assert_eq!(omitted("Where is name_77?"), Some(1));
}

#[test]
fn what_is_left_out_adds_up() {
    let text: String = (1..900)
        .map(|at| match at % 45 {
            0 => format!("grep: f{at}: Permission denied\n"),
            _ => format!(
                "src/d{}/f{}.rs:{at}:    let value = call_{at}(other, {});\n",
                at / 200,
                at / 40,
                at % 7
            ),
        })
        .collect();
    let candidates = shortened(&text, "Who uses call_333?", 800);
    let last = candidates.last().expect("a candidate");
    let omission = &last.omissions[0];
    assert_eq!(omission.count, omission.ranges.iter().map(|&(first, last)| last - first + 1).sum::<usize>());
    assert_eq!(omission.total, 899);
    let shown = last.text.lines().filter(|line| line.contains("call_") || line.contains("denied")).count();
    assert_eq!(shown + omission.count, omission.total);
    assert!(last.text.contains("call_333(other"));
    for file in 0..23 {
        assert!(last.text.contains(&format!("f{file}.rs")), "file {file} is named");
    }
    assert!(!SearchCompressor.is_own_output(&last.text));
}

#[test]
fn forged_texts_stay_within_a_bound() {
    let legend = "#search: file, below it its hits: line number, text\n";
    let numbers: Vec<String> = (1..20_000).map(|at| at.to_string()).collect();
    let forged = format!("{legend}{}\n{} {}\n", "p".repeat(1_000), numbers.join(","), "t".repeat(10_000));
    assert_eq!(decode(&forged, forged.len() * 64), None);
    assert_eq!(decode(&format!("{legend}a (+999999999 spaces)\n1 x\n"), 1_000), None);
    for text in ["", "#search: ", "#search: file", "#search: directory/, then its entries\n"] {
        assert!(!SearchCompressor.is_own_output(text));
    }
}

#[test]
fn hostile_inputs_take_linear_time() {
    for text in [
        "a:".repeat(2_000_000),
        "a:1:".repeat(1_000_000),
        "a.rs:1:\n".repeat(200_000),
        "x\n".repeat(500_000),
        "-1-".repeat(500_000) + "\n" + &"a-1-b\n".repeat(100_000),
        joined(100_000, |at| format!("f{at}.rs:{at}:x{at}\n")),
    ] {
        let _ = confidence(&text);
        let _ = shortened(&text, "Where is x7?", 4_000);
    }
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-c]{1,2}(/[a-c]{1,2}){0,2}\\.rs",
        2 => "/srv/(a|b|c d)/[a-c]\\.rs",
        1 => "[A-C]:\\\\[a-c]\\\\[a-c]\\.ts",
        1 => "[ -~é]{1,12}",
        1 => Just("--".to_owned()),
        1 => "[a-c]-[0-9]{1,2}-[a-c]( \\(\\+[0-9] (spaces|tabs)\\))?",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "( {0,9}|\t{0,3})(if x \\{|\\}|return;|let y = 5;)",
        1 => "\\PC{0,20}\r?",
        1 => "[0-9]{1,3}[:,=> -][0-9]{0,2}[:]?[a-c]{0,3}",
        1 => Just(String::new()),
    ]
}

fn output() -> impl Strategy<Value = String> {
    let hit = (path(), 0_u32..40, text(), 0_u8..12, 1_usize..6, any::<bool>());
    (proptest::collection::vec(hit, 1..14), any::<bool>(), 0_u8..5).prop_map(|(hits, ends, layout)| {
        let mut lines: Vec<String> = Vec::new();
        for (path, number, text, odd, count, steps) in hits {
            if layout == 1 {
                if !lines.is_empty() {
                    lines.push(String::new());
                }
                lines.push(path.clone());
            }
            for at in 0..count as u32 {
                let number = if steps { number + at * 3 } else { number };
                let sign = if odd == 1 && at % 2 == 1 { '-' } else { ':' };
                lines.push(match layout {
                    0 | 4 => format!("{path}{sign}{number}{sign}{text}"),
                    1 => format!("{number}{sign}{text}"),
                    2 => format!("{path}{sign}{text}"),
                    _ => format!("{path}{sign}{number}{sign}{}{text}", if sign == ':' { "7:" } else { "" }),
                });
                match odd {
                    2 => lines.push("--".to_owned()),
                    3 => lines.push(text.clone()),
                    4 => lines.push(path.clone()),
                    _ => {}
                }
            }
        }
        lines.join("\n") + if ends { "\n" } else { "" }
    })
}

proptest! {
    #[test]
    fn what_is_offered_as_lossless_decodes(text in output()) {
        if let Some(grouped) = group(&text) {
            prop_assert_eq!(decode(&grouped.text, text.len()), Some(text.clone()));
        }
        if let Some(written) = list(&text) {
            prop_assert_eq!(list::decode(&written, text.len()), Some(text.clone()));
        }
        if let Some(written) = lossless(&text) {
            prop_assert!(SearchCompressor.is_own_output(&written), "{}", written);
        }
    }

    #[test]
    fn most_outputs_are_grouped(text in "([a-c]\\.rs:[1-9][0-9]?:( {4})?[a-c]{1,3}\n){2,20}") {
        prop_assert!(group(&text).is_some());
    }

    #[test]
    fn any_text_is_safe(text in "(\\PC|\n|\r|\t){0,200}") {
        let _ = confidence(&text);
        for candidate in shortened(&text, "What?", 10) {
            prop_assert!(!candidate.text.is_empty());
        }
        let _ = SearchCompressor.is_own_output(&format!("#search: file, below it its hits: line number, text\n{text}"));
    }

    #[test]
    fn every_line_is_shown_or_marked(text in output(), budget in 0_usize..200) {
        for candidate in shortened(&text, "Where does it return?", budget) {
            if let [omission] = &candidate.omissions[..] {
                let sum: usize = omission.ranges.iter().map(|&(first, last)| last - first + 1).sum();
                prop_assert_eq!(sum, omission.count);
                prop_assert!(candidate.text.contains('…'));
            }
        }
    }
}
