//! What each piece of news does.

mod elsewhere;
mod properties;
mod rounds;

use super::{Effect, News, apply};
use crate::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::methods::{NotSent, Observation, Rejection};
use crate::payments::{schedule, status};
use crate::store::sessions::{Buyer, Capture, SessionEnd};
use crate::store::{Attempt, CloseIntent, Session};
use umclique_wire::{
    AttemptStatus, Currency, FailureCode, MethodKind, Money, NextAction, ProcessingReason, SessionStatus, ShowQr,
};

const AMOUNT: u64 = 12_345;
const START_MS: i64 = 1_700_000_000_000;

fn session(capture: Capture) -> Session {
    Session {
        id: crate::keys::new_session_id(),
        version: 1,
        status: SessionStatus::RequiresPaymentMethod,
        reason: None,
        amount: Money::from_minor(AMOUNT, Currency::Brl).expect("an amount"),
        reference: "Pedido 1001".into(),
        capture,
        return_url: "https://loja.example/".into(),
        locale: None,
        methods: None,
        buyer: Buyer::default(),
        order_data: serde_json::json!({}),
        attempt_count: 0,
        decline_count: 0,
        last_attempt: None,
        last_error: None,
        end: None,
        known: crate::store::known::Known::default(),
        watched_until_ms: 0,
        expires_at_ms: START_MS + DAY,
        created_at_ms: START_MS,
    }
}

/// Starts an attempt as a claim does.
fn start(session: &mut Session, now_ms: i64) -> Attempt {
    let begun = Attempt::begun(&session.id, (MethodKind::PicpayQr, session.amount), serde_json::json!({}), now_ms);
    let attempt = Attempt { watch_until_ms: Some(now_ms + 2 * DAY), ..begun };
    session.status = SessionStatus::Processing;
    session.reason = Some(ProcessingReason::Provider);
    session.last_attempt = Some(attempt.id.clone());
    session.last_error = None;
    attempt
}

fn seen(status: AttemptStatus) -> Observation {
    Observation {
        status,
        provider_reference: "token-1".into(),
        payer_amount_minor: None,
        next_action: None,
        failure: None,
        provider_code: None,
        received_minor: None,
        refunded_minor: None,
        is_disputed: false,
        mismatch: None,
        details: None,
    }
}

fn code() -> NextAction {
    NextAction::ShowQr(ShowQr {
        payload: Some("00020101".into()),
        image: None,
        app_url: None,
        expires_on: "2023-11-20".into(),
        expires_at: "2023-11-21T03:00:00Z".into(),
        payee: "Loja".into(),
    })
}

fn shown() -> Observation {
    Observation { next_action: Some(code()), ..seen(AttemptStatus::RequiresAction) }
}

fn paid(received_minor: u64) -> Observation {
    Observation { received_minor: Some(received_minor), ..seen(AttemptStatus::Succeeded) }
}

fn rejection() -> Rejection {
    Rejection {
        failure: FailureCode::Declined,
        provider_code: Some("01.01.0001".into()),
        detail: "no".into(),
        next_action: None,
        is_suspicious: false,
    }
}

fn not_sent(is_credentials: bool) -> News {
    News::NotSent(NotSent { detail: "refused".into(), is_credentials })
}

fn resolved(captured_minor: Option<u64>) -> News {
    News::Resolved { captured_minor, provider_reference: Some("token-1".into()), note: "looked it up".into() }
}

/// An attempt and its session, and what was told about them.
struct Case {
    session: Session,
    attempt: Attempt,
    now_ms: i64,
}

impl Case {
    fn new(capture: Capture) -> Self {
        let mut session = session(capture);
        let attempt = start(&mut session, START_MS);
        Self { session, attempt, now_ms: START_MS }
    }

    fn tell(&mut self, news: News) -> Vec<Effect> {
        self.now_ms += SECOND;
        apply(&mut self.attempt, &mut self.session, &news, self.now_ms)
    }

    fn see(&mut self, seen: Observation) -> Vec<Effect> {
        self.tell(News::Seen(Box::new(seen)))
    }

    /// Nobody knew, nobody found it, the grace is over.
    fn released() -> Self {
        let mut case = Self::new(Capture::Automatic);
        case.tell(News::Unknown("time-out".into()));
        case.now_ms += 10 * MINUTE;
        case.tell(News::Absent);
        assert_eq!((case.attempt.status, case.attempt.live), (AttemptStatus::Failed, false));
        assert_eq!(case.session.status, SessionStatus::RequiresPaymentMethod);
        case
    }

    fn is_tended(&self) -> bool {
        schedule::next_tend(&self.attempt, false, self.now_ms).is_some()
    }
}

fn told(effects: &[Effect], kind: &str) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Tell(told) if *told == kind))
}

#[test]
fn once_unknown_a_refusal_of_a_later_call_ends_nothing() {
    for later in [News::Rejected(rejection()), not_sent(false), not_sent(true)] {
        let mut case = Case::new(Capture::Automatic);
        case.tell(News::Unknown("time-out".into()));
        case.tell(later.clone());
        assert!(case.attempt.live, "{later:?}");
        assert_eq!(case.session.reason, Some(ProcessingReason::Confirming), "{later:?}");
    }
}

#[test]
fn absence_releases_only_after_the_whole_grace() {
    let mut case = Case::new(Capture::Automatic);
    case.tell(News::Unknown("time-out".into()));
    case.now_ms += 10 * MINUTE - 3 * SECOND;
    case.tell(News::Absent);
    assert!(case.attempt.live);
    case.tell(News::Absent);
    case.tell(News::Absent);
    assert!(!case.attempt.live);
    assert!(case.is_tended(), "its reference is watched on");
}

#[test]
fn what_never_arrived_is_tried_for_two_minutes_and_asked_about_seldom() {
    let mut case = Case::new(Capture::Automatic);
    case.tell(not_sent(false));
    assert!(case.attempt.may_resend && case.attempt.live);
    assert_eq!(case.attempt.asked_at_ms, case.now_ms, "a buyer who checks now does not make us hammer");
    case.now_ms += 2 * MINUTE;
    case.tell(not_sent(false));
    assert_eq!(case.session.last_error.as_ref().map(|it| it.code), Some(FailureCode::ProviderUnavailable));
    assert!(!case.is_tended());
}

#[test]
fn late_money_goes_back_less_what_went_back_already() {
    for (returned, expected) in [(0, Some(AMOUNT)), (2_345, Some(10_000)), (AMOUNT, None), (AMOUNT * 2, None)] {
        let mut case = Case::released();
        let effects = case.see(Observation { refunded_minor: Some(returned), ..paid(AMOUNT) });
        let refund =
            effects.iter().find_map(|it| if let Effect::RefundLate(amount) = it { Some(*amount) } else { None });
        assert_eq!(refund, expected, "{returned} went back");
        assert_eq!(case.attempt.reserved_minor, expected.unwrap_or(0));
        assert_eq!(case.attempt.reserved_minor + case.attempt.refunded_minor, AMOUNT);
        assert!(case.attempt.flags.late_capture && told(&effects, "payment.flagged"));
    }
}

#[test]
fn late_money_of_nothing_is_for_a_person() {
    let mut case = Case::released();
    let effects = case.see(paid(0));
    assert!(case.attempt.flags.needs_attention && told(&effects, "payment.flagged"));
    assert!(!effects.iter().any(|it| matches!(it, Effect::RefundLate(_))), "a refund of nothing cannot be stored");
}

#[test]
fn late_money_that_cannot_be_given_back_is_for_a_person() {
    let mut case = Case::released();
    case.see(paid(AMOUNT));
    assert!(!case.attempt.flags.needs_attention);
    let effects = case.tell(News::RefundReleased(AMOUNT));
    assert!(case.attempt.flags.needs_attention && told(&effects, "payment.flagged"));
}

#[test]
fn money_after_expiry_counts_and_stays() {
    let mut case = Case::released();
    case.session.end = Some(SessionEnd::Expiry);
    status::end(&mut case.session);
    let effects = case.see(paid(AMOUNT));
    assert_eq!((case.session.status, case.attempt.status), (SessionStatus::Succeeded, AttemptStatus::Succeeded));
    assert!(told(&effects, "payment.succeeded"));
    assert_eq!(case.attempt.reserved_minor, 0);
}

#[test]
fn a_persons_captured_on_a_released_attempt_is_late_money() {
    let mut case = Case::released();
    let effects = case.tell(resolved(Some(AMOUNT)));
    assert_eq!(case.session.status, SessionStatus::RequiresPaymentMethod, "another attempt may be under way");
    assert!(case.attempt.flags.late_capture, "it never competes with the capture that counts");
    assert!(effects.contains(&Effect::RefundLate(AMOUNT)));
}

#[test]
fn a_persons_word_on_a_captured_payment_only_lowers_the_flag() {
    let mut case = Case::new(Capture::Manual);
    case.see(seen(AttemptStatus::RequiresCapture));
    case.see(paid(10_000));
    case.see(seen(AttemptStatus::Failed));
    assert!(case.attempt.flags.needs_attention, "a contradiction");
    for word in [Some(AMOUNT), None] {
        case.tell(resolved(word));
        assert_eq!((case.attempt.status, case.attempt.captured_minor), (AttemptStatus::Succeeded, 10_000));
        assert!(!case.attempt.flags.needs_attention);
    }
}

#[test]
fn a_reservation_that_wins_against_our_closing_is_the_shops() {
    for (intent, mismatch, is_kept) in [
        (CloseIntent::Buyer, false, true),
        (CloseIntent::Expiry, false, true),
        (CloseIntent::CodeUnusable, false, true),
        (CloseIntent::CodeUnusable, true, false),
        (CloseIntent::Shop, false, false),
    ] {
        let mut case = Case::new(Capture::Manual);
        let mismatch = mismatch.then(|| "another amount".to_owned());
        case.see(Observation { mismatch, ..shown() });
        case.tell(News::CloseRequested(intent));
        case.see(seen(AttemptStatus::RequiresCapture));
        assert_eq!(case.session.status, SessionStatus::RequiresCapture, "{intent:?}");
        assert_eq!(case.attempt.close_intent.is_none(), is_kept, "{intent:?}");
    }
}

#[test]
fn an_open_payment_that_we_had_given_up_is_closed_until_it_is_over() {
    let mut case = Case::new(Capture::Automatic);
    case.tell(News::Rejected(rejection()));
    assert!(!case.is_tended());
    case.see(seen(AttemptStatus::RequiresAction));
    assert_eq!(case.attempt.close_intent, Some(CloseIntent::Late));
    assert!(case.is_tended());
    case.now_ms += 3 * DAY;
    case.tell(News::Unanswered("502".into()));
    assert!(case.is_tended(), "no answer is not the end of it");
    case.see(seen(AttemptStatus::Canceled));
    assert!(!case.is_tended());
}

#[test]
fn a_code_that_was_paid_in_part_is_not_shown_any_more() {
    let mut case = Case::new(Capture::Automatic);
    case.see(shown());
    assert_eq!(case.session.status, SessionStatus::RequiresAction);
    let effects = case.see(paid(AMOUNT - 1));
    assert!(told(&effects, "payment.flagged") && case.attempt.flags.needs_attention);
    assert_eq!((case.session.status, case.attempt.captured_minor), (SessionStatus::Processing, 0));
    case.see(paid(AMOUNT));
    assert_eq!(case.session.status, SessionStatus::Succeeded);
}

#[test]
fn an_unknown_outcome_is_a_persons_after_an_hour_without_an_answer() {
    let mut case = Case::new(Capture::Automatic);
    case.tell(News::Unknown("time-out".into()));
    case.tell(News::Unanswered("502".into()));
    assert!(!case.attempt.flags.needs_attention);
    case.now_ms += HOUR;
    case.tell(News::Unanswered("502".into()));
    assert!(case.attempt.flags.needs_attention && case.attempt.live);
    case.tell(resolved(None));
    assert_eq!(case.session.status, SessionStatus::RequiresPaymentMethod);
    assert!(case.is_tended(), "a person can err: its reference is watched on");
}

#[test]
fn a_refund_of_ours_is_not_counted_as_somebody_elses() {
    let mut case = Case::new(Capture::Automatic);
    case.see(paid(AMOUNT));
    let told_of = |minor| Observation { refunded_minor: Some(minor), ..paid(AMOUNT) };
    case.tell(News::RefundReserved(3_000));
    case.see(told_of(3_000));
    assert_eq!((case.attempt.refunded_minor, case.attempt.reserved_minor), (0, 3_000), "it may be ours");
    case.tell(News::RefundDone(3_000));
    case.see(told_of(3_000));
    assert_eq!((case.attempt.refunded_minor, case.attempt.reserved_minor), (3_000, 0));
    case.tell(News::RefundReserved(1_000));
    case.see(told_of(8_000));
    assert_eq!((case.attempt.refunded_minor, case.attempt.reserved_minor), (7_000, 1_000));
    case.tell(News::RefundReleased(1_000));
    assert!(case.is_tended(), "whose it was is asked again");
    case.see(told_of(8_000));
    assert_eq!((case.attempt.refunded_minor, case.attempt.reserved_minor), (8_000, 0));
}
