//! `GET /oauth2/auth`: where a shop sends the browser of a buyer, who signs in and consents, and comes back with a code.
//! Source: PicPay "OAuth2 flow". The page asks; what it decides, and what control decides without a browser, is the same
//! function here.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::ask::Ask;
use super::book::Book;
use super::calls::Call;
use super::clients::Client;
use super::links::Code;
use super::settings::{ConsentScreen, Settings};
use super::{PROVIDER, PicPay, pages};
use crate::control::{Body, ControlError};
use crate::world::lock;

/// The cookie that says who is signed in at PicPay in this browser.
const COOKIE: &str = "picpay_sandbox_buyer";

/// A request for consent that may be shown.
#[derive(Debug)]
struct Asked {
    client: Client,
    /// Letter by letter as it was registered.
    redirect_uri: String,
    /// The same, parsed.
    url: Url,
    state: Option<String>,
}

/// A request for consent that is not shown.
#[derive(Debug)]
enum Refused {
    /// Nobody can be told but the person at the browser: the address to go back to is not the shop's.
    Here(&'static str),
    /// The shop is told.
    Back(String),
}

/// Where the browser goes now.
#[derive(Debug, Serialize)]
pub(super) struct Decision {
    redirect_to: String,
    /// Whether the buyer was asked; not where the consent is there already.
    shown: bool,
}

/// What the page, or control, has decided.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    authorize_url: String,
    pub(super) user: String,
    pub(super) accept: bool,
}

/// `GET /oauth2/auth`.
pub(super) async fn ask_consent(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    let response = picpay.ask_consent(&ask);
    let status = Some(response.status().as_u16());
    picpay.world.note_call(PROVIDER, Call::Authorize.name(), ask.path, status, None);
    response
}

/// `POST /oauth2/auth/decision`: one of the page's two buttons.
pub(super) async fn decide(State(picpay): State<Arc<PicPay>>, Body(wish): Body<Wish>) -> Response {
    let decision = match picpay.decide(&wish) {
        Ok(decision) => decision,
        Err(error) => return error.into_response(),
    };
    let mut headers = HeaderMap::new();
    if wish.accept {
        // Signed in from here on. Control's ids need no quoting.
        let cookie = format!("{COOKIE}={}; Path=/picpay; HttpOnly; SameSite=Lax", wish.user);
        headers.extend(HeaderValue::from_str(&cookie).ok().map(|cookie| (header::SET_COOKIE, cookie)));
    }
    (headers, axum::Json(decision)).into_response()
}

impl PicPay {
    fn ask_consent(&self, ask: &Ask) -> Response {
        let settings = self.settings();
        let asked = match check(&ask.query, &settings) {
            Ok(asked) => asked,
            Err(Refused::Back(url)) => return redirect(&url),
            Err(Refused::Here(why)) => return pages::refusal(StatusCode::BAD_REQUEST, why),
        };
        let mut book = lock(&self.book);
        if let Some(buyer) = signed_in(ask).filter(|buyer| needs_no_screen(&book, &asked, buyer, &settings)) {
            return redirect(&self.grant(&mut book, &asked, buyer, &settings));
        }
        pages::consent(asked.client, &settings, book.buyers.values())
    }

    /// What a buyer decides, in a browser or without one.
    pub(super) fn decide(&self, wish: &Wish) -> Result<Decision, ControlError> {
        let url = Url::parse(&wish.authorize_url).ok().filter(|url| url.path() == "/picpay/oauth2/auth");
        let url = url.ok_or_else(|| ControlError::bad_request("authorize_url must be a URL of /picpay/oauth2/auth"))?;
        let settings = self.settings();
        let asked = match check(url.query().unwrap_or_default(), &settings) {
            Ok(asked) => asked,
            Err(Refused::Back(redirect_to)) => return Ok(Decision { redirect_to, shown: false }),
            Err(Refused::Here(why)) => return Err(ControlError::bad_request(why)),
        };
        let mut book = lock(&self.book);
        if !book.buyers.contains_key(&wish.user) {
            let names: Vec<_> = book.buyers.keys().take(20).map(String::as_str).collect();
            return Err(ControlError::bad_request(format!(
                "unknown buyer `{}`; there are {}",
                wish.user,
                names.join(", ")
            )));
        }
        let shown = !wish.accept || !needs_no_screen(&book, &asked, &wish.user, &settings);
        let redirect_to = if wish.accept {
            self.grant(&mut book, &asked, &wish.user, &settings)
        } else {
            // Undocumented how a refusal comes back; we assume OAuth's way.
            asked.back([("error", "access_denied")])
        };
        Ok(Decision { redirect_to, shown })
    }

    /// Writes the consent down, and sends the browser back with a code.
    fn grant(&self, book: &mut Book, asked: &Asked, buyer: &str, settings: &Settings) -> String {
        let now_ms = self.world.clock.now_ms();
        let (session, code) = (self.world.ids.uuid(), self.world.ids.uuid());
        book.links.consent(asked.client.id, buyer, &settings.scopes, session, now_ms);
        let kept = Code {
            client: asked.client.id,
            buyer: buyer.to_owned(),
            redirect_uri: asked.redirect_uri.clone(),
            expires_at_ms: now_ms + i64::from(settings.code_life_s) * 1_000,
        };
        let text = format!("{code}.{session}");
        book.links.keep_code(text.clone(), kept, now_ms);
        asked.back([("code", text.as_str()), ("session_state", &session.to_string())])
    }
}

impl Asked {
    /// The shop's address with something to tell, and the shop's own `state`.
    fn back<const N: usize>(&self, pairs: [(&str, &str); N]) -> String {
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(pairs).extend_pairs(self.state.iter().map(|state| ("state", state)));
        url.to_string()
    }
}

/// Reads the request's query. What is not known there is tolerated; the scopes are those of the shop's credentials.
fn check(query: &str, settings: &Settings) -> Result<Asked, Refused> {
    let mut fields = super::forms::fields(query);
    let client = fields.get("client_id").and_then(|id| Client::find(id));
    let client = client.ok_or(Refused::Here("client_id belongs to no shop"))?;
    let uri = fields.remove("redirect_uri").filter(|uri| settings.redirect_uris.contains(uri));
    let parsed = uri.and_then(|uri| Url::parse(&uri).ok().map(|url| (uri, url)));
    let (redirect_uri, url) = parsed.ok_or(Refused::Here(
        "redirect_uri is not one of those that were registered; POST /_control/picpay/settings registers them",
    ))?;
    let response_type = fields.remove("response_type");
    let asked = Asked { client, redirect_uri, url, state: fields.remove("state") };
    match response_type.as_deref() {
        Some("code") => Ok(asked),
        // Undocumented; we assume OAuth's words.
        Some(_) => Err(Refused::Back(asked.back([("error", "unsupported_response_type")]))),
        None => Err(Refused::Back(asked.back([("error", "invalid_request")]))),
    }
}

/// After a first consent the screen is not shown again, unless the shop's credentials have got other scopes since.
fn needs_no_screen(book: &Book, asked: &Asked, buyer: &str, settings: &Settings) -> bool {
    let consented = book.links.get(asked.client.id, buyer).is_some_and(|link| link.scopes == settings.scopes);
    consented && settings.consent_screen == ConsentScreen::FirstTime
}

/// Who is signed in at PicPay in this browser.
fn signed_in(ask: &Ask) -> Option<&str> {
    let pairs = ask.cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value).next()
}

fn redirect(url: &str) -> Response {
    let location = HeaderValue::from_str(url);
    let location = location.unwrap_or_else(|_| HeaderValue::from_static("/_buyer"));
    (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response()
}
