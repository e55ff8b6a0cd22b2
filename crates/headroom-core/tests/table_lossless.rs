//! Every table comes back byte for byte, or is left alone: generated tables in all layouts, with ragged rows, hostile cells
//! and characters of odd widths, and inputs built to be expensive.

use headroom_core::compress::table::{TableCompressor, decode, encode};
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::route::{Hints, Kind, Registry, Sample};
use headroom_core::tokens::Counter;
use proptest::prelude::*;

/// Whether a text has a lossless form; that form must come back, and be known as our own.
fn check(source: &str) -> bool {
    let counter = Counter::for_model(None).expect("the default vocabulary");
    let query = Query::default();
    let task = Task {
        text: source,
        first_line: 1,
        tokens: counter.count(source),
        query: &query,
        counter: &counter,
        budget: 20,
        lossless: false,
        code: false,
    };
    let candidates = TableCompressor.compress(&task);
    for candidate in &candidates {
        if candidate.omissions.is_empty() {
            assert_eq!(decode(&candidate.text, source.len()).as_deref(), Some(source), "{}", candidate.text);
            assert!(TableCompressor.is_own_output(&candidate.text), "{}", candidate.text);
        } else {
            assert!(!TableCompressor.is_own_output(&candidate.text), "{}", candidate.text);
            let lines = source.lines().count();
            for omission in &candidate.omissions {
                let count: usize = omission.ranges.iter().map(|(first, last)| last + 1 - first).sum();
                assert_eq!((count, omission.total), (omission.count, lines));
                assert!(
                    omission.ranges.iter().all(|&(first, last)| 0 < first && first <= last && last <= lines)
                );
            }
        }
    }
    !candidates.is_empty()
}

const CELLS: [&str; 24] = [
    "",
    "a",
    "12",
    "007",
    "-3.50",
    "1e5",
    "null",
    "true",
    "#0",
    "&0",
    "…",
    "=x",
    "+a:b",
    "?",
    "_",
    "~\"{a}\"",
    "]",
    "[#3(a,b)",
    "… lines 9-820",
    "#table csv",
    "Zürich",
    "東京",
    "e\u{301}te",
    "two words",
];

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(&CELLS[..]).prop_map(str::to_owned),
        2 => "[a-z]{1,12}",
        1 => "[ -~]{0,6}",
        1 => "\\PC{0,4}",
    ]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2_usize..6)
        .prop_flat_map(|columns| proptest::collection::vec(proptest::collection::vec(cell(), columns), 4..40))
}

/// Cells in quotes where they need them.
fn csv(rows: &[Vec<String>], separator: &str, quoted: bool, line_break: &str) -> String {
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                let needs = cell.contains(['"', '\n', '\r']) || cell.contains(separator);
                if quoted || needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
            })
            .collect();
        cells.join(separator)
    };
    rows.iter().map(line).collect::<Vec<_>>().join(line_break)
}

/// Cells padded to the width of their columns, counted in characters.
fn aligned(rows: &[Vec<String>], frame: (&str, &str, &str), right: u8, rule: Option<char>) -> String {
    let columns = rows[0].len();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(column, cell)| {
                let width = width(column);
                if right >> column & 1 == 1 { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            })
            .collect();
        text.extend([frame.0, &cells.join(frame.1), frame.2, "\n"]);
        if let (0, Some(fill)) = (at, rule) {
            let dashes: Vec<String> =
                (0..columns).map(|column| fill.to_string().repeat(width(column).max(1))).collect();
            text.extend([frame.0, &dashes.join(frame.1), frame.2, "\n"]);
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn separated_values_come_back(
        rows in table(), separator in proptest::sample::select(&[",", "\t", ";", "|", ", "][..]), quoted: bool, crlf: bool,
        above in "(# [a-z ]{0,9}\n){0,2}", below in "\n?([(]9 rows[)])?\n?",
    ) {
        check(&format!("{above}{}{below}", csv(&rows, separator, quoted, if crlf { "\r\n" } else { "\n" })));
    }

    #[test]
    fn aligned_columns_come_back(
        rows in table(), right: u8, trimmed: bool, rule in proptest::option::of(Just('-')),
        frame in proptest::sample::select(&[("", "  ", ""), ("", " ", ""), ("| ", " | ", " |"), ("│ ", " │ ", " │"), (" ", " | ", ""), ("", "   ", "  ")][..]),
        tail in "(total [0-9]{1,3}\n?)?",
    ) {
        let text = aligned(&rows, frame, right, rule);
        let text = if trimmed { text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") } else { text };
        check(&(text + &tail));
    }

    #[test]
    fn ragged_rows_come_back(lines in proptest::collection::vec("([a-z0-9\"]{0,4}[,;]){0,4}[a-z\"]{0,3}", 3..40)) {
        check(&lines.join("\n"));
    }

    #[test]
    fn whatever_comes_is_not_harmed(text in "([a-z |+,\"-]{0,12}\n){0,12}") {
        check(&text);
        check(&format!("#table csv{text}"));
        let _ = decode(&format!("#table columns, widths 1=9 2=2000\n[#3(a,b)\n{text}]"), 4_096);
    }
}

/// A line for each number.
fn lines(numbers: std::ops::Range<usize>, line: impl Fn(usize) -> String) -> String {
    numbers.map(line).collect::<Vec<_>>().concat()
}

#[test]
fn tables_are_found() {
    let rows: Vec<Vec<String>> = (0..40)
        .map(|row| {
            vec![format!("host{row}"), (row * 37 % 90).to_string(), ["up", "down"][row % 2].to_owned()]
        })
        .collect();
    let mut rows = rows;
    rows.insert(0, ["NAME", "LOAD", "STATE"].map(str::to_owned).to_vec());
    let texts = [
        csv(&rows, ",", false, "\n"),
        csv(&rows, "\t", true, "\r\n"),
        aligned(&rows, ("", "  ", ""), 2, None),
        aligned(&rows, ("", " ", ""), 2, Some('-')),
        aligned(&rows, ("| ", " | ", " |"), 0, Some('-')),
        aligned(&rows, (" ", " | ", ""), 2, None).replacen('\n', "\n---------+------+-------\n", 1),
    ];
    for text in texts {
        let best = Registry::standard().guess(&Sample::new(&text, Hints::default())).best();
        assert_eq!(best, Kind::Table, "{text}");
        assert!(check(&text), "{text}");
    }
}

#[test]
fn inputs_built_to_be_expensive_are_left_alone_or_right() {
    let one_line = "a,".repeat(2_000_000);
    assert!(encode(&one_line).is_none());
    assert!(encode(&format!("{}\n", "x,".repeat(300_000)).repeat(4)).is_none());
    assert!(encode(&format!("a  b\n{}\n", " ".repeat(3_000_000)).repeat(2)).is_none());
    let ragged: String = (0..100_000).map(|row| "x,".repeat(row % 7) + "y\n").collect();
    check(&ragged);
    let unclosed = lines(0..50_000, |row| format!("{row},\"open,{row}\n"));
    check(&unclosed);
    let doubled: String = "\"\"\"\",".repeat(200_000) + "\n";
    check(&doubled.repeat(2));
    let within = lines(0..5_000, |row| format!("{row},\"line one\nline {row}\",x\n"));
    assert!(check(&format!("id,text,sign\n{within}")));
    let forged = format!("#table csv\n[#3(a)\n1\n2\n3\n]{}", "\n".repeat(100_000));
    assert!(!TableCompressor.is_own_output(&forged));
    let wide = lines(0..400, |row| format!("{row}{}z\n", " ".repeat(1_500)));
    check(&format!("A{}Z\n{wide}", " ".repeat(1_500)));
}
