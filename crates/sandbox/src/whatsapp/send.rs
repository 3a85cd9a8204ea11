//! `POST /{version}/{phone_number_id}/messages`: everything the shop says. A 200 means accepted, not delivered: what goes
//! wrong may come later, as a status.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::WhatsApp;
use super::book::Book;
use super::chats::{Bubble, Delivery, Says};
use super::details::{Details, Reading};
use super::errors::{GraphError, WINDOW_CLOSED};
use super::limits;
use super::message::{Content, Message};
use super::orders::Order;
use super::outcome::Outcome;
use super::pipeline::{Ask, answer};
use super::settings::Settings;
use super::state::OrderState;
use super::statuses::Journey;
use super::templates::Inside;
use crate::world::lock;

#[derive(Debug, Serialize)]
struct Accepted<'a> {
    messaging_product: &'static str,
    contacts: [Contact<'a>; 1],
    messages: [Sent<'a>; 1],
}

#[derive(Debug, Serialize)]
struct Contact<'a> {
    input: &'a str,
    wa_id: &'a str,
}

#[derive(Debug, Serialize)]
struct Sent<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_status: Option<&'static str>,
}

/// `POST …/messages`.
pub(super) async fn send_message(
    State(whatsapp): State<Arc<WhatsApp>>,
    Path((version, phone_number_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let ask = Ask { version, phone_number_id, headers, body };
    answer(&whatsapp, ask, |body| accept(&whatsapp, body)).await
}

fn accept(whatsapp: &WhatsApp, body: &[u8]) -> Result<Response, GraphError> {
    let settings = whatsapp.settings();
    let now_ms = whatsapp.world.clock.now_ms();
    if let Some(code) = settings.account_error {
        return Err(GraphError::new(code, "The account is in this state."));
    }
    limits::count_message(&mut lock(&whatsapp.book), &settings, now_ms)?;
    let message = Message::read(body, Reading { settings: &settings, now_ms })?;
    limits::stumble(&whatsapp.world.ids, &settings)?;
    let (wa_id, journey, failure) = whatsapp.take_in(&message, &settings, now_ms)?;
    let accepted = Accepted {
        messaging_product: "whatsapp",
        contacts: [Contact { input: &message.input, wa_id: &wa_id }],
        messages: [Sent {
            id: &journey.wamid,
            message_status: matches!(message.content, Content::Template(_)).then_some("accepted"),
        }],
    };
    let response = Json(accepted).into_response();
    whatsapp.set_out(&journey, failure, &settings);
    Ok(response)
}

impl WhatsApp {
    /// Believes a valid message, or refuses it: at once, or after a 200, as the settings say.
    fn take_in(
        &self,
        message: &Message,
        settings: &Settings,
        now_ms: i64,
    ) -> Result<(String, Journey, Option<GraphError>), GraphError> {
        let key = message.to.key();
        let mut book = lock(&self.book);
        let buyer = book.meet(&message.to, settings);
        limits::take_allowance(buyer, settings, now_ms)?;
        let wa_id = buyer.wa_id.clone();
        let refusal = buyer.reach.refusal(&message.content).map(|code| GraphError::new(code, "Message undeliverable."));
        let is_template = matches!(message.content, Content::Template(_));
        let closed =
            || GraphError::new(WINDOW_CLOSED, "More than 24 hours have passed since the recipient last wrote.");
        let closed = (!is_template && !buyer.is_window_open(settings, now_ms)).then(closed);
        let wamid = self.wamid(&wa_id);
        let done = match refusal.or(closed) {
            Some(error) => Err(error),
            None => believe(&mut book, &message.content, &key, &wamid, settings, now_ms),
        };
        let failure = match done {
            Ok(()) => None,
            Err(error) if settings.late_errors.contains(&error.code) => Some(error),
            Err(error) => return Err(error),
        };
        let bubble = Bubble {
            wamid: wamid.clone(),
            at_ms: now_ms,
            delivery: Some(Delivery::Accepted),
            says: says(&message.content),
        };
        if let Some(buyer) = book.buyer_mut(&key) {
            buyer.add(bubble);
        }
        let journey = Journey { buyer: key, wamid, callback_data: message.callback_data.clone() };
        Ok((wa_id, journey, failure))
    }

    /// The next message's id; as Meta's do, it has the buyer's number in it, in base64.
    pub(super) fn wamid(&self, wa_id: &str) -> String {
        let unique = format!("{:016X}", self.world.ids.number());
        let length = |text: &str| u8::try_from(text.len()).unwrap_or(u8::MAX);
        let mut bytes = vec![0x1c, 0x18, length(wa_id)];
        bytes.extend(wa_id.bytes());
        bytes.extend([0x15, 0x02, 0x00, 0x11, 0x18, length(&unique)]);
        bytes.extend(unique.bytes());
        bytes.push(0);
        format!("wamid.{}", STANDARD.encode(bytes))
    }
}

/// Changes the books as the message says.
fn believe(
    book: &mut Book,
    content: &Content,
    buyer: &str,
    wamid: &str,
    settings: &Settings,
    now_ms: i64,
) -> Result<(), GraphError> {
    let (details, outcome, is_template) = match content {
        Content::Text(_) => (None, None, false),
        Content::Order(details) => (Some(details), None, false),
        Content::Status(outcome) => (None, Some(outcome), false),
        Content::Template(template) => match &template.inside {
            Some(Inside::Order(details)) => (Some(details), None, true),
            Some(Inside::Status(outcome)) => (None, Some(outcome), true),
            None => (None, None, true),
        },
    };
    if let Some(details) = details {
        if book.order(&details.reference).is_some() {
            let why = "must be unique, and another order of this business has it";
            return Err(GraphError::wrong("interactive.action.parameters.reference_id", why));
        }
        let order = Order {
            details: Details::clone(details),
            buyer: buyer.to_owned(),
            wamid: wamid.to_owned(),
            sent_at_ms: now_ms,
            is_template,
            status: OrderState::Pending,
            payment: None,
            taps: 0,
        };
        book.put(order, settings.max_orders);
    }
    if let Some(outcome) = outcome {
        let order = after(book, outcome, buyer, settings)?;
        book.put(order, settings.max_orders);
    }
    Ok(())
}

fn after(book: &Book, outcome: &Outcome, buyer: &str, settings: &Settings) -> Result<Order, GraphError> {
    let order = book.order(&outcome.reference).filter(|order| order.buyer == buyer);
    let unknown = || GraphError::wrong("interactive.action.parameters.reference_id", "names no order in this chat");
    order.ok_or_else(unknown)?.after(outcome, settings)
}

fn says(content: &Content) -> Says {
    let order = |details: &Details| Says::Order { reference_id: details.reference.clone(), text: details.text.clone() };
    let status = |outcome: &Outcome| Says::OrderStatus {
        reference_id: outcome.reference.clone(),
        text: outcome.text.clone(),
        status: outcome.order,
        payment: outcome.payment,
    };
    match content {
        Content::Text(text) => Says::Text { text: text.clone() },
        Content::Order(details) => order(details),
        Content::Status(outcome) => status(outcome),
        Content::Template(template) => match &template.inside {
            Some(Inside::Order(details)) => order(details),
            Some(Inside::Status(outcome)) => status(outcome),
            None => Says::Template { text: template.name.clone() },
        },
    }
}
