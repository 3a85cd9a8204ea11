//! A refund moves by the buyer's own login. Where that has ended, the shop reads what the refund waits for, and it goes through by itself
//! once the buyer has connected again.

use super::{connect_ana, expect_paid_once};
use serde_json::json;
use umclique_e2e::picpay::{self, Wallet};
use umclique_e2e::{Wishes, journey_with, page, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_without_a_login_waits_until_the_buyer_connects_again() {
    let name = "a_refund_without_a_login_waits_until_the_buyer_connects_again";
    journey_with(Wishes::wallet(), name, async |world| {
        let browser = &world.browser;
        let first = connect_ana(world).await;
        let checkout = world.checkout();
        let wallet = Wallet::of(world, &checkout);
        expect_paid_once(world, &first, "ana").await;

        assert!(world.sandbox.delete("/_control/picpay/links/ana").await, "the buyer takes the consent back");
        let order = format!(".order[data-reference='{first}']");
        browser.click(&format!("{order} [data-deed=refund]")).await;
        let why = until("the shop's page says what the refund waits for", async || {
            let said = browser.text(&format!("{order} .refunds")).await;
            said.split_once("pending: ").map(|(_, why)| why.to_owned())
        });
        assert!(why.await.contains("buyer"), "in words for a person");
        assert_eq!(world.ledger("refund").await.len(), 0);

        let second = page::check_out_again(browser).await;
        // The server knows by now that this takes more than one click.
        wallet.connect().await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &second, "ana").await;
        let order = world.webhook(&first, "refund.succeeded").await;
        assert_eq!(order["payments"][0]["refunded_minor"], json!(picpay::SIXTY), "{order:#}");
        assert_eq!(world.ledger("refund").await.len(), 1);
        browser.expect_clean("a refund that waited").await;
    })
    .await;
}
