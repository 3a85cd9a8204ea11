//! What is bought, as a bubble can show it. Made by `prepare` from the session, kept with the attempt. Pure.
//!
//! All or nothing: a cart with a line missing would be another cart, so one that WhatsApp's rules do not allow, or that the
//! shop did not tell, is one line: the order with its total. The simplified form, a total without lines, would show no end of
//! the order and none of its states, and editions of before March 2026 refuse it. Source: WhatsApp "Receive WhatsApp payments /
//! Orders".

use super::graph::rules::NAME_CHARS;
use super::texts::{Language, Say, shortened, text};
use crate::store::Session;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is bought. In minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cart {
    pub(super) lines: Vec<Line>,
    pub(super) tax_minor: u64,
    pub(super) shipping_minor: u64,
    pub(super) discount_minor: u64,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) quantity: u32,
    pub(super) unit_minor: u64,
}

impl Cart {
    /// The session's cart, line by line or as one.
    pub(super) fn of(session: &Session, language: Language) -> Self {
        Self::itemised(session).unwrap_or_else(|| {
            let order = session.reference.as_str();
            let name = shortened(&text(language, Say::Whole { order }), NAME_CHARS);
            let whole = Line { id: order.to_owned(), name, quantity: 1, unit_minor: session.amount.minor() };
            Self { lines: vec![whole], tax_minor: 0, shipping_minor: 0, discount_minor: 0 }
        })
    }

    /// `None`: it cannot be shown line by line.
    fn itemised(session: &Session) -> Option<Self> {
        let data = &session.order_data;
        let minor = |name: &str| data.get(name).and_then(Value::as_u64).unwrap_or(0);
        let lines = data.get("items")?.as_array()?.iter().map(Line::read).collect::<Option<Vec<_>>>()?;
        let cart = Self {
            lines,
            tax_minor: minor("tax_minor"),
            shipping_minor: minor("shipping_minor"),
            discount_minor: minor("discount_minor"),
        };
        let is_whole = !cart.lines.is_empty() && cart.total_minor() == Some(session.amount.minor());
        is_whole.then_some(cart)
    }

    /// What all lines come to.
    pub(super) fn subtotal_minor(&self) -> Option<u64> {
        let line = |line: &Line| line.unit_minor.checked_mul(u64::from(line.quantity));
        self.lines.iter().try_fold(0_u64, |sum, it| sum.checked_add(line(it)?))
    }

    fn total_minor(&self) -> Option<u64> {
        let sum_minor = self.subtotal_minor()?.checked_add(self.tax_minor)?.checked_add(self.shipping_minor)?;
        sum_minor.checked_sub(self.discount_minor)
    }
}

impl Line {
    /// `None`: a line that WhatsApp does not take, as a gift without a price.
    fn read(item: &Value) -> Option<Self> {
        let text = |name: &str| item.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty());
        Some(Self {
            id: text("id")?.to_owned(),
            name: shortened(text("name")?, NAME_CHARS),
            quantity: u32::try_from(item.get("quantity")?.as_u64()?).ok().filter(|quantity| *quantity > 0)?,
            unit_minor: item.get("unit_amount_minor")?.as_u64().filter(|minor| *minor > 0)?,
        })
    }
}
