//! Generated bodies: odd spacing, keys given twice, escapes, big numbers, unknown fields, images.

use proptest::prelude::*;
use serde_json::Value;

use super::reference::{self, Expected};
use crate::block::Block;
use crate::wire::{Format, Request, Span, scan, splice};

const TOOL: &str = r#"{"name":"headroom_retrieve","type":"function"}"#;

/// A source of choices; when it has run out, every choice is the first one, so that shrinking works.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % bound
    }

    fn of<'t>(&mut self, options: &[&'t str]) -> &'t str {
        options[self.below(options.len())]
    }

    fn space(&mut self) -> &'static str {
        self.of(&["", "", "", " ", "\n\t", " \r\n "])
    }

    fn text(&mut self) -> String {
        let words = [
            "a",
            " ",
            "\n",
            "\"",
            "\\",
            "é",
            "😀",
            "\u{0}",
            "\u{2028}",
            "/",
            "{\"k\":[1,2]}",
            "\\ud800",
            "line\r\n",
            "0123456789abcdefghij",
            "\u{7f}",
            "\u{fffd}",
        ];
        (0..self.below(9)).map(|_| self.of(&words)).collect()
    }

    /// A literal of `text`, with some characters escaped that need not be.
    fn literal(&mut self, text: &str) -> String {
        let mut out = String::from("\"");
        for character in text.chars() {
            let needed = matches!(character, '"' | '\\') || character < ' ';
            if !needed && self.below(8) != 7 {
                out.push(character);
            } else if self.below(2) == 0 && matches!(character, '"' | '\\' | '/' | '\n') {
                out.push('\\');
                out.push(if character == '\n' { 'n' } else { character });
            } else {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    let digits = format!("{unit:04x}");
                    out.push_str("\\u");
                    out.push_str(&if self.below(2) == 0 { digits } else { digits.to_uppercase() });
                }
            }
        }
        out + "\""
    }

    /// Something that no format asks for.
    fn junk(&mut self) -> String {
        let values = [
            "null",
            "true",
            "-0.0",
            "1.50",
            "1E+2",
            "123456789012345678901234567890",
            "[]",
            "{}",
            "[[[{}]],\"]\"]",
            "{\"text\":\"no\",\"type\":\"text\",\"content\":[\"no\"]}",
            "\"str\\u0069ng\"",
            "0.1e-7",
        ];
        self.of(&values).to_owned()
    }

    /// An object of `fields`, with unknown ones between them and earlier values for the same keys.
    fn object(&mut self, fields: &[(&str, String)]) -> String {
        let mut all = Vec::new();
        for (key, value) in fields {
            if self.below(8) == 7 {
                all.push((self.literal(key), self.junk()));
            }
            if self.below(8) == 7 {
                all.push((self.literal("cache_control"), self.junk()));
            }
            all.push((self.literal(key), value.clone()));
        }
        // Any order will do as long as the values of one key keep theirs: keys in `fields` differ.
        let shift = self.below(3);
        if shift > 0 && all.windows(2).all(|pair| pair[0].0 != pair[1].0) && all.len() == fields.len() {
            all.rotate_left(shift % fields.len().max(1));
        }
        let fields: Vec<String> = all
            .into_iter()
            .map(|(key, value)| {
                format!("{}{key}{}:{}{value}{}", self.space(), self.space(), self.space(), self.space())
            })
            .collect();
        format!("{{{}{}}}", fields.join(","), self.space())
    }

    fn array(&mut self, items: &[String]) -> String {
        let items: Vec<String> =
            items.iter().map(|item| format!("{}{item}{}", self.space(), self.space())).collect();
        format!("[{}{}]", items.join(","), self.space())
    }

    fn string(&mut self, options: &[&str]) -> String {
        let text = self.of(options);
        self.literal(text)
    }

    fn id(&mut self) -> String {
        self.string(&["call_1", "call_2", "call é"])
    }

    fn tool_name(&mut self) -> String {
        self.string(&["Bash", "headroom_retrieve", "list files"])
    }

    fn text_part(&mut self) -> String {
        let kind = self.literal("text");
        let text = self.text();
        let text = self.literal(&text);
        match self.below(6) {
            5 => self.object(&[("text", text), ("type", kind), ("citations", "[{}]".to_owned())]),
            4 => self.object(&[("text", text), ("type", kind), ("citations", "null".to_owned())]),
            _ => self.object(&[("type", kind), ("text", text)]),
        }
    }

    fn image(&mut self) -> String {
        let source = self.object(&[("type", "\"base64\"".to_owned()), ("data", "\"iVBOR\"".to_owned())]);
        self.object(&[("type", "\"image\"".to_owned()), ("source", source)])
    }

    /// Texts and images.
    fn contents(&mut self) -> String {
        let items: Vec<String> = (0..self.below(4))
            .map(|_| if self.below(4) == 3 { self.image() } else { self.text_part() })
            .collect();
        self.array(&items)
    }

    fn string_or_contents(&mut self) -> String {
        if self.below(2) == 0 {
            let text = self.text();
            self.literal(&text)
        } else {
            self.contents()
        }
    }

    fn openai_message(&mut self) -> String {
        let role = self.of(&["user", "assistant", "tool", "system", "developer"]);
        let mut fields = vec![("role", self.literal(role))];
        if self.below(6) < 5 {
            fields.push(("content", self.string_or_contents()));
        } else {
            fields.push(("content", self.junk_but_no_text()));
        }
        if role == "tool" {
            fields.push(("tool_call_id", self.id()));
        }
        if role == "assistant" {
            let calls: Vec<String> = (0..self.below(3))
                .map(|_| {
                    let arguments = self.text();
                    let function = [("name", self.tool_name()), ("arguments", self.literal(&arguments))];
                    let call = [("id", self.id()), ("function", self.object(&function))];
                    self.object(&call)
                })
                .collect();
            fields.push(("tool_calls", self.array(&calls)));
        }
        self.object(&fields)
    }

    fn junk_but_no_text(&mut self) -> String {
        self.of(&["null", "7", "true", "[]", "[1,\"x\"]"]).to_owned()
    }

    fn anthropic_part(&mut self) -> String {
        match self.below(7) {
            0 | 1 => self.text_part(),
            2 => {
                let fields = [
                    ("type", self.literal("tool_use")),
                    ("id", self.id()),
                    ("name", self.tool_name()),
                    ("input", self.junk()),
                ];
                self.object(&fields)
            }
            3 => {
                let fields = [
                    ("type", self.literal("tool_result")),
                    ("tool_use_id", self.id()),
                    ("content", self.string_or_contents()),
                    ("is_error", self.of(&["false", "true", "null"]).to_owned()),
                ];
                self.object(&fields)
            }
            4 => {
                let data = self.text();
                let source = [("type", self.string(&["text", "base64"])), ("data", self.literal(&data))];
                let fields = [
                    ("type", self.literal("document")),
                    ("source", self.object(&source)),
                    ("title", self.string(&["T", "é\n"])),
                ];
                self.object(&fields)
            }
            5 => {
                let hit = [("type", self.literal("web_search_result")), ("title", self.string(&["T", "U"]))];
                let hits = [self.object(&hit), self.object(&hit)];
                let fields =
                    [("type", self.literal("web_search_tool_result")), ("content", self.array(&hits))];
                self.object(&fields)
            }
            _ => {
                let fields =
                    [("type", self.literal("thinking")), ("thinking", self.junk()), ("text", self.junk())];
                self.object(&fields)
            }
        }
    }

    fn anthropic_message(&mut self) -> String {
        let content = match self.below(5) {
            0 => self.string_or_contents(),
            1 => self.junk_but_no_text(),
            _ => {
                let parts: Vec<String> = (0..self.below(5)).map(|_| self.anthropic_part()).collect();
                self.array(&parts)
            }
        };
        let fields = [("role", self.string(&["user", "assistant"])), ("content", content)];
        self.object(&fields)
    }

    fn body(&mut self, format: Format) -> String {
        let messages: Vec<String> = (0..self.below(5))
            .map(|_| match format {
                Format::OpenAiChat => self.openai_message(),
                Format::Anthropic => self.anthropic_message(),
            })
            .collect();
        let mut fields = vec![("messages", self.array(&messages)), ("max_tokens", self.junk())];
        if format == Format::Anthropic && self.below(2) == 1 {
            fields.push(("system", self.string_or_contents()));
        }
        if self.below(2) == 1 {
            let tools: Vec<String> = (0..self.below(3)).map(|_| self.junk()).collect();
            fields.push(("tools", self.array(&tools)));
        }
        let body = self.object(&fields);
        format!("{}{body}{}", self.space(), self.space())
    }
}

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
    assert_eq!(outside(&changed, &again.spans), outside(body.as_bytes(), &request.spans));

    if let Some(insertion) = request.tools.insertion {
        let changed = splice(body.as_bytes(), &replacements, Some((insertion, TOOL)));
        value["tools"].as_array_mut().unwrap().push(serde_json::from_str(TOOL).unwrap());
        assert_eq!(serde_json::from_slice::<Value>(&changed).unwrap(), value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blocks_are_those_of_a_naive_reading_and_only_they_change(
        bytes in prop::collection::vec(any::<u8>(), 0..4000),
        replacing in prop::collection::vec(any::<u8>(), 0..100),
        anthropic in any::<bool>(),
    ) {
        let format = if anthropic { Format::Anthropic } else { Format::OpenAiChat };
        let body = Choices(bytes.iter()).body(format);
        check(&body, format, &mut Choices(replacing.iter()));
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        changes in prop::collection::vec((any::<u16>(), any::<u8>()), 0..4),
        anthropic in any::<bool>(),
    ) {
        let format = if anthropic { Format::Anthropic } else { Format::OpenAiChat };
        let _ = scan(&bytes, format).is_ok();
        let mut body = Choices(bytes.iter()).body(format).into_bytes();
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
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_body_cut_anywhere_is_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..500),
        anthropic in any::<bool>(),
    ) {
        let format = if anthropic { Format::Anthropic } else { Format::OpenAiChat };
        let body = Choices(bytes.iter()).body(format);
        for cut in 0..body.trim_end().len() {
            prop_assert!(scan(&body.as_bytes()[..cut], format).is_err(), "cut at {}", cut);
        }
    }
}
