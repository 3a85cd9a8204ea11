//! HTTP to PicPay: one request at a time, all of one call before one deadline.
//!
//! Called by the calls of this method. Repeats nothing.

use super::{PicpayConfig, PicpayError};
use crate::methods::http_client::{self, Lost};
use crate::vault::grants::Access;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request};
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;
use tokio::time::Instant;

/// A client of PicPay.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base_url: String,
    api_key: Option<HeaderValue>,
    timeout: Duration,
}

/// The time that one call has for all its requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    deadline: Instant,
}

/// What is asked of PicPay in a buyer's name.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) path: &'a str,
    /// JSON.
    pub(super) body: Option<String>,
    /// The name of this very operation, the same on every try.
    pub(super) key: Option<String>,
}

/// What came back: a status, and the text of the body.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Client {
    /// Builds the client; sends nothing.
    pub(super) fn new(config: &PicpayConfig) -> Result<Self, PicpayError> {
        let timeout = Duration::from_millis(config.timeout_ms.max(1));
        let api_key = config.api_key.as_ref().map(|key| sensitive(key.expose_secret(), "our Api-Key")).transpose()?;
        let http = http_client::new(&config.base_url, timeout).map_err(|_| PicpayError::Tls)?;
        Ok(Self { http, base_url: config.base_url.clone(), api_key, timeout })
    }

    /// The most that one call takes.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Begins a call.
    pub(super) fn turn(&self) -> Turn {
        Turn { deadline: Instant::now() + self.timeout }
    }

    /// Sends once; the body of a success.
    pub(super) async fn send(&self, turn: Turn, access: &Access, ask: &Ask<'_>) -> Result<String, PicpayError> {
        let url = format!("{}{}", self.base_url, ask.path);
        let bearer = format!("Bearer {}", access.token.expose_secret());
        let mut request = self
            .http
            .request(ask.method.clone(), url)
            .header(AUTHORIZATION, sensitive(&bearer, "the buyer's token")?)
            .timeout(self.left(turn)?);
        if let Some(api_key) = &self.api_key {
            request = request.header("Api-Key", api_key.clone());
        }
        if let Some(key) = &ask.key {
            request = request.header("x-Idempotency-Key", key.as_str());
        }
        if let Some(body) = &ask.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        let request = request.build().map_err(|_| PicpayError::Unsendable { what: "the request" })?;
        let answer = self.execute(request).await?;
        PicpayError::of_answer(answer.status, &answer.body).map_or(Ok(answer.body), Err)
    }

    /// Sends a request of the login, which carries no token of a buyer.
    pub(super) async fn execute_login(&self, turn: Turn, mut request: Request) -> Result<Answer, PicpayError> {
        *request.timeout_mut() = Some(self.left(turn)?);
        self.execute(request).await
    }

    /// `GET` with a token that is in no login yet.
    pub(super) async fn get_with(&self, turn: Turn, token: &SecretString, path: &str) -> Result<String, PicpayError> {
        let access = Access { token: token.clone(), version: 0 };
        self.send(turn, &access, &Ask { method: Method::GET, path, body: None, key: None }).await
    }

    fn left(&self, turn: Turn) -> Result<Duration, PicpayError> {
        let left = turn.deadline.saturating_duration_since(Instant::now());
        // With less, the answer would hardly be waited for; better not to send.
        if left < self.timeout / 4 { Err(PicpayError::OutOfTime) } else { Ok(left) }
    }

    async fn execute(&self, request: Request) -> Result<Answer, PicpayError> {
        let response = self.http.execute(request).await.map_err(|error| self.lost(http_client::lost(&error)))?;
        let status = response.status().as_u16();
        // These say all by their status, so their body may get lost.
        let body = match (status, http_client::read(response).await) {
            (208 | 401 | 429, body) => body.unwrap_or_default(),
            (_, body) => body.map_err(|lost| self.lost(lost))?,
        };
        Ok(Answer { status, body })
    }

    fn lost(&self, lost: Lost) -> PicpayError {
        match lost {
            Lost::NotConnected(why) => PicpayError::NotConnected { why },
            Lost::Unsendable => PicpayError::Unsendable { what: "the request" },
            Lost::TimedOut => {
                PicpayError::TimedOut { waited_ms: u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX) }
            }
            Lost::Broken(why) => PicpayError::Broken { why },
            Lost::Unreadable(what) => PicpayError::Unreadable { what },
        }
    }
}

fn sensitive(text: &str, what: &'static str) -> Result<HeaderValue, PicpayError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| PicpayError::Unsendable { what })?;
    value.set_sensitive(true);
    Ok(value)
}
