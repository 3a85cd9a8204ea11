//! Capture, cancel and refunds: what is sent, and what counts as accepted.

use super::*;
use crate::methods::{Method as _, Outcome, RefundSeen, RefundState};

fn refund(id: &str, state: RefundState, amount_minor: Option<u64>) -> RefundSeen {
    RefundSeen { id: id.to_owned(), state, amount_minor }
}

async fn only_body(epag: &Epag, at: &str) -> String {
    let sent = epag.requests(at).await;
    assert_eq!(sent.len(), 1);
    String::from_utf8(sent[0].body.clone()).expect("JSON is text")
}

#[tokio::test]
async fn capture_and_cancel_send_what_is_documented() {
    let epag = Epag::start().await;
    let (capture, cancel) = (format!("/payment/{TOKEN}/capture"), format!("/payment/{TOKEN}/cancel"));
    let answer = json!({"transaction_status": "PROCESSING", "payment_token": TOKEN, "refresh_token": "second"});
    epag.answer("POST", &capture, 200, answer.clone()).await;
    epag.answer("POST", &cancel, 200, answer).await;
    assert_eq!(epag.method.capture_of(TOKEN, brl(5_000)).await, Outcome::Accepted(()));
    assert_eq!(epag.method.cancel_of(TOKEN).await, Outcome::Accepted(()));
    assert_eq!(only_body(&epag, &capture).await, r#"{"amount":50.00}"#);
    assert_eq!(only_body(&epag, &cancel).await, "{}");
    assert_eq!(epag.tokens_used(&cancel).await, ["second"]);
}

#[tokio::test]
async fn an_order_for_another_payment_was_not_ours() {
    for answer in [json!({}), json!({"payment_token": "another"}), json!({"payment_token": null}), json!([])] {
        let epag = Epag::start().await;
        epag.answer("POST", &format!("/payment/{TOKEN}/capture"), 200, answer.clone()).await;
        let outcome = epag.method.capture_of(TOKEN, brl(1)).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{answer}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_refund_sends_its_amount_exactly_and_tells_its_id() {
    let answer = json!({"refund_id": 17, "payment_token": TOKEN, "created_at": "2025-03-05 09:00:00.000",
        "refund_status": "PROCESSING", "refresh_token": "second"});
    let epag = Epag::start().await;
    epag.answer("POST", "/refund", 200, answer).await;
    let outcome = epag.method.refund_of(TOKEN, brl(5_990)).await;
    assert_eq!(outcome, Outcome::Accepted(refund("17", RefundState::Pending, None)));
    let body = only_body(&epag, "/refund").await;
    let url = "https://pay.example/providers/epag/notifications/pa_";
    let begin = format!("{{\"payment_token\":\"{TOKEN}\",\"amount\":59.90,\"notification_url\":\"{url}");
    assert!(body.starts_with(&begin), "{body}");
}

#[tokio::test]
async fn a_refund_without_an_id_or_of_another_payment_is_unknown() {
    for answer in [
        json!({"payment_token": TOKEN, "refund_status": "PROCESSING"}),
        json!({"refund_id": null, "payment_token": TOKEN}),
        json!({"refund_id": 1.5, "payment_token": TOKEN}),
        json!({"refund_id": "1/2", "payment_token": TOKEN}),
        json!({"refund_id": 17, "payment_token": "another"}),
    ] {
        let epag = Epag::start().await;
        epag.answer("POST", "/refund", 200, answer.clone()).await;
        let outcome = epag.method.refund_of(TOKEN, brl(1)).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{answer}: {outcome:?}");
    }
}

#[tokio::test]
async fn the_list_of_refunds_is_bare_and_each_status_is_understood() {
    let listed = json!([
        {"refund_id": 1, "refund_status": "REQUESTED", "amount": 10.5, "created_at": "2025-03-05"},
        {"refund_id": 2, "refund_status": "PROCESSING", "amount": "10.50"},
        {"refund_id": 3, "refund_status": "COMPLETED", "amount": 1},
        {"refund_id": "4", "refund_status": "FAILED"},
        {"refund_id": 5, "refund_status": "SOMETHING_NEW", "amount": "1e1"},
    ]);
    let expected = vec![
        refund("1", RefundState::Pending, Some(1_050)),
        refund("2", RefundState::Pending, Some(1_050)),
        refund("3", RefundState::Succeeded, Some(100)),
        refund("4", RefundState::Failed, None),
        refund("5", RefundState::Pending, None),
    ];
    for body in [listed.clone(), json!({"refunds": listed})] {
        let epag = Epag::start().await;
        epag.answer("GET", &format!("/refund/payment/{TOKEN}"), 200, body).await;
        assert_eq!(epag.method.list_refunds_of(TOKEN).await.expect("an answer"), expected);
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_read_whole_is_no_answer() {
    for (status, body) in [
        (200, json!({})),
        (200, json!([{"refund_status": "COMPLETED"}])),
        (200, json!([17])),
        (404, refused(404, "00.01.0038", "Payment not found")),
        (404, json!({"status": 404})),
        (502, refused(502, "00.02.0001", "Upstream")),
    ] {
        let epag = Epag::start().await;
        epag.answer("GET", &format!("/refund/payment/{TOKEN}"), status, body.clone()).await;
        assert!(epag.method.list_refunds_of(TOKEN).await.is_err(), "{status} {body}");
    }
}

#[tokio::test]
async fn a_refund_is_found_absent_or_unanswered() {
    let epag = Epag::start().await;
    epag.answer("GET", "/refund/17", 200, json!({"refund_id": 17, "refund_status": "COMPLETED", "amount": 59.9})).await;
    epag.answer("GET", "/refund/18", 404, refused(404, "00.01.0068", "Refund not found")).await;
    epag.answer("GET", "/refund/19", 404, json!({"status": 404})).await;
    epag.answer("GET", "/refund/20", 200, json!({"refund_id": 17, "refund_status": "COMPLETED"})).await;
    let found = epag.method.find_refund_of("17").await.expect("an answer");
    assert_eq!(found, Some(refund("17", RefundState::Succeeded, Some(5_990))));
    assert_eq!(epag.method.find_refund_of("18").await.expect("an answer"), None);
    assert!(epag.method.find_refund_of("19").await.is_err());
    assert!(epag.method.find_refund_of("20").await.is_err());
}

#[tokio::test]
async fn an_id_that_is_none_is_never_put_into_a_path() {
    let epag = Epag::start().await;
    for id in ["", "../auth", "a/b", "x?y", "x#y", "%2e%2e"] {
        assert!(matches!(epag.method.cancel_of(id).await, Outcome::NotSent(_)), "{id:?}");
        assert!(matches!(epag.method.capture_of(id, brl(1)).await, Outcome::NotSent(_)), "{id:?}");
        assert!(matches!(epag.method.refund_of(id, brl(1)).await, Outcome::NotSent(_)), "{id:?}");
        assert!(
            epag.method.list_refunds_of(id).await.is_err() && epag.method.find_refund_of(id).await.is_err(),
            "{id:?}"
        );
        let attempt = Attempt { provider_reference: Some(id.to_owned()), ..new_attempt() };
        assert!(epag.method.find(&attempt).await.is_err(), "{id:?}");
    }
    assert!(epag.server.received_requests().await.expect("recorded").is_empty());
}
