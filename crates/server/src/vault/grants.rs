//! Logins of buyers: kept sealed, renewed before they end, and by one process at a time.
//!
//! A new pair of tokens kills the old one at the provider, and a refresh token is good once. So whoever renews holds the
//! row's lease, across all processes on the database; the others wait until the row has the new pair. A process that dies
//! between the provider's answer and the row loses the pair: the next one to try is refused, and the buyer connects again.
//!
//! Called by methods, which bring the call that renews. No transaction is open while that call runs.

use super::profile::Profile;
use super::{Place, Vault, VaultError};
use crate::clock::{Clock, SECOND};
use crate::keys;
use crate::store::attempt::Lease;
use crate::store::grants::{self, Grant, Link};
use crate::store::{Db, StoreError};
use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;
use tokio::time::Instant;
use umclique_wire::{AttemptId, MethodKind};

/// A token that ends sooner is renewed first: it might end on its way.
const EARLY_MS: i64 = 30 * SECOND;
/// How often who waits for another's renewal looks at the row.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A pair of tokens as the provider gave it.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Opens the provider's calls.
    pub access: SecretString,
    /// Business time.
    pub access_expires_at_ms: i64,
    /// Makes the next pair, once.
    pub refresh: Option<SecretString>,
    /// Business time; `None`: not told.
    pub refresh_expires_at_ms: Option<i64>,
}

/// An account at the provider, as far as it was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// A hash of the provider's id of it.
    pub hash: Option<String>,
    /// As its owner may see it.
    pub masked: Option<String>,
    /// What it says of its owner.
    pub profile: Profile,
}

/// An access token that is good now.
#[derive(Clone, Debug)]
pub struct Access {
    /// The token.
    pub token: SecretString,
    /// Which pair it is of: who was refused with it asks for a newer one.
    pub version: u64,
}

/// Why there is no access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAccess {
    /// Only the buyer can make one.
    Lapsed,
    /// Nobody knows today. The text is for the log.
    Unavailable {
        /// No personal data.
        detail: String,
        /// Our own credentials were refused.
        is_credentials: bool,
    },
}

/// The call that makes a new pair.
#[async_trait]
pub trait Renew: Send + Sync {
    /// Sent once. `Lapsed` only where the provider says that this refresh token is good no more.
    async fn renew(&self, refresh: &SecretString) -> Result<Tokens, NoAccess>;

    /// The most that it takes.
    fn timeout(&self) -> Duration;
}

/// The logins of one method.
#[derive(Clone, Debug)]
pub struct Grants {
    method: MethodKind,
    db: Db,
    clock: Clock,
    vault: Vault,
}

impl From<StoreError> for NoAccess {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a login cannot be read or written");
        Self::Unavailable { detail: "the database did not answer".to_owned(), is_credentials: false }
    }
}

impl From<VaultError> for NoAccess {
    fn from(error: VaultError) -> Self {
        tracing::error!(%error, "a login cannot be opened; see UMCLIQUE_VAULT_KEYS");
        Self::Unavailable { detail: error.to_string(), is_credentials: false }
    }
}

impl Grants {
    /// The logins of `method` in `db`.
    #[must_use]
    pub fn new(method: MethodKind, db: Db, clock: Clock, vault: Vault) -> Self {
        Self { method, db, clock, vault }
    }

    /// Keeps a new login and answers its id. Of an account that is known it is the same as before: the older tokens are dead.
    pub async fn keep(&self, account: Account, tokens: &Tokens) -> Result<String, NoAccess> {
        // Two browsers with one account at once: the second finds the first one's row.
        match self.try_keep(&account, tokens).await {
            Err(error) if error.is_unique_violation() => Ok(self.try_keep(&account, tokens).await?),
            kept => Ok(kept?),
        }
    }

    async fn try_keep(&self, account: &Account, tokens: &Tokens) -> Result<String, StoreError> {
        let mut tx = self.db.begin().await?;
        let known = match &account.hash {
            Some(hash) => grants::id_of_account(&mut tx, self.method, hash).await?,
            None => None,
        };
        let id = known.unwrap_or_else(keys::new_row_id);
        let mut grant = Grant {
            account: account.hash.clone().unwrap_or_else(|| id.clone()),
            masked_account: account.masked.clone(),
            profile: None,
            access_token: String::new(),
            access_expires_at_ms: 0,
            refresh_token: None,
            refresh_expires_at_ms: None,
            version: 1,
            lapsed_at_ms: None,
            lease: Lease::default(),
            changed_at_ms: 0,
            id,
        };
        grant.profile = Some(&account.profile).filter(|it| !it.is_empty()).map(|it| it.seal(&self.vault, &grant.id));
        self.put(&mut grant, tokens);
        grants::keep(&mut tx, self.method, &grant).await?;
        tx.commit().await?;
        Ok(grant.id)
    }

    /// An access token of a login, renewed where it ends soon. `refused`: the pair with which the provider let nobody in.
    pub async fn access(&self, id: &str, refused: Option<u64>, with: &dyn Renew) -> Result<Access, NoAccess> {
        let deadline = Instant::now() + with.timeout();
        loop {
            let grant = self.read(id).await?;
            if grant.lapsed_at_ms.is_some() {
                return Err(NoAccess::Lapsed);
            }
            let is_young = grant.access_expires_at_ms > self.clock.now_ms() + EARLY_MS;
            if is_young && refused.is_none_or(|refused| grant.version > refused) {
                let token = self.vault.open(place(id, "access_token"), &grant.access_token)?;
                return Ok(Access { token, version: grant.version });
            }
            if let Some(access) = self.try_renew(&grant, with).await? {
                return Ok(access);
            }
            if Instant::now() >= deadline {
                let detail = "another process makes a new login and is not done".to_owned();
                return Err(NoAccess::Unavailable { detail, is_credentials: false });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// `None`: somebody else does it, or did.
    async fn try_renew(&self, seen: &Grant, with: &dyn Renew) -> Result<Option<Access>, NoAccess> {
        let now_ms = self.clock.now_ms();
        let is_over = seen.refresh_expires_at_ms.is_some_and(|at_ms| at_ms <= now_ms);
        let Some(sealed) = seen.refresh_token.as_ref().filter(|_| !is_over) else {
            self.lapse(seen).await?;
            return Err(NoAccess::Lapsed);
        };
        let refresh = self.vault.open(place(&seen.id, "refresh_token"), sealed)?;
        let Some(mut grant) = self.claim(seen, with.timeout()).await? else { return Ok(None) };
        let tokens = match with.renew(&refresh).await {
            Ok(tokens) => tokens,
            Err(NoAccess::Lapsed) => {
                self.lapse(&grant).await?;
                return Err(NoAccess::Lapsed);
            }
            Err(unavailable) => {
                let mut tx = self.db.begin().await?;
                grants::release(&mut tx, &grant.id, grant.lease.epoch).await?;
                tx.commit().await?;
                return Err(unavailable);
            }
        };
        self.put(&mut grant, &tokens);
        let mut tx = self.db.begin().await?;
        let is_ours = grants::renew(&mut tx, &grant).await?;
        tx.commit().await?;
        // Somebody took over, or the buyer connected again meanwhile: the row tells.
        Ok(is_ours.then_some(Access { token: tokens.access, version: grant.version + 1 }))
    }

    async fn claim(&self, seen: &Grant, timeout: Duration) -> Result<Option<Grant>, NoAccess> {
        let real_ms = self.clock.real_ms();
        // Long enough for the call and for writing what it brought.
        let until_ms = real_ms + i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX / 4) + 5 * SECOND;
        let mut tx = self.db.begin().await?;
        let claimed = grants::claim(&mut tx, &seen.id, seen.version, real_ms, until_ms).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// Notes that only the buyer can make a new pair.
    async fn lapse(&self, grant: &Grant) -> Result<(), NoAccess> {
        let mut tx = self.db.begin().await?;
        grants::lapse(&mut tx, &grant.id, grant.version, self.clock.now_ms()).await?;
        Ok(tx.commit().await?)
    }

    /// The provider let nobody in with a pair that was just made: it is over.
    pub async fn give_up(&self, id: &str, version: u64) -> Result<(), NoAccess> {
        let mut tx = self.db.begin().await?;
        grants::lapse(&mut tx, id, version, self.clock.now_ms()).await?;
        Ok(tx.commit().await?)
    }

    /// What the account of a link says of its owner; nothing where it cannot be opened.
    #[must_use]
    pub fn profile(&self, link: &Link) -> Profile {
        let Some(sealed) = link.profile.as_ref().filter(|_| !link.is_lapsed) else { return Profile::default() };
        Profile::open(&self.vault, &link.grant, sealed).unwrap_or_else(|error| {
            tracing::error!(%error, "what an account says cannot be opened; see UMCLIQUE_VAULT_KEYS");
            Profile::default()
        })
    }

    /// Notes which login pays an attempt: from here on it is kept for as long as the payment needs it.
    pub async fn note_payment(&self, attempt: &AttemptId, id: &str) -> Result<(), NoAccess> {
        let mut tx = self.db.begin().await?;
        grants::note_payment(&mut tx, attempt, id).await?;
        Ok(tx.commit().await?)
    }

    /// The buyer pays with this login by one click from now on.
    pub async fn link(&self, buyer: &str, id: &str) -> Result<(), NoAccess> {
        let mut tx = self.db.begin().await?;
        grants::set_link(&mut tx, self.method, buyer, id, self.clock.now_ms()).await?;
        Ok(tx.commit().await?)
    }

    /// Logins that are needed and end within `within_ms`, so that one click stays one click. What has ended is forgotten.
    pub async fn list_ending(&self, within_ms: i64) -> Result<Vec<(String, u64)>, NoAccess> {
        let now_ms = self.clock.now_ms();
        let mut tx = self.db.begin().await?;
        grants::lapse_ended(&mut tx, now_ms).await?;
        let ending = grants::list_ending(&mut tx, now_ms + within_ms, 100).await?;
        tx.commit().await?;
        Ok(ending)
    }

    async fn read(&self, id: &str) -> Result<Grant, NoAccess> {
        let mut tx = self.db.read().await?;
        grants::get(&mut tx, id).await?.ok_or(NoAccess::Lapsed)
    }

    fn put(&self, grant: &mut Grant, tokens: &Tokens) {
        let seal = |column, token: &SecretString| self.vault.seal(place(&grant.id, column), token.expose_secret());
        let (access, refresh) = (
            seal("access_token", &tokens.access),
            tokens.refresh.as_ref().map(|refresh| seal("refresh_token", refresh)),
        );
        grant.access_token = access;
        grant.access_expires_at_ms = tokens.access_expires_at_ms;
        grant.refresh_token = refresh;
        grant.refresh_expires_at_ms = tokens.refresh_expires_at_ms;
        grant.changed_at_ms = self.clock.now_ms();
    }
}

fn place<'a>(row: &'a str, column: &'static str) -> Place<'a> {
    Place { table: "grants", row, column }
}

#[cfg(test)]
mod tests;
