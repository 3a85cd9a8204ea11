//! One renewal at a time, and what becomes of the others.

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::sync::Barrier;

const KEYS: &str = "a:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// A provider that knows one refresh token at a time.
struct Provider {
    calls: AtomicU32,
    clock: Clock,
    good: std::sync::Mutex<String>,
    answer: fn(u32) -> Option<NoAccess>,
}

impl Provider {
    fn new(clock: &Clock, answer: fn(u32) -> Option<NoAccess>) -> Self {
        Self { calls: AtomicU32::new(0), clock: clock.clone(), good: std::sync::Mutex::new("r0".into()), answer }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Renew for Provider {
    async fn renew(&self, refresh: &SecretString) -> Result<Tokens, NoAccess> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        tokio::task::yield_now().await;
        if let Some(error) = (self.answer)(call) {
            return Err(error);
        }
        let mut good = self.good.lock().expect("nobody panics");
        if *good != refresh.expose_secret() {
            return Err(NoAccess::Lapsed);
        }
        *good = format!("r{call}");
        Ok(tokens(&format!("a{call}"), &good, self.clock.now_ms()))
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(5)
    }
}

fn tokens(access: &str, refresh: &str, now_ms: i64) -> Tokens {
    Tokens {
        access: access.into(),
        access_expires_at_ms: now_ms + 300 * SECOND,
        refresh: Some(refresh.into()),
        refresh_expires_at_ms: Some(now_ms + 1_800 * SECOND),
    }
}

async fn grants() -> (Grants, Clock, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/vault.db", folder.path().display());
    let db = Db::open(&url, false).await.expect("a database");
    let clock = Clock::default();
    let vault = Vault::parse(KEYS).expect("a key");
    (Grants::new(MethodKind::PicpayQr, db, clock.clone(), vault), clock, folder)
}

fn known() -> Account {
    Account { hash: Some("h".into()), masked: Some("a•••@example.com".into()), ..Account::default() }
}

fn said(access: &Access) -> (&str, u64) {
    (access.token.expose_secret(), access.version)
}

#[tokio::test]
async fn a_young_token_is_used_as_it_is() {
    let (grants, clock, _folder) = grants().await;
    let provider = Provider::new(&clock, |_| None);
    let id = grants.keep(known(), &tokens("a0", "r0", clock.now_ms())).await.expect("kept");
    let access = grants.access(&id, None, &provider).await.expect("good");
    assert_eq!((said(&access), provider.calls()), (("a0", 1), 0));
    // Who was refused with it gets another one.
    let access = grants.access(&id, Some(1), &provider).await.expect("renewed");
    assert_eq!((said(&access), provider.calls()), (("a1", 2), 1));
    // And who was refused with the old one meanwhile gets the new one too.
    let access = grants.access(&id, Some(1), &provider).await.expect("good");
    assert_eq!((said(&access), provider.calls()), (("a1", 2), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_renew_once() {
    let (grants, clock, _folder) = grants().await;
    let provider = std::sync::Arc::new(Provider::new(&clock, |_| None));
    let id = grants.keep(known(), &tokens("a0", "r0", clock.now_ms() - 290 * SECOND)).await.expect("kept");
    let start = std::sync::Arc::new(Barrier::new(20));
    let all = (0..20).map(|_| {
        let (grants, id, provider, start) = (grants.clone(), id.clone(), provider.clone(), start.clone());
        tokio::spawn(async move {
            start.wait().await;
            grants.access(&id, None, &*provider).await
        })
    });
    for access in futures::future::join_all(all).await {
        assert_eq!(said(&access.expect("no panic").expect("good")), ("a1", 2));
    }
    assert_eq!(provider.calls(), 1);
}

#[tokio::test]
async fn a_renewal_whose_answer_never_reached_the_row_ends_the_login() {
    let (grants, clock, _folder) = grants().await;
    let provider = Provider::new(&clock, |_| None);
    let id = grants.keep(known(), &tokens("a0", "r0", clock.now_ms() - 290 * SECOND)).await.expect("kept");
    // Somebody renewed and died before writing: the row has the old pair, and the provider knows it no more.
    provider.renew(&"r0".into()).await.expect("renewed");
    assert_eq!(grants.access(&id, None, &provider).await.map(|_| ()), Err(NoAccess::Lapsed));
    assert_eq!(grants.access(&id, None, &provider).await.map(|_| ()), Err(NoAccess::Lapsed));
    assert_eq!(provider.calls(), 2, "who has lapsed is not asked about again");
    // The buyer connects again, and the login is the same one.
    let again = grants.keep(known(), &tokens("a9", "r9", clock.now_ms())).await.expect("kept");
    assert_eq!(again, id);
    assert_eq!(said(&grants.access(&id, None, &provider).await.expect("good")).0, "a9");
}

#[tokio::test]
async fn a_provider_that_does_not_answer_ends_nothing() {
    let (grants, clock, _folder) = grants().await;
    let busy = |call| (call == 1).then(|| NoAccess::Unavailable { detail: "503".into(), is_credentials: false });
    let provider = Provider::new(&clock, busy);
    let id = grants.keep(known(), &tokens("a0", "r0", clock.now_ms() - 290 * SECOND)).await.expect("kept");
    assert!(matches!(grants.access(&id, None, &provider).await, Err(NoAccess::Unavailable { .. })));
    assert_eq!(said(&grants.access(&id, None, &provider).await.expect("good")), ("a2", 2));
}

#[tokio::test]
async fn a_refresh_token_that_is_too_old_is_not_even_sent() {
    let (grants, clock, _folder) = grants().await;
    let provider = Provider::new(&clock, |_| None);
    let id = grants.keep(known(), &tokens("a0", "r0", clock.now_ms() - 1_800 * SECOND)).await.expect("kept");
    assert_eq!(grants.access(&id, None, &provider).await.map(|_| ()), Err(NoAccess::Lapsed));
    assert_eq!(provider.calls(), 0);
}

#[tokio::test]
async fn accounts_that_are_not_told_are_never_mixed_up() {
    let (grants, clock, _folder) = grants().await;
    let pair = tokens("a0", "r0", clock.now_ms());
    let one = grants.keep(Account::default(), &pair).await.expect("kept");
    let other = grants.keep(Account::default(), &pair).await.expect("kept");
    assert_ne!(one, other);
}

#[tokio::test]
async fn no_token_is_in_the_database_in_clear() {
    let (grants, clock, folder) = grants().await;
    grants.keep(known(), &tokens("secret-access", "secret-refresh", clock.now_ms())).await.expect("kept");
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        assert!(!bytes.windows(7).any(|window| window == b"secret-"));
    }
}
