//! Bigger tests, against a server on loopback that answers what each test tells it to.

mod charge;
mod find;
mod login;
mod movements;

use super::{Edition, PicpayConfig, PicpayWallet};
use crate::clock::{Clock, SECOND};
use crate::keys::{self, ServerKey};
use crate::methods::{Method as _, Observation, Outcome, Target};
use crate::store::{Attempt, Db};
use crate::vault::Vault;
use crate::vault::grants::{Account, Grants, Tokens};
use serde_json::{Value, json};
use tempfile::TempDir;
use umclique_wire::{AttemptStatus, Currency, MethodKind, Money};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The payment's id in every answer.
const TRANSACTION: &str = "5b3b8a38-2a0b-4d51-8f0e-2a1f6f1f9d22";
const CHARGE: &str = "/v1/payments/charge";
/// The four texts of a 401.
const UNAUTHORIZED: [&str; 4] = [
    "Unauthorized",
    "Invalid authentication credentials",
    "Bad token; invalid JSON",
    r#"Token claims invalid: ["exp"]="token expired""#,
];

/// PicPay on loopback, the method that speaks to it, and a login of one buyer's.
struct Provider {
    server: MockServer,
    method: PicpayWallet,
    grants: Grants,
    grant: String,
    clock: Clock,
    _folder: TempDir,
}

impl Provider {
    async fn start(edition: Edition) -> Self {
        let (server, clock) = (MockServer::start().await, Clock::default());
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/wallet.db", folder.path().display());
        let db = Db::open(&url, false).await.expect("a database");
        let vault = Vault::parse("a:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=").expect("a key");
        let grants = Grants::new(MethodKind::PicpayWallet, db, clock.clone(), vault);
        let now_ms = clock.now_ms();
        let tokens = Tokens {
            access: "access-1".into(),
            access_expires_at_ms: now_ms + 300 * SECOND,
            refresh: Some("refresh-1".into()),
            refresh_expires_at_ms: Some(now_ms + 1_800 * SECOND),
        };
        let grant = grants.keep(Account::default(), &tokens).await.expect("kept");
        let config = PicpayConfig {
            base_url: server.uri(),
            client_id: "client".to_owned(),
            client_secret: "secret-of-the-tests".into(),
            api_key: (edition == Edition::Legacy).then(|| "api-key".into()),
            edition,
            scopes: "openid payments.charge".to_owned(),
            public_url: "https://pay.example/".to_owned(),
            timeout_ms: 1_000,
        };
        let keys = ServerKey::new("k".repeat(32).into(), None);
        let method = PicpayWallet::new(config, grants.clone(), clock.clone(), keys).expect("it works");
        Self { server, method, grants, grant, clock, _folder: folder }
    }

    /// From now on; an answer that was given earlier comes first.
    async fn answer(&self, verb: &str, at: &str, status: u16, body: &str) {
        let answer = ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json");
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    /// Once, before any later answer.
    async fn answer_once(&self, verb: &str, at: &str, status: u16, body: &str) {
        let answer = ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json");
        Mock::given(method(verb)).and(path(at)).respond_with(answer).up_to_n_times(1).mount(&self.server).await;
    }

    async fn requests(&self, at: &str) -> Vec<Request> {
        let received = self.server.received_requests().await.expect("requests are recorded");
        received.into_iter().filter(|request| request.url.path() == at).collect()
    }

    /// An attempt that this login pays.
    fn attempt(&self, is_manual: bool) -> Attempt {
        let details = json!({"is_manual": is_manual, "grant": self.grant, "nonce_sha256": "0".repeat(64)});
        new_attempt(details, self.clock.now_ms())
    }
}

fn new_attempt(details: Value, now_ms: i64) -> Attempt {
    let amount = Money::from_minor(6_000, Currency::Brl).expect("an amount");
    let begun = Attempt::begun(&keys::new_session_id(), (MethodKind::PicpayWallet, amount), details, now_ms);
    Attempt { round: 1, ..begun }
}

/// A word for what a call came to.
fn word<T>(outcome: &Outcome<T>) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "accepted",
        Outcome::Rejected(_) => "rejected",
        Outcome::Asks(_) => "asks",
        Outcome::NotSent(not_sent) if not_sent.is_credentials => "credentials",
        Outcome::NotSent(_) => "again",
        Outcome::Unknown(_) => "unknown",
    }
}

/// What PicPay answers where it took the money.
fn charged() -> String {
    json!({"transaction_id": TRANSACTION, "created_at": "2025-03-04 10:15:30"}).to_string()
}
