//! April's frame in a React tree under StrictMode, which puts the element up, takes it down, and puts it up again.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::april::{self, April};
use umclique_e2e::{Checkout, journey};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_with_a_challenge_pays_in_a_react_tree_under_strict_mode() {
    journey("a_card_with_a_challenge_pays_in_a_react_tree_under_strict_mode", async |world| {
        for way in ["element", "mount"] {
            world.browser.open(&world.page(&format!("/strict-mode?by={way}&currency=AUD&lang=en"))).await;
            let checkout = Checkout::of(&world.browser);
            let april = April::of(world, &checkout);
            april.open().await;
            let frames = "return document.querySelectorAll('iframe').length";
            assert_eq!(world.browser.run(frames, vec![]).await, json!(1), "{way}: one frame, not one of each run");
            april.pay_by(april::ASKS).await;
            checkout.wait_for(&["challenge"]).await;
            april.bank().click("challenge-approve").await;
            checkout.wait_for(&["paid"]).await;
            let reference = world.browser.run("return umcliqueLab.orders[0].reference", vec![]).await;
            expect_paid_once(world, reference.as_str().expect("a reference"), 30_000).await;
            world.browser.run("umcliqueLab.hide()", vec![]).await;
            assert_eq!(world.browser.run(frames, vec![]).await, json!(0), "{way}: nothing is left in the light");
            world.browser.expect_clean("React in dollars").await;
        }
    })
    .await;
}
