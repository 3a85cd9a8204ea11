//! One delivery of one event: sign, post, note what came of it.

use super::sign::signature;
use crate::clock::SECOND;
use crate::error::Error;
use crate::payments::{Payments, schedule};
use crate::store::outbox::{self, Event};
use std::time::Duration;

/// Where events go and what signs them.
#[derive(Clone, Debug)]
pub struct Target {
    /// The shop's address.
    pub url: String,
    /// The keys that sign, decoded.
    pub keys: Vec<Vec<u8>>,
    /// Ten seconds at most, no redirects: an event goes where the configuration says, or nowhere.
    pub http: reqwest::Client,
}

impl Target {
    /// A target for a checked address.
    pub fn new(url: String, keys: Vec<Vec<u8>>) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()?;
        Ok(Self { url, keys, http })
    }

    /// Posts an event; an error tells why the shop did not take it.
    async fn post(&self, event: &Event, now_ms: i64) -> Result<(), String> {
        let timestamp_s = now_ms / SECOND;
        let answer = self
            .http
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", timestamp_s.to_string())
            .header("webhook-signature", signature(&self.keys, &event.id, timestamp_s, &event.payload))
            .body(event.payload.clone())
            .send()
            .await
            .map_err(|error| error.without_url().to_string())?;
        if answer.status().is_success() { Ok(()) } else { Err(format!("the shop answered {}", answer.status())) }
    }
}

/// Delivers an event whose lease we hold. It may reach the shop twice, always under the same `webhook-id`.
pub async fn deliver(payments: &Payments, target: &Target, event: Event) -> Result<(), Error> {
    let posted = target.post(&event, payments.clock.now_ms()).await;
    let now_ms = payments.clock.now_ms();
    let mut tx = payments.db.begin().await?;
    let outcome = match posted {
        Ok(()) => {
            outbox::delivered(&mut tx, &event.id, now_ms).await?;
            "delivered"
        }
        Err(why) => {
            let next_ms = schedule::next_delivery(event.created_at_ms, event.tries, now_ms);
            tracing::warn!(event = %event.id, %why, is_parked = next_ms.is_none(), "an event was not delivered");
            outbox::failed(&mut tx, &event.id, &why, next_ms).await?;
            if next_ms.is_some() { "failed" } else { "parked" }
        }
    };
    tx.commit().await?;
    metrics::counter!("umclique_deliveries_total", "outcome" => outcome).increment(1);
    Ok(())
}
