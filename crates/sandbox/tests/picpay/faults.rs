//! Scripted faults: which calls have them, which are executed, and what control refuses.

use serde_json::{Value, json};

use crate::common::{Shop, Tokens, form, order, read};

/// One good request of a call, whatever came before.
fn request(shop: &Shop, tokens: &Tokens, call: &str) -> reqwest::RequestBuilder {
    let ids = json!({ "reference_id": "A", "value": 1 });
    match call {
        "token" | "refresh" => {
            let grant = if call == "token" { "authorization_code" } else { "refresh_token" };
            let fields = [
                ("grant_type", grant),
                ("client_id", "picpay_demo_client"),
                ("client_secret", "picpay_demo_secret"),
                ("code", "c"),
                ("redirect_uri", "u"),
                ("refresh_token", "r"),
            ];
            let request = shop.client.post(shop.url("/picpay/oauth2/token")).body(form(&fields));
            request.header("content-type", "application/x-www-form-urlencoded")
        }
        "userinfo" => shop.client.get(shop.url("/picpay/oauth2/userinfo")).bearer_auth(&tokens.access),
        "query" => shop.client.get(shop.url("/picpay/v1/payments?reference_id=A")).bearer_auth(&tokens.access),
        "charge" => shop.request(tokens, "/charge", &json!({ "value": 1 })),
        _ => shop.request(tokens, &format!("/{call}"), &ids),
    }
}

const CALLS: [&str; 8] = ["token", "refresh", "userinfo", "charge", "capture", "cancel", "refund", "query"];

#[tokio::test]
async fn every_call_has_its_faults_and_plays_them_once() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.charge(&tokens, &order("A")).await;
    for call in CALLS {
        let usual = read(request(&shop, &tokens, call)).await.expect("an answer").status;
        for (fault, status, code) in [
            ("error_500", 500, Some("INTERNAL_ERROR")),
            ("error_500_executed", 500, Some("INTERNAL_ERROR")),
            ("error_502", 502, None),
            ("error_502_executed", 502, None),
            ("error_503", 503, Some("SERVICE_UNAVAILABLE")),
            ("error_503_executed", 503, Some("SERVICE_UNAVAILABLE")),
            ("rate_limited", 429, None),
            ("garbage", 200, None),
        ] {
            shop.fault(json!({ "call": call, "fault": fault })).await;
            let answer = read(request(&shop, &tokens, call)).await.expect("an answer");
            assert_eq!((answer.status, answer.json["business_code"].as_str()), (status, code), "{call} {fault}");
        }
        for fault in ["reset", "lost_reply"] {
            shop.fault(json!({ "call": call, "fault": fault })).await;
            assert!(read(request(&shop, &tokens, call)).await.is_err(), "{call} {fault}");
        }
        for fault in ["delay", "delay_executed"] {
            shop.fault(json!({ "call": call, "fault": fault, "delay_ms": 20 })).await;
            let started = std::time::Instant::now();
            assert_eq!(read(request(&shop, &tokens, call)).await.expect("an answer").status, usual, "{call} {fault}");
            assert!(started.elapsed().as_millis() >= 20, "{call} {fault}");
        }
    }
    assert_eq!(shop.see("/picpay/faults").await, json!({ "pending": [] }));
}

#[tokio::test]
async fn a_scripted_401_is_that_of_a_token_that_is_not_known() {
    let (shop, tokens) = Shop::linked("ana").await;
    for call in ["userinfo", "charge", "capture", "cancel", "refund", "query"] {
        if call != "userinfo" {
            shop.fault(json!({ "call": call, "fault": "unauthorized" })).await;
            let answer = read(request(&shop, &tokens, call)).await.expect("an answer");
            assert_eq!((answer.status, answer.json), (401, json!({ "message": "Invalid authentication credentials" })));
        }
    }
    shop.fault(json!({ "call": "userinfo", "fault": "unauthorized" })).await;
    let answer = read(request(&shop, &tokens, "userinfo")).await.expect("an answer");
    assert_eq!((answer.status, &answer.json["error"]), (401, &json!("invalid_token")));
    assert_eq!(shop.ledger().await, []);
}

#[tokio::test]
async fn faults_come_before_or_after_the_execution() {
    for (fault, made) in [
        ("reset", 0),
        ("error_500", 0),
        ("error_502", 0),
        ("error_503", 0),
        ("rate_limited", 0),
        ("unauthorized", 0),
        ("still_processing", 0),
        ("lost_reply", 1),
        ("error_500_executed", 1),
        ("error_502_executed", 1),
        ("error_503_executed", 1),
        ("garbage", 1),
        ("still_processing_executed", 1),
    ] {
        let (shop, tokens) = Shop::linked("ana").await;
        shop.fault(json!({ "call": "charge", "fault": fault })).await;
        let _ = read(shop.request(&tokens, "/charge", &order("A"))).await;
        assert_eq!(shop.ledger().await.len(), made, "{fault}");
    }
}

#[tokio::test]
async fn the_query_can_lie() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.charge(&tokens, &order("A")).await;
    shop.fault(json!({ "call": "query", "fault": "wrong_amount" })).await;
    let answer = shop.find(&tokens, &[("reference_id", "A")]).await;
    assert_eq!((&answer.json["value"], &answer.json["transactions"][0]["value"]), (&json!(1234.56), &json!(1234.56)));
    shop.fault(json!({ "call": "query", "fault": "unknown_status" })).await;
    assert_eq!(shop.status(&tokens, "A").await, "AWAITING_MOON");
    assert_eq!(shop.status(&tokens, "A").await, "PAID");
}

#[tokio::test]
async fn a_call_goes_on_when_the_shop_hangs_up() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.fault(json!({ "call": "charge", "fault": "delay", "delay_ms": 400 })).await;
    let request = shop.request(&tokens, "/charge", &order("A")).timeout(std::time::Duration::from_millis(100));
    assert!(request.send().await.expect_err("no answer").is_timeout());
    let charged = async {
        while shop.ledger().await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::common::PATIENCE, charged).await.expect("it is executed all the same");
}

#[tokio::test]
async fn wrong_scripts_are_told_the_right_names() {
    let shop = Shop::new().await;
    for (script, told) in [
        (json!({ "call": "pay", "fault": "reset" }), "the calls are token, refresh, userinfo, charge,"),
        (json!({ "call": "capture", "fault": "timeout" }), "its faults are lost_reply, reset,"),
        (json!({ "call": "token", "fault": "unauthorized" }), "its faults are lost_reply, reset,"),
        (json!({ "call": "charge", "fault": "moon" }), "still_processing, still_processing_executed, timeout, "),
        (json!({ "call": "charge", "fault": "delay" }), "needs delay_ms"),
    ] {
        let answer = shop.try_control("/picpay/faults", &script).await;
        assert_eq!(answer.status, 400, "{script}");
        assert!(answer.text.contains(told), "{script}: {answer:?}");
    }
    shop.fault(json!({ "call": "charge", "fault": "reset", "times": 3 })).await;
    let cleared = read(shop.client.delete(shop.url("/_control/picpay/faults"))).await.expect("an answer");
    assert_eq!(cleared.json, json!({ "pending": Value::Array(Vec::new()) }));
}
