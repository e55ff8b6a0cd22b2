//! What the model sees of small outputs of searches, each written to show some of the notation: to be read by a
//! reviewer.

use headroom_core::compress::search::{SearchCompressor, decode, list};
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn candidates(text: &str, question: &str, budget: usize) -> Vec<headroom_core::compress::Candidate> {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let tokens = counter.count(text);
    SearchCompressor.compress(&Task {
        text,
        first_line: 1,
        tokens,
        query: &query,
        counter: &counter,
        budget,
        lossless: false,
        code: false,
    })
}

/// The text without loss, checked to decode.
fn seen(text: &str) -> String {
    let seen = candidates(text, "", usize::MAX).swap_remove(0).text;
    checked(seen, text)
}

fn checked(seen: String, text: &str) -> String {
    let decoded = decode(&seen, text.len()).or_else(|| list::decode(&seen, text.len()));
    assert_eq!(decoded.as_deref(), Some(text));
    assert!(SearchCompressor.is_own_output(&seen));
    seen
}

/// The text with lines left out.
fn shortened(text: &str, question: &str, budget: usize) -> String {
    let last = candidates(text, question, budget).pop().expect("a candidate");
    assert!(!last.omissions.is_empty(), "nothing was left out");
    last.text
}

#[test]
fn hits_by_file_with_equal_lines_once() {
    insta::assert_snapshot!(seen(
        "\
src/harbour.rs:12:    let berth = berths.get(ship)?;
src/harbour.rs:31:    if berth.is_free() {
src/harbour.rs:48:    let berth = berths.get(ship)?;
src/harbour.rs:90:        return Err(NoBerth);
src/harbour.rs:97:    if berth.is_free() {
src/harbour.rs:120:    berth.close();
src/harbour.rs:121:    log(berth);
src/ship.rs:7:pub fn moor(&self, berth: &Berth) {
grep: src/locked.rs: Permission denied
tests/moor.rs:3:use harbour::berth;
"
    ));
}

#[test]
fn context_and_separators() {
    insta::assert_snapshot!(seen(
        "\
src/tide-table-2.py-10-
src/tide-table-2.py-11-def level(hour):
src/tide-table-2.py:12:    return table[hour]
src/tide-table-2.py-13-
--
src/tide-table-2.py-40-    for hour in hours:
src/tide-table-2.py:41:        print(table[hour])
--
src/main.py-1-import tide
src/main.py:2:from tide import table
src/main.py-3-
"
    ));
}

#[test]
fn columns_below_a_directory_of_their_own() {
    insta::assert_snapshot!(seen(
        "\
/home/ann/harbour/src/a.ts:4:10:import { crane } from './crane';
/home/ann/harbour/src/a.ts:9:3:  crane.lift(box); crane.turn();
/home/ann/harbour/src/a.ts:9:20:  crane.lift(box); crane.turn();
/home/ann/harbour/src/b.ts:1:8:import crane from './crane';
/home/ann/harbour/src/c.ts:1:8:import crane from './crane';
/home/ann/harbour/test/b.ts:7:1:crane.stop();
/home/ann/harbour/test/a test.ts:2:8:import crane from '../src/crane';"
    ));
}

#[test]
fn output_that_names_files_once_by_itself() {
    insta::assert_snapshot!(seen(
        "\
src/a.go
3:func Load(name string) error {
17:\treturn err
29:\treturn err

src/b.go
8:func Save(name string) error {
"
    ));
}

#[test]
fn hits_without_numbers() {
    insta::assert_snapshot!(seen(
        "\
C:\\work\\ship.ini:[engine]
C:\\work\\ship.ini:power = 400
C:\\work\\port.ini:[engine]
Binary file C:\\work\\port.bin matches
"
    ));
}

#[test]
fn lists_of_paths_and_of_counts() {
    let listed = |text: &str| checked(list::write(text).expect("a list"), text);
    let paths =
        "docs/tides.md\ndocs/cranes.md\ndocs/img/crane.svg\nsrc/main.rs\nsrc/with blank.rs\nsrc/tide.rs\n";
    let counts = "./src/port/main.rs:3\n./src/port/tide.rs:0\n./src/port/crane/arm.rs:12\n";
    insta::assert_snapshot!(format!("{}\n{}", listed(paths), listed(counts)));
}

/// Many hits, of which few are about anything in particular.
fn crowd() -> String {
    let mut text = String::new();
    for file in 0..14 {
        let path = ["app/ships", "app/cranes", "lib/tides"][file % 3];
        for line in 0..3 + file * 5 % 17 {
            let at = line * 13 + file + 1;
            let _ = match (file, line) {
                (6, 9) => writeln!(text, "{path}/part{file:02}.py:{at}:def unload_cargo(ship, crane):"),
                (4, 2) => writeln!(text, "{path}/part{file:02}.py:{at}:    unload_cargo(ship, crane)"),
                _ => writeln!(text, "{path}/part{file:02}.py:{at}:    self.value_{} = {line}", at % 9),
            };
        }
    }
    text
}

#[test]
fn hits_left_out_under_a_small_budget() {
    insta::assert_snapshot!(shortened(&crowd(), "Where is unload_cargo defined?", 500));
}

#[test]
fn files_of_which_nothing_fits() {
    let text: String = (0..60).fold(String::new(), |mut text, file| {
        for line in 1..=1 + file % 2 {
            let _ = writeln!(
                text,
                "src/part{}/file{file}.js:{line}:const name{line} = require('../../vendor/modules/name{line}/build/release/index{file}.js');",
                file / 17
            );
        }
        text
    });
    insta::assert_snapshot!(shortened(&text, "What does file17 need?", 400));
}

fn data(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/router/search");
    fs::read_to_string(folder.join(name)).expect(name)
}

#[test]
fn messages_of_ripgrep_by_file() {
    let text = data("ripgrep-json-context.txt");
    let found = candidates(&text, "", usize::MAX);
    let [lossless, hits] = &found[..] else { panic!("two candidates") };
    assert_eq!(SearchCompressor.decode(&lossless.text, text.len()).as_deref(), Some(text.as_str()));
    assert!(SearchCompressor.is_own_output(&lossless.text));
    assert!(!hits.omissions.is_empty());
    insta::assert_snapshot!(format!("{}\n=======\n{}", lossless.text, hits.text));
}

#[test]
fn messages_of_ripgrep_over_the_budget() {
    insta::assert_snapshot!(shortened(&data("ripgrep-json.txt"), "Where is unescape declared?", 300));
}

#[test]
fn outputs_of_every_tool_are_written_by_file() {
    for name in [
        "ag-column.txt",
        "ag-context.txt",
        "git-grep-p.txt",
        "grep-rn.txt",
        "grep-context.txt",
        "rg-heading.txt",
        "ripgrep-columns.txt",
        "ripgrep-json.txt",
        "windows.txt",
        "windows-columns.txt",
    ] {
        let text = data(name);
        let best = candidates(&text, "", usize::MAX).swap_remove(0);
        assert_eq!(SearchCompressor.decode(&best.text, text.len()).as_deref(), Some(text.as_str()), "{name}");
        assert!(SearchCompressor.is_own_output(&best.text), "{name}");
        let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
        assert!(counter.count(&best.text) < counter.count(&text), "{name}");
    }
    for name in ["git-grep-count.txt", "git-grep-list.txt"] {
        let text = data(name).repeat(4);
        let written = list::write(&text).expect(name);
        assert_eq!(list::decode(&written, text.len()).as_deref(), Some(text.as_str()), "{name}");
        assert!(written.len() < text.len(), "{name}");
    }
}
