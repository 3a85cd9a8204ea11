//! "Use another account": the next payment asks PicPay again, and then that account is the one that is kept.

use super::{connect_ana, expect_charges, expect_paid_once};
use serde_json::json;
use umclique_e2e::picpay::{self, Wallet};
use umclique_e2e::{Wishes, journey_with, page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_account_pays_and_is_the_one_that_is_kept() {
    journey_with(Wishes::wallet(), "another_account_pays_and_is_the_one_that_is_kept", async |world| {
        let first = connect_ana(world).await;
        let checkout = world.checkout();
        let wallet = Wallet::of(world, &checkout);
        expect_paid_once(world, &first, "ana").await;
        let account = world.link_of_ana().await.expect("the login is kept");

        // Somebody else uses PicPay on this device by now.
        world.sandbox.post("/_control/picpay/settings", json!({ "consent_screen": "always" })).await;
        let second = page::check_out_again(&world.browser).await;
        wallet.choose().await;
        checkout.click("other-account").await;
        // This press leads to PicPay, and pays nothing yet.
        checkout.says("pay", "Continue to PicPay").await;
        checkout.click("pay").await;
        picpay::at_picpay(&world.browser).await;
        world.browser.run("document.getElementById('consent-buyer').value = 'bruno'", vec![]).await;
        picpay::decide(&world.browser, true).await;
        checkout.wait_for(&["paid"]).await;
        let charge = expect_paid_once(world, &second, "bruno").await;
        assert_eq!(charge["funds"], json!({ "balance_minor": 6_000, "card_minor": 0 }));
        let other = world.link_of_ana().await.expect("the login is kept");
        assert_ne!(other, account);

        let third = page::check_out_again(&world.browser).await;
        wallet.choose().await;
        assert!(checkout.text("method-picpay_wallet").await.contains(&other));
        checkout.click("pay").await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &third, "bruno").await;
        expect_charges(world, 3).await;
        world.browser.expect_clean("another account").await;
    })
    .await;
}
