//! `POST /picpay/simple`: makes the payment and gets its code. Called once per attempt; never repeats itself.

use super::details::Details;
use super::{EpagError, PicpayQr, observe, payload, qr};
use crate::clock::brazil_day;
use crate::methods::{Observation, Outcome};
use crate::store::Attempt;
use umclique_wire::{AttemptStatus, NextAction};

/// Creates the payment of an attempt whose id is on disk.
pub(super) async fn create(method: &PicpayQr, attempt: &Attempt) -> Outcome<Observation> {
    let created = async {
        let details: Details = serde_json::from_value(attempt.details.clone())
            .map_err(|_| EpagError::Unsendable { what: "the attempt's stored details" })?;
        // An attempt that waited for a connection over midnight must still name a day that is not over.
        let expires_on = details.expires_on.clone().max(brazil_day(method.clock.now_ms()));
        let body = body(method, attempt, &details, &expires_on)?;
        let answer = method.client.post("/picpay/simple", body).await?;
        observe::created(&answer, attempt, method.clock.now_ms()).map(|created| (created, expires_on))
    };
    match created.await {
        Ok((created, expires_on)) => Outcome::Accepted(with_code(method, created, expires_on).await),
        Err(error) => error.of_creation().into_outcome(),
    }
}

fn body(method: &PicpayQr, attempt: &Attempt, details: &Details, expires_on: &str) -> Result<String, EpagError> {
    let notification_url = method.notification_url(attempt);
    payload::json(&payload::Create {
        contract_id: &method.config.contract_id,
        reference_id: attempt.id.as_str(),
        notification_url: &notification_url,
        ip_address: details.ip_address,
        payment: payload::Payment::new(attempt.amount, details.is_manual, expires_on)?,
        person: payload::Person::of(details),
        extra_data: details.extra_data.as_ref(),
    })
}

/// Adds the code, once it is known to charge what the order costs. A payment whose code cannot be shown is still a
/// payment, because PicPay also pushes it to the payer's phone: it is told with its mismatch, so that it is closed.
async fn with_code(method: &PicpayQr, created: observe::Created, expires_on: String) -> Observation {
    let observe::Created { mut observation, code, expires_on: echoed, payer_minor } = created;
    let waits_for_payer = observation.status == AttemptStatus::RequiresAction;
    if !waits_for_payer || observation.mismatch.is_some() {
        return observation;
    }
    // Undocumented what an answer with another day means; an earlier one that is not over is the safer to show.
    let today = brazil_day(method.clock.now_ms());
    let expires_on = echoed.filter(|day| *day >= today && *day < expires_on).unwrap_or(expires_on);
    let order = qr::Order {
        payer_minor,
        merchant: method.config.merchant_name.clone(),
        link_hosts: method.config.allowed_link_hosts.clone(),
        expires_on,
    };
    match qr::examine(code, order).await {
        Ok(shown) => observation.next_action = Some(NextAction::ShowQr(shown)),
        Err(why) => observation.mismatch = Some(why),
    }
    observation
}
