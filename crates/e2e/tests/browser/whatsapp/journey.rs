//! The whole way: a stored card, pay, the chat, paid; then the shop ships, completes, and gives the money back.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::whatsapp::{Chat, PAYS};
use umclique_e2e::{Wishes, journey_with, page, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_confirms_in_the_chat_and_the_shop_ships_completes_and_refunds() {
    let name = "a_buyer_confirms_in_the_chat_and_the_shop_ships_completes_and_refunds";
    journey_with(Wishes::whatsapp(), name, async |world| {
        let reference = world.check_out_with_cards("?lang=en", &[PAYS]).await;
        let checkout = world.checkout();
        checkout.choose_card(PAYS).await;
        let chat = Chat::open(world).await;
        checkout.click("pay").await;
        checkout.wait_for(&["await"]).await;
        assert!(checkout.eval("return card.textContent", json!(null)).await.to_string().contains(PAYS));
        let bubble = chat.says("Review and pay").await;
        assert!(bubble.contains("60,00") && bubble.contains("•••• 4242"), "amount and card: {bubble}");
        until("the shop's page says that the order was read", async || {
            checkout.text("waiting").await.to_lowercase().contains("read").then_some(())
        })
        .await;
        assert_eq!(world.ledger("charge").await.len(), 0, "an order charges nothing");

        chat.pay().await;
        checkout.wait_for(&["paid"]).await;
        page::event(&world.browser, "umclique-paid").await;
        let payment = expect_paid_once(world, &reference).await;
        chat.says("✓ Paid").await;

        for (deed, said) in [("shipped", "Shipped"), ("completed", "Completed")] {
            world.browser.click(&format!("[data-deed={deed}]")).await;
            chat.says(said).await;
        }
        let orders = world.chat_orders().await;
        assert_eq!((&orders[0]["status"], &orders[0]["payment"]), (&json!("completed"), &json!("captured")));

        world.browser.click("[data-deed=refund]").await;
        let order = world.webhook(&reference, "refund.succeeded").await;
        assert_eq!(order["payments"][0]["refunded_minor"], payment["captured_minor"], "{order:#}");
        let charges = world.psp_charges().await;
        assert_eq!((charges.len(), &charges[0]["refunded_minor"]), (1, &payment["captured_minor"]), "{charges:#?}");
        assert_eq!(world.ledger("refund").await.len(), 1);
        assert_eq!(checkout.screen().await.as_deref(), Some("paid"));
        world.browser.expect_clean("a whole order in WhatsApp").await;
    })
    .await;
}
