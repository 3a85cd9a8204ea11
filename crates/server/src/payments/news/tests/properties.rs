//! What no sequence of news can do, whatever the provider says and whoever asks for what.

use super::{AMOUNT, START_MS, code, not_sent, rejection, resolved, seen, session, start};
use crate::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::methods::{Observation, Rejection};
use crate::payments::news::{Effect, News, apply};
use crate::payments::{schedule, status};
use crate::store::sessions::{Capture, SessionEnd};
use crate::store::{Attempt, CloseIntent, Session};
use proptest::prelude::*;
use umclique_wire::{AttemptStatus, FailureCode, SessionStatus};

/// Everything that can become known or be asked for.
#[derive(Clone, Debug)]
enum Act {
    Start,
    Resume,
    Wait(i64),
    End(SessionEnd),
    Tell(usize, News),
    Reserve(usize, u64),
    Settle(usize, bool),
}

fn any_seen() -> impl Strategy<Value = News> {
    let status = prop::sample::select(&AttemptStatus::ALL[..]);
    let received = prop::sample::select(vec![None, Some(0), Some(AMOUNT / 2), Some(AMOUNT), Some(AMOUNT + 250)]);
    let refunded = prop::sample::select(vec![None, Some(0), Some(AMOUNT / 3), Some(AMOUNT), Some(AMOUNT + 250)]);
    (status, received, refunded, any::<bool>(), 0..8u8).prop_map(
        |(status, received_minor, refunded_minor, has_code, odd)| {
            News::Seen(Box::new(Observation {
                received_minor,
                refunded_minor,
                next_action: has_code.then(code),
                is_disputed: odd == 0,
                mismatch: (odd == 1).then(|| "another amount".to_owned()),
                ..seen(status)
            }))
        },
    )
}

fn any_news() -> impl Strategy<Value = News> {
    let intents =
        [CloseIntent::Buyer, CloseIntent::Shop, CloseIntent::Expiry, CloseIntent::CodeUnusable, CloseIntent::Declines];
    let captured = prop::sample::select(vec![None, Some(AMOUNT / 2), Some(AMOUNT)]);
    prop_oneof![
        8 => any_seen(),
        1 => Just(News::Rejected(rejection())),
        1 => any::<bool>().prop_map(|is_suspicious| {
            let next_action = Some(Box::new(super::rounds::asks_for_a_token()));
            News::Rejected(Rejection { next_action, is_suspicious, ..rejection() })
        }),
        1 => Just(News::Repeated(rejection())),
        1 => Just(News::Asked(Box::new(super::rounds::asks_for_a_consent()))),
        1 => any::<bool>().prop_map(not_sent),
        2 => Just(News::Unknown("time-out".into())),
        1 => Just(News::SendingAgain),
        2 => Just(News::Absent),
        1 => Just(News::Unanswered("502".into())),
        1 => Just(News::CancelSent),
        2 => prop::sample::select(intents.to_vec()).prop_map(News::CloseRequested),
        1 => Just(News::Extra("token-2".into())),
        1 => Just(News::OperationUnclear("for long".into())),
        1 => captured.prop_map(resolved),
        1 => Just(super::elsewhere::delivered()),
        1 => Just(News::Unreachable(FailureCode::BuyerUnreachable, "not on WhatsApp".into())),
        1 => Just(News::Nothing),
    ]
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => Just(Act::Start),
        3 => Just(Act::Resume),
        2 => prop::sample::select(vec![SECOND, 5 * MINUTE, 11 * MINUTE, 2 * HOUR, 3 * DAY]).prop_map(Act::Wait),
        1 => prop::sample::select(vec![SessionEnd::Shop, SessionEnd::Expiry]).prop_map(Act::End),
        12 => (0..4usize, any_news()).prop_map(|(which, news)| Act::Tell(which, news)),
        2 => (0..4usize, 1..=AMOUNT).prop_map(|(which, amount)| Act::Reserve(which, amount)),
        2 => (0..4usize, any::<bool>()).prop_map(|(which, is_done)| Act::Settle(which, is_done)),
    ]
}

/// A session with all its attempts, as the tables would hold them.
struct Books {
    session: Session,
    attempts: Vec<Attempt>,
    /// Refunds under way: whose, and how much.
    refunds: Vec<(usize, u64)>,
    /// A person has looked at these.
    resolved: Vec<usize>,
    now_ms: i64,
}

impl Books {
    fn tell(&mut self, which: usize, news: &News) -> Vec<Effect> {
        if matches!(news, News::Resolved { .. }) {
            self.resolved.push(which);
        }
        let effects = apply(&mut self.attempts[which], &mut self.session, news, self.now_ms);
        for effect in &effects {
            if let Effect::RefundLate(amount) = effect {
                self.refunds.push((which, *amount));
            }
        }
        effects
    }

    fn act(&mut self, act: &Act) {
        let live = self.attempts.iter().position(|attempt| attempt.live);
        let index = |which: &usize| (!self.attempts.is_empty()).then(|| which % self.attempts.len());
        match act {
            Act::Start => {
                let is_payable = self.session.status == SessionStatus::RequiresPaymentMethod;
                if is_payable && self.session.end.is_none() && live.is_none() {
                    let attempt = start(&mut self.session, self.now_ms);
                    self.attempts.push(attempt);
                }
            }
            Act::Resume => {
                let Some(attempt) = live.map(|which| &mut self.attempts[which]) else { return };
                if attempt.status == AttemptStatus::RequiresAction && attempt.close_intent.is_none() {
                    super::rounds::begin_round(attempt, &mut self.session, self.now_ms);
                }
            }
            Act::Wait(ms) => self.now_ms += ms,
            Act::End(end) => self.end(live, *end),
            Act::Tell(which, news) => {
                let Some(which) = index(which) else { return };
                self.tell(which, news);
            }
            Act::Reserve(which, amount) => {
                let Some(which) = index(which) else { return };
                let attempt = &self.attempts[which];
                // What the tables' CHECK refuses never happens.
                if attempt.refunded_minor + attempt.reserved_minor + amount <= attempt.captured_minor {
                    self.tell(which, &News::RefundReserved(*amount));
                    self.refunds.push((which, *amount));
                }
            }
            Act::Settle(which, is_done) => {
                if !self.refunds.is_empty() {
                    let (which, amount) = self.refunds.swap_remove(which % self.refunds.len());
                    let news = if *is_done { News::RefundDone(amount) } else { News::RefundReleased(amount) };
                    self.tell(which, &news);
                }
            }
        }
    }

    /// As `end_session` does.
    fn end(&mut self, live: Option<usize>, end: SessionEnd) {
        let is_reserved = live.is_some_and(|which| self.attempts[which].status == AttemptStatus::RequiresCapture);
        if self.session.status.is_final() || (is_reserved && end == SessionEnd::Expiry) {
            return;
        }
        self.session.end.get_or_insert(end);
        match live {
            Some(which) => {
                let intent = if end == SessionEnd::Shop { CloseIntent::Shop } else { CloseIntent::Expiry };
                self.tell(which, &News::CloseRequested(intent));
            }
            None => status::end(&mut self.session),
        }
    }

    /// What the tables' constraints, ENGINEERING's invariants and the buyer rely on.
    fn check(&self) -> Result<(), TestCaseError> {
        let counting = self.attempts.iter().filter(|it| it.captured_minor > 0 && !it.flags.late_capture).count();
        prop_assert!(counting <= 1, "two captures count");
        let live: Vec<_> = self.attempts.iter().filter(|it| it.live).collect();
        prop_assert!(live.len() <= 1, "two attempts can charge");
        for (which, attempt) in self.attempts.iter().enumerate() {
            prop_assert!(attempt.captured_minor <= AMOUNT);
            prop_assert!(attempt.reserved_minor + attempt.refunded_minor <= attempt.captured_minor);
            let under_way: u64 = self.refunds.iter().filter(|(whose, _)| *whose == which).map(|(_, it)| it).sum();
            prop_assert_eq!(attempt.reserved_minor, under_way, "a reservation without its refund");
            prop_assert!(!(attempt.live && attempt.status.is_final()));
            prop_assert!(attempt.status != AttemptStatus::Succeeded || attempt.captured_minor > 0);
            let is_tended = schedule::next_tend(attempt, false, self.now_ms).is_some();
            let waits_for_us = attempt.status == AttemptStatus::RequiresAction && attempt.next_action.is_some();
            prop_assert!(!attempt.live || is_tended || waits_for_us, "nobody looks after it");
            let is_fenced = attempt.live && schedule::is_closing(attempt);
            prop_assert!(!is_fenced || is_tended, "nobody closes it");
            let is_stray = attempt.captured_minor > 0 && attempt.status != AttemptStatus::Succeeded;
            let is_kept = attempt.reserved_minor + attempt.refunded_minor < attempt.captured_minor;
            let is_noticed = attempt.flags.needs_attention || self.resolved.contains(&which);
            prop_assert!(!(is_stray && is_kept) || is_noticed, "late money stays, and nobody is told");
        }
        let paid = self.attempts.iter().filter(|it| it.status == AttemptStatus::Succeeded).count();
        prop_assert_eq!(self.session.status == SessionStatus::Succeeded, paid == 1, "paid, and only then called paid");
        let is_waiting = !self.session.status.is_final() && self.session.status != SessionStatus::RequiresPaymentMethod;
        prop_assert_eq!(is_waiting, live.len() == 1, "a session waits for what can charge, and for nothing else");
        if live.iter().any(|it| it.unknown_since_ms.is_some()) {
            prop_assert_eq!(self.session.status, SessionStatus::Processing);
            prop_assert_eq!(&self.session.last_error, &None, "a buyer reads failed while the outcome is unknown");
        }
        Ok(())
    }
}

fn books(capture: Capture) -> Books {
    let (attempts, refunds, resolved) = (Vec::new(), Vec::new(), Vec::new());
    Books { session: session(capture), attempts, refunds, resolved, now_ms: START_MS }
}

fn run(acts: &[Act], is_manual: bool) -> Result<Books, TestCaseError> {
    let mut books = books(if is_manual { Capture::Manual } else { Capture::Automatic });
    for act in acts {
        let session_before = books.session.status;
        let before: Vec<_> = books.attempts.iter().map(|it| it.status).collect();
        books.act(act);
        books.check()?;
        let (from, to) = (session_before, books.session.status);
        let is_late = from == SessionStatus::Expired && to == SessionStatus::Succeeded;
        prop_assert!(!from.is_final() || from == to || is_late, "{from:?} became {to:?}");
        for (from, to) in before.into_iter().zip(books.attempts.iter().map(|it| it.status)) {
            let is_paid_late = is_late && to == AttemptStatus::Succeeded;
            prop_assert!(!from.is_final() || from == to || is_paid_late, "{from:?} became {to:?}");
        }
    }
    Ok(books)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_news_breaks_the_books(
        acts in prop::collection::vec(any_act(), 1..40),
        is_manual in any::<bool>(),
    ) {
        run(&acts, is_manual)?;
    }

    #[test]
    fn what_the_provider_says_twice_changes_nothing_the_second_time(
        acts in prop::collection::vec(any_act(), 1..25),
        is_manual in any::<bool>(),
        which in 0..4usize,
        news in any_seen(),
    ) {
        let acts: Vec<_> = std::iter::once(Act::Start).chain(acts).collect();
        let mut books = run(&acts, is_manual)?;
        let which = which % books.attempts.len();
        books.tell(which, &news);
        let (attempt, session) = (books.attempts[which].clone(), books.session.clone());
        let effects = books.tell(which, &news);
        prop_assert_eq!(effects, vec![]);
        prop_assert_eq!(&books.session, &session);
        let counted = Attempt { asks: attempt.asks, asked_at_ms: attempt.asked_at_ms, ..books.attempts[which].clone() };
        prop_assert_eq!(counted, attempt);
    }
}
