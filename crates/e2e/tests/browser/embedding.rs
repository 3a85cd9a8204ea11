//! The element in odd places: twice on a page, in shadow roots, with a server on another origin, and where it cannot start.

use serde_json::json;
use umclique_e2e::{Browser, Checkout, TAX_ID, journey, staged, until, views};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_elements_on_a_page_are_two_payments_that_do_not_disturb_each_other() {
    journey("two_elements_on_a_page_are_two_payments_that_do_not_disturb_each_other", async |world| {
        world.browser.open(&world.page("/two")).await;
        let (first, second) = (Checkout::nth(&world.browser, 0), Checkout::nth(&world.browser, 1));
        first.show_qr().await;
        assert_eq!(second.screen().await.as_deref(), Some("choosing"));
        second.show_qr().await;
        assert_ne!(first.qr().await, second.qr().await);
        let orders = world.browser.run("return umcliqueLab.orders.map((order) => order.reference)", vec![]).await;
        world.payer(orders[1].as_str().expect("a reference"), "pay").await;
        second.wait_for(&["paid"]).await;
        assert_eq!(first.screen().await.as_deref(), Some("qr"));
        world.payer(orders[0].as_str().expect("a reference"), "pay").await;
        first.wait_for(&["paid"]).await;
        world.axe.expect_nothing(&world.browser, "two elements").await;
        world.browser.expect_clean("two elements").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_element_works_inside_open_and_closed_shadow_roots() {
    journey("the_element_works_inside_open_and_closed_shadow_roots", async |world| {
        world.browser.open(&world.page("/nested")).await;
        for position in [0, 1] {
            let checkout = Checkout::nth(&world.browser, position);
            checkout.show_qr().await;
            let script = "return umcliqueLab.orders[arguments[0]].reference";
            let reference = world.browser.run(script, vec![json!(position)]).await;
            world.payer(reference.as_str().expect("a reference"), "pay").await;
            checkout.wait_for(&["paid"]).await;
        }
        world.browser.expect_clean("shadow roots").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_another_origin_is_used_where_it_allows_the_page() {
    journey("a_server_on_another_origin_is_used_where_it_allows_the_page", async |world| {
        let path = format!("/cross?server={}", world.server_url());
        world.browser.open(&world.page(&path)).await;
        let checkout = Checkout::nth(&world.browser, 0);
        checkout.show_qr().await;
        let reference = world.browser.run("return umcliqueLab.orders[0].reference", vec![]).await;
        world.payer(reference.as_str().expect("a reference"), "pay").await;
        checkout.wait_for(&["paid"]).await;
        world.browser.expect_clean("another origin").await;

        // The same page under a name that the server does not allow.
        world
            .browser
            .open(
                &world
                    .page(&path)
                    .replace("127.0.0.1", "localhost")
                    .replace("server=http://localhost", "server=http://127.0.0.1"),
            )
            .await;
        checkout.wait_for(&["problem"]).await;
        let code = world
            .browser
            .run("return umcliqueLab.events.find(({ type }) => type === 'umclique-error')?.detail.code", vec![]);
        assert_eq!(code.await, "network");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_without_webassembly_shows_the_fallback_and_says_why() {
    staged("a_policy_without_webassembly_shows_the_fallback_and_says_why", async |stage| {
        stage.say(views::choosing(&[]));
        stage.browser.open(&stage.page("/no-wasm")).await;
        let code = until("the page hears umclique-error", async || {
            let script = "return umcliqueLab.events.find(({ type }) => type === 'umclique-error')?.detail ?? null";
            Some(stage.browser.run(script, vec![]).await).filter(|detail| !detail.is_null())
        })
        .await;
        assert_eq!(code["code"], "csp-blocked", "{code}");
        assert!(code.to_string().contains("wasm-unsafe-eval"), "the word that is missing is named: {code}");
        let is_shown = "return umcliqueLab.elements[0].querySelector('.fallback').checkVisibility()";
        assert_eq!(stage.browser.run(is_shown, vec![]).await, json!(true));
    })
    .await;
}

/// Gives the page's element the session of a new order, as a shop does whose cart has changed.
async fn set_another_order(browser: &Browser) {
    let script = r#"const done = arguments[0];
        fetch("/shop/sessions", { method: "POST", headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ items: [{ id: "mug", quantity: 3 }], locale: "pt-BR" }) })
          .then((answer) => answer.json())
          .then(({ session, order }) => { document.getElementById("element").session = session; done(order.reference); }, (error) => done(String(error)));"#;
    let reference = browser.run_async(script, vec![]).await;
    assert!(reference.as_str().is_some_and(|reference| reference.starts_with("PED-")), "{reference}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_session_keeps_what_the_buyer_typed() {
    journey("another_session_keeps_what_the_buyer_typed", async |world| {
        world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.choose_qr().await;
        let total = checkout.text("total").await;
        set_another_order(&world.browser).await;
        until("the other order's total is shown", async || {
            Some(checkout.text("total").await).filter(|text| *text != total && text.contains("179,70"))
        })
        .await;
        assert_eq!(checkout.text("field-tax-id").await, TAX_ID);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_session_closes_the_old_ones_code() {
    journey("another_session_closes_the_old_ones_code", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.show_qr().await;
        set_another_order(&world.browser).await;
        checkout.wait_for(&["choosing"]).await;
        until("the old attempt is closed", async || {
            let payments = world.payments(&reference).await;
            (payments[0]["status"] == "canceled").then_some(())
        })
        .await;
        assert_eq!(world.provider_payments().await[0]["status"], "CANCELED");
    })
    .await;
}
