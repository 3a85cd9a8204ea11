//! What the buyer is told in the chat, and when: with the payment's own events, and because the shop says so. Pure; what it
//! makes is kept with what it tells, and sent by `tell.rs`.

use super::details::Details;
use super::graph::rules::DESCRIPTION_CHARS;
use super::order_state::{OrderState, PaymentState, Step};
use super::texts::{Say, Standing, shortened, text};
use crate::clock::SECOND;
use crate::error::Error;
use crate::methods::{NewMessage, Occasion, OrderNews, OrderStatus};
use crate::store::Attempt;
use serde::{Deserialize, Serialize};
use umclique_wire::{AttemptId, AttemptStatus, FailureCode, Money};

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    /// About which order message.
    pub(super) number: u32,
    /// What the buyer reads.
    pub(super) text: String,
    /// Where the order stands from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order: Option<OrderState>,
    /// In the shop's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    /// What became of the money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) payment: Option<PaymentState>,
    /// Since when. Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) paid_at_s: Option<i64>,
}

impl Told {
    fn new(details: &Details, say: Say<'_>) -> Self {
        Self {
            number: details.tap.unwrap_or(details.number),
            text: text(details.language, say),
            order: None,
            description: None,
            payment: None,
            paid_at_s: None,
        }
    }

    /// Reads what was kept.
    pub(super) fn read(body: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(body.clone()).ok()
    }

    fn named(&self, name: String) -> NewMessage {
        NewMessage { name, body: serde_json::to_value(self).expect("its keys are texts, so it is JSON") }
    }
}

/// What the payment's own event tells the buyer, if anything.
pub(super) fn told_of(occasion: Occasion<'_>) -> Option<NewMessage> {
    let attempt = occasion.attempt;
    let details = Details::of(attempt).ok().filter(|details| details.is_sent || details.tap.is_some())?;
    let order = details.order.as_str();
    let failure = attempt.failure.as_ref().map(|failure| failure.code);
    let told = |say: Say<'_>| Told::new(&details, say);
    let (told, name) = match occasion.event {
        "payment.succeeded" => {
            // A reservation was told before, and the shop may have shipped since; one that came too late finds its order
            // canceled. In both the order stays where it is.
            let order_state =
                Some(OrderState::Processing).filter(|_| !details.is_manual && !attempt.flags.late_capture);
            let paid_at_s = Some(attempt.changed_at_ms.div_euclid(SECOND));
            let payment = Some(PaymentState::Captured);
            (Told { order: order_state, payment, paid_at_s, ..told(Say::Paid { order }) }, "paid".to_owned())
        }
        // Nothing about the money: `pending` would forbid to cancel the order when the reservation is given up.
        "payment.requires_capture" => {
            (Told { order: Some(OrderState::Processing), ..told(Say::Reserved { order }) }, "reserved".to_owned())
        }
        "payment.failed" if details.tap.is_some() && attempt.status == AttemptStatus::Failed => {
            (Told { payment: Some(PaymentState::Failed), ..told(Say::Failed { order }) }, "failed".to_owned())
        }
        // It never reached the buyer.
        "payment.failed" if failure == Some(FailureCode::BuyerUnreachable) => return None,
        // Closed by the buyer, the shop or the clock: so that the bubble loses its button.
        "payment.canceled" | "payment.failed" => (closed(told(Say::Closed { order })), "closed".to_owned()),
        "refund.succeeded" => {
            let refund = occasion.refund?;
            let amount = Money::from_minor(refund.amount_minor, attempt.amount.currency()).ok()?;
            (told(Say::Refunded { order, amount }), format!("refund:{}", refund.id))
        }
        _ => return None,
    };
    Some(told.named(name))
}

fn closed(told: Told) -> Told {
    Told { order: Some(OrderState::Canceled), payment: Some(PaymentState::Failed), ..told }
}

/// The buyer confirmed too late, or what was not asked: nothing was charged, and the bubble is closed. Once for each order
/// message.
pub(super) fn late(details: &Details, attempt: &AttemptId, number: u32) -> NewMessage {
    let told = closed(Told::new(details, Say::Late { order: &details.order }));
    Told { number, ..told }.named(format!("late:{attempt}.{number}"))
}

/// What the shop says, if the order can go that way.
pub(super) fn order_news(news: OrderNews<'_>) -> Result<NewMessage, Error> {
    let no = |why: &str| Err(Error::NotPossible(why.to_owned()));
    let attempt = news.attempt;
    let Ok(details) = Details::of(attempt) else { return no("this payment's order in WhatsApp cannot be read") };
    if !details.is_sent && details.tap.is_none() {
        return no("no order of this payment is in WhatsApp");
    }
    if attempt.live && attempt.status != AttemptStatus::RequiresCapture {
        return no("the payment is not settled yet; to give it up, cancel the payment or its session");
    }
    let (to, standing) = match news.status {
        OrderStatus::Processing => (OrderState::Processing, Standing::Processing),
        OrderStatus::PartiallyShipped => (OrderState::PartiallyShipped, Standing::PartiallyShipped),
        OrderStatus::Shipped => (OrderState::Shipped, Standing::Shipped),
        OrderStatus::Completed => (OrderState::Completed, Standing::Completed),
        OrderStatus::Canceled => (OrderState::Canceled, Standing::Canceled),
    };
    let (from, payment) = stands(attempt, news.told.iter().filter(|it| it.failure.is_none()).map(|it| &it.body));
    match from.step(to, payment) {
        Step::Change | Step::Repeat => {}
        Step::NoTransition => {
            let (from, to) = (from.as_str(), to.as_str());
            return no(&format!("WhatsApp refuses this (2046): an order that is {from} cannot become {to}"));
        }
        Step::NoCancel => {
            return no(
                "WhatsApp refuses this (2047): the order is paid or its payment is under way; refund the payment, or void it",
            );
        }
    }
    let told = Told::new(&details, Say::Stands { order: &details.order, at: standing });
    let description = news.description.map(|text| shortened(text, DESCRIPTION_CHARS));
    let told = Told { order: Some(to), description, ..told };
    Ok(told.named(news.name.to_owned()))
}

/// Where the order stands after what was told, or will be, and was not refused. What the books know of the money counts, even
/// where telling it failed.
fn stands<'a>(
    attempt: &Attempt,
    told: impl Iterator<Item = &'a serde_json::Value>,
) -> (OrderState, Option<PaymentState>) {
    let (mut order, mut payment) = (OrderState::default(), None);
    for told in told.filter_map(Told::read) {
        order = told.order.unwrap_or(order);
        payment = told.payment.or(payment);
    }
    match attempt.status {
        AttemptStatus::Succeeded => (order, Some(PaymentState::Captured)),
        AttemptStatus::RequiresCapture => (order, Some(PaymentState::Pending)),
        _ => (order, payment),
    }
}
