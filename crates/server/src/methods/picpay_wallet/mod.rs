//! PicPay 1-Click: the buyer consents once at PicPay, and later pays with one click.
//!
//! Made by `main` from the configuration and called through [`Method`] by `payments/`. Asks PicPay and says what it answered;
//! decides no status, writes no payment's row. Logins are kept by [`Grants`].
//!
//! Two ways: a linked buyer is charged in round 0. Anybody else is sent to PicPay first; the callback keeps the login and
//! charges nothing, and what the buyer's browser brings back is the next round, which charges. A lost answer is asked for by
//! sending the very same again under the attempt's key, and then by our reference.

mod charge;
mod client;
mod codes;
mod config;
mod consent;
mod details;
mod error;
mod login;
mod movements;
mod payload;
mod query;
mod user_info;

#[cfg(test)]
mod tests;

pub use config::{Edition, PicpayConfig};
pub use error::{PicpayError, Refusal};

use super::{Answer, Capabilities, Method, Notice, Observation, Outcome, Prepared, Press, RefundOrder, RefundSeen};
use super::{Taken, Target, Unanswered, Visit};
use crate::clock::{Clock, MINUTE};
use crate::error::Error;
use crate::keys::ServerKey;
use crate::store::grants::Returned;
use crate::store::sessions::Capture;
use crate::store::{Attempt, Session};
use crate::vault::grants::{Grants, NoAccess};
use async_trait::async_trait;
use client::{Ask, Client, Turn};
use details::Details;
use login::{Login, Renewal};
use serde_json::Value;
use umclique_wire::{ConfirmRequest, Currency, FieldProblem, MethodKind, MethodOffer, Money, Saved, Suggested};

/// Its name in the path of its callback.
const PROVIDER: &str = "picpay";
/// A kept login is renewed when it would end sooner: PicPay's sample lives for half an hour.
const KEEP_MS: i64 = 10 * MINUTE;

/// The wallet.
#[derive(Debug)]
pub struct PicpayWallet {
    config: PicpayConfig,
    client: Client,
    login: Login,
    grants: Grants,
    clock: Clock,
    keys: ServerKey,
}

impl PicpayWallet {
    /// A client of PicPay; nothing is sent yet. Fails where the configuration cannot work.
    pub fn new(config: PicpayConfig, grants: Grants, clock: Clock, keys: ServerKey) -> Result<Self, PicpayError> {
        let config = config.checked()?;
        let client = Client::new(&config)?;
        let login = Login::new(&config, clock.clone())?;
        Ok(Self { config, client, login, grants, clock, keys })
    }

    /// A call in a buyer's name. A token that is refused is renewed once; nothing was executed then. One that is refused
    /// although it is new ends the login.
    async fn call(&self, turn: Turn, grant: &str, ask: &Ask<'_>) -> Result<String, PicpayError> {
        let renewal = Renewal { login: &self.login, client: &self.client, turn };
        let access = self.grants.access(grant, None, &renewal).await?;
        match self.client.send(turn, &access, ask).await {
            Err(PicpayError::Unauthorized) => {}
            answer => return answer,
        }
        let access = self.grants.access(grant, Some(access.version), &renewal).await?;
        match self.client.send(turn, &access, ask).await {
            Err(PicpayError::Unauthorized) => {
                self.grants.give_up(grant, access.version).await?;
                Err(PicpayError::Lapsed)
            }
            answer => answer,
        }
    }

    /// A login that has paid is kept for a buyer whom the shop knows. The payment does not depend on it.
    async fn link(&self, details: &Details) {
        let (Some(buyer), Some(grant)) = (&details.buyer, &details.grant) else { return };
        if let Err(error) = self.grants.link(buyer, grant).await {
            tracing::warn!(?error, "a login that has paid could not be linked; the buyer connects again next time");
        }
    }
}

#[async_trait]
impl Method for PicpayWallet {
    fn kind(&self) -> MethodKind {
        MethodKind::PicpayWallet
    }

    fn provider(&self) -> &'static str {
        PROVIDER
    }

    /// The legacy edition cannot reserve: there `offer` says so.
    fn capabilities(&self) -> Capabilities {
        Capabilities { manual_capture: true, partial_capture: true, void: true, partial_refund: true }
    }

    /// Reais only, from one centavo; no smallest or largest amount is published. PicPay knows who pays.
    fn offer(&self, session: &Session) -> Option<MethodOffer> {
        let can_reserve = session.capture == Capture::Automatic || self.config.edition == Edition::Current;
        let is_payable = session.amount.currency() == Currency::Brl && session.amount.minor() >= 1;
        let link = session.known.link(MethodKind::PicpayWallet).filter(|link| !link.is_lapsed);
        let saved = link.map(|link| Saved { id: None, label: link.masked_account.clone() });
        (is_payable && can_reserve).then(|| MethodOffer {
            kind: MethodKind::PicpayWallet,
            needs: Vec::new(),
            saved: saved.into_iter().collect(),
        })
    }

    fn suggest(&self, session: &Session) -> Option<Suggested> {
        let told = self.grants.profile(session.known.link(MethodKind::PicpayWallet)?);
        let suggested = Suggested {
            email: told.email.filter(|_| session.buyer.email.is_none()),
            birth_date: told.birth_date.filter(|_| session.buyer.birth_date.is_none()),
        };
        (suggested != Suggested::default()).then_some(suggested)
    }

    fn prepare(&self, press: &Press<'_>) -> Result<Prepared, Vec<FieldProblem>> {
        match press.request {
            ConfirmRequest::PicpayWallet(given) => consent::prepare(press, given),
            ConfirmRequest::PicpayQr(_) | ConfirmRequest::April(_) | ConfirmRequest::Whatsapp(_) => {
                Err(vec![FieldProblem { field: "method".into(), detail: "expected picpay_wallet".into() }])
            }
        }
    }

    fn resume(&self, answer: &Answer<'_>) -> Result<Value, Error> {
        consent::resume(answer)
    }

    fn pay_elsewhere(&self, attempt: &Attempt, returned: &Returned) -> Result<Value, Error> {
        consent::pay_elsewhere(attempt, returned)
    }

    async fn send(&self, attempt: &Attempt) -> Outcome<Observation> {
        match Details::of(attempt) {
            Ok(Details { grant: None, .. }) => Outcome::Asks(Box::new(consent::redirect(self, attempt))),
            Ok(details) => charge::charge(self, attempt, &details).await,
            Err(error) => error.into_outcome(codes::of_charge),
        }
    }

    /// Saying where to consent asks nobody.
    fn is_harmless(&self, attempt: &Attempt) -> bool {
        Details::of(attempt).is_ok_and(|details| details.grant.is_none())
    }

    async fn repeat(&self, attempt: &Attempt) -> Option<Outcome<Observation>> {
        let details = Details::of(attempt).ok()?;
        charge::repeat(self, attempt, &details).await
    }

    async fn find(&self, attempt: &Attempt) -> Result<Vec<Observation>, Unanswered> {
        let details = Details::of(attempt).map_err(PicpayError::into_unanswered)?;
        if details.grant.is_none() {
            // Nobody consented, so nobody can have been charged.
            return Ok(Vec::new());
        }
        let found = movements::find(self, attempt, attempt.provider_reference.as_deref()).await;
        let now_ms = self.clock.now_ms();
        let seen = found.and_then(|payment| payment.map(|it| it.observed(attempt, now_ms)).transpose());
        seen.map(|seen| seen.into_iter().collect()).map_err(PicpayError::into_unanswered)
    }

    async fn cancel(&self, target: Target<'_>) -> Outcome<()> {
        let sent = movements::cancel(self, target).await;
        sent.map_or_else(|error| error.into_outcome(codes::of_cancel), Outcome::Accepted)
    }

    async fn capture(&self, target: Target<'_>, amount: Money) -> Outcome<()> {
        let sent = movements::capture(self, target, amount).await;
        sent.map_or_else(|error| error.into_outcome(codes::of_cancel), Outcome::Accepted)
    }

    async fn refund(&self, target: Target<'_>, order: RefundOrder<'_>) -> Outcome<RefundSeen> {
        let sent = movements::refund(self, target, order).await;
        sent.map_or_else(|error| error.into_outcome(codes::of_operation), Outcome::Accepted)
    }

    async fn list_refunds(&self, target: Target<'_>) -> Result<Vec<RefundSeen>, Unanswered> {
        movements::refunds(self, target).await.map_err(PicpayError::into_unanswered)
    }

    async fn find_refund(&self, target: Target<'_>, refund: &str) -> Result<Option<RefundSeen>, Unanswered> {
        Ok(self.list_refunds(target).await?.into_iter().find(|seen| seen.id == refund))
    }

    /// PicPay sends no notices for this product.
    fn take(&self, _: Notice<'_>) -> Taken {
        Taken::Foreign
    }

    fn came_back(&self, query: &str) -> Option<Visit> {
        consent::came_back(self, query)
    }

    async fn redeem(&self, code: &str) -> Result<String, Unanswered> {
        let turn = self.client.turn();
        let redeemed = async {
            let tokens = self.login.redeem(&self.client, turn, code).await?;
            let account = self.login.account(&self.client, turn, &tokens).await;
            self.grants.keep(account, &tokens).await
        };
        redeemed.await.map_err(|no| match no {
            NoAccess::Lapsed => PicpayError::Unauthorized.into_unanswered(),
            unavailable => PicpayError::from(unavailable).into_unanswered(),
        })
    }

    async fn keep_logins(&self) {
        match self.grants.list_ending(KEEP_MS).await {
            Err(error) => tracing::warn!(?error, "the logins that end soon are not known"),
            Ok(ending) => {
                for (id, version) in ending {
                    let renewal = Renewal { login: &self.login, client: &self.client, turn: self.client.turn() };
                    if let Err(error) = self.grants.access(&id, Some(version), &renewal).await {
                        tracing::info!(grant = %id, ?error, "a login could not be renewed");
                    }
                }
            }
        }
    }
}
