//! A card that pays at once: the token is used once, nothing of the card is in the page, and the buyer sees that it is paid.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::april::{self, April};
use umclique_e2e::{journey, page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_pays_by_card() {
    journey("a_buyer_pays_by_card", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        assert!(checkout.text("total").await.contains("600.00"), "the buyer sees what is paid");
        april.type_card(april::PAYS).await;
        assert_eq!(world.ledger("charge").await.len(), 0, "typing pays nothing");
        checkout.click("pay").await;
        checkout.wait_for(&["paid"]).await;
        page::event(&world.browser, "umclique-paid").await;

        let payment = expect_paid_once(world, &reference, 60_000).await;
        let order = world.april_order(&payment).await;
        assert_eq!((&order["status"], &order["amount_minor"]), (&json!("paid"), &json!(60_000)), "{order:#}");
        assert_eq!(order["transactions"].as_array().map(Vec::len), Some(1), "{order:#}");
        assert_eq!(order["transactions"][0]["token_state"], "used", "{order:#}");
        assert_eq!(payment["provider_reference"], order["order_id"], "April's panel finds it by this name");

        assert!(checkout.frame().await.is_none(), "the frame goes with the screen that needed it");
        world.browser.expect_clean("a card").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_on_a_card_is_reserved_and_taken_by_the_shop() {
    journey("money_on_a_card_is_reserved_and_taken_by_the_shop", async |world| {
        let cart =
            json!({ "items": [{ "id": "chair", "quantity": 2 }], "buyer": { "name": "Bo Test" }, "capture": "manual" });
        let reference = world.check_out_cart(april::PAGE, cart).await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.pay_by(april::PAYS).await;
        checkout.wait_for(&["authorized"]).await;
        let order = world.webhook(&reference, "payment.requires_capture").await;
        assert_eq!(world.ledger("charge").await.len(), 0);
        let url = format!("/shop/orders/{}/capture", order["reference"].as_str().expect("a reference"));
        world.shop.post(&url, json!({})).await;
        let order = world.webhook(&reference, "payment.succeeded").await;
        assert_eq!(order["payments"][0]["captured_minor"], 60_000, "{order:#}");
        let captures = world.ledger("capture").await;
        assert_eq!((captures.len(), &captures[0]["amount_minor"]), (1, &json!(60_000)), "{captures:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_presses_are_one_token_and_one_payment() {
    journey("many_presses_are_one_token_and_one_payment", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.type_card(april::PAYS).await;
        // Faster than any finger: twice before the page is drawn again, and a few times after.
        let presses = "part('pay').click(); part('pay').click(); queueMicrotask(() => part('pay')?.click()); setTimeout(() => part('pay')?.click())";
        checkout.eval(presses, json!(null)).await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(world.april_calls("pay").await, 1);
    })
    .await;
}
