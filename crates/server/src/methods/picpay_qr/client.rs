//! HTTP to ePag: logs in, sends, reads with limits, and tells "it cannot have arrived" from "nobody knows".
//!
//! Called by the calls of this method. Follows no redirect, uses no proxy, and repeats a call only after a 401, which
//! says that it was not executed.

use super::error::{self, EpagError};
use super::fields::Fields;
use super::token::{Pass, Vault};
use super::{EpagConfig, payload};
use crate::clock::Clock;
use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::SecretString;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Longest wait for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Idle connections are dropped before ePag drops them, so that fewer requests die on the way.
const IDLE_MAX: Duration = Duration::from_secs(15);
/// Longest answer that is read, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;
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
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // A race with another caller ends with one of two equal providers.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let timeout = Duration::from_millis(config.timeout_ms.max(1));
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(CONNECT_MAX.min(timeout))
            .pool_idle_timeout(IDLE_MAX)
            .user_agent(concat!("umclique/", env!("CARGO_PKG_VERSION")));
        // A sandbox on this machine must work where no CA certificates are installed.
        let builder = if config.is_plain_http() { builder.tls_certs_only([]) } else { builder.https_only(true) };
        Ok(Self {
            http: builder.build().map_err(|_| EpagError::Tls)?,
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
        let response = request.timeout(left).send().await.map_err(|error| self.lost(&error))?;
        let status = response.status();
        match (status.as_u16(), self.read(response).await) {
            // These say all by their status.
            (401 | 429, body) => Ok(Answer { status, body: body.unwrap_or_default() }),
            (_, body) => Ok(Answer { status, body: body? }),
        }
    }

    async fn read(&self, mut response: Response) -> Result<String, EpagError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.lost(&error))? {
            if body.len() + chunk.len() > BODY_BYTES_MAX {
                return Err(EpagError::Unreadable { what: "it is longer than 1 MiB" });
            }
            body.extend_from_slice(&chunk);
        }
        String::from_utf8(body).map_err(|_| EpagError::Unreadable { what: "it is not text" })
    }

    /// Only a connection that never stood proves that nothing arrived.
    fn lost(&self, error: &reqwest::Error) -> EpagError {
        let why = if error.is_dns() { "its name is not resolved" } else { in_a_word(error) };
        if error.is_connect() {
            return EpagError::NotConnected { why };
        }
        if error.is_builder() {
            return EpagError::Unsendable { what: "the request" };
        }
        if error.is_timeout() {
            return EpagError::TimedOut { waited_ms: u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX) };
        }
        EpagError::Broken { why }
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

/// The kind of the input or output error at the bottom, if there is one. Never the error's own text, which may hold the
/// address.
fn in_a_word(error: &reqwest::Error) -> &'static str {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return match error.kind() {
                std::io::ErrorKind::ConnectionRefused => "connection refused",
                std::io::ErrorKind::ConnectionReset => "connection reset",
                std::io::ErrorKind::ConnectionAborted => "connection aborted",
                std::io::ErrorKind::UnexpectedEof => "connection closed",
                std::io::ErrorKind::TimedOut => "timed out",
                std::io::ErrorKind::InvalidData => "TLS refused",
                _ => "input or output",
            };
        }
        source = error.source();
    }
    "no whole answer"
}
