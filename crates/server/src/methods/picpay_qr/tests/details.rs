//! The offer, and what a confirm must bring.

use super::*;
use crate::clock::{DAY, HOUR, brazil_day, brazil_day_end_ms};
use crate::methods::{Method as _, Press};
use umclique_wire::{BuyerField, ConfirmRequest, PicpayQrDetails};

/// 2025-03-05, noon in Brazil.
const NOON_MS: i64 = 1_741_186_800_000;

fn offline() -> PicpayQr {
    new_method("http://127.0.0.1:9", &Clock::default(), 1_000)
}

fn buyer(tax_id: Option<&str>) -> Buyer {
    let (name, email) = (Some("Ana Souza".to_owned()), Some("ana@example.com".to_owned()));
    Buyer { name, email, tax_id: tax_id.map(str::to_owned), ..Buyer::default() }
}

fn given(changes: impl FnOnce(&mut PicpayQrDetails)) -> ConfirmRequest {
    let mut details = PicpayQrDetails::default();
    changes(&mut details);
    ConfirmRequest::PicpayQr(details)
}

fn press<'a>(session: &'a Session, request: &'a ConfirmRequest) -> Press<'a> {
    Press { session, request, address: std::net::Ipv4Addr::LOCALHOST.into(), now_ms: NOON_MS }
}

fn problems(request: &ConfirmRequest, buyer: Buyer) -> Vec<String> {
    let session = Session { expires_at_ms: NOON_MS, ..new_session(brl(100), buyer) };
    let prepared = offline().prepare(&press(&session, request));
    prepared.map_or_else(|problems| problems.into_iter().map(|problem| problem.field).collect(), |_| Vec::new())
}

#[tokio::test]
async fn only_amounts_that_picpay_takes_are_offered() {
    let aud = Money::from_minor(100, Currency::Aud).expect("within the limit");
    for (amount, is_offered) in
        [(brl(0), false), (brl(1), true), (brl(1_000_000), true), (brl(1_000_001), false), (aud, false)]
    {
        let offer = offline().offer(&new_session(amount, Buyer::default()));
        assert_eq!(offer.is_some(), is_offered, "{amount:?}");
    }
}

#[tokio::test]
async fn the_form_asks_only_for_what_is_missing() {
    let all = offline().offer(&new_session(brl(100), Buyer::default())).expect("it fits").needs;
    assert_eq!(all, [BuyerField::Name, BuyerField::Email, BuyerField::TaxId]);
    for (tax_id, needs) in [
        (None, vec![BuyerField::TaxId]),
        (Some("11111111111"), vec![BuyerField::TaxId]),
        (Some(TAX_ID), vec![]),
        (Some("529.982.247-25"), vec![]),
        (Some("11.222.333/0001-81"), vec![]),
    ] {
        let offer = offline().offer(&new_session(brl(100), buyer(tax_id))).expect("it fits");
        assert_eq!((offer.kind, offer.needs), (MethodKind::PicpayQr, needs), "{tax_id:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_named_by_its_field() {
    type Change = fn(&mut PicpayQrDetails);
    let cases: [(Change, &[&str]); 17] = [
        (|_| {}, &[]),
        (|details| details.tax_id = Some("  ".to_owned()), &[]),
        (|details| details.tax_id = Some("12.ABC.345/01DE-35".to_owned()), &[]),
        (|details| details.tax_id = Some("39784045088".to_owned()), &["details.tax_id"]),
        (|details| details.tax_id = Some("397840450870".to_owned()), &["details.tax_id"]),
        (|details| details.name = Some("Ana Souza".to_owned()), &[]),
        (|details| details.name = Some("Ana\u{7}".to_owned()), &["details.name"]),
        (|details| details.name = Some("123".to_owned()), &["details.name"]),
        (|details| details.name = Some("x".repeat(121)), &["details.name"]),
        (|details| details.email = Some("ana@example.com".to_owned()), &[]),
        (|details| details.email = Some("ana@example".to_owned()), &["details.email"]),
        (|details| details.email = Some("ana souza@example.com".to_owned()), &["details.email"]),
        (|details| details.email = Some("@example.com".to_owned()), &["details.email"]),
        (|details| details.birth_date = Some("1990-01-31".to_owned()), &[]),
        (|details| details.birth_date = Some("1990-02-30".to_owned()), &["details.birth_date"]),
        (|details| details.birth_date = Some("2025-03-06".to_owned()), &["details.birth_date"]),
        (|details| details.birth_date = Some("31/01/1990".to_owned()), &["details.birth_date"]),
    ];
    for (number, (change, expected)) in cases.into_iter().enumerate() {
        assert_eq!(problems(&given(change), buyer(Some(TAX_ID))), expected, "case {number}");
    }
    assert_eq!(problems(&given(|_| {}), Buyer::default()), ["details.tax_id"]);
    let all_wrong = given(|details| {
        details.name = Some("1".to_owned());
        details.email = Some("1".to_owned());
        details.birth_date = Some("1".to_owned());
        details.tax_id = Some("1".to_owned());
    });
    let fields = ["details.name", "details.email", "details.birth_date", "details.tax_id"];
    assert_eq!(problems(&all_wrong, Buyer::default()), fields);
}

#[tokio::test]
async fn a_problem_never_repeats_what_was_typed() {
    let request = given(|details| {
        details.tax_id = Some("52998224726".to_owned());
        details.email = Some("ana-without-at".to_owned());
    });
    let problems = offline().prepare(&press(&new_session(brl(100), Buyer::default()), &request)).expect_err("wrong");
    let text = format!("{problems:?}");
    assert!(!text.contains("52998224726") && !text.contains("ana-without-at"), "{text}");
}

#[tokio::test]
async fn the_buyers_words_come_before_the_shops() {
    let known = Buyer {
        name: Some("Ana".to_owned()),
        email: Some("shop@example.com".to_owned()),
        birth_date: Some("1990-01-31".to_owned()),
        ..buyer(Some("397.840.450-87"))
    };
    let mut session =
        Session { expires_at_ms: NOON_MS + 3 * DAY, capture: Capture::Manual, ..new_session(brl(100), known) };
    session.order_data = json!({"provider_data": {"epag": {"extra_data": {"loja": "12"}}}, "metadata": {"secret": 1}});
    let request = given(|details| {
        details.email = Some(" ana@example.com ".to_owned());
        details.tax_id = Some("529.982.247-25".to_owned());
    });
    let prepared = offline().prepare(&press(&session, &request)).expect("all is well");
    let expected = json!({
        "name": "Ana", "email": "ana@example.com", "tax_id": TAX_ID, "birth_date": "1990-01-31", "is_manual": true,
        "ip_address": "127.0.0.1", "expires_on": "2025-03-08", "extra_data": {"loja": "12"},
    });
    assert_eq!(prepared.details, expected);
}

#[tokio::test]
async fn the_code_lives_until_the_sessions_day_and_is_watched_a_day_longer() {
    for (expires_at_ms, expires_on) in [
        (NOON_MS + HOUR, "2025-03-05"),
        // 23:59 in Brazil is the next day in UTC.
        (NOON_MS + 12 * HOUR - 60_000, "2025-03-05"),
        (NOON_MS + 12 * HOUR, "2025-03-06"),
        (NOON_MS - 30 * DAY, "2025-03-05"),
    ] {
        let session = Session { expires_at_ms, ..new_session(brl(100), buyer(Some(TAX_ID))) };
        let prepared = offline().prepare(&press(&session, &given(|_| {}))).expect("all is well");
        assert_eq!(prepared.details["expires_on"], expires_on);
        assert_eq!(Some(prepared.watch_until_ms - DAY), brazil_day_end_ms(expires_on));
    }
    assert_eq!(brazil_day(NOON_MS), "2025-03-05");
}

#[tokio::test]
async fn it_can_do_all_that_the_shop_may_ask() {
    let able = offline().capabilities();
    assert!(able.manual_capture && able.partial_capture && able.partial_refund);
}
