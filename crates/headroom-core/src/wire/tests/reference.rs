//! The blocks of a body as a naive reading of its tree finds them.

use serde_json::Value;

use crate::wire::Format;

/// A block by its JSON pointer, and what is known of it.
#[derive(Debug, PartialEq)]
pub(super) struct Expected {
    pub(super) pointer: String,
    pub(super) message: usize,
    pub(super) part: usize,
    pub(super) role: &'static str,
    pub(super) kind: &'static str,
    pub(super) tool: Option<String>,
    pub(super) arguments: Option<Value>,
    pub(super) is_error: bool,
    pub(super) text: String,
}

/// A call: id, name, arguments.
type Calls = Vec<(Value, Option<String>, Option<Value>)>;

pub(super) fn blocks(body: &Value, format: Format) -> Vec<Expected> {
    match format {
        Format::OpenAiChat | Format::Anthropic => messages(body, format),
        Format::OpenAiResponses => items(body),
        Format::Gemini => contents(body),
    }
}

/// The list to which a tool is added.
pub(super) fn tools(body: &mut Value, format: Format) -> &mut Vec<Value> {
    let tools = body["tools"].as_array_mut().unwrap();
    if format != Format::Gemini {
        return tools;
    }
    let tool = tools.last_mut().unwrap();
    let spelling = ["functionDeclarations", "function_declarations"];
    let spelling = spelling.into_iter().find(|name| tool.get(name).is_some()).unwrap();
    tool[spelling].as_array_mut().unwrap()
}

fn messages(body: &Value, format: Format) -> Vec<Expected> {
    let mut out = Vec::new();
    let mut calls = Calls::new();
    if format == Format::Anthropic {
        texts("/system", &body["system"], (0, "System"), &calls, &mut out);
    }
    for (index, message) in body["messages"].as_array().unwrap().iter().enumerate() {
        let role = match (message["role"].as_str(), format) {
            (Some("user"), _) => "User",
            (Some("assistant"), _) => "Assistant",
            (Some("tool"), Format::OpenAiChat) => "Tool",
            _ => "System",
        };
        let start = out.len();
        texts(&format!("/messages/{index}/content"), &message["content"], (index, role), &calls, &mut out);
        for block in &mut out[start..] {
            if format == Format::OpenAiChat {
                block.kind = "Text";
            }
            if role == "Tool" {
                result(block, &message["tool_call_id"], &calls, false);
            }
        }
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            let function = &call["function"];
            calls.push((call["id"].clone(), string(&function["name"]), Some(function["arguments"].clone())));
        }
        for part in message["content"].as_array().into_iter().flatten() {
            if format == Format::Anthropic && part["type"] == "tool_use" {
                calls.push((part["id"].clone(), string(&part["name"]), part.get("input").cloned()));
            }
        }
    }
    out
}

fn items(body: &Value) -> Vec<Expected> {
    let mut out = Vec::new();
    let mut calls = Calls::new();
    add("/instructions", &body["instructions"], (0, "System"), 0, &mut out);
    for (index, item) in body["input"].as_array().unwrap().iter().enumerate() {
        let start = out.len();
        let mut all = |field: &str, role: &'static str| {
            let pointer = format!("/input/{index}/{field}");
            add(&pointer, &item[field], (index, role), 0, &mut out);
            for (part, value) in item[field].as_array().into_iter().flatten().enumerate() {
                if matches!(value["type"].as_str(), Some("input_text" | "output_text")) {
                    add(&format!("{pointer}/{part}/text"), &value["text"], (index, role), part, &mut out);
                }
            }
        };
        match item["type"].as_str().unwrap() {
            "message" => all(
                "content",
                match item["role"].as_str() {
                    Some("user") => "User",
                    Some("assistant") => "Assistant",
                    _ => "System",
                },
            ),
            "mcp_call" => {
                all("output", "Assistant");
                out[start..].iter_mut().for_each(|block| block.kind = "McpResult");
            }
            "function_call" => {
                calls.push((item["call_id"].clone(), string(&item["name"]), Some(item["arguments"].clone())));
            }
            "custom_tool_call" => {
                calls.push((item["call_id"].clone(), string(&item["name"]), Some(item["input"].clone())));
            }
            "reasoning" => {}
            _ => {
                all("output", "Tool");
                for block in &mut out[start..] {
                    result(block, &item["call_id"], &calls, false);
                }
            }
        }
    }
    out
}

fn contents(body: &Value) -> Vec<Expected> {
    let mut out = Vec::new();
    for field in ["systemInstruction", "system_instruction"] {
        parts(&format!("/{field}"), &body[field], (0, "System"), &mut Vec::new(), &mut out);
    }
    // What a tool says in a system instruction is no result.
    for block in &mut out {
        block.role = "System";
    }
    let mut waiting = Vec::new();
    for (index, content) in body["contents"].as_array().unwrap().iter().enumerate() {
        let role = if content["role"] == "model" { "Assistant" } else { "User" };
        parts(&format!("/contents/{index}"), content, (index, role), &mut waiting, &mut out);
        let calls = content["parts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| either(part, "functionCall", "function_call"));
        let calls: Vec<_> = calls.filter(|call| call.is_object()).collect();
        waiting.retain(|(name, _): &(Value, Value)| calls.iter().all(|call| call["name"] != *name));
        waiting.extend(calls.iter().map(|call| (call["name"].clone(), call["args"].clone())));
    }
    out
}

fn either<'a>(value: &'a Value, one: &str, other: &str) -> &'a Value {
    value.get(one).unwrap_or(&value[other])
}

fn parts(
    pointer: &str,
    content: &Value,
    place: (usize, &'static str),
    waiting: &mut Vec<(Value, Value)>,
    out: &mut Vec<Expected>,
) {
    for (index, part) in content["parts"].as_array().into_iter().flatten().enumerate() {
        let pointer = format!("{pointer}/parts/{index}");
        if part["thought"] != true {
            add(&format!("{pointer}/text"), &part["text"], place, index, out);
        }
        let result = either(part, "functionResponse", "function_response");
        let Some(response) = result["response"].as_object() else { continue };
        let spelling =
            if part.get("functionResponse").is_some() { "functionResponse" } else { "function_response" };
        let mut same = waiting.iter().enumerate().filter(|(_, (name, _))| *name == result["name"]);
        let call = same.next().map(|(at, call)| (at, call.clone()));
        let more = same.next().is_some();
        let start = out.len();
        for (key, value) in response {
            let pointer = format!("{pointer}/{spelling}/response/{key}");
            add(&pointer, value, place, index + out.len() - start, out);
            for (row, value) in value.as_array().into_iter().flatten().enumerate() {
                if value.as_str().is_some_and(|text| text.len() >= 256) {
                    add(&format!("{pointer}/{row}"), value, place, index + out.len() - start, out);
                }
                add(&format!("{pointer}/{row}/text"), &value["text"], place, index + out.len() - start, out);
            }
            for block in &mut out[start..] {
                block.is_error |= key == "error" && block.pointer.starts_with(&pointer);
            }
        }
        for block in &mut out[start..] {
            let name = call.as_ref().and_then(|(_, call)| string(&call.0));
            block.kind =
                if name.as_deref() == Some("headroom_retrieve") { "Retrieved" } else { "ToolResult" };
            block.role = "Tool";
            block.arguments = call.as_ref().map(|(_, call)| call.1.clone());
            block.tool = name;
        }
        if let Some((at, _)) = call.filter(|_| more) {
            waiting.remove(at);
        }
    }
}

fn string(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn result(block: &mut Expected, id: &Value, calls: &Calls, is_error: bool) {
    let call = calls.iter().rev().find(|call| id.is_string() && call.0 == *id);
    block.tool = call.and_then(|call| call.1.clone());
    block.arguments = call.and_then(|call| call.2.clone());
    block.kind = if block.tool.as_deref() == Some("headroom_retrieve") { "Retrieved" } else { "ToolResult" };
    block.role = "Tool";
    block.is_error = is_error;
}

fn texts(
    pointer: &str,
    content: &Value,
    place: (usize, &'static str),
    calls: &Calls,
    out: &mut Vec<Expected>,
) {
    add(pointer, content, place, 0, out);
    for (index, part) in content.as_array().into_iter().flatten().enumerate() {
        let pointer = format!("{pointer}/{index}");
        let start = out.len();
        match part["type"].as_str() {
            Some("text") => {
                add(&format!("{pointer}/text"), &part["text"], place, index, out);
                if part["citations"].as_array().is_some_and(|list| !list.is_empty()) {
                    out[start..].iter_mut().for_each(|block| block.kind = "Citation");
                }
            }
            Some("tool_result") => {
                texts(&format!("{pointer}/content"), &part["content"], place, calls, out);
                for block in &mut out[start..] {
                    block.part += index;
                    if block.kind == "Text" {
                        result(block, &part["tool_use_id"], calls, part["is_error"] == true);
                    }
                }
            }
            Some("document") => {
                add(&format!("{pointer}/title"), &part["title"], place, index, out);
                if part["source"]["type"] == "text" {
                    add(&format!("{pointer}/source/data"), &part["source"]["data"], place, index, out);
                }
                out[start..].iter_mut().for_each(|block| block.kind = "Citation");
            }
            Some("web_search_tool_result") => {
                for (row, hit) in part["content"].as_array().into_iter().flatten().enumerate() {
                    let pointer = format!("{pointer}/content/{row}/title");
                    add(&pointer, &hit["title"], place, index + row, out);
                }
                out[start..].iter_mut().for_each(|block| block.kind = "ServerToolResult");
            }
            _ => {}
        }
    }
}

fn add(pointer: &str, value: &Value, place: (usize, &'static str), part: usize, out: &mut Vec<Expected>) {
    let Some(text) = string(value) else { return };
    out.push(Expected {
        pointer: pointer.to_owned(),
        message: place.0,
        part,
        role: place.1,
        kind: "Text",
        tool: None,
        arguments: None,
        is_error: false,
        text,
    });
}
