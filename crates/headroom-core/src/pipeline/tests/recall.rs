//! Recall through the pipeline: the laws hold for what points at earlier messages, too.

use super::super::recall::LEARNED;
use super::*;

fn file(lines: std::ops::Range<usize>) -> String {
    lines.fold(String::new(), |text, line| {
        text + &format!("let value_{line} = compute({line}, \"{line}\");\n")
    })
}

/// A conversation in which files are read, written and read again, as meta data and texts.
fn conversation() -> (Vec<Value>, Vec<String>) {
    let read = |path: &str| json!({ "path": path }).to_string();
    let written = json!({ "path": "c", "content": file(400..480) }).to_string();
    let results = [
        ("read", read("a"), file(0..60)),
        ("read", read("b"), file(100..160)),
        ("bash", r#"{"command":"cat a b"}"#.into(), file(0..60) + &file(100..160)),
        ("write", written, "ok".into()),
        ("read", read("c"), file(400..440) + "a new line\n" + &file(440..480)),
        ("read", read("a"), file(0..60)),
        ("read", read("b"), file(100..130) + &file(0..60)),
    ];
    let mut blocks = vec![json!({ "message": 0, "part": 0, "role": "user", "type": "text" })];
    let mut texts = vec!["Do it".to_owned()];
    for (at, (tool, arguments, text)) in results.into_iter().enumerate() {
        blocks.push(json!({
            "message": at + 1, "part": 0, "role": "tool", "type": "tool-result",
            "toolName": tool, "callArguments": arguments,
        }));
        texts.push(text);
    }
    (blocks, texts)
}

fn sent(engine: &Engine, blocks: &[Value], texts: &[String], extra: &Value) -> (Vec<String>, Value) {
    let mut meta = json!({ "entry": "compress", "model": "gpt-4o", "blocks": blocks });
    for (key, value) in extra.as_object().into_iter().flatten() {
        meta[key] = value.clone();
    }
    let result = engine.step(texts, &meta.to_string()).unwrap();
    let outcome: Value = serde_json::from_str(&result.outcome_json).unwrap();
    let mut all = texts.to_vec();
    for (at, text) in result.texts.into_iter().enumerate() {
        all[outcome["changed"][at].as_u64().unwrap() as usize] = text;
    }
    (all, outcome)
}

/// An engine of this configuration in which nothing but recall changes a text.
fn recalling(config: &str) -> Engine {
    Engine { registry: Registry::of(&[]), ..Engine::new(config, "").unwrap() }
}

fn agent() -> Engine {
    recalling(r#"{"profile":"agent"}"#)
}

#[test]
fn repeats_become_references_for_the_tools_that_may_have_them() {
    let (blocks, texts) = conversation();
    let (all, outcome) = sent(&agent(), &blocks, &texts, &json!({}));
    assert_eq!(all[..3], texts[..3], "nothing stands before them");
    insta::assert_snapshot!(all[3..].join("\n---\n"));
    assert_eq!(outcome["report"]["blocks"].as_array().unwrap().len(), 4);
    assert_eq!(outcome["report"]["blocks"][1]["method"], "recall");
    assert_eq!(outcome["report"]["blocks"][1]["lossless"], true);
    assert!(outcome["originals"].as_array().unwrap().is_empty());

    let (all, _) = sent(&recalling("{}"), &blocks, &texts, &json!({}));
    assert!(all[3].starts_with("[= read(a) lines 1-60: "), "not excluded: {}", all[3]);
    assert_eq!(all[4..], texts[4..], "reads are excluded");
}

#[test]
fn a_history_that_the_provider_edits_is_not_pointed_at() {
    let (blocks, texts) = conversation();
    assert_eq!(sent(&agent(), &blocks, &texts, &json!({ "historyEdited": true })).0, texts);
    let engine = recalling(r#"{"recall":"off"}"#);
    assert_eq!(sent(&engine, &blocks, &texts, &json!({})).0, texts);
}

#[test]
fn a_growing_conversation_keeps_its_prefix_on_a_warm_and_on_a_cold_engine() {
    let (blocks, texts) = conversation();
    let warm = agent();
    let (whole, _) = sent(&agent(), &blocks, &texts, &json!({}));
    for turn in (1..=texts.len()).chain([3, 5]) {
        let (warm, _) = sent(&warm, &blocks[..turn], &texts[..turn], &json!({}));
        let (cold, _) = sent(&agent(), &blocks[..turn], &texts[..turn], &json!({}));
        assert_eq!(warm, whole[..turn], "turn {turn}");
        assert_eq!(cold, whole[..turn], "turn {turn}");
    }
}

#[test]
fn a_turn_of_two_thousand_costs_what_is_new_in_it() {
    let engine = engine(r#"{"profile":"agent","minTokensToCompress":1}"#);
    let block = |message: usize| {
        json!({
            "message": message, "part": 0, "role": "tool", "type": "tool-result",
            "toolName": "bash", "callArguments": json!({ "command": format!("cat {message}") }).to_string(),
        })
    };
    // Every one repeats half of the one before it.
    let text = |message: usize| file(message * 10..message * 10 + 20);
    let (mut blocks, mut texts) = (Vec::new(), Vec::new());
    for turn in (0..=2_000).step_by(250).chain([2_001, 2_002]) {
        while texts.len() < turn {
            blocks.push(block(texts.len()));
            texts.push(text(texts.len()));
        }
        let before = (CALLS.get(), LEARNED.get());
        let new = turn.saturating_sub(before.1);
        let (all, _) = sent(&engine, &blocks, &texts, &json!({}));
        assert_eq!((CALLS.get() - before.0, LEARNED.get() - before.1), (new, new), "turn {turn}");
        assert!(turn == 0 || all[turn - 1].starts_with("[= bash("), "turn {turn}");
    }
}

#[test]
fn an_engine_that_remembers_nothing_gives_the_same_bytes() {
    let (blocks, texts) = conversation();
    let engine = recalling(r#"{"profile":"agent","resultCacheBytes":0}"#);
    let (whole, _) = sent(&agent(), &blocks, &texts, &json!({}));
    for _ in 0..2 {
        assert_eq!(sent(&engine, &blocks, &texts, &json!({})).0, whole);
    }
}

#[test]
fn what_was_sent_is_left_as_it_is_when_it_comes_again() {
    let (blocks, texts) = conversation();
    let (once, _) = sent(&agent(), &blocks, &texts, &json!({}));
    let engine = recalling(r#"{"profile":"agent","minTokensToCompress":1}"#);
    for _ in 0..2 {
        assert_eq!(sent(&engine, &blocks, &once, &json!({})).0, once);
    }
    // Elsewhere the same lines point at nothing, which is none of our work.
    let (all, outcome) = sent(&engine, &blocks[3..4], &once[3..4], &json!({}));
    assert_eq!(all, once[3..4]);
    assert_eq!(outcome["report"]["blocks"].as_array().unwrap().len(), 1);
}

#[test]
fn a_block_with_a_marker_is_sealed_anew_and_can_be_redeemed() {
    let (mut blocks, mut texts) = conversation();
    blocks.truncate(2);
    texts.truncate(2);
    let shared = lines(40);
    for (at, rest) in [(2, "one"), (3, "two")] {
        let mut block = blocks[1].clone();
        block["message"] = json!(at);
        block["toolName"] = json!("bash");
        blocks.push(block);
        texts.push(format!("{shared}{rest}\n{}", lines(2_000)));
    }
    let engine = Engine { registry: Registry::of(KEEPERS), ..Engine::new("{}", "").unwrap() };
    let (all, outcome) = sent(&engine, &blocks, &texts, &json!({}));
    let handle = outcome["originals"][1]["id"].as_str().unwrap();
    assert!(all[3].starts_with("[= "), "{}", all[3]);
    assert_eq!(engine.markers(&all[3]), json!([handle]).to_string());
    assert_eq!(engine.identify(&texts, handle), Some(3));
    assert_eq!(sent(&engine, &blocks, &all, &json!({})).0, all);
}

/// Keeps the first lines.
struct Keeper;

impl Compressor for Keeper {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        let kept: Vec<&str> = task.text.lines().take(41).collect();
        let omissions = vec![omission(task.text.lines().count())];
        vec![Candidate { text: kept.join("\n"), method: "head", omissions, last_resort: false }]
    }

    fn is_own_output(&self, _: &str) -> bool {
        false
    }
}

static KEEPERS: &[Registered] =
    &[Registered { kind: Kind::Text, detect: |_| Confidence::CERTAIN, compressor: &Keeper }];
