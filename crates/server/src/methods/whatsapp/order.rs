//! The order message: round 0 of an attempt, and again in a template where the buyer's window is closed. It asks for money and
//! moves none.

use super::details::{Details, Form};
use super::graph::client::Turn;
use super::graph::codes::Meaning;
use super::graph::payload::{
    Amount, CARD, Card, Content, Expiration, Item, Message, Order, OrderDetails, PaymentSetting,
};
use super::graph::rules::{self, BODY_CHARS, EXPIRY_SECONDS, FOOTER_CHARS};
use super::reference::{Callback, Reference};
use super::texts::{Say, shortened, text};
use super::{PROVIDER, Whatsapp, WhatsappConfig, WhatsappError};
use crate::clock::{SECOND, rfc3339};
use crate::methods::{Asked, Observation, Outcome};
use crate::store::Attempt;
use umclique_wire::{AwaitBuyer, Delivery, Money, NextAction};

/// WhatsApp's clock may be ahead of ours, and the message takes its time: an end that is nearer than this is left out.
const EXPIRY_SLACK_SECONDS: i64 = 30;
/// Longest shop's name in the text.
const SHOP_CHARS: usize = 120;

/// Sends the attempt's order message, at most twice: as itself, and in a template where only that passes.
pub(super) async fn send(method: &Whatsapp, attempt: &Attempt, details: Details) -> Outcome<Observation> {
    let turn = method.graph.turn();
    let sent = send_one(method, turn, attempt, &details).await;
    let template = method.config.order_template.as_ref().filter(|_| details.form == Form::Interactive);
    let is_closed = sent.as_ref().is_err_and(|error| error.meaning() == Some(Meaning::WindowClosed));
    let (sent, details) = if is_closed && template.is_some() {
        // Another name: WhatsApp may remember the refused one.
        let details = details.next_in(Form::Template);
        (send_one(method, turn, attempt, &details).await, details)
    } else {
        (sent, details)
    };
    match sent {
        Ok(wa_id) => {
            let details = Details { wa_id: wa_id.or(details.wa_id.clone()), is_sent: true, ..details };
            let asked =
                Asked { action: action(&method.config, &details, Delivery::Sent), details: Some(details.stored()) };
            Outcome::Asks(Box::new(asked))
        }
        Err(error) => {
            if matches!(error.meaning(), Some(Meaning::Invalid | Meaning::Template)) {
                tracing::error!(attempt = %attempt.id, %error, "an order message is refused for what it says");
            }
            error.into_order_outcome()
        }
    }
}

/// What WhatsApp calls the buyer, if it told.
async fn send_one(
    method: &Whatsapp,
    turn: Turn,
    attempt: &Attempt,
    details: &Details,
) -> Result<Option<String>, WhatsappError> {
    let reference = Reference::new(&attempt.id, details.number);
    let content = checked(&method.config, details, (&reference, attempt.amount), method.clock.now_ms())?;
    let callback = Callback { reference, message: None };
    match method.graph.send(turn, &Message::new(&details.to, content, callback.to_string())).await {
        Ok(taken) => Ok(taken.wa_id),
        // It was sent before and its answer lost: only we use this name, and only for this message.
        Err(WhatsappError::Refused { said }) if said.is_used_name() && attempt.asks > 0 => Ok(None),
        Err(error) => Err(error),
    }
}

/// The order message, if WhatsApp's rules allow it.
pub(super) fn checked(
    config: &WhatsappConfig,
    details: &Details,
    (reference, total): (&Reference, Money),
    now_ms: i64,
) -> Result<Content, WhatsappError> {
    let order = order_details(details, (reference, total), now_ms)?;
    let content = match (details.form, &config.order_template) {
        (Form::Interactive, _) => {
            let shop = shortened(&config.merchant_name, SHOP_CHARS);
            let say = Say::Order { order: &details.order, shop: &shop };
            let body = shortened(&text(details.language, say), BODY_CHARS);
            let footer = shortened(&text(details.language, Say::Card(&details.last_four)), FOOTER_CHARS);
            Content::order(order, body, footer)
        }
        (Form::Template, Some(name)) => Content::order_template(order, name, &config.template_language),
        (Form::Template, None) => {
            return Err(WhatsappError::Unsendable { what: "an order without UMCLIQUE_WHATSAPP_ORDER_TEMPLATE" });
        }
    };
    rules::check(&content, now_ms.div_euclid(SECOND))?;
    Ok(content)
}

fn order_details(
    details: &Details,
    (reference, total): (&Reference, Money),
    now_ms: i64,
) -> Result<OrderDetails, WhatsappError> {
    let goods = if details.is_digital { "digital-goods" } else { "physical-goods" };
    Ok(OrderDetails {
        reference_id: reference.to_string(),
        goods: goods.to_owned(),
        payment_type: "br".to_owned(),
        payment_settings: vec![PaymentSetting {
            kind: CARD.to_owned(),
            offsite_card_pay: Card {
                last_four_digits: details.last_four.clone(),
                credential_id: details.credential.to_string(),
            },
        }],
        currency: total.currency().as_str().to_owned(),
        total_amount: Amount::new(total.minor()),
        order: parts(details, now_ms)?,
    })
}

/// An end that is too near for WhatsApp's rule is left out; a tap that is too late is refused by us.
fn parts(details: &Details, now_ms: i64) -> Result<Order, WhatsappError> {
    let cart = &details.cart;
    let some = |minor: u64| Some(minor).filter(|minor| *minor > 0).map(Amount::new);
    let subtotal_minor = cart.subtotal_minor().ok_or(WhatsappError::Unsendable { what: "the cart's sum" })?;
    let at_s = details.expires_at_ms.div_euclid(SECOND);
    let is_far = at_s >= now_ms.div_euclid(SECOND) + EXPIRY_SECONDS + EXPIRY_SLACK_SECONDS;
    let items = cart.lines.iter().map(|line| Item {
        retailer_id: line.id.clone(),
        name: line.name.clone(),
        amount: Amount::new(line.unit_minor),
        quantity: line.quantity,
        sale_amount: None,
    });
    Ok(Order {
        status: "pending".to_owned(),
        items: items.collect(),
        subtotal: Amount::new(subtotal_minor),
        tax: Amount::new(cart.tax_minor),
        shipping: some(cart.shipping_minor),
        discount: some(cart.discount_minor),
        catalog_id: None,
        expiration: is_far
            .then(|| Expiration { timestamp: at_s.to_string(), description: text(details.language, Say::Expires) }),
    })
}

/// What the buyer does meanwhile.
pub(super) fn action(config: &WhatsappConfig, details: &Details, delivery: Delivery) -> NextAction {
    NextAction::AwaitBuyer(AwaitBuyer {
        channel: PROVIDER.to_owned(),
        delivery,
        app_url: config.display_number.as_ref().map(|number| format!("https://wa.me/{number}")),
        label: details.last_four.clone(),
        expires_at: rfc3339(details.expires_at_ms),
    })
}
