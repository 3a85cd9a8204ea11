//! Scripted faults: which are executed, what the shop sees, and what the same key gets afterwards.

use serde_json::json;

use crate::common::{Shop, order, read, text};

#[tokio::test]
async fn faults_come_before_or_after_the_money_moves_and_the_same_key_mends_them() {
    for (fault, status, is_charged) in [
        ("reset", None, false),
        ("timeout", None, false),
        ("error_500", Some(500), false),
        ("error_502", Some(502), false),
        ("error_503", Some(503), false),
        ("rate_limited", Some(429), false),
        ("unauthorized", Some(401), false),
        ("still_processing", Some(409), false),
        ("lost_reply", None, true),
        ("timeout_executed", None, true),
        ("error_500_executed", Some(500), true),
        ("error_502_executed", Some(502), true),
        ("error_503_executed", Some(503), true),
        ("still_processing_executed", Some(409), true),
        ("garbage", Some(200), true),
        ("delay", Some(201), true),
        ("delay_executed", Some(201), true),
        ("wrong_amount", Some(201), true),
        ("unknown_status", Some(201), true),
    ] {
        let shop = Shop::new().await;
        shop.fault("charge", fault).await;
        let answer = read(shop.request("/charges", "k", &order("A"))).await.ok();
        assert_eq!(answer.as_ref().map(|(status, _)| *status), status, "{fault}");
        assert_eq!(shop.ledger().await.len(), usize::from(is_charged), "{fault}");
        if fault == "wrong_amount" {
            assert_eq!(answer.as_ref().map(|(_, body)| body["amount_minor"].clone()), Some(json!(123_456)));
        }
        let (status, charge) = shop.post("/charges", "k", &order("A")).await;
        assert_eq!(
            (status, &charge["amount_minor"], &charge["status"]),
            (201, &json!(2950), &json!("captured")),
            "{fault}"
        );
        assert_eq!(shop.ledger().await.len(), 1, "{fault}: charged once");
        let line = shop.see("/psp/calls?call=charge").await["data"][0].clone();
        assert_eq!(line["fault"], fault);
    }
}

#[tokio::test]
async fn every_call_has_its_faults() {
    let shop = Shop::new().await;
    let id = shop.captured("A").await;
    for (call, request) in [
        ("find", shop.query("/charges?reference=A")),
        ("find", shop.query(&format!("/charges/{id}"))),
        ("refund_query", shop.query(&format!("/charges/{id}/refunds"))),
        ("capture", shop.request(&format!("/charges/{id}/capture"), "c", &json!({}))),
        ("cancel", shop.request(&format!("/charges/{id}/cancel"), "d", &json!({}))),
        (
            "refund",
            shop.request(&format!("/charges/{id}/refunds"), "r", &json!({ "amount_minor": 1, "reference": "r" })),
        ),
    ] {
        shop.fault(call, "error_503").await;
        assert_eq!(read(request).await.expect("an answer").0, 503, "{call}");
    }
    assert_eq!(shop.see("/psp/faults").await, json!({ "pending": [] }));
    for (call, fault) in
        [("find", "still_processing"), ("send", "reset"), ("charge", "late_success"), ("webhook", "reset")]
    {
        let (status, _) = shop.try_control("/psp/faults", &json!({ "call": call, "fault": fault })).await;
        assert_eq!(status, 400, "{call} {fault}");
    }
}

#[tokio::test]
async fn the_query_can_lie() {
    let shop = Shop::new().await;
    let id = shop.captured("A").await;
    shop.fault("find", "unknown_status").await;
    assert_eq!(shop.get("/charges?reference=A").await.1["data"][0]["status"], "awaiting_moon");
    shop.fault("find", "wrong_amount").await;
    assert_eq!(shop.get(&format!("/charges/{id}")).await.1["amount_minor"], 123_456);
    assert_eq!(shop.get(&format!("/charges/{id}")).await.1["amount_minor"], 2950);
}

#[tokio::test]
async fn a_charge_goes_on_when_the_shop_hangs_up() {
    let shop = Shop::new().await;
    shop.control("/psp/faults", &json!({ "call": "charge", "fault": "delay", "delay_ms": 100 })).await;
    let request = shop.request("/charges", "k", &order("A")).timeout(std::time::Duration::from_millis(10));
    assert!(request.send().await.is_err());
    let charged = async {
        while shop.ledger().await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::common::PATIENCE, charged).await.expect("it is charged");
    let found = shop.get("/charges?reference=A").await.1["data"][0].clone();
    assert_eq!(
        (text(&found["status"]), shop.post("/charges", "k", &order("A")).await.1),
        ("captured".to_owned(), found)
    );
}
