//! The way through to the merchant server: unbuffered, with the headers that matter and no others.

use crate::harness::{client, shop};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::routing::{any, get};
use futures::StreamExt;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// Serves a router on a free port until the test ends.
async fn upstream(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

type Feed = Arc<Mutex<Option<mpsc::Receiver<Bytes>>>>;

async fn stream(State(feed): State<Feed>) -> ([(&'static str, &'static str); 1], Body) {
    let receiver = feed.lock().expect("no panic").take().expect("one reader");
    let pieces = futures::stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|piece| (Ok::<_, std::io::Error>(piece), receiver))
    });
    ([("content-type", "text/event-stream")], Body::from_stream(pieces))
}

#[tokio::test]
async fn events_arrive_one_by_one_and_leaving_closes_the_servers_stream() {
    let (sender, receiver) = mpsc::channel(1);
    let feed: Feed = Arc::new(Mutex::new(Some(receiver)));
    let server = upstream(Router::new().route("/v1/status", get(stream)).with_state(feed)).await;
    let shop = shop(&server, Path::new("."), None).await;
    sender.send("id: 1\n\n".into()).await.expect("the first event");
    let answer = client().get(format!("{}/v1/status", shop.url())).send().await.expect("the shop answers");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut pieces = answer.bytes_stream();
    // The second event is sent only once the first has arrived: a proxy that waits for more would hang here.
    assert_eq!(pieces.next().await.expect("open").expect("a piece"), "id: 1\n\n");
    sender.send("id: 2\n\n".into()).await.expect("still read");
    assert_eq!(pieces.next().await.expect("open").expect("a piece"), "id: 2\n\n");
    drop(pieces);
    sender.closed().await;
}

#[tokio::test]
async fn a_stopping_shop_ends_its_streams() {
    let (sender, receiver) = mpsc::channel(1);
    let feed: Feed = Arc::new(Mutex::new(Some(receiver)));
    let server = upstream(Router::new().route("/v1/status", get(stream)).with_state(feed)).await;
    let shop = shop(&server, Path::new("."), None).await;
    sender.send("id: 1\n\n".into()).await.expect("the first event");
    let answer = client().get(format!("{}/v1/status", shop.url())).send().await.expect("the shop answers");
    let mut pieces = answer.bytes_stream();
    assert!(pieces.next().await.is_some());
    drop(shop);
    assert!(pieces.next().await.is_none());
}

async fn echo(request: Request) -> ([(&'static str, &'static str); 3], String) {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1_000_000).await.expect("a body");
    let headers = |headers: &HeaderMap| -> Value {
        headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap_or("?")))).collect()
    };
    let said = json!({ "method": parts.method.as_str(), "uri": parts.uri.to_string(), "headers": headers(&parts.headers),
        "body": String::from_utf8_lossy(&body) });
    ([("retry-after", "2"), ("set-cookie", "a=b"), ("content-type", "application/json")], said.to_string())
}

#[tokio::test]
async fn what_matters_goes_through_and_nothing_else() {
    let server = upstream(Router::new().fallback(any(echo))).await;
    let shop = shop(&server, Path::new("."), None).await;
    let request = client()
        .post(format!("{}/v1/checkout_sessions/cs_1/confirm?check=true", shop.url()))
        .header("authorization", "Bearer client-secret")
        .header("idempotency-key", "key-1")
        .header("accept", "application/json")
        .header("content-type", "application/json")
        .header("cookie", "session=1")
        .header("origin", "http://elsewhere")
        .header("x-forwarded-for", "1.2.3.4")
        .body("{\"method\":\"picpay_qr\"}");
    let answer = request.send().await.expect("the shop answers");
    assert_eq!(answer.headers()["retry-after"], "2");
    assert!(!answer.headers().contains_key("set-cookie"));
    let said: Value = answer.json().await.expect("JSON");
    assert_eq!(said["method"], "POST");
    assert_eq!(said["uri"], "/v1/checkout_sessions/cs_1/confirm?check=true");
    assert_eq!(said["body"], "{\"method\":\"picpay_qr\"}");
    let headers = &said["headers"];
    assert_eq!(headers["authorization"], "Bearer client-secret");
    assert_eq!(headers["idempotency-key"], "key-1");
    assert_eq!(headers["x-forwarded-for"], "127.0.0.1", "the buyer's address is the one that we saw");
    assert!(headers["cookie"].is_null() && headers["origin"].is_null());
}

#[tokio::test]
async fn a_page_of_the_servers_keeps_its_policy_and_its_way_back() {
    let page = async |request: Request| {
        assert_eq!(request.uri().to_string(), "/v1/checkout_sessions/cs_1/return?umclique_return=code");
        let policy = ("content-security-policy", "default-src 'none'; form-action 'self'");
        let headers = [policy, ("content-type", "text/html; charset=utf-8"), ("x-frame-options", "DENY")];
        (headers, "<!doctype html>")
    };
    let pay = async |headers: HeaderMap| {
        assert_eq!(headers["sec-fetch-site"], "same-origin");
        let location = ("location", "http://127.0.0.1:8000/?order=PED-1");
        (axum::http::StatusCode::SEE_OTHER, [location])
    };
    let server = upstream(Router::new().route("/v1/checkout_sessions/cs_1/return", get(page).post(pay))).await;
    let shop = shop(&server, Path::new("."), None).await;
    let url = format!("{}/v1/checkout_sessions/cs_1/return?umclique_return=code", shop.url());
    let answer = client().get(&url).send().await.expect("the shop answers");
    assert_eq!(answer.headers()["content-security-policy"], "default-src 'none'; form-action 'self'");
    assert_eq!(answer.headers()["x-frame-options"], "DENY");
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    let browser = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
    let answer = browser
        .expect("a client")
        .post(&url)
        .header("sec-fetch-site", "same-origin")
        .send()
        .await
        .expect("the shop answers");
    let back = answer.headers()["location"].to_str().expect("visible ASCII");
    assert_eq!((answer.status().as_u16(), back), (303, "http://127.0.0.1:8000/?order=PED-1"));
}

#[tokio::test]
async fn an_absent_server_and_a_huge_body_are_said_so() {
    let shop = shop("http://127.0.0.1:9", Path::new("."), None).await;
    let url = format!("{}/v1/checkout_sessions/cs_1", shop.url());
    let answer = client().get(&url).send().await.expect("the shop answers");
    assert_eq!(answer.status(), 502);
    assert_eq!(answer.json::<Value>().await.expect("JSON")["code"], "server_unreachable");
    let answer = client().post(&url).body(vec![b'x'; 300_000]).send().await.expect("the shop answers");
    assert_eq!(answer.status(), 413);
}
