//! Queries: every status, both ways to ask, and what does not count as an answer.

use super::super::status::tests::TABLE;
use super::*;
use crate::clock::{DAY, brazil_day, brazil_day_end_ms};
use crate::methods::{Method as _, Observation};
use umclique_wire::FailureCode;

async fn seen(attempt: &Attempt, answer: Value) -> Observation {
    let epag = Epag::start().await;
    epag.answer("GET", &format!("/payment/{TOKEN}"), 200, answer).await;
    let mut found = epag.method.find(attempt).await.expect("an answer");
    assert_eq!(found.len(), 1);
    found.remove(0)
}

#[tokio::test]
async fn each_status_is_told_with_its_flags_and_amounts() {
    for (status, expected, is_disputed, is_all_refunded) in TABLE {
        let attempt = known_attempt();
        let is_paid = expected == AttemptStatus::Succeeded;
        let amounts = if is_paid { json!({"amount_received": 123.45}) } else { json!({}) };
        let observation = seen(&attempt, with(queried(&attempt, status), amounts)).await;
        assert_eq!((observation.status, observation.is_disputed), (expected, is_disputed), "{status}");
        assert_eq!(observation.received_minor, is_paid.then_some(12_345), "{status}");
        assert_eq!(observation.refunded_minor, Some(if is_all_refunded { 12_345 } else { 0 }), "{status}");
        assert_eq!(observation.provider_code.as_deref(), Some(status));
        assert_eq!((observation.next_action, observation.mismatch), (None, None), "{status}");
        assert_eq!(observation.provider_reference, TOKEN);
    }
}

#[tokio::test]
async fn zeros_as_error_code_mean_none_and_others_tell_why() {
    for (status, code, failure, told) in [
        ("PAID", "00.00.0000", None, "PAID"),
        ("PAID", "01.05.0014", None, "PAID"),
        ("CANCELED", "01.05.0014", None, "CANCELED"),
        ("DECLINED", "00.00.0000", Some(FailureCode::Declined), "DECLINED"),
        ("DECLINED", "01.05.0014", Some(FailureCode::InsufficientFunds), "01.05.0014"),
        ("DECLINED", "01.10.0002", Some(FailureCode::AmountNotAllowed), "01.10.0002"),
        ("DECLINED", "01.07.0001", Some(FailureCode::Declined), "01.07.0001"),
        ("DECLINED", "01.11.0003", Some(FailureCode::BuyerDetails), "01.11.0003"),
        ("DECLINED", "00.04.0019", Some(FailureCode::Declined), "00.04.0019"),
        ("DECLINED", "99.99.9999", Some(FailureCode::Declined), "99.99.9999"),
        ("DECLINED", "a tax id", Some(FailureCode::Declined), "DECLINED"),
        ("ERROR", "00.00.0000", Some(FailureCode::ProviderUnavailable), "ERROR"),
        ("ERROR", "00.05.0001", Some(FailureCode::ProviderUnavailable), "00.05.0001"),
    ] {
        let attempt = known_attempt();
        let observation = seen(&attempt, with(queried(&attempt, status), json!({"errorCode": code}))).await;
        assert_eq!(
            (observation.failure, observation.provider_code.as_deref()),
            (failure, Some(told)),
            "{status} {code}"
        );
    }
}

#[tokio::test]
async fn refunded_amounts_are_told_where_they_are_known() {
    for (status, refunded, expected) in [
        ("PARTIALLY_REFUNDED", json!(23.4), Some(2_340)),
        ("PARTIALLY_REFUNDED", json!("23.40"), Some(2_340)),
        ("PARTIALLY_REFUNDED", Value::Null, None),
        ("PARTIALLY_REFUNDED", json!("1e2"), None),
        ("REFUNDED", json!(100), Some(10_000)),
        ("REFUNDED", Value::Null, Some(10_000)),
        ("DISPUTE_REFUNDED", Value::Null, Some(10_000)),
        ("POST_REFUND_DISPUTE", json!(0), Some(10_000)),
        ("DISPUTE", Value::Null, None),
    ] {
        let attempt = known_attempt();
        let amounts = json!({"amount_received": 100.0, "refunded_amount": refunded});
        let observation = seen(&attempt, with(queried(&attempt, status), amounts)).await;
        assert_eq!(observation.refunded_minor, expected, "{status} {refunded}");
    }
    let attempt = known_attempt();
    let observation = seen(&attempt, with(queried(&attempt, "REFUNDED"), json!({"refunded_amount": null}))).await;
    assert_eq!(observation.refunded_minor, Some(12_345), "without any amount it is the order's");
}

#[tokio::test]
async fn canceled_is_expired_once_the_codes_day_is_over() {
    let now_ms = Clock::default().now_ms();
    for (day, expected) in [
        (brazil_day(now_ms - 2 * DAY), AttemptStatus::Expired),
        (brazil_day(now_ms + 2 * DAY), AttemptStatus::Canceled),
    ] {
        let mut attempt = known_attempt();
        attempt.details["expires_on"] = json!(day);
        let observation = seen(&attempt, queried(&attempt, "CANCELED")).await;
        assert_eq!(observation.status, expected, "{day}");
        assert_eq!(observation.failure.is_some(), expected == AttemptStatus::Expired);
    }
}

#[tokio::test]
async fn the_clock_that_decides_is_the_injected_one() {
    let epag = Epag::start().await;
    let attempt = known_attempt();
    epag.answer("GET", &format!("/payment/{TOKEN}"), 200, queried(&attempt, "CANCELED")).await;
    let end_ms = brazil_day_end_ms("2099-03-07").expect("a day");
    epag.clock.set_offset_ms(end_ms - epag.clock.real_ms());
    let found = epag.method.find(&attempt).await.expect("an answer");
    assert_eq!(found[0].status, AttemptStatus::Expired);
}

#[tokio::test]
async fn another_currency_or_amount_is_told() {
    for changes in [json!({"currency": "USD"}), json!({"amount": 123.46}), json!({"amount": "12345"})] {
        let attempt = known_attempt();
        assert!(seen(&attempt, with(queried(&attempt, "PAID"), changes.clone())).await.mismatch.is_some(), "{changes}");
    }
    let attempt = known_attempt();
    let same =
        json!({"amount": "123.450", "currency": null, "expiration_date": "2025-03-07", "cancellation_details": {}});
    assert_eq!(seen(&attempt, with(queried(&attempt, "PAID"), same)).await.mismatch, None);
}

#[tokio::test]
async fn an_answer_about_something_else_is_no_answer() {
    for changes in [
        json!({"paymentToken": "another"}),
        json!({"paymentToken": null}),
        json!({"reference": "pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f70"}),
    ] {
        let epag = Epag::start().await;
        let attempt = known_attempt();
        epag.answer("GET", &format!("/payment/{TOKEN}"), 200, with(queried(&attempt, "PAID"), changes.clone())).await;
        assert!(epag.method.find(&attempt).await.is_err(), "{changes}");
    }
}

#[tokio::test]
async fn only_epags_own_word_counts_as_not_found() {
    for (status, body, is_absent) in [
        (404, refused(404, "00.01.0038", "Payment not found").to_string(), true),
        (404, refused(404, "00.01.0068", "Refund not found").to_string(), false),
        (404, json!({"status": 404, "error": "Not Found", "path": "/payment"}).to_string(), false),
        (404, "<html>nginx</html>".to_owned(), false),
        (404, String::new(), false),
        (422, refused(422, "00.01.0038", "Payment not found").to_string(), false),
        (502, refused(502, "00.02.0001", "Upstream").to_string(), false),
        (429, "{}".to_owned(), false),
        (302, String::new(), false),
    ] {
        let epag = Epag::start().await;
        epag.answer_text("GET", &format!("/payment/{TOKEN}"), status, &body).await;
        epag.answer_by_reference(status, &body).await;
        for attempt in [known_attempt(), new_attempt()] {
            let found = epag.method.find(&attempt).await;
            assert_eq!(found.as_ref().is_ok_and(Vec::is_empty), is_absent, "{status} {body}: {found:?}");
            assert_eq!(found.is_err(), !is_absent, "{status} {body}");
        }
    }
}

#[tokio::test]
async fn all_payments_of_a_reference_are_told_the_furthest_first() {
    let attempt = new_attempt();
    let payment = |token: &str, status: &str| with(queried(&attempt, status), json!({"paymentToken": token}));
    let foreign = with(payment("t-6", "PAID"), json!({"reference": "pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f70"}));
    let listed = json!([
        payment("t-1", "CANCELED"),
        payment("t-2", "PROCESSING"),
        payment("t-3", "PAID"),
        foreign,
        payment("t-4", "IN_ANALYSIS"),
        payment("t-5", "PRE_AUTHORIZED"),
    ]);
    for body in [json!({"payments": listed.clone(), "refresh_token": "second"}), listed] {
        let epag = Epag::start().await;
        epag.answer_by_reference(200, &body.to_string()).await;
        let found = epag.method.find(&attempt).await.expect("an answer");
        let tokens: Vec<_> = found.iter().map(|observation| observation.provider_reference.as_str()).collect();
        assert_eq!(tokens, ["t-3", "t-5", "t-4", "t-2", "t-1"]);
    }
}

#[tokio::test]
async fn an_empty_list_is_empty_and_an_unreadable_one_is_no_answer() {
    for (body, is_empty) in [
        (r#"{"payments":[],"refresh_token":"second"}"#, true),
        ("[]", true),
        ("{}", false),
        (r#"{"payments":null}"#, false),
        (r#"{"payments":{}}"#, false),
        (r#"{"payments":[{}]}"#, false),
        (r#"{"payments":[null]}"#, false),
        ("", false),
        ("<html>", false),
    ] {
        let epag = Epag::start().await;
        epag.answer_by_reference(200, body).await;
        let found = epag.method.find(&new_attempt()).await;
        assert_eq!(found.as_ref().is_ok_and(Vec::is_empty), is_empty, "{body}");
        assert_eq!(found.is_err(), !is_empty, "{body}");
    }
}
