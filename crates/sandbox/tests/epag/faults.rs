//! Scripted faults: which are executed, what the merchant sees, and what control refuses.

use std::time::Instant;

use crate::common::{Merchant, order, read};
use serde_json::{Value, json};

/// What the merchant sees, and how many payments there are afterwards.
async fn create_under(fault: Value) -> (reqwest::Result<(u16, Value)>, usize) {
    let merchant = Merchant::new().await;
    merchant.fault(fault).await;
    let answer = merchant.try_post("/picpay/simple", &order("A").to_string()).await;
    let (_, list) = merchant.get("/payment/reference/A").await;
    (answer, list["payments"].as_array().expect("a list").len())
}

#[tokio::test]
async fn errors_come_before_or_after_the_call_was_executed() {
    for (fault, status, code, payments) in [
        ("error_500", 500, "00.00.0000", 0),
        ("error_500_executed", 500, "00.00.0000", 1),
        ("error_502", 502, "00.02.0001", 0),
        ("error_502_executed", 502, "00.02.0001", 1),
    ] {
        let (answer, made) = create_under(json!({ "call": "create", "fault": fault })).await;
        let (got, body) = answer.expect("an answer");
        assert_eq!((got, &body["errors"][0]["code"], made), (status, &json!(code), payments), "{fault}");
        assert!(body["refresh_token"].is_string());
    }
}

#[tokio::test]
async fn connections_are_closed_before_or_after_the_call_was_executed() {
    for (fault, payments) in [("reset", 0), ("lost_reply", 1)] {
        let (answer, made) = create_under(json!({ "call": "create", "fault": fault })).await;
        assert!(answer.is_err(), "{fault}: {answer:?}");
        assert_eq!(made, payments, "{fault}");
    }
}

#[tokio::test]
async fn refusals_that_prevent_the_call_have_their_own_bodies() {
    let (answer, made) = create_under(json!({ "call": "create", "fault": "rate_limited" })).await;
    let (status, body) = answer.expect("an answer");
    assert_eq!((status, &body["error"], made), (429, &json!("Too Many Requests"), 0));
    assert!(body.get("errors").is_none());
    let (answer, made) = create_under(json!({ "call": "create", "fault": "unauthorized" })).await;
    assert_eq!((answer.expect("an answer").0, made), (401, 0));
}

#[tokio::test]
async fn answers_can_be_garbage_or_lie() {
    let (answer, made) = create_under(json!({ "call": "create", "fault": "garbage" })).await;
    assert_eq!((answer.expect("an answer"), made), ((200, Value::Null), 1));
    let (answer, made) = create_under(json!({ "call": "create", "fault": "wrong_amount" })).await;
    let (status, body) = answer.expect("an answer");
    assert_eq!((status, &body["totals"]["amount"], &body["amount"], made), (200, &json!(1234.56), &json!("59.90"), 1));
    let (answer, _) = create_under(json!({ "call": "create", "fault": "unknown_status" })).await;
    assert_eq!(answer.expect("an answer").1["transaction_status"], "AWAITING_MOON");
}

#[tokio::test]
async fn delays_are_real_and_end_normally() {
    for fault in ["delay", "delay_executed"] {
        let started = Instant::now();
        let (answer, made) = create_under(json!({ "call": "create", "fault": fault, "delay_ms": 150 })).await;
        assert_eq!((answer.expect("an answer").0, made), (200, 1));
        assert!(started.elapsed().as_millis() >= 150, "{fault}");
    }
}

#[tokio::test]
async fn a_delayed_call_is_executed_although_the_merchant_went_away() {
    for fault in ["delay", "delay_executed"] {
        let merchant = Merchant::new().await;
        merchant.fault(json!({ "call": "create", "fault": fault, "delay_ms": 400 })).await;
        let request = merchant.client.post(merchant.url("/epag/picpay/simple")).header("x-auth-token", &merchant.token);
        let request = request.body(order("A").to_string()).timeout(std::time::Duration::from_millis(100));
        assert!(request.send().await.expect_err("no answer").is_timeout());
        let waiting = async {
            while merchant.get("/payment/reference/A").await.1["payments"] == json!([]) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(crate::common::PATIENCE, waiting).await.expect("it is executed all the same");
    }
}

#[tokio::test]
async fn every_call_has_its_faults() {
    let merchant = Merchant::new().await;
    let token = merchant.create(&order("A")).await;
    merchant.act(&token, "pay").await;
    for (call, path) in [
        ("query", format!("/payment/{token}")),
        ("query_reference", "/payment/reference/A".to_owned()),
        ("refund_query", format!("/refund/payment/{token}")),
    ] {
        merchant.fault(json!({ "call": call, "fault": "error_500" })).await;
        assert_eq!(merchant.get(&path).await.0, 500, "{call}");
        assert_eq!(merchant.get(&path).await.0, 200, "{call}: once only");
    }
    merchant.fault(json!({ "call": "query", "fault": "wrong_amount" })).await;
    assert_eq!(merchant.get(&format!("/payment/{token}")).await.1["amount_received"], json!(1234.56));
    merchant.fault(json!({ "call": "query_reference", "fault": "unknown_status" })).await;
    let (_, list) = merchant.get("/payment/reference/A").await;
    assert_eq!(list["payments"][0]["transactionStatus"], "AWAITING_MOON");
    for (call, path, body) in [
        ("capture", format!("/payment/{token}/capture"), json!({ "amount": 1 })),
        ("cancel", format!("/payment/{token}/cancel"), json!({})),
        ("refund", "/refund".to_owned(), json!({ "payment_token": token })),
    ] {
        merchant.fault(json!({ "call": call, "fault": "lost_reply" })).await;
        assert!(merchant.try_post(&path, &body.to_string()).await.is_err(), "{call}");
    }
    merchant.advance(1).await;
    assert_eq!(merchant.status(&token).await, "REFUNDED", "the refund was executed");
    merchant.fault(json!({ "call": "auth", "fault": "error_502" })).await;
    assert_eq!(merchant.auth("apiKey=epag_demo_key&apiSecret=epag_demo_secret").await.0, 502);
}

#[tokio::test]
async fn faults_are_listed_counted_and_cleared() {
    let merchant = Merchant::new().await;
    merchant.fault(json!({ "call": "query_reference", "fault": "error_500", "times": 2 })).await;
    assert_eq!(
        merchant.see("/epag/faults").await,
        json!({ "pending": [{ "call": "query_reference", "fault": "error_500", "times": 2 }] })
    );
    for expected in [500, 500, 200] {
        assert_eq!(merchant.get("/payment/reference/A").await.0, expected);
    }
    merchant.fault(json!({ "call": "query_reference", "fault": "error_500" })).await;
    let request = merchant.client.delete(merchant.url("/_control/epag/faults"));
    assert_eq!(read(request).await.expect("an answer"), (200, json!({ "pending": [] })));
    assert_eq!(merchant.get("/payment/reference/A").await.0, 200);
}

#[tokio::test]
async fn wrong_scripts_are_told_the_right_names() {
    let merchant = Merchant::new().await;
    for (script, told) in [
        (json!({ "call": "pay", "fault": "reset" }), "the calls are auth, create, query,"),
        (json!({ "call": "create", "fault": "explode" }), "its faults are lost_reply, reset,"),
        (json!({ "call": "create", "fault": "lose" }), "its faults are lost_reply, reset,"),
        (json!({ "call": "callback", "fault": "reset" }), "lose, duplicate, reorder, delay, forge"),
        (json!({ "call": "create", "fault": "delay" }), "needs delay_ms"),
        (json!({ "call": "create", "fault": "reset", "times": 0 }), "at least 1"),
        (json!({ "call": "create" }), "missing field `fault`"),
        (json!({ "call": "create", "fault": "reset", "when": 1 }), "unknown field `when`"),
    ] {
        let (status, body) = merchant.try_control("/epag/faults", &script).await;
        assert_eq!(status, 400, "{script}");
        assert!(body["error"].as_str().is_some_and(|text| text.contains(told)), "{script}: {body}");
    }
}

#[tokio::test]
async fn the_rate_limit_switch_stops_every_call() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "rate_limited": true })).await;
    assert_eq!(merchant.get("/payment/reference/A").await.0, 429);
    assert_eq!(merchant.auth("apiKey=epag_demo_key&apiSecret=epag_demo_secret").await.0, 429);
    merchant.set(json!({ "rate_limited": false })).await;
    assert_eq!(merchant.get("/payment/reference/A").await.0, 200);
}
