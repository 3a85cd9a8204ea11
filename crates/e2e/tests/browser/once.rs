//! One order is paid at most once, whatever is clicked, opened twice or lost. The sandbox's ledger has the last word.

use serde_json::json;
use umclique_e2e::stage::Reply;
use umclique_e2e::{journey, page, staged, until, views};
use umclique_wire::{AttemptStatus, SessionStatus};

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
        // This tab presses pay at the very moment in which the other one does.
        let listen = "const go = new BroadcastChannel('go'); go.onmessage = () => { part('pay').click(); go.close(); }";
        checkout.eval(listen, json!(null)).await;
        let copy = browser.run("return Object.entries(sessionStorage)", vec![]).await;
        let first = browser.open_tab(&world.page("/")).await;
        browser.run("for (const [key, value] of arguments[0]) sessionStorage.setItem(key, value)", vec![copy]).await;
        browser.client.refresh().await.expect("a reload");
        assert_eq!(page::reference(browser).await, reference);
        checkout.choose_qr().await;
        // The provider is slow, so both requests are under way together.
        world.fault(json!({ "call": "create", "fault": "delay", "delay_ms": 1_500, "times": 1 })).await;
        let press = "new BroadcastChannel('go').postMessage('now'); part('pay').click()";
        checkout.eval(press, json!(null)).await;
        let second = browser.client.window().await.expect("a tab");
        browser.switch_to(first.clone()).await;
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
async fn a_stream_that_breaks_is_replaced_by_asking_and_nothing_is_called_paid_meanwhile() {
    let name = "a_stream_that_breaks_is_replaced_by_asking_and_nothing_is_called_paid_meanwhile";
    staged(name, async |stage| {
        stage.say(views::qr());
        stage.check_out("").await;
        let checkout = stage.checkout();
        checkout.wait_for(&["qr"]).await;
        for broken in [Reply::Garbage, Reply::Problem(502, "bad_gateway"), Reply::Problem(429, "too_many_requests")] {
            stage.answer(broken);
            let asked = stage.asked();
            until("the element asks again", async || (stage.asked() > asked).then_some(())).await;
            assert_eq!(checkout.screen().await.as_deref(), Some("qr"));
        }
        stage.say(views::ended(SessionStatus::Succeeded, AttemptStatus::Succeeded));
        checkout.wait_for(&["paid"]).await;
        page::event(&stage.browser, "umclique-paid").await;
    })
    .await;
}
