//! What becomes known of an attempt after it was given up: money that arrived, a reservation, an open payment. Pure.
//!
//! Late money is always recorded on its attempt; what can still charge is closed.

use super::{Effect, FLAGGED};
use crate::clock::DAY;
use crate::methods::Observation;
use crate::store::{Attempt, Attention, CloseIntent, Session};
use umclique_wire::{AttemptStatus, SessionStatus};

/// Money that arrives after the end. Where it pays an expired session, it counts; else what did not go back already does.
pub(super) fn apply_capture(
    attempt: &mut Attempt,
    session: &mut Session,
    received_minor: u64,
    returned_minor: u64,
    effects: &mut Vec<Effect>,
) {
    if attempt.captured_minor > 0 {
        return;
    }
    attempt.captured_minor = received_minor.min(attempt.amount.minor());
    attempt.flags.late_capture = true;
    attempt.watch_until_ms = None;
    effects.push(Effect::Note("late", "the payment arrived after the attempt had ended".into()));
    effects.push(Effect::Tell(FLAGGED));
    if session.status == SessionStatus::Expired && received_minor >= attempt.amount.minor() {
        attempt.status = AttemptStatus::Succeeded;
        attempt.failure = None;
        session.status = SessionStatus::Succeeded;
        session.reason = None;
        session.last_error = None;
        session.last_attempt = Some(attempt.id.clone());
        return;
    }
    attempt.refunded_minor = returned_minor.min(attempt.captured_minor);
    let rest_minor = attempt.captured_minor - attempt.refunded_minor;
    if rest_minor > 0 {
        attempt.reserved_minor = rest_minor;
        effects.push(Effect::RefundLate(rest_minor));
    }
}

/// A reservation on an attempt that had been given up is voided.
pub(super) fn apply_authorization(attempt: &mut Attempt, now_ms: i64, effects: &mut Vec<Effect>) {
    if attempt.close_intent == Some(CloseIntent::Late) {
        return;
    }
    close(attempt, now_ms);
    attempt.flags.late_capture = true;
    effects.push(Effect::Note("late", "an authorization arrived after the end; it is voided".into()));
    effects.push(Effect::Tell(FLAGGED));
}

/// A released attempt turns out to be open at the provider: it is closed before anybody pays it.
pub(super) fn note_resurrection(attempt: &mut Attempt, seen: &Observation, now_ms: i64, effects: &mut Vec<Effect>) {
    let is_open = matches!(seen.status, AttemptStatus::RequiresAction | AttemptStatus::Processing);
    let is_over = matches!(seen.status, AttemptStatus::Failed | AttemptStatus::Canceled | AttemptStatus::Expired);
    if attempt.live || attempt.captured_minor > 0 {
        return;
    }
    if is_over {
        end_watch(attempt);
    } else if is_open && attempt.close_intent != Some(CloseIntent::Late) {
        close(attempt, now_ms);
        effects.push(Effect::Note("late", "the provider has a payment that we had given up; it is closed".into()));
    }
}

/// The provider is done with it, so nothing can surprise us; unless a person must look: there may be another payment.
pub(super) fn end_watch(attempt: &mut Attempt) {
    let is_for_a_person = attempt.attention.iter().any(|reason| *reason != Attention::StuckClosing);
    attempt.watch_until_ms = attempt.watch_until_ms.filter(|_| is_for_a_person);
}

/// From here on it is canceled and asked about until the provider says that it is over.
fn close(attempt: &mut Attempt, now_ms: i64) {
    attempt.close_intent = Some(CloseIntent::Late);
    attempt.cancel_sent_at_ms = None;
    attempt.watch_until_ms.get_or_insert(now_ms + DAY);
    attempt.asks = 0;
}
