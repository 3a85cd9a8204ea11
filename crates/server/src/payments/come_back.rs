//! A browser came back from a provider's page, where the buyer consented or did not. Whoever's browser it is: nothing is
//! charged here, and nobody is linked. What the provider gave is kept, and the browser goes on to the shop.

use super::Payments;
use super::news::News;
use super::settle::Change;
use crate::error::Error;
use crate::keys;
use crate::methods::{Method, Visit};
use crate::store::grants::Returned;
use crate::store::{Attempt, CloseIntent, Session, attempts, grants, sessions};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use umclique_wire::{AttemptStatus, NextAction};

impl Payments {
    /// Where the browser goes on to: the shop's own address of this session, whatever happened. `None`: the query is nothing
    /// that we made, so nobody knows to which shop.
    pub async fn come_back(self: &Arc<Self>, provider: &str, query: &str) -> Result<Option<String>, Error> {
        let method = self.methods.of_provider(provider).cloned().ok_or(Error::NoRoute)?;
        let Some(visit) = method.came_back(query) else { return Ok(None) };
        let mut tx = self.db.read().await?;
        let Some(attempt) = attempts::get(&mut tx, &visit.attempt).await? else { return Ok(None) };
        let session = sessions::get(&mut tx, &attempt.session).await?.ok_or(Error::NotFound("session"))?;
        drop(tx);
        if attempt.method != method.kind() {
            return Ok(None);
        }
        let is_over = session.expires_at_ms <= self.clock.now_ms() || session.end.is_some();
        if !is_awaited(&attempt, visit.round) || is_over {
            return Ok(Some(shop_address(&session, None)));
        }
        // A task of its own: a code is good once, also where the browser does not wait.
        let this = Arc::clone(self);
        let taking = self.tasks.spawn(async move { this.take_in(&*method, visit).await });
        let code = taking.await.map_err(|error| Error::Task(error.to_string()))??;
        Ok(Some(shop_address(&session, code.as_deref())))
    }

    /// Keeps what the browser brought, once. Answers the code that goes on in its address; only the hash stays here.
    async fn take_in(&self, method: &dyn Method, visit: Visit) -> Result<Option<String>, Error> {
        let mut tx = self.db.begin().await?;
        if !grants::claim_return(&mut tx, &visit.attempt, visit.round, self.clock.now_ms()).await? {
            return Ok(None);
        }
        tx.commit().await?;
        let Some(code) = &visit.code else {
            self.give_up(&visit, CloseIntent::Buyer).await?;
            return Ok(None);
        };
        let grant = match method.redeem(code).await {
            Ok(grant) => grant,
            Err(unanswered) => {
                tracing::warn!(attempt = %visit.attempt, detail = %unanswered.detail, "a consent came to nothing");
                if unanswered.is_credentials {
                    self.methods.note_credentials(method.kind(), true, self.clock.now_ms());
                }
                self.give_up(&visit, CloseIntent::Unconfirmed).await?;
                return Ok(None);
            }
        };
        let code = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>());
        let returned = Returned { grant, code_hash: keys::sha256_hex(&code) };
        let mut tx = self.db.begin().await?;
        grants::fill_return(&mut tx, &visit.attempt, visit.round, &returned).await?;
        tx.commit().await?;
        Ok(Some(code))
    }

    /// The buyer is asked for another way to pay, or tries again: this attempt was never sent.
    async fn give_up(&self, visit: &Visit, intent: CloseIntent) -> Result<(), Error> {
        self.settle(Change::requested(&visit.attempt, News::CloseRequested(intent))).await?;
        Ok(())
    }
}

/// Whether the attempt waits for a browser to come back in just this round.
pub(super) fn is_awaited(attempt: &Attempt, round: u32) -> bool {
    attempt.live
        && attempt.round == round
        && attempt.status == AttemptStatus::RequiresAction
        && attempt.close_intent.is_none()
        && matches!(attempt.next_action, Some(NextAction::Redirect(_)))
}

/// The shop's own address, which was checked when the session was made: nothing that came with the browser chooses it.
pub(super) fn shop_address(session: &Session, code: Option<&str>) -> String {
    let Ok(mut url) = reqwest::Url::parse(&session.return_url) else { return session.return_url.clone() };
    url.query_pairs_mut()
        .append_pair("umclique_session", session.id.as_str())
        .extend_pairs(code.map(|code| ("umclique_return", code)));
    url.into()
}
