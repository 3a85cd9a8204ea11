//! "Pay another way": the order in the chat is cancelled first, so that a late tap finds nothing to pay.

use serde_json::json;
use umclique_e2e::whatsapp::{Chat, PAYS};
use umclique_e2e::{Wishes, journey_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_was_left_cannot_be_paid_in_the_chat() {
    journey_with(Wishes::whatsapp(), "an_order_that_was_left_cannot_be_paid_in_the_chat", async |world| {
        let reference = world.check_out_with_cards("?lang=en", &[PAYS]).await;
        let checkout = world.checkout();
        let chat = Chat::open(world).await;
        checkout.send_order(PAYS).await;
        chat.says("Review and pay").await;
        checkout.click("leave").await;
        checkout.wait_for(&["choosing"]).await;
        checkout.show_qr().await;

        // A tap that was on its way when the order was left, and one of a phone that has not heard of it yet.
        let order = world.chat_orders().await.remove(0);
        let name = order["reference_id"].as_str().expect("a reference");
        let tap = json!({ "times": 2, "even_if_closed": true, "even_if_expired": true });
        world.sandbox.post(&format!("/_control/whatsapp/orders/{name}/tap"), tap).await;
        world.sandbox.post("/_control/whatsapp/webhook/flush", json!({})).await;
        chat.says("Canceled").await;
        assert_eq!(world.ledger("charge").await.len(), 0, "a late tap charges nothing");
        assert_eq!(world.psp_charges().await.len(), 0, "and was never sent to the card processor");

        world.payer(&reference, "pay").await;
        checkout.wait_for(&["paid"]).await;
        assert_eq!(world.ledger("charge").await.len(), 1);
        world.browser.expect_clean("an order that was left").await;
    })
    .await;
}
