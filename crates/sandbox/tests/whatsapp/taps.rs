//! The buyer taps *Send payment*: once, twice, late, with the wrong card, from the wrong phone, without a phone, forged.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use crate::common::{APP_SECRET, Letter, Shop, contact, message, payment, text, value};

/// What a shop does with every letter: the signature over the very bytes, before anything is read.
pub(crate) fn is_signed(letter: &Letter) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).expect("any length");
    mac.update(&letter.body);
    let signature = letter.header("x-hub-signature-256").and_then(|value| value.strip_prefix("sha256="));
    let bytes = signature.map(|hex| {
        assert_eq!((hex.len(), hex), (64, hex.to_lowercase().as_str()));
        (0..32).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex")).collect::<Vec<_>>()
    });
    bytes.is_some_and(|bytes| mac.verify_slice(&bytes).is_ok())
}

#[tokio::test]
async fn a_tap_is_told_in_metas_own_words() {
    let mut shop = Shop::new().await;
    shop.ask("ped-1001.1").await;
    let tapped = shop.tap("ped-1001.1", json!({})).await;
    let letter = shop.mailbox.next().await;
    assert!(is_signed(&letter));
    let sent = String::from_utf8(letter.body.to_vec()).expect("UTF-8");
    let value = &letter.json()["entry"][0]["changes"][0]["value"]["messages"][0];
    let (wamid, at, logical) = (text(&value["id"]), text(&value["timestamp"]), text(&value["from_logical_id"]));
    assert_eq!(json!(wamid), tapped["message_ids"][0]);
    // The published sample, byte for byte but for ids and times.
    let expected = format!(
        concat!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"200000000000002","changes":[{{"field":"messages","value":{{"#,
            r#""messaging_product":"whatsapp","metadata":{{"display_phone_number":"551130000000","phone_number_id":"100000000000001"}},"#,
            r#""contacts":[{{"profile":{{"name":"Ana"}},"wa_id":"5511999990000"}}],"#,
            r#""messages":[{{"from":"5511999990000","id":"{wamid}","timestamp":"{at}","from_logical_id":"{logical}","type":"interactive","#,
            r#""interactive":{{"type":"payment_method","payment_method":{{"payment_method":"offsite_card_pay","payment_timestamp":{at},"#,
            r#""reference_id":"ped-1001.1","last_four_digits":"4242","credential_id":"cred_9f2"}}}}}}]}}}}]}}]}}"#
        ),
        wamid = wamid,
        at = at,
        logical = logical,
    );
    assert_eq!(sent, expected);
    assert!(shop.ledger().await.is_empty(), "a tap moves no money: Meta never knows about it");
}

#[tokio::test]
async fn two_taps_are_two_messages() {
    let mut shop = Shop::new().await;
    shop.ask("A").await;
    let tapped = shop.tap("A", json!({ "times": 2 })).await;
    let letters = [shop.mailbox.next().await, shop.mailbox.next().await];
    let ids = letters.each_ref().map(|letter| message(letter)["id"].clone());
    assert_eq!(json!(ids), tapped["message_ids"]);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(payment(&letters[0]), payment(&letters[1]));
    assert_eq!(shop.order("A").await["taps"], 2);
    for times in [0, 101] {
        assert_eq!(shop.try_control("/whatsapp/orders/A/tap", &json!({ "times": times })).await.0, 400);
    }
}

#[tokio::test]
async fn a_tap_can_name_another_card_and_come_from_another_phone() {
    let mut shop = Shop::new().await;
    shop.ask("A").await;
    shop.tap("A", json!({ "credential_id": "cred_other", "last_four_digits": "1881" })).await;
    let wrong = payment(&shop.mailbox.next().await);
    assert_eq!((&wrong["credential_id"], &wrong["last_four_digits"]), (&json!("cred_other"), &json!("1881")));
    shop.tap("A", json!({ "from": "+55 11 98888-7777" })).await;
    let letter = shop.mailbox.next().await;
    assert_eq!(message(&letter)["from"], "5511988887777");
    assert_eq!(contact(&letter)["wa_id"], "5511988887777");
    assert_eq!(shop.try_control("/whatsapp/orders/A/tap", &json!({ "from": "nobody" })).await.0, 400);
}

#[tokio::test]
async fn the_phone_may_be_missing_and_a_user_id_stands_for_it() {
    let mut shop = Shop::with_statuses().await;
    shop.set(json!({ "send_phone": false })).await;
    shop.ask("A").await;
    let mut user_ids = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let status = value(&shop.mailbox.next().await)["statuses"][0].clone();
        assert_eq!(status.get("recipient_id"), None);
        user_ids.insert(text(&status["recipient_user_id"]));
    }
    shop.tap("A", json!({})).await;
    let letter = shop.mailbox.next().await;
    assert_eq!((&message(&letter)["from"], &contact(&letter)["wa_id"]), (&json!(null), &json!(null)));
    let user_id = contact(&letter)["user_id"].clone();
    assert!(text(&user_id).starts_with("BR."));
    assert_eq!(user_ids.into_iter().collect::<Vec<_>>(), [text(&user_id)], "one person, one id");
    assert_eq!(message(&letter)["from_user_id"], user_id);
    assert_eq!(payment(&letter)["reference_id"], "A");
    shop.set(json!({ "send_phone": true })).await;
    shop.tap("A", json!({ "without_phone": true })).await;
    assert_eq!(message(&shop.mailbox.next().await)["from_user_id"], user_id);
}

#[tokio::test]
async fn an_expired_order_has_no_button_but_a_late_tap_can_be_forced() {
    let mut shop = Shop::new().await;
    shop.accepted(&shop.expiring("A", 600).await).await;
    shop.advance(599).await;
    assert_eq!(shop.order("A").await["can_pay"], true);
    shop.advance(2).await;
    let (status, refusal) = shop.try_control("/whatsapp/orders/A/tap", &json!({})).await;
    assert_eq!((status, &refusal["error"]), (409, &json!("there is no button: the order has expired")));
    let order = shop.order("A").await;
    assert_eq!((&order["can_pay"], &order["closed_because"]), (&json!(false), &json!("the order has expired")));
    shop.tap("A", json!({ "even_if_expired": true })).await;
    assert_eq!(payment(&shop.mailbox.next().await)["reference_id"], "A");
}

#[tokio::test]
async fn what_is_paid_or_canceled_has_no_button_either() {
    let mut shop = Shop::new().await;
    for (reference, parameters, why) in [
        ("P", json!({ "payment": { "status": "captured" } }), "the order is paid"),
        ("C", json!({ "order": { "status": "canceled" } }), "the order is canceled or completed"),
    ] {
        shop.ask(reference).await;
        assert_eq!(shop.report(reference, parameters).await.0, 200);
        let path = format!("/whatsapp/orders/{reference}/tap");
        for how in [json!({}), json!({ "even_if_expired": true })] {
            let (status, refusal) = shop.try_control(&path, &how).await;
            assert_eq!((status, text(&refusal["error"])), (409, format!("there is no button: {why}")));
        }
        // The tap was on its way already: the race that a shop must survive.
        shop.tap(reference, json!({ "even_if_closed": true })).await;
        assert_eq!(payment(&shop.mailbox.next().await)["reference_id"], reference);
    }
    let mut no_card = crate::common::order("N");
    no_card["interactive"]["action"]["parameters"]["payment_settings"] =
        json!([{ "type": "payment_link", "payment_link": { "uri": "https://loja.test/pay" } }]);
    shop.accepted(&no_card).await;
    assert_eq!(shop.try_control("/whatsapp/orders/N/tap", &json!({ "even_if_closed": true })).await.0, 409);
    assert_eq!(shop.try_control("/whatsapp/orders/unknown/tap", &json!({})).await.0, 404);
}

#[tokio::test]
async fn forged_taps_are_posted_once_and_leave_no_trace_in_the_chat() {
    let mut shop = Shop::new().await;
    shop.ask("A").await;
    for forge in [json!(true), json!("bad_signature"), json!("unsigned"), json!("truncated"), json!("reserialized")] {
        let tapped = shop.tap("A", json!({ "forge": forge })).await;
        assert_eq!(tapped["answers"], json!([200]), "what the mailbox says to everything");
        let letter = shop.mailbox.next().await;
        assert!(!is_signed(&letter), "{forge}");
        assert_eq!(letter.header("x-hub-signature-256").is_none(), forge == "unsigned");
        let is_whole = serde_json::from_slice::<serde_json::Value>(&letter.body).is_ok();
        assert_eq!(is_whole, forge != "truncated");
        assert_eq!(tapped["order"]["taps"], 0);
    }
    let bubbles = shop.see("/whatsapp/chats/5511999990000").await["bubbles"].clone();
    assert_eq!(bubbles.as_array().map(Vec::len), Some(1));
    shop.tap("A", json!({ "forge": false })).await;
    assert!(is_signed(&shop.mailbox.next().await));
}

#[tokio::test]
async fn a_buyer_can_answer_in_words_or_not_at_all() {
    let mut shop = Shop::new().await;
    shop.ask("A").await;
    let written = shop.control("/whatsapp/buyers/5511999990000/text", &json!({ "body": "Já chega 🛒?" })).await;
    let letter = shop.mailbox.next().await;
    assert!(is_signed(&letter));
    let said = message(&letter);
    assert_eq!((&said["type"], &said["text"]["body"]), (&json!("text"), &json!("Já chega 🛒?")));
    assert_eq!((&said["id"], &said["from"]), (&written["message_id"], &json!("5511999990000")));
    assert_eq!(said["from_logical_id"], json!(null));
    assert_eq!(shop.try_control("/whatsapp/buyers/5511999990000/text", &json!({ "body": " " })).await.0, 400);
    shop.advance(3_600).await;
    assert_eq!(
        (shop.mailbox.waiting(), &shop.order("A").await["taps"]),
        (0, &json!(0)),
        "who ignores it sends nothing"
    );
}
