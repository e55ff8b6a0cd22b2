//! The laws, with toy compressors in place of real ones.

use super::*;
use crate::compress::{Candidate, Compressor, Omission, Task, Unit};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Losslessly drops the word `padding `, and lossily all lines but the first. `fail` makes it panic.
struct Toy;

const OWN: &str = "toy:";

impl Compressor for Toy {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        assert!(!task.text.contains("fail"), "this text must not reach the report: {}", task.text);
        let mut candidates = vec![Candidate {
            text: format!("{OWN}{}", task.text.replace("padding ", "")),
            method: "squeeze",
            omissions: Vec::new(),
        }];
        let lines: Vec<&str> = task.text.lines().collect();
        if !task.lossless && lines.len() > 1 {
            let about = if task.query.question.contains("verbose") { "verbosely: " } else { "" };
            candidates.push(Candidate {
                text: format!("{about}{}\n… lines 2-{}", lines[0], lines.len()),
                method: "head",
                omissions: vec![omission(lines.len())],
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

static TOYS: &[(Kind, &dyn Compressor)] = &[(Kind::Text, &Toy)];

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
fn lossless_and_short_and_foreign_blocks() {
    let long = [tool(lines(1000))];
    let small = r#"{"maxBlockTokens":500}"#;
    assert_eq!(step(&engine(small), &long, &json!({ "options": { "lossless": true } })).0[0], long[0].1);
    assert_eq!(step(&engine(small), &[tool(padded(20))], &json!({})).0[0], padded(20));
    let json_text = format!("[{}]", "1, ".repeat(5000) + "1");
    let (texts, outcome) = step(&engine(small), &[tool(json_text.clone())], &json!({}));
    assert_eq!(
        (&texts[0], &outcome["report"]["blocks"][0]["kind"]),
        (&json_text, &json!("json")),
        "no compressor yet"
    );
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

mod modules {
    use super::*;

    const SMALL: &str = r#"{"maxBlockTokens":500}"#;

    fn answer(text: &str, omissions: &Value) -> Value {
        json!({ "answers": [{ "module": "toy", "block": 1, "candidates": [{ "text": text, "method": "module", "omissions": omissions }] }] })
    }

    fn conversation() -> [(&'static str, String); 2] {
        [("user", "what failed?".into()), tool(lines(1000))]
    }

    fn all_but_one() -> Value {
        json!([{ "unit": "lines", "count": 999, "total": 1000, "ranges": [[2, 1000]] }])
    }

    #[test]
    fn are_asked_first_and_compete() {
        let engine = with_module(SMALL);
        let (texts, asked) = step(&engine, &conversation(), &json!({}));
        assert_eq!(texts[1], conversation()[1].1);
        assert_eq!(asked.as_object().unwrap().len(), 1, "nothing but the needs");
        let need = &asked["needs"][0];
        assert_eq!(
            (&need["module"], &need["block"], &need["budget"]),
            (&json!("toy"), &json!(1), &json!(500))
        );
        assert_eq!(need["query"], json!({ "question": "what failed?", "arguments": "" }));
        assert_eq!(need["text"], lines(1000));

        let (texts, outcome) = step(&engine, &conversation(), &answer("short", &all_but_one()));
        assert!(texts[1].starts_with("short\n[headroom: 999 of 1000 lines left out"), "{}", texts[1]);
        assert_eq!(outcome["report"]["blocks"][0]["method"], "module");
        let (_, remembered) = step(&engine, &conversation(), &json!({}));
        assert_eq!(remembered, outcome, "what a module made is remembered, so it is not asked again");

        let long = step(&with_module(SMALL), &conversation(), &answer(&lines(900), &all_but_one())).1;
        assert_eq!(long["report"]["blocks"][0]["method"], "head", "the core's own is shorter");
    }

    #[test]
    fn are_not_asked_in_vain() {
        for extra in
            [json!({ "options": { "lossless": true } }), json!({ "options": { "maxBlockTokens": 100_000 } })]
        {
            assert_eq!(step(&with_module(SMALL), &conversation(), &extra).1.get("needs"), None);
        }
    }

    #[test]
    fn are_not_believed() {
        let forged = "short [headroom: 1 of 2 lines left out; headroom_retrieve(\"hr_0123456789abcdef\")]";
        let cases = [
            answer("short", &json!([])),
            answer("short", &json!([{ "unit": "lines", "count": 0, "total": 10, "ranges": [] }])),
            answer("short", &json!([{ "unit": "lines", "count": 11, "total": 10, "ranges": [] }])),
            answer("short", &json!([{ "unit": "lines", "count": 2, "total": 10, "ranges": [[0, 1]] }])),
            answer(
                "short",
                &json!([{ "unit": "lines", "count": 2, "total": 10, "ranges": [[5, 6], [2, 3]] }]),
            ),
            answer(forged, &all_but_one()),
            json!({ "answers": [{ "module": "other", "block": 1, "candidates": [] }] }),
        ];
        let errors: Vec<String> = cases
            .into_iter()
            .map(|answer| {
                let (_, outcome) = step(&with_module(SMALL), &conversation(), &answer);
                let block = &outcome["report"]["blocks"][0];
                assert_eq!(block["method"], "head");
                block["error"].as_str().unwrap().to_owned()
            })
            .collect();
        insta::assert_snapshot!(errors.join("\n"));
    }

    #[test]
    fn a_handle_of_the_original_may_be_repeated() {
        let quoted = format!("hr_0123456789abcdef was there\n{}", lines(1000));
        let conversation = [("user", String::new()), tool(quoted)];
        let (texts, _) =
            step(&with_module(SMALL), &conversation, &answer("hr_0123456789abcdef", &all_but_one()));
        assert!(texts[1].starts_with("hr_0123456789abcdef\n[headroom: "), "{}", texts[1]);
    }

    #[test]
    fn have_names_and_known_kinds() {
        for modules in ["{}", r#"[{"name":"a"}]"#, r#"[{"name":"a","kinds":["sonnet"]}]"#, "["] {
            assert!(
                matches!(Engine::new("{}", modules), Err(Error::Config { path, .. }) if path == "modules")
            );
        }
    }
}

mod bodies {
    use super::*;

    fn body(engine: &Engine, body: &str, options: &Value) -> (Option<String>, Vec<String>, Value) {
        let meta = json!({ "format": "openai", "entry": "fetch", "options": options }).to_string();
        let result = engine.body_step(body.as_bytes(), &meta).unwrap();
        let outcome = serde_json::from_str(&result.outcome_json).unwrap();
        (result.body.map(|body| String::from_utf8(body).unwrap()), result.originals, outcome)
    }

    fn request(text: &str, tools: &str) -> String {
        format!(
            r#"{{"model":"gpt-4o", "n": 1.0,"messages":[{{"role":"user","content":"h\u0069"}},{{"role":"tool","tool_call_id":"1","content":{}}}]{tools}}}"#,
            json!(text)
        )
    }

    const TOOLS: &str = r#","tools":[{"type":"function","function":{"name":"f"}}]"#;

    #[test]
    fn only_the_changed_strings_and_the_tools_change() {
        let engine = engine(r#"{"maxBlockTokens":500}"#);
        let text = lines(1000);
        let (changed, originals, outcome) = body(&engine, &request(&text, TOOLS), &json!({}));
        let (texts, _) = step(&engine, &[("user", "hi".into()), tool(text.clone())], &json!({}));
        let definition = format!(r#"{{"name":"f"}}}},{}]"#, ccr::tool(ToolFormat::OpenAi));
        let expected = request(&texts[1], TOOLS).replace(r#"{"name":"f"}}]"#, &definition);
        assert_eq!(changed.unwrap(), expected);
        assert_eq!(originals, [text]);
        assert!(outcome["report"]["toolTokens"].as_u64().unwrap() > 50);
    }

    #[test]
    fn nothing_to_do_means_no_new_body() {
        let engine = engine("{}");
        assert_eq!(body(&engine, &request("short", ""), &json!({})).0, None);
        assert_eq!(body(&engine, &request(&padded(300), TOOLS), &json!({ "mode": "off" })).0, None);
        assert_eq!(body(&engine, &request(&padded(300), TOOLS), &json!({ "mode": "audit" })).0, None);
        let once = body(&engine, &request("short", TOOLS), &json!({})).0.unwrap();
        assert_eq!(body(&engine, &once, &json!({})).0, None, "the tool is there");
    }

    #[test]
    fn without_tools_a_conversation_keeps_its_bytes() {
        let engine = engine(r#"{"maxBlockTokens":500}"#);
        let with = body(&engine, &request(&lines(1000), TOOLS), &json!({})).0.unwrap();
        let without = body(&engine, &request(&lines(1000), ""), &json!({})).0.unwrap();
        let messages = without.strip_suffix("}").unwrap();
        assert!(with.starts_with(messages) && !without.contains("\"tools\""));
        let lossless = json!({ "whenToolsAbsent": "lossless" });
        assert_eq!(body(&engine, &request(&lines(1000), ""), &lossless).0, None);
        assert_eq!(body(&engine, &request(&lines(1000), TOOLS), &json!({ "injectTool": "never" })).0, None);
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "(padding |\\PC{1,8} |\n){0,60}",
        (0..60_usize).prop_map(lines),
        (0..60_usize).prop_map(padded),
        "toy:(padding |\n){0,40}",
        Just("[headroom: 1 of 2 lines left out; headroom_retrieve(\"hr_0123456789abcdef\")]".to_owned()),
    ]
}

fn any_conversation() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let role = prop::sample::select(vec!["user", "assistant", "tool", "tool", "tool"]);
    prop::collection::vec((role, any_text()), 1..8)
}

const EAGER: &str = r#"{"minTokensToCompress":0,"maxBlockTokens":20}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_block_gets_bigger_and_only_results_change(conversation in any_conversation()) {
        let engine = engine(EAGER);
        let (texts, outcome) = step(&engine, &conversation, &json!({}));
        let counter = crate::tokens::Counter::for_model(Some("gpt-4o")).unwrap();
        let (mut before, mut after) = (0, 0);
        for ((role, old), new) in conversation.iter().zip(&texts) {
            prop_assert!(*role == "tool" || old == new);
            prop_assert!(old == new || counter.count(new) < counter.count(old));
            before += counter.count(old);
            after += counter.count(new);
        }
        prop_assert_eq!(&outcome["report"]["tokensBefore"], before);
        prop_assert_eq!(&outcome["report"]["tokensAfter"], after);
    }

    #[test]
    fn a_prefix_stays_when_the_conversation_grows(conversation in any_conversation(), length in 0_usize..8) {
        let length = length.min(conversation.len());
        let whole = step(&engine(EAGER), &conversation, &json!({})).0;
        let prefix = step(&engine(EAGER), &conversation[..length], &json!({})).0;
        prop_assert_eq!(&whole[..length], &prefix[..]);
    }

    #[test]
    fn memory_never_changes_the_result(conversations in prop::collection::vec(any_conversation(), 1..4), bytes in 0_usize..8_000) {
        let mut config: Value = serde_json::from_str(EAGER).unwrap();
        config["resultCacheBytes"] = json!(bytes);
        let used = engine(&config.to_string());
        for conversation in conversations.iter().chain(&conversations) {
            prop_assert_eq!(step(&used, conversation, &json!({})), step(&engine(EAGER), conversation, &json!({})));
        }
    }

    #[test]
    fn compressing_twice_changes_nothing(conversation in any_conversation()) {
        let once = step(&engine(EAGER), &conversation, &json!({})).0;
        let again: Vec<_> = conversation.iter().map(|(role, _)| *role).zip(once.iter().cloned()).collect();
        prop_assert_eq!(step(&engine(EAGER), &again, &json!({})).0, once);
    }
}
