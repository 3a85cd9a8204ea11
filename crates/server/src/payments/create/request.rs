//! What a shop sends to create a session. Checked by `check.rs`.

use crate::store::sessions::{Buyer, Capture};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use umclique_wire::MethodKind;
use utoipa::ToSchema;

/// A line of the cart.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The shop's id of the product.
    pub id: String,
    /// What the buyer calls it.
    pub name: String,
    /// How many; at least 1.
    pub quantity: u32,
    /// The price of one, in minor units.
    pub unit_amount_minor: u64,
}

/// What the goods are.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Goods {
    /// Downloaded or served.
    Digital,
    /// Shipped.
    Physical,
}

/// Data for one provider alone.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderData {
    /// For ePag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epag: Option<EpagData>,
}

/// Data for ePag alone.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EpagData {
    /// Passed on as `extra_data`, and returned by ePag's queries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub extra_data: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Body of `POST /v1/checkout_sessions`. Items, tax, shipping and discount must add up to the amount.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSession {
    /// The total in minor units, 1 to 999999999999.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// The shop's name for the order, 1 to 64 characters; shown to the buyer.
    pub reference: String,
    /// The cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<Item>>,
    /// Part of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_minor: Option<u64>,
    /// Part of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_minor: Option<u64>,
    /// Taken off the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_minor: Option<u64>,
    /// What the goods are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods: Option<Goods>,
    /// What the shop knows of the buyer, so that the form need not ask.
    #[serde(default)]
    pub buyer: Buyer,
    /// Kept for the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub billing_address: Option<serde_json::Map<String, serde_json::Value>>,
    /// Only these methods, in this order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<MethodKind>>,
    /// When the money moves.
    #[serde(default)]
    pub capture: Capture,
    /// Where the buyer goes afterwards: an absolute http or https address.
    pub return_url: String,
    /// 300 to 604800 seconds; 86400 where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<i64>,
    /// A BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The shop's own notes, at most 50 texts; never sent to a provider.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Data for one provider alone.
    #[serde(default)]
    pub provider_data: ProviderData,
}
