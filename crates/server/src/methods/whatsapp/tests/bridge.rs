//! Captures, voids and refunds at the shop's processor, and the description that a shop builds its side from.

use super::charge::{charge, problem};
use super::*;
use crate::methods::{RefundOrder, RefundState, Target};

const CAPTURE: &str = "/psp/charges/ch_1/capture";
const CANCEL: &str = "/psp/charges/ch_1/cancel";
const REFUNDS: &str = "/psp/charges/ch_1/refunds";

fn amount(minor: u64) -> Money {
    Money::from_minor(minor, Currency::Brl).expect("an amount")
}

/// A payment whose charge is known.
fn paid(provider: &Provider) -> Attempt {
    let attempt = provider.tapped();
    let details = Details { charge: Some("ch_1".to_owned()), ..Details::of(&attempt).expect("details") };
    let provider_reference = Some(format!("{}.1", attempt.id));
    Attempt { details: details.stored(), provider_reference, ..attempt }
}

fn own(attempt: &Attempt) -> Target<'_> {
    Target { attempt, reference: attempt.provider_reference.as_deref().expect("known") }
}

fn refund(status: &str) -> Value {
    json!({"id": "rf_1", "charge": "ch_1", "reference": "re_1", "amount_minor": 345, "currency": "BRL", "status": status})
}

#[tokio::test]
async fn every_answer_to_a_change_comes_to_what_it_proves() {
    for (status, body, change, back) in [
        (400, problem("invalid_request"), "rejected", "rejected"),
        (401, String::new(), "credentials", "credentials"),
        (404, problem("not_found"), "unknown", "unknown"),
        (404, "<html>".to_owned(), "unknown", "unknown"),
        (409, problem("already_captured"), "rejected", "unknown"),
        (409, problem("already_canceled"), "rejected", "unknown"),
        (409, problem("not_captured"), "rejected", "unknown"),
        (409, problem("idempotency_key_in_use"), "unknown", "unknown"),
        (409, problem("something_new"), "unknown", "unknown"),
        (422, problem("amount_too_large"), "rejected", "rejected"),
        (422, problem("idempotency_key_reused"), "unknown", "unknown"),
        (408, String::new(), "unknown", "unknown"),
        (429, String::new(), "again", "again"),
        (500, String::new(), "unknown", "unknown"),
        (200, "{}".to_owned(), "unknown", "unknown"),
    ] {
        let provider = Provider::start().await;
        let attempt = paid(&provider);
        for at in [CAPTURE, CANCEL, REFUNDS] {
            provider.answer("POST", at, status, &body).await;
        }
        let method = &provider.method;
        assert_eq!(word(&method.capture(own(&attempt), amount(1_000)).await), change, "capture {status} {body}");
        assert_eq!(word(&method.cancel(own(&attempt)).await), change, "cancel {status} {body}");
        let order = RefundOrder { id: "re_1", amount: amount(345) };
        assert_eq!(word(&method.refund(own(&attempt), order).await), back, "refund {status} {body}");
    }
}

#[tokio::test]
async fn each_change_has_a_key_of_its_own() {
    let provider = Provider::start().await;
    let attempt = paid(&provider);
    provider.answer("POST", CAPTURE, 200, &charge(&attempt, "captured").to_string()).await;
    provider.answer("POST", CANCEL, 200, &charge(&attempt, "canceled").to_string()).await;
    provider.answer("POST", REFUNDS, 201, &refund("pending").to_string()).await;
    let method = &provider.method;
    for minor in [1_000, 1_000, 2_950] {
        assert_eq!(word(&method.capture(own(&attempt), amount(minor)).await), "accepted");
    }
    assert_eq!(word(&method.cancel(own(&attempt)).await), "accepted");
    let order = RefundOrder { id: "re_1", amount: amount(345) };
    let Outcome::Accepted(seen) = method.refund(own(&attempt), order).await else { panic!("it is accepted") };
    assert_eq!((seen.id.as_str(), seen.state, seen.amount_minor), ("rf_1", RefundState::Pending, Some(345)));
    let captures = provider.requests(CAPTURE).await;
    let keys: Vec<_> = captures.iter().map(|it| it.headers["idempotency-key"].to_str().expect("a text")).collect();
    assert!(keys[0] == keys[1] && keys[1] != keys[2], "a retry is a repetition, another amount is not: {keys:?}");
    assert_eq!(captures[0].body, br#"{"amount_minor":1000}"#);
    let refunds = provider.requests(REFUNDS).await;
    assert_eq!(refunds[0].headers["idempotency-key"], "re_1");
    assert_eq!(refunds[0].body, br#"{"amount_minor":345,"reference":"re_1"}"#);
}

#[tokio::test]
async fn all_refunds_are_listed_and_one_is_found() {
    let provider = Provider::start().await;
    let attempt = paid(&provider);
    let mut second = refund("succeeded");
    second["id"] = json!("rf_2");
    let list = json!({"data": [refund("failed"), second, {"id": "rf_3", "charge": "ch_1", "amount_minor": 1, "status": "moon"}]});
    provider.answer("GET", REFUNDS, 200, &list.to_string()).await;
    let seen = provider.method.list_refunds(own(&attempt)).await.expect("listed");
    let states: Vec<_> = seen.iter().map(|it| (it.id.as_str(), it.state)).collect();
    let expected = [("rf_1", RefundState::Failed), ("rf_2", RefundState::Succeeded), ("rf_3", RefundState::Pending)];
    assert_eq!(states, expected);
    let one = provider.method.find_refund(own(&attempt), "rf_2").await.expect("an answer");
    assert_eq!(one.map(|it| it.state), Some(RefundState::Succeeded));
    assert_eq!(provider.method.find_refund(own(&attempt), "rf_9").await.expect("an answer"), None);
}

#[tokio::test]
async fn a_second_charge_under_our_reference_is_meant_by_its_own_id() {
    let provider = Provider::start().await;
    let attempt = paid(&provider);
    let mut second = charge(&attempt, "canceled");
    second["id"] = json!("ch_2");
    provider.answer("POST", "/psp/charges/ch_2/cancel", 200, &second.to_string()).await;
    let target = Target { attempt: &attempt, reference: "ch_2" };
    assert_eq!(word(&provider.method.cancel(target).await), "accepted");
    let key = provider.requests("/psp/charges/ch_2/cancel").await[0].headers["idempotency-key"].clone();
    assert_eq!(key, format!("{}.cancel.ch_2", attempt.id).as_str());
    // What is no id never gets into a path.
    let target = Target { attempt: &attempt, reference: "../refunds" };
    assert_eq!(word(&provider.method.cancel(target).await), "again");
    // Nor is anything sent where the charge is not known yet.
    let unknown = Attempt { details: provider.tapped().details, ..attempt.clone() };
    assert_eq!(word(&provider.method.cancel(own(&unknown)).await), "again");
    assert_eq!(provider.server.received_requests().await.expect("recorded").len(), 1);
}
