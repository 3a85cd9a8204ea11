//! Paying: every form of the answer, every card, challenges.

use super::*;
use umclique_wire::FailureCode;

const SHAPES: [&str; 3] = ["wrapped", "flat", "reference"];

#[tokio::test]
async fn a_card_pays_in_every_published_form_of_the_answer() {
    for shape in SHAPES {
        for (basis_points, payer_minor) in [(0, 60_000), (150, 60_900)] {
            let settings = json!({"reply_shape": shape, "surcharge_basis_points": basis_points});
            let mut shop = Shop::with_order(settings).await;
            let paid = accepted(shop.pay(GOOD, "Card").await);
            let expected = (AttemptStatus::Succeeded, Some(payer_minor));
            assert_eq!((paid.status, paid.payer_amount_minor), expected, "{shape} {basis_points}");
            let seen = shop.look().await;
            assert_eq!((seen.status, seen.payer_amount_minor), expected, "{shape} {basis_points}");
            assert_eq!((seen.received_minor, seen.refunded_minor, seen.mismatch), (Some(60_000), Some(0), None));
            assert_eq!(shop.ledger().await, [("charge".to_owned(), 60_000)]);
        }
    }
}

#[tokio::test]
async fn instalments_and_wallets_pay_too() {
    for kind in ["PayPlan", "ApplePay", "GooglePay"] {
        for shape in SHAPES {
            let mut shop = Shop::with_order(json!({"reply_shape": shape})).await;
            let paid = accepted(shop.pay(GOOD, kind).await);
            assert_eq!(paid.status, AttemptStatus::Succeeded, "{kind} {shape}");
            assert_eq!(shop.look().await.status, AttemptStatus::Succeeded, "{kind} {shape}");
        }
    }
}

#[tokio::test]
async fn a_refused_card_leaves_the_order_to_the_next_one() {
    for (card, failure, is_suspicious) in [
        ("4000000000000002", FailureCode::Declined, false),
        ("4000000000009995", FailureCode::InsufficientFunds, false),
        ("4000000000000069", FailureCode::CardExpired, false),
        ("4000000000000127", FailureCode::CardDetails, false),
        ("4000000000000036", FailureCode::Declined, false),
        ("4000000000000044", FailureCode::Declined, false),
        ("4000000000009979", FailureCode::Declined, true),
        ("4000000000009987", FailureCode::Declined, true),
        ("4100000000000019", FailureCode::Declined, true),
    ] {
        let mut shop = Shop::with_order(json!({})).await;
        let rejection = rejected(shop.pay(card, "Card").await);
        assert_eq!((rejection.failure, rejection.is_suspicious), (failure, is_suspicious), "{card}");
        assert_eq!(shop.method.find(&shop.attempt).await.expect("an answer")[0].status, AttemptStatus::RequiresAction);
        let paid = accepted(shop.pay(GOOD, "Card").await);
        assert_eq!(paid.status, AttemptStatus::Succeeded, "{card}");
        assert_eq!(shop.ledger().await.len(), 1, "{card}");
    }
}

#[tokio::test]
async fn a_token_for_another_amount_or_one_that_is_too_old_is_made_anew() {
    let mut shop = Shop::with_order(json!({})).await;
    let token = shop.token(GOOD, "Card", 59_999).await;
    shop.bring(token, "Card");
    assert_eq!(rejected(shop.send().await).failure, FailureCode::CardDetails);
    let old = shop.token(GOOD, "Card", 60_000).await;
    let clock = format!("{}/_control/clock", shop.sandbox.url());
    let answer = shop.http.post(clock).json(&json!({"advance_s": 601})).send().await.expect("an answer");
    assert!(answer.status().is_success());
    shop.bring(old, "Card");
    assert_eq!(rejected(shop.send().await).failure, FailureCode::CardDetails);
    assert_eq!(accepted(shop.pay(GOOD, "Card").await).status, AttemptStatus::Succeeded);
}

#[tokio::test]
async fn a_card_that_nobody_knows_about_is_looked_up_and_given_up() {
    let mut shop = Shop::with_order(json!({})).await;
    let outcome = shop.pay("4000000000000119", "Card").await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    assert_eq!(shop.look().await.status, AttemptStatus::RequiresAction);
    assert_eq!(shop.method.cancel(of(&shop.attempt)).await, Outcome::Accepted(()));
    assert_eq!(shop.look().await.status, AttemptStatus::Canceled);
    assert!(shop.ledger().await.is_empty());
}

#[tokio::test]
async fn challenges_follow_one_another_until_it_is_paid() {
    for status in [200, 403] {
        for shape in SHAPES {
            for (card, rounds) in [(ASKS, 1), (ASKS_TWICE, 2)] {
                let mut shop = Shop::with_order(json!({"reply_shape": shape, "challenge_status": status})).await;
                let mut seen = accepted(shop.pay(card, "Card").await);
                for round in 1..=rounds {
                    assert_eq!(seen.status, AttemptStatus::RequiresAction, "{status} {shape} {round}");
                    assert_eq!(shop.method.find(&shop.attempt).await.expect("an answer")[0].status, seen.status);
                    seen = accepted(shop.answer_challenge("approve", ChallengeEnd::Done).await);
                }
                assert_eq!(seen.status, AttemptStatus::Succeeded, "{status} {shape} {card}");
                assert_eq!(shop.ledger().await.len(), 1);
            }
        }
    }
}

#[tokio::test]
async fn a_challenge_that_is_not_passed_lets_the_buyer_try_another_card() {
    for (act, told, failure) in [
        ("fail", ChallengeEnd::Failed, FailureCode::AuthenticationFailed),
        ("close", ChallengeEnd::Failed, FailureCode::AuthenticationFailed),
        // The browser lies: April knows better.
        ("fail", ChallengeEnd::Done, FailureCode::Declined),
        ("close", ChallengeEnd::Done, FailureCode::AuthenticationFailed),
        // The browser gave up too early; nothing was confirmed, so nothing is paid.
        ("approve", ChallengeEnd::Failed, FailureCode::AuthenticationFailed),
    ] {
        let mut shop = Shop::with_order(json!({})).await;
        accepted(shop.pay(ASKS, "Card").await);
        let rejection = rejected(shop.answer_challenge(act, told).await);
        assert_eq!(rejection.failure, failure, "{act} {told:?}");
        assert!(shop.ledger().await.is_empty());
        assert_eq!(accepted(shop.pay(GOOD, "Card").await).status, AttemptStatus::Succeeded, "{act} {told:?}");
        assert_eq!(shop.ledger().await.len(), 1);
    }
}

#[tokio::test]
async fn a_pending_payment_is_found_settled_or_failed() {
    for (act, expected) in [("settle", AttemptStatus::Succeeded), ("fail", AttemptStatus::Failed)] {
        let mut shop = Shop::with_order(json!({"settle": "pending"})).await;
        assert_eq!(accepted(shop.pay(GOOD, "Card").await).status, AttemptStatus::Processing);
        assert_eq!(shop.look().await.status, AttemptStatus::Processing);
        shop.control(&format!("transactions/{}/{act}", shop.transaction()), json!({})).await;
        assert_eq!(shop.look().await.status, expected, "{act}");
    }
}

#[tokio::test]
async fn a_key_that_nobody_issued_pays_nothing() {
    let mut shop = Shop::with_order(json!({})).await;
    let mut config = new_config(&format!("{}/april", shop.sandbox.url()), 10_000);
    config.credential = Credential::Merchant("sandbox_sk_nobody".into());
    shop.method = April::new(config).expect("the configuration works");
    let outcome = shop.pay(GOOD, "Card").await;
    assert!(matches!(&outcome, Outcome::NotSent(it) if it.is_credentials), "{outcome:?}");
    let unanswered = shop.method.find(&shop.attempt).await.expect_err("no answer for strangers");
    assert!(unanswered.is_credentials);
}
