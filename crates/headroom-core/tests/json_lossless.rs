//! What `SmartCrusher` calls lossless comes back: over generated documents with hostile keys and strings, and
//! over the edge cases of RFC 8259.

use headroom_core::compress::json::{decode, document::Document, encode};
use proptest::prelude::*;

/// Encodes, decodes and compares. Where the encoder has nothing to say there is nothing to compare.
fn check(text: &str) {
    let Some(mut document) = Document::scan(text) else { return };
    let minified = document.minified();
    assert!(same_json(text, &minified), "minifying changed {text:?} to {minified:?}");
    let Some(encoded) = encode::encode(&mut document) else { return };
    let decoded = decode(&encoded, minified.len());
    assert_eq!(decoded.as_deref(), Some(minified.as_str()), "\nencoded:\n{encoded}\n");
    let mut again = Document::scan(&minified).expect("what was minified scans");
    assert_eq!(encode::encode(&mut again).as_deref(), Some(encoded.as_str()), "encoding is not stable");
}

/// Equality as JSON by an independent reader, where it can read both.
fn same_json(a: &str, b: &str) -> bool {
    match (serde_json::from_str::<serde_json::Value>(a), serde_json::from_str::<serde_json::Value>(b)) {
        (Ok(a), Ok(b)) => a == b,
        (Ok(_), Err(_)) => false,
        _ => true,
    }
}

fn hostile_string() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-c]{0,3}",
        2 => prop::sample::select(vec![
            "", "null", "true", "-1", "1.0", "007", "1e5", "?", "_", "*3", "&1", "&0", "#1", "#=", "=x", "==", "+a:b", ">a", "^", "~", "@a",
            "a,b", "a;b", "[x]", "{x}", "{}", "{a}", "{{", "}}", "a b", " a", "a ", "\n", "a\nb: c\nd", "x=1\r\ny: 2\r\n", "\"", "\\", "…", "… rows 1-2", ")", "a)", "(", "a:b", "a.b", "*", "$", "|", "<", "<\"x\"|a>",
            "2024-01-02T03:04:05Z", "2024-01-02 03:04:06", "https://example.org/a/1", "https://example.org/a/2", "https://example.org/b", "#json", "\n#cut off here, still open: 1\n", "\u{0}", "\u{1f}", "é", "😀", "\u{2028}",
        ].into_iter().map(str::to_owned).collect::<Vec<_>>()),
        1 => ".{0,12}",
        1 => "(label: [a-b]{1,2}\r\nother=\t?[0-9]{1,2}\n){1,3}[a-z]{20}",
    ]
}

fn json_string(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => hostile_string().prop_map(|text| json_string(&text)),
        1 => prop::sample::select(vec!["null", "true", "false", "0", "-0", "1", "1.0", "5e-06", "12345678901234567890", "1E+2", "0.10", r#""\ud800""#, r#""\u00e9\/""#, r#""\ud83d\ude00""#].into_iter().map(str::to_owned).collect::<Vec<_>>()),
        1 => (0..40_i32).prop_map(|number| number.to_string()),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => "[a-e]".prop_map(|key| json_string(&key)),
        1 => hostile_string().prop_map(|key| json_string(&key)),
        1 => Just(r#""\udc00k""#.to_owned()),
    ]
}

fn object(entries: Vec<(String, String)>) -> String {
    let entries: Vec<String> = entries.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
    format!("{{{}}}", entries.join(", "))
}

fn value() -> impl Strategy<Value = String> {
    scalar().prop_recursive(4, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(" , "))),
            prop::collection::vec((key(), inner.clone()), 0..6).prop_map(object),
            // Rows of one shape, with some keys missing and some rows of another kind.
            (
                prop::collection::vec(key(), 1..6),
                prop::collection::vec(prop::collection::vec((inner.clone(), 0..10_u8), 6), 2..9),
                any::<bool>()
            )
                .prop_map(|(keys, rows, map)| {
                    let rows: Vec<String> = rows
                        .into_iter()
                        .map(|cells| {
                            let odd = cells[0].1 == 0;
                            if odd {
                                return cells[0].0.clone();
                            }
                            object(
                                keys.iter()
                                    .cloned()
                                    .zip(cells)
                                    .filter(|(_, cell)| cell.1 > 1)
                                    .map(|(key, cell)| (key, cell.0))
                                    .collect(),
                            )
                        })
                        .collect();
                    if map {
                        object(
                            rows.into_iter()
                                .enumerate()
                                .map(|(at, row)| (format!("\"k{}\"", at % 7), row))
                                .collect(),
                        )
                    } else {
                        format!("[{}]", rows.join(","))
                    }
                }),
        ]
    })
}

/// Cases a test: with `HEADROOM_SLOW` all tests together check more than 100,000 documents.
fn cases() -> u32 {
    if std::env::var_os("HEADROOM_SLOW").is_some() {
        return 20_000;
    }
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_documents_come_back(text in value()) {
        check(&text);
    }

    #[test]
    fn generated_rows_come_back(rows in prop::collection::vec(value(), 2..12)) {
        check(&format!("[{}]", rows.join(",")));
        check(&rows.join("\n"));
    }

    #[test]
    fn documents_in_strings_come_back(text in value(), other in value(), style in 0..4_u8) {
        let text = format!("[{text},{text},{{\"a\":{text},\"b\":{other}}},{other}]");
        let Ok(parsed) = serde_json::from_str::<serde_json::Value>(&text) else { return Ok(()) };
        let text = match style {
            0 => text,
            1 => parsed.to_string(),
            2 => serde_json::to_string_pretty(&parsed).expect("a value"),
            _ => parsed.to_string().chars().map(|character| if character.is_ascii() { character.to_string() } else { format!("\\u{:04x}", u32::from(character)) }).collect(),
        };
        let string = json_string(&text);
        check(&string);
        check(&format!("{{\"content\":[{{\"type\":\"text\",\"text\":{string}}},{{\"type\":\"text\",\"text\":{string}}}],\"isError\":false}}"));
    }

    #[test]
    fn cut_documents_come_back(text in value(), share in 0.0..1.0_f64) {
        let text = format!("[{text},{text},{{\"a\":{text}}}]");
        let mut at = (text.len() as f64 * share) as usize;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        check(&text[..at]);
    }

    #[test]
    fn arbitrary_text_is_no_notation_or_decodes(text in "(#json|#jsonl)\n[&\\[{#0-9()a-c=~\"?+,;:\\]}\n]{0,60}") {
        let _ = decode(&text, 1 << 20);
    }
}
