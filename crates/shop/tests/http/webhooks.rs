//! Webhooks over HTTP: genuine, forged, old, repeated, and from a sandbox whose clock is ahead.

use crate::harness::{WEBHOOK_SECRET, client, shop};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use umclique_shop::Shop;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

const NOWHERE: &str = "http://127.0.0.1:9";

fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("fits")
}

fn event(version: u64, status: &str) -> Value {
    json!({ "type": format!("payment.{status}"), "timestamp": "2026-01-02T03:04:05Z", "data": {
        "id": "pa_0000000001", "session": "cs_0000000001", "version": version, "status": status, "amount_minor": 5_990 } })
}

/// Sends a webhook as the merchant server does, signed by the specification's own library.
async fn send(shop: &Shop, secret: &str, id: &str, at_s: i64, event: &Value) -> u16 {
    let body = event.to_string();
    let signer = standardwebhooks::Webhook::new(secret).expect("a secret");
    let signature = signer.sign(id, at_s, body.as_bytes()).expect("UTF-8");
    let request = client()
        .post(format!("{}/shop/webhooks", shop.url()))
        .header("webhook-id", id)
        .header("webhook-timestamp", at_s)
        .header("webhook-signature", signature)
        .body(body);
    request.send().await.expect("the shop answers").status().as_u16()
}

async fn orders(shop: &Shop) -> Value {
    let answer = client().get(format!("{}/shop/orders", shop.url())).send().await.expect("the shop answers");
    answer.json::<Value>().await.expect("JSON")["orders"].take()
}

#[tokio::test]
async fn genuine_webhooks_count_once_and_by_version() {
    let shop = shop(NOWHERE, Path::new("."), None).await;
    assert_eq!(send(&shop, WEBHOOK_SECRET, "evt_2", now_s(), &event(5, "succeeded")).await, 204);
    assert_eq!(send(&shop, WEBHOOK_SECRET, "evt_2", now_s(), &event(5, "succeeded")).await, 204);
    assert_eq!(send(&shop, WEBHOOK_SECRET, "evt_1", now_s(), &event(2, "processing")).await, 204);
    let order = orders(&shop).await[0].take();
    assert_eq!(order["payments"][0]["status"], "succeeded");
    assert_eq!(order["webhooks"].as_array().map(Vec::len), Some(2));
    assert_eq!(order["webhooks"][0]["times"], 2);
    assert_eq!(order["webhooks"][1]["is_newest"], false);
}

#[tokio::test]
async fn forged_and_old_webhooks_leave_no_trace() {
    let shop = shop(NOWHERE, Path::new("."), None).await;
    let forged = "whsec_Zm9yZ2VkLWZvcmdlZC1mb3JnZWQtZm9yZ2VkLWZvcmdl";
    for (case, secret, at_s) in [
        ("another secret", forged, now_s()),
        ("six minutes old", WEBHOOK_SECRET, now_s() - 360),
        ("six minutes ahead", WEBHOOK_SECRET, now_s() + 360),
        ("the end of time", WEBHOOK_SECRET, i64::MAX),
        ("before time", WEBHOOK_SECRET, i64::MIN),
    ] {
        assert_eq!(send(&shop, secret, "evt_1", at_s, &event(1, "succeeded")).await, 401, "{case}");
    }
    let unsigned = client().post(format!("{}/shop/webhooks", shop.url())).body("{}").send().await;
    assert_eq!(unsigned.expect("the shop answers").status(), 401);
    assert_eq!(orders(&shop).await, json!([]));
}

#[tokio::test]
async fn the_sandboxs_clock_may_be_ahead() {
    let sandbox = MockServer::start().await;
    let clock = json!({ "now": "2030-01-01T00:00:00Z", "offset_s": 86_400 });
    Mock::given(path("/_control/clock"))
        .respond_with(ResponseTemplate::new(200).set_body_json(clock))
        .mount(&sandbox)
        .await;
    let shop = shop(NOWHERE, Path::new("."), Some(sandbox.uri())).await;
    for (off_by_s, expected) in [(0, 204), (86_400, 204), (86_400 + 290, 204), (86_400 + 320, 401), (-360, 401)] {
        let status = send(&shop, WEBHOOK_SECRET, "evt_1", now_s() + off_by_s, &event(1, "succeeded")).await;
        assert_eq!(status, expected, "{off_by_s} s off");
    }
}

#[tokio::test]
async fn a_genuine_body_that_is_not_an_event_is_named_as_such() {
    let shop = shop(NOWHERE, Path::new("."), None).await;
    assert_eq!(send(&shop, WEBHOOK_SECRET, "evt_1", now_s(), &json!({ "hello": 1 })).await, 400);
    assert_eq!(orders(&shop).await, json!([]));
}
