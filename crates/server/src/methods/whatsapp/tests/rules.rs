//! Every rule of WhatsApp's, broken by a change of Meta's own sample.

use super::super::graph::payload::Message;
use super::super::graph::rules;
use super::samples::ORDER;
use super::*;

fn check(at: &str, value: Value) -> Result<(), &'static str> {
    let mut sample: Value = serde_json::from_str(ORDER).expect("JSON");
    if let Some((parent, name)) = at.rsplit_once('/') {
        let parent = sample.pointer_mut(parent).expect("a place in the sample");
        parent[name] = value;
    }
    let message: Message = serde_json::from_value(sample).map_err(|_| "not readable")?;
    rules::check(&message.content, NOW_MS / 1_000).map_err(|broken| broken.field)
}

fn money(value: i64) -> Value {
    json!({"value": value, "offset": 100})
}

#[test]
fn every_published_rule_is_held() {
    const P: &str = "/interactive/action/parameters";
    let at = |name: &str| format!("{P}/{name}");
    let ahead = |seconds: i64| json!({"timestamp": (NOW_MS / 1_000 + seconds).to_string(), "description": "até lá"});
    for (place, value, broken) in [
        ("/interactive/body/text".to_owned(), json!("é".repeat(1_024)), None),
        ("/interactive/body/text".to_owned(), json!("é".repeat(1_025)), Some("body.text")),
        ("/interactive/body/text".to_owned(), json!(" "), Some("body.text")),
        ("/interactive/footer".to_owned(), json!({"text": "é".repeat(60)}), None),
        ("/interactive/footer".to_owned(), json!({"text": "é".repeat(61)}), Some("footer.text")),
        (at("reference_id"), json!("x".repeat(60)), None),
        (at("reference_id"), json!("x".repeat(61)), Some("reference_id")),
        (at("reference_id"), json!(""), Some("reference_id")),
        (at("reference_id"), json!("ped 1"), Some("reference_id")),
        (at("reference_id"), json!("pedé"), Some("reference_id")),
        (at("reference_id"), json!("a_b.c-D9"), None),
        (at("type"), json!("digital-goods"), None),
        (at("type"), json!("goods"), Some("type")),
        (at("payment_type"), json!("in"), Some("payment_type")),
        (at("currency"), json!("USD"), Some("currency")),
        (at("payment_settings"), json!([]), Some("payment_settings")),
        (at("payment_settings/0/type"), json!("payment_link"), Some("payment_settings")),
        (at("payment_settings/0/offsite_card_pay/last_four_digits"), json!("424"), Some("last_four_digits")),
        (at("payment_settings/0/offsite_card_pay/last_four_digits"), json!("42a2"), Some("last_four_digits")),
        (at("payment_settings/0/offsite_card_pay/credential_id"), json!("x".repeat(61)), Some("credential_id")),
        (at("payment_settings/0/offsite_card_pay/credential_id"), json!("a/b"), Some("credential_id")),
        (at("total_amount"), json!({"value": 2_950, "offset": 10}), Some("total_amount")),
        (at("total_amount"), money(0), Some("total_amount")),
        (at("total_amount"), money(2_951), Some("total_amount")),
        (at("order/status"), json!("processing"), Some("order.status")),
        (at("order/items"), json!([]), Some("order.items")),
        (at("order/items/0/retailer_id"), json!(""), Some("order.items.retailer_id")),
        (at("order/items/0/name"), json!("é".repeat(60)), None),
        (at("order/items/0/name"), json!("é".repeat(61)), Some("order.items.name")),
        (at("order/items/0/amount"), money(0), Some("order.items.amount")),
        (at("order/items/0/amount"), json!({"value": 1_150, "offset": 1}), Some("order.items.amount")),
        (at("order/items/0/quantity"), json!(0), Some("order.items.quantity")),
        (at("order/items/0/quantity"), json!(1.5), Some("not readable")),
        (at("order/items/0/sale_amount"), money(1_150), Some("order.items.sale_amount")),
        (at("order/items/0/sale_amount"), money(0), Some("order.items.sale_amount")),
        // Allowed by itself, so that the sum is what breaks.
        (at("order/items/0/sale_amount"), money(1_149), Some("order.subtotal")),
        (at("order/items/0/quantity"), json!(3), Some("order.subtotal")),
        (at("order/subtotal"), money(2_299), Some("order.subtotal")),
        (at("order/subtotal"), json!({"value": "2300", "offset": 100}), Some("not readable")),
        (at("order/tax"), money(0), Some("total_amount")),
        (at("order/tax"), json!({"value": 200, "offset": 100, "description": "é".repeat(61)}), Some("order.tax")),
        (at("order/tax"), money(-1), Some("not readable")),
        (at("order/shipping"), Value::Null, Some("total_amount")),
        (at("order/shipping"), json!({"value": 450, "offset": 10}), Some("order.shipping")),
        (at("order/discount"), money(0), None),
        (at("order/discount"), money(1), Some("total_amount")),
        (at("order/discount"), money(9_999), Some("total_amount")),
        (
            at("order/discount"),
            json!({"value": 0, "offset": 100, "discount_program_name": "é".repeat(61)}),
            Some("order.discount"),
        ),
        (at("order/expiration"), ahead(300), None),
        (at("order/expiration"), ahead(299), Some("order.expiration.timestamp")),
        (at("order/expiration"), json!({"timestamp": "soon", "description": "x"}), Some("order.expiration.timestamp")),
        (at("order/expiration"), json!({"timestamp": 1_767_229_200, "description": "x"}), Some("not readable")),
        (
            at("order/expiration"),
            json!({"timestamp": "1767229200", "description": "é".repeat(121)}),
            Some("order.expiration.description"),
        ),
    ] {
        assert_eq!(check(&place, value.clone()).err(), broken, "{place} as {value}");
    }
}

#[test]
fn sums_that_no_number_holds_are_no_sums() {
    let place = "/interactive/action/parameters/order/items/0/amount";
    assert_eq!(check(place, json!({"value": u64::MAX, "offset": 100})), Err("order.subtotal"));
}
