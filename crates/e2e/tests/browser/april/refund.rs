//! The shop gives back a part, on its own page: AUD 450.00 of 600.00, and then no more than the rest.

use super::expect_paid_once;
use serde_json::json;
use umclique_e2e::april::{self, April};
use umclique_e2e::browser::Look;
use umclique_e2e::{World, journey, until};

/// Writes an amount into the shop's own page, and presses refund there.
async fn refund_on_the_shops_page(world: &World, amount: &str) {
    let field = until("the shop offers to refund a part", async || {
        world.browser.element("return document.querySelector('.order .part input')", vec![]).await
    });
    field.await.send_keys(amount).await.expect("the field takes text");
    let button = world.browser.element("return document.querySelector('[data-deed=refund_part]')", vec![]).await;
    button.expect("a button").click().await.expect("it can be clicked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shop_refunds_450_of_600_dollars() {
    journey("the_shop_refunds_450_of_600_dollars", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.pay_by(april::PAYS).await;
        checkout.wait_for(&["paid"]).await;
        let payment = expect_paid_once(world, &reference, 60_000).await;
        until("the shop offers to refund a part", async || {
            world.browser.element("return document.querySelector('.order .part input')", vec![]).await
        })
        .await;
        for width in [320, 768] {
            world.browser.look(Look { width, is_dark: false, is_phone: false }).await;
            world.browser.screenshot("screenshots", &format!("shop-refund-{width}")).await;
            world.axe.expect_nothing(&world.browser, &format!("the shop's refund, {width} px")).await;
        }

        refund_on_the_shops_page(world, "450.00").await;
        let order = world.webhook(&reference, "refund.succeeded").await;
        assert_eq!(order["payments"][0]["refunded_minor"], 45_000, "{order:#}");
        let refunds = world.ledger("refund").await;
        assert_eq!((refunds.len(), &refunds[0]["amount_minor"]), (1, &json!(45_000)), "{refunds:?}");
        until("the shop's page shows what was refunded", async || {
            let row = world.browser.run("return document.querySelector('.order').textContent", vec![]).await;
            row.as_str().is_some_and(|row| row.contains("A$450.00 refunded")).then_some(())
        })
        .await;
        let transaction = world.april_order(&payment).await["transactions"][0].clone();
        assert_eq!(
            (&transaction["status"], &transaction["refunded_minor"]),
            (&json!("partially_refunded"), &json!(45_000))
        );
        assert_eq!(
            checkout.screen().await.as_deref(),
            Some("paid"),
            "a refund does not undo the payment for the buyer"
        );

        refund_on_the_shops_page(world, "150.01").await;
        let said = until("the shop says that it is too much", async || {
            let said = world.browser.run("return document.querySelector('.order [role=status]').textContent", vec![]);
            said.await.as_str().filter(|said| !said.is_empty()).map(str::to_owned)
        });
        let said = said.await;
        assert!(said.contains("15000"), "it names the rest: {said}");
        assert_eq!(world.ledger("refund").await.len(), 1);
        world.browser.expect_clean("a refund").await;
    })
    .await;
}
