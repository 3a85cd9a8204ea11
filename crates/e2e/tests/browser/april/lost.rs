//! Answers that get lost on the way: the outcome is found out, nothing is sent twice, and the buyer is not asked to pay again.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::april::{self, April};
use umclique_e2e::journey;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_lost_after_charging_ends_paid_and_charged_once() {
    journey("an_answer_lost_after_charging_ends_paid_and_charged_once", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        world.april_fault(json!({ "call": "pay", "fault": "lost_reply", "times": 1 })).await;
        april.pay_by(april::PAYS).await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(world.april_calls("pay").await, 1, "a payment is never sent twice");
        world.browser.expect_clean("a lost answer").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_lost_after_the_challenge_ends_paid_and_charged_once() {
    journey("an_answer_lost_after_the_challenge_ends_paid_and_charged_once", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.pay_by(april::ASKS).await;
        checkout.wait_for(&["challenge"]).await;
        world.april_fault(json!({ "call": "confirm", "fault": "lost_reply", "times": 1 })).await;
        april.bank().click("challenge-approve").await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_whose_making_was_lost_is_found_or_replaced_and_paid_once() {
    journey("an_order_whose_making_was_lost_is_found_or_replaced_and_paid_once", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        world.april_fault(json!({ "call": "create", "fault": "lost_reply", "times": 1 })).await;
        checkout.wait_for(&["choosing"]).await;
        checkout.click("pay").await;
        if checkout.wait_for(&["token", "choosing"]).await == "choosing" {
            april.choose().await;
        }
        april.form().sees("card-number").await;
        april.pay_by(april::PAYS).await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(world.ledger("charge").await.len(), 1);
    })
    .await;
}
