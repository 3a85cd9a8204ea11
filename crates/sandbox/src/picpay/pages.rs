//! The page where a buyer consents, and the one that says why there is nothing to consent to. Their policy lets them run
//! nothing but their own files; the way back to the shop is the script's, because a form's policy would also hold for every
//! address that the shop redirects to.

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::PicPay;
use super::buyers::Buyer;
use super::clients::{Client, scope_text};
use super::settings::Settings;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// The most buyers that can be chosen on the page.
const MAX_SHOWN: usize = 100;

/// The pages' files.
pub(super) fn router() -> Router<Arc<PicPay>> {
    Router::new()
        .route("/oauth2/consent.css", get(|| file(CSS, include_str!("pages/consent.css"))))
        .route("/oauth2/consent.js", get(|| file(JS, include_str!("pages/consent.js"))))
}

/// Asks a buyer for consent.
pub(super) fn consent<'a>(client: Client, settings: &Settings, buyers: impl Iterator<Item = &'a Buyer>) -> Response {
    let scopes = settings.scopes.split_whitespace();
    let scope = |scope| scope_text(scope).map(|text| format!("<li data-scope=\"{}\">{text}</li>", escape(scope)));
    let option = |buyer: &Buyer| {
        let selected = if buyer.id == settings.buyer { " selected" } else { "" };
        let text = format!("{} · {}", buyer.name, buyer.masked_account());
        format!("<option value=\"{}\"{selected}>{}</option>", escape(&buyer.id), escape(&text))
    };
    let page = include_str!("pages/consent.html")
        .replace("{shop}", &escape(client.shop))
        .replace("{scopes}", &scopes.filter_map(scope).collect::<String>())
        .replace("{buyers}", &buyers.take(MAX_SHOWN).map(option).collect::<String>());
    respond(StatusCode::OK, HTML, page)
}

/// Says why nothing is asked.
pub(super) fn refusal(status: StatusCode, why: &str) -> Response {
    respond(status, HTML, include_str!("pages/refusal.html").replace("{why}", &escape(why)))
}

async fn file(kind: &'static str, text: &'static str) -> Response {
    respond(StatusCode::OK, kind, text.to_owned())
}

fn respond(status: StatusCode, kind: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text).into_response()
}

/// Text as it may stand in HTML, also between quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape(r#"<b title="a & b">"#), "&lt;b title=&quot;a &amp; b&quot;&gt;");
    }
}
