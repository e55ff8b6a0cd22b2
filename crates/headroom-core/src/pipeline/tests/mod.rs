//! The laws, with toy compressors in place of real ones.

mod bodies;
mod laws;
mod modules;
mod recall;

use super::*;
use crate::compress::{Candidate, Compressor, Omission, Task, Unit};
use crate::route::{Confidence, Registered};
use serde_json::{Value, json};
use std::cell::Cell;

/// Losslessly drops the word `padding `, and lossily all lines but the first. `fail` makes it panic.
struct Toy;

thread_local! {
    /// How often a toy was asked to compress on this thread.
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

const OWN: &str = "toy:";

impl Compressor for Toy {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        CALLS.set(CALLS.get() + 1);
        assert!(!task.text.contains("fail"), "this text must not reach the report: {}", task.text);
        let mut candidates =
            vec![Candidate::lossless(format!("{OWN}{}", task.text.replace("padding ", "")), "squeeze")];
        let lines: Vec<&str> = task.text.lines().collect();
        if !task.lossless && lines.len() > 1 {
            let about = if task.query.question.contains("verbose") { "verbosely: " } else { "" };
            candidates.push(Candidate {
                text: format!("{about}{}\n… lines 2-{}", lines[0], lines.len()),
                method: "head",
                omissions: vec![omission(lines.len())],
                last_resort: true,
            });
        }
        candidates
    }

    fn is_own_output(&self, text: &str) -> bool {
        assert!(!text.contains("unrecognisable"));
        text.starts_with(OWN)
    }
}

fn omission(lines: usize) -> Omission {
    Omission { unit: Unit::Lines, count: lines - 1, total: lines, ranges: vec![(2, lines)], path: None }
}

static TOYS: &[Registered] =
    &[Registered { kind: Kind::Text, detect: |_| Confidence::CERTAIN, compressor: &Toy }];

fn engine(config: &str) -> Engine {
    Engine { registry: Registry::of(TOYS), ..Engine::new(config, "").unwrap() }
}

fn with_module(config: &str) -> Engine {
    Engine {
        registry: Registry::of(TOYS),
        ..Engine::new(config, r#"[{"name":"toy","kinds":["text"]}]"#).unwrap()
    }
}

/// A conversation of (role, text) as the host would lift it out.
fn step(engine: &Engine, messages: &[(&str, String)], extra: &Value) -> (Vec<String>, Value) {
    let blocks: Vec<Value> = messages
        .iter()
        .enumerate()
        .map(|(message, (role, _))| {
            let kind = if *role == "tool" { "tool-result" } else { "text" };
            json!({ "message": message, "part": 0, "role": role, "type": kind })
        })
        .collect();
    let mut meta = json!({ "entry": "compress", "model": "gpt-4o", "blocks": blocks });
    for (key, value) in extra.as_object().into_iter().flatten() {
        meta[key] = value.clone();
    }
    let texts: Vec<String> = messages.iter().map(|(_, text)| text.clone()).collect();
    let result = engine.step(&texts, &meta.to_string()).unwrap();
    let outcome: Value = serde_json::from_str(&result.outcome_json).unwrap();
    let mut all = texts;
    for (at, text) in result.texts.into_iter().enumerate() {
        all[outcome["changed"][at].as_u64().unwrap() as usize] = text;
    }
    (all, outcome)
}

fn tool(text: impl Into<String>) -> (&'static str, String) {
    ("tool", text.into())
}

fn padded(words: usize) -> String {
    (0..words).fold(String::new(), |text, word| text + &format!("word{word} padding "))
}

fn lines(count: usize) -> String {
    (0..count).fold(String::new(), |text, line| text + &format!("line {line} of some output\n"))
}

#[test]
fn a_lossless_form_within_the_budget_is_sent() {
    let (texts, outcome) = step(&engine("{}"), &[("user", padded(300)), tool(padded(300))], &json!({}));
    assert_eq!(texts[0], padded(300));
    assert!(texts[1].starts_with("toy:word0 word1 "));
    let block = &outcome["report"]["blocks"][0];
    assert_eq!(
        (&block["method"], &block["lossless"], &block["message"]),
        (&json!("squeeze"), &json!(true), &json!(1))
    );
    assert_eq!(outcome["originals"], json!([]));
    let report = &outcome["report"];
    let net = report["tokensBefore"].as_i64().unwrap()
        - report["tokensAfter"].as_i64().unwrap()
        - report["toolTokens"].as_i64().unwrap();
    assert_eq!(report["tokensSaved"], net);
    assert_eq!(outcome["tool"], true);
}

#[test]
fn only_what_is_over_the_budget_is_cut_and_it_can_be_redeemed() {
    let engine = engine(r#"{"maxBlockTokens":500}"#);
    let original = lines(1000);
    let (texts, outcome) = step(&engine, &[tool(original.clone()), tool(lines(60))], &json!({}));
    assert_eq!(texts[1], lines(60), "within the budget");
    let handle = outcome["originals"][0]["id"].as_str().unwrap();
    assert_eq!(outcome["originals"][0]["block"], 0);
    assert!(texts[0].ends_with(&format!("headroom_retrieve(\"{handle}\")]")), "{}", texts[0]);
    assert_eq!(engine.identify(&[lines(60), original], handle), Some(1));
    assert_eq!(engine.markers(&texts[0]), json!([handle]).to_string());
    let block = &outcome["report"]["blocks"][0];
    assert_eq!(
        block["omissions"][0],
        json!({ "unit": "lines", "count": 999, "total": 1000, "ranges": [[2, 1000]] })
    );
    assert_eq!(block["handle"], handle);
}

#[test]
fn lossless_and_short_blocks() {
    let long = [tool(lines(1000))];
    let small = r#"{"maxBlockTokens":500}"#;
    assert_eq!(step(&engine(small), &long, &json!({ "options": { "lossless": true } })).0[0], long[0].1);
    assert_eq!(step(&engine(small), &[tool(padded(20))], &json!({})).0[0], padded(20));
}

#[test]
fn modes() {
    let conversation = [tool(padded(300))];
    let (texts, audit) = step(&engine(r#"{"mode":"audit"}"#), &conversation, &json!({}));
    assert_eq!(
        (&texts[0], &audit["changed"], &audit["tool"]),
        (&conversation[0].1, &json!([]), &json!(false))
    );
    assert_eq!(audit["report"]["blocks"][0]["method"], "squeeze");
    assert_eq!(audit["report"], step(&engine("{}"), &conversation, &json!({})).1["report"]);
    let (texts, off) = step(&engine("{}"), &conversation, &json!({ "options": { "mode": "off" } }));
    assert_eq!((&texts[0], &off["report"]["blocks"]), (&conversation[0].1, &json!([])));
    assert_eq!(off["report"]["tokensBefore"], audit["report"]["tokensBefore"]);
}

#[test]
fn a_panic_stays_in_its_block_and_shows_no_content() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let conversation = [
        tool(format!("fail {}", padded(300))),
        tool(format!("unrecognisable {}", padded(300))),
        tool(padded(300)),
    ];
    let engine = engine("{}");
    let (texts, outcome) = step(&engine, &conversation, &json!({}));
    let again = step(&engine, &conversation, &json!({}));
    std::panic::set_hook(hook);
    assert_eq!((&texts[0], &texts[1]), (&conversation[0].1, &conversation[1].1));
    assert!(texts[2].starts_with(OWN));
    for block in 0..2 {
        assert_eq!(
            outcome["report"]["blocks"][block]["error"],
            "an internal error while compressing; the block was left as it is"
        );
    }
    assert_eq!(again, (texts, outcome));
}

#[test]
fn the_stages_are_walked_in_order() {
    let (_, outcome) = step(&engine("{}"), &[("system", "be kind".into()), tool(padded(300))], &json!({}));
    let stages = outcome["stages"].as_array().unwrap().iter();
    let walked: Vec<_> =
        stages.map(|event| (event["stage"].as_str().unwrap(), event["blocks"].as_u64().unwrap())).collect();
    let expected = [
        ("input-received", 2),
        ("input-cached", 1),
        ("input-routed", 1),
        ("input-compressed", 1),
        ("input-remembered", 1),
    ];
    assert_eq!(walked, expected);
}

#[test]
fn cache_aligner_warns_about_system_messages_only() {
    let dated = "Today is 2025-06-15.".to_owned();
    let engine = engine("{}");
    for _ in 0..2 {
        let (_, outcome) = step(&engine, &[("system", dated.clone()), ("user", dated.clone())], &json!({}));
        let warnings = outcome["report"]["warnings"].as_array().unwrap();
        assert_eq!(warnings.len(), 1);
        assert!(
            warnings[0]
                .as_str()
                .unwrap()
                .starts_with("CacheAligner: the system prompt of message 0 contains 1 volatile token")
        );
    }
}

#[test]
fn a_resent_conversation_costs_its_new_blocks_only() {
    let engine = engine(r#"{"maxBlockTokens":500}"#);
    let mut conversation = vec![("user", "what failed?".to_owned())];
    for turn in 1..=10 {
        conversation.push(tool(lines(200 * turn)));
        conversation.push(("assistant", padded(turn)));
        step(&engine, &conversation, &json!({}));
        assert_eq!(CALLS.get(), turn);
    }
    step(&engine, &conversation, &json!({ "options": { "scope": "another" } }));
    assert_eq!(CALLS.get(), 20, "nothing is shared between scopes");
    let block = json!({ "message": 0, "part": 0, "role": "tool", "type": "tool-result", "query": "verbose" });
    step(&engine, &[tool(lines(200))], &json!({ "blocks": [block] }));
    assert_eq!(CALLS.get(), 21, "the query is part of what a result depends on");
}

#[test]
fn malformed_texts_are_counted_and_left() {
    let text = padded(300);
    let block = json!({ "message": 0, "part": 0, "role": "tool", "type": "tool-result", "malformed": true });
    let meta = json!({ "entry": "compress", "blocks": [block] }).to_string();
    let outcome: Value =
        serde_json::from_str(&engine("{}").step(&[text], &meta).unwrap().outcome_json).unwrap();
    assert_eq!(outcome["changed"], json!([]));
    assert_eq!(
        outcome["report"]["warnings"],
        json!(["1 of the texts hold half a surrogate pair and were left as they are"])
    );
    assert!(outcome["report"]["tokensBefore"].as_u64().unwrap() > 300);
}
