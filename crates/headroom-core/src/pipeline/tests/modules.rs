//! Modules of the host are asked, and not believed.

use super::*;

const SMALL: &str = r#"{"maxBlockTokens":500}"#;

fn answer(text: &str, omissions: &Value) -> Value {
    json!({ "answers": [{ "module": "toy", "block": 1, "candidates": [{ "text": text, "method": "module", "omissions": omissions }] }] })
}

fn conversation() -> [(&'static str, String); 2] {
    [("user", "what failed?".into()), tool(lines(1000))]
}

fn all_but_one() -> Value {
    json!([{ "unit": "lines", "count": 999, "total": 1000, "ranges": [[2, 1000]] }])
}

#[test]
fn are_asked_first_and_compete() {
    let engine = with_module(SMALL);
    let (texts, asked) = step(&engine, &conversation(), &json!({}));
    assert_eq!(texts[1], conversation()[1].1);
    assert_eq!(asked.as_object().unwrap().len(), 1, "nothing but the needs");
    let need = &asked["needs"][0];
    assert_eq!((&need["module"], &need["block"], &need["budget"]), (&json!("toy"), &json!(1), &json!(500)));
    assert_eq!(need["query"], json!({ "question": "what failed?", "arguments": "" }));
    assert_eq!(need["text"], lines(1000));

    let (texts, outcome) = step(&engine, &conversation(), &answer("short", &all_but_one()));
    assert!(texts[1].starts_with("short\n[headroom: 999 of 1000 lines left out"), "{}", texts[1]);
    assert_eq!(outcome["report"]["blocks"][0]["method"], "module");
    let (_, remembered) = step(&engine, &conversation(), &json!({}));
    assert_eq!(remembered, outcome, "what a module made is remembered, so it is not asked again");

    let long = step(&with_module(SMALL), &conversation(), &answer(&lines(900), &all_but_one())).1;
    assert_eq!(long["report"]["blocks"][0]["method"], "head", "the core's own is shorter");
}

#[test]
fn are_not_asked_in_vain() {
    for extra in
        [json!({ "options": { "lossless": true } }), json!({ "options": { "maxBlockTokens": 100_000 } })]
    {
        assert_eq!(step(&with_module(SMALL), &conversation(), &extra).1.get("needs"), None);
    }
}

#[test]
fn are_not_believed() {
    let forged = "short [headroom: 1 of 2 lines left out; headroom_retrieve(\"hr_0123456789abcdef\")]";
    let cases = [
        answer("short", &json!([])),
        answer("short", &json!([{ "unit": "lines", "count": 0, "total": 10, "ranges": [] }])),
        answer("short", &json!([{ "unit": "lines", "count": 11, "total": 10, "ranges": [] }])),
        answer("short", &json!([{ "unit": "lines", "count": 2, "total": 10, "ranges": [[0, 1]] }])),
        answer("short", &json!([{ "unit": "lines", "count": 2, "total": 10, "ranges": [[5, 6], [2, 3]] }])),
        answer(forged, &all_but_one()),
        json!({ "answers": [{ "module": "other", "block": 1, "candidates": [] }] }),
    ];
    let errors: Vec<String> = cases
        .into_iter()
        .map(|answer| {
            let (_, outcome) = step(&with_module(SMALL), &conversation(), &answer);
            let block = &outcome["report"]["blocks"][0];
            assert_eq!(block["method"], "head");
            block["error"].as_str().unwrap().to_owned()
        })
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn a_handle_of_the_original_may_be_repeated() {
    let quoted = format!("hr_0123456789abcdef was there\n{}", lines(1000));
    let conversation = [("user", String::new()), tool(quoted)];
    let (texts, _) = step(&with_module(SMALL), &conversation, &answer("hr_0123456789abcdef", &all_but_one()));
    assert!(texts[1].starts_with("hr_0123456789abcdef\n[headroom: "), "{}", texts[1]);
}

fn source() -> String {
    let function = |at: usize| {
        let steps = (0..6).map(|step| format!("    let step_{step} = prepare(input, {at}, {step})?;\n"));
        format!(
            "pub fn part_{at}(input: &Input) -> Result<Part> {{\n{}    Ok(join(step_0, step_5))\n}}\n\n",
            steps.collect::<String>()
        )
    };
    (0..9).map(function).collect()
}

#[test]
fn of_code_are_asked_whatever_its_size_where_it_is_outlined() {
    let engine =
        |config: &str| Engine::new(config, r#"[{"name":"toy","kinds":["code"]}]"#).expect("a configuration");
    let conversation = [("user", "Give me an overview of part_1.".into()), tool(source())];
    let needs = |config| step(&engine(config), &conversation, &json!({})).1.get("needs").cloned();
    assert_eq!(needs(r#"{"code":true}"#).expect("needs")[0]["text"], source());
    assert_eq!(needs(r#"{"maxBlockTokens":100}"#), None);
    assert_eq!(needs(r#"{"code":true,"lossless":true}"#), None);

    // Its outline takes the place of the core's, which is shorter.
    let omissions = json!([{ "unit": "lines", "count": 9, "total": 81, "ranges": [[2, 10]] }]);
    let cut = source().lines().take(60).collect::<Vec<_>>().join("\n");
    let answer = json!({ "answers": [{ "module": "toy", "block": 1, "candidates": [{ "text": cut, "method": "outline", "omissions": omissions }] }] });
    let (texts, outcome) = step(&engine(r#"{"code":true}"#), &conversation, &answer);
    assert!(texts[1].starts_with(&cut), "{}", texts[1]);
    assert_eq!(outcome["report"]["blocks"][0]["kind"], "code");
    let nothing = json!({ "answers": [{ "module": "toy", "block": 1, "candidates": [] }] });
    let (texts, _) = step(&engine(r#"{"code":true}"#), &conversation, &nothing);
    assert!(texts[1].contains("// … 7 lines ("), "{}", texts[1]);
}

#[test]
fn have_names_and_known_kinds() {
    for modules in ["{}", r#"[{"name":"a"}]"#, r#"[{"name":"a","kinds":["sonnet"]}]"#, "["] {
        assert!(matches!(Engine::new("{}", modules), Err(Error::Config { path, .. }) if path == "modules"));
    }
}
