//! Providers' callbacks, and browsers that come back from providers' pages. Neither proves anything: a callback only makes us
//! ask, and a browser only brings something on its way.

use super::parts::Id;
use super::{AppState, body};
use crate::error::Error;
use crate::methods::Notice;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use umclique_wire::Problem;

/// More than a payment's ids need, and than a provider sends of one payment.
const MAX_BYTES: usize = 16 * 1024;

/// A provider says that something changed.
///
/// Its method finds out which payment is meant, if it can be one of ours; what does not fit is dropped unstored.
#[utoipa::path(
    post, path = "/providers/{provider}/{*notice}", tag = "providers",
    params(
        ("provider" = String, Path, description = "epag, april"),
        ("notice" = String, Path, description = "notifications/pa_….{mac} for epag; webhook for april"),
    ),
    responses((status = 204), (status = 404, body = Problem), (status = 413, body = Problem))
)]
pub async fn receive_notice(
    State(app): State<AppState>,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    body: Body,
) -> Result<StatusCode, Error> {
    let Path((provider, path)) = path.map_err(|_| Error::NoRoute)?;
    let method = app.payments.methods.of_provider(&provider).ok_or(Error::NoRoute)?;
    let body = body::read(body, MAX_BYTES).await?;
    let attempt = method.hinted(Notice { path: &path, body: &body }).ok_or(Error::NotFound("payment"))?;
    app.payments.hasten(&attempt).await?;
    Ok(StatusCode::NO_CONTENT)
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
        Ok(None) => page(StatusCode::BAD_REQUEST),
        Err(error) if error.is_fault() => {
            tracing::error!(%error, "a browser that came back could not be taken in");
            page(StatusCode::SERVICE_UNAVAILABLE)
        }
        Err(error) => error.into_response(),
    }
}

/// For a person whose shop is not known here. Nothing of the request stands in it.
fn page(status: StatusCode) -> Response {
    let policy = (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    (status, [policy], Html(include_str!("pages/nowhere.html"))).into_response()
}
