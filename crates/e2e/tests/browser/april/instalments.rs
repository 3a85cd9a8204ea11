//! Payment in instalments: the buyer proves who they are to April, chooses a plan, and the shop gets the whole amount.

use super::expect_paid_once;
use umclique_e2e::april::{self, April};
use umclique_e2e::journey;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_pays_in_instalments() {
    journey("a_buyer_pays_in_instalments", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.type_instalments(april::PAYS).await;
        assert_eq!(april.form().text("plan-email").await, "bo@example.com", "what the shop knows is not asked again");
        checkout.click("pay").await;
        checkout.wait_for(&["paid"]).await;
        let payment = expect_paid_once(world, &reference, 60_000).await;
        let order = world.april_order(&payment).await;
        assert_eq!(order["transactions"][0]["kind"], "PayPlan", "{order:#}");
        world.browser.expect_clean("instalments").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_said_by_the_form_and_asked_for_again() {
    journey("what_is_missing_is_said_by_the_form_and_asked_for_again", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        // April's form tells the page of its fields' errors, as some versions of it do.
        world.april_settings(serde_json::json!({ "report_field_errors": true })).await;
        april.open().await;
        april.type_instalments(april::PAYS).await;
        april.form().click("plan-terms").await;
        checkout.click("pay").await;
        checkout.part("notice").await;
        assert_eq!(checkout.screen().await.as_deref(), Some("token"));
        assert!(!april.form().text("plan-terms-error").await.is_empty());
        assert_eq!(april.form().text("plan-code").await, "123456", "what was typed is still there");

        april.form().click("plan-terms").await;
        checkout.click("pay").await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, 60_000).await;
    })
    .await;
}
