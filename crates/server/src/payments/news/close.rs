//! Ends that no provider tells: a wish to close, a refund's end, a person's word.

use super::late;
use super::{Effect, flag_for_a_person};
use crate::payments::status;
use crate::store::{Attempt, Attention, CloseIntent, Session};
use umclique_wire::{AttemptStatus, Failure, FailureCode};

/// Somebody wants it closed.
pub(super) fn apply_close(attempt: &mut Attempt, intent: CloseIntent, effects: &mut Vec<Effect>) {
    if !attempt.live || attempt.close_intent.is_some() {
        return;
    }
    attempt.close_intent = Some(intent);
    attempt.asks = 0;
    effects.push(Effect::Note("closing", format!("asked for by: {}", intent.as_str())));
    // What only asked something of the buyer is nothing at the provider: nothing there can charge.
    let is_only_asked = attempt.status == AttemptStatus::RequiresAction && attempt.provider_reference.is_none();
    if attempt.may_resend || is_only_asked {
        end_unsent(attempt);
    }
}

/// A refund is done.
pub(super) fn apply_refund(attempt: &mut Attempt, amount: u64) {
    attempt.reserved_minor = attempt.reserved_minor.saturating_sub(amount);
    attempt.refunded_minor = (attempt.refunded_minor + amount).min(attempt.captured_minor);
    attempt.asks = 0;
}

/// A refund is not done. Money that should not be here must not stay because of that.
pub(super) fn apply_release(attempt: &mut Attempt, amount: u64, effects: &mut Vec<Effect>) {
    attempt.reserved_minor = attempt.reserved_minor.saturating_sub(amount);
    attempt.asks = 0;
    if attempt.flags.late_capture && attempt.status != AttemptStatus::Succeeded {
        let detail = format!("late money is still here: its refund of {amount} minor units was not done");
        flag_for_a_person(attempt, Attention::LateNotRefunded, detail, effects);
    }
}

/// A person's word about a refund ends what made the payment a person's.
pub(super) fn apply_refund_verdict(
    attempt: &mut Attempt,
    is_done: bool,
    amount_minor: Option<u64>,
    effects: &mut Vec<Effect>,
) {
    attempt.attention.retain(|reason| *reason != Attention::Operation);
    attempt.flags.needs_attention = !attempt.attention.is_empty();
    match amount_minor {
        Some(amount_minor) if is_done => apply_refund(attempt, amount_minor),
        Some(amount_minor) => apply_release(attempt, amount_minor, effects),
        None => {}
    }
}

/// A person's word stands in for the provider's, and has the same consequences.
pub(super) fn apply_verdict(
    attempt: &mut Attempt,
    session: &mut Session,
    captured_minor: Option<u64>,
    effects: &mut Vec<Effect>,
) {
    attempt.flags.needs_attention = false;
    attempt.attention.clear();
    if attempt.captured_minor > 0 {
        return;
    }
    match captured_minor {
        Some(captured_minor) if attempt.live => {
            attempt.status = AttemptStatus::Succeeded;
            attempt.captured_minor = captured_minor.min(attempt.amount.minor());
            attempt.live = false;
            attempt.next_action = None;
            attempt.failure = None;
            attempt.watch_until_ms = None;
        }
        Some(captured_minor) => late::apply_capture(attempt, session, captured_minor, 0, effects),
        None if attempt.live => release(attempt, AttemptStatus::Failed, FailureCode::ProviderUnavailable),
        None => {}
    }
    attempt.unknown_since_ms = None;
    attempt.unanswered_since_ms = None;
    attempt.may_resend = false;
}

/// Ends an attempt whose send never reached the provider, as its closer would say. What an earlier round opened there is
/// closed like any other.
pub(super) fn end_unsent(attempt: &mut Attempt) {
    if attempt.provider_reference.is_some() {
        attempt.status = AttemptStatus::RequiresAction;
        attempt.may_resend = false;
        attempt.next_action = None;
        return;
    }
    let status = status::closed_as(AttemptStatus::Canceled, attempt.close_intent);
    let code =
        status::failure(status, attempt.close_intent, None).map_or(FailureCode::Canceled, |failure| failure.code);
    release(attempt, status, code);
}

/// The provider can no longer charge it: another attempt may start.
pub(super) fn release(attempt: &mut Attempt, status: AttemptStatus, code: FailureCode) {
    attempt.status = status;
    attempt.live = false;
    attempt.may_resend = false;
    attempt.next_action = None;
    attempt.failure = Some(Failure { code });
}
