//! What every April call has in common: scripted faults before and after, the key, and the shape of refusals. Handlers
//! only say what the call does.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::calls::Call;
use super::errors::ApiError;
use super::keys::{self, Key};
use super::settings::Settings;
use super::{April, PROVIDER};
use crate::faults::{Fault, Scripted};
use crate::http::hang_up;

/// A successful answer.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    body: Option<Value>,
}

impl Reply {
    /// 200 with a body.
    pub(super) fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body) }
    }

    /// 200 with nothing in it.
    pub(super) fn empty() -> Self {
        Self { status: StatusCode::OK, body: None }
    }

    /// The same answer under another status.
    pub(super) fn under(self, status: u16) -> Self {
        Self { status: StatusCode::from_u16(status).unwrap_or(StatusCode::OK), ..self }
    }

    /// Puts a wrong amount, or a status that nobody documented, wherever the answer has one.
    fn distort(&mut self, fault: Fault) {
        if let Some(body) = &mut self.body {
            distort(body, fault);
        }
    }
}

fn distort(value: &mut Value, fault: Fault) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| distort(value, fault)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match (fault, name.as_str()) {
                    (Fault::WrongAmount, "amount" | "minorCurrencyUnits") if field.is_number() => {
                        *field = json!(123_456)
                    }
                    (Fault::UnknownStatus, "status" | "transactionStatus") => *field = json!("awaiting_moon"),
                    _ => distort(field, fault),
                }
            }
        }
        _ => {}
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self.body {
            Some(body) => (self.status, Json(body)).into_response(),
            None => self.status.into_response(),
        }
    }
}

/// The parts of a request that every call needs.
#[derive(Clone, Debug)]
pub(super) struct Site {
    path: String,
    credential: Option<String>,
    merchant: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Site {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let credential = text("authorization").and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
        Ok(Self { path: parts.uri.path().to_owned(), credential, merchant: text("merchant-id").map(str::to_owned) })
    }
}

/// What a handler is given once the caller is known.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) april: &'a April,
    pub(super) settings: Arc<Settings>,
    pub(super) key: Key,
    pub(super) now_ms: i64,
}

/// Answers one call: faults that prevent it, the key, the call itself, faults that spoil the answer.
pub(super) async fn answer(
    april: &April,
    site: Site,
    call: Call,
    run: impl FnOnce(&Scene<'_>) -> Result<Reply, ApiError>,
) -> Response {
    let scripted = april.world.faults.take(PROVIDER, call.name());
    let settings = april.settings();
    if settings.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(settings.latency_ms.into())).await;
    }
    let response = match before(scripted).await {
        Some(Prevented::HungUp) => hang_up(),
        Some(Prevented::Refused(error)) => april.refuse(&error),
        None if settings.rate_limited => april.refuse(&ApiError::rate_limited()),
        None => {
            let response = execute(april, &site, call, settings, scripted, run);
            after(april, scripted, response).await
        }
    };
    note(april, site, call, scripted, &response);
    response
}

/// What a fault does to a call before it is executed.
pub(super) enum Prevented {
    HungUp,
    Refused(ApiError),
}

/// Plays the faults that keep a call from being executed.
pub(super) async fn before(scripted: Option<Scripted>) -> Option<Prevented> {
    let Scripted { fault, delay_ms } = scripted?;
    match fault {
        Fault::Reset => Some(Prevented::HungUp),
        Fault::Error500 => Some(Prevented::Refused(ApiError::internal())),
        Fault::Error502 => Some(Prevented::Refused(ApiError::bad_gateway())),
        Fault::Error503 => Some(Prevented::Refused(ApiError::unavailable())),
        Fault::RateLimited => Some(Prevented::Refused(ApiError::rate_limited())),
        Fault::Unauthorized => Some(Prevented::Refused(ApiError::unauthorized())),
        Fault::Delay => {
            tokio::time::sleep(Duration::from_millis(delay_ms.unwrap_or(0))).await;
            None
        }
        _ => None,
    }
}

fn execute(
    april: &April,
    site: &Site,
    call: Call,
    settings: Arc<Settings>,
    scripted: Option<Scripted>,
    run: impl FnOnce(&Scene<'_>) -> Result<Reply, ApiError>,
) -> Response {
    let now_ms = april.world.clock.now_ms();
    let admitted = keys::admit(call, site.credential.as_deref(), site.merchant.as_deref());
    let done = admitted.and_then(|key| run(&Scene { april, settings, key, now_ms }));
    match done {
        Err(error) => april.refuse(&error),
        Ok(mut reply) => {
            if let Some(Scripted { fault, .. }) = scripted {
                reply.distort(fault);
            }
            reply.into_response()
        }
    }
}

/// Plays the faults that spoil the answer of an executed call.
async fn after(april: &April, scripted: Option<Scripted>, response: Response) -> Response {
    let Some(Scripted { fault, delay_ms }) = scripted else { return response };
    match fault {
        Fault::LostReply => hang_up(),
        Fault::Error500Executed => april.refuse(&ApiError::internal()),
        Fault::Error502Executed => april.refuse(&ApiError::bad_gateway()),
        Fault::Error503Executed => april.refuse(&ApiError::unavailable()),
        Fault::DelayExecuted => {
            tokio::time::sleep(Duration::from_millis(delay_ms.unwrap_or(0))).await;
            response
        }
        Fault::Garbage => {
            let page = "<html><body><h1>It works!</h1></body></html>";
            (StatusCode::OK, [(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        _ => response,
    }
}

fn note(april: &April, site: Site, call: Call, scripted: Option<Scripted>, response: &Response) {
    let fault = scripted.map(|scripted| scripted.fault);
    let was_closed = matches!(fault, Some(Fault::LostReply | Fault::Reset));
    // Tokens are not kept, also where they are part of a path.
    let path = if call == Call::TokenQuery { "/tokens/…".to_owned() } else { site.path };
    let status = (!was_closed).then(|| response.status().as_u16());
    april.world.note_call(PROVIDER, call.name(), path, status, fault);
}

/// A path April does not have.
pub(super) async fn unknown_path(State(april): State<Arc<April>>) -> Response {
    april.refuse(&ApiError::not_found("path"))
}

/// A method that this path does not have.
pub(super) async fn unknown_method(State(april): State<Arc<April>>) -> Response {
    april.refuse(&ApiError::method_not_allowed())
}
