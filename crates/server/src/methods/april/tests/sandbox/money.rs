//! Reservations, captures and refunds.

use super::*;
use crate::methods::{RefundOrder, RefundSeen, RefundState};

async fn refund(shop: &Shop, minor: u64) -> Outcome<RefundSeen> {
    shop.method.refund(of(&shop.attempt), RefundOrder { id: "re_1", amount: aud(minor) }).await
}

#[tokio::test]
async fn a_reservation_is_seen_and_captured_with_its_surcharge() {
    for basis_points in [0, 150] {
        let mut shop = Shop::start(true, json!({"surcharge_basis_points": basis_points})).await;
        let reserved = accepted(shop.pay(GOOD, "Card").await);
        assert_eq!(reserved.status, AttemptStatus::RequiresCapture);
        assert_eq!(shop.look().await.status, AttemptStatus::RequiresCapture);
        assert_eq!(shop.method.capture(of(&shop.attempt), aud(60_000)).await, Outcome::Accepted(()));
        let paid = shop.look().await;
        assert_eq!((paid.status, paid.received_minor), (AttemptStatus::Succeeded, Some(60_000)), "{basis_points}");
        let again = shop.method.capture(of(&shop.attempt), aud(60_000)).await;
        assert!(matches!(again, Outcome::Unknown(_)), "409 settles nothing, the query does: {again:?}");
    }
}

#[tokio::test]
async fn a_reservation_survives_a_challenge() {
    let mut shop = Shop::start(true, json!({})).await;
    accepted(shop.pay(ASKS, "Card").await);
    let reserved = accepted(shop.answer_challenge("approve", ChallengeEnd::Done).await);
    assert_eq!(reserved.status, AttemptStatus::RequiresCapture);
    assert_eq!(shop.ledger().await, [("authorization".to_owned(), 60_000)]);
}

#[tokio::test]
async fn only_a_card_is_reserved_and_nothing_else_is_charged_instead() {
    for kind in ["PayPlan", "ApplePay"] {
        let mut shop = Shop::start(true, json!({})).await;
        let rejection = rejected(shop.pay(GOOD, kind).await);
        assert!(rejection.next_action.is_some(), "{kind}: another one may be tried");
        assert!(shop.ledger().await.is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn a_reservation_that_lapsed_is_over() {
    let mut shop = Shop::start(true, json!({})).await;
    accepted(shop.pay(GOOD, "Card").await);
    shop.control(&format!("transactions/{}/void", shop.transaction()), json!({})).await;
    assert_eq!(shop.look().await.status, AttemptStatus::Canceled);
}

#[tokio::test]
async fn refunds_are_named_listed_and_bounded() {
    for reply in ["body", "empty"] {
        let mut shop = Shop::with_order(json!({"operation_reply": reply})).await;
        accepted(shop.pay(GOOD, "Card").await);
        assert_eq!(shop.method.list_refunds(of(&shop.attempt)).await, Ok(Vec::new()));
        for minor in [45_000, 5_000] {
            match refund(&shop, minor).await {
                Outcome::Accepted(seen) => {
                    assert_eq!((reply, seen.state, seen.amount_minor), ("body", RefundState::Pending, Some(minor)));
                    let found = shop.method.find_refund(of(&shop.attempt), &seen.id).await.expect("an answer");
                    let expected = RefundSeen { state: RefundState::Succeeded, ..seen };
                    assert_eq!(found, Some(expected));
                }
                outcome => assert!(reply == "empty" && matches!(outcome, Outcome::Unknown(_)), "{outcome:?}"),
            }
        }
        let listed = shop.method.list_refunds(of(&shop.attempt)).await.expect("an answer");
        let mut amounts: Vec<_> = listed.iter().map(|refund| (refund.state, refund.amount_minor)).collect();
        amounts.sort_by_key(|(_, amount)| *amount);
        assert_eq!(amounts, [(RefundState::Succeeded, Some(5_000)), (RefundState::Succeeded, Some(45_000))]);
        let too_much = refund(&shop, 10_001).await;
        assert!(matches!(too_much, Outcome::Rejected(_)), "{too_much:?}");
        let seen = shop.look().await;
        assert_eq!((seen.status, seen.refunded_minor), (AttemptStatus::Succeeded, Some(50_000)));
        assert_eq!(shop.ledger().await.len(), 3, "one charge, two refunds");
    }
}

#[tokio::test]
async fn a_dispute_and_a_refund_in_the_panel_are_seen() {
    let mut shop = Shop::with_order(json!({})).await;
    accepted(shop.pay(GOOD, "Card").await);
    let transaction = shop.transaction();
    shop.control(&format!("transactions/{transaction}/refund"), json!({"amount_minor": 1_000})).await;
    assert_eq!(shop.look().await.refunded_minor, Some(1_000));
    shop.control(&format!("transactions/{transaction}/dispute"), json!({})).await;
    let seen = shop.look().await;
    assert_eq!((seen.status, seen.is_disputed), (AttemptStatus::Succeeded, true));
}

#[tokio::test]
async fn a_lost_refund_is_decided_by_the_list() {
    for (fault, happened) in
        [("lost_reply", true), ("error_500_executed", true), ("error_500", false), ("reset", false)]
    {
        let mut shop = Shop::with_order(json!({})).await;
        accepted(shop.pay(GOOD, "Card").await);
        shop.spoil("refund", fault).await;
        let outcome = refund(&shop, 45_000).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{fault}: {outcome:?}");
        let listed = shop.method.list_refunds(of(&shop.attempt)).await.expect("an answer");
        assert_eq!(listed.len(), usize::from(happened), "{fault}");
    }
}
