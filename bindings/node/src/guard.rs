//! What every call of the addon passes through: panics stop here, errors become JSON, and long calls go to the
//! thread pool.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use headroom_core::Error;
use napi::bindgen_prelude::{AsyncTask, ToNapiValue, TypeName};
use napi::{Env, Result, Status, Task};

thread_local! {
    /// Where the last panic of this thread happened: a source location, never its message, which may quote
    /// what was being compressed.
    static PANICKED_AT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `call`; a panic becomes an error with the code `panic`.
pub(crate) fn guarded<T>(call: impl FnOnce() -> std::result::Result<T, Error>) -> Result<T> {
    static QUIET: Once = Once::new();
    // The standard hook writes the panic's message, and so perhaps content, to the process's standard error.
    QUIET.call_once(|| {
        panic::set_hook(Box::new(|panicked| {
            let location = panicked.location().map(ToString::to_string).unwrap_or_default();
            PANICKED_AT.with_borrow_mut(|place| *place = location);
        }));
    });
    // A panicking call leaves nothing half-done behind: the core's shared state is a cache behind a lock that
    // recovers from poisoning.
    let fault = match panic::catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.to_json(),
        Err(_) => headroom_core::error::panic_json(&PANICKED_AT.take()),
    };
    Err(napi::Error::new(Status::GenericFailure, fault))
}

/// A call that runs on the thread pool and resolves a promise with what it returns.
pub struct Job<T>(Option<Box<dyn FnOnce() -> Result<T> + Send>>);

impl<T: Send + ToNapiValue + TypeName + 'static> Job<T> {
    /// The promise of `call`'s result.
    pub(crate) fn spawn(call: impl FnOnce() -> Result<T> + Send + 'static) -> AsyncTask<Self> {
        AsyncTask::new(Self(Some(Box::new(call))))
    }
}

impl<T: Send + ToNapiValue + TypeName + 'static> Task for Job<T> {
    type Output = T;
    type JsValue = T;

    fn compute(&mut self) -> Result<T> {
        let call = self.0.take().ok_or_else(|| napi::Error::from_reason("the job was computed twice"))?;
        call()
    }

    fn resolve(&mut self, _env: Env, output: T) -> Result<T> {
        Ok(output)
    }
}
