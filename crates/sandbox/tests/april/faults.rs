//! Scripted faults: which are executed, what the merchant sees, and what control refuses.

use std::time::{Duration, Instant};

use crate::common::{
    CHALLENGED, Merchant, OK, PATIENCE, SECRET, by_card, challenge_of, confirmed, order, read, refusal,
};
use reqwest::Method;
use serde_json::{Value, json};

/// What the merchant sees of a payment under a fault, and what was charged.
async fn pay_under(fault: &str) -> (reqwest::Result<(u16, Value)>, Vec<(String, i64)>) {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(OK, 1_000).await;
    merchant.fault("pay", fault).await;
    let answer = merchant.try_call(Method::POST, &format!("/orders/{order}/pay"), &by_card(&token)).await;
    (answer, merchant.ledger().await)
}

#[tokio::test]
async fn errors_come_before_or_after_charging() {
    for (fault, status, code, charges) in [
        ("error_500", 500, "internal_server_error", 0),
        ("error_500_executed", 500, "internal_server_error", 1),
        ("error_502", 502, "bad_gateway", 0),
        ("error_502_executed", 502, "bad_gateway", 1),
        ("error_503", 503, "service_unavailable", 0),
        ("error_503_executed", 503, "service_unavailable", 1),
        ("rate_limited", 429, "too_many_requests", 0),
        ("unauthorized", 401, "unauthorized", 0),
    ] {
        let (answer, ledger) = pay_under(fault).await;
        let answer = answer.expect("an answer");
        assert_eq!(refusal(&answer), (status, code.to_owned()), "{fault}");
        assert_eq!(ledger.len(), charges, "{fault}");
        let kind = if status >= 500 { "Server error" } else { "Client error" };
        assert_eq!(answer.1["errorTypeDescription"], kind);
    }
}

#[tokio::test]
async fn connections_are_closed_before_or_after_charging() {
    for (fault, charges) in [("reset", 0), ("lost_reply", 1)] {
        let (answer, ledger) = pay_under(fault).await;
        assert!(answer.is_err(), "{fault}: {answer:?}");
        assert_eq!(ledger.len(), charges, "{fault}");
    }
}

#[tokio::test]
async fn answers_can_be_garbage_or_lie() {
    let (answer, ledger) = pay_under("garbage").await;
    assert_eq!((answer.expect("an answer"), ledger.len()), ((200, Value::Null), 1));
    let (answer, ledger) = pay_under("wrong_amount").await;
    let (status, body) = answer.expect("an answer");
    assert_eq!((status, &body["PayOrderComplete"]["amount"], ledger.len()), (200, &json!(123_456), 1));
    let (answer, _) = pay_under("unknown_status").await;
    assert_eq!(answer.expect("an answer").1["PayOrderComplete"]["transactionStatus"], "awaiting_moon");
}

#[tokio::test]
async fn delays_are_real_and_end_normally() {
    for fault in ["delay", "delay_executed"] {
        let started = Instant::now();
        let (answer, ledger) = pay_under(fault).await;
        assert_eq!((answer.expect("an answer").0, ledger.len()), (200, 1));
        assert!(started.elapsed().as_millis() >= 150, "{fault}");
    }
}

#[tokio::test]
async fn a_delayed_payment_is_executed_although_the_merchant_went_away() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(OK, 1_000).await;
    merchant.control("/april/faults", &json!({ "call": "pay", "fault": "delay", "delay_ms": 400 })).await;
    let request =
        merchant.request(SECRET, Method::POST, &format!("/orders/{order}/pay")).body(by_card(&token).to_string());
    let error = request.timeout(Duration::from_millis(100)).send().await.expect_err("no answer");
    assert!(error.is_timeout());
    assert_eq!(merchant.order_status(&order).await, "created", "it has not happened yet");
    let waiting = async {
        while merchant.order_status(&order).await != "paid" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it is executed all the same");
}

#[tokio::test]
async fn an_order_that_is_cancelled_first_keeps_a_late_payment_out() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(OK, 1_000).await;
    merchant.control("/april/faults", &json!({ "call": "pay", "fault": "delay", "delay_ms": 1_000 })).await;
    let (pay, path, body) = (format!("/orders/{order}/pay"), format!("/orders/{order}"), by_card(&token));
    let cancel = async {
        while merchant.see("/april/faults").await != json!({ "pending": [] }) {
            tokio::task::yield_now().await;
        }
        merchant.delete(&path).await
    };
    let (paid, cancelled) = tokio::join!(merchant.try_call(Method::POST, &pay, &body), cancel);
    assert_eq!(cancelled.0, 200);
    assert_eq!(refusal(&paid.expect("an answer")).0, 409);
    assert!(merchant.ledger().await.is_empty());
}

#[tokio::test]
async fn every_call_has_its_faults() {
    let merchant = Merchant::new().await;
    let (paid, transaction) = merchant.paid("A", 1_000).await;
    let (_, reserved) = merchant.authorised("B", 1_000).await;
    let open = merchant.order("C", 1_000).await;
    let waiting = merchant.order("D", 1_000).await;
    let token = merchant.token(CHALLENGED, 1_000).await;
    let challenge = challenge_of(&merchant.pay(&waiting, &token).await);
    merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
    let money = json!({ "minorCurrencyUnits": 1, "currency": "AUD" });
    for (call, method, path, body) in [
        ("create", Method::POST, "/orders".to_owned(), order("E", 1)),
        ("query", Method::GET, format!("/orders/{paid}"), Value::Null),
        (
            "update",
            Method::PATCH,
            format!("/orders/{open}"),
            json!({ "UpdateReferenceOrderId": { "referenceOrderId": "Z" } }),
        ),
        ("cancel", Method::DELETE, format!("/orders/{open}"), Value::Null),
        ("confirm", Method::POST, format!("/orders/{waiting}/pay"), confirmed(&token, &challenge)),
        ("transaction_query", Method::GET, format!("/transactions/{transaction}"), Value::Null),
        ("transaction_query", Method::GET, "/transactions".to_owned(), Value::Null),
        (
            "refund",
            Method::PATCH,
            format!("/transactions/{transaction}"),
            json!({ "CreateRefund": { "refundAmount": 1 } }),
        ),
        ("capture", Method::PATCH, format!("/transactions/{reserved}"), json!({ "CaptureFunds": {} })),
        ("refund_query", Method::GET, "/transactions/refunds".to_owned(), Value::Null),
        ("token", Method::POST, "/tokens".to_owned(), json!({ "CreateApplePayToken": { "amount": money } })),
        ("token_query", Method::GET, "/tokens/ptkn_x".to_owned(), Value::Null),
        (
            "customer",
            Method::POST,
            "/customers".to_owned(),
            json!({ "CreateCustomer": { "emailAddress": "a@b.test" } }),
        ),
        (
            "sign_in",
            Method::POST,
            "/auth/signin".to_owned(),
            json!({ "SignInConsumer": { "emailAddress": "a@b.test" } }),
        ),
    ] {
        merchant.fault(call, "error_503").await;
        let answer = merchant.try_call(method.clone(), &path, &body).await.expect("an answer");
        assert_eq!(answer.0, 503, "{call}");
        merchant.fault(call, "lost_reply").await;
        assert!(merchant.try_call(method, &path, &body).await.is_err(), "{call}: once each");
        assert_eq!(merchant.see("/april/faults").await, json!({ "pending": [] }));
    }
    assert_eq!(merchant.order_status(&open).await, "cancelled", "lost replies are executed");
    assert_eq!(merchant.order_status(&waiting).await, "paid");
    assert_eq!(merchant.purchase(&transaction).await["refundedAmount"], json!(1));
    assert_eq!(merchant.purchase(&reserved).await["status"], "paid");
}

#[tokio::test]
async fn faults_are_listed_counted_and_cleared() {
    let merchant = Merchant::new().await;
    let id = merchant.order("A", 1_000).await;
    merchant.control("/april/faults", &json!({ "call": "query", "fault": "error_500", "times": 2 })).await;
    let listed = json!({ "pending": [{ "call": "query", "fault": "error_500", "times": 2 }] });
    assert_eq!(merchant.see("/april/faults").await, listed);
    for expected in [500, 500, 200] {
        assert_eq!(merchant.get(&format!("/orders/{id}")).await.0, expected);
    }
    merchant.fault("query", "error_500").await;
    let request = merchant.client.delete(merchant.url("/_control/april/faults"));
    assert_eq!(read(request).await.expect("an answer"), (200, json!({ "pending": [] })));
    assert_eq!(merchant.get(&format!("/orders/{id}")).await.0, 200);
    let calls = merchant.see("/april/calls?call=query").await;
    assert_eq!((&calls["data"][0]["fault"], &calls["data"][0]["status"]), (&json!("error_500"), &json!(500)));
}

#[tokio::test]
async fn wrong_scripts_are_told_the_right_names() {
    let merchant = Merchant::new().await;
    for (script, told) in [
        (json!({ "call": "charge", "fault": "reset" }), "the calls are create, query, update, cancel, pay, confirm,"),
        (json!({ "call": "pay", "fault": "explode" }), "its faults are lost_reply, reset,"),
        (json!({ "call": "refund", "fault": "wrong_amount" }), "its faults are lost_reply, reset,"),
        (json!({ "call": "webhook", "fault": "reset" }), "lose, duplicate, reorder, delay, forge"),
        (json!({ "call": "script", "fault": "lost_reply" }), "reset, error_500, error_503, delay, garbage"),
        (json!({ "call": "pay", "fault": "delay" }), "needs delay_ms"),
    ] {
        let (status, body) = merchant.try_control("/april/faults", &script).await;
        assert_eq!(status, 400, "{script}");
        assert!(body["error"].as_str().is_some_and(|text| text.contains(told)), "{script}: {body}");
    }
}

#[tokio::test]
async fn the_rate_limit_switch_stops_every_call() {
    let merchant = Merchant::new().await;
    let id = merchant.order("A", 1_000).await;
    merchant.set(json!({ "rate_limited": true })).await;
    assert_eq!(refusal(&merchant.get(&format!("/orders/{id}")).await).0, 429);
    merchant.set(json!({ "rate_limited": false })).await;
    assert_eq!(merchant.get(&format!("/orders/{id}")).await.0, 200);
}
