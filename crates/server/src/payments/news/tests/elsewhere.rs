//! Orders that the buyer confirms elsewhere: how far the message came, and that nobody can be written to.

use super::rounds::begin_round;
use super::{Case, START_MS};
use crate::clock::{HOUR, MINUTE, rfc3339};
use crate::methods::Asked;
use crate::payments::news::{Effect, News};
use crate::payments::schedule;
use crate::store::CloseIntent;
use crate::store::sessions::Capture;
use serde_json::json;
use umclique_wire::{AttemptStatus, AwaitBuyer, Delivery, FailureCode, NextAction, SessionStatus};

fn order(delivery: Delivery) -> NextAction {
    NextAction::AwaitBuyer(AwaitBuyer {
        channel: "whatsapp".into(),
        delivery,
        app_url: None,
        label: "4242".into(),
        expires_at: rfc3339(START_MS + HOUR),
    })
}

/// An attempt whose order is in the buyer's chat.
fn asked() -> Case {
    let mut case = Case::new(Capture::Automatic);
    let details = Some(json!({"wa_id": "told"}));
    case.tell(News::Asked(Box::new(Asked { action: order(Delivery::Sent), details })));
    case
}

pub(super) fn delivered() -> News {
    let (next_action, details) = (Some(Box::new(order(Delivery::Delivered))), Some(json!({"delivery": "delivered"})));
    News::Heard { kind: "delivery", detail: "the order is on the buyer's phone".into(), next_action, details }
}

#[test]
fn an_order_that_waits_elsewhere_is_looked_at_again_when_its_time_is_over() {
    let case = asked();
    assert_eq!(case.attempt.details, json!({"wa_id": "told"}), "what was learned while asking is kept");
    for is_watched in [true, false] {
        let next_ms = schedule::next_tend(&case.attempt, is_watched, START_MS + MINUTE);
        assert_eq!(next_ms, Some(START_MS + HOUR), "watched: {is_watched}");
    }
}

#[test]
fn how_far_the_message_came_is_shown_only_while_the_order_waits() {
    let mut case = asked();
    case.tell(delivered());
    assert_eq!(case.attempt.next_action, Some(order(Delivery::Delivered)));
    assert_eq!((case.session.status, case.session.decline_count), (SessionStatus::RequiresAction, 0));
    // The buyer confirmed, and only then the news of the delivery comes.
    let mut late = asked();
    begin_round(&mut late.attempt, &mut late.session, START_MS);
    let details = late.attempt.details.clone();
    late.tell(delivered());
    assert_eq!((late.attempt.status, &late.attempt.next_action), (AttemptStatus::Sending, &None));
    assert_eq!(late.attempt.details, details, "what the charge needs is not written over");
}

#[test]
fn a_buyer_who_cannot_be_written_to_chooses_again_and_was_not_declined() {
    let mut case = asked();
    let effects = case.tell(News::Unreachable(FailureCode::BuyerUnreachable, "not on WhatsApp".into()));
    assert!(effects.contains(&Effect::Note("unreachable", "not on WhatsApp".into())), "{effects:?}");
    assert_eq!((case.attempt.status, case.attempt.live), (AttemptStatus::Failed, false));
    assert_eq!((case.session.status, case.session.decline_count), (SessionStatus::RequiresPaymentMethod, 0));
    let told = case.session.last_error.as_ref().map(|failure| failure.code);
    assert_eq!(told, Some(FailureCode::BuyerUnreachable));
}

#[test]
fn a_message_that_failed_late_ends_no_charge() {
    let mut case = asked();
    begin_round(&mut case.attempt, &mut case.session, START_MS);
    case.tell(News::Unreachable(FailureCode::BuyerUnreachable, "131026".into()));
    assert_eq!((case.attempt.status, case.attempt.live), (AttemptStatus::Sending, true));
}

#[test]
fn leaving_an_order_that_waits_elsewhere_ends_it_at_once() {
    for (intent, ends) in [(CloseIntent::Buyer, AttemptStatus::Canceled), (CloseIntent::Expiry, AttemptStatus::Expired)]
    {
        let mut case = asked();
        case.tell(News::CloseRequested(intent));
        assert_eq!((case.attempt.status, case.attempt.live), (ends, false), "{intent:?}");
        // Nothing about money can follow: the message alone charges nothing.
        assert_eq!(schedule::next_tend(&case.attempt, true, START_MS + 72 * HOUR), None);
    }
}
