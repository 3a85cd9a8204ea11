//! What every call has in common: scripted faults before and after, the token, the idempotency key, and the shape of
//! answers. Handlers only say what the call does.

use std::time::Duration;

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::ask::Ask;
use super::book::Key;
use super::calls::Call;
use super::errors::ApiError;
use super::{PROVIDER, Psp, TOKEN};
use crate::faults::{Fault, Scripted};
use crate::http::hang_up;
use crate::keys::Claim;
use crate::world::lock;

/// The longest key.
const MAX_KEY: usize = 255;
/// How long a time-out keeps a caller waiting, in real time, unless the fault says otherwise.
const TIMEOUT_MS: u64 = 60_000;

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reply {
    status: StatusCode,
    kind: &'static str,
    body: Value,
    is_replayed: bool,
    /// How long it is held back, in real time; its key counts as being processed meanwhile.
    hold_ms: u64,
}

impl Reply {
    /// A success.
    pub(super) fn json(status: StatusCode, body: Value) -> Self {
        Self { status, kind: "application/json", body, is_replayed: false, hold_ms: 0 }
    }

    /// A refusal.
    pub(super) fn problem(status: StatusCode, body: Value) -> Self {
        Self { kind: "application/problem+json", ..Self::json(status, body) }
    }

    /// The same, held back.
    pub(super) fn held(self, hold_ms: u64) -> Self {
        Self { hold_ms, ..self }
    }

    fn distort(&mut self, fault: Fault) {
        let lists = self.body.get_mut("data").and_then(Value::as_array_mut);
        let objects = match lists {
            Some(list) => list.iter_mut().collect(),
            None => vec![&mut self.body],
        };
        for object in objects {
            let (field, lie) = match fault {
                Fault::WrongAmount => ("amount_minor", json!(123_456)),
                Fault::UnknownStatus => ("status", json!("awaiting_moon")),
                _ => return,
            };
            if object.get("id").is_some() {
                object[field] = lie;
            }
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(header::CONTENT_TYPE, self.kind)], self.body.to_string()).into_response();
        if self.is_replayed {
            let replayed = header::HeaderValue::from_static("true");
            response.headers_mut().insert(HeaderName::from_static("idempotent-replayed"), replayed);
        }
        response
    }
}

/// Answers one call: faults that prevent it, the token, the key, the call itself, faults that spoil the answer.
pub(super) async fn answer(
    psp: &Psp,
    ask: Ask,
    call: Call,
    run: impl FnOnce(&Ask, i64) -> Result<Reply, ApiError> + Send,
) -> Response {
    let scripted = psp.world.faults.take(PROVIDER, call.name());
    let fault = scripted.map(|scripted| scripted.fault);
    let settings = psp.settings();
    if settings.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(settings.latency_ms.into())).await;
    }
    let path = ask.path.clone();
    let response = if fault == Some(Fault::Reset) {
        hang_up()
    } else {
        let reply = perform(psp, &ask, call, scripted, run).await;
        after(scripted, reply.unwrap_or_else(|error| error.reply())).await
    };
    let was_closed = matches!(fault, Some(Fault::LostReply | Fault::Reset | Fault::Timeout | Fault::TimeoutExecuted));
    let status = (!was_closed).then(|| response.status().as_u16());
    psp.world.note_call(PROVIDER, call.name(), path, status, fault);
    response
}

async fn perform(
    psp: &Psp,
    ask: &Ask,
    call: Call,
    scripted: Option<Scripted>,
    run: impl FnOnce(&Ask, i64) -> Result<Reply, ApiError> + Send,
) -> Result<Reply, ApiError> {
    let fault = scripted.map(|scripted| scripted.fault);
    if ask.token.as_deref() != Some(TOKEN) || fault == Some(Fault::Unauthorized) {
        return Err(ApiError::Unauthorized);
    }
    prevented(fault, psp.settings().rate_limited)?;
    let key = match psp.claim(ask, call)? {
        Ok(key) => key,
        Err(replayed) => return Ok(replayed),
    };
    // Nothing is executed, and the next request may be.
    if matches!(fault, Some(Fault::StillProcessing | Fault::Timeout)) {
        psp.release(key.as_ref());
        return Err(ApiError::KeyInUse);
    }
    if fault == Some(Fault::Delay) {
        wait(scripted, 0).await;
    }
    let done = run(ask, psp.world.clock.now_ms());
    if let Ok(Reply { hold_ms: hold_ms @ 1.., .. }) = &done {
        tokio::time::sleep(Duration::from_millis(*hold_ms)).await;
    }
    match (&done, &key) {
        (Ok(reply), Some(key)) => lock(&psp.book).keys.finish(key, reply.clone(), psp.settings().max_charges),
        _ => psp.release(key.as_ref()),
    }
    if fault == Some(Fault::StillProcessingExecuted) { Err(ApiError::KeyInUse) } else { done }
}

/// The refusals that keep a call from being executed.
fn prevented(fault: Option<Fault>, is_rate_limited: bool) -> Result<(), ApiError> {
    match fault {
        Some(Fault::Error500) => Err(ApiError::Broken),
        Some(Fault::Error502 | Fault::Error503) => Err(ApiError::Unavailable),
        Some(Fault::RateLimited) => Err(ApiError::RateLimited),
        _ if is_rate_limited => Err(ApiError::RateLimited),
        _ => Ok(()),
    }
}

async fn wait(scripted: Option<Scripted>, usual_ms: u64) {
    let delay_ms = scripted.and_then(|scripted| scripted.delay_ms).unwrap_or(usual_ms);
    tokio::time::sleep(Duration::from_millis(delay_ms)).await;
}

/// Plays the faults that spoil an answer. What its key has kept is the unspoilt one.
async fn after(scripted: Option<Scripted>, mut reply: Reply) -> Response {
    let page = |status, text: &'static str| (status, [(header::CONTENT_TYPE, "text/html")], text).into_response();
    match scripted.map(|scripted| scripted.fault) {
        Some(Fault::LostReply) => hang_up(),
        Some(Fault::Timeout | Fault::TimeoutExecuted) => {
            wait(scripted, TIMEOUT_MS).await;
            hang_up()
        }
        Some(Fault::Error500Executed) => ApiError::Broken.reply().into_response(),
        Some(Fault::Error502 | Fault::Error502Executed) => {
            page(StatusCode::BAD_GATEWAY, "<html><body><h1>502 Bad Gateway</h1></body></html>")
        }
        Some(Fault::Error503Executed) => ApiError::Unavailable.reply().into_response(),
        Some(Fault::DelayExecuted) => {
            wait(scripted, 0).await;
            reply.into_response()
        }
        Some(Fault::Garbage) => page(StatusCode::OK, "<html><body><h1>It works!</h1></body></html>"),
        Some(fault @ (Fault::WrongAmount | Fault::UnknownStatus)) => {
            reply.distort(fault);
            reply.into_response()
        }
        _ => reply.into_response(),
    }
}

impl Psp {
    /// Takes the request's key; the inner `Err` is the answer that it got before.
    fn claim(&self, ask: &Ask, call: Call) -> Result<Result<Option<Key>, Reply>, ApiError> {
        if !call.is_write() {
            return Ok(Ok(None));
        }
        let missing = || ApiError::InvalidRequest("the header Idempotency-Key is required".to_owned());
        let text = ask.idempotency_key.clone().ok_or_else(missing)?;
        if text.chars().count() > MAX_KEY {
            return Err(ApiError::InvalidRequest("the Idempotency-Key must have at most 255 characters".to_owned()));
        }
        let key = (ask.path.clone(), text);
        match lock(&self.book).keys.claim(&key, ask.fingerprint()) {
            Claim::Fresh => Ok(Ok(Some(key))),
            Claim::Processing { is_same_body: false } | Claim::Done { is_same_body: false, .. } => {
                Err(ApiError::KeyReused)
            }
            Claim::Processing { .. } => Err(ApiError::KeyInUse),
            Claim::Done { reply, .. } => Ok(Err(Reply { is_replayed: true, ..reply })),
        }
    }

    fn release(&self, key: Option<&Key>) {
        if let Some(key) = key {
            lock(&self.book).keys.release(key);
        }
    }
}

/// A path or method that the bridge does not have.
pub(super) async fn unknown_path() -> Response {
    ApiError::NotFound("path or method").reply().into_response()
}
