//! A declined card is said so, and another one is tried on the same attempt.

use super::expect_paid_once;
use umclique_e2e::april::{self, April};
use umclique_e2e::{journey, page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_decline_another_card_pays_the_same_attempt() {
    journey("after_a_decline_another_card_pays_the_same_attempt", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.pay_by(april::DECLINED).await;
        checkout.part("notice").await;
        assert_eq!(checkout.wait_for(&["token"]).await, "token", "the form is there for another card");
        let before = world.payments(&reference).await;
        assert_eq!((before.len(), &before[0]["status"]), (1, &"requires_action".into()), "{before:?}");
        assert_eq!(world.ledger("charge").await.len(), 0);

        april.form().sees("card-number").await;
        assert_eq!(april.form().text("card-number").await, "", "a fresh form: the other card's number is gone");
        april.pay_by(april::PAYS).await;
        checkout.wait_for(&["paid"]).await;
        let payment = expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(payment["id"], before[0]["id"]);
        let order = world.april_order(&payment).await;
        let tries: Vec<_> = order["transactions"].as_array().into_iter().flatten().map(|one| &one["status"]).collect();
        assert_eq!(tries, ["failed", "paid"], "{order:#}");
        page::event(&world.browser, "umclique-paid").await;
        world.browser.expect_clean("a decline").await;
    })
    .await;
}
