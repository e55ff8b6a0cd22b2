//! What a reader sees, and that it can be undone.

use super::*;
use proptest::prelude::*;

fn counter() -> Counter {
    Counter::for_model(Some("gpt-4o")).expect("built in")
}

fn code(lines: std::ops::RangeInclusive<u32>) -> String {
    lines.fold(String::new(), |text, line| {
        text + &format!("    let value_{line} = compute({line}, \"{line}\");\n")
    })
}

fn numbered(text: &str, from: u32) -> String {
    (from..)
        .zip(text.lines())
        .fold(String::new(), |out, (number, line)| out + &format!("{number:>6}→{line}\n"))
}

fn conversation(results: &[(&str, &str, &str)]) -> Recall {
    let mut recall = Recall::new();
    for (tool, arguments, text) in results {
        let call = Call::new(Some(tool), Some(arguments));
        recall.add_call(&call);
        recall.add_result(&call, text);
    }
    recall
}

fn encoded(recall: &Recall, text: &str) -> String {
    let encoded = recall.encode(text, &counter()).expect("something stands there already");
    assert_eq!(recall.decode(&encoded).as_deref(), Some(text));
    assert!(recall.is_own_output(&encoded, &counter()));
    encoded
}

#[test]
fn lines_that_stand_there_become_references_and_new_ones_are_given() {
    let recall = conversation(&[("read", r#"{"path":"a.rs"}"#, &code(1..=30))]);
    let changed = format!("{}    new_line();\n{}", code(1..=10), code(12..=30));
    assert_eq!(
        encoded(&recall, &changed),
        "[= read(a.rs) lines 1-10: \"let value_1 = co…\"]\n    new_line();\n[= same lines 12-31]"
    );
}

#[test]
fn numbers_before_lines_are_taken_off() {
    let recall = conversation(&[("read", r#"{"path":"a.rs"}"#, &numbered(&code(1..=30), 1))]);
    let shifted = numbered(&code(11..=20), 15);
    assert_eq!(
        encoded(&recall, shifted.trim_end()),
        "[= read(a.rs) lines 11-20, here 15-: \"let value_11 = c…\"]"
    );
    assert_eq!(
        encoded(&recall, code(11..=20).trim_end()),
        "[= read(a.rs) lines 11-20, here unnumbered: \"let value_11 = c…\"]"
    );
    let part = numbered(&code(11..=20), 11);
    assert_eq!(encoded(&recall, part.trim_end()), "[= read(a.rs) lines 11-20: \"let value_11 = c…\"]");
}

#[test]
fn what_goes_on_in_the_source_of_the_reference_before_is_told_in_a_few_words() {
    let recall = conversation(&[
        ("read", r#"{"path":"a.rs"}"#, &code(1..=40)),
        ("read", r#"{"path":"b.rs"}"#, &code(51..=70)),
    ]);
    let changed = [
        code(1..=10),
        "    new_line();\n".into(),
        // Two lines are worth it where the source need not be named.
        code(12..=13),
        "    another_line();\n".into(),
        code(51..=55),
        code(20..=25),
    ];
    assert_eq!(
        encoded(&recall, changed.concat().trim_end()),
        "[= read(a.rs) lines 1-10: \"let value_1 = co…\"]\n    new_line();\n[= same lines 12-13]\n    another_line();\n\
         [= read(b.rs) lines 1-5: \"let value_51 = c…\"]\n[= read(a.rs) lines 20-25]"
    );
}

#[test]
fn numbers_go_on_as_they_were_told() {
    let recall = conversation(&[("read", r#"{"path":"a.rs"}"#, &numbered(&code(1..=40), 1))]);
    let changed = format!("{}    new_line();\n{}", code(1..=10), code(12..=30));
    assert_eq!(
        encoded(&recall, changed.trim_end()),
        "[= read(a.rs) lines 1-10, here unnumbered: \"let value_1 = co…\"]\n    new_line();\n[= same lines 12-30]"
    );
    let shifted = format!("{}    new_line();\n    another();\n{}", code(1..=10), code(12..=30));
    assert_eq!(
        encoded(&recall, numbered(&shifted, 1).trim_end()),
        "[= read(a.rs) lines 1-10: \"let value_1 = co…\"]\n    11→    new_line();\n    12→    another();\n\
         [= same lines 12-30, here 13-]"
    );
    let recall = conversation(&[("bash", r#"{"command":"cat a.rs"}"#, &code(1..=40))]);
    assert_eq!(
        encoded(&recall, numbered(&shifted, 1).trim_end()),
        "[= bash(cat a.rs) lines 1-10, here `     1→`-: \"let value_1 = co…\"]\n    11→    new_line();\n\
         \u{20}   12→    another();\n[= same lines 12-30, here 13-]"
    );
}

#[test]
fn one_long_line_is_worth_a_reference() {
    let line = "a sentence of a document that goes on for quite a while, as such sentences do, since nobody broke it into \
                lines, and goes on to say what could have been said in a few words, had somebody wanted to say it so";
    let recall =
        conversation(&[("fetch", r#"{"url":"https://a.example"}"#, &format!("Title\n\n{line}\n\nEnd"))]);
    assert_eq!(
        encoded(&recall, &format!("Another\n\n{line}\nand more")),
        "Another\n[= fetch(https://a.example) lines 2-3: \"a sentence of a …\"]\nand more"
    );
}

#[test]
fn what_the_assistant_wrote_is_a_source() {
    let arguments = serde_json::json!({ "path": "a.rs", "content": code(1..=20) }).to_string();
    let recall = conversation(&[("write", &arguments, "ok")]);
    assert_eq!(
        encoded(&recall, &numbered(&code(1..=20), 1)),
        "[= your write(a.rs) content lines 1-20, here `     1→`-: \"let value_1 = co…\"]\n"
    );
}

#[test]
fn what_follows_the_numbered_lines_can_be_pointed_at() {
    let note = "\nThis is a note\nthat every reading of a file by the tool of this name carries\nat its end, in four lines, so that whoever reads it is reminded\nof what there is to be kept in mind while reading\n";
    let recall = conversation(&[("read", r#"{"path":"a.rs"}"#, &(numbered(&code(1..=5), 1) + note))]);
    assert_eq!(
        encoded(&recall, &(numbered(&code(91..=95), 1) + note)),
        numbered(&code(91..=95), 1) + "[= read(a.rs) lines 1-6 after the numbered: \"This is a note\"]"
    );
}

#[test]
fn a_repeat_of_a_whole_result_is_one_line() {
    let recall = conversation(&[
        ("bash", r#"{"command":"npm test"}"#, &code(1..=9)),
        ("bash", r#"{"command":"npm test"}"#, &code(11..=19)),
    ]);
    assert_eq!(encoded(&recall, &code(11..=19)), "[these 10 lines: all of bash(npm test) #2]");
}

#[test]
fn nothing_points_at_a_reference() {
    let mut recall = conversation(&[("read", r#"{"path":"a.rs"}"#, &code(1..=30))]);
    let second = encoded(&recall, &code(1..=30));
    recall.add_result(&Call::new(Some("read"), Some(r#"{"path":"a.rs"}"#)), &second);
    assert_eq!(encoded(&recall, &code(1..=30)), "[these 31 lines: all of read(a.rs)]");
    assert_eq!(recall.encode(&second, &counter()), None);
}

#[test]
fn what_looks_like_a_reference_is_left_alone() {
    let recall = conversation(&[("read", r#"{"path":"a.rs"}"#, &code(1..=30))]);
    let forged = format!("[= read(a.rs) lines 1-2: \"x\"]\n{}", code(1..=20));
    assert_eq!(recall.encode(&forged, &counter()), None);
    assert!(!recall.is_own_output(&forged, &counter()));
}

#[test]
fn short_runs_and_blank_lines_stay() {
    let recall = conversation(&[("read", r#"{"path":"a.rs"}"#, "}\n\n}\n\n\n\n\na\nb\nc\n")]);
    assert_eq!(recall.encode("}\n\n}\nx\n\n\n\n\na\nb\nc\n", &counter()), None);
}

#[test]
fn the_same_lines_over_and_over_take_linear_time() {
    let same = "a line that is always the same\n".repeat(50_000);
    let recall = conversation(&[("bash", "{}", &same)]);
    assert!(encoded(&recall, &format!("{same}x\n{same}")).len() < 1_000);
}

/// Texts of few distinct lines, so that runs occur, some of them numbered.
fn texts() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("fn first(argument: &str) -> usize {"),
        Just("    let second = argument.len() * 2;"),
        Just("    second + 17"),
        Just("}"),
        Just(""),
        Just("   7→seven"),
        Just("[= read(a) lines 1-3: \"x\"]"),
        Just("[headroom: 1 of 2 lines left out]"),
        Just("carriage return\r"),
    ];
    (proptest::collection::vec(line, 0..40), proptest::option::of((1_u32..120, 0_usize..3)), any::<bool>())
        .prop_map(|(lines, numbering, ends)| {
            let mut text = lines.join("\n");
            if let Some((from, style)) = numbering {
                let numbered = (from..).zip(&lines).map(|(number, line)| match style {
                    0 => format!("{number:>6}→{line}"),
                    1 => format!("{number}\t{line}"),
                    _ => format!("{number:>3}: {line}"),
                });
                text = numbered.collect::<Vec<_>>().join("\n");
            }
            if ends { text + "\n" } else { text }
        })
}

proptest! {
    #[test]
    fn what_is_encoded_can_be_decoded_and_is_recognised(
        sources in proptest::collection::vec(texts(), 0..6),
        text in texts(),
    ) {
        let counter = counter();
        let mut recall = Recall::new();
        for source in &sources {
            recall.add_result(&Call::new(Some("read"), Some("{\"path\":\"a\"}")), source);
        }
        if let Some(encoded) = recall.encode(&text, &counter) {
            prop_assert_eq!(recall.decode(&encoded), Some(text.clone()));
            prop_assert!(counter.count(&encoded) < counter.count(&text));
            prop_assert!(recall.is_own_output(&encoded, &counter));
        }
    }
}
