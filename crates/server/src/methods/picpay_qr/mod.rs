//! PicPay by QR code, through ePag.
//!
//! Made by `main` from the configuration and called through [`Method`] by `payments/` and `worker/`. Asks ePag and says
//! what it answered; decides no status, writes no row, logs nothing, and never sends twice what may have arrived.

mod amount;
mod client;
mod codes;
mod config;
mod create;
mod details;
mod error;
mod fields;
mod find;
mod observe;
mod payload;
mod qr;
mod refunds;
mod status;
mod token;

#[cfg(test)]
mod tests;

pub use config::EpagConfig;
pub use error::EpagError;

use super::{Capabilities, Method, Observation, Outcome, Prepared, Press, RefundSeen, Unanswered};
use crate::clock::Clock;
use crate::keys::ServerKey;
use crate::store::{Attempt, Session};
use async_trait::async_trait;
use client::Client;
use umclique_wire::{ConfirmRequest, Currency, FieldProblem, MethodKind, MethodOffer, Money};

/// Most that PicPay takes at once: BRL 10 000.00. Source: LetPay's page on PicPay, `payment.amount`.
const AMOUNT_MAX_MINOR: u64 = 1_000_000;

/// PicPay by QR code.
#[derive(Debug)]
pub struct PicpayQr {
    config: EpagConfig,
    client: Client,
    clock: Clock,
    keys: ServerKey,
}

impl PicpayQr {
    /// A client of ePag; nothing is sent yet. Fails where the configuration cannot work.
    pub fn new(config: EpagConfig, clock: Clock, keys: ServerKey) -> Result<Self, EpagError> {
        let config = config.checked()?;
        let client = Client::new(&config, clock.clone())?;
        Ok(Self { config, client, clock, keys })
    }
}

#[async_trait]
impl Method for PicpayQr {
    fn kind(&self) -> MethodKind {
        MethodKind::PicpayQr
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { manual_capture: true, partial_capture: true, partial_refund: true }
    }

    fn offer(&self, session: &Session) -> Option<MethodOffer> {
        let is_payable =
            session.amount.currency() == Currency::Brl && (1..=AMOUNT_MAX_MINOR).contains(&session.amount.minor());
        is_payable.then(|| MethodOffer { kind: MethodKind::PicpayQr, needs: details::needs(&session.buyer) })
    }

    fn prepare(&self, press: &Press<'_>) -> Result<Prepared, Vec<FieldProblem>> {
        let ConfirmRequest::PicpayQr(given) = press.request;
        details::prepare(press, given)
    }

    async fn create(&self, attempt: &Attempt) -> Outcome<Observation> {
        create::create(self, attempt).await
    }

    async fn find(&self, attempt: &Attempt) -> Result<Vec<Observation>, Unanswered> {
        find::find(self, attempt).await.map_err(EpagError::into_unanswered)
    }

    async fn cancel(&self, provider_reference: &str) -> Outcome<()> {
        self.order(provider_reference, "cancel", "{}".to_owned()).await
    }

    async fn capture(&self, provider_reference: &str, amount: Money) -> Outcome<()> {
        match payload::capture(amount) {
            Ok(body) => self.order(provider_reference, "capture", body).await,
            Err(error) => error.into_outcome(),
        }
    }

    async fn refund(&self, provider_reference: &str, amount: Money) -> Outcome<RefundSeen> {
        let refund = refunds::refund(&self.client, provider_reference, amount).await;
        refund.map_or_else(EpagError::into_outcome, Outcome::Accepted)
    }

    async fn list_refunds(&self, provider_reference: &str) -> Result<Vec<RefundSeen>, Unanswered> {
        refunds::list(&self.client, provider_reference).await.map_err(EpagError::into_unanswered)
    }

    async fn find_refund(&self, refund_reference: &str) -> Result<Option<RefundSeen>, Unanswered> {
        refunds::find(&self.client, refund_reference).await.map_err(EpagError::into_unanswered)
    }
}

impl PicpayQr {
    /// Capture and cancel: ePag accepts at once and acts later, so only a query tells what came of it.
    async fn order(&self, provider_reference: &str, verb: &str, body: String) -> Outcome<()> {
        let sent = async {
            let token = payload::path_segment(provider_reference)?;
            let answer = self.client.post(&format!("/payment/{token}/{verb}"), body).await?;
            observe::accepted(&answer, token)
        };
        sent.await.map_or_else(EpagError::into_outcome, Outcome::Accepted)
    }
}
