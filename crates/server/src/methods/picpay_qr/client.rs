//! HTTP to ePag: logs in, sends, reads with limits, and tells "it cannot have arrived" from "nobody knows".
//!
//! Called by the calls of this method. Follows no redirect, uses no proxy, and repeats a call only after a 401, which
//! says that it was not executed.

use super::error::{self, EpagError};
use super::fields::Fields;
use super::token::{Pass, Vault};
use super::{EpagConfig, payload};
use crate::clock::Clock;
use crate::methods::http_client::{self, Lost};
use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, StatusCode};
use secrecy::SecretString;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Most times that one call is sent, each after a 401.
const SENDS_MAX: u32 = 3;

/// A client of ePag, with its newest token.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base_url: String,
    api_key: SecretString,
    api_secret: SecretString,
    vault: Vault,
    /// How many calls are between their first send and their answer.
    under_way: AtomicUsize,
    clock: Clock,
    timeout: Duration,
}

/// Counts a call for as long as it lives.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }

    fn is_alone(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 1
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What came back: a status, and the text of the body.
struct Answer {
    status: StatusCode,
    body: String,
}

impl Client {
    /// Builds the client; sends nothing.
    pub(super) fn new(config: &EpagConfig, clock: Clock) -> Result<Self, EpagError> {
        let timeout = Duration::from_millis(config.timeout_ms.max(1));
        Ok(Self {
            http: http_client::new(&config.base_url, timeout).map_err(|_| EpagError::Tls)?,
            base_url: config.base_url.clone(),
            api_key: config.api_key.clone(),
            api_secret: config.api_secret.clone(),
            vault: Vault::default(),
            under_way: AtomicUsize::new(0),
            clock,
            timeout,
        })
    }

    /// Asks; the body of a 2xx.
    pub(super) async fn get(&self, path: &str) -> Result<String, EpagError> {
        self.call(|| self.http.get(self.url(path))).await
    }

    /// Sends a JSON body; the body of a 2xx.
    pub(super) async fn post(&self, path: &str, body: String) -> Result<String, EpagError> {
        let request = || self.http.post(self.url(path)).header(CONTENT_TYPE, "application/json").body(body.clone());
        self.call(request).await
    }

    /// Sends once; again only after a 401, with a new token: once, or twice where another call's answer may have replaced
    /// the token in between. Whether ePag lets only the newest token live is undocumented; then parallel calls spoil
    /// each other's tokens, and that must not look like wrong credentials.
    async fn call(&self, request: impl Fn() -> RequestBuilder) -> Result<String, EpagError> {
        let deadline = Instant::now() + self.timeout;
        let under_way = UnderWay::begin(&self.under_way);
        for send in 1..=SENDS_MAX {
            let pass = self.pass(deadline).await?;
            let answer = self.exchange(request().header("X-Auth-Token", pass.header), deadline).await?;
            if answer.status != StatusCode::UNAUTHORIZED {
                self.adopt(&answer.body);
                return answer.into_result();
            }
            let was_newest = self.vault.refuse(pass.serial);
            if was_newest && send > 1 && under_way.is_alone() {
                return Err(EpagError::Unauthorized);
            }
        }
        Err(EpagError::TokenContested)
    }

    /// The newest token, or one from a new login. Only one caller logs in; the others wait for its token.
    async fn pass(&self, deadline: Instant) -> Result<Pass, EpagError> {
        if let Some(pass) = self.vault.current(self.clock.now_ms()) {
            return Ok(pass);
        }
        let turn = tokio::time::timeout_at(deadline, self.vault.login.lock()).await;
        let _turn = turn.map_err(|_| EpagError::OutOfTime)?;
        match self.vault.current(self.clock.now_ms()) {
            Some(pass) => Ok(pass),
            None => self.log_in(deadline).await,
        }
    }

    /// `POST /auth` with form data, as documented; urlencoded, as clients in the wild send it, where that is refused.
    async fn log_in(&self, deadline: Instant) -> Result<Pass, EpagError> {
        let mut answer = None;
        for form in [payload::form_data, payload::form_urlencoded] {
            let (content_type, body) = form(&self.api_key, &self.api_secret);
            let request = self.http.post(self.url("/auth")).header(CONTENT_TYPE, content_type).body(body);
            let got = self.exchange(request, deadline).await.map_err(EpagError::of_login)?;
            let is_wrong_form = matches!(got.status.as_u16(), 400 | 415 | 422);
            answer = Some(got);
            if !is_wrong_form {
                break;
            }
        }
        let answer = answer.ok_or(EpagError::OutOfTime)?;
        match answer.status.as_u16() {
            200..=299 => {
                let token = Fields::parse(&answer.body).and_then(|fields| fields.text(&["token"]));
                let pass = token.and_then(|token| self.vault.adopt(&token, self.clock.now_ms()));
                pass.ok_or(EpagError::NoToken { why: "an answer without a usable token" })
            }
            400 | 401 | 403 | 415 | 422 => Err(EpagError::Unauthorized),
            429 => Err(EpagError::Limited),
            500..=599 => Err(EpagError::NoToken { why: "a server error" }),
            _ => Err(EpagError::NoToken { why: "an undocumented status" }),
        }
    }

    /// One request, one answer, both before the deadline.
    async fn exchange(&self, request: RequestBuilder, deadline: Instant) -> Result<Answer, EpagError> {
        let left = deadline.saturating_duration_since(Instant::now());
        // With less, the answer would hardly be waited for; better not to send.
        if left < self.timeout / 4 {
            return Err(EpagError::OutOfTime);
        }
        let response = request.timeout(left).send().await.map_err(|error| self.lost(http_client::lost(&error)))?;
        let status = response.status();
        match (status.as_u16(), http_client::read(response).await) {
            // These say all by their status.
            (401 | 429, body) => Ok(Answer { status, body: body.unwrap_or_default() }),
            (_, body) => Ok(Answer { status, body: body.map_err(|lost| self.lost(lost))? }),
        }
    }

    fn lost(&self, lost: Lost) -> EpagError {
        match lost {
            Lost::NotConnected(why) => EpagError::NotConnected { why },
            Lost::Unsendable => EpagError::Unsendable { what: "the request" },
            Lost::TimedOut => {
                EpagError::TimedOut { waited_ms: u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX) }
            }
            Lost::Broken(why) => EpagError::Broken { why },
            Lost::Unreadable(what) => EpagError::Unreadable { what },
        }
    }

    fn adopt(&self, body: &str) {
        if let Some(token) = Fields::parse(body).and_then(|fields| fields.text(&["refresh_token"])) {
            self.vault.adopt(&token, self.clock.now_ms());
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

impl Answer {
    fn into_result(self) -> Result<String, EpagError> {
        let status = self.status.as_u16();
        match status {
            200..=299 => Ok(self.body),
            429 => Err(EpagError::Limited),
            400 | 403 | 404 | 422 => Err(error::refusal(status, &self.body)),
            500..=599 => Err(error::failure(status, &self.body)),
            _ => Err(EpagError::Undocumented { status, code: None }),
        }
    }
}
