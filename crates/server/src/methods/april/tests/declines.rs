//! Every error of a payment's: which are a no, and which prove nothing.

use super::super::codes::tests::{DECLINES, UNCLEAR};
use super::*;
use umclique_wire::FailureCode;

#[tokio::test]
async fn each_documented_decline_asks_for_another_token_in_its_kind() {
    for (attempt, is_confirming) in [(paying_attempt(), false), (confirming_attempt(), true)] {
        for (code, failure, is_suspicious) in DECLINES {
            let is_challenge = is_confirming && code == "bad_request";
            let failure = if is_challenge { FailureCode::AuthenticationFailed } else { failure };
            let rejection = rejected(Provider::pay_attempt(&attempt, 400, &refused(400, code).to_string()).await);
            assert_eq!((rejection.failure, rejection.is_suspicious), (failure, is_suspicious), "{code}");
            assert_eq!(rejection.provider_code.as_deref(), Some(code));
            assert!(asks_again(&rejection), "{code}");
            assert_eq!(rejection.detail, format!("April refused with HTTP 400 and code {code} (tracer {TRACER})"));
        }
    }
}

#[tokio::test]
async fn a_suspicion_is_not_told_to_the_buyer() {
    for code in ["fraudulent", "stolen_card", "pickup_card"] {
        let rejection = rejected(Provider::pay(400, refused(400, code)).await);
        assert_eq!(rejection.failure, FailureCode::Declined, "the same as of any other decline");
        assert!(rejection.is_suspicious);
    }
}

#[tokio::test]
async fn what_no_document_calls_a_no_is_unknown() {
    for code in UNCLEAR {
        let outcome = Provider::pay(400, refused(400, code)).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{code}: {outcome:?}");
    }
    for (status, body) in [
        (400, json!({})),
        (400, json!([])),
        (400, json!("card_declined")),
        (400, json!({"errorCode": "card_declined"})),
        (400, json!({"statusCode": 400, "errorCode": "card_declined"})),
        (400, json!({"statusCode": 400, "message": "no"})),
        (400, json!({"statusCode": "400", "errorCode": "card_declined", "message": "no"})),
        (400, refused(500, "card_declined")),
        (402, refused(402, "card_declined")),
        (403, refused(403, "forbidden")),
        (403, json!({})),
        (404, refused(404, "not_found")),
        (405, refused(405, "method_not_allowed")),
        (409, refused(409, "conflict")),
        (409, refused(409, "card_declined")),
        (422, refused(422, "card_declined")),
        (500, refused(500, "card_declined")),
        (501, refused(501, "not_implemented")),
        (503, refused(503, "service_unavailable")),
    ] {
        let outcome = Provider::pay(status, body.clone()).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{status} {body}: {outcome:?}");
    }
}

#[tokio::test]
async fn refused_credentials_and_limits_mean_that_nothing_was_executed() {
    for body in [refused(401, "unauthorized"), json!({}), json!(null)] {
        let outcome = Provider::pay(401, body).await;
        assert!(matches!(&outcome, Outcome::NotSent(it) if it.is_credentials), "{outcome:?}");
    }
    for body in [refused(429, "too_many_requests"), json!({})] {
        let outcome = Provider::pay(429, body).await;
        assert!(matches!(&outcome, Outcome::NotSent(it) if !it.is_credentials), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_hostile_tracer_or_code_is_not_repeated() {
    let hostile = with(refused(400, "card_declined"), json!({"tracer": "Bo Test <bo@example.test>"}));
    let rejection = rejected(Provider::pay(400, hostile).await);
    assert_eq!(rejection.detail, "April refused with HTTP 400 and code card_declined");
    for code in ["4242424242424242", "Bo Test", "card_4242424242424242"] {
        let Outcome::Unknown(why) = Provider::pay(400, refused(400, code)).await else { panic!("{code}") };
        assert!(!why.contains(code), "{why}");
    }
}
