//! The two ways in which PicPay writes times, both in São Paulo (UTC-3, no summer time): without a zone in answers to
//! charges, with one in the query. That the first means São Paulo is undocumented; we assume it.

use jiff::tz::Offset;

use crate::clock::timestamp;

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// Three hours behind UTC, all year.
const SAO_PAULO: Offset = Offset::constant(-3);

/// `2025-03-04 10:15:30`: `created_at` of charges, cancels and refunds.
pub(super) fn answer_time(at_ms: i64) -> String {
    SAO_PAULO.to_datetime(timestamp(at_ms)).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2025-03-04T10:15:30-03:00`: every time in the query.
pub(super) fn query_time(at_ms: i64) -> String {
    SAO_PAULO.to_datetime(timestamp(at_ms)).strftime("%Y-%m-%dT%H:%M:%S-03:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::{answer_time, query_time};

    #[test]
    fn both_forms_say_the_same_moment_in_sao_paulo() {
        // 2025-03-04T01:15:30.618Z
        let at_ms = 1_741_050_930_618;
        assert_eq!(answer_time(at_ms), "2025-03-03 22:15:30");
        assert_eq!(query_time(at_ms), "2025-03-03T22:15:30-03:00");
    }
}
