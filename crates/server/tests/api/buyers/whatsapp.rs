//! What buyers do in their chats, and what goes wrong there and at the shop's own processor.

use super::{Dice, Door, Shopper, Way, picpay_wallet};
use crate::world::whatsapp::{DECLINED, PAYS};
use crate::world::{Opened, TAX_ID, World, key};
use reqwest::Method;
use serde_json::{Value, json};

/// Cards, by what becomes of them.
const CARDS: [&str; 3] = [PAYS, DECLINED, "card_pending"];

/// Refused credentials are not among them: they would take the method away from everybody for a minute.
pub(super) const FAULTS: [(&str, &str, &str); 26] = [
    ("whatsapp", "send", "lost_reply"),
    ("whatsapp", "send", "error_500"),
    ("whatsapp", "send", "error_500_executed"),
    ("whatsapp", "send", "pair_limited"),
    ("whatsapp", "send", "garbage"),
    ("whatsapp", "webhook", "lose"),
    ("whatsapp", "webhook", "duplicate"),
    ("whatsapp", "webhook", "reorder"),
    ("whatsapp", "webhook", "forge"),
    ("psp", "charge", "lost_reply"),
    ("psp", "charge", "reset"),
    ("psp", "charge", "garbage"),
    ("psp", "charge", "error_500"),
    ("psp", "charge", "error_500_executed"),
    ("psp", "charge", "error_502_executed"),
    ("psp", "charge", "error_503"),
    ("psp", "charge", "error_503_executed"),
    ("psp", "charge", "rate_limited"),
    ("psp", "find", "error_500"),
    ("psp", "find", "garbage"),
    ("psp", "capture", "lost_reply"),
    ("psp", "cancel", "lost_reply"),
    ("psp", "refund", "lost_reply"),
    ("psp", "refund", "error_500"),
    ("psp", "refund_query", "error_500"),
    ("psp", "webhook", "lose"),
];

impl World {
    /// The same world, with WhatsApp, in which everybody has a card of each kind.
    pub(crate) async fn with_random_chats(self) -> Self {
        let world = self.with_whatsapp().await;
        for (at, account) in picpay_wallet::ACCOUNTS.into_iter().enumerate() {
            for card in CARDS {
                world.store_card_of(Some(account), &format!("+551199999000{at}"), card).await;
            }
        }
        world
    }

    /// Somebody pays in the chat, whatever the dice said.
    pub(super) async fn pay_in_chat(&self, shoppers: &mut Vec<Shopper>) {
        let account = picpay_wallet::ACCOUNTS[0];
        let session = self.open(json!({"buyer": {"id": account}})).await;
        let seen = self.session(&session).await;
        let offers = seen["methods"].as_array().expect("a list");
        let offer = offers.iter().find(|offer| offer["kind"] == "whatsapp").expect("it is offered");
        let card = crate::world::text(&offer["saved"].as_array().and_then(|saved| saved.last()).expect("a card")["id"]);
        let asked = self.confirm_whatsapp(&session, &card).await;
        self.tap(&format!("{}.1", crate::world::text(&asked["attempt"]["id"])), json!({})).await;
        self.until(&session, "succeeded").await;
        shoppers.push(Shopper { session, way: Way::Whatsapp, account });
    }
}

impl Door {
    /// Presses pay, and then taps once or often, leaves for another way, or does both at once.
    pub(super) async fn go_as_far_as_the_chat_goes(&self, session: &Opened, dice: &mut Dice) {
        let base = format!("/v1/checkout_sessions/{}", session.id);
        let Some(seen) = self.read(&base, &session.secret).await else { return };
        let offers = seen["methods"].as_array().cloned().unwrap_or_default();
        let saved = offers.iter().find(|offer| offer["kind"] == "whatsapp").map(|offer| offer["saved"].clone());
        let cards = saved.and_then(|saved| saved.as_array().cloned()).unwrap_or_default();
        if !cards.is_empty() {
            // The newest is the one that stays pending, the oldest the one that pays: mostly that.
            let card = if dice.roll(3) > 0 { cards.last() } else { Some(dice.pick(&cards)) };
            let press = json!({"method": "whatsapp", "details": {"credential": card.map(|card| card["id"].clone())}});
            self.send(Method::POST, &format!("{base}/confirm"), &session.secret, &key(), &press).await;
        }
        let Some(seen) = self.read(&base, &session.secret).await else { return };
        let Some(attempt) = seen["attempt"]["id"].as_str() else { return };
        let how = json!({"times": 1 + dice.roll(3), "even_if_closed": dice.roll(2) == 0, "even_if_expired": true});
        let reference = format!("whatsapp/orders/{attempt}.1/tap");
        let tap = self.control(&reference, &how);
        match dice.roll(4) {
            0 => self.pay_another_way(session, attempt).await,
            1 => drop(tokio::join!(tap, self.pay_another_way(session, attempt))),
            _ => drop(tap.await),
        }
        self.settle_what_is_pending(attempt, dice).await;
    }

    /// Leaves the chat and asks for a QR code, which is paid at once.
    async fn pay_another_way(&self, session: &Opened, attempt: &str) {
        let base = format!("/v1/checkout_sessions/{}", session.id);
        let leave = json!({"attempt": attempt});
        self.send(Method::POST, &format!("{base}/cancel"), &session.secret, &key(), &leave).await;
        let press = json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}});
        self.send(Method::POST, &format!("{base}/confirm"), &session.secret, &key(), &press).await;
        self.pay_whatever_is_open(session).await;
    }

    /// The processor makes up its mind.
    async fn settle_what_is_pending(&self, attempt: &str, dice: &mut Dice) {
        let url = format!("{}/_control/psp/charges?reference={attempt}", self.sandbox);
        let Ok(answer) = self.http.get(url).send().await else { return };
        let list: Value = answer.json().await.unwrap_or_default();
        for charge in list["data"].as_array().cloned().unwrap_or_default() {
            if charge["status"] == "pending" {
                let path = format!("psp/charges/{}/settle", charge["id"].as_str().unwrap_or_default());
                self.control(&path, &json!({"outcome": *dice.pick(&["approved", "declined"])})).await;
            }
        }
    }
}
