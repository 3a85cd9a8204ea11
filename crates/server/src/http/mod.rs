//! The HTTP API: parse, authorize, act, answer. Decides nothing about money.

pub mod admin;
pub mod auth;
pub mod body;
pub mod buyers;
pub mod credentials;
pub mod elsewhere;
pub mod events;
pub mod idempotency;
pub mod openapi;
pub mod pages;
pub mod parts;
pub mod payments;
pub mod providers;
pub mod reply;
pub mod sessions;
pub mod shop_session;
pub mod status;

use crate::error::Error;
use crate::payments::Payments;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tower_http::cors::CorsLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What handlers share.
#[derive(Debug)]
pub struct App {
    /// Money.
    pub payments: Arc<Payments>,
    /// SHA-256 of the accepted secret keys, in hex.
    pub secret_key_hashes: Vec<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// Handlers receive it.
pub type AppState = Arc<App>;

/// The public API with its description. Buyers' routes answer pages of `origins`; the shop's answer no page at all.
pub fn router(app: AppState, origins: &[String]) -> (Router, utoipa::openapi::OpenApi) {
    let (shared, shared_api) = OpenApiRouter::new()
        .routes(routes!(sessions::get_session))
        .routes(routes!(sessions::confirm_session))
        .routes(routes!(sessions::resume_session))
        .routes(routes!(sessions::cancel_session))
        .routes(routes!(status::watch_session))
        .split_for_parts();
    // The fallback goes under the layer: a preflight meets CORS first, a wrong method the problem.
    let shared = shared.method_not_allowed_fallback(refuse_method).layer(cors(origins));
    let shop = OpenApiRouter::new()
        .routes(routes!(sessions::create_session))
        .routes(routes!(payments::list_payments))
        .routes(routes!(payments::get_payment))
        .routes(routes!(payments::capture_payment))
        .routes(routes!(payments::cancel_payment))
        .routes(routes!(payments::create_refund))
        .routes(routes!(payments::get_refund))
        .routes(routes!(payments::tell_order_status))
        .routes(routes!(buyers::get_link, buyers::delete_link))
        .routes(routes!(credentials::create_credential, credentials::list_credentials))
        .routes(routes!(credentials::get_credential, credentials::delete_credential))
        .routes(routes!(events::list_events))
        .routes(routes!(events::resend_event));
    let others = OpenApiRouter::new()
        .routes(routes!(providers::receive_notice, providers::receive_subscription))
        .routes(routes!(providers::receive_browser))
        .routes(routes!(elsewhere::show_return, elsewhere::pay_return))
        .routes(routes!(openapi::get_health));
    let (others, mut api) = OpenApiRouter::with_openapi(openapi::info()).merge(shop).merge(others).split_for_parts();
    api.merge(shared_api);
    let document = openapi::document(&api);
    let router = others
        .route("/openapi.json", axum::routing::get(move || openapi::serve(document)))
        .fallback(|| async { reply::problem(&Error::NoRoute) })
        .method_not_allowed_fallback(refuse_method)
        .merge(shared)
        .layer(middleware::from_fn(harden))
        .with_state(app);
    (router, api)
}

async fn refuse_method() -> Response {
    reply::problem(&Error::NoMethodHere)
}

fn cors(origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_secs(3_600))
}

/// Headers that every answer carries, and a count of every request by its route: never by an id.
async fn harden(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .map_or_else(|| "unknown".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await.into_response();
    let status = response.status().as_u16().to_string();
    metrics::counter!("umclique_requests_total", "route" => route, "status" => status).increment(1);
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
