//! ePag's callbacks to the merchant: ids only, unsigned, on every change. What a callback says is never used by anything
//! here; how it is sent, lost and tried again is `deliveries.rs`.

use std::sync::Arc;

use serde::Serialize;

use super::PROVIDER;
use super::payment::Payment;
use super::settings::Settings;
use crate::deliveries::{Deliveries, Manner, Message};
use crate::world::World;

/// The body: nothing but ids.
#[derive(Clone, Debug, Serialize)]
struct Body {
    reference_id: String,
    payment_token: String,
}

/// Sends callbacks.
#[derive(Debug)]
pub(super) struct Callbacks {
    world: Arc<World>,
    deliveries: Arc<Deliveries>,
}

impl Callbacks {
    /// Nothing on its way.
    pub(super) fn new(world: Arc<World>) -> Self {
        Self { deliveries: Deliveries::new(PROVIDER, "callback", world.clone()), world }
    }

    /// Forgets what was held back; what is being sent, is sent.
    pub(super) fn reset(&self) {
        self.deliveries.reset();
    }

    /// Tells the merchant that something about this payment changed. Returns at once.
    pub(super) fn notify(&self, settings: &Settings, url: &Arc<str>, payment: &Payment) {
        if !settings.callbacks {
            return;
        }
        let manner = Manner {
            source: settings.callback_source,
            timeout_ms: settings.callback_timeout_ms,
            first_retry_ms: settings.callback_first_retry_ms,
            max_retry_ms: settings.callback_max_retry_ms,
            give_up_ms: settings.callback_give_up_ms,
        };
        let body = Body { reference_id: payment.reference.clone(), payment_token: payment.token.to_string() };
        // The token of a payment that does not exist.
        let forged = || Message::json(url, &Body { payment_token: self.world.ids.uuid().to_string(), ..body.clone() });
        self.deliveries.post(manner, Message::json(url, &body), forged);
    }
}
