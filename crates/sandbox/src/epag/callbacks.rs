//! Callbacks to the merchant: ids only, unsigned, sent on every change, tried again from 2 s to 6 h. Scripted faults
//! lose, double, reorder, delay and forge them. What a callback says is never used by anything here.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Semaphore;

use super::PROVIDER;
use super::payment::Payment;
use super::settings::Settings;
use crate::clock::rfc3339;
use crate::faults::Fault;
use crate::journal::Line;
use crate::world::{World, lock};

/// How many callbacks are on their way at once.
const AT_ONCE: usize = 64;
/// How long a reordered callback waits for the next one, in real milliseconds.
const REORDER_MS: u64 = 2_000;

/// The body: nothing but ids.
#[derive(Clone, Debug, Serialize)]
struct Body {
    reference_id: String,
    payment_token: String,
}

/// One callback on its way.
#[derive(Clone, Debug)]
struct Delivery {
    url: Arc<str>,
    body: Body,
    settings: Arc<Settings>,
    attempt: u32,
    first_at_ms: i64,
}

/// Sends callbacks.
#[derive(Debug)]
pub(super) struct Callbacks {
    world: Arc<World>,
    clients: Mutex<HashMap<Option<IpAddr>, reqwest::Client>>,
    /// Callbacks waiting for a later one to overtake them.
    held: Mutex<Vec<(u64, Delivery)>>,
    slots: Semaphore,
}

impl Callbacks {
    /// Nothing on its way.
    pub(super) fn new(world: Arc<World>) -> Arc<Self> {
        Arc::new(Self { world, clients: Mutex::default(), held: Mutex::default(), slots: Semaphore::new(AT_ONCE) })
    }

    /// Forgets what was held back; what is being sent, is sent.
    pub(super) fn reset(&self) {
        lock(&self.held).clear();
    }

    /// Tells the merchant that something about this payment changed. Returns at once.
    pub(super) fn notify(self: &Arc<Self>, settings: &Arc<Settings>, url: &Arc<str>, payment: &Payment) {
        if !settings.callbacks {
            return;
        }
        let delivery = Delivery {
            url: url.clone(),
            body: Body { reference_id: payment.reference.clone(), payment_token: payment.token.to_string() },
            settings: settings.clone(),
            attempt: 1,
            first_at_ms: self.world.clock.now_ms(),
        };
        let overtaken: Vec<_> = lock(&self.held).drain(..).map(|(_, held)| held).collect();
        let scripted = self.world.faults.take(PROVIDER, "callback");
        let delay_ms = scripted.and_then(|scripted| scripted.delay_ms);
        match scripted.map(|scripted| scripted.fault) {
            Some(Fault::Lose) => self.note(&delivery, None, Some(Fault::Lose)),
            Some(Fault::Reorder) => self.hold(delivery, delay_ms.unwrap_or(REORDER_MS)),
            Some(Fault::Duplicate) => {
                self.send_after(0, vec![delivery.clone()]);
                self.send_after(0, vec![delivery]);
            }
            Some(Fault::Forge) => {
                let mut forged = delivery.clone();
                forged.body.payment_token = self.world.ids.uuid().to_string();
                self.send_after(0, vec![forged, delivery]);
            }
            Some(Fault::Delay) => self.send_after(delay_ms.unwrap_or(0), vec![delivery]),
            _ if overtaken.is_empty() => self.send_after(0, vec![delivery]),
            _ => return self.send_after(0, [vec![delivery], overtaken].concat()),
        }
        if !overtaken.is_empty() {
            self.send_after(0, overtaken);
        }
    }

    fn hold(self: &Arc<Self>, delivery: Delivery, at_most_ms: u64) {
        let number = self.world.ids.number();
        lock(&self.held).push((number, delivery));
        let this = self.clone();
        self.spawn(async move {
            tokio::time::sleep(Duration::from_millis(at_most_ms)).await;
            let late: Vec<_> = lock(&this.held).extract_if(.., |(held, _)| *held == number).collect();
            for (_, delivery) in late {
                this.send(delivery).await;
            }
        });
    }

    /// Sends these one after the other.
    fn send_after(self: &Arc<Self>, delay_ms: u64, deliveries: Vec<Delivery>) {
        let this = self.clone();
        self.spawn(async move {
            if delay_ms > 0 {
                tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            }
            for delivery in deliveries {
                this.send(delivery).await;
            }
        });
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.world.stop.clone();
        tokio::spawn(async move { stop.run_until_cancelled(task).await });
    }

    async fn send(self: &Arc<Self>, delivery: Delivery) {
        let Ok(_slot) = self.slots.acquire().await else { return };
        let Some(client) = self.client(delivery.settings.callback_source) else {
            return self.try_again(delivery);
        };
        let timeout = Duration::from_millis(delivery.settings.callback_timeout_ms.into());
        let sent = client.post(&*delivery.url).timeout(timeout).json(&delivery.body).send().await;
        let status = sent.as_ref().ok().map(reqwest::Response::status);
        self.note(&delivery, status.map(|status| status.as_u16()), None);
        if !status.is_some_and(|status| status.is_success()) {
            self.try_again(delivery);
        }
    }

    /// Schedules the next try in virtual time, doubling the wait, until the merchant was deaf for too long.
    fn try_again(self: &Arc<Self>, delivery: Delivery) {
        let settings = &delivery.settings;
        let doubled = i64::from(settings.callback_first_retry_ms) << (delivery.attempt - 1).min(20);
        let due_ms = self.world.clock.now_ms() + doubled.min(settings.callback_max_retry_ms.into());
        if due_ms - delivery.first_at_ms > i64::from(settings.callback_give_up_ms) {
            return;
        }
        let next = Delivery { attempt: delivery.attempt + 1, ..delivery };
        // The clock belongs to the world that this holds; it must not hold this in turn.
        let this = Arc::downgrade(self);
        let runtime = tokio::runtime::Handle::current();
        self.world.clock.at(due_ms, move |_| {
            if let Some(this) = this.upgrade() {
                let _entered = runtime.enter();
                this.send_after(0, vec![next]);
            }
        });
    }

    fn client(&self, source: Option<IpAddr>) -> Option<reqwest::Client> {
        let mut clients = lock(&self.clients);
        if let Some(client) = clients.get(&source) {
            return Some(client.clone());
        }
        let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let client = builder.local_address(source).build().ok()?;
        clients.insert(source, client.clone());
        Some(client)
    }

    fn note(&self, delivery: &Delivery, status: Option<u16>, fault: Option<Fault>) {
        self.world.journal.push(Line {
            provider: PROVIDER,
            call: "callback",
            path: delivery.url.to_string(),
            status,
            fault: fault.map(Fault::name),
            attempt: Some(delivery.attempt),
            at: rfc3339(self.world.clock.now_ms()),
        });
    }
}
