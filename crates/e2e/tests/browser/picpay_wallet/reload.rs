//! A reload or the back button in the middle: the buyer finds the same attempt where it was, and it is charged once.

use super::{expect_charges, expect_paid_once, go_and_come_back};
use serde_json::json;
use umclique_e2e::picpay::{self, Wallet};
use umclique_e2e::{Wishes, journey_with, page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_from_picpay_finds_the_same_attempt_and_goes_there_again() {
    let name = "back_from_picpay_finds_the_same_attempt_and_goes_there_again";
    journey_with(Wishes::wallet(), name, async |world| {
        let (reference, asked) = go_and_come_back(world).await;
        let checkout = world.checkout();
        let attempt = world.open_payment(&reference).await;
        assert_eq!(page::reference(&world.browser).await, reference);
        // Nobody is sent away again without having pressed anything.
        world.browser.client.refresh().await.expect("a reload");
        checkout.wait_for(&["redirect"]).await;
        checkout.click("pay").await;
        assert_eq!(picpay::at_picpay(&world.browser).await, asked, "the same attempt asks for the same consent");
        picpay::decide(&world.browser, true).await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, "ana").await;
        let payments = world.payments(&reference).await;
        assert_eq!((payments.len(), &payments[0]["id"]), (1, &attempt["id"]));
        expect_charges(world, 1).await;
        world.browser.expect_clean("back from PicPay").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_may_pay_another_way_and_a_late_consent_charges_nothing() {
    let name = "who_comes_back_may_pay_another_way_and_a_late_consent_charges_nothing";
    journey_with(Wishes::wallet(), name, async |world| {
        let (reference, asked) = go_and_come_back(world).await;
        let checkout = world.checkout();
        checkout.click("leave").await;
        checkout.wait_for(&["choosing"]).await;
        world.browser.open(&asked).await;
        picpay::decide(&world.browser, true).await;
        checkout.wait_for(&["choosing"]).await;
        expect_charges(world, 0).await;
        assert_eq!(world.link_of_ana().await, None);
        checkout.show_qr().await;
        world.payer(&reference, "pay").await;
        checkout.wait_for(&["paid"]).await;
        expect_charges(world, 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reloads_and_steps_back_after_the_return_charge_nothing_more() {
    let name = "reloads_and_steps_back_after_the_return_charge_nothing_more";
    journey_with(Wishes::wallet(), name, async |world| {
        let reference = world.check_out_as_ana().await;
        let checkout = world.checkout();
        let wallet = Wallet::of(world, &checkout);
        // The charge takes its time, so that the reload comes in its middle.
        world.picpay_fault(json!({ "call": "charge", "fault": "delay_executed", "delay_ms": 2_000 })).await;
        wallet.connect().await;
        checkout.wait_for(&["waiting"]).await;
        world.browser.client.refresh().await.expect("a reload");
        assert_eq!(checkout.wait_for(&["waiting", "paid"]).await, "waiting", "the reload came in its middle");
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, "ana").await;

        world.browser.client.refresh().await.expect("a reload");
        checkout.wait_for(&["paid"]).await;
        world.browser.client.back().await.expect("there is a page before this one");
        world.browser.client.forward().await.expect("there is a page after this one");
        checkout.wait_for(&["paid"]).await;
        expect_charges(world, 1).await;
        assert_eq!(world.payments(&reference).await.len(), 1);
        world.browser.expect_clean("reloads").await;
    })
    .await;
}
