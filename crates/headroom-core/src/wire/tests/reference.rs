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
