//! Bad input of every kind gets a clear problem: the right 4xx, a stable code, a sentence that says what to do. Never a
//! 5xx, and never an echo of what may be secret.

mod addresses;
mod bodies;
mod bytes;
mod lists;
mod random;
mod sessions;

use crate::world::{Opened, SECRET_KEY, World, key, text};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// Checks everything that every refusal must have, and returns its code.
pub(super) async fn refusal(answer: Response, status: u16, what: &str) -> String {
    let got = answer.status().as_u16();
    let kind = answer.headers().get("content-type").cloned();
    let body = answer.text().await.expect("a body");
    assert_eq!(got, status, "{what}: {body}");
    assert_eq!(kind.expect("a content type"), "application/problem+json", "{what}");
    let problem: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(problem["status"], status, "{what}: the body tells the same status");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{what}: {problem}");
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{what}: {problem}");
    for error in problem["errors"].as_array().into_iter().flatten() {
        assert!(error["field"].as_str().is_some_and(|field| !field.is_empty()), "{what}: {problem}");
        assert!(error["detail"].as_str().is_some_and(|detail| detail.contains(' ')), "{what}: {problem}");
    }
    for secret in
        [SECRET_KEY, "_secret_", "529.982.247-25", "52998224725", "4111111111111111", "sqlx", "SELECT", "panicked"]
    {
        assert!(!body.contains(secret), "{what}: {secret} stands in {body}");
    }
    text(&problem["code"])
}

pub(super) fn post(world: &World, path: &str) -> RequestBuilder {
    world.shop(Method::POST, path).header("idempotency-key", key())
}

pub(super) fn confirm(world: &World, session: &Opened) -> RequestBuilder {
    world.buyer(session, Method::POST, "/confirm").header("idempotency-key", key())
}

pub(super) async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("the server answers")
}
