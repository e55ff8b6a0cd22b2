//! The wire formats: a body comes back as it was but for the strings that change.
#![no_main]

use headroom_core::wire::{Format, scan, splice};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for format in [Format::OpenAiChat, Format::Anthropic] {
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
    }
});
