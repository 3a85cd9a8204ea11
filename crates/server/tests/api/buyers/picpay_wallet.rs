//! What buyers do at PicPay, and what goes wrong there.

use super::{Dice, Door};
use crate::world::picpay::{NONCE, parameter};
use crate::world::{Opened, World, key};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Url};
use serde_json::{Value, json};
use std::time::Duration;
use umclique_server::keys::sha256_hex;

/// Accounts at PicPay, and the shop's own ids of their owners.
pub(super) const ACCOUNTS: [&str; 4] = ["wallet-0", "wallet-1", "wallet-2", "wallet-3"];

pub(super) const FAULTS: [(&str, &str); 28] = [
    ("token", "lost_reply"),
    ("token", "error_500"),
    ("refresh", "lost_reply"),
    ("refresh", "error_503"),
    ("userinfo", "error_500"),
    ("charge", "lost_reply"),
    ("charge", "error_500"),
    ("charge", "error_500_executed"),
    ("charge", "error_503"),
    ("charge", "reset"),
    ("charge", "garbage"),
    ("charge", "rate_limited"),
    ("charge", "unauthorized"),
    ("charge", "still_processing"),
    ("charge", "still_processing_executed"),
    ("charge", "timeout"),
    ("charge", "timeout_executed"),
    ("charge", "late_success"),
    ("charge", "late_success"),
    ("capture", "lost_reply"),
    ("capture", "error_500"),
    ("cancel", "lost_reply"),
    ("refund", "lost_reply"),
    ("refund", "error_500"),
    ("refund", "still_processing_executed"),
    ("query", "error_500"),
    ("query", "unauthorized"),
    ("query", "unknown_status"),
];

/// What PicPay gave back by itself because it came too late, by our reference: its ledger has a charge and a refund of it, and
/// the books have neither, because nobody was ever told that it was paid.
pub(super) async fn undone(world: &World) -> Vec<(String, u64)> {
    let url = format!("{}/_control/picpay/charges?limit=1000", world.sandbox.url());
    let all = crate::world::ok(world.http.get(url).send().await).await;
    let mut undone = Vec::new();
    for charge in all["data"].as_array().expect("a list") {
        let refunds = charge["refunds"].as_array().expect("a list").iter();
        let late = refunds.filter(|refund| refund["by"] == "picpay");
        let reference = || charge["reference_id"].as_str().expect("ours").to_owned();
        undone.extend(late.map(|refund| (reference(), refund["value_minor"].as_u64().expect("an amount"))));
    }
    eprintln!("{} late successes were undone by PicPay", undone.len());
    undone
}

impl World {
    /// A world with the wallet, whose buyers have enough, and whose logins outlive the test's leaps in time. Their access
    /// tokens do not.
    pub(crate) async fn with_random_wallets(self) -> Self {
        let world = self.with_wallet().await;
        // And whose PicPay loses its patience while its callers still wait, or soon afterwards.
        let settings = json!({"refresh_life_s": 90_000_000, "timeout_ms": 800, "late_success_after_ms": 500});
        world.control("picpay/settings", settings).await;
        for account in ACCOUNTS {
            world.control(&format!("picpay/buyers/{account}"), json!({"balance_minor": 900_000_000})).await;
        }
        world
    }
}

impl Door {
    /// Presses pay, consents where that is asked for, comes back, and pays; some do everything twice.
    pub(super) async fn go_as_far_as_the_wallet_goes(&self, session: &Opened, account: &str, dice: &mut Dice) {
        let base = format!("/v1/checkout_sessions/{}", session.id);
        let details = if dice.roll(4) == 0 { json!({}) } else { json!({"nonce_sha256": sha256_hex(NONCE)}) };
        let press = json!({"method": "picpay_wallet", "details": details});
        self.send(Method::POST, &format!("{base}/confirm"), &session.secret, &key(), &press).await;
        let Some(seen) = self.read(&base, &session.secret).await else { return };
        let Some(url) = seen["next_action"]["url"].as_str() else { return };
        let wish = json!({"authorize_url": url, "user": account, "accept": dice.roll(8) > 0});
        let Some(decided) = self.control("picpay/consent", &wish).await else { return };
        let Some(code) = self.come_back(decided["redirect_to"].as_str().unwrap_or_default()).await else { return };
        if dice.roll(8) == 0 {
            // Leaves the tab.
            return;
        }
        let attempt = &seen["attempt"];
        let answer: Value =
            json!({"attempt": attempt["id"], "round": attempt["round"], "return_code": code, "nonce": NONCE});
        let (path, first, second) = (format!("{base}/resume"), key(), key());
        let one = self.send(Method::POST, &path, &session.secret, &first, &answer);
        match dice.roll(4) {
            0 => drop(one.await),
            1 => drop(tokio::join!(one, self.send(Method::POST, &path, &session.secret, &second, &answer))),
            // The app has opened another browser; some press twice there, and some go on in the first one, too.
            2 => drop(tokio::join!(self.press_the_page(&base, &code), self.press_the_page(&base, &code))),
            _ => drop(tokio::join!(one, self.press_the_page(&base, &code))),
        }
    }

    /// The button of the server's own page.
    async fn press_the_page(&self, base: &str, code: &str) {
        let form = [("umclique_return", code)];
        let request = self.http.post(format!("{}{base}/return", self.server)).form(&form);
        drop(request.timeout(Duration::from_secs(15)).send().await);
    }

    /// The browser that PicPay sends back, as far as the shop's address.
    async fn come_back(&self, address: &str) -> Option<String> {
        let url = Url::parse(address).ok()?;
        let browser = Client::builder().no_proxy().redirect(Policy::none()).build().ok()?;
        let here = format!("{}{}?{}", self.server, url.path(), url.query()?);
        let answer = browser.get(here).send().await.ok()?;
        let shop = Url::parse(answer.headers().get("location")?.to_str().ok()?).ok()?;
        parameter(&shop, "umclique_return")
    }
}
