//! Sends updates to the shop: signed over the very bytes, one by one or in batches, tried again for seven days. Source:
//! WhatsApp Cloud API "Webhooks". What updates say is `payloads.rs`, what spoils them on their way `deliveries.rs`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::calls::WEBHOOK;
use super::envelope::body_of;
use super::payloads::Update;
use super::settings::Settings;
use super::verification::Verification;
use super::{PROVIDER, WhatsApp};
use crate::deliveries::{Deliveries, Message};
use crate::sign::Seal;
use crate::world::{World, lock};

/// The header of the signature.
pub(super) const SIGNATURE: &str = "x-hub-signature-256";
/// What somebody else signs with.
pub(super) const WRONG_SECRET: &str = "not_the_app_secret";
/// How many bodies are kept to be replayed.
const KEPT: usize = 100;

/// The way to the shop.
#[derive(Debug)]
pub(super) struct Hook {
    world: Arc<World>,
    pub(super) deliveries: Arc<Deliveries>,
    verification: Mutex<Option<Arc<Verification>>>,
    batch: Mutex<Vec<Update>>,
    sent: Mutex<VecDeque<Arc<[u8]>>>,
}

impl Hook {
    /// Nobody is told anything.
    pub(super) fn new(world: Arc<World>) -> Arc<Self> {
        let deliveries = Deliveries::new(PROVIDER, WEBHOOK, world.clone());
        let (verification, batch, sent) = (Mutex::default(), Mutex::default(), Mutex::default());
        Arc::new(Self { world, deliveries, verification, batch, sent })
    }

    /// Forgets what waits and what was sent; a verified address stays verified.
    pub(super) fn reset(&self) {
        self.deliveries.reset();
        lock(&self.batch).clear();
        lock(&self.sent).clear();
    }

    /// The address of the settings, asked at most once with success.
    pub(super) fn verification(&self, settings: &Settings) -> Option<Arc<Verification>> {
        let url = settings.webhook_url.as_deref()?;
        let mut known = lock(&self.verification);
        let fits = |one: &&Arc<Verification>| *one.url == *url && one.verify_token == settings.verify_token;
        if let Some(known) = known.as_ref().filter(fits) {
            return Some(known.clone());
        }
        let fresh = Arc::new(Verification::new(self.world.clone(), url, &settings.verify_token));
        *known = Some(fresh.clone());
        Some(fresh)
    }

    /// The last bodies, oldest first.
    pub(super) fn sent(&self) -> Vec<Arc<[u8]>> {
        lock(&self.sent).iter().cloned().collect()
    }

    /// Signs and sends bodies, one after the other. Returns at once.
    fn post(&self, settings: &Settings, bodies: Vec<Vec<u8>>) {
        let Some(verification) = self.verification(settings) else { return };
        let message = |body: Vec<u8>| {
            let mut sent = lock(&self.sent);
            if sent.len() == KEPT {
                sent.pop_front();
            }
            sent.push_back(body.clone().into());
            let seal = Seal::Body { secret: settings.app_secret.clone() };
            Message::bytes(&verification.url, body).signed(SIGNATURE, seal).behind(verification.clone())
        };
        let messages = bodies.into_iter().map(message).collect();
        let wrong = || Seal::Body { secret: WRONG_SECRET.to_owned() };
        self.deliveries.post_in_turn(settings.manner(), messages, |message| message.clone().signed(SIGNATURE, wrong()));
    }

    /// Sends what waits for its batch to be full; answers how many updates that were.
    pub(super) fn flush(&self, settings: &Settings) -> usize {
        let waiting = std::mem::take(&mut *lock(&self.batch));
        let count = waiting.len();
        if count > 0 {
            self.post(settings, vec![body_of(waiting, settings.batch_shape, settings.escape_unicode)]);
        }
        count
    }
}

impl WhatsApp {
    /// Tells the shop, in this order where it is told at once. Must be called within the runtime; returns at once.
    pub(super) fn tell(&self, updates: Vec<Update>) {
        let settings = self.settings();
        if !settings.webhooks || settings.webhook_url.is_none() {
            return;
        }
        let is_wanted = |update: &Update| settings.statuses || matches!(update, Update::Message { .. });
        let updates: Vec<_> = updates.into_iter().filter(is_wanted).collect();
        if settings.batch_size <= 1 {
            let body = |update| body_of(vec![update], settings.batch_shape, settings.escape_unicode);
            return self.hook.post(&settings, updates.into_iter().map(body).collect());
        }
        let mut full = Vec::new();
        {
            let mut batch = lock(&self.hook.batch);
            let was_empty = batch.is_empty();
            for update in updates {
                batch.push(update);
                if batch.len() >= usize::from(settings.batch_size) {
                    full.push(body_of(std::mem::take(&mut *batch), settings.batch_shape, settings.escape_unicode));
                }
            }
            if was_empty && !batch.is_empty() {
                self.flush_later(settings.batch_wait_ms);
            }
        }
        self.hook.post(&settings, full);
    }

    fn flush_later(&self, wait_ms: u32) {
        self.later(i64::from(wait_ms), |whatsapp, _| {
            whatsapp.hook.flush(&whatsapp.settings());
        });
    }

    /// Does something when its time has come, if the sandbox still lives then.
    pub(super) fn later(&self, delay_ms: i64, act: impl FnOnce(&Self, i64) + Send + 'static) {
        let me = self.me.clone();
        let runtime = tokio::runtime::Handle::current();
        self.world.clock.at(self.world.clock.now_ms() + delay_ms, move |at_ms| {
            if let Some(whatsapp) = me.upgrade() {
                let _entered = runtime.enter();
                act(&whatsapp, at_ms);
            }
        });
    }
}
