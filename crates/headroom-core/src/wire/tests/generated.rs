//! Generated bodies: odd spacing, keys given twice, escapes, big numbers, unknown fields, images.

use proptest::prelude::*;
use serde_json::Value;

use super::bodies::{Choices, FORMATS};
use super::reference::{self, Expected};
use crate::block::Block;
use crate::wire::{Format, Request, Span, scan, splice};

const TOOL: &str = r#"{"name":"headroom_retrieve","type":"function"}"#;

fn matches(block: &Block<'_>, expected: &Expected) -> bool {
    let arguments = match (&block.call_arguments, &expected.arguments) {
        (None, None) => true,
        (Some(text), Some(Value::String(expected))) if **text == **expected => true,
        (Some(json), Some(expected)) => {
            serde_json::from_str::<Value>(json).is_ok_and(|value| value == *expected)
        }
        _ => false,
    };
    arguments
        && block.message == expected.message
        && block.part == expected.part
        && format!("{:?}", block.role) == expected.role
        && format!("{:?}", block.block_type) == expected.kind
        && block.tool_name.as_deref() == expected.tool.as_deref()
        && block.is_error == expected.is_error
        && *block.text == *expected.text
}

fn outside(body: &[u8], spans: &[Span]) -> Vec<u8> {
    let mut spans = spans.to_vec();
    spans.sort();
    let mut out = Vec::new();
    let mut copied = 0;
    for span in spans {
        out.extend_from_slice(&body[copied..span.start]);
        copied = span.end;
    }
    out.extend_from_slice(&body[copied..]);
    out
}

fn check(body: &str, format: Format, choices: &mut Choices<'_>) {
    let request: Request<'_> = scan(body.as_bytes(), format).unwrap();
    let mut value: Value = serde_json::from_str(body).unwrap();
    let expected = reference::blocks(&value, format);
    assert_eq!(request.blocks.len(), expected.len(), "{:#?}\n{expected:#?}", request.blocks);
    for ((block, expected), span) in request.blocks.iter().zip(&expected).zip(&request.spans) {
        assert!(matches(block, expected), "{block:#?}\n{expected:#?}");
        let literal: String = serde_json::from_str(&body[span.start..span.end]).unwrap();
        assert_eq!(literal, *block.text);
    }

    assert_eq!(splice(body.as_bytes(), &[], None), body.as_bytes());

    let mut texts = Vec::new();
    for block in 0..expected.len() {
        if choices.below(2) == 1 {
            texts.push((block, choices.text()));
        }
    }
    let replacements: Vec<(Span, &str)> =
        texts.iter().rev().map(|(block, text)| (request.spans[*block], text.as_str())).collect();
    let changed = splice(body.as_bytes(), &replacements, None);
    for (block, text) in &texts {
        *value.pointer_mut(&expected[*block].pointer).unwrap() = Value::String(text.clone());
    }
    assert_eq!(serde_json::from_slice::<Value>(&changed).unwrap(), value);
    let again = scan(&changed, format).unwrap();
    // A long text deep in a result of Gemini's is none once it is short.
    if again.spans.len() == request.spans.len() {
        assert_eq!(outside(&changed, &again.spans), outside(body.as_bytes(), &request.spans));
    }

    if let Some(insertion) = request.tools.insertion {
        let changed = splice(body.as_bytes(), &replacements, Some((insertion, TOOL)));
        reference::tools(&mut value, format).push(serde_json::from_str(TOOL).unwrap());
        assert_eq!(serde_json::from_slice::<Value>(&changed).unwrap(), value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blocks_are_those_of_a_naive_reading_and_only_they_change(
        bytes in prop::collection::vec(any::<u8>(), 0..4000),
        replacing in prop::collection::vec(any::<u8>(), 0..100),
        format in 0..FORMATS.len(),
    ) {
        let format = FORMATS[format];
        let body = Choices::new(&bytes).body(format);
        check(&body, format, &mut Choices::new(&replacing));
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        changes in prop::collection::vec((any::<u16>(), any::<u8>()), 0..4),
        format in 0..FORMATS.len(),
    ) {
        let format = FORMATS[format];
        let _ = scan(&bytes, format).is_ok();
        let mut body = Choices::new(&bytes).body(format).into_bytes();
        for (at, byte) in changes {
            let at = usize::from(at) % body.len();
            body[at] = byte;
        }
        if scan(&body, format).is_ok() {
            prop_assert!(serde_json::from_slice::<&serde_json::value::RawValue>(&body).is_ok());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_body_cut_anywhere_is_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..500),
        format in 0..FORMATS.len(),
    ) {
        let format = FORMATS[format];
        let body = Choices::new(&bytes).body(format);
        for cut in 0..body.trim_end().len() {
            prop_assert!(scan(&body.as_bytes()[..cut], format).is_err(), "cut at {}", cut);
        }
    }
}
