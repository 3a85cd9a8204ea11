//! `/v1/…`: the buyer's calls, handed through to the merchant server, so that the page needs no second origin.
//!
//! Bodies of answers are passed on piece by piece, which keeps the status stream alive. Adds no secret: what the browser may do
//! is decided by the client secret that it sends.

use super::{MAX_BODY_BYTES, Shared};
use crate::problem::Problem;
use crate::until_true;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::Response;
use futures::StreamExt;
use std::net::SocketAddr;

/// What the server is told of the browser's request.
const REQUEST_HEADERS: [HeaderName; 7] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
    // Whether another site's page sent a form: the server's own page of a return asks.
    HeaderName::from_static("sec-fetch-site"),
];
/// What the browser is told of the server's answer.
const RESPONSE_HEADERS: [HeaderName; 10] = [
    header::CACHE_CONTROL,
    header::CONTENT_ENCODING,
    // A page of the server's, such as the one of a return in another browser, brings its own policy and its own way back.
    header::CONTENT_SECURITY_POLICY,
    header::CONTENT_TYPE,
    header::LOCATION,
    header::RETRY_AFTER,
    header::VARY,
    header::WWW_AUTHENTICATE,
    header::X_FRAME_OPTIONS,
    HeaderName::from_static("x-accel-buffering"),
];

/// Sends the request on, and its answer back as it arrives.
pub(super) async fn forward(
    State(app): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| {
        let detail = format!("a body has at most {MAX_BODY_BYTES} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    })?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = chosen(&parts.headers, &REQUEST_HEADERS);
    if let Ok(peer) = peer.ip().to_string().parse() {
        headers.insert("x-forwarded-for", peer);
    }
    let request = app.http.request(parts.method, format!("{}{path}", app.server)).headers(headers).body(body);
    let answer = request.send().await.map_err(|error| {
        tracing::warn!(error = %error.without_url(), "the merchant server gave no answer");
        Problem::new(
            StatusCode::BAD_GATEWAY,
            "server_unreachable",
            "the shop cannot reach its merchant server; try again",
        )
    })?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = chosen(answer.headers(), &RESPONSE_HEADERS);
    let stopping = Box::pin(until_true(app.stopping.clone()));
    *response.body_mut() = Body::from_stream(answer.bytes_stream().take_until(stopping));
    Ok(response)
}

fn chosen(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let values = names.iter().filter_map(|name| headers.get(name).map(|value| (name.clone(), value.clone())));
    values.collect()
}
