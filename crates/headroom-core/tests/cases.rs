//! The shared cases: what the core makes of them is what stands in `tests/corpus/expected`, byte for byte. The native
//! addon and WebAssembly are held to the same files by `tests/laws/cases.test.ts`. With `HEADROOM_UPDATE=1` the files are
//! written instead.

use headroom_core::Error;
use headroom_core::pipeline::Engine;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// One input, as `cases.ts` describes it.
#[derive(Deserialize)]
struct Case {
    name: String,
    configs: Vec<Box<RawValue>>,
    meta: Box<RawValue>,
    texts: Option<Vec<String>>,
    body: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus")
}

/// What an engine makes of a case.
fn run(engine: &Engine, case: &Case) -> String {
    let result = match &case.body {
        Some(body) => engine.body_step(body.as_bytes(), case.meta.get()).map(|result| {
            let body = result.body.map(|body| String::from_utf8(body).expect("UTF-8 in, UTF-8 out"));
            (result.outcome_json, body.into_iter().collect())
        }),
        None => engine
            .step(case.texts.as_deref().unwrap_or_default(), case.meta.get())
            .map(|result| (result.outcome_json, result.texts)),
    };
    let (mut written, texts) = match result {
        Ok(result) => result,
        Err(error) => return thrown(&error),
    };
    for text in texts {
        let _ = write!(written, "\n--- text\n{text}");
    }
    written + "\n"
}

/// An error as the bindings' callers see it.
fn thrown(error: &Error) -> String {
    let fault: BTreeMap<String, String> = serde_json::from_str(&error.to_json()).expect("errors are JSON");
    format!("error {}: {}\n", fault["code"], fault["message"])
}

#[test]
fn every_case_comes_out_as_expected() {
    let cases = fs::read(folder().join("cases.json")).expect("the cases lie in the repository");
    let cases: Vec<Case> = serde_json::from_slice(&cases).expect("the cases are JSON");
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    for case in &cases {
        let (group, _) = case.name.split_once('/').expect("a name begins with its group");
        for config in &case.configs {
            let engine = Engine::new(config.get(), "").expect("the configurations are valid");
            let first = run(&engine, case);
            assert_eq!(run(&engine, case), first, "{}: differs when remembered", case.name);
            let section = format!("=== {} {}\n{first}", case.name, config.get());
            groups.entry(group).or_default().push_str(&section);
        }
    }
    let expected = folder().join("expected");
    if env::var_os("HEADROOM_UPDATE").is_some() {
        for (group, actual) in groups {
            fs::write(expected.join(format!("{group}.txt")), actual).expect("the folder can be written to");
        }
        return;
    }
    assert_eq!(groups.len(), fs::read_dir(&expected).expect("expected outputs").count());
    for (group, actual) in groups {
        let expected = fs::read_to_string(expected.join(format!("{group}.txt"))).expect("a group's file");
        let differing =
            actual.lines().zip(expected.lines()).position(|(actual, expected)| actual != expected);
        let line = differing.unwrap_or_else(|| actual.lines().count().min(expected.lines().count())) + 1;
        assert!(
            actual == expected,
            "expected/{group}.txt differs from line {line}: if that is meant, run this test with HEADROOM_UPDATE=1",
        );
    }
}
