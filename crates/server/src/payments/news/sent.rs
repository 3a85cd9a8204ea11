//! What a send came to when no payment was told, and what it means that the provider stays silent.

use super::close::{end_unsent, release};
use super::{Effect, flag_for_a_person, take_back};
use crate::clock::HOUR;
use crate::methods::{Asked, NotSent, Rejection};
use crate::payments::schedule::{ABSENCE_GRACE_MS, NOT_SENT_PATIENCE_MS};
use crate::store::{Attempt, Attention, CloseIntent, Session};
use umclique_wire::{AttemptStatus, Failure, FailureCode, NextAction};

/// A documented no to what was sent.
pub(super) fn apply_rejection(
    attempt: &mut Attempt,
    session: &mut Session,
    rejection: &Rejection,
    effects: &mut Vec<Effect>,
) {
    effects.push(Effect::Note("rejected", rejection.detail.clone()));
    // Once the outcome is unknown, a refusal of a later call proves nothing about the first one.
    if attempt.status != AttemptStatus::Sending || attempt.unknown_since_ms.is_some() {
        return;
    }
    attempt.provider_code.clone_from(&rejection.provider_code);
    if rejection.is_suspicious {
        let detail = "the provider suspects a fraud; the buyer was only told that the card is not accepted".to_owned();
        flag_for_a_person(attempt, Attention::SuspectedFraud, detail, effects);
    }
    let Some(action) = &rejection.next_action else {
        release(attempt, AttemptStatus::Failed, rejection.failure);
        attempt.watch_until_ms = None;
        return;
    };
    // The provider keeps it open: the same attempt asks again, unless somebody wants it closed.
    attempt.status = AttemptStatus::RequiresAction;
    attempt.next_action = Some(action.as_ref().clone()).filter(|_| attempt.close_intent.is_none());
    session.last_error = Some(Failure { code: rejection.failure });
    session.decline_count += 1;
}

/// The provider was told nothing, or let nobody in: the buyer must act first.
pub(super) fn apply_asked(attempt: &mut Attempt, asked: &Asked, effects: &mut Vec<Effect>) {
    if attempt.status != AttemptStatus::Sending || attempt.unknown_since_ms.is_some() {
        return;
    }
    attempt.may_resend = false;
    if let Some(details) = &asked.details {
        attempt.details.clone_from(details);
    }
    if attempt.close_intent.is_some() {
        end_unsent(attempt);
        return;
    }
    attempt.status = AttemptStatus::RequiresAction;
    attempt.next_action = Some(asked.action.clone());
    effects.push(Effect::Note("asked", "the buyer must act before anything is sent".into()));
}

/// The provider told how far its question to the buyer came. Of an attempt that waits for nobody any more nothing changes.
pub(super) fn apply_heard(attempt: &mut Attempt, action: Option<&NextAction>, details: Option<&serde_json::Value>) {
    if !is_asking(attempt) {
        return;
    }
    if let Some(action) = action {
        attempt.next_action = Some(action.clone());
    }
    if let Some(details) = details {
        attempt.details.clone_from(details);
    }
}

/// The provider cannot ask the buyer after all.
pub(super) fn apply_unreachable(attempt: &mut Attempt, code: FailureCode, why: &str, effects: &mut Vec<Effect>) {
    if !is_asking(attempt) {
        return;
    }
    effects.push(Effect::Note("unreachable", why.to_owned()));
    release(attempt, AttemptStatus::Failed, code);
}

/// It waits for its buyer, and its provider has nothing that could be charged.
fn is_asking(attempt: &Attempt) -> bool {
    attempt.live
        && attempt.status == AttemptStatus::RequiresAction
        && attempt.close_intent.is_none()
        && attempt.provider_reference.is_none()
}

/// The send provably did not arrive: it is sent again for a while.
pub(super) fn apply_not_sent(attempt: &mut Attempt, not_sent: &NotSent, now_ms: i64, effects: &mut Vec<Effect>) {
    if attempt.status != AttemptStatus::Sending || attempt.unknown_since_ms.is_some() {
        return;
    }
    attempt.may_resend = true;
    attempt.asks += 1;
    attempt.asked_at_ms = now_ms;
    if attempt.close_intent.is_some() {
        end_unsent(attempt);
    } else if not_sent.is_credentials || now_ms - attempt.round_at_ms >= NOT_SENT_PATIENCE_MS {
        effects.push(Effect::Note("not_sent", not_sent.detail.clone()));
        release(attempt, AttemptStatus::Failed, FailureCode::ProviderUnavailable);
        // Whatever an earlier round opened there is looked for once more, and closed.
        attempt.watch_until_ms = attempt.provider_reference.as_ref().map(|_| now_ms + HOUR);
    } else if attempt.asks == 1 {
        effects.push(Effect::Note("not_sent", not_sent.detail.clone()));
    }
}

/// Nobody knows whether the send arrived.
pub(super) fn apply_unknown(attempt: &mut Attempt, why: &str, now_ms: i64, effects: &mut Vec<Effect>) {
    if attempt.status != AttemptStatus::Sending {
        return;
    }
    attempt.may_resend = false;
    if attempt.unknown_since_ms.is_none() {
        attempt.unknown_since_ms = Some(now_ms);
        attempt.asks = 0;
        effects.push(Effect::Note("unknown", format!("the send's outcome is not known: {why}")));
    }
}

/// The provider was asked and knows nothing of it.
pub(super) fn apply_absent(attempt: &mut Attempt, now_ms: i64, effects: &mut Vec<Effect>) {
    attempt.asks += 1;
    attempt.asked_at_ms = now_ms;
    attempt.unanswered_since_ms = None;
    take_back(attempt, Attention::Unanswered, effects);
    if !attempt.live {
        if attempt.watch_until_ms.is_some_and(|until| until <= now_ms) {
            attempt.watch_until_ms = None;
        }
    } else if attempt.provider_reference.is_some() {
        let detail = "the provider does not know its own payment any more".to_owned();
        flag_for_a_person(attempt, Attention::Vanished, detail, effects);
    } else if attempt.unknown_since_ms.is_some_and(|since| now_ms - since >= ABSENCE_GRACE_MS) {
        effects.push(Effect::Note("released", "the provider still knows nothing of it; it is watched on".into()));
        attempt.unknown_since_ms = None;
        if attempt.close_intent.is_some() {
            end_unsent(attempt);
        } else {
            release(attempt, AttemptStatus::Failed, FailureCode::ProviderUnavailable);
        }
    }
}

/// The provider was asked and gave no usable answer. It says nothing about the payment.
pub(super) fn apply_unanswered(attempt: &mut Attempt, why: &str, now_ms: i64, effects: &mut Vec<Effect>) {
    attempt.asks += 1;
    attempt.asked_at_ms = now_ms;
    let silent_since_ms = *attempt.unanswered_since_ms.get_or_insert(now_ms);
    // What is known to be open there is asked about until an answer comes.
    let is_closing = attempt.close_intent == Some(CloseIntent::Late);
    if !attempt.live && !is_closing && attempt.watch_until_ms.is_some_and(|until| until <= now_ms) {
        attempt.watch_until_ms = None;
    }
    let is_unsettled = attempt.live || is_closing;
    let since_ms = attempt.unknown_since_ms.unwrap_or(silent_since_ms).min(silent_since_ms);
    if is_unsettled && now_ms - since_ms >= HOUR {
        let detail = format!("no answer about a payment that may still move, for an hour: {why}");
        flag_for_a_person(attempt, Attention::Unanswered, detail, effects);
    }
}
