//! The shop's pages and their files, served under a strict Content-Security-Policy. `/` is the shop; the others are for tests of
//! embedding: two elements, shadow roots, a server on another origin, a page that forbids WebAssembly, and an empty one.

use super::{Shared, is_origin};
use crate::catalogue;
use crate::problem::Problem;
use axum::Json;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

/// The policy of every page. A shop that embeds the component needs no more than this.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

const SHOP: &str = include_str!("../../pages/shop.html");
const LAB: &str = include_str!("../../pages/lab.html");

#[derive(Deserialize)]
struct View {
    lang: Option<String>,
    server: Option<String>,
}

/// The pages, and the files that they load.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(async |Query(view): Query<View>| page(SHOP, "shop", &view, POLICY)))
        .route("/two", get(async |Query(view): Query<View>| page(LAB, "two", &view, POLICY)))
        .route("/nested", get(async |Query(view): Query<View>| page(LAB, "nested", &view, POLICY)))
        .route("/bare", get(async |Query(view): Query<View>| page(LAB, "bare", &view, POLICY)))
        .route("/no-wasm", get(async |Query(view): Query<View>| page(LAB, "no-wasm", &view, &without_wasm())))
        .route("/cross", get(cross))
        .route(
            "/shop/assets/shop.css",
            get(async || asset("text/css; charset=utf-8", include_str!("../../pages/shop.css"))),
        )
        .route("/shop/assets/shop.js", get(async || script(include_str!("../../pages/shop.js"))))
        .route("/shop/assets/office.js", get(async || script(include_str!("../../pages/office.js"))))
        .route("/shop/assets/texts.js", get(async || script(include_str!("../../pages/texts.js"))))
        .route("/shop/assets/lab.js", get(async || script(include_str!("../../pages/lab.js"))))
        .route("/shop/assets/icon.svg", get(async || asset("image/svg+xml", include_str!("../../pages/icon.svg"))))
}

/// What the page must know: what is for sale, and where the sandbox is.
pub(super) async fn show_settings(State(app): State<Shared>) -> Json<Value> {
    Json(json!({ "products": catalogue::PRODUCTS, "currency": catalogue::CURRENCY, "sandbox": app.sandbox }))
}

/// The page whose element speaks to a server on another origin, `?server=http://…`.
async fn cross(Query(view): Query<View>) -> Result<Response, Problem> {
    let server = view.server.as_deref().filter(|server| is_origin(server)).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "server_invalid",
            "add ?server= with an origin like http://127.0.0.1:8080",
        )
    })?;
    let policy = POLICY.replace("connect-src 'self'", &format!("connect-src 'self' {server}"));
    Ok(page(LAB, "cross", &view, &policy))
}

/// The policy of a shop that has not heard of WebAssembly yet.
fn without_wasm() -> String {
    POLICY.replace(" 'wasm-unsafe-eval'", "")
}

fn page(html: &str, name: &str, view: &View, policy: &str) -> Response {
    let lang = if view.lang.as_deref().is_some_and(|lang| lang.starts_with("en")) { "en" } else { "pt-BR" };
    let html = html.replace("{{lang}}", lang).replace("{{page}}", name);
    let mut response = asset("text/html; charset=utf-8", html);
    let headers = response.headers_mut();
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // An origin was checked before it came in here, so every policy is visible ASCII.
    let policy = HeaderValue::from_str(policy).expect("a policy is visible ASCII");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn script(text: &'static str) -> Response {
    asset("text/javascript; charset=utf-8", text)
}

fn asset(kind: &'static str, body: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}
