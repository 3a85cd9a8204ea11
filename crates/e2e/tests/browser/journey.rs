//! Whole journeys of one buyer: from the cart to money that moved, and back.

use serde_json::json;
use umclique_e2e::{World, journey, page, until};

/// Pays the code of this text on the sandbox's buyer page, in a tab of its own, and comes back.
async fn pay_on_the_buyer_page(world: &World, code: &str) {
    let browser = &world.browser;
    let shop = browser.open_tab(&world.buyer_page()).await;
    let field = browser.element("return document.getElementById('code')", vec![]).await.expect("a field");
    field.send_keys(code).await.expect("the field takes text");
    let find = browser.element("return document.getElementById('find')", vec![]).await.expect("a button");
    find.click().await.expect("it can be clicked");
    until("the buyer page pays the code", async || {
        // The list is drawn anew at times; a button that is gone is looked for again.
        let button = browser.element("return document.querySelector('#payments button[data-pay]')", vec![]).await;
        if let Some(button) = button {
            let _ = button.click().await;
        }
        let done = browser.run("return document.querySelectorAll('#done li').length", vec![]).await;
        done.as_u64().filter(|done| *done > 0)
    })
    .await;
    browser.switch_to(shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_pays_a_code_and_the_shop_gives_the_money_back() {
    journey("a_buyer_pays_a_code_and_the_shop_gives_the_money_back", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.show_qr().await;
        let code = checkout.text("copy-text").await;
        assert!(!code.is_empty(), "the code can be copied");
        assert_eq!(world.ledger("charge").await, Vec::<serde_json::Value>::new(), "nobody has paid yet");

        pay_on_the_buyer_page(world, &code).await;
        checkout.wait_for(&["paid"]).await;
        page::event(&world.browser, "umclique-paid").await;
        let charges = world.ledger("charge").await;
        assert_eq!((charges.len(), &charges[0]["amount_minor"]), (1, &json!(12_345)), "{charges:?}");

        let order = world.webhook(&reference, "payment.succeeded").await;
        assert_eq!(order["payments"][0]["status"], "succeeded", "{order}");
        let refund = until("the shop offers a refund", async || {
            world.browser.element("return document.querySelector('[data-deed=refund]')", vec![]).await
        });
        refund.await.click().await.expect("it can be clicked");
        let order = world.webhook(&reference, "refund.succeeded").await;
        assert_eq!(order["payments"][0]["refunded_minor"], 12_345, "{order}");
        assert_eq!(world.ledger("refund").await.len(), 1);
        assert_eq!(
            checkout.screen().await.as_deref(),
            Some("paid"),
            "a refund does not undo the payment for the buyer"
        );
        world.browser.expect_clean("the whole journey").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_means_declined_leads_back_to_choosing() {
    journey("a_name_that_means_declined_leads_back_to_choosing", async |world| {
        let reference = world.check_out("?lang=en", "DECLINED Souza").await;
        let checkout = world.checkout();
        checkout.choose_qr().await;
        checkout.click("pay").await;
        checkout.part("notice").await;
        assert_eq!(checkout.screen().await.as_deref(), Some("choosing"));
        page::event(&world.browser, "umclique-failed").await;
        let order = world.webhook(&reference, "payment.failed").await;
        assert_eq!(order["payments"][0]["status"], "failed", "{order}");
        assert_eq!(world.ledger("charge").await.len(), 0);
        world.browser.expect_clean("a decline").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_decline_the_second_try_is_paid() {
    journey("after_a_decline_the_second_try_is_paid", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.show_qr().await;
        world.payer(&reference, "decline").await;
        checkout.part("notice").await;
        checkout.show_qr().await;
        world.payer(&reference, "pay").await;
        checkout.wait_for(&["paid"]).await;
        world.webhook(&reference, "payment.succeeded").await;
        let payments = world.payments(&reference).await;
        assert_eq!(payments.len(), 2, "{payments:?}");
        assert_eq!(world.ledger("charge").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_shows_the_same_code_of_the_same_attempt() {
    journey("a_reload_shows_the_same_code_of_the_same_attempt", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.show_qr().await;
        let (code, payment) = (checkout.qr().await, world.open_payment(&reference).await);
        world.browser.client.refresh().await.expect("a reload");
        checkout.wait_for(&["qr"]).await;
        assert_eq!(page::reference(&world.browser).await, reference);
        assert_eq!(checkout.qr().await, code);
        let payments = world.payments(&reference).await;
        assert_eq!((payments.len(), &payments[0]["id"]), (1, &payment["id"]), "{payments:?}");

        world.payer(&reference, "pay").await;
        checkout.wait_for(&["paid"]).await;
        world.browser.client.refresh().await.expect("a reload");
        checkout.wait_for(&["paid"]).await;
        assert_eq!(world.ledger("charge").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_was_left_cannot_be_paid_and_another_one_can() {
    journey("a_code_that_was_left_cannot_be_paid_and_another_one_can", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.show_qr().await;
        let left = world.open_payment(&reference).await;
        checkout.click("leave").await;
        checkout.wait_for(&["choosing"]).await;
        let token = left["provider_reference"].as_str().expect("a token");
        let at_provider = world.provider_payment(token).await;
        assert_eq!(at_provider["status"], "CANCELED", "{at_provider}");

        checkout.show_qr().await;
        let second = world.open_payment(&reference).await;
        assert_ne!(second["id"], left["id"]);
        world.payer(&reference, "pay").await;
        checkout.wait_for(&["paid"]).await;
        assert_eq!(world.ledger("charge").await.len(), 1);
        world.browser.expect_clean("leaving").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_the_provider_ended_makes_room_for_another_in_the_same_order() {
    journey("a_code_that_the_provider_ended_makes_room_for_another_in_the_same_order", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.show_qr().await;
        let first = world.open_payment(&reference).await;
        world.payer(&reference, "expire").await;
        checkout.part("notice").await;
        checkout.show_qr().await;
        let second = world.open_payment(&reference).await;
        assert_ne!(second["id"], first["id"]);
        world.payer(&reference, "pay").await;
        checkout.wait_for(&["paid"]).await;
        assert_eq!(world.ledger("charge").await.len(), 1);
        world.webhook(&reference, "payment.succeeded").await;
        world.browser.expect_clean("a code that the provider ended").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_time_is_up_code_and_session_end_unpaid() {
    journey("when_the_time_is_up_code_and_session_end_unpaid", async |world| {
        let reference = world.check_out("", "Ana Souza").await;
        let checkout = world.checkout();
        checkout.show_qr().await;
        let payment = world.open_payment(&reference).await;
        // No session lives longer than a week, and no code longer than its session's last day.
        world.advance_s(9 * 86_400).await;
        checkout.wait_for(&["expired"]).await;
        let token = payment["provider_reference"].as_str().expect("a token");
        assert_eq!(world.provider_payment(token).await["status"], "CANCELED");
        assert_eq!(world.ledger("charge").await.len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reserved_money_is_taken_by_the_shop() {
    journey("reserved_money_is_taken_by_the_shop", async |world| {
        let reference = world.check_out_for(json!({ "capture": "manual" })).await;
        let checkout = world.checkout();
        checkout.show_qr().await;
        world.payer(&reference, "pay").await;
        checkout.wait_for(&["authorized"]).await;
        world.webhook(&reference, "payment.requires_capture").await;
        let capture = until("the shop offers to capture", async || {
            world.browser.element("return document.querySelector('[data-deed=capture]')", vec![]).await
        });
        capture.await.click().await.expect("it can be clicked");
        let order = world.webhook(&reference, "payment.succeeded").await;
        assert_eq!(order["payments"][0]["captured_minor"], 12_345, "{order}");
        assert_eq!(world.ledger("capture").await.len(), 1);
    })
    .await;
}
