//! What a page's policy must allow for April, and no more: without a part of it the buyer reads why, and the page says so.

use serde_json::json;
use umclique_e2e::april::{April, BUYER};
use umclique_e2e::{journey, page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_names_no_script_host_loads_no_foreign_script() {
    journey("a_page_that_names_no_script_host_loads_no_foreign_script", async |world| {
        world.browser.open(&world.page("/?currency=AUD&lang=en")).await;
        world.browser.run("document.getElementById('element').removeAttribute('script-hosts')", vec![]).await;
        page::check_out(&world.browser, BUYER).await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.choose().await;
        checkout.part("notice").await;
        let scripts = "return document.querySelectorAll('script[src*=\"/april/\"]').length";
        assert_eq!(world.browser.run(scripts, vec![]).await, json!(0));
        assert_eq!(
            world.sandbox.get("/_control/april/calls?call=script").await["data"],
            json!([]),
            "it was not asked for"
        );

        let allow = "document.getElementById('element').setAttribute('script-hosts', arguments[0])";
        let host = world.sandbox_host();
        world.browser.run(allow, vec![json!(host)]).await;
        checkout.click("retry").await;
        april.form().sees("card-number").await;
        world.browser.expect_clean("hosts").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_policy_does_not_allow_april_the_buyer_reads_that_nothing_was_charged() {
    let name = "where_the_policy_does_not_allow_april_the_buyer_reads_that_nothing_was_charged";
    journey(name, async |world| {
        // An order in dollars on the page for reais, whose policy knows nothing of April.
        let cart = json!({ "items": [{ "id": "chair", "quantity": 2 }], "buyer": { "name": BUYER }, "locale": "en" });
        world.check_out_cart("?lang=en", cart).await;
        let allow = "document.getElementById('element').setAttribute('script-hosts', arguments[0])";
        world.browser.run(allow, vec![json!(world.sandbox_host())]).await;
        let checkout = world.checkout();
        April::of(world, &checkout).choose().await;
        let notice = checkout.part("notice").await.text().await.expect("a text");
        assert!(notice.contains("Nothing was charged"), "{notice}");
        let seen = world.browser.seen().await;
        assert!(
            !seen.is_empty() && seen.iter().all(|line| line.contains("script-src")),
            "the page says which: {seen:#?}"
        );
        checkout.click("leave").await;
        checkout.wait_for(&["choosing"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_frame_keeps_its_own_policy_and_the_page_keeps_its() {
    journey("the_frame_keeps_its_own_policy_and_the_page_keeps_its", async |world| {
        world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        assert_eq!(april.form().seen("checkout").await, "");
        // Another script's policy has no place on this page.
        let make = "try { trustedTypes.createPolicy('other', {}); return 'made'; } catch { return 'refused'; }";
        assert_eq!(world.browser.run(make, vec![]).await, json!("refused"));
        let seen = world.browser.seen().await;
        assert!(seen.iter().all(|line| line.contains("trusted-types")) && seen.len() == 1, "{seen:#?}");
    })
    .await;
}
