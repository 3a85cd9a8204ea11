//! OAuth 2.0: where the buyer is sent, what the code becomes, how a pair of tokens is renewed.
//!
//! The protocol is the `oauth2` crate's; the HTTP client is ours, so that nothing is redirected, repeated or logged. Source:
//! PicPay "OAuth2 flow".

use super::client::{Client, Turn};
use super::{PicpayConfig, PicpayError, user_info};
use crate::clock::{Clock, SECOND};
use crate::vault::grants::{Account, NoAccess, Renew, Tokens};
use async_trait::async_trait;
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::pin::Pin;
use std::time::Duration;

/// What PicPay adds to the standard answer.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Extra {
    #[serde(default)]
    refresh_expires_in: Option<u64>,
}

impl ExtraTokenFields for Extra {}

type Response = StandardTokenResponse<Extra, BasicTokenType>;

type Protocol = oauth2::Client<
    BasicErrorResponse,
    Response,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Our login at PicPay, and its buyers'.
#[derive(Debug)]
pub(super) struct Login {
    protocol: Protocol,
    scopes: Vec<Scope>,
    clock: Clock,
}

impl Login {
    /// Sends nothing.
    pub(super) fn new(config: &PicpayConfig, clock: Clock) -> Result<Self, PicpayError> {
        let fail = |variable| move |_| PicpayError::Configured { variable };
        let at = |path: &str| format!("{}{path}", config.base_url);
        let base = "UMCLIQUE_PICPAY_BASE_URL";
        let protocol = oauth2::Client::new(ClientId::new(config.client_id.clone()))
            .set_client_secret(ClientSecret::new(config.client_secret.expose_secret().to_owned()))
            .set_auth_uri(AuthUrl::new(at("/oauth2/auth")).map_err(fail(base))?)
            .set_token_uri(TokenUrl::new(at("/oauth2/token")).map_err(fail(base))?)
            .set_redirect_uri(RedirectUrl::new(config.redirect_uri()).map_err(fail("UMCLIQUE_PUBLIC_URL"))?)
            // All five fields in the form: no published sample signs in by a header.
            .set_auth_type(AuthType::RequestBody);
        let scopes = config.scopes.split_whitespace().map(|scope| Scope::new(scope.to_owned())).collect();
        Ok(Self { protocol, scopes, clock })
    }

    /// Where the buyer consents.
    pub(super) fn authorize_url(&self, state: String) -> String {
        let (url, _) = self.protocol.authorize_url(|| CsrfToken::new(state)).add_scopes(self.scopes.clone()).url();
        url.to_string()
    }

    /// A code becomes a pair of tokens, once.
    pub(super) async fn redeem(&self, client: &Client, turn: Turn, code: &str) -> Result<Tokens, NoAccess> {
        let asked_ms = self.clock.now_ms();
        let send = Sender { client, turn };
        let answer = self.protocol.exchange_code(AuthorizationCode::new(code.to_owned())).request_async(&send).await;
        answer.map(|answer| tokens(&answer, asked_ms)).map_err(refusal)
    }

    /// Whose account it is. Where the user info does not answer, the token says it too; then only the mask is missing.
    pub(super) async fn account(&self, client: &Client, turn: Turn, tokens: &Tokens) -> Account {
        match client.get_with(turn, &tokens.access, "/oauth2/userinfo").await {
            Ok(body) => user_info::account(&body, self.clock.now_ms()),
            Err(error) => {
                tracing::info!(%error, "PicPay does not tell whose account it is");
                user_info::account_of_token(tokens.access.expose_secret())
            }
        }
    }
}

/// A login's renewal in one turn.
#[derive(Debug)]
pub(super) struct Renewal<'a> {
    pub(super) login: &'a Login,
    pub(super) client: &'a Client,
    pub(super) turn: Turn,
}

#[async_trait]
impl Renew for Renewal<'_> {
    async fn renew(&self, refresh: &SecretString) -> Result<Tokens, NoAccess> {
        let asked_ms = self.login.clock.now_ms();
        let send = Sender { client: self.client, turn: self.turn };
        let refresh = RefreshToken::new(refresh.expose_secret().to_owned());
        let answer = self.login.protocol.exchange_refresh_token(&refresh).request_async(&send).await;
        answer.map(|answer| tokens(&answer, asked_ms)).map_err(refusal)
    }

    fn timeout(&self) -> Duration {
        self.client.timeout()
    }
}

/// Our HTTP client, as the protocol wants it.
struct Sender<'a> {
    client: &'a Client,
    turn: Turn,
}

impl<'c> AsyncHttpClient<'c> for Sender<'_> {
    type Error = PicpayError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, PicpayError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(send(self.client, self.turn, request))
    }
}

async fn send(client: &Client, turn: Turn, request: HttpRequest) -> Result<HttpResponse, PicpayError> {
    let unsendable = || PicpayError::Unsendable { what: "the login" };
    let request = reqwest::Request::try_from(request).map_err(|_| unsendable())?;
    let answer = client.execute_login(turn, request).await?;
    // What is no answer of the login itself says nothing about the token.
    if answer.status != 200 && answer.status != 400 && answer.status != 401 {
        return Err(PicpayError::of_answer(answer.status, &answer.body)
            .unwrap_or(PicpayError::Undocumented { status: answer.status }));
    }
    let mut response = HttpResponse::new(answer.body.into_bytes());
    *response.status_mut() = reqwest::StatusCode::from_u16(answer.status).map_err(|_| unsendable())?;
    // Undocumented whether a type is told; the body is read as JSON in any case.
    Ok(response)
}

/// Lives are counted from before the question, so that no token is thought younger than it is.
fn tokens(answer: &Response, asked_ms: i64) -> Tokens {
    let end_ms =
        |life: u64| asked_ms.saturating_add(i64::try_from(life).unwrap_or(i64::MAX / SECOND).saturating_mul(SECOND));
    let life = answer.expires_in().unwrap_or(Duration::ZERO).as_secs();
    Tokens {
        access: answer.access_token().secret().clone().into(),
        access_expires_at_ms: end_ms(life),
        refresh: answer.refresh_token().map(|refresh| refresh.secret().clone().into()),
        refresh_expires_at_ms: answer.extra_fields().refresh_expires_in.map(end_ms),
    }
}

/// `invalid_grant` covers codes and refresh tokens that are revoked, unknown, used or too old; a shop that may not renew at
/// all is told `unauthorized_client`. Source: PicPay "API reference" of 2022.
fn refusal(error: RequestTokenError<PicpayError, BasicErrorResponse>) -> NoAccess {
    let unavailable = |detail: String, is_credentials| NoAccess::Unavailable { detail, is_credentials };
    match error {
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            BasicErrorResponseType::InvalidGrant | BasicErrorResponseType::UnauthorizedClient => NoAccess::Lapsed,
            BasicErrorResponseType::InvalidClient => {
                let words = "PicPay refused our credentials; check UMCLIQUE_PICPAY_CLIENT_ID and its secret";
                unavailable(words.to_owned(), true)
            }
            other => unavailable(format!("PicPay's login answered {}", other.as_ref()), false),
        },
        RequestTokenError::Request(error) => unavailable(error.to_string(), false),
        // The text of these may quote the answer, which may hold a token.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            unavailable("PicPay's login answered something that cannot be read".to_owned(), false)
        }
    }
}
