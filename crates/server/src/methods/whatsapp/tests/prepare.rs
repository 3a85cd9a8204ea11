//! What a confirm stores: the card, the buyer, and a cart that WhatsApp takes, whatever the shop sent.

use super::super::cart::Cart;
use super::super::order;
use super::super::reference::Reference;
use super::*;
use crate::clock::{MINUTE, SECOND};
use proptest::prelude::*;

fn line(name: &str, quantity: u32, unit_minor: u64) -> Value {
    json!({"id": "sku", "name": name, "quantity": quantity, "unit_amount_minor": unit_minor})
}

#[test]
fn a_cart_is_shown_line_by_line_where_the_rules_allow_it() {
    for (data, amount_minor, lines) in [
        (cart(), 2_950, 1),
        (json!({"items": [line("Lata", 2, 1_000), line("Pincel", 1, 500)], "discount_minor": 300}), 2_200, 2),
        // Without a cart, with a gift, without an id, or with a sum that is another: the order in one line.
        (json!({}), 2_950, 0),
        (json!({"items": null}), 2_950, 0),
        (json!({"items": []}), 2_950, 0),
        (json!({"items": [line("Lata", 1, 2_950), line("Brinde", 1, 0)]}), 2_950, 0),
        (json!({"items": [{"id": " ", "name": "Lata", "quantity": 1, "unit_amount_minor": 2_950}]}), 2_950, 0),
        (json!({"items": [line("Lata", 1, 1_000)]}), 2_950, 0),
        (json!({"items": [line("Lata", u32::MAX, u64::MAX)]}), 2_950, 0),
    ] {
        let details = prepared(&session(data.clone(), amount_minor), NOW_MS);
        let whole = details.cart.lines.iter().filter(|line| line.id == "1001" && line.name == "Pedido 1001").count();
        assert_eq!((details.cart.lines.len() - whole, whole), (lines, usize::from(lines == 0)), "{data}");
        assert_eq!(sum(&details.cart), amount_minor, "{data}");
    }
}

fn sum(cart: &Cart) -> u64 {
    cart.subtotal_minor().expect("a sum") + cart.tax_minor + cart.shipping_minor - cart.discount_minor
}

#[test]
fn a_long_name_is_shortened_and_not_refused() {
    let data = json!({"items": [line(&"é".repeat(200), 1, 2_950)]});
    let details = prepared(&session(data, 2_950), NOW_MS);
    let name = &details.cart.lines[0].name;
    assert!(name.chars().count() == 60 && name.ends_with('…'), "{name}");
}

#[test]
fn an_order_ends_with_its_session_and_after_an_hour_at_the_latest() {
    for (life_ms, ends_ms) in [(24 * HOUR, HOUR), (10 * MINUTE, 10 * MINUTE)] {
        let session = Session { expires_at_ms: NOW_MS + life_ms, ..session(cart(), 2_950) };
        assert_eq!(prepared(&session, NOW_MS).expires_at_ms, NOW_MS + ends_ms);
    }
}

#[test]
fn an_end_that_is_too_near_for_the_rule_is_left_out() {
    for (left_ms, is_told) in [(HOUR, true), (330 * SECOND, true), (329 * SECOND, false), (0, false), (-SECOND, false)]
    {
        let details = Details { expires_at_ms: NOW_MS + left_ms, ..sent() };
        let reference = Reference::new(&keys::new_attempt_id(), 1);
        let total = Money::from_minor(2_950, Currency::Brl).expect("an amount");
        let made = order::checked(&quiet().config, &details, (&reference, total), NOW_MS).expect("allowed");
        let made = serde_json::to_value(made).expect("JSON");
        let told = &made["interactive"]["action"]["parameters"]["order"]["expiration"]["timestamp"];
        let expected = is_told.then(|| ((NOW_MS + left_ms) / 1_000).to_string());
        assert_eq!(told.as_str(), expected.as_deref(), "{left_ms} ms left");
    }
}

#[test]
fn only_a_card_of_the_sessions_own_buyer_can_be_confirmed() {
    let session = session(cart(), 2_950);
    let other = CredentialId::parse("cr_0193f0c47d5b7c3e9a1d2b3c4d5e6f71").expect("an id");
    let request = ConfirmRequest::Whatsapp(WhatsappDetails { credential: other });
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let problems = quiet().prepare(&Press { session: &session, request: &request, address, now_ms: NOW_MS });
    assert_eq!(problems.expect_err("refused")[0].field, "credential");
}

#[test]
fn it_is_offered_in_reais_to_buyers_with_a_card() {
    let method = quiet();
    let mut session = session(cart(), 2_950);
    session.known.cards.insert(0, Credential { last_four: "1111".to_owned(), ..card() });
    let offer = method.offer(&session).expect("offered");
    let labels: Vec<_> = offer.saved.iter().filter_map(|saved| saved.label.as_deref()).collect();
    assert_eq!((labels, offer.needs.len()), (vec!["1111", "4242"], 0));
    assert_eq!(offer.saved[1].id.as_deref(), Some(CARD));
    session.amount = Money::from_minor(2_950, Currency::Aud).expect("an amount");
    assert!(method.offer(&session).is_none());
    session.amount = Money::from_minor(2_950, Currency::Brl).expect("an amount");
    session.known.cards.clear();
    assert!(method.offer(&session).is_none());
}

#[test]
fn nothing_shows_who_buys() {
    let details = sent();
    let shown = format!("{details:?} {:?} {:?}", quiet(), attempt(&details, NOW_MS));
    for secret in ["5511999990000", "card_visa", SECRET, "token-of-the-tests", "word-of-the-tests", "psp-secret"] {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}

proptest! {
    /// Whatever a shop sells: what it may create as a session, WhatsApp's rules allow as an order.
    #[test]
    fn every_session_becomes_an_order_that_the_rules_allow(
        lines in proptest::collection::vec((".{0,80}", ".{0,200}", 0_u32..5, 0_u64..100_000), 0..4),
        (tax, shipping, discount) in (0_u64..500, 0_u64..500, 0_u64..500),
        reference in ".{1,64}",
        is_english in any::<bool>(),
    ) {
        let goods: u64 = lines.iter().map(|(_, _, quantity, unit)| u64::from(*quantity) * unit).sum();
        let items: Vec<_> = lines
            .iter()
            .map(|(id, name, quantity, unit)| json!({"id": id, "name": name, "quantity": quantity, "unit_amount_minor": unit}))
            .collect();
        let data = json!({"items": items, "tax_minor": tax, "shipping_minor": shipping, "discount_minor": discount});
        let amount_minor = (goods + tax + shipping).saturating_sub(discount).max(1);
        let locale = is_english.then(|| "en".to_owned());
        let is_clean = !reference.trim().is_empty();
        let reference = if is_clean { reference } else { "1001".to_owned() };
        let session = Session { reference, locale, ..session(data, amount_minor) };
        prop_assert_eq!(sum(&prepared(&session, NOW_MS).cart), amount_minor);
    }
}
