//! `order_status`: what became of an order, as the shop tells it. Source: WhatsApp "Receive WhatsApp payments / Orders".

use super::errors::GraphError;
use super::node::Node;
use super::state::{OrderState, PaymentState};

/// A report, read but not yet believed.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) reference: String,
    pub(super) text: String,
    pub(super) order: Option<OrderState>,
    pub(super) payment: Option<PaymentState>,
}

impl Outcome {
    /// Reads `action.parameters`; `text` is the bubble's. At least one of `order` and `payment` must be there, which is
    /// undocumented.
    pub(super) fn read(parameters: &Node<'_>, text: &str) -> Result<Self, GraphError> {
        let reference = parameters.id("reference_id")?.to_owned();
        let order = parameters.maybe_object("order")?;
        let payment = parameters.maybe_object("payment")?;
        if order.is_none() && payment.is_none() {
            return Err(GraphError::missing(&parameters.path("order")));
        }
        let order = order.map(|order| read_order(&order)).transpose()?;
        let payment = payment.map(|payment| read_payment(&payment)).transpose()?;
        Ok(Self { reference, text: text.to_owned(), order, payment })
    }
}

fn read_order(order: &Node<'_>) -> Result<OrderState, GraphError> {
    order.maybe_short("description", 120)?;
    let unknown = "must be pending, processing, partially_shipped, shipped, completed or canceled";
    OrderState::parse(order.text("status")?).ok_or_else(|| order.wrong("status", unknown))
}

fn read_payment(payment: &Node<'_>) -> Result<PaymentState, GraphError> {
    if payment.maybe_integer("timestamp")?.is_some_and(|at_s| at_s <= 0) {
        return Err(payment.wrong("timestamp", "must be UTC seconds"));
    }
    let unknown = "must be pending, captured or failed";
    PaymentState::parse(payment.text("status")?).ok_or_else(|| payment.wrong("status", unknown))
}
