//! What buyers do in April's frame, and what goes wrong at April.

use super::{Dice, Door};
use crate::world::april::{CHALLENGED, CHALLENGED_TWICE, DECLINED, PAYS, PROCESSING_ERROR, STOLEN, challenge_of};
use crate::world::{Opened, key};
use reqwest::Method;
use serde_json::{Value, json};

const CARDS: [&str; 8] = [PAYS, PAYS, PAYS, CHALLENGED, CHALLENGED_TWICE, DECLINED, STOLEN, PROCESSING_ERROR];

/// Refused credentials are not among them: they would take the method away from everybody for a minute.
pub(super) const FAULTS: [(&str, &str); 24] = [
    ("create", "lost_reply"),
    ("create", "error_500"),
    ("create", "garbage"),
    ("pay", "lost_reply"),
    ("pay", "error_500_executed"),
    ("pay", "error_503_executed"),
    ("pay", "error_503"),
    ("pay", "reset"),
    ("pay", "garbage"),
    ("pay", "rate_limited"),
    ("pay", "wrong_amount"),
    ("pay", "unknown_status"),
    ("confirm", "lost_reply"),
    ("confirm", "error_500"),
    ("confirm", "error_500_executed"),
    ("query", "error_500"),
    ("transaction_query", "error_503"),
    ("cancel", "lost_reply"),
    ("cancel", "error_500"),
    ("capture", "lost_reply"),
    ("refund", "lost_reply"),
    ("refund", "error_500"),
    ("refund_query", "error_500"),
    ("webhook", "lose"),
];

impl Door {
    /// The buyer types a card, or does something in the challenge; some press twice.
    pub(super) async fn answer_whatever_is_asked(&self, session: &Opened, dice: &mut Dice) {
        let base = format!("/v1/checkout_sessions/{}", session.id);
        let Some(seen) = self.read(&base, &session.secret).await else { return };
        let asked = match seen["next_action"]["type"].as_str() {
            Some("collect_token") => self.token(&seen, dice).await,
            Some("challenge") => {
                let act = *dice.pick(&["approve", "approve", "approve", "fail", "close"]);
                self.control(&format!("april/challenges/{}/{act}", challenge_of(&seen)), &json!({})).await;
                Some(json!({"challenge": *dice.pick(&["done", "done", "failed"])}))
            }
            _ => None,
        };
        let Some(mut answer) = asked else { return };
        answer["attempt"] = seen["attempt"]["id"].clone();
        answer["round"] = seen["attempt"]["round"].clone();
        let path = format!("{base}/resume");
        let (first, second) = (key(), key());
        match dice.roll(3) {
            0 => drop(self.send(Method::POST, &path, &session.secret, &first, &answer).await),
            // The same press again, as after a lost answer.
            1 => {
                self.send(Method::POST, &path, &session.secret, &first, &answer).await;
                self.send(Method::POST, &path, &session.secret, &first, &answer).await;
            }
            // Two pages at once, with a token each.
            _ => {
                let mut other = answer.clone();
                if let Some(token) = self.token(&seen, dice).await.filter(|_| answer["token"].is_string()) {
                    other["token"] = token["token"].clone();
                }
                let one = self.send(Method::POST, &path, &session.secret, &first, &answer);
                tokio::join!(one, self.send(Method::POST, &path, &session.secret, &second, &other));
            }
        }
    }

    async fn token(&self, seen: &Value, dice: &mut Dice) -> Option<Value> {
        let kind = *dice.pick(&["Card", "Card", "PayPlan"]);
        let wish =
            json!({"card": *dice.pick(&CARDS), "amount_minor": seen["amount_minor"], "currency": "AUD", "kind": kind});
        let made = self.control("april/tokens", &wish).await?;
        Some(json!({"token": made["token"], "kind": kind}))
    }
}
