//! The checkout script at its published path, and how it can fail to arrive. It is loaded across origins, so anybody may
//! read it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha384};
use tokio::sync::watch;
use tokio::time::Instant;

use super::pipeline::{Prevented, before};
use super::settings::Script;
use super::{April, PROVIDER};
use crate::faults::Fault;
use crate::http::hang_up;

/// Where April has it, below its host.
const PATH: &str = "/v3/checkout-v3.0.0.min.js";
const TEXT: &str = include_str!("pages/checkout.js");
const THROWS: &str = "throw new Error(\"April's checkout could not start, as scripted\");\n";

/// Where the script is, as control shows it.
#[derive(Debug, Serialize)]
pub(super) struct ScriptView {
    url: String,
    /// Of what would be served now.
    integrity: String,
    /// How many requests have not been answered.
    waiting: usize,
}

/// Lets those in who wait for the script.
#[derive(Debug, Default)]
pub(super) struct Doorman {
    /// How often control has said "now".
    released: watch::Sender<u64>,
    waiting: AtomicUsize,
}

impl Doorman {
    /// Everybody looks again at how the script behaves.
    pub(super) fn wake(&self) {
        self.released.send_modify(|_| {});
    }
}

/// Counts one who waits, however the wait ends.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl April {
    /// The script's address, and how many wait for it.
    pub(super) fn view_script(&self) -> ScriptView {
        let text = if self.settings().script == Script::Throws { THROWS } else { TEXT };
        ScriptView {
            url: format!("{}/april{PATH}", self.origin),
            integrity: format!("sha384-{}", STANDARD.encode(Sha384::digest(text.as_bytes()))),
            waiting: self.doorman.waiting.load(Ordering::SeqCst),
        }
    }

    /// Answers everybody who waits for a late script; who comes later waits again.
    pub(super) fn release_script(&self) {
        self.doorman.released.send_modify(|count| *count += 1);
    }

    /// What is answered, once it is; `None` where the request was never to be answered.
    async fn admit_to_script(&self) -> Option<&'static str> {
        let started = Instant::now();
        let mut released = self.doorman.released.subscribe();
        let before = *released.borrow_and_update();
        let mut _waiting = None;
        let mut was_hopeless = false;
        loop {
            let settings = self.settings();
            match settings.script {
                _ if was_hopeless && settings.script != Script::Never => return None,
                Script::Ok => return Some(TEXT),
                Script::Throws => return Some(THROWS),
                Script::Late if *released.borrow() > before => return Some(TEXT),
                Script::Late => {
                    _waiting.get_or_insert_with(|| Waiting::new(&self.doorman.waiting));
                    let delay_ms = settings.script_delay_ms.map(u64::from);
                    let due = delay_ms.map(|delay_ms| started + Duration::from_millis(delay_ms));
                    let in_time = async {
                        match due {
                            Some(due) => tokio::time::sleep_until(due).await,
                            None => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        () = in_time => return Some(TEXT),
                        _ = released.changed() => {}
                    }
                }
                Script::Never => {
                    was_hopeless = true;
                    _waiting.get_or_insert_with(|| Waiting::new(&self.doorman.waiting));
                    released.changed().await.ok()?;
                }
            }
        }
    }
}

/// The script.
pub(super) fn router() -> Router<Arc<April>> {
    Router::new().route(PATH, get(serve))
}

async fn serve(State(april): State<Arc<April>>) -> Response {
    let scripted = april.world.faults.take(PROVIDER, "script");
    let fault = scripted.map(|scripted| scripted.fault);
    let response = match before(scripted).await {
        Some(Prevented::HungUp) => None,
        Some(Prevented::Refused(error)) => Some(april.refuse(&error)),
        None if fault == Some(Fault::Garbage) => Some(javascript("<!doctype html><h1>It works!</h1>")),
        None => april.admit_to_script().await.map(javascript),
    };
    let status = response.as_ref().map(|response| response.status().as_u16());
    april.world.note_call(PROVIDER, "script", PATH.to_owned(), status, fault);
    response.unwrap_or_else(hang_up)
}

fn javascript(text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}
