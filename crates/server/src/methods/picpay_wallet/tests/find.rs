//! Queries: what PicPay knows of a charge, and what may be believed.

use super::*;

const QUERY: &str = "/v1/payments";

fn payment(attempt: &Attempt, status: &str, paid_at: &str) -> String {
    format!(
        r#"{{"id":"{TRANSACTION}","reference_id":"{}","status":"{status}","created_at":"{paid_at}","paid_at":"{paid_at}",
        "value":60.0,"refunded_value":0.0,"transactions":[]}}"#,
        attempt.id
    )
}

async fn look(attempt: &Attempt, provider: &Provider, body: &str) -> Result<Vec<Observation>, String> {
    provider.answer_once("GET", QUERY, 200, body).await;
    provider.method.find(attempt).await.map_err(|unanswered| unanswered.detail)
}

#[tokio::test]
async fn every_status_has_its_meaning_and_young_money_counts_only_where_it_was_told() {
    use AttemptStatus::{Canceled, Expired, Failed, Processing, RequiresCapture, Sending, Succeeded};
    let provider = Provider::start(Edition::Current).await;
    let now = crate::clock::rfc3339(provider.clock.now_ms());
    let long_ago = "2025-03-04T10:15:31-03:00";
    for (known, status, paid_at, expected) in [
        (Sending, "PAID", long_ago, Some(Succeeded)),
        (Sending, "PAID", now.as_str(), None),
        (Sending, "PARTIALLY_REFUNDED", now.as_str(), None),
        (Sending, "REFUNDED", now.as_str(), Some(Failed)),
        (Failed, "REFUNDED", long_ago, Some(Failed)),
        (RequiresCapture, "PAID", now.as_str(), Some(Succeeded)),
        (RequiresCapture, "REFUNDED", now.as_str(), Some(Succeeded)),
        (Sending, "AUTHORIZED", now.as_str(), Some(RequiresCapture)),
        (Sending, "EXPIRED", now.as_str(), Some(Expired)),
        (Sending, "CANCELLED", now.as_str(), Some(Canceled)),
        (Sending, "ERROR", now.as_str(), Some(Failed)),
        (Sending, "SOMETHING_NEW", now.as_str(), Some(Processing)),
    ] {
        let attempt = Attempt { status: known, ..provider.attempt(false) };
        let seen = look(&attempt, &provider, &payment(&attempt, status, paid_at)).await;
        let seen = seen.ok().map(|seen| seen[0].status);
        assert_eq!(seen, expected, "{known:?} and {status} at {paid_at}");
    }
}

#[tokio::test]
async fn a_captured_part_and_what_went_back_are_read_exactly() {
    let provider = Provider::start(Edition::Current).await;
    let attempt = Attempt { status: AttemptStatus::RequiresCapture, ..provider.attempt(true) };
    let body = format!(
        r#"{{"id":"{TRANSACTION}","status":"PARTIALLY_REFUNDED","value":60.0,"refunded_value":0.1,
        "transactions":[{{"id":"{TRANSACTION}","captured_value":40.05,"refunds":[{{"id":"r1","value":0.10}}]}}]}}"#
    );
    let seen = look(&attempt, &provider, &body).await.expect("an answer");
    assert_eq!((seen[0].received_minor, seen[0].refunded_minor, &seen[0].mismatch), (Some(4_005), Some(10), &None));
}

#[tokio::test]
async fn what_does_not_fit_is_no_answer() {
    let provider = Provider::start(Edition::Current).await;
    let attempt = provider.attempt(false);
    let long_ago = "2025-03-04T10:15:31-03:00";
    let good = payment(&attempt, "PAID", long_ago);
    for body in [
        good.replace(attempt.id.as_str(), "pa_another0"),
        good.replace("60.0", "60.001"),
        good.replace("60.0", "-60.0"),
        good.replace("60.0", "6e1"),
        good.replace(TRANSACTION, "../x"),
        "<html>".to_owned(),
    ] {
        assert!(look(&attempt, &provider, &body).await.is_err(), "{body}");
    }
    let other = look(&attempt, &provider, &good.replace("60.0", "59.99")).await.expect("an answer");
    assert!(other[0].mismatch.is_some());
}

#[tokio::test]
async fn only_picpays_own_word_means_that_there_is_nothing() {
    let provider = Provider::start(Edition::Current).await;
    let attempt = provider.attempt(false);
    let absent = r#"{"message":"Transaction not found","business_code":"TRANSACTION_NOT_FOUND"}"#;
    provider.answer_once("GET", QUERY, 404, absent).await;
    assert_eq!(provider.method.find(&attempt).await.expect("an answer").len(), 0);
    for (status, body) in [(404, r#"{"message":"no Route matched with those values"}"#), (422, absent), (500, absent)] {
        provider.answer_once("GET", QUERY, status, body).await;
        assert!(provider.method.find(&attempt).await.is_err(), "{status} {body}");
    }
    let asked = &provider.requests(QUERY).await[0];
    assert_eq!(asked.url.query(), Some(format!("reference_id={}", attempt.id).as_str()));
}

#[tokio::test]
async fn the_legacy_edition_finds_nothing_by_our_reference() {
    let provider = Provider::start(Edition::Legacy).await;
    let attempt = provider.attempt(false);
    assert!(provider.method.find(&attempt).await.is_err());
    assert_eq!(provider.requests(QUERY).await.len(), 0);
    let known = Attempt { provider_reference: Some("246599282".to_owned()), ..attempt };
    provider
        .answer("GET", QUERY, 404, r#"{"message":"Transaction not found","business_code":"TRANSACTION_NOT_FOUND"}"#)
        .await;
    assert_eq!(provider.method.find(&known).await.expect("an answer").len(), 0);
    assert_eq!(provider.requests(QUERY).await[0].url.query(), Some("transaction_id=246599282"));
}
