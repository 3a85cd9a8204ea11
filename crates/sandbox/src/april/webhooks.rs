//! Webhook subscriptions and what is sent to them: the whole transaction, on every change. Nothing is signed, because no
//! signature is published; a merchant must not believe what it is told. Source: April "Webhooks".

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::calls::Call;
use super::create::read_action;
use super::errors::ApiError;
use super::keys::{Key, MARKETPLACE, MERCHANT};
use super::order::{Order, Transaction};
use super::pipeline::{Reply, Scene, Site, answer};
use super::settings::Settings;
use super::status::Status;
use super::{April, PROVIDER, ids, views};
use crate::clock::rfc3339;
use crate::deliveries::{Deliveries, Message};
use crate::json::{Fields, Reason};
use crate::world::{World, lock};

/// The most subscriptions that are kept.
const MOST: usize = 100;

/// Who wants to be told, and of what.
#[derive(Clone, Debug)]
struct Subscription {
    id: String,
    url: Arc<str>,
    /// Empty for the address of the settings, which is told everything.
    events: Vec<String>,
    metadata: Option<Box<RawValue>>,
    is_of_marketplace: bool,
}

/// Subscriptions, and messages on their way.
#[derive(Debug)]
pub(super) struct Webhooks {
    world: Arc<World>,
    subscriptions: Mutex<Vec<Subscription>>,
    deliveries: Arc<Deliveries>,
}

impl Webhooks {
    /// Nobody is told anything.
    pub(super) fn new(world: Arc<World>) -> Self {
        let deliveries = Deliveries::new(PROVIDER, "webhook", world.clone());
        Self { subscriptions: Mutex::default(), deliveries, world }
    }

    /// Forgets subscriptions and what was held back.
    pub(super) fn reset(&self) {
        lock(&self.subscriptions).clear();
        self.deliveries.reset();
    }

    /// Tells subscribers how a transaction stands. Returns at once.
    pub(super) fn notify(&self, settings: &Settings, order: &Order, transaction: &Transaction, at_ms: i64) {
        let Some(event) = event_type(transaction.status).filter(|_| settings.webhooks) else { return };
        let mut told = lock(&self.subscriptions).clone();
        told.retain(|subscription| subscription.events.iter().any(|wanted| wanted == event));
        told.extend(settings.webhook_url.as_deref().map(|url| Subscription {
            id: "webhook_Setting00000001".to_owned(),
            url: url.into(),
            events: Vec::new(),
            metadata: None,
            is_of_marketplace: false,
        }));
        let view = views::transaction(order, transaction);
        for subscription in told {
            let body = self.body(&subscription, event, &view, at_ms);
            let forged = || Message::json(&subscription.url, &self.forged(&subscription, &view, at_ms));
            self.deliveries.post(settings.manner(), Message::json(&subscription.url, &body), forged);
        }
    }

    fn body(&self, subscription: &Subscription, event: &str, transaction: &Value, at_ms: i64) -> Value {
        let mut body = json!({
            "webhookSubscriptionId": subscription.id,
            "webhookEventType": event,
            "requestId": self.world.ids.uuid(),
            "event": transaction,
            "timestamp": rfc3339(at_ms),
        });
        if subscription.is_of_marketplace {
            body["marketplaceId"] = json!(MARKETPLACE);
        } else {
            body["merchantId"] = json!(MERCHANT);
        }
        if let Some(metadata) = &subscription.metadata {
            body["metadata"] = serde_json::from_str(metadata.get()).unwrap_or_default();
        }
        body
    }

    /// The same order, "paid" by a transaction that does not exist.
    fn forged(&self, subscription: &Subscription, transaction: &Value, at_ms: i64) -> Value {
        let mut lie = transaction.clone();
        lie["purchaseDetails"]["transactionId"] = json!(ids::draw(&self.world.ids, "tran_"));
        lie["purchaseDetails"]["status"] = json!(Status::Paid.name());
        self.body(subscription, "TransactionPaid", &lie, at_ms)
    }
}

/// Only `TransactionPaid` is published; the other names are assumed.
fn event_type(status: Status) -> Option<&'static str> {
    match status {
        Status::Paid | Status::Accepted => Some("TransactionPaid"),
        Status::NotCaptured => Some("TransactionAuthorised"),
        Status::Failed => Some("TransactionFailed"),
        Status::Cancelled => Some("TransactionCancelled"),
        Status::Refunded | Status::PartiallyRefunded => Some("TransactionRefunded"),
        Status::Disputed => Some("TransactionDisputed"),
        Status::Pending | Status::Incomplete => None,
    }
}

/// `POST /webhooks`. The name of the field with the address is unpublished; we assume `url`. Plain HTTP is taken, because
/// everything here stays on loopback.
pub(super) async fn create_subscription(State(april): State<Arc<April>>, site: Site, body: Bytes) -> Response {
    answer(&april, site, Call::Subscribe, |scene| {
        let (name, fields) = read_action(&body)?;
        let is_of_marketplace = match (name.as_str(), scene.key) {
            ("CreateWebhookMarketplaceSubscription", Key::Marketplace) => true,
            ("CreateWebhookMarketplaceSubscription", _) => return Err(ApiError::forbidden()),
            ("CreateWebhookMerchantSubscription", _) => false,
            _ => {
                return Err(ApiError::bad_request(
                    "the action must be CreateWebhookMarketplaceSubscription or CreateWebhookMerchantSubscription",
                ));
            }
        };
        subscribe(scene, &fields, is_of_marketplace)
    })
    .await
}

fn subscribe(scene: &Scene<'_>, fields: &Fields<'_>, is_of_marketplace: bool) -> Result<Reply, ApiError> {
    let mut wrong = Vec::new();
    let url = fields.required_text("url", &mut wrong);
    if url.as_ref().is_some_and(|url| reqwest::Url::parse(url).is_err()) {
        fields.refuse("url", Reason::Text("must be an absolute URL"), &mut wrong);
    }
    let events: Option<Vec<String>> = fields.raw("events").and_then(|raw| serde_json::from_str(raw.get()).ok());
    let events = events.filter(|events| !events.is_empty());
    if events.is_none() {
        fields.refuse("events", Reason::Text("must be a list of event types"), &mut wrong);
    }
    let description = fields.text("description", &mut wrong);
    let (Some(url), Some(events), true) = (url, events, wrong.is_empty()) else {
        return Err(ApiError::fields(&wrong));
    };
    let metadata = fields.raw("metadata").map(ToOwned::to_owned);
    let mut view = json!({
        "id": scene.april.id("webhook_"),
        "events": events,
        "description": description,
        "metadata": metadata,
        "status": "Active",
        "secret": scene.april.id("whsec_"),
    });
    let (owner, id) = if is_of_marketplace { ("marketplaceId", MARKETPLACE) } else { ("merchantId", MERCHANT) };
    view[owner] = json!(id);
    let id = view["id"].as_str().unwrap_or_default().to_owned();
    let mut subscriptions = lock(&scene.april.webhooks.subscriptions);
    if subscriptions.len() >= MOST {
        return Err(ApiError::conflict("there are too many subscriptions"));
    }
    subscriptions.push(Subscription { id, url: url.into(), events, metadata, is_of_marketplace });
    let name = if is_of_marketplace { "WebhookMarketplaceSubscription" } else { "WebhookMerchantSubscription" };
    Ok(Reply::ok(json!({ name: view })))
}
