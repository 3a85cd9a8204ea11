//! The shop's client of the merchant server: every call that needs the secret key. Used by the routes under `/shop`.
//!
//! A call is repeated under the same `Idempotency-Key` when its answer got lost, which is what the key is for.

use crate::problem::Problem;
use axum::http::StatusCode;
use reqwest::header::RETRY_AFTER;
use serde_json::Value;
use std::time::Duration;

/// How often a call is sent at most.
const TRIES: u32 = 3;
/// The server answers within 25 seconds even where it waits for a provider.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Before the second try; doubled before the third.
const BACK_OFF: Duration = Duration::from_millis(300);
/// The longest `Retry-After` that a buyer is made to wait for.
const LONGEST_WAIT_S: u64 = 5;

/// Calls the merchant server with the secret key.
pub(crate) struct Checkout {
    http: reqwest::Client,
    server: String,
    secret_key: String,
}

impl Checkout {
    pub(crate) fn new(http: reqwest::Client, server: &str, secret_key: String) -> Self {
        Self { http, server: server.to_owned(), secret_key }
    }

    /// `POST {path}`. `key` is this operation's name, the same however often it is sent.
    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Result<Value, Problem> {
        self.repeat(|| self.http.post(format!("{}{path}", self.server)).header("Idempotency-Key", key).json(body)).await
    }

    /// `GET {path}`.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Problem> {
        self.repeat(|| self.http.get(format!("{}{path}", self.server))).await
    }

    /// `DELETE {path}`. What is not there any more was deleted by a try whose answer got lost, or by somebody else.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), Problem> {
        match self.repeat(|| self.http.delete(format!("{}{path}", self.server))).await {
            Err(problem) if !problem.is_missing() => Err(problem),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn repeat(&self, request: impl Fn() -> reqwest::RequestBuilder) -> Result<Value, Problem> {
        let mut wait = BACK_OFF;
        for _ in 1..TRIES {
            match self.send(request()).await {
                Ok(value) => return Ok(value),
                Err(Outcome::Final(problem)) => return Err(problem),
                Err(Outcome::Unclear { retry_after, .. }) => tokio::time::sleep(retry_after.unwrap_or(wait)).await,
            }
            wait *= 2;
        }
        self.send(request()).await.map_err(|outcome| match outcome {
            Outcome::Final(problem) | Outcome::Unclear { problem, .. } => problem,
        })
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Value, Outcome> {
        let unclear = |error: reqwest::Error| {
            tracing::warn!(error = %error.without_url(), "the merchant server gave no answer");
            let detail = "the merchant server gave no answer; the same request may be sent again with the same key";
            let problem = Problem::new(StatusCode::BAD_GATEWAY, "server_unreachable", detail);
            Outcome::Unclear { problem, retry_after: None }
        };
        let answer = request.bearer_auth(&self.secret_key).timeout(TIMEOUT).send().await.map_err(unclear)?;
        let status = answer.status();
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = answer.bytes().await.map_err(unclear)?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let problem = Problem::from_server(status, body);
        let is_busy = status == StatusCode::CONFLICT && retry_after.is_some_and(|seconds| seconds <= LONGEST_WAIT_S);
        if is_busy || status.is_server_error() {
            return Err(Outcome::Unclear { problem, retry_after: retry_after.map(Duration::from_secs) });
        }
        Err(Outcome::Final(problem))
    }
}

/// Why a call did not succeed.
enum Outcome {
    /// Sending it again would say the same.
    Final(Problem),
    /// Nobody knows, or not yet: send it again under the same key.
    Unclear { problem: Problem, retry_after: Option<Duration> },
}

/// A client without redirects and without the system's proxies: the servers are named exactly.
pub(crate) fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    // Somebody else in the process may have chosen already; then theirs is used.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .connect_timeout(Duration::from_secs(5))
        .build()
}
