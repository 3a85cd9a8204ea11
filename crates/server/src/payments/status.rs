//! Decides every status, and nothing else does. Pure: no clock, no database, no provider.

use crate::store::sessions::SessionEnd;
use crate::store::{Attempt, CloseIntent, Session};
use umclique_wire::{AttemptStatus, Failure, FailureCode, ProcessingReason, SessionStatus};

/// What news means for an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It moves on.
    Advance(AttemptStatus),
    /// Nothing new, or old news that arrived late.
    Unchanged,
    /// It cannot be true together with what we know: recorded and flagged, never applied.
    Contradiction,
    /// Money (taken or reserved) on an attempt that had ended without.
    Late(AttemptStatus),
}

/// What it means that the provider says `seen` of an attempt that stands at `current`.
#[must_use]
pub fn step(current: AttemptStatus, seen: AttemptStatus) -> Step {
    use AttemptStatus::{Canceled, Expired, Failed, Processing, RequiresAction, RequiresCapture, Sending, Succeeded};
    match (current, seen) {
        // A provider never says "sending"; if a method ever did, it would mean nothing.
        (_, Sending) => Step::Unchanged,
        (Sending, seen) => Step::Advance(seen),
        (RequiresAction, RequiresAction) | (Processing, RequiresAction | Processing) => Step::Unchanged,
        (RequiresAction | Processing, seen) => Step::Advance(seen),
        // Late news from before the authorization.
        (RequiresCapture, RequiresAction | Processing | RequiresCapture) => Step::Unchanged,
        (RequiresCapture, Succeeded) => Step::Advance(Succeeded),
        // Voided or lapsed: either way the reservation is gone.
        (RequiresCapture, Canceled | Expired) => Step::Advance(Canceled),
        (RequiresCapture, Failed) | (Succeeded, Failed | Canceled | Expired) => Step::Contradiction,
        (Succeeded, RequiresAction | Processing | RequiresCapture | Succeeded) => Step::Unchanged,
        (Failed | Canceled | Expired, Succeeded) => Step::Late(Succeeded),
        (Failed | Canceled | Expired, RequiresCapture) => Step::Late(RequiresCapture),
        (Failed | Canceled | Expired, RequiresAction | Processing | Failed | Canceled | Expired) => Step::Unchanged,
    }
}

/// How an attempt ends when its provider closed it: as the one who wanted it closed would say.
#[must_use]
pub fn closed_as(seen: AttemptStatus, intent: Option<CloseIntent>) -> AttemptStatus {
    match (seen, intent) {
        // The provider has one word for "expired" and "canceled"; our own cancel tells them apart.
        (AttemptStatus::Expired, Some(CloseIntent::Buyer | CloseIntent::Shop | CloseIntent::CodeUnusable)) => {
            AttemptStatus::Canceled
        }
        (AttemptStatus::Canceled, Some(CloseIntent::Expiry)) => AttemptStatus::Expired,
        // Nobody wanted it closed: it came to nothing, and the fence says that this is final.
        (AttemptStatus::Canceled | AttemptStatus::Expired, Some(CloseIntent::Unconfirmed | CloseIntent::Declines)) => {
            AttemptStatus::Failed
        }
        (seen, _) => seen,
    }
}

/// The failure that the buyer is told of when an attempt ended without a payment.
#[must_use]
pub fn failure(status: AttemptStatus, intent: Option<CloseIntent>, told: Option<FailureCode>) -> Option<Failure> {
    let code = match (status, intent) {
        (AttemptStatus::Failed, Some(CloseIntent::Unconfirmed)) => FailureCode::ProviderUnavailable,
        (AttemptStatus::Failed, _) => told.unwrap_or(FailureCode::Declined),
        (AttemptStatus::Expired, _) => FailureCode::Expired,
        (AttemptStatus::Canceled, Some(CloseIntent::CodeUnusable)) => FailureCode::CodeUnusable,
        // ePag has one word for what it ends by itself before anybody paid: the code is no longer good.
        (AttemptStatus::Canceled, None) => told.unwrap_or(FailureCode::Expired),
        (AttemptStatus::Canceled, Some(_)) => FailureCode::Canceled,
        _ => return None,
    };
    Some(Failure { code })
}

/// Where a session stands after one of its attempts changed. `attempt` is the session's live one or its last one.
#[must_use]
pub fn of_session(
    session: &Session,
    attempt: &Attempt,
    was_authorized: bool,
) -> (SessionStatus, Option<ProcessingReason>) {
    use SessionStatus::{
        Canceled, Expired, Processing, RequiresAction, RequiresCapture, RequiresPaymentMethod, Succeeded,
    };
    match attempt.status {
        AttemptStatus::Succeeded => (Succeeded, None),
        AttemptStatus::RequiresCapture => (RequiresCapture, None),
        _ if attempt.live && attempt.close_intent.is_some() => (Processing, Some(ProcessingReason::Closing)),
        AttemptStatus::Sending if attempt.unknown_since_ms.is_some() => {
            (Processing, Some(ProcessingReason::Confirming))
        }
        AttemptStatus::Sending | AttemptStatus::Processing => (Processing, Some(ProcessingReason::Provider)),
        AttemptStatus::RequiresAction if attempt.next_action.is_some() => (RequiresAction, None),
        AttemptStatus::RequiresAction => (Processing, Some(ProcessingReason::Confirming)),
        AttemptStatus::Canceled if was_authorized => (Canceled, None),
        AttemptStatus::Failed | AttemptStatus::Canceled | AttemptStatus::Expired => match session.end {
            Some(SessionEnd::Shop) => (Canceled, None),
            Some(SessionEnd::Expiry) => (Expired, None),
            None => (RequiresPaymentMethod, None),
        },
    }
}

/// Ends a session that waits for a payment and whose end was asked for.
pub fn end(session: &mut Session) {
    if session.status != SessionStatus::RequiresPaymentMethod {
        return;
    }
    session.status = match session.end {
        Some(SessionEnd::Shop) => SessionStatus::Canceled,
        Some(SessionEnd::Expiry) => SessionStatus::Expired,
        None => return,
    };
    session.reason = None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use AttemptStatus::{Canceled, Expired, Failed, Processing, RequiresAction, RequiresCapture, Sending, Succeeded};
    use Step::{Advance, Contradiction, Late, Unchanged};

    /// Every pair, in the order of `AttemptStatus::ALL`: a row per current status, a column per seen one.
    const TABLE: [(AttemptStatus, [Step; 8]); 8] = {
        const U: Step = Unchanged;
        const X: Step = Contradiction;
        [
            (
                Sending,
                [
                    U,
                    Advance(RequiresAction),
                    Advance(Processing),
                    Advance(RequiresCapture),
                    Advance(Succeeded),
                    Advance(Failed),
                    Advance(Canceled),
                    Advance(Expired),
                ],
            ),
            (
                RequiresAction,
                [
                    U,
                    U,
                    Advance(Processing),
                    Advance(RequiresCapture),
                    Advance(Succeeded),
                    Advance(Failed),
                    Advance(Canceled),
                    Advance(Expired),
                ],
            ),
            (
                Processing,
                [
                    U,
                    U,
                    U,
                    Advance(RequiresCapture),
                    Advance(Succeeded),
                    Advance(Failed),
                    Advance(Canceled),
                    Advance(Expired),
                ],
            ),
            (RequiresCapture, [U, U, U, U, Advance(Succeeded), X, Advance(Canceled), Advance(Canceled)]),
            (Succeeded, [U, U, U, U, U, X, X, X]),
            (Failed, [U, U, U, Late(RequiresCapture), Late(Succeeded), U, U, U]),
            (Canceled, [U, U, U, Late(RequiresCapture), Late(Succeeded), U, U, U]),
            (Expired, [U, U, U, Late(RequiresCapture), Late(Succeeded), U, U, U]),
        ]
    };

    #[test]
    fn every_pair_of_statuses_has_its_step() {
        for (current, row) in TABLE {
            for (seen, expected) in AttemptStatus::ALL.into_iter().zip(row) {
                assert_eq!(step(current, seen), expected, "{current:?} then {seen:?}");
            }
        }
    }

    #[test]
    fn nothing_leaves_a_final_status_by_itself() {
        for current in AttemptStatus::ALL.into_iter().filter(|status| status.is_final()) {
            for seen in AttemptStatus::ALL {
                assert!(!matches!(step(current, seen), Advance(_)), "{current:?} then {seen:?}");
            }
        }
    }

    #[test]
    fn news_seen_twice_changes_nothing_the_second_time() {
        for current in AttemptStatus::ALL {
            for seen in AttemptStatus::ALL {
                if let Advance(next) = step(current, seen) {
                    assert_eq!(step(next, seen), Unchanged, "{current:?} then {seen:?} twice");
                }
            }
        }
    }

    #[test]
    fn a_closed_attempt_tells_who_closed_it() {
        for (seen, intent, status, code) in [
            (Canceled, Some(CloseIntent::Buyer), Canceled, FailureCode::Canceled),
            (Expired, Some(CloseIntent::Buyer), Canceled, FailureCode::Canceled),
            (Canceled, Some(CloseIntent::Expiry), Expired, FailureCode::Expired),
            (Canceled, Some(CloseIntent::CodeUnusable), Canceled, FailureCode::CodeUnusable),
            (Canceled, None, Canceled, FailureCode::Expired),
            (Expired, None, Expired, FailureCode::Expired),
            (Failed, Some(CloseIntent::Buyer), Failed, FailureCode::Declined),
        ] {
            let closed = closed_as(seen, intent);
            assert_eq!(closed, status, "{seen:?} after {intent:?}");
            assert_eq!(failure(closed, intent, None), Some(Failure { code }), "{seen:?} after {intent:?}");
        }
        assert_eq!(failure(Succeeded, None, None), None);
    }
}
