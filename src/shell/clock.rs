//! Counts down to the moment after which a code can no longer be paid.
//!
//! Started by `run`. The buyer's clock may be wrong: only the difference of two server times counts, and real time from there.

use super::task::{Task, sleep};
use js_sys::Date;

/// From here on every second is reported.
const CLOSE_MS: i64 = 600_000;
/// No timer runs longer; browsers cannot count beyond 24 days in one.
const STEP_MS: i64 = 3_600_000;

/// Reports the seconds that are left, ending with 0. Says nothing while much time is left, or where a time cannot be read.
pub(super) fn count_down(expires_at: &str, server_time: &str, report: impl Fn(u32) + 'static) -> Option<Task> {
    let left_ms = parse_ms(expires_at)? - parse_ms(server_time)?;
    let end_ms = now_ms() + left_ms;
    Some(Task::spawn(async move {
        loop {
            let left_ms = end_ms - now_ms();
            if left_ms <= CLOSE_MS {
                report(u32::try_from((left_ms + 999) / 1000).unwrap_or(0));
            }
            if left_ms <= 0 {
                return;
            }
            let until_close = (left_ms - CLOSE_MS).min(STEP_MS);
            let wait_ms = if until_close > 0 { until_close } else { (left_ms % 1000).max(1) };
            sleep(u32::try_from(wait_ms).unwrap_or(1_000)).await;
        }
    }))
}

fn parse_ms(time: &str) -> Option<i64> {
    let parsed = Date::parse(time);
    (!parsed.is_nan()).then(|| whole_ms(parsed))
}

/// The page's clock, which goes on while the device sleeps.
fn now_ms() -> i64 {
    whole_ms(Date::now())
}

/// JavaScript's times are whole milliseconds, far below 2^53.
fn whole_ms(time: f64) -> i64 {
    time as i64
}
