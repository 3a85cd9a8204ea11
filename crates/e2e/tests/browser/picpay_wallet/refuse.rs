//! Whoever refuses at PicPay is back at the choice, reads that nothing was charged, and may pay another way or change their mind.

use super::{expect_charges, expect_paid_once};
use umclique_e2e::picpay::{self, Wallet};
use umclique_e2e::{Edition, Wishes, World, journey_with, page};

async fn refuse_and_think_again(world: &World) {
    let reference = world.check_out_as_ana().await;
    let checkout = world.checkout();
    let wallet = Wallet::of(world, &checkout);
    wallet.leave().await;
    picpay::decide(&world.browser, false).await;
    checkout.wait_for(&["choosing"]).await;
    let notice = checkout.part("notice").await.text().await.expect("a text");
    assert!(notice.contains("othing was charged"), "{notice}");
    assert_eq!(page::reference(&world.browser).await, reference);
    expect_charges(world, 0).await;
    assert_eq!(world.link_of_ana().await, None);
    let payments = world.payments(&reference).await;
    assert!(payments.iter().all(|payment| payment["status"] != "requires_action"), "{payments:#?}");
    world.browser.expect_clean("a refusal").await;

    wallet.connect().await;
    checkout.wait_for(&["paid"]).await;
    expect_paid_once(world, &reference, "ana").await;
    expect_charges(world, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_refuses_at_picpay_chooses_again_and_was_charged_nothing() {
    let name = "who_refuses_at_picpay_chooses_again_and_was_charged_nothing";
    journey_with(Wishes::wallet(), name, async |world| refuse_and_think_again(world).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_refuses_at_picpay_chooses_again_in_the_older_edition() {
    let name = "who_refuses_at_picpay_chooses_again_in_the_older_edition";
    let wishes = Wishes { wallet: Some(Edition::Legacy), ..Wishes::default() };
    journey_with(wishes, name, async |world| refuse_and_think_again(world).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_refuses_at_picpay_can_pay_by_code() {
    journey_with(Wishes::wallet(), "who_refuses_at_picpay_can_pay_by_code", async |world| {
        let reference = world.check_out_as_ana().await;
        let checkout = world.checkout();
        Wallet::of(world, &checkout).leave().await;
        picpay::decide(&world.browser, false).await;
        checkout.show_qr().await;
        world.payer(&reference, "pay").await;
        checkout.wait_for(&["paid"]).await;
        expect_charges(world, 1).await;
        assert_eq!(world.picpay_charges().await.len(), 0);
    })
    .await;
}
