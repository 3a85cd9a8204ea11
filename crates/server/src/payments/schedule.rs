//! When to look after an attempt or an operation next. Pure.

use crate::clock::{DAY, HOUR, MINUTE, SECOND, unix_ms};
use crate::store::{Attempt, CloseIntent, Operation, OperationStatus};
use umclique_wire::NextAction;

/// How long an unknown attempt or operation must stay absent at the provider before it is released: a request that
/// timed out here may still run there.
pub const ABSENCE_GRACE_MS: i64 = 10 * MINUTE;

/// How long a send that provably does not arrive is tried again.
pub const NOT_SENT_PATIENCE_MS: i64 = 2 * MINUTE;

/// How long a cancel may take at the provider before it is sent again.
pub const CANCEL_AGAIN_MS: i64 = MINUTE;

/// How long after its end a code may stay unpaid and open before it is closed by us.
pub const EXPIRY_PATIENCE_MS: i64 = 5 * MINUTE;

/// At most one question per attempt in this time, whoever asks.
pub const ASK_AT_MOST_EVERY_MS: i64 = 2 * SECOND;

const WATCHED_MS: i64 = 5 * SECOND;
const SELDOM_MS: i64 = 30 * MINUTE;

/// When to look after an attempt next; `None`: never, unless somebody asks.
#[must_use]
pub fn next_tend(attempt: &Attempt, is_watched: bool, now_ms: i64) -> Option<i64> {
    let watched = |unwatched: i64| if is_watched { unwatched.min(WATCHED_MS) } else { unwatched };
    let wait_ms = if attempt.may_resend {
        step_of(&[SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND], attempt.asks)
    } else if is_closing(attempt) {
        watched(step_of(&[SECOND, 2 * SECOND, 5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE], attempt.asks))
    } else if attempt.unknown_since_ms.is_some() && attempt.live {
        watched(step_of(&[2 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE], attempt.asks))
    } else if let Some(ends_at_ms) = ends_elsewhere_at(attempt).filter(|_| attempt.live) {
        (ends_at_ms - now_ms).max(SECOND)
    } else if attempt.live && waits_for_our_buyer(attempt) {
        return None;
    } else if attempt.live {
        watched(step_of(&[MINUTE, 5 * MINUTE, SELDOM_MS], attempt.asks))
    } else if attempt.captured_minor > 0 && attempt.asks == 0 {
        DAY
    } else if attempt.watch_until_ms.is_some_and(|until| now_ms < until) {
        SELDOM_MS
    } else {
        return None;
    };
    Some(now_ms + wait_ms)
}

/// Nothing moves until the buyer comes back with an answer: there is nothing to ask the provider about.
fn waits_for_our_buyer(attempt: &Attempt) -> bool {
    matches!(
        attempt.next_action,
        Some(NextAction::CollectToken(_) | NextAction::Challenge(_) | NextAction::Redirect(_))
    )
}

/// When an order that the buyer may confirm elsewhere ends. Until then there is nothing to ask about: it is told.
#[must_use]
pub fn ends_elsewhere_at(attempt: &Attempt) -> Option<i64> {
    match &attempt.next_action {
        Some(NextAction::AwaitBuyer(order)) => unix_ms(&order.expires_at),
        _ => None,
    }
}

/// We want it closed, and the provider has not said that it is.
#[must_use]
pub fn is_closing(attempt: &Attempt) -> bool {
    match attempt.close_intent {
        None => false,
        Some(CloseIntent::Late) => attempt.live || attempt.watch_until_ms.is_some(),
        Some(_) => attempt.live,
    }
}

/// When to look after an operation next; `None`: it is done.
#[must_use]
pub fn next_tend_operation(operation: &Operation, now_ms: i64) -> Option<i64> {
    let wait_ms = match operation.status {
        OperationStatus::Queued => step_of(&[0, SECOND, 5 * SECOND, 30 * SECOND, MINUTE], operation.asks),
        OperationStatus::Sending => 0,
        OperationStatus::Unknown => {
            step_of(&[2 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, MINUTE, 5 * MINUTE, SELDOM_MS], operation.asks)
        }
        OperationStatus::Pending => {
            step_of(&[SECOND, 2 * SECOND, 5 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, SELDOM_MS], operation.asks)
        }
        OperationStatus::Succeeded | OperationStatus::Failed => return None,
    };
    Some(now_ms + wait_ms)
}

/// When to deliver an event again after `tries` tries; `None` after three days: it is parked.
#[must_use]
pub fn next_delivery(created_at_ms: i64, tries: i64, now_ms: i64) -> Option<i64> {
    let tries = u64::try_from(tries).unwrap_or(0).saturating_sub(1);
    let steps = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR];
    (now_ms < created_at_ms + 3 * DAY).then(|| now_ms + step_of(&steps, tries))
}

/// When to work again on a signed notice, after `tries` tries.
#[must_use]
pub fn next_hearing(tries: u64, now_ms: i64) -> i64 {
    now_ms + step_of(&[SECOND, 5 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, SELDOM_MS], tries.saturating_sub(1))
}

/// When to send a message to a buyer again after `tries` tries: 4 to the power of n seconds; `None` after a day: nobody waits
/// for it any more.
#[must_use]
pub fn next_message(created_at_ms: i64, tries: u64, now_ms: i64) -> Option<i64> {
    let steps = [SECOND, 4 * SECOND, 16 * SECOND, 64 * SECOND, 256 * SECOND, 1024 * SECOND, HOUR];
    (now_ms < created_at_ms + DAY).then(|| now_ms + step_of(&steps, tries.saturating_sub(1)))
}

fn step_of(steps: &[i64], index: u64) -> i64 {
    let index = usize::try_from(index).unwrap_or(usize::MAX).min(steps.len() - 1);
    steps[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_wait_longer_each_time_and_stop_after_three_days() {
        let waits: Vec<_> = (1..=10).map(|tries| next_delivery(0, tries, 0)).collect();
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
        assert_eq!(next_delivery(0, 1, 0), Some(5 * SECOND));
        assert_eq!(next_delivery(0, 3, 3 * DAY), None);
    }
}
