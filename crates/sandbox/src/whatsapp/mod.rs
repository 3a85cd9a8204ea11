//! WhatsApp's Cloud API as far as payments in Brazil need it: messages under `/whatsapp`, signed webhooks, a buyer's chat,
//! and the control calls. Written from the provider's documents only. It never knows about money.

mod book;
mod buyers;
mod calls;
mod chats;
mod control;
mod details;
mod envelope;
mod errors;
mod forge;
mod limits;
mod message;
mod node;
mod orders;
mod outcome;
mod payloads;
mod phone;
mod pipeline;
mod send;
mod settings;
mod sight;
mod state;
mod statuses;
mod tap;
mod templates;
mod verification;
mod webhook;

use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use axum::Router;
use axum::routing::post;

pub(crate) use self::control::router as control_router;

use self::book::Book;
use self::settings::Settings;
use self::webhook::Hook;
use crate::Webhooks;
use crate::world::{World, lock};

/// How faults and journal call this provider.
const PROVIDER: &str = "whatsapp";
/// The business account, in webhooks.
const WABA_ID: &str = "200000000000002";
/// The number that the shop writes from.
const PHONE_NUMBER_ID: &str = "100000000000001";
/// The same number as people see it.
const DISPLAY_NUMBER: &str = "551130000000";
/// What calls must carry.
const ACCESS_TOKEN: &str = "whatsapp_demo_token";

/// The imitated provider.
#[derive(Debug)]
pub(crate) struct WhatsApp {
    /// For timers, which must not keep a dropped sandbox alive.
    me: Weak<Self>,
    world: Arc<World>,
    settings: RwLock<Arc<Settings>>,
    /// Orders and chats; everything that happens to them happens under this lock, one at a time.
    book: Mutex<Book>,
    hook: Arc<Hook>,
}

impl WhatsApp {
    /// A business account on its first day. Its webhook is where it is said to be, with the demo's secrets unless told.
    pub(crate) fn new(world: Arc<World>, webhooks: &Webhooks) -> Arc<Self> {
        let usual = Settings::default();
        let Webhooks { whatsapp_url, whatsapp_verify_token, whatsapp_app_secret, .. } = webhooks.clone();
        let settings = Settings {
            webhook_url: whatsapp_url,
            verify_token: whatsapp_verify_token.unwrap_or(usual.verify_token),
            app_secret: whatsapp_app_secret.unwrap_or(usual.app_secret),
            ..Settings::default()
        };
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            hook: Hook::new(world.clone()),
            settings: RwLock::new(Arc::new(settings)),
            book: Mutex::default(),
            world,
        })
    }

    /// Forgets orders, chats and settings; the webhook stays registered, as the credentials it belongs to.
    pub(crate) fn reset(&self) {
        *lock(&self.book) = Book::default();
        self.hook.reset();
        self.replace_settings(self.settings().fresh());
    }

    fn settings(&self) -> Arc<Settings> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }
}

/// Everything under `/whatsapp`.
pub(crate) fn router(whatsapp: Arc<WhatsApp>) -> Router {
    Router::new()
        .route("/{version}/{phone_number_id}/messages", post(send::send_message))
        .fallback(pipeline::unknown_path)
        .method_not_allowed_fallback(pipeline::unknown_path)
        .with_state(whatsapp)
}
