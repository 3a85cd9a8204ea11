//! The server's own pages, for people whose browser stands here and not in the shop. Called by `http/`. They run no script,
//! load nothing, and stand in nobody's frame; whatever a shop or a buyer wrote is escaped.

pub mod elsewhere;
mod text;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

const CSS: &str = include_str!("page.css");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Lets in the one style sheet, which stands in the page, and forms that lead back here.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(CSS));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("base64 is ASCII")
});

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Brazilian Portuguese, also for every tag that begins with `pt`.
    PtBr,
    /// English.
    En,
}

impl Lang {
    /// The session's language, else the first one of the browser's that is spoken here, else Portuguese: its buyers are
    /// Brazilian. A session in any third language reads English, as in the element.
    #[must_use]
    pub fn of(locale: Option<&str>, headers: &HeaderMap) -> Self {
        if let Some(tag) = locale {
            return Self::named(tag).unwrap_or(Self::En);
        }
        let wishes = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        wishes.split(',').find_map(|wish| Self::named(wish.trim())).unwrap_or(Self::PtBr)
    }

    fn named(tag: &str) -> Option<Self> {
        let language = tag.split(['-', ';']).next().unwrap_or_default();
        let is = |name: &str| language.eq_ignore_ascii_case(name);
        is("pt").then_some(Self::PtBr).or(is("en").then_some(Self::En))
    }

    fn tag(self) -> &'static str {
        match self {
            Self::PtBr => "pt-BR",
            Self::En => "en",
        }
    }
}

/// Where nobody knows to which shop, or for what. Nothing of the request stands in it.
#[must_use]
pub fn nowhere(status: StatusCode) -> Response {
    answer(status, Lang::PtBr, "Volte à loja", include_str!("nowhere.html"))
}

/// A page: `body` is HTML, everything foreign in it escaped.
fn answer(status: StatusCode, lang: Lang, title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>{}</title>\n<style>{CSS}</style></head>\n<body>\n{body}</body>\n</html>\n",
        lang.tag(),
        escape(title),
    );
    (status, [(header::CONTENT_TYPE, HTML), (header::CONTENT_SECURITY_POLICY, POLICY.clone())], page).into_response()
}

/// Text as it stands between tags and in quoted attributes.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut html, letter| {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            plain => html.push(plain),
        }
        html
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_sessions_then_the_browsers_then_portuguese() {
        let wishing =
            |wish: &'static str| HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(wish))]);
        for (locale, wish, expected) in [
            (Some("pt-BR"), "en", Lang::PtBr),
            (Some("PT"), "en", Lang::PtBr),
            (Some("en-AU"), "pt-BR", Lang::En),
            (Some("fr"), "pt-BR", Lang::En),
            (None, "en-US,en;q=0.9,pt;q=0.8", Lang::En),
            (None, "fr-FR, pt;q=0.8, en;q=0.5", Lang::PtBr),
            (None, "en;q=0.5", Lang::En),
            (None, "ptx, enx", Lang::PtBr),
            (None, "", Lang::PtBr),
        ] {
            assert_eq!(Lang::of(locale, &wishing(wish)), expected, "{locale:?} {wish}");
        }
        assert_eq!(Lang::of(None, &HeaderMap::new()), Lang::PtBr);
    }

    #[test]
    fn nothing_that_is_escaped_ends_a_tag_or_an_attribute() {
        assert_eq!(escape(r#"<a href="x" title='y'>&é"#), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;é");
    }
}
