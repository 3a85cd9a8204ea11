//! Reloads, the back button, and a tap while nobody looks at the shop: one order in the chat, charged once.

use super::expect_paid_once;
use umclique_e2e::whatsapp::{Chat, PAYS};
use umclique_e2e::{Wishes, journey_with, page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_the_page_finds_the_same_order_and_then_the_result() {
    let name = "whoever_leaves_the_page_finds_the_same_order_and_then_the_result";
    journey_with(Wishes::whatsapp(), name, async |world| {
        let reference = world.check_out_with_cards("?lang=en", &[PAYS]).await;
        let checkout = world.checkout();
        let chat = Chat::open(world).await;
        checkout.send_order(PAYS).await;
        world.browser.client.refresh().await.expect("a reload");
        checkout.wait_for(&["await"]).await;
        assert_eq!(page::reference(&world.browser).await, reference);
        world.browser.open(&world.page("/bare")).await;
        chat.pay().await;
        world.webhook(&reference, "payment.succeeded").await;
        world.browser.client.back().await.expect("there is a page before this one");
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference).await;
        assert_eq!(world.chat_orders().await.len(), 1, "a reload sends no second order");
        world.browser.expect_clean("a reload").await;
    })
    .await;
}
