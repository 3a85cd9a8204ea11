//! HTTP to April: one request at a time, all of one call before one deadline.
//!
//! Called by the calls of this method. Repeats nothing.

use super::config::Credential;
use super::error::Said;
use super::{AprilConfig, AprilError};
use crate::methods::http_client::{self, Lost};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// A client of April.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base_url: String,
    authorization: HeaderValue,
    merchant_id: Option<HeaderValue>,
    timeout: Duration,
}

/// The time that one call has for all its requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    deadline: Instant,
}

/// What came back: a status, and the text of the body.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Client {
    /// Builds the client; sends nothing.
    pub(super) fn new(config: &AprilConfig) -> Result<Self, AprilError> {
        let timeout = Duration::from_millis(config.timeout_ms.max(1));
        let credential = &config.credential;
        let key = credential.key().expose_secret();
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| AprilError::Unsendable { what: "our key" })?;
        authorization.set_sensitive(true);
        let merchant_id = match credential {
            Credential::Merchant(_) => None,
            Credential::Marketplace { merchant_id, .. } => {
                let header = HeaderValue::from_str(merchant_id);
                Some(header.map_err(|_| AprilError::Unsendable { what: "the merchant's id" })?)
            }
        };
        let http = http_client::new(&config.base_url, timeout).map_err(|_| AprilError::Tls)?;
        Ok(Self { http, base_url: config.base_url.clone(), authorization, merchant_id, timeout })
    }

    /// Begins a call.
    pub(super) fn turn(&self) -> Turn {
        Turn { deadline: Instant::now() + self.timeout }
    }

    /// Asks; the JSON of a 2xx.
    pub(super) async fn get(&self, turn: Turn, path: &str) -> Result<Value, AprilError> {
        let body = self.send(turn, Method::GET, path, None).await?.into_result()?;
        serde_json::from_str(&body).map_err(|_| AprilError::Unreadable { what: "it is not JSON" })
    }

    /// Sends once, if enough time is left to wait for the answer.
    pub(super) async fn send(
        &self,
        turn: Turn,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<Answer, AprilError> {
        let left = turn.deadline.saturating_duration_since(Instant::now());
        // With less, the answer would hardly be waited for; better not to send.
        if left < self.timeout / 4 {
            return Err(AprilError::OutOfTime);
        }
        let url = format!("{}{path}", self.base_url);
        let mut request =
            self.http.request(method, url).header(AUTHORIZATION, self.authorization.clone()).timeout(left);
        if let Some(merchant_id) = &self.merchant_id {
            request = request.header("Merchant-Id", merchant_id.clone());
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let response = request.send().await.map_err(|error| self.lost(http_client::lost(&error)))?;
        let status = response.status();
        // These say all by their status, so their body may get lost.
        let body = match (status, http_client::read(response).await) {
            (StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS, body) => body.unwrap_or_default(),
            (_, body) => body.map_err(|lost| self.lost(lost))?,
        };
        Ok(Answer { status: status.as_u16(), body })
    }

    fn lost(&self, lost: Lost) -> AprilError {
        match lost {
            Lost::NotConnected(why) => AprilError::NotConnected { why },
            Lost::Unsendable => AprilError::Unsendable { what: "the request" },
            Lost::TimedOut => {
                AprilError::TimedOut { waited_ms: u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX) }
            }
            Lost::Broken(why) => AprilError::Broken { why },
            Lost::Unreadable(what) => AprilError::Unreadable { what },
        }
    }
}

impl Answer {
    /// The body of a 2xx, or what the refusal is.
    pub(super) fn into_result(self) -> Result<String, AprilError> {
        let Self { status, body } = self;
        if (200..=299).contains(&status) {
            return Ok(body);
        }
        let said = Said::read(status, &body);
        if let Some(said) = &said {
            said.log(status);
        }
        Err(match (status, said) {
            (401, _) => AprilError::Unauthorized,
            (403, _) => AprilError::Forbidden,
            (429, _) => AprilError::Limited,
            (400..=499, Some(said)) => AprilError::Refused { status, said },
            (500..=599, _) => AprilError::Failed { status },
            _ => AprilError::Undocumented { status },
        })
    }
}
