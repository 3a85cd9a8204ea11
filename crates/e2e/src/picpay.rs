//! The PicPay wallet as a buyer meets it, and what the sandbox tells of it. Used by the journeys with one click.
//!
//! The ids are those of the sandbox's consent page, where the buyer stands in for a person with PicPay's app.

use crate::World;
use crate::browser::Browser;
use crate::checkout::Checkout;
use crate::page;
use serde_json::{Value, json};

/// BRL 60.00: one thermos flask.
pub const SIXTY: u64 = 6_000;

/// One checkout that is about to be paid from a wallet.
pub struct Wallet<'a> {
    browser: &'a Browser,
    checkout: &'a Checkout<'a>,
}

impl<'a> Wallet<'a> {
    /// The wallet in this checkout.
    #[must_use]
    pub fn of(world: &'a World, checkout: &'a Checkout<'a>) -> Self {
        Self { browser: &world.browser, checkout }
    }

    /// Picks PicPay, and leaves the button to be pressed.
    pub async fn choose(&self) {
        self.checkout.wait_for(&["choosing"]).await;
        let is_chosen = "return part('method-picpay_wallet')?.querySelector('input[type=radio]')?.checked === true";
        if self.checkout.eval(is_chosen, json!(null)).await != json!(true) {
            self.checkout.click("method-picpay_wallet").await;
        }
        self.checkout.part("pay").await;
    }

    /// Picks PicPay and presses the button; gives the address of the page where PicPay asks.
    pub async fn leave(&self) -> String {
        self.choose().await;
        self.checkout.click("pay").await;
        at_picpay(self.browser).await
    }

    /// The first time: consents at PicPay, and comes back to the shop.
    pub async fn connect(&self) {
        self.leave().await;
        decide(self.browser, true).await;
    }
}

/// Waits for PicPay's page, and gives its address.
pub async fn at_picpay(browser: &Browser) -> String {
    let address = browser.address("at PicPay", |url| url.contains("/picpay/oauth2/auth?")).await;
    browser.text("h1").await;
    address
}

/// Presses one of the two buttons of PicPay's page, and waits until the browser is somewhere else.
pub async fn decide(browser: &Browser, accepts: bool) {
    browser.click(if accepts { "#consent-accept" } else { "#consent-refuse" }).await;
    browser.address("back from PicPay", |url| !url.contains("/picpay/oauth2/")).await;
}

impl World {
    /// Opens the shop in English as Ana, and checks out for BRL 60.00. Gives the order's reference.
    pub async fn check_out_as_ana(&self) -> String {
        self.browser.open(&self.page("/?lang=en")).await;
        page::sign_in(&self.browser).await;
        page::put_in_cart(&self.browser, "flask").await;
        self.browser.click("#checkout").await;
        page::reference(&self.browser).await
    }

    /// PicPay's charges, with what came from balance and card, the newest first.
    pub async fn picpay_charges(&self) -> Vec<Value> {
        let list = self.sandbox.get("/_control/picpay/charges").await;
        list["data"].as_array().cloned().expect("a list")
    }

    /// How often PicPay heard this call.
    pub async fn picpay_calls(&self, call: &str) -> usize {
        let list = self.sandbox.get(&format!("/_control/picpay/calls?call={call}")).await;
        list["data"].as_array().expect("a list").len()
    }

    /// Scripts PicPay's next answers.
    pub async fn picpay_fault(&self, fault: Value) {
        self.sandbox.post("/_control/picpay/faults", fault).await;
    }

    /// Whether the server keeps a login of Ana's at PicPay, and whose account it is.
    pub async fn link_of_ana(&self) -> Option<String> {
        let (status, link) = self.server.look("/v1/buyers/ana/links/picpay").await;
        (status == 200).then(|| link["account"].as_str().unwrap_or_default().to_owned())
    }
}
