//! `POST /orders` with `CreateOnlineOrder`: checks the order and opens it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::calls::Call;
use super::errors::ApiError;
use super::order::{Order, Shopper};
use super::pipeline::{Reply, Scene, Site, answer};
use super::status::OrderStatus;
use super::{April, CURRENCY, views};
use crate::json::{Complaint, Fields, Reason};
use crate::world::lock;

/// `POST /orders`.
pub(super) async fn create_order(State(april): State<Arc<April>>, site: Site, body: Bytes) -> Response {
    answer(&april, site, Call::Create, |scene| {
        let order = read_order(&body, scene)?;
        let reply = json!({ "OnlineOrder": { "order": views::order(&order, &scene.settings) } });
        for orphaned in lock(&scene.april.book).insert_order(order, scene.settings.max_orders) {
            scene.april.world.clock.cancel(orphaned);
        }
        Ok(Reply::ok(reply))
    })
    .await
}

/// The action that a body asks for, and its fields: an object with the one key that names it.
pub(super) fn read_action(body: &[u8]) -> Result<(String, Fields<'_>), ApiError> {
    let malformed = || ApiError::bad_request("the body must be an object with one key, which names the action");
    Fields::parse(body).and_then(Fields::sole).ok_or_else(malformed)
}

/// The same where only one action is imitated.
pub(super) fn read_only_action<'a>(body: &'a [u8], wanted: &str) -> Result<Fields<'a>, ApiError> {
    let (name, fields) = read_action(body)?;
    if name == wanted {
        Ok(fields)
    } else {
        Err(ApiError::bad_request(format!("the action must be {wanted}; others are not imitated")))
    }
}

/// `amount {minorCurrencyUnits, currency}`: over zero, and AUD.
pub(super) fn read_money(fields: &Fields<'_>, wrong: &mut Vec<Complaint>) -> Option<i64> {
    let money = fields.object("amount", wrong);
    let amount = money.positive_integer("minorCurrencyUnits", wrong);
    let currency = money.required_text("currency", wrong)?;
    if currency != CURRENCY {
        money.refuse("currency", Reason::Text("must be AUD"), wrong);
    }
    amount.filter(|_| currency == CURRENCY)
}

fn read_order(body: &[u8], scene: &Scene<'_>) -> Result<Order, ApiError> {
    let fields = read_only_action(body, "CreateOnlineOrder")?;
    let mut wrong = Vec::new();
    let reference = fields.required_text("referenceOrderId", &mut wrong);
    let amount = read_money(&fields, &mut wrong);
    let description = fields.required_text("description", &mut wrong);
    check_items(&fields, &mut wrong);
    let _ = fields.integer("discountAmount", &mut wrong);
    check_address(&fields, "billing", &mut wrong);
    check_address(&fields, "shipping", &mut wrong);
    let shopper = Shopper {
        email: fields.text("customerEmailAddress", &mut wrong),
        phone: read_phone(&fields, &mut wrong),
        name: fields.text("customerName", &mut wrong),
    };
    let _ = fields.object("metadata", &mut wrong);
    let (Some(reference), Some(amount), Some(description), true) = (reference, amount, description, wrong.is_empty())
    else {
        return Err(ApiError::fields(&wrong));
    };
    let mut order = Order {
        id: scene.april.id("ordr_"),
        reference,
        amount,
        description,
        status: OrderStatus::Created,
        shopper,
        metadata: fields.raw("metadata").map(ToOwned::to_owned),
        created_at_ms: scene.now_ms,
        updated_at_ms: scene.now_ms,
        transactions: Vec::new(),
        history: Vec::new(),
    };
    order.note(scene.now_ms, "created", None);
    Ok(order)
}

/// Items are looked at one by one and never added up: the reference has unit prices, the official plugin line totals.
fn check_items(fields: &Fields<'_>, wrong: &mut Vec<Complaint>) {
    for item in fields.objects("items", wrong) {
        let amount = item.object("amount", wrong);
        if amount.raw("minorCurrencyUnits").is_none() {
            amount.refuse("minorCurrencyUnits", Reason::Text("must not be null"), wrong);
        }
        let _ = amount.integer("minorCurrencyUnits", wrong);
        let _ = item.required_text("description", wrong);
        // May be a decimal, such as 1.5.
        if !item.raw("quantity").is_some_and(|raw| raw.get().starts_with(|first: char| first.is_ascii_digit())) {
            item.refuse("quantity", Reason::Text("must be a number"), wrong);
        }
    }
}

fn check_address(fields: &Fields<'_>, name: &str, wrong: &mut Vec<Complaint>) {
    if fields.raw(name).is_none() {
        return;
    }
    let address = fields.object(name, wrong).object("address", wrong);
    for part in ["line1", "city", "state", "postalCode", "country"] {
        if address.raw(part).is_none() {
            address.refuse(part, Reason::Text("must not be null"), wrong);
        }
        let _ = address.text(part, wrong);
    }
}

/// E.164: a plus, a country code that does not begin with zero, at most fifteen digits.
fn read_phone(fields: &Fields<'_>, wrong: &mut Vec<Complaint>) -> Option<String> {
    let phone = fields.text("customerPhoneNumber", wrong)?;
    let digits = phone.strip_prefix('+').unwrap_or("");
    let is_valid = (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_valid {
        fields.refuse("customerPhoneNumber", Reason::Text("must be in E.164 format"), wrong);
    }
    Some(phone)
}
