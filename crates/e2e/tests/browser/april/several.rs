//! April's frame several times: twice on a page, in two tabs, and for elements deep in shadow roots.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::april::{self, April};
use umclique_e2e::{Checkout, World, journey};

async fn reference_of(world: &World, position: usize) -> String {
    let reference = world.browser.run("return umcliqueLab.orders[arguments[0]].reference", vec![json!(position)]).await;
    reference.as_str().expect("a reference").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_elements_on_a_page_both_pay_by_card() {
    journey("two_elements_on_a_page_both_pay_by_card", async |world| {
        world.browser.open(&world.page("/two?currency=AUD&lang=en")).await;
        let checkouts = [Checkout::nth(&world.browser, 0), Checkout::nth(&world.browser, 1)];
        let [first, second] = &checkouts;
        April::of(world, first).open().await;
        April::of(world, second).open().await;
        April::of(world, first).type_card(april::ASKS).await;
        April::of(world, second).pay_by(april::PAYS).await;
        second.wait_for(&["paid"]).await;
        assert_eq!(first.screen().await.as_deref(), Some("token"), "the other one's payment is not this one's");
        first.click("pay").await;
        first.wait_for(&["challenge"]).await;
        April::of(world, first).bank().click("challenge-approve").await;
        first.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference_of(world, 0).await, 30_000).await;
        expect_paid_once(world, &reference_of(world, 1).await, 60_000).await;
        let scripts = "return document.querySelectorAll('script[src*=\"/april/\"]').length";
        assert_eq!(world.browser.run(scripts, vec![]).await, json!(1), "one script serves both");
        world.axe.expect_nothing(&world.browser, "two elements in dollars").await;
        world.browser.expect_clean("two elements in dollars").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_can_be_typed_where_the_element_is_inside_shadow_roots() {
    journey("a_card_can_be_typed_where_the_element_is_inside_shadow_roots", async |world| {
        world.browser.open(&world.page("/nested?currency=AUD&lang=en")).await;
        for (position, amount_minor) in [(0, 30_000), (1, 60_000)] {
            let checkout = Checkout::nth(&world.browser, position);
            let april = April::of(world, &checkout);
            april.open().await;
            april.pay_by(april::PAYS).await;
            checkout.wait_for(&["paid"]).await;
            expect_paid_once(world, &reference_of(world, position).await, amount_minor).await;
        }
        world.browser.expect_clean("shadow roots in dollars").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_with_two_cards_are_one_payment() {
    journey("two_tabs_with_two_cards_are_one_payment", async |world| {
        let browser = &world.browser;
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.type_card(april::PAYS).await;
        // This tab presses pay at the very moment in which the other one does.
        let listen = "const go = new BroadcastChannel('go'); go.onmessage = () => { part('pay').click(); go.close(); }";
        checkout.eval(listen, json!(null)).await;
        let copy = browser.run("return Object.entries(sessionStorage)", vec![]).await;
        let first = browser.open_tab(&world.page(&format!("/{}", april::PAGE))).await;
        browser.run("for (const [key, value] of arguments[0]) sessionStorage.setItem(key, value)", vec![copy]).await;
        browser.client.refresh().await.expect("a reload");
        checkout.wait_for(&["token"]).await;
        april.form().sees("card-number").await;
        april.type_card(april::PAYS).await;
        // April is slow, so both tokens are under way together.
        world.april_fault(json!({ "call": "pay", "fault": "delay", "delay_ms": 1_500, "times": 1 })).await;
        checkout.eval("new BroadcastChannel('go').postMessage('now'); part('pay').click()", json!(null)).await;
        let second = browser.client.window().await.expect("a tab");
        for tab in [first, second] {
            browser.switch_to(tab).await;
            checkout.wait_for(&["paid"]).await;
        }
        expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(world.ledger("charge").await.len(), 1);
        assert_eq!(world.april_calls("pay").await, 1, "the second token was never used");
    })
    .await;
}
