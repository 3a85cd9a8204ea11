//! A charge that takes its time: the buyer reads honestly that it is under way, may leave, and finds the result on coming back.

use super::{connect_ana, expect_charges, expect_paid_once};
use serde_json::json;
use umclique_e2e::picpay::Wallet;
use umclique_e2e::{Wishes, journey_with, page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_charge_says_so_and_leaving_the_page_loses_nothing() {
    let name = "a_slow_charge_says_so_and_leaving_the_page_loses_nothing";
    journey_with(Wishes::wallet(), name, async |world| {
        connect_ana(world).await;
        let checkout = world.checkout();
        let wallet = Wallet::of(world, &checkout);

        let second = page::check_out_again(&world.browser).await;
        wallet.choose().await;
        world.picpay_fault(json!({ "call": "charge", "fault": "delay_executed", "delay_ms": 6_000 })).await;
        checkout.click("pay").await;
        checkout.wait_for(&["waiting", "confirming"]).await;
        let said = checkout.eval("return card.textContent", json!(null)).await.to_string();
        assert!(!said.contains("Paid"), "nothing is promised: {said}");
        let is_busy = "return !part('pay') || part('pay').getAttribute('aria-disabled') === 'true'";
        assert_eq!(checkout.eval(is_busy, json!(null)).await, json!(true), "and nothing can be pressed twice");
        // Away, and back before the answer is there.
        world.browser.open(&world.page("/bare")).await;
        world.browser.open(&world.page(&format!("/?lang=en&order={second}"))).await;
        checkout.wait_for(&["waiting"]).await;
        world.axe.expect_nothing(&world.browser, "a slow charge").await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &second, "ana").await;
        expect_charges(world, 2).await;
        world.browser.expect_clean("a slow charge").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_charge_whose_answer_is_lost_is_found_and_paid_once() {
    let name = "a_charge_whose_answer_is_lost_is_found_and_paid_once";
    journey_with(Wishes::wallet(), name, async |world| {
        let reference = world.check_out_as_ana().await;
        let checkout = world.checkout();
        world.picpay_fault(json!({ "call": "charge", "fault": "lost_reply" })).await;
        Wallet::of(world, &checkout).connect().await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, "ana").await;
        expect_charges(world, 1).await;
        world.browser.expect_clean("a lost answer").await;
    })
    .await;
}
