//! A transaction: one payment of an order, as April's queries tell it.

use super::client::{Client, Turn};
use super::status::{self, Meaning};
use super::{AprilError, codes, json, payload};
use crate::clock::{HOUR, rfc3339};
use crate::methods::Observation;
use crate::store::Attempt;
use serde_json::Value;
use std::collections::BTreeSet;
use umclique_wire::{AttemptStatus, FailureCode};

/// How many rows a page of a list has; April allows 1 to 500.
const PAGE_ROWS: usize = 100;
/// How many pages are read before a list counts as endless.
const PAGES_MAX: usize = 20;

/// A transaction, without what we do not use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transaction {
    pub(super) id: String,
    pub(super) order: Option<String>,
    pub(super) status: String,
    /// What the payer is charged, its surcharge included.
    amount_minor: Option<u64>,
    currency: Option<String>,
    /// The part of it that is not the order's.
    surcharge_minor: u64,
    pub(super) refunded_minor: Option<u64>,
    /// The refunds, where they are named.
    pub(super) refunds: Option<BTreeSet<String>>,
}

impl Transaction {
    fn read(json: &Value) -> Result<Self, AprilError> {
        let unreadable = |what| AprilError::Unreadable { what };
        let whole = json::holder(json, "purchaseDetails").and_then(|it| it.get("purchaseDetails"));
        let purchase = whole.or_else(|| json::holder(json, "transactionId"));
        let purchase = purchase.ok_or_else(|| unreadable("it holds no transaction"))?;
        let surcharge = purchase.get("surchargeAmount").filter(|it| !it.is_null()).map_or(Some(0), json::minor);
        let refunds = purchase.get("refundIds").and_then(Value::as_array);
        Ok(Self {
            id: json::id(purchase, "transactionId").ok_or_else(|| unreadable("it names no transaction"))?,
            order: json::id(purchase, "orderId"),
            status: json::text(purchase, "status").ok_or_else(|| unreadable("it tells no status"))?.to_owned(),
            amount_minor: purchase.get("amount").and_then(json::minor),
            currency: purchase.get("amount").and_then(|it| json::text(it, "currency")).map(str::to_owned),
            surcharge_minor: surcharge.ok_or_else(|| unreadable("its surcharge is no amount"))?,
            refunded_minor: purchase.get("refundedAmount").and_then(json::minor),
            refunds: refunds.map(|ids| ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        })
    }

    /// Where it stands.
    pub(super) fn meaning(&self) -> Meaning {
        status::of_transaction(&self.status)
    }

    /// What it says about its attempt. `is_manual`: only a reservation was asked for.
    pub(super) fn observe(&self, attempt: &Attempt, order: &str, is_manual: bool) -> Result<Observation, AprilError> {
        let (mut status, failure) = match self.meaning() {
            Meaning::Paid => (AttemptStatus::Succeeded, None),
            Meaning::Held if is_manual => (AttemptStatus::RequiresCapture, None),
            Meaning::Held | Meaning::Pending | Meaning::Open => (AttemptStatus::Processing, None),
            Meaning::Failed => (AttemptStatus::Failed, Some(FailureCode::Declined)),
            Meaning::Cancelled => (AttemptStatus::Canceled, None),
        };
        let is_paid = status == AttemptStatus::Succeeded;
        let received_minor = self.amount_minor.and_then(|amount| amount.checked_sub(self.surcharge_minor));
        if is_paid && received_minor.is_none() {
            return Err(AprilError::Unreadable { what: "its amount is no amount" });
        }
        let currency = attempt.amount.currency();
        let mismatch = self.currency.as_deref().filter(|told| *told != currency.as_str());
        let mismatch = mismatch.map(|_| format!("the payment is in another currency than {currency}"));
        if mismatch.is_some() && is_paid {
            // Money did move, but none that could count: a person has to look.
            status = AttemptStatus::Processing;
        }
        let refunded_minor = match self.refunded_minor {
            None | Some(0) if self.status == "refunded" => received_minor,
            told => told,
        };
        Ok(Observation {
            status,
            provider_reference: order.to_owned(),
            payer_amount_minor: self.amount_minor,
            next_action: None,
            failure,
            provider_code: codes::word(&self.status).map(str::to_owned),
            received_minor: received_minor.filter(|_| status == AttemptStatus::Succeeded),
            refunded_minor,
            is_disputed: self.status == "disputed",
            mismatch,
            details: None,
        })
    }
}

/// `GET /transactions/{id}`.
pub(super) async fn get(client: &Client, turn: Turn, id: &str) -> Result<Transaction, AprilError> {
    let answer = client.get(turn, &format!("/transactions/{}", payload::path_segment(id)?)).await?;
    let transaction = Transaction::read(&answer)?;
    if transaction.id != id {
        return Err(AprilError::Unreadable { what: "it tells of another transaction" });
    }
    Ok(transaction)
}

/// The transactions of an order, the one that counts most first.
///
/// Whether `GET /transactions` filters by order is not documented, so what it gives is filtered here again. Without
/// `createdAfter` it shows the last 30 days only.
pub(super) async fn of_order(
    client: &Client,
    turn: Turn,
    attempt: &Attempt,
    order: &str,
) -> Result<Vec<Transaction>, AprilError> {
    let order = payload::path_segment(order)?;
    let rows = rows(client, turn, &format!("/transactions?orderId={order}&{}", since(attempt))).await?;
    let read = rows.iter().map(Transaction::read).collect::<Result<Vec<_>, _>>()?;
    let mut ours: Vec<_> = read.into_iter().filter(|it| it.order.as_deref() == Some(order)).collect();
    ours.sort_by_key(|transaction| std::cmp::Reverse(transaction.meaning()));
    Ok(ours)
}

/// The transaction that holds an order's money.
pub(super) async fn with_money(
    client: &Client,
    turn: Turn,
    attempt: &Attempt,
    order: &str,
) -> Result<Transaction, AprilError> {
    let found = of_order(client, turn, attempt, order).await?.into_iter().next();
    let holds_money = |it: &Transaction| matches!(it.meaning(), Meaning::Paid | Meaning::Held);
    found.filter(holds_money).ok_or(AprilError::Behind { what: "the order's transaction" })
}

/// From when on anything of an attempt can be found. April's clock may be behind ours.
pub(super) fn since(attempt: &Attempt) -> String {
    format!("createdAfter={}", rfc3339(attempt.created_at_ms - HOUR))
}

/// All rows of a list: `path` with a query, page after page.
pub(super) async fn rows(client: &Client, turn: Turn, path: &str) -> Result<Vec<Value>, AprilError> {
    let mut rows = Vec::new();
    for page in 1..=PAGES_MAX {
        let answer = client.get(turn, &format!("{path}&limit={PAGE_ROWS}&page={page}")).await?;
        let listed = json::list(&answer).ok_or(AprilError::Unreadable { what: "it is no list" })?;
        rows.extend_from_slice(listed);
        if listed.len() < PAGE_ROWS {
            return Ok(rows);
        }
    }
    Err(AprilError::Unreadable { what: "the list does not end" })
}
