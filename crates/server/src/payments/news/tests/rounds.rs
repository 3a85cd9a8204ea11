//! Methods that answer in several rounds: a token, perhaps a challenge, perhaps another token.

use super::{AMOUNT, Case, START_MS, not_sent, paid, rejection, seen, told};
use crate::clock::{HOUR, MINUTE};
use crate::methods::{Asked, Observation, Rejection};
use crate::payments::news::News;
use crate::payments::schedule::{self, is_closing};
use crate::payments::status;
use crate::store::sessions::Capture;
use crate::store::{Attempt, Attention, CloseIntent, Session};
use umclique_wire::{AttemptStatus, FailureCode, NextAction, Redirect, SessionStatus, Widget, WidgetBuyer};

pub(super) fn asks_for_a_token() -> NextAction {
    NextAction::CollectToken(Widget {
        provider: "april".into(),
        script_url: "https://checkout.example/script.js".into(),
        script_integrity: None,
        public_key: "sandbox_pk_demo".into(),
        buyer: WidgetBuyer::default(),
        hide_full_pay: false,
        hide_instalments: false,
    })
}

pub(super) fn asks_for_a_consent() -> Asked {
    let action = NextAction::Redirect(Redirect { url: "https://provider.example/consent".into() });
    Asked { action, details: None }
}

fn declined() -> Rejection {
    Rejection { next_action: Some(Box::new(asks_for_a_token())), ..rejection() }
}

fn open() -> Observation {
    seen(AttemptStatus::RequiresAction)
}

/// The buyer brought an answer: what `claim_round` writes.
pub(super) fn begin_round(attempt: &mut Attempt, session: &mut Session, now_ms: i64) {
    attempt.status = AttemptStatus::Sending;
    attempt.next_action = None;
    attempt.asks = 0;
    attempt.round += 1;
    attempt.round_at_ms = now_ms;
    session.last_error = None;
    (session.status, session.reason) = status::of_session(session, attempt, false);
}

impl Case {
    /// The order is there, and waits for a token.
    fn collecting() -> Self {
        let mut case = Self::new(Capture::Automatic);
        case.see(Observation { next_action: Some(asks_for_a_token()), ..open() });
        assert_eq!(case.session.status, SessionStatus::RequiresAction);
        assert!(!case.is_tended(), "only the buyer can move it: nobody is asked");
        case
    }

    fn resume(&mut self) {
        assert_eq!(self.attempt.status, AttemptStatus::RequiresAction);
        begin_round(&mut self.attempt, &mut self.session, self.now_ms);
    }

    fn last_error(&self) -> Option<FailureCode> {
        self.session.last_error.as_ref().map(|failure| failure.code)
    }
}

#[test]
fn a_consent_is_no_decline_and_what_waits_for_it_is_closed_at_once() {
    let mut case = Case::new(Capture::Automatic);
    case.tell(News::Asked(Box::new(asks_for_a_consent())));
    assert_eq!((case.session.status, case.session.decline_count), (SessionStatus::RequiresAction, 0));
    assert!(!case.is_tended(), "only the buyer can move it: nobody is asked");
    case.resume();
    // The login lapsed meanwhile: asked once more, and still nothing was declined.
    case.tell(News::Asked(Box::new(asks_for_a_consent())));
    assert_eq!((case.session.decline_count, case.last_error()), (0, None));
    case.tell(News::CloseRequested(CloseIntent::Buyer));
    assert_eq!((case.attempt.status, case.attempt.live), (AttemptStatus::Canceled, false));
    assert_eq!(case.session.status, SessionStatus::RequiresPaymentMethod);
}

#[test]
fn only_a_refused_repetition_says_what_became_of_a_lost_send() {
    let mut case = Case::new(Capture::Automatic);
    case.tell(News::Unknown("time-out".into()));
    for news in [News::Rejected(rejection()), News::Asked(Box::new(asks_for_a_consent())), not_sent(false)] {
        case.tell(news.clone());
        assert_eq!((case.attempt.status, case.attempt.live), (AttemptStatus::Sending, true), "{news:?}");
        assert!(case.attempt.unknown_since_ms.is_some(), "{news:?}");
    }
    case.tell(News::Repeated(rejection()));
    assert_eq!((case.attempt.status, case.attempt.live), (AttemptStatus::Failed, false));
    assert_eq!((case.session.status, case.session.decline_count), (SessionStatus::RequiresPaymentMethod, 1));
    assert_eq!(case.attempt.unknown_since_ms, None);
}

#[test]
fn a_decline_leaves_the_same_attempt_waiting_for_another_token() {
    let mut case = Case::collecting();
    for declines in 1..=3 {
        case.resume();
        assert_eq!((case.session.status, case.last_error()), (SessionStatus::Processing, None));
        let effects = case.tell(News::Rejected(declined()));
        assert!(case.attempt.live && case.attempt.next_action.is_some());
        assert_eq!((case.session.status, case.session.decline_count), (SessionStatus::RequiresAction, declines));
        assert_eq!(case.last_error(), Some(FailureCode::Declined));
        assert!(!told(&effects, "payment.failed"), "the payment has not ended");
    }
    case.resume();
    case.see(paid(AMOUNT));
    assert_eq!((case.session.status, case.last_error()), (SessionStatus::Succeeded, None));
}

#[test]
fn a_pay_whose_answer_was_lost_is_fenced_before_anything_else_may_start() {
    let mut case = Case::collecting();
    case.resume();
    case.tell(News::Unknown("time-out".into()));
    assert!(case.is_tended());
    case.see(open());
    assert_eq!(case.attempt.close_intent, Some(CloseIntent::Unconfirmed));
    assert_eq!(case.session.status, SessionStatus::Processing, "the buyer reads no failure yet");
    assert!(case.attempt.live && is_closing(&case.attempt));
    case.see(seen(AttemptStatus::Canceled));
    assert_eq!((case.attempt.status, case.attempt.live), (AttemptStatus::Failed, false));
    assert_eq!(case.last_error(), Some(FailureCode::ProviderUnavailable));
    assert_eq!(case.session.status, SessionStatus::RequiresPaymentMethod);
}

#[test]
fn money_wins_against_the_fence() {
    for capture in [Capture::Automatic, Capture::Manual] {
        let mut case = Case::collecting();
        case.session.capture = capture;
        case.resume();
        case.tell(News::Unknown("time-out".into()));
        case.see(open());
        let (news, expected) = match capture {
            Capture::Automatic => (paid(AMOUNT), SessionStatus::Succeeded),
            Capture::Manual => (seen(AttemptStatus::RequiresCapture), SessionStatus::RequiresCapture),
        };
        case.see(news);
        assert_eq!(case.session.status, expected);
        assert!(!is_closing(&case.attempt));
    }
}

#[test]
fn once_unknown_a_decline_of_a_later_round_ends_nothing() {
    let mut case = Case::collecting();
    case.resume();
    case.tell(News::Unknown("time-out".into()));
    case.tell(News::Rejected(declined()));
    assert_eq!((case.attempt.status, case.session.decline_count), (AttemptStatus::Sending, 0));
}

#[test]
fn leaving_while_a_token_is_being_sent_waits_for_the_answer() {
    let mut case = Case::collecting();
    case.resume();
    case.tell(News::CloseRequested(CloseIntent::Buyer));
    assert!(case.attempt.live);
    case.tell(News::Rejected(declined()));
    assert!(case.attempt.next_action.is_none(), "nothing is asked of a buyer who leaves");
    assert!(is_closing(&case.attempt) && case.is_tended(), "the order is still to be canceled");
    case.see(seen(AttemptStatus::Canceled));
    assert_eq!(case.session.status, SessionStatus::RequiresPaymentMethod);
}

#[test]
fn leaving_a_token_that_never_arrived_closes_what_is_open_there() {
    let mut case = Case::collecting();
    case.resume();
    case.tell(not_sent(false));
    case.tell(News::CloseRequested(CloseIntent::Buyer));
    assert!(case.attempt.live && !case.attempt.may_resend && is_closing(&case.attempt));
    case.see(seen(AttemptStatus::Canceled));
    assert_eq!((case.attempt.status, case.attempt.live), (AttemptStatus::Canceled, false));
}

#[test]
fn a_token_that_never_arrives_has_its_own_two_minutes() {
    let mut case = Case::collecting();
    case.now_ms += HOUR;
    case.resume();
    case.tell(not_sent(false));
    assert!(case.attempt.live && case.attempt.may_resend);
    case.now_ms += 2 * MINUTE;
    case.tell(not_sent(false));
    assert_eq!((case.attempt.live, case.last_error()), (false, Some(FailureCode::ProviderUnavailable)));
    assert!(schedule::next_tend(&case.attempt, false, case.now_ms).is_some(), "its order is looked for once more");
    case.see(open());
    assert_eq!(case.attempt.close_intent, Some(CloseIntent::Late));
}

#[test]
fn a_suspected_fraud_is_told_to_the_shop_and_not_to_the_buyer() {
    let mut case = Case::collecting();
    case.resume();
    let effects = case.tell(News::Rejected(Rejection { is_suspicious: true, ..declined() }));
    assert_eq!(case.attempt.attention, [Attention::SuspectedFraud]);
    assert!(told(&effects, "payment.flagged"));
    assert_eq!(case.last_error(), Some(FailureCode::Declined));
}

#[test]
fn what_a_method_keeps_replaces_what_it_kept() {
    let mut case = Case::collecting();
    case.see(Observation { details: Some(serde_json::json!({"kept": 1})), ..open() });
    case.see(open());
    assert_eq!(case.attempt.details, serde_json::json!({"kept": 1}));
}

#[test]
fn a_close_that_takes_an_hour_and_a_silence_of_an_hour_are_each_told_once() {
    let mut case = Case::collecting();
    case.tell(News::CloseRequested(CloseIntent::Buyer));
    assert_eq!(case.attempt.closing_since_ms, Some(case.now_ms));
    case.see(open());
    assert!(case.attempt.attention.is_empty());
    case.tell(News::Unanswered("503".into()));
    case.now_ms += HOUR;
    let first = case.tell(News::Unanswered("503".into()));
    assert_eq!(case.attempt.attention, [Attention::Unanswered, Attention::StuckClosing]);
    assert!(told(&first, "payment.flagged"));
    let second = case.tell(News::Unanswered("503".into()));
    assert!(!told(&second, "payment.flagged"));
    case.see(seen(AttemptStatus::Canceled));
    assert_eq!((case.attempt.closing_since_ms, case.attempt.unanswered_since_ms), (None, None));
    assert!(case.attempt.attention.is_empty() && !case.attempt.flags.needs_attention, "it is over by itself");
}

#[test]
fn a_live_payment_that_nobody_tells_about_is_a_persons_after_an_hour() {
    let mut case = Case::new(Capture::Automatic);
    case.see(super::shown());
    case.tell(News::Unanswered("503".into()));
    case.now_ms += HOUR;
    case.tell(News::Unanswered("503".into()));
    assert_eq!(case.attempt.attention, [Attention::Unanswered]);
    assert!(case.now_ms > START_MS && case.attempt.live);
}

#[test]
fn a_second_reason_is_told_too_and_a_persons_word_takes_all_away() {
    let mut case = Case::new(Capture::Automatic);
    case.see(paid(AMOUNT));
    case.see(seen(AttemptStatus::Failed));
    let effects = case.tell(News::OperationUnclear("for long".into()));
    assert!(told(&effects, "payment.flagged"));
    assert_eq!(case.attempt.attention, [Attention::Contradiction, Attention::Operation]);
    case.tell(News::RefundReserved(500));
    let verdict = News::RefundResolved { is_done: true, amount_minor: Some(500), note: "seen in the panel".into() };
    case.tell(verdict);
    assert_eq!((case.attempt.refunded_minor, case.attempt.reserved_minor), (500, 0));
    assert_eq!(case.attempt.attention, [Attention::Contradiction], "the rest is still to be looked at");
    case.tell(super::resolved(None));
    assert!(case.attempt.attention.is_empty() && !case.attempt.flags.needs_attention);
}
