//! Work that stops when it is dropped, and waiting.
//!
//! Used by everything in `shell` that takes time. Nothing is detached, except what a left session still has to hear.

use futures::future::{AbortHandle, Either, LocalBoxFuture, abortable, select};
use js_sys::{Function, Promise};
use std::future::Future;
use std::pin::pin;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

/// A running future; dropping it stops it, and drops what it holds.
pub(super) struct Task(AbortHandle);

impl Task {
    /// Starts a future.
    pub(super) fn spawn(future: impl Future<Output = ()> + 'static) -> Self {
        Self::spawn_boxed(Box::pin(future))
    }

    /// One copy of the machinery for all futures; each copy would cost the download half a kilobyte.
    fn spawn_boxed(future: LocalBoxFuture<'static, ()>) -> Self {
        let (future, handle) = abortable(future);
        spawn_local(async move {
            // Stopped or finished: nobody waits for either.
            let _ = future.await;
        });
        Self(handle)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Timer {
    id: i32,
    resolve: Function,
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.id);
        }
        // A `JsFuture` frees its callbacks when its promise is settled, and only then; nobody hears of this any more.
        let _ = self.resolve.call0(&JsValue::UNDEFINED);
    }
}

/// Waits; a dropped wait clears its timer.
pub(super) async fn sleep(wait_ms: u32) {
    let mut timer = None;
    let promise = Promise::new(&mut |resolve, _| {
        let wait_ms = i32::try_from(wait_ms).unwrap_or(i32::MAX);
        let id = web_sys::window()
            .and_then(|window| window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait_ms).ok());
        timer = id.map(|id| Timer { id, resolve });
    });
    // The promise never rejects.
    let _ = JsFuture::from(promise).await;
}

/// The future's output, unless it takes longer.
pub(super) async fn within<T>(wait_ms: u32, future: impl Future<Output = T>) -> Option<T> {
    match select(pin!(future), pin!(sleep(wait_ms))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

/// Aborts a request when dropped, whether its answer is still on its way or half read.
pub(super) struct Abort(AbortController);

impl Abort {
    pub(super) fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    pub(super) fn signal(&self) -> web_sys::AbortSignal {
        self.0.signal()
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Random bytes from the browser; available on every page, unlike `crypto.randomUUID`.
pub(super) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // Refused only for more than 65536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// Between half of a wait and all of it, so that many pages do not ask at once.
pub(super) fn jitter(wait_ms: u32) -> u32 {
    let half = wait_ms / 2;
    half + u32::from_le_bytes(random_bytes()) % (half + 1)
}

/// How long to wait before a retry: nothing, then from half a second doubling up to 16 s, with jitter.
pub(super) fn backoff_ms(tries: u32) -> u32 {
    match tries {
        0 => 0,
        tries => jitter(1_000 << tries.min(5).saturating_sub(1)),
    }
}
