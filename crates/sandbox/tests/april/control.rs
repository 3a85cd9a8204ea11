//! The control API of April: ledger, orders, tokens, settings, reset.

use crate::common::{CHALLENGED, DECLINED, Merchant, OK, challenge_of, refusal, text};
use serde_json::{Value, json};

#[tokio::test]
async fn the_ledger_names_order_and_reference_of_everything_that_moved() {
    let merchant = Merchant::new().await;
    let (order, transaction) = merchant.paid("S-1", 60_000).await;
    let (_, refund) = merchant.refund(&transaction, 45_000).await;
    merchant.paid("S-2", 1_000).await;
    let mut entries = merchant.see("/ledger?reference=S-1").await;
    for entry in entries.as_array_mut().expect("an array") {
        let at = entry.as_object_mut().and_then(|entry| entry.remove("at")).expect("a time");
        assert!(at.as_str().is_some_and(|at| at.ends_with('Z')), "{at}");
    }
    let entry = |kind: &str, id: &Value, cents: i64| {
        json!({ "provider": "april", "kind": kind, "id": id, "payment": order, "reference": "S-1",
                "amount_minor": cents, "currency": "AUD" })
    };
    assert_eq!(entries, json!([entry("charge", &json!(order), 60_000), entry("refund", &refund["refundId"], 45_000)]));
}

#[tokio::test]
async fn an_order_is_shown_with_everything_that_happened() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    merchant.pay(&order, &merchant.token(DECLINED, 1_000).await).await;
    let token = merchant.token(CHALLENGED, 1_000).await;
    let challenge = challenge_of(&merchant.pay(&order, &token).await);
    let seen = merchant.see(&format!("/april/orders/{order}")).await;
    assert_eq!(seen["transactions"][1]["token_state"], "reserved");
    merchant.control(&format!("/april/challenges/{challenge}/close"), &json!({})).await;
    merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
    let (_, body) = merchant.confirm(&order, &token, &challenge).await;
    merchant.refund(&text(&body["PayOrderComplete"]["transactionId"]), 100).await;
    let seen = merchant.see(&format!("/april/orders/{order}")).await;
    assert_eq!(
        (&seen["status"], &seen["reference"], &seen["amount_minor"]),
        (&json!("paid"), &json!("A"), &json!(1_000))
    );
    let [failed, paid] = [&seen["transactions"][0], &seen["transactions"][1]];
    assert_eq!((&failed["status"], &failed["failure"]), (&json!("failed"), &json!("card_declined")));
    assert_eq!((&paid["status"], &paid["token_state"]), (&json!("partially_refunded"), &json!("used")));
    assert_eq!((&paid["captured_minor"], &paid["refunded_minor"]), (&json!(1_000), &json!(100)));
    let history: Vec<_> = seen["history"].as_array().expect("a list").iter().map(|one| text(&one["what"])).collect();
    assert_eq!(
        history,
        [
            "created",
            "incomplete",
            "failed",
            "incomplete",
            "challenge",
            "challenge_closed",
            "challenge_approved",
            "paid",
            "order_paid",
            "refund",
            "partially_refunded"
        ]
    );
    assert_eq!(merchant.see("/april/orders?reference=A&status=paid").await["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(merchant.see("/april/orders?status=created").await["data"], json!([]));
}

#[tokio::test]
async fn wrong_wishes_are_refused_with_reasons() {
    let merchant = Merchant::new().await;
    for (path, body, status, told) in [
        ("/april/tokens", json!({ "card": "4111111111111111", "amount_minor": 1 }), 400, "test cards"),
        ("/april/tokens", json!({ "amount_minor": 0 }), 400, "greater than 0"),
        ("/april/tokens", json!({ "amount_minor": 1, "kind": "Cheque" }), 400, "expected one of `Card`, `PayPlan`"),
        ("/april/tokens", json!({ "amount_minor": 1, "colour": 1 }), 400, "unknown field `colour`"),
        ("/april/settings", json!({ "reply_shape": "round" }), 400, "expected one of `wrapped`, `flat`, `reference`"),
        ("/april/settings", json!({ "shape": "flat" }), 400, "unknown field `shape`"),
        ("/april/settings", json!({ "surcharge_basis_points": 10_001 }), 400, "at most 10000"),
        ("/april/challenges/3ds_x/approve", json!({}), 404, "no challenge"),
        ("/april/challenges/3ds_x/explode", json!({}), 404, "approve, fail or close"),
        ("/april/transactions/tran_x/dispute", json!({}), 404, "no transaction"),
    ] {
        let (code, answer) = merchant.try_control(path, &body).await;
        assert_eq!(code, status, "{path} {body}");
        assert!(answer["error"].as_str().is_some_and(|text| text.contains(told)), "{path} {body}: {answer}");
    }
    let (_, transaction) = merchant.paid("A", 1_000).await;
    merchant.control(&format!("/april/transactions/{transaction}/dispute"), &json!({})).await;
    let again = merchant.try_control(&format!("/april/transactions/{transaction}/dispute"), &json!({})).await;
    assert_eq!(again.0, 409);
}

#[tokio::test]
async fn a_token_from_control_has_both_names() {
    let merchant = Merchant::new().await;
    let wish = json!({ "card": OK, "amount_minor": 1_000, "currency": "AUD", "kind": "PayPlan" });
    let made = merchant.control("/april/tokens", &wish).await;
    assert!(text(&made["token"]).starts_with("ptkn_"));
    assert_eq!((&made["token"], &made["kind"]), (&made["payment_token_id"], &json!("PayPlan")));
}

#[tokio::test]
async fn a_reset_forgets_everything_but_ids() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "reply_shape": "flat" })).await;
    merchant.fault("pay", "reset").await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(OK, 1_000).await;
    merchant.control("/reset", &json!({})).await;
    assert_eq!(merchant.see("/april/settings").await["reply_shape"], "wrapped");
    assert_eq!(merchant.see("/april/faults").await["pending"], json!([]));
    assert_eq!(merchant.get(&format!("/orders/{order}")).await.0, 404);
    let again = merchant.order("A", 1_000).await;
    assert_ne!(again, order, "an id never means two orders");
    assert_eq!(refusal(&merchant.pay(&again, &token).await).0, 400, "the token is forgotten");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids() {
    let (one, two) = (Merchant::new().await, Merchant::new().await);
    assert_eq!(one.order("A", 1_000).await, two.order("A", 1_000).await);
    assert_eq!(one.token(OK, 1_000).await, two.token(OK, 1_000).await);
}
