//! Answers as the model reads them, and the promise that every byte can be had.

use super::*;
use proptest::prelude::*;
use std::time::Instant;

/// Snapshots hold the answers alone.
fn assert_reads(name: &str, answers: &str) {
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, answers) });
}

fn counter() -> Counter {
    Counter::for_model(None).expect("the default counter")
}

fn ask(original: &str, arguments: &str, max_tokens: usize) -> Answer {
    let arguments = RetrieveArguments::parse(arguments).expect(arguments);
    let answer = retrieve(original, &arguments, &counter(), max_tokens);
    assert!(counter().count(&answer.text) <= max_tokens.max(MIN_TOKENS), "{}", answer.text);
    answer
}

/// The answers to several calls, each under its arguments, long ones cut for the reader.
fn transcript(original: &str, calls: &[&str]) -> String {
    let mut text = String::new();
    for call in calls {
        let answer = ask(original, call, 400);
        let lines: Vec<String> = answer.text.lines().map(|line| shortened(line, 300)).collect();
        let shown = if lines.len() > 8 {
            format!(
                "{}\n  ({} more lines)\n{}",
                lines[..5].join("\n"),
                lines.len() - 6,
                lines[lines.len() - 1]
            )
        } else {
            lines.join("\n")
        };
        let _ = write!(text, ">>> {call}\nfound: {}; part: {}\n{shown}\n\n", answer.found, answer.part);
    }
    text
}

fn each(count: usize, one: impl Fn(usize) -> String) -> String {
    (1..=count).map(one).collect::<Vec<_>>().concat()
}

fn orders() -> String {
    let rows: Vec<String> = (1..=200)
        .map(|id| {
            let status = if id % 37 == 0 { "failed" } else { "shipped" };
            let note = if id == 57 { r#","note":"caf\u00e9 refund \"urgent\"""# } else { "" };
            format!(r#"{{"id":{id},"status":"{status}","total":{}.50{note}}}"#, id * 3)
        })
        .collect();
    format!(r#"{{"page":1,"source":"warehouse north","items":[{}],"next":null}}"#, rows.join(","))
}

#[test]
fn rows_of_the_largest_array() {
    assert_reads(
        "rows",
        &transcript(
            &orders(),
            &[
                r#"{"rows":"57"}"#,
                r#"{"rows":"198-"}"#,
                r#"{"rows":"3,5,199-400"}"#,
                r#"{"rows":"9-120"}"#,
                r#"{"rows":"500"}"#,
                r#"{"rows":"some"}"#,
                r#"{"rows":"2@5"}"#,
                r#"{"query":"failed"}"#,
                r#"{"query":"urgent café"}"#,
                r#"{"query":"shipped"}"#,
                r#"{"query":"warehouse"}"#,
                r#"{"query":"absent thing"}"#,
                r#"{"query":"failed","rows":"1-80"}"#,
                r#"{"query":"failed","rows":"1-10"}"#,
                r#"{"path":"$.items[?@.status == 'failed'].id"}"#,
                r#"{"path":"$.items[56]"}"#,
                r#"{"path":"$.items","rows":"2-3"}"#,
                r#"{"path":"$.items"}"#,
                r#"{"path":"$.items[*].id"}"#,
                r#"{"path":"items[0].status"}"#,
                r#"{"path":"$.orders"}"#,
                r#"{"path":"$.items[?@.id =~ 5]"}"#,
                r#"{"path":"$.items[*]","query":"refund"}"#,
                r#"{"path":"$","rows":"1-2"}"#,
                r#"{"symbol":"main"}"#,
                r"{}",
            ],
        ),
    );
}

#[test]
fn lines_of_a_text() {
    let text = each(90, |at| format!("12:{at:02}:00 INFO request {at} took {}ms\r\n", at * 7));
    assert_reads(
        "lines",
        &transcript(
            &text,
            &[
                r#"{"lines":"2-3,90"}"#,
                r#"{"lines":"91"}"#,
                r#"{"rows":"4"}"#,
                r#"{"query":"request 77"}"#,
                r#"{"query":"request","lines":"10-11"}"#,
                r#"{"query":"panic"}"#,
                r#"{"path":"$.a"}"#,
                r#"{"symbol":"main"}"#,
                r"{}",
            ],
        ),
    );
}

#[test]
fn an_mcp_result_is_seen_through() {
    let inner: Vec<String> = (1..=40).map(|id| format!(r#"{{\"id\":{id},\"name\":\"n{id}\"}}"#)).collect();
    let rows = format!(r#"{{"content":[{{"type":"text","text":"{{\"rows\":[{}]}}"}}]}}"#, inner.join(","));
    assert_reads(
        "mcp_json",
        &transcript(
            &rows,
            &[
                r#"{"rows":"2-3"}"#,
                r#"{"query":"n17"}"#,
                r#"{"path":"$.content[0].text","rows":"1"}"#,
                r#"{"path":"$.content[0].text.rows","rows":"1"}"#,
                r#"{"path":"$..rows[?@.id > 39].name"}"#,
                r#"{"path":"$.content[0].type"}"#,
            ],
        ),
    );
    let lines = each(120, |at| format!("step {at} of the build: ok\\n"));
    let text = format!(r#"{{"content":[{{"type":"text","text":"{lines}"}}],"isError":false}}"#);
    assert_reads(
        "mcp_text",
        &transcript(
            &text,
            &[
                r#"{"query":"step 17"}"#,
                r#"{"query":"step"}"#,
                r#"{"rows":"3-4"}"#,
                r#"{"path":"$.content[0].text","lines":"3-4"}"#,
                r#"{"path":"$.content[0].text"}"#,
                r#"{"lines":"1@20"}"#,
            ],
        ),
    );
}

#[test]
fn series_of_documents_and_documents_cut_off() {
    let series = each(30, |at| format!("{{\"n\":{at}, \"level\":\"info\"}}\n"));
    assert_reads(
        "series",
        &transcript(&series, &[r#"{"rows":"2-3"}"#, r#"{"path":"$[29].n"}"#, r#"{"lines":"1"}"#]),
    );
    let cut = r#"[{"a":1,"b":"x"},{"a":2,"b":"y"},{"a":3,"b":"unfinis"#;
    assert_reads(
        "cut",
        &transcript(cut, &[r#"{"rows":"2-"}"#, r#"{"path":"$[2].b"}"#, r#"{"query":"unfinis"}"#]),
    );
    let notice = r#"{"rows":[{"a":1,"b":"xxxxxxxxxxxx"},{"a":2,"b":"xxxxxxxxxxxx"},{"a":3 ... truncated"#;
    assert_eq!(ask(notice, r#"{"rows":"3"}"#, 400).text, "[row 3 of 3 of $.rows]\n{\"a\":3 \n");
}

#[test]
fn everything_else_there_is() {
    for (original, call, text) in [
        ("", "{}", "[the original is empty]"),
        ("[]", r#"{"rows":"1"}"#, "[the original is empty]"),
        ("{\"a\":[]}", r#"{"path":"$.a","rows":"1"}"#, "[the only value of $.a]\n[]\n"),
        ("x", "{}", "[the only line]\nx"),
        ("a\nb\n", "{}", "[all 2 lines]\na\nb\n"),
        ("7", r#"{"path":"$"}"#, "[the only value of $]\n7\n"),
        (r#"{"b":{"x":1},"a":{"y":[2]}}"#, r#"{"rows":"2"}"#, "[row 2 of 2]\n\"a\":{\"y\":[2]}\n"),
        (r#""[{\"a\":1},{\"a\":2}]""#, r#"{"rows":"2"}"#, "[row 2 of 2]\n{\"a\":2}\n"),
    ] {
        assert_eq!(ask(original, call, 400).text, text, "{original} {call}");
    }
}

#[test]
fn a_row_larger_than_a_page_is_continued() {
    let long = "word ".repeat(2000);
    let original = format!(r#"[{{"n":1}},{{"text":"{long}"}},{{"n":3}}]"#);
    let first = ask(&original, r#"{"rows":"2-3"}"#, 300);
    assert!(first.text.starts_with("[characters 1-"), "{}", &first.text[..80]);
    assert!(first.part.ends_with("of 10011 of row 2 of 3"), "{}", first.part);
    assert_eq!(
        read_all(&original, r#"{"rows":"1-3"}"#, 300).replace('\n', ""),
        original[1..original.len() - 1].replace("},{", "}{")
    );
}

#[test]
fn pages_are_filled() {
    let lines = each(3000, |at| format!("line {at}\n"));
    for model in ["gpt-4o", "claude-sonnet-4", "claude-opus-4-7"] {
        let counter = Counter::for_model(Some(model)).expect(model);
        for limit in [256, 1000, 4000] {
            let answer = retrieve(&lines, &RetrieveArguments::default(), &counter, limit);
            let tokens = counter.count(&answer.text);
            assert!(tokens <= limit && tokens >= limit * 4 / 5, "{model} {limit}: {tokens}");
        }
    }
}

#[test]
fn work_is_linear_in_the_original() {
    let calls = [
        "{}",
        r#"{"rows":"9000-"}"#,
        r#"{"lines":"1@400000"}"#,
        r#"{"query":"status failed warehouse"}"#,
        r#"{"query":"zzz"}"#,
        r#"{"path":"$..id"}"#,
        r#"{"path":"$..*..*..*"}"#,
        r#"{"path":"$..[?@.id == $.items[0].id]"}"#,
    ];
    let hostile = [
        "[".repeat(400_000),
        "{\"a\":".repeat(100_000),
        "x".repeat(800_000),
        "\n".repeat(800_000),
        "\"".repeat(400_000),
        format!("[{}", "1,".repeat(400_000)),
        format!("[{}]", vec![r#""[1,2,3,4,5,6,7,8,9,10,11,12,13]""#; 10_000].join(",")),
        format!("[{}]", vec![r#"{"id":1,"note":"failed"}"#; 16_000].join(",")),
        "\\\"".repeat(200_000),
    ];
    let start = Instant::now();
    for original in &hostile {
        for call in calls {
            ask(original, call, 4000);
        }
    }
    // Seconds in a debug build; anything quadratic in megabytes would take hours.
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}

/// The contents of all pages, following what each header says is next.
fn read_all(original: &str, first: &str, max_tokens: usize) -> String {
    let mut arguments = RetrieveArguments::parse(first).expect(first);
    let mut contents = String::new();
    for _ in 0..100_000 {
        let answer = retrieve(original, &arguments, &counter(), max_tokens);
        assert!(answer.found, "{}", answer.text);
        let (header, content) = answer.text.split_once('\n').unwrap_or((&answer.text, ""));
        contents.push_str(content);
        let Some((_, next)) = header.split_once("; next: ") else { return contents };
        let next = next.strip_prefix("same path, ").unwrap_or(next);
        let (field, value) = next.split_once(" \"").expect("a field and its value");
        let value = Some(value.split_once('"').expect("a closing quote").0.to_owned());
        let follow = if field == "lines" { &mut arguments.lines } else { &mut arguments.rows };
        assert_ne!(*follow, value, "no progress at {header}");
        *follow = value;
    }
    panic!("the pages do not end");
}

#[test]
fn every_byte_can_be_had_by_following_the_pages() {
    let long_line = format!("a\r\n{}\n\n{}", "é😀 word\t".repeat(900), "tail without a break");
    let spaces = " ".repeat(30_000);
    for original in [orders(), long_line, spaces, "\n".repeat(5000), "🏳️‍🌈".repeat(900), "x".repeat(9000)]
    {
        for limit in [1, 700] {
            assert_eq!(read_all(&original, "{}", limit), original);
        }
    }
    let all = read_all(&orders(), r#"{"path":"$.items"}"#, 300);
    assert_eq!(all.lines().count(), 200);
    assert!(all.lines().all(|row| orders().contains(row)));
    let text = read_all(r#"{"t":"one\ntwo\nthree"}"#, r#"{"path":"$.t","lines":"1-"}"#, 300);
    assert_eq!(text, "one\ntwo\nthree");
}

fn selection() -> impl Strategy<Value = String> {
    let field = |text: &'static str| proptest::option::weighted(0.4, text);
    (
        field("[ -~\\PC]{0,12}"),
        field("[-0-9,@]{0,8}"),
        field("[-0-9,@]{0,8}"),
        field("[$.@\\[\\]?*:,()'=a-c0-9]{0,10}"),
    )
        .prop_map(|(query, lines, rows, path)| {
            serde_json::json!({ "query": query, "lines": lines, "rows": rows, "path": path }).to_string()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_call_panics_or_passes_its_bound(
        original in prop_oneof!["(\\PC|\n){0,60}", "[\\[\\]{}\",:0-9a-c\\\\n \n]{0,60}", Just(orders())],
        call in selection(),
        max_tokens in 0..600_usize,
    ) {
        let arguments = RetrieveArguments::parse(&call).expect("arguments");
        let answer = retrieve(&original, &arguments, &counter(), max_tokens);
        prop_assert!(counter().count(&answer.text) <= max_tokens.max(MIN_TOKENS), "{}", answer.text);
        prop_assert_eq!(answer.found, !answer.part.is_empty());
    }

    #[test]
    fn reading_on_gives_the_original_byte_for_byte(
        words in proptest::collection::vec("(\\PC{0,30}|\r?\n|[\\[{\":,}\\]]{1,4}| {1,40})", 0..300),
        max_tokens in 0..800_usize,
    ) {
        let original = words.concat();
        prop_assume!(!original.is_empty());
        prop_assert_eq!(read_all(&original, "{}", max_tokens), original);
    }
}
