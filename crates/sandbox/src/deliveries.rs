//! Messages from a provider to the merchant: sent on every change, tried again with doubled waits until given up.
//! Scripted faults lose, double, reorder, delay and forge them. What a message says is its provider's business.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::header;
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::clock::rfc3339;
use crate::faults::Fault;
use crate::journal::Line;
use crate::world::{World, lock};

/// How many messages of one provider are on their way at once.
const AT_ONCE: usize = 64;
/// How long a reordered message waits for the next one, in real milliseconds.
const REORDER_MS: u64 = 2_000;

/// How a provider sends. Retries are in virtual time, the wait for an answer is real.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// The local address to send from.
    pub(crate) source: Option<IpAddr>,
    pub(crate) timeout_ms: u32,
    pub(crate) first_retry_ms: u32,
    pub(crate) max_retry_ms: u32,
    pub(crate) give_up_ms: u32,
}

/// What is sent where.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    url: Arc<str>,
    body: Arc<[u8]>,
}

impl Message {
    /// A JSON message.
    pub(crate) fn json(url: &Arc<str>, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("our own messages are JSON");
        Self { url: url.clone(), body: body.into() }
    }
}

/// One message on its way.
#[derive(Clone, Debug)]
struct Delivery {
    message: Message,
    manner: Manner,
    attempt: u32,
    first_at_ms: i64,
}

/// Sends the messages of one provider.
#[derive(Debug)]
pub(crate) struct Deliveries {
    provider: &'static str,
    /// What faults and journal call a message: `callback`, `webhook`.
    call: &'static str,
    world: Arc<World>,
    clients: Mutex<HashMap<Option<IpAddr>, reqwest::Client>>,
    /// Messages waiting for a later one to overtake them.
    held: Mutex<Vec<(u64, Delivery)>>,
    slots: Semaphore,
}

impl Deliveries {
    /// Nothing on its way.
    pub(crate) fn new(provider: &'static str, call: &'static str, world: Arc<World>) -> Arc<Self> {
        let (clients, held) = (Mutex::default(), Mutex::default());
        Arc::new(Self { provider, call, world, clients, held, slots: Semaphore::new(AT_ONCE) })
    }

    /// Forgets what was held back; what is being sent, is sent.
    pub(crate) fn reset(&self) {
        lock(&self.held).clear();
    }

    /// Sends a message, or what a scripted fault makes of it; `forged` is the one that a forger would send. Returns at once.
    pub(crate) fn post(self: &Arc<Self>, manner: Manner, message: Message, forged: impl FnOnce() -> Message) {
        let first_at_ms = self.world.clock.now_ms();
        let delivery = Delivery { message, manner, attempt: 1, first_at_ms };
        let overtaken: Vec<_> = lock(&self.held).drain(..).map(|(_, held)| held).collect();
        let scripted = self.world.faults.take(self.provider, self.call);
        let delay_ms = scripted.and_then(|scripted| scripted.delay_ms);
        match scripted.map(|scripted| scripted.fault) {
            Some(Fault::Lose) => self.note(&delivery, None, Some(Fault::Lose)),
            Some(Fault::Reorder) => self.hold(delivery, delay_ms.unwrap_or(REORDER_MS)),
            Some(Fault::Duplicate) => {
                self.send_after(0, vec![delivery.clone()]);
                self.send_after(0, vec![delivery]);
            }
            Some(Fault::Forge) => {
                let forged = Delivery { message: forged(), ..delivery.clone() };
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
        let Some(client) = self.client(delivery.manner.source) else {
            return self.try_again(delivery);
        };
        let timeout = Duration::from_millis(delivery.manner.timeout_ms.into());
        let request = client.post(&*delivery.message.url).timeout(timeout);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let sent = request.body(delivery.message.body.to_vec()).send().await;
        let status = sent.as_ref().ok().map(reqwest::Response::status);
        self.note(&delivery, status.map(|status| status.as_u16()), None);
        if !status.is_some_and(|status| status.is_success()) {
            self.try_again(delivery);
        }
    }

    /// Schedules the next try in virtual time, doubling the wait, until the merchant was deaf for too long.
    fn try_again(self: &Arc<Self>, delivery: Delivery) {
        let manner = delivery.manner;
        let doubled = i64::from(manner.first_retry_ms) << (delivery.attempt - 1).min(20);
        let due_ms = self.world.clock.now_ms() + doubled.min(manner.max_retry_ms.into());
        if due_ms - delivery.first_at_ms > i64::from(manner.give_up_ms) {
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
            provider: self.provider,
            call: self.call,
            path: delivery.message.url.to_string(),
            status,
            fault: fault.map(Fault::name),
            attempt: Some(delivery.attempt),
            at: rfc3339(self.world.clock.now_ms()),
        });
    }
}
