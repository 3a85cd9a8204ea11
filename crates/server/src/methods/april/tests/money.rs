//! `PATCH /transactions/{id}`: captures and refunds, sent once to the right transaction.

use super::*;
use crate::methods::{RefundOrder, RefundSeen, RefundState};

async fn refund(provider: &Provider, attempt: &Attempt, minor: u64) -> Outcome<RefundSeen> {
    provider.method.refund(of(attempt), RefundOrder { id: "re_1", amount: aud(minor) }).await
}

async fn refund_with(status: u16, body: &str) -> Outcome<RefundSeen> {
    let provider = Provider::start().await;
    provider.answer_text("PATCH", AT_TRANSACTION, status, body).await;
    let outcome = refund(&provider, &paid_attempt(false), 45_000).await;
    assert_eq!(provider.requests(AT_TRANSACTION).await.len(), 1, "sent once");
    outcome
}

#[tokio::test]
async fn a_refund_sends_its_amount_and_takes_its_name() {
    let provider = Provider::start().await;
    let answer = json!({"refundId": "rfnd_Abc123", "transactionId": TRANSACTION, "refundAmount": 45_000});
    provider.answer("PATCH", AT_TRANSACTION, 200, answer).await;
    let seen = RefundSeen { id: "rfnd_Abc123".to_owned(), state: RefundState::Pending, amount_minor: Some(45_000) };
    assert_eq!(refund(&provider, &paid_attempt(false), 45_000).await, Outcome::Accepted(seen));
    assert_eq!(provider.only_body(AT_TRANSACTION).await, json!({"CreateRefund": {"refundAmount": 45_000}}));
}

#[tokio::test]
async fn a_refund_is_read_wrapped_and_short() {
    for body in [
        json!({"refundId": "rfnd_Abc123"}),
        json!({"RefundCreated": {"refundId": "rfnd_Abc123"}}),
        json!({"refund": {"refundId": "rfnd_Abc123", "amount": {"minorCurrencyUnits": 45_000, "currency": "AUD"}}}),
    ] {
        let outcome = refund_with(200, &body.to_string()).await;
        assert!(matches!(&outcome, Outcome::Accepted(seen) if seen.id == "rfnd_Abc123"), "{body}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_refund_that_is_not_named_is_left_to_the_list() {
    for body in [
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        "<html>".to_owned(),
        json!({"refundId": null}).to_string(),
        json!({"refundId": "../x"}).to_string(),
        json!({"refundId": "rfnd_1", "transactionId": "tran_2"}).to_string(),
        json!({"refundId": "rfnd_1", "refundAmount": 44_999}).to_string(),
        transaction(&paid_attempt(false), TRANSACTION, "partially_refunded").to_string(),
    ] {
        let outcome = refund_with(200, &body).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{body}: {outcome:?}");
    }
    let Outcome::Unknown(why) = refund_with(200, "{}").await else { panic!("unknown") };
    assert!(why.contains("accepts the refund without naming it"), "{why}");
}

#[tokio::test]
async fn each_call_tells_the_families_apart() {
    for (status, body, expected) in [
        (400, refused(400, "bad_request"), "rejected"),
        (400, refused(400, "refund_too_high"), "rejected"),
        (422, refused(422, "unprocessable"), "rejected"),
        (400, refused(400, "processing_error"), "unknown"),
        (400, refused(400, "unknown_charge_error"), "unknown"),
        (400, json!({}), "unknown"),
        (404, refused(404, "not_found"), "unknown"),
        (409, refused(409, "conflict"), "unknown"),
        (500, refused(500, "internal_server_error"), "unknown"),
        (503, json!({}), "unknown"),
        (418, json!({}), "unknown"),
        (302, json!({}), "unknown"),
        (429, json!({}), "again"),
        (401, json!({}), "credentials"),
        (403, refused(403, "forbidden"), "credentials"),
    ] {
        let provider = Provider::start().await;
        provider.answer("PATCH", AT_TRANSACTION, status, body.clone()).await;
        let refunded = refund(&provider, &paid_attempt(false), 1).await;
        let captured = provider.method.capture(of(&paid_attempt(true)), aud(60_000)).await;
        for outcome in [refunded.map(|_| ()), captured] {
            let told = match &outcome {
                Outcome::Rejected(rejection) if rejection.next_action.is_none() => "rejected",
                Outcome::NotSent(not_sent) if not_sent.is_credentials => "credentials",
                Outcome::NotSent(_) => "again",
                Outcome::Unknown(_) => "unknown",
                Outcome::Accepted(()) | Outcome::Rejected(_) | Outcome::Asks(_) => "wrong",
            };
            assert_eq!(told, expected, "{status} {body}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_capture_takes_all_that_was_reserved_and_needs_no_body() {
    for (payer_minor, answer) in [(60_000, "{}"), (60_900, ""), (60_900, "not JSON")] {
        let provider = Provider::start().await;
        provider.answer_text("PATCH", AT_TRANSACTION, 200, answer).await;
        let attempt = Attempt { payer_amount_minor: payer_minor, ..paid_attempt(true) };
        assert_eq!(provider.method.capture(of(&attempt), aud(60_000)).await, Outcome::Accepted(()));
        let expected = json!({"CaptureFunds": {"captureAmount": payer_minor}});
        assert_eq!(provider.only_body(AT_TRANSACTION).await, expected, "the surcharge is the payer's");
    }
}

#[tokio::test]
async fn the_transaction_is_looked_up_where_it_is_not_kept() {
    let (provider, attempt) = (Provider::start().await, paying_attempt());
    let listed = json!([transaction(&attempt, "tran_old", "failed"), transaction(&attempt, TRANSACTION, "paid")]);
    provider.answer("GET", "/transactions", 200, listed).await;
    provider.answer("PATCH", AT_TRANSACTION, 200, json!({"refundId": "rfnd_1"})).await;
    let outcome = refund(&provider, &attempt, 1).await;
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
}

#[tokio::test]
async fn without_a_transaction_nothing_is_sent() {
    for (status, body, is_credentials) in [
        (200, json!([]), false),
        (200, json!([transaction(&paying_attempt(), TRANSACTION, "failed")]), false),
        (500, json!({}), false),
        (401, json!({}), true),
    ] {
        let (provider, attempt) = (Provider::start().await, paying_attempt());
        provider.answer("GET", "/transactions", status, body.clone()).await;
        for outcome in
            [refund(&provider, &attempt, 1).await.map(|_| ()), provider.method.capture(of(&attempt), aud(1)).await]
        {
            let is_not_sent = matches!(&outcome, Outcome::NotSent(it) if it.is_credentials == is_credentials);
            assert!(is_not_sent, "{status} {body}: {outcome:?}");
        }
        assert!(provider.requests(AT_TRANSACTION).await.is_empty());
    }
}
