//! The description of the API, made from the code. A committed copy is compared by a test.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use utoipa::OpenApi as _;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr, Response as OneResponse};

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
    let mut api = api.clone();
    for item in api.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten() {
            operation.responses.responses.iter_mut().for_each(call_a_problem_by_its_name);
        }
    }
    let mut text = serde_json::to_string_pretty(&api).expect("a description is JSON: its keys are texts");
    text.push('\n');
    text
}

/// Errors are `application/problem+json`; the macros can only say `application/json` of what has a schema.
fn call_a_problem_by_its_name((status, response): (&String, &mut RefOr<OneResponse>)) {
    if let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response)
        && let Some(content) = response.content.shift_remove("application/json")
    {
        response.content.insert("application/problem+json".to_owned(), content);
    }
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
