//! What the model sees of small tables, each written to show some of the notation: to be read by a reviewer.

use headroom_core::compress::table::{TableCompressor, decode, encode};
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::fmt::Write as _;

/// The table without loss, checked to decode.
fn seen(source: &str) -> String {
    let text = encode(source).expect("a table");
    assert_eq!(decode(&text, source.len()).as_deref(), Some(source));
    text
}

/// The table with rows left out.
fn shortened(source: &str, question: &str, budget: usize) -> String {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let task = Task {
        text: source,
        first_line: 1,
        tokens: counter.count(source),
        query: &query,
        counter: &counter,
        budget,
        lossless: false,
    };
    let last = TableCompressor.compress(&task).pop().expect("a candidate");
    assert!(!last.omissions.is_empty(), "nothing was left out");
    last.text
}

#[test]
fn separated_values_with_quotes_and_gaps() {
    insta::assert_snapshot!(seen(concat!(
        "id,name,note,country,price\r\n",
        "1,\"Lamp, small\",,DE,12.50\r\n",
        "2,Chair,\"said \"\"no\"\"\",DE,80\r\n",
        "3,Table,\"two\nlines\",DE,199.00\r\n",
        "4,Rug,#3,DE,\r\n",
        "5,Vase,\"\",DE,007\r\n",
        "6,Shelf,null,DE,true\r\n",
    )));
}

#[test]
fn lines_that_are_no_rows_stand_as_they_came() {
    let mut source = String::from("# exported by night\n\nhost;zone;load\n");
    for row in 0..24 {
        let _ = writeln!(source, "h{row};{};{}", if row < 12 { "fra" } else { "ams" }, row * 37 % 100);
        if row == 9 {
            source.push_str("-- page 2 --\n");
        }
    }
    source.push_str("\n24 rows");
    insta::assert_snapshot!(seen(&source));
}

#[test]
fn columns_that_are_always_quoted() {
    insta::assert_snapshot!(seen(concat!(
        "\"\",\"species\",\"mass\",\"mass\"\n",
        "\"1\",\"owl\",812,NA\n\"2\",\"owl\",790,3\n\"3\",NA,805,3\n\"4\",\"wren\",9,2\n\"5\",\"\",11,4\n",
    )));
}

#[test]
fn rows_left_out_are_marked_by_their_lines() {
    let mut source = String::from("day,city,state,ms\n");
    for row in 0..120 {
        let city = ["Oslo", "Bergen", "Tromsø", "Bodø"][row * 7 % 4];
        let state = if row == 70 { "failed" } else { "ok" };
        let ms = if row == 33 { 4_120 } else { 80 + row * 29 % 40 };
        let _ = writeln!(source, "2025-{:02}-{:02},{city},{state},{ms}", 1 + row / 28, 1 + row % 28);
    }
    insta::assert_snapshot!(shortened(&source, "How was it in Bodø on 2025-03-04?", 400));
}
