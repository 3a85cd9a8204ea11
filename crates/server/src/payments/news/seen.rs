//! What the provider says of a payment, applied.

use super::{Effect, FLAGGED, flag_for_a_person, late, take_back};
use crate::methods::Observation;
use crate::payments::status::{self, Step};
use crate::store::sessions::Capture;
use crate::store::{Attempt, Attention, CloseIntent, Session};
use umclique_wire::AttemptStatus;

/// The provider told where the payment stands.
pub(super) fn apply(
    attempt: &mut Attempt,
    session: &mut Session,
    seen: &Observation,
    now_ms: i64,
    effects: &mut Vec<Effect>,
) {
    attempt.asks += 1;
    attempt.asked_at_ms = now_ms;
    attempt.unknown_since_ms = None;
    attempt.unanswered_since_ms = None;
    take_back(attempt, Attention::Unanswered, effects);
    attempt.may_resend = false;
    attempt.provider_reference.get_or_insert_with(|| seen.provider_reference.clone());
    if let Some(payer_amount_minor) = seen.payer_amount_minor {
        attempt.payer_amount_minor = payer_amount_minor;
    }
    if let Some(details) = &seen.details {
        attempt.details.clone_from(details);
    }
    note_dispute(attempt, seen, effects);
    note_mismatch(attempt, seen, effects);
    apply_status(attempt, session, seen, now_ms, effects);
    let is_watch_over = attempt.watch_until_ms.is_some_and(|until| until <= now_ms);
    if attempt.status == AttemptStatus::Succeeded && is_watch_over {
        attempt.watch_until_ms = None;
    }
    let is_shown = attempt.status == AttemptStatus::RequiresAction && !attempt.flags.mismatch;
    if let Some(action) = seen.next_action.as_ref().filter(|_| is_shown) {
        attempt.next_action = Some(action.clone());
    }
    note_foreign_refund(attempt, seen, effects);
    close_what_cannot_go_on(attempt, effects);
}

/// The provider waits for the buyer, and nobody can say for what: the answer that told it was lost. It is closed, which
/// also fences a call that timed out here and may still run there.
fn close_what_cannot_go_on(attempt: &mut Attempt, effects: &mut Vec<Effect>) {
    let is_lost = attempt.status == AttemptStatus::RequiresAction && attempt.next_action.is_none();
    if !attempt.live || !is_lost || attempt.close_intent.is_some() {
        return;
    }
    let (intent, words) = if attempt.round == 0 {
        (CloseIntent::CodeUnusable, "the code was lost with the answer, so it cannot be shown")
    } else {
        (CloseIntent::Unconfirmed, "the answer was lost, and the provider shows no payment")
    };
    attempt.close_intent = Some(intent);
    effects.push(Effect::Note("closing", words.into()));
}

fn apply_status(
    attempt: &mut Attempt,
    session: &mut Session,
    seen: &Observation,
    now_ms: i64,
    effects: &mut Vec<Effect>,
) {
    let received_minor = seen.received_minor.unwrap_or(attempt.amount.minor());
    let status = status::closed_as(seen.status, attempt.close_intent);
    let is_news = status == AttemptStatus::Succeeded && attempt.captured_minor == 0;
    if is_news && is_too_little(attempt, session, received_minor) {
        let detail = format!("the provider received {received_minor} of {} minor units", attempt.amount.minor());
        flag_for_a_person(attempt, Attention::Underpaid, detail, effects);
        if attempt.live && attempt.status != AttemptStatus::RequiresCapture {
            // Nobody is to pay the same code twice.
            attempt.status = AttemptStatus::Processing;
            attempt.next_action = None;
        }
        return;
    }
    match status::step(attempt.status, status) {
        Step::Advance(next) => advance(attempt, next, seen, received_minor),
        Step::Unchanged => late::note_resurrection(attempt, seen, now_ms, effects),
        Step::Contradiction => {
            let (known, told) = (attempt.status.as_str(), status.as_str());
            let detail = format!("we know {known}, the provider says {told}");
            flag_for_a_person(attempt, Attention::Contradiction, detail, effects);
        }
        Step::Late(AttemptStatus::Succeeded) => {
            late::apply_capture(attempt, session, received_minor, seen.refunded_minor.unwrap_or(0), effects);
        }
        Step::Late(_) => late::apply_authorization(attempt, now_ms, effects),
    }
}

/// A manual capture may take less than was authorized, and late money goes back whatever it is; anything else must cover
/// the order.
fn is_too_little(attempt: &Attempt, session: &Session, received_minor: u64) -> bool {
    match session.capture {
        Capture::Automatic if attempt.live => received_minor < attempt.amount.minor(),
        Capture::Automatic | Capture::Manual => received_minor == 0,
    }
}

fn advance(attempt: &mut Attempt, next: AttemptStatus, seen: &Observation, received_minor: u64) {
    attempt.status = next;
    attempt.provider_code.clone_from(&seen.provider_code);
    if !next.is_final() {
        if next != AttemptStatus::RequiresAction {
            attempt.next_action = None;
        }
        if next == AttemptStatus::RequiresCapture {
            keep_reserved(attempt);
        }
        return;
    }
    attempt.live = false;
    late::end_watch(attempt);
    attempt.next_action = None;
    attempt.failure = status::failure(next, attempt.close_intent, seen.failure);
    if next == AttemptStatus::Succeeded {
        // Fees that the payer carried are not ours: refunds go up to the order's own amount.
        attempt.captured_minor = received_minor.min(attempt.amount.minor());
    }
}

/// Money that was reserved while we were closing has won the race, as money that was taken would have: it is the shop's to
/// capture or to void. A payment that does not match its order is not.
fn keep_reserved(attempt: &mut Attempt) {
    let is_overtaken = match attempt.close_intent {
        Some(CloseIntent::Buyer | CloseIntent::Expiry | CloseIntent::Unconfirmed | CloseIntent::Declines) => true,
        Some(CloseIntent::CodeUnusable) => !attempt.flags.mismatch,
        Some(CloseIntent::Shop | CloseIntent::Late) | None => false,
    };
    if is_overtaken {
        attempt.close_intent = None;
        attempt.cancel_sent_at_ms = None;
    }
}

fn note_dispute(attempt: &mut Attempt, seen: &Observation, effects: &mut Vec<Effect>) {
    if seen.is_disputed && !attempt.flags.disputed {
        attempt.flags.disputed = true;
        let status = seen.provider_code.as_deref().unwrap_or("dispute");
        effects.push(Effect::Note("dispute", format!("the payer disputes the payment ({status})")));
        effects.push(Effect::Tell(FLAGGED));
    }
}

fn note_mismatch(attempt: &mut Attempt, seen: &Observation, effects: &mut Vec<Effect>) {
    let Some(mismatch) = &seen.mismatch else { return };
    attempt.next_action = None;
    if attempt.flags.mismatch {
        return;
    }
    attempt.flags.mismatch = true;
    effects.push(Effect::Note("mismatch", mismatch.clone()));
    effects.push(Effect::Tell(FLAGGED));
    if attempt.live {
        attempt.close_intent.get_or_insert(CloseIntent::CodeUnusable);
    }
}

/// Somebody refunded in the provider's own panel.
fn note_foreign_refund(attempt: &mut Attempt, seen: &Observation, effects: &mut Vec<Effect>) {
    let told = seen.refunded_minor.unwrap_or(0).min(attempt.captured_minor);
    if told > attempt.refunded_minor + attempt.reserved_minor {
        let elsewhere = told - attempt.refunded_minor - attempt.reserved_minor;
        attempt.refunded_minor += elsewhere;
        effects.push(Effect::Note("refunded_elsewhere", format!("{elsewhere} minor units went back without us")));
        effects.push(Effect::Tell(FLAGGED));
    }
}
