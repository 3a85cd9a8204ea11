//! The offer, and what a confirm stores.

use super::super::details::{Details, Step};
use super::*;
use crate::methods::Press;
use umclique_wire::{AprilDetails, ConfirmRequest, PicpayQrDetails};

fn offline(change: impl FnOnce(&mut AprilConfig)) -> April {
    let mut config = new_config("http://127.0.0.1:9", 1_000);
    change(&mut config);
    April::new(config).expect("the configuration works")
}

fn press<'a>(session: &'a Session, request: &'a ConfirmRequest) -> Press<'a> {
    Press { session, request, address: std::net::Ipv4Addr::LOCALHOST.into(), now_ms: 17 }
}

fn prepared(session: &Session) -> Value {
    let request = ConfirmRequest::April(AprilDetails {});
    let prepared = offline(|_| {}).prepare(&press(session, &request)).expect("nothing can be wrong");
    assert_eq!(prepared.watch_until_ms, 17, "nothing can surprise us");
    prepared.details
}

fn buyer(name: &str, phone: &str) -> Buyer {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Buyer { name: text(name), phone: text(phone), email: text("bo@example.test"), ..Buyer::default() }
}

fn address() -> Value {
    json!({"line1": "1 Test St", "line2": "Unit 2", "city": "Perth", "state": "WA", "postal_code": "6000", "country": "AU"})
}

#[tokio::test]
async fn only_australian_dollars_are_offered() {
    let brl = Money::from_minor(100, Currency::Brl).expect("within the limit");
    for (amount, is_offered) in [(aud(0), false), (aud(1), true), (aud(Money::MAX_MINOR), true), (brl, false)] {
        let offer = offline(|_| {}).offer(&new_session(amount, Buyer::default(), json!({})));
        assert_eq!(offer.is_some(), is_offered, "{amount:?}");
        assert!(offer.is_none_or(|offer| offer.kind == MethodKind::April && offer.needs.is_empty()));
    }
}

#[tokio::test]
async fn instalments_are_never_offered_where_money_is_only_reserved() {
    let manual = Session { capture: Capture::Manual, ..new_session(aud(100), Buyer::default(), json!({})) };
    assert!(offline(|_| {}).offer(&manual).is_some());
    assert!(offline(|config| config.hide_full_pay = true).offer(&manual).is_none(), "nothing would be left to show");
    let details = Details::of(&Attempt { details: prepared(&manual), ..new_attempt() }).expect("readable");
    assert!(offline(|_| {}).widget(&details).hide_instalments);
}

#[tokio::test]
async fn the_frame_gets_what_is_configured() {
    let method = offline(|config| {
        config.script_integrity = Some(format!("sha384-{}", "A".repeat(64)));
        config.script_url = "http://127.0.0.1:8090/april/checkout.js".to_owned();
        config.hide_full_pay = true;
    });
    let details = Details::of(&paying_attempt()).expect("readable");
    let expected = Widget {
        script_integrity: Some(format!("sha384-{}", "A".repeat(64))),
        script_url: "http://127.0.0.1:8090/april/checkout.js".to_owned(),
        hide_full_pay: true,
        ..widget(false)
    };
    assert_eq!(method.widget(&details), expected);
    assert!(!serde_json::to_string(&method.widget(&details)).expect("JSON").contains(SECRET_KEY));
}

#[tokio::test]
async fn a_confirm_stores_what_the_order_needs() {
    let items = json!([{"id": "CH-1", "name": "Chair", "quantity": 2, "unit_amount_minor": 30_000}]);
    let data =
        json!({"items": items, "discount_minor": 500, "billing_address": address(), "metadata": {"note": "private"}});
    let session =
        Session { capture: Capture::Manual, ..new_session(aud(59_500), buyer("Bo van Test", "+61 400 000-000"), data) };
    let expected = json!({
        "is_manual": true,
        "buyer": {"email": "bo@example.test", "phone": "+61400000000", "first_name": "Bo van", "last_name": "Test"},
        "step": "create",
        "order": {
            "description": "S-1001",
            "items": [{"amount": {"minorCurrencyUnits": 30_000, "currency": "AUD"}, "description": "Chair", "sku": "CH-1",
                "quantity": 2}],
            "discountAmount": 500,
            "billing": {"address": {"line1": "1 Test St", "line2": "Unit 2", "city": "Perth", "state": "WA",
                "postalCode": "6000", "country": "AU"}, "name": "Bo van Test", "phoneNumber": "+61400000000"},
            "customerEmailAddress": "bo@example.test", "customerPhoneNumber": "+61400000000", "customerName": "Bo van Test",
        },
    });
    assert_eq!(prepared(&session), expected);
}

#[tokio::test]
async fn what_is_not_known_is_left_out() {
    let session = new_session(aud(100), Buyer::default(), json!({"items": null, "discount_minor": 0}));
    let expected = json!({"is_manual": false, "buyer": {}, "step": "create", "order": {"description": "S-1001"}});
    assert_eq!(prepared(&session), expected);
    let one_name = prepared(&new_session(aud(100), buyer("Bo", ""), json!({})));
    assert_eq!(one_name["buyer"], json!({"email": "bo@example.test", "first_name": "Bo"}));
}

#[tokio::test]
async fn an_address_is_sent_whole_or_not_at_all() {
    let billing = |data: Value, name: &str| {
        prepared(&new_session(aud(100), buyer(name, ""), json!({"billing_address": data})))["order"]["billing"].clone()
    };
    for missing in ["line1", "city", "state", "postal_code", "country"] {
        let mut data = address();
        data[missing] = json!(null);
        assert_eq!(billing(data, "Bo Test"), Value::Null, "{missing}");
    }
    for broken in
        [json!("1 Test St"), json!([]), with(address(), json!({"city": 17})), with(address(), json!({"city": "a\nb"}))]
    {
        assert_eq!(billing(broken.clone(), "Bo Test"), Value::Null, "{broken}");
    }
    assert_eq!(billing(address(), ""), Value::Null, "nobody lives there");
    let mut without_line2 = address();
    without_line2["line2"] = json!("  ");
    assert_eq!(billing(without_line2, "Bo Test")["address"].get("line2"), None);
    let mut other_words = with(address(), json!({"postcode": "6000"}));
    other_words["postal_code"] = Value::Null;
    assert_eq!(billing(other_words, "Bo Test")["address"]["postalCode"], "6000");
}

#[tokio::test]
async fn a_cart_is_sent_whole_or_not_at_all() {
    let line = json!({"id": "CH-1", "name": "Chair", "quantity": 2, "unit_amount_minor": 50});
    for (items, count) in [
        (json!([line, line]), 2),
        (json!([line, with(line.clone(), json!({"id": ""}))]), 0),
        (json!([line, with(line.clone(), json!({"name": "a\u{7}b"}))]), 0),
        (json!([line, with(line.clone(), json!({"quantity": 5_000_000_000_u64}))]), 0),
        (json!([]), 0),
    ] {
        let details = prepared(&new_session(aud(200), Buyer::default(), json!({"items": items})));
        let sent = details["order"]["items"].as_array().map_or(0, Vec::len);
        assert_eq!(sent, count, "{items}");
    }
}

#[tokio::test]
async fn only_a_number_that_april_takes_is_passed_on() {
    for (typed, expected) in [
        ("+61400000000", Some("+61400000000")),
        ("+61 (4) 0000.0000", Some("+61400000000")),
        ("0400 000 000", None),
        ("+1234567", None),
        ("+1234567890123456", None),
        ("+61 400 CALL BO", None),
        ("+", None),
    ] {
        let details = prepared(&new_session(aud(100), buyer("", typed), json!({})));
        assert_eq!(details["buyer"]["phone"].as_str(), expected, "{typed}");
        assert_eq!(details["order"]["customerPhoneNumber"].as_str(), expected, "{typed}");
    }
}

#[tokio::test]
async fn another_methods_details_are_refused() {
    let session = new_session(aud(100), Buyer::default(), json!({}));
    let request = ConfirmRequest::PicpayQr(PicpayQrDetails::default());
    assert!(offline(|_| {}).prepare(&press(&session, &request)).is_err());
}

#[tokio::test]
async fn what_is_stored_is_read_again() {
    for attempt in [new_attempt(), paying_attempt(), confirming_attempt(), paid_attempt(true)] {
        let details = Details::of(&attempt).expect("readable");
        assert_eq!(details.stored(), attempt.details);
    }
    let details = Details::of(&paid_attempt(false)).expect("readable");
    assert!(matches!(details.step, Step::Paid { .. }));
}
