//! The PicPay wallet: consent once at PicPay's page, and then one click. Every way a payment goes there, in a real browser, with the
//! sandbox's wallet and ledger as the witnesses.

mod account;
mod elsewhere;
mod journey;
mod lapsed;
mod refund;
mod refuse;
mod reload;
mod screens;
mod slow;

use serde_json::{Value, json};
use umclique_e2e::World;
use umclique_e2e::picpay::{SIXTY, Wallet};

/// Ana's first order is paid, and her account is connected from then on. Gives the order's reference.
async fn connect_ana(world: &World) -> String {
    let reference = world.check_out_as_ana().await;
    let checkout = world.checkout();
    Wallet::of(world, &checkout).connect().await;
    checkout.wait_for(&["paid"]).await;
    reference
}

/// Ana goes to PicPay's page, and comes back by the browser's button. Gives the order's reference, and the page's address.
async fn go_and_come_back(world: &World) -> (String, String) {
    let reference = world.check_out_as_ana().await;
    let checkout = world.checkout();
    let asked = Wallet::of(world, &checkout).leave().await;
    world.browser.client.back().await.expect("there is a page before this one");
    checkout.wait_for(&["redirect"]).await;
    (reference, asked)
}

/// The order is paid, once, and PicPay took BRL 60.00 of this wallet for it. Gives PicPay's charge.
async fn expect_paid_once(world: &World, reference: &str, buyer: &str) -> Value {
    world.webhook(reference, "payment.succeeded").await;
    let payments = world.payments(reference).await;
    let paid: Vec<&Value> = payments.iter().filter(|payment| payment["status"] == "succeeded").collect();
    assert_eq!(paid.len(), 1, "{payments:?}");
    assert_eq!((&paid[0]["method"], &paid[0]["captured_minor"]), (&json!("picpay_wallet"), &json!(SIXTY)));
    // The older edition knows no reference of ours, so the payment names the charge, and not the other way round.
    let charges = world.picpay_charges().await;
    let name = &paid[0]["provider_reference"];
    let charge =
        charges.iter().find(|charge| charge["transaction_id"] == *name).expect("PicPay knows the charge").clone();
    assert_eq!((&charge["buyer"], &charge["value_minor"]), (&json!(buyer), &json!(SIXTY)), "{charge:#}");
    charge
}

/// How much has moved in all, and how often.
async fn expect_charges(world: &World, times: usize) {
    let charges = world.ledger("charge").await;
    assert_eq!(charges.len(), times, "{charges:#?}");
    assert!(charges.iter().all(|charge| charge["amount_minor"] == json!(SIXTY)), "{charges:#?}");
}
