//! The native addon of `headroom-code`: converts types, keeps panics from crossing the border and runs long calls off the event
//! loop. It knows nothing of what the strings mean.
#![allow(clippy::needless_pass_by_value, reason = "napi hands every argument over by value")]

use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Error, Result, Task};
use napi_derive::napi;

/// The candidates for a text as JSON, on the calling thread.
#[napi]
pub fn compress(text: String, query_json: String) -> Result<String> {
    static QUIET: Once = Once::new();
    // The standard hook writes the panic's message, and so perhaps content, to the process's standard error.
    QUIET.call_once(|| panic::set_hook(Box::new(|_| {})));
    panic::catch_unwind(AssertUnwindSafe(|| headroom_code::compress_json(&text, &query_json)))
        .map_err(|_| Error::from_reason("a bug in headroom-code; please report it"))?
        .map_err(Error::from_reason)
}

/// [`compress`] on the thread pool.
#[napi]
#[must_use]
pub fn compress_async(text: String, query_json: String) -> AsyncTask<Compress> {
    AsyncTask::new(Compress { text, query_json })
}

/// A call that waits for a thread.
pub struct Compress {
    text: String,
    query_json: String,
}

impl Task for Compress {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> Result<String> {
        compress(std::mem::take(&mut self.text), std::mem::take(&mut self.query_json))
    }

    fn resolve(&mut self, _env: Env, output: String) -> Result<String> {
        Ok(output)
    }
}
