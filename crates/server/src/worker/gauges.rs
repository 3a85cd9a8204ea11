//! What waits for somebody, as gauges: flagged payments, unknown outcomes, closings, operations, events.
//!
//! Counted in the database, so every process tells the same numbers.

use crate::clock::SECOND;
use crate::error::Error;
use crate::payments::Payments;
use crate::store::counts::{self, Count};
use std::sync::Arc;
use std::time::Duration;

/// How often everything is counted.
pub(super) const EVERY: Duration = Duration::from_secs(5);

/// Counts everything. Events are counted only where somebody is to receive them: elsewhere all of them wait for ever.
pub(super) async fn count_what_waits(payments: Arc<Payments>, has_receiver: bool) -> Result<(), Error> {
    let now_ms = payments.clock.now_ms();
    let mut tx = payments.db.read().await?;
    for (flag, count) in counts::flagged(&mut tx).await? {
        metrics::gauge!("umclique_payments_flagged", "flag" => flag).set(number(count.count));
        metrics::gauge!("umclique_payments_flagged_oldest_seconds", "flag" => flag).set(age_s(count, now_ms));
    }
    let (unknown, closing) = counts::unsettled(&mut tx).await?;
    tell("umclique_payments_unknown", "umclique_payments_unknown_oldest_seconds", unknown, now_ms);
    tell("umclique_payments_closing", "umclique_payments_closing_oldest_seconds", closing, now_ms);
    let (unknown, unclear) = counts::operations(&mut tx).await?;
    tell("umclique_operations_unknown", "umclique_operations_unknown_oldest_seconds", unknown, now_ms);
    let (count, oldest) = ("umclique_operations_needs_attention", "umclique_operations_needs_attention_oldest_seconds");
    tell(count, oldest, unclear, now_ms);
    let (due, stuck) = counts::notices(&mut tx).await?;
    tell("umclique_notices_due", "umclique_notices_due_oldest_seconds", due, now_ms);
    tell("umclique_notices_unreadable", "umclique_notices_unreadable_oldest_seconds", stuck, now_ms);
    let due = counts::messages(&mut tx).await?;
    tell("umclique_messages_due", "umclique_messages_due_oldest_seconds", due, now_ms);
    if has_receiver {
        let (due, parked) = counts::events(&mut tx).await?;
        tell("umclique_events_due", "umclique_events_due_oldest_seconds", due, now_ms);
        tell("umclique_events_parked", "umclique_events_parked_oldest_seconds", parked, now_ms);
    }
    Ok(())
}

fn tell(count_name: &'static str, oldest_name: &'static str, count: Count, now_ms: i64) {
    metrics::gauge!(count_name).set(number(count.count));
    metrics::gauge!(oldest_name).set(age_s(count, now_ms));
}

/// The age of the oldest in whole seconds; 0 where there is none.
fn age_s(count: Count, now_ms: i64) -> f64 {
    count.oldest_ms.map_or(0.0, |since_ms| number((now_ms - since_ms).max(0) / SECOND))
}

/// A count as metrics want it.
pub(super) fn number(value: i64) -> f64 {
    f64::from(u32::try_from(value).unwrap_or(u32::MAX))
}
