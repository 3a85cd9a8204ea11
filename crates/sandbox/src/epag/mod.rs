//! ePag: the API under `/epag`, its payments and its control calls. Written from the provider's documents only.

mod access_key;
mod auth;
mod book;
mod brcode;
mod callbacks;
mod cancel;
mod capture;
mod contracts;
mod control;
mod create;
mod details;
mod errors;
mod identity;
mod life;
mod order;
mod payment;
mod pipeline;
mod qr_image;
mod query;
mod refund;
mod settings;
mod status;
mod tax_id;
mod times;
mod tokens;
mod two_step;

use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use axum::Router;
use axum::routing::{delete, get, post};
use uuid::Uuid;

pub(crate) use self::control::router as control_router;

use self::access_key::Keys;
use self::book::Book;
use self::callbacks::Callbacks;
use self::payment::{Payment, Step};
use self::settings::Settings;
use self::tokens::Tokens;
use crate::clock::TimerId;
use crate::world::{World, lock};

/// How ledger, faults and journal call this provider.
const PROVIDER: &str = "epag";

/// The imitated provider.
#[derive(Debug)]
pub(crate) struct Epag {
    /// For timers, which must not keep a dropped sandbox alive.
    me: Weak<Self>,
    world: Arc<World>,
    settings: RwLock<Arc<Settings>>,
    book: Mutex<Book>,
    keys: Mutex<Keys>,
    tokens: Tokens,
    callbacks: Callbacks,
}

impl Epag {
    /// ePag on its first day, with the demo credentials.
    pub(crate) fn new(world: Arc<World>) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            callbacks: Callbacks::new(world.clone()),
            tokens: Tokens::new(world.ids.number()),
            settings: RwLock::default(),
            book: Mutex::default(),
            keys: Mutex::default(),
            world,
        })
    }

    /// Forgets payments, keys and settings; access tokens stay good, and ids go on.
    pub(crate) fn reset(&self) {
        lock(&self.book).clear();
        *lock(&self.keys) = Keys::default();
        self.callbacks.reset();
        self.replace_settings(Settings::default());
    }

    fn settings(&self) -> Arc<Settings> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// Does something to one payment; `None` when there is none. Everything that happens to payments happens in here,
    /// one at a time, so that two payers at once charge once.
    fn with_payment<R>(&self, token: &str, act: impl FnOnce(&mut Payment) -> R) -> Option<R> {
        let token = Uuid::try_parse(token).ok()?;
        lock(&self.book).payment_mut(&token).map(act)
    }

    /// Lets a step happen at `due_ms`.
    fn schedule(&self, token: Uuid, step: Step, due_ms: i64) -> TimerId {
        let me = self.me.clone();
        self.world.clock.at(due_ms, move |at_ms| {
            if let Some(epag) = me.upgrade()
                && let Some(payment) = lock(&epag.book).payment_mut(&token)
            {
                epag.apply(payment, step, at_ms);
            }
        })
    }
}

/// Everything under `/epag`.
pub(crate) fn router(epag: Arc<Epag>) -> Router {
    Router::new()
        .route("/auth", post(auth::authenticate))
        .route("/access-key", post(access_key::create_key).get(access_key::list_keys))
        .route("/access-key/{key}", delete(access_key::revoke_key))
        .route("/merchant/contracts/list", get(contracts::list_contracts))
        .route("/picpay/simple", post(create::create_payment))
        .route("/payment", post(two_step::open_payment))
        .route("/payment/{token}", get(query::read_payment))
        .route("/payment/{token}/sendPayment", post(two_step::send_payment))
        .route("/payment/{token}/capture", post(capture::capture_payment))
        .route("/payment/{token}/cancel", post(cancel::cancel_payment))
        .route("/payment/reference/{reference}", get(query::list_by_reference))
        .route("/refund", post(refund::create_refund))
        .route("/refund/{refund}", get(refund::read_refund))
        .route("/refund/payment/{token}", get(refund::list_refunds))
        .route("/transactionDetails/{token}", get(details::read_details))
        .route("/identityValidation/{contract}/{country}/{document}", get(identity::validate_identity))
        .fallback(pipeline::unknown_path)
        .method_not_allowed_fallback(pipeline::unknown_method)
        .with_state(epag)
}
