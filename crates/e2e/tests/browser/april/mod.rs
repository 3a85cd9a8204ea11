//! Cards and instalments through April's own frame: every way a payment goes there, in a real browser, with the sandbox's ledger as
//! the witness.

mod card;
mod challenge;
mod decline;
mod instalments;
mod leave;
mod lost;
mod policy;
mod refund;
mod reload;
mod remove;
mod screens;
mod script;
mod several;
mod strict_mode;
mod token;
mod wallet;

use serde_json::Value;
use umclique_e2e::World;

/// The order is paid, and there is one payment with one charge of this many cents at April. Gives the payment.
async fn expect_paid_once(world: &World, reference: &str, amount_minor: u64) -> Value {
    world.webhook(reference, "payment.succeeded").await;
    let payments = world.payments(reference).await;
    let paid: Vec<&Value> = payments.iter().filter(|payment| payment["status"] == "succeeded").collect();
    assert_eq!(paid.len(), 1, "{payments:?}");
    assert_eq!(paid[0]["captured_minor"], amount_minor, "{payments:?}");
    let charges = world.ledger("charge").await;
    let charged: Vec<&Value> = charges.iter().filter(|charge| charge["reference"] == paid[0]["id"]).collect();
    assert_eq!(charged.len(), 1, "{charges:?}");
    assert_eq!((&charged[0]["amount_minor"], &charged[0]["currency"]), (&amount_minor.into(), &"AUD".into()));
    paid[0].clone()
}
