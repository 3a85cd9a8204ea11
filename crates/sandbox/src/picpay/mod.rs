//! PicPay 1-Click: consent, tokens, charges to a buyer's wallet under `/picpay`, and its control calls. Written from the
//! provider's documents only.

mod ask;
mod authorize;
mod body;
mod book;
mod buyers;
mod calls;
mod charge;
mod clients;
mod control;
mod errors;
mod forms;
mod gate;
mod jwt;
mod keys;
mod late;
mod life;
mod links;
mod pages;
mod payments;
mod pipeline;
mod query;
mod refunds;
mod reply;
mod scenarios;
mod settings;
mod sight;
mod status;
mod times;
mod token;
mod userinfo;
mod wallet;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub(crate) use self::control::router as control_router;

use self::book::Book;
use self::errors::ApiError;
use self::jwt::Signer;
use self::settings::Settings;
use crate::world::{World, lock};

/// How ledger, faults and journal call this provider.
const PROVIDER: &str = "picpay";
/// The `transaction_id` before the legacy edition's first.
const LAST_NUMBER: u64 = 246_599_281;

/// The imitated provider.
#[derive(Debug)]
pub(crate) struct PicPay {
    /// For timers, which must not keep a dropped sandbox alive.
    me: Weak<Self>,
    world: Arc<World>,
    settings: RwLock<Arc<Settings>>,
    /// Everything that happens to money and tokens happens under this lock, one at a time, so that two calls at once charge
    /// once and refresh once.
    book: Mutex<Book>,
    signer: Signer,
    number: AtomicU64,
}

impl PicPay {
    /// PicPay on its first day, with the demo credentials and buyers.
    pub(crate) fn new(world: Arc<World>) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            settings: RwLock::default(),
            book: Mutex::default(),
            signer: Signer::new(world.ids.number()),
            number: AtomicU64::new(LAST_NUMBER),
            world,
        })
    }

    /// Forgets charges, links, keys, wallets and settings; the registered addresses stay, as the credentials they belong to,
    /// and ids go on.
    pub(crate) fn reset(&self) {
        *lock(&self.book) = Book::default();
        let redirect_uris = self.settings().redirect_uris.clone();
        self.replace_settings(Settings { redirect_uris, ..Settings::default() });
    }

    fn settings(&self) -> Arc<Settings> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// The next id of a charge or refund: a UUID, or digits in the legacy edition.
    fn transaction_id(&self) -> String {
        if self.settings().is_legacy() {
            return (self.number.fetch_add(1, Ordering::Relaxed) + 1).to_string();
        }
        self.world.ids.uuid().to_string()
    }
}

/// Everything under `/picpay`.
pub(crate) fn router(picpay: Arc<PicPay>) -> Router {
    Router::new()
        .route("/oauth2/auth", get(authorize::ask_consent))
        .route("/oauth2/auth/decision", post(authorize::decide))
        .route("/oauth2/token", post(token::create_tokens))
        .route("/oauth2/userinfo", get(userinfo::read_user))
        .route("/v1/payments", get(query::read_payment))
        .route("/v1/payments/charge", post(payments::create_charge))
        .route("/v1/payments/capture", post(payments::capture_charge))
        .route("/v1/payments/cancel", post(payments::cancel_charge))
        .route("/v1/payments/refund", post(refunds::create_refund))
        .route("/v1/payments/{transaction}/refund", post(refunds::create_refund_by_path))
        .route("/v1/sandbox/payments", get(scenarios::find))
        .route("/v1/sandbox/payments/charge", post(scenarios::charge))
        .route("/v1/sandbox/payments/capture", post(scenarios::capture))
        .route("/v1/sandbox/payments/cancel", post(scenarios::cancel))
        .route("/v1/sandbox/payments/refund", post(scenarios::refund))
        .route("/v1/sandbox/payments/{transaction}/refund", post(scenarios::refund_by_path))
        .merge(pages::router())
        .fallback(no_route)
        .method_not_allowed_fallback(no_route)
        .with_state(picpay)
}

async fn no_route() -> Response {
    ApiError::no_route().reply().into_response()
}
