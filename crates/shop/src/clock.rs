//! Whether a webhook's timestamp is of now. Used by `POST /shop/webhooks`.
//!
//! A shop in production needs the first three lines of [`Clock::accepts`] only. When rehearsing, the sandbox's clock may have been
//! moved ahead, and the merchant server with it, so later timestamps are of now as well.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far a timestamp may be off, in seconds. Source: Standard Webhooks, "verifying webhooks": five minutes in its libraries.
const TOLERANCE_S: i64 = 5 * 60;

/// The system's clock, and the sandbox's.
pub(crate) struct Clock {
    http: reqwest::Client,
    sandbox: Option<String>,
}

impl Clock {
    pub(crate) fn new(http: reqwest::Client, sandbox: Option<String>) -> Self {
        Self { http, sandbox }
    }

    /// Whether these Unix seconds are at most five minutes away.
    pub(crate) async fn accepts(&self, timestamp_s: i64) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let off_by = timestamp_s.saturating_sub(i64::try_from(now).unwrap_or(i64::MAX));
        if off_by <= TOLERANCE_S {
            return off_by >= -TOLERANCE_S;
        }
        off_by <= self.sandbox_offset_s().await.saturating_add(TOLERANCE_S)
    }

    /// How many seconds the sandbox's clock is ahead; 0 without a sandbox.
    async fn sandbox_offset_s(&self) -> i64 {
        let Some(sandbox) = &self.sandbox else { return 0 };
        let request = self.http.get(format!("{sandbox}/_control/clock")).timeout(Duration::from_secs(2));
        let answer: Result<serde_json::Value, reqwest::Error> = async { request.send().await?.json().await }.await;
        match answer {
            Ok(clock) => clock["offset_s"].as_i64().unwrap_or(0).max(0),
            Err(error) => {
                tracing::warn!(%error, "the sandbox's clock cannot be read; using the system's");
                0
            }
        }
    }
}
