//! April as a buyer meets it, and what the sandbox tells of it. Used by the journeys in Australian dollars.
//!
//! The ids are those of the sandbox's frame. Card data is typed there and nowhere else.

use crate::World;
use crate::checkout::Checkout;
use crate::frame::Frame;
use serde_json::{Value, json};

/// A card that pays.
pub const PAYS: &str = "4242424242424242";
/// A card whose bank asks once.
pub const ASKS: &str = "4000000000003220";
/// A card whose bank asks twice.
pub const ASKS_TWICE: &str = "4000000000003246";
/// A card that is declined.
pub const DECLINED: &str = "4000000000000002";

/// The shop's page in Australian dollars.
pub const PAGE: &str = "?currency=AUD&lang=en";
/// The buyer whom the shop knows there.
pub const BUYER: &str = "Bo Test";

/// One checkout that is about to be paid through April.
pub struct April<'a> {
    world: &'a World,
    checkout: &'a Checkout<'a>,
}

impl<'a> April<'a> {
    /// April in this checkout.
    #[must_use]
    pub fn of(world: &'a World, checkout: &'a Checkout<'a>) -> Self {
        Self { world, checkout }
    }

    /// April's own form.
    #[must_use]
    pub fn form(&self) -> Frame<'a> {
        Frame::of(&self.world.browser, self.checkout, &[])
    }

    /// The bank's page, which April's frame holds.
    #[must_use]
    pub fn bank(&self) -> Frame<'a> {
        Frame::of(&self.world.browser, self.checkout, &["#challenge iframe"])
    }

    /// Picks card or instalments, and goes on to April's form.
    pub async fn choose(&self) {
        self.checkout.wait_for(&["choosing"]).await;
        let is_chosen = "return part('method-april')?.querySelector('input[type=radio]')?.checked === true";
        if self.checkout.eval(is_chosen, json!(null)).await != json!(true) {
            self.checkout.click("method-april").await;
        }
        self.checkout.click("pay").await;
        self.checkout.wait_for(&["token"]).await;
    }

    /// The same, and waits for the form itself.
    pub async fn open(&self) {
        self.choose().await;
        self.form().sees("card-number").await;
    }

    /// Types a card.
    pub async fn type_card(&self, number: &str) {
        let form = self.form();
        for (field, text) in [("card-number", number), ("card-expiry", "1239"), ("card-cvc", "123")] {
            form.fill(field, text).await;
        }
    }

    /// Types a card and presses our pay button.
    pub async fn pay_by(&self, number: &str) {
        self.type_card(number).await;
        self.checkout.click("pay").await;
    }

    /// Fills in everything that instalments ask of somebody whom April does not know.
    pub async fn type_instalments(&self, number: &str) {
        let form = self.form();
        form.click("tab-payplan").await;
        self.type_card(number).await;
        form.fill("plan-code", "123456").await;
        form.fill("plan-address", "1 Test St, Perth").await;
        // How a date is typed depends on the system's language.
        form.run("plan-birth-date", "arguments[0].value = arguments[1]", "1990-01-02").await;
        form.click("plan-terms").await;
    }
}

impl World {
    /// Opens the shop in Australian dollars and checks out: two chairs, AUD 600.00. Gives the order's reference.
    pub async fn check_out_in_dollars(&self) -> String {
        self.check_out(PAGE, BUYER).await
    }

    /// April's orders, with everything that happened to them, the newest first.
    pub async fn april_orders(&self) -> Vec<Value> {
        let list = self.sandbox.get("/_control/april/orders").await;
        list["data"].as_array().cloned().expect("a list")
    }

    /// The order that stands for this payment at April.
    pub async fn april_order(&self, payment: &Value) -> Value {
        let orders = self.april_orders().await;
        let found = orders.into_iter().find(|order| order["reference"] == payment["id"]);
        found.unwrap_or_else(|| panic!("April has no order for {payment}"))
    }

    /// How often April heard this call.
    pub async fn april_calls(&self, call: &str) -> usize {
        let list = self.sandbox.get(&format!("/_control/april/calls?call={call}")).await;
        list["data"].as_array().expect("a list").len()
    }

    /// Scripts April's next answers.
    pub async fn april_fault(&self, fault: Value) {
        self.sandbox.post("/_control/april/faults", fault).await;
    }

    /// Changes how April behaves.
    pub async fn april_settings(&self, settings: Value) {
        self.sandbox.post("/_control/april/settings", settings).await;
    }
}
