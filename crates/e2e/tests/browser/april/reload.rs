//! A reload, the back button or a crash in the middle: the buyer finds the same attempt where it was, and pays it once.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::april::{self, April};
use umclique_e2e::{Checkout, instances, journey, page, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_while_a_card_is_typed_goes_on_with_the_same_attempt() {
    journey("a_reload_while_a_card_is_typed_goes_on_with_the_same_attempt", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.type_card(april::PAYS).await;
        let before = world.open_payment(&reference).await;
        world.browser.client.refresh().await.expect("a reload");
        checkout.wait_for(&["token"]).await;
        assert_eq!(page::reference(&world.browser).await, reference);
        april.form().sees("card-number").await;
        assert_eq!(april.form().text("card-number").await, "", "nobody kept what was typed");

        april.pay_by(april::PAYS).await;
        checkout.wait_for(&["paid"]).await;
        let payment = expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(payment["id"], before["id"]);
        world.browser.client.refresh().await.expect("a reload");
        checkout.wait_for(&["paid"]).await;
        assert_eq!(world.april_calls("pay").await, 1);
        world.browser.expect_clean("a reload").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_in_the_middle_of_a_challenge_shows_it_again() {
    journey("a_reload_in_the_middle_of_a_challenge_shows_it_again", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.pay_by(april::ASKS).await;
        checkout.wait_for(&["challenge"]).await;
        april.bank().sees("challenge-approve").await;
        world.browser.client.refresh().await.expect("a reload");
        checkout.wait_for(&["challenge"]).await;
        april.bank().click("challenge-approve").await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(world.april_calls("pay").await, 1, "the card was not sent again");
        world.browser.expect_clean("a reload in a challenge").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_to_the_form_goes_on_with_the_same_attempt() {
    journey("back_to_the_form_goes_on_with_the_same_attempt", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        world.browser.open(&world.page("/bare")).await;
        world.browser.client.back().await.expect("there is a page before this one");
        checkout.wait_for(&["token"]).await;
        april.form().sees("card-number").await;
        april.pay_by(april::PAYS).await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(world.payments(&reference).await.len(), 1);
        world.browser.expect_clean("back to the form").await;
    })
    .await;
}

/// Frames in the page: one for each checkout that shows one.
const FRAMES: &str = "return document.querySelectorAll('iframe').length";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_crash_there_is_one_fresh_form_and_it_pays_the_same_attempt() {
    journey("after_a_crash_there_is_one_fresh_form_and_it_pays_the_same_attempt", async |world| {
        instances::note(&world.browser).await;
        for page in ["/two?currency=AUD&lang=en", "/nested?currency=AUD&lang=en"] {
            world.browser.open(&world.page(page)).await;
            let checkout = Checkout::nth(&world.browser, 0);
            let april = April::of(world, &checkout);
            april.open().await;
            april.type_card(april::PAYS).await;
            instances::crash(&checkout, "leave").await;
            until("a fresh form stands alone", async || {
                let is_fresh = instances::made(&world.browser).await == 2
                    && world.browser.run(FRAMES, vec![]).await == json!(1)
                    && checkout.screen().await.as_deref() == Some("token");
                is_fresh.then_some(())
            })
            .await;
            april.form().sees("card-number").await;
            assert_eq!(april.form().text("card-number").await, "");
            april.pay_by(april::PAYS).await;
            checkout.wait_for(&["paid"]).await;
            let orders = world.browser.run("return umcliqueLab.orders[0].reference", vec![]).await;
            expect_paid_once(world, orders.as_str().expect("a reference"), 30_000).await;
            assert_eq!(world.browser.run(FRAMES, vec![]).await, json!(0), "{page}");
        }
    })
    .await;
}
