//! Messages from a provider to the merchant: sent on every change, tried again with doubled waits until given up.
//! Scripted faults lose, double, reorder, delay and forge them. What a message says is its provider's business.

use std::collections::HashMap;
use std::fmt::Debug;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::header;
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::clock::rfc3339;
use crate::faults::Fault;
use crate::journal::Line;
use crate::sign::Seal;
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

/// Whether an address may be sent to by now.
pub(crate) type Opening<'a> = Pin<Box<dyn Future<Output = bool> + Send + 'a>>;

/// What must be settled with an address before anything is sent there. While it is not, every try counts as failed.
pub(crate) trait Gate: Debug + Send + Sync {
    /// Tries to settle it; answers at once where it is.
    fn open<'a>(&'a self, client: &'a reqwest::Client) -> Opening<'a>;
}

/// What is sent where.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    url: Arc<str>,
    body: Arc<[u8]>,
    /// A signature, by the name of its header.
    signature: Option<(&'static str, Arc<Seal>)>,
    gate: Option<Arc<dyn Gate>>,
    /// Whether nothing but 200 is success, or any 2xx.
    needs_200: bool,
}

impl Message {
    /// A JSON message.
    pub(crate) fn json(url: &Arc<str>, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("our own messages are JSON");
        Self::bytes(url, body)
    }

    /// A message of these very bytes.
    pub(crate) fn bytes(url: &Arc<str>, body: Vec<u8>) -> Self {
        Self { url: url.clone(), body: body.into(), signature: None, gate: None, needs_200: false }
    }

    /// With a signature in this header, made anew for every try.
    pub(crate) fn signed(self, header: &'static str, seal: Seal) -> Self {
        Self { signature: Some((header, seal.into())), ..self }
    }

    /// To be sent only once this is open, and done only with a 200.
    pub(crate) fn behind(self, gate: Arc<dyn Gate>) -> Self {
        Self { gate: Some(gate), needs_200: true, ..self }
    }

    fn is_done_by(&self, status: reqwest::StatusCode) -> bool {
        if self.needs_200 { status == reqwest::StatusCode::OK } else { status.is_success() }
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
        let mut forged = Some(forged);
        self.post_in_turn(manner, vec![message], |message| {
            forged.take().map_or_else(|| message.clone(), |forge| forge())
        });
    }

    /// Sends messages one after the other, or what scripted faults make of them. Returns at once.
    pub(crate) fn post_in_turn(
        self: &Arc<Self>,
        manner: Manner,
        messages: Vec<Message>,
        mut forged: impl FnMut(&Message) -> Message,
    ) {
        let first_at_ms = self.world.clock.now_ms();
        let overtaken: Vec<_> = lock(&self.held).drain(..).map(|(_, held)| held).collect();
        let mut in_turn = Vec::new();
        for message in messages {
            let delivery = Delivery { message, manner, attempt: 1, first_at_ms };
            let scripted = self.world.faults.take(self.provider, self.call);
            let delay_ms = scripted.and_then(|scripted| scripted.delay_ms);
            match scripted.map(|scripted| scripted.fault) {
                Some(Fault::Lose) => self.note(&delivery, None, Some(Fault::Lose)),
                Some(Fault::Reorder) => self.hold(delivery, delay_ms.unwrap_or(REORDER_MS)),
                Some(Fault::Duplicate) => {
                    self.send_after(0, vec![delivery.clone()]);
                    in_turn.push(delivery);
                }
                Some(Fault::Forge) => {
                    in_turn.push(Delivery { message: forged(&delivery.message), ..delivery.clone() });
                    in_turn.push(delivery);
                }
                Some(Fault::Delay) => self.send_after(delay_ms.unwrap_or(0), vec![delivery]),
                _ => in_turn.push(delivery),
            }
        }
        in_turn.extend(overtaken);
        if !in_turn.is_empty() {
            self.send_after(0, in_turn);
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
        let status = self.try_once(&delivery).await;
        if !status.is_some_and(|status| delivery.message.is_done_by(status)) {
            self.try_again(delivery);
        }
    }

    /// Sends a message now and never again; answers the status that it got, if any. No fault touches it, and no gate.
    pub(crate) async fn post_once(&self, manner: Manner, message: Message) -> Option<u16> {
        let message = Message { gate: None, ..message };
        let first_at_ms = self.world.clock.now_ms();
        let status = self.try_once(&Delivery { message, manner, attempt: 1, first_at_ms }).await;
        status.map(|status| status.as_u16())
    }

    async fn try_once(&self, delivery: &Delivery) -> Option<reqwest::StatusCode> {
        let client = self.client(delivery.manner.source)?;
        let Message { url, body, signature, gate, .. } = &delivery.message;
        if let Some(gate) = gate
            && !gate.open(&client).await
        {
            return None;
        }
        let timeout = Duration::from_millis(delivery.manner.timeout_ms.into());
        let mut request = client.post(&**url).timeout(timeout).header(header::CONTENT_TYPE, "application/json");
        if let Some((name, seal)) = signature {
            request = request.header(*name, seal.over(body, self.world.clock.now_ms()));
        }
        let status = request.body(body.to_vec()).send().await.ok().map(|response| response.status());
        self.note(delivery, status.map(|status| status.as_u16()), None);
        status
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

    /// The client that sends from this address.
    pub(crate) fn client(&self, source: Option<IpAddr>) -> Option<reqwest::Client> {
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
