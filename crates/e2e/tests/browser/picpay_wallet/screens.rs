//! Every state of a payment from a wallet against the real server, in both languages and themes: axe finds nothing, the policy blocks
//! nothing, nothing is wider than a small phone, and a picture is kept for people in `target/screenshots`.

use crate::looks;
use umclique_e2e::picpay::{self, Wallet};
use umclique_e2e::{Wishes, World, journey_with, page};

async fn walk(world: &World, lang: &str) {
    let browser = &world.browser;
    let look = async |name: &str| looks::judge(world, browser, &format!("wallet-{name}-{lang}")).await;
    browser.open(&world.page(&format!("/?lang={lang}"))).await;
    page::sign_in(browser).await;
    page::put_in_cart(browser, "flask").await;
    browser.click("#checkout").await;
    let checkout = world.checkout();
    let wallet = Wallet::of(world, &checkout);
    wallet.choose().await;
    look("choosing").await;
    wallet.leave().await;
    browser.client.back().await.expect("there is a page before this one");
    checkout.wait_for(&["redirect"]).await;
    look("redirect").await;
    checkout.click("pay").await;
    picpay::at_picpay(browser).await;
    picpay::decide(browser, false).await;
    checkout.wait_for(&["choosing"]).await;
    checkout.part("notice").await;
    look("refused").await;
    wallet.connect().await;
    checkout.wait_for(&["paid"]).await;
    look("paid").await;
    page::check_out_again(browser).await;
    wallet.choose().await;
    look("connected").await;
    checkout.click("other-account").await;
    look("other-account").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_a_wallet_payment_is_accessible_and_within_the_policy_in_english() {
    let name = "every_state_of_a_wallet_payment_is_accessible_and_within_the_policy_in_english";
    journey_with(Wishes::wallet(), name, async |world| walk(world, "en").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_a_wallet_payment_is_accessible_and_within_the_policy_in_portuguese() {
    let name = "every_state_of_a_wallet_payment_is_accessible_and_within_the_policy_in_portuguese";
    journey_with(Wishes::wallet(), name, async |world| walk(world, "pt-BR").await).await;
}
