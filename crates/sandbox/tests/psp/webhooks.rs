//! The processor's webhook: a signed signal on every change, tried again, spoilt on demand.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::common::{Letter, Shop, of_card, text};

/// The moment of the signature, if it is the processor's.
fn signed_at(letter: &Letter) -> Option<i64> {
    let header = letter.header("psp-signature")?;
    let (at, signature) = header.strip_prefix("t=")?.split_once(",v1=")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(b"psp_demo_webhook_secret").expect("any length");
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(&letter.body);
    let bytes: Option<Vec<u8>> =
        (0..32).map(|index| u8::from_str_radix(signature.get(2 * index..2 * index + 2)?, 16).ok()).collect();
    mac.verify_slice(&bytes?).ok()?;
    at.parse().ok()
}

/// What became of the tries, once there are `count`.
async fn tries(shop: &Shop, count: usize) -> Vec<Value> {
    shop.lines("/psp/calls?call=webhook", count).await
}

#[tokio::test]
async fn every_change_is_signalled_and_nothing_else_is_said() {
    let mut shop = Shop::hearing(&[]).await;
    let id = shop.authorized("A").await;
    let signal = json!({ "type": "charge.updated", "charge": id, "reference": "A" });
    let letter = shop.mailbox.next().await;
    assert!(signed_at(&letter).is_some());
    assert_eq!(letter.json(), signal);
    shop.post(&format!("/charges/{id}/capture"), "c", &json!({})).await;
    assert_eq!(shop.mailbox.next().await.json(), signal);
    let refund = json!({ "amount_minor": 1, "reference": "re_1" });
    let (_, refund) = shop.post(&format!("/charges/{id}/refunds"), "r", &refund).await;
    let told = shop.mailbox.next().await.json();
    assert_eq!(told, json!({ "type": "refund.updated", "charge": id, "refund": refund["id"], "reference": "A" }));
    let (_, pending) = shop.post("/charges", "p", &of_card("B", "card_pending")).await;
    shop.mailbox.next().await;
    let id = text(&pending["id"]);
    shop.control(&format!("/psp/charges/{id}/settle"), &json!({ "outcome": "declined" })).await;
    assert_eq!(shop.mailbox.next().await.json()["charge"], json!(id));
    shop.control(&format!("/psp/charges/{id}/webhook"), &json!({})).await;
    assert_eq!(shop.mailbox.next().await.json()["charge"], json!(id), "once more, by hand");
    let lapsing = shop.authorized("C").await;
    shop.mailbox.next().await;
    shop.advance(7 * 86_400 + 1).await;
    assert_eq!(shop.mailbox.next().await.json()["charge"], json!(lapsing));
}

#[tokio::test]
async fn a_deaf_shop_is_told_again_under_a_fresh_signature() {
    let mut shop = Shop::hearing(&[500, 500]).await;
    shop.captured("A").await;
    let first = shop.mailbox.next().await;
    let mut last = signed_at(&first).expect("signed");
    for (count, wait) in [(1, 2), (2, 4)] {
        tries(&shop, count).await;
        shop.advance(wait).await;
        let again = shop.mailbox.next().await;
        let at = signed_at(&again).expect("signed");
        assert!(again.body == first.body && at > last, "the same words, signed anew: {at} after {last}");
        last = at;
    }
    let statuses: Vec<_> = tries(&shop, 3).await.iter().map(|line| line["status"].clone()).collect();
    assert_eq!(statuses, [json!(500), json!(500), json!(200)]);
}

#[tokio::test]
async fn signals_can_be_lost_doubled_and_forged() {
    let mut shop = Shop::hearing(&[]).await;
    shop.fault("webhook", "lose").await;
    shop.captured("LOST").await;
    shop.fault("webhook", "duplicate").await;
    shop.captured("TWICE").await;
    let (one, two) = (shop.mailbox.next().await, shop.mailbox.next().await);
    assert_eq!((one.json()["reference"].clone(), one.body), (json!("TWICE"), two.body));
    shop.fault("webhook", "forge").await;
    shop.captured("FORGED").await;
    let (forged, truth) = (shop.mailbox.next().await, shop.mailbox.next().await);
    assert_eq!((signed_at(&forged).is_some(), signed_at(&truth).is_some()), (false, true));
    shop.set(json!({ "webhook_url": null })).await;
    shop.captured("SILENT").await;
    tries(&shop, 5).await;
    assert_eq!(shop.mailbox.waiting(), 0);
    assert_eq!(shop.try_control("/psp/settings", &json!({ "webhook_url": "/hook" })).await.0, 400);
}
