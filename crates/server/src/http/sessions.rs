//! `/v1/checkout_sessions`: create, read, confirm, resume, cancel.

use super::auth::Caller;
use super::parts::Id;
use super::shop_session::{ShopSession, shop_session, with_client_secret};
use super::{AppState, body, reply};
use crate::error::Error;
use crate::payments::create::CreateSession;
use crate::payments::send::BuyerCall;
use crate::payments::view;
use crate::store::sessions::SessionEnd;
use crate::store::{CloseIntent, attempts};
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use umclique_wire::{
    CancelRequest, ConfirmRequest, FieldProblem, Problem, ProcessingReason, ResumeRequest, SessionId, SessionView,
};

/// Creates a session.
///
/// The answer is what the page hands to the element: `{ id, client_secret, … }`.
#[utoipa::path(
    post, path = "/v1/checkout_sessions", tag = "shop", security(("secret_key" = [])),
    params(("Idempotency-Key" = String, Header, description = "The same on every retry")),
    request_body = CreateSession,
    responses(
        (status = 201, body = ShopSession),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem),
    )
)]
pub async fn create_session(
    State(app): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    app.shop(&headers)?;
    let bucket = app.shop_bucket(peer, &headers);
    let parsed = body::json::<CreateSession>(body).await?;
    let key = app.key(&headers, "shop|POST /v1/checkout_sessions".into(), &parsed.json)?;
    let render = |session: &crate::store::Session| {
        let answer = shop_session(&app.payments, session, &[]);
        serde_json::to_string(&answer).expect("a session is JSON: its keys are texts")
    };
    let claim = (key.scope.as_str(), key.key.as_str(), key.fingerprint.as_str());
    let created = app.payments.create_session(claim, &bucket, &parsed.value, &render).await?;
    let answer = with_client_secret(&created, &key.fingerprint, &app.payments).ok_or(Error::NotFound("session"))?;
    Ok(reply::raw(StatusCode::CREATED, answer))
}

/// Reads a session. The buyer sees a subset of what the shop sees.
#[utoipa::path(
    get, path = "/v1/checkout_sessions/{id}", tag = "sessions",
    security(("secret_key" = []), ("client_secret" = [])),
    params(("id" = String, Path, description = "cs_…")),
    responses(
        (status = 200, body = ShopSession, description = "With the client secret: SessionView only"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub async fn get_session(State(app): State<AppState>, Id(id): Id, headers: HeaderMap) -> Result<Response, Error> {
    let id = body::id(&id, SessionId::parse, "session")?;
    if app.either(&headers, &id)? == Caller::Buyer {
        return reply::json(StatusCode::OK, &app.payments.session_view(&id).await?);
    }
    let (session, _) = app.payments.session(&id).await?;
    let mut tx = app.payments.db.read().await?;
    let attempts = attempts::list_of_session(&mut tx, &id).await?;
    reply::json(StatusCode::OK, &shop_session(&app.payments, &session, &attempts))
}

/// The buyer pressed pay.
///
/// A call to the provider happens inside and may take 25 seconds. It goes on when the caller goes away; the same key gets
/// the same answer.
#[utoipa::path(
    post, path = "/v1/checkout_sessions/{id}/confirm", tag = "buyer", security(("client_secret" = [])),
    params(
        ("id" = String, Path, description = "cs_…"),
        ("Idempotency-Key" = String, Header, description = "The same on every retry of one press"),
    ),
    request_body = ConfirmRequest,
    responses(
        (status = 200, body = SessionView),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem),
    )
)]
pub async fn confirm_session(
    State(app): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Id(id): Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let confirm = buyer_call(&app, peer, (&id, &headers, body)).await?;
    Ok(reply::raw(StatusCode::OK, app.payments.confirm(confirm).await?))
}

/// The buyer brought back what `next_action` asked for: the token of a provider's frame, or the end of a challenge.
///
/// A call to the provider happens inside, as in confirm. 409 `not_asked`: the attempt waits for something else by now.
#[utoipa::path(
    post, path = "/v1/checkout_sessions/{id}/resume", tag = "buyer", security(("client_secret" = [])),
    params(
        ("id" = String, Path, description = "cs_…"),
        ("Idempotency-Key" = String, Header, description = "The same on every retry of one answer"),
    ),
    request_body = ResumeRequest,
    responses(
        (status = 200, body = SessionView),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem),
    )
)]
pub async fn resume_session(
    State(app): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Id(id): Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let resume = buyer_call(&app, peer, (&id, &headers, body)).await?;
    Ok(reply::raw(StatusCode::OK, app.payments.resume(resume).await?))
}

/// Reads what a buyer asks of the session in the path.
async fn buyer_call<R>(
    app: &AppState,
    peer: SocketAddr,
    (id, headers, body): (&str, &HeaderMap, Body),
) -> Result<BuyerCall<R>, Error>
where
    R: DeserializeOwned + Serialize,
{
    let session = body::id(id, SessionId::parse, "session")?;
    app.buyer(headers, &session)?;
    let parsed = body::json::<R>(body).await?;
    let key = app.key(headers, String::new(), &parsed.json)?;
    let address = app.address(peer, headers);
    Ok(BuyerCall { session, key: key.key, fingerprint: key.fingerprint, address, request: parsed.value })
}

/// The buyer leaves an attempt, or the shop ends the session.
///
/// 202 while the provider may still charge (`processing`, reason `closing`), 200 once it cannot.
#[utoipa::path(
    post, path = "/v1/checkout_sessions/{id}/cancel", tag = "sessions",
    security(("secret_key" = []), ("client_secret" = [])),
    params(
        ("id" = String, Path, description = "cs_…"),
        ("Idempotency-Key" = String, Header, description = "The same on every retry"),
    ),
    request_body = CancelRequest,
    responses(
        (status = 200, body = SessionView), (status = 202, body = SessionView),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
    )
)]
pub async fn cancel_session(
    State(app): State<AppState>,
    Id(id): Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let session = body::id(&id, SessionId::parse, "session")?;
    let caller = app.either(&headers, &session)?;
    let parsed = body::optional_json::<CancelRequest>(body).await?;
    let scope = format!("{caller:?}|POST /v1/checkout_sessions/{session}/cancel");
    let key = app.key(&headers, scope, &parsed.json)?;
    app.once(&key, cancel(&app, caller, session, parsed.value)).await
}

async fn cancel(
    app: &AppState,
    caller: Caller,
    session: SessionId,
    request: CancelRequest,
) -> Result<(StatusCode, String), Error> {
    match caller {
        Caller::Shop => {
            app.payments.end_session(&session, SessionEnd::Shop).await?;
        }
        Caller::Buyer => {
            let Some(id) = request.attempt else {
                let detail = "name the attempt that the buyer saw, as in pa_…".into();
                return Err(Error::Invalid(vec![FieldProblem { field: "attempt".into(), detail }]));
            };
            if app.payments.attempt(&id).await?.session != session {
                return Err(Error::NotFound("payment"));
            }
            app.payments.request_cancel(&id, CloseIntent::Buyer).await?;
        }
    }
    let (session, attempt) = app.payments.session(&session).await?;
    let snapshot = view::session(&app.payments, &session, attempt.as_ref());
    let is_closing = attempt.is_some_and(|attempt| attempt.live) || session.reason == Some(ProcessingReason::Closing);
    let status = if is_closing { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, serde_json::to_string(&snapshot).map_err(crate::store::StoreError::from)?))
}
