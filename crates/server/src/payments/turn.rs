//! What a turn of a capture or a refund came to, and what that means for its payment. Pure.

use crate::clock::HOUR;
use crate::methods::{Observation, Outcome, RefundState};
use crate::payments::news::News;
use crate::store::{Operation, OperationKind, OperationStatus};

/// What an operation turned into, and what that means for its payment.
pub(super) type Turn = (OperationStatus, News);

/// A refund of another payment than the attempt's own never touches the attempt's sums. What the shop waits for and what
/// does not come is told to a person.
pub(super) fn told_to_a_person(operation: &Operation, was_unclear: bool, news: News) -> News {
    let is_elsewhere = operation.target_reference.is_some();
    let news = if is_elsewhere { News::Nothing } else { news };
    let (kind, id, status) = (operation.kind.as_str(), &operation.id, operation.status.as_str());
    let is_lost =
        operation.status == OperationStatus::Failed && (is_elsewhere || operation.kind == OperationKind::Capture);
    match news {
        News::Nothing if is_lost => {
            let why = operation.failure.as_deref().unwrap_or("no reason was told");
            News::OperationUnclear(format!("the {kind} {id} was not done: {why}"))
        }
        News::Nothing if operation.needs_attention && !was_unclear => {
            News::OperationUnclear(format!("the {kind} {id} is {status} for long; look it up at the provider"))
        }
        news => news,
    }
}

pub(super) fn at_most_captured(seen: Observation, captured_minor: u64) -> Observation {
    let received_minor = Some(seen.received_minor.map_or(captured_minor, |received| received.min(captured_minor)));
    Observation { received_minor, ..seen }
}

pub(super) fn refund_turn(state: RefundState, operation: &mut Operation) -> Turn {
    match state {
        RefundState::Pending => (OperationStatus::Pending, News::Nothing),
        RefundState::Succeeded => (OperationStatus::Succeeded, News::RefundDone(operation.amount_minor)),
        RefundState::Failed => failed(operation, "the provider could not refund it".into()),
    }
}

pub(super) fn failed(operation: &mut Operation, why: String) -> Turn {
    operation.failure = Some(why);
    operation.unknown_since_ms = None;
    let news = match operation.kind {
        OperationKind::Refund => News::RefundReleased(operation.amount_minor),
        OperationKind::Capture => News::Nothing,
    };
    (OperationStatus::Failed, news)
}

/// What a send came to, apart from an accepted refund.
pub(super) fn sent(outcome: Outcome<OperationStatus>, operation: &mut Operation, now_ms: i64) -> Turn {
    match outcome {
        Outcome::Accepted(status) => (status, News::Nothing),
        Outcome::Rejected(rejection) => failed(operation, rejection.provider_code.unwrap_or(rejection.detail)),
        // No operation asks anything of a buyer.
        Outcome::Asks(_) => (OperationStatus::Queued, News::Nothing),
        Outcome::NotSent(not_sent) if now_ms - operation.created_at_ms < HOUR => {
            tracing::warn!(operation = %operation.id, detail = %not_sent.detail, "not sent; it is tried again");
            (OperationStatus::Queued, News::Nothing)
        }
        Outcome::NotSent(not_sent) => failed(operation, not_sent.detail),
        Outcome::Unknown(why) => {
            tracing::warn!(operation = %operation.id, %why, "the outcome is unknown; the provider is asked");
            (OperationStatus::Unknown, News::Nothing)
        }
    }
}
