//! `POST /oauth2/token`: a code, or a refresh token, becomes a new pair of tokens, and whatever pair there was is dead.
//! Source: PicPay "OAuth2 flow".

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use uuid::Uuid;

use super::PicPay;
use super::ask::Ask;
use super::book::Book;
use super::calls::Call;
use super::clients::Client;
use super::errors::ApiError;
use super::forms;
use super::jwt::{Claims, Kind};
use super::links::Pass;
use super::pipeline::answer_open;
use super::reply::Reply;
use super::settings::Settings;
use crate::world::lock;

type Form = BTreeMap<String, String>;

/// The answer.
#[derive(Debug, Serialize)]
struct Tokens {
    access_token: String,
    expires_in: u32,
    refresh_expires_in: u32,
    refresh_token: String,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(rename = "not-before-policy", skip_serializing_if = "Option::is_none")]
    not_before_policy: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_state: Option<Uuid>,
    scope: String,
}

/// `POST /oauth2/token`.
pub(super) async fn create_tokens(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    let form = if ask.is_form() { forms::fields(&String::from_utf8_lossy(&ask.body)) } else { Form::new() };
    let is_refresh = form.get("grant_type").is_some_and(|kind| kind == "refresh_token");
    let call = if is_refresh { Call::Refresh } else { Call::Token };
    answer_open(&picpay, &ask, call, |settings, now_ms| {
        let grant = field(&form, "grant_type")?;
        if !matches!(grant, "authorization_code" | "refresh_token") {
            return Err(ApiError::oauth("unsupported_grant_type", "Unsupported grant_type"));
        }
        let client = sign_in(&ask, &form)?;
        if is_refresh && !settings.refresh_allowed {
            return Err(ApiError::oauth("unauthorized_client", "Client not allowed to refresh tokens"));
        }
        let mut book = lock(&picpay.book);
        let buyer = if is_refresh {
            picpay.redeem_refresh(&book, client, &form, now_ms)?
        } else {
            redeem_code(&mut book, client, &form, settings, now_ms)?
        };
        let tokens = picpay.issue(&mut book, client, &buyer, settings, now_ms);
        tokens.map(|tokens| Reply::ok(&tokens)).ok_or_else(|| invalid_grant("The user has withdrawn the consent"))
    })
    .await
}

/// A field that must be there.
fn field<'a>(form: &'a Form, name: &'static str) -> Result<&'a str, ApiError> {
    let text = form.get(name).map(String::as_str).filter(|text| !text.is_empty());
    text.ok_or_else(|| {
        ApiError::oauth(
            "invalid_request",
            match name {
                "grant_type" => "Missing form parameter: grant_type",
                "code" => "Missing parameter: code",
                "redirect_uri" => "Missing parameter: redirect_uri",
                _ => "Missing parameter: refresh_token",
            },
        )
    })
}

/// The shop, by the form's fields, or by HTTP Basic, of which no published sample speaks, only an error text.
fn sign_in(ask: &Ask, form: &Form) -> Result<Client, ApiError> {
    let of = |name: &str| form.get(name).cloned();
    let credentials = ask.basic().or_else(|| Some((of("client_id")?, of("client_secret")?)));
    let client = credentials.and_then(|(id, secret)| Client::sign_in(&id, &secret));
    client.ok_or_else(|| ApiError::oauth("invalid_client", "Invalid client or Invalid client credentials"))
}

fn invalid_grant(why: &'static str) -> ApiError {
    ApiError::oauth("invalid_grant", why)
}

/// The buyer who consented. A code that was shown is used up, also where the rest does not fit.
fn redeem_code(
    book: &mut Book,
    client: Client,
    form: &Form,
    settings: &Settings,
    now_ms: i64,
) -> Result<String, ApiError> {
    let text = field(form, "code")?;
    let redirect_uri = match field(form, "redirect_uri") {
        Ok(uri) => Some(uri),
        Err(error) if settings.needs_redirect_uri => return Err(error),
        Err(_) => None,
    };
    let code = book.links.take_code(text, now_ms).ok_or_else(|| invalid_grant("Code not valid"))?;
    if code.client != client.id {
        return Err(invalid_grant("Auth error"));
    }
    if redirect_uri.is_some_and(|uri| uri != code.redirect_uri) {
        return Err(invalid_grant("Incorrect redirect_uri"));
    }
    Ok(code.buyer)
}

impl PicPay {
    /// The buyer whose newest refresh token this is, still young.
    fn redeem_refresh(&self, book: &Book, client: Client, form: &Form, now_ms: i64) -> Result<String, ApiError> {
        let text = field(form, "refresh_token")?;
        let claims = self.signer.read(text).map_err(|_| invalid_grant("Invalid refresh token"))?;
        let found = book.links.holder(&claims).filter(|_| claims.typ == Kind::Refresh);
        // Undocumented texts; that one code covers revoked, unknown and used is documented.
        let (owner, buyer, _, pass) =
            found.ok_or_else(|| invalid_grant("Maximum allowed refresh token reuse exceeded"))?;
        if owner != client.id {
            return Err(invalid_grant("Invalid refresh token. Token client and authorized client don't match"));
        }
        if now_ms >= pass.expires_at_ms {
            return Err(invalid_grant("Token is not active"));
        }
        Ok(buyer.to_owned())
    }

    /// A new pair for a buyer; the old one is dead from here on. None where the consent is gone.
    fn issue(&self, book: &mut Book, client: Client, buyer: &str, settings: &Settings, now_ms: i64) -> Option<Tokens> {
        let sub = book.buyers.get(buyer)?.subject.clone();
        let link = book.links.get_mut(client.id, buyer)?;
        let scope = link.scopes.clone();
        let make = |typ, life_s: u32| {
            // Whole seconds, rounded up, so that no token is younger than its answer says.
            let (iat, exp) = (now_ms / 1_000, (now_ms + 999) / 1_000 + i64::from(life_s));
            let jti = self.world.ids.uuid();
            let claims =
                Claims { jti, typ, sub: sub.clone(), azp: client.id.to_owned(), scope: scope.clone(), iat, exp };
            (self.signer.sign(&claims), Pass { jti, expires_at_ms: exp * 1_000 })
        };
        let (access_token, access) = make(Kind::Access, settings.token_life_s);
        let (refresh_token, refresh) = make(Kind::Refresh, settings.refresh_life_s);
        let has_id = settings.token_extras && scope.split_whitespace().any(|scope| scope == "openid");
        let id_token = has_id.then(|| make(Kind::Id, settings.token_life_s).0);
        link.access = Some(access);
        link.refresh = Some(refresh);
        Some(Tokens {
            access_token,
            expires_in: settings.token_life_s,
            refresh_expires_in: settings.refresh_life_s,
            refresh_token,
            token_type: "bearer",
            id_token,
            not_before_policy: settings.token_extras.then_some(0),
            session_state: settings.token_extras.then_some(link.session_state),
            scope,
        })
    }
}
