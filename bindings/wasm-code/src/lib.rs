//! The WebAssembly module of `headroom-code`: converts types, nothing else. It has the native addon's surface.
//!
//! A panic traps, and the module is of no use after that: the loader instantiates it anew.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// The candidates for a text as JSON.
#[wasm_bindgen]
pub fn compress(text: &str, query_json: &str) -> Result<String, JsValue> {
    headroom_code::compress_json(text, query_json).map_err(|message| js_sys::Error::new(&message).into())
}
