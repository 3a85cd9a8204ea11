//! April: the API and the checkout script under `/april`, its orders and its control calls. Written from the provider's
//! documents only.

mod book;
mod calls;
mod cards;
mod challenges;
mod control;
mod create;
mod customers;
mod errors;
mod frame;
mod ids;
mod keys;
mod life;
mod operate;
mod order;
mod orders;
mod pages;
mod pay;
mod pipeline;
mod script;
mod settings;
mod sight;
mod status;
mod token;
mod tokens;
mod transactions;
mod views;
mod webhooks;

use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use axum::Router;
use axum::response::Response;
use axum::routing::{get, patch, post};

pub(crate) use self::control::router as control_router;

use self::book::Book;
use self::errors::ApiError;
use self::order::Order;
use self::script::Doorman;
use self::settings::Settings;
use self::webhooks::Webhooks;
use crate::world::{World, lock};

/// How ledger, faults and journal call this provider.
const PROVIDER: &str = "april";
/// The only currency April takes.
const CURRENCY: &str = "AUD";

/// The imitated provider.
#[derive(Debug)]
pub(crate) struct April {
    /// For timers, which must not keep a dropped sandbox alive.
    me: Weak<Self>,
    world: Arc<World>,
    /// The sandbox's own origin, for addresses that April hands out.
    origin: String,
    settings: RwLock<Arc<Settings>>,
    book: Mutex<Book>,
    webhooks: Webhooks,
    doorman: Doorman,
}

impl April {
    /// April on its first day, with the demo keys.
    pub(crate) fn new(world: Arc<World>, origin: String) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            webhooks: Webhooks::new(world.clone()),
            settings: RwLock::default(),
            book: Mutex::default(),
            doorman: Doorman::default(),
            origin,
            world,
        })
    }

    /// Forgets orders, tokens, customers, subscriptions and settings; ids go on.
    pub(crate) fn reset(&self) {
        *lock(&self.book) = Book::default();
        self.webhooks.reset();
        self.replace_settings(Settings::default());
    }

    fn settings(&self) -> Arc<Settings> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        // Whoever waits for the script may wait for nothing now.
        self.doorman.wake();
    }

    fn id(&self, prefix: &str) -> String {
        ids::draw(&self.world.ids, prefix)
    }

    fn refuse(&self, error: &ApiError) -> Response {
        error.answer(self.world.ids.uuid())
    }

    /// Does something to one transaction; `None` when there is none. Everything that happens to orders happens under this
    /// lock, one at a time, so that two payers at once charge once.
    fn with_transaction<R>(&self, id: &str, act: impl FnOnce(&mut Order, &str) -> R) -> Option<R> {
        let mut book = lock(&self.book);
        let order = book.owner_mut(id)?;
        // A challenge has an owner, too, but is no transaction.
        order.transaction_mut(id)?;
        Some(act(order, id))
    }
}

/// Everything under `/april`.
pub(crate) fn router(april: Arc<April>) -> Router {
    Router::new()
        .route("/orders", post(create::create_order))
        .route("/orders/{order}", get(orders::read_order).patch(orders::update_order).delete(orders::cancel_order))
        .route("/orders/{order}/pay", post(pay::pay_order))
        .route("/transactions", get(transactions::list_transactions))
        .route("/transactions/refunds", get(transactions::list_refunds))
        .route("/transactions/{transaction}", get(transactions::read_transaction))
        .route("/transactions/{transaction}", patch(operate::update_transaction))
        .route("/tokens", post(tokens::create_token))
        .route("/tokens/{token}", get(tokens::read_token))
        .route("/customers", post(customers::create_customer))
        .route("/auth/signin", post(customers::sign_in))
        .route("/webhooks", post(webhooks::create_subscription))
        .merge(frame::router())
        .merge(challenges::router())
        .merge(script::router())
        .merge(pages::router())
        .fallback(pipeline::unknown_path)
        .method_not_allowed_fallback(pipeline::unknown_method)
        .with_state(april)
}
