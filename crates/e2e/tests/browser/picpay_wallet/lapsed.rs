//! A login that has ended: the buyer is asked to connect again, and never sees an error page.

use super::{connect_ana, expect_charges, expect_paid_once};
use serde_json::json;
use umclique_e2e::picpay::{self, Wallet};
use umclique_e2e::{Wishes, journey_with, page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_has_ended_asks_to_connect_again() {
    journey_with(Wishes::wallet(), "a_login_that_has_ended_asks_to_connect_again", async |world| {
        connect_ana(world).await;
        let checkout = world.checkout();
        let wallet = Wallet::of(world, &checkout);

        // The buyer takes the consent back in PicPay's app. Only PicPay knows, so the shop still offers one click.
        let second = page::check_out_again(&world.browser).await;
        wallet.choose().await;
        let gone = world.sandbox.delete("/_control/picpay/links/ana").await;
        assert!(gone, "there was a consent to take back");
        checkout.click("pay").await;
        assert_ne!(checkout.wait_for(&["redirect", "choosing", "paid"]).await, "paid");
        expect_charges(world, 1).await;
        checkout.click("pay").await;
        picpay::at_picpay(&world.browser).await;
        picpay::decide(&world.browser, true).await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &second, "ana").await;
        expect_charges(world, 2).await;
        world.browser.expect_clean("a login that has ended").await;

        // From here on it is one click again.
        page::check_out_again(&world.browser).await;
        wallet.choose().await;
        let row = checkout.eval("return part('method-picpay_wallet').textContent", json!(null)).await;
        assert!(row.as_str().is_some_and(|row| row.contains('@')), "{row}");
        checkout.click("pay").await;
        checkout.wait_for(&["paid"]).await;
        expect_charges(world, 3).await;
    })
    .await;
}
