//! The description of the API, made from the code. A committed copy is compared by a test.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "Umclique",
    description = "Checkout sessions, payments and refunds. Amounts are in minor units, times RFC 3339 in UTC, errors RFC 9457."
))]
struct Api;

/// Title, version and the two kinds of keys.
#[must_use]
pub fn info() -> OpenApi {
    let mut api = Api::openapi();
    api.info.license = None;
    let components = api.components.get_or_insert_default();
    for (name, words) in [
        ("secret_key", "The shop's secret key, sk_…; never in a browser"),
        ("client_secret", "The client secret of one session; for the buyer's browser"),
    ] {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some(words.into());
        components.add_security_scheme(name, SecurityScheme::Http(bearer));
    }
    api
}

/// The description as it is served and committed.
#[must_use]
pub fn document(api: &OpenApi) -> String {
    let mut text = serde_json::to_string_pretty(api).expect("a description is JSON: its keys are texts");
    text.push('\n');
    text
}

/// `GET /openapi.json`.
pub async fn serve(document: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], document).into_response()
}

/// Says that the process answers. Readiness, with its database, is on the admin listener.
#[utoipa::path(get, path = "/healthz", tag = "operator", responses((status = 200, body = str)))]
pub async fn get_health() -> &'static str {
    "ok"
}
