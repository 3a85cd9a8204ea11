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

use super::{Capabilities, Method, Notice, Observation, Outcome, Prepared, Press, RefundOrder, RefundSeen};
use super::{Taken, Target, Unanswered};
use crate::clock::Clock;
use crate::keys::ServerKey;
use crate::store::{Attempt, Session};
use async_trait::async_trait;
use client::Client;
use umclique_wire::{AttemptId, ConfirmRequest, Currency, FieldProblem, MethodKind, MethodOffer, Money};

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

    fn provider(&self) -> &'static str {
        "epag"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { manual_capture: true, partial_capture: true, void: true, partial_refund: true }
    }

    fn offer(&self, session: &Session) -> Option<MethodOffer> {
        let is_payable =
            session.amount.currency() == Currency::Brl && (1..=AMOUNT_MAX_MINOR).contains(&session.amount.minor());
        is_payable.then(|| MethodOffer {
            kind: MethodKind::PicpayQr,
            needs: details::needs(&session.buyer),
            saved: Vec::new(),
        })
    }

    fn prepare(&self, press: &Press<'_>) -> Result<Prepared, Vec<FieldProblem>> {
        match press.request {
            ConfirmRequest::PicpayQr(given) => details::prepare(press, given),
            _ => Err(vec![FieldProblem { field: "method".into(), detail: "expected picpay_qr".into() }]),
        }
    }

    async fn send(&self, attempt: &Attempt) -> Outcome<Observation> {
        create::create(self, attempt).await
    }

    async fn find(&self, attempt: &Attempt) -> Result<Vec<Observation>, Unanswered> {
        find::find(self, attempt).await.map_err(EpagError::into_unanswered)
    }

    async fn cancel(&self, target: Target<'_>) -> Outcome<()> {
        self.order(target.reference, "cancel", "{}".to_owned()).await
    }

    async fn capture(&self, target: Target<'_>, amount: Money) -> Outcome<()> {
        match payload::capture(amount) {
            Ok(body) => self.order(target.reference, "capture", body).await,
            Err(error) => error.into_outcome(),
        }
    }

    async fn refund(&self, target: Target<'_>, order: RefundOrder<'_>) -> Outcome<RefundSeen> {
        let notify = self.notification_url(target.attempt);
        let refund = refunds::refund(&self.client, target.reference, order.amount, &notify).await;
        refund.map_or_else(EpagError::into_outcome, Outcome::Accepted)
    }

    async fn list_refunds(&self, target: Target<'_>) -> Result<Vec<RefundSeen>, Unanswered> {
        refunds::list(&self.client, target.reference).await.map_err(EpagError::into_unanswered)
    }

    async fn find_refund(&self, _: Target<'_>, refund: &str) -> Result<Option<RefundSeen>, Unanswered> {
        refunds::find(&self.client, refund).await.map_err(EpagError::into_unanswered)
    }

    /// The path ends in the attempt's id and a truncated HMAC of it. The body is not believed, and not even needed.
    fn take(&self, notice: Notice<'_>) -> Taken {
        self.hinted(notice.path).into()
    }
}

impl PicpayQr {
    fn hinted(&self, path: &str) -> Option<AttemptId> {
        let (id, mac) = path.strip_prefix("notifications/")?.split_once('.')?;
        let id = AttemptId::parse(id).ok()?;
        self.keys.is_callback_mac(&id, mac).then_some(id)
    }

    /// Where ePag tells that something changed: with the payment, or with one of its refunds.
    fn notification_url(&self, attempt: &Attempt) -> String {
        let mac = self.keys.callback_mac(&attempt.id);
        format!("{}/providers/epag/notifications/{}.{mac}", self.config.public_url, attempt.id)
    }

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
