//! Two browsers: a consent that ends in another browser than it began in is paid only by a button that says what it pays, and a
//! consent that somebody was talked into charges and links nobody.

use super::{expect_charges, expect_paid_once, go_and_come_back};
use crate::looks;
use umclique_e2e::picpay::{self, Wallet};
use umclique_e2e::{Wishes, journey_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_return_in_another_browser_pays_by_its_own_button_and_the_first_one_follows() {
    let name = "a_return_in_another_browser_pays_by_its_own_button_and_the_first_one_follows";
    journey_with(Wishes::wallet(), name, async |world| {
        // This browser goes back to the shop, and waits there.
        let (reference, asked) = go_and_come_back(world).await;
        let checkout = world.checkout();
        world
            .in_another_browser(name, async |browser| {
                browser.open(&asked).await;
                picpay::decide(browser, true).await;
                browser.address("on the server's page", |url| url.contains("/return?umclique_return=")).await;
                let said = browser.text("main").await;
                for what in ["Loja Exemplo", "60.00", "@"] {
                    assert!(said.contains(what), "it says {what}: {said}");
                }
                assert!(!said.contains("ana@"), "the account is masked: {said}");
                expect_charges(world, 0).await;
                assert_eq!(world.link_of_ana().await, None);
                looks::judge(world, browser, "wallet-elsewhere").await;
                browser.click("main button").await;
                world.webhook(&reference, "payment.succeeded").await;
            })
            .await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &reference, "ana").await;
        expect_charges(world, 1).await;
        assert_eq!(world.link_of_ana().await, None, "who pays there is not known to be Ana");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forwarded_address_of_picpays_page_charges_and_links_nobody() {
    let name = "a_forwarded_address_of_picpays_page_charges_and_links_nobody";
    journey_with(Wishes::wallet(), name, async |world| {
        let reference = world.check_out_as_ana().await;
        let checkout = world.checkout();
        let asked = Wallet::of(world, &checkout).leave().await;
        world
            .in_another_browser(name, async |victim| {
                victim.open(&asked).await;
                victim.run("document.getElementById('consent-buyer').value = 'bruno'", vec![]).await;
                picpay::decide(victim, true).await;
                victim.address("somewhere of the shop's", |url| url.contains("umclique_return=")).await;
            })
            .await;
        expect_charges(world, 0).await;
        assert_eq!(world.link_of_ana().await, None, "nobody's wallet is kept for Ana");
        // Whoever sent the address along still cannot use what came back elsewhere.
        world.browser.client.back().await.expect("there is a page before this one");
        assert_ne!(checkout.wait_for(&["redirect", "choosing", "paid"]).await, "paid");
        world.browser.client.refresh().await.expect("a reload");
        assert_ne!(checkout.wait_for(&["redirect", "choosing", "paid"]).await, "paid");
        expect_charges(world, 0).await;
        assert_eq!(world.link_of_ana().await, None);
        let payments = world.payments(&reference).await;
        assert!(payments.iter().all(|payment| payment["captured_minor"] == 0), "{payments:#?}");
    })
    .await;
}
