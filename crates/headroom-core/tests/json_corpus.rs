//! Every form that `SmartCrusher` calls lossless decodes to the same JSON: over a corpus of real tool outputs where
//! there is one, over the files of the repository, and over the edge cases of RFC 8259.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use headroom_core::compress::json::{SmartCrusher, decode};
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use serde_json::Value;
use std::fs;
use std::path::Path;

#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/reader.rs"]
mod reader;

/// How many lossless forms `text` got, each of which was decoded and compared as values, with number spelling, key order
/// and duplicate keys.
fn check(text: &str, counter: &Counter) -> usize {
    let query = Query::default();
    let task = Task {
        text,
        first_line: 1,
        tokens: counter.count(text),
        query: &query,
        counter,
        budget: 1,
        lossless: true,
        code: false,
    };
    let candidates = SmartCrusher.compress(&task);
    let original = reader::tokens(text);
    for candidate in &candidates {
        assert!(candidate.omissions.is_empty(), "asked for lossless forms only");
        let decoded = match candidate.method {
            "minify" => candidate.text.clone(),
            _ => decode(&candidate.text, text.len() * 2 + 1024).expect("a lossless form decodes"),
        };
        assert!(
            reader::tokens(&decoded) == original,
            "{} changed {text:.500}\ninto {decoded:.500}",
            candidate.method
        );
        if candidate.method != "minify" {
            assert!(
                SmartCrusher.is_own_output(&candidate.text),
                "own output is not known again:\n{:.500}",
                candidate.text
            );
        }
    }
    candidates.len()
}

fn counter() -> Counter {
    Counter::for_model(None).expect("the default vocabulary")
}

#[test]
fn the_corpus_comes_back() {
    let Some(kinds) = corpus::tool_texts() else {
        eprintln!("*** there is no corpus beside the repository: not tested over it ***");
        return;
    };
    let counter = counter();
    let mut forms = 0;
    for (kind, texts) in kinds.iter().filter(|(kind, _)| kind.starts_with("json")) {
        for text in texts {
            let found = check(text, &counter);
            assert!(found > 0, "a text of {kind} has no lossless form");
            forms += found;
            // JSON pretty-printed, in lines and cut off is compressed as well.
            if let Ok(value) = serde_json::from_str::<Value>(text) {
                check(&serde_json::to_string_pretty(&value).expect("a value"), &counter);
            }
            for share in [3, 5, 7] {
                check(&text[..text.floor_char_boundary(text.len() * share / 8)], &counter);
            }
        }
    }
    assert!(forms >= 30, "only {forms} lossless forms over the whole corpus");
}

#[test]
fn the_files_of_the_repository_come_back() {
    let counter = counter();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/texts");
    let mut forms = 0;
    for entry in fs::read_dir(folder).expect("the texts lie in the repository") {
        forms += check(&fs::read_to_string(entry.expect("an entry").path()).expect("UTF-8"), &counter);
    }
    assert!(forms > 15, "only {forms} lossless forms");
}

/// `value` in tables and beside them, so that every part of the notation meets it.
fn embedded(value: &str) -> Vec<String> {
    let rows = |row: &dyn Fn(usize) -> String| format!("[{}]", (0..6).map(row).collect::<Vec<_>>().join(","));
    vec![
        format!("[{value},{value},{value}]"),
        format!("{{\"a\":{value},\"b\":[{value}]}}"),
        rows(&|row| format!("{{\"id\":{row},\"v\":{value}}}")),
        rows(&|row| {
            if row == 3 {
                format!("{{\"id\":{row},\"v\":{value}}}")
            } else {
                format!("{{\"id\":{row},\"v\":\"x\"}}")
            }
        }),
        rows(&|row| {
            if row == 3 { value.to_owned() } else { format!("{{\"id\":{row},\"w\":{{\"in\":{value}}}}}") }
        }),
        format!("{{\"id\":1,\"v\":{value}}}\n{{\"id\":2,\"v\":{value}}}\n{{\"id\":3,\"v\":null}}"),
    ]
}

#[test]
fn the_edge_cases_of_rfc_8259_come_back() {
    let counter = counter();
    let strings = [
        r#""""#,
        r#"" ""#,
        r#""\"\\\/\b\f\n\r\t""#,
        r#""\u0000\u001f\u007f""#,
        r#""\u0041\u00e9\u00E9""#,
        r#""\ud83d\ude00""#,
        r#""\uD83D\uDE00""#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#""/\/""#,
        "\"\u{7f}\u{80}\u{2028}\u{2029}\u{feff}\u{ffff}\u{10ffff}\"",
        "\"e\u{301} \u{e9}\"",
        r#""\\u0041""#,
        r#""null""#,
        r#""1""#,
        r#""1.0""#,
        r#""-""#,
        r#""true ""#,
        r#""[1]""#,
        r#""{\"a\":1}""#,
        r#""{\"a\": 1}""#,
        r#""\"x\"""#,
        r##""#json\n[#1(a)\n1]""##,
    ];
    let numbers = [
        "0",
        "-0",
        "0.0",
        "-0.0",
        "0e0",
        "0E+0",
        "-0e-0",
        "1",
        "-1",
        "1.0",
        "1.10",
        "1e5",
        "1E5",
        "1e+5",
        "1e-5",
        "1E400",
        "-1e-400",
        "123456789012345678901234567890",
        "0.1000000000000000055511151231257827",
        "9007199254740993",
        "18446744073709551616",
        "-9223372036854775809",
        "4.9406564584124654e-324",
    ];
    let others = [
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{\"\":{}}",
        "[ ]",
        "{ }",
        "[\t1 ,\r\n2 ]",
        r#"{"":""}"#,
    ];
    let objects = [
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,"b":2,"a":1}"#,
        r#"{"a":{"x":1},"a":{"x":1}}"#,
        r#"{"\u0061":1,"a":2}"#,
        r#"{"b":1,"a":2}"#,
        r#"{"":1," ":2,"\u0000":3}"#,
        r#"{"a.b":1,"a":{"b":2}}"#,
        r#"{"é":1,"\u00e9":2}"#,
        r#"{"__proto__":1,"constructor":2}"#,
        r#"{"\ud800":1}"#,
        r#"{"a\nb":1,"a,b":2,"a)":3}"#,
    ];
    let all = strings.iter().chain(&numbers).chain(&others).chain(&objects);
    let mut forms = 0;
    for value in all {
        for text in embedded(value) {
            forms += check(&text, &counter);
        }
    }
    assert!(forms > 300, "only {forms} lossless forms");
}

#[test]
fn what_is_no_json_is_not_taken_for_it() {
    let counter = counter();
    let rows = r#"{"id":1,"v":"x"},{"id":2,"v":"y"}"#;
    for text in [
        format!("\u{feff}[{rows}]"),
        format!("[{rows},]"),
        format!("[{rows}]]"),
        format!("[{rows}] x"),
        format!("[{rows}, // comment\n{rows}]"),
        format!("[{rows} {rows}]"),
        format!("[{rows},{{id:3}}]"),
        format!("[{rows},{{'id':3}}]"),
        format!("[{rows},NaN]"),
        format!("[{rows},Infinity]"),
        format!("[{rows},01]"),
        format!("[{rows},+1]"),
        format!("[{rows},.5]"),
        format!("[{rows},1.]"),
        format!("[{rows},1e]"),
        format!("[{rows},0x10]"),
        format!("[{rows},\"\\x41\"]"),
        format!("[{rows},\"\\u12g4\"]"),
        format!("[{rows},\"tab\there\"]"),
        format!("[{rows},\"nul\u{0}\"]"),
        format!("[{rows},undefined]"),
        format!("[{rows},True]"),
        format!("[{rows}\u{a0}]"),
        format!("[{rows}\u{c}]"),
    ] {
        assert_eq!(check(&text, &counter), 0, "was taken for JSON: {text}");
    }
}

#[test]
fn nesting_is_bounded_and_comes_back_up_to_the_bound() {
    let counter = counter();
    for depth in [1, 2, 31, 32, 63, 64, 100, 126, 127, 128, 129, 130, 200, 1000, 10_000, 100_000] {
        let rows = r#"{"id":1,"v":"x"},{"id":2,"v":"y"},{"id":3,"v":"z"}"#;
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]"), ("[1,", ",2]")] {
            check(&format!("{}[{rows}]{}", open.repeat(depth), close.repeat(depth)), &counter);
            check(&open.repeat(depth), &counter);
            check(&format!("[{rows},{}1{}]", open.repeat(depth), close.repeat(depth)), &counter);
        }
    }
}

#[test]
fn the_reader_tells_apart_what_has_to_be_kept() {
    let same = |a: &str, b: &str| reader::tokens(a) == reader::tokens(b);
    assert!(same(r#"{"a" : [1 , "\u00e9\/"]}"#, r#"{"a":[1,"é/"]}"#));
    assert!(same("\"😀\"", r#""\ud83d\ude00""#));
    let different = [
        ("1.0", "1"),
        ("-0", "0"),
        ("1e5", "1E5"),
        ("\"1\"", "1"),
        ("[1]", "[1"),
        ("\"cut", "\"cut \""),
        (r#""\ud800""#, r#""\ufffd""#),
        (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#),
        (r#"{"a":1,"a":1}"#, r#"{"a":1}"#),
    ];
    for (a, b) in different {
        assert!(!same(a, b), "{a} {b}");
    }
}
