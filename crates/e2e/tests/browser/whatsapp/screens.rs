//! Every state of a payment that is confirmed in WhatsApp, against the real server, in both languages and themes: axe finds nothing,
//! the policy blocks nothing, nothing is wider than a small phone, and a picture is kept for people in `target/screenshots`.

use crate::looks;
use umclique_e2e::whatsapp::{Chat, DECLINED, PAYS};
use umclique_e2e::{Wishes, World, journey_with};

async fn walk(world: &World, lang: &str) {
    let look = async |name: &str| looks::judge(world, &world.browser, &format!("whatsapp-{name}-{lang}")).await;
    world.check_out_with_cards(&format!("?lang={lang}"), &[PAYS, DECLINED]).await;
    let checkout = world.checkout();
    checkout.choose_card(DECLINED).await;
    look("choosing").await;
    checkout.click("pay").await;
    checkout.wait_for(&["await"]).await;
    look("await").await;
    let chat = Chat::open(world).await;
    chat.pay().await;
    checkout.wait_for(&["choosing"]).await;
    checkout.part("notice").await;
    look("declined").await;
    checkout.send_order(PAYS).await;
    chat.says("•••• 4242").await;
    chat.pay().await;
    checkout.wait_for(&["paid"]).await;
    look("paid").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_a_payment_in_a_chat_is_accessible_and_within_the_policy_in_english() {
    let name = "every_state_of_a_payment_in_a_chat_is_accessible_and_within_the_policy_in_english";
    journey_with(Wishes::whatsapp(), name, async |world| walk(world, "en").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_a_payment_in_a_chat_is_accessible_and_within_the_policy_in_portuguese() {
    let name = "every_state_of_a_payment_in_a_chat_is_accessible_and_within_the_policy_in_portuguese";
    journey_with(Wishes::whatsapp(), name, async |world| walk(world, "pt-BR").await).await;
}
