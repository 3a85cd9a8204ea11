//! How ePag writes times, and when its days end: UTC without a zone in answers, São Paulo (UTC-3, no summer time) for
//! the last day of a QR code. Both are undocumented; we assume them.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

use crate::clock::timestamp;

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// Three hours behind UTC, all year.
const SAO_PAULO: Offset = Offset::constant(-3);

/// The day it is in São Paulo.
pub(super) fn local_day(at_ms: i64) -> Date {
    SAO_PAULO.to_datetime(timestamp(at_ms)).date()
}

/// The first moment after `day` in São Paulo, in unix milliseconds.
pub(super) fn end_of_day_ms(day: Date) -> i64 {
    let next = day.tomorrow().unwrap_or(Date::MAX).at(0, 0, 0, 0);
    SAO_PAULO.to_timestamp(next).unwrap_or(Timestamp::MAX).as_millisecond()
}

/// `days` later.
pub(super) fn plus_days(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}

/// Exactly `YYYY-MM-DD`, and a day that exists.
pub(super) fn parse_day(text: &str) -> Option<Date> {
    let has_form = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if has_form { text.parse().ok() } else { None }
}

/// `2025-03-04T10:15:30.618`: a query's `createdAt`.
pub(super) fn query_time(at_ms: i64) -> String {
    timestamp(at_ms).strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}

/// `2025-03-05 09:00:00.000`: a refund's `created_at`.
pub(super) fn refund_time(at_ms: i64) -> String {
    timestamp(at_ms).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

/// `2025-03-05`: a refund's `created_at` in the list by payment.
pub(super) fn refund_day(at_ms: i64) -> String {
    timestamp(at_ms).strftime("%Y-%m-%d").to_string()
}

/// `2025-03-04T10:15:30.880+0000`: an error's `timestamp`.
pub(super) fn error_time(at_ms: i64) -> String {
    timestamp(at_ms).strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{end_of_day_ms, local_day, parse_day, query_time};

    #[test]
    fn a_day_ends_at_three_in_the_morning_utc() {
        let end = end_of_day_ms(date(2025, 3, 7));
        assert_eq!(query_time(end), "2025-03-08T03:00:00.000");
        assert_eq!(local_day(end - 1), date(2025, 3, 7));
        assert_eq!(local_day(end), date(2025, 3, 8));
    }

    #[test]
    fn only_the_documented_form_is_a_day() {
        assert_eq!(parse_day("2025-03-07"), Some(date(2025, 3, 7)));
        for text in ["2025-02-30", "20250307", "07/03/2025", "2025-3-7", "2025-03-07T00:00:00", ""] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }
}
