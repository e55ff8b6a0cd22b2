//! What the model sees of small source files: to be read by a reviewer.

use headroom_core::compress::code::CodeAwareCompressor;
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::fmt::Write as _;

/// The outline of a file, with the numbers of the lines that it leaves out.
fn seen(name: &str, text: &str, file: &str, question: &str) {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let arguments = format!(r#"{{"file_path":"src/{file}"}}"#);
    let query = Query { question: question.to_owned(), arguments };
    let tokens = counter.count(text);
    let task = Task {
        text,
        first_line: 1,
        tokens,
        query: &query,
        counter: &counter,
        budget: 4_000,
        lossless: false,
        code: true,
    };
    let candidate = CodeAwareCompressor.compress(&task).pop().expect("an outline");
    let after = counter.count(&candidate.text);
    let mut seen = format!("{question}\n{tokens} tokens, now {after}; left out");
    for (first, last) in &candidate.omissions[0].ranges {
        let _ = write!(seen, " {first}-{last}");
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, format!("{seen}\n\n{}", candidate.text));
    });
}

fn data(name: &str) -> String {
    let path = format!("{}/tests/data/code/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a file of this folder")
}

#[test]
fn python() {
    let text = data("queue.py");
    seen("python", &text, "queue.py", "What is in this file? Only the signatures, please.");
    seen("python_asked", &text, "queue.py", "Why does `Worker.run_once(` swallow errors?");
}

#[test]
fn typescript() {
    let text = data("cache.ts");
    seen("typescript", &text, "cache.ts", "Give me an overview.");
}

#[test]
fn go_with_numbers() {
    let text = data("server.go");
    let numbered = text
        .lines()
        .enumerate()
        .fold(String::new(), |text, (at, line)| text + &format!("{:6}→{line}\n", at + 1));
    seen("go_with_numbers", &numbered, "server.go", "How does ListenAndDrain work?");
}

#[test]
fn ruby_and_shell() {
    seen("ruby", &data("report.rb"), "report.rb", "Give me an overview.");
    seen("shell", &data("deploy.sh"), "deploy.sh", "Give me an overview.");
}
