//! Captures, cancels and refunds of a charge, in the name of the buyer who paid it. Source: PicPay "API reference", "Refund
//! payments".

use super::client::Ask;
use super::config::Edition;
use super::details::Details;
use super::query::Payment;
use super::{PicpayError, PicpayWallet, payload};
use crate::methods::{RefundOrder, RefundSeen, RefundState, Target, http_client};
use crate::store::Attempt;
use reqwest::Method;
use serde::Deserialize;
use umclique_wire::Money;

/// Takes what was reserved, or a part of it; the rest is let go. 204.
pub(super) async fn capture(method: &PicpayWallet, target: Target<'_>, amount: Money) -> Result<(), PicpayError> {
    let body = payload::movement(target.attempt, target.reference, Some(amount));
    post(method, target.attempt, "/v1/payments/capture", body, None).await.map(|_| ())
}

/// Lets the whole reservation go.
pub(super) async fn cancel(method: &PicpayWallet, target: Target<'_>) -> Result<(), PicpayError> {
    let body = payload::movement(target.attempt, target.reference, None);
    post(method, target.attempt, "/v1/payments/cancel", body, None).await.map(|_| ())
}

/// Gives money back to where it came from.
pub(super) async fn refund(
    method: &PicpayWallet,
    target: Target<'_>,
    order: RefundOrder<'_>,
) -> Result<RefundSeen, PicpayError> {
    let attempt = target.attempt;
    let answer = match method.config.edition {
        Edition::Current => {
            let body = payload::movement(attempt, target.reference, Some(order.amount));
            let key = Some(payload::key(order.id)?);
            post(method, attempt, "/v1/payments/refund", body, key).await?
        }
        Edition::Legacy => {
            let path = format!("/v1/payments/{}/refund", payload::path_segment(target.reference)?);
            post(method, attempt, &path, payload::legacy_refund(order.amount), None).await?
        }
    };
    let id = refund_id(&answer, target.reference, method.config.edition)?;
    // Done before it is answered: the product is synchronous.
    Ok(RefundSeen { id, state: RefundState::Succeeded, amount_minor: None })
}

/// The refund's own id, or the payment's: both are published. A whole refund of the legacy edition has no body.
fn refund_id(body: &str, payment: &str, edition: Edition) -> Result<String, PicpayError> {
    #[derive(Deserialize)]
    struct Refunded {
        transaction_id: String,
    }
    if body.trim().is_empty() && edition == Edition::Legacy {
        return Ok(payment.to_owned());
    }
    let refunded: Option<Refunded> = serde_json::from_str(body).ok();
    let id = refunded.map(|refunded| refunded.transaction_id).filter(|id| http_client::is_path_segment(id));
    id.ok_or(PicpayError::Unreadable { what: "it accepts the refund without naming it" })
}

/// What PicPay knows of the attempt: by its own id where we have it, else by our reference. `None`: nothing.
pub(super) async fn find(
    method: &PicpayWallet,
    attempt: &Attempt,
    transaction: Option<&str>,
) -> Result<Option<Payment>, PicpayError> {
    let details = Details::of(attempt)?;
    let mut names = Vec::new();
    if let Some(transaction) = transaction {
        names.push(format!("transaction_id={}", payload::path_segment(transaction)?));
    }
    if method.config.edition == Edition::Current {
        names.push(format!("reference_id={}", attempt.id));
    }
    if names.is_empty() {
        return Err(PicpayError::Unfindable);
    }
    let path = format!("/v1/payments?{}", names.join("&"));
    let ask = Ask { method: Method::GET, path: &path, body: None, key: None };
    match method.call(method.client.turn(), details.grant()?, &ask).await {
        Ok(body) => Payment::read(&body, attempt).map(Some),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// All refunds of a payment.
pub(super) async fn refunds(method: &PicpayWallet, target: Target<'_>) -> Result<Vec<RefundSeen>, PicpayError> {
    let payment = find(method, target.attempt, Some(target.reference)).await?;
    payment.ok_or(PicpayError::Unreadable { what: "it does not know its own payment" })?.refunds()
}

async fn post(
    method: &PicpayWallet,
    attempt: &Attempt,
    path: &str,
    body: String,
    key: Option<String>,
) -> Result<String, PicpayError> {
    let details = Details::of(attempt)?;
    let ask = Ask { method: Method::POST, path, body: Some(body), key };
    method.call(method.client.turn(), details.grant()?, &ask).await
}
