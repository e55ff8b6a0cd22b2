//! The native addon: converts types, keeps panics from crossing the border and runs long calls off the event
//! loop. It knows nothing of what the strings mean; `npm/headroom/src/core/types.ts` describes them.
#![allow(clippy::needless_pass_by_value, reason = "napi hands every argument over by value")]
#![allow(clippy::must_use_candidate, reason = "the callers are JavaScript")]

use std::sync::Arc;

use headroom_core::host;
use napi::Result;
use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi_derive::napi;

mod guard;
use guard::{Job, guarded};

/// The new texts, and what happened as JSON.
#[napi(object)]
pub struct StepResult {
    /// In the order of the outcome's `changed`.
    pub texts: Vec<String>,
    /// What changed, which originals to keep, the report.
    pub outcome_json: String,
}

/// A range of bytes. JavaScript's arrays of bytes are no longer than what a `u32` holds.
#[napi(object)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

/// The new body, and what happened as JSON.
#[napi(object)]
pub struct BodyStepResult {
    /// Absent when nothing changed.
    pub body: Option<Uint8Array>,
    /// Where in the old body the outcome's `originals` stand, as string literals of JSON.
    pub originals: Vec<Span>,
    /// What changed, which originals to keep, the report.
    pub outcome_json: String,
}

impl From<host::StepResult> for StepResult {
    fn from(result: host::StepResult) -> Self {
        Self { texts: result.texts, outcome_json: result.outcome_json }
    }
}

impl From<host::BodyStepResult> for BodyStepResult {
    fn from(result: host::BodyStepResult) -> Self {
        Self {
            body: result.body.map(Uint8Array::from),
            originals: result
                .originals
                .iter()
                .map(|span| Span { start: span.start as u32, end: span.end as u32 })
                .collect(),
            outcome_json: result.outcome_json,
        }
    }
}

/// One configuration with its memory of results.
#[napi]
pub struct Engine(Arc<host::Engine>);

#[napi]
impl Engine {
    /// Validates the configuration.
    #[napi(constructor)]
    pub fn new(config_json: String, modules_json: String) -> Result<Self> {
        guarded(|| host::Engine::new(&config_json, &modules_json)).map(|engine| Self(Arc::new(engine)))
    }

    /// Compresses lifted-out texts on the calling thread.
    #[napi]
    pub fn step(&self, texts: Vec<String>, meta_json: String) -> Result<StepResult> {
        guarded(|| self.0.step(&texts, &meta_json)).map(Into::into)
    }

    /// Compresses lifted-out texts on the thread pool.
    #[napi]
    pub fn step_async(&self, texts: Vec<String>, meta_json: String) -> AsyncTask<Job<StepResult>> {
        let engine = Arc::clone(&self.0);
        Job::spawn(move || guarded(|| engine.step(&texts, &meta_json)).map(Into::into))
    }

    /// Compresses a request body on the calling thread.
    #[napi]
    pub fn body_step(&self, body: &[u8], meta_json: String) -> Result<BodyStepResult> {
        guarded(|| self.0.body_step(body, &meta_json)).map(Into::into)
    }

    /// Compresses a copy of a request body on the thread pool.
    #[napi]
    pub fn body_step_async(&self, body: &[u8], meta_json: String) -> AsyncTask<Job<BodyStepResult>> {
        let engine = Arc::clone(&self.0);
        let body = body.to_vec();
        Job::spawn(move || guarded(|| engine.body_step(&body, &meta_json)).map(Into::into))
    }

    /// The names of the turns in a request body.
    #[napi]
    pub fn turns(&self, body: &[u8], meta_json: String) -> Result<String> {
        guarded(|| self.0.turns(body, &meta_json))
    }

    /// Answers a retrieval from an original.
    #[napi]
    pub fn retrieve(
        &self,
        original: String,
        arguments_json: String,
        model: Option<String>,
    ) -> Result<String> {
        guarded(|| self.0.retrieve(&original, &arguments_json, model.as_deref()))
    }

    /// The index of the text that a handle names, or -1.
    #[napi]
    pub fn identify(&self, texts: Vec<String>, id: String) -> Result<i32> {
        guarded(|| Ok(self.0.identify(&texts, &id).map_or(-1, |index| i32::try_from(index).unwrap_or(-1))))
    }

    /// The handles in a text that verify, as a JSON array.
    #[napi]
    pub fn markers(&self, text: String) -> Result<String> {
        guarded(|| Ok(self.0.markers(&text)))
    }

    /// Follows the answer to a request.
    #[napi]
    pub fn intercept(&self, request: &[u8], meta_json: String) -> Result<Interceptor> {
        guarded(|| host::Interceptor::new(request, &meta_json)).map(|inner| Interceptor(Some(inner)))
    }
}

/// The last bytes of a response, and what its end means as JSON.
#[napi(object)]
pub struct InterceptEnd {
    /// For the client.
    pub bytes: Uint8Array,
    /// What is to be done.
    pub outcome_json: String,
}

impl From<host::End> for InterceptEnd {
    fn from(end: host::End) -> Self {
        Self { bytes: end.bytes.into(), outcome_json: end.outcome_json }
    }
}

/// One answer on its way back. It is gone after a panic, which may have left it half-done.
#[napi]
pub struct Interceptor(Option<host::Interceptor>);

#[napi]
impl Interceptor {
    /// A response begins.
    #[napi]
    pub fn begin(&mut self, meta_json: String) -> Result<()> {
        self.guarded(|inner| inner.begin(&meta_json))
    }

    /// Takes response bytes and gives those for the client.
    #[napi]
    pub fn push(&mut self, bytes: &[u8]) -> Result<Uint8Array> {
        self.guarded(|inner| Ok(inner.push(bytes))).map(Into::into)
    }

    /// The response has ended.
    #[napi]
    pub fn end(&mut self) -> Result<InterceptEnd> {
        self.guarded(|inner| Ok(inner.end())).map(Into::into)
    }

    /// Takes the answers to retrievals and gives the continuation's body.
    #[napi]
    pub fn answer(&mut self, answers_json: String) -> Result<Uint8Array> {
        self.guarded(|inner| inner.answer(&answers_json)).map(Into::into)
    }

    /// The continuation could not be had.
    #[napi]
    pub fn fail(&mut self, failure_json: String) -> Result<InterceptEnd> {
        self.guarded(|inner| inner.fail(&failure_json)).map(Into::into)
    }

    fn guarded<T>(
        &mut self,
        call: impl FnOnce(&mut host::Interceptor) -> std::result::Result<T, headroom_core::Error>,
    ) -> Result<T> {
        let Some(mut inner) = self.0.take() else {
            let fault = headroom_core::error::panic_json("an earlier call of this interceptor");
            return Err(napi::Error::new(napi::Status::GenericFailure, fault));
        };
        let (inner, result) = guarded(move || {
            let result = call(&mut inner);
            Ok((inner, result))
        })?;
        self.0 = Some(inner);
        guarded(|| result)
    }
}

/// Tokens of a text by a model's counter.
#[napi]
pub fn count_tokens(text: String, model: Option<String>) -> Result<u32> {
    guarded(|| host::count_tokens(&text, model.as_deref())).map(|tokens| tokens as u32)
}

/// Adds a vocabulary that is not part of the build.
#[napi]
pub fn load_vocabulary(name: String, asset: &[u8]) -> Result<()> {
    guarded(|| host::load_vocabulary(&name, asset))
}

/// The retrieval tool's definition in a format.
#[napi]
pub fn retrieve_tool(format: String) -> Result<String> {
    guarded(|| host::retrieve_tool(&format).map(str::to_owned))
}

/// What a request is.
#[napi]
pub fn recognise(method: String, url: String, headers_json: String, body: &[u8]) -> Result<String> {
    guarded(|| host::recognise(&method, &url, &headers_json, body))
}

/// The table of options.
#[napi]
pub fn options_json() -> Result<String> {
    guarded(|| Ok(host::options_json()))
}
