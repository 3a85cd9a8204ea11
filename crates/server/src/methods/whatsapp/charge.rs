//! The round that charges: what the buyer confirmed in the chat is taken from the stored card, by the shop's own processor,
//! for the amount that is stored with us. One key for each attempt, so that it may be sent again.

use super::details::Details;
use super::processor::contract::{Charge, ChargeStatus, Refund, RefundStatus};
use super::processor::{Call, ChargeOrder, Lookup, ProcessorError};
use super::reference::Reference;
use super::{Whatsapp, WhatsappError};
use crate::methods::{Observation, Outcome, RefundOrder, RefundSeen, RefundState, Rejection, Target};
use crate::store::Attempt;
use umclique_wire::{AttemptStatus, FailureCode, Money};

/// For how long a lost charge is sent again. As long as one that the processor does not know is waited for; after that the
/// buyer is gone, and only questions are asked.
const REPEAT_FOR_MS: i64 = crate::payments::schedule::ABSENCE_GRACE_MS;

/// Charges the stored card for the first time.
pub(super) async fn charge(method: &Whatsapp, attempt: &Attempt, details: &Details) -> Outcome<Observation> {
    match send(method, attempt, details).await {
        Ok(charge) => answered(attempt, details, &charge),
        Err(error) => error.into_outcome(Call::Charge),
    }
}

/// The same again, after its answer was lost. `None`: what was answered proves nothing about the first one. Only a charge does,
/// made or declined under this very key.
pub(super) async fn repeat(method: &Whatsapp, attempt: &Attempt, details: &Details) -> Option<Outcome<Observation>> {
    if method.clock.now_ms() - attempt.round_at_ms >= REPEAT_FOR_MS {
        return None;
    }
    match send(method, attempt, details).await {
        Ok(charge) => Some(answered(attempt, details, &charge)),
        Err(error @ ProcessorError::StillProcessing) => Some(Outcome::Unknown(error.to_string())),
        Err(_) => None,
    }
}

/// It follows from the attempt alone, so that every try under its key has the same body.
async fn send(method: &Whatsapp, attempt: &Attempt, details: &Details) -> Result<Charge, ProcessorError> {
    let order = ChargeOrder {
        reference: attempt.id.as_str(),
        card: &details.psp_reference,
        amount: attempt.amount,
        is_captured: !details.is_manual,
    };
    method.processor.charge(order).await
}

/// A decline ends the attempt; anything else is where the charge stands.
fn answered(attempt: &Attempt, details: &Details, charge: &Charge) -> Outcome<Observation> {
    if charge.status != ChargeStatus::Declined {
        return Outcome::Accepted(observed(attempt, details, charge));
    }
    Outcome::Rejected(Rejection {
        failure: failure(charge),
        provider_code: code(charge),
        detail: "the card processor declined the charge".to_owned(),
        next_action: None,
        is_suspicious: false,
    })
}

/// What the processor knows of the attempt, the charge that counts most first. Nothing before the buyer confirmed: only our own
/// claim of a tap sends a charge.
pub(super) async fn find(method: &Whatsapp, attempt: &Attempt) -> Result<Vec<Observation>, ProcessorError> {
    let unreadable = |_: WhatsappError| ProcessorError::Unsendable { what: "the attempt's stored details" };
    let details = Details::of(attempt).map_err(unreadable)?;
    if details.tap.is_none() {
        return Ok(Vec::new());
    }
    let lookup = match &details.charge {
        Some(charge) => Lookup::Id(charge),
        None => Lookup::Reference(attempt.id.as_str()),
    };
    let mut found = method.processor.find(lookup).await?;
    // Money before promises, and of equals the older one.
    found.sort_by_key(|charge| std::cmp::Reverse(weight(charge.status)));
    let seen = found.iter().enumerate().map(|(at, charge)| {
        let seen = observed(attempt, &details, charge);
        // Only one can be the attempt's own; another one has its own id, by which it is closed or given back.
        if at == 0 { seen } else { Observation { provider_reference: charge.id.clone(), details: None, ..seen } }
    });
    Ok(seen.collect())
}

fn weight(status: ChargeStatus) -> u8 {
    match status {
        ChargeStatus::Captured => 4,
        ChargeStatus::Authorized => 3,
        ChargeStatus::Pending | ChargeStatus::Unknown => 2,
        ChargeStatus::Declined => 1,
        ChargeStatus::Canceled => 0,
    }
}

/// What a charge means for the attempt.
fn observed(attempt: &Attempt, details: &Details, charge: &Charge) -> Observation {
    let currency = attempt.amount.currency().as_str();
    let is_other_currency = charge.currency != currency;
    let mismatch = if is_other_currency {
        Some(format!("the charge is in another currency than {currency}"))
    } else {
        let is_other = charge.amount_minor != attempt.amount.minor();
        is_other.then(|| format!("the processor has a charge of {} minor units", charge.amount_minor))
    };
    let status = match charge.status {
        // Money did move, but none that could count: a person has to look.
        ChargeStatus::Captured if is_other_currency => AttemptStatus::Processing,
        ChargeStatus::Captured => AttemptStatus::Succeeded,
        ChargeStatus::Authorized => AttemptStatus::RequiresCapture,
        ChargeStatus::Pending | ChargeStatus::Unknown => AttemptStatus::Processing,
        ChargeStatus::Declined => AttemptStatus::Failed,
        ChargeStatus::Canceled => AttemptStatus::Canceled,
    };
    let is_paid = status == AttemptStatus::Succeeded;
    let tapped = Reference::new(&attempt.id, details.tap.unwrap_or(details.number));
    Observation {
        status,
        provider_reference: tapped.to_string(),
        payer_amount_minor: None,
        next_action: None,
        failure: (status == AttemptStatus::Failed).then(|| failure(charge)),
        provider_code: code(charge),
        received_minor: is_paid.then_some(charge.captured_minor),
        refunded_minor: is_paid.then_some(charge.refunded_minor),
        is_disputed: false,
        mismatch,
        details: Some(Details { charge: Some(charge.id.clone()), ..details.clone() }.stored()),
    }
}

/// What the buyer can do about a decline.
fn failure(charge: &Charge) -> FailureCode {
    match charge.decline.as_ref().map(|decline| decline.code.as_str()) {
        Some("insufficient_funds") => FailureCode::InsufficientFunds,
        Some("expired_card") => FailureCode::CardExpired,
        Some("authentication_required") => FailureCode::AuthenticationFailed,
        _ => FailureCode::Declined,
    }
}

/// For people: why it was declined.
fn code(charge: &Charge) -> Option<String> {
    charge.decline.as_ref().map(|decline| decline.code.clone()).filter(|code| super::processor::bridge::is_word(code))
}

/// The processor's id of what is meant: the attempt's own charge, or another one by its own id.
fn charge_id<'a>(target: Target<'a>, details: &'a Details) -> Result<&'a str, ProcessorError> {
    let is_own = Reference::parse(target.reference).is_some_and(|it| it.attempt == target.attempt.id);
    if !is_own {
        return Ok(target.reference);
    }
    details.charge.as_deref().ok_or(ProcessorError::Unsendable { what: "a payment whose charge is not known" })
}

fn details(target: Target<'_>) -> Result<Details, ProcessorError> {
    Details::of(target.attempt).map_err(|_| ProcessorError::Unsendable { what: "the attempt's stored details" })
}

/// Takes what was reserved, or a part of it. A payment is captured once, and another amount is another wish.
pub(super) async fn capture(method: &Whatsapp, target: Target<'_>, amount: Money) -> Result<(), ProcessorError> {
    let details = details(target)?;
    let key = format!("{}.capture.{}", target.attempt.id, amount.minor());
    method.processor.capture(charge_id(target, &details)?, amount, &key).await
}

/// Gives up what was not captured. There may be several charges of one attempt to give up, and each has its own key.
pub(super) async fn cancel(method: &Whatsapp, target: Target<'_>) -> Result<(), ProcessorError> {
    let details = details(target)?;
    let charge = charge_id(target, &details)?;
    let key = format!("{}.cancel.{charge}", target.attempt.id);
    method.processor.cancel(charge, &key).await
}

/// Gives money back.
pub(super) async fn refund(
    method: &Whatsapp,
    target: Target<'_>,
    order: RefundOrder<'_>,
) -> Result<RefundSeen, ProcessorError> {
    let details = details(target)?;
    let charge = charge_id(target, &details)?;
    method.processor.refund(charge, order.amount, order.id).await.map(|refund| refund_seen(&refund))
}

/// All refunds of a charge.
pub(super) async fn refunds(method: &Whatsapp, target: Target<'_>) -> Result<Vec<RefundSeen>, ProcessorError> {
    let details = details(target)?;
    let found = method.processor.refunds(charge_id(target, &details)?).await?;
    Ok(found.iter().map(refund_seen).collect())
}

fn refund_seen(refund: &Refund) -> RefundSeen {
    let state = match refund.status {
        RefundStatus::Pending | RefundStatus::Unknown => RefundState::Pending,
        RefundStatus::Succeeded => RefundState::Succeeded,
        RefundStatus::Failed => RefundState::Failed,
    };
    RefundSeen { id: refund.id.clone(), state, amount_minor: Some(refund.amount_minor) }
}
