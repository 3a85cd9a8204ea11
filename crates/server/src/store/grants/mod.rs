//! Rows of `grants`: logins of buyers at providers, whom they belong to (`links.rs`), browsers that came back from a consent
//! (`returns.rs`), and which logins are needed (`needs.rs`). Secrets come and go sealed; what opens them is not known here.

mod links;
mod needs;
mod returns;

pub use links::{Link, links, set_link, unlink};
pub use needs::{forget_lapsed, list_ending, note_payment};
pub use returns::{Returned, Visited, claim_return, fill_return, returned, visited};

use super::attempt::Lease;
use super::{Row, StoreError, Tx};
use crate::args;
use umclique_wire::MethodKind;

/// A login, its tokens sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: String,
    /// A hash of the account at the provider, or the row's own id where the provider did not tell.
    pub account: String,
    /// The account as its owner may see it.
    pub masked_account: Option<String>,
    /// What the account says of its owner. Sealed; `None`: it was not told.
    pub profile: Option<String>,
    /// Sealed.
    pub access_token: String,
    /// Business time.
    pub access_expires_at_ms: i64,
    /// Sealed; `None`: there is no way to get a new pair without the buyer.
    pub refresh_token: Option<String>,
    /// Business time; `None`: not told.
    pub refresh_expires_at_ms: Option<i64>,
    /// Rises with every pair of tokens, and with its end.
    pub version: u64,
    /// The buyer must connect again since then.
    pub lapsed_at_ms: Option<i64>,
    /// Who makes a new pair.
    pub lease: Lease,
    /// When it was made or last changed.
    pub changed_at_ms: i64,
}

/// Stores a login, or the newest tokens of one that is known: its older ones are dead at the provider.
pub async fn keep(tx: &mut Tx, method: MethodKind, grant: &Grant) -> Result<(), StoreError> {
    tx.execute(
        "insert into grants (id, method, account, masked_account, access_token, access_expires_at, refresh_token, \
         refresh_expires_at, version, created_at, changed_at, profile) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, $10) on conflict (id) do update set \
         masked_account = coalesce(excluded.masked_account, grants.masked_account), \
         profile = coalesce(excluded.profile, grants.profile), \
         access_token = excluded.access_token, access_expires_at = excluded.access_expires_at, \
         refresh_token = excluded.refresh_token, refresh_expires_at = excluded.refresh_expires_at, \
         version = grants.version + 1, lapsed_at = null, lease_until = 0, lease_epoch = grants.lease_epoch + 1, \
         changed_at = excluded.changed_at",
        args![
            &grant.id,
            method.as_str(),
            &grant.account,
            grant.masked_account.clone(),
            &grant.access_token,
            grant.access_expires_at_ms,
            grant.refresh_token.clone(),
            grant.refresh_expires_at_ms,
            grant.changed_at_ms,
            grant.profile.clone(),
        ],
    )
    .await?;
    Ok(())
}

/// The id under which an account is kept already.
pub async fn id_of_account(tx: &mut Tx, method: MethodKind, account: &str) -> Result<Option<String>, StoreError> {
    let sql = "select id from grants where method = $1 and account = $2";
    let row = tx.row(sql, args![method.as_str(), account]).await?;
    row.map(|row| row.text("id")).transpose()
}

/// Reads a login.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<Grant>, StoreError> {
    let row = tx.row("select * from grants where id = $1", args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// Takes the right to make a new pair of tokens, if nobody has it and the pair is still the one of `version`.
pub async fn claim(
    tx: &mut Tx,
    id: &str,
    version: u64,
    real_ms: i64,
    lease_until_real_ms: i64,
) -> Result<Option<Grant>, StoreError> {
    let row = tx
        .row(
            "update grants set lease_until = $4, lease_epoch = lease_epoch + 1 \
             where id = $1 and version = $2 and lease_until <= $3 and lapsed_at is null returning *",
            args![id, version, real_ms, lease_until_real_ms],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Writes a new pair under our lease, and gives it back. `false`: somebody took over, or the buyer connected again.
pub async fn renew(tx: &mut Tx, grant: &Grant) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "update grants set access_token = $3, access_expires_at = $4, refresh_token = $5, refresh_expires_at = $6, \
             version = version + 1, lease_until = 0, changed_at = $7 where id = $1 and lease_epoch = $2",
            args![
                &grant.id,
                grant.lease.epoch,
                &grant.access_token,
                grant.access_expires_at_ms,
                grant.refresh_token.clone(),
                grant.refresh_expires_at_ms,
                grant.changed_at_ms,
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Gives our lease back without a new pair.
pub async fn release(tx: &mut Tx, id: &str, epoch: u64) -> Result<(), StoreError> {
    tx.execute("update grants set lease_until = 0 where id = $1 and lease_epoch = $2", args![id, epoch]).await?;
    Ok(())
}

/// The login of this pair of tokens is over: only the buyer can make a new one. Dead tokens are not kept, nor what they
/// opened.
pub async fn lapse(tx: &mut Tx, id: &str, version: u64, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "update grants set lapsed_at = $3, access_token = '', refresh_token = null, profile = null, version = version + 1, \
         lease_until = 0, lease_epoch = lease_epoch + 1, changed_at = $3 \
         where id = $1 and version = $2 and lapsed_at is null",
        args![id, version, now_ms],
    )
    .await?;
    Ok(())
}

/// Dead tokens are not kept, whoever notices that they are dead.
pub async fn lapse_ended(tx: &mut Tx, now_ms: i64) -> Result<u64, StoreError> {
    tx.execute(
        "update grants set lapsed_at = $1, access_token = '', refresh_token = null, profile = null, version = version + 1, \
         changed_at = $1 where lapsed_at is null and access_expires_at <= $1 \
         and (refresh_token is null or refresh_expires_at <= $1)",
        args![now_ms],
    )
    .await
}

fn read(row: &Row) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: row.text("id")?,
        account: row.text("account")?,
        masked_account: row.opt_text("masked_account")?,
        profile: row.opt_text("profile")?,
        access_token: row.text("access_token")?,
        access_expires_at_ms: row.int("access_expires_at")?,
        refresh_token: row.opt_text("refresh_token")?,
        refresh_expires_at_ms: row.opt_int("refresh_expires_at")?,
        version: row.uint("version")?,
        lapsed_at_ms: row.opt_int("lapsed_at")?,
        lease: Lease { until_real_ms: row.int("lease_until")?, epoch: row.uint("lease_epoch")? },
        changed_at_ms: row.int("changed_at")?,
    })
}
