//! How webhooks are sent: verified first, signed over the very bytes, again until 200, doubled, reordered, batched, forged.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::{ANA, Letter, Shop, VERIFY_TOKEN, message, text, words};
use crate::taps::is_signed;

/// What became of the tries of one call, once there are `count`.
async fn lines(shop: &Shop, call: &str, count: usize) -> Vec<Value> {
    shop.lines(&format!("/whatsapp/calls?call={call}"), count).await
}

async fn write(shop: &Shop, body: &str) -> String {
    text(&shop.control("/whatsapp/buyers/5511999990000/text", &json!({ "body": body })).await["message_id"])
}

fn said(letter: &Letter) -> String {
    text(&message(letter)["text"]["body"])
}

#[tokio::test]
async fn nothing_is_sent_before_the_address_has_said_the_word() {
    let mut shop = Shop::unverified(&[], None).await;
    write(&shop, "um").await;
    let asked = lines(&shop, "verify", 1).await;
    assert_eq!(asked[0]["status"], 403);
    shop.advance(1).await;
    lines(&shop, "verify", 2).await;
    assert_eq!(shop.mailbox.waiting(), 0);
    assert_eq!(shop.control("/whatsapp/webhook/verify", &json!({})).await, json!({ "status": 403, "verified": false }));
    shop.trust(VERIFY_TOKEN);
    shop.advance(2).await;
    assert_eq!(said(&shop.mailbox.next().await), "um");
    let count = lines(&shop, "verify", 4).await.len();
    write(&shop, "dois").await;
    shop.mailbox.next().await;
    assert_eq!(lines(&shop, "verify", count).await.len(), count, "asked once");
    let wrong = shop.control("/whatsapp/webhook/verify", &json!({ "verify_token": "guess" })).await;
    assert_eq!(wrong, json!({ "status": 403, "verified": false }));
    shop.set(json!({ "verify_token": "another" })).await;
    write(&shop, "três").await;
    lines(&shop, "verify", count + 2).await;
    assert_eq!(shop.mailbox.waiting(), 0, "another word is another registration");
}

#[tokio::test]
async fn only_200_is_success_and_the_same_bytes_come_again_for_seven_days() {
    let mut shop = Shop::unverified(&[500, 201, 404], Some(VERIFY_TOKEN)).await;
    write(&shop, "um").await;
    let first = shop.mailbox.next().await;
    for (count, wait) in [(1, 1), (2, 2), (3, 4)] {
        lines(&shop, "webhook", count).await;
        shop.advance(wait).await;
        let again = shop.mailbox.next().await;
        assert_eq!(
            (&again.body, again.header("x-hub-signature-256")),
            (&first.body, first.header("x-hub-signature-256"))
        );
    }
    let tries = lines(&shop, "webhook", 4).await;
    let statuses: Vec<_> = tries.iter().map(|line| line["status"].clone()).collect();
    assert_eq!(statuses, [json!(500), json!(201), json!(404), json!(200)]);
}

#[tokio::test]
async fn a_deaf_shop_is_given_up_after_seven_days() {
    let mut shop = Shop::unverified(&[500; 100], Some(VERIFY_TOKEN)).await;
    shop.set(json!({ "webhook_first_retry_ms": 43_200_000, "webhook_max_retry_ms": 43_200_000 })).await;
    write(&shop, "um").await;
    for count in 1..=14 {
        shop.mailbox.next().await;
        lines(&shop, "webhook", count).await;
        shop.advance(43_200).await;
    }
    let last = lines(&shop, "webhook", 14).await.len();
    assert!((14..=15).contains(&last), "twice a day for seven days: {last}");
    shop.advance(43_200).await;
    assert!(lines(&shop, "webhook", 14).await.len() <= 15);
}

#[tokio::test]
async fn names_come_raw_and_escaped_and_the_signature_fits_either() {
    let mut shop = Shop::new().await;
    shop.control("/whatsapp/buyers/5511999990000", &json!({ "name": "João 🛒" })).await;
    for (escape, expected) in [(false, r#""name":"João 🛒""#), (true, r#""name":"Jo\u00e3o \ud83d\uded2""#)] {
        shop.set(json!({ "escape_unicode": escape })).await;
        write(&shop, "é").await;
        let letter = shop.mailbox.next().await;
        assert!(is_signed(&letter));
        assert!(String::from_utf8_lossy(&letter.body).contains(expected), "{letter:?}");
        assert_eq!(letter.body.is_ascii(), escape);
        assert_eq!(said(&letter), "é");
    }
}

#[tokio::test]
async fn webhooks_can_be_lost_doubled_reordered_and_forged() {
    let mut shop = Shop::new().await;
    shop.fault("webhook", "lose").await;
    write(&shop, "lost").await;
    shop.fault("webhook", "duplicate").await;
    let wamid = write(&shop, "twice").await;
    let (one, two) = (shop.mailbox.next().await, shop.mailbox.next().await);
    assert_eq!((&one.body, json!(wamid)), (&two.body, message(&two)["id"].clone()), "the same message id");
    let reorder = json!({ "call": "webhook", "fault": "reorder", "delay_ms": 60_000 });
    shop.control("/whatsapp/faults", &reorder).await;
    write(&shop, "first").await;
    write(&shop, "second").await;
    assert_eq!(said(&shop.mailbox.next().await), "second");
    assert_eq!(said(&shop.mailbox.next().await), "first");
    shop.fault("webhook", "forge").await;
    write(&shop, "true").await;
    let (forged, truth) = (shop.mailbox.next().await, shop.mailbox.next().await);
    assert_eq!((is_signed(&forged), is_signed(&truth)), (false, true));
}

#[tokio::test]
async fn batches_hold_up_to_a_thousand_updates_and_lose_none() {
    let mut shop = Shop::with_statuses().await;
    shop.set(json!({ "batch_size": 1000, "batch_wait_ms": 600_000 })).await;
    for _ in 0..333 {
        shop.accepted(&words(ANA)).await;
    }
    assert_eq!(shop.mailbox.waiting(), 0);
    let wamid = write(&shop, "o milésimo").await;
    let letter = shop.mailbox.next().await;
    assert!(is_signed(&letter));
    let body = letter.json();
    let (mut seen, mut messages) = (BTreeSet::new(), Vec::new());
    for entry in body["entry"].as_array().expect("entries") {
        for change in entry["changes"].as_array().expect("changes") {
            let list = |name: &str| change["value"][name].as_array().cloned().unwrap_or_default();
            seen.extend(list("statuses").iter().map(|status| (text(&status["id"]), text(&status["status"]))));
            messages.extend(list("messages"));
        }
    }
    assert_eq!((seen.len(), messages.len()), (999, 1));
    assert_eq!(messages[0]["id"], json!(wamid));
    assert!(letter.body.len() < 3_000_000);
}

#[tokio::test]
async fn a_batch_has_any_layout_and_goes_when_its_time_is_over() {
    let mut shop = Shop::new().await;
    for (shape, entries, changes) in [("mixed", 2, 3), ("entries", 4, 4), ("changes", 1, 4), ("values", 1, 1)] {
        shop.set(json!({ "batch_size": 10, "batch_shape": shape, "batch_wait_ms": 60_000 })).await;
        for index in 0..4 {
            write(&shop, &index.to_string()).await;
        }
        if shape == "mixed" {
            shop.advance(60).await;
        } else {
            assert_eq!(shop.control("/whatsapp/webhook/flush", &json!({})).await["updates"], 4);
        }
        let body = shop.mailbox.next().await.json();
        let all = body["entry"].as_array().expect("entries").clone();
        let of = |entry: &Value| entry["changes"].as_array().map_or(0, Vec::len);
        assert_eq!((all.len(), all.iter().map(of).sum::<usize>()), (entries, changes), "{shape}");
    }
    assert_eq!(shop.control("/whatsapp/webhook/flush", &json!({})).await["updates"], 0);
    assert_eq!(shop.try_control("/whatsapp/settings", &json!({ "batch_size": 1001 })).await.0, 400);
}

#[tokio::test]
async fn any_body_can_be_posted_signed_or_not_and_old_ones_again() {
    let mut shop = Shop::new().await;
    // Key order and spaces as they are.
    let raw = r#"{"b": 1, "a": "ç"}"#;
    assert_eq!(shop.control("/whatsapp/webhook/posts", &json!({ "body": raw })).await["status"], 200);
    let letter = shop.mailbox.next().await;
    assert_eq!((&letter.body[..], is_signed(&letter)), (raw.as_bytes(), true));
    shop.control("/whatsapp/webhook/posts", &json!({ "body": { "entry": [] }, "forge": "unsigned" })).await;
    assert!(!is_signed(&shop.mailbox.next().await));
    let wamid = write(&shop, "um").await;
    write(&shop, "dois").await;
    let first = shop.mailbox.next().await;
    shop.mailbox.next().await;
    assert_eq!(shop.control("/whatsapp/webhook/replay", &json!({ "contains": wamid })).await["status"], 200);
    assert_eq!(shop.mailbox.next().await.body, first.body);
    shop.control("/whatsapp/webhook/replay", &json!({})).await;
    assert_eq!(said(&shop.mailbox.next().await), "dois");
    assert_eq!(shop.try_control("/whatsapp/webhook/replay", &json!({ "contains": "never sent" })).await.0, 404);
}

#[tokio::test]
async fn without_an_address_nothing_is_sent_and_control_says_so() {
    let shop = Shop::new().await;
    shop.set(json!({ "webhook_url": null })).await;
    write(&shop, "um").await;
    assert_eq!(shop.try_control("/whatsapp/webhook/posts", &json!({ "body": {} })).await.0, 409);
    assert_eq!(shop.try_control("/whatsapp/webhook/verify", &json!({})).await.0, 409);
    assert_eq!(shop.try_control("/whatsapp/settings", &json!({ "webhook_url": "/hook" })).await.0, 400);
}
