//! The counters are tiktoken's, token for token.
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::sync::LazyLock;

use headroom_core::tokens::Counter;
use proptest::prelude::*;
use tiktoken_rs::CoreBPE;

#[path = "support/corpus.rs"]
mod corpus;

static PAIRS: LazyLock<[(Counter, CoreBPE); 2]> = LazyLock::new(|| {
    let counter = |model| Counter::for_model(Some(model)).expect("embedded");
    [
        (counter("gpt-4o"), tiktoken_rs::o200k_base().expect("vocabulary")),
        (counter("gpt-4"), tiktoken_rs::cl100k_base().expect("vocabulary")),
    ]
});

fn assert_same(text: &str) {
    for (counter, tiktoken) in PAIRS.iter() {
        let expected = tiktoken.encode_ordinary(text).len();
        let count = counter.count(text);
        if count != expected {
            let excerpt: String = text.chars().take(200).collect();
            panic!("{}: {count} instead of {expected} tokens in {excerpt:?}", counter.name());
        }
        assert_eq!(counter.count_up_to(text, expected), Some(expected), "{text:?}");
        assert_eq!(
            expected.checked_sub(1).and_then(|limit| counter.count_up_to(text, limit)),
            None,
            "{text:?}"
        );
    }
}

#[test]
fn corpus() {
    let Some(kinds) = corpus::tool_texts() else {
        eprintln!("skipped: no corpus (set HEADROOM_CORPUS)");
        return;
    };
    for text in kinds.iter().flat_map(|(_, texts)| texts) {
        assert_same(text);
    }
}

#[test]
fn every_code_point_in_many_contexts() {
    const CONTEXTS: [&str; 15] =
        ["#A", "中#A", "1#2", " #", "'#", "#", "a#", "#a", "A#", "# ", "##", ".#", "a'#", "#'s", "\n#\n "];
    // Sixteen neighbours share a text to keep this fast; the separators end every piece. So many ideographs and so
    // much that is not assigned differ in nothing that four contexts would not show.
    let points: Vec<char> = (0..=0x3_FFFF).chain(0xE_0000..=0xE_01FF).filter_map(char::from_u32).collect();
    for group in points.chunks(16) {
        let uniform =
            matches!(u32::from(group[0]), 0x3400..0xA000 | 0xAC00..0xD800 | 0x1_7000..0x1_8D00 | 0x2_0000..);
        let mut text = String::new();
        for point in group {
            for context in &CONTEXTS[..if uniform { 4 } else { CONTEXTS.len() }] {
                text.push_str(&context.replace('#', point.encode_utf8(&mut [0; 4])));
                text.push_str("\n.");
            }
        }
        assert_same(&text);
    }
}

#[test]
fn edges() {
    for text in [
        "",
        " ",
        "  ",
        "\n",
        " \n",
        "\n ",
        " \n ",
        "a",
        "a ",
        "a  ",
        "a \n  ",
        "a \n  b",
        "\r\n\r\n",
        "\u{85}\u{a0}x",
        "\u{feff}x",
        "don't DON'T it'S we'Ll x'\u{17f}y 'tis '\u{17f}",
        "x/\n/y //\r\n",
        "a'b 'c' ''s",
        "1234567 12 ½³²",
        "e\u{301}'s \u{301}A \u{301}",
        "ǅenan中A bB中",
        "🙂🙂🏽👨‍👩‍👧",
        "\0\0\0",
        "<|endoftext|>",
        "naïve Ünïcode ÀÉ",
        "ab\u{301}Cd\u{301}E",
        "\u{3000}\u{3000}字",
    ] {
        assert_same(text);
    }
}

#[test]
fn long_pieces() {
    for unit in
        ["a", " ", "\n", "=", "ab", "xyZ", "\u{e9}", "中", "Aa", "\t ", "_-", "qwertzuiop", "the", "🙂"]
    {
        for length in [10, 100, 255, 256, 257, 300, 1_000, 5_000] {
            let run: String = unit.chars().cycle().take(length).collect();
            assert_same(&run);
            assert_same(&format!("x{run}y"));
            assert_same(&format!("{run}{unit}Z{run}"));
        }
    }
}

#[test]
fn long_pieces_of_chance() {
    let mut state = 1_u32;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % below
    };
    for alphabet in [
        "ab",
        "abcdefghijklmnopqrstuvwxyz",
        "eatnois",
        "=-_*",
        "中文字のは",
        "é\u{301}a",
        "AaBbCc",
        "\u{1f600}\u{1f601}",
    ] {
        let letters: Vec<char> = alphabet.chars().collect();
        for _ in 0..30 {
            let text: String = (0..3_000).map(|_| letters[next(letters.len())]).collect();
            assert_same(&text);
        }
    }
}

#[test]
fn huge_pieces_end() {
    let (counter, _) = &PAIRS[0];
    for unit in ["a", " ", "\n", "ab", "="] {
        assert!(counter.count(&unit.repeat(1_000_000)) > 0);
    }
    let (run, broken) = (" ".repeat(5_000), " ".repeat(9_000));
    assert_same(&format!("{run}\t{broken}"));
    assert_eq!(counter.count_up_to(&"a".repeat(100_000_000), 1_000), None);
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z]{1,12}",
        2 => "[ \t\r\n]{1,6}",
        2 => "['’](s|S|t|re|VE|ll|Ll|d|m|x|\u{17f})?",
        2 => "[0-9]{1,8}",
        2 => "[!-/:-@{-~]{1,6}",
        1 => "[a-z\u{300}-\u{310}A-Z中文ʰªǅ]{1,8}",
        1 => "[\u{a0}\u{85}\u{2028}\u{3000}\u{feff}\u{200d}\0]{1,3}",
        1 => "[😀-😏🏻-🏿]{1,4}",
        1 => "\\PC{1,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn generated_text(words in prop::collection::vec(word(), 0..40)) {
        assert_same(&words.concat());
    }
}
