use super::*;

fn message(json: &str) -> String {
    Config::from_json(json).unwrap_err().to_string()
}

#[test]
fn the_defaults_are_those_of_the_empty_object() {
    assert_eq!(Config::from_json("{}").unwrap(), Config::default());
    assert_eq!(Config::from_json(" ").unwrap(), Config::default());
    assert_eq!(Config::default().min_tokens_to_compress, 250);
}

#[test]
fn every_option_of_the_core_can_be_set() {
    let config = Config::from_json(
        r#"{"minTokensToCompress":0,"excludedTools":["a"],"compressUserMessages":true,"code":true,"lossless":true,"maxBlockTokens":1e3,
            "mode":"audit","injectTool":"never","whenToolsAbsent":"lossless","maxRetrievals":0,"maxRetrievalTokens":256,
            "resultCacheBytes":0,"scope":"tenant","secret":"s","recall":"off","profile":"agent"}"#,
    )
    .unwrap();
    assert_eq!(config.excluded_tools, ["a"]);
    assert_eq!(config.max_block_tokens, 1000);
    assert_eq!(config.mode, Mode::Audit);
    assert_eq!(config.secret.reveal(), Some("s"));
    assert!(!format!("{config:?}").contains("\"s\""));
}

#[test]
fn a_profile_is_a_set_of_options_and_explicit_ones_win() {
    let recall = |json: &str| Config::from_json(json).unwrap().recall();
    assert_eq!(recall("{}"), Recall::On);
    assert_eq!(recall(r#"{"profile":"agent"}"#), Recall::All);
    assert_eq!(recall(r#"{"recall":"off","profile":"agent"}"#), Recall::Off);
}

#[test]
fn unknown_keys_and_wrong_values_are_named_with_what_to_do() {
    let messages: Vec<String> = [
        r#"{"min_tokens_to_compress":1}"#,
        r#"{"lossles":true}"#,
        r#"{"kompress":"small"}"#,
        r#"{"lossless":"yes"}"#,
        r#"{"maxBlockTokens":0}"#,
        r#"{"maxBlockTokens":-5}"#,
        r#"{"maxBlockTokens":2.5}"#,
        r#"{"maxBlockTokens":null}"#,
        r#"{"excludedTools":"Read"}"#,
        r#"{"excludedTools":["Read",7]}"#,
        r#"{"mode":"on"}"#,
        r#"{"mode":true}"#,
        r#"{"secret":""}"#,
        r#"{"store":{}}"#,
        r"[]",
        r#"{"mode":"#,
    ]
    .into_iter()
    .map(message)
    .collect();
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn the_options_of_a_call_win_and_engine_options_are_refused() {
    let engine = Config::from_json(r#"{"lossless":true,"maxBlockTokens":10}"#).unwrap();
    let call = |json: &str| engine.with_call_options(&serde_json::from_str(json).unwrap());
    let config = call(r#"{"lossless":false,"scope":"b"}"#).unwrap();
    assert!(!config.lossless);
    assert_eq!(config.max_block_tokens, 10);
    assert_eq!(config.scope.as_deref(), Some("b"));
    for name in ["secret", "resultCacheBytes", "store"] {
        let error = call(&format!(r#"{{"{name}":"x"}}"#)).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("{name}: belongs to the engine as a whole, not to one call; give it to `createHeadroom`")
        );
    }
    assert!(call(r#"{"modle":"x"}"#).unwrap_err().to_string().contains("did you mean `mode`?"));
}

#[test]
fn what_is_generated_reads_well() {
    insta::assert_snapshot!("typescript", typescript());
    insta::assert_snapshot!("markdown", markdown());
    let rows: Vec<Value> = serde_json::from_str(&table_json()).unwrap();
    assert_eq!(rows.len(), OPTIONS.len());
    assert_eq!(rows[0]["range"], serde_json::json!([0, 100_000_000]));
}
