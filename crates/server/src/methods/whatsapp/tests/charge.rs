//! The charge: what each of the processor's answers comes to, what the same proves when it is sent again, and what is found.

use super::*;
use crate::methods::Observation;
use crate::payments::schedule::ABSENCE_GRACE_MS;
use umclique_wire::FailureCode;

pub(super) const CHARGES: &str = "/psp/charges";

pub(super) fn charge(attempt: &Attempt, status: &str) -> Value {
    let captured = if status == "captured" { 2_950 } else { 0 };
    json!({"id": "ch_1", "reference": attempt.id, "status": status, "amount_minor": 2_950, "currency": "BRL",
        "captured_minor": captured, "refunded_minor": 0, "created_at": "2026-01-01T00:00:00.000Z"})
}

fn declined(attempt: &Attempt, code: &str) -> Value {
    let mut charge = charge(attempt, "declined");
    charge["decline"] = json!({"code": code, "message": "no"});
    charge
}

pub(super) fn problem(code: &str) -> String {
    json!({"type": "about:blank", "title": "No", "code": code, "detail": "no"}).to_string()
}

impl Provider {
    /// An attempt whose buyer confirmed.
    pub(super) fn tapped(&self) -> Attempt {
        Attempt { round: 1, ..self.attempt(|it| Details { is_sent: true, tap: Some(1), ..it }) }
    }
}

#[tokio::test]
async fn every_answer_comes_to_what_it_proves() {
    type Body = fn(&Attempt) -> String;
    let cases: [(u16, Body, &str, Option<&str>); 28] = [
        (201, |it| charge(it, "captured").to_string(), "accepted", Some("accepted")),
        (200, |it| charge(it, "captured").to_string(), "accepted", Some("accepted")),
        (201, |it| charge(it, "authorized").to_string(), "accepted", Some("accepted")),
        (201, |it| charge(it, "pending").to_string(), "accepted", Some("accepted")),
        (201, |it| charge(it, "awaiting_moon").to_string(), "accepted", Some("accepted")),
        (201, |it| charge(it, "canceled").to_string(), "accepted", Some("accepted")),
        (200, |it| declined(it, "card_declined").to_string(), "rejected", Some("rejected")),
        (200, |_| "<html>It works!</html>".into(), "unknown", None),
        (200, |_| "{}".into(), "unknown", None),
        (200, |it| charge(it, "captured").to_string().replace("ch_1", "../x"), "unknown", None),
        (200, |it| charge(it, "captured").to_string().replace(it.id.as_str(), "pa_0000000000"), "unknown", None),
        (204, |_| String::new(), "unknown", None),
        (302, |_| String::new(), "unknown", None),
        (400, |_| problem("invalid_request"), "rejected", None),
        (400, |_| "<html>".into(), "unknown", None),
        (401, |_| String::new(), "credentials", None),
        (403, |_| "<html>".into(), "credentials", None),
        (404, |_| problem("not_found"), "rejected", None),
        (404, |_| "<html>".into(), "unknown", None),
        (408, |_| problem("timeout"), "unknown", None),
        (409, |_| problem("idempotency_key_in_use"), "unknown", Some("unknown")),
        (409, |_| problem("already_captured"), "unknown", None),
        (422, |_| problem("amount_too_large"), "rejected", None),
        (422, |_| problem("idempotency_key_reused"), "unknown", None),
        (425, |_| problem("too_early"), "unknown", None),
        (429, |_| String::new(), "again", None),
        (500, |_| problem("unavailable"), "unknown", None),
        (503, |_| problem("unavailable"), "unknown", None),
    ];
    for (status, body, first, again) in cases {
        let provider = Provider::start().await;
        let attempt = provider.tapped();
        assert!(!provider.method.is_harmless(&attempt));
        let body = body(&attempt);
        provider.answer("POST", CHARGES, status, &body).await;
        assert_eq!(word(&provider.method.send(&attempt).await), first, "{status} {body}");
        let repeated = provider.method.repeat(&attempt).await;
        assert_eq!(repeated.as_ref().map(word), again, "{status} {body}");
        let sent = provider.requests(CHARGES).await;
        assert_eq!(sent.len(), 2, "each is sent once");
        assert_eq!(sent[0].body, sent[1].body, "no key ever carries another body");
        assert_eq!(sent[0].headers["idempotency-key"], sent[1].headers["idempotency-key"]);
        assert_eq!(provider.messages().await.len(), 0, "a charge writes to nobody");
    }
}

#[tokio::test]
async fn a_charge_is_the_stored_amount_on_the_stored_card_under_the_attempts_name() {
    for is_manual in [false, true] {
        let provider = Provider::start().await;
        let attempt = provider.tapped();
        let details = Details { is_manual, ..Details::of(&attempt).expect("details") };
        let attempt = Attempt { details: details.stored(), ..attempt };
        provider.answer("POST", CHARGES, 201, &charge(&attempt, "captured").to_string()).await;
        assert_eq!(word(&provider.method.send(&attempt).await), "accepted");
        let sent = &provider.requests(CHARGES).await[0];
        let body: Value = serde_json::from_slice(&sent.body).expect("JSON");
        let expected = json!({"reference": attempt.id, "credential_reference": "card_visa_4242", "amount_minor": 2_950,
            "currency": "BRL", "capture": !is_manual});
        assert_eq!(body, expected);
        assert_eq!(sent.headers["idempotency-key"], attempt.id.as_str());
        assert_eq!(sent.headers["authorization"], "Bearer psp-token-of-the-tests");
    }
}

#[tokio::test]
async fn each_state_of_a_charge_is_one_of_ours() {
    for (status, expected, received) in [
        ("pending", AttemptStatus::Processing, None),
        ("awaiting_moon", AttemptStatus::Processing, None),
        ("authorized", AttemptStatus::RequiresCapture, None),
        ("captured", AttemptStatus::Succeeded, Some(2_950)),
        ("canceled", AttemptStatus::Canceled, None),
    ] {
        let provider = Provider::start().await;
        let attempt = provider.tapped();
        provider.answer("POST", CHARGES, 201, &charge(&attempt, status).to_string()).await;
        let Outcome::Accepted(seen) = provider.method.send(&attempt).await else { panic!("{status} is accepted") };
        assert_eq!((seen.status, seen.received_minor, &seen.mismatch), (expected, received, &None), "{status}");
        assert_eq!(seen.provider_reference, format!("{}.1", attempt.id));
        let kept: Details = serde_json::from_value(seen.details.expect("kept")).expect("details");
        assert_eq!(kept.charge.as_deref(), Some("ch_1"));
    }
}

#[tokio::test]
async fn a_decline_says_what_the_buyer_can_do() {
    for (code, failure) in [
        ("insufficient_funds", FailureCode::InsufficientFunds),
        ("expired_card", FailureCode::CardExpired),
        ("authentication_required", FailureCode::AuthenticationFailed),
        ("card_declined", FailureCode::Declined),
        ("do_not_honor", FailureCode::Declined),
    ] {
        let provider = Provider::start().await;
        let attempt = provider.tapped();
        provider.answer("POST", CHARGES, 200, &declined(&attempt, code).to_string()).await;
        let Outcome::Rejected(rejection) = provider.method.send(&attempt).await else { panic!("{code} is a no") };
        assert_eq!((rejection.failure, rejection.provider_code.as_deref()), (failure, Some(code)));
    }
}

#[tokio::test]
async fn a_charge_of_something_else_is_flagged_and_never_counted_as_paid_in_another_currency() {
    let provider = Provider::start().await;
    let attempt = provider.tapped();
    let observed = async |body: Value| -> Observation {
        provider.answer_once("POST", CHARGES, 201, &body.to_string()).await;
        match provider.method.send(&attempt).await {
            Outcome::Accepted(seen) => seen,
            outcome => panic!("{outcome:?}"),
        }
    };
    let mut less = charge(&attempt, "captured");
    (less["amount_minor"], less["captured_minor"]) = (json!(1), json!(1));
    let seen = observed(less).await;
    assert_eq!(
        (seen.status, seen.received_minor),
        (AttemptStatus::Succeeded, Some(1)),
        "the core sees that it is too little"
    );
    assert!(seen.mismatch.is_some());
    let mut dollars = charge(&attempt, "captured");
    dollars["currency"] = json!("USD");
    let seen = observed(dollars).await;
    assert_eq!((seen.status, seen.received_minor), (AttemptStatus::Processing, None));
    assert!(seen.mismatch.is_some());
}

#[tokio::test]
async fn a_lost_charge_is_sent_again_for_ten_minutes_only() {
    let provider = Provider::start().await;
    let attempt = provider.tapped();
    provider.answer("POST", CHARGES, 201, &charge(&attempt, "captured").to_string()).await;
    let late = Attempt { round_at_ms: attempt.round_at_ms - ABSENCE_GRACE_MS, ..attempt.clone() };
    assert!(provider.method.repeat(&late).await.is_none());
    assert_eq!(provider.requests(CHARGES).await.len(), 0);
    // An order message has no such name.
    let untapped = provider.attempt(|it| it);
    assert!(provider.method.repeat(&untapped).await.is_none());
    assert_eq!(provider.method.find(&untapped).await.expect("nothing to ask").len(), 0);
}

#[tokio::test]
async fn a_charge_is_found_by_our_reference_and_later_by_its_own_id() {
    let provider = Provider::start().await;
    let attempt = provider.tapped();
    let mut second = charge(&attempt, "captured");
    second["id"] = json!("ch_2");
    let found = json!({"data": [charge(&attempt, "canceled"), second]});
    provider.answer("GET", CHARGES, 200, &found.to_string()).await;
    let seen = provider.method.find(&attempt).await.expect("found");
    let words: Vec<_> = seen.iter().map(|it| (it.provider_reference.clone(), it.status)).collect();
    let own = format!("{}.1", attempt.id);
    assert_eq!(words, [(own, AttemptStatus::Succeeded), ("ch_1".to_owned(), AttemptStatus::Canceled)]);
    let kept: Details = serde_json::from_value(seen[0].details.clone().expect("kept")).expect("details");
    assert_eq!((kept.charge.as_deref(), &seen[1].details), (Some("ch_2"), &None));
    let asked = &provider.requests(CHARGES).await[0];
    assert_eq!(asked.url.query(), Some(format!("reference={}", attempt.id).as_str()));

    let known = Attempt { details: kept.stored(), ..attempt };
    let mut own = charge(&known, "captured");
    own["id"] = json!("ch_2");
    provider.answer_once("GET", "/psp/charges/ch_2", 200, &own.to_string()).await;
    assert_eq!(provider.method.find(&known).await.expect("found").len(), 1);
    provider.answer_once("GET", "/psp/charges/ch_2", 404, &problem("not_found")).await;
    assert_eq!(provider.method.find(&known).await.expect("an answer").len(), 0);
    for (status, body) in [(404, "<html>"), (500, ""), (200, "{}"), (200, r#"{"data":[]}"#)] {
        provider.answer_once("GET", "/psp/charges/ch_2", status, body).await;
        assert!(provider.method.find(&known).await.is_err(), "{status} {body} is no answer");
    }
}

#[tokio::test]
async fn a_list_that_tells_of_somebody_elses_charge_is_no_answer() {
    let provider = Provider::start().await;
    let attempt = provider.tapped();
    let other = charge(&provider.tapped(), "captured");
    for body in [json!({"data": [other]}), json!({"data": [{}]}), json!([]), json!({})] {
        provider.answer_once("GET", CHARGES, 200, &body.to_string()).await;
        assert!(provider.method.find(&attempt).await.is_err(), "{body}");
    }
    provider.answer_once("GET", CHARGES, 401, "").await;
    assert!(provider.method.find(&attempt).await.expect_err("no answer").is_credentials);
    provider.answer_once("GET", CHARGES, 200, r#"{"data":[]}"#).await;
    assert_eq!(provider.method.find(&attempt).await.expect("an answer").len(), 0);
}
