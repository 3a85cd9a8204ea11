//! Time, injected. Business time may run ahead in sandbox mode and in tests; leases stay on real time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds in a second, a minute, an hour and a day.
pub const SECOND: i64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds in a day.
pub const DAY: i64 = 24 * HOUR;

/// The server's clock. Clones share the offset.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// Business time, Unix milliseconds: expiries, schedules, retries, everything that is shown.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.real_ms() + self.offset_ms.load(Ordering::Relaxed)
    }

    /// Real time, Unix milliseconds: leases, so that a jump of the business clock never takes work from a living worker.
    #[must_use]
    pub fn real_ms(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
    }

    /// Moves business time to `offset_ms` after real time.
    pub fn set_offset_ms(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }
}

/// RFC 3339 in UTC with milliseconds.
#[must_use]
pub fn rfc3339(unix_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(unix_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{at:.3}")
}

/// Reads a moment in RFC 3339, as [`rfc3339`] wrote it.
#[must_use]
pub fn unix_ms(rfc3339: &str) -> Option<i64> {
    rfc3339.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// Brazil's business day: UTC−3 all year since daylight saving time ended in 2019.
const BRAZIL_OFFSET_MS: i64 = -3 * HOUR;

/// The day in Brazil at a moment, `YYYY-MM-DD`.
#[must_use]
pub fn brazil_day(unix_ms: i64) -> String {
    rfc3339(unix_ms + BRAZIL_OFFSET_MS)[..10].to_owned()
}

/// The first moment after a day in Brazil, or `None` where the text is not a day.
#[must_use]
pub fn brazil_day_end_ms(day: &str) -> Option<i64> {
    let date: jiff::civil::Date = day.parse().ok()?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
    Some(midnight + DAY - BRAZIL_OFFSET_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_brazil_ends_three_hours_after_utc() {
        let end = brazil_day_end_ms("2025-03-07").expect("a day");
        assert_eq!(rfc3339(end), "2025-03-08T03:00:00.000Z");
        assert_eq!(brazil_day(end - 1), "2025-03-07");
        assert_eq!(brazil_day(end), "2025-03-08");
        assert_eq!(brazil_day_end_ms("2025-02-30"), None);
    }

    #[test]
    fn only_business_time_jumps() {
        let clock = Clock::default();
        let real = clock.real_ms();
        clock.set_offset_ms(DAY);
        assert!(clock.now_ms() >= real + DAY);
        assert!(clock.real_ms() < real + DAY);
    }
}
