//! The bank wants to know that it is the buyer: once, twice, refused, or closed by a buyer who then takes another card.

use super::expect_paid_once;
use umclique_e2e::april::{self, April};
use umclique_e2e::{Wishes, World, journey, journey_with, until};

/// The bank's page asks; the buyer presses this there.
async fn answer(april: &April<'_>, button: &str) {
    april.bank().click(button).await;
}

/// Opens April's form, pays by this card, and waits for the bank.
async fn reach_the_bank(world: &World, april: &April<'_>, card: &str) {
    april.open().await;
    april.pay_by(card).await;
    world.checkout().wait_for(&["challenge"]).await;
    april.bank().sees("challenge-approve").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_passed_in_the_frame_and_the_payment_goes_on_by_itself() {
    journey("a_challenge_is_passed_in_the_frame_and_the_payment_goes_on_by_itself", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        reach_the_bank(world, &april, april::ASKS).await;
        assert_eq!(world.ledger("charge").await.len(), 0, "nothing is charged before the bank is content");
        answer(&april, "challenge-approve").await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
        assert_eq!((world.april_calls("pay").await, world.april_calls("confirm").await), (1, 1));
        world.browser.expect_clean("a challenge").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_challenges_follow_one_another() {
    journey("two_challenges_follow_one_another", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        reach_the_bank(world, &april, april::ASKS_TWICE).await;
        assert!(april.bank().text("what").await.contains("Step 1 of 2"));
        answer(&april, "challenge-approve").await;
        until("the bank asks again", async || april.bank().text("what").await.contains("Step 2 of 2").then_some(()))
            .await;
        checkout.wait_for(&["challenge"]).await;
        answer(&april, "challenge-approve").await;
        checkout.wait_for(&["paid"]).await;
        let payment = expect_paid_once(world, &reference, 60_000).await;
        let order = world.april_order(&payment).await;
        assert_eq!(order["transactions"].as_array().map(Vec::len), Some(1), "one payment in two rounds: {order:#}");
        world.browser.expect_clean("two challenges").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_wants_it_has_every_card_confirmed() {
    let wishes = Wishes { requests_3ds: true, ..Wishes::default() };
    journey_with(wishes, "a_shop_that_wants_it_has_every_card_confirmed", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        reach_the_bank(world, &april, april::PAYS).await;
        answer(&april, "challenge-approve").await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
    })
    .await;
}

/// The buyer ends the challenge so, sees that the bank did not confirm, and pays with another card on the same attempt.
async fn take_another_card_after(world: &World, button: &str) {
    let reference = world.check_out_in_dollars().await;
    let checkout = world.checkout();
    let april = April::of(world, &checkout);
    reach_the_bank(world, &april, april::ASKS).await;
    let before = world.payments(&reference).await;
    answer(&april, button).await;
    checkout.wait_for(&["token"]).await;
    checkout.part("notice").await;
    assert_eq!(world.ledger("charge").await.len(), 0);

    april.form().sees("card-number").await;
    april.pay_by(april::PAYS).await;
    checkout.wait_for(&["paid"]).await;
    let payment = expect_paid_once(world, &reference, 60_000).await;
    assert_eq!((before.len(), &before[0]["id"]), (1, &payment["id"]), "it is the same attempt");
    assert_eq!(world.april_orders().await.len(), 1, "and the same order at April");
    world.browser.expect_clean("another card after a challenge").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_closes_the_challenge_can_pay_by_another_card() {
    let name = "who_closes_the_challenge_can_pay_by_another_card";
    journey(name, async |world| take_another_card_after(world, "challenge-close").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_the_bank_refuses_can_pay_by_another_card() {
    let name = "whom_the_bank_refuses_can_pay_by_another_card";
    journey(name, async |world| take_another_card_after(world, "challenge-fail").await).await;
}
