//! What the model sees of documents and passages: to be read by a reviewer.

use headroom_core::compress::text::TextCompressor;
use headroom_core::compress::{Candidate, Compressor, Query, Task, Unit};
use headroom_core::route::{Hints, Kind, Registry, Sample};
use headroom_core::tokens::Counter;

fn candidates(text: &str, question: &str, budget: usize) -> Vec<Candidate> {
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
    TextCompressor.compress(&task)
}

fn seen(text: &str, question: &str) -> String {
    let candidates = candidates(text, question, 4000);
    let first = candidates.first().expect("a candidate");
    assert!(!first.last_resort && !first.omissions.is_empty());
    format!("{question}\n\n{}\n\n{:?}", first.text, first.omissions)
}

fn kind(text: &str, arguments: &str) -> Kind {
    Registry::standard().guess(&Sample::new(text, Hints { tool_name: None, arguments })).best()
}

const GUIDE: &str = include_str!("data/text/guide.md");
const PASSAGES: &str = include_str!("data/text/passages.txt");
const CHANGES: &str = include_str!("data/text/changes.rst");

#[test]
fn a_guide_that_is_asked_for_one_of_its_sections() {
    insta::assert_snapshot!(seen(GUIDE, "How long do I have to let the dough of the rye loaf rest?"));
}

#[test]
fn passages_of_a_search_in_documents() {
    insta::assert_snapshot!(seen(PASSAGES, "Who drew the first map of the harbour, and when?"));
}

#[test]
fn the_changes_of_one_version() {
    insta::assert_snapshot!(seen(CHANGES, "What was fixed in version 2.1?"));
}

#[test]
fn they_are_told_apart() {
    assert_eq!(kind(GUIDE, ""), Kind::Markdown);
    assert_eq!(kind(PASSAGES, ""), Kind::Markdown);
    assert_eq!(kind(CHANGES, ""), Kind::Markdown);
}

#[test]
fn a_file_that_may_be_edited_stays_to_the_letter() {
    assert_eq!(kind(GUIDE, r#"{"file_path":"/app/README.md"}"#), Kind::Text);
    assert_eq!(kind(GUIDE, r#"{"command":"cat README.md"}"#), Kind::Text);
    assert_eq!(kind(GUIDE, r#"{"command":"curl -s https://example.org | head -c 9000"}"#), Kind::Markdown);
}

#[test]
fn nothing_is_left_out_that_the_question_does_not_point_away_from() {
    assert_eq!(candidates(GUIDE, "", 4000), []);
    assert_eq!(candidates(GUIDE, "Please summarise the document.", 4000), []);
}

#[test]
fn what_is_said_twice_is_said_once_whatever_is_asked() {
    let twice = format!("{GUIDE}\n{GUIDE}");
    let candidates = candidates(&twice, "", 4000);
    assert_eq!(candidates.len(), 1);
    assert!(candidates[0].text.len() * 10 < twice.len() * 7, "{}", candidates[0].text);
    assert!(candidates[0].text.starts_with(GUIDE.trim_end()));
}

#[test]
fn no_passage_goes_without_its_title_and_first_sentence() {
    for candidate in candidates(PASSAGES, "Who drew the first map of the harbour, and when?", 1) {
        for passage in PASSAGES.split("\n\n") {
            let (title, text) = passage.split_once('\n').expect("a title");
            let first = text.split_once(". ").map_or(text, |(first, _)| first);
            assert!(candidate.text.contains(&format!("{title}\n{first}.")), "{title} of\n{}", candidate.text);
        }
    }
}

/// The lines that are said to be left out hold nothing that is there, and the others are there but for their sentences.
#[test]
fn what_is_left_out_is_counted() {
    for (text, question) in [
        (GUIDE, "How long do I have to let the dough of the rye loaf rest?"),
        (PASSAGES, "Who drew the first map of the harbour, and when?"),
        (CHANGES, "What was fixed in version 2.1?"),
    ] {
        for candidate in candidates(text, question, 1) {
            let lines: Vec<&str> = text.lines().collect();
            let mut gone = vec![false; lines.len()];
            for omission in candidate.omissions.iter().filter(|omission| omission.unit == Unit::Lines) {
                assert_eq!(omission.total, lines.len());
                assert!(omission.ranges.is_sorted_by(|a, b| a.1 < b.0));
                omission.ranges.iter().for_each(|&(first, last)| gone[first - 1..last].fill(true));
                assert_eq!(omission.count, gone.iter().filter(|gone| **gone).count());
            }
            let cut = candidate.omissions.iter().any(|omission| omission.unit == Unit::Sentences);
            for (line, gone) in lines.iter().zip(gone) {
                if gone || !cut {
                    assert_eq!(gone && !line.is_empty(), !candidate.text.contains(line), "{line}");
                }
            }
        }
    }
}

#[test]
fn hostile_texts_are_read_in_linear_time_and_never_panic() {
    for piece in [
        "a",
        "é",
        " ",
        "\n",
        ".",
        ". ",
        ".[1]",
        "A. ",
        "# a\n",
        "#",
        "=",
        "=\n",
        "a\n=\n",
        "```\n",
        "```",
        "~~~ a\n",
        "- ",
        "- a\n",
        "|",
        "|a|\n",
        "|-|\n",
        "[1] ",
        "[1] a\n",
        "[1]: a\n",
        "<!--",
        "1. ",
        "**a**\n\n",
        "A\n   b\n\n",
        ":\n\n",
        "Document 1:\n",
        "the of and ",
        "The dog is here.\n",
        "。",
        "\u{feff}",
        "\0",
        "a:\n\n    b\n\n",
        "\r\n",
        "\t",
        "\u{2028}",
    ] {
        let text = piece.repeat(300_000 / piece.len() + 1);
        for text in [
            text.clone(),
            format!("The rye dough is here.\n\n{text}"),
            format!("{text}\n# Rye\n\nThe dough."),
        ] {
            let _ = candidates(&text, "What is the rye dough of the dog?", 10);
            let _ = kind(&text, "");
        }
    }
}
