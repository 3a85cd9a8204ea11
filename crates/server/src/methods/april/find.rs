//! What became of an attempt: its order, and the transaction that paid it.
//!
//! The order is the fence: cancelled, it can no longer be paid. But money is the transaction's, so where the two disagree a
//! transaction that holds money, or may still become money, is believed.

use super::client::Turn;
use super::details::{Details, Step};
use super::status::{self, Meaning, OrderState};
use super::transaction::{self, Transaction};
use super::{April, AprilError, codes, json, payload};
use crate::methods::Observation;
use crate::store::Attempt;
use umclique_wire::AttemptStatus;

/// What April knows of the attempt: nothing, or one payment.
pub(super) async fn find(method: &April, attempt: &Attempt) -> Result<Vec<Observation>, AprilError> {
    // An order that nobody knows the id of was never paid: only this server could have, and it needs the id.
    let Some(order) = attempt.provider_reference.as_deref() else { return Ok(Vec::new()) };
    let details = Details::of(attempt)?;
    let turn = method.client.turn();
    let state = match order_state(method, turn, attempt, order).await {
        Err(error) if error.is_not_found() => return Ok(Vec::new()),
        state => state?,
    };
    let transaction = match details.transaction() {
        Some(id) => Some(transaction::get(&method.client, turn, id).await?),
        // Nothing was ever paid with, so there is nothing to look for.
        None if matches!(details.step, Step::Create { .. }) && state.0 != OrderState::Paid => None,
        None => transaction::of_order(&method.client, turn, attempt, order).await?.into_iter().next(),
    };
    judge(attempt, order, &details, &state, transaction).map(|seen| vec![seen])
}

/// `GET /orders/{id}`: the state, and April's word for it.
async fn order_state(
    method: &April,
    turn: Turn,
    attempt: &Attempt,
    order: &str,
) -> Result<(OrderState, String), AprilError> {
    let unreadable = |what| AprilError::Unreadable { what };
    let answer = method.client.get(turn, &format!("/orders/{}", payload::path_segment(order)?)).await?;
    let told = json::holder(&answer, "orderId").ok_or_else(|| unreadable("it holds no order"))?;
    if json::text(told, "orderId") != Some(order) {
        return Err(unreadable("it tells of another order"));
    }
    if json::text(told, "referenceOrderId").is_some_and(|reference| reference != attempt.id.as_str()) {
        return Err(unreadable("it names another reference"));
    }
    let word = json::text(told, "status").ok_or_else(|| unreadable("it tells no status"))?;
    Ok((status::of_order(word), word.to_owned()))
}

fn judge(
    attempt: &Attempt,
    order: &str,
    details: &Details,
    (state, word): &(OrderState, String),
    transaction: Option<Transaction>,
) -> Result<Observation, AprilError> {
    let meaning = transaction.as_ref().map(Transaction::meaning);
    let is_named = details.transaction().is_some();
    let believed = match (state, meaning) {
        (_, Some(Meaning::Paid | Meaning::Pending)) => true,
        // Nobody but us could capture it, and we do not: it lapses by itself.
        (OrderState::Cancelled, Some(Meaning::Held)) => false,
        (_, Some(Meaning::Held)) => true,
        (OrderState::Cancelled, _) => false,
        // The pay was answered with this very transaction, so its end is the attempt's. Another one that failed was a
        // card that was refused; the order takes the next.
        (OrderState::Created, Some(Meaning::Failed | Meaning::Cancelled)) => is_named,
        (OrderState::Created, _) => false,
        (OrderState::Paid, Some(Meaning::Cancelled)) if details.is_manual => true,
        (OrderState::Paid, Some(Meaning::Open)) => true,
        (OrderState::Paid, Some(Meaning::Failed | Meaning::Cancelled) | None) => {
            return Err(AprilError::Behind { what: "the transaction of a paid order" });
        }
        (OrderState::Unknown, _) => false,
    };
    if let Some(transaction) = transaction.filter(|_| believed) {
        let mut seen = transaction.observe(attempt, order, details.is_manual)?;
        // From now on it is asked by its own id, and the token that paid is forgotten.
        seen.details = (!is_named).then(|| details.at(Step::Paid { transaction: transaction.id }).stored());
        return Ok(seen);
    }
    let status = match state {
        OrderState::Created => AttemptStatus::RequiresAction,
        OrderState::Cancelled => AttemptStatus::Canceled,
        OrderState::Paid | OrderState::Unknown => AttemptStatus::Processing,
    };
    Ok(of_order(order, status, word))
}

/// An observation that rests on the order alone.
fn of_order(order: &str, status: AttemptStatus, word: &str) -> Observation {
    Observation {
        status,
        provider_reference: order.to_owned(),
        payer_amount_minor: None,
        next_action: None,
        failure: None,
        provider_code: codes::word(word).map(str::to_owned),
        received_minor: None,
        refunded_minor: None,
        is_disputed: false,
        mismatch: None,
        details: None,
    }
}
