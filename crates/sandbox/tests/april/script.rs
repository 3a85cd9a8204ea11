//! The checkout script over HTTP: where it is, what it must not contain, and how it fails to arrive.

use std::time::{Duration, Instant};

use crate::common::{Merchant, PATIENCE, text};
use reqwest::Response;
use serde_json::json;

const PATH: &str = "/april/v3/checkout-v3.0.0.min.js";

async fn fetch(merchant: &Merchant) -> reqwest::Result<Response> {
    merchant.client.get(merchant.url(PATH)).timeout(PATIENCE).send().await
}

/// Waits until so many requests for the script are open.
async fn until_waiting(merchant: &Merchant, count: u64) {
    let waiting = async {
        while merchant.see("/april/script").await["waiting"] != json!(count) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the request arrives");
}

#[tokio::test]
async fn the_script_may_be_loaded_from_anywhere_with_integrity() {
    let merchant = Merchant::new().await;
    let seen = merchant.see("/april/script").await;
    assert_eq!(seen["url"], json!(merchant.url(PATH)));
    assert!(text(&seen["integrity"]).starts_with("sha384-"));
    assert_eq!(text(&seen["integrity"]).len(), 7 + 64, "48 bytes in base64");
    let response = fetch(&merchant).await.expect("an answer");
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    assert!(response.headers()["content-type"].to_str().expect("text").starts_with("text/javascript"));
    let script = response.text().await.expect("a body");
    assert!(script.contains("window.AprilCheckout"));
    for forbidden in
        ["innerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "setAttribute(\"style\""]
    {
        assert!(!script.contains(forbidden), "{forbidden} does not work under a strict policy");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_script_waits_for_its_release() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "script": "late" })).await;
    let one = tokio::spawn(merchant.client.get(merchant.url(PATH)).timeout(PATIENCE).send());
    until_waiting(&merchant, 1).await;
    assert!(!one.is_finished());
    assert_eq!(merchant.control("/april/script/release", &json!({})).await["url"], json!(merchant.url(PATH)));
    assert_eq!(one.await.expect("it ran").expect("an answer").status().as_u16(), 200);
    let two = tokio::spawn(merchant.client.get(merchant.url(PATH)).timeout(PATIENCE).send());
    until_waiting(&merchant, 1).await;
    merchant.set(json!({ "script": "ok" })).await;
    assert_eq!(two.await.expect("it ran").expect("an answer").status().as_u16(), 200, "it behaves again");
}

#[tokio::test]
async fn a_late_script_comes_by_itself_after_its_delay() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "script": "late", "script_delay_ms": 150 })).await;
    let started = Instant::now();
    assert_eq!(fetch(&merchant).await.expect("an answer").status().as_u16(), 200);
    assert!(started.elapsed() >= Duration::from_millis(150));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_never_comes_is_never_answered() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "script": "never" })).await;
    let one = tokio::spawn(merchant.client.get(merchant.url(PATH)).timeout(PATIENCE).send());
    until_waiting(&merchant, 1).await;
    merchant.control("/april/script/release", &json!({})).await;
    assert_eq!(merchant.see("/april/script").await["waiting"], json!(1), "a release is not for this one");
    merchant.set(json!({ "script": "ok" })).await;
    assert!(one.await.expect("it ran").is_err(), "the connection is closed");
    assert_eq!(fetch(&merchant).await.expect("an answer").status().as_u16(), 200);
    until_waiting(&merchant, 0).await;
}

#[tokio::test]
async fn a_script_can_throw_or_be_garbage_or_missing() {
    let merchant = Merchant::new().await;
    let good = merchant.see("/april/script").await["integrity"].clone();
    merchant.set(json!({ "script": "throws" })).await;
    let script = fetch(&merchant).await.expect("an answer").text().await.expect("a body");
    assert!(script.starts_with("throw new Error(") && !script.contains("AprilCheckout"), "{script}");
    assert_ne!(merchant.see("/april/script").await["integrity"], good);
    merchant.set(json!({ "script": "ok" })).await;
    merchant.fault("script", "garbage").await;
    assert!(fetch(&merchant).await.expect("an answer").text().await.expect("a body").starts_with("<!doctype"));
    merchant.fault("script", "error_503").await;
    assert_eq!(fetch(&merchant).await.expect("an answer").status().as_u16(), 503);
    merchant.fault("script", "reset").await;
    assert!(fetch(&merchant).await.is_err());
    assert_eq!(merchant.see("/april/calls?call=script").await["data"].as_array().map(Vec::len), Some(4));
}
