//! One order is paid at most once, whatever is clicked, opened twice or lost. The sandbox's ledger has the last word.

use serde_json::json;
use umclique_e2e::{journey, page, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clicks_are_one_payment() {
    journey("many_clicks_are_one_payment", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.choose_qr().await;
        // Faster than any finger: twice before the page is drawn again, and a few times after.
        let clicks = "part('pay').click(); part('pay').click(); queueMicrotask(() => part('pay')?.click()); setTimeout(() => part('pay')?.click())";
        checkout.eval(clicks, json!(null)).await;
        checkout.wait_for(&["qr"]).await;
        assert_eq!(world.payments(&reference).await.len(), 1);
        assert_eq!(world.provider_payments().await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_are_one_payment() {
    journey("two_tabs_are_one_payment", async |world| {
        let browser = &world.browser;
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.choose_qr().await;
        let copy = browser.run("return Object.entries(sessionStorage)", vec![]).await;
        let first = browser.open_tab(&world.page("/")).await;
        browser.run("for (const [key, value] of arguments[0]) sessionStorage.setItem(key, value)", vec![copy]).await;
        browser.client.refresh().await.expect("a reload");
        assert_eq!(page::reference(browser).await, reference);
        checkout.choose_qr().await;
        // The second tab's request is on its way when the first one's leaves: the provider is slow.
        world.fault(json!({ "call": "create", "fault": "delay", "delay_ms": 1_500, "times": 1 })).await;
        checkout.click("pay").await;
        let second = browser.client.window().await.expect("a tab");
        browser.switch_to(first.clone()).await;
        checkout.click("pay").await;
        checkout.wait_for(&["qr"]).await;
        let code = checkout.qr().await;
        browser.switch_to(second.clone()).await;
        checkout.wait_for(&["qr"]).await;
        assert_eq!(checkout.qr().await, code, "both tabs show the same code");
        assert_eq!(world.provider_payments().await.len(), 1);

        world.payer(&reference, "pay").await;
        for tab in [first, second] {
            browser.switch_to(tab).await;
            checkout.wait_for(&["paid"]).await;
        }
        assert_eq!(world.ledger("charge").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_of_the_provider_charges_at_most_once() {
    journey("a_lost_answer_of_the_provider_charges_at_most_once", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        world.fault(json!({ "call": "create", "fault": "lost_reply", "times": 1 })).await;
        checkout.choose_qr().await;
        checkout.click("pay").await;
        // Confirming, waiting and closing all mean "do not pay again"; then the buyer may choose again, or has a code.
        let screen = checkout.wait_for(&["qr", "choosing"]).await;
        assert_eq!(screen, "choosing", "ePag tells the code only once, so a lost one is canceled");
        checkout.part("notice").await;
        checkout.show_qr().await;
        world.payer(&reference, "pay").await;
        checkout.wait_for(&["paid"]).await;
        let provider = world.provider_payments().await;
        let paid = provider.iter().filter(|payment| payment["status"] == "PAID").count();
        assert_eq!((provider.len(), paid), (2, 1), "the lost one was closed: {provider:?}");
        assert_eq!(world.ledger("charge").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_after_paying_shows_paid_once_it_is_back() {
    journey("a_connection_that_breaks_after_paying_shows_paid_once_it_is_back", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.show_qr().await;
        let offline = json!({ "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        world.browser.cdp("Network.enable", json!({})).await;
        world.browser.cdp("Network.emulateNetworkConditions", offline.clone()).await;
        world.payer(&reference, "pay").await;
        until("the server has the payment", async || {
            let payments = world.payments(&reference).await;
            (payments[0]["status"] == "succeeded").then_some(())
        })
        .await;
        assert_eq!(checkout.screen().await.as_deref(), Some("qr"), "nothing is called paid before the server says so");
        let mut online = offline;
        online["offline"] = json!(false);
        world.browser.cdp("Network.emulateNetworkConditions", online).await;
        checkout.wait_for(&["paid"]).await;
    })
    .await;
}
