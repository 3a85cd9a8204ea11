//! A token that is no good any more when it is used: the buyer is told that nothing was charged, and gives the card again.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::april::{self, April};
use umclique_e2e::journey;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_token_leads_back_to_the_form() {
    journey("an_expired_token_leads_back_to_the_form", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        world.april_settings(json!({ "token_life_s": 0 })).await;
        april.pay_by(april::PAYS).await;
        checkout.part("notice").await;
        checkout.wait_for(&["token"]).await;
        assert_eq!(world.ledger("charge").await.len(), 0);

        world.april_settings(json!({ "token_life_s": 600 })).await;
        april.form().sees("card-number").await;
        april.pay_by(april::PAYS).await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(world.payments(&reference).await.len(), 1, "on the same attempt");
        world.browser.expect_clean("an expired token").await;
    })
    .await;
}
