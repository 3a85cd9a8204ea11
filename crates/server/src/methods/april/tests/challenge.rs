//! The bank asks the buyer: both forms of that, several rounds, and an end that the browser only claims.

use super::*;
use umclique_wire::{Challenge, FailureCode};

/// A body with [`ACTION`] to the letter.
fn asked(name: &str) -> String {
    format!("{{\"{name}\":{ACTION}}}")
}

fn assert_challenged(observation: &Observation, is_manual: bool) {
    assert_eq!(observation.status, AttemptStatus::RequiresAction);
    assert_eq!(observation.provider_reference, ORDER);
    let challenge = Challenge { widget: widget(is_manual), action: ACTION.to_owned() };
    assert_eq!(observation.next_action, Some(NextAction::Challenge(challenge)), "passed through to the letter");
    let kept = kept(is_manual, json!({"step": "challenged", "token": TOKEN, "action": ACTION}));
    assert_eq!(observation.details, Some(kept));
    assert_eq!((observation.received_minor, observation.failure), (None, None));
}

#[tokio::test]
async fn both_published_forms_of_a_challenge_are_taken() {
    for (status, name) in
        [(200, "ThreeDSAuthorisationRequired"), (403, "ThreeDSAuthorisationRequired"), (403, "paymentActionRequired")]
    {
        for attempt in [paying_attempt(), confirming_attempt()] {
            let observation = accepted(Provider::pay_attempt(&attempt, status, &asked(name)).await);
            assert_challenged(&observation, false);
        }
    }
    let manual = attempt_at(true, json!({"step": "pay", "token": TOKEN, "kind": "Card"}));
    let body = asked("ThreeDSAuthorisationRequired");
    assert_challenged(&accepted(Provider::pay_attempt(&manual, 200, &body).await), true);
}

#[tokio::test]
async fn a_challenge_of_no_use_leaves_the_outcome_unknown() {
    let endless = format!("{{\"x\":\"{}\"}}", "x".repeat(16 * 1024));
    for action in ["\"3ds_1\"", "[]", "17", "true", endless.as_str()] {
        for status in [200, 403] {
            let body = format!("{{\"ThreeDSAuthorisationRequired\":{action}}}");
            let outcome = Provider::pay_attempt(&paying_attempt(), status, &body).await;
            assert!(matches!(outcome, Outcome::Unknown(_)), "{status}: {outcome:?}");
        }
    }
    let outcome = Provider::pay_attempt(&paying_attempt(), 200, "{\"ThreeDSAuthorisationRequired\":null}").await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
}

#[tokio::test]
async fn after_the_challenge_the_stored_object_goes_back_to_the_letter() {
    for (is_manual, end) in [(false, ""), (true, ",\"authoriseOnly\":true")] {
        let provider = Provider::start().await;
        provider.answer("POST", PAY, 200, complete("paid")).await;
        let attempt = attempt_at(is_manual, json!({"step": "confirm", "token": TOKEN, "action": ACTION}));
        assert_eq!(accepted(provider.method.send(&attempt).await).status, AttemptStatus::Succeeded);
        let sent = provider.requests(PAY).await.remove(0).body;
        let expected =
            format!("{{\"Confirm3DSComplete\":{{\"paymentTokenId\":\"{TOKEN}\",\"threeDSResponse\":{ACTION}{end}}}}}");
        assert_eq!(String::from_utf8(sent).expect("text"), expected);
    }
}

#[tokio::test]
async fn a_stored_object_that_is_broken_is_not_sent() {
    let provider = Provider::start().await;
    let attempt = attempt_at(false, json!({"step": "confirm", "token": TOKEN, "action": "{"}));
    assert!(matches!(provider.method.send(&attempt).await, Outcome::NotSent(_)));
    assert!(provider.requests(PAY).await.is_empty());
}

async fn look(order_status: &str, transactions: impl Fn(&Attempt) -> Value) -> Outcome<Observation> {
    let provider = Provider::start().await;
    let attempt = attempt_at(false, json!({"step": "look_after_challenge"}));
    provider.show(&attempt, order_status, transactions(&attempt)).await;
    let outcome = provider.method.send(&attempt).await;
    assert!(provider.requests(PAY).await.is_empty(), "nothing is paid");
    outcome
}

#[tokio::test]
async fn a_failed_challenge_lets_the_buyer_try_another_card() {
    for transactions in [json!([]), json!([transaction(&new_attempt(), TRANSACTION, "incomplete")])] {
        let rejection = rejected(look("created", |_| transactions.clone()).await);
        assert_eq!(rejection.failure, FailureCode::AuthenticationFailed);
        assert!(asks_again(&rejection) && rejection.provider_code.is_none());
    }
}

#[tokio::test]
async fn the_browsers_word_about_a_challenge_is_not_believed() {
    let paid = accepted(look("paid", |attempt| json!([transaction(attempt, TRANSACTION, "paid")])).await);
    assert_eq!((paid.status, paid.received_minor), (AttemptStatus::Succeeded, Some(60_000)));
    let pending = accepted(look("created", |attempt| json!([transaction(attempt, TRANSACTION, "pending")])).await);
    assert_eq!(pending.status, AttemptStatus::Processing);
    let cancelled = accepted(look("cancelled", |_| json!([])).await);
    assert_eq!(cancelled.status, AttemptStatus::Canceled);
}

#[tokio::test]
async fn a_look_that_brings_nothing_is_taken_again() {
    let attempt = attempt_at(false, json!({"step": "look_after_challenge"}));
    for (status, is_credentials) in [(500, false), (429, false), (401, true), (403, true)] {
        let provider = Provider::start().await;
        provider.answer("GET", &format!("/orders/{ORDER}"), status, json!({})).await;
        let outcome = provider.method.send(&attempt).await;
        assert!(
            matches!(&outcome, Outcome::NotSent(it) if it.is_credentials == is_credentials),
            "{status}: {outcome:?}"
        );
    }
    let provider = Provider::start().await;
    provider.answer("GET", &format!("/orders/{ORDER}"), 404, refused(404, "not_found")).await;
    assert!(matches!(provider.method.send(&attempt).await, Outcome::Unknown(_)));
}
