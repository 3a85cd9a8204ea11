//! Captures and refunds of a transaction, and the list of refunds. What `PATCH /transactions/{id}` answers is not published,
//! so its 2xx says "accepted", and only the queries tell the rest.

use super::client::{Client, Turn};
use super::details::Details;
use super::transaction::{self, Transaction};
use super::{April, AprilError, codes, json, payload};
use crate::methods::{NotSent, Outcome, RefundSeen, RefundState, Target, Unanswered};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeMap;
use umclique_wire::Money;

/// Takes what was reserved. The whole of it includes the surcharge, which is the payer's: without it the order would be
/// paid short.
pub(super) async fn capture(method: &April, target: Target<'_>, amount: Money) -> Outcome<()> {
    let attempt = target.attempt;
    let is_whole = amount == attempt.amount;
    let capture_minor = if is_whole { attempt.payer_amount_minor.max(amount.minor()) } else { amount.minor() };
    let turn = method.client.turn();
    let sent = match transaction_id(method, turn, target).await {
        Ok(id) => patch(&method.client, turn, &id, payload::capture(capture_minor)).await,
        Err(error) => return not_sent(error),
    };
    sent.map_or_else(|error| error.into_outcome(codes::of_operation), |_| Outcome::Accepted(()))
}

/// Gives money back. Never repeated: two of them are two refunds.
pub(super) async fn refund(method: &April, target: Target<'_>, amount: Money) -> Outcome<RefundSeen> {
    let turn = method.client.turn();
    let id = match transaction_id(method, turn, target).await {
        Ok(id) => id,
        Err(error) => return not_sent(error),
    };
    let sent = patch(&method.client, turn, &id, payload::refund(amount)).await;
    sent.and_then(|answer| accepted(&answer, &id, amount))
        .map_or_else(|error| error.into_outcome(codes::of_operation), Outcome::Accepted)
}

/// `GET /transactions/refunds`, and whether it shows all that the transaction knows of.
pub(super) async fn list(method: &April, target: Target<'_>) -> Result<Vec<RefundSeen>, AprilError> {
    let (refunds, is_whole) = read_all(method, target).await?;
    if is_whole { Ok(refunds) } else { Err(AprilError::Behind { what: "all refunds in its list" }) }
}

/// One refund. One that the list shows is done, whatever else the list lacks.
pub(super) async fn find(method: &April, target: Target<'_>, id: &str) -> Result<Option<RefundSeen>, AprilError> {
    let (refunds, is_whole) = read_all(method, target).await?;
    let found = refunds.into_iter().find(|refund| refund.id == id);
    if found.is_none() && !is_whole {
        return Err(AprilError::Behind { what: "all refunds in its list" });
    }
    Ok(found)
}

async fn read_all(method: &April, target: Target<'_>) -> Result<(Vec<RefundSeen>, bool), AprilError> {
    let (client, turn) = (&method.client, method.client.turn());
    let id = transaction_id(method, turn, target).await?;
    // Without `createdAfter` the list shows the last 30 days only.
    let path = format!("/transactions/refunds?transactionId={id}&{}", transaction::since(target.attempt));
    let rows = transaction::rows(client, turn, &path).await?;
    let mut refunds = BTreeMap::new();
    for row in rows.iter().filter(|row| json::text(row, "transactionId").is_none_or(|told| told == id)) {
        let refund = read(row)?;
        refunds.insert(refund.id.clone(), refund);
    }
    let refunds: Vec<_> = refunds.into_values().collect();
    // Read after the list, so that a refund between the two makes the list too short, never the total too low.
    let transaction = transaction::get(client, turn, &id).await?;
    let is_whole = shows_all(&refunds, &transaction);
    Ok((refunds, is_whole))
}

/// A list may lag behind its transaction. The transaction names its refunds; where it does not, the sum must do.
fn shows_all(refunds: &[RefundSeen], transaction: &Transaction) -> bool {
    let listed = |id: &String| refunds.iter().any(|refund| refund.id == *id);
    let names_all = transaction.refunds.as_ref().map(|ids| ids.iter().all(listed));
    let known_minor: u64 = refunds.iter().filter_map(|refund| refund.amount_minor).fold(0, u64::saturating_add);
    let has_all_amounts = refunds.iter().all(|refund| refund.amount_minor.is_some());
    let covers_all = known_minor >= transaction.refunded_minor.unwrap_or(0);
    match names_all {
        Some(names_all) => names_all && (covers_all || !has_all_amounts),
        None => covers_all,
    }
}

/// A refund on the list is done: April tells no state of it.
fn read(row: &Value) -> Result<RefundSeen, AprilError> {
    let id = json::id(row, "refundId").ok_or(AprilError::Unreadable { what: "it names no refund" })?;
    Ok(RefundSeen { id, state: RefundState::Succeeded, amount_minor: refund_amount(row) })
}

/// `transactionAmount` beside it is the whole payment's.
fn refund_amount(refund: &Value) -> Option<u64> {
    ["refundAmount", "amount"].into_iter().find_map(|name| json::minor(refund.get(name)?))
}

/// The predecessor named the refund in its answer. Where April does not, the list decides which one is ours.
fn accepted(answer: &str, transaction: &str, amount: Money) -> Result<RefundSeen, AprilError> {
    let unreadable = |what| AprilError::Unreadable { what };
    let no_name = || unreadable("it accepts the refund without naming it");
    let answer: Value = serde_json::from_str(answer).map_err(|_| no_name())?;
    let refund = json::holder(&answer, "refundId").ok_or_else(no_name)?;
    if json::text(refund, "transactionId").is_some_and(|told| told != transaction) {
        return Err(unreadable("it tells of another transaction"));
    }
    let amount_minor = refund_amount(refund);
    if amount_minor.is_some_and(|told| told != amount.minor()) {
        return Err(unreadable("it tells of another amount"));
    }
    let id = json::id(refund, "refundId").ok_or_else(no_name)?;
    Ok(RefundSeen { id, state: RefundState::Pending, amount_minor })
}

async fn patch(
    client: &Client,
    turn: Turn,
    transaction: &str,
    body: Result<String, AprilError>,
) -> Result<String, AprilError> {
    let path = format!("/transactions/{}", payload::path_segment(transaction)?);
    client.send(turn, Method::PATCH, &path, Some(body?)).await?.into_result()
}

/// The transaction that holds the money of the payment: the one that is kept, or the one that its order shows.
async fn transaction_id(method: &April, turn: Turn, target: Target<'_>) -> Result<String, AprilError> {
    let details = Details::of(target.attempt)?;
    let is_own = target.attempt.provider_reference.as_deref() == Some(target.reference);
    match details.transaction().filter(|_| is_own) {
        Some(id) => payload::path_segment(id).map(str::to_owned),
        None => {
            let found = transaction::with_money(&method.client, turn, target.attempt, target.reference).await?;
            Ok(found.id)
        }
    }
}

/// What failed before the call itself: it was never sent.
fn not_sent<T>(error: AprilError) -> Outcome<T> {
    let Unanswered { detail, is_credentials } = error.into_unanswered();
    Outcome::NotSent(NotSent { detail, is_credentials })
}
