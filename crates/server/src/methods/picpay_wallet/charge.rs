//! `POST /v1/payments/charge`. One key for each attempt, so that it may be sent again: what is final is answered as before, what
//! is not is executed once. Source: PicPay "Process payments", "Idempotency key".

use super::client::Ask;
use super::config::Edition;
use super::details::Details;
use super::{PicpayError, PicpayWallet, codes, consent, payload};
use crate::methods::{Observation, Outcome, Rejection, http_client};
use crate::store::Attempt;
use reqwest::Method;
use serde::Deserialize;
use umclique_wire::{AttemptStatus, FailureCode};

/// For how long a lost charge is sent again. As long as one that the provider does not know is waited for; after that the
/// buyer is gone, and only questions are asked.
const REPEAT_FOR_MS: i64 = crate::payments::schedule::ABSENCE_GRACE_MS;

/// Charges the attempt's login for the first time.
pub(super) async fn charge(method: &PicpayWallet, attempt: &Attempt, details: &Details) -> Outcome<Observation> {
    match send(method, attempt, details).await {
        Ok(seen) => Outcome::Accepted(seen),
        Err(PicpayError::Lapsed) => connect_again(method, attempt, details),
        Err(error) => error.into_outcome(codes::of_charge),
    }
}

/// The same again, after its answer was lost. `None`: what was answered proves nothing about the first one. PicPay looks at
/// the token before it looks at the key, so a login that has lapsed meanwhile is such an answer.
pub(super) async fn repeat(
    method: &PicpayWallet,
    attempt: &Attempt,
    details: &Details,
) -> Option<Outcome<Observation>> {
    let is_late = method.clock.now_ms() - attempt.round_at_ms >= REPEAT_FOR_MS;
    if method.config.edition == Edition::Legacy || details.grant.is_none() || is_late {
        return None;
    }
    match send(method, attempt, details).await {
        Ok(seen) => Some(Outcome::Accepted(seen)),
        Err(error @ PicpayError::Refused { .. }) => match error.into_outcome::<Observation>(codes::of_charge) {
            Outcome::Rejected(rejection) => Some(Outcome::Rejected(rejection)),
            _ => None,
        },
        // It is being worked on: what a question shows now may be given back by PicPay itself.
        Err(PicpayError::StillProcessing) => Some(Outcome::Unknown("PicPay still works on it".to_owned())),
        Err(_) => None,
    }
}

async fn send(method: &PicpayWallet, attempt: &Attempt, details: &Details) -> Result<Observation, PicpayError> {
    let edition = method.config.edition;
    let key = match edition {
        Edition::Current => Some(payload::key(attempt.id.as_str())?),
        Edition::Legacy => None,
    };
    let body = Some(payload::charge(attempt, edition, details.is_manual));
    let ask = Ask { method: Method::POST, path: "/v1/payments/charge", body, key };
    let grant = details.grant()?;
    method.grants.note_payment(&attempt.id, grant).await?;
    let answer = method.call(method.client.turn(), grant, &ask).await?;
    let seen = accepted(&answer, attempt, details)?;
    method.link(details).await;
    Ok(seen)
}

/// Nothing was charged, and only the buyer can make a new token.
fn connect_again(method: &PicpayWallet, attempt: &Attempt, details: &Details) -> Outcome<Observation> {
    if details.nonce_sha256.is_some() {
        return Outcome::Asks(Box::new(consent::redirect(method, attempt)));
    }
    // One click was all that this browser asked for, and there is nothing of its own to prove itself by.
    Outcome::Rejected(Rejection {
        failure: FailureCode::AuthenticationFailed,
        provider_code: None,
        detail: PicpayError::Lapsed.to_string(),
        next_action: None,
        is_suspicious: false,
    })
}

/// The published sample tells another `reference_id` than the one that was sent, so that is not compared.
fn accepted(body: &str, attempt: &Attempt, details: &Details) -> Result<Observation, PicpayError> {
    #[derive(Deserialize)]
    struct Charged {
        transaction_id: String,
    }
    let unreadable = |what| PicpayError::Unreadable { what };
    let charged: Charged = serde_json::from_str(body).map_err(|_| unreadable("it names no transaction"))?;
    if !http_client::is_path_segment(&charged.transaction_id) {
        return Err(unreadable("its id is none"));
    }
    let status = if details.is_manual { AttemptStatus::RequiresCapture } else { AttemptStatus::Succeeded };
    Ok(Observation {
        status,
        provider_reference: charged.transaction_id,
        payer_amount_minor: None,
        next_action: None,
        failure: None,
        provider_code: None,
        received_minor: Some(attempt.amount.minor()),
        refunded_minor: None,
        is_disputed: false,
        mismatch: None,
        details: None,
    })
}
