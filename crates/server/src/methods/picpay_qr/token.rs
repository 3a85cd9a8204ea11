//! The newest access token. Every answer may bring the next one (`refresh_token`), and each lives for five minutes.
//!
//! Used by `client`. Keeps a token in memory only, as a header that refuses to be printed.

use crate::clock::{MINUTE, SECOND};
use reqwest::header::HeaderValue;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Source: ePag, "Authentication". The token may be opaque, so its life is counted from its receipt.
const LIFE_MS: i64 = 5 * MINUTE;
/// A token with less left is not used any more: a slow call must not outlive it.
const SPARE_MS: i64 = 30 * SECOND;
/// Longest token that is taken, in bytes: what fits into a header everywhere.
const BYTES_MAX: usize = 8 * 1024;

/// A token, and which one it is.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    pub(super) header: HeaderValue,
    pub(super) serial: u64,
}

#[derive(Debug)]
struct Held {
    pass: Pass,
    expires_at_ms: i64,
}

/// Holds the newest token.
#[derive(Debug, Default)]
pub(super) struct Vault {
    held: Mutex<(Option<Held>, u64)>,
    /// Only one login is under way at a time.
    pub(super) login: tokio::sync::Mutex<()>,
}

impl Vault {
    /// The newest token, if it still lives long enough.
    pub(super) fn current(&self, now_ms: i64) -> Option<Pass> {
        let held = self.lock();
        held.0.as_ref().filter(|held| held.expires_at_ms - now_ms >= SPARE_MS).map(|held| held.pass.clone())
    }

    /// Takes a token as the newest. `None` where it cannot stand in a header; then the one before stays.
    pub(super) fn adopt(&self, token: &str, now_ms: i64) -> Option<Pass> {
        let is_usable =
            !token.is_empty() && token.len() <= BYTES_MAX && token.bytes().all(|byte| byte.is_ascii_graphic());
        let mut header = HeaderValue::from_str(token).ok().filter(|_| is_usable)?;
        header.set_sensitive(true);
        let mut held = self.lock();
        held.1 += 1;
        let pass = Pass { header, serial: held.1 };
        held.0 = Some(Held { pass: pass.clone(), expires_at_ms: now_ms + LIFE_MS });
        Some(pass)
    }

    /// Drops a token that was refused. `false`: a newer one has taken its place already, and stays.
    pub(super) fn refuse(&self, serial: u64) -> bool {
        let mut held = self.lock();
        let is_newest = held.1 == serial;
        if is_newest {
            held.0 = None;
        }
        is_newest
    }

    fn lock(&self) -> MutexGuard<'_, (Option<Held>, u64)> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_until_thirty_seconds_are_left() {
        let vault = Vault::default();
        vault.adopt("one", 0).expect("a token");
        assert!(vault.current(LIFE_MS - SPARE_MS).is_some());
        assert!(vault.current(LIFE_MS - SPARE_MS + 1).is_none());
    }

    #[test]
    fn the_newest_token_wins_and_rubbish_does_not_replace_it() {
        let vault = Vault::default();
        vault.adopt("one", 0).expect("a token");
        vault.adopt("two", 0).expect("a token");
        for rubbish in ["", "with space", "line\nbreak", "é", &"x".repeat(BYTES_MAX + 1)] {
            assert!(vault.adopt(rubbish, 0).is_none(), "{rubbish:?}");
        }
        assert_eq!(vault.current(0).expect("still there").header, "two");
    }

    #[test]
    fn refusing_an_old_token_keeps_the_newer_one() {
        let vault = Vault::default();
        let one = vault.adopt("one", 0).expect("a token");
        let two = vault.adopt("two", 0).expect("a token");
        assert!(!vault.refuse(one.serial));
        assert!(vault.current(0).is_some());
        assert!(vault.refuse(two.serial));
        assert!(vault.current(0).is_none());
    }

    #[test]
    fn a_token_is_never_printed() {
        let vault = Vault::default();
        vault.adopt("secret-token", 0).expect("a token");
        assert!(!format!("{vault:?}").contains("secret-token"));
    }
}
