//! Meta's own samples: what we would write is what they show, and what they post is read.

use super::super::graph::payload::{Action, Content, Message};
use super::super::graph::rules;
use super::super::words;
use super::*;

/// "Receive WhatsApp payments / Orders" with a one-click entry.
pub(super) const ORDER: &str = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+5511999990000","type":"interactive","interactive":{
 "type":"order_details","body":{"text":"Confira seu pedido"},"action":{"name":"review_and_pay","parameters":{
  "reference_id":"ped-1001.1","type":"physical-goods","payment_type":"br",
  "payment_settings":[{"type":"offsite_card_pay","offsite_card_pay":{"last_four_digits":"4242","credential_id":"cred_9f2"}}],
  "currency":"BRL","total_amount":{"value":2950,"offset":100},
  "order":{"status":"pending","tax":{"value":200,"offset":100},"shipping":{"value":450,"offset":100},
   "items":[{"retailer_id":"sku-1","name":"Lata","amount":{"value":1150,"offset":100},"quantity":2}],
   "subtotal":{"value":2300,"offset":100}}}}}}"#;

/// "One-click payments", the report of a result.
const STATUS: &str = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+5511999990000","type":"interactive","interactive":{
 "type":"order_status","body":{"text":"Pagamento aprovado"},"action":{"name":"review_order","parameters":{
  "reference_id":"ped-1001.1","order":{"status":"processing"},"payment":{"status":"captured","timestamp":1767225630}}}}}"#;

/// "Order details template message".
const TEMPLATE: &str = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+5511999990000","type":"template","template":{
 "name":"pedido","language":{"code":"pt_BR"},"components":[{"type":"button","sub_type":"order_details","index":0,
  "parameters":[{"type":"action","action":{"order_details":{
  "reference_id":"ped-1001.2","type":"digital-goods","payment_type":"br",
  "payment_settings":[{"type":"offsite_card_pay","offsite_card_pay":{"last_four_digits":"4242","credential_id":"cred_9f2"}}],
  "currency":"BRL","total_amount":{"value":100,"offset":100},
  "order":{"status":"pending","tax":{"value":0,"offset":100,"description":"incluso"},"items":[{"retailer_id":"1","name":"E-book",
   "amount":{"value":200,"offset":100},"quantity":1,"sale_amount":{"value":150,"offset":100}}],
   "discount":{"value":50,"offset":100,"description":"cupom","discount_program_name":"verão"},
   "expiration":{"timestamp":"1767225900","description":"até lá"},"subtotal":{"value":150,"offset":100}}}}}]}]}}"#;

/// "Order status template" (India).
const STATUS_TEMPLATE: &str = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+5511999990000","type":"template","template":{
 "name":"pedido_status","language":{"code":"pt_BR"},"components":[{"type":"order_status","parameters":[{"type":"order_status",
  "order_status":{"reference_id":"ped-1001.1","order":{"status":"partially_shipped","description":"uma caixa"}}}]}]}}"#;

/// "One-click payments", the confirmation, for an attempt of ours.
pub(super) fn confirmation(attempt: &Attempt) -> String {
    let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"WABA1","changes":[{"field":"messages","value":{
 "messaging_product":"whatsapp","metadata":{"display_phone_number":"551130000000","phone_number_id":"PN1"},
 "contacts":[{"profile":{"name":"Ana"},"wa_id":"5511999990000"}],
 "messages":[{"from":"5511999990000","id":"wamid.IN1","timestamp":"1767225600","from_logical_id":"64244926160970","type":"interactive",
  "interactive":{"type":"payment_method","payment_method":{"payment_method":"offsite_card_pay","payment_timestamp":1767225600,
   "reference_id":"ped-1001.1","last_four_digits":"4242","credential_id":"cred_9f2"}}}]}}]}]}"#;
    body.replace("ped-1001.1", &format!("{}.1", attempt.id)).replace("cred_9f2", CARD)
}

#[test]
fn published_messages_are_written_as_they_are_published() {
    for sample in [ORDER, STATUS, TEMPLATE, STATUS_TEMPLATE] {
        let message: Message = serde_json::from_str(sample).expect("a message");
        let expected: Value = serde_json::from_str(sample).expect("JSON");
        assert_eq!(serde_json::to_value(&message).expect("JSON"), expected);
        assert_eq!(rules::check(&message.content, NOW_MS / 1_000), Ok(()), "{sample}");
    }
}

#[test]
fn a_session_like_the_sample_becomes_the_sample() {
    let reference = super::super::reference::Reference::new(&keys::new_attempt_id(), 1);
    let total = Money::from_minor(2_950, Currency::Brl).expect("an amount");
    let details = Details { expires_at_ms: NOW_MS, ..sent() };
    let made = super::super::order::checked(&quiet().config, &details, (&reference, total), NOW_MS);
    let Content::Interactive { interactive } = made.expect("allowed") else { panic!("it is a bubble") };
    let Action::ReviewAndPay(order) = interactive.action else { panic!("it asks for money") };
    let sample = ORDER.replace("ped-1001.1", &reference.to_string()).replace("cred_9f2", CARD);
    let sample: Value = serde_json::from_str(&sample).expect("JSON");
    assert_eq!(serde_json::to_value(&order).expect("JSON"), sample["interactive"]["action"]["parameters"]);
}

#[test]
fn the_published_confirmation_is_a_tap() {
    let attempt = waiting(&sent());
    let heard = words::heard(&confirmation(&attempt)).expect("readable");
    let [only] = heard.as_slice() else { panic!("one word: {heard:?}") };
    assert_eq!(only.attempt, attempt.id);
    let tap = Word::Tap {
        number: 1,
        credential: CARD.to_owned(),
        last_four: "4242".to_owned(),
        from: Some(WA_ID.to_owned()),
    };
    assert_eq!(only.word, said(&tap));
}
