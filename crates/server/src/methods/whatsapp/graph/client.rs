//! HTTP to WhatsApp's Cloud API: one message at a time, all of one call before one deadline.
//!
//! Called by `order.rs` and `tell.rs`. Repeats nothing.

use super::super::{WhatsappConfig, WhatsappError};
use super::codes::Said;
use super::payload::Message;
use crate::methods::http_client::{self, Lost};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::Instant;

/// A client of the Cloud API.
#[derive(Debug)]
pub(in super::super) struct Client {
    http: reqwest::Client,
    url: String,
    authorization: HeaderValue,
    timeout: Duration,
}

/// The time that one call has for all its requests.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Turn {
    deadline: Instant,
}

/// WhatsApp took a message; that it arrives is told later.
#[derive(Clone, PartialEq, Eq)]
pub(in super::super) struct Taken {
    /// What it calls the buyer: it may differ from what we wrote to.
    pub(in super::super) wa_id: Option<String>,
}

impl Client {
    /// Builds the client; sends nothing.
    pub(in super::super) fn new(config: &WhatsappConfig) -> Result<Self, WhatsappError> {
        let timeout = Duration::from_millis(config.timeout_ms.max(1));
        let bearer = format!("Bearer {}", config.access_token.expose_secret());
        let mut authorization =
            HeaderValue::from_str(&bearer).map_err(|_| WhatsappError::Unsendable { what: "our token" })?;
        authorization.set_sensitive(true);
        let http = http_client::new(&config.base_url, timeout).map_err(|_| WhatsappError::Tls)?;
        let url = format!("{}/{}/{}/messages", config.base_url, config.api_version, config.phone_number_id);
        Ok(Self { http, url, authorization, timeout })
    }

    /// Begins a call.
    pub(in super::super) fn turn(&self) -> Turn {
        Turn { deadline: Instant::now() + self.timeout }
    }

    /// Sends a message once, if enough time is left to wait for the answer.
    pub(in super::super) async fn send(&self, turn: Turn, message: &Message) -> Result<Taken, WhatsappError> {
        let left = turn.deadline.saturating_duration_since(Instant::now());
        // With less, the answer would hardly be waited for; better not to send.
        if left < self.timeout / 4 {
            return Err(WhatsappError::OutOfTime);
        }
        let body = serde_json::to_string(message).map_err(|_| WhatsappError::Unsendable { what: "the message" })?;
        let request = self.http.post(&self.url).header(AUTHORIZATION, self.authorization.clone()).timeout(left);
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        let response = request.send().await.map_err(|error| self.lost(http_client::lost(&error)))?;
        let status = response.status().as_u16();
        let body = http_client::read(response).await.map_err(|lost| self.lost(lost))?;
        read(status, &body)
    }

    fn lost(&self, lost: Lost) -> WhatsappError {
        match lost {
            Lost::NotConnected(why) => WhatsappError::NotConnected { why },
            Lost::Unsendable => WhatsappError::Unsendable { what: "the request" },
            Lost::TimedOut => {
                WhatsappError::TimedOut { waited_ms: u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX) }
            }
            Lost::Broken(why) => WhatsappError::Broken { why },
            Lost::Unreadable(what) => WhatsappError::Unreadable { what },
        }
    }
}

/// A success names the message; a refusal has a code, which is believed before the status.
fn read(status: u16, body: &str) -> Result<Taken, WhatsappError> {
    #[derive(Deserialize)]
    struct Accepted {
        #[serde(default)]
        contacts: Vec<Contact>,
        messages: Vec<Sent>,
    }
    #[derive(Deserialize)]
    struct Contact {
        #[serde(default)]
        wa_id: Option<String>,
    }
    #[derive(Deserialize)]
    struct Sent {
        id: String,
    }
    if let Some(said) = Said::read(body).filter(|_| !(200..=299).contains(&status)) {
        tracing::warn!(status, code = said.code, details = %said.details, "WhatsApp refused a message");
        return Err(WhatsappError::Refused { said });
    }
    match status {
        200..=299 => {
            let unreadable = |_| WhatsappError::Unreadable { what: "it names no message" };
            let accepted: Accepted = serde_json::from_str(body).map_err(unreadable)?;
            if accepted.messages.first().is_none_or(|sent| sent.id.is_empty()) {
                return Err(WhatsappError::Unreadable { what: "it names no message" });
            }
            Ok(Taken { wa_id: accepted.contacts.into_iter().find_map(|contact| contact.wa_id) })
        }
        401 => Err(WhatsappError::Unauthorized),
        429 => Err(WhatsappError::Limited),
        _ => Err(WhatsappError::Undocumented { status }),
    }
}
