//! `POST /orders/{id}/pay`: with a token, or after a challenge. Each is sent once; what gets lost is found by its order.

use super::details::{Details, Step};
use super::reply::{self, Reply, Told};
use super::status::{self, Meaning};
use super::{April, AprilError, codes, error, find, payload};
use crate::methods::{NotSent, Observation, Outcome, Rejection};
use crate::store::Attempt;
use reqwest::Method;
use umclique_wire::{AttemptStatus, Challenge, FailureCode, NextAction};

/// What is paid with.
pub(super) struct Tender<'a> {
    /// The token.
    pub(super) token: &'a str,
    /// The body that carries it.
    pub(super) body: Result<String, AprilError>,
}

/// Pays an attempt's order.
pub(super) async fn pay(
    method: &April,
    attempt: &Attempt,
    details: &Details,
    tender: Tender<'_>,
) -> Outcome<Observation> {
    let Some(order) = attempt.provider_reference.as_deref() else {
        return AprilError::Unsendable { what: "a payment without an order" }.into_outcome(codes::of_payment);
    };
    let outcome = match post(method, attempt, order, tender.body).await {
        Ok(Reply::Challenge(action)) => Outcome::Accepted(challenge(method, order, details, tender.token, action)),
        Ok(Reply::Transaction(told)) => settled(order, details, told),
        Err(error) => error.of_payment().into_outcome(match details.step {
            Step::Confirm { .. } => codes::of_confirmation,
            _ => codes::of_payment,
        }),
    };
    with_another_try(method, details, outcome)
}

async fn post(
    method: &April,
    attempt: &Attempt,
    order: &str,
    body: Result<String, AprilError>,
) -> Result<Reply, AprilError> {
    let path = format!("/orders/{}/pay", payload::path_segment(order)?);
    let client = &method.client;
    let answer = client.send(client.turn(), Method::POST, &path, Some(body?)).await?;
    if answer.status == 403
        && let Some(challenge) = reply::challenge_of_403(&answer.body)
    {
        return challenge.map(Reply::Challenge);
    }
    reply::read(&answer.into_result()?, attempt.amount)
}

fn challenge(method: &April, order: &str, details: &Details, token: &str, action: String) -> Observation {
    let next = details.at(Step::Challenged { token: token.to_owned(), action: action.clone() });
    Observation {
        status: AttemptStatus::RequiresAction,
        provider_reference: order.to_owned(),
        payer_amount_minor: None,
        next_action: Some(NextAction::Challenge(Challenge { widget: method.widget(details), action })),
        failure: None,
        provider_code: None,
        received_minor: None,
        refunded_minor: None,
        is_disputed: false,
        mismatch: None,
        details: Some(next.stored()),
    }
}

fn settled(order: &str, details: &Details, told: Told) -> Outcome<Observation> {
    let word = codes::word(&told.status).map(str::to_owned);
    let status = match status::of_transaction(&told.status) {
        Meaning::Paid => AttemptStatus::Succeeded,
        Meaning::Held if details.is_manual => AttemptStatus::RequiresCapture,
        Meaning::Held | Meaning::Pending | Meaning::Open => AttemptStatus::Processing,
        Meaning::Failed | Meaning::Cancelled => {
            let detail = "April answered with a transaction that came to nothing";
            return Outcome::Rejected(error::decline(FailureCode::Declined, word, detail));
        }
    };
    Outcome::Accepted(Observation {
        status,
        provider_reference: order.to_owned(),
        payer_amount_minor: told.payer_minor,
        next_action: None,
        failure: None,
        provider_code: word,
        received_minor: told.received_minor.filter(|_| status == AttemptStatus::Succeeded),
        refunded_minor: None,
        is_disputed: told.status == "disputed",
        mismatch: None,
        details: Some(details.at(Step::Paid { transaction: told.id }).stored()),
    })
}

/// The challenge failed or was closed. Nothing is paid; but the browser is not believed, so the order is read.
pub(super) async fn look_after_challenge(method: &April, attempt: &Attempt, details: &Details) -> Outcome<Observation> {
    let seen = match find::find(method, attempt).await {
        Ok(seen) => seen.into_iter().next(),
        Err(error) => {
            let unanswered = error.into_unanswered();
            let crate::methods::Unanswered { detail, is_credentials } = unanswered;
            return Outcome::NotSent(NotSent { detail, is_credentials });
        }
    };
    match seen {
        Some(seen) if seen.status == AttemptStatus::RequiresAction => {
            let failed = error::decline(FailureCode::AuthenticationFailed, None, "the bank's challenge was not passed");
            with_another_try(method, details, Outcome::Rejected(failed))
        }
        Some(seen) => Outcome::Accepted(seen),
        None => Outcome::Unknown("April does not know its own order any more".to_owned()),
    }
}

/// A refused payment leaves the order payable, with a new token.
fn with_another_try<T>(method: &April, details: &Details, outcome: Outcome<T>) -> Outcome<T> {
    match outcome {
        Outcome::Rejected(rejection) => {
            let next_action = Some(Box::new(NextAction::CollectToken(method.widget(details))));
            Outcome::Rejected(Rejection { next_action, ..rejection })
        }
        outcome => outcome,
    }
}
