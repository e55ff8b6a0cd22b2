//! A generator of request bodies in every format.

use crate::wire::Format;

/// Every format.
pub(crate) const FORMATS: [Format; 4] =
    [Format::OpenAiChat, Format::Anthropic, Format::OpenAiResponses, Format::Gemini];

/// A source of choices; when it has run out, every choice is the first one, so that shrinking works.
pub(crate) struct Choices<'a>(std::slice::Iter<'a, u8>);

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }
}

impl Choices<'_> {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % bound
    }

    fn of<'t>(&mut self, options: &[&'t str]) -> &'t str {
        options[self.below(options.len())]
    }

    fn space(&mut self) -> &'static str {
        self.of(&["", "", "", " ", "\n\t", " \r\n "])
    }

    pub(crate) fn text(&mut self) -> String {
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
        self.object_with(fields, true)
    }

    fn object_with(&mut self, fields: &[(&str, String)], unknown: bool) -> String {
        let mut all = Vec::new();
        for (key, value) in fields {
            if self.below(8) == 7 {
                all.push((self.literal(key), self.junk()));
            }
            if unknown && self.below(8) == 7 {
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
        self.text_part_of("text")
    }

    fn text_part_of(&mut self, kind: &str) -> String {
        let kind = self.literal(kind);
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

    fn item(&mut self) -> String {
        let kind = self.of(&[
            "message",
            "function_call",
            "function_call_output",
            "custom_tool_call",
            "custom_tool_call_output",
            "local_shell_call_output",
            "reasoning",
            "mcp_call",
        ]);
        let mut fields = vec![("type", self.literal(kind))];
        match kind {
            "message" => {
                fields.push(("role", self.string(&["user", "assistant", "system", "developer"])));
                fields.push(("content", self.items_content()));
            }
            "function_call" | "custom_tool_call" => {
                let arguments = self.text();
                let key = if kind == "function_call" { "arguments" } else { "input" };
                fields.extend([
                    ("call_id", self.id()),
                    ("name", self.tool_name()),
                    (key, self.literal(&arguments)),
                ]);
            }
            "reasoning" => fields.push(("content", self.items_content())),
            "mcp_call" => {
                let output = self.text();
                fields.extend([("name", self.tool_name()), ("output", self.literal(&output))]);
            }
            _ => fields.extend([("call_id", self.id()), ("output", self.items_content())]),
        }
        self.object(&fields)
    }

    /// A string, or texts and images.
    fn items_content(&mut self) -> String {
        match self.below(5) {
            0 | 1 => {
                let text = self.text();
                self.literal(&text)
            }
            2 => self.junk_but_no_text(),
            _ => {
                let parts: Vec<String> = (0..self.below(4))
                    .map(|_| match self.below(4) {
                        0 => self.image(),
                        1 => self.text_part_of("output_text"),
                        _ => self.text_part_of("input_text"),
                    })
                    .collect();
                self.array(&parts)
            }
        }
    }

    fn content(&mut self) -> String {
        let parts: Vec<String> = (0..self.below(4)).map(|_| self.gemini_part()).collect();
        let fields = [("role", self.string(&["user", "model", "function"])), ("parts", self.array(&parts))];
        self.object(&fields)
    }

    fn gemini_part(&mut self) -> String {
        let text = self.text();
        let text = self.literal(&text);
        match self.below(6) {
            0 | 1 => self.object(&[("text", text), ("thoughtSignature", "\"c2ln\"".to_owned())]),
            2 => self.object(&[("text", text), ("thought", "true".to_owned())]),
            3 => {
                let call = [("name", self.tool_name()), ("args", self.junk())];
                let spelling = self.of(&["functionCall", "function_call"]);
                let part = [(spelling, self.object(&call))];
                self.object(&part)
            }
            4 => {
                let rows = [self.junk(), self.literal(&"long ".repeat(60)), self.junk()];
                let fields = [
                    (self.of(&["result", "output", "error"]), text),
                    ("code", "7".to_owned()),
                    ("rows", self.array(&rows)),
                ];
                // A key of its own given twice would stand at two places.
                let response = self.object_with(&fields, false);
                let result = [("name", self.tool_name()), ("response", response)];
                let spelling = self.of(&["functionResponse", "function_response"]);
                let part = [(spelling, self.object(&result))];
                self.object(&part)
            }
            _ => self.image(),
        }
    }

    pub(crate) fn body(&mut self, format: Format) -> String {
        let messages: Vec<String> = (0..self.below(5))
            .map(|_| match format {
                Format::OpenAiChat => self.openai_message(),
                Format::Anthropic => self.anthropic_message(),
                Format::OpenAiResponses => self.item(),
                Format::Gemini => self.content(),
            })
            .collect();
        let list = match format {
            Format::OpenAiChat | Format::Anthropic => "messages",
            Format::OpenAiResponses => "input",
            Format::Gemini => "contents",
        };
        let mut fields = vec![(list, self.array(&messages)), ("max_tokens", self.junk())];
        if self.below(2) == 1 {
            match format {
                Format::OpenAiChat => {}
                Format::Anthropic => fields.push(("system", self.string_or_contents())),
                Format::OpenAiResponses => {
                    let text = self.text();
                    fields.push(("instructions", self.literal(&text)));
                }
                Format::Gemini => {
                    let spelling = self.of(&["systemInstruction", "system_instruction"]);
                    fields.push((spelling, self.content()));
                }
            }
        }
        if self.below(2) == 1 {
            let mut tools: Vec<String> = (0..self.below(3)).map(|_| self.junk()).collect();
            if format == Format::Gemini {
                let declarations: Vec<String> = (0..self.below(3)).map(|_| self.junk()).collect();
                let spelling = self.of(&["functionDeclarations", "function_declarations"]);
                let declarations = [(spelling, self.array(&declarations))];
                tools.push(self.object(&declarations));
            }
            fields.push(("tools", self.array(&tools)));
        }
        let body = self.object(&fields);
        format!("{}{body}{}", self.space(), self.space())
    }
}
