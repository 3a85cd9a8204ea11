//! What every ePag call has in common: scripted faults before and after, the access token, the next token in the answer,
//! and the shape of refusals. Handlers only say what the call does.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::errors::ApiError;
use super::settings::Settings;
use super::{Epag, PROVIDER};
use crate::faults::{CallRule, Fault, Scripted};
use crate::http::hang_up;

/// The calls that faults know by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Auth,
    Create,
    Query,
    QueryReference,
    Capture,
    Cancel,
    Refund,
    RefundQuery,
    /// Everything beside the payment flow; no faults.
    Other,
}

impl Call {
    const NAMED: [Self; 8] = [
        Self::Auth,
        Self::Create,
        Self::Query,
        Self::QueryReference,
        Self::Capture,
        Self::Cancel,
        Self::Refund,
        Self::RefundQuery,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Create => "create",
            Self::Query => "query",
            Self::QueryReference => "query_reference",
            Self::Capture => "capture",
            Self::Cancel => "cancel",
            Self::Refund => "refund",
            Self::RefundQuery => "refund_query",
            Self::Other => "other",
        }
    }

    /// The table of calls and what each can suffer.
    pub(super) fn rules() -> Vec<CallRule> {
        let mut rules: Vec<_> = Self::NAMED
            .into_iter()
            .map(|call| {
                let mut faults = Fault::OF_ANY_CALL.to_vec();
                if matches!(call, Self::Create | Self::Query | Self::QueryReference) {
                    faults.push(Fault::WrongAmount);
                }
                if call != Self::Auth {
                    faults.push(Fault::UnknownStatus);
                }
                CallRule { call: call.name(), faults }
            })
            .collect();
        rules.push(CallRule { call: "callback", faults: Fault::OF_CALLBACKS.to_vec() });
        rules
    }
}

/// A status that no edition of the documents has.
pub(super) const UNDOCUMENTED_STATUS: &str = "AWAITING_MOON";

/// A successful answer.
pub(super) trait Reply: Serialize {
    /// Takes the next token, where this answer carries one.
    fn offer_token(&mut self, _token: String) {}
    /// Puts another amount into the answer.
    fn distort_amount(&mut self) {}
    /// Puts [`UNDOCUMENTED_STATUS`] into the answer.
    fn distort_status(&mut self) {}
}

/// The parts of a request that every call needs.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) path: String,
    token: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Site {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let token = parts.headers.get("x-auth-token").and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Self { path: parts.uri.path().to_owned(), token })
    }
}

/// What a handler is given once the caller is known.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) epag: &'a Epag,
    pub(super) settings: Arc<Settings>,
    pub(super) now_ms: i64,
}

/// Answers one call: faults that prevent it, the token, the call itself, faults that spoil the answer.
pub(super) async fn answer<R: Reply>(
    epag: &Epag,
    site: Site,
    call: Call,
    run: impl FnOnce(&Scene<'_>) -> Result<R, ApiError>,
) -> Response {
    let scripted = epag.world.faults.take(PROVIDER, call.name());
    let settings = epag.settings();
    if settings.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(settings.latency_ms.into())).await;
    }
    let response = match before(scripted).await {
        Some(Prevented::HungUp) => hang_up(),
        Some(Prevented::Refused(error)) => refuse(epag, &site, &settings, &error),
        None if settings.rate_limited => refuse(epag, &site, &settings, &ApiError::rate_limited()),
        None => {
            let response = execute(epag, &site, call, &settings, scripted, run);
            after(epag, &site, &settings, scripted, response).await
        }
    };
    note(epag, site, call, scripted, &response);
    response
}

enum Prevented {
    HungUp,
    Refused(ApiError),
}

/// Plays the faults that keep a call from being executed.
async fn before(scripted: Option<Scripted>) -> Option<Prevented> {
    let Scripted { fault, delay_ms } = scripted?;
    match fault {
        Fault::Reset => Some(Prevented::HungUp),
        Fault::Error500 => Some(Prevented::Refused(ApiError::internal())),
        Fault::Error502 => Some(Prevented::Refused(ApiError::upstream())),
        Fault::RateLimited => Some(Prevented::Refused(ApiError::rate_limited())),
        Fault::Unauthorized => Some(Prevented::Refused(ApiError::unauthorized())),
        Fault::Delay => {
            tokio::time::sleep(Duration::from_millis(delay_ms.unwrap_or(0))).await;
            None
        }
        _ => None,
    }
}

fn execute<R: Reply>(
    epag: &Epag,
    site: &Site,
    call: Call,
    settings: &Arc<Settings>,
    scripted: Option<Scripted>,
    run: impl FnOnce(&Scene<'_>) -> Result<R, ApiError>,
) -> Response {
    let now_ms = epag.world.clock.now_ms();
    if call != Call::Auth && caller(epag, site, settings).is_none() {
        return ApiError::unauthorized().answer(&site.path, now_ms, None);
    }
    match run(&Scene { epag, settings: settings.clone(), now_ms }) {
        Err(error) => refuse(epag, site, settings, &error),
        Ok(mut reply) => {
            match scripted.map(|scripted| scripted.fault) {
                Some(Fault::WrongAmount) => reply.distort_amount(),
                Some(Fault::UnknownStatus) => reply.distort_status(),
                _ => {}
            }
            // The answer of `/auth` is itself a token, and has no second one.
            if call != Call::Auth
                && let Some(token) = next_token(epag, site, settings)
            {
                reply.offer_token(token);
            }
            Json(reply).into_response()
        }
    }
}

/// Plays the faults that spoil the answer of an executed call.
async fn after(
    epag: &Epag,
    site: &Site,
    settings: &Settings,
    scripted: Option<Scripted>,
    response: Response,
) -> Response {
    let Some(Scripted { fault, delay_ms }) = scripted else { return response };
    match fault {
        Fault::LostReply => hang_up(),
        Fault::Error500Executed => refuse(epag, site, settings, &ApiError::internal()),
        Fault::Error502Executed => refuse(epag, site, settings, &ApiError::upstream()),
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

fn refuse(epag: &Epag, site: &Site, settings: &Settings, error: &ApiError) -> Response {
    let token = next_token(epag, site, settings);
    error.answer(&site.path, epag.world.clock.now_ms(), token)
}

fn caller(epag: &Epag, site: &Site, settings: &Settings) -> Option<String> {
    epag.tokens.check(site.token.as_deref()?, settings, epag.world.clock.now_ms())
}

/// The token for the caller's next call; none where tokens are switched off or the caller is unknown.
fn next_token(epag: &Epag, site: &Site, settings: &Settings) -> Option<String> {
    let api_key = caller(epag, site, settings).filter(|_| settings.refresh_tokens)?;
    Some(epag.tokens.issue(&api_key, settings, epag.world.clock.now_ms()))
}

fn note(epag: &Epag, site: Site, call: Call, scripted: Option<Scripted>, response: &Response) {
    let fault = scripted.map(|scripted| scripted.fault);
    let was_closed = matches!(fault, Some(Fault::LostReply | Fault::Reset));
    let status = (!was_closed).then(|| response.status().as_u16());
    epag.world.note_call(PROVIDER, call.name(), site.path, status, fault);
}

/// A path ePag does not have.
pub(super) async fn unknown_path(State(epag): State<Arc<Epag>>, site: Site) -> Response {
    ApiError::no_such_path().answer(&site.path, epag.world.clock.now_ms(), None)
}

/// A method that this path does not have.
pub(super) async fn unknown_method(State(epag): State<Arc<Epag>>, site: Site) -> Response {
    ApiError::no_such_method().answer(&site.path, epag.world.clock.now_ms(), None)
}
