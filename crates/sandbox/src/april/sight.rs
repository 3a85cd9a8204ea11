//! An order as control shows it: with its transactions, refunds, challenges and everything that happened.

use serde_json::{Value, json};

use super::CURRENCY;
use super::book::Book;
use super::order::{Order, Transaction};
use super::token::TokenState;
use crate::clock::rfc3339;

/// All there is to know about an order; amounts in cents.
pub(super) fn order(book: &Book, order: &Order) -> Value {
    let history = order.history.iter().map(|happening| {
        let mut view = json!({ "at": rfc3339(happening.at_ms), "what": happening.what });
        if let Some(detail) = &happening.detail {
            view["detail"] = json!(detail);
        }
        view
    });
    json!({
        "order_id": order.id,
        "reference": order.reference,
        "status": order.status.name(),
        "amount_minor": order.amount,
        "currency": CURRENCY,
        "description": order.description,
        "created_at": rfc3339(order.created_at_ms),
        "transactions": order.transactions.iter().map(|one| transaction(book, one)).collect::<Vec<_>>(),
        "history": history.collect::<Vec<_>>(),
    })
}

fn transaction(book: &Book, transaction: &Transaction) -> Value {
    let challenges = transaction.challenges.iter().map(|challenge| {
        let (round, rounds) = (challenge.round, challenge.rounds);
        json!({ "id": challenge.id, "state": challenge.state.name(), "round": round, "rounds": rounds })
    });
    let refunds = transaction.refunds.iter().map(
        |refund| json!({ "refund_id": refund.id, "amount_minor": refund.amount, "is_foreign": refund.is_foreign }),
    );
    let token = book.token(&transaction.token).map_or(TokenState::Used, |token| token.state);
    json!({
        "transaction_id": transaction.id,
        "status": transaction.status.name(),
        "kind": transaction.kind.name(),
        "card_last4": transaction.card.last4(),
        "token": transaction.token,
        "token_state": token.name(),
        "amount_minor": transaction.amount,
        "surcharge_minor": transaction.surcharge,
        "captured_minor": transaction.captured,
        "refunded_minor": transaction.refunded(),
        "authorise_only": transaction.authorise_only,
        "failure": transaction.failure,
        "challenges": challenges.collect::<Vec<_>>(),
        "refunds": refunds.collect::<Vec<_>>(),
    })
}
