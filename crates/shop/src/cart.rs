//! The cart as the browser sends it, and the order that the shop makes of it. Used by `POST /shop/sessions`.
//!
//! A cart carries no amounts: a body with one is refused, not ignored.

use crate::catalogue;
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
    /// What the shop knows of the buyer; the checkout asks for the rest.
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
    tax_id: Option<String>,
}

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

/// One row of an order, at the shop's price.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    id: &'static str,
    name: &'static str,
    quantity: u32,
    unit_amount_minor: u64,
}

impl Cart {
    /// The cart's rows at the shop's own prices, and their sum.
    pub(crate) fn price(&self) -> Result<(Vec<Line>, u64), Problem> {
        if self.items.is_empty() || self.items.len() > MAX_ROWS {
            return Err(refused("items", format!("a cart has 1 to {MAX_ROWS} rows")));
        }
        let lines: Vec<Line> = self.items.iter().map(line).collect::<Result<_, _>>()?;
        // At most 50 rows of 99 pieces below BRL 100: far from the limit of u64.
        let total = lines.iter().map(|line| line.unit_amount_minor * u64::from(line.quantity)).sum();
        Ok((lines, total))
    }

    /// When the money of this cart is taken.
    pub(crate) fn capture(&self) -> Capture {
        self.capture
    }

    /// The body of the merchant server's `POST /v1/checkout_sessions`.
    pub(crate) fn session_body(&self, reference: &str, lines: &[Line], total: u64, public_url: &str) -> Value {
        let mut body = json!({
            "amount_minor": total,
            "currency": catalogue::CURRENCY,
            "reference": reference,
            "items": lines,
            "capture": self.capture,
            "return_url": format!("{public_url}/?order={reference}"),
        });
        if let Some(buyer) = &self.buyer {
            body["buyer"] = json!(buyer);
        }
        if let Some(expires_in_s) = self.expires_in_s {
            body["expires_in_s"] = json!(expires_in_s);
        }
        if let Some(locale) = &self.locale {
            body["locale"] = json!(locale);
        }
        body
    }
}

fn line(item: &CartItem) -> Result<Line, Problem> {
    let product = catalogue::product(&item.id).ok_or_else(|| refused("items", "a product that we do not sell"))?;
    if !(1..=MAX_QUANTITY).contains(&item.quantity) {
        return Err(refused("items", format!("a quantity is 1 to {MAX_QUANTITY}")));
    }
    Ok(Line {
        id: product.id,
        name: product.name,
        quantity: item.quantity,
        unit_amount_minor: product.unit_amount_minor,
    })
}

fn refused(field: &str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "cart_invalid", format!("{field}: {}", detail.into()))
}
