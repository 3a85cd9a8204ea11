//! The shop's stored cards: offered to their owner alone, and not after they were forgotten.

use serde_json::json;
use umclique_e2e::whatsapp::PAYS;
use umclique_e2e::{Wishes, journey_with, page, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stored_card_is_its_owners_and_a_forgotten_one_is_nobodys() {
    let name = "a_stored_card_is_its_owners_and_a_forgotten_one_is_nobodys";
    journey_with(Wishes::whatsapp(), name, async |world| {
        let browser = &world.browser;
        world.check_out_with_cards("?lang=en", &[PAYS]).await;
        let checkout = world.checkout();
        checkout.choose_card(PAYS).await;
        assert!(checkout.text("method-whatsapp").await.contains("WhatsApp · card •••• 4242"));
        for width in [320, 768] {
            let look = umclique_e2e::browser::Look { width, is_dark: false, is_phone: false };
            browser.look(look).await;
            browser.screenshot("screenshots", &format!("shop-cards-{width}")).await;
            world.axe.expect_nothing(browser, &format!("the shop's stored cards, {width} px")).await;
        }

        browser.click("[data-deed=sign-out]").await;
        browser.text("[data-deed=sign-in]").await;
        page::check_out_again(browser).await;
        checkout.wait_for(&["choosing"]).await;
        assert!(!checkout.shows("method-whatsapp").await, "a guest is offered nobody's card");

        page::sign_in(browser).await;
        browser.click("[data-card='4242'][data-deed=forget]").await;
        browser.text("[data-card='4242'][data-deed=store]").await;
        page::check_out_again(browser).await;
        checkout.wait_for(&["choosing"]).await;
        assert!(!checkout.shows("method-whatsapp").await, "a forgotten card is not offered");
        until("the shop says so", async || {
            let said = "return document.getElementById('card-said').textContent";
            browser.run(said, vec![]).await.as_str().map(|_| ())
        })
        .await;
        let stored = world.server.get("/v1/credentials?buyer=ana").await;
        assert_eq!(stored["data"], json!([]));
        browser.expect_clean("stored cards").await;
    })
    .await;
}
