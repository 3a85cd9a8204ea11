//! Answers that get lost on the way: what they leave behind at April, and how it is found and fenced.

use super::*;

/// Faults after which the call was executed, and nobody was told.
const EXECUTED: [&str; 5] = ["lost_reply", "error_500_executed", "error_502_executed", "error_503_executed", "garbage"];
/// Faults after which it was not.
const NOT_EXECUTED: [&str; 4] = ["reset", "error_500", "error_502", "error_503"];

#[tokio::test]
async fn a_pay_whose_answer_was_lost_is_found() {
    for fault in EXECUTED {
        let mut shop = Shop::with_order(json!({})).await;
        shop.spoil("pay", fault).await;
        let outcome = shop.pay(GOOD, "Card").await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{fault}: {outcome:?}");
        let seen = shop.look().await;
        assert_eq!((seen.status, seen.received_minor), (AttemptStatus::Succeeded, Some(60_000)), "{fault}");
        assert!(shop.attempt.details.get("token").is_none(), "the token is forgotten");
        let too_late = shop.method.cancel(of(&shop.attempt)).await;
        assert!(matches!(too_late, Outcome::Rejected(_)), "{fault}: {too_late:?}");
    }
}

#[tokio::test]
async fn a_pay_that_never_ran_is_fenced_before_it_is_given_up() {
    for fault in NOT_EXECUTED {
        let mut shop = Shop::with_order(json!({})).await;
        shop.spoil("pay", fault).await;
        let outcome = shop.pay(GOOD, "Card").await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{fault}: {outcome:?}");
        assert_eq!(shop.look().await.status, AttemptStatus::RequiresAction, "{fault}");
        assert_eq!(shop.method.cancel(of(&shop.attempt)).await, Outcome::Accepted(()), "{fault}");
        assert_eq!(shop.look().await.status, AttemptStatus::Canceled, "{fault}");
        // The pay arrives late after all, as the very same request.
        let late = shop.method.send(&shop.attempt).await;
        assert!(matches!(late, Outcome::Unknown(_)), "{fault}: {late:?}");
        assert!(shop.ledger().await.is_empty(), "{fault}: a cancelled order is never paid");
    }
}

#[tokio::test]
async fn a_confirm_whose_answer_was_lost_is_found() {
    for (fault, expected) in [("lost_reply", AttemptStatus::Succeeded), ("reset", AttemptStatus::RequiresAction)] {
        let mut shop = Shop::with_order(json!({})).await;
        accepted(shop.pay(ASKS, "Card").await);
        shop.spoil("confirm", fault).await;
        let outcome = shop.answer_challenge("approve", ChallengeEnd::Done).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{fault}: {outcome:?}");
        assert_eq!(shop.look().await.status, expected, "{fault}");
    }
}

#[tokio::test]
async fn an_order_that_got_lost_is_made_again_and_the_first_stays_unpaid() {
    for fault in EXECUTED.into_iter().chain(NOT_EXECUTED).chain(["rate_limited", "wrong_amount", "unknown_status"]) {
        let mut shop = Shop::with_order(json!({})).await;
        let details = kept(false, json!({"step": "create", "order": {"description": "S-1002"}}));
        shop.attempt = Attempt { details, ..new_attempt() };
        shop.spoil("create", fault).await;
        let outcome = shop.send().await;
        assert!(matches!(&outcome, Outcome::NotSent(it) if !it.is_credentials), "{fault}: {outcome:?}");
        assert!(shop.method.is_harmless(&shop.attempt));
        assert_eq!(accepted(shop.send().await).status, AttemptStatus::RequiresAction, "{fault}");
        assert_eq!(accepted(shop.pay(GOOD, "Card").await).status, AttemptStatus::Succeeded, "{fault}");
        assert_eq!(shop.ledger().await.len(), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_garbled_answer_is_set_right_by_the_query() {
    for (fault, status, payer_minor) in [
        // More than the order's amount may be a surcharge.
        ("wrong_amount", AttemptStatus::Succeeded, Some(123_456)),
        ("unknown_status", AttemptStatus::Processing, Some(60_000)),
    ] {
        let mut shop = Shop::with_order(json!({})).await;
        shop.spoil("pay", fault).await;
        let told = accepted(shop.pay(GOOD, "Card").await);
        assert_eq!((told.status, told.payer_amount_minor), (status, payer_minor), "{fault}");
        shop.spoil("query", "unknown_status").await;
        shop.spoil("transaction_query", "unknown_status").await;
        assert_eq!(shop.look().await.status, AttemptStatus::Processing, "{fault}: unknown words end nothing");
        let seen = shop.look().await;
        assert_eq!((seen.status, seen.payer_amount_minor), (AttemptStatus::Succeeded, Some(60_000)), "{fault}");
    }
}

#[tokio::test]
async fn limits_and_refused_credentials_execute_nothing() {
    for (fault, is_credentials) in [("rate_limited", false), ("unauthorized", true)] {
        let mut shop = Shop::with_order(json!({})).await;
        shop.spoil("pay", fault).await;
        let outcome = shop.pay(GOOD, "Card").await;
        assert!(matches!(&outcome, Outcome::NotSent(it) if it.is_credentials == is_credentials), "{outcome:?}");
        assert!(shop.ledger().await.is_empty());
        assert_eq!(accepted(shop.send().await).status, AttemptStatus::Succeeded, "the same token pays: it is unspent");
    }
}

#[tokio::test]
async fn orders_are_read_in_both_shapes() {
    for shape in ["bare", "wrapped"] {
        let mut shop = Shop::with_order(json!({"order_shape": shape})).await;
        assert_eq!(shop.look().await.status, AttemptStatus::RequiresAction, "{shape}");
        accepted(shop.pay(GOOD, "Card").await);
        assert_eq!(shop.look().await.status, AttemptStatus::Succeeded, "{shape}");
    }
}

#[tokio::test]
async fn an_order_that_april_does_not_know_is_absent() {
    let mut shop = Shop::with_order(json!({})).await;
    shop.attempt.provider_reference = Some(ORDER.to_owned());
    assert_eq!(shop.method.find(&shop.attempt).await, Ok(Vec::new()));
    let outcome = shop.method.cancel(of(&shop.attempt)).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
}
