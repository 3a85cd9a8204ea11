//! `/_buyer`: the pages where a person plays the buyer: who scans at ePag, and who chats on WhatsApp. Static files only;
//! what they do goes through the control API.

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Nothing but our own files; nobody may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

/// The pages and their files.
pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(|| file("text/html; charset=utf-8", include_str!("buyer.html"))))
        .route("/buyer.css", get(|| file("text/css; charset=utf-8", include_str!("buyer.css"))))
        .route("/buyer.js", get(|| file("text/javascript; charset=utf-8", include_str!("buyer.js"))))
        .route("/whatsapp", get(|| file("text/html; charset=utf-8", include_str!("whatsapp.html"))))
        .route("/whatsapp.css", get(|| file("text/css; charset=utf-8", include_str!("whatsapp.css"))))
        .route("/whatsapp.js", get(|| file("text/javascript; charset=utf-8", include_str!("whatsapp.js"))))
}

async fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}
