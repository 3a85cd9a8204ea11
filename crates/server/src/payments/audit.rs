//! The invariants of the books, as questions to the database. Every answer is a violation; a healthy server has none.

use super::Payments;
use crate::args;
use crate::clock::MINUTE;
use crate::error::Error;

/// What must never be, each as a query whose rows are violations.
const QUESTIONS: [(&str, &str); 9] = [
    (
        "a session has two captures that count",
        "select session_id as id from attempts where captured_minor > 0 and late_capture = 0 \
         group by session_id having count(*) > 1",
    ),
    (
        "a capture is larger than the order, or of another currency",
        "select a.id as id from attempts a join sessions s on s.id = a.session_id \
         where a.captured_minor > s.amount_minor or a.currency <> s.currency or a.amount_minor <> s.amount_minor",
    ),
    (
        "more was refunded than captured",
        "select id from attempts where refunded_minor + reserved_minor > captured_minor",
    ),
    (
        "a reservation has no refund under way, or the other way round",
        "select a.id as id from attempts a where a.reserved_minor <> (select coalesce(cast(sum(o.amount_minor) as bigint), 0) \
         from operations o where o.attempt_id = a.id and o.kind = 'refund' and o.target_reference is null \
         and o.status in ('queued', 'sending', 'unknown', 'pending'))",
    ),
    (
        "a session says paid without a captured attempt",
        "select s.id as id from sessions s where s.status = 'succeeded' and not exists \
         (select 1 from attempts a where a.session_id = s.id and a.status = 'succeeded' and a.captured_minor > 0)",
    ),
    (
        "a live attempt belongs to a session that is over, or a final attempt is live",
        "select a.id as id from attempts a join sessions s on s.id = a.session_id where a.live = 1 and \
         (s.status in ('succeeded', 'canceled', 'expired') or a.status in ('succeeded', 'failed', 'canceled', 'expired'))",
    ),
    (
        // Only the buyer moves one that waits for an answer of theirs; its session's end is what closes it.
        "a live attempt is looked after by nobody",
        "select id from attempts where live = 1 and next_tend_at is null and (close_intent is not null \
         or status <> 'requires_action' or next_action is null \
         or (next_action not like '{\"type\":\"collect_token\"%' and next_action not like '{\"type\":\"challenge\"%' \
         and next_action not like '{\"type\":\"redirect\"%'))",
    ),
    (
        "an operation is looked after by nobody",
        "select id from operations where status in ('queued', 'sending', 'unknown', 'pending') and next_tend_at is null",
    ),
    (
        "a session waits for an attempt that is over",
        "select s.id as id from sessions s where s.status in ('requires_action', 'processing', 'requires_capture') \
         and not exists (select 1 from attempts a where a.session_id = s.id and a.live = 1)",
    ),
];

impl Payments {
    /// Every violation of an invariant, in words; empty where all is well.
    pub async fn audit(&self) -> Result<Vec<String>, Error> {
        let mut violations = Vec::new();
        let mut tx = self.db.read().await?;
        for (words, sql) in QUESTIONS {
            for row in tx.rows(sql, args![]).await? {
                violations.push(format!("{words}: {}", row.text("id")?));
            }
        }
        let stale_ms = self.clock.real_ms() - 5 * MINUTE;
        let stale = tx
            .rows(
                "select id from attempts where status = 'sending' and unknown_since is null and resend = 0 \
                 and lease_until < $1",
                args![stale_ms],
            )
            .await?;
        for row in stale {
            violations.push(format!("a send is older than its lease and grace: {}", row.text("id")?));
        }
        Ok(violations)
    }
}
