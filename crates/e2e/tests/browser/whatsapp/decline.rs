//! A declined card: the buyer reads so in shop and chat, and pays another way; the chat cannot charge any more.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::whatsapp::{Chat, DECLINED, PAYS};
use umclique_e2e::{Wishes, journey_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_card_offers_another_method() {
    journey_with(Wishes::whatsapp(), "a_declined_card_offers_another_method", async |world| {
        let reference = world.check_out_with_cards("?lang=en", &[DECLINED]).await;
        let checkout = world.checkout();
        checkout.send_order(DECLINED).await;
        let chat = Chat::open(world).await;
        chat.pay().await;
        checkout.wait_for(&["choosing"]).await;
        let notice = checkout.part("notice").await.text().await.expect("a text");
        assert!(notice.contains("not approved") && notice.contains("othing was charged"), "{notice}");
        chat.says("Payment failed").await;
        assert_eq!(world.ledger("charge").await.len(), 0);

        checkout.show_qr().await;
        world.payer(&reference, "pay").await;
        checkout.wait_for(&["paid"]).await;
        let order = world.webhook(&reference, "payment.succeeded").await;
        let paid = order["payments"].as_array().into_iter().flatten().find(|payment| payment["status"] == "succeeded");
        assert_eq!(paid.map(|payment| &payment["method"]), Some(&json!("picpay_qr")), "{order:#}");
        assert_eq!(world.ledger("charge").await.len(), 1);
        world.browser.expect_clean("a declined card").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_decline_another_card_is_confirmed_in_the_same_chat() {
    let name = "after_a_decline_another_card_is_confirmed_in_the_same_chat";
    journey_with(Wishes::whatsapp(), name, async |world| {
        let reference = world.check_out_with_cards("?lang=en", &[PAYS, DECLINED]).await;
        let checkout = world.checkout();
        let chat = Chat::open(world).await;
        checkout.send_order(DECLINED).await;
        chat.pay().await;
        checkout.wait_for(&["choosing"]).await;
        checkout.send_order(PAYS).await;
        chat.says("•••• 4242").await;
        chat.pay().await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference).await;
        chat.says("✓ Paid").await;
        assert_eq!(world.ledger("charge").await.len(), 1);
        world.browser.expect_clean("two cards").await;
    })
    .await;
}
