//! A wallet's button in April's frame makes a token by itself. The money moves when the buyer presses our button, and not before.

use super::expect_paid_once;
use umclique_e2e::april::April;
use umclique_e2e::{journey, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wallets_token_waits_for_the_buyers_press() {
    journey("a_wallets_token_waits_for_the_buyers_press", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.form().click("wallet-pay").await;
        until("the wallet is ready", async || (!april.form().text("notice").await.is_empty()).then_some(())).await;
        assert_eq!(world.april_calls("pay").await, 0, "the wallet's button places no order");
        assert_eq!(checkout.screen().await.as_deref(), Some("token"));

        checkout.click("pay").await;
        checkout.wait_for(&["paid"]).await;
        let payment = expect_paid_once(world, &reference, 60_000).await;
        let order = world.april_order(&payment).await;
        assert_eq!(order["transactions"][0]["kind"], "ApplePay", "{order:#}");
        world.browser.expect_clean("a wallet").await;
    })
    .await;
}
