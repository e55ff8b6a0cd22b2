use super::*;
use crate::compress::Query;
use crate::route::Confidence;
use crate::tokens::Counter;

fn rows(count: usize) -> String {
    let rows: Vec<String> =
        (1..=count).map(|id| format!("  {{\n    \"id\": {id},\n    \"state\": \"open\"\n  }}")).collect();
    format!("[\n{}\n]", rows.join(",\n"))
}

fn documents(count: usize) -> String {
    (1..=count).fold(String::new(), |text, id| {
        text + &format!("{{\"id\": {id}, \"state\": \"open\", \"owner\": null}}\n")
    })
}

/// The parts of a text in short: whether a body, first line, last line.
fn split_lines(text: &str) -> Vec<(bool, usize, usize)> {
    let parts = split::split(text).unwrap_or_default();
    let joined: String =
        parts.iter().map(|part| part.text.to_owned() + if part.ends { "\n" } else { "" }).collect();
    assert!(parts.is_empty() || joined == text, "parts are the whole");
    for pair in parts.windows(2) {
        assert_eq!(pair[0].last_line + 1, pair[1].first_line);
    }
    parts.iter().map(|part| (part.body, part.first_line, part.last_line)).collect()
}

fn confidence(text: &str) -> Confidence {
    detect(&Sample::new(text, Hints::default()))
}

fn compress(text: &str, lossless: bool) -> Vec<Candidate> {
    let counter = Counter::for_model(Some("gpt-4o")).expect("embedded");
    let (tokens, query) = (counter.count(text), Query::default());
    let task = Task {
        text,
        first_line: 1,
        tokens,
        query: &query,
        counter: &counter,
        budget: 300,
        lossless,
        code: false,
    };
    Mixed.compress(&task)
}

#[test]
fn borders_stand_where_structure_says_so() {
    let json = rows(20);
    let log = "a line of something that a program has said\n".repeat(20);
    assert_eq!(
        split_lines(&format!("Status: ok\n{json}\ndone\n")),
        [(false, 1, 1), (true, 2, 83), (false, 84, 84)]
    );
    assert_eq!(split_lines(&format!("{json}\n\nand\n{log}")), [(true, 1, 82), (true, 83, 104)]);
    assert_eq!(
        split_lines(&format!("$ one\n{log}$ two\n{log}")),
        [(false, 1, 1), (true, 2, 21), (false, 22, 22), (true, 23, 42)]
    );
    assert_eq!(
        split_lines(&format!("==> a <==\n{log}\n==> b <==\n{log}")),
        [(false, 1, 1), (true, 2, 22), (false, 23, 23), (true, 24, 43)]
    );
    assert_eq!(
        split_lines(&format!("see\n```json\n{json}\n```\nend")),
        [(false, 1, 2), (true, 3, 84), (false, 85, 86)]
    );
    assert_eq!(
        split_lines(&format!("start\n{}\nstop\n{}", documents(10), documents(10))),
        [(false, 1, 1), (true, 2, 11), (false, 12, 13), (true, 14, 23)]
    );
    let patch = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,20 +1,20 @@\n".to_owned()
        + &"-old line\n+new line\n".repeat(20);
    assert_eq!(
        split_lines(&format!("M x\n{patch}no changes added\n")),
        [(false, 1, 1), (true, 2, 45), (false, 46, 46)]
    );
}

#[test]
fn one_thing_is_not_taken_apart() {
    for text in [
        rows(20),
        documents(30),
        "{\"a\": 1}\nsmall\n".repeat(4),
        format!("{} trailing", rows(20)),
        format!("a\n{{\"unclosed\": [{}", "1, ".repeat(400)),
        "{\"a\n\": 1}\n".repeat(100),
        String::new(),
        "\n\n".to_owned(),
    ] {
        assert_eq!(split_lines(&text), [], "{text}");
    }
}

#[test]
fn only_texts_with_borders_may_be_mixed() {
    let log = "2025-03-14 10:00:00 INFO a line of something\n".repeat(20);
    for text in [
        rows(20),
        documents(30),
        log.clone(),
        format!("{log}{{\"id\": 1}}\n{log}"),
        format!("+{{\n+  \"a\": 1\n+}}\n{}", "+x\n".repeat(30)),
        format!("=== FAILURES ===\n{log}=== summary ===\n"),
        "id,payload\n1,\"{\"\"a\"\": 1}\"\n".repeat(20),
        format!("static int x[] =\n{{\n{}}};\n", "  1, 2,\n".repeat(50)),
        format!("{}diff --git a/x b/x\n+x\n", "+a line of a patch that begins before\n".repeat(400)),
        format!("text\n```\n$ one\n```\n{}\n```\n$ two\n```\n", "text\n".repeat(200)),
        format!("The change:\n\ncommit 0123456789\nAuthor: Ada\n\n    message\n{log}"),
    ] {
        assert_eq!(confidence(&text), Confidence::NONE, "{text}");
    }
    let json = rows(20);
    for text in [
        format!("Status: ok\n{json}\n"),
        format!("{json}\nTraceback (most recent call last):\n  File \"a.py\", line 1\n"),
        format!("$ one\n{log}$ two\n{log}"),
        format!("{}plain\n{}", documents(10), documents(10)),
        format!("HTTP/1.1 200 OK\nContent-Type: application/json\n\n{}", json.replace('\n', "")),
    ] {
        assert!(confidence(&text) > Confidence::NONE, "{text}");
    }
}

#[test]
fn the_lossless_form_is_read_back_and_recognised() {
    let (json, documents) = (rows(40), documents(40));
    for text in [
        format!("Status: ok\n{json}\ndone\n"),
        format!("Status: ok\n{json}"),
        format!("{json}\n\n\nTraceback:\n  a\n{documents}"),
        format!("#mixed: parts of 3 lines\n{documents}#json: x\n"),
    ] {
        let candidates = compress(&text, true);
        let [only] = &candidates[..] else { panic!("one lossless candidate of {text}") };
        assert!(Mixed.is_own_output(&only.text) && !Mixed.is_own_output(&text));
        let minified = serde_json::from_str::<serde_json::Value>(&json).expect("JSON").to_string();
        let decoded = decode(&only.text, 1 << 20).expect("decodes");
        let unspaced = text.replace(&json, &minified);
        let unspaced = unspaced.replace(&documents, &documents.replace(": ", ":").replace(", ", ","));
        assert_eq!(decoded, unspaced);
    }
}

#[test]
fn what_is_left_out_is_said_in_lines_of_the_whole() {
    let text = format!("first\nsecond\n{}last\n", documents(400));
    let candidates = compress(&text, false);
    let lossy = candidates.iter().find(|candidate| !candidate.omissions.is_empty()).expect("over the budget");
    assert!(lossy.last_resort, "{}", lossy.text);
    assert!(
        lossy.text.starts_with("first\nsecond\n#jsonl: ") && lossy.text.ends_with("\nlast\n"),
        "{}",
        lossy.text
    );
    let lines = lossy.omissions.iter().find(|omission| omission.unit == Unit::Lines).expect("lines");
    assert_eq!((lossy.omissions.len(), lines.total), (1, 403), "rows of a line each are lines");
    assert!(lines.ranges.iter().all(|&(first, last)| 3 <= first && last <= 402));
}

#[test]
fn hostile_texts_are_read_in_linear_time() {
    for text in [
        "{\"\n".repeat(200_000),
        "[[\n".repeat(200_000),
        "{\"a\":\n".repeat(200_000),
        "[1\n]]\n".repeat(100_000),
        "```\n".repeat(200_000),
        "$ a\n".repeat(200_000),
        format!("{}\n", "{\"a\":1}".repeat(100_000)),
        "a@b:c$ x\n".repeat(100_000),
    ] {
        split_lines(&text);
        confidence(&text);
    }
}

proptest::proptest! {
    #[test]
    fn parts_are_the_whole(
        lines in proptest::collection::vec("(\\{\"a\":\\[?|\\]|\\}|[0-9]|```|\\$ ls|==> a <==|diff --git a b|-|\\+| |é|x{300}|\"){0,6}\r?", 0..40)
    ) {
        let text = lines.join("\n");
        split_lines(&text);
        confidence(&text);
        for candidate in compress(&text, true) {
            proptest::prop_assert!(Mixed.is_own_output(&candidate.text));
        }
    }
}
