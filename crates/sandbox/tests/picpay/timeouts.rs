//! PicPay's own time limit: 408 after thirty virtual seconds, and what became of the charge.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::{Answer, PATIENCE, Shop, Tokens, entries, order, reservation};

/// A shop whose tokens outlive every jump of the clock, and with a late success that leaves time to look.
async fn patient() -> (Arc<Shop>, Tokens) {
    let shop = Shop::new().await;
    let late = json!({
        "token_life_s": 10_000_000, "late_success_after_ms": 1_000_000, "late_refund_after_ms": 1_000_000
    });
    shop.set(late).await;
    let tokens = shop.connect("ana").await;
    (Arc::new(shop), tokens)
}

/// Charges under a key while the clock runs in steps of the limit, until there is an answer.
async fn charge_in_time(shop: &Arc<Shop>, tokens: &Tokens, body: Value) -> Answer {
    let call = tokio::spawn({
        let (shop, tokens) = (shop.clone(), tokens.clone());
        async move { shop.keyed(&tokens, "/charge", "k", &body).await }
    });
    tokio::pin!(call);
    let answered = async {
        loop {
            shop.advance(30).await;
            if let Ok(answer) = tokio::time::timeout(Duration::from_millis(300), &mut call).await {
                return answer.expect("no panic");
            }
        }
    };
    tokio::time::timeout(PATIENCE, answered).await.expect("the limit is virtual")
}

fn is_timeout(answer: &Answer) {
    let expected = json!({ "message": "Request took too long to process.", "business_code": "REQUEST_TIMEOUT" });
    assert_eq!((answer.status, &answer.json), (408, &expected));
}

async fn again(shop: &Shop, tokens: &Tokens) -> u16 {
    shop.keyed(tokens, "/charge", "k", &order("A")).await.status
}

#[tokio::test]
async fn a_late_failure_charges_nothing_and_the_key_is_free() {
    let (shop, tokens) = patient().await;
    shop.fault(json!({ "call": "charge", "fault": "timeout" })).await;
    is_timeout(&charge_in_time(&shop, &tokens, order("A")).await);
    shop.advance(10_000).await;
    assert_eq!(shop.ledger().await, []);
    assert_eq!(shop.status(&tokens, "A").await, "404");
    assert_eq!(again(&shop, &tokens).await, 200);
}

#[tokio::test]
async fn a_charge_may_stand_although_its_time_was_over() {
    let (shop, tokens) = patient().await;
    shop.fault(json!({ "call": "charge", "fault": "timeout_executed" })).await;
    is_timeout(&charge_in_time(&shop, &tokens, order("A")).await);
    assert_eq!(shop.status(&tokens, "A").await, "PAID");
    assert_eq!(again(&shop, &tokens).await, 200, "the first execution's answer");
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000)]));
}

#[tokio::test]
async fn a_late_success_is_given_back_by_picpay_itself() {
    let (shop, tokens) = patient().await;
    shop.fault(json!({ "call": "charge", "fault": "late_success" })).await;
    is_timeout(&charge_in_time(&shop, &tokens, order("A")).await);
    assert_eq!(shop.status(&tokens, "A").await, "404", "not yet");
    assert_eq!(again(&shop, &tokens).await, 208, "it is being processed");
    shop.advance(1_000).await;
    assert_eq!(shop.status(&tokens, "A").await, "PAID", "for a while it looks paid");
    assert_eq!(again(&shop, &tokens).await, 208, "and its key still waits");
    shop.advance(1_000).await;
    assert_eq!(shop.status(&tokens, "A").await, "REFUNDED");
    let late = shop.see("/picpay/charges?reference=A").await["data"][0].clone();
    assert_eq!((&late["refunds"][0]["by"], &late["idempotency_key"]), (&json!("picpay"), &json!("k")));
    assert_eq!(shop.wallet("ana").await["balance_minor"], json!(1_900));
    assert_eq!(again(&shop, &tokens).await, 200, "now it is executed again, and stands alone");
    assert_eq!(shop.status(&tokens, "A").await, "PAID");
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000), ("refund", 6_000), ("charge", 6_000)]));
}

#[tokio::test]
async fn a_late_reservation_is_given_up_and_a_late_decline_leaves_nothing() {
    let (shop, tokens) = patient().await;
    shop.fault(json!({ "call": "charge", "fault": "late_success" })).await;
    is_timeout(&charge_in_time(&shop, &tokens, reservation("A")).await);
    shop.advance(2_000).await;
    assert_eq!(shop.status(&tokens, "A").await, "CANCELLED");
    assert_eq!(shop.ledger().await, entries(&[("authorization", 6_000), ("void", 6_000)]));
    let (shop, tokens) = patient().await;
    shop.control("/picpay/buyers/ana", &json!({ "account": "on_hold" })).await;
    shop.fault(json!({ "call": "charge", "fault": "late_success" })).await;
    is_timeout(&charge_in_time(&shop, &tokens, order("A")).await);
    assert_eq!(again(&shop, &tokens).await, 208);
    shop.advance(1_000).await;
    assert_eq!(again(&shop, &tokens).await, 406);
    assert_eq!(shop.ledger().await, []);
}

#[tokio::test]
async fn a_late_success_that_the_shop_refunds_in_part_is_given_back_to_the_cent() {
    let (shop, tokens) = patient().await;
    shop.fault(json!({ "call": "charge", "fault": "late_success" })).await;
    is_timeout(&charge_in_time(&shop, &tokens, order("A")).await);
    shop.advance(1_000).await;
    assert_eq!(shop.post(&tokens, "/refund", &json!({ "reference_id": "A", "value": 20 })).await.status, 200);
    shop.advance(1_000).await;
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000), ("refund", 2_000), ("refund", 4_000)]));
}

#[tokio::test]
async fn without_a_gap_the_late_success_comes_and_goes_at_once() {
    let (shop, tokens) = patient().await;
    shop.set(json!({ "late_refund_after_ms": 0 })).await;
    shop.fault(json!({ "call": "charge", "fault": "late_success" })).await;
    is_timeout(&charge_in_time(&shop, &tokens, order("A")).await);
    shop.advance(1_000).await;
    assert_eq!(shop.status(&tokens, "A").await, "REFUNDED");
    assert_eq!(again(&shop, &tokens).await, 200);
}

#[tokio::test]
async fn one_page_has_500_for_it() {
    let (shop, tokens) = patient().await;
    shop.set(json!({ "timeout_status": 500 })).await;
    for fault in ["timeout", "timeout_executed"] {
        shop.fault(json!({ "call": "charge", "fault": fault })).await;
        let answer = charge_in_time(&shop, &tokens, order("A")).await;
        assert_eq!((answer.status, &answer.json["business_code"]), (500, &json!("INTERNAL_ERROR")), "{fault}");
    }
    assert_eq!(again(&shop, &tokens).await, 200);
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000)]));
}

#[tokio::test]
async fn the_limit_can_be_another() {
    let (shop, tokens) = patient().await;
    shop.set(json!({ "timeout_ms": 1 })).await;
    shop.fault(json!({ "call": "charge", "fault": "timeout" })).await;
    let answer = shop.keyed(&tokens, "/charge", "k", &order("A")).await;
    is_timeout(&answer);
    shop.set(json!({ "timeout_ms": 3_600_000 })).await;
    shop.fault(json!({ "call": "charge", "fault": "timeout", "delay_ms": 1 })).await;
    is_timeout(&shop.keyed(&tokens, "/charge", "k", &order("A")).await);
}

#[tokio::test]
async fn a_reset_ends_the_wait_and_forgets_the_late_success() {
    let (shop, tokens) = patient().await;
    shop.fault(json!({ "call": "charge", "fault": "late_success" })).await;
    let call = tokio::spawn({
        let (shop, tokens) = (shop.clone(), tokens.clone());
        async move { shop.keyed(&tokens, "/charge", "k", &order("A")).await }
    });
    tokio::pin!(call);
    let answered = async {
        loop {
            if shop.see("/picpay/faults").await["pending"] == json!([]) {
                shop.control("/reset", &json!({})).await;
            }
            if let Ok(answer) = tokio::time::timeout(Duration::from_millis(100), &mut call).await {
                return answer.expect("no panic");
            }
        }
    };
    is_timeout(&tokio::time::timeout(PATIENCE, answered).await.expect("the wait ends"));
    shop.advance(10_000_000).await;
    assert_eq!(shop.ledger().await, []);
}
