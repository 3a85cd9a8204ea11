//! The shop's routes: its own API under `/shop`, its pages, the packaged component, and the way through to the merchant server.

mod account;
mod component;
mod orders;
mod pages;
mod proxy;
mod sessions;
mod webhooks;

use crate::App;
use crate::problem::Problem;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{any, delete, get, post};
use std::sync::Arc;
use uuid::Uuid;

/// What the routes share.
pub(crate) type Shared = Arc<App>;

/// Bodies above this are refused; a cart or a webhook is a few kilobytes.
const MAX_BODY_BYTES: usize = 256 * 1024;
/// A longer key is refused by the merchant server as well.
const MAX_KEY_CHARS: usize = 200;

/// Everything that the shop answers.
pub(crate) fn router(app: Shared) -> Router {
    Router::new()
        .merge(pages::router())
        .route("/shop/settings", get(pages::show_settings))
        .route("/shop/account", get(account::show_account).post(account::sign_in).delete(account::sign_out))
        .route("/shop/account/cards", get(account::list_cards).post(account::store_card))
        .route("/shop/account/cards/{id}", delete(account::forget_card))
        .route("/shop/sessions", post(sessions::create_session))
        .route("/shop/orders", get(orders::list_orders))
        .route("/shop/orders/{reference}/refunds", post(orders::create_refund))
        .route("/shop/orders/{reference}/capture", post(orders::capture_payment))
        .route("/shop/orders/{reference}/cancel", post(orders::cancel_payment))
        .route("/shop/orders/{reference}/order_status", post(orders::tell_order_status))
        .route("/shop/webhooks", post(webhooks::receive_webhook))
        .route("/umclique/{*file}", get(component::show_file))
        .route("/v1/{*path}", any(proxy::forward))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(axum::middleware::map_response(harden))
        .with_state(app)
}

/// Headers that every answer carries.
async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The caller's name for this operation. One is made where there is none; then every call is a new operation.
fn idempotency_key(headers: &HeaderMap) -> Result<String, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(Uuid::new_v4().to_string()) };
    match value.to_str() {
        Ok(key) if (1..=MAX_KEY_CHARS).contains(&key.len()) => Ok(key.to_owned()),
        _ => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "idempotency_key_invalid",
            format!("Idempotency-Key is 1 to {MAX_KEY_CHARS} visible ASCII characters"),
        )),
    }
}

/// Reads a JSON body. Only `application/json` is taken, so that another site's form cannot speak for the shop's page.
fn read_json<T: serde::de::DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        let detail = "send Content-Type: application/json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", detail));
    }
    serde_json::from_slice(body)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "body_invalid", error.to_string()))
}

/// Whether this text is an origin as browsers write it: scheme, host, perhaps a port, and nothing else.
pub(crate) fn is_origin(text: &str) -> bool {
    let Some(host) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else { return false };
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    is_name && port.parse::<u16>().is_ok_and(|port| port != 0)
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn an_origin_is_nothing_but_scheme_host_and_port() {
        for (text, expected) in [
            ("http://127.0.0.1:8080", true),
            ("https://pay.example.com", true),
            ("http://127.0.0.1:8080/", false),
            ("http://a b", false),
            ("http://a; script-src *", false),
            ("http://a:", false),
            ("javascript:alert(1)", false),
            ("*", false),
            ("", false),
        ] {
            assert_eq!(is_origin(text), expected, "{text:?}");
        }
    }
}
