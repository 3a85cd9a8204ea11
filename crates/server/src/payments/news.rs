//! What a piece of news does to an attempt and its session. Pure; `settle.rs` alone writes the result.

use super::late;
use super::schedule::{ABSENCE_GRACE_MS, NOT_SENT_PATIENCE_MS};
use super::status::{self, Step};
use crate::clock::{DAY, HOUR};
use crate::methods::{NotSent, Observation, Rejection};
use crate::store::sessions::Capture;
use crate::store::{Attempt, CloseIntent, Session};
use umclique_wire::{AttemptStatus, Failure, FailureCode};

/// Something that became known about an attempt, or was asked of it.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// The provider told where the payment stands.
    Seen(Box<Observation>),
    /// The first send was declined.
    Rejected(Rejection),
    /// The send provably did not arrive.
    NotSent(NotSent),
    /// Nobody knows whether the send arrived.
    Unknown(String),
    /// It is about to be sent again; from here on it may have arrived.
    SendingAgain,
    /// The provider was asked and knows nothing of it.
    Absent,
    /// The provider was asked and gave no usable answer.
    Unanswered(String),
    /// The provider accepted our cancel. Only a query tells whether it worked.
    CancelSent,
    /// Somebody wants it closed.
    CloseRequested(CloseIntent),
    /// The provider has another payment under the same reference.
    Extra(String),
    /// A refund was reserved.
    RefundReserved(u64),
    /// A refund is done.
    RefundDone(u64),
    /// A refund is not done; its reservation is free again.
    RefundReleased(u64),
    /// A capture or a refund of it needs a person, and why.
    OperationUnclear(String),
    /// A person found out what happened.
    Resolved {
        /// How much was taken; `None`: nothing.
        captured_minor: Option<u64>,
        /// The payment's id at the provider.
        provider_reference: Option<String>,
        /// In the person's words.
        note: String,
    },
    /// Nothing about the payment itself: only the operation beside it changes.
    Nothing,
}

/// What else is to be written with the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A line on the timeline.
    Note(&'static str, String),
    /// An event for the shop.
    Tell(&'static str),
    /// Give back money that arrived too late, by itself.
    RefundLate(u64),
}

/// The event that asks a person to look.
pub const FLAGGED: &str = "payment.flagged";

/// Changes `attempt` and `session` as the news says.
#[must_use]
pub fn apply(attempt: &mut Attempt, session: &mut Session, news: &News, now_ms: i64) -> Vec<Effect> {
    let governed = attempt.live;
    let status_before = attempt.status;
    let mut effects = Vec::new();
    match news {
        News::Seen(seen) => apply_seen(attempt, session, seen, now_ms, &mut effects),
        News::Rejected(rejection) => apply_rejection(attempt, rejection, &mut effects),
        News::NotSent(not_sent) => apply_not_sent(attempt, not_sent, now_ms, &mut effects),
        News::Unknown(why) if attempt.status == AttemptStatus::Sending => {
            attempt.may_resend = false;
            if attempt.unknown_since_ms.is_none() {
                attempt.unknown_since_ms = Some(now_ms);
                attempt.asks = 0;
                effects.push(Effect::Note("unknown", format!("the send's outcome is not known: {why}")));
            }
        }
        News::SendingAgain => attempt.may_resend = false,
        News::Absent => apply_absent(attempt, now_ms, &mut effects),
        News::Unanswered(why) => apply_unanswered(attempt, why, now_ms, &mut effects),
        News::CancelSent => {
            attempt.cancel_sent_at_ms = Some(now_ms);
            effects.push(Effect::Note("cancel_sent", "the provider accepted our cancel".into()));
        }
        News::CloseRequested(intent) => apply_close(attempt, *intent, &mut effects),
        News::Extra(detail) => {
            // Looked at until its code's day is over by far, whatever becomes of our own payment meanwhile.
            attempt.watch_until_ms = attempt.watch_until_ms.max(Some(now_ms + 3 * DAY));
            flag_for_a_person(attempt, "extra_payment", detail.clone(), &mut effects);
        }
        News::RefundReserved(amount) => attempt.reserved_minor += amount,
        News::RefundDone(amount) => {
            attempt.reserved_minor = attempt.reserved_minor.saturating_sub(*amount);
            attempt.refunded_minor = (attempt.refunded_minor + amount).min(attempt.captured_minor);
            attempt.asks = 0;
        }
        News::RefundReleased(amount) => apply_release(attempt, *amount, &mut effects),
        News::OperationUnclear(why) => flag_for_a_person(attempt, "unclear", why.clone(), &mut effects),
        News::Resolved { captured_minor, provider_reference, note } => {
            effects.push(Effect::Note("resolved", note.clone()));
            if provider_reference.is_some() {
                attempt.provider_reference.clone_from(provider_reference);
            }
            apply_verdict(attempt, session, *captured_minor, &mut effects);
        }
        News::Unknown(_) | News::Nothing => {}
    }
    if attempt.status != status_before {
        attempt.asks = 0;
        effects.extend(told_of(status_before, attempt));
    }
    if governed {
        govern(attempt, session, status_before);
    }
    if !attempt.live {
        status::end(session);
    }
    effects
}

/// The session follows its live attempt.
fn govern(attempt: &Attempt, session: &mut Session, status_before: AttemptStatus) {
    if session.status.is_final() {
        return;
    }
    let was_authorized = status_before == AttemptStatus::RequiresCapture;
    (session.status, session.reason) = status::of_session(session, attempt, was_authorized);
    if attempt.status != status_before && attempt.status.is_final() {
        session.last_error = attempt.failure.clone();
        let is_decline = attempt.status == AttemptStatus::Failed
            && attempt.failure.as_ref().is_some_and(|failure| failure.code != FailureCode::ProviderUnavailable);
        session.decline_count += u64::from(is_decline);
    }
}

/// What the shop and the timeline are told when a status changed.
fn told_of(before: AttemptStatus, attempt: &Attempt) -> Vec<Effect> {
    let (from, to) = (before.as_str(), attempt.status.as_str());
    let detail = match &attempt.provider_code {
        Some(code) => format!("{from} → {to} (provider: {code})"),
        None => format!("{from} → {to}"),
    };
    let event = match attempt.status {
        AttemptStatus::Succeeded => Some("payment.succeeded"),
        AttemptStatus::RequiresCapture => Some("payment.requires_capture"),
        AttemptStatus::Failed | AttemptStatus::Expired => Some("payment.failed"),
        AttemptStatus::Canceled => Some("payment.canceled"),
        AttemptStatus::Sending | AttemptStatus::RequiresAction | AttemptStatus::Processing => None,
    };
    std::iter::once(Effect::Note("status", detail)).chain(event.map(Effect::Tell)).collect()
}

fn apply_seen(
    attempt: &mut Attempt,
    session: &mut Session,
    seen: &Observation,
    now_ms: i64,
    effects: &mut Vec<Effect>,
) {
    attempt.asks += 1;
    attempt.asked_at_ms = now_ms;
    attempt.unknown_since_ms = None;
    attempt.may_resend = false;
    attempt.provider_reference.get_or_insert_with(|| seen.provider_reference.clone());
    if let Some(payer_amount_minor) = seen.payer_amount_minor {
        attempt.payer_amount_minor = payer_amount_minor;
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
    let lost_its_code = attempt.status == AttemptStatus::RequiresAction && attempt.next_action.is_none();
    if attempt.live && lost_its_code && attempt.close_intent.is_none() {
        attempt.close_intent = Some(CloseIntent::CodeUnusable);
        effects.push(Effect::Note("closing", "the code was lost with the answer, so it cannot be shown".into()));
    }
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
        flag_for_a_person(attempt, "underpaid", detail, effects);
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
            flag_for_a_person(attempt, "contradiction", format!("we know {known}, the provider says {told}"), effects);
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
        Some(CloseIntent::Buyer | CloseIntent::Expiry) => true,
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

fn apply_rejection(attempt: &mut Attempt, rejection: &Rejection, effects: &mut Vec<Effect>) {
    effects.push(Effect::Note("rejected", rejection.detail.clone()));
    // Once the outcome is unknown, a refusal of a later call proves nothing about the first one.
    if attempt.status != AttemptStatus::Sending || attempt.unknown_since_ms.is_some() {
        return;
    }
    attempt.provider_code.clone_from(&rejection.provider_code);
    release(attempt, AttemptStatus::Failed, rejection.failure);
    attempt.watch_until_ms = None;
}

fn apply_not_sent(attempt: &mut Attempt, not_sent: &NotSent, now_ms: i64, effects: &mut Vec<Effect>) {
    if attempt.status != AttemptStatus::Sending || attempt.unknown_since_ms.is_some() {
        return;
    }
    attempt.may_resend = true;
    attempt.asks += 1;
    attempt.asked_at_ms = now_ms;
    if attempt.close_intent.is_some() {
        end_unsent(attempt);
    } else if not_sent.is_credentials || now_ms - attempt.created_at_ms >= NOT_SENT_PATIENCE_MS {
        effects.push(Effect::Note("not_sent", not_sent.detail.clone()));
        release(attempt, AttemptStatus::Failed, FailureCode::ProviderUnavailable);
        attempt.watch_until_ms = None;
    } else if attempt.asks == 1 {
        effects.push(Effect::Note("not_sent", not_sent.detail.clone()));
    }
}

fn apply_absent(attempt: &mut Attempt, now_ms: i64, effects: &mut Vec<Effect>) {
    attempt.asks += 1;
    attempt.asked_at_ms = now_ms;
    if !attempt.live {
        if attempt.watch_until_ms.is_some_and(|until| until <= now_ms) {
            attempt.watch_until_ms = None;
        }
    } else if attempt.provider_reference.is_some() {
        flag_for_a_person(attempt, "vanished", "the provider does not know its own payment any more".into(), effects);
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

fn apply_unanswered(attempt: &mut Attempt, why: &str, now_ms: i64, effects: &mut Vec<Effect>) {
    attempt.asks += 1;
    attempt.asked_at_ms = now_ms;
    // What is known to be open there is asked about until an answer comes.
    let is_closing = attempt.close_intent == Some(CloseIntent::Late);
    if !attempt.live && !is_closing && attempt.watch_until_ms.is_some_and(|until| until <= now_ms) {
        attempt.watch_until_ms = None;
    }
    if attempt.unknown_since_ms.is_some_and(|since| now_ms - since >= HOUR) {
        flag_for_a_person(
            attempt,
            "unanswered",
            format!("no answer about an unknown outcome for an hour: {why}"),
            effects,
        );
    }
}

fn apply_close(attempt: &mut Attempt, intent: CloseIntent, effects: &mut Vec<Effect>) {
    if !attempt.live || attempt.close_intent.is_some() {
        return;
    }
    attempt.close_intent = Some(intent);
    attempt.asks = 0;
    effects.push(Effect::Note("closing", format!("asked for by: {}", intent.as_str())));
    if attempt.may_resend {
        end_unsent(attempt);
    }
}

/// A refund is not done. Money that should not be here must not stay because of that.
fn apply_release(attempt: &mut Attempt, amount: u64, effects: &mut Vec<Effect>) {
    attempt.reserved_minor = attempt.reserved_minor.saturating_sub(amount);
    attempt.asks = 0;
    if attempt.flags.late_capture && attempt.status != AttemptStatus::Succeeded {
        let detail = format!("late money is still here: its refund of {amount} minor units was not done");
        flag_for_a_person(attempt, "late_not_refunded", detail, effects);
    }
}

/// A person's word stands in for the provider's, and has the same consequences.
fn apply_verdict(attempt: &mut Attempt, session: &mut Session, captured_minor: Option<u64>, effects: &mut Vec<Effect>) {
    attempt.flags.needs_attention = false;
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
    attempt.may_resend = false;
}

/// Ends an attempt that never reached the provider, as its closer would say.
fn end_unsent(attempt: &mut Attempt) {
    let status = status::closed_as(AttemptStatus::Canceled, attempt.close_intent);
    let code =
        status::failure(status, attempt.close_intent, None).map_or(FailureCode::Canceled, |failure| failure.code);
    release(attempt, status, code);
}

/// The provider can no longer charge it: another attempt may start.
fn release(attempt: &mut Attempt, status: AttemptStatus, code: FailureCode) {
    attempt.status = status;
    attempt.live = false;
    attempt.may_resend = false;
    attempt.next_action = None;
    attempt.failure = Some(Failure { code });
}

fn flag_for_a_person(attempt: &mut Attempt, kind: &'static str, detail: String, effects: &mut Vec<Effect>) {
    if attempt.flags.needs_attention {
        return;
    }
    attempt.flags.needs_attention = true;
    effects.push(Effect::Note(kind, detail));
    effects.push(Effect::Tell(FLAGGED));
}
