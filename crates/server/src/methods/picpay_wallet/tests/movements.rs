//! Captures, cancels and refunds: what is sent, and what each answer comes to.

use super::*;
use crate::methods::{RefundOrder, RefundState};

const REFUND: &str = "/v1/payments/refund";

fn brl(minor: u64) -> Money {
    Money::from_minor(minor, Currency::Brl).expect("an amount")
}

fn order() -> RefundOrder<'static> {
    RefundOrder { id: "re_0193f0c47d5b7c3e9a1d2b3c4d5e6f70", amount: brl(10) }
}

#[tokio::test]
async fn a_refund_names_both_ids_under_a_key_of_its_own() {
    let provider = Provider::start(Edition::Current).await;
    provider.answer("POST", REFUND, 200, r#"{"transaction_id":"9f0c","created_at":"2025-03-04 11:00:00"}"#).await;
    let attempt = provider.attempt(false);
    let target = Target { attempt: &attempt, reference: TRANSACTION };
    let Outcome::Accepted(seen) = provider.method.refund(target, order()).await else { panic!("it is accepted") };
    assert_eq!((seen.id.as_str(), seen.state), ("9f0c", RefundState::Succeeded));
    let sent = &provider.requests(REFUND).await[0];
    assert_eq!(sent.headers["x-idempotency-key"], "0193f0c4-7d5b-7c3e-9a1d-2b3c4d5e6f70");
    let expected = format!(r#"{{"value":0.10,"transaction_id":"{TRANSACTION}","reference_id":"{}"}}"#, attempt.id);
    assert_eq!(std::str::from_utf8(&sent.body).expect("a text"), expected);
}

#[tokio::test]
async fn a_whole_refund_of_the_legacy_edition_has_no_body() {
    let provider = Provider::start(Edition::Legacy).await;
    let path = "/v1/payments/246599282/refund";
    provider.answer("POST", path, 204, "").await;
    let attempt = provider.attempt(false);
    let target = Target { attempt: &attempt, reference: "246599282" };
    let Outcome::Accepted(seen) = provider.method.refund(target, order()).await else { panic!("it is accepted") };
    assert_eq!(seen.id, "246599282");
    assert_eq!(std::str::from_utf8(&provider.requests(path).await[0].body).expect("a text"), r#"{"value":0.10}"#);
}

#[tokio::test]
async fn every_answer_to_a_refund_or_a_capture_comes_to_what_it_proves() {
    for (status, body, refund, capture, cancel) in [
        (200, "", "unknown", "accepted", "accepted"),
        (204, "", "unknown", "accepted", "accepted"),
        (208, "{}", "unknown", "unknown", "unknown"),
        (
            404,
            r#"{"message":"Transaction not found","business_code":"TRANSACTION_NOT_FOUND"}"#,
            "unknown",
            "unknown",
            "unknown",
        ),
        (
            406,
            r#"{"message":"Refund value is invalid.","business_code":"REFUND_EXCEEDS_LIMIT"}"#,
            "rejected",
            "rejected",
            "rejected",
        ),
        (
            409,
            r#"{"message":"Transaction has invalid status for capture.","business_code":"X"}"#,
            "unknown",
            "rejected",
            "rejected",
        ),
        (429, r#"{"message":"API rate limit exceeded"}"#, "again", "again", "again"),
        (500, "", "unknown", "unknown", "unknown"),
    ] {
        let provider = Provider::start(Edition::Current).await;
        for path in [REFUND, "/v1/payments/capture", "/v1/payments/cancel"] {
            provider.answer("POST", path, status, body).await;
        }
        let attempt = provider.attempt(true);
        let target = Target { attempt: &attempt, reference: TRANSACTION };
        let told = (
            word(&provider.method.refund(target, order()).await),
            word(&provider.method.capture(target, brl(4_000)).await),
            word(&provider.method.cancel(target).await),
        );
        assert_eq!(told, (refund, capture, cancel), "{status} {body}");
    }
}

#[tokio::test]
async fn a_list_of_refunds_that_is_not_whole_is_no_answer() {
    let provider = Provider::start(Edition::Current).await;
    let attempt = provider.attempt(false);
    let target = Target { attempt: &attempt, reference: TRANSACTION };
    let body = |refunded: &str| {
        format!(
            r#"{{"id":"{TRANSACTION}","status":"PARTIALLY_REFUNDED","value":60.0,"refunded_value":{refunded},
            "transactions":[{{"id":"{TRANSACTION}","refunds":[{{"id":"r1","value":0.10}}]}}]}}"#
        )
    };
    provider.answer_once("GET", "/v1/payments", 200, &body("0.2")).await;
    assert!(provider.method.list_refunds(target).await.is_err());
    provider.answer_once("GET", "/v1/payments", 200, &body("0.1")).await;
    let refunds = provider.method.list_refunds(target).await.expect("a list");
    assert_eq!((refunds.len(), refunds[0].amount_minor), (1, Some(10)));
}

#[tokio::test]
async fn nothing_is_sent_without_a_login() {
    let provider = Provider::start(Edition::Current).await;
    let attempt = new_attempt(json!({"is_manual": false}), provider.clock.now_ms());
    let target = Target { attempt: &attempt, reference: TRANSACTION };
    assert_eq!(word(&provider.method.refund(target, order()).await), "again");
    let unanswered = provider.method.list_refunds(target).await.expect_err("nobody can be asked");
    assert!(unanswered.detail.contains("connects again"), "{}", unanswered.detail);
    assert_eq!(provider.server.received_requests().await.expect("recorded").len(), 0);
}
