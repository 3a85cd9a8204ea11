//! What April is told of a session: the order, and what its frame need not ask for. Pure.
//!
//! April needs nothing of the buyer that its own frame does not ask for, so what it would not take is left out, and
//! nothing that the shop sent can fail a confirm.

use super::details::{Details, Step};
use super::payload::{Address, Amount, Billing, Item, NewOrder};
use crate::methods::{Prepared, Press};
use crate::store::Session;
use crate::store::sessions::Capture;
use serde_json::Value;
use umclique_wire::{Currency, WidgetBuyer};

/// Longest text that is passed on. Undocumented; we assume that anything shorter fits.
const CHARS_MAX: usize = 200;

/// What a confirm stores.
pub(super) fn prepare(press: &Press<'_>) -> Prepared {
    let session = press.session;
    let details = Details {
        is_manual: session.capture == Capture::Manual,
        buyer: buyer(session),
        step: Step::Create { order: Box::new(order(session)) },
    };
    // Only our own server pays an order, and never once the attempt is over: nothing can surprise us afterwards.
    Prepared { details: details.stored(), watch_until_ms: press.now_ms, forgets_link: false }
}

fn order(session: &Session) -> NewOrder {
    let data = &session.order_data;
    NewOrder {
        description: session.reference.clone(),
        items: items(data, session.amount.currency()),
        discount_amount: data.get("discount_minor").and_then(Value::as_u64).filter(|minor| *minor > 0),
        billing: billing(session),
        customer_email_address: plain(session.buyer.email.as_deref()),
        customer_phone_number: phone(session),
        customer_name: plain(session.buyer.name.as_deref()),
    }
}

fn items(data: &Value, currency: Currency) -> Vec<Item> {
    let item = |item: &Value| {
        Some(Item {
            amount: Amount::new(item.get("unit_amount_minor")?.as_u64()?, currency),
            description: plain(item.get("name")?.as_str())?,
            sku: plain(item.get("id")?.as_str())?,
            quantity: u32::try_from(item.get("quantity")?.as_u64()?).ok()?,
        })
    };
    let items = data.get("items").and_then(Value::as_array);
    // All or none: a cart with a line missing would be another cart.
    items.and_then(|items| items.iter().map(item).collect::<Option<Vec<_>>>()).unwrap_or_default()
}

/// Whole, or not at all.
fn billing(session: &Session) -> Option<Billing> {
    let address = session.order_data.get("billing_address")?;
    let field = |names: &[&str]| names.iter().find_map(|name| plain(address.get(*name)?.as_str()));
    Some(Billing {
        address: Address {
            line1: field(&["line1", "street"])?,
            line2: field(&["line2"]),
            city: field(&["city"])?,
            state: field(&["state", "region"])?,
            postal_code: field(&["postal_code", "postcode", "postalCode", "zip"])?,
            country: field(&["country"])?,
        },
        name: plain(session.buyer.name.as_deref())?,
        phone_number: phone(session),
    })
}

fn buyer(session: &Session) -> WidgetBuyer {
    let name = plain(session.buyer.name.as_deref());
    let words: Vec<_> = name.as_deref().unwrap_or_default().split_whitespace().collect();
    let (first, last) = match words.as_slice() {
        [] => (None, None),
        [only] => (Some((*only).to_owned()), None),
        [first @ .., last] => (Some(first.join(" ")), Some((*last).to_owned())),
    };
    WidgetBuyer {
        email: plain(session.buyer.email.as_deref()),
        phone: phone(session),
        first_name: first,
        last_name: last,
    }
}

/// E.164, as April wants it; another spelling of a number is left out.
fn phone(session: &Session) -> Option<String> {
    let typed = session.buyer.phone.as_deref()?;
    let number: String = typed.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let digits = number.strip_prefix('+')?;
    let is_number = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(number)
}

fn plain(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    let is_plain = !text.is_empty() && text.chars().count() <= CHARS_MAX && !text.chars().any(char::is_control);
    is_plain.then(|| text.to_owned())
}
