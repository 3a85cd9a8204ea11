//! The life of a token: from the login through `refresh_token` to a 401.

use super::*;
use crate::clock::MINUTE;
use crate::methods::{Method as _, Outcome};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wiremock::Respond;

const QUERY: &str = "/payment/3e0f3c52-6f43-4b9d-8f39-0a8f4e1f7b10";

#[tokio::test]
async fn the_login_is_form_data_with_both_fields() {
    let epag = Epag::start().await;
    epag.answer("GET", QUERY, 200, queried(&known_attempt(), "PAID")).await;
    let _ = epag.method.find(&known_attempt()).await;
    let logins = epag.requests("/auth").await;
    let content_type = logins[0].headers["content-type"].to_str().expect("plain text");
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").expect("form data");
    let body = String::from_utf8(logins[0].body.clone()).expect("text");
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"apiKey\"\r\n\r\napi-key\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"apiSecret\"\r\n\r\n{API_SECRET}\r\n--{boundary}--\r\n"
    );
    assert_eq!(body, expected);
    assert!(!logins[0].headers.contains_key("X-Auth-Token"));
}

#[tokio::test]
async fn a_gateway_that_wants_urlencoded_gets_it() {
    for status in [400, 415, 422] {
        let epag = Epag::start_without_login().await;
        epag.answer_once("POST", "/auth", status, json!({"status": status})).await;
        epag.answer("POST", "/auth", 200, json!({"token": "first"})).await;
        let attempt = known_attempt();
        epag.answer("GET", QUERY, 200, queried(&attempt, "PAID")).await;
        assert!(epag.method.find(&attempt).await.is_ok());
        let logins = epag.requests("/auth").await;
        assert_eq!(logins.len(), 2);
        assert_eq!(logins[1].body, format!("apiKey=api-key&apiSecret={API_SECRET}").into_bytes());
    }
}

#[tokio::test]
async fn the_newest_token_is_used_and_its_absence_tolerated() {
    let epag = Epag::start().await;
    let attempt = known_attempt();
    let answer = queried(&attempt, "PROCESSING");
    epag.answer_once("GET", QUERY, 200, answer.clone()).await;
    epag.answer_once("GET", QUERY, 200, with(answer.clone(), json!({"refresh_token": null}))).await;
    epag.answer_once("GET", QUERY, 200, with(answer.clone(), json!({"refresh_token": "not a token\n"}))).await;
    epag.answer_once("GET", QUERY, 422, with(refused(422, "00.04.0010", "no"), json!({"refresh_token": "third"})))
        .await;
    epag.answer("GET", QUERY, 502, with(refused(502, "00.02.0001", "no"), json!({"refresh_token": "fourth"}))).await;
    for _ in 0..6 {
        let _ = epag.method.find(&attempt).await;
    }
    assert_eq!(epag.tokens_used(QUERY).await, ["first", "second", "second", "second", "third", "fourth"]);
    assert_eq!(epag.requests("/auth").await.len(), 1);
}

#[tokio::test]
async fn a_token_that_is_about_to_expire_is_replaced_before_it_is_used() {
    let epag = Epag::start().await;
    let attempt = known_attempt();
    epag.answer("GET", QUERY, 200, with(queried(&attempt, "PAID"), json!({"refresh_token": null}))).await;
    for (offset_ms, logins) in [(0, 1), (4 * MINUTE, 1), (5 * MINUTE, 2), (9 * MINUTE, 2), (10 * MINUTE, 3)] {
        epag.clock.set_offset_ms(offset_ms);
        assert!(epag.method.find(&attempt).await.is_ok());
        assert_eq!(epag.requests("/auth").await.len(), logins, "after {offset_ms} ms");
    }
}

#[tokio::test]
async fn after_a_401_there_is_one_login_and_one_retry() {
    let epag = Epag::start_without_login().await;
    epag.answer_once("POST", "/auth", 200, json!({"token": "stale"})).await;
    epag.answer("POST", "/auth", 200, json!({"token": "fresh"})).await;
    epag.answer_once("POST", "/picpay/simple", 401, denied()).await;
    let attempt = new_attempt();
    epag.answer("POST", "/picpay/simple", 200, created(&attempt)).await;
    let outcome = epag.method.send(&attempt).await;
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    assert_eq!(epag.tokens_used("/picpay/simple").await, ["stale", "fresh"]);
    let sent = epag.requests("/picpay/simple").await;
    assert_eq!(sent[0].body, sent[1].body);
}

#[tokio::test]
async fn a_second_401_is_our_credentials_and_never_a_decline() {
    let epag = Epag::start().await;
    epag.answer("POST", "/picpay/simple", 401, denied()).await;
    let outcome = epag.method.send(&new_attempt()).await;
    let Outcome::NotSent(not_sent) = outcome else { panic!("nothing was executed: {outcome:?}") };
    assert!(not_sent.is_credentials);
    assert_eq!(epag.requests("/picpay/simple").await.len(), 2);
    assert_eq!(epag.requests("/auth").await.len(), 2);
}

#[tokio::test]
async fn a_refused_login_sends_nothing_and_calls_an_operator() {
    for status in [401, 403] {
        let epag = Epag::start_without_login().await;
        epag.answer("POST", "/auth", status, denied()).await;
        let Outcome::NotSent(not_sent) = epag.method.send(&new_attempt()).await else { panic!("nothing was sent") };
        assert!(not_sent.is_credentials, "{status}");
        assert!(epag.method.find(&known_attempt()).await.is_err_and(|unanswered| unanswered.is_credentials));
        assert!(epag.requests("/picpay/simple").await.is_empty());
    }
}

#[tokio::test]
async fn a_login_that_fails_otherwise_is_no_credentials_matter() {
    for (status, body) in [
        (200, "{}"),
        (200, "<html>"),
        (200, r#"{"token":""}"#),
        (200, r#"{"token":"two words"}"#),
        (302, ""),
        (404, "{}"),
        (429, "{}"),
        (500, "{}"),
        (503, "<html>"),
    ] {
        let epag = Epag::start_without_login().await;
        epag.answer_text("POST", "/auth", status, body).await;
        let Outcome::NotSent(not_sent) = epag.method.send(&new_attempt()).await else { panic!("{status} {body}") };
        assert!(!not_sent.is_credentials, "{status} {body}");
        assert!(epag.requests("/picpay/simple").await.is_empty());
    }
}

#[tokio::test]
async fn parallel_calls_share_one_login() {
    let epag = Epag::start_without_login().await;
    let answer = ResponseTemplate::new(200)
        .set_body_raw(r#"{"token":"first"}"#, "application/json")
        .set_delay(std::time::Duration::from_millis(50));
    Mock::given(method("POST")).and(path("/auth")).respond_with(answer).mount(&epag.server).await;
    let attempt = known_attempt();
    epag.answer("GET", QUERY, 200, queried(&attempt, "PAID")).await;
    let found = futures::future::join_all((0..8).map(|_| epag.method.find(&attempt))).await;
    assert!(found.iter().all(Result::is_ok));
    assert_eq!(epag.requests("/auth").await.len(), 1);
}

/// Takes only the newest token, and hands out the next with each answer.
struct Strict {
    newest: Arc<AtomicU64>,
    body: Value,
}

impl Respond for Strict {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let newest = format!("token-{}", self.newest.load(Ordering::SeqCst));
        let is_login = request.url.path() == "/auth";
        if !is_login && request.headers["X-Auth-Token"] != newest.as_str() {
            return ResponseTemplate::new(401).set_body_json(denied());
        }
        let next = format!("token-{}", self.newest.fetch_add(1, Ordering::SeqCst) + 1);
        let name = if is_login { "token" } else { "refresh_token" };
        ResponseTemplate::new(200).set_body_json(with(self.body.clone(), json!({name: next})))
    }
}

async fn start_strict(attempt: &Attempt) -> Epag {
    let epag = Epag::start_without_login().await;
    let newest = Arc::new(AtomicU64::new(0));
    let login = Strict { newest: newest.clone(), body: json!({}) };
    Mock::given(method("POST")).and(path("/auth")).respond_with(login).mount(&epag.server).await;
    let query = Strict { newest, body: queried(attempt, "PAID") };
    Mock::given(method("GET")).and(path(QUERY)).respond_with(query).mount(&epag.server).await;
    epag
}

#[tokio::test]
async fn where_only_the_newest_token_lives_calls_in_a_row_need_one_login() {
    let attempt = known_attempt();
    let epag = start_strict(&attempt).await;
    for _ in 0..5 {
        assert!(epag.method.find(&attempt).await.is_ok());
    }
    assert_eq!(epag.requests("/auth").await.len(), 1);
}

#[tokio::test]
async fn where_only_the_newest_token_lives_parallel_calls_never_blame_the_credentials() {
    let attempt = known_attempt();
    let epag = start_strict(&attempt).await;
    for _ in 0..5 {
        for found in futures::future::join_all((0..8).map(|_| epag.method.find(&attempt))).await {
            assert!(found.is_ok() || found.is_err_and(|unanswered| !unanswered.is_credentials));
        }
    }
    assert!(epag.method.find(&attempt).await.is_ok());
}
