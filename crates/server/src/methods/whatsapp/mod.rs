//! WhatsApp one-click: the buyer confirms an order in the chat, and the card that the shop's own processor keeps is charged.
//!
//! Made by `main` from the configuration and called through [`Method`] by `payments/`. Writes to buyers through Meta's Cloud
//! API, charges through [`processor`], and says what both answered; decides no status and writes no row.
//!
//! The rounds: an order message asks (round 0; once more in a template where only that passes) and moves no money. The buyer's
//! tap, signed by Meta, is the round that charges. What became of it is told in the chat, and so is what the shop says later.

mod cart;
mod charge;
mod config;
mod details;
mod error;
mod graph;
mod order;
mod order_state;
mod phone;
mod prepare;
pub mod processor;
mod react;
mod reference;
mod signature;
mod tell;
mod texts;
mod told;
mod words;

#[cfg(test)]
mod tests;

pub use config::{API_VERSION, BASE_URL, TEMPLATE_LANGUAGE, WhatsappConfig};
pub use error::WhatsappError;
pub use graph::codes::Said;
pub use processor::bridge::BridgeConfig;

use super::{
    Capabilities, Ear, Heard, Method, NewMessage, Notice, Observation, Occasion, OrderNews, Outcome, Prepared,
};
use super::{Press, Reaction, RefundOrder, RefundSeen, Taken, Target, Unanswered};
use crate::clock::Clock;
use crate::error::Error;
use crate::store::messages::Message;
use crate::store::{Attempt, Session};
use async_trait::async_trait;
use details::Details;
use graph::client::Client;
use processor::bridge::Bridge;
use processor::{Call, CardProcessor, ProcessorError};
use umclique_wire::{ConfirmRequest, Currency, FieldProblem, MethodKind, MethodOffer, Money, Saved};

/// Its name in the path of its notices, and the channel that the buyer is told.
const PROVIDER: &str = "whatsapp";
/// The most that WhatsApp posts at once. Source: WhatsApp Cloud API "Webhooks".
const NOTICE_BYTES: usize = 3 * 1024 * 1024;

/// Orders in the chat, and charges of stored cards.
#[derive(Debug)]
pub struct Whatsapp {
    config: WhatsappConfig,
    graph: Client,
    processor: Box<dyn CardProcessor>,
    clock: Clock,
}

impl Whatsapp {
    /// Clients of WhatsApp and of the shop's processor; nothing is sent yet. Fails where the configuration cannot work.
    pub fn new(config: WhatsappConfig, clock: Clock) -> Result<Self, WhatsappError> {
        let config = config.checked()?;
        let graph = Client::new(&config)?;
        let processor = Box::new(Bridge::new(&config.processor)?);
        Ok(Self { config, graph, processor, clock })
    }
}

#[async_trait]
impl Method for Whatsapp {
    fn kind(&self) -> MethodKind {
        MethodKind::Whatsapp
    }

    fn provider(&self) -> &'static str {
        PROVIDER
    }

    /// What the bridge agrees to.
    fn capabilities(&self) -> Capabilities {
        Capabilities { manual_capture: true, partial_capture: true, void: true, partial_refund: true }
    }

    /// Reais only, for buyers with a stored card; no smallest or largest amount is published.
    fn offer(&self, session: &Session) -> Option<MethodOffer> {
        let is_payable = session.amount.currency() == Currency::Brl && session.amount.minor() >= 1;
        let cards = session.known.cards.iter();
        let saved: Vec<_> =
            cards.map(|card| Saved { id: Some(card.id.to_string()), label: Some(card.last_four.clone()) }).collect();
        let offer = MethodOffer { kind: MethodKind::Whatsapp, needs: Vec::new(), saved };
        Some(offer).filter(|offer| is_payable && !offer.saved.is_empty())
    }

    fn prepare(&self, press: &Press<'_>) -> Result<Prepared, Vec<FieldProblem>> {
        match press.request {
            ConfirmRequest::Whatsapp(given) => prepare::prepare(&self.config, press, given),
            ConfirmRequest::PicpayQr(_) | ConfirmRequest::April(_) | ConfirmRequest::PicpayWallet(_) => {
                Err(vec![FieldProblem { field: "method".into(), detail: "expected whatsapp".into() }])
            }
        }
    }

    async fn send(&self, attempt: &Attempt) -> Outcome<Observation> {
        match Details::of(attempt) {
            Ok(details) if details.tap.is_some() => charge::charge(self, attempt, &details).await,
            Ok(details) => order::send(self, attempt, details).await,
            Err(error) => error.into_order_outcome(),
        }
    }

    /// An order message moves no money: a tap on it is charged through our claim only.
    fn is_harmless(&self, attempt: &Attempt) -> bool {
        Details::of(attempt).is_ok_and(|details| details.tap.is_none())
    }

    async fn repeat(&self, attempt: &Attempt) -> Option<Outcome<Observation>> {
        let details = Details::of(attempt).ok().filter(|details| details.tap.is_some())?;
        charge::repeat(self, attempt, &details).await
    }

    async fn find(&self, attempt: &Attempt) -> Result<Vec<Observation>, Unanswered> {
        charge::find(self, attempt).await.map_err(ProcessorError::into_unanswered)
    }

    async fn cancel(&self, target: Target<'_>) -> Outcome<()> {
        let sent = charge::cancel(self, target).await;
        sent.map_or_else(|error| error.into_outcome(Call::Change), Outcome::Accepted)
    }

    async fn capture(&self, target: Target<'_>, amount: Money) -> Outcome<()> {
        let sent = charge::capture(self, target, amount).await;
        sent.map_or_else(|error| error.into_outcome(Call::Change), Outcome::Accepted)
    }

    async fn refund(&self, target: Target<'_>, order: RefundOrder<'_>) -> Outcome<RefundSeen> {
        let sent = charge::refund(self, target, order).await;
        sent.map_or_else(|error| error.into_outcome(Call::Refund), Outcome::Accepted)
    }

    async fn list_refunds(&self, target: Target<'_>) -> Result<Vec<RefundSeen>, Unanswered> {
        charge::refunds(self, target).await.map_err(ProcessorError::into_unanswered)
    }

    async fn find_refund(&self, target: Target<'_>, refund: &str) -> Result<Option<RefundSeen>, Unanswered> {
        Ok(self.list_refunds(target).await?.into_iter().find(|seen| seen.id == refund))
    }

    fn notice_bytes(&self) -> usize {
        NOTICE_BYTES
    }

    /// WhatsApp's posts prove what they say by their signature; the processor's only make us ask.
    fn take(&self, notice: Notice<'_>) -> Taken {
        match notice.path {
            "webhook" if signature::is_signed(&self.config, notice.headers, notice.body) => Taken::Keep,
            "webhook" => Taken::Forged,
            "psp" => self.processor.take(notice.headers, notice.body),
            _ => Taken::Foreign,
        }
    }

    fn subscribed(&self, query: &str) -> Option<String> {
        signature::challenge(&self.config, query)
    }

    fn heard(&self, body: &str) -> Result<Vec<Heard>, String> {
        words::heard(body)
    }

    fn react(&self, ear: Ear<'_>) -> Reaction {
        react::react(&self.config, ear)
    }

    fn told_of(&self, occasion: Occasion<'_>) -> Option<NewMessage> {
        told::told_of(occasion)
    }

    fn order_news(&self, news: OrderNews<'_>) -> Result<NewMessage, Error> {
        told::order_news(news)
    }

    async fn tell(&self, attempt: &Attempt, message: &Message) -> Outcome<()> {
        tell::tell(self, attempt, message).await
    }
}
