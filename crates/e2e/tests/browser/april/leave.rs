//! "Pay another way": the order at April is cancelled before anything else can be paid.

use super::expect_paid_once;
use umclique_e2e::april::{self, April};
use umclique_e2e::{World, journey};

/// Leaves, waits for the choice, and looks at what is left at April.
async fn leave(world: &World, reference: &str) {
    let checkout = world.checkout();
    let left = world.open_payment(reference).await;
    checkout.click("leave").await;
    checkout.wait_for(&["choosing"]).await;
    assert!(checkout.frame().await.is_none(), "the frame is gone");
    let order = world.april_order(&left).await;
    assert_eq!(order["status"], "cancelled", "{order:#}");
    assert_eq!(world.ledger("charge").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_pays_another_way_leaves_no_order_that_can_be_paid() {
    journey("who_pays_another_way_leaves_no_order_that_can_be_paid", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.type_card(april::PAYS).await;
        leave(world, &reference).await;

        // From the bank's challenge as well.
        april.open().await;
        april.pay_by(april::ASKS).await;
        checkout.wait_for(&["challenge"]).await;
        april.bank().sees("challenge-approve").await;
        leave(world, &reference).await;

        april.open().await;
        april.pay_by(april::PAYS).await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
        assert_eq!(world.payments(&reference).await.len(), 3);
        assert_eq!(world.ledger("charge").await.len(), 1);
        world.browser.expect_clean("leaving").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_time_is_up_the_form_goes_and_the_order_cannot_be_paid() {
    journey("when_the_time_is_up_the_form_goes_and_the_order_cannot_be_paid", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.type_card(april::PAYS).await;
        let left = world.open_payment(&reference).await;
        // No session lives longer than a week.
        world.advance_s(9 * 86_400).await;
        checkout.wait_for(&["expired"]).await;
        assert!(checkout.frame().await.is_none());
        assert_eq!(world.april_order(&left).await["status"], "cancelled");
        assert_eq!(world.ledger("charge").await.len(), 0);
    })
    .await;
}
