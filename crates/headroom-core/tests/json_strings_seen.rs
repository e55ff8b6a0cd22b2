//! What the model sees of JSON whose strings hold logs, test runs, pages, patches, code and prose.

use headroom_core::ccr::{RetrieveArguments, retrieve};
use headroom_core::pipeline::Engine;
use headroom_core::tokens::Counter;
use serde_json::{Value, json};

macro_rules! data {
    ($path:literal) => {
        include_str!(concat!("data/", $path))
    };
}

fn meta(error: bool) -> String {
    let question = json!({ "message": 0, "part": 0, "role": "user", "type": "text" });
    let block = json!({
        "message": 1, "part": 0, "role": "tool", "type": "tool-result", "toolName": "run", "isError": error,
    });
    json!({ "entry": "compress", "model": "gpt-4o", "blocks": [question, block] }).to_string()
}

/// What the user asked before: an overview of the code, a fact in the guide.
const QUESTION: &str =
    "Give me an overview. Where do the ashes go, and when is the sourdough of the rye loaf fed?";

/// What is sent of a tool's result, if it was made smaller.
fn step(config: &str, text: &str, error: bool) -> Option<String> {
    let engine = Engine::new(config, "").expect("a valid configuration");
    let step = engine.step(&[QUESTION.to_owned(), text.to_owned()], &meta(error)).expect("a valid request");
    let sent = step.texts.into_iter().next()?;
    let again = engine.step(&[QUESTION.to_owned(), sent.clone()], &meta(error)).expect("a valid request");
    assert!(again.texts.is_empty(), "compressed again");
    Some(sent)
}

fn sent(config: &str, value: &Value) -> String {
    step(config, &value.to_string(), false).expect("it is made smaller")
}

macro_rules! seen {
    ($config:expr, $($value:expr),+) => {
        let seen = [$(sent($config, &$value)),+].join("\n=======\n");
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(seen) });
    };
}

#[test]
fn what_programs_printed() {
    seen!(
        "{}",
        json!({ "stdout": data!("log/levels.log"), "stderr": "", "exit_code": 0 }),
        json!({ "content": [{ "type": "text", "text": data!("build/jest.txt") }], "isError": false }),
        json!({ "job": "test", "steps": [
            { "name": "checkout", "seconds": 3, "output": "HEAD is now at 1a2b3c4" },
            { "name": "build", "seconds": 41, "output": data!("build/cargo_build.txt") },
            { "name": "test", "seconds": 88, "output": data!("build/unittest.txt") },
        ] })
    );
}

#[test]
fn pages_and_patches() {
    seen!(
        "{}",
        json!([
            { "title": "An article", "url": "https://a.example/1", "body": data!("html/article.html") },
            { "title": "A reference", "url": "https://a.example/2", "body": data!("html/reference.html") },
        ]),
        json!({ "number": 12, "title": "Renew the cache", "merged": false, "diff": data!("router/diff/git-diff.txt") })
    );
}

#[test]
fn code_where_it_may_be_outlined() {
    let file = json!({ "path": "src/queue.py", "sha": "1a2b3c4d", "content": data!("code/queue.py.txt") });
    assert_eq!(step("{}", &file.to_string(), false), None);
    seen!(r#"{"code":true}"#, file);
}

#[test]
fn facts_are_left_out_of_what_is_too_long_alone() {
    seen!(
        r#"{"maxBlockTokens":400}"#,
        json!({ "answer": data!("text/guide.md"), "sources": ["guide.md"] }),
        json!({ "data": { "items": [{ "rows": data!("router/table/csv-with-times.txt") }] }, "pages": 1 })
    );
}

#[test]
fn lines_that_were_left_out_come_back_by_the_path_of_their_string() {
    let value = json!({ "pod": "shop-1", "args": ["--verbose", "--port=80"], "log": data!("log/klog.log") });
    let original = value.to_string();
    let sent = sent("{}", &value);
    assert!(sent.contains("lines of $.log left out"), "{sent}");
    let log = data!("log/klog.log");
    let counter = Counter::for_model(Some("gpt-4o")).expect("built in");
    for (first, last) in [(1, 3), (20, 24)] {
        let arguments =
            json!({ "id": "hr_0", "path": "$.log", "lines": format!("{first}-{last}") }).to_string();
        let arguments = RetrieveArguments::parse(&arguments).expect("valid arguments");
        let answer = retrieve(&original, &arguments, &counter, 4_000).text;
        let lines: Vec<&str> = log.lines().skip(first - 1).take(last - first + 1).collect();
        assert!(answer.contains(&lines.join("\n")), "{answer}");
    }
}

#[test]
fn what_is_marked_as_an_error_loses_nothing() {
    let value = json!({ "stdout": data!("build/unittest.txt"), "stderr": "", "exit_code": 1 });
    assert_eq!(step("{}", &value.to_string(), true), None);
    assert!(step("{}", &value.to_string(), false).is_some());
}
