//! The buyer's calls to the server, each ending in a snapshot or a [`Fault`].
//!
//! Called by `run` and `status`. A network failure is never a decline: it is `Fault::Unknown`.

use super::options::{Credentials, get, put, set, set_all};
use super::read::{self, Json};
use super::refusal;
use super::task::{Abort, within};
use crate::machine::{Fault, Key, Snapshot};
use js_sys::{Array, Object};
use std::rc::Rc;
use umclique_wire::{AprilDetails, AttemptId, ChallengeEnd, ConfirmRequest, ResumeRequest};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

/// Longer than the server's own limit for a call to a provider (25 s), so that its answer is heard.
const WRITE_TIMEOUT_MS: u32 = 35_000;
/// A read, and the status check, which may ask a provider too.
const READ_TIMEOUT_MS: u32 = 20_000;

/// The server, as one session's buyer.
pub(super) struct Api {
    credentials: Credentials,
}

impl Api {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self { credentials }
    }

    pub(super) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Reads the session.
    pub(super) async fn load(&self) -> Result<Snapshot, Fault> {
        self.call("", READ_TIMEOUT_MS, None).await
    }

    /// One snapshot of the status; with `is_check` the server asks the provider first.
    pub(super) async fn status(&self, is_check: bool) -> Result<Snapshot, Fault> {
        self.call(if is_check { "/status?check=true" } else { "/status" }, READ_TIMEOUT_MS, None).await
    }

    /// Sends a body under its idempotency key.
    pub(super) async fn post(&self, tail: &str, key: &Key, body: String) -> Result<Snapshot, Fault> {
        self.call(tail, WRITE_TIMEOUT_MS, Some((key, body))).await
    }

    /// Opens the status stream; the answer's body is still to be read.
    pub(super) async fn open_stream(&self, abort: &Abort) -> Option<Response> {
        self.send("/status", "text/event-stream", None, abort).await
    }

    async fn call(&self, tail: &str, timeout_ms: u32, body: Option<(&Key, String)>) -> Result<Snapshot, Fault> {
        let answer = within(timeout_ms, async {
            let abort = Abort::new()?;
            let response = self.send(tail, "application/json", body, &abort).await?;
            Some(read_answer(&response).await)
        });
        answer.await.flatten().unwrap_or(Err(Fault::Unknown))
    }

    /// Sends a request: a read, or a write where it has a body. Nothing where no answer came.
    async fn send(&self, tail: &str, accept: &str, body: Option<(&Key, String)>, abort: &Abort) -> Option<Response> {
        let Credentials { id, client_secret, server } = &self.credentials;
        let (init, headers) = (Object::new(), Object::new());
        set(&headers, "accept", accept);
        set(&headers, "authorization", &["Bearer ", client_secret].concat());
        if let Some((key, body)) = body {
            set(&headers, "content-type", "application/json");
            set(&headers, "idempotency-key", key.as_str());
            set(&init, "method", "POST");
            set(&init, "body", &body);
        }
        put(&init, "headers", headers);
        put(&init, "signal", abort.signal());
        let url = [server, "/v1/checkout_sessions/", id.as_str(), tail].concat();
        let request = Request::new_with_str_and_init(&url, init.unchecked_ref::<RequestInit>()).ok()?;
        JsFuture::from(web_sys::window()?.fetch_with_request(&request)).await.ok()?.dyn_into().ok()
    }
}

async fn read_answer(response: &Response) -> Result<Snapshot, Fault> {
    let json = async {
        let promise = response.json().ok()?;
        JsFuture::from(promise).await.ok()
    };
    let (status, json) = (response.status(), json.await);
    match (status, json) {
        (200..=299, Some(json)) => to_view(&json),
        (_, problem) => Err(refusal::fault(status, problem.as_ref())),
    }
}

/// A snapshot from JSON; what cannot be read is no answer at all.
pub(super) fn to_view(json: &JsValue) -> Result<Snapshot, Fault> {
    read::session(json).map(Rc::new).ok_or(Fault::Unknown)
}

impl Json for JsValue {
    fn get(&self, name: &str) -> Option<Self> {
        get(self, name).filter(|value| !value.is_null() && !value.is_undefined())
    }

    fn text(&self) -> Option<String> {
        self.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn is_true(&self) -> bool {
        self.as_bool() == Some(true)
    }

    fn list(&self) -> Vec<Self> {
        if Array::is_array(self) { Array::from(self).to_vec() } else { Vec::new() }
    }
}

/// The body of a confirm: the method and its details, absent fields left out. A hash is made when it is sent, and not before.
pub(super) fn confirm_body(request: &ConfirmRequest, nonce_sha256: Option<&str>) -> String {
    let (body, details) = (Object::new(), Object::new());
    set(&body, "method", request.kind().as_str());
    match request {
        ConfirmRequest::PicpayQr(given) => set_all(
            &details,
            [
                ("name", given.name.as_deref()),
                ("email", given.email.as_deref()),
                ("tax_id", given.tax_id.as_deref()),
                ("birth_date", given.birth_date.as_deref()),
            ],
        ),
        ConfirmRequest::April(AprilDetails {}) => {}
        ConfirmRequest::PicpayWallet(given) => {
            set_all(&details, [("nonce_sha256", nonce_sha256)]);
            if given.reconnect {
                put(&details, "reconnect", true);
            }
        }
        ConfirmRequest::Whatsapp(given) => set_all(&details, [("credential", Some(given.credential.as_str()))]),
    }
    put(&body, "details", details);
    to_json(&body)
}

/// The body of a resume: the question, and its one answer.
pub(super) fn resume_body(request: &ResumeRequest) -> String {
    let body = Object::new();
    put(&body, "round", request.round);
    let end = request.challenge.map(|end| match end {
        ChallengeEnd::Done => "done",
        ChallengeEnd::Failed => "failed",
    });
    set_all(
        &body,
        [
            ("attempt", Some(request.attempt.as_str())),
            ("token", request.token.as_deref()),
            ("kind", request.kind.as_deref()),
            ("challenge", end),
            ("return_code", request.return_code.as_deref()),
            ("nonce", request.nonce.as_deref()),
        ],
    );
    to_json(&body)
}

/// The body of a cancel: the attempt that the buyer saw.
pub(super) fn cancel_body(attempt: &AttemptId) -> String {
    let body = Object::new();
    set(&body, "attempt", attempt.as_str());
    to_json(&body)
}

fn to_json(body: &Object) -> String {
    // A plain object of texts and numbers is always JSON.
    js_sys::JSON::stringify(body).map(String::from).unwrap_or_default()
}
