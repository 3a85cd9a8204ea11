//! A card processor behind the bridge that a shop puts in front of its own: charges of stored cards under `/psp`, its
//! webhook, and its control calls. Written from the bridge's contract in docs/API.md.

mod ask;
mod book;
mod calls;
mod cards;
mod charge;
mod charges;
mod control;
mod errors;
mod life;
mod notify;
mod operate;
mod pipeline;
mod refunds;
mod settings;
mod views;

use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use axum::Router;
use axum::routing::{get, post};

pub(crate) use self::control::router as control_router;

use self::book::Book;
use self::settings::Settings;
use crate::Webhooks;
use crate::deliveries::Deliveries;
use crate::world::{World, lock};

/// How ledger, faults and journal call this provider.
const PROVIDER: &str = "psp";
/// The only currency.
const CURRENCY: &str = "BRL";
/// What calls must carry.
const TOKEN: &str = "psp_demo_token";

/// The imitated provider.
#[derive(Debug)]
pub(crate) struct Psp {
    /// For timers, which must not keep a dropped sandbox alive.
    me: Weak<Self>,
    world: Arc<World>,
    settings: RwLock<Arc<Settings>>,
    /// Everything that happens to money happens under this lock, one at a time, so that two calls at once charge once.
    book: Mutex<Book>,
    deliveries: Arc<Deliveries>,
}

impl Psp {
    /// A processor without charges. Its webhook is where it is said to be.
    pub(crate) fn new(world: Arc<World>, webhooks: Webhooks) -> Arc<Self> {
        let usual = Settings::default();
        let settings = Settings {
            webhook_url: webhooks.psp_url,
            webhook_secret: webhooks.psp_secret.unwrap_or(usual.webhook_secret),
            ..Settings::default()
        };
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            settings: RwLock::new(Arc::new(settings)),
            book: Mutex::default(),
            deliveries: Deliveries::new(PROVIDER, calls::WEBHOOK, world.clone()),
            world,
        })
    }

    /// Forgets charges, keys, cards and settings; the webhook stays registered, and ids go on.
    pub(crate) fn reset(&self) {
        *lock(&self.book) = Book::default();
        self.deliveries.reset();
        self.replace_settings(self.settings().fresh());
    }

    fn settings(&self) -> Arc<Settings> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// The next id with this prefix.
    fn id(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.world.ids.uuid().simple())
    }
}

/// Everything under `/psp`.
pub(crate) fn router(psp: Arc<Psp>) -> Router {
    Router::new()
        .route("/charges", get(charges::find_charges).post(charges::create_charge))
        .route("/charges/{charge}", get(charges::read_charge))
        .route("/charges/{charge}/capture", post(operate::capture_charge))
        .route("/charges/{charge}/cancel", post(operate::cancel_charge))
        .route("/charges/{charge}/refunds", get(refunds::list_refunds).post(refunds::create_refund))
        .route("/refunds/{refund}", get(refunds::read_refund))
        .fallback(pipeline::unknown_path)
        .method_not_allowed_fallback(pipeline::unknown_path)
        .with_state(psp)
}
