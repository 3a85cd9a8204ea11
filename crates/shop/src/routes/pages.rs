//! The shop's pages and their files, served under a strict Content-Security-Policy. `/` is the shop; the others are for tests of
//! embedding: two elements, shadow roots, a server on another origin, React, a page that forbids WebAssembly, and an empty one.

use super::{Shared, is_origin};
use crate::App;
use crate::catalogue::{self, Currency};
use crate::problem::Problem;
use axum::Json;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use serde_json::{Value, json};

/// The policy of every page. A shop that embeds the component needs no more than this, unless it takes cards: see [`with_april`].
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

const SHOP: &str = include_str!("../../pages/shop.html");
const LAB: &str = include_str!("../../pages/lab.html");

#[derive(Deserialize)]
struct View {
    lang: Option<String>,
    server: Option<String>,
    currency: Option<String>,
}

impl View {
    /// Brazil's, unless the link says otherwise.
    fn currency(&self) -> Currency {
        if self.currency.as_deref() == Some("AUD") { Currency::Aud } else { Currency::Brl }
    }
}

/// The pages, and the files that they load.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", show(SHOP, "shop", POLICY))
        .route("/two", show(LAB, "two", POLICY))
        .route("/nested", show(LAB, "nested", POLICY))
        .route("/bare", show(LAB, "bare", POLICY))
        .route("/strict-mode", show(LAB, "strict-mode", POLICY))
        .route("/no-wasm", get(no_wasm))
        .route("/cross", get(cross))
        .route(
            "/shop/assets/shop.css",
            get(async || asset("text/css; charset=utf-8", include_str!("../../pages/shop.css"))),
        )
        .route("/shop/assets/shop.js", get(async || script(include_str!("../../pages/shop.js"))))
        .route("/shop/assets/account.js", get(async || script(include_str!("../../pages/account.js"))))
        .route("/shop/assets/office.js", get(async || script(include_str!("../../pages/office.js"))))
        .route("/shop/assets/texts.js", get(async || script(include_str!("../../pages/texts.js"))))
        .route("/shop/assets/lab.js", get(async || script(include_str!("../../pages/lab.js"))))
        .route("/shop/assets/strict-mode.js", get(async || script(include_str!("../../pages/strict-mode.js"))))
        .route("/shop/assets/react.js", get(show_react))
        .route("/shop/assets/icon.svg", get(async || asset("image/svg+xml", include_str!("../../pages/icon.svg"))))
}

/// What the page must know: what is for sale, and where the sandbox is.
pub(super) async fn show_settings(State(app): State<Shared>) -> Json<Value> {
    Json(json!({ "shelves": catalogue::SHELVES, "sandbox": app.sandbox }))
}

/// React, which is not the shop's: only `/strict-mode` asks for it.
async fn show_react(State(app): State<Shared>) -> Result<Response, Problem> {
    let missing = || {
        let detail = "start the shop with --react and the bundle that cargo xtask test e2e makes";
        Problem::new(StatusCode::NOT_FOUND, "react_missing", detail)
    };
    let path = app.react.as_deref().ok_or_else(missing)?;
    let bundle = tokio::fs::read_to_string(path).await.map_err(|_| missing())?;
    Ok(asset("text/javascript; charset=utf-8", bundle))
}

/// The page whose element speaks to a server on another origin, `?server=http://…`.
async fn cross(State(app): State<Shared>, Query(view): Query<View>) -> Result<Response, Problem> {
    let server = view.server.as_deref().filter(|server| is_origin(server)).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "server_invalid",
            "add ?server= with an origin like http://127.0.0.1:8080",
        )
    })?;
    let policy = POLICY.replace("connect-src 'self'", &format!("connect-src 'self' {server}"));
    Ok(page(&app, LAB, "cross", &view, &policy))
}

/// Answers with this page under this policy, in the language and for the currency that the link names.
fn show(html: &'static str, name: &'static str, policy: &'static str) -> MethodRouter<Shared> {
    get(async move |State(app): State<Shared>, Query(view): Query<View>| page(&app, html, name, &view, policy))
}

/// The page of a shop that has not heard of WebAssembly yet.
async fn no_wasm(State(app): State<Shared>, Query(view): Query<View>) -> Response {
    page(&app, LAB, "no-wasm", &view, &POLICY.replace(" 'wasm-unsafe-eval'", ""))
}

/// What a page needs beyond `policy` where it sells in Australian dollars, because cards are typed into April's own frame: April's
/// origin, for its script and for the frame that this script puts up. The rest happens within that frame, under April's own policy.
/// The script's address passes through the one Trusted Types policy that the component makes; the page forbids every other.
fn with_april(policy: &str, origin: &str) -> String {
    let policy = policy.replace("script-src 'self'", &format!("script-src 'self' {origin}"));
    format!("{policy}; frame-src {origin}; trusted-types umclique")
}

fn page(app: &App, html: &str, name: &str, view: &View, policy: &str) -> Response {
    let lang = if view.lang.as_deref().is_some_and(|lang| lang.starts_with("en")) { "en" } else { "pt-BR" };
    let (currency, policy, script_host) = match view.currency() {
        Currency::Brl => ("BRL", policy.to_owned(), ""),
        Currency::Aud => {
            ("AUD", with_april(policy, &app.april), app.april.split_once("://").map_or("", |(_, host)| host))
        }
    };
    let marks = [("{{lang}}", lang), ("{{page}}", name), ("{{currency}}", currency), ("{{script-hosts}}", script_host)];
    let html = marks.iter().fold(html.to_owned(), |html, (mark, text)| html.replace(mark, text));
    let mut response = asset("text/html; charset=utf-8", html);
    let headers = response.headers_mut();
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Every origin was checked before it came in here, so every policy is visible ASCII.
    let policy = HeaderValue::from_str(&policy).expect("a policy is visible ASCII");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn script(text: &'static str) -> Response {
    asset("text/javascript; charset=utf-8", text)
}

fn asset(kind: &'static str, body: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}
