//! The examples of the notation in the documents are what the encoder writes, and what it writes decodes.
//!
//! A block of `json` followed by a block of `text` is an example. After a change of the notation run this test once
//! with `HEADROOM_UPDATE=1`, which writes the new texts into the documents, and review the difference.

use headroom_core::ccr::{Key, verified_handles};
use headroom_core::compress::json::{decode, document::Document, encode};
use headroom_core::host::Engine;
use std::fmt::Write as _;
use std::fs;

const DOCUMENTS: [&str; 2] = ["docs/json-notation.md", "ARCHITECTURE.md"];

/// The blocks of a document: their language, and where their texts begin and end.
fn blocks(document: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let mut blocks = Vec::new();
    let mut open = None;
    let mut at = 0;
    for line in document.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(language) = line.strip_prefix("```") else { continue };
        match open.take() {
            Some((language, from)) => blocks.push((language, from..start)),
            None => open = Some((language.trim().to_owned(), at)),
        }
    }
    assert_eq!(open, None, "a block of the document is not closed");
    blocks
}

/// What the document calls "sixty requests": two failed, one took long.
fn sixty_requests() -> String {
    let rows: Vec<String> = (1..=60)
        .map(|id| {
            let path = ["/", "/cart", "/search"][id % 3];
            let milliseconds = if id == 23 { 2914 } else { 20 + id * 7 % 4 * 10 };
            let status = if id == 12 || id == 31 { 502 } else { 200 };
            let error = if status == 502 { r#""upstream timed out""# } else { "null" };
            format!(
                r#"{{"id":{id},"method":"GET","path":"{path}","status":{status},"ms":{milliseconds},"error":{error}}}"#
            )
        })
        .collect();
    format!("[{}]", rows.join(","))
}

fn lossless(source: &str) -> String {
    let mut document = Document::scan(source).expect("an example is JSON");
    let minified = document.minified();
    let text = encode::encode(&mut document).expect("an example has a table");
    assert_eq!(decode(&text, minified.len()).as_deref(), Some(minified.as_str()));
    text
}

/// What the pipeline makes of a tool result: the notation with rows left out, and the marker.
fn with_rows_left_out(source: &str) -> String {
    let engine = Engine::new(r#"{"maxBlockTokens":150}"#, "").unwrap();
    let meta = r#"{"entry":"compress","model":"gpt-4o","blocks":[{"message":0,"part":0,"role":"tool","type":"tool-result"}]}"#;
    let mut step = engine.step(&[source.to_owned()], meta).unwrap();
    let text = step.texts.pop().expect("the example is made smaller");
    assert_eq!(verified_handles(&text, &Key::new(None)).len(), 1, "nothing was left out");
    text
}

#[test]
fn the_examples_are_what_the_encoder_writes() {
    for document in DOCUMENTS {
        check(document);
    }
}

fn check(name: &str) {
    let path = format!("{}/../../{name}", env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(&path).unwrap();
    let blocks = blocks(&document);
    let mut rewritten = String::new();
    let mut copied = 0;
    for pair in blocks.windows(2) {
        let [(source_language, source), (language, text)] = pair else { unreachable!("windows of two") };
        let expected = match (source_language.as_str(), language.as_str()) {
            ("json", "text") => lossless(document[source.clone()].trim_end()),
            ("text", "text lossy") => with_rows_left_out(&sixty_requests()),
            _ => continue,
        };
        let _ = writeln!(rewritten, "{}{}", &document[copied..text.start], expected.trim_end_matches('\n'));
        copied = text.end;
    }
    rewritten.push_str(&document[copied..]);
    assert!(copied > 0, "{name} has no examples");
    if std::env::var_os("HEADROOM_UPDATE").is_some() {
        fs::write(path, &rewritten).unwrap();
        return;
    }
    for (written, there) in rewritten.lines().zip(document.lines()) {
        assert_eq!(written, there, "{name} is out of date: see the top of this test");
    }
    assert_eq!(rewritten, document, "{name} is out of date: see the top of this test");
}
