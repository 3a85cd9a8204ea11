//! Sends what was kept to be told: news of an order, or a plain text. It may arrive twice, and asks for no money.

use super::details::Details;
use super::graph::client::Turn;
use super::graph::codes::Meaning;
use super::graph::payload::{Body, Content, Message as Sent, OrderStatus, OrderTold, PaymentTold};
use super::graph::rules;
use super::reference::{Callback, Reference};
use super::told::Told;
use super::{Whatsapp, WhatsappError};
use crate::clock::SECOND;
use crate::methods::Outcome;
use crate::store::Attempt;
use crate::store::messages::Message;

/// Sends a message, at most twice: as itself, and in a template where only that passes.
pub(super) async fn tell(method: &Whatsapp, attempt: &Attempt, message: &Message) -> Outcome<()> {
    match try_tell(method, attempt, message).await {
        Ok(()) => Outcome::Accepted(()),
        Err(error) => error.into_tell_outcome(),
    }
}

async fn try_tell(method: &Whatsapp, attempt: &Attempt, message: &Message) -> Result<(), WhatsappError> {
    let details = Details::of(attempt)?;
    let told = Told::read(&message.body).ok_or(WhatsappError::Unsendable { what: "a kept message" })?;
    let reference = Reference::new(&attempt.id, told.number);
    let callback = Callback { reference: reference.clone(), message: Some(message.id.clone()) }.to_string();
    let status = OrderStatus {
        reference_id: reference.to_string(),
        order: told
            .order
            .map(|order| OrderTold { status: order.as_str().to_owned(), description: told.description.clone() }),
        payment: told
            .payment
            .map(|payment| PaymentTold { status: payment.as_str().to_owned(), timestamp: told.paid_at_s }),
    };
    let is_status = status.order.is_some() || status.payment.is_some();
    let content = if is_status {
        Content::status(status.clone(), told.text)
    } else {
        Content::Text { text: Body { body: told.text } }
    };
    let turn = method.graph.turn();
    let sent = send(method, turn, Sent::new(&details.to, content, callback.clone())).await;
    // In a template there is the order alone, so that news of the money alone cannot go that way.
    let template = method.config.status_template.as_ref().filter(|_| status.order.is_some());
    match (sent, template) {
        (Err(error), Some(name)) if error.meaning() == Some(Meaning::WindowClosed) => {
            let content = Content::status_template(status, name, &method.config.template_language);
            send(method, turn, Sent::new(&details.to, content, callback)).await
        }
        (sent, _) => sent,
    }
}

async fn send(method: &Whatsapp, turn: Turn, message: Sent) -> Result<(), WhatsappError> {
    rules::check(&message.content, method.clock.now_ms().div_euclid(SECOND))?;
    method.graph.send(turn, &message).await.map(|_| ())
}
