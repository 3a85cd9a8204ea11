//! Refunds: asked for, listed, looked up. ePag works on them later, so only a query tells whether one is done.

use super::client::Client;
use super::fields::Fields;
use super::{EpagError, payload};
use crate::methods::{RefundSeen, RefundState};
use umclique_wire::Money;

/// ePag's code for "there is no such refund".
const NO_REFUND: &str = "00.01.0068";

/// `POST /refund`. Never repeated: two of them are two refunds.
pub(super) async fn refund(
    client: &Client,
    payment_token: &str,
    amount: Money,
    notification_url: &str,
) -> Result<RefundSeen, EpagError> {
    let token = payload::path_segment(payment_token)?;
    let answer = client.post("/refund", payload::refund(token, amount, notification_url)?).await?;
    let fields = Fields::parse(&answer).ok_or(EpagError::Unreadable { what: "it is not a JSON object" })?;
    if fields.text(&["payment_token", "paymentToken"]).is_some_and(|told| told != token) {
        return Err(EpagError::Unreadable { what: "it tells of another payment" });
    }
    read(&fields)
}

/// `GET /refund/payment/{token}`: a bare list; an object with `refunds` is taken as well.
pub(super) async fn list(client: &Client, payment_token: &str) -> Result<Vec<RefundSeen>, EpagError> {
    let token = payload::path_segment(payment_token)?;
    let answer = match client.get(&format!("/refund/payment/{token}")).await {
        Err(error) if error.is_not_found(NO_REFUND) => return Ok(Vec::new()),
        answer => answer?,
    };
    let listed = Fields::parse_list(&answer).or_else(|| Fields::parse(&answer)?.list("refunds"));
    let listed = listed.ok_or(EpagError::Unreadable { what: "it holds no list of refunds" })?;
    listed.iter().map(read).collect()
}

/// `GET /refund/{id}`.
pub(super) async fn find(client: &Client, refund_id: &str) -> Result<Option<RefundSeen>, EpagError> {
    let id = payload::path_segment(refund_id)?;
    let answer = match client.get(&format!("/refund/{id}")).await {
        Err(error) if error.is_not_found(NO_REFUND) => return Ok(None),
        answer => answer?,
    };
    let fields = Fields::parse(&answer).ok_or(EpagError::Unreadable { what: "it is not a JSON object" })?;
    let refund = read(&fields)?;
    if refund.id != id {
        return Err(EpagError::Unreadable { what: "it tells of another refund" });
    }
    Ok(Some(refund))
}

fn read(fields: &Fields) -> Result<RefundSeen, EpagError> {
    let id = fields.id(&["refund_id", "refundId", "id"]).filter(|id| payload::path_segment(id).is_ok());
    let id = id.ok_or(EpagError::Unreadable { what: "it names no refund" })?;
    let told = fields.text(&["refund_status", "refundStatus", "status"]);
    let amount = fields.amount(&["amount", "refund_amount", "refundAmount"]);
    Ok(RefundSeen { id, state: state(told.as_deref()), amount_minor: amount.and_then(super::amount::Amount::minor) })
}

/// Unknown ones are not final.
fn state(text: Option<&str>) -> RefundState {
    match text {
        Some("COMPLETED") => RefundState::Succeeded,
        Some("FAILED") => RefundState::Failed,
        // REQUESTED and PROCESSING among them.
        _ => RefundState::Pending,
    }
}
