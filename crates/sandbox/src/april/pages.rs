//! The pages that April shows in its frame, and their files. Their policy lets them run nothing but their own files, and
//! lets anybody frame them, which is what they are for.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::April;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors *; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// The frame and its files; the challenge's page is at the challenge.
pub(super) fn router() -> Router<Arc<April>> {
    Router::new()
        .route("/v3/frame", get(|| file(HTML, include_str!("pages/frame.html"))))
        .route("/v3/frame/frame.css", get(|| file(CSS, include_str!("pages/frame.css"))))
        .route("/v3/frame/frame.js", get(|| file(JS, include_str!("pages/frame.js"))))
        .route("/v3/frame/host.js", get(|| file(JS, include_str!("pages/host.js"))))
        .route("/v3/frame/form.js", get(|| file(JS, include_str!("pages/form.js"))))
        .route("/v3/frame/challenge.js", get(|| file(JS, include_str!("pages/challenge.js"))))
}

/// The page where a shopper passes a challenge.
pub(super) fn challenge_page() -> Response {
    respond(HTML, include_str!("pages/challenge.html"))
}

async fn file(kind: &'static str, text: &'static str) -> Response {
    respond(kind, text)
}

fn respond(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}
