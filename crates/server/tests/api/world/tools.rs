//! Small things that every test needs.

use reqwest::Response;
use serde_json::Value;
use std::future::Future;
use std::time::{Duration, Instant};

/// The JSON of a successful answer.
pub(crate) async fn ok(answer: reqwest::Result<Response>) -> Value {
    let answer = answer.expect("an answer");
    let (status, url) = (answer.status(), answer.url().path().to_owned());
    let body = answer.text().await.expect("a body");
    assert!(status.is_success(), "{url} answered {status}: {body}");
    if body.is_empty() { Value::Null } else { serde_json::from_str(&body).expect("JSON") }
}

/// The problem of a refused request, whose status must be `status`.
pub(crate) async fn problem(answer: Response, status: u16) -> Value {
    let (got, kind) = (answer.status(), answer.headers().get("content-type").cloned());
    let body = answer.text().await.expect("a body");
    assert_eq!(got.as_u16(), status, "{body}");
    assert_eq!(kind.expect("a content type"), "application/problem+json");
    serde_json::from_str(&body).expect("JSON")
}

/// Waits until `look` says `Ok`; after half a minute the last `Err` is shown.
pub(crate) async fn wait_for<T, E: std::fmt::Debug, F: Future<Output = Result<T, E>>>(
    what: &str,
    look: impl Fn() -> F,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) => assert!(Instant::now() < deadline, "waited in vain for {what}; last seen: {seen:?}"),
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// A fresh idempotency key.
pub(crate) fn key() -> String {
    umclique_server::keys::new_row_id()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("expected a text, got {value}")).to_owned()
}

/// Puts `from` over `into`, field by field.
pub(super) fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
