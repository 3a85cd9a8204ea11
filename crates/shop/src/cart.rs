//! The cart as the browser sends it, and the order that the shop makes of it. Used by `POST /shop/sessions`.
//!
//! A cart carries no amounts and names no account: a body with one is refused, not ignored.

use crate::accounts::Account;
use crate::book::Order;
use crate::catalogue::{self, Currency};
use crate::problem::Problem;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// More of one product than this is a mistake.
const MAX_QUANTITY: u32 = 99;
/// More rows than this is not a cart.
const MAX_ROWS: usize = 50;

/// What the buyer wants.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cart {
    items: Vec<CartItem>,
    /// What a guest has told of itself; the checkout asks for the rest.
    #[serde(default)]
    buyer: Option<Buyer>,
    /// `automatic`, or `manual` to charge when the goods leave.
    #[serde(default)]
    capture: Capture,
    /// How long the buyer has, in seconds.
    #[serde(default)]
    expires_in_s: Option<u64>,
    /// A BCP 47 tag.
    #[serde(default)]
    locale: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct CartItem {
    id: String,
    quantity: u32,
}

/// The buyer's own words; the merchant server checks them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Buyer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tax_id: Option<String>,
}

/// Where the bill goes. Card networks compare it; a real shop asks the buyer for it in its own form.
#[derive(Serialize)]
struct Address {
    line1: &'static str,
    city: &'static str,
    state: &'static str,
    postal_code: &'static str,
    country: &'static str,
}

/// The address of the demo's one Australian buyer.
const AUSTRALIAN_ADDRESS: Address =
    Address { line1: "1 Test St", city: "Perth", state: "WA", postal_code: "6000", country: "AU" };

/// When the money is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Capture {
    /// At once.
    #[default]
    Automatic,
    /// When the shop says so.
    Manual,
}

/// What a cart costs.
pub(crate) struct Price {
    /// Of every row.
    pub(crate) currency: Currency,
    pub(crate) lines: Vec<Line>,
    /// Their sum.
    pub(crate) total_minor: u64,
}

/// One row of an order, at the shop's price.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    id: &'static str,
    name: &'static str,
    quantity: u32,
    unit_amount_minor: u64,
}

impl Cart {
    /// The cart's rows at the shop's own prices, and their sum. One order has one currency.
    pub(crate) fn price(&self) -> Result<Price, Problem> {
        if self.items.is_empty() || self.items.len() > MAX_ROWS {
            return Err(refused("items", format!("a cart has 1 to {MAX_ROWS} rows")));
        }
        let rows: Vec<(Currency, Line)> = self.items.iter().map(row).collect::<Result<_, _>>()?;
        let currency = rows[0].0;
        if rows.iter().any(|(other, _)| *other != currency) {
            return Err(refused("items", "prices of two currencies cannot be added; make two orders"));
        }
        let lines: Vec<Line> = rows.into_iter().map(|(_, line)| line).collect();
        // At most 50 rows of 99 pieces below 1000.00: far from the limit of u64.
        let total_minor = lines.iter().map(|line| line.unit_amount_minor * u64::from(line.quantity)).sum();
        Ok(Price { currency, lines, total_minor })
    }

    /// When the money of this cart is taken.
    pub(crate) fn capture(&self) -> Capture {
        self.capture
    }

    /// The body of the merchant server's `POST /v1/checkout_sessions` for an order of this cart. Of somebody who is signed in the
    /// shop itself knows who it is, whatever the cart says.
    pub(crate) fn session_body(&self, order: &Order, account: Option<&Account>, public_url: &str) -> Value {
        let reference = &order.reference;
        let mut body = json!({
            "amount_minor": order.amount_minor,
            "currency": order.currency,
            "reference": reference,
            "items": order.items,
            "capture": self.capture,
            "return_url": self.page(order, public_url),
        });
        if order.currency == Currency::Aud {
            body["billing_address"] = json!(AUSTRALIAN_ADDRESS);
        }
        match (account, &self.buyer) {
            (Some(account), _) => body["buyer"] = json!(account),
            (None, Some(guest)) => body["buyer"] = json!(guest),
            (None, None) => {}
        }
        if let Some(expires_in_s) = self.expires_in_s {
            body["expires_in_s"] = json!(expires_in_s);
        }
        if let Some(locale) = &self.locale {
            body["locale"] = json!(locale);
        }
        body
    }

    /// Where whoever comes back from a provider finds this order again. The page's policy depends on the currency, so it must be
    /// the same page.
    fn page(&self, order: &Order, public_url: &str) -> String {
        let currency = match order.currency {
            Currency::Brl => "",
            Currency::Aud => "currency=AUD&",
        };
        let is_english = self.locale.as_deref().is_some_and(|locale| locale.starts_with("en"));
        let language = if is_english { "lang=en&" } else { "" };
        format!("{public_url}/?{currency}{language}order={}", order.reference)
    }
}

fn row(item: &CartItem) -> Result<(Currency, Line), Problem> {
    let (currency, product) =
        catalogue::product(&item.id).ok_or_else(|| refused("items", "a product that we do not sell"))?;
    if !(1..=MAX_QUANTITY).contains(&item.quantity) {
        return Err(refused("items", format!("a quantity is 1 to {MAX_QUANTITY}")));
    }
    let line = Line {
        id: product.id,
        name: product.name(currency),
        quantity: item.quantity,
        unit_amount_minor: product.unit_amount_minor,
    };
    Ok((currency, line))
}

fn refused(field: &str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "cart_invalid", format!("{field}: {}", detail.into()))
}
