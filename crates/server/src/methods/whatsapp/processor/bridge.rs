//! HTTP to the bridge that a shop puts in front of its own card processor: one request at a time, each before one deadline.
//! What is spoken is `contract.rs`. Repeats nothing.

use super::super::WhatsappError;
use super::super::config::is_plain;
use super::contract::{Charge, Charges, NewCapture, NewCharge, NewRefund, Refund, Refunds, Refusal};
use super::{CardProcessor, ChargeOrder, Lookup, ProcessorError, signal};
use crate::methods::Taken;
use crate::methods::http_client::{self, Lost};
use async_trait::async_trait;
use axum::http::HeaderMap;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use umclique_wire::Money;

/// How the shop's processor is reached.
#[derive(Clone, Debug)]
pub struct BridgeConfig {
    /// Where the bridge is. Plain HTTP only on loopback.
    pub base_url: String,
    /// What we prove ourselves with.
    pub token: SecretString,
    /// What the processor signs its signals with; `None`: any signal is heard, because it only makes us ask.
    pub webhook_secret: Option<SecretString>,
    /// The most that one call takes, in milliseconds.
    pub timeout_ms: u64,
}

impl BridgeConfig {
    /// The same without trailing slashes, once it is known that it can work.
    pub(in super::super) fn checked(mut self) -> Result<Self, WhatsappError> {
        let fail = |variable| Err(WhatsappError::Configured { variable });
        let Some(base_url) = http_client::base_url(&self.base_url) else { return fail("UMCLIQUE_PSP_BASE_URL") };
        self.base_url = base_url;
        if !is_plain(self.token.expose_secret()) {
            return fail("UMCLIQUE_PSP_TOKEN");
        }
        if self.webhook_secret.as_ref().is_some_and(|secret| !is_plain(secret.expose_secret())) {
            return fail("UMCLIQUE_PSP_WEBHOOK_SECRET");
        }
        Ok(self)
    }
}

/// The shop's processor.
#[derive(Debug)]
pub(in super::super) struct Bridge {
    http: reqwest::Client,
    base_url: String,
    authorization: HeaderValue,
    webhook_secret: Option<SecretString>,
    timeout: Duration,
}

impl Bridge {
    /// Builds the client; sends nothing.
    pub(in super::super) fn new(config: &BridgeConfig) -> Result<Self, WhatsappError> {
        let timeout = Duration::from_millis(config.timeout_ms.max(1));
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", config.token.expose_secret()))
            .map_err(|_| WhatsappError::Configured { variable: "UMCLIQUE_PSP_TOKEN" })?;
        authorization.set_sensitive(true);
        let http = http_client::new(&config.base_url, timeout).map_err(|_| WhatsappError::Tls)?;
        let webhook_secret = config.webhook_secret.clone();
        Ok(Self { http, base_url: config.base_url.clone(), authorization, webhook_secret, timeout })
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ProcessorError> {
        self.ask(self.http.request(Method::GET, format!("{}{path}", self.base_url))).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Result<T, ProcessorError> {
        let body = serde_json::to_string(body).map_err(|_| ProcessorError::Unsendable { what: "the request" })?;
        let request = self.http.request(Method::POST, format!("{}{path}", self.base_url));
        let request = request.header("Idempotency-Key", key).header(CONTENT_TYPE, "application/json").body(body);
        self.ask(request).await
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ProcessorError> {
        let request = request.header(AUTHORIZATION, self.authorization.clone()).timeout(self.timeout);
        let response = request.send().await.map_err(|error| self.lost(http_client::lost(&error)))?;
        let status = response.status().as_u16();
        // These say all by their status, so their body may get lost.
        let body = match (status, http_client::read(response).await) {
            (401 | 403 | 429, body) => body.unwrap_or_default(),
            (_, body) => body.map_err(|lost| self.lost(lost))?,
        };
        read(status, &body)
    }

    fn lost(&self, lost: Lost) -> ProcessorError {
        match lost {
            Lost::NotConnected(why) => ProcessorError::NotConnected { why },
            Lost::Unsendable => ProcessorError::Unsendable { what: "the request" },
            Lost::TimedOut => {
                ProcessorError::TimedOut { waited_ms: u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX) }
            }
            Lost::Broken(why) => ProcessorError::Broken { why },
            Lost::Unreadable(what) => ProcessorError::Unreadable { what },
        }
    }
}

/// Only what is agreed counts: anything else leaves the outcome open.
fn read<T: DeserializeOwned>(status: u16, body: &str) -> Result<T, ProcessorError> {
    match status {
        200 | 201 => serde_json::from_str(body).map_err(|_| ProcessorError::Unreadable { what: "it is not as agreed" }),
        401 | 403 => Err(ProcessorError::Unauthorized),
        429 => Err(ProcessorError::Limited),
        408 | 425 => Err(ProcessorError::Failed { status }),
        400..=499 => {
            let refusal: Option<Refusal> = serde_json::from_str(body).ok();
            let code = refusal.map(|refusal| refusal.code).filter(|code| is_word(code));
            let code = code.ok_or(ProcessorError::Failed { status })?;
            if status == 409 && code == "idempotency_key_in_use" {
                return Err(ProcessorError::StillProcessing);
            }
            tracing::warn!(status, code, "the card processor refused");
            Err(ProcessorError::Refused { status, code })
        }
        _ => Err(ProcessorError::Failed { status }),
    }
}

/// A word that may stand in logs and on timelines.
pub(in super::super) fn is_word(text: &str) -> bool {
    (1..=48).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// An id that may stand in a path.
fn id(id: &str) -> Result<&str, ProcessorError> {
    let told = Some(id).filter(|id| http_client::is_path_segment(id));
    told.ok_or(ProcessorError::Unsendable { what: "the id of the charge" })
}

/// An answer that can be asked about again.
fn named(charge: Charge, reference: Option<&str>) -> Result<Charge, ProcessorError> {
    if !http_client::is_path_segment(&charge.id) {
        return Err(ProcessorError::Unreadable { what: "its id is none" });
    }
    if reference.is_some_and(|reference| reference != charge.reference) {
        return Err(ProcessorError::Unreadable { what: "it tells of another payment" });
    }
    Ok(charge)
}

/// The same of a refund.
fn named_refund(refund: Refund, charge: &str) -> Result<Refund, ProcessorError> {
    if !http_client::is_path_segment(&refund.id) || refund.charge != charge {
        return Err(ProcessorError::Unreadable { what: "it tells of no refund of this charge" });
    }
    Ok(refund)
}

#[async_trait]
impl CardProcessor for Bridge {
    async fn charge(&self, order: ChargeOrder<'_>) -> Result<Charge, ProcessorError> {
        let body = NewCharge {
            reference: order.reference.to_owned(),
            credential_reference: order.card.to_owned(),
            amount_minor: order.amount.minor(),
            currency: order.amount.currency().as_str().to_owned(),
            capture: order.is_captured,
        };
        named(self.post("/charges", order.reference, &body).await?, Some(order.reference))
    }

    async fn find(&self, lookup: Lookup<'_>) -> Result<Vec<Charge>, ProcessorError> {
        match lookup {
            Lookup::Id(charge) => match self.get::<Charge>(&format!("/charges/{}", id(charge)?)).await {
                Ok(found) if found.id != charge => {
                    Err(ProcessorError::Unreadable { what: "it tells of another charge" })
                }
                Ok(found) => Ok(vec![found]),
                Err(error) if error.is_not_found() => Ok(Vec::new()),
                Err(error) => Err(error),
            },
            Lookup::Reference(reference) => {
                let found: Charges = self.get(&format!("/charges?reference={}", id(reference)?)).await?;
                found.data.into_iter().map(|charge| named(charge, Some(reference))).collect()
            }
        }
    }

    async fn capture(&self, charge: &str, amount: Money, key: &str) -> Result<(), ProcessorError> {
        let body = NewCapture { amount_minor: amount.minor() };
        self.post::<Charge>(&format!("/charges/{}/capture", id(charge)?), key, &body).await.map(|_| ())
    }

    async fn cancel(&self, charge: &str, key: &str) -> Result<(), ProcessorError> {
        let body = serde_json::json!({});
        self.post::<Charge>(&format!("/charges/{}/cancel", id(charge)?), key, &body).await.map(|_| ())
    }

    async fn refund(&self, charge: &str, amount: Money, reference: &str) -> Result<Refund, ProcessorError> {
        let body = NewRefund { amount_minor: amount.minor(), reference: reference.to_owned() };
        let refund = self.post(&format!("/charges/{}/refunds", id(charge)?), reference, &body).await?;
        named_refund(refund, charge)
    }

    async fn refunds(&self, charge: &str) -> Result<Vec<Refund>, ProcessorError> {
        let found: Refunds = self.get(&format!("/charges/{}/refunds", id(charge)?)).await?;
        found.data.into_iter().map(|refund| named_refund(refund, charge)).collect()
    }

    fn take(&self, headers: &HeaderMap, body: &[u8]) -> Taken {
        signal::take(self.webhook_secret.as_ref(), headers, body)
    }
}
