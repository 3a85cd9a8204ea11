//! April's script is blocked, broken or silent: the buyer reads what is wrong, nothing was charged, and a second try works.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::april::{self, April};
use umclique_e2e::{Wishes, World, journey, journey_with};

/// Goes to the form while the script fails, mends it with `mend`, tries again and pays.
async fn pay_after(world: &World, mend: impl AsyncFnOnce()) {
    let reference = world.check_out_in_dollars().await;
    let checkout = world.checkout();
    let april = April::of(world, &checkout);
    april.choose().await;
    checkout.part("retry").await;
    let said = checkout.text("notice").await;
    assert!(said.contains("could not be loaded"), "{said}");
    assert!(!checkout.shows("pay").await, "there is nothing to pay with yet");
    assert!(checkout.frame().await.is_none());
    assert_eq!(world.ledger("charge").await.len(), 0);

    mend().await;
    checkout.click("retry").await;
    april.form().sees("card-number").await;
    assert!(!checkout.shows("notice").await);
    april.pay_by(april::PAYS).await;
    checkout.wait_for(&["paid"]).await;
    expect_paid_once(world, &reference, 60_000).await;
    assert_eq!(world.payments(&reference).await.len(), 1, "a script that failed cost no attempt");
    assert_eq!(world.april_calls("script").await, 2, "it is loaded again when the buyer asks for it, and not before");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_is_refused_is_loaded_again() {
    journey("a_script_that_is_refused_is_loaded_again", async |world| {
        world.april_fault(json!({ "call": "script", "fault": "error_503", "times": 1 })).await;
        pay_after(world, async || {}).await;
        world.browser.expect_clean("a script that was refused").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_never_comes_is_given_up_and_loaded_again() {
    journey("a_script_that_never_comes_is_given_up_and_loaded_again", async |world| {
        world.april_settings(json!({ "script": "never" })).await;
        pay_after(world, async || world.april_settings(json!({ "script": "ok" })).await).await;
        world.browser.expect_clean("a script that did not come").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_throws_is_loaded_again() {
    journey("a_script_that_throws_is_loaded_again", async |world| {
        world.april_settings(json!({ "script": "throws" })).await;
        pay_after(world, async || world.april_settings(json!({ "script": "ok" })).await).await;
        // The browser tells a page no more than this of the errors of another origin's script.
        assert_eq!(world.browser.seen().await, ["error: Script error."], "nothing but the script's own error");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_is_some_other_page_is_loaded_again() {
    journey("a_script_that_is_some_other_page_is_loaded_again", async |world| {
        world.april_fault(json!({ "call": "script", "fault": "garbage", "times": 1 })).await;
        pay_after(world, async || {}).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_is_not_the_pinned_one_is_not_run() {
    let wishes = Wishes { pins_script: true, ..Wishes::default() };
    journey_with(wishes, "a_script_that_is_not_the_pinned_one_is_not_run", async |world| {
        world.april_settings(json!({ "script": "throws" })).await;
        pay_after(world, async || world.april_settings(json!({ "script": "ok" })).await).await;
        assert_eq!(world.browser.seen().await, Vec::<String>::new(), "it did not even get as far as to throw");
    })
    .await;
}
