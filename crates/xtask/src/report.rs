//! What a task says while it works: one line before each step with its usual length, one after it.
//! Called by every task; never decides anything.

use std::time::{Duration, Instant};

/// Says what begins now and about how long it takes, and starts its clock.
pub(crate) fn step(what: &str, usually: &str) -> Instant {
    println!("▸ {what} ({usually})");
    Instant::now()
}

/// Says something worth knowing between two steps.
pub(crate) fn note(what: &str) {
    println!("  {what}");
}

/// `4 min 12 s`, `12 s`, `0.3 s`.
pub(crate) fn length(duration: Duration) -> String {
    let (minutes, seconds) = (duration.as_secs() / 60, duration.as_secs() % 60);
    match (minutes, seconds) {
        (0, 0..10) => format!("{seconds}.{} s", duration.subsec_millis() / 100),
        (0, _) => format!("{seconds} s"),
        _ => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_like_a_clock() {
        for (millis, text) in [(340, "0.3 s"), (9_999, "9.9 s"), (12_400, "12 s"), (252_000, "4 min 12 s")] {
            assert_eq!(length(Duration::from_millis(millis)), text);
        }
    }
}
