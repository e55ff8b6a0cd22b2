//! The WebAssembly module: converts types, nothing else. It has the native addon's surface, which
//! `npm/headroom/src/core/types.ts` describes.
//!
//! A panic traps, and the module is of no use after that: the loader in `npm/headroom/src/core/wasm.ts`
//! instantiates it anew.
#![allow(
    clippy::needless_pass_by_value,
    reason = "wasm-bindgen hands optional and repeated arguments over by value"
)]
#![allow(clippy::must_use_candidate, reason = "the callers are JavaScript")]

use headroom_core::{Error, host};
use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

type Result<T> = std::result::Result<T, JsValue>;

fn thrown(error: &Error) -> JsValue {
    js_sys::Error::new(&error.to_json()).into()
}

fn object(value: &impl Serialize) -> Result<JsValue> {
    serde_wasm_bindgen::to_value(value).map_err(Into::into)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepResult {
    texts: Vec<String>,
    outcome_json: String,
}

#[derive(Serialize)]
struct Span {
    start: usize,
    end: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BodyStepResult {
    #[serde(skip_serializing_if = "JsValue::is_undefined", with = "serde_wasm_bindgen::preserve")]
    body: JsValue,
    originals: Vec<Span>,
    outcome_json: String,
}

/// One configuration with its memory of results.
#[wasm_bindgen]
pub struct Engine(host::Engine);

#[wasm_bindgen]
impl Engine {
    /// Validates the configuration.
    #[wasm_bindgen(constructor)]
    pub fn new(config_json: &str, modules_json: &str) -> Result<Engine> {
        host::Engine::new(config_json, modules_json).map(Self).map_err(|error| thrown(&error))
    }

    /// Compresses lifted-out texts.
    pub fn step(&self, texts: Vec<String>, meta_json: &str) -> Result<JsValue> {
        let result = self.0.step(&texts, meta_json).map_err(|error| thrown(&error))?;
        object(&StepResult { texts: result.texts, outcome_json: result.outcome_json })
    }

    /// Compresses a request body.
    #[wasm_bindgen(js_name = bodyStep)]
    pub fn body_step(&self, body: &[u8], meta_json: &str) -> Result<JsValue> {
        let result = self.0.body_step(body, meta_json).map_err(|error| thrown(&error))?;
        object(&BodyStepResult {
            body: result.body.map_or(JsValue::UNDEFINED, |body| Uint8Array::from(body.as_slice()).into()),
            originals: result
                .originals
                .iter()
                .map(|&host::Span { start, end }| Span { start, end })
                .collect(),
            outcome_json: result.outcome_json,
        })
    }

    /// The names of the turns in a request body.
    pub fn turns(&self, body: &[u8], meta_json: &str) -> Result<String> {
        self.0.turns(body, meta_json).map_err(|error| thrown(&error))
    }

    /// Answers a retrieval from an original.
    pub fn retrieve(&self, original: &str, arguments_json: &str, model: Option<String>) -> Result<String> {
        self.0.retrieve(original, arguments_json, model.as_deref()).map_err(|error| thrown(&error))
    }

    /// The index of the text that a handle names, or -1.
    pub fn identify(&self, texts: Vec<String>, id: &str) -> i32 {
        self.0.identify(&texts, id).map_or(-1, |index| i32::try_from(index).unwrap_or(-1))
    }

    /// The handles in a text that verify, as a JSON array.
    pub fn markers(&self, text: &str) -> String {
        self.0.markers(text)
    }

    /// Follows the answer to a request.
    pub fn intercept(&self, request: &[u8], meta_json: &str) -> Result<Interceptor> {
        host::Interceptor::new(request, meta_json).map(Interceptor).map_err(|error| thrown(&error))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InterceptEnd {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    bytes: JsValue,
    outcome_json: String,
}

/// One answer on its way back.
#[wasm_bindgen]
pub struct Interceptor(host::Interceptor);

#[wasm_bindgen]
impl Interceptor {
    /// A response begins.
    pub fn begin(&mut self, meta_json: &str) -> Result<()> {
        self.0.begin(meta_json).map_err(|error| thrown(&error))
    }

    /// Takes response bytes and gives those for the client.
    pub fn push(&mut self, bytes: &[u8]) -> Uint8Array {
        Uint8Array::from(self.0.push(bytes).as_slice())
    }

    /// The response has ended.
    pub fn end(&mut self) -> Result<JsValue> {
        ended(self.0.end())
    }

    /// Takes the answers to retrievals and gives the continuation's body.
    pub fn answer(&mut self, answers_json: &str) -> Result<Uint8Array> {
        let body = self.0.answer(answers_json).map_err(|error| thrown(&error))?;
        Ok(Uint8Array::from(body.as_slice()))
    }

    /// The continuation could not be had.
    pub fn fail(&mut self, failure_json: &str) -> Result<JsValue> {
        ended(self.0.fail(failure_json).map_err(|error| thrown(&error))?)
    }
}

fn ended(end: host::End) -> Result<JsValue> {
    let bytes = Uint8Array::from(end.bytes.as_slice()).into();
    object(&InterceptEnd { bytes, outcome_json: end.outcome_json })
}

/// Tokens of a text by a model's counter.
#[wasm_bindgen(js_name = countTokens)]
pub fn count_tokens(text: &str, model: Option<String>) -> Result<u32> {
    host::count_tokens(text, model.as_deref()).map(|tokens| tokens as u32).map_err(|error| thrown(&error))
}

/// Adds a vocabulary that is not part of the build.
#[wasm_bindgen(js_name = loadVocabulary)]
pub fn load_vocabulary(name: &str, asset: &[u8]) -> Result<()> {
    host::load_vocabulary(name, asset).map_err(|error| thrown(&error))
}

/// The retrieval tool's definition in a format.
#[wasm_bindgen(js_name = retrieveTool)]
pub fn retrieve_tool(format: &str) -> Result<String> {
    host::retrieve_tool(format).map(str::to_owned).map_err(|error| thrown(&error))
}

/// What a request is.
#[wasm_bindgen]
pub fn recognise(method: &str, url: &str, headers_json: &str, body: &[u8]) -> Result<String> {
    host::recognise(method, url, headers_json, body).map_err(|error| thrown(&error))
}

/// The table of options.
#[wasm_bindgen(js_name = optionsJson)]
pub fn options_json() -> String {
    host::options_json()
}
