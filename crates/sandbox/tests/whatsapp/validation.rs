//! Every published rule of `order_details`, broken one at a time; the refusal names the field.

use serde_json::{Value, json};

use crate::common::{Shop, amount, order, simplified, text};

const PARAMETERS: &str = "/interactive/action/parameters";

/// The order with one thing changed; `Null` takes it away.
fn with(path: &str, value: Value) -> Value {
    let mut body = order("A");
    let (parent, name) = path.rsplit_once('/').expect("a path");
    let parent = body.pointer_mut(parent).unwrap_or_else(|| panic!("{parent} is there"));
    match parent {
        Value::Array(list) => list[name.parse::<usize>().expect("an index")] = value,
        _ => parent[name] = value,
    }
    body
}

/// Refused with this code, and with a field's name in the details.
async fn refused(shop: &Shop, body: &Value, code: i64, field: &str) {
    let (status, answer) = shop.send(body).await;
    let error = &answer["error"];
    assert_eq!((status, &error["code"]), (400, &json!(code)), "{field}: {answer}");
    let details = text(&error["error_data"]["details"]);
    assert!(details.contains(field), "{details} does not name {field}");
}

#[tokio::test]
async fn what_must_be_there_is_asked_for_by_name() {
    let shop = Shop::new().await;
    for field in [
        "/interactive",
        "/interactive/type",
        "/interactive/body",
        "/interactive/body/text",
        "/interactive/action",
        "/interactive/action/name",
        "/interactive/action/parameters",
        "/interactive/action/parameters/reference_id",
        "/interactive/action/parameters/type",
        "/interactive/action/parameters/payment_type",
        "/interactive/action/parameters/currency",
        "/interactive/action/parameters/total_amount",
        "/interactive/action/parameters/total_amount/value",
        "/interactive/action/parameters/total_amount/offset",
        "/interactive/action/parameters/order/status",
        "/interactive/action/parameters/order/items",
        "/interactive/action/parameters/order/items/0/retailer_id",
        "/interactive/action/parameters/order/items/0/name",
        "/interactive/action/parameters/order/items/0/amount",
        "/interactive/action/parameters/order/items/0/quantity",
        "/interactive/action/parameters/order/subtotal",
        "/interactive/action/parameters/order/tax",
        "/interactive/action/parameters/payment_settings/0/type",
        "/interactive/action/parameters/payment_settings/0/offsite_card_pay",
        "/interactive/action/parameters/payment_settings/0/offsite_card_pay/last_four_digits",
        "/interactive/action/parameters/payment_settings/0/offsite_card_pay/credential_id",
    ] {
        let name = field[1..].replace("/0/", "[0]/").replace('/', ".");
        refused(&shop, &with(field, Value::Null), 131_008, &name).await;
    }
}

#[tokio::test]
async fn lengths_characters_and_values_are_checked() {
    let shop = Shop::new().await;
    let long = |length: usize| json!("x".repeat(length));
    for (field, value) in [
        ("/interactive/body/text", long(1025)),
        ("/interactive/body/text", json!(" ")),
        ("/interactive/footer", json!({ "text": "x".repeat(61) })),
        ("/interactive/header", json!({ "type": "video" })),
        ("/interactive/action/name", json!("review_order")),
    ] {
        refused(&shop, &with(field, value), 131_009, field.rsplit('/').next().expect("a name")).await;
    }
    for (field, value) in [
        ("reference_id", long(61)),
        ("reference_id", json!("")),
        ("reference_id", json!("pedido 1")),
        ("reference_id", json!("pedido#1")),
        ("reference_id", json!("ação")),
        ("reference_id", json!(1)),
        ("type", json!("services")),
        ("payment_type", json!("in")),
        ("currency", json!("USD")),
        ("total_amount", json!(2950)),
        ("total_amount/value", json!("2950")),
        ("total_amount/value", json!(29.5)),
        ("total_amount/value", json!(0)),
        ("total_amount/value", json!(-2950)),
        ("total_amount/offset", json!(1000)),
        ("total_amount/offset", json!("100")),
        ("order/status", json!("processing")),
        ("order/items", json!([])),
        ("order/items/0/name", long(61)),
        ("order/items/0/quantity", json!(0)),
        ("order/items/0/quantity", json!(1.5)),
        ("order/items/0/amount/offset", json!(1)),
        ("order/items/0/sale_amount", amount(1150)),
        ("order/items/0/sale_amount", amount(0)),
        ("order/tax/description", long(61)),
        ("order/tax/value", json!(-1)),
        ("order/shipping/description", long(61)),
        ("order/discount", json!({ "value": 1, "offset": 100, "discount_program_name": "x".repeat(61) })),
        ("order/catalog_id", json!(1)),
        ("payment_settings", json!({})),
        ("payment_settings/0/type", json!("card")),
        ("payment_settings/0/offsite_card_pay/last_four_digits", json!("424")),
        ("payment_settings/0/offsite_card_pay/last_four_digits", json!("42a2")),
        ("payment_settings/0/offsite_card_pay/last_four_digits", json!(4242)),
        ("payment_settings/0/offsite_card_pay/credential_id", long(61)),
        ("payment_settings/0/offsite_card_pay/credential_id", json!("cred 9")),
        ("payment_settings/0/offsite_card_pay/credential_id", json!("4242424242424242")),
    ] {
        let name = field.replace("/0/", "[0]/");
        let name = name.split('/').next_back().expect("a name");
        refused(&shop, &with(&format!("{PARAMETERS}/{field}"), value), 131_009, name).await;
    }
}

#[tokio::test]
async fn sums_must_be_right() {
    let shop = Shop::new().await;
    refused(&shop, &with(&format!("{PARAMETERS}/total_amount/value"), json!(2951)), 131_009, "total_amount").await;
    refused(&shop, &with(&format!("{PARAMETERS}/order/subtotal/value"), json!(2299)), 131_009, "subtotal").await;
    refused(&shop, &with(&format!("{PARAMETERS}/order/discount"), amount(100)), 131_009, "total_amount").await;
    let mut sale = with(&format!("{PARAMETERS}/order/items/0/sale_amount"), amount(1000));
    refused(&shop, &sale, 131_009, "subtotal").await;
    let parameters = &mut sale["interactive"]["action"]["parameters"];
    parameters["order"]["subtotal"] = amount(2000);
    parameters["order"]["discount"] = json!({ "value": 150, "offset": 100, "description": "Cupom" });
    parameters["total_amount"] = amount(2500);
    shop.accepted(&sale).await;
    let mut least = order("least");
    let parameters = &mut least["interactive"]["action"]["parameters"];
    parameters["order"]["tax"] = amount(0);
    parameters["order"].as_object_mut().expect("an object").remove("shipping");
    parameters["total_amount"] = amount(2300);
    shop.accepted(&least).await;
}

#[tokio::test]
async fn an_order_lives_at_least_five_minutes() {
    let shop = Shop::new().await;
    let mut late = shop.expiring("A", 0).await;
    let expiration = "/interactive/action/parameters/order/expiration";
    refused(&shop, &late, 131_009, "timestamp").await;
    for value in [json!(1_767_225_600), json!("soon"), json!("+1767225600"), json!("1.5")] {
        late.pointer_mut(expiration).expect("it is there")["timestamp"] = value;
        refused(&shop, &late, 131_009, "timestamp").await;
    }
    refused(&shop, &shop.expiring("A", 298).await, 131_009, "timestamp").await;
    let mut good = shop.expiring("A", 302).await;
    good.pointer_mut(expiration).expect("it is there")["description"] = json!("x".repeat(121));
    refused(&shop, &good, 131_009, "description").await;
    shop.accepted(&shop.expiring("A", 302).await).await;
}

#[tokio::test]
async fn payment_settings_may_be_mixed_but_not_doubled() {
    let shop = Shop::new().await;
    let card = json!({ "type": "offsite_card_pay",
        "offsite_card_pay": { "last_four_digits": "4242", "credential_id": "c" } });
    let pix = json!({ "type": "pix_dynamic_code", "pix_dynamic_code": {
        "code": "000201", "merchant_name": "Loja", "key": "loja@example.com", "key_type": "EMAIL" } });
    let link = json!({ "type": "payment_link", "payment_link": { "uri": "https://loja.test/pay" } });
    let settings = format!("{PARAMETERS}/payment_settings");
    refused(&shop, &with(&settings, json!([card, card])), 131_009, "payment_settings[1].type").await;
    let mut wrong_key = pix.clone();
    wrong_key["pix_dynamic_code"]["key_type"] = json!("RANDOM");
    refused(&shop, &with(&settings, json!([wrong_key])), 131_009, "key_type").await;
    shop.accepted(&with(&settings, json!([card, pix, link]))).await;
    assert_eq!(
        shop.order("A").await["payment_settings"],
        json!(["offsite_card_pay", "pix_dynamic_code", "payment_link"])
    );
}

#[tokio::test]
async fn a_picture_goes_only_with_items() {
    let shop = Shop::new().await;
    let header = json!({ "type": "image", "image": { "link": "https://loja.test/lata.png" } });
    let mut short = simplified("S");
    short["interactive"]["header"] = header.clone();
    refused(&shop, &short, 131_009, "header").await;
    shop.accepted(&with("/interactive/header", header)).await;
}

#[tokio::test]
async fn a_refused_order_does_not_use_up_its_reference() {
    let shop = Shop::new().await;
    refused(&shop, &with(&format!("{PARAMETERS}/currency"), json!("USD")), 131_009, "currency").await;
    shop.accepted(&order("A")).await;
}
