//! Inputs that are built to be expensive: none may panic, lose anything, or take work out of proportion. They are small
//! here; `HEADROOM_SLOW=1` makes them some ten megabytes each, where anything that is not linear would not end.

use headroom_core::compress::json::{SmartCrusher, decode, document::Document};
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::fmt::Write as _;

fn size(small: usize) -> usize {
    if std::env::var_os("HEADROOM_SLOW").is_some() { small * 40 } else { small }
}

fn list(count: usize, mut element: impl FnMut(usize, &mut String)) -> String {
    let mut text = String::from("[");
    for at in 0..count {
        if at > 0 {
            text.push(',');
        }
        element(at, &mut text);
    }
    text.push(']');
    text
}

fn each(count: usize, element: impl Fn(usize) -> String) -> String {
    list(count, |at, text| text.push_str(&element(at)))
}

/// An object of the columns for which there is a value.
fn object(text: &mut String, columns: usize, value: impl Fn(usize) -> Option<String>) {
    text.push('{');
    let mut first = true;
    for column in 0..columns {
        if let Some(value) = value(column) {
            if !std::mem::take(&mut first) {
                text.push(',');
            }
            let _ = write!(text, "\"c{column}\":{value}");
        }
    }
    text.push('}');
}

fn check(text: &str) {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: "which value is the largest?".to_owned(), arguments: String::new() };
    let task = Task {
        text,
        first_line: 1,
        tokens: text.len() / 3,
        query: &query,
        counter: &counter,
        budget: 4000,
        lossless: false,
        code: false,
    };
    let candidates = SmartCrusher.compress(&task);
    let Some(minified) = Document::scan(text).map(|document| document.minified()) else { return };
    for candidate in candidates.iter().filter(|candidate| candidate.method == "table") {
        assert!(
            decode(&candidate.text, minified.len()).as_deref() == Some(minified.as_str()),
            "not lossless"
        );
    }
}

#[test]
fn many_small_things() {
    check(&each(size(20_000), |at| format!("{}", at % 97)));
    check(&list(size(20_000), |_, text| text.push_str("{}")));
    check(&each(size(20_000), |at| format!(r#"{{"k{}":{at}}}"#, at % 600)));
    check(&each(size(5_000), |at| format!(r#"{{"\ud800{}":1e999,"b\udc00":-0,"c":"\ud800{at}"}}"#, at % 3)));
    let entries = each(size(20_000), |at| format!(r#""k{at}":{at}"#));
    check(&format!("{{{}}}", &entries[1..entries.len() - 1]));
}

#[test]
fn many_columns() {
    let noise = |row: usize, column: usize| (row * 7_919 + column * 104_729) / 7 % 1_000;
    check(&list(size(40), |row, text| {
        object(text, 500, |column| (noise(row, column) % 2 == 0).then(|| row.to_string()));
    }));
    check(&list(size(500), |row, text| {
        object(text, 500, |column| (noise(row, column) % 50 == 0).then(|| row.to_string()));
    }));
    // Alike where samples are taken, different elsewhere.
    check(&list(size(40), |row, text| {
        object(text, 590, |column| {
            Some(if row % 10 < 6 { row.to_string() } else { (row * column).to_string() })
        });
    }));
    // Flags that are nearly always the same.
    check(&list(size(40), |row, text| {
        object(text, 590, |column| Some((noise(row, column) < 100).to_string()));
    }));
    // Texts that contain each other.
    check(&list(4, |row, text| {
        object(text, 590, |column| Some(format!("\"{}{row}\"", "abcdefgh/".repeat(column % 200 + 1))));
    }));
}

#[test]
fn forged_rows_of_nothing() {
    // A cell takes no byte of the text and, where it may be missing, none of the JSON.
    let columns: Vec<String> = (0..size(2_000)).map(|column| format!("c{column}?")).collect();
    let rows = size(20_000);
    let forged = format!("#json\n[#{rows}({})\n{}]", columns.join(","), "_\n".repeat(rows));
    assert_eq!(decode(&forged, 1_000_000), None);
    assert!(!SmartCrusher.is_own_output(&forged));
    // References to columns far away, cells by name.
    let columns: Vec<String> = (0..size(2_000)).map(|column| format!("c{column}+=@a")).collect();
    let cells: Vec<String> = (0..size(2_000)).rev().map(|column| format!("+c{column}:{column}")).collect();
    let row = format!("1,{}\n", cells.join(","));
    let forged = format!("#json\n[#4(a,{})\n{}]", columns.join(","), row.repeat(4));
    assert!(decode(&forged, 4_000_000_000).is_some());
}

#[test]
fn what_hardly_any_row_has() {
    // One row with hundreds of keys, one text with hundreds of lines, among many without.
    check(&list(size(10_000), |row, text| match row {
        7 => object(text, 2, |column| {
            let mut wide = String::new();
            object(&mut wide, 590, |column| Some(column.to_string()));
            Some(if column == 0 { wide } else { "1".to_owned() })
        }),
        _ => object(text, 2, |column| (column == 1).then(|| row.to_string())),
    }));
    check(&list(size(10_000), |row, text| {
        if row % 3_000 == 5 {
            text.push_str("{\"t\":\"");
            for line in 0..190 {
                let _ = write!(text, "l{line}: {}\\n", row * line);
            }
            text.push_str("\"}");
        } else {
            let _ = write!(text, r#"{{"a":{row}}}"#);
        }
    }));
}

#[test]
fn keys_as_long_as_texts() {
    let key = "k".repeat(size(20_000));
    check(&list(3, |row, text| {
        let _ = write!(text, "{{\"{key}\":");
        object(text, 590, |column| Some((row * column).to_string()));
        text.push('}');
    }));
}

#[test]
fn deep_nesting() {
    for depth in [40, 90, 100, 10_000] {
        check(&list(size(50), |at, text| {
            let _ = write!(text, "{}{at}{}", "[".repeat(depth), "]".repeat(depth));
        }));
        check(&list(size(50), |at, text| {
            let _ = write!(text, "{}{at}{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        }));
    }
    let mut chain = each(size(500), |at| format!(r#"{{"x":{at},"y":"v{at}"}}"#));
    for depth in 0..40 {
        chain = format!(r#"[{{"k":{depth},"z{depth}":1}},{{"k":{chain}}}]"#);
    }
    check(&chain);
}

#[test]
fn long_strings() {
    check(&format!("[\"{}\"]", "ab cd,".repeat(size(100_000))));
    check(&format!("[{{\"a\":\"{}\"}},{{\"a\":\"y\"}}]", "ab: cd\\n".repeat(size(50_000))));
    check(&each(size(4), |at| format!(r#"{{"a":"{}{at}","b":{at}}}"#, "\\\"".repeat(50_000))));
    check(&list(size(40), |at, text| {
        text.push_str("{\"t\":\"");
        for line in 0..100 {
            let _ = write!(
                text,
                "this is a rather long line that several strings share {}\\n",
                (at + line) % 300
            );
        }
        let _ = write!(text, "{at}\"}}");
    }));
}
