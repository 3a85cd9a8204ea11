//! `/v1/checkout_sessions/{id}/return`: the server's own page for a buyer who came back from PicPay in another browser than the
//! one that began. To look pays nothing; its button does, once. The only key to it is the code in the returning address.

use super::pages::elsewhere::{CODE, Trouble, page};
use super::pages::{Lang, nowhere};
use super::parts::Call;
use super::{AppState, body};
use crate::error::Error;
use crate::payments::elsewhere::{Elsewhere, Stage};
use crate::query;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use umclique_wire::SessionId;

/// More than a form with a code has.
const MAX_BYTES: usize = 1_024;
/// How long a press waits in all for what becomes of it, before the page says that nobody knows yet.
const PATIENCE: Duration = Duration::from_secs(10);
/// More pages of one session than wait at once.
const WAITING_PER_SESSION: usize = 8;

/// Shows what a return would pay.
///
/// HTML for the buyer, without scripts: shop, amount, order, account, and a button. Send a browser here that has a session's
/// `umclique_return` and not the nonce of its confirm. Nothing is charged by looking.
#[utoipa::path(
    get, path = "/v1/checkout_sessions/{id}/return", tag = "buyer",
    params(
        ("id" = String, Path, description = "cs_…"),
        ("umclique_return" = String, Query, description = "As it stood in the address that the buyer came back to"),
    ),
    responses(
        (status = 200, description = "The page", content_type = "text/html", body = String),
        (status = 404, description = "The code is none of this session's", content_type = "text/html", body = String),
    )
)]
pub async fn show_return(State(app): State<AppState>, RawQuery(query): RawQuery, call: Call) -> Response {
    match asked(&call.id, &query.unwrap_or_default()) {
        Some((session, code)) => show(&app, &call.headers, (&session, &code), None, Instant::now()).await,
        None => nowhere(StatusCode::NOT_FOUND),
    }
}

/// Pays what a return shows.
///
/// The page's own form, with the code in its body. Charges at most once, whoever presses how often, and links no buyer. Every
/// answer is a page that says where the payment stands.
#[utoipa::path(
    post, path = "/v1/checkout_sessions/{id}/return", tag = "buyer",
    params(("id" = String, Path, description = "cs_…")),
    request_body(content_type = "application/x-www-form-urlencoded", content = String, description = "umclique_return=…"),
    responses(
        (status = 200, description = "The page", content_type = "text/html", body = String),
        (status = 403, description = "Another page sent the form", content_type = "text/html", body = String),
        (status = 404, description = "The code is none of this session's", content_type = "text/html", body = String),
        (status = 429, description = "Too many presses of one address", content_type = "text/html", body = String),
    )
)]
pub async fn pay_return(
    State(app): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    call: Call,
) -> Response {
    let deadline = Instant::now() + PATIENCE;
    if is_foreign(&call.headers) {
        return nowhere(StatusCode::FORBIDDEN);
    }
    let form = body::read(call.body, MAX_BYTES).await.unwrap_or_default();
    let Some((session, code)) = asked(&call.id, &String::from_utf8_lossy(&form)) else {
        return nowhere(StatusCode::NOT_FOUND);
    };
    let address = app.address(peer, &call.headers);
    let trouble = match app.payments.pay_elsewhere(&session, &code, address).await {
        Err(Error::TooMany(_)) => Some(Trouble::TooMany),
        Err(error) if error.is_fault() => {
            tracing::error!(%error, "a press of the page of a return could not be taken");
            Some(Trouble::Unavailable)
        }
        // What was refused is over, or somebody else's press is on its way: the page tells.
        Ok(()) | Err(_) => None,
    };
    show(&app, &call.headers, (&session, &code), trouble, deadline).await
}

/// The session and the code, if they look like ones.
fn asked(id: &str, query: &str) -> Option<(SessionId, String)> {
    let is_code = |code: &String| code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_graphic());
    Some((SessionId::parse(id).ok()?, query::only(query, CODE).filter(is_code)?))
}

/// A browser that says so tells that another site's page sent the form. Who knows the code could press without a browser; a
/// page that got hold of it cannot make its visitor press.
fn is_foreign(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    matches!(site, Some(b"cross-site" | b"same-site"))
}

async fn show(
    app: &AppState,
    headers: &HeaderMap,
    (session, code): (&SessionId, &str),
    trouble: Option<Trouble>,
    deadline: Instant,
) -> Response {
    match settled(app, session, code, deadline).await {
        Ok(seen) => {
            let mut page = page(Lang::of(seen.locale.as_deref(), headers), &seen, code, trouble);
            if trouble.is_some() {
                page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            }
            page
        }
        Err(error) if error.is_fault() => {
            tracing::error!(%error, "the page of a return could not be made");
            nowhere(StatusCode::SERVICE_UNAVAILABLE)
        }
        Err(_) => nowhere(StatusCode::NOT_FOUND),
    }
}

/// What the page shows, after a little patience with what is being found out.
async fn settled(app: &AppState, session: &SessionId, code: &str, deadline: Instant) -> Result<Elsewhere, Error> {
    let mut changes = app.payments.hub.subscribe(session, WAITING_PER_SESSION);
    loop {
        let seen = app.payments.elsewhere(session, code).await?;
        let Some(changes) = changes.as_mut().filter(|_| seen.stage == Stage::Confirming) else { return Ok(seen) };
        // Who looks is told soon: the provider is asked more often.
        app.payments.watch(session).await?;
        if !timeout_at(deadline, changes.changed()).await.is_ok_and(|changed| changed.is_ok()) {
            return Ok(seen);
        }
    }
}
