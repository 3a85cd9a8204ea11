//! The whole way, in both editions: connect, pay, see where the money came from, pay again with one click, and get some of it back.

use super::{expect_charges, expect_paid_once};
use serde_json::json;
use umclique_e2e::picpay::Wallet;
use umclique_e2e::{Edition, Wishes, World, journey_with, page, until};

/// Gives back ten centavos on the shop's own page.
async fn refund_ten_centavos(world: &World, reference: &str) {
    let order = format!(".order[data-reference='{reference}']");
    until("the shop offers to refund a part", async || {
        let find = "return document.querySelector(arguments[0])";
        world.browser.element(find, vec![json!(format!("{order} .part input"))]).await?.send_keys("0.10").await.ok()
    })
    .await;
    world.browser.click(&format!("{order} [data-deed=refund_part]")).await;
    let known = world.webhook(reference, "refund.succeeded").await;
    assert_eq!(known["payments"][0]["refunded_minor"], 10, "{known:#}");
    until("the shop's page shows what was refunded", async || {
        world.browser.text(&order).await.contains("R$0.10 refunded").then_some(())
    })
    .await;
}

async fn connect_pay_again_and_refund(world: &World) {
    let first = world.check_out_as_ana().await;
    let checkout = world.checkout();
    let wallet = Wallet::of(world, &checkout);
    wallet.choose().await;
    checkout.says("pay", "PicPay").await;
    wallet.connect().await;
    // Nobody presses anything: what was begun before the consent finishes by itself.
    checkout.wait_for(&["paid"]).await;
    page::event(&world.browser, "umclique-paid").await;
    assert_eq!(page::reference(&world.browser).await, first);
    let address = world.browser.client.current_url().await.expect("an address");
    assert!(!address.as_str().contains("umclique_"), "what the browser brought is gone from the address: {address}");
    let charge = expect_paid_once(world, &first, "ana").await;
    assert_eq!(
        charge["funds"],
        json!({ "balance_minor": 1_900, "card_minor": 4_100 }),
        "19.00 of balance, 41.00 by card"
    );
    world.browser.expect_clean("coming back").await;

    let second = page::check_out_again(&world.browser).await;
    assert_ne!(second, first);
    wallet.choose().await;
    let row = checkout.text("method-picpay_wallet").await;
    assert!(row.contains("PicPay · a") && row.contains("@"), "the buyer sees which account pays: {row}");
    checkout.says("pay", "60.00").await;
    let before = world.picpay_calls("authorize").await;
    checkout.click("pay").await;
    checkout.wait_for(&["paid"]).await;
    assert_eq!(world.picpay_calls("authorize").await, before, "one click, and nobody went to PicPay");
    let charge = expect_paid_once(world, &second, "ana").await;
    assert_eq!(charge["funds"], json!({ "balance_minor": 0, "card_minor": 6_000 }), "the balance was used up");

    refund_ten_centavos(world, &second).await;
    let refunds = world.ledger("refund").await;
    assert_eq!((refunds.len(), &refunds[0]["amount_minor"]), (1, &json!(10)), "{refunds:#?}");
    assert_eq!(checkout.screen().await.as_deref(), Some("paid"));
    expect_charges(world, 2).await;
    world.browser.expect_clean("two orders and a refund").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_consents_once_and_then_pays_with_one_click() {
    let name = "a_buyer_consents_once_and_then_pays_with_one_click";
    journey_with(Wishes::wallet(), name, async |world| connect_pay_again_and_refund(world).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_consents_once_and_then_pays_with_one_click_in_the_older_edition() {
    let name = "a_buyer_consents_once_and_then_pays_with_one_click_in_the_older_edition";
    let wishes = Wishes { wallet: Some(Edition::Legacy), ..Wishes::default() };
    journey_with(wishes, name, async |world| connect_pay_again_and_refund(world).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_pays_by_wallet_and_nothing_is_kept() {
    let name = "a_guest_pays_by_wallet_and_nothing_is_kept";
    journey_with(Wishes::wallet(), name, async |world| {
        world.browser.open(&world.page("/?lang=en")).await;
        page::put_in_cart(&world.browser, "flask").await;
        let first = page::check_out(&world.browser, "Ana Souza").await;
        let checkout = world.checkout();
        let wallet = Wallet::of(world, &checkout);
        wallet.connect().await;
        checkout.wait_for(&["paid"]).await;
        expect_paid_once(world, &first, "ana").await;
        page::check_out_again(&world.browser).await;
        wallet.choose().await;
        assert!(!checkout.text("method-picpay_wallet").await.contains('@'), "nobody is remembered");
        assert!(!checkout.shows("other-account").await);
        assert_eq!(world.link_of_ana().await, None);
        world.browser.expect_clean("a guest").await;
    })
    .await;
}
