//! `JSONPath` against the examples that RFC 9535 gives, and against hostile input.

use super::{Evaluation, parse, select};
use crate::ccr::source::Source;
use proptest::prelude::*;

const STORE: &str = r#"{ "store": {
    "book": [
      { "category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95 },
      { "category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99 },
      { "category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553-21311-3", "price": 8.99 },
      { "category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord of the Rings", "isbn": "0-395-19395-8", "price": 22.99 }
    ],
    "bicycle": { "color": "red", "price": 399 }
  } }"#;

const FILTERED: &str = r#"{"a":[3,5,1,2,4,6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}],"o":{"p":1,"q":2,"r":3,"s":5,"t":{"u":6}},"e":"f"}"#;

const COMPARED: &str = r#"{"obj":{"x":"y"},"arr":[2,3],"one":[0]}"#;

fn selected_in(json: &str, path: &str, through_strings: bool) -> String {
    let mut source = Source::read(json).expect("JSON");
    match parse(path) {
        Err(message) => format!("error: {message}"),
        Ok(query) => match select(&mut source, &query, through_strings) {
            Evaluation::TooBroad => "too broad".to_owned(),
            Evaluation::Places(places) => {
                places.iter().map(|&place| source.text(source.slice(place))).collect::<Vec<_>>().join(" | ")
            }
        },
    }
}

fn selected(json: &str, path: &str) -> String {
    selected_in(json, path, false)
}

#[test]
fn the_bookstore_of_the_rfc() {
    let authors = r#""Nigel Rees" | "Evelyn Waugh" | "Herman Melville" | "J. R. R. Tolkien""#;
    assert_eq!(selected(STORE, "$.store.book[*].author"), authors);
    assert_eq!(selected(STORE, "$..author"), authors);
    assert_eq!(selected(STORE, "$.store..price"), "8.95 | 12.99 | 8.99 | 22.99 | 399");
    assert_eq!(selected(STORE, "$..book[2].author"), r#""Herman Melville""#);
    assert_eq!(selected(STORE, "$..book[2].publisher"), "");
    assert_eq!(selected(STORE, "$..book[-1].title"), r#""The Lord of the Rings""#);
    let first_two = r#""Sayings of the Century" | "Sword of Honour""#;
    assert_eq!(selected(STORE, "$..book[0,1].title"), first_two);
    assert_eq!(selected(STORE, "$..book[:2].title"), first_two);
    assert_eq!(selected(STORE, "$..book[?@.isbn].title"), r#""Moby Dick" | "The Lord of the Rings""#);
    assert_eq!(selected(STORE, "$..book[?@.price<10].title"), r#""Sayings of the Century" | "Moby Dick""#);
    assert_eq!(selected(STORE, "$..*").split(" | ").count(), 27);
    assert_eq!(selected(STORE, "$.store.bicycle"), r#"{ "color": "red", "price": 399 }"#);
    assert_eq!(
        selected(STORE, "$.store.book[?@.price > $.store.book[0].price && @.category == 'fiction'].price"),
        "12.99 | 8.99 | 22.99"
    );
}

#[test]
fn names_wildcards_indexes_and_slices() {
    let quoted = r#"{"o":{"j j":{"k.k":3}},"'":{"@":2},"☺":1}"#;
    for path in ["$.o['j j']['k.k']", r#"$.o["j j"]["k.k"]"#, "$ .o [ 'j j' ]\n['k.k']"] {
        assert_eq!(selected(quoted, path), "3", "{path}");
    }
    assert_eq!(selected(quoted, r#"$["'"]["@"]"#), "2");
    assert_eq!(selected(quoted, r"$['\'']['@']"), "2");
    assert_eq!(selected(quoted, "$.☺"), "1");
    assert_eq!(selected(quoted, r"$['\u263A']"), "1");
    let object = r#"{"o":{"j":1,"k":2},"a":[5,3]}"#;
    assert_eq!(selected(object, "$[*]"), r#"{"j":1,"k":2} | [5,3]"#);
    assert_eq!(selected(object, "$.o[*, *]"), "1 | 2 | 1 | 2");
    assert_eq!(selected(object, "$.a[*]"), "5 | 3");
    let letters = r#"["a","b","c","d","e","f","g"]"#;
    for (path, expected) in [
        ("$[1]", "b"),
        ("$[-2]", "f"),
        ("$[7]", ""),
        ("$[-8]", ""),
        ("$[1:3]", "b | c"),
        ("$[5:]", "f | g"),
        ("$[1:5:2]", "b | d"),
        ("$[5:1:-2]", "f | d"),
        ("$[::-1]", "g | f | e | d | c | b | a"),
        ("$[:]", "a | b | c | d | e | f | g"),
        ("$[0:99:0]", ""),
        ("$[-2:]", "f | g"),
        ("$[ 0 , 3 ]", "a | d"),
        ("$[0:2, 5]", "a | b | f"),
        ("$[0, 0]", "a | a"),
        ("$[9:2:-3]", "g | d"),
        ("$[5:9007199254740991]", "f | g"),
        ("$[-9007199254740991:2]", "a | b"),
        ("$[9007199254740991:4:-1]", "g | f"),
    ] {
        assert_eq!(selected(letters, path).replace('"', ""), expected, "{path}");
    }
    let nested = r#"{"o":{"j":1,"k":2},"a":[5,3,[{"j":4},{"k":6}]]}"#;
    assert_eq!(selected(nested, "$..j"), "1 | 4");
    assert_eq!(selected(nested, "$..[0]"), r#"5 | {"j":4}"#);
    assert_eq!(selected(nested, "$..o"), r#"{"j":1,"k":2}"#);
    assert_eq!(selected(nested, "$.o..[*, *]"), "1 | 2 | 1 | 2");
    assert_eq!(selected(nested, "$.a..[0, 1]"), r#"5 | 3 | {"j":4} | {"k":6}"#);
    assert_eq!(selected(r#"{"a":1,"a":2}"#, "$.a"), "1 | 2", "repeated keys are all there");
    assert_eq!(selected("[1]", "$"), "[1]");
}

#[test]
fn filters() {
    for (path, expected) in [
        ("$.a[?@.b == 'kilo']", r#"{"b":"kilo"}"#),
        ("$.a[?(@.b == 'kilo')]", r#"{"b":"kilo"}"#),
        ("$.a[?@>3.5]", "5 | 4 | 6"),
        ("$.a[?@.b]", r#"{"b":"j"} | {"b":"k"} | {"b":{}} | {"b":"kilo"}"#),
        ("$.o[?@<3, ?@<3]", "1 | 2 | 1 | 2"),
        ("$.a[?@<2 || @.b == \"k\"]", r#"1 | {"b":"k"}"#),
        ("$.o[?@>1 && @<4]", "2 | 3"),
        ("$.o[?@.u || @.x]", r#"{"u":6}"#),
        ("$.a[?@.b == $.x]", "3 | 5 | 1 | 2 | 4 | 6"),
        ("$.a[?!@.b && @ >= 5]", "5 | 6"),
        ("$.a[?!(@.b || @ < 5)]", "5 | 6"),
        ("$.a[?length(@.b) == 4]", r#"{"b":"kilo"}"#),
        ("$[?value(@..u) == 6]", r#"{"p":1,"q":2,"r":3,"s":5,"t":{"u":6}}"#),
    ] {
        assert_eq!(selected(FILTERED, path), expected, "{path}");
    }
    assert_eq!(selected(FILTERED, "$[?@.*]").matches(" | ").count(), 1);
    assert!(selected(FILTERED, "$[?count(@.*) == 10]").starts_with("[3,5,1"));
    assert_eq!(selected("[[1,[2]],[1],[[2,3],1]]", "$[?@[?@ > 1]]"), "");
    assert_eq!(selected("[[1,[2]],[1],[[2,3],1]]", "$[?@[?@[0] > 1]]"), "[1,[2]] | [[2,3],1]");
}

#[test]
fn comparisons_of_the_rfc() {
    for (comparison, holds) in [
        ("$.absent1 == $.absent2", true),
        ("$.absent1 <= $.absent2", true),
        ("$.absent == 'g'", false),
        ("$.absent1 != $.absent2", false),
        ("$.absent != 'g'", true),
        ("1 <= 2", true),
        ("1 > 2", false),
        ("13 == '13'", false),
        ("'a' <= 'b'", true),
        ("'a' > 'b'", false),
        ("$.obj == $.arr", false),
        ("$.obj != $.arr", true),
        ("$.obj == $.obj", true),
        ("$.obj != $.obj", false),
        ("$.arr == $.arr", true),
        ("$.obj == 17", false),
        ("$.obj <= $.arr", false),
        ("$.obj < $.arr", false),
        ("$.obj <= $.obj", true),
        ("1 <= $.arr", false),
        ("1 > $.arr", false),
        ("true <= true", true),
        ("true > true", false),
        ("1.0 == 1", true),
        ("1e2 == 100", true),
        ("-0 == 0", true),
        ("null == null", true),
        ("90071992547409931 == 90071992547409932", false),
    ] {
        let found = selected(COMPARED, &format!("$.one[?{comparison}]"));
        assert_eq!(found, if holds { "0" } else { "" }, "{comparison}");
    }
    let reordered = r#"[[{"a":1,"b":[{"c":2}]},{"b":[{"c":2.0}],"a":1}],[{"a":1},{"a":2}]]"#;
    assert_eq!(selected(reordered, "$[?@[0] == @[1]]").matches('c').count(), 2);
}

#[test]
fn what_models_write_instead() {
    for path in
        ["store.bicycle.color", ".store.bicycle.color", "['store'].bicycle.color", " $.store.bicycle.color "]
    {
        assert_eq!(selected(STORE, path), r#""red""#, "{path}");
    }
}

#[test]
fn mistakes_are_named() {
    let paths = [
        "$.",
        "$[",
        "$[1",
        "$[01]",
        "$[-0]",
        "$['a",
        "$.a b",
        "$[?]",
        "$[?@.a ==]",
        "$[?@.* == 1]",
        "$[?1]",
        "$[?'a']",
        "$[?(@.a]",
        "$[?length(@.*) == 1]",
        "$[?match(@.a, 'x.*')]",
        "$[?search(@.a, 'x')]",
        "$[9007199254740992]",
        "$[?@.a == True]",
        "$..",
        "$[\"\\x\"]",
        "$['\\ud800']",
        "$[?@.a = 1]",
        "$[?@.a =~ /x/]",
        "$[(@.length-1)]",
    ];
    let messages: Vec<String> =
        paths.iter().map(|path| format!("{path}\n    {}", selected(STORE, path))).collect();
    assert!(messages.iter().all(|message| message.contains("error: ")), "{messages:#?}");
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(messages.join("\n")) });
}

#[test]
fn strings_that_hold_json_are_looked_through_on_request() {
    let result = r#"{"content":[{"type":"text","text":"{\"items\":[{\"id\":1},{\"id\":2}]}"}]}"#;
    for path in ["$.content[0].text.items[*].id", "$..id", "$..text.items[?@.id].id"] {
        assert_eq!(selected(result, path), "", "{path}");
        assert_eq!(selected_in(result, path, true), "1 | 2", "{path}");
    }
}

#[test]
fn hostile_queries_end() {
    let flat = format!("[{}]", vec!["[1]"; 20_000].join(","));
    assert_eq!(selected(&flat, "$[?count($..*) > 0]"), "too broad");
    assert_eq!(selected(&flat, "$..[?@ == $[0]]..[?count($..*) > 9]"), "too broad");
    let deep = format!("{}1{}", "[".repeat(120), "]".repeat(120));
    assert!(!selected(&deep, "$..*..*..*..*..*").is_empty());
    let nested = format!("$[?{}@.a{}]", "(".repeat(5000), ")".repeat(5000));
    assert!(selected("[1]", &nested).contains("nested too deep"));
    assert!(selected("[1]", &format!("${}", "[?@".repeat(5000))).contains("nested too deep"));
    assert!(selected("[1]", &format!("$[?{}@.a]", "length(".repeat(5000))).contains("nested too deep"));
    assert_eq!(selected("[1]", &format!("$[?!{}@.a]", "!".repeat(5000))).matches("error").count(), 1);
}

proptest! {
    #[test]
    fn no_query_panics(
        path in "([$.@\\[\\]?*:,()'\"!&|=<> 0-9a-c-]|length|count|value|\\PC){0,24}",
        filter in "[@$.a-c0-9 <>=!&|()'\\[\\]*]{0,20}",
        json in "[\\[\\]{}\",:0-9a-c\\\\ ]{0,40}",
    ) {
        for query in [path.clone(), format!("$[?{filter}]"), format!("$..{path}")] {
            if let Ok(query) = parse(&query) {
                for document in [json.as_str(), STORE, FILTERED] {
                    if let Some(mut source) = Source::read(document) {
                        let _ = select(&mut source, &query, false);
                        let _ = select(&mut source, &query, true);
                    }
                }
            }
        }
    }
}
