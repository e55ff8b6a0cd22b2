//! The laws over generated conversations.

use super::*;
use proptest::prelude::*;

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
    fn no_answer_of_a_module_breaks_a_law(
        text in any_text(),
        candidates in prop::collection::vec((any_text(), prop::collection::vec((0..4_usize, 0..4_usize, 0..4_usize, 0..4_usize), 0..3)), 0..4),
        lossless in any::<bool>(),
    ) {
        let candidates: Vec<Value> = candidates
            .into_iter()
            .map(|(text, omissions)| {
                let omissions: Vec<Value> = omissions
                    .into_iter()
                    .map(|(count, total, first, last)| json!({ "unit": "lines", "count": count, "total": total, "ranges": [[first, last]] }))
                    .collect();
                json!({ "text": text, "method": "module", "omissions": omissions })
            })
            .collect();
        let engine = with_module(EAGER);
        let answers = json!({ "answers": [{ "module": "toy", "block": 0, "candidates": candidates }], "options": { "lossless": lossless } });
        let (texts, outcome) = step(&engine, &[tool(text.clone())], &answers);
        let report = &outcome["report"];
        prop_assert!(report["tokensAfter"].as_u64() <= report["tokensBefore"].as_u64());
        for block in report["blocks"].as_array().unwrap() {
            let left_out = block["omissions"].as_array().unwrap();
            prop_assert_eq!(block.get("handle").is_some(), !left_out.is_empty());
            prop_assert!(!lossless || left_out.is_empty());
            prop_assert!(block["method"] != "module" || left_out.iter().all(|omission| omission["count"].as_u64() > Some(0)));
            if let Some(handle) = block.get("handle") {
                prop_assert_eq!(engine.markers(&texts[0]), json!([handle]).to_string());
                prop_assert_eq!(engine.identify(std::slice::from_ref(&text), handle.as_str().unwrap()), Some(0));
            }
        }
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
