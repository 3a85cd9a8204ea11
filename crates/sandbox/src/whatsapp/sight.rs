//! Chats, buyers and orders as control and the buyer page show them; amounts in cents.

use serde::Serialize;

use super::book::Book;
use super::buyers::{Buyer, Reach};
use super::chats::{Bubble, Delivery, Says};
use super::orders::{Closed, Order};
use super::settings::Settings;
use super::state::{OrderState, PaymentState};
use crate::clock::rfc3339;

/// A buyer.
#[derive(Debug, Serialize)]
pub(super) struct BuyerView {
    phone: String,
    user_id: String,
    name: String,
    reach: Reach,
    window_open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_wrote_at: Option<String>,
}

/// A chat, oldest bubble first.
#[derive(Debug, Serialize)]
pub(super) struct ChatView {
    #[serde(flatten)]
    buyer: BuyerView,
    bubbles: Vec<BubbleView>,
}

#[derive(Debug, Serialize)]
struct BubbleView {
    id: String,
    from: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<&'static str>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<u32>,
    #[serde(flatten)]
    says: Says,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<OrderView>,
}

/// An order.
#[derive(Debug, Serialize)]
pub(super) struct OrderView {
    reference_id: String,
    message_id: String,
    phone: String,
    status: OrderState,
    payment: Option<PaymentState>,
    amount_minor: i64,
    currency: &'static str,
    goods: String,
    text: String,
    items: Vec<ItemView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Parts>,
    card: Option<CardView>,
    payment_settings: Vec<String>,
    is_template: bool,
    taps: u32,
    can_pay: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_because: Option<&'static str>,
    is_expired: bool,
    sent_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct ItemView {
    name: String,
    quantity: i64,
    unit_amount_minor: i64,
}

#[derive(Debug, Serialize)]
struct Parts {
    subtotal_minor: i64,
    tax_minor: i64,
    shipping_minor: i64,
    discount_minor: i64,
}

#[derive(Debug, Serialize)]
struct CardView {
    last_four_digits: String,
    credential_id: String,
}

/// One buyer.
pub(super) fn view_buyer(buyer: &Buyer, settings: &Settings, now_ms: i64) -> BuyerView {
    BuyerView {
        phone: buyer.wa_id.clone(),
        user_id: buyer.user_id(),
        name: buyer.name.clone(),
        reach: buyer.reach,
        window_open: buyer.is_window_open(settings, now_ms),
        last_wrote_at: buyer.last_inbound_ms.map(rfc3339),
    }
}

/// One chat with everything in it.
pub(super) fn view_chat(book: &Book, buyer: &Buyer, settings: &Settings, now_ms: i64) -> ChatView {
    let bubble = |bubble: &Bubble| {
        let order = match &bubble.says {
            Says::Order { reference_id, .. } => book.order(reference_id).filter(|order| order.wamid == bubble.wamid),
            _ => None,
        };
        BubbleView {
            id: bubble.wamid.clone(),
            from: if bubble.delivery.is_some() { "shop" } else { "buyer" },
            at: rfc3339(bubble.at_ms),
            delivery: bubble.delivery.as_ref().map(Delivery::name),
            error_code: match &bubble.delivery {
                Some(Delivery::Failed(error)) => Some(error.code),
                _ => None,
            },
            says: bubble.says.clone(),
            order: order.map(|order| view_order(order, Some(buyer), now_ms)),
        }
    };
    ChatView { buyer: view_buyer(buyer, settings, now_ms), bubbles: buyer.bubbles().map(bubble).collect() }
}

/// One order.
pub(super) fn view_order(order: &Order, buyer: Option<&Buyer>, now_ms: i64) -> OrderView {
    let details = &order.details;
    let cart = details.cart.as_ref();
    let closed = order.refuses_tap(now_ms);
    OrderView {
        reference_id: details.reference.clone(),
        message_id: order.wamid.clone(),
        phone: buyer.map_or_else(|| order.buyer.clone(), |buyer| buyer.wa_id.clone()),
        status: order.status,
        payment: order.payment,
        amount_minor: details.total,
        currency: "BRL",
        goods: details.goods.clone(),
        text: details.text.clone(),
        items: cart.map_or_else(Vec::new, |cart| {
            let view = |item: &super::details::Item| ItemView {
                name: item.name.clone(),
                quantity: item.quantity,
                unit_amount_minor: item.unit,
            };
            cart.items.iter().map(view).collect()
        }),
        parts: cart.map(|cart| Parts {
            subtotal_minor: cart.subtotal,
            tax_minor: cart.tax,
            shipping_minor: cart.shipping,
            discount_minor: cart.discount,
        }),
        card: details
            .card
            .as_ref()
            .map(|card| CardView { last_four_digits: card.last_four.clone(), credential_id: card.credential.clone() }),
        payment_settings: details.methods.clone(),
        is_template: order.is_template,
        taps: order.taps,
        can_pay: closed.is_none(),
        closed_because: closed.map(Closed::reason),
        is_expired: details.is_expired(now_ms),
        sent_at: rfc3339(order.sent_at_ms),
        expires_at: cart.and_then(|cart| cart.expires_at_s).map(|at_s| rfc3339(at_s.saturating_mul(1_000))),
    }
}
