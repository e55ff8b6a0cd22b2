use super::*;

/// What is shown of a text, whether or not that pays.
fn shown(text: &str) -> String {
    let shown = if scan::scan(text).moves { screen::show(text, true) } else { line::show(text, true) };
    shown.unwrap_or_else(|| text.to_owned())
}

#[test]
fn lines_read_as_a_terminal_shows_them() {
    let cases = [
        ("plain\n\n  text  \n", "plain\n\n  text  \n"),
        ("windows\r\nlines\r\n", "windows\r\nlines\r\n"),
        ("\x1b[1;31mred\x1b[0m \x1b[38;5;12mblue\x1b[m\n", "red blue\n"),
        ("\x1b]0;a title\x07text \x1b]8;;https://example.org/\x1b\\link\x1b]8;;\x1b\\.", "text link."),
        ("\x1b(Bascii\x1b)0 \x1b=\x1b>keys\x1b7\x1b8", "ascii keys"),
        ("10 %\r20 %\r100 %\n", "100 %\n"),
        ("100 % of it\rdone\x1b[K\n", "done\n"),
        ("abcdef\rxy", "xycdef"),
        ("same line\r\r\n", "same line\r\n"),
        ("N\x08NA\x08AM\x08ME\x08E and _\x08u_\x08n", "NAME and un"),
        ("spinner |\x08/\x08-\x08\\\n", "spinner \\\n"),
        ("a\x1b[3Cb\x1b[3Gc\x1b[1Kd", "   db"),
        ("gone\x1b[2K\rleft", "left"),
        ("padded          \nbreak  \n", "padded\nbreak  \n"),
        ("cut off \x1b[38;5", "cut off "),
        ("cut off \x1b]0;title\nnext", "cut off 0;title\nnext"),
        ("a lone \x1b", "a lone "),
        ("━━━━━━━━━━━━ results ━━━━━━━━━━━━", "━━━ results ━━━"),
        ("├──────────┼──────────┤", "├──────────┼──────────┤"),
        ("\x1b[2J\x1b[Hwatched", "watched"),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn lines_drawn_over_are_empty_and_all_others_keep_their_numbers() {
    let layers = "pull\n\
        a: 10 %\nb: 10 %\n\
        \x1b[2A\x1b[2Ka: 50 %\n\x1b[2Kb: 10 %\n\
        \x1b[2A\x1b[2Ka: done\n\x1b[2Kb: done\n\
        end\n";
    assert_eq!(shown(layers), "pull\n\n\n\n\na: done\nb: done\nend\n");
    assert_eq!(shown("one\ntwo\n\x1b[1Fnew\nthree"), "one\n\nnew\nthree", "to the line before");
    assert_eq!(shown("a\nb\nc\x1b[2A\rx\x1b[0J\ny"), "\n\nx\ny", "everything below erased");
    assert_eq!(shown("\x1b[99Aup\n\x1b[99Bdown"), "up\ndown", "no farther than there are lines");
    for text in [layers, "a\nb\x1b[1A\n\n\x1b[1Bc", "\n\n\x1b[2A\n", "x\x1b[J"] {
        assert_eq!(shown(text).matches('\n').count(), text.matches('\n').count(), "{text:?}");
    }
}

#[test]
fn a_patch_keeps_the_blanks_at_the_ends_of_its_lines() {
    let patch =
        "\x1b[1mdiff --git a/x b/x\x1b[m\n\x1b[36m@@ -1,3 +1,2 @@\x1b[m\n \n\x1b[31m-    \x1b[m\n same   \n"
            .repeat(3);
    let cleaned = clean(&patch).expect("coloured");
    assert!(cleaned.text.contains("\n \n-    \n same   \n"));
}

#[test]
fn only_what_pays_is_cleaned() {
    assert_eq!(clean("short \x1b[1mbold\x1b[0m"), None);
    let mostly_text = format!("{}\x1b[1mbold\x1b[0m", "words and more words\n".repeat(2000));
    assert_eq!(clean(&mostly_text), None);
    let padded = "name            \n".repeat(40);
    let cleaned = clean(&padded).expect("mostly padding");
    assert_eq!((cleaned.text.len(), cleaned.left_out, cleaned.total), (200, 480, 680));
}

#[test]
fn blank_lines_are_closed_up() {
    assert_eq!(close_up("a\n\n\nb\n\n\n\n\n\nc\n\n\n\n"), "a\n\n\nb\n\nc\n\n");
    assert!(matches!(close_up("a\n\nb"), Cow::Borrowed(_)));
}

#[test]
fn hostile_lines_cost_no_more_than_their_length() {
    let cases = [
        "\x1b[999999999999999999999C.".repeat(20_000),
        "x\x1b[1K".repeat(50_000),
        "\x1b[2K\r".repeat(50_000) + "end",
        "\x1b]".repeat(50_000),
        "\x1b[1;".repeat(50_000),
        format!("{}\x08", "x".repeat(300_000)),
        "\x1b[255A\n".repeat(20_000),
        "\x1b[J\x1b[9B".repeat(20_000),
        "a\rb\x08\n".repeat(50_000),
        "\x1b[99999Cx\n".repeat(50_000),
        "\x1b[A\x1b[99999Cx\n".repeat(50_000),
    ];
    for text in cases {
        let shown = shown(&text);
        assert_eq!(shown.matches('\n').count(), text.matches('\n').count());
        assert!(shown.len() <= text.len());
    }
}

proptest::proptest! {
    #[test]
    fn every_text_keeps_its_lines_and_what_is_shown_is_shown_again(
        text in "(a|b |é|\u{4e2d}|\n|\r|\x08|\r\n|\x1b|\\[|[0-3]|[ABCDEFGJKm;]|\x1b\\[[0-3]?[ABCDEFGJKm]){0,60}"
    ) {
        let once = shown(&text);
        proptest::prop_assert_eq!(once.matches('\n').count(), text.matches('\n').count());
        proptest::prop_assert_eq!(shown(&once), once);
    }
}
