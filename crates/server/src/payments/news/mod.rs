//! What a piece of news does to an attempt and its session. Pure; `settle/` alone writes the result.
//!
//! `seen.rs`: what the provider says. `sent.rs`: what a send came to, and silence. `close.rs`: ends without news, and people.
//! `late.rs`: what arrives after the end.

mod close;
mod late;
mod seen;
mod sent;
#[cfg(test)]
mod tests;

use super::schedule::is_closing;
use super::status;
use crate::clock::{DAY, HOUR};
use crate::methods::{Asked, NotSent, Observation, Rejection};
use crate::store::{Attempt, Attention, CloseIntent, Session};
use umclique_wire::{AttemptStatus, FailureCode, NextAction};

/// Something that became known about an attempt, or was asked of it.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// The provider told where the payment stands.
    Seen(Box<Observation>),
    /// The send was declined.
    Rejected(Rejection),
    /// The send was sent again under its own name, and declined: so was the first one.
    Repeated(Rejection),
    /// The buyer must do something before anything is sent that could move money.
    Asked(Box<Asked>),
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
    /// A person found out what became of a refund.
    RefundResolved {
        /// The money went back.
        is_done: bool,
        /// How much was reserved for it; `None`: it is of another payment than the attempt's own.
        amount_minor: Option<u64>,
        /// In the person's words.
        note: String,
    },
    /// A person found out what happened.
    Resolved {
        /// How much was taken; `None`: nothing.
        captured_minor: Option<u64>,
        /// The payment's id at the provider.
        provider_reference: Option<String>,
        /// In the person's words.
        note: String,
    },
    /// The provider told something by itself that moves no money.
    Heard {
        /// In a stable word.
        kind: &'static str,
        /// In a sentence.
        detail: String,
        /// What the buyer sees from now on.
        next_action: Option<Box<NextAction>>,
        /// What the method keeps from now on.
        details: Option<serde_json::Value>,
    },
    /// The provider cannot ask the buyer, and why: nothing was sent that could move money.
    Unreachable(FailureCode, String),
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
        News::Seen(seen) => seen::apply(attempt, session, seen, now_ms, &mut effects),
        News::Rejected(rejection) => sent::apply_rejection(attempt, session, rejection, &mut effects),
        News::Repeated(rejection) => {
            attempt.unknown_since_ms = None;
            attempt.unanswered_since_ms = None;
            sent::apply_rejection(attempt, session, rejection, &mut effects);
        }
        News::Asked(asked) => sent::apply_asked(attempt, asked, &mut effects),
        News::NotSent(not_sent) => sent::apply_not_sent(attempt, not_sent, now_ms, &mut effects),
        News::Unknown(why) => sent::apply_unknown(attempt, why, now_ms, &mut effects),
        News::SendingAgain => attempt.may_resend = false,
        News::Absent => sent::apply_absent(attempt, now_ms, &mut effects),
        News::Unanswered(why) => sent::apply_unanswered(attempt, why, now_ms, &mut effects),
        News::CancelSent => {
            attempt.cancel_sent_at_ms = Some(now_ms);
            effects.push(Effect::Note("cancel_sent", "the provider accepted our cancel".into()));
        }
        News::CloseRequested(intent) => close::apply_close(attempt, *intent, &mut effects),
        News::Extra(detail) => {
            // Looked at until its code's day is over by far, whatever becomes of our own payment meanwhile.
            attempt.watch_until_ms = attempt.watch_until_ms.max(Some(now_ms + 3 * DAY));
            flag_for_a_person(attempt, Attention::ExtraPayment, detail.clone(), &mut effects);
        }
        News::RefundReserved(amount) => attempt.reserved_minor += amount,
        News::RefundDone(amount) => close::apply_refund(attempt, *amount),
        News::RefundReleased(amount) => close::apply_release(attempt, *amount, &mut effects),
        News::OperationUnclear(why) => flag_for_a_person(attempt, Attention::Operation, why.clone(), &mut effects),
        News::RefundResolved { is_done, amount_minor, note } => {
            effects.push(Effect::Note("resolved", note.clone()));
            close::apply_refund_verdict(attempt, *is_done, *amount_minor, &mut effects);
        }
        News::Resolved { captured_minor, provider_reference, note } => {
            effects.push(Effect::Note("resolved", note.clone()));
            if provider_reference.is_some() {
                attempt.provider_reference.clone_from(provider_reference);
            }
            close::apply_verdict(attempt, session, *captured_minor, &mut effects);
        }
        News::Heard { kind, detail, next_action, details } => {
            sent::apply_heard(attempt, next_action.as_deref(), details.as_ref());
            effects.push(Effect::Note(kind, detail.clone()));
        }
        News::Unreachable(failure, why) => sent::apply_unreachable(attempt, *failure, why, &mut effects),
        News::Nothing => {}
    }
    note_stuck(attempt, news, now_ms, &mut effects);
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

/// A close that takes an hour is a person's to look at: the buyer waits for it, or money may still move.
fn note_stuck(attempt: &mut Attempt, news: &News, now_ms: i64, effects: &mut Vec<Effect>) {
    if !is_closing(attempt) {
        attempt.closing_since_ms = None;
        take_back(attempt, Attention::StuckClosing, effects);
        return;
    }
    let since_ms = *attempt.closing_since_ms.get_or_insert(now_ms);
    let is_look = matches!(news, News::Seen(_) | News::Absent | News::Unanswered(_));
    if is_look && now_ms - since_ms >= HOUR {
        let detail = "it is being closed for an hour, and the provider has not said that it is".to_owned();
        flag_for_a_person(attempt, Attention::StuckClosing, detail, effects);
    }
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
        let is_no_decline =
            |code: FailureCode| matches!(code, FailureCode::ProviderUnavailable | FailureCode::BuyerUnreachable);
        let is_decline = attempt.status == AttemptStatus::Failed
            && attempt.failure.as_ref().is_some_and(|failure| !is_no_decline(failure.code));
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

/// What made it a person's is over by itself.
fn take_back(attempt: &mut Attempt, reason: Attention, effects: &mut Vec<Effect>) {
    if !attempt.attention.contains(&reason) {
        return;
    }
    attempt.attention.retain(|known| *known != reason);
    attempt.flags.needs_attention = !attempt.attention.is_empty();
    effects.push(Effect::Note("over", format!("no longer {}", reason.as_str())));
}

/// Each reason once: the shop's event, and a line on the timeline.
fn flag_for_a_person(attempt: &mut Attempt, reason: Attention, detail: String, effects: &mut Vec<Effect>) {
    if attempt.attention.contains(&reason) {
        return;
    }
    attempt.attention.push(reason);
    attempt.flags.needs_attention = true;
    effects.push(Effect::Note(reason.as_str(), detail));
    effects.push(Effect::Tell(FLAGGED));
}
