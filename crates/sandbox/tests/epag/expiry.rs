//! Time: the QR's last day in São Paulo, the five days of an authorization, the clock itself.

use crate::common::{Merchant, authorized_order, named_order, order};
use serde_json::{Value, json};

/// Seconds from now until `text`, an RFC 3339 time, by the sandbox's clock.
async fn seconds_until(merchant: &Merchant, text: &str) -> i64 {
    let clock = merchant.see("/clock").await;
    let now: jiff::Timestamp = clock["now"].as_str().expect("a time").parse().expect("RFC 3339");
    let then: jiff::Timestamp = text.parse().expect("RFC 3339");
    then.as_second() - now.as_second()
}

async fn seen(merchant: &mut Merchant, token: &str) -> Value {
    merchant.sign_in().await;
    merchant.get(&format!("/payment/{token}")).await.1
}

#[tokio::test]
async fn a_qr_can_be_paid_until_its_day_ends_in_sao_paulo() {
    let mut merchant = Merchant::new().await;
    let (_, created) = merchant.post("/picpay/simple", &order("A")).await;
    let token = created["payment_token"].as_str().expect("a token").to_owned();
    let day: jiff::civil::Date = created["expiration_date"].as_str().expect("a day").parse().expect("a date");
    let end = format!("{}T03:00:00Z", day.tomorrow().expect("a next day"));
    let left = seconds_until(&merchant, &end).await;
    merchant.advance(left - 120).await;
    assert_eq!(seen(&mut merchant, &token).await["transactionStatus"], "PROCESSING");
    merchant.advance(121).await;
    let body = seen(&mut merchant, &token).await;
    assert_eq!(body["transactionStatus"], "CANCELED");
    assert_eq!(body["cancellation_details"]["description"], "Payment expired");
    assert_eq!(merchant.act(&token, "pay").await.0, 409);
}

#[tokio::test]
async fn an_authorization_lapses_after_five_days() {
    let mut merchant = Merchant::new().await;
    let token = merchant.create(&authorized_order("A", "PAID")).await;
    merchant.advance(5 * 86_400).await;
    assert_eq!(seen(&mut merchant, &token).await["transactionStatus"], "PRE_AUTHORIZED", "it was paid 1 s later");
    merchant.advance(2).await;
    let body = seen(&mut merchant, &token).await;
    assert_eq!(body["transactionStatus"], "CANCELED");
    assert_eq!(body["cancellation_details"]["description"], "Pre-authorization expired");
    assert_eq!(merchant.ledger().await, [("authorization".to_owned(), 5990), ("void".to_owned(), 5990)]);
}

#[tokio::test]
async fn one_long_step_of_the_clock_plays_everything_in_order() {
    let mut merchant = Merchant::new().await;
    let token = merchant.create(&authorized_order("A", "PAID")).await;
    merchant.advance(30 * 86_400).await;
    assert_eq!(seen(&mut merchant, &token).await["transactionStatus"], "CANCELED");
    let entries = merchant.see("/ledger").await;
    let at = |index: usize| {
        let text = entries[index]["at"].as_str().expect("a time");
        text.parse::<jiff::Timestamp>().expect("RFC 3339").as_second()
    };
    assert_eq!(at(1) - at(0), 5 * 86_400, "each happened when it was due");
}

#[tokio::test]
async fn timers_also_fire_by_themselves() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "settle_delay_ms": 20 })).await;
    let token = merchant.create(&named_order("A", "PAID")).await;
    let waiting = async {
        while merchant.status(&token).await != "PAID" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::common::PATIENCE, waiting).await.expect("it is paid without the clock being moved");
}

#[tokio::test]
async fn a_person_can_let_things_expire() {
    let merchant = Merchant::new().await;
    let token = merchant.create(&authorized_order("A", "Ana")).await;
    merchant.act(&token, "pay").await;
    assert_eq!(merchant.act(&token, "expire").await.0, 200);
    assert_eq!(merchant.status(&token).await, "CANCELED");
    assert_eq!(merchant.act(&token, "expire").await.0, 409);
}

#[tokio::test]
async fn the_clock_says_where_it_is_and_refuses_nonsense() {
    let merchant = Merchant::new().await;
    assert_eq!(merchant.see("/clock").await["offset_s"], json!(0));
    assert_eq!(merchant.control("/clock", &json!({ "advance_s": 3600 })).await["offset_s"], json!(3600));
    assert_eq!(merchant.control("/clock", &json!({ "advance_s": 1 })).await["offset_s"], json!(3601));
    for body in [json!({ "advance_s": -1 }), json!({ "advance_s": 4_000_000_000_u32 }), json!({}), json!({ "by": 1 })] {
        assert_eq!(merchant.try_control("/clock", &body).await.0, 400, "{body}");
    }
}
