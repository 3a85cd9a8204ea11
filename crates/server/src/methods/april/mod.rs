//! Cards and instalments, through April.
//!
//! Made by `main` from the configuration and called through [`Method`] by `payments/`. The buyer types the card into April's
//! own frame; we get a token, and pay with it an order that was made before. Asks April and says what it answered; decides no
//! status, writes no row, and never sends twice what may have arrived.
//!
//! The rounds: an order is made (round 0), the frame makes a token, the order is paid with it. The bank may ask for a
//! challenge, once or several times; then the payment goes on after it. A declined card leaves the order payable: the next
//! token is another round. What keeps a lost answer harmless is the order: it is paid once, and never after it was cancelled.

mod client;
mod codes;
mod config;
mod create;
mod details;
mod error;
mod find;
mod json;
mod notice;
mod pay;
mod payload;
mod prepare;
mod refunds;
mod reply;
mod resume;
mod status;
mod transaction;

#[cfg(test)]
mod tests;

pub use config::{AprilConfig, Credential, SCRIPT_URL, WebhookIds};
pub use error::{AprilError, Said};

use super::{Answer, Capabilities, Method, Notice, Observation, Outcome, Prepared, Press, RefundOrder, RefundSeen};
use super::{Taken, Target, Unanswered};
use crate::error::Error;
use crate::store::sessions::Capture;
use crate::store::{Attempt, Session};
use async_trait::async_trait;
use client::Client;
use details::{Details, Step};
use pay::Tender;
use serde_json::Value;
use umclique_wire::{ConfirmRequest, Currency, FieldProblem, MethodKind, MethodOffer, Money, Widget};

/// Cards and instalments.
#[derive(Debug)]
pub struct April {
    config: AprilConfig,
    client: Client,
}

impl April {
    /// A client of April; nothing is sent yet. Fails where the configuration cannot work, or would show a secret.
    pub fn new(config: AprilConfig) -> Result<Self, AprilError> {
        let config = config.checked()?;
        let client = Client::new(&config)?;
        Ok(Self { config, client })
    }

    /// The frame that makes the next token, or shows a challenge.
    fn widget(&self, details: &Details) -> Widget {
        Widget {
            provider: "april".to_owned(),
            script_url: self.config.script_url.clone(),
            script_integrity: self.config.script_integrity.clone(),
            public_key: self.config.public_key.clone(),
            buyer: details.buyer.clone(),
            hide_full_pay: self.config.hide_full_pay,
            // Only full payments can be reserved. Source: April, "Payment Authorisation".
            hide_instalments: self.config.hide_instalments || details.is_manual,
        }
    }
}

#[async_trait]
impl Method for April {
    fn kind(&self) -> MethodKind {
        MethodKind::April
    }

    fn provider(&self) -> &'static str {
        "april"
    }

    fn page_sources(&self) -> Vec<String> {
        self.config.page_sources()
    }

    /// A capture rests on an assumption, see `payload::capture`. No action that gives up a reservation is published; it
    /// lapses after seven days.
    fn capabilities(&self) -> Capabilities {
        Capabilities { manual_capture: true, partial_capture: false, void: false, partial_refund: true }
    }

    /// Australian dollars only, from one cent; no smallest or largest amount is published. Nothing is asked for: April's
    /// frame does that.
    fn offer(&self, session: &Session) -> Option<MethodOffer> {
        let can_reserve = session.capture == Capture::Automatic || !self.config.hide_full_pay;
        let is_payable = session.amount.currency() == Currency::Aud && session.amount.minor() >= 1;
        (is_payable && can_reserve).then(|| MethodOffer {
            kind: MethodKind::April,
            needs: Vec::new(),
            saved: Vec::new(),
        })
    }

    fn prepare(&self, press: &Press<'_>) -> Result<Prepared, Vec<FieldProblem>> {
        match press.request {
            ConfirmRequest::April(_) => Ok(prepare::prepare(press)),
            ConfirmRequest::PicpayQr(_) | ConfirmRequest::PicpayWallet(_) | ConfirmRequest::Whatsapp(_) => {
                Err(vec![FieldProblem { field: "method".into(), detail: "expected april".into() }])
            }
        }
    }

    fn resume(&self, answer: &Answer<'_>) -> Result<Value, Error> {
        resume::resume(answer)
    }

    async fn send(&self, attempt: &Attempt) -> Outcome<Observation> {
        let details = match Details::of(attempt) {
            Ok(details) => details,
            Err(error) => return error.into_outcome(codes::of_payment),
        };
        match &details.step {
            Step::Create { order } => create::create(self, attempt, &details, order).await,
            Step::Pay { token, kind } => {
                let body = payload::pay(&details, token, kind.as_deref(), self.config.request_3ds);
                pay::pay(self, attempt, &details, Tender { token, body }).await
            }
            Step::Confirm { token, action } => {
                let body = payload::confirm(&details, token, action);
                pay::pay(self, attempt, &details, Tender { token, body }).await
            }
            Step::LookAfterChallenge => pay::look_after_challenge(self, attempt, &details).await,
            Step::Challenged { .. } | Step::Paid { .. } => {
                AprilError::Unsendable { what: "a payment that waits for something else" }
                    .into_outcome(codes::of_payment)
            }
        }
    }

    /// An order that nobody pays is nothing, see `create`; and looking changes nothing.
    fn is_harmless(&self, attempt: &Attempt) -> bool {
        let step = Details::of(attempt).map(|details| details.step);
        matches!(step, Ok(Step::Create { .. } | Step::LookAfterChallenge))
    }

    async fn find(&self, attempt: &Attempt) -> Result<Vec<Observation>, Unanswered> {
        find::find(self, attempt).await.map_err(AprilError::into_unanswered)
    }

    /// The order can no longer be paid. This is what makes a lost pay safe to give up: it gets a 409 if it comes late.
    async fn cancel(&self, target: Target<'_>) -> Outcome<()> {
        let sent = async {
            let path = format!("/orders/{}", payload::path_segment(target.reference)?);
            self.client.send(self.client.turn(), reqwest::Method::DELETE, &path, None).await?.into_result()
        };
        sent.await.map_or_else(|error| error.into_outcome(codes::of_cancel), |_| Outcome::Accepted(()))
    }

    async fn capture(&self, target: Target<'_>, amount: Money) -> Outcome<()> {
        refunds::capture(self, target, amount).await
    }

    async fn refund(&self, target: Target<'_>, order: RefundOrder<'_>) -> Outcome<RefundSeen> {
        refunds::refund(self, target, order.amount).await
    }

    async fn list_refunds(&self, target: Target<'_>) -> Result<Vec<RefundSeen>, Unanswered> {
        refunds::list(self, target).await.map_err(AprilError::into_unanswered)
    }

    async fn find_refund(&self, target: Target<'_>, refund: &str) -> Result<Option<RefundSeen>, Unanswered> {
        refunds::find(self, target, refund).await.map_err(AprilError::into_unanswered)
    }

    fn take(&self, notice: Notice<'_>) -> Taken {
        notice::hinted(notice, &self.config.webhook).into()
    }
}
