//! Providers' callbacks, and browsers that come back from providers' pages. Neither proves anything: a callback only makes us
//! ask, and a browser only brings something on its way.

use super::pages::nowhere;
use super::parts::Id;
use super::{AppState, body};
use crate::error::Error;
use crate::methods::{Notice, Taken};
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use umclique_wire::Problem;

/// A provider says that something changed.
///
/// Its method finds out which payment is meant, if it can be one of ours; what does not fit is dropped unstored. What its
/// provider signs is kept before it is answered (200), and worked on afterwards.
#[utoipa::path(
    post, path = "/providers/{provider}/{*notice}", tag = "providers",
    params(
        ("provider" = String, Path, description = "epag, april, whatsapp"),
        ("notice" = String, Path, description = "notifications/pa_….{mac} for epag; webhook for april and whatsapp; psp for the \
            shop's own processor behind whatsapp"),
    ),
    responses(
        (status = 200, description = "Kept"), (status = 204, description = "Heard"),
        (status = 401, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
    )
)]
pub async fn receive_notice(
    State(app): State<AppState>,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    let Path((provider, path)) = path.map_err(|_| Error::NoRoute)?;
    let method = app.payments.methods.of_provider(&provider).ok_or(Error::NoRoute)?;
    let body = body::read(body, method.notice_bytes()).await?;
    match method.take(Notice { path: &path, headers: &headers, body: &body }) {
        Taken::Hint(attempt) => app.payments.hasten(&attempt).await.map(|()| StatusCode::NO_CONTENT),
        // PostgreSQL keeps no NUL and no broken text, and JSON has neither.
        Taken::Keep => match String::from_utf8(body) {
            Ok(body) if !body.contains('\0') => app.payments.keep(method.kind(), &body).await.map(|()| StatusCode::OK),
            _ => Err(Error::Malformed("the body is not JSON in UTF-8".into())),
        },
        Taken::Forged => Err(Error::Unauthorized),
        Taken::Foreign => Err(Error::NotFound("payment")),
    }
}

/// A provider asks whether the address of its posts is ours. Answers its bare challenge.
#[utoipa::path(
    get, path = "/providers/{provider}/{*notice}", tag = "providers",
    params(
        ("provider" = String, Path, description = "whatsapp"),
        ("notice" = String, Path, description = "webhook"),
    ),
    responses((status = 200, content_type = "text/plain", body = String), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub async fn receive_subscription(
    State(app): State<AppState>,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    // The route is the posts' own: a narrower one would take them away from it.
    let Path((provider, path)) = path.map_err(|_| Error::NoRoute)?;
    if path != "webhook" {
        return Err(Error::NoRoute);
    }
    let method = app.payments.methods.of_provider(&provider).ok_or(Error::NoRoute)?;
    let challenge = method.subscribed(&query.unwrap_or_default()).ok_or(Error::Forbidden)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], challenge).into_response())
}

/// A buyer's browser comes back from a provider's page.
///
/// It goes on to the session's `return_url` with `umclique_session`, and after a consent with `umclique_return`, whatever
/// happened. Nothing is charged here, and nobody is linked: `resume` does that, for the browser that began. An address that is
/// none of ours, so that nobody knows to which shop, ends on a page for people (400, HTML).
#[utoipa::path(
    get, path = "/providers/{provider}/callback", tag = "providers",
    params(("provider" = String, Path, description = "picpay")),
    responses(
        (status = 303, description = "To the shop"),
        (status = 404, body = Problem),
    )
)]
pub async fn receive_browser(State(app): State<AppState>, Id(provider): Id, RawQuery(query): RawQuery) -> Response {
    match app.payments.come_back(&provider, &query.unwrap_or_default()).await {
        Ok(Some(address)) => Redirect::to(&address).into_response(),
        Ok(None) => nowhere(StatusCode::BAD_REQUEST),
        Err(error) if error.is_fault() => {
            tracing::error!(%error, "a browser that came back could not be taken in");
            nowhere(StatusCode::SERVICE_UNAVAILABLE)
        }
        Err(error) => error.into_response(),
    }
}
