//! The wire formats: a body comes back as it was but for the strings that change, its turns are known again, and what is put
//! back into them leaves it whole.
#![no_main]

use std::sync::LazyLock;

use headroom_core::pipeline::Engine;
use headroom_core::wire::{Format, recognise, scan, splice, turns};
use libfuzzer_sys::fuzz_target;

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(r#"{"mode":"off"}"#, "").expect("a configuration"));

const FORMATS: [(Format, &str, &str); 4] = [
    (Format::OpenAiChat, "openai", "https://example.com/v1/chat/completions"),
    (Format::Anthropic, "anthropic", "https://example.com/v1/messages"),
    (Format::OpenAiResponses, "openai-responses", "https://example.com/v1/responses"),
    (Format::Gemini, "gemini", "https://example.com/v1beta/models/gemini:generateContent"),
];

fuzz_target!(|body: &[u8]| {
    for (format, name, url) in FORMATS {
        let _ = recognise("POST", url, &Default::default(), body);
        let Ok(request) = scan(body, format) else { continue };
        assert_eq!(request.blocks.len(), request.spans.len());
        assert_eq!(splice(body, &[], None), body);
        let texts: Vec<String> = request.blocks.iter().map(|block| block.text.to_string()).collect();
        let same: Vec<_> = request.spans.iter().copied().zip(texts.iter().map(String::as_str)).collect();
        let rewritten = splice(body, &same, None);
        let again = scan(&rewritten, format).expect("a body that was spliced");
        assert_eq!(again.blocks.len(), texts.len());
        for (block, text) in again.blocks.iter().zip(&texts) {
            assert_eq!(&*block.text, text);
        }
        // Everything between the strings is what it was.
        let between = |body: &[u8], spans: &[headroom_core::wire::Span]| {
            let mut kept = Vec::new();
            let mut at = 0;
            let mut spans = spans.to_vec();
            spans.sort();
            for span in spans {
                kept.extend_from_slice(&body[at..span.start]);
                at = span.end;
            }
            kept.extend_from_slice(&body[at..]);
            kept
        };
        assert_eq!(between(body, &request.spans), between(&rewritten, &again.spans));
        if let Some(insertion) = request.tools.insertion {
            let with_tool = splice(body, &[], Some((insertion, "{}")));
            let again = scan(&with_tool, format).expect("a body with a tool");
            assert_eq!(again.blocks, request.blocks);
        }
        let names = turns::turns(body, format).expect("the turns of a body that can be read");
        let record = |turn: &str| {
            format!(
                r#"{{"v":1,"format":"{name}","before":[{{}},{{}}],"turn":{turn},"after":[{{}}],"retrievedTokens":1}}"#
            )
        };
        for turn in ["null", "[]", "{}"] {
            let hidden: serde_json::Map<_, _> =
                names.keys.iter().map(|key| (key.clone(), record(turn).into())).collect();
            let meta = serde_json::json!({ "format": name, "entry": "fetch", "hidden": hidden }).to_string();
            let result = ENGINE.body_step(body, &meta).expect("a body that can be read");
            let changed = result.body.unwrap_or_else(|| body.to_vec());
            serde_json::from_slice::<&serde_json::value::RawValue>(&changed).expect("JSON");
        }
    }
});
