use super::*;
use proptest::prelude::*;

/// A line of a file: its number, its text, where it matches.
type Given<'l> = (u64, &'l str, &'l [(usize, usize)]);

/// The messages for some lines of a file, as ripgrep prints them.
fn file(path: &str, lines: &[Given<'_>]) -> String {
    let mut out = String::new();
    message::print_begin(&mut out, path);
    let (mut offset, mut counts) = (0, (0, 0));
    for (number, text, matches) in lines {
        out.push('\n');
        message::print_line(&mut out, path, (*number, offset), text, matches)
            .expect("matches within the line");
        offset += text.len() as u64 + 1;
        counts.0 += u64::from(!matches.is_empty());
        counts.1 += matches.len() as u64;
    }
    out.push('\n');
    message::print_end(&mut out, path, (35_200, offset, 212), counts);
    out.push('\n');
    out
}

const SUMMARY: &str = "{\"data\":{\"elapsed_total\":{\"human\":\"0.007s\",\"nanos\":7012345,\"secs\":0},\"stats\":{\"bytes_printed\":424}},\"type\":\"summary\"}\n";

#[test]
fn outputs_come_back() {
    let one = file(
        "src/a b.rs",
        &[(3, "\tlet x = \"1\";", &[(1, 4), (5, 6)]), (4, "", &[]), (5, "5-6 x", &[]), (9, "|", &[])],
    );
    let two = file("src/é.rs", &[(1, "ünï x", &[(0, 5)])]);
    for text in [
        format!("{one}{two}{SUMMARY}"),
        format!("{one}{two}").trim_end().to_owned(),
        format!("{one}rg: src/c.rs: Permission denied\n{two}"),
        // Not spelled as it is expected: as it stands.
        format!("{one}{}", two.replace("\"secs\":0", "\"secs\":1")),
        format!("{one}{}", two.replace(":0,\"nanos\"", ": 0,\"nanos\"")),
        format!("{one}{}", two.replace("ünï x\\n", "ünï\\r\\n")),
        format!("{one}{}", two.replace("{\"text\":\"ünï x\\n\"}", "{\"bytes\":\"4pyT\"}")),
        format!("{one}{}", two.replace("src/é.rs", "1.rs")),
    ] {
        let written = Output::read(&text).expect("messages").written();
        assert_eq!(decode(&written, text.len()).as_deref(), Some(text.as_str()), "{written}");
        assert_eq!(decode(&written, text.len() - 1), None);
        assert!(written.len() < text.len(), "{written}");
    }
}

#[test]
fn hits_are_rows_like_others() {
    let text = format!("{}{SUMMARY}", file("src/a.rs", &[(3, "let x = 1;", &[(4, 5)]), (4, "y", &[])]));
    let output = Output::read(&text).expect("messages");
    let hits = output.hits();
    let lines: Vec<_> =
        hits.rows.iter().map(|row| row.hit().map(|hit| (hit.line, hit.mark, hit.text))).collect();
    assert_eq!(
        lines,
        [None, Some((3, Mark::Match, "let x = 1;")), Some((4, Mark::Context, "y")), None, None]
    );
}

#[test]
fn other_json_is_none() {
    for text in [
        "{\"type\":\"match\"}\n",
        "{\"type\":\"begin\",\"id\":1}\n{}\n{}\n",
        "",
        "{\"type\":\"begin\",\"data\":{}}\n{}\n{}\n{}\n{}\n",
    ] {
        assert!(Output::read(text).is_none(), "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_reads_back_is_what_was_written(
        lines in prop::collection::vec(("[ -~é\t]{0,20}", prop::option::of((0..5_usize, 0..5_usize))), 1..12),
        path in "[a-z/ .é0-9=>]{1,8}",
        cut in 0..40_usize,
    ) {
        let places: Vec<Vec<(usize, usize)>> = lines.iter().map(|(text, place)| {
            let place = place.map(|(from, length)| {
                let from = text.floor_char_boundary(from.min(text.len()));
                (from, text.ceil_char_boundary((from + length).min(text.len())))
            });
            place.into_iter().collect()
        }).collect();
        let lines: Vec<Given<'_>> = (1..)
            .zip(lines.iter().zip(&places))
            .map(|(number, ((text, _), places))| (number, text.as_str(), places.as_slice()))
            .collect();
        let whole = file(&path, &lines).repeat(2);
        let text = &whole[..whole.floor_char_boundary(whole.len() - cut)];
        if let Some(output) = Output::read(text) {
            let written = output.written();
            prop_assert_eq!(decode(&written, text.len()), Some(text.to_owned()));
        }
    }

    #[test]
    fn what_claims_to_be_ours_never_panics(body in "[0-9@,\\- >=a\n|]{0,40}") {
        let _ = decode(&format!("{OPENING}{LEGEND}\n{body}"), 2_000);
    }
}
